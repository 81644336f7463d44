import { components, type SearchableType } from "@orama/orama";
import { AttributeIndex } from "../attributes/attribute-index.ts";
import { packDescription, unpackDescription } from "../packing.ts";
import { decodeSnapshot, encodeSnapshot } from "../snapshot.ts";
import { SnapshotError } from "../snapshot-error.ts";
import { TextIndex, type TextIndexOptions } from "../text/text-index.ts";
import { VectorIndex } from "../vectors/vector-index.ts";
import {
  type DocumentIds,
  type IndexParts,
  IndexStore,
  type LiveDocuments,
  type StockIndex,
} from "./index-store.ts";
import { VectorNode } from "./vector-node.ts";

const storeFormat = 1;
const vectorSection = "vector ";

/** What Orama's `save` returns for the index. `JSON.stringify` writes the snapshot in base64, and `load` reads it back. */
export class IndexSnapshot {
  readonly snapshot: Uint8Array;

  constructor(snapshot: Uint8Array) {
    this.snapshot = snapshot;
  }

  toJSON(): { snapshot: string } {
    const characters: string[] = [];
    for (let at = 0; at < this.snapshot.length; at += 3072) {
      characters.push(btoa(String.fromCharCode(...this.snapshot.subarray(at, at + 3072))));
    }
    return { snapshot: characters.join("") };
  }
}

interface StoreDescription {
  properties: [name: string, type: SearchableType][];
  dimensions: [name: string, size: number][];
  places: unknown;
}

export function saveIndexStore(store: IndexStore): IndexSnapshot {
  const description: StoreDescription = {
    properties: store.searchableProperties.map((name) => [name, store.searchablePropertiesWithTypes[name]!]),
    dimensions: Array.from(store.vectors, ([name, { size }]) => [name, size]),
    places: components.index.save(store.places),
  };
  const sections = new Map<string, readonly Uint8Array[]>([
    ["store", [packDescription({ kind: "Orama", format: storeFormat, ...description })]],
    ["text", store.text.save()],
    ["attributes", store.attributes.save()],
  ]);
  for (const [name, { index }] of store.vectors) sections.set(vectorSection + name, index.save());
  const parts = encodeSnapshot(sections);
  const snapshot = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    snapshot.set(part, at);
    at += part.length;
  }
  return new IndexSnapshot(snapshot);
}

export function loadIndexStore(
  ids: DocumentIds,
  raw: unknown,
  documents: LiveDocuments,
  { tokenize, whole }: Pick<TextIndexOptions, "tokenize"> & Pick<IndexParts, "whole">,
): IndexStore {
  const sections = decodeSnapshot(bytesFrom(raw));
  const description = unpackDescription(
    sections.get("store") ?? [],
    "Orama",
    storeFormat,
    1,
  ) as unknown as StoreDescription;
  const places = components.index.load(ids, description.places) as StockIndex;
  return new IndexStore({
    properties: description.properties,
    places,
    documents,
    text: TextIndex.load(sections.get("text") ?? [], { tokenize }),
    attributes: AttributeIndex.load(sections.get("attributes") ?? []),
    whole,
    vectors: new Map(
      description.dimensions.map(([name, size]) => {
        const index = VectorIndex.load(sections.get(vectorSection + name) ?? []);
        return [name, new VectorNode(size, documents, index)];
      }),
    ),
  });
}

function bytesFrom(raw: unknown): Uint8Array {
  const snapshot = (raw as { snapshot?: unknown } | null)?.snapshot;
  if (snapshot instanceof Uint8Array) return snapshot;
  if (typeof snapshot !== "string")
    throw new SnapshotError("FOREIGN", "This index was not saved by this plugin.");
  try {
    const characters = atob(snapshot);
    const bytes = new Uint8Array(characters.length);
    for (let at = 0; at < bytes.length; at++) bytes[at] = characters.charCodeAt(at);
    return bytes;
  } catch (cause) {
    throw new SnapshotError("DAMAGED", "The snapshot is not base64.", { cause });
  }
}
