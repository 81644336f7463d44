import { SnapshotError, type SnapshotErrorCode } from "../snapshot-error.ts";
import type { DocumentRows } from "./document-rows.ts";
import { PAGE_ROWS } from "./kernel.ts";
import { MAXIMUM_DIMENSIONS, MAXIMUM_DOCUMENT } from "./limits.ts";
import type { QuantisedRows } from "./quantised-rows.ts";

// A snapshot is a header of six uint32, the document of each row (uint32), then the rows in parts of `partRows`, each
// the high bytes of all its rows and then their low ones. Free rows are left out; codes and factors are derived again.
// Numbers are little-endian, as are the typed arrays of every platform that has WebAssembly.

const MAGIC = 0x56435653; // "SVCV"
const VERSION = 1;
const HEADER_BYTES = 24;
const PART_BYTES = 2 ** 25;

/** What an index is made of. */
export interface VectorState {
  readonly dimensions: number;
  readonly rows: QuantisedRows;
  readonly documents: DocumentRows;
}

/** `[2 + parts of rows]` buffers of at most `PART_BYTES` where the documents are fewer than 8 million. */
export function saveVectors({ dimensions, rows, documents }: VectorState): Uint8Array<ArrayBuffer>[] {
  const { length } = rows;
  const count = documents.rows;
  const partRows = partRowsOf(length);
  const owners = new Uint32Array(count);
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let saved = 0;
  for (let row = 0; row < rows.end; row++) {
    if (documents.isFree(row)) continue;
    const inPart = saved % partRows;
    if (inPart === 0) parts.push(new Uint8Array(Math.min(partRows, count - saved) * 1.5 * length));
    const { high, low } = partsOf(parts.at(-1)!);
    const from = rows.codesOf(row);
    high.set(from.high, inPart * length);
    low.set(from.low, (inPart * length) / 2);
    owners[saved++] = documents.documentOf[row]!;
  }
  const header = Uint32Array.of(MAGIC, VERSION, dimensions, length, count, documents.documents);
  return [new Uint8Array(header.buffer), new Uint8Array(owners.buffer), ...parts];
}

/**
 * @param create Makes an empty index of so many dimensions.
 * @throws SnapshotError for parts that are not those of one `saveVectors`.
 */
export function loadVectors<State extends VectorState>(
  parts: readonly Uint8Array[],
  create: (dimensions: number) => State,
): State {
  if (parts[0]?.length !== HEADER_BYTES) throw refuse("they have no header", "FOREIGN");
  const header = new Uint32Array(new Uint8Array(parts[0]).buffer);
  if (header[0] !== MAGIC) throw refuse("they begin with something else", "FOREIGN");
  if (header[1] !== VERSION)
    throw refuse(`they have format ${header[1]}, this package reads ${VERSION}`, "VERSION");
  if (header[2]! < 1 || header[2]! > MAXIMUM_DIMENSIONS) throw refuse("the dimensions are out of range");
  const state = create(header[2]!);
  const { rows, documents } = state;
  const { length } = rows;
  const count = header[4]!;
  if (header[3] !== length) throw refuse("the length of a row does not belong to their dimensions");
  const partRows = partRowsOf(length);
  if (parts.length !== 2 + Math.ceil(count / partRows) || parts[1]?.length !== count * 4) {
    throw refuse("a part is missing, too long or too short");
  }
  const owners = new Uint32Array(new Uint8Array(parts[1]).buffer);
  let highest = 0;
  for (let row = 0; row < count; row++) highest = Math.max(highest, owners[row]!);
  if (highest > MAXIMUM_DOCUMENT) throw refuse("a document is out of range");
  for (let first = 0; first < count; first += partRows) {
    if (parts[2 + first / partRows]!.length !== Math.min(partRows, count - first) * 1.5 * length) {
      throw refuse("a part is missing, too long or too short");
    }
  }
  rows.reserve(count);
  if (count > 0) documents.reserve(highest, count);
  for (let row = 0; row < count; row++) {
    const { high, low } = partsOf(parts[2 + Math.floor(row / partRows)]!);
    const inPart = row % partRows;
    const written = rows.writeCodes(
      high.subarray(inPart * length, (inPart + 1) * length),
      low.subarray((inPart * length) / 2, ((inPart + 1) * length) / 2),
    );
    if (written === undefined) throw refuse("a vector is all zeros");
    documents.add(owners[row]!, written);
  }
  if (documents.documents !== header[5]) throw refuse("there are not as many documents as they say");
  return state;
}

/** Rows of a part: whole pages, one at least. */
function partRowsOf(length: number): number {
  return Math.max(1, Math.floor(PART_BYTES / (1.5 * length * PAGE_ROWS))) * PAGE_ROWS;
}

/** The high and low codes of a part of rows. */
function partsOf(part: Uint8Array): { high: Uint8Array; low: Uint8Array } {
  const split = (part.length / 3) * 2;
  return { high: part.subarray(0, split), low: part.subarray(split) };
}

function refuse(reason: string, code: SnapshotErrorCode = "DAMAGED"): SnapshotError {
  return new SnapshotError(code, `The saved vectors cannot be read: ${reason}.`);
}
