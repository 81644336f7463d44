import { fork } from "node:child_process";
import { DocumentSet } from "@souvenir/orama";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createMemory, defaultEmbedder, type SearchHit, SouvenirError } from "../src/index.ts";
import { type Background, backgroundOf, standingOut } from "../src/ranking/background.ts";
import { withNeighbours } from "../src/ranking/candidates.ts";
import { features } from "../src/ranking/features.ts";
import { defaultRanking, resolveRanking } from "../src/ranking/ranking.ts";
import { newPath, openMemory } from "./open-memory.ts";

const seed = 20261130;
const namespace = "all";

const words =
  "garden tomato balcony Anna Leipzig train ticket INC-4711 dentist Tuesday piano lesson soup recipe thunder".split(
    " ",
  );
const sentence = fc
  .array(fc.constantFrom(...words, "?", "2025"), { minLength: 1, maxLength: 9 })
  .map((chosen) => chosen.join(" "));
const turns = fc.array(
  fc.record({
    value: sentence,
    thread: fc.option(fc.constantFrom("one", "two"), { nil: undefined }),
    role: fc.option(fc.constantFrom("user", "assistant", "Anna"), { nil: undefined }),
    day: fc.integer({ min: 0, max: 40 }),
  }),
  { minLength: 1, maxLength: 25 },
);
const questions = fc.array(sentence, { minLength: 2, maxLength: 5 });

type Turn = { value: string; thread: string | undefined; role: string | undefined; day: number };

const now = Date.UTC(2025, 5, 1);

function inputs(given: readonly Turn[]) {
  return given.map(({ value, thread, role, day }, at) => ({
    namespace,
    key: `k${at}`,
    value,
    createdAt: now - day * 86_400_000,
    ...(thread === undefined ? {} : { thread }),
    ...(role === undefined ? {} : { role }),
  }));
}

/** What the order and the scores are, to compare. */
function answerOf(results: readonly SearchHit[]): [key: string, score: number][] {
  return results.map(({ key, score }) => [key, score]);
}

