import { expect, test } from "vitest";
import type { FactRecord, Memory, MemoryRecord } from "../src/index.ts";
import { contents, openMemory, rejection, setClock, stores } from "./open-memory.ts";
import { scriptedFacts, stated } from "./scripted-facts.ts";

const namespace = "ada";
const day = 86_400_000;

/** Facts in every state, some with several sources and versions. */
async function full(store: string): Promise<Memory> {
  const clock = setClock("2026-02-01T10:00:00.000Z");
  const extractor = scriptedFacts((window) => [
    ...stated(window),
    ...window.turns.flatMap(({ text }, index) =>
      Array.from(text.matchAll(/I ran by the (\w+)|up at (\w+)/g), ([quote, river]) => ({
        ...{ text: river === undefined ? "The user rises early." : `The user ran by the ${river}.` },
        ...{
          subject: "user",
          attribute: river === undefined ? "mornings" : "running",
          sources: [{ turn: index + 1, quote }],
        },
        ...(river === undefined
          ? ({ type: "preference", origin: "inferred" } as const)
          : ({ type: "event", origin: "stated" } as const)),
      })),
    ),
  ]);
  const memory = await openMemory(store, { clock, facts: { extractor } });
  for (const content of [
    "My home is Lyon. I ran by the river.",
    "Yes, my home is Lyon, and I ran by the river.",
    "My home is Nantes. I ran by the river, up at five.",
    "My dog is Rex, and I am up at six.",
  ]) {
    clock.now += day;
    await memory.remember({ namespace, thread: `${clock.now}`, messages: [{ role: "user", content }] });
    await memory.consolidate();
  }
  const [waiting] = (await memory.facts({ namespace, state: "proposed" })).facts;
  await memory.approve({ namespace, key: waiting?.key ?? "" });
  await memory.dream();
  await memory.set({ namespace: "zoe", value: "Nothing of it." });
  return memory;
}

const states = ["active", "superseded", "proposed", "merged"] as const;
const factsOf = (memory: Memory) =>
  Promise.all(states.map(async (state) => (await memory.facts({ namespace, state })).facts));

async function* parsed(lines: readonly string[]): AsyncGenerator<MemoryRecord> {
  for (const line of lines) yield JSON.parse(line);
}

test.each(stores.flatMap((from) => stores.map((to) => [from, to] as const)))(
  "facts go with the memories that they rest on, from %s to %s",
  async (from, to) => {
    const source = await full(from);
    const lines = await contents(source);
    expect((await factsOf(source)).map((facts) => facts.length)).toEqual([6, 1, 1, 0]);
    const extractor = scriptedFacts();
    const target = await openMemory(to, { clock: setClock("2030-01-01"), facts: { extractor } });
    expect(await target.import(parsed(lines))).toEqual({ imported: lines.length, skipped: 0 });
    expect(await contents(target)).toEqual(lines);
    expect(await factsOf(target)).toEqual(await factsOf(source));
    for (const { key } of (await factsOf(source)).flat())
      expect(await target.history({ namespace, key })).toEqual(await source.history({ namespace, key }));
    expect(await target.import(parsed(lines))).toEqual({ imported: 0, skipped: lines.length });
    const query = { namespace, query: "Where is the home of the user?" };
    const shown = (results: readonly MemoryRecord[]) =>
      results.map(({ value, state, sources }) => [value, state, sources]);
    expect(shown((await target.search(query)).results)).toEqual(shown((await source.search(query)).results));
    // Only what people said waits to be read, and the same facts come of it again.
    expect((await target.stats()).queue.facts?.pending).toBe(5);
    await target.consolidate();
    expect((await target.facts({ namespace })).facts).toHaveLength(
      (await source.facts({ namespace })).facts.length,
    );
    // They rest on their sources here too.
    for (const { key } of (await target.list({ namespace, limit: 1000 })).records) {
      if ((await target.get({ namespace, key }))?.kind === undefined) await target.delete({ namespace, key });
    }
    expect((await factsOf(target)).flat()).toEqual([]);
  },
);

test("a fact is taken with those of its sources that are there and have the words, and without any not at all", async () => {
  const source = await full(":memory:");
  const lines = (await contents(source)).map((line) => JSON.parse(line) as FactRecord);
  const turns = lines.filter(({ kind }) => kind === undefined);
  const facts = lines.filter(({ kind }) => kind === "fact");
  const target = await openMemory(":memory:");
  const lyon = facts.find(({ value, sources }) => value.includes("Lyon") && sources.length === 2);
  const [first, second] = lyon?.sources ?? [];
  // The second one says something else here, and the first is of a later version.
  await target.import(turns.filter(({ key }) => key !== first?.key));
  await target.set({ namespace, key: second?.key ?? "", value: "Never mind.", role: "user" });
  await target.set({ namespace, key: first?.key ?? "", value: "Another. My home is Lyon.", role: "user" });
  await target.set({ namespace, key: first?.key ?? "", value: "Well: my home is Lyon.", role: "user" });
  const { imported, skipped } = await target.import(facts);
  expect(imported + skipped).toBe(facts.length);
  const { facts: taken } = await target.facts({ namespace, attribute: "home" });
  expect(taken.find(({ value }) => value.includes("Lyon"))?.sources).toEqual([{ ...first, version: 2 }]);
  expect((await target.facts({ namespace, attribute: "running" })).facts).toHaveLength(1);
  // Without its sources, or as the words of a machine, it is none.
  const alone = await openMemory(":memory:");
  expect(await alone.import(facts)).toEqual({ imported: 0, skipped: facts.length });
  await alone.import(turns.map((turn) => ({ ...turn, role: "assistant" })));
  expect(await alone.import(facts)).toEqual({ imported: 0, skipped: facts.length });
  expect((await factsOf(alone)).flat()).toEqual([]);
});

test.each([
  [{ kind: "rumour" }],
  [{ subject: "" }],
  [{ type: "rumour" }],
  [{ origin: "guessed" }],
  [{ state: "retired" }],
  [{ state: "merged" }],
  [{ mergedInto: "fact:1" }],
  [{ sources: [] }],
  [{ sources: [{ key: "k", version: 0, quote: "x" }] }],
  [{ sources: [{ key: "k", version: 1, quote: "x", words: "y" }] }],
  [{ run: undefined }],
])("a line that is no fact is refused %#", async (fields) => {
  const source = await full(":memory:");
  const [fact] = (await source.facts({ namespace })).facts;
  const memory = await openMemory(":memory:");
  expect(await rejection(memory.import([{ ...(fact as FactRecord), ...fields } as never]))).toMatchObject({
    code: "INVALID_INPUT",
  });
});
