import { describe, expect, test } from "vitest";
import type { Memory, MemoryRecord, Progress, SetInput } from "../src/index.ts";
import { contents, keysOf, openMemory, rejection, setClock, stores } from "./open-memory.ts";
import { ScriptedEmbedder } from "./scripted-embedder.ts";

const namespace = "ada@example.org";

/** A memory with a bit of everything. */
async function full(store: string): Promise<Memory> {
  const clock = setClock("2026-01-01T00:00:00.000Z");
  const memory = await openMemory(store, { clock });
  const tick = () => {
    clock.now += 61_234;
  };
  for (const value of ["We use MySQL.", "We use SQLite.", "Nous utilisons PostgreSQL à Lyon, dit Élise."]) {
    await memory.set({
      namespace,
      key: "stack",
      value,
      tags: ["db", value.slice(-7)],
      metadata: JSON.parse('{"a":[1,null,{"b":"é"}],"__proto__":{"x":1},"n":1.5e-7}'),
      entities: [{ name: "Élise", type: "person" }],
      createdAt: "2019-01-02T03:04:05.678Z",
    });
    tick();
  }
  await memory.remember({
    namespace,
    thread: "t/1",
    messages: [
      { role: "user", content: "Hello \u0000 \u2028 😀" },
      { role: "assistant", content: "Good morning,\r\n\tAda." },
    ],
  });
  tick();
  await memory.set({ namespace: "../other\u0000", key: "__proto__", value: " x ", expiresAt: "2099-01-01" });
  await memory.setMany(
    Array.from({ length: 1_200 }, (_, index) => ({
      namespace: "many",
      key: `k${index}`,
      value: `number ${index}`,
    })),
  );
  return memory;
}

async function* parsed(lines: readonly string[]): AsyncGenerator<MemoryRecord> {
  for (const line of lines) yield JSON.parse(line);
}

describe.each(stores.flatMap((from) => stores.map((to) => [from, to] as const)))(
  "from %s to %s",
  (from, to) => {
    test("JSON Lines carry everything: versions, times, tags, entities, threads", async () => {
      const source = await full(from);
      const lines = await contents(source);
      expect(lines).toHaveLength(1_204);
      expect(lines.every((line) => !line.includes("\n"))).toBe(true);
      const target = await openMemory(to, { clock: setClock("2030-01-01") });
      expect(await target.import(parsed(lines))).toEqual({ imported: 1_204, skipped: 0 });
      expect(await contents(target)).toEqual(lines);
      expect(await target.namespaces()).toEqual(await source.namespaces());
      for (const key of ["stack", "unknown"]) {
        expect(await target.get({ namespace, key })).toEqual(await source.get({ namespace, key }));
        expect(await target.history({ namespace, key })).toEqual(await source.history({ namespace, key }));
      }
      expect(await target.entities({ namespace })).toEqual(await source.entities({ namespace }));
      expect((await target.list({ namespace, thread: "t/1" })).records).toEqual(
        (await source.list({ namespace, thread: "t/1" })).records,
      );
      const { results } = await target.search({ namespace, query: "PostgreSQL à Lyon" });
      expect(results[0]).toMatchObject({ key: "stack", version: 3, createdAt: "2019-01-02T03:04:05.678Z" });
      const { bytes: _source, ...counts } = await source.stats();
      const { bytes: _target, ...same } = await target.stats();
      expect(same).toEqual(counts);
    });
  },
);

