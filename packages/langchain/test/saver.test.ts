import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { HumanMessage } from "@langchain/core/messages";
import type { RunnableConfig } from "@langchain/core/runnables";
import { Annotation, Command, interrupt, MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import {
  type Checkpoint,
  type CheckpointTuple,
  emptyCheckpoint,
  uuid6,
} from "@langchain/langgraph-checkpoint";
import { ChatMistralAI } from "@langchain/mistralai";
import { createMemory } from "@souvenir/core";
import { startMistralStandIn } from "@souvenir/test/mistral-stand-in/stand-in";
import { createAgent } from "langchain";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SouvenirSaver } from "../src/saver.ts";

let folder: string;
let path: string;
const open: { close(): Promise<void> }[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "souvenir-saver-"));
  path = join(folder, "memory.db");
});
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
  await rm(folder, { recursive: true, force: true });
});

function saverAt(file = path): SouvenirSaver {
  const saver = new SouvenirSaver({ path: file });
  open.push(saver);
  return saver;
}

const at = (thread_id: unknown, more: object = {}): RunnableConfig => ({
  configurable: { thread_id, checkpoint_ns: "", ...more },
});
const about = { source: "loop" as const, step: 0, parents: {} };

function checkpoint(values: Record<string, unknown>, versions: Record<string, number>): Checkpoint {
  return { ...emptyCheckpoint(), id: uuid6(1), channel_values: values, channel_versions: versions };
}

async function all(
  saver: SouvenirSaver,
  config: RunnableConfig = {},
  options = {},
): Promise<CheckpointTuple[]> {
  return Array.fromAsync(saver.list(config, options));
}

async function bytesOfFiles(): Promise<string> {
  const names = await readdir(folder);
  return (await Promise.all(names.map((name) => readFile(join(folder, name), "latin1")))).join("\n");
}

describe("a graph", () => {
  test("an agent goes on after a restart, with its memory in the same file", async () => {
    const standIn = await startMistralStandIn();
    const model = new ChatMistralAI({ apiKey: "key", serverURL: standIn.url, maxRetries: 0 });
    const first = saverAt();
    const say = (saver: SouvenirSaver, content: string) =>
      createAgent({ model, checkpointer: saver }).invoke(
        { messages: [new HumanMessage(content)] },
        { configurable: { thread_id: "monday" } },
      );
    await say(first, "I build with Rust.");
    await first.close();
    const memory = await createMemory({ path, embedder: false });
    open.push(memory);
    await memory.set({ namespace: "ada", value: "likes Lyon" });
    const { messages } = await say(saverAt(), "What do I build with?");
    expect(messages.map(({ text }) => text).filter((_, index) => index % 2 === 0)).toEqual([
      "I build with Rust.",
      "What do I build with?",
    ]);
    expect(await memory.namespaces()).toEqual(["ada"]);
    await standIn.close();
  });

  test("an interrupt is answered by another process' saver; history, update and fork", async () => {
    const State = Annotation.Root({
      list: Annotation<string[]>({ reducer: (left, right) => [...left, ...right], default: () => [] }),
      topic: Annotation<string>,
    });
    const compile = (saver: SouvenirSaver) =>
      new StateGraph(State)
        .addNode("ask", () => ({ list: [`asked ${interrupt("which?")}`] }))
        .addNode("end", ({ topic }) => ({ list: [`end of ${topic}`] }))
        .addEdge(START, "ask")
        .addEdge("ask", "end")
        .compile({ checkpointer: saver });
    const thread = { configurable: { thread_id: "t" } };
    await compile(saverAt()).invoke({ topic: "Lyon", list: ["start"] }, thread);
    const graph = compile(saverAt());
    expect((await graph.getState(thread)).tasks[0]?.interrupts[0]?.value).toBe("which?");
    const done = await graph.invoke(new Command({ resume: "this" }), thread);
    expect(done).toEqual({ topic: "Lyon", list: ["start", "asked this", "end of Lyon"] });

    const history = await Array.fromAsync(graph.getStateHistory(thread));
    expect(history.map(({ values }) => values.list.length)).toEqual([3, 2, 1, 0]);
    expect(history.map(({ metadata }) => metadata?.step)).toEqual([2, 1, 0, -1]);
    // Two branches from one checkpoint count their versions alike.
    const fork = history[1]?.config as RunnableConfig;
    const branch = await graph.updateState(fork, { topic: "Paris" }, "ask");
    const other = await graph.updateState(fork, { topic: "Nantes" }, "ask");
    expect((await graph.getState(branch)).values).toMatchObject({ topic: "Paris" });
    expect((await graph.getState(other)).values).toMatchObject({ topic: "Nantes" });
    expect((await graph.invoke(null, branch)).list.at(-1)).toBe("end of Paris");
    expect((await graph.getState(history[0]?.config as RunnableConfig)).values).toEqual(done);
    // A copy keeps what its model kept.
    const copy = await graph.updateState(history[0]?.config as RunnableConfig, null, "__copy__");
    expect((await graph.getState(copy)).values).toEqual(done);
  });

  test("every durability, and a subgraph with checkpoints of its own", async () => {
    const State = Annotation.Root({
      ...MessagesAnnotation.spec,
      n: Annotation<number>({ reducer: (left, right) => left + right, default: () => 0 }),
    });
    const inner = new StateGraph(State)
      .addNode("add", () => ({ n: 1 }))
      .addEdge(START, "add")
      .compile({ checkpointer: true });
    const graph = new StateGraph(State)
      .addNode("inner", inner)
      .addNode("twice", () => ({ n: 1 }))
      .addEdge(START, "inner")
      .addEdge("inner", "twice")
      .compile({ checkpointer: saverAt() });
    for (const durability of ["exit", "async", "sync"] as const) {
      const thread = { configurable: { thread_id: durability }, durability };
      await graph.invoke({ n: 1 }, thread);
      const before = (await graph.getState(thread)).values.n;
      await graph.invoke({ n: 1 }, thread);
      expect((await graph.getState(thread)).values.n).toBeGreaterThan(before);
      const namespaces = new Set(
        (await all(saverAt(), { configurable: { thread_id: durability } })).map(
          ({ config }) => config.configurable?.checkpoint_ns,
        ),
      );
      expect(namespaces).toEqual(new Set(["", "inner"]));
    }
  });
});

