import { expect, onTestFinished, test } from "vitest";
import {
  createMemory,
  type FactProposal,
  type FactWindow,
  type Memory,
  SouvenirError,
  type Store,
} from "../src/index.ts";
import { InMemoryStore } from "../src/store/in-memory-store.ts";
import { sqliteStore } from "../src/store/sqlite-store.ts";
import { contents, newPath, openMemory, rejection, setClock, stores } from "./open-memory.ts";
import { scriptedFacts } from "./scripted-facts.ts";

const namespace = "ada";
const day = 86_400_000;

/** A turn is the fact that it says, of the side and the type before it: "[diet, preference] I eat no meat." */
function spoken({ turns, known }: FactWindow): FactProposal[] {
  return turns.flatMap(({ text, quotable }, index) => {
    const [, attribute, type, quote] = /^\[(.+), (.+)\] (.+)$/.exec(text) ?? [];
    if (!quotable || quote === undefined || attribute === undefined) return [];
    // "now" takes the place of the oldest that is known of its side.
    const others = known.flatMap((fact, place) => (fact.attribute === attribute ? [{ fact, place }] : []));
    others.sort((one, other) => Date.parse(one.fact.since) - Date.parse(other.fact.since));
    const excludes = /\bnow\b/.test(quote) ? others.slice(0, 1).map(({ place }) => place + 1) : [];
    const as = { type: type as FactProposal["type"], origin: "stated" as const, excludes };
    return [{ text: quote, subject: "user", attribute, ...as, sources: [{ turn: index + 1, quote }] }];
  });
}

/** A memory, and one of another process on the same store whose facts are not written before somebody lets them. */
async function opened(kind: string) {
  const clock = setClock("2026-02-01T10:00:00.000Z");
  const path = kind === ":memory:" ? "" : await newPath();
  const shared = new InMemoryStore();
  const open = () => (path === "" ? shared : sqliteStore({ path }));
  let reached = () => {};
  let letGo = Promise.resolve();
  const store = new Proxy(open(), {
    get(target, name) {
      const method: unknown = Reflect.get(target, name, target);
      if (typeof method !== "function") return method;
      return async (...given: unknown[]) => {
        const isCommit = name === "write" && (given[1] as { done?: unknown } | undefined)?.done !== undefined;
        if (isCommit) {
          reached();
          await letGo;
        }
        return method.apply(target, given);
      };
    },
  });
  const options = { embedder: false, clock, facts: { extractor: scriptedFacts(spoken), idleMs: 0 } } as const;
  const memory = await createMemory({ store: open(), ...options });
  const slow = await createMemory({ store, ...options });
  onTestFinished(async () => {
    await slow.close();
    await memory.close();
  });
  let thread = 0;
  const write = (into: Memory, content: string) =>
    into.remember({ namespace, thread: `${thread++}`, messages: [{ role: "user", content }] });
  const say = async (content: string) => {
    clock.now += day;
    await write(memory, content);
    return (await memory.consolidate()).runs[0];
  };
  /** Two processes find the same at once, so that neither sees what the other has found. */
  const sayTwice = async (first: string, second: string) => {
    clock.now += day;
    const gate = Promise.withResolvers<void>();
    const there = Promise.withResolvers<void>();
    [letGo, reached] = [gate.promise, there.resolve];
    await write(slow, first);
    await there.promise;
    clock.now += 60_000;
    await write(memory, second);
    await memory.flush();
    gate.resolve();
    await slow.flush();
    [letGo, reached] = [Promise.resolve(), () => {}];
  };
  return { memory, slow, clock, say, sayTwice };
}

const told = async (memory: Memory) =>
  (await memory.facts({ namespace })).facts.map(({ value, state, sources }) => [
    value,
    state,
    sources.length,
  ]);
const seen = async (memory: Memory) => [
  await contents(memory),
  await memory.list({ namespace }),
  await memory.facts({ namespace }),
  await memory.facts({ namespace, state: "proposed" }),
  await memory.facts({ namespace, state: "merged" }),
  (await memory.search({ namespace, query: "what does the user eat, at home and at work", minScore: 0 }))
    .results,
];

