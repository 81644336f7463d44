import { expect, test } from "vitest";
import type { FactProposal, Memory } from "../src/index.ts";
import { contents, keysOf, openMemory, setClock, stores } from "./open-memory.ts";
import { scriptedFacts, stated } from "./scripted-facts.ts";

const namespace = "ada";
const day = 86_400_000;

/** Each turn is a fact in its own words, of the side that stands in brackets before it: "[diet, preference] I eat no meat." */
function spoken({ turns }: { turns: readonly { text: string; quotable: boolean }[] }): FactProposal[] {
  return turns.flatMap(({ text, quotable }, index) => {
    const [, attribute, type, quote] = /^\[(.+), (.+)\] (.+)$/.exec(text) ?? [];
    if (!quotable || quote === undefined) return [];
    const sources = [{ turn: index + 1, quote }];
    const as = { type: type as FactProposal["type"], origin: "stated" as const };
    return [{ text: quote, subject: "user", attribute, ...as, sources }];
  });
}

async function opened(store: string, answer: Parameters<typeof scriptedFacts>[0] = stated) {
  const clock = setClock("2026-02-01T10:00:00.000Z");
  const extractor = scriptedFacts(answer);
  const memory = await openMemory(store, { clock, facts: { extractor } });
  let thread = 0;
  /** Says something in a conversation of its own a day later, or when it is told, and looks for facts in it. */
  const say = async (content: string, createdAt?: string) => {
    clock.now += day;
    const message = { role: "user", content, ...(createdAt === undefined ? {} : { createdAt }) };
    await memory.remember({ namespace, thread: `${thread++}`, messages: [message] });
    return (await memory.consolidate()).runs[0];
  };
  return { memory, clock, extractor, say };
}

const told = async (memory: Memory) =>
  (await memory.facts({ namespace })).facts.map(({ value, state, sources }) => [
    value,
    state,
    sources.length,
  ]);

for (const store of stores) {
  test(`what is said again is the fact that is there, which rests on more since, in ${store}`, async () => {
    const { memory, say } = await opened(store);
    await say("My home is Lyon.");
    const [before] = (await memory.facts({ namespace })).facts;
    const run = await say("As you know my home is Lyon, and it rains.");
    expect(await told(memory)).toEqual([["The user's home is Lyon.", "active", 2]]);
    expect(run).toMatchObject({
      keys: [],
      facts: [],
      changed: [before?.key],
      refused: {},
      diff: ['= The user\'s home is Lyon. (also "my home is Lyon")'],
    });
    expect(await memory.run(run?.id ?? "")).toEqual(run);
    const { facts } = await memory.facts({ namespace });
    // The same version, the same times: it says nothing else.
    expect(facts).toEqual([{ ...before, sources: [...(before?.sources ?? []), facts[0]?.sources[1]] }]);
    expect(facts[0]?.sources[1]?.run).toBe(run?.id);
    const { results } = await memory.search({ namespace, query: "the user's home" });
    expect(results.filter(({ kind }) => kind === "fact").map(({ sources }) => sources?.length)).toEqual([2]);
    expect(await memory.history({ namespace, key: before?.key ?? "" })).toEqual([]);
  });

  test(`it is gone with the last that said it, whichever that is, in ${store}`, async () => {
    const { memory, say } = await opened(store);
    await say("My home is Lyon.");
    await say("Yes, my home is Lyon.");
    await memory.delete({ namespace, thread: "0" });
    expect(await told(memory)).toEqual([["The user's home is Lyon.", "active", 1]]);
    await say("My home is Lyon, I say!");
    expect(await told(memory)).toEqual([["The user's home is Lyon.", "active", 2]]);
    await memory.delete({ namespace, thread: "1" });
    await memory.delete({ namespace, thread: "2" });
    expect(await told(memory)).toEqual([]);
  });

  test(`undoing a run takes back what it added, to the byte, and no more, in ${store}`, async () => {
    const { memory, say } = await opened(store);
    const first = await say("My home is Lyon.");
    const seen = async () => [
      await contents(memory),
      await memory.facts({ namespace }),
      (await memory.search({ namespace, query: "home of the user", minScore: 0 })).results,
    ];
    await memory.remember({
      namespace,
      thread: "1",
      messages: [{ role: "user", content: "Well, my home is Lyon." }],
    });
    const before = await seen();
    const { runs } = await memory.consolidate();
    expect(await seen()).not.toEqual(before);
    expect(await memory.undo(runs[0]?.id ?? "")).toEqual({ erased: 0 });
    expect(await seen()).toEqual(before);
    expect((await memory.run(runs[0]?.id ?? ""))?.diff).toEqual([]);
    const again = await say("My home is Lyon, as ever.");
    // The first run is undone: another one has found the same.
    expect(await memory.undo(first?.id ?? "")).toEqual({ erased: 0 });
    const { facts } = await memory.facts({ namespace });
    expect(facts.map(({ run, sources }) => [run, sources.length])).toEqual([[again?.id, 1]]);
    expect(await memory.undo(again?.id ?? "")).toEqual({ erased: 1 });
    expect(await memory.facts({ namespace })).toEqual({ facts: [] });
  });
}