describe("what is kept", () => {
  test("a value that stays the same is kept once for a hundred checkpoints", async () => {
    const saver = saverAt();
    const large = "the same all the time ".repeat(5_000);
    let config = at("t");
    for (let version = 1; version <= 100; version += 1) {
      const versions = { large: 1, count: version };
      const fresh: Record<string, number> = version === 1 ? versions : { count: version };
      config = await saver.put(config, checkpoint({ large, count: version }, versions), about, fresh);
    }
    expect((await saver.get(config))?.channel_values).toEqual({ large, count: 100 });
    await saver.close();
    expect((await readFile(path)).length).toBeLessThan(10 * large.length);
  });

  test("what a task wrote first stays; errors and interrupts are replaced; the order is that of a step", async () => {
    const saver = saverAt();
    const config = await saver.put(at("t"), checkpoint({}, {}), about, {});
    await saver.putWrites(config, [["a", 1]], "one", "~2");
    await saver.putWrites(config, [["a", 2]], "one", "~2");
    await saver.putWrites(config, [["__interrupt__", "first"]], "one", "~2");
    await saver.putWrites(config, [["__interrupt__", "last"]], "one", "~2");
    await saver.putWrites(
      config,
      [
        ["constructor", 3],
        ["__proto__", undefined],
      ],
      "\u{1f600}",
      "~1",
    );
    await saver.putWrites(config, [["a", 4]], "\uff5e", "~1");
    expect((await saver.getTuple(config))?.pendingWrites).toEqual([
      ["\uff5e", "a", 4],
      ["\u{1f600}", "constructor", 3],
      ["\u{1f600}", "__proto__", undefined],
      ["one", "__interrupt__", "last"],
      ["one", "a", 1],
    ]);
  });

  test("a thread is whatever its id says, letter by letter", async () => {
    const saver = saverAt();
    const ids = [
      "ada@example.com",
      "a/b",
      "a",
      "a\0",
      "a\0b",
      "a\ud800",
      "a\udfff",
      "a\ufffd",
      "a\uffff",
      "a\uffff2d800",
      "é",
      "e\u0301",
      "__proto__",
      "constructor",
      "'; DROP TABLE langchain_checkpoints; --",
      "%",
      "*",
      " ",
      "long ".repeat(10_000),
    ];
    for (const [index, id] of ids.entries()) {
      const values = { [id]: index, text: id, __proto__: index };
      const versions = Object.fromEntries(Object.keys(values).map((name) => [name, 1]));
      await saver.put(at(id), checkpoint(values, versions), about, versions);
    }
    for (const [index, id] of ids.entries()) {
      const [tuple, ...more] = await all(saver, at(id));
      expect(more).toEqual([]);
      expect(tuple?.config.configurable?.thread_id).toBe(id);
      expect(tuple?.checkpoint.channel_values).toMatchObject({ [id]: index, text: id });
    }
    await saver.deleteThread("a\ud800");
    await saver.deleteThread("%");
    expect(await all(saver)).toHaveLength(ids.length - 2);
    expect(await saver.getTuple(at("a\udfff"))).toBeDefined();
    // A number is its text; what says nothing is nobody's thread.
    await saver.put(at(7), checkpoint({}, {}), about, {});
    expect(await saver.getTuple(at("7"))).toBeDefined();
    for (const id of ["", null, {}, ["a"], Number.NaN])
      await expect(saver.put(at(id), checkpoint({}, {}), about, {})).rejects.toThrow(/thread_id: expected/);
    await expect(saver.deleteThread("")).rejects.toThrow(/threadId: expected/);
  });

  test("a list by thread, namespace, filter and before, as far as it is asked for", async () => {
    const saver = saverAt();
    await Promise.all(
      Array.from({ length: 1_200 }, (_, step) =>
        saver.put(
          at(step % 2 === 0 ? "even" : "odd"),
          { ...emptyCheckpoint(), id: uuid6(step) },
          { ...about, step, tags: { third: step % 3 === 0 } } as never,
          {},
        ),
      ),
    );
    const steps = (tuples: CheckpointTuple[]) => tuples.map(({ metadata }) => metadata?.step);
    const even = await all(saver, at("even"));
    expect(steps(even)).toEqual(Array.from({ length: 600 }, (_, index) => 1_198 - 2 * index));
    expect(steps(await all(saver, {}, { limit: 3 }))).toEqual([1_199, 1_198, 1_197]);
    expect(steps(await all(saver, at("even"), { before: even[597]?.config as RunnableConfig }))).toEqual([
      2, 0,
    ]);
    expect(steps(await all(saver, at("odd"), { filter: { tags: { third: true } }, limit: 2 }))).toEqual([
      1_197, 1_191,
    ]);
    expect(await all(saver, at("odd", { checkpoint_ns: "child" }))).toEqual([]);
    expect(await all(saver, at("odd"), { limit: 0 })).toEqual([]);
    expect(await all(saver, at("odd"), { limit: null, before: null, filter: null })).toHaveLength(600);
    for (const limit of [-1, 1.5, "5"])
      await expect(all(saver, at("odd"), { limit })).rejects.toThrow(/limit/);
    await expect(all(saver, at("odd"), { filter: { step: undefined } })).rejects.toThrow(/filter\.step/);
    // What is deleted while somebody reads is not there any more.
    const reading = saver.list(at("even"));
    await reading.next();
    await saver.deleteThread("even");
    expect((await reading.next()).done).toBe(true);
  });
});