describe.each(stores)("export of %s", (store) => {
  test("takes one namespace, and leaves earlier versions out when asked to", async () => {
    const memory = await full(store);
    const records: (MemoryRecord & { history?: MemoryRecord[] })[] = [];
    for await (const record of memory.export({ namespace, history: false })) records.push(record);
    expect(records).toHaveLength(3);
    expect(records[0]).toEqual(await memory.get({ namespace, key: "stack" }));
    const withHistory: typeof records = [];
    for await (const record of memory.export({ namespace })) withHistory.push(record);
    expect(withHistory[0]?.history).toEqual(await memory.history({ namespace, key: "stack" }));
    expect(withHistory.slice(1)).toEqual(records.slice(1));
  });

  test("may be left early, and goes on while memories are written and erased", async () => {
    const memory = await full(store);
    const seen: string[] = [];
    for await (const record of memory.export({ namespace: "many" })) {
      seen.push(record.key);
      if (seen.length === 1) await memory.delete({ namespace: "many", key: "k1150" });
      if (seen.length === 2)
        await memory.set({
          namespace: "many",
          key: "new",
          value: "written meanwhile",
          createdAt: "2050-01-01",
        });
    }
    expect(seen).toHaveLength(1_200);
    expect(seen).not.toContain("k1150");
    expect(seen.at(-1)).toBe("new");
    for await (const record of memory.export()) {
      expect(record.key).toBeDefined();
      break;
    }
    expect((await memory.stats()).records).toBe(1_204);
  });
});

describe.each(stores)("import into %s", (store) => {
  test("a second time skips everything", async () => {
    const lines = await contents(await full(":memory:"));
    const memory = await openMemory(store);
    await memory.import(parsed(lines));
    expect(await memory.import(parsed(lines))).toEqual({ imported: 0, skipped: 1_204 });
    expect(await contents(memory)).toEqual(lines);
  });

  test("keeps what is newer here, and takes what is newer there", async () => {
    const record = (value: string, updatedAt: string, version: number) => ({
      namespace,
      key: "k",
      value,
      tags: [],
      metadata: {},
      entities: [],
      version,
      createdAt: "2020-01-01T00:00:00.000Z",
      updatedAt,
    });
    const memory = await openMemory(store);
    await memory.import([record("second", "2026-02-01T00:00:00.000Z", 2)]);
    expect(await memory.import([record("first", "2026-01-01T00:00:00.000Z", 1)])).toEqual({
      imported: 0,
      skipped: 1,
    });
    expect(await memory.get({ namespace, key: "k" })).toMatchObject({ value: "second", version: 2 });
    expect(await memory.import([record("third", "2026-03-01T00:00:00.000Z", 3)])).toEqual({
      imported: 1,
      skipped: 0,
    });
    expect(await memory.get({ namespace, key: "k" })).toMatchObject({
      value: "third",
      version: 3,
      updatedAt: "2026-03-01T00:00:00.000Z",
    });
    expect((await memory.history({ namespace, key: "k" })).map(({ value }) => value)).toEqual(["second"]);
  });

  test("takes plain inputs too, and treats them as new memories", async () => {
    const memory = await openMemory(store, { clock: setClock("2026-01-01") });
    const inputs: SetInput[] = [
      { namespace, key: "a", value: "Write to ada@example.org.", metadata: { a: 1 } },
      { namespace, value: "No key.", createdAt: 0 },
    ];
    expect(await memory.import(inputs)).toEqual({ imported: 2, skipped: 0 });
    expect(await memory.get({ namespace, key: "a" })).toMatchObject({
      version: 1,
      createdAt: "2026-01-01T00:00:00.000Z",
    });
    expect((await memory.entities({ namespace })).map(({ name }) => name)).toContain("ada@example.org");
    expect((await memory.search({ namespace, query: "write ada" })).results[0]?.key).toBe("a");
  });

  test("says which line is bad, and writes nothing of a list", async () => {
    const lines = (await contents(await full(":memory:"))).map((line) => JSON.parse(line));
    lines[1_100] = { ...lines[1_100], metadata: "none" };
    const memory = await openMemory(store);
    const error = await rejection(memory.import(lines));
    expect(error).toMatchObject({ code: "INVALID_INPUT", details: { index: 1_100, stored: 0 } });
    expect((error as Error).message).toMatch(/record 1100.*metadata.*object/);
    expect(await memory.namespaces()).toEqual([]);
  });

  test("of a stream with a bad line keeps the commits before it, and goes on from there when repaired", async () => {
    const lines = await contents(await full(":memory:"));
    const memory = await openMemory(store);
    async function* broken() {
      yield* parsed(lines.slice(0, 1_150));
      yield { namespace: "many" } as SetInput;
    }
    const error = await rejection(memory.import(broken()));
    expect(error).toMatchObject({ code: "INVALID_INPUT", details: { index: 1_150 } });
    const { stored } = (error as { details: { stored: number } }).details;
    expect((await memory.stats()).records).toBe(stored);
    expect(await memory.import(parsed(lines))).toEqual({ imported: 1_204 - stored, skipped: stored });
    expect((await contents(memory)).sort()).toEqual([...lines].sort());
  });

  test("tells its progress and can be stopped between two commits", async () => {
    const lines = (await contents(await full(":memory:"))).map((line) => JSON.parse(line));
    const memory = await openMemory(store);
    const steps: Progress[] = [];
    await memory.import(lines, { onProgress: (step) => steps.push(step) });
    expect(steps.at(-1)).toEqual({ done: 1_204, total: 1_204 });
    expect(steps.length).toBeGreaterThan(1);
    const stopped = await openMemory(store);
    const controller = new AbortController();
    const reason = new Error("enough");
    const outcome = stopped.import(lines, {
      signal: controller.signal,
      onProgress: () => controller.abort(reason),
    });
    expect(await rejection(outcome)).toBe(reason);
    expect((await stopped.stats()).records).toBe(steps[0]?.done);
  });

  test("brings back what was deleted since, and nothing twice", async () => {
    const memory = await openMemory(store);
    await memory.setMany(
      Array.from({ length: 3 }, (_, index) => ({ namespace, key: `k${index}`, value: `number ${index}` })),
    );
    const lines = await contents(memory);
    await memory.delete({ namespace, key: "k1" });
    expect(await memory.import(parsed(lines))).toEqual({ imported: 1, skipped: 2 });
    expect(keysOf((await memory.list({ namespace })).records).sort()).toEqual(["k0", "k1", "k2"]);
  });

  test("gives the imported memories vectors of its own embedder", async () => {
    const embedder = new ScriptedEmbedder();
    const memory = await openMemory(store, { embedder });
    await memory.import([{ namespace, key: "cat", value: "My kitten hides." }]);
    expect(await memory.flush()).toEqual({ pending: 0, failed: 0 });
    expect((await memory.search({ namespace, query: "pet animal", minScore: 0 })).results[0]).toMatchObject({
      key: "cat",
    });
  });
});

