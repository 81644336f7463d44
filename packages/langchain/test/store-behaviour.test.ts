import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ToolRuntime, tool } from "@langchain/core/tools";
import { Annotation, getStore, type LangGraphRunnableConfig, START, StateGraph } from "@langchain/langgraph";
import { createMemory, type Memory, SouvenirError } from "@souvenir/core";
import { workBetween } from "@souvenir/test/between";
import { WordEmbeddings } from "@souvenir/test/langchain/embeddings";
import fc from "fast-check";
import { createAgent } from "langchain";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { fromLabel, namespaceOf, pathOf, SouvenirStore, toLabel } from "../src/store.ts";
import { openAgentSetting } from "./agent-setting.ts";

let memory: Memory;
let now: number;
beforeEach(async () => {
  now = Date.parse("2026-11-23T12:00:00Z");
  memory = await createMemory({ path: ":memory:", embedder: false, clock: () => now });
});
afterEach(() => memory.close());
const minute = 60_000;
const clock = () => now;

describe("labels", () => {
  test("every path has one namespace and comes back from it", () => {
    const label = fc
      .oneof(
        fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }),
        fc.string({ unit: fc.constantFrom("%", "2", "5", "E", "F", "3", "A", "0", "/", "a"), minLength: 1 }),
      )
      .filter((text) => !/[.:\0]/.test(text));
    const path = fc.array(label, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(path, path, (one, other) => {
        expect(pathOf(namespaceOf(one))).toEqual(pathOf(namespaceOf(one.map(fromLabel).map(toLabel))));
        if (namespaceOf(one) === namespaceOf(other)) expect(one.map(fromLabel)).toEqual(other.map(fromLabel));
      }),
      { seed: 20261123, numRuns: 1_000 },
    );
  });

  test("any text is a label that LangGraph takes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1 }), (text) => {
        expect(toLabel(text)).not.toMatch(/[.:\0]/);
        expect(fromLabel(toLabel(text))).toBe(text);
      }),
      { seed: 20261123, numRuns: 1_000 },
    );
    expect(namespaceOf(["memories", "ada@example.com"])).toBe("memories/ada@example.com");
    expect(namespaceOf(["memories", toLabel("ada@example.com")])).toBe("memories/ada@example.com");
    expect(namespaceOf(["a/b", "c"])).toBe("a%2Fb/c");
    expect(() => toLabel("")).toThrow(SouvenirError);
    expect(() => namespaceOf(["memories", ""])).toThrow(SouvenirError);
    expect(() => namespaceOf([])).toThrow(SouvenirError);
  });

  test("an e-mail address is a label, in both spellings the same", async () => {
    const store = new SouvenirStore({ memory });
    await store.put(["users", "ada@example.com"], "k", { text: "tea" });
    await store.put(["users", "eve@example.com"], "k", { text: "coffee" });
    expect((await store.get(["users", toLabel("ada@example.com")], "k"))?.value).toEqual({ text: "tea" });
    expect((await store.get(["users", "ada@example.com"], "k"))?.namespace).toEqual([
      "users",
      "ada@example.com",
    ]);
    expect(await store.search(["users", "ada@example.com"], { query: "coffee" })).toMatchObject([
      { key: "k", score: 0 },
    ]);
    expect((await store.search(["users", "ada@example%2Ecom"]))[0]?.namespace).toEqual([
      "users",
      "ada@example%2Ecom",
    ]);
    expect(await store.listNamespaces({ suffix: ["ada@example.com"] })).toEqual([
      ["users", "ada@example%2Ecom"],
    ]);
    await expect(store.put(["users", "v1.2"], "k", {})).rejects.toThrow(/toLabel/);
    await store.delete(["users", "ada@example.com"], "k");
    expect(await memory.namespaces()).toEqual(["users/eve@example.com"]);
  });
});