describe("erasing", () => {
  test("a deleted thread leaves no byte, and the others stay", async () => {
    const saver = saverAt();
    const secret = "correct-horse-battery-staple";
    const works = ["secret", "other"].flatMap((thread) =>
      Array.from({ length: 250 }, async (_, version) => {
        const values = { said: `${thread === "secret" ? secret : "nothing"} ${version}` };
        const config = await saver.put(at(thread), checkpoint(values, { said: version }), about, {
          said: version,
        });
        await saver.putWrites(config, [["said", values.said]], "task");
      }),
    );
    await Promise.all(works);
    expect(await bytesOfFiles()).toContain(secret);
    await saver.deleteThread("secret");
    expect(await all(saver, at("secret"))).toEqual([]);
    expect((await saver.scrub()).scrubbed).toBe(750);
    const left = await bytesOfFiles();
    expect(left).not.toContain(secret);
    const last = await saver.getTuple(at("other"));
    expect(last?.checkpoint.channel_values.said).toMatch(/^nothing \d+$/);
    expect(last?.pendingWrites).toHaveLength(1);
    await saver.close();
    expect(await bytesOfFiles()).not.toContain(secret);
  });

  test("a run that goes on while its thread is deleted keeps all of what it still puts", async () => {
    const saver = saverAt();
    const values = { a: "a1", b: "b1" };
    const config = await saver.put(at("t"), checkpoint(values, { a: 1, b: 1 }), about, { a: 1, b: 1 });
    const deleting = saver.deleteThread("t");
    const next = await saver.put(config, checkpoint({ a: "a2", b: "b1" }, { a: 2, b: 1 }), about, { a: 2 });
    await deleting;
    expect((await saver.get(next))?.channel_values).toEqual({ a: "a2", b: "b1" });
    expect(await all(saver, at("t"))).toHaveLength(1);
    await saver.deleteThread("t");
    const last = await saver.put(next, checkpoint({ a: "a3", b: "b1" }, { a: 3, b: 1 }), about, { a: 3 });
    expect((await saver.get(last))?.channel_values).toEqual({ a: "a3", b: "b1" });
  });
});

