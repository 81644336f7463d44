import fc from "fast-check";
import { expect, test } from "vitest";
import type { Memory } from "../src/index.ts";
import { openMemory, setClock } from "./open-memory.ts";
import { scriptedFacts, stated } from "./scripted-facts.ts";

const namespace = "ada";
const things = ["home", "dog", "plan"];
const values = ["Lyon", "Rex", "Rome"];
const keys = ["a", "b", "c", "d"];

type Step =
  | { do: "say"; key: string; thing: string; value: string; thread: string; expires: boolean }
  | { do: "retag" | "delete" | "shorten" | "prolong"; key: string }
  | { do: "consolidate" | "undo" | "undo an earlier" | "dream" | "approve" | "decline" | "wait" | "forget" };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant("say" as const),
    key: fc.constantFrom(...keys),
    thing: fc.constantFrom(...things),
    value: fc.constantFrom(...values),
    thread: fc.constantFrom("t", "u", ""),
    expires: fc.boolean(),
  }),
  fc.record({
    do: fc.constantFrom("retag" as const, "delete" as const, "shorten" as const, "prolong" as const),
    key: fc.constantFrom(...keys),
  }),
  fc.record({
    do: fc.constantFrom(
      "consolidate" as const,
      "consolidate" as const,
      "undo" as const,
      "undo an earlier" as const,
      "dream" as const,
      "approve" as const,
      "decline" as const,
      "wait" as const,
      "forget" as const,
    ),
  }),
);

/** Every other thing is concluded; what is said of the same thing twice in a window is one fact with two sources. */
const extractor = () =>
  scriptedFacts((window) => {
    const found = stated(window).map((proposal) => ({
      ...proposal,
      ...(proposal.attribute === "plan" ? { origin: "inferred" as const } : {}),
    }));
    return found.map((proposal) => ({
      ...proposal,
      sources: found.filter(({ text }) => text === proposal.text).flatMap(({ sources }) => sources),
    }));
  });

async function opened(store: string) {
  const clock = setClock();
  return { clock, memory: await openMemory(store, { clock, facts: { extractor: extractor() } }) };
}

async function take(memory: Memory, clock: { now: number }, given: Step): Promise<void> {
  clock.now += 1_000;
  const [proposed] = (await memory.facts({ namespace, state: "proposed", limit: 1 })).facts;
  switch (given.do) {
    case "say":
      await memory.set({
        namespace,
        key: given.key,
        role: "user",
        value: `My ${given.thing} is ${given.value}.`,
        ...(given.thread === "" ? {} : { thread: given.thread }),
        ...(given.expires ? { expiresAt: clock.now + 20_000 } : {}),
      });
      return;
    case "retag": {
      const found = await memory.get({ namespace, key: given.key });
      if (found === undefined) return;
      const { value, thread } = found;
      const place = { namespace, key: given.key, role: "user", ...(thread === undefined ? {} : { thread }) };
      await memory.set({ ...place, value, tags: ["x"] });
      return;
    }
    case "delete":
      await memory.delete({ namespace, key: given.key });
      return;
    case "shorten":
    case "prolong":
      await memory.touch({
        namespace,
        key: given.key,
        expiresAt: given.do === "prolong" ? null : clock.now + 3_000,
      });
      return;
    case "consolidate":
      await memory.consolidate();
      return;
    case "dream":
      await memory.dream();
      return;
    case "undo":
    case "undo an earlier": {
      const runs = await memory.runs({ namespace, limit: 2 });
      const run = runs.at(given.do === "undo" ? 0 : 1);
      if (run !== undefined) await memory.undo(run.id);
      return;
    }
    case "approve":
    case "decline":
      if (proposed !== undefined) await memory[given.do]({ namespace, key: proposed.key });
      return;
    case "wait":
      clock.now += 10_000;
      return;
    case "forget":
      await memory.delete({ namespace, thread: "t" });
  }
}

/** All facts, without what is made up anew each time. Each must rest on something that is there and says so. */
async function checked(memory: Memory): Promise<unknown[]> {
  const facts = [
    ...(await memory.facts({ namespace })).facts,
    ...(await memory.facts({ namespace, state: "proposed" })).facts,
  ];
  const found = new Set(
    (await memory.search({ namespace, query: "user home dog plan", limit: 100, minScore: 0 })).results.map(
      ({ key }) => key,
    ),
  );
  for (const { sources, key, state } of facts) {
    expect(sources.length).toBeGreaterThan(0);
    expect(found.has(key)).toBe(state !== "proposed");
    for (const { key, quote } of sources) {
      const source = await memory.get({ namespace, key });
      expect(source?.value).toContain(quote);
    }
  }
  return facts
    .map(({ value, state, version, sources, validTo, expiresAt }) => ({
      value,
      state,
      version,
      sources: sources.map(({ run, ...source }) => ({ ...source, again: run !== undefined })),
      validTo,
      expiresAt,
    }))
    .sort((left, right) => JSON.stringify(left).localeCompare(JSON.stringify(right)));
}

test("whatever is written, erased, undone and approved, each fact rests on what is there, in every store alike", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
      const [inFile, inMemory] = await Promise.all([opened("a file"), opened(":memory:")]);
      for (const each of steps) {
        await take(inFile.memory, inFile.clock, each);
        await take(inMemory.memory, inMemory.clock, each);
        expect(await checked(inFile.memory)).toEqual(await checked(inMemory.memory));
      }
      const waiting = async ({ memory }: { memory: Memory }) => (await memory.stats()).queue.facts;
      expect(await waiting(inFile)).toEqual(await waiting(inMemory));
      await Promise.all([inFile.memory.close(), inMemory.memory.close()]);
    }),
    { seed: 20261130, numRuns: 40 },
  );
});
