import { Checksum, checksum } from "./checksum.ts";
import type { FrozenPart } from "./frozen-part.ts";
import { bytesOf, giveBack, wordsFrom } from "./packing.ts";
import { SnapshotError } from "./snapshot-error.ts";

/** "SVNR" in a little-endian word; the other way round on a machine with the other byte order. */
const magic = 0x524e5653;
const formatVersion = 2;
const alignment = 16;
const headerBytes = 32;
const trailerBytes = 16;
/** Bytes of a piece that `freezeSnapshot` makes. */
const pieceBytes = 2 ** 18;

/**
 * Named sections, each of several parts, in one run of bytes, to be written out one after another.
 *
 * Format, in words of 32 bits, little-endian: magic, version, bytes of the table, bytes of all (low word), checksum of
 * the table, bytes of all (high word), two words of 0. Then the table, JSON in UTF-8: `[[name, [bytes of each part]], …]`.
 * Then the parts. Table and parts are padded to multiples of 16 bytes. In the end the checksum of all between the header
 * and it, and three words of 0.
 *
 * @returns Views where possible: write them before the indexes change.
 */
export function encodeSnapshot(sections: ReadonlyMap<string, readonly Uint8Array[]>): Uint8Array[] {
  const { header, table } = headOf(sections);
  const body: Uint8Array[] = [table];
  for (const parts of sections.values()) for (const part of parts) body.push(...aligned(part));
  return [header, ...body, trailerOf(checksum(body))];
}

/**
 * The same of parts that are made while they are read, in pieces, each made when it is asked for and valid until the next
 * one is: a snapshot that is written while the indexes change and others run.
 */
export function* freezeSnapshot(sections: ReadonlyMap<string, readonly FrozenPart[]>): Generator<Uint8Array> {
  const { header, table } = headOf(sections);
  yield header;
  const sum = new Checksum();
  sum.add(table);
  yield table;
  const piece = new Uint8Array(pieceBytes);
  let used = 0;
  for (const parts of sections.values()) {
    for (const part of parts) {
      let left = part.length;
      for (const bytes of part.pieces()) {
        left -= bytes.length;
        for (let at = 0; at < bytes.length; ) {
          const length = Math.min(bytes.length - at, pieceBytes - used);
          piece.set(bytes.subarray(at, at + length), used);
          at += length;
          used += length;
          if (used < pieceBytes) continue;
          sum.add(piece);
          yield piece;
          used = 0;
        }
      }
      if (left !== 0) throw new RangeError("A frozen part has other bytes than it said.");
      const end = alignedLength(used);
      piece.fill(0, used, end);
      used = end % pieceBytes;
      if (end === pieceBytes) {
        sum.add(piece);
        yield piece;
      }
    }
  }
  const rest = piece.subarray(0, used);
  sum.add(rest);
  yield rest;
  yield trailerOf(sum.value());
}

function headOf(sections: ReadonlyMap<string, readonly { readonly length: number }[]>): {
  header: Uint8Array;
  table: Uint8Array;
} {
  const lengths = Array.from(sections, ([name, parts]) => [name, parts.map((part) => part.length)] as const);
  const tableBytes = new TextEncoder().encode(JSON.stringify(lengths));
  const table = padded(tableBytes);
  let total = headerBytes + table.length + trailerBytes;
  for (const [, parts] of lengths) for (const length of parts) total += alignedLength(length);
  const header = new Uint32Array(headerBytes / 4);
  header.set([
    magic,
    formatVersion,
    tableBytes.length,
    total,
    checksum([table]),
    Math.floor(total / 2 ** 32),
  ]);
  return { header: bytesOf(header), table };
}

function trailerOf(sum: number): Uint8Array {
  return bytesOf(Uint32Array.of(sum, 0, 0, 0));
}

/** The checksum that the last bytes of a snapshot say. */
function checksumIn(trailer: Uint8Array): number {
  const [sum, ...zeros] = wordsFrom(trailer);
  if (zeros.some((word) => word !== 0)) throw changed();
  return sum!;
}

/** The parts of a snapshot by section, as views. Throws `SnapshotError`. */
export function decodeSnapshot(given: Uint8Array): Map<string, Uint8Array[]> {
  const snapshot = plain(given);
  const header = readHeader(snapshot.subarray(0, headerBytes));
  if (snapshot.length !== header.total) {
    throw new SnapshotError(
      "DAMAGED",
      `The snapshot has ${snapshot.length} bytes instead of ${header.total}.`,
    );
  }
  const bodyEnd = snapshot.length - trailerBytes;
  if (checksum([snapshot.subarray(headerBytes, bodyEnd)]) !== checksumIn(snapshot.subarray(bodyEnd)))
    throw changed();
  const tableEnd = headerBytes + header.tableBytes;
  if (checksum([snapshot.subarray(headerBytes, alignedLength(tableEnd))]) !== header.checksum)
    throw changed();
  const sections = new Map<string, Uint8Array[]>();
  let at = alignedLength(tableEnd);
  for (const [name, lengths] of readTable(snapshot.subarray(headerBytes, tableEnd))) {
    sections.set(
      name,
      lengths.map((length) => {
        const part = snapshot.subarray(at, at + length);
        at += alignedLength(length);
        return part;
      }),
    );
  }
  return sections;
}

