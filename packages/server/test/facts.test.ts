import { createMemory, type FactExtractor } from "@souvenir/core";
import { expect, onTestFinished, test } from "vitest";
import { connectMemory } from "../src/client/index.ts";
import { createApp } from "../src/http/app.ts";

const namespace = "ada@example.com";

/** "My home is Lyon" says where somebody lives; "Perhaps the home is Lyon" is concluded. */
const extractor: FactExtractor = {
  id: "scripted",
  usage: { calls: 0, inputTokens: 0, outputTokens: 0 },
  async extract({ turns, known }) {
    return turns.flatMap(({ text }, index) => {
      const [quote, sure, attribute = "", value = ""] =
        /(my|perhaps the) (\w+) (?:is|was) (\w+)/i.exec(text) ?? [];
      if (quote === undefined) return [];
      return [
        {
          text: `The user's ${attribute} ${quote.split(" ").at(-2)} ${value}.`,
          subject: "user",
          attribute,
          type: quote.includes(" was ") ? ("event" as const) : ("state" as const),
          origin: sure?.toLowerCase() === "my" ? ("stated" as const) : ("inferred" as const),
          sources: [{ turn: index + 1, quote }],
          excludes: known.flatMap((fact, place) =>
            fact.attribute === attribute && quote.includes(" is ") ? [place + 1] : [],
          ),
        },
      ];
    });
  },
};

async function opened() {
  const clock = { now: Date.UTC(2026, 7, 12) };
  const local = await createMemory({
    path: ":memory:",
    embedder: false,
    clock: () => clock.now,
    facts: { extractor, tokensPerDay: 100_000 },
  });
  const app = createApp(local, { open: true });
  const remote = connectMemory({
    url: "http://localhost",
    fetch: (url, init) => app.fetch(new Request(url, init)),
  });
  onTestFinished(async () => {
    await remote.close();
    await local.close();
  });
  return { local, remote, clock };
}

test("facts over HTTP are those of the memory, as are runs, their undoing and what waits", async () => {
  const { local, remote, clock } = await opened();
  await remote.set({ namespace, value: "My home is Lyon." });
  const dry = await remote.consolidate({ namespace, dryRun: true });
  expect(dry).toMatchObject({
    pending: 1,
    runs: [{ diff: ['+ The user\'s home is Lyon. ("My home is Lyon")'] }],
  });
  expect(await remote.facts({ namespace })).toEqual({ facts: [] });
  await remote.consolidate({ namespace });
  clock.now += 86_400_000;
  await remote.set({ namespace, value: "My home is Nantes." });
  await remote.set({ namespace, value: "Perhaps the cat is Tom." });
  const { runs, pending, failed } = await remote.consolidate({ namespace });
  expect({ pending, failed, runs: runs.length }).toEqual({ pending: 0, failed: 0, runs: 1 });
  expect(runs[0]).toEqual(await local.run(runs[0]?.id ?? ""));

  for (const state of [undefined, "active", "superseded", "proposed"] as const) {
    const input = { namespace, ...(state === undefined ? {} : { state }) };
    const facts = await remote.facts(input);
    expect(facts).toEqual(await local.facts(input));
    expect(facts.facts.length).toBeGreaterThan(0);
  }
  const first = await remote.facts({
    namespace,
    subject: "user",
    attribute: "home",
    type: "state",
    limit: 1,
  });
  expect(first).toMatchObject({ facts: [{ state: "superseded" }], cursor: expect.any(String) });
  const { results } = await remote.search({ namespace, query: "home of the user" });
  expect(results.find(({ kind }) => kind === "fact")?.sources?.[0]?.quote).toMatch(/^My home is/);
  expect(await remote.runs({ namespace })).toEqual(await local.runs({ namespace }));
  expect(await remote.runs({ namespace, limit: 1 })).toHaveLength(1);
  expect((await remote.stats()).facts).toEqual((await local.stats()).facts);
  expect((await remote.stats()).queue).toEqual((await local.stats()).queue);

  const [waiting] = (await remote.facts({ namespace, state: "proposed" })).facts;
  const key = waiting?.key ?? "";
  expect(await remote.approve({ namespace, key })).toMatchObject({ state: "active", version: 2 });
  expect(await remote.approve({ namespace, key })).toBeUndefined();
  expect(await remote.decline({ namespace, key })).toEqual({ deleted: 0 });
  expect(await remote.undo(runs[0]?.id ?? "")).toEqual({ erased: 2 });
  expect((await remote.run(runs[0]?.id ?? ""))?.undoneAt).toBeDefined();
  expect((await remote.facts({ namespace })).facts.map(({ state }) => state)).toEqual(["active"]);
  expect(await remote.run(`nobody@${namespace}`)).toBeUndefined();
  await expect(remote.undo(`nobody@${namespace}`)).rejects.toMatchObject({ code: "NOT_FOUND" });
  // The extractor says of what is said again that it takes the place of itself.
  await remote.set({ namespace, value: "So my home is Lyon." });
  const again = await remote.consolidate({ namespace });
  expect(again.runs[0]).toMatchObject({
    keys: [],
    changed: [expect.any(String)],
    diff: [expect.stringMatching(/^= .+also/)],
  });
  expect((await remote.facts({ namespace })).facts[0]?.sources[1]?.run).toBe(again.runs[0]?.id);
});

