import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Embedder, Memory, MemoryRecord, SetInput } from "../src/index.ts";
import { keysOf, newPath, openAt, openMemory, setClock, stores } from "./open-memory.ts";

const namespace = "ada";
const day = 86_400_000;
const start = Date.parse("2026-01-01");
const sorted = (records: readonly { key: string }[]) => keysOf(records).toSorted();

/** What a caller may say of when a memory is true, in days. */
const stated = fc.record(
  {
    createdAt: fc.integer({ min: 0, max: 8 }),
    validFrom: fc.integer({ min: 0, max: 8 }),
    validTo: fc.integer({ min: 0, max: 8 }),
  },
  { requiredKeys: ["createdAt"] },
);
type Stated = { createdAt: number; validFrom?: number; validTo?: number };

/** The promise of `asOf`, word by word. */
function isTrue({ createdAt, validFrom, validTo }: Stated, at: number): boolean {
  if (validTo !== undefined && at >= validTo) return false;
  if (validFrom !== undefined) return at >= validFrom;
  return validTo !== undefined || at >= createdAt;
}

describe.each(stores)("two times, in %s", (store) => {
  test("asOf says what was true, for any memories and any moment", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(stated, { maxLength: 12 }),
        fc.integer({ min: -1, max: 9 }),
        async (all, at) => {
          const memories = all.filter(
            ({ validFrom = -1, validTo = Number.POSITIVE_INFINITY }) => validFrom < validTo,
          );
          await using memory = await openMemory(store);
          const moment = (days: number) => start + days * day;
          await memory.setMany(
            memories.map((times, number) => ({
              ...{ namespace, key: `m${number}`, value: `The lamp number ${number} is on.` },
              ...Object.fromEntries(Object.entries(times).map(([name, days]) => [name, moment(days)])),
            })),
          );
          const expected = memories.flatMap((times, number) => (isTrue(times, at) ? [`m${number}`] : []));
          const given = { namespace, limit: 100, asOf: moment(at) };
          expect(sorted((await memory.list(given)).records)).toEqual(expected.toSorted());
          const { results } = await memory.search({ ...given, query: "lamp", minScore: 0 });
          expect(sorted(results)).toEqual(expected.toSorted());
        },
      ),
      { seed: 20261130, numRuns: 40 },
    );
  });

  test("knownAt says what was known, after any history of sets, deletions and pins", async () => {
    const step = fc.record({
      key: fc.constantFrom("a", "b", "c"),
      act: fc.constantFrom("set", "set", "set", "import", "delete", "pin", "touch", "ask", "ask"),
      after: fc.integer({ min: 0, max: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 14 }),
        fc.integer({ min: 0, max: 20 }),
        async (steps, at) => {
          const clock = setClock(start);
          await using memory = await openMemory(store, { clock });
          /** By key, what was said and when. */
          const said = new Map<string, { value: string; at: number }[]>();
          const knownAt = start + at * day;
          const given = { namespace, knownAt, limit: 100 };
          const texts = (records: readonly MemoryRecord[]) => records.map(({ value }) => value).toSorted();
          const ask = async () => {
            const expected = [...said]
              .flatMap(([, values]) => values.findLast((each) => each.at <= knownAt)?.value ?? [])
              .toSorted();
            expect(texts((await memory.list(given)).records)).toEqual(expected);
            const { results } = await memory.search({ ...given, query: "lamp", minScore: 0 });
            expect(texts(results)).toEqual(expected);
          };
          for (const [number, { key, act, after }] of steps.entries()) {
            clock.now += after * day;
            if (act === "set") {
              const value = `The lamp ${key} has the colour ${number}.`;
              await memory.set({ namespace, key, value });
              said.set(key, [...(said.get(key) ?? []), { value, at: clock.now }]);
            } else if (act === "import") {
              // Said before, and heard of now.
              const value = `The lamp ${key} had the colour ${number}.`;
              const at = clock.now - 2 * day;
              await memory.import([{ namespace, key: `${key}${number}`, value, updatedAt: at }]);
              said.set(`${key}${number}`, [{ value, at }]);
            } else if (act === "ask") await ask();
            else if (act === "delete") {
              await memory.delete({ namespace, key });
              said.delete(key);
            } else if (act === "pin") await memory.pin({ namespace, key });
            else await memory.touch({ namespace, key, expiresAt: null });
          }
          await ask();
        },
      ),
      // Each write to a file waits for the disk.
      { seed: 20261130, numRuns: store === ":memory:" ? 80 : 20 },
    );
  });

  test("the two together: what we thought in May was true in March", async () => {
    const clock = setClock("2026-02-01");
    const memory = await openMemory(store, { clock });
    const office = { namespace, key: "office", validFrom: "2026-01-01" };
    await memory.set({ ...office, value: "The office is in Lille." });
    clock.now = Date.parse("2026-06-01");
    // Only now it is known that it had moved in February.
    await memory.set({ ...office, value: "The office is in Lille.", validTo: "2026-02-15" });
    await memory.set({
      ...{ namespace, key: "moved", value: "The office is in Lens." },
      ...{ validFrom: "2026-02-15", supersedes: ["office"] },
    });
    const asked = async (asOf: string, knownAt?: string) => {
      const given = { namespace, asOf, ...(knownAt === undefined ? {} : { knownAt }) };
      return sorted((await memory.search({ ...given, query: "Where is the office?" })).results);
    };
    expect(await asked("2026-03-01")).toEqual(["moved"]);
    expect(await asked("2026-03-01", "2026-05-01")).toEqual(["office"]);
    expect(await asked("2026-01-15")).toEqual(["office"]);
    const { results } = await memory.search({ namespace, query: "office", knownAt: "2026-05-01" });
    expect(results).toHaveLength(1);
    expect(results[0]).not.toHaveProperty("supersededBy");
  });

  test("a late import retires nothing, whatever the order in which things come", async () => {
    const told: SetInput[] = [
      { namespace, key: "2019", value: "The car is a Clio.", createdAt: "2019-05-01" },
      { namespace, key: "2022", value: "The car is a Zoe.", createdAt: "2022-05-01", supersedes: ["2019"] },
      {
        ...{ namespace, key: "late", value: "The car is a Panda.", createdAt: "2026-05-01" },
        ...{ validFrom: "2015-01-01", supersedes: ["2019", "2022"] },
      },
    ];
    for (const order of [told, told.toReversed()]) {
      const memory = await openMemory(store);
      for (const input of order) await memory.import([input]);
      const { results } = await memory.search({ namespace, query: "Which car is it?" });
      const marks = results.map(({ key, supersededBy }) => [key, supersededBy]).toSorted();
      expect(marks).toEqual([
        ["2019", "2022"],
        ["2022", undefined],
        ["late", undefined],
      ]);
    }
  });

  test("what takes the place of another comes before it, whatever is asked and however few are wanted", async () => {
    const memory = await openMemory(store);
    const rooms = ["the bakery", "the office", "the archive"];
    for (const [place, room] of rooms.entries())
      await memory.set({
        ...{ namespace, key: room, createdAt: `2026-0${place + 1}-01` },
        value: place === 0 ? `The spare key hangs in ${room}.` : `Not there any more, look in ${room}.`,
        ...(place === 0 ? {} : { supersedes: [rooms[place - 1] as string] }),
      });
    await memory.set({ namespace, key: "other", value: "The bakery has a cat." });
    for (const limit of [1, 2, 10]) {
      const { results } = await memory.search({
        ...{ namespace, limit, minScore: 0, explain: true },
        query: "Where to look for the spare key of the bakery?",
      });
      const keys = keysOf(results);
      expect(keys.slice(0, 3), `${limit}`).toEqual(rooms.toReversed().slice(0, limit));
      const scores = results.map(({ score }) => score);
      expect(scores).toEqual(scores.toSorted((left, right) => right - left));
    }
    const { memories } = await memory.recall({ namespace, query: "spare key bakery, look there" });
    expect(keysOf(memories).filter((key) => key !== "other")).toEqual(rooms.toReversed());
    // Two that name each other are both found.
    const both = { namespace: "both", createdAt: "2026-01-01" };
    await memory.set({ ...both, key: "a", value: "The tea is green.", supersedes: ["b"] });
    await memory.set({ ...both, key: "b", value: "The tea is black.", supersedes: ["a"] });
    const { results } = await memory.search({ namespace: "both", query: "tea" });
    expect(keysOf(results).toSorted()).toEqual(["a", "b"]);
  });

  test("what takes the place of a hit comes with it, where the question finds only that, unless it does not pass the filter", async () => {
    const memory = await openMemory(store);
    const flat = { namespace, key: "flat", value: "The flat is in Bergamo.", createdAt: "2026-01-01" };
    await memory.set({ ...flat, tags: ["home"] });
    const moved = { namespace, createdAt: "2026-02-01", value: "Moved to Trieste with everything." };
    await memory.set({ ...moved, key: "moved", supersedes: ["flat"] });
    const query = "Where is my flat?";
    const keys = async (more = {}) => keysOf((await memory.search({ namespace, query, ...more })).results);
    expect(await keys()).toEqual(["moved", "flat"]);
    expect(await keys({ limit: 1 })).toEqual(["moved"]);
    expect(await keys({ tags: ["home"] })).toEqual(["flat"]);
    expect(await keys({ asOf: "2026-01-15" })).toEqual(["flat"]);
    const then = { value: "Now it is a boat.", createdAt: "2026-03-01", supersedes: ["moved"] };
    await memory.set({ namespace, key: "boat", ...then });
    const { results } = await memory.search({ namespace, query });
    expect(results.map(({ key, supersededBy }) => [key, supersededBy])).toEqual([
      ["boat", undefined],
      ["moved", "boat"],
      ["flat", "moved"],
    ]);
    expect(new Set(results.map(({ score }) => score)).size).toBe(1);
    expect(results[0]).toMatchObject({ signals: { text: 0 }, reasons: { terms: [] } });
    await memory.delete({ namespace, key: "moved" });
    expect(await keys()).toEqual(["flat"]);
  });

  test("a mark is gone with the memory that made it", async () => {
    const clock = setClock();
    const memory = await openMemory(store, { clock });
    await memory.set({ namespace, key: "old", value: "The key is under the mat." });
    const newer = { namespace, key: "new", value: "The key is at Tom's.", supersedes: ["old"] };
    const mark = async () => {
      const { results } = await memory.search({ namespace, query: "Where is the key?" });
      return results.find(({ key }) => key === "old")?.supersededBy;
    };
    await memory.set({ ...newer, expiresAt: clock.now + 1000 });
    expect(await mark()).toBe("new");
    clock.now += 1000;
    expect(await mark()).toBeUndefined();
    await memory.set(newer);
    expect(await mark()).toBe("new");
    await memory.delete({ namespace, key: "new" });
    expect(await mark()).toBeUndefined();
  });
});

