import { checksum } from "./checksum.ts";
import { bytesOf, wordsFrom } from "./packing.ts";
import { SnapshotError } from "./snapshot-error.ts";

/** "SVNR" in a little-endian word; the other way round on a machine with the other byte order. */
const magic = 0x524e5653;
const formatVersion = 1;
const alignment = 16;
const headerBytes = 32;

/**
 * Named sections, each of several parts, in one run of bytes, to be written out one after another.
 *
 * Format, in words of 32 bits, little-endian: magic, version, bytes of the table, bytes of all (low word), checksum of
 * what follows the header, bytes of all (high word), two words of 0. Then the table, JSON in UTF-8: `[[name, [bytes of each part]], …]`. Then the parts. Table
 * and parts are padded to multiples of 16 bytes.
 *
 * @returns Views where possible: write them before the indexes change.
 */
export function encodeSnapshot(sections: ReadonlyMap<string, readonly Uint8Array[]>): Uint8Array[] {
  const table = Array.from(sections, ([name, parts]) => [name, parts.map((part) => part.length)]);
  const tableBytes = new TextEncoder().encode(JSON.stringify(table));
  const body: Uint8Array[] = [padded(tableBytes)];
  for (const parts of sections.values()) for (const part of parts) body.push(...aligned(part));
  let total = headerBytes;
  for (const part of body) total += part.length;
  const header = new Uint32Array(headerBytes / 4);
  header.set([magic, formatVersion, tableBytes.length, total, checksum(body), Math.floor(total / 2 ** 32)]);
  return [bytesOf(header), ...body];
}

/** The parts of a snapshot by section, as views. Throws `SnapshotError`. */
export function decodeSnapshot(snapshot: Uint8Array): Map<string, Uint8Array[]> {
  if (snapshot.length < headerBytes)
    throw new SnapshotError("FOREIGN", "These bytes are too few for a snapshot.");
  const header = wordsFrom(snapshot.subarray(0, headerBytes));
  if (header[0] !== magic) throw new SnapshotError("FOREIGN", "These bytes are no snapshot of this package.");
  if (header[1] !== formatVersion) {
    throw new SnapshotError(
      "VERSION",
      `The snapshot has format ${header[1]}, this package reads ${formatVersion}.`,
    );
  }
  const total = header[3]! + header[5]! * 2 ** 32;
  if (snapshot.length !== total) {
    throw new SnapshotError("DAMAGED", `The snapshot has ${snapshot.length} bytes instead of ${total}.`);
  }
  if (header[6] !== 0 || header[7] !== 0)
    throw new SnapshotError("DAMAGED", "The header of the snapshot was changed.");
  if (checksum([snapshot.subarray(headerBytes)]) !== header[4]) {
    throw new SnapshotError("DAMAGED", "The snapshot does not have the bytes that were written.");
  }
  const tableEnd = headerBytes + header[2]!;
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

function readTable(bytes: Uint8Array): [string, number[]][] {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new SnapshotError("DAMAGED", "The table of the snapshot cannot be read.", { cause });
  }
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
