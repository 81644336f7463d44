import { checksum } from "../checksum.ts";
import { type FrozenPart, frozen } from "../frozen-part.ts";
import { SnapshotError, type SnapshotErrorCode } from "../snapshot-error.ts";
import { type DocumentRows, FREE } from "./document-rows.ts";
import { PAGE_ROWS } from "./kernel.ts";
import { MAXIMUM_DIMENSIONS, MAXIMUM_DOCUMENT } from "./limits.ts";
import type { QuantisedRows } from "./quantised-rows.ts";

// A snapshot is a header of eight uint32, the document of each row (uint32, `FREE` for none), then one part for each
// page of 256 rows: their high and low codes, from which the rest is derived again. Pages without documents are left
// out. Numbers are little-endian, as are the typed arrays of every platform that has WebAssembly. Header and documents
// have a checksum, with 0 in its place; pages have none, for any bytes could be codes.

const MAGIC = 0x56435653; // "SVCV"
const VERSION = 1;
const HEADER_WORDS = 8;
const CHECKSUM_WORD = 7;

/** What an index is made of. */
export interface VectorState {
  readonly dimensions: number;
  readonly rows: QuantisedRows;
  readonly documents: DocumentRows;
}

/** `[2 + pages]` parts. */
export function freezeVectors({ dimensions, rows, documents }: VectorState): FrozenPart[] {
  const pages: number[] = [];
  const owners = new Uint32Array(Math.ceil(rows.end / PAGE_ROWS) * PAGE_ROWS);
  let end = 0;
  for (let first = 0; first < rows.end; first += PAGE_ROWS) {
    const start = pages.length * PAGE_ROWS;
    owners.fill(FREE, start, start + PAGE_ROWS);
    const inUse = documents.documentOf.subarray(first, Math.min(rows.end, first + PAGE_ROWS));
    owners.set(inUse, start);
    const last = inUse.findLastIndex((document) => document !== FREE);
    if (last === -1) continue;
    end = start + last + 1;
    pages.push(first / PAGE_ROWS);
  }
  const { length } = rows;
  const header = Uint32Array.of(
    MAGIC,
    VERSION,
    dimensions,
    length,
    end,
    documents.rows,
    documents.documents,
    0,
  );
  const first = [new Uint8Array(header.buffer), new Uint8Array(owners.slice(0, end).buffer)];
  header[CHECKSUM_WORD] = checksum(first);
  const read = rows.freezePages(pages);
  return [
    ...first.map(frozen),
    ...pages.map((page) => ({ length: rows.codeBytes, pieces: () => [read(page)] })),
  ];
}

/** Makes an index of the parts of one `freezeVectors`, which come one after another. */
export class VectorsReader<State extends VectorState> {
  readonly #create: (dimensions: number) => State;
  #header: Uint8Array | undefined;
  #loading: { state: State; owners: Uint32Array; header: Header } | undefined;
  #pages = 0;

  /** @param create Makes an empty index of so many dimensions. */
  constructor(create: (dimensions: number) => State) {
    this.#create = create;
  }

  /**
   * Takes the next part, which is copied.
   * @throws SnapshotError for one that does not follow.
   */
  take(part: Uint8Array): void {
    if (this.#loading !== undefined) this.#takePage(this.#loading, part);
    else if (this.#header === undefined) this.#header = part.slice();
    else this.#loading = this.#begin(readHeader(this.#header, part), part);
  }

  /** @throws SnapshotError when parts are missing. */
  end(): State {
    if (this.#loading === undefined) throw refuse("they have no header", "FOREIGN");
    const {
      state,
      header: [, , end, rows, documents],
    } = this.#loading;
    if (this.#pages !== Math.ceil(end / PAGE_ROWS)) throw refuse("they have too few parts");
    if (state.documents.rows !== rows || state.documents.documents !== documents)
      throw refuse("some are missing");
    return state;
  }

  #begin(header: Header, part: Uint8Array): { state: State; owners: Uint32Array; header: Header } {
    const [dimensions, length, end] = header;
    if (dimensions < 1 || dimensions > MAXIMUM_DIMENSIONS) throw refuse("their dimensions are out of range");
    const state = this.#create(dimensions);
    if (length !== state.rows.length || part.length !== end * 4) {
      throw refuse("they have parts of other lengths");
    }
    const owners = new Uint32Array(new Uint8Array(part).buffer);
    let highest = -1;
    for (let row = 0; row < end; row++) if (owners[row] !== FREE) highest = Math.max(highest, owners[row]!);
    if (highest > MAXIMUM_DOCUMENT) throw refuse("they name a document out of range");
    state.documents.reserve(highest, end);
    return { state, owners, header };
  }

  #takePage(
    {
      state: { rows, documents },
      owners,
      header: [, , end],
    }: { state: State; owners: Uint32Array; header: Header },
    codes: Uint8Array,
  ): void {
    const first = this.#pages++ * PAGE_ROWS;
    if (first >= end) throw refuse("they have too many parts");
    if (codes.length !== rows.codeBytes) throw refuse("a page of them is cut off or too long");
    rows.appendPage(codes, Math.min(PAGE_ROWS, end - first));
    for (let row = first; row < rows.end; row++) {
      if (owners[row] === FREE) rows.release(row);
      else if (rows.seal(row)) documents.add(owners[row]!, row);
      else throw refuse("one of them is all zeros");
    }
  }
}

type Header = [dimensions: number, length: number, end: number, rows: number, documents: number];

function readHeader(first: Uint8Array, owners: Uint8Array): Header {
  if (first.length !== HEADER_WORDS * 4) throw refuse("they have no header", "FOREIGN");
  const header = new Uint32Array(new Uint8Array(first).buffer);
  if (header[0] !== MAGIC) throw refuse("they begin with something else", "FOREIGN");
  if (header[1] !== VERSION) {
    throw refuse(`they have format ${header[1]}, this package reads ${VERSION}`, "VERSION");
  }
  const expected = header[CHECKSUM_WORD];
  header[CHECKSUM_WORD] = 0;
  if (checksum([new Uint8Array(header.buffer), new Uint8Array(owners)]) !== expected) {
    throw refuse("their header or documents have changed");
  }
  return [header[2]!, header[3]!, header[4]!, header[5]!, header[6]!];
}

function refuse(reason: string, code: SnapshotErrorCode = "DAMAGED"): SnapshotError {
  return new SnapshotError(code, `The saved vectors cannot be read: ${reason}.`);
}