/**
 * Reads a snapshot that need not be in memory as a whole, such as a file of more than 2 GiB.
 *
 * @param pieces Its bytes in order, cut anywhere. A piece may be overwritten when the next one is asked for.
 * @param take Called with each part in order; its bytes are valid during the call only. What is made of them must not be
 * used before the promise resolves: whether they are those that were written is known at the end. An error that `take`
 * throws ends the reading.
 * @throws SnapshotError
 */
export async function readSnapshot(
  pieces: AsyncIterable<Uint8Array>,
  take: (section: string, part: Uint8Array) => void,
): Promise<void> {
  const iterator = pieces[Symbol.asyncIterator]();
  const bytes = new PieceReader(iterator);
  try {
    const header = readHeader(await bytes.next(headerBytes));
    const sum = new Checksum();
    let left = header.total - headerBytes - trailerBytes;
    const next = async (length: number): Promise<Uint8Array> => {
      const whole = alignedLength(length);
      left -= whole;
      if (left < 0) throw changed();
      return (await bytes.next(whole, sum)).subarray(0, length);
    };
    const table = await next(header.tableBytes);
    if (sum.value() !== header.checksum) throw changed();
    for (const [name, lengths] of readTable(table))
      for (const length of lengths) take(name, await next(length));
    if (left !== 0) throw changed();
    const expected = sum.value();
    if (checksumIn(await bytes.next(trailerBytes)) !== expected || !(await bytes.isAtEnd())) throw changed();
  } finally {
    bytes.close();
    await iterator.return?.();
  }
}

/** Takes runs of bytes out of pieces. */
class PieceReader {
  readonly #pieces: AsyncIterator<Uint8Array>;
  #piece: Uint8Array = new Uint8Array(0);
  /** What runs over several pieces. */
  #joined: Uint8Array = new Uint8Array(0);

  constructor(pieces: AsyncIterator<Uint8Array>) {
    this.#pieces = pieces;
  }

  /** The next bytes, added to a checksum: a view until the next call. */
  async next(length: number, sum?: Checksum): Promise<Uint8Array> {
    if (this.#piece.length < length) return this.#join(length, sum);
    const bytes = this.#piece.subarray(0, length);
    this.#piece = this.#piece.subarray(length);
    sum?.add(bytes);
    return bytes;
  }

  close(): void {
    giveBack(this.#joined);
  }

  async isAtEnd(): Promise<boolean> {
    while (this.#piece.length === 0) if (!(await this.#advance())) return true;
    return false;
  }

  async #join(length: number, sum: Checksum | undefined): Promise<Uint8Array> {
    if (this.#joined.length < length) {
      giveBack(this.#joined);
      this.#joined = new Uint8Array(length);
    }
    let used = 0;
    while (used < length) {
      if (this.#piece.length === 0 && !(await this.#advance())) {
        throw new SnapshotError(used === 0 ? "FOREIGN" : "DAMAGED", "The snapshot ends too early.");
      }
      const bytes = this.#piece.subarray(0, length - used);
      this.#joined.set(bytes, used);
      sum?.add(bytes);
      this.#piece = this.#piece.subarray(bytes.length);
      used += bytes.length;
    }
    return this.#joined.subarray(0, length);
  }

  async #advance(): Promise<boolean> {
    const { done, value } = await this.#pieces.next();
    if (done === true) return false;
    this.#piece = plain(value);
    return true;
  }
}

function readHeader(bytes: Uint8Array): { tableBytes: number; total: number; checksum: number } {
  if (bytes.length < headerBytes)
    throw new SnapshotError("FOREIGN", "These bytes are too few for a snapshot.");
  const header = wordsFrom(bytes);
  if (header[0] !== magic) throw new SnapshotError("FOREIGN", "These bytes are no snapshot of this package.");
  if (header[1] !== formatVersion) {
    throw new SnapshotError(
      "VERSION",
      `The snapshot has format ${header[1]}, this package reads ${formatVersion}.`,
    );
  }
  if (header[6] !== 0 || header[7] !== 0)
    throw new SnapshotError("DAMAGED", "The header of the snapshot was changed.");
  return {
    tableBytes: header[2]!,
    total: header[3]! + header[5]! * 2 ** 32,
    checksum: header[4]!,
  };
}

/** The same bytes without methods of a subclass: the `slice` of a `Buffer` is no copy, and begins anywhere in a pool. */
function plain({ buffer, byteOffset, byteLength }: Uint8Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function changed(): SnapshotError {
  return new SnapshotError("DAMAGED", "The snapshot does not have the bytes that were written.");
}

function readTable(bytes: Uint8Array): [string, number[]][] {
  let table: unknown;
  try {
    table = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new SnapshotError("DAMAGED", "The table of the snapshot cannot be read.", { cause });
  }
  // `readSnapshot` reads it before it knows the checksum.
  const isTable =
    Array.isArray(table) &&
    table.every(
      (entry) =>
        Array.isArray(entry) &&
        typeof entry[0] === "string" &&
        Array.isArray(entry[1]) &&
        entry[1].every((length) => Number.isSafeInteger(length) && length >= 0),
    );
  if (!isTable) throw changed();
  return table as [string, number[]][];
}

function alignedLength(length: number): number {
  return Math.ceil(length / alignment) * alignment;
}

function padded(part: Uint8Array): Uint8Array {
  const whole = new Uint8Array(alignedLength(part.length));
  whole.set(part);
  return whole;
}

/** The part, and apart from it the end of it that needs padding. */
function aligned(part: Uint8Array): Uint8Array[] {
  const whole = part.length - (part.length % alignment);
  return whole === part.length ? [part] : [part.subarray(0, whole), padded(part.subarray(whole))];
}