for (const kind of stores) {
  test(`of facts that say the same one is left, which rests on all, and undoing it restores all of them, in ${kind}`, async () => {
    const { memory, sayTwice, clock } = await opened(kind);
    await sayTwice("[diet, preference] I eat no meat.", "[diet, preference] I don't eat meat.");
    await sayTwice("[work, relation] I work at Acme.", "[home, state] I live in Acme.");
    expect((await told(memory)).map(([, , sources]) => sources)).toEqual([1, 1, 1, 1]);
    const before = await seen(memory);
    const dry = await memory.dream({ namespace, dryRun: true });
    expect(dry.runs.flatMap(({ diff }) => diff)).toEqual([
      "= I don't eat meat. (the same as: I eat no meat.)",
    ]);
    expect(await seen(memory)).toEqual(before);
    expect(await memory.runs({ namespace })).toHaveLength(4);

    clock.now += day;
    const { runs, discarded } = await memory.dream();
    expect(discarded).toEqual([]);
    expect(runs).toHaveLength(1);
    expect(runs[0]).toMatchObject({ extractor: "dream", keys: [], refused: {}, diff: dry.runs[0]?.diff });
    expect(runs[0]?.changed).toHaveLength(2);
    expect(await memory.run(runs[0]?.id ?? "")).toEqual(runs[0]);
    expect(await told(memory)).toEqual([
      ["I eat no meat.", "active", 2],
      ["I work at Acme.", "active", 1],
      ["I live in Acme.", "active", 1],
    ]);
    const [kept] = (await memory.facts({ namespace })).facts;
    const { facts: merged } = await memory.facts({ namespace, state: "merged" });
    expect(merged).toMatchObject([{ value: "I don't eat meat.", state: "merged", mergedInto: kept?.key }]);
    const { results } = await memory.search({ namespace, query: "eat meat", minScore: 0 });
    expect(results.filter(({ kind }) => kind === "fact").map(({ value }) => value)).toEqual([
      "I eat no meat.",
    ]);
    // Nothing is left to do.
    expect(await memory.dream()).toEqual({ runs: [], discarded: [] });

    expect(await memory.undo(runs[0]?.id ?? "")).toEqual({ erased: 0 });
    expect(await seen(memory)).toEqual(before);
    // What was undone is not done again.
    expect(await memory.dream()).toEqual({ runs: [], discarded: [] });
  });

  test(`what was merged lives and goes with what it rests on, in ${kind}`, async () => {
    const { memory, sayTwice } = await opened(kind);
    await sayTwice("[diet, preference] I eat no meat.", "[diet, preference] I don't eat meat.");
    const runs = await memory.runs({ namespace });
    await memory.dream();
    await memory.delete({ namespace, thread: "0" });
    expect(await told(memory)).toEqual([["I eat no meat.", "active", 1]]);
    // The run that found the other one takes it away from the one that has it too.
    for (const { id } of runs) await memory.undo(id);
    expect(await told(memory)).toEqual([]);
    expect(await memory.facts({ namespace, state: "merged" })).toEqual({ facts: [] });
  });

  test(`what happened on three days waits as a pattern, once, in ${kind}`, async () => {
    const { memory, say } = await opened(kind);
    const ran = () => say("[running, event] I ran along the river.");
    await ran();
    await ran();
    expect((await memory.dream()).runs).toEqual([]);
    await say("[swimming, event] I swam in the river.");
    expect((await memory.dream()).runs).toEqual([]);
    await ran();
    const before = await seen(memory);
    const { runs } = await memory.dream({ namespace });
    const quote = '"I ran along the river."';
    expect(runs.map(({ diff }) => diff)).toEqual([
      [`? I ran along the river. (${quote}, ${quote}, ${quote})`],
    ]);
    const { facts } = await memory.facts({ namespace, state: "proposed" });
    expect(facts).toMatchObject([
      { origin: "inferred", type: "state", attribute: "running", state: "proposed" },
    ]);
    expect(new Set(facts[0]?.sources.map(({ key }) => key)).size).toBe(3);
    const { results } = await memory.search({ namespace, query: "river", minScore: 0 });
    expect(results.map(({ key }) => key)).not.toContain(facts[0]?.key);
    await ran();
    expect((await memory.dream()).runs).toEqual([]);
    expect(await memory.decline({ namespace, key: facts[0]?.key ?? "" })).toEqual({ deleted: 1 });
    // What was declined is not proposed again.
    expect((await memory.dream()).runs).toEqual([]);
    expect(await memory.undo(runs[0]?.id ?? "")).toEqual({ erased: 0 });
    expect(before[3]).toEqual(await memory.facts({ namespace, state: "proposed" }));
  });

  test(`a pattern that is approved is a fact, and goes with its run, in ${kind}`, async () => {
    const { memory, say } = await opened(kind);
    for (let time = 0; time < 3; time += 1) await say("[running, event] I ran along the river.");
    const { runs } = await memory.dream();
    const [key] = runs[0]?.keys ?? [];
    expect(await memory.approve({ namespace, key: key ?? "" })).toMatchObject({
      state: "active",
      origin: "inferred",
    });
    expect((await memory.dream()).runs).toEqual([]);
    expect(await memory.undo(runs[0]?.id ?? "")).toEqual({ erased: 1 });
    expect(await told(memory)).toHaveLength(3);
  });
}

