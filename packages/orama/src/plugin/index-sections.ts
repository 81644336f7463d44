import { components, type SearchableType } from "@orama/orama";
import { AttributeIndex } from "../attributes/attribute-index.ts";
import { type FrozenPart, frozen } from "../frozen-part.ts";
import { giveBack, packDescription, unpackDescription } from "../packing.ts";
import type { Steps } from "../steps.ts";
import { TextIndex, type TextIndexOptions } from "../text/text-index.ts";
import { VectorIndex, type VectorIndexReader } from "../vectors/vector-index.ts";

const storeFormat = 1;
const vectorSection = "vector ";

interface StoreDescription {
  properties: [name: string, type: SearchableType][];
  places: unknown;
}

/** What the sections of a snapshot hold. */
export interface IndexContents {
  description: StoreDescription;
  text: TextIndex;
  attributes: AttributeIndex;
  /** By property. */
  vectors: ReadonlyMap<string, VectorIndex>;
}

/** An index, as far as it is kept in a snapshot; see `SouvenirIndex`. */
interface KeptIndex {
  readonly searchableProperties: readonly string[];
  readonly searchablePropertiesWithTypes: Readonly<Record<string, SearchableType>>;
  readonly places: components.index.Index;
  readonly text: TextIndex;
  readonly attributes: AttributeIndex;
  readonly vectorNodes: ReadonlyMap<string, { readonly index: VectorIndex }>;
}

/** The sections of a snapshot of an index, by name. */
export function freezeIndex(store: KeptIndex): Map<string, readonly FrozenPart[]> {
  const description: StoreDescription = {
    properties: store.searchableProperties.map((name) => [name, store.searchablePropertiesWithTypes[name]!]),
    places: components.index.save(store.places),
  };
  const sections = new Map<string, readonly FrozenPart[]>([
    ["store", [frozen(packDescription({ kind: "Orama", format: storeFormat, ...description }))]],
    ["text", store.text.freeze()],
    ["attributes", store.attributes.freeze()],
  ]);
  for (const [name, { index }] of store.vectorNodes) sections.set(vectorSection + name, index.freeze());
  return sections;
}

/** Takes the sections of a snapshot part by part; vectors go straight to their place. */
export class IndexReader {
  readonly #options: Pick<TextIndexOptions, "tokenize">;
  readonly #sections = new Map<string, Uint8Array[]>();
  readonly #vectors = new Map<string, VectorIndexReader>();

  constructor(options: Pick<TextIndexOptions, "tokenize"> = {}) {
    this.#options = options;
  }

  /** Returns false for a section that is not the index's. The part is copied. */
  take(section: string, part: Uint8Array): boolean {
    if (section.startsWith(vectorSection)) {
      const property = section.slice(vectorSection.length);
      const reader = this.#vectors.get(property) ?? VectorIndex.reader();
      this.#vectors.set(property, reader);
      reader.take(part);
      return true;
    }
    if (section !== "store" && section !== "text" && section !== "attributes") return false;
    const parts = this.#sections.get(section) ?? [];
    parts.push(part.slice());
    this.#sections.set(section, parts);
    return true;
  }

  /** When all sections were taken, in steps. @throws SnapshotError */
  *ending(): Steps<IndexContents> {
    const parts = (name: string) => this.#sections.get(name) ?? [];
    const description = unpackDescription(
      parts("store"),
      "Orama",
      storeFormat,
      1,
    ) as unknown as StoreDescription;
    const text = yield* TextIndex.loading(parts("text"), this.#options);
    const attributes = yield* AttributeIndex.loading(parts("attributes"));
    for (const taken of this.#sections.values()) for (const part of taken) giveBack(part);
    const vectors = new Map(Array.from(this.#vectors, ([property, reader]) => [property, reader.end()]));
    return { description, text, attributes, vectors };
  }
}
