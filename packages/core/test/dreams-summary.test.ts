import { expect, test } from "vitest";
import type { FactRecord, Memory } from "../src/index.ts";
import { contents, openMemory, type SetClock, setClock, stores } from "./open-memory.ts";
import { scriptedFacts } from "./scripted-facts.ts";

const namespace = "ada";
const hour = 3_600_000;

const boat = [
  ["user", "I am planning to restore the sailing boat of my aunt this spring. Hello!"],
  ["assistant", "How is the hull of the boat?"],
  ["user", "The hull is oak, and two planks are rotten. No idea what that costs."],
  [
    "assistant",
    "To replace two oak planks of a hull costs 500 euros. The mast of a sailing boat costs more.",
  ],
  ["user", "My budget is 2000 euros. The mast is fine. The cat is called Minka."],
  ["user", "So I replace two oak planks, paint the hull green, and stay under 2000 euros."],
  ["user", "Thanks a lot, talk to you later."],
] as const;
const central = [
  "I am planning to restore the sailing boat of my aunt this spring.",
  "So I replace two oak planks, paint the hull green, and stay under 2000 euros.",
];

async function say(memory: Memory, clock: SetClock, thread: string, turns: readonly (readonly string[])[]) {
  for (const [role = "", content = ""] of turns) {
    clock.now += 60_000;
    await memory.remember({ namespace, thread, messages: [{ role, content }] });
  }
}

async function opened(kind: string) {
  const clock = setClock("2026-03-01T10:00:00.000Z");
  const memory = await openMemory(kind, { clock, facts: { extractor: scriptedFacts(() => []) } });
  await say(memory, clock, "boat", boat);
  clock.now += hour;
  await memory.consolidate();
  return { memory, clock };
}

const summaries = async (memory: Memory, filter = {}): Promise<FactRecord[]> =>
  (await memory.facts({ namespace, type: "summary", ...filter })).facts;
const quotes = (facts: readonly FactRecord[]) =>
  facts.map(({ state, sources }) => [state, sources.map(({ quote }) => quote)]);
const seen = async (memory: Memory) => [
  await contents(memory),
  await memory.list({ namespace }),
  await memory.facts({ namespace }),
  await summaries(memory),
  (await memory.search({ namespace, query: "what is planned for the boat", minScore: 0 })).results,
  (await memory.recall({ namespace, query: "what is planned for the boat" })).text,
];

for (const kind of stores) {
  test(`a conversation that is over has its few central sentences as a summary, once, in no search, in ${kind}`, async () => {
    const { memory, clock } = await opened(kind);
    const before = await seen(memory);
    const dry = await memory.dream({ namespace, dryRun: true });
    expect(await seen(memory)).toEqual(before);
    const { runs, discarded } = await memory.dream({ namespace });
    const told = central.map((quote) => JSON.stringify(quote)).join(", ");
    expect(runs.map(({ diff }) => diff)).toEqual([[`+ boat: ${told}`]]);
    expect(dry.runs[0]?.diff).toEqual(runs[0]?.diff);
    expect(discarded).toEqual([]);
    const [summary] = await summaries(memory);
    expect(summary).toMatchObject({
      ...{ kind: "fact", type: "summary", subject: "boat", origin: "stated", state: "active" },
      ...{ value: central.join("\n"), run: runs[0]?.id },
    });
    // Each sentence stands in what a person said.
    for (const { key, version, quote } of summary?.sources ?? []) {
      const turn = await memory.get({ namespace, key });
      expect(turn).toMatchObject({ version, role: "user" });
      expect(turn?.value).toContain(quote);
    }
    const [, ...after] = await seen(memory);
    expect([after[0], after[1], after[3], after[4]]).toEqual([before[1], before[2], before[4], before[5]]);
    expect(await memory.facts({ namespace, state: "proposed" })).toEqual({ facts: [] });
    expect(await memory.approve({ namespace, key: summary?.key ?? "" })).toBeUndefined();
    clock.now += hour;
    expect(await memory.dream()).toEqual({ runs: [], discarded: [] });
    // Nor where its turns are written anew and say the same.
    await memory.set({ namespace, key: "tagged", value: "Aside.", thread: "boat", role: "user" });
    clock.now += hour;
    expect(await memory.dream()).toEqual({ runs: [], discarded: [] });
    await memory.delete({ namespace, key: "tagged" });

    expect(await memory.undo(runs[0]?.id ?? "")).toEqual({ erased: 1 });
    expect(await seen(memory)).toEqual(before);
    // What was undone is not done again.
    expect(await memory.dream()).toEqual({ runs: [], discarded: [] });
  });

  test(`the summary of a conversation that has gone on takes the place of the one before, in ${kind}`, async () => {
    const { memory, clock } = await opened(kind);
    await memory.dream();
    await say(memory, clock, "boat", [
      ["user", "The yard replaces the planks in April. The yard also paints the hull."],
      ["user", "The yard in Gdansk paints the hull of the boat in April, the mast comes in May."],
    ]);
    // It may go on.
    expect(await memory.dream()).toEqual({ runs: [], discarded: [] });
    clock.now += hour;
    const { runs } = await memory.dream();
    expect(runs[0]?.diff[0]).toMatch(/^~ boat: .*Gdansk/);
    const [old, now] = await summaries(memory);
    expect(quotes([old as FactRecord])).toEqual([["superseded", central]]);
    expect(old).toMatchObject({ supersededBy: now?.key });
    expect(await summaries(memory, { state: "active" })).toEqual([now]);
    expect(await memory.dream()).toEqual({ runs: [], discarded: [] });
    await memory.undo(runs[0]?.id ?? "");
    expect(quotes(await summaries(memory))).toEqual([["active", central]]);
    expect(await memory.dream()).toEqual({ runs: [], discarded: [] });
  });

  test(`with any of its turns a summary is gone, and the rest is summed up anew, in ${kind}`, async () => {
    const { memory, clock } = await opened(kind);
    await memory.dream();
    const [summary] = await summaries(memory);
    expect(await memory.delete({ namespace, key: summary?.sources[1]?.key ?? "" })).toEqual({ deleted: 1 });
    expect(await summaries(memory)).toEqual([]);
    expect((await contents(memory)).join()).not.toContain("paint the hull green");
    await memory.dream();
    expect((await summaries(memory))[0]?.value).toMatch(/oak/);
    const key = (await summaries(memory))[0]?.sources[0]?.key ?? "";
    const turn = { namespace, key, thread: "boat", role: "user", createdAt: new Date(clock.now) };
    await memory.set({ ...turn, value: "Never mind." });
    expect(await summaries(memory)).toEqual([]);
    clock.now += hour;
    await memory.dream();
    expect((await summaries(memory))[0]?.value).not.toMatch(/are rotten/);
    await memory.delete({ namespace, thread: "boat" });
    expect(await contents(memory)).toEqual([]);
    expect(await memory.runs({ namespace })).toEqual([]);
  });
}