describe("a score", () => {
  test("is the probability whose log-odds the contributions sum to, and features stay in their ranges", async () => {
    const ranges = new Map(features.map(({ name, range }) => [name, range]));
    await fc.assert(
      fc.asyncProperty(turns, sentence, fc.boolean(), async (given, query, withMeaning) => {
        await using memory = await createMemory({
          path: ":memory:",
          clock: () => now,
          ...(withMeaning ? {} : { embedder: false as const }),
        });
        await memory.setMany(inputs(given));
        const { results } = await memory.search({ namespace, query, minScore: 0, explain: true });
        for (const { score, contributions = {}, features: values = {} } of results) {
          const sum = Object.values(contributions).reduce((left, right) => left + right, 0);
          expect(Math.log(score / (1 - score))).toBeCloseTo(sum, 9);
          expect(Object.keys(contributions).toSorted()).toEqual(
            [...Object.keys(values), "constant"].toSorted(),
          );
          for (const [name, value] of Object.entries(values)) {
            const [least, most] = ranges.get(name) as readonly [number, number];
            expect(value).toBeGreaterThanOrEqual(least - 1e-9);
            expect(value).toBeLessThanOrEqual(most + 1e-9);
          }
        }
        const plain = await memory.search({ namespace, query, minScore: 0 });
        expect(answerOf(plain.results)).toEqual(answerOf(results));
        expect(plain.results.every((hit) => !("contributions" in hit) && !("features" in hit))).toBe(true);
      }),
      { seed, numRuns: 30 },
    );
  });

  test("is a function of the contents and the question: in any order, opened again, built anew", async () => {
    await fc.assert(
      fc.asyncProperty(turns, questions, async (given, asked) => {
        const path = await newPath();
        const options = { path, clock: () => now };
        const ask = async (memory: Awaited<ReturnType<typeof createMemory>>, queries: readonly string[]) => {
          const answers = new Map<string, [string, number][]>();
          for (const query of queries)
            answers.set(query, answerOf((await memory.search({ namespace, query, minScore: 0 })).results));
          return answers;
        };
        const memory = await createMemory(options);
        await memory.setMany(inputs(given));
        const first = await ask(memory, asked);
        expect(await ask(memory, asked.toReversed())).toEqual(
          new Map([...first].toReversed().map(([query, answer]) => [query, answer])),
        );
        await memory.close();
        await using again = await createMemory(options);
        for (const [query, answer] of await ask(again, asked.toReversed()))
          expect(answer).toEqual(first.get(query));
        await using other = await createMemory({ path: ":memory:", clock: () => now });
        for (const input of inputs(given)) await other.set(input);
        for (const [query, answer] of await ask(other, asked)) expect(answer).toEqual(first.get(query));
      }),
      { seed, numRuns: 12 },
    );
  });

  test("is the same from a snapshot, and in another process", async () => {
    const path = await newPath();
    const asked = ["Who has a piano lesson?", "INC-4711", "what grows on the balcony", "yesterday"];
    const given = Array.from({ length: 700 }, (_, at) => ({
      namespace,
      key: `k${at}`,
      value: `${words[at % words.length]} ${words[(at * 7) % words.length]} ${words[(at * 5 + 3) % words.length]} ${at}`,
      createdAt: now - at * 3_600_000,
      thread: `t${at % 9}`,
      role: at % 2 === 0 ? "user" : "assistant",
    }));
    const answers = [];
    {
      await using memory = await createMemory({ path, clock: () => now });
      await memory.setMany(given);
      for (const query of asked) answers.push(answerOf((await memory.search({ namespace, query })).results));
    }
    expect(answers.some((answer) => answer.length > 0)).toBe(true);
    await using memory = await createMemory({ path, clock: () => now });
    for (const [at, query] of asked.entries())
      expect(answerOf((await memory.search({ namespace, query })).results)).toEqual(answers[at]);
    const child = fork(new URL("ranking-process.ts", import.meta.url), [path, String(now), ...asked], {
      execArgv: ["--conditions=@souvenir/source"],
    });
    const [told] = await new Promise<unknown[]>((resolve, reject) => {
      child.once("message", (message) => resolve([message]));
      child.once("error", reject);
      child.once("exit", (code) => reject(new Error(`the other process ended with ${code}`)));
    });
    expect(told).toEqual(answers);
  });

  test("a multiplier of 0 switches a signal off, and 1 is what was trained", async () => {
    const given = [
      { value: "Our pediatrician is Dr. Moreau.", thread: undefined, role: undefined, day: 1 },
      { value: "The piano lesson is on Tuesday.", thread: undefined, role: undefined, day: 2 },
    ];
    const ask = async (vector: number) => {
      await using memory = await createMemory({ path: ":memory:", ranking: { vector } });
      await memory.setMany(inputs(given));
      return (await memory.search({ namespace, query: "Who is the doctor for kids?", minScore: 0 })).results;
    };
    expect((await ask(1))[0]?.key).toBe("k0");
    expect(await ask(0)).toEqual([]);
  });
});