describe("time to live", () => {
  test("an item lives as long as it was given, and reading it starts its time anew", async () => {
    const store = new SouvenirStore({ memory, clock, ttl: { defaultTtl: 10 } });
    await store.put(["n"], "default", { text: "tea" });
    await store.put(["n"], "own", { text: "tea" }, undefined, { ttl: 60 });
    const before = await store.get(["n"], "own");
    now += 9 * minute;
    expect(await store.get(["n"], "default")).not.toBeNull();
    now += 9 * minute;
    expect(await store.search(["n"], { query: "tea" })).toHaveLength(2);
    now += 9 * minute;
    expect(await store.search(["n"])).toHaveLength(2);
    now += 11 * minute;
    expect(await store.get(["n"], "default")).toBeNull();
    expect(await store.search(["n"], { query: "tea" })).toHaveLength(1);
    expect(await store.get(["n"], "own")).toEqual(before);
  });

  test("reading makes no versions, and gives no end to what was written meanwhile", async () => {
    const store = new SouvenirStore({ memory, clock, ttl: { defaultTtl: 10 } });
    const other = new SouvenirStore({ memory, clock });
    const item = { namespace: "n", key: "k" };
    await store.put(["n"], "k", { text: "tea" });
    for (let reads = 0; reads < 3; reads++) {
      now += 9 * minute;
      expect(await store.get(["n"], "k")).not.toBeNull();
    }
    expect(await memory.history(item)).toEqual([]);

    now += 9 * minute;
    await Promise.all([store.get(["n"], "k"), other.put(["n"], "k", { text: "coffee" })]);
    const written = await memory.get(item);
    expect(written?.value).toBe("coffee");
    expect(written?.expiresAt).toBeUndefined();
  });

  test("reading changes nothing when told so", async () => {
    const store = new SouvenirStore({ memory, clock, ttl: { defaultTtl: 10, refreshOnRead: false } });
    await store.put(["n"], "k", { text: "tea" });
    now += 9 * minute;
    expect(await store.get(["n"], "k")).not.toBeNull();
    now += 2 * minute;
    expect(await store.get(["n"], "k")).toBeNull();
  });

  test("a put without a TTL lives for ever, a TTL must be minutes", async () => {
    const store = new SouvenirStore({ memory, clock });
    await store.put(["n"], "k", { n: 1 }, undefined, { ttl: 1 });
    await store.put(["n"], "k", { n: 2 });
    now += 365 * 24 * 60 * minute;
    expect((await store.get(["n"], "k"))?.value).toEqual({ n: 2 });
    for (const ttl of [0, -1, Number.NaN])
      await expect(store.put(["n"], "k", {}, undefined, { ttl })).rejects.toThrow(SouvenirError);
    expect(() => new SouvenirStore({ memory, ttl: { defaultTtl: 0 } })).toThrow(SouvenirError);
  });

  test("times go forward also when the clock stands still or goes back", async () => {
    const store = new SouvenirStore({ memory, clock });
    const times: number[] = [];
    for (let n = 0; n < 4; n++) {
      await store.put(["n"], "k", { n });
      times.push((await store.get(["n"], "k"))?.updatedAt.getTime() ?? 0);
      now -= 1_000;
    }
    expect(times).toEqual([0, 1, 2, 3].map((n) => (times[0] as number) + n));
    expect((await store.get(["n"], "k"))?.createdAt.getTime()).toBe(times[0]);
  });
});