test("what is forgotten is not known of the past either, at once and with an expiry that was moved", async () => {
  const clock = setClock();
  const memory = await openMemory(":memory:", { clock });
  const before = clock.now;
  await memory.set({ namespace, key: "code", value: "The code is 4711.", expiresAt: before + 10 * day });
  clock.now += day;
  await memory.set({ namespace, key: "code", value: "The code is 4712.", expiresAt: before + 2 * day });
  const known = async () =>
    (await memory.search({ namespace, query: "code", knownAt: before })).results.map(({ value }) => value);
  expect(await known()).toEqual(["The code is 4711."]);
  clock.now += day;
  expect(await known()).toEqual([]);
});

test("versions that are not kept are not known", async () => {
  const clock = setClock();
  const memory = await openMemory("a file", { clock, limits: { versions: 1 } });
  for (let version = 1; version <= 3; version++) {
    await memory.set({ namespace, key: "k", value: `Version ${version} of the plan.` });
    clock.now += day;
  }
  const known = async (ago: number) =>
    keysOf((await memory.list({ namespace, knownAt: clock.now - ago * day })).records);
  expect(await known(1)).toEqual(["k"]);
  expect(await known(2)).toEqual(["k"]);
  expect(await known(3)).toEqual([]);
});

test("with vectors too: of what has said the same since, and computed of what has not", async () => {
  const clock = setClock();
  const { createMemory } = await import("../src/index.ts");
  await using memory = await createMemory({ path: ":memory:", clock });
  await memory.set({ namespace, key: "pet", value: "Her dog sleeps in the kitchen." });
  await memory.set({ namespace, key: "tax", value: "The tax office closes at noon." });
  const before = clock.now;
  clock.now += day;
  await memory.set({ namespace, key: "pet", value: "The invoice is overdue." });
  const { results } = await memory.search({ namespace, query: "Où est le chien ?", knownAt: before });
  expect(results[0]).toMatchObject({ key: "pet", value: "Her dog sleeps in the kitchen." });
  expect(results[0]?.signals.vector).toBeGreaterThan(0);
});

