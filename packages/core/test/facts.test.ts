import { expect, test } from "vitest";
import {
  createMemory,
  Documents,
  documentTexts,
  type Memory,
  memoryToolSet,
  SouvenirError,
} from "../src/index.ts";
import { contents, keysOf, newPath, openAt, openMemory, rejection, setClock, stores } from "./open-memory.ts";
import { scriptedFacts, stated } from "./scripted-facts.ts";

const namespace = "ada";

async function opened(store = ":memory:", extractor = scriptedFacts()) {
  const clock = setClock("2026-08-12T10:00:00.000Z");
  const memory = await openMemory(store, { clock, facts: { extractor } });
  const say = (content: string, thread = "t", role = "user") =>
    memory.remember({ namespace, thread, messages: [{ role, content }] });
  return { memory, clock, extractor, say };
}

const values = (records: readonly { value: string }[]) => records.map(({ value }) => value);
const valuesOf = async (memory: Memory) => values((await memory.facts({ namespace })).facts);

for (const store of stores) {
  test(`a fact is a memory that says what it rests on, in ${store}`, async () => {
    const { memory, say } = await opened(store);
    await say("Hello! My home is Lyon, and I like it.");
    const { runs, pending, failed } = await memory.consolidate({ namespace });
    expect({ pending, failed, runs: runs.length }).toEqual({ pending: 0, failed: 0, runs: 1 });
    const { results } = await memory.search({ namespace, query: "where is the home of the user" });
    const fact = results.find(({ kind }) => kind === "fact");
    const [turn] = (await memory.list({ namespace, thread: "t" })).records;
    expect(fact).toMatchObject({
      value: "The user's home is Lyon.",
      subject: "user",
      attribute: "home",
      type: "state",
      origin: "stated",
      state: "active",
      sources: [{ key: turn?.key, version: 1, quote: "My home is Lyon" }],
      run: runs[0]?.id,
      createdAt: turn?.createdAt,
      metadata: {},
    });
    // Beside the turn, not in its place.
    expect(keysOf(results)).toContain(turn?.key);
    expect(await memory.facts({ namespace })).toEqual({
      facts: [(await memory.run(runs[0]?.id ?? ""))?.facts[0]],
    });
  });

  test(`with its last source a fact is gone at once, and with one of two it keeps no word of that, in ${store}`, async () => {
    const { memory, say, extractor } = await opened(store);
    await say("My home is Lyon.");
    await say("Yes, my home is Lyon indeed.");
    extractor.answer = ({ turns }) => [
      {
        text: "The user's home is Lyon.",
        subject: "user",
        type: "state",
        origin: "stated",
        sources: turns.map(({ text }, index) => ({ turn: index + 1, quote: text })),
      },
    ];
    await memory.consolidate();
    const [first, second] = keysOf((await memory.list({ namespace, thread: "t" })).records) as [
      string,
      string,
    ];
    await memory.set({ namespace, key: second, value: "Never mind.", thread: "t", role: "user" });
    const { facts } = await memory.facts({ namespace });
    expect(facts[0]?.sources.map(({ key }) => key)).toEqual([first]);
    expect(JSON.stringify(facts)).not.toContain("indeed");
    expect(await memory.delete({ namespace, key: first })).toEqual({ deleted: 1 });
    expect(await memory.facts({ namespace })).toEqual({ facts: [] });
    expect(values((await memory.search({ namespace, query: "home Lyon" })).results)).not.toContain(
      "The user's home is Lyon.",
    );
  });

  test(`a fact is found no longer than what it rests on, in ${store}`, async () => {
    const { memory, clock } = await opened(store);
    await memory.set({ namespace, key: "k", value: "My home is Lyon.", expiresAt: clock.now + 60_000 });
    await memory.consolidate();
    expect(await valuesOf(memory)).toEqual(["The user's home is Lyon."]);
    await memory.touch({ namespace, key: "k", expiresAt: clock.now + 120_000 });
    clock.now += 60_000;
    const found = async () => (await memory.search({ namespace, query: "home Lyon" })).results.length;
    expect(await found()).toBe(2);
    clock.now += 60_000;
    expect(await found()).toBe(0);
    expect(await valuesOf(memory)).toEqual([]);
  });

  test(`what is newer takes the place of what is older, which stays, and an import of old times of neither, in ${store}`, async () => {
    const { memory, say, clock } = await opened(store);
    await say("My home is Lyon.");
    await memory.consolidate();
    clock.now += 30 * 86_400_000;
    await say("My home is Nantes.", "later");
    await memory.consolidate();
    await memory.remember({
      namespace,
      thread: "imported",
      messages: [{ role: "user", content: "My home is Paris.", createdAt: "2020-01-01" }],
    });
    await memory.consolidate();
    const { facts } = await memory.facts({ namespace });
    expect(facts.map(({ value, state, validTo }) => [value, state, validTo?.slice(0, 10)])).toEqual([
      ["The user's home is Paris.", "active", "2026-08-12"],
      ["The user's home is Lyon.", "superseded", undefined],
      ["The user's home is Nantes.", "active", undefined],
    ]);
    expect(facts[1]?.supersededBy).toBe(facts[2]?.key);
    expect(values((await memory.facts({ namespace, state: "superseded" })).facts)).toEqual([
      "The user's home is Lyon.",
    ]);
    // The mark is gone with the fact that made it.
    await memory.undo(facts[2]?.run ?? "");
    expect(await valuesOf(memory)).toEqual(["The user's home is Paris.", "The user's home is Lyon."]);
    expect((await memory.facts({ namespace })).facts[1]?.state).toBe("active");
  });

  test(`undoing a run restores all that can be seen, in ${store}`, async () => {
    const { memory, say, clock } = await opened(store);
    await say("My home is Lyon.");
    await memory.consolidate();
    clock.now += 86_400_000;
    await say("My home is Nantes and my dog is Rex.");
    const seen = async () => [
      await contents(memory),
      await memory.list({ namespace }),
      await memory.facts({ namespace }),
      (await memory.search({ namespace, query: "home of the user", minScore: 0 })).results,
      await memory.entities({ namespace }),
    ];
    const before = await seen();
    const { runs } = await memory.consolidate();
    expect(await seen()).not.toEqual(before);
    const id = runs[0]?.id ?? "";
    expect((await memory.run(id))?.diff).toEqual([
      "~ The user's home is Nantes. (\"My home is Nantes\"; in the place of: The user's home is Lyon.)",
      '+ The user\'s dog is Rex. ("my dog is Rex")',
    ]);
    expect(await memory.undo(id)).toEqual({ erased: 2 });
    expect(await seen()).toEqual(before);
    expect((await memory.run(id))?.undoneAt).toBeDefined();
    expect(await memory.undo(id)).toEqual({ erased: 0 });
    // What was undone is not read again.
    expect((await memory.consolidate()).runs).toEqual([]);
    expect((await memory.runs({ namespace })).map((run) => run.id)).toContain(id);
  });

  test(`what was concluded is in no answer until it is approved, in ${store}`, async () => {
    const { memory, say, extractor } = await opened(store);
    await say("Up at five again to row on the river.");
    extractor.answer = () =>
      ["rows", "likes mornings"].map((what) => ({
        text: `The user ${what}.`,
        subject: "user",
        type: "preference",
        origin: "inferred",
        sources: [{ turn: 1, quote: "Up at five again to row on the river" }],
      }));
    const before = [
      await memory.list({ namespace }),
      (await memory.search({ namespace, query: "river" })).results,
    ];
    const { runs } = await memory.consolidate();
    expect(runs[0]?.diff.every((line) => line.startsWith("? "))).toBe(true);
    expect([
      await memory.list({ namespace }),
      (await memory.search({ namespace, query: "river" })).results,
    ]).toEqual(before);
    expect(await memory.facts({ namespace })).toEqual({ facts: [] });
    const { facts: waiting } = await memory.facts({ namespace, state: "proposed" });
    const [rows, likes] = waiting.sort((left, right) => right.value.localeCompare(left.value)) as [
      (typeof waiting)[0],
      (typeof waiting)[0],
    ];
    expect(await memory.approve({ namespace, key: rows.key })).toMatchObject({ state: "active", version: 2 });
    expect(await memory.approve({ namespace, key: rows.key })).toBeUndefined();
    expect(await memory.decline({ namespace, key: rows.key })).toEqual({ deleted: 0 });
    expect(await memory.decline({ namespace, key: likes.key })).toEqual({ deleted: 1 });
    expect(await valuesOf(memory)).toEqual(["The user rows."]);
    expect(await memory.facts({ namespace, state: "proposed" })).toEqual({ facts: [] });
    // It rests on its source all the same.
    await memory.delete({ namespace, thread: "t" });
    expect(await memory.stats({ namespace })).toMatchObject({ queue: { facts: { pending: 0 } } });
    expect(await valuesOf(memory)).toEqual([]);
  });

  test(`a write during a call is not lost, and nothing is made of what it changed, in ${store}`, async () => {
    const { memory, say, extractor } = await opened(store);
    await say("My home is Lyon.");
    await say("My dog is Rex.", "other");
    const [turn] = (await memory.list({ namespace, thread: "t" })).records;
    let calls = 0;
    extractor.answer = async (window) => {
      if (calls++ === 0) {
        await memory.set({
          namespace,
          key: turn?.key ?? "",
          value: "My home is Nantes.",
          thread: "t",
          role: "user",
        });
        await say("My cat is Tom.", "third");
      }
      return stated(window);
    };
    await memory.consolidate();
    expect((await valuesOf(memory)).sort()).toEqual([
      "The user's cat is Tom.",
      "The user's dog is Rex.",
      "The user's home is Nantes.",
    ]);
    expect(extractor.windows).toHaveLength(4);
  });

  test(`two that consolidate at once, while others write, make each fact once, in ${store}`, async () => {
    if (store === ":memory:") return;
    const path = await newPath();
    const memories = await Promise.all(
      [1, 2].map(() => openAt(path, { facts: { extractor: scriptedFacts() } })),
    );
    const say = (memory: Memory, thread: string) =>
      memory.remember({ namespace, thread, messages: [{ role: "user", content: `My ${thread} is Rex.` }] });
    const things = ["dog", "cat", "home", "boat", "car", "tree"];
    await Promise.all(things.map((thing, place) => say(memories[place % 2] as Memory, thing)));
    await Promise.all([
      ...memories.map((memory) => memory.consolidate()),
      ...["bird", "fish"].map((thing, place) => say(memories[place] as Memory, thing)),
    ]);
    await memories[0]?.consolidate();
    const { facts } = (await memories[1]?.facts({ namespace })) ?? { facts: [] };
    expect(facts.map(({ attribute }) => attribute).sort()).toEqual([...things, "bird", "fish"].sort());
  });
}