test.each(stores)("an export by the beginning of the names, in %s", async (store) => {
  const memory = await openMemory(store);
  const names = ["users", "users/a", "users/a\u0000", "users/b", "users/é", "users/\u{1f600}", "userz", "x"];
  for (const name of names) await memory.set({ namespace: name, key: "k", value: `in ${name}` });
  // More than is read at once, in the middle.
  await memory.setMany(
    Array.from({ length: 450 }, (_, n) => ({ namespace: "users/b", key: `k${n}`, value: "b" })),
  );
  await memory.set({ namespace: "users/a", key: "k", value: "again" });
  const found = async (input: Parameters<Memory["export"]>[0]) => Array.fromAsync(memory.export(input));
  const of = (records: MemoryRecord[]) =>
    [...Map.groupBy(records, (record) => record.namespace)].map(
      ([name, members]) => `${name} ${members.length}`,
    );
  expect(of(await found({ prefix: "users/", history: false })).sort()).toEqual(
    ["users/a 1", "users/a\u0000 1", "users/b 451", "users/é 1", "users/\u{1f600} 1"].sort(),
  );
  expect(await found({ prefix: "users/b" })).toEqual(await found({ namespace: "users/b" }));
  expect(await found({ prefix: "users/a", history: true })).toMatchObject([
    { value: "again", history: [{ value: "in users/a" }] },
    { value: "in users/a\u0000" },
  ]);
  expect(await found({ prefix: "nobody" })).toEqual([]);
  expect(await found({ prefix: "" })).toEqual(await found({}));
  expect(of(await found({}))).toHaveLength(8);
  await expect(found({ prefix: 5 as never })).rejects.toThrow(/prefix/);
  await memory.close();
});