describe("with an embedder that is asked", () => {
  const animals = ["The dog sleeps.", "The cat eats.", "The horse is brown.", "The hen lays eggs."];
  /** Tells an animal from anything else. */
  const embedder: Embedder = {
    id: "animals-1",
    dimensions: 2,
    embed: async (texts) =>
      texts.map((text) => new Float32Array(/dog|cat|horse|hen|animal/.test(text) ? [1, 0] : [0, 1])),
  };
  const ask = (memory: Memory, knownAt: number) =>
    memory.search({ namespace, query: "Which animal?", knownAt, minScore: 0 });

  test("what has said the same since is found by its vectors, whatever else has changed of it", async () => {
    const clock = setClock();
    await using memory = await openMemory(":memory:", { clock, embedder });
    await memory.setMany(animals.map((value, key) => ({ namespace, key: `${key}`, value })));
    await memory.flush();
    const then = clock.now;
    clock.now += day;
    await memory.set({ namespace, key: "0", value: animals[0] as string, tags: ["pet"] });
    await memory.set({ namespace, key: "late", value: "The bill is paid." });
    await memory.flush();
    const { results, degraded } = await ask(memory, then);
    expect(sorted(results)).toEqual(["0", "1", "2", "3"]);
    for (const { signals, tags } of results) {
      expect(signals.vector).toBeGreaterThan(0);
      expect(tags).toEqual([]);
    }
    expect(degraded).toEqual([]);
  });

  test("an earlier text is found by its words alone, which the answer says", async () => {
    const clock = setClock();
    await using memory = await openMemory(":memory:", { clock, embedder });
    await memory.setMany(animals.map((value, key) => ({ namespace, key: `${key}`, value })));
    await memory.flush();
    const then = clock.now;
    clock.now += day;
    await memory.set({ namespace, key: "0", value: "The bill is paid." });
    await memory.flush();
    expect((await ask(memory, then)).degraded).toEqual(["vector"]);
    const { results } = await memory.search({ namespace, query: "Does the dog sleep?", knownAt: then });
    const earlier = results.find(({ key }) => key === "0");
    expect(earlier).toMatchObject({ value: animals[0], reasons: { terms: ["dog", "sleep"] } });
    expect(earlier?.signals.vector ?? 0).toBe(0);
    expect((await ask(memory, clock.now)).degraded).toEqual([]);
    expect((await memory.search({ namespace, query: "Which animal?" })).degraded).toEqual([]);
    // One that computes has the vectors of any text.
    await using other = await openMemory(":memory:", {
      clock,
      embedder: {
        ...{ id: "animals-2", dimensions: 2, embed: embedder.embed },
        compute: (text) => new Float32Array(/dog|cat|horse|hen|animal/.test(text) ? [1, 0] : [0, 1]),
      },
    });
    await other.setMany(animals.map((value, key) => ({ namespace, key: `${key}`, value })));
    const before = clock.now;
    clock.now += day;
    await other.set({ namespace, key: "0", value: "The bill is paid." });
    expect((await ask(other, before)).degraded).toEqual([]);
  });
});

