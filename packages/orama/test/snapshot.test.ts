import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checksum } from "../src/checksum.ts";
import {
  AttributeIndex,
  decodeSnapshot,
  encodeSnapshot,
  readSnapshot,
  SnapshotError,
  TextIndex,
} from "../src/index.ts";

function bytes(sections: ReadonlyMap<string, readonly Uint8Array[]>): Uint8Array {
  return new Uint8Array(Buffer.concat(encodeSnapshot(sections)));
}

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (SnapshotError.is(error)) return error.code;
    throw error;
  }
  return "none";
}

/** The bytes in pieces of the given lengths, over and over, in one buffer that each piece overwrites. */
async function* pieces(written: Uint8Array, lengths: readonly number[]): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(Math.max(...lengths));
  for (let at = 0, next = 0; at < written.length; next++) {
    const piece = written.subarray(at, at + lengths[next % lengths.length]!);
    buffer.fill(0xff);
    buffer.set(piece);
    at += piece.length;
    yield buffer.subarray(0, piece.length);
  }
}

async function read(written: Uint8Array, lengths: readonly number[]): Promise<[string, Uint8Array][]> {
  const parts: [string, Uint8Array][] = [];
  await readSnapshot(pieces(written, lengths), (name, part) => parts.push([name, part.slice()]));
  return parts;
}

async function codeOfReading(written: Uint8Array, lengths: readonly number[]): Promise<string> {
  try {
    await read(written, lengths);
  } catch (error) {
    if (SnapshotError.is(error)) return error.code;
    throw error;
  }
  return "none";
}

const section = fc.tuple(fc.string(), fc.array(fc.uint8Array({ maxLength: 70 }), { maxLength: 4 }));

describe("container", () => {
  test("sections come back as they were", () => {
    fc.assert(
      fc.property(fc.array(section, { maxLength: 5 }), fc.nat(7), (entries, offset) => {
        const sections = new Map(entries);
        const written = bytes(sections);
        const shifted = new Uint8Array(written.length + offset).subarray(offset);
        shifted.set(written);
        expect(decodeSnapshot(shifted)).toEqual(sections);
      }),
      { seed: 20261123, numRuns: 500 },
    );
  });

  test("read in pieces, it has the same parts", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(section, { maxLength: 5 }),
        fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 5 }),
        async (entries, lengths) => {
          const sections = new Map(entries);
          const expected = [...sections].flatMap(([name, parts]) => parts.map((part) => [name, part]));
          expect(await read(bytes(sections), lengths)).toEqual(expected);
        },
      ),
      { seed: 20261125, numRuns: 500 },
    );
  });

  test("buffers of a pool are read like other bytes", async () => {
    const sections = new Map([["a", [Uint8Array.of(1, 2, 3), new Uint8Array(70).fill(7)]]]);
    const written = bytes(sections);
    for (let offset = 0; offset < 8; offset += 1) {
      const pool = Buffer.alloc(written.length + offset + 8, 9).subarray(offset, offset + written.length);
      pool.set(written);
      expect(decodeSnapshot(pool)).toEqual(sections);
      const parts: Uint8Array[] = [];
      async function* given() {
        yield pool;
      }
      await readSnapshot(given(), (_, part) => parts.push(part.slice()));
      expect(parts).toEqual(sections.get("a"));
    }
  });

  test("a source is closed when reading ends, also early", async () => {
    const written = bytes(new Map([["a", [new Uint8Array(100)]]]));
    let closed = 0;
    async function* source(): AsyncGenerator<Uint8Array> {
      try {
        for await (const piece of pieces(written, [16])) yield piece;
      } finally {
        closed++;
      }
    }
    await readSnapshot(source(), () => {});
    const stop = new Error("stop");
    const take = () => {
      throw stop;
    };
    await expect(readSnapshot(source(), take)).rejects.toBe(stop);
    expect(closed).toBe(2);
  });

  test("what was needed to read it is given back at the end, without waiting for the collector", async () => {
    const written = bytes(new Map([["a", [new Uint8Array(100), new Uint8Array(1_000)]]]));
    const joined: Uint8Array[] = [];
    await readSnapshot(pieces(written, [16]), (_, part) => joined.push(part));
    expect(joined.map(({ buffer }) => buffer.byteLength)).toEqual([0, 0]);
  });

  test("any changed, missing or added byte is noticed", async () => {
    const written = bytes(
      new Map([
        ["a", [Uint8Array.of(1, 2, 3), new Uint8Array(100).fill(7)]],
        ["b", []],
      ]),
    );
    fc.assert(
      fc.property(fc.nat(written.length - 1), fc.integer({ min: 1, max: 255 }), (at, difference) => {
        const changed = written.slice();
        changed[at] = changed[at]! ^ difference;
        expect(["FOREIGN", "VERSION", "DAMAGED"]).toContain(codeOf(() => decodeSnapshot(changed)));
      }),
      { seed: 20261123, numRuns: 2000 },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.nat(written.length - 1),
        fc.integer({ min: 1, max: 255 }),
        fc.integer({ min: 1, max: 200 }),
        async (at, difference, length) => {
          const changed = written.slice();
          changed[at] = changed[at]! ^ difference;
          expect(["FOREIGN", "VERSION", "DAMAGED"]).toContain(await codeOfReading(changed, [length]));
        },
      ),
      { seed: 20261125, numRuns: 2000 },
    );
    for (let length = 0; length < written.length; length++) {
      const cut = written.subarray(0, length);
      expect(["FOREIGN", "DAMAGED"]).toContain(codeOf(() => decodeSnapshot(cut)));
      expect(["FOREIGN", "DAMAGED"]).toContain(await codeOfReading(cut, [37]));
    }
    const longer = Uint8Array.of(...written, 0);
    expect(codeOf(() => decodeSnapshot(longer))).toBe("DAMAGED");
    expect(await codeOfReading(longer, [37])).toBe("DAMAGED");
  });

  test("what is something else says so", () => {
    expect(codeOf(() => decodeSnapshot(new TextEncoder().encode("SQLite format 3\0".repeat(9))))).toBe(
      "FOREIGN",
    );
    expect(codeOf(() => decodeSnapshot(new Uint8Array(0)))).toBe("FOREIGN");
    const newer = bytes(new Map());
    newer[4] = 99;
    expect(codeOf(() => decodeSnapshot(newer))).toBe("VERSION");
  });

  test("the checksum is xxHash", () => {
    // Values of the reference implementation.
    const text = (string: string): Uint8Array => new TextEncoder().encode(string);
    expect(checksum([new Uint8Array(0)])).toBe(0x02cc5d05);
    expect(checksum([text("a")])).toBe(0x550d7456);
    expect(checksum([text("abc")])).toBe(0x32d153ff);
    expect(checksum([text("Nobody inspects the spammish repetition")])).toBe(0xe2293b2f);
    const long = text("Nobody inspects the spammish repetition");
    expect(checksum([long.subarray(0, 16), long.subarray(16)])).toBe(0xe2293b2f);
  });
});