test("what an assistant says, what was recalled and what a harness wrote is no source", async () => {
  const { memory, say, extractor } = await opened();
  await say("My plan is Rome.", "t", "assistant");
  await memory.set({ namespace, key: "noted", role: "Tool", value: "My tool is Hammer." });
  const tool = memoryToolSet.find(({ name }) => name === "remember");
  await tool?.run({ memory, namespace, input: { text: "My note is Red." } });
  const value = { text: "My document is Long." };
  const documents = new Documents({ memory: async () => memory });
  await documents.put([{ namespace, key: "document", value, texts: documentTexts(value, ["text"]) }]);
  await memory.set({
    namespace,
    thread: "t",
    role: "user",
    value: "<system-reminder>My name is Root.</system-reminder> My home is Lyon.",
  });
  extractor.answer = ({ turns }) =>
    ["My plan is Rome", "My name is Root", "My home is Lyon"].flatMap((quote) =>
      turns.map((_, index) => ({
        text: quote,
        subject: "user",
        type: "state",
        origin: "stated",
        sources: [{ turn: index + 1, quote }],
      })),
    );
  const { runs } = await memory.consolidate();
  expect(extractor.windows).toHaveLength(1);
  expect(extractor.windows[0]?.turns.map(({ text, role, quotable }) => [text, role, quotable])).toEqual([
    ["My plan is Rome.", "assistant", false],
    ["My home is Lyon.", "user", true],
  ]);
  expect(await valuesOf(memory)).toEqual(["My home is Lyon"]);
  expect(runs[0]?.refused).toEqual({ notQuotable: 3, quoteNotFound: 2 });
  expect(await memory.stats()).toMatchObject({
    facts: {
      refused: { notQuotable: 3, quoteNotFound: 2 },
      usage: { extract: { calls: 1, inputTokens: 900 } },
    },
  });
});