describe("several processes", () => {
  const script = fileURLToPath(new URL("./saver-writer.ts", import.meta.url));
  const start = (thread: string, count: number) =>
    spawn(process.execPath, ["--conditions=@souvenir/source", script, path, thread, String(count)], {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, NODE_NO_WARNINGS: "1" },
    });

  test("two write to one file, and each sees what the other wrote", async () => {
    const saver = saverAt();
    const children = ["left", "right"].map((thread) => start(thread, 40));
    await Promise.all(
      children.map(async (child) => {
        for await (const id of createInterface({ input: child.stdout }))
          expect(
            (await saver.getTuple(at(child === children[0] ? "left" : "right", { checkpoint_id: id })))
              ?.pendingWrites,
          ).toHaveLength(1);
      }),
    );
    expect(await all(saver)).toHaveLength(80);
  });

  test("kill -9: each checkpoint that was acknowledged is there, whole", async () => {
    for (const thread of ["first", "second"]) {
      const child = start(thread, 1_000_000);
      const acknowledged: string[] = [];
      for await (const id of createInterface({ input: child.stdout })) {
        acknowledged.push(id);
        if (acknowledged.length === 25) child.kill("SIGKILL");
      }
      expect(acknowledged.length).toBeGreaterThanOrEqual(25);
      const saver = saverAt();
      const tuples = await all(saver, at(thread));
      const found = new Map(tuples.map((tuple) => [tuple.checkpoint.id, tuple]));
      for (const [step, id] of acknowledged.entries()) {
        expect(found.get(id)?.checkpoint.channel_values).toEqual({
          said: `${thread} ${step}`.repeat(50),
          name: thread,
        });
        expect(found.get(id)?.pendingWrites).toEqual([["task", "said", step]]);
      }
      await saver.close();
    }
  });
});

test("a serializer of one's own, also one that makes texts", async () => {
  const serde = {
    dumpsTyped: async (value: unknown): Promise<[string, Uint8Array]> => [
      "reversed",
      [...JSON.stringify(value)].reverse().join("") as never,
    ],
    loadsTyped: async (type: string, data: Uint8Array | string): Promise<unknown> => {
      expect(type).toBe("reversed");
      const text = typeof data === "string" ? data : new TextDecoder().decode(data);
      return JSON.parse([...text].reverse().join(""));
    },
  };
  const saver = new SouvenirSaver({ path, serde });
  open.push(saver);
  const config = await saver.put(at("t"), checkpoint({ said: "été" }, { said: 1 }), about, { said: 1 });
  await saver.putWrites(config, [["said", ["one"]]], "task");
  expect(await saver.getTuple(at("t"))).toMatchObject({
    checkpoint: { channel_values: { said: "été" } },
    pendingWrites: [["task", "said", ["one"]]],
  });
});

test("options that are none are refused; closed is closed", async () => {
  expect(() => new SouvenirSaver({ paht: "x" } as never)).toThrow(/did you mean "path"/);
  expect(() => new SouvenirSaver({ path: "" })).toThrow(/path/);
  const saver = saverAt();
  await saver.put(at("t"), checkpoint({}, {}), about, {});
  await saver.close();
  await saver.close();
  await expect(saver.getTuple(at("t"))).rejects.toMatchObject({ code: "CLOSED" });
});