test("the same in other words is the same, and what says more, or something else, is not", async () => {
  const { memory, say } = await opened(":memory:", spoken);
  for (const sentence of [
    "[diet, preference] I eat no meat.",
    "[diet, preference] I don't eat meat.",
    "[sport, preference] I play tennis with Tom.",
    "[sport, preference] I play tennis with Ida.",
    "[drink, preference] I like tea.",
    "[drink, preference] I like green tea.",
    "[drink, preference] I like black tea.",
    "[children, state] I have 2 children.",
    "[children, state] I have 3 children.",
    "[work, relation] I work for the harbour office.",
    "[work, relation] I now work at the harbour office.",
    "[Work, relation] I work at the harbour office now.",
    // Of another side it is another fact.
    "[weekdays, relation] I work at the harbour office.",
  ])
    await say(sentence);
  expect(await told(memory)).toEqual([
    ["I eat no meat.", "active", 2],
    ["I play tennis with Tom.", "active", 1],
    ["I play tennis with Ida.", "active", 1],
    ["I like tea.", "active", 1],
    ["I like green tea.", "active", 1],
    ["I like black tea.", "active", 1],
    ["I have 2 children.", "active", 1],
    ["I have 3 children.", "active", 1],
    ["I work for the harbour office.", "active", 3],
    ["I work at the harbour office.", "active", 1],
  ]);
});

test("in other languages too", async () => {
  const { memory, say } = await opened(":memory:", spoken);
  for (const sentence of [
    "[travail, relation] Je travaille au port de Brest.",
    "[travail, relation] Je travaille pour le port de Brest.",
    "[Beruf, relation] Ich arbeite im Hafen von Kiel.",
    "[Beruf, relation] Ich arbeite jetzt im Hafen von Kiel.",
    "[Beruf, relation] Ich arbeite nicht im Hafen von Kiel.",
  ])
    await say(sentence);
  expect((await told(memory)).map(([, , sources]) => sources)).toEqual([2, 2, 1]);
});

test("what is true again after something else is another fact, and a late word of the first time is not", async () => {
  const { memory, say } = await opened(":memory:");
  await say("My home is Lyon.");
  await say("My home is Nantes.");
  await say("My home is Lyon.");
  expect(await told(memory)).toEqual([
    ["The user's home is Lyon.", "superseded", 1],
    ["The user's home is Nantes.", "superseded", 1],
    ["The user's home is Lyon.", "active", 1],
  ]);
  await say("My home is Lyon, I think.", "2026-02-02T12:00:00.000Z");
  expect(await told(memory)).toEqual([
    ["The user's home is Lyon.", "superseded", 2],
    ["The user's home is Nantes.", "superseded", 1],
    ["The user's home is Lyon.", "active", 1],
  ]);
});

test("what was said again is not retired by what was said before that and comes late", async () => {
  const { memory, say } = await opened(":memory:");
  await say("My home is Lyon.", "2026-02-01");
  await say("My home is Lyon, still.", "2026-06-01");
  await say("My home is Nantes.", "2026-04-01");
  const { facts } = await memory.facts({ namespace });
  expect(facts.map(({ value, state, validTo }) => [value, state, validTo?.slice(0, 10)])).toEqual([
    ["The user's home is Lyon.", "active", undefined],
    ["The user's home is Nantes.", "active", "2026-06-01"],
  ]);
});