test("a dry run answers what would come of it, and changes nothing", async () => {
  const { memory, say } = await opened();
  await say("My home is Lyon.");
  await say("My dog is Rex.", "other");
  const before = [await contents(memory), await memory.stats()];
  const { runs, pending } = await memory.consolidate({ dryRun: true });
  expect(runs.flatMap(({ diff }) => diff)).toEqual([
    '+ The user\'s home is Lyon. ("My home is Lyon")',
    '+ The user\'s dog is Rex. ("My dog is Rex")',
  ]);
  expect(pending).toBe(2);
  const { facts: _facts, ...stats } = await memory.stats();
  expect([await contents(memory), stats]).toEqual([
    before[0],
    { ...(before[1] as object), facts: undefined },
  ]);
  expect(await memory.runs()).toEqual([]);
  expect((await memory.consolidate()).runs.flatMap(({ diff }) => diff)).toEqual(
    runs.flatMap(({ diff }) => diff),
  );
});

test("a conversation is read once nothing was said in it for a while", async () => {
  const { memory, say, clock, extractor } = await opened();
  await say("My home is Lyon.");
  clock.now += 9 * 60_000;
  await say("My dog is Rex.");
  clock.now += 9 * 60_000;
  // The first of it has waited long enough; the conversation goes on.
  await memory.flush();
  expect(extractor.windows).toEqual([]);
  clock.now += 60_000;
  await memory.flush();
  expect(extractor.windows.map(({ turns }) => turns.length)).toEqual([2]);
  expect(await valuesOf(memory)).toHaveLength(2);
  await memory.flush();
  expect(extractor.windows).toHaveLength(1);
});