test("nothing is summed up that is short, in which nothing comes back, or that no person said", async () => {
  const clock = setClock("2026-03-01T10:00:00.000Z");
  const memory = await openMemory(":memory:", { clock });
  await say(memory, clock, "short", boat.slice(0, 1));
  await say(
    memory,
    clock,
    "nobody",
    boat.map(([, content]) => ["assistant", content]),
  );
  const sundry = ["Whales sing deep songs.", "Bread rises overnight.", "Trains leave hourly today."];
  await say(memory, clock, "sundry", [...sundry, "Rust spoils iron gates.", "Moss likes shade most.", "Owls hunt small mice."].map((content) => ["user", content])); // biome-ignore format: one list
  clock.now += hour;
  expect(await memory.dream()).toEqual({ runs: [], discarded: [] });
});

test("what was recalled to a model is in no summary, and sentences of the smallest memory fit", async () => {
  const clock = setClock("2026-03-01T10:00:00.000Z");
  const memory = await openMemory(":memory:", { clock, limits: { valueBytes: 100 } });
  await say(memory, clock, "boat", boat.map(([role, content]) => [role, content.slice(0, 100)])); // biome-ignore format: one call
  const { text } = await memory.recall({ namespace, query: "boat hull planks" });
  expect(text).not.toBe("");
  clock.now += hour;
  const { runs } = await memory.dream();
  expect(runs[0]?.facts).toHaveLength(1);
  expect(Buffer.byteLength(runs[0]?.facts[0]?.value ?? "")).toBeLessThanOrEqual(100);
});

test("a summary goes with an export, and is imported only where all of its words are", async () => {
  const { memory } = await opened("a file");
  await memory.dream();
  const [summary] = await summaries(memory);
  const lines = (await contents(memory)).map((line) => JSON.parse(line));
  const whole = await openMemory(":memory:");
  expect(await whole.import(lines)).toEqual({ imported: 8, skipped: 0 });
  expect(await summaries(whole)).toEqual([summary]);
  expect((await whole.search({ namespace, query: "boat", minScore: 0 })).results.map(({ kind }) => kind)).not.toContain("fact"); // biome-ignore format: one check
  const part = await openMemory(":memory:");
  await part.import(lines.filter(({ key }) => key !== summary?.sources[0]?.key));
  expect(await summaries(part)).toEqual([]);
  expect((await contents(part)).join()).not.toContain("restore the sailing boat");
});