test("looking back costs what has changed since, and what follows costs what changes then", async () => {
  const clock = setClock();
  let computed = 0;
  const embedder: Embedder = {
    ...{ id: "counting-1", dimensions: 2, embed: async (texts) => texts.map(() => new Float32Array([1, 0])) },
    compute: () => {
      computed++;
      return new Float32Array([1, 0]);
    },
  };
  await using memory = await openMemory(":memory:", { clock, embedder });
  const note = (number: number, text: string) => ({
    namespace,
    key: `${number}`,
    value: `${text} ${number}.`,
  });
  await memory.setMany(Array.from({ length: 900 }, (_, number) => note(number, "The lamp has the number")));
  const then = clock.now;
  clock.now += day;
  for (let number = 0; number < 20; number++) await memory.set(note(number, "The bell has the number"));
  await memory.search({ namespace, query: "bell" });
  const look = async () => {
    const before = computed;
    const { records } = await memory.list({ namespace, knownAt: then, limit: 1_000 });
    return {
      lamps: records.filter(({ value }) => value.includes("lamp")).length,
      computed: computed - before,
    };
  };
  expect(await look()).toEqual({ lamps: 900, computed: 20 });
  expect(await look()).toEqual({ lamps: 900, computed: 0 });
  await memory.set(note(30, "The bell has the number"));
  await memory.delete({ namespace, key: "31" });
  await memory.search({ namespace, query: "bell" });
  expect(await look()).toEqual({ lamps: 899, computed: 1 });
});

test("a file is opened with what stands in it, from a snapshot too, and a backup has it", async () => {
  const path = await newPath();
  const given = { namespace, key: "job", value: "Ada works at Alpha." };
  {
    await using memory = await openAt(path);
    await memory.setMany(
      Array.from({ length: 600 }, (_, number) => ({ namespace, value: `Note ${number} of the day.` })),
    );
    await memory.set({ ...given, validFrom: "2020-01-01", validTo: "2024-01-01" });
    await memory.set({ namespace, key: "next", value: "Ada works at Beta.", supersedes: ["job"] });
    await memory.pin({ namespace, key: "job" });
    await memory.pin({ namespace, key: "next" });
  }
  const copy = `${path}-copy`;
  for (const file of [path, copy]) {
    await using memory = await openAt(file);
    const { results } = await memory.search({ namespace, query: "Where does Ada work?" });
    expect(results.find(({ key }) => key === "job")).toMatchObject({ supersededBy: "next" });
    const { results: then } = await memory.search({ namespace, query: "Ada works", asOf: "2022-01-01" });
    expect(keysOf(then)).toEqual(["job"]);
    // What is true no more is in no profile.
    expect(await memory.profile({ namespace })).toEqual({
      lines: [{ text: "Ada works at Beta.", key: "next", version: 1 }],
    });
    if (file === path) await memory.backup(copy);
  }
});
