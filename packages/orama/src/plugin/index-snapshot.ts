import { components } from "@orama/orama";
import { decodeSnapshot, freezeSnapshot } from "../snapshot.ts";
import { SnapshotError } from "../snapshot-error.ts";
import { runSteps } from "../steps.ts";
import type { TextIndexOptions } from "../text/text-index.ts";
import { IndexReader } from "./index-sections.ts";
import type { LiveDocuments } from "./live-documents.ts";
import { type DocumentIds, type IndexSettings, SouvenirIndex, type StockIndex } from "./souvenir-index.ts";
import { VectorNode } from "./vector-node.ts";

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

export function saveIndexStore(store: SouvenirIndex): IndexSnapshot {
  // A piece is overwritten by the next one.
  const pieces = Array.from(freezeSnapshot(store.freeze()), (piece) => piece.slice());
  const snapshot = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    snapshot.set(piece, at);
    at += piece.length;
  }
  return new IndexSnapshot(snapshot);
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