describe("the background", () => {
  test("is that of the unrelated memories, also when a quarter of all is related", () => {
    const unrelated = Array.from({ length: 300 }, (_, at) => 0.3 + (0.1 * ((at * 7919) % 300)) / 300 - 0.05);
    const alone = backgroundOf(Float64Array.from(unrelated)) as Background;
    expect(alone.mean).toBeCloseTo(0.3, 1);
    const mixed = backgroundOf(
      Float64Array.from([...unrelated, ...new Array<number>(80).fill(0.95), Number.NaN]),
    ) as Background;
    expect(Math.abs(mixed.mean - alone.mean)).toBeLessThan(0.03);
    expect(standingOut(0.95, mixed)).toBeGreaterThan(8);
  });

  test("standing out: the plain quotient among many dimensions, the rarest of all when nothing can be nearer", () => {
    expect(standingOut(0.3, { mean: 0, deviation: 1 / Math.sqrt(1000) })).toBeCloseTo(
      0.3 * Math.sqrt(1000),
      0,
    );
    // On the sphere in three dimensions cosines are uniform: 0.99 is exceeded by one in 200.
    expect(standingOut(0.99, { mean: 0, deviation: 1 / Math.sqrt(3) })).toBeCloseTo(2.58, 0);
    expect(standingOut(1, { mean: 0, deviation: 1 })).toBe(Number.POSITIVE_INFINITY);
    expect(standingOut(-0.5, { mean: 0.5, deviation: 0.5 })).toBe(-2);
    fc.assert(
      fc.property(
        fc.double({ min: -1, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 0.1, noNaN: true }),
        fc.double({ min: -0.2, max: 1.1, noNaN: true }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (cosine, more, mean, deviation) => {
          const nearer = Math.min(1, cosine + more);
          const background = { mean, deviation };
          expect(standingOut(cosine, background)).not.toBeNaN();
          expect(standingOut(nearer, background)).toBeGreaterThanOrEqual(standingOut(cosine, background));
        },
      ),
      { seed, numRuns: 1000 },
    );
  });

  test("texts of which only letters are read are found by their words", async () => {
    const memory = await openMemory(":memory:", { embedder: defaultEmbedder() });
    const said = ["ทีมชนะการแข่งขันในฤดูกาลนี้", "ฉันชอบดื่มชาตอนเช้า", "เขาเล่นเปียโนทุกวันอังคาร", "ร้านนี้ปิดในวันอาทิตย์"];
    await memory.setMany(said.map((value, at) => ({ namespace, key: `th${at}`, value })));
    const { results } = await memory.search({ namespace, query: "ใครชนะการแข่งขัน" });
    expect(results[0]?.key).toBe("th0");
  });
});

describe("candidates", () => {
  test("a sample is every so many-th document of the set", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat(5000), { maxLength: 400 }),
        fc.integer({ min: 1, max: 100 }),
        (numbers, count) => {
          const sorted = numbers.toSorted((a, b) => a - b);
          const expected =
            sorted.length <= count
              ? sorted
              : Array.from({ length: count }, (_, i) => sorted[Math.ceil((i * sorted.length) / count)]);
          expect([...new DocumentSet(numbers).sample(count)]).toEqual(expected);
        },
      ),
      { seed, numRuns: 300 },
    );
  });

  test("a union has each number once, ascending", () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.nat(50))), (lists) => {
        const noThreads = { size: 0, placeOf: () => undefined };
        const documents = lists.map((list) => Uint32Array.from(list));
        const union = withNeighbours(documents, new Uint32Array(0), noThreads, undefined);
        expect([...union]).toEqual([...new Set(lists.flat())].sort((a, b) => a - b));
      }),
      { seed, numRuns: 300 },
    );
  });
});

describe("options", () => {
  test("are filled in", () => {
    expect(resolveRanking()).toEqual(defaultRanking);
    expect(resolveRanking({ vector: 0, context: 1, recencyHalfLifeMs: 86_400_000 })).toEqual({
      ...defaultRanking,
      vector: 0,
      context: 1,
      recencyHalfLifeMs: 86_400_000,
    });
    expect(resolveRanking({ vector: "learned" }).vector).toBe(1);
  });

  test.each([
    ["not a number", { context: Number.NaN }],
    ["negative", { entity: -1 }],
    ["too large", { minScore: 1.01 }],
    ["of another type", { time: "0.4" }],
    ["an unknown word", { vector: "automatic" }],
    ["an unknown name", { txt: 1 }],
    ["a half-life of nothing", { recencyHalfLifeMs: 0 }],
    ["no object", 5],
  ])("%s is refused", (_, given) => {
    let thrown: unknown;
    try {
      resolveRanking(given as never);
    } catch (error) {
      thrown = error;
    }
    expect(SouvenirError.is(thrown) && thrown.code).toBe("INVALID_INPUT");
  });
});
