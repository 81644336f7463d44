import { describe, expect, test } from "vitest";
import type { Memory, Message, Where } from "../src/index.ts";
import { newPath, openAt, openMemory, setClock, stores } from "./open-memory.ts";

const namespace = "ada";

/** A talk of which each message says whom it is about. */
function talk(person: string, words: string): Message[] {
  return Array.from({ length: 6 }, (_, index) => ({
    role: index % 2 ? "assistant" : "user",
    content: `${index < 2 ? "The talk begins with" : words} message number ${index}.`,
    metadata: { person, place: { number: index } },
  }));
}

/** A thread that went another way after its second message. Answers the keys of what was withdrawn. */
async function edited(memory: Memory, thread: string, person: string): Promise<string[]> {
  await memory.remember({ namespace, thread, messages: talk(person, "First there was") });
  const before = (await memory.list({ namespace, thread })).records;
  await memory.remember({ namespace, thread, messages: talk("nobody", "Then came").slice(0, 4) });
  const after = new Set((await memory.list({ namespace, thread })).records.map(({ key }) => key));
  return before.flatMap(({ key }) => (after.has(key) ? [] : [key]));
}

async function inHistory(memory: Memory, keys: readonly string[]): Promise<number> {
  const histories = await Promise.all(keys.map((key) => memory.history({ namespace, key })));
  return histories.filter((versions) => versions.length > 0).length;
}

describe.each(stores)("withdrawn turns in %s", (store) => {
  test.each([
    ["a value", { person: "bob" }, true],
    ["a range", { "place.number": { gte: 4, lt: 6 } }, true],
    ["what is there", { person: { exists: true }, not: { person: "carla" } }, true],
    ["one of several", { or: [{ person: { in: ["dora", "bob"] } }, { other: 1 }] }, true],
    ["another value", { person: "dora" }, false],
    ["another number", { "place.number": { gt: 5 } }, false],
  ] as [string, Where, boolean][])(
    "are erased when they pass, as others are: %s",
    async (_name, where, goes) => {
      const memory = await openMemory(store, { extractor: false });
      const keys = await edited(memory, "t", "bob");
      expect(keys).toHaveLength(2);
      expect(await inHistory(memory, keys)).toBe(2);
      const listed = (await memory.list({ namespace, where })).records.length;
      const { records } = await memory.stats();
      expect(await memory.delete({ namespace, where })).toEqual({ deleted: listed + (goes ? 2 : 0) });
      expect(await inHistory(memory, keys)).toBe(goes ? 0 : 2);
      expect((await memory.stats()).records).toBe(records - listed - (goes ? 2 : 0));
      // Told again, what is gone is new.
      expect(await memory.delete({ namespace, where })).toEqual({ deleted: 0 });
    },
  );

  test("are not brought back into lists and answers by that", async () => {
    const memory = await openMemory(store, { extractor: false });
    const keys = await edited(memory, "t", "bob");
    const all = { "place.number": { gte: 0 } };
    expect((await memory.list({ namespace, where: all })).records.map(({ key }) => key)).not.toContain(
      keys[0],
    );
    const { results } = await memory.search({ namespace, query: "message number", where: all, minScore: 0 });
    expect(results.map(({ value }) => value).join()).not.toContain("First there was message number 4");
    // Said again, they are.
    await memory.remember({ namespace, thread: "t", messages: talk("bob", "First there was") });
    expect(await memory.delete({ namespace, where: { person: "bob" } })).toMatchObject({ deleted: 6 });
  });

  test("are erased by key, thread, expiry and all", async () => {
    const clock = setClock();
    const memory = await openMemory(store, { extractor: false, clock });
    const byKey = await edited(memory, "a", "bob");
    expect(await memory.delete({ namespace, keys: byKey })).toEqual({ deleted: 2 });
    const byThread = await edited(memory, "b", "bob");
    expect(await memory.delete({ namespace, thread: "b" })).toEqual({ deleted: 6 });
    const expired = await edited(memory, "c", "bob");
    for (const key of expired)
      expect(await memory.touch({ namespace, key, expiresAt: clock.now + 1_000 })).toBeDefined();
    clock.now += 1_000;
    const { records } = await memory.stats();
    expect(records).toBe(8);
    const cleared = await edited(memory, "d", "bob");
    await memory.clear({ namespace });
    expect(await inHistory(memory, [...byKey, ...byThread, ...expired, ...cleared])).toBe(0);
    expect((await memory.stats()).records).toBe(0);
  });
});

test("withdrawn turns are known to an index that was opened from its snapshot", async () => {
  const path = await newPath();
  let memory = await openAt(path, { extractor: false });
  const keys = await edited(memory, "t", "bob");
  await memory.setMany(Array.from({ length: 1_200 }, (_, index) => ({ namespace, value: `fact ${index}` })));
  await memory.search({ namespace, query: "fact" });
  await memory.close();
  memory = await openAt(path, { extractor: false });
  expect(await memory.delete({ namespace, where: { person: "bob" } })).toEqual({ deleted: 4 });
  expect(await inHistory(memory, keys)).toBe(0);
});