test("what is said again and then changed in one conversation takes the place of all of it", async () => {
  const { memory, say } = await opened(":memory:", ({ turns }) => {
    const found = stated({ turns, known: [] });
    // The model points at what the same conversation said before, and at nothing that is known.
    const [, nantes] = found;
    return nantes === undefined ? found : [found[0], { ...nantes, excludes: [2] }];
  });
  await say("My home is Lyon.");
  await memory.remember({
    ...{ namespace, thread: "later" },
    messages: [
      { role: "user", content: "My home is Lyon, you know.", createdAt: "2026-03-01" },
      { role: "user", content: "Now my home is Nantes.", createdAt: "2026-03-02" },
    ],
  });
  await memory.consolidate();
  expect(await told(memory)).toEqual([
    ["The user's home is Lyon.", "superseded", 2],
    ["The user's home is Nantes.", "active", 1],
  ]);
});

test("an event of another day is another event", async () => {
  const { memory, say } = await opened(":memory:", spoken);
  await say("[race, event] I ran the harbour race.");
  await say("[race, event] I ran the harbour race.");
  await say("[race, event] I ran the harbour race.", "2026-02-02T20:00:00.000Z");
  expect((await told(memory)).map(([, , sources]) => sources)).toEqual([2, 1]);
});

test("an answer that says it twice in other words has it once, and what is concluded waits once", async () => {
  const { memory, say, extractor } = await opened(":memory:");
  const proposal = (text: string, quote: string, fields: Partial<FactProposal> = {}): FactProposal => ({
    ...{ text, subject: "user", attribute: "work", type: "relation", origin: "stated" },
    sources: [{ turn: 1, quote }],
    ...fields,
  });
  extractor.answer = () => [
    proposal("The user works at the harbour.", "I work at the harbour"),
    proposal("The user now works for the harbour.", "work at the harbour"),
    proposal("The user's work starts early.", "up at five", { attribute: "mornings", origin: "inferred" }),
  ];
  const run = await say("I work at the harbour and am up at five.");
  expect(run?.refused).toEqual({ repeated: 1 });
  await say("Still up at five: I work at the harbour.");
  expect(await told(memory)).toEqual([["The user works at the harbour.", "active", 2]]);
  const { facts } = await memory.facts({ namespace, state: "proposed" });
  expect(facts.map(({ sources }) => sources.length)).toEqual([2]);
  expect((await memory.approve({ namespace, key: facts[0]?.key ?? "" }))?.sources).toHaveLength(2);
  await say("Up at five at the weekend: I work at the harbour.");
  expect((await told(memory)).map(([, , sources]) => sources)).toEqual([3, 3]);
});

test("what somebody does to a fact while it is said again is not lost", async () => {
  const { memory, say, extractor } = await opened(":memory:");
  await say("My home is Lyon.");
  let changed = false;
  extractor.answer = async (window) => {
    if (!changed) {
      changed = true;
      // Meanwhile somebody pins the fact.
      const [fact] = (await memory.facts({ namespace })).facts;
      await memory.pin({ namespace, key: fact?.key ?? "" });
    }
    return stated(window);
  };
  await say("Indeed my home is Lyon.");
  const { facts } = await memory.facts({ namespace });
  expect(facts.map(({ sources, pinnedAt }) => [sources.length, pinnedAt !== undefined])).toEqual([[2, true]]);
});

test("a dry run says what would be said again, and changes nothing", async () => {
  const { memory, say } = await opened(":memory:");
  await say("My home is Lyon.");
  const message = { role: "user", content: "So my home is Lyon." };
  await memory.remember({ namespace, thread: "later", messages: [message] });
  const { runs } = await memory.consolidate({ dryRun: true });
  expect(runs[0]?.diff).toEqual(['= The user\'s home is Lyon. (also "my home is Lyon")']);
  expect(await told(memory)).toEqual([["The user's home is Lyon.", "active", 1]]);
  expect(keysOf((await memory.consolidate()).runs[0]?.facts ?? [])).toEqual([]);
});
