/**
 * A part of a snapshot of an index as it was, whatever it becomes while the part is read. Its bytes are made when they are
 * asked for, a few at a time.
 */
export interface FrozenPart {
  /** Bytes of all pieces together. */
  readonly length: number;
  /** Its bytes in order, once. A piece is valid until the next one is asked for. */
  pieces(): Iterable<Uint8Array>;
}

/** Bytes of a piece, about. */
const pieceBytes = 2 ** 16;

/** Bytes that nobody changes. */
export function frozen(bytes: Uint8Array): FrozenPart {
  return { length: bytes.length, pieces: () => [bytes] };
}

/** Numbers that are worked out one after another. */
export function frozenNumbers<Numbers extends Uint8Array | Uint16Array | Uint32Array | Float64Array>(
  count: number,
  create: (length: number) => Numbers,
  numberAt: (index: number) => number,
): FrozenPart {
  const { BYTES_PER_ELEMENT: size } = create(0);
  return {
    length: count * size,
    *pieces() {
      const piece = create(Math.min(count, pieceBytes / size));
      for (let start = 0; start < count; start += piece.length) {
        const end = Math.min(count, start + piece.length);
        for (let at = start; at < end; at++) piece[at - start] = numberAt(at);
        yield new Uint8Array(piece.buffer, 0, (end - start) * size);
      }
    },
  };
}

/** Strings as UTF-16 units one after another, and the length of each; what is no string has the length 2³² - 1. */
export function frozenStrings(values: readonly unknown[]): [units: FrozenPart, lengths: FrozenPart] {
  let total = 0;
  for (let at = 0; at < values.length; at++) {
    const value = values[at];
    if (typeof value === "string") total += value.length;
  }
  return [
    {
      length: total * 2,
      *pieces() {
        const units = new Uint16Array(Math.min(total, pieceBytes / 2));
        let used = 0;
        for (let at = 0; at < values.length; at++) {
          const value = values[at];
          const string = typeof value === "string" ? value : "";
          for (let unit = 0; unit < string.length; unit++) {
            units[used++] = string.charCodeAt(unit);
            if (used < units.length) continue;
            yield new Uint8Array(units.buffer);
            used = 0;
          }
        }
        yield new Uint8Array(units.buffer, 0, used * 2);
      },
    },
    frozenNumbers(
      values.length,
      (length) => new Uint32Array(length),
      (at) => {
        const value = values[at];
        return typeof value === "string" ? value.length : absentLength;
      },
    ),
  ];
}

/** Stands for the length of a string that is not there. */
export const absentLength = 0xffffffff;

/** All bytes of a part, as a copy. */
export function thawed(part: FrozenPart): Uint8Array {
  const bytes = new Uint8Array(part.length);
  let at = 0;
  for (const piece of part.pieces()) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