test("a conversation that goes on is read when it has grown long, in pieces of so much", async () => {
  const { memory, say, extractor } = await opened();
  const long = (word: string) => `My ${word} is Rex. ${`And so on about the ${word}. `.repeat(60)}`;
  for (const word of ["dog", "cat"]) await say(long(word));
  await memory.flush();
  expect(extractor.windows).toEqual([]);
  for (const word of ["bird", "fish", "tree", "boat"]) await say(long(word));
  await memory.flush();
  expect(extractor.windows.length).toBeGreaterThan(1);
  const quotable = extractor.windows.map(({ turns }) => turns.filter((turn) => turn.quotable).length);
  expect(quotable.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(6);
});

test("the budget of a day is never gone over, whoever spends it, and what waits goes on the next day", async () => {
  const path = await newPath();
  const clock = setClock("2026-08-12T10:00:00.000Z");
  const extractors = [scriptedFacts(), scriptedFacts()];
  const memories = await Promise.all(
    extractors.map((extractor) => openAt(path, { clock, facts: { extractor, tokensPerDay: 10_000 } })),
  );
  for (let thread = 0; thread < 30; thread += 1)
    await memories[0]?.set({ namespace, thread: `${thread}`, role: "user", value: "My home is Lyon." });
  await Promise.all(memories.map((memory) => memory.consolidate()));
  const calls = () => extractors.reduce((sum, { usage }) => sum + usage.calls, 0);
  expect(calls()).toBeGreaterThan(3);
  expect(calls()).toBeLessThanOrEqual(10);
  for (const { limits } of extractors) for (const most of limits) expect(most).toBeLessThanOrEqual(10_000);
  const { facts, queue } = (await memories[1]?.stats()) ?? {};
  expect(facts?.today?.tokens).toBeLessThanOrEqual(10_000);
  expect(queue?.facts?.pending).toBeGreaterThan(0);
  expect(queue?.facts?.lastError).toContain("tokensPerDay");
  const before = calls();
  await memories[1]?.consolidate();
  expect(calls()).toBe(before);
  clock.now += 86_400_000;
  await memories[1]?.consolidate();
  expect(calls()).toBeGreaterThan(before);
});

test("an extractor that costs what it likes is not asked when it has cost more than is left", async () => {
  const extractor = scriptedFacts();
  const memory = await openMemory(":memory:", { facts: { extractor, tokensPerDay: 10_000 } });
  for (let thread = 0; thread < 9; thread += 1)
    await memory.set({ namespace, thread: `${thread}`, role: "user", value: "My home is Lyon." });
  extractor.answer = (window) => {
    extractor.usage.inputTokens += 2_500;
    return stated(window);
  };
  await memory.consolidate();
  expect(extractor.usage.calls).toBe(2);
});

const refusing = (details: object) => new SouvenirError("EXTRACTOR_FAILED", "the model failed", { details });

test("a window that the model makes nothing of is halved, and one bad turn ends visible", async () => {
  const { memory, extractor } = await opened();
  const threads = ["dog", "cat", "poison", "boat", "car", "tree", "bird", "fish"];
  for (const thing of threads)
    await memory.set({ namespace, thread: "t", role: "user", value: `My ${thing} is Rex.` });
  extractor.answer = (window) => {
    if (window.turns.some(({ text, quotable }) => quotable && text.includes("poison")))
      throw refusing({ permanent: true });
    return stated(window);
  };
  const { pending, failed } = await memory.consolidate();
  expect({ pending, failed }).toEqual({ pending: 0, failed: 1 });
  expect(await valuesOf(memory)).toHaveLength(7);
  expect((await memory.stats()).queue.facts).toMatchObject({
    failed: 1,
    lastError: expect.stringContaining("EXTRACTOR_FAILED"),
  });
  // Another text is another try.
  const calls = extractor.usage.calls;
  expect(calls).toBeLessThanOrEqual(8);
  const bad = (await memory.search({ namespace, query: "poison" })).results[0];
  await memory.set({ namespace, key: bad?.key ?? "", thread: "t", role: "user", value: "My cake is Rex." });
  expect(await memory.consolidate()).toMatchObject({ failed: 0 });
});

test("a model that makes nothing of anything costs a few calls, and no write", async () => {
  const { memory, extractor } = await opened();
  for (let turn = 0; turn < 64; turn += 1)
    await memory.set({ namespace, thread: "t", role: "user", value: `My number is ${turn}.` });
  extractor.answer = () => "no list";
  expect(await memory.consolidate()).toMatchObject({ runs: [], failed: 64 });
  expect(extractor.usage.calls).toBeLessThan(20);
  expect((await memory.list({ namespace })).records).toHaveLength(64);
});

test("a provider that is down is left alone, and what waits goes on when it works again", async () => {
  const { memory, say, extractor, clock } = await opened();
  for (const thing of ["dog", "cat", "boat"]) await say(`My ${thing} is Rex.`, thing);
  extractor.answer = () => {
    throw refusing({ status: 429, retryAfterMs: 60_000 });
  };
  expect(await memory.consolidate()).toMatchObject({ runs: [], pending: 3, failed: 0 });
  expect(extractor.usage.calls).toBe(1);
  clock.now += 20 * 60_000;
  extractor.answer = stated;
  await memory.flush();
  expect(await valuesOf(memory)).toHaveLength(3);
});

test("what is not configured right is said with what to do, and nothing is lost", async () => {
  const { memory, say, extractor } = await opened();
  await say("My home is Lyon.");
  extractor.answer = () => {
    throw new SouvenirError("INVALID_INPUT", "there is no key: set one", {
      details: { misconfigured: true },
    });
  };
  expect(await rejection(memory.consolidate())).toMatchObject({ message: "there is no key: set one" });
  expect((await memory.stats()).queue.facts).toMatchObject({
    pending: 1,
    misconfigured: "there is no key: set one",
  });
  extractor.answer = stated;
  await memory.consolidate();
  expect(await valuesOf(memory)).toHaveLength(1);
});

test("closing lets a call fail that is under way, and what it was about is read by the next", async () => {
  const path = await newPath();
  const asked = Promise.withResolvers<void>();
  const extractor = scriptedFacts(() => {
    asked.resolve();
    return new Promise(() => undefined);
  });
  const first = await createMemory({ path, embedder: false, facts: { extractor } });
  await first.set({ namespace, value: "My home is Lyon." });
  const consolidated = first.consolidate().catch((error) => error);
  await asked.promise;
  await first.close();
  await consolidated;
  const second = await openAt(path, { facts: { extractor: scriptedFacts() } });
  expect((await second.consolidate()).runs).toHaveLength(1);
});

test("without an extractor nothing is queued, kept or told, and what there is can be read and undone", async () => {
  const path = await newPath();
  const off = await openAt(path);
  await off.set({ namespace, value: "My home is Lyon." });
  expect(await off.stats()).not.toHaveProperty("facts");
  expect((await off.stats()).queue).not.toHaveProperty("facts");
  expect(await rejection(off.consolidate())).toMatchObject({ code: "UNSUPPORTED" });
  const on = await openAt(path, { facts: { extractor: scriptedFacts() } });
  await on.set({ namespace, value: "My dog is Rex." });
  await on.consolidate();
  expect(await valuesOf(off)).toEqual(["The user's dog is Rex."]);
  const [run] = await off.runs({ namespace });
  expect(await off.undo(run?.id ?? "")).toEqual({ erased: 1 });
  expect(await rejection(off.undo("nobody@ada"))).toMatchObject({ code: "NOT_FOUND" });
  expect(await rejection(off.undo("nobody"))).toMatchObject({ code: "INVALID_INPUT" });
  expect(await off.run("nobody@ada")).toBeUndefined();
});

test("facts are listed by subject, attribute and type, page by page", async () => {
  const { memory, say } = await opened();
  for (const thing of ["dog", "cat", "boat", "car", "tree"]) await say(`My ${thing} is Rex.`, thing);
  await memory.consolidate();
  expect((await memory.facts({ namespace, attribute: "cat" })).facts).toHaveLength(1);
  expect((await memory.facts({ namespace, subject: "user", type: "state" })).facts).toHaveLength(5);
  expect((await memory.facts({ namespace, subject: "nobody" })).facts).toEqual([]);
  const seen: string[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await memory.facts({ namespace, limit: 2, ...(cursor === undefined ? {} : { cursor }) });
    seen.push(...keysOf(page.facts));
    if (page.cursor === undefined) break;
    cursor = page.cursor;
  }
  expect(new Set(seen).size).toBe(5);
  expect(seen).toHaveLength(5);
});

test("no fact is made by hand", async () => {
  const { memory } = await opened();
  expect(
    await rejection(
      memory.set({ namespace, value: "x", metadata: { souvenir: { fact: { subject: "user" } } } }),
    ),
  ).toMatchObject({ code: "INVALID_INPUT" });
});

test.each([
  [{ facts: {} }],
  [{ facts: { extractor: { id: "x" } } }],
  [{ facts: { extractor: scriptedFacts(), tokensPerDay: -1 } }],
  [{ facts: { extractor: scriptedFacts(), tokenPerDay: 1 } }],
])("options that are not right are refused %#", async (options) => {
  expect(await rejection(createMemory({ path: ":memory:", ...(options as object) }))).toMatchObject({
    code: "INVALID_INPUT",
  });
});