test("three times on two days, and three times in one breath, are no pattern", async () => {
  const { memory, say, clock } = await opened(":memory:");
  await say("[running, event] I ran along the river.");
  await say("[running, event] I ran along the river.");
  clock.now -= day - 60_000;
  await say("[running, event] And I ran along the river.");
  expect((await memory.dream()).runs).toEqual([]);
});

test("what ended a fact ends what says the same and was said before", async () => {
  const { memory, say, sayTwice } = await opened(":memory:");
  await sayTwice("[home, state] I live in Lyon.", "[home, state] In Lyon I live.");
  // The model points at one of them only, and both are in the profile.
  for (const { key } of (await memory.facts({ namespace })).facts) await memory.pin({ namespace, key });
  await say("[home, state] I now live in Nantes.");
  const states = async () => (await told(memory)).map(([value, state]) => `${state}: ${value}`);
  const before = ["superseded: I live in Lyon.", "active: In Lyon I live.", "active: I now live in Nantes."];
  expect(await states()).toEqual(before);
  const { runs } = await memory.dream();
  expect(runs.map(({ diff }) => diff)).toEqual([
    ["~ I now live in Nantes. (in the place of: In Lyon I live.)"],
  ]);
  expect(await states()).toEqual([before[0], "superseded: In Lyon I live.", before[2]]);
  await memory.undo(runs[0]?.id ?? "");
  expect(await states()).toEqual(before);
  expect(await memory.dream()).toEqual({ runs: [], discarded: [] });
});

test("what somebody changes meanwhile is not dreamt over, and a failure leaves nothing behind", async () => {
  const shared = new InMemoryStore();
  let before: () => Promise<unknown> = async () => undefined;
  const store: Store = new Proxy(shared, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name, target);
      if (typeof method !== "function") return method;
      return async (...given: unknown[]) => {
        if (name === "write") await before();
        return method.apply(target, given);
      };
    },
  });
  const clock = setClock("2026-02-01T10:00:00.000Z");
  const memory = await createMemory({
    ...{ store, embedder: false, clock },
    facts: { extractor: scriptedFacts(spoken) },
  });
  onTestFinished(() => memory.close());
  for (const thread of ["a", "b", "c"]) {
    clock.now += day;
    const content = "[running, event] I ran along the river.";
    await memory.remember({ namespace, thread, messages: [{ role: "user", content }] });
    await memory.consolidate();
  }
  const { facts } = await memory.facts({ namespace });
  const all = await seen(memory);
  // A source says something else by now.
  before = async () => {
    before = async () => undefined;
    await memory.delete({ namespace, key: facts[0]?.sources[0]?.key ?? "" });
  };
  expect(await memory.dream()).toEqual({ runs: [], discarded: [namespace] });
  expect(await memory.facts({ namespace, state: "proposed" })).toEqual({ facts: [] });
  expect((await memory.runs({ namespace })).every(({ extractor }) => extractor !== "dream")).toBe(true);
  expect(await seen(memory)).not.toEqual(all);
  clock.now += day;
  await memory.remember({
    ...{ namespace, thread: "d" },
    messages: [{ role: "user", content: "[running, event] I ran along the river." }],
  });
  await memory.consolidate();
  const now = await seen(memory);
  before = () => Promise.reject(new SouvenirError("STORE_FAILED", "the disk is gone"));
  expect(await rejection(memory.dream())).toMatchObject({ code: "STORE_FAILED" });
  before = async () => undefined;
  expect(await seen(memory)).toEqual(now);
});

test("without facts there is nothing to dream of, and what is asked wrongly is refused", async () => {
  const memory = await openMemory(":memory:");
  await memory.set({ namespace, value: "I eat no meat." });
  expect(await memory.dream()).toEqual({ runs: [], discarded: [] });
  for (const wrong of [{ namespace: "" }, { dryRun: "yes" }, { dry: true }])
    expect(await rejection(memory.dream(wrong as never))).toMatchObject({ code: "INVALID_INPUT" });
});
