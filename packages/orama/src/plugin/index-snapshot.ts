import { components } from "@orama/orama";
import { decodeSnapshot, freezeSnapshot } from "../snapshot.ts";
import { SnapshotError } from "../snapshot-error.ts";
import { runSteps } from "../steps.ts";
import type { TextIndexOptions } from "../text/text-index.ts";
import { IndexReader } from "./index-sections.ts";
import type { DocumentIds, LiveDocuments } from "./live-documents.ts";
import { type IndexSettings, SouvenirIndex, type StockIndex } from "./souvenir-index.ts";
import { VectorNode } from "./vector-node.ts";

/** Bytes of one of the values that carry a snapshot: a multiple of 3, so that each is base64 by itself. */
const valueBytes = 3 * 2 ** 18;
/** Where the values stand: a property that no schema can have, for it is empty. */
const carrier = "";
/** The bytes, for who loads what was saved in the same process. */
const bytesOf: unique symbol = Symbol("bytes");

/**
 * What Orama's `save` returns for the index: of the make of Orama's own, so that whatever writes and reads databases can
 * take it, even a database without this plugin. The values of a property carry the snapshot. Its string properties are
 * of a type that Orama refuses to search for words.
 */
interface SavedIndex {
  indexes: Record<string, SavedTree>;
  vectorIndexes: Record<string, never>;
  searchableProperties: string[];
  searchablePropertiesWithTypes: Record<string, string>;
  frequencies: Record<string, never>;
  tokenOccurrences: Record<string, never>;
  avgFieldLength: Record<string, never>;
  fieldLengths: Record<string, never>;
  [bytesOf]?: Uint8Array;
}

interface SavedTree {
  type: "Flat";
  node: { numberToDocumentId: [value: string, documents: number[]][] };
  isArray: false;
}

export function saveIndexStore(store: SouvenirIndex): SavedIndex {
  // A piece is overwritten by the next one.
  const pieces = Array.from(freezeSnapshot(store.freeze()), (piece) => piece.slice());
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  const texts = store.searchableProperties.filter((property) => store.typeOf(property)?.startsWith("string"));
  const saved: SavedIndex = {
    // Made when somebody looks: in the same process nobody does.
    get indexes() {
      return Object.fromEntries([
        ...texts.map((property) => [property, treeOf([])] as const),
        [carrier, treeOf(valuesOf(bytes))],
      ]);
    },
    vectorIndexes: {},
    searchableProperties: store.searchableProperties,
    searchablePropertiesWithTypes: store.searchablePropertiesWithTypes,
    frequencies: {},
    tokenOccurrences: {},
    avgFieldLength: {},
    fieldLengths: {},
  };
  Object.defineProperty(saved, bytesOf, { value: bytes });
  return saved;
}

function treeOf(values: readonly string[]): SavedTree {
  return { type: "Flat", node: { numberToDocumentId: values.map((value) => [value, []]) }, isArray: false };
}

/** The bytes in base64, each value after its number and a colon. */
function valuesOf(bytes: Uint8Array): string[] {
  const values: string[] = [];
  for (let start = 0; start < bytes.length; start += valueBytes) {
    const end = Math.min(start + valueBytes, bytes.length);
    const characters: string[] = [];
    for (let at = start; at < end; at += 3072)
      characters.push(btoa(String.fromCharCode(...bytes.subarray(at, Math.min(at + 3072, end)))));
    values.push(`${values.length}:${characters.join("")}`);
  }
  return values;
}

export function loadIndexStore(
  ids: DocumentIds,
  raw: unknown,
  documents: LiveDocuments,
  { tokenize, ...settings }: Pick<TextIndexOptions, "tokenize"> & IndexSettings,
): SouvenirIndex {
  const reader = new IndexReader({ tokenize });
  for (const [section, parts] of decodeSnapshot(bytesFrom(raw)))
    for (const part of parts) reader.take(section, part);
  const { description, text, attributes, vectors } = runSteps(reader.ending());
  return new SouvenirIndex({
    ...settings,
    properties: description.properties,
    places: components.index.load(ids, description.places) as StockIndex,
    documents,
    text,
    attributes,
    vectors: new Map(Array.from(vectors, ([name, index]) => [name, new VectorNode(index, documents)])),
  });
}

/** Whether an index of Orama's own was read from what this plugin saved. */
export function carriesSnapshot(index: unknown): boolean {
  const { indexes } = (index ?? {}) as Partial<SavedIndex>;
  return indexes !== undefined && Object.hasOwn(indexes, carrier);
}

function bytesFrom(raw: unknown): Uint8Array {
  const saved = (raw ?? {}) as Partial<SavedIndex>;
  if (saved[bytesOf] !== undefined) return saved[bytesOf];
  if (!carriesSnapshot(saved)) throw new SnapshotError("FOREIGN", "This index was not saved by this plugin.");
  const parts: Uint8Array[] = [];
  try {
    for (const [value] of saved.indexes![carrier]!.node.numberToDocumentId) {
      const colon = value.indexOf(":");
      const characters = atob(value.slice(colon + 1));
      const part = new Uint8Array(characters.length);
      for (let at = 0; at < part.length; at++) part[at] = characters.charCodeAt(at);
      parts[Number(value.slice(0, colon))] = part;
    }
  } catch (cause) {
    throw new SnapshotError("DAMAGED", "The snapshot is not base64.", { cause });
  }
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + (part?.length ?? 0), 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part ?? [], at);
    at += part?.length ?? 0;
  }
  return bytes;
}
