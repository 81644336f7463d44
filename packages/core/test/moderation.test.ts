import { describe, expect, test } from "vitest";
import { createMemory, type Memory, type MemoryOptions, type Moderator } from "../src/index.ts";
import { contents, keysOf, newPath, openAt, openMemory, rejection, stores } from "./open-memory.ts";

const namespace = "ada";
const threat = "Tomorrow I will break your windows.";
const harmless = "Tomorrow I will clean your windows.";

/** Flags what has a word in it, when it is let. */
function scripted(more: Partial<Moderator> = {}) {
  const asked: string[][] = [];
  const moderator: Moderator = {
    id: "scripted",
    maxBatch: 8,
    async moderate(texts) {
      asked.push([...texts]);
      return texts.map((text) => (text.includes("break") ? ["violence"] : []));
    },
    ...more,
  };
  return { moderator, asked };
}

/** One that is asked and does not answer before it is let. */
function gated() {
  const arrived = Promise.withResolvers<void>();
  const opened = Promise.withResolvers<void>();
  const { moderator, asked } = scripted();
  return {
    asked,
    arrived: arrived.promise,
    open: opened.resolve,
    moderator: {
      ...moderator,
      async moderate(texts: readonly string[], options: { signal?: AbortSignal }) {
        arrived.resolve();
        await opened.promise;
        return moderator.moderate(texts, options);
      },
    },
  };
}

const recalled = async (memory: Memory) =>
  keysOf((await memory.recall({ namespace, query: "What about the windows tomorrow?" })).memories).sort();
const get = (memory: Memory, key: string) => memory.get({ namespace, key });