describe("indexes", () => {
  test("parts of one index are no parts of another, and missing parts are noticed", () => {
    const text = new TextIndex();
    text.add(1, "walrus");
    const attributes = new AttributeIndex();
    attributes.add(1, "tag", "sea");
    expect(codeOf(() => TextIndex.load(attributes.save()))).toBe("FOREIGN");
    expect(codeOf(() => AttributeIndex.load(text.save()))).toBe("FOREIGN");
    expect(codeOf(() => TextIndex.load([]))).toBe("FOREIGN");
    expect(codeOf(() => TextIndex.load(text.save().slice(0, -1)))).toBe("DAMAGED");
    expect(codeOf(() => AttributeIndex.load(attributes.save().slice(0, -1)))).toBe("DAMAGED");
    const other = [...text.save()];
    other[0] = new TextEncoder().encode(JSON.stringify({ kind: "text", format: 99 }));
    expect(codeOf(() => TextIndex.load(other))).toBe("VERSION");
  });

  test("a loaded index neither changes nor needs the snapshot", () => {
    const index = new TextIndex({ fields: ["title", "body"], k1: 0.9, b: 0.3, fallbackLanguage: "fr" });
    for (let doc = 1; doc < 400; doc++)
      index.add(doc, { title: `walrus ${doc % 7}`, body: `violon ${"mot ".repeat(doc % 5)}` });
    const written = bytes(new Map([["text", index.save()]]));
    const before = written.slice();
    const loaded = TextIndex.load(decodeSnapshot(written).get("text")!);
    expect(loaded.search("walrus 3", { limit: 50 })).toEqual(index.search("walrus 3", { limit: 50 }));
    for (let doc = 1; doc < 300; doc++) loaded.remove(doc);
    for (let doc = 500; doc < 700; doc++) loaded.add(doc, { title: "walrus" });
    expect(written).toEqual(before);
    expect(loaded.search("violon mot", { limit: 500 }).documents.length).toBe(100);
  });

  test("empty indexes", () => {
    expect(TextIndex.load(new TextIndex().save()).size).toBe(0);
    expect([...AttributeIndex.load(new AttributeIndex().save()).fields()]).toEqual([]);
  });
});
