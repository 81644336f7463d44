import { absentLength } from "./frozen-part.ts";
import { SnapshotError } from "./snapshot-error.ts";
import type { Steps } from "./steps.ts";

type NumberArray = Uint8Array | Uint16Array | Uint32Array | Float64Array;

/** The bytes of an array, as a view. */
export function bytesOf(array: NumberArray): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/**
 * Gives the memory of bytes that nobody reads any more back at once, with all that are in the same buffer: to the collector
 * a long array is a small object, and it comes late.
 */
export function giveBack({ buffer }: ArrayBufferView): void {
  if (buffer instanceof ArrayBuffer && !buffer.detached) buffer.transfer(0);
}

/** For reading only: without a copy where the bytes are at an address that such numbers may have. */
export function wordsIn(part: Uint8Array): Uint32Array {
  const { buffer, byteOffset, length } = part;
  return byteOffset % 4 === 0 && length % 4 === 0
    ? new Uint32Array(buffer, byteOffset, length / 4)
    : wordsFrom(part);
}

/** The same of half words. */
export function halfWordsIn(part: Uint8Array): Uint16Array {
  const { buffer, byteOffset, length } = part;
  return byteOffset % 2 === 0 && length % 2 === 0
    ? new Uint16Array(buffer, byteOffset, length / 2)
    : halfWordsFrom(part);
}

/** A copy, so that an index neither changes a snapshot nor keeps it in memory. */
export function wordsFrom(part: Uint8Array): Uint32Array {
  return new Uint32Array(copied(part, 4));
}

/** A copy. */
export function halfWordsFrom(part: Uint8Array): Uint16Array {
  return new Uint16Array(copied(part, 2));
}

/** A copy. */
export function numbersFrom(part: Uint8Array): Float64Array {
  return new Float64Array(copied(part, 8));
}

function copied(part: Uint8Array, size: number): ArrayBuffer {
  if (part.length % size !== 0)
    throw new SnapshotError("DAMAGED", "A part of the snapshot has an impossible length.");
  return part.slice().buffer as ArrayBuffer;
}

/** Arguments that `String.fromCharCode` takes at a time. */
const unitsAtOnce = 4096;

/** Strings between two steps. */
const stringsAtOnce = 512;

/** The strings of the two parts that `frozenStrings` made. */
export function* unpackingStrings(
  unitsPart: Uint8Array,
  lengthsPart: Uint8Array,
): Steps<(string | undefined)[]> {
  const units = halfWordsIn(unitsPart);
  const lengths = wordsIn(lengthsPart);
  const strings: (string | undefined)[] = [];
  let at = 0;
  for (let entry = 0; entry < lengths.length; entry++) {
    if (entry % stringsAtOnce === 0) yield;
    if (lengths[entry] === absentLength) {
      strings.push(undefined);
      continue;
    }
    const end = at + lengths[entry]!;
    if (end > units.length) throw new SnapshotError("DAMAGED", "The strings of the snapshot are cut off.");
    let string = "";
    for (; at < end; at = Math.min(end, at + unitsAtOnce)) {
      string += String.fromCharCode.apply(
        null,
        units.subarray(at, Math.min(end, at + unitsAtOnce)) as unknown as number[],
      );
    }
    strings.push(string);
  }
  return strings;
}

/** The description that an index writes as its first part. */
export function packDescription(description: Readonly<Record<string, unknown>>): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(description));
}

/** Reads it back and checks that it is of the same kind and format. */
export function unpackDescription(
  parts: readonly Uint8Array[],
  kind: string,
  format: number,
  count: number,
): Record<string, unknown> {
  let description: Record<string, unknown>;
  try {
    description = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(parts[0]));
  } catch (cause) {
    throw new SnapshotError("FOREIGN", `These parts are not those of a ${kind} index.`, { cause });
  }
  const { kind: found, format: foundFormat } = description ?? {};
  if (found !== kind) throw new SnapshotError("FOREIGN", `These parts are not those of a ${kind} index.`);
  if (foundFormat !== format) {
    throw new SnapshotError(
      "VERSION",
      `The ${kind} index has format ${String(foundFormat)}, this package reads ${format}.`,
    );
  }
  if (parts.length < count) throw new SnapshotError("DAMAGED", `Parts of the ${kind} index are missing.`);
  return description;
}