test("a dream over HTTP is one of the memory, to be seen before and undone after", async () => {
  const { local, remote, clock } = await opened();
  for (let time = 0; time < 3; time += 1) {
    clock.now += 86_400_000;
    await remote.set({ namespace, value: "My run was long." });
    await remote.consolidate({ namespace });
  }
  const { runs, discarded } = await remote.dream({ namespace, dryRun: true });
  const quote = '"My run was long"';
  expect(runs.map(({ diff }) => diff)).toEqual([
    [`? The user's run was long. (${quote}, ${quote}, ${quote})`],
  ]);
  expect(discarded).toEqual([]);
  const dreamt = await remote.dream({ namespace });
  expect(dreamt.runs[0]).toEqual(await local.run(dreamt.runs[0]?.id ?? ""));
  expect(dreamt.runs[0]).toMatchObject({ extractor: "dream", keys: [expect.any(String)] });
  expect(await remote.dream({ namespace })).toEqual({ runs: [], discarded: [] });
  expect(await remote.undo(dreamt.runs[0]?.id ?? "")).toEqual({ erased: 1 });
  await expect(remote.dream()).rejects.toMatchObject({ code: "INVALID_INPUT" });
});

test("without a namespace, or an extractor, it is said what to do", async () => {
  const { remote } = await opened();
  await expect(remote.consolidate()).rejects.toMatchObject({ code: "INVALID_INPUT" });
  await expect(remote.runs()).rejects.toMatchObject({ code: "INVALID_INPUT" });
  await expect(remote.run("nobody")).rejects.toMatchObject({ code: "INVALID_INPUT" });
  await expect(remote.facts({ namespace, subjects: "x" } as never)).rejects.toMatchObject({
    code: "INVALID_INPUT",
  });
  const without = await createMemory({ path: ":memory:", embedder: false });
  onTestFinished(() => without.close());
  const answer = await createApp(without, { open: true }).fetch(
    new Request("http://localhost/v1/consolidate", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ namespace }),
    }),
  );
  expect([answer.status, await answer.json()]).toMatchObject([501, { error: { code: "UNSUPPORTED" } }]);
});

test("a key reads and undoes the runs of its own namespace only, whatever the id says", async () => {
  const { local } = await opened();
  await local.set({ namespace: "secret", value: "My home is Lyon." });
  await local.consolidate();
  const [run] = await local.runs();
  const app = createApp(local, { open: true });
  const id = run?.id ?? "";
  const ask = (path: string, init?: RequestInit) => app.fetch(new Request(`http://localhost${path}`, init));
  const details = await ask(`/v1/runs/details?${new URLSearchParams({ namespace: "bob", id })}`);
  const undone = await ask("/v1/runs/undo", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ namespace: "bob", id }),
  });
  expect([details.status, undone.status]).toEqual([404, 404]);
  expect((await local.facts({ namespace: "secret" })).facts).toHaveLength(1);
});