describe.each(stores)("a moderator beside a memory in %s", (store) => {
  const open = (safety: MemoryOptions["safety"], more: MemoryOptions = {}) =>
    openMemory(store, { ...more, ...(safety === undefined ? {} : { safety }) });

  test("marks what it flags, a while after the write, and says so by category and never by text", async () => {
    const { moderator, asked } = scripted();
    const told: unknown[] = [];
    const memory = await open({ moderator }, { logger: { warn: (...said) => told.push(said) } });
    expect(await memory.set({ namespace, key: "threat", value: threat })).not.toHaveProperty("flagged");
    await memory.set({ namespace, key: "plan", value: harmless });
    expect((await memory.stats()).safety?.flagged).toBeDefined();
    expect(await memory.flush()).toEqual({ pending: 0, failed: 0 });
    expect(asked.flat().sort()).toEqual([threat, harmless].sort());

    expect(await get(memory, "threat")).toMatchObject({ flagged: ["violence"], version: 1, metadata: {} });
    expect(await get(memory, "threat")).not.toHaveProperty("heldBack");
    expect(await get(memory, "plan")).not.toHaveProperty("flagged");
    expect(await recalled(memory)).toEqual(["plan", "threat"]);
    const { records } = await memory.list({ namespace, where: { "souvenir.flagged": { exists: true } } });
    expect(keysOf(records)).toEqual(["threat"]);
    const { results } = await memory.search({
      namespace,
      query: "windows",
      where: { not: { "souvenir.flagged": "violence" } },
    });
    expect(keysOf(results)).toEqual(["plan"]);
    const { safety, queue } = await memory.stats();
    expect(safety).toEqual({ warned: {}, redacted: {}, blocked: {}, flagged: { violence: 1 } });
    expect(queue.moderation).toEqual({ pending: 0, failed: 0 });
    expect(JSON.stringify(told)).toContain("violence");
    expect(JSON.stringify(told)).not.toContain("windows");
  });

  test("holds back what it flags where that is wanted, until somebody allows it, as long as it says the same", async () => {
    const { moderator } = scripted();
    const memory = await open({ moderator, moderation: "hold" });
    await memory.set({ namespace, key: "plan", value: harmless });
    await memory.set({ namespace, key: "threat", value: threat });
    await memory.pin({ namespace, key: "threat" });
    await memory.flush();
    const held = { flagged: ["violence"], heldBack: true, pinnedAt: expect.any(String) };
    expect(await get(memory, "threat")).toMatchObject(held);
    expect(await recalled(memory)).toEqual(["plan"]);
    expect((await memory.profile({ namespace })).lines).toEqual([]);
    expect(keysOf((await memory.list({ namespace, heldBack: true })).records)).toEqual(["threat"]);

    // Said again, it is not free until it is judged again.
    expect(await memory.set({ namespace, key: "threat", value: threat })).toMatchObject(held);
    await memory.flush();
    expect(await memory.approve({ namespace, key: "threat" })).toMatchObject({ ...held, heldBack: false });
    expect(await recalled(memory)).toEqual(["plan", "threat"]);
    await memory.set({ namespace, key: "threat", value: threat });
    await memory.flush();
    expect(await get(memory, "threat")).toMatchObject({ ...held, heldBack: false });
    expect(await memory.set({ namespace, key: "threat", value: "I will break it." })).not.toHaveProperty(
      "heldBack",
    );
    await memory.flush();
    expect(await get(memory, "threat")).toMatchObject(held);
    await memory.set({ namespace, key: "threat", value: harmless });
    await memory.flush();
    expect(await get(memory, "threat")).not.toHaveProperty("flagged");
    expect(await get(memory, "threat")).not.toHaveProperty("heldBack");
  });

  test("no write waits for it, and what was erased or written over meanwhile is left alone", async () => {
    const { moderator, arrived, open: answer } = gated();
    const memory = await open({ moderator, moderation: "hold" });
    for (const key of ["erased", "rewritten", "pinned", "left"])
      await memory.set({ namespace, key, value: `${threat} ${key}` });
    await arrived;
    expect((await memory.stats()).queue.moderation?.pending).toBe(4);
    await memory.delete({ namespace, key: "erased" });
    await memory.set({ namespace, key: "rewritten", value: harmless });
    await memory.pin({ namespace, key: "pinned" });
    answer();
    expect(await memory.flush()).toEqual({ pending: 0, failed: 0 });
    expect(await get(memory, "erased")).toBeUndefined();
    expect(await get(memory, "rewritten")).not.toHaveProperty("flagged");
    expect(await get(memory, "pinned")).toMatchObject({ heldBack: true, pinnedAt: expect.any(String) });
    expect(await get(memory, "left")).toMatchObject({ heldBack: true });
    expect((await memory.stats()).safety?.flagged).toEqual({ violence: 2 });
  });

  test("is asked only where it is wanted", async () => {
    const { moderator, asked } = scripted();
    const byNamespace = { "clinic/*": { moderation: "off" }, [namespace]: { moderation: "hold" } } as const;
    const memory = await open({ moderator, byNamespace });
    await memory.set({ namespace: "clinic/paris", key: "a", value: threat });
    await memory.flush();
    expect(asked).toEqual([]);
    await memory.remember({ namespace, thread: "t", messages: [{ role: "user", content: threat }] });
    await memory.set({ namespace: "other", key: "a", value: threat });
    await memory.flush();
    expect((await memory.list({ namespace })).records).toMatchObject([{ heldBack: true }]);
    expect(await memory.get({ namespace: "other", key: "a" })).toMatchObject({ flagged: ["violence"] });
    expect(await memory.get({ namespace: "other", key: "a" })).not.toHaveProperty("heldBack");
  });

  test.each([
    ["fewer lists than texts", async () => []],
    ["no list", async () => ({ violence: true }) as never],
    ["no names", async (texts: readonly string[]) => texts.map(() => [5] as never)],
  ])("that answers with %s leaves the memory as it is, and is asked again", async (_, moderate) => {
    const { moderator } = scripted();
    const faulty: Moderator = { ...moderator, moderate };
    const memory = await open({ moderator: faulty, moderation: "hold" });
    await memory.set({ namespace, key: "threat", value: threat });
    expect(await memory.flush()).toEqual({ pending: 1, failed: 0 });
    expect((await memory.stats()).queue.moderation).toMatchObject({
      pending: 1,
      lastError: expect.stringMatching(/^MODERATOR_FAILED: (?!.*windows)/),
    });
    expect(await recalled(memory)).toEqual(["threat"]);
    faulty.moderate = moderator.moderate;
    await memory.flush();
    expect(await recalled(memory)).toEqual([]);
  });

  test("what it flagged and what was allowed is exported and imported", async () => {
    const { moderator } = scripted();
    const memory = await open({ moderator, moderation: "hold" });
    for (const key of ["held", "allowed"]) await memory.set({ namespace, key, value: threat });
    await memory.flush();
    await memory.approve({ namespace, key: "allowed" });
    const copy = await openMemory(store);
    expect(await copy.import(memory.export())).toEqual({ imported: 2, skipped: 0 });
    expect(await contents(copy)).toEqual(await contents(memory));
    expect(await recalled(copy)).toEqual(["allowed"]);
  });
});

test("what is not judged when the program ends is judged by the next one that opens the file", async () => {
  const path = await newPath();
  const never = scripted({ moderate: () => new Promise(() => undefined) });
  const first = await createMemory({ path, embedder: false, safety: { moderator: never.moderator } });
  await first.set({ namespace, key: "threat", value: threat });
  await first.close();
  const second = await openAt(path, { safety: { moderator: scripted().moderator, moderation: "hold" } });
  expect(await second.flush()).toEqual({ pending: 0, failed: 0 });
  expect(await get(second, "threat")).toMatchObject({ heldBack: true, flagged: ["violence"] });
});

test.each([
  [{ moderation: "hold" }, /safety\.moderator.*mistralModerator/],
  [{ byNamespace: { a: { moderation: "warn" } } }, /safety\.moderator/],
  [{ moderator: { id: "", moderate: () => [] } }, /safety\.moderator/],
  [{ moderator: { id: "m" } }, /safety\.moderator/],
  [{ moderator: { id: "m", moderate: () => [], maxBatch: 0 } }, /maxBatch/],
  [{ moderator: scripted().moderator, moderation: "block" }, /safety\.moderation.*"hold"/],
  [{ secrets: "hold" }, /safety\.secrets/],
])("safety: %j is refused", async (safety, said) => {
  const error = await rejection(createMemory({ path: ":memory:", embedder: false, safety: safety as never }));
  expect(error).toMatchObject({ code: "INVALID_INPUT", message: expect.stringMatching(said) });
});
