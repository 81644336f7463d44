import type { Embedder } from "@souvenir/core";
import { expect, test } from "vitest";

type Kind = "document" | "query";
const document = { kind: "document" } as const;

/** Every promise of the `Embedder` contract, by name. */
export type EmbedderSpecName =
  | "namesItself"
  | "answersNothingForNothing"
  | "keepsTheOrder"
  | "takesMoreThanABatch"
  | "isTheSameEachTime"
  | "takesAnyText"
  | "leavesTheTextsAlone"
  | "sharesNoMemory"
  | "answersSideBySide"
  | "ends"
  | "computesTheSame";

type Spec = (open: () => Promise<Embedder>) => Promise<void>;

const texts = ["I like tea.", "It rains in Brest.", "Ich fahre einen Golf.", "私は毎朝走ります。"];
const plain = (vectors: readonly Float32Array[]) => vectors.map((vector) => [...vector]);

async function opened(open: () => Promise<Embedder>): Promise<Embedder> {
  const embedder = await open();
  await embedder.load?.();
  return embedder;
}

/** To a thousandth: models are not the same to the bit in batches of other sizes. */
function near(left: readonly Float32Array[], right: readonly Float32Array[]): void {
  expect(left.length).toBe(right.length);
  for (const [at, vector] of left.entries()) {
    expect(vector.length).toBe(right[at]?.length);
    for (const [place, number] of vector.entries())
      expect(Math.abs(number - (right[at]?.[place] ?? Number.NaN))).toBeLessThan(1e-3);
  }
}

const specs: Record<EmbedderSpecName, Spec> = {
  async namesItself(open) {
    const embedder = await opened(open);
    expect(embedder.id).toMatch(/./);
    expect(Number.isInteger(embedder.dimensions) && embedder.dimensions > 0).toBe(true);
    const again = await opened(open);
    expect([again.id, again.dimensions]).toEqual([embedder.id, embedder.dimensions]);
  },
  async answersNothingForNothing(open) {
    expect(await (await opened(open)).embed([], document)).toEqual([]);
  },
  async keepsTheOrder(open) {
    const embedder = await opened(open);
    const together = await embedder.embed(texts, document);
    expect(together.every((vector) => vector instanceof Float32Array)).toBe(true);
    expect(together.every((vector) => vector.length === embedder.dimensions)).toBe(true);
    expect(together.every((vector) => vector.every(Number.isFinite))).toBe(true);
    const alone: Float32Array[] = [];
    for (const text of texts) alone.push(...(await embedder.embed([text], document)));
    near(together, alone);
    near(await embedder.embed(texts.toReversed(), document), together.toReversed());
  },
  async takesMoreThanABatch(open) {
    const embedder = await opened(open);
    const many = Array.from({ length: 70 }, (_, at) => `${texts[at % texts.length]} ${at % 3}`);
    const vectors = await embedder.embed(many, document);
    expect(vectors).toHaveLength(70);
    near([vectors[69] as Float32Array], await embedder.embed([many[69] as string], document));
  },
  async isTheSameEachTime(open) {
    const embedder = await opened(open);
    for (const kind of ["document", "query"] satisfies Kind[])
      near(await embedder.embed(texts, { kind }), await embedder.embed(texts, { kind }));
  },
  async takesAnyText(open) {
    const embedder = await opened(open);
    const strange = [
      "🙂",
      "\u0000 a",
      "a\ufeffb",
      "so long ".repeat(700),
      "e\u0301".repeat(50),
      '"\\\n\u2028',
    ];
    for (const vector of await embedder.embed(strange, document)) {
      expect(vector).toHaveLength(embedder.dimensions);
      expect(vector.every(Number.isFinite)).toBe(true);
    }
  },
  async leavesTheTextsAlone(open) {
    const given = [...texts];
    await (await opened(open)).embed(given, document);
    expect(given).toEqual(texts);
  },
  async sharesNoMemory(open) {
    const embedder = await opened(open);
    const first = await embedder.embed(texts, document);
    const before = plain(first);
    for (const vector of await embedder.embed(texts.toReversed(), document)) vector.fill(0);
    expect(plain(first)).toEqual(before);
  },
  async answersSideBySide(open) {
    const embedder = await opened(open);
    const alone = await embedder.embed(texts, document);
    const all = await Promise.all(texts.map((text) => embedder.embed([text], document)));
    near(all.flat(), alone);
  },
  async ends(open) {
    const embedder = await opened(open);
    const reason = new Error("enough");
    await expect(embedder.embed(texts, { ...document, signal: AbortSignal.abort(reason) })).rejects.toBe(
      reason,
    );
  },
  async computesTheSame(open) {
    const embedder = await opened(open);
    if (embedder.compute === undefined) return;
    const computed = texts.map(
      (text) => embedder.compute?.(text, document) ?? new Float32Array(embedder.dimensions),
    );
    near(computed, await embedder.embed(texts, document));
  },
};

export const embedderSpecs: Readonly<Record<EmbedderSpecName, Spec>> = specs;

/**
 * Registers a test for each promise of the `Embedder` contract.
 * @param open - A new embedder, alike each time.
 */
export function embedderSuite(name: string, open: () => Promise<Embedder>): void {
  for (const spec of Object.keys(specs) as EmbedderSpecName[])
    test(`${name}: ${spec}`, () => specs[spec](open));
}