describe("what is kept", () => {
  test("a file, over a restart", async () => {
    const folder = await mkdtemp(join(tmpdir(), "souvenir-langchain-"));
    try {
      const embeddings = new WordEmbeddings();
      const open = () =>
        new SouvenirStore({ path: join(folder, "store.db"), index: { embeddings, fields: ["text"] } });
      const first = open();
      await first.put(["users", "ada"], "drink", { text: "Ada drinks green tea", n: 1 });
      const kept = await first.get(["users", "ada"], "drink");
      await first.search(["users"], { query: "tea" });
      await first.close();
      const second = open();
      expect(await second.get(["users", "ada"], "drink")).toEqual(kept);
      expect(await second.search(["users"], { query: "which tea?" })).toMatchObject([{ key: "drink" }]);
      expect(await second.listNamespaces()).toEqual([["users", "ada"]]);
      expect(embeddings.texts.filter((text) => text === "Ada drinks green tea")).toHaveLength(1);
      await second.stop();
      await second.stop();
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test("opens nothing before the first operation, and tries again what failed to open", async () => {
    let opened = 0;
    const store = new SouvenirStore({
      memory: () => {
        opened += 1;
        if (opened === 1) throw new Error("busy");
        return memory;
      },
    });
    expect(opened).toBe(0);
    await expect(store.get(["n"], "k")).rejects.toThrow("busy");
    expect(await store.get(["n"], "k")).toBeNull();
    await store.start();
    expect(opened).toBe(2);
  });

  test("memories of other parts of Souvenir are items, and items are memories", async () => {
    const store = new SouvenirStore({ memory, index: { fields: ["text"] } });
    await memory.set({
      namespace: "users/ada",
      key: "m",
      value: "Ada has a cat",
      metadata: { source: "chat" },
    });
    expect((await store.get(["users", "ada"], "m"))?.value).toEqual({
      text: "Ada has a cat",
      source: "chat",
    });
    await store.put(["users", "ada"], "i", { text: "The cat is called Minou", source: "form" });
    const { results } = await memory.search({
      namespace: "users/ada",
      query: "Minou",
      where: { source: "form" },
    });
    expect(results.map(({ key, value }) => [key, value])).toEqual([["i", "The cat is called Minou"]]);
    expect(await store.search(["users"], { filter: { source: { $in: ["chat", "form"] } } })).toHaveLength(2);
    expect(await store.search(["users"], { filter: { text: "Ada has a cat" } })).toHaveLength(1);
    for (const filter of [{ source: undefined }, { source: { $in: ["chat", undefined] } }])
      await expect(store.search(["users"], { filter: filter as never })).rejects.toThrow(/filter\.source/);
  });

  test("a provider that is down costs no write, and search goes on by words", async () => {
    const embeddings = {
      dimensions: 8,
      embedDocuments: () => Promise.reject(new Error("down")),
      embedQuery: () => Promise.reject(new Error("down")),
    };
    const store = new SouvenirStore({ path: ":memory:", index: { embeddings } });
    await store.put(["n"], "k", { text: "green tea" });
    expect(await store.search(["n"], { query: "tea" })).toMatchObject([{ key: "k" }]);
    await store.close();
  });

  test("what cannot be kept is refused before anything is written", async () => {
    const store = new SouvenirStore({ memory });
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    for (const value of [circular, "text", 1, [1], undefined])
      await expect(
        store.batch([
          { namespace: ["n"], key: "first", value: { n: 1 } },
          { namespace: ["n"], key: "k", value: value as never },
        ]),
      ).rejects.toThrow(SouvenirError);
    await expect(store.put(["n"], "k", {}, "text" as never)).rejects.toThrow(SouvenirError);
    expect(await store.search(["n"])).toEqual([]);
    expect(() => new SouvenirStore({ memory, path: "x" })).toThrow(SouvenirError);
  });
});

describe("beyond LangGraph's search", () => {
  test("entities, times, tags, a floor, and facets", async () => {
    const store = new SouvenirStore({ memory });
    await store.put(["n"], "paris", { text: "Ada Lovelace visited Paris" });
    now += 24 * 60 * minute;
    await store.put(["n"], "lyon", { text: "Bob visited Lyon with Grace Hopper" });
    const keys = async (options: object) =>
      (await store.search(["n"], { query: "who visited", ...options })).map(({ key }) => key);
    expect(await keys({ entities: ["Paris"] })).toEqual(["paris"]);
    expect(await keys({ since: new Date(now - minute) })).toEqual(["lyon"]);
    expect(await keys({ until: new Date(now - minute) })).toEqual(["paris"]);
    expect(await store.search(["n"], { query: "quantum", minScore: 0.2 })).toEqual([]);
    expect(await store.search(["n"], { query: "quantum" })).toHaveLength(2);
    const [hit] = await store.search(["n"], { query: "Lyon" });
    expect(hit?.signals).toMatchObject({ text: expect.any(Number), vector: expect.any(Number) });
    expect(hit?.reasons?.terms.length).toBeGreaterThan(0);
    const { entities } = await store.facets(["n"], { query: "visited" });
    expect(entities.map(({ name }) => name)).toEqual(expect.arrayContaining(["Paris", "Lyon"]));
  });
});

test("an item is later than the one that it replaces, also when somebody else wrote that in between", async () => {
  const path = ["users", "ada"];
  // Of a clock that is an hour ahead.
  const other = new SouvenirStore({ memory, clock: () => now + 60 * minute });
  await other.put(path, "k", { text: "first" });
  const store = new SouvenirStore({
    memory: workBetween(memory, "get", () => other.put(path, "k", { text: "second" })),
    clock,
  });
  await store.put(path, "k", { text: "third" });
  const item = await store.get(path, "k");
  expect(item?.value).toEqual({ text: "third" });
  const versions = await memory.history({ namespace: namespaceOf(path), key: "k" });
  expect(versions.map(({ value }) => value).join()).toMatch(/first.*second/s);
  expect(item?.updatedAt.getTime()).toBeGreaterThan(now + 60 * minute + 1);
});

describe("in graphs", () => {
  const State = Annotation.Root({ out: Annotation<unknown[]> });

  test("nodes use the store through LangGraph's wrapper, and get the whole of it from SouvenirStore.of", async () => {
    const store = new SouvenirStore({ memory });
    const graph = new StateGraph(State)
      .addNode("write", async (_, config: LangGraphRunnableConfig) => {
        await Promise.all([
          config.store?.put(["users", toLabel("ada@example.com")], "a", { text: "Ada drinks tea in Paris" }),
          config.store?.put(["users", toLabel("ada@example.com")], "b", { text: "Ada sleeps a lot" }),
        ]);
        const whole = SouvenirStore.of(config.store);
        await whole.put(["users", "bob"], "secret", { text: "tea" }, false);
        return {};
      })
      .addNode("read", async (_, config: LangGraphRunnableConfig) => {
        const found = await config.store?.search(["users"], { query: "who drinks tea?" });
        const one = await getStore()?.get(["users", toLabel("ada@example.com")], "b");
        const whole = SouvenirStore.of(config.store);
        return {
          out: [
            found?.map(({ key }) => key),
            one?.value,
            await whole.listNamespaces(),
            (await whole.search(["users"], { query: "Ada", entities: ["Paris"], limit: 1 })).map(
              ({ key }) => key,
            ),
            (await whole.facets(["users"], { query: "Ada" })).entities.map(({ name }) => name),
          ],
        };
      })
      .addEdge(START, "write")
      .addEdge("write", "read")
      .compile({ store });
    const { out } = await graph.invoke({ out: [] });
    expect(out).toEqual([
      ["a", "b", "secret"],
      { text: "Ada sleeps a lot" },
      [
        ["users", "ada@example%2Ecom"],
        ["users", "bob"],
      ],
      ["a"],
      expect.arrayContaining(["Paris"]),
    ]);
    expect(() => SouvenirStore.of({})).toThrow(SouvenirError);
    expect(() => SouvenirStore.of(undefined)).toThrow(SouvenirError);
  });

  test("an agent's tools reach it through runtime.store", async () => {
    const setting = await openAgentSetting();
    try {
      const store = new SouvenirStore({ memory });
      const note = tool(
        async ({ text }: { text: string }, runtime: ToolRuntime) => {
          await SouvenirStore.of(runtime.store).put(["notes", "ada"], text, { text });
          return "noted";
        },
        { name: "note", description: "Takes a note", schema: z.object({ text: z.string() }) },
      );
      setting.standIn.script({
        chat: [{ toolCalls: [{ name: "note", arguments: { text: "Buy tea" } }] }, { content: "Done." }],
      });
      const agent = createAgent({ model: setting.model, tools: [note], store });
      await agent.invoke({ messages: [{ role: "user", content: "Remember the tea" }] });
      expect((await store.get(["notes", "ada"], "Buy tea"))?.value).toEqual({ text: "Buy tea" });
    } finally {
      await setting.close();
    }
  });

  test("runs at the same time do not lose each other's writes", async () => {
    const store = new SouvenirStore({ memory });
    const graph = new StateGraph(Annotation.Root({ user: Annotation<string> }))
      .addNode("write", async ({ user }, config: LangGraphRunnableConfig) => {
        for (let n = 0; n < 5; n++)
          await config.store?.put(["users", user], `k${n}`, { text: `${user} ${n}` });
        return {};
      })
      .addEdge(START, "write")
      .compile({ store });
    await Promise.all(Array.from({ length: 20 }, (_, n) => graph.invoke({ user: `user${n}` })));
    for (let n = 0; n < 20; n++)
      expect((await store.search(["users", `user${n}`])).map(({ value }) => value.text)).toEqual(
        Array.from({ length: 5 }, (_, k) => `user${n} ${k}`),
      );
  });
});
