import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMemory, type Memory, type MemoryOptions, type SearchResult } from "@souvenir/core";
import { describe, expect, onTestFinished, test } from "vitest";
import { keyOf, textOf } from "./processes/remote.ts";
import { startProcess } from "./processes/start.ts";

const namespace = "shared";

async function newPath(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "souvenir-processes-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return join(folder, "memory.db");
}

async function open(path: string, options: MemoryOptions = {}): Promise<Memory> {
  const memory = await createMemory({ path, embedder: false, extractor: false, ...options });
  onTestFinished(() => memory.close());
  return memory;
}

async function everything(memory: Memory, name: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for await (const { key, value } of memory.export({ namespace: name })) found.set(key, value);
  return found;
}

const keysOf = ({ results }: SearchResult) => results.map((hit) => hit.key);

describe("several processes on one file", () => {
  test("two write 10,000 memories each at once, nothing is lost, and each sees the other's", async () => {
    const path = await newPath();
    const processes = await Promise.all([startProcess(path), startProcess(path)]);
    const names = ["left", "right"];
    const count = 10_000;
    await Promise.all(
      processes.map((process, index) =>
        process.call({ method: "fill", namespace, name: names[index] as string, count }),
      ),
    );
    for (const [index, process] of processes.entries()) {
      const other = names[1 - index] as string;
      expect(await process.call({ method: "stats", input: { namespace } })).toMatchObject({
        records: 2 * count,
        versions: 0,
      });
      for (const number of [0, 4_999, 5_000, 9_999]) {
        const found = await process.call<SearchResult>({
          method: "search",
          input: { namespace, query: `lot ${number * 7_919} of ${other}`, limit: 1 },
        });
        expect(keysOf(found)).toEqual([keyOf(other, number)]);
      }
    }
    const memory = await open(path);
    const found = await everything(memory, namespace);
    expect(found.size).toBe(2 * count);
    for (const name of names)
      for (let index = 0; index < count; index += 1)
        if (found.get(keyOf(name, index)) !== textOf(name, index))
          expect.fail(`${keyOf(name, index)} is missing or another`);
    await Promise.all(processes.map((process) => process.call({ method: "close" })));
  });

  test("a search finds what another process wrote, changed and deleted just before", async () => {
    const path = await newPath();
    const other = await startProcess(path);
    const memory = await open(path);
    const search = (query: string) => memory.search({ namespace, query, minScore: 0 });
    const searchThere = (query: string) =>
      other.call<SearchResult>({ method: "search", input: { namespace, query, minScore: 0 } });
    const flowers = [
      "tulip",
      "magnolia",
      "snapdragon",
      "peony",
      "wisteria",
      "foxglove",
      "hydrangea",
      "begonia",
    ];
    for (const [round, word] of flowers.entries()) {
      await other.call({
        method: "set",
        input: { namespace, key: `k${round}`, value: `The ${word} is red.` },
      });
      expect(keysOf(await search(word))).toEqual([`k${round}`]);
      await memory.set({ namespace, key: `k${round}`, value: `The ${word} is yellow now.` });
      expect((await searchThere(word)).results).toMatchObject([{ key: `k${round}`, version: 2 }]);
      if (round % 3 === 0) {
        await other.call({ method: "delete", input: { namespace, key: `k${round}` } });
        expect(keysOf(await search(word))).toEqual([]);
      }
    }
    await other.call({ method: "clear", input: { namespace } });
    expect(keysOf(await search("yellow"))).toEqual([]);
    expect(await memory.namespaces()).toEqual([]);
    await memory.set({ namespace, key: "new", value: "The crocus is yellow." });
    expect(keysOf(await searchThere("yellow"))).toEqual(["new"]);
    await other.call({ method: "close" });
  });

  test("writes of two processes to the same keys all become versions", async () => {
    const path = await newPath();
    const processes = await Promise.all([startProcess(path), startProcess(path)]);
    await Promise.all(
      processes.map((process) => process.call({ method: "fill", namespace, name: "same", count: 400 })),
    );
    const memory = await open(path);
    expect(await memory.stats()).toMatchObject({ records: 400, versions: 400 });
    for await (const { version, history } of memory.export()) {
      expect(version).toBe(2);
      expect(history).toHaveLength(1);
    }
    await Promise.all(processes.map((process) => process.call({ method: "close" })));
  });
});

/** Memories in two namespaces, enough of them that the indexes are kept beside the store. */
async function withSnapshots(path: string): Promise<void> {
  const memory = await open(path);
  for (const name of [namespace, "other"])
    await memory.setMany(
      Array.from({ length: 1_200 }, (_, index) => ({
        namespace: name,
        key: `k${index}`,
        value: `${name}: ${textOf("nobody", index)}`,
        tags: [`t${index % 3}`],
        metadata: { index },
        thread: `thread ${index % 50}`,
      })),
    );
  await memory.search({ namespace, query: "lot" });
  await memory.search({ namespace: "other", query: "lot" });
  await memory.close();
}

async function answers(memory: Memory): Promise<unknown[]> {
  const found: unknown[] = [];
  for (const name of [namespace, "other"])
    for (const query of ["lot 7919", "note 777 of nobody", "other"])
      for (const filter of [
        {},
        { tags: ["t1"] },
        { where: { index: { gte: 1_000 } } },
        { thread: "thread 7" },
      ]) {
        const { tookMs: _, ...answer } = await memory.search({
          namespace: name,
          query,
          minScore: 0,
          facets: true,
          ...filter,
        });
        found.push(answer);
      }
  return found;
}

async function snapshots(path: string): Promise<string[]> {
  const folder = `${path}.index`;
  return (await readdir(folder))
    .filter((name) => name.endsWith(".snapshot"))
    .map((name) => join(folder, name));
}

async function rewrite(file: string, change: (bytes: Buffer) => Buffer): Promise<void> {
  await writeFile(file, change(await readFile(file)));
}

const flipped = (place: (length: number) => number) => (bytes: Buffer) => {
  const at = place(bytes.length);
  bytes[at] = (bytes[at] as number) ^ 0x10;
  return bytes;
};

describe("the index that is kept beside the store", () => {
  test("is used by the next process, and says the same as an index made from the store", async () => {
    const path = await newPath();
    await withSnapshots(path);
    expect(await snapshots(path)).toHaveLength(2);
    const warnings: string[] = [];
    const logger = { warn: (message: string) => warnings.push(message) };
    const withIndex = await open(path, { logger });
    const fromSnapshot = await answers(withIndex);
    await withIndex.close();
    await rm(`${path}.index`, { recursive: true });
    const without = await open(path, { logger });
    expect(await answers(without)).toEqual(fromSnapshot);
    expect(warnings).toEqual([]);
  });

  const whole: [string, (bytes: Buffer) => Buffer][] = [
    ["empty", () => Buffer.alloc(0)],
    ["cut to 10 bytes", (bytes) => bytes.subarray(0, 10)],
    ["cut in half", (bytes) => bytes.subarray(0, bytes.length >> 1)],
    ["without its last byte", (bytes) => bytes.subarray(0, -1)],
    ["longer than it was", (bytes) => Buffer.concat([bytes, Buffer.from("more")])],
    ["flipped in its first byte", flipped(() => 0)],
    ["flipped in its head", flipped(() => 21)],
    ["flipped in the middle", flipped((length) => length >> 1)],
    ["flipped at a third", flipped((length) => Math.floor(length / 3))],
    ["flipped near its end", flipped((length) => length - 17)],
    ["filled with zeros", (bytes) => Buffer.alloc(bytes.length)],
    ["something else", () => Buffer.from('{"format":"souvenir-index-1"}')],
  ];
  test.each(whole)(
    "is made anew when it is %s: the user sees no difference, the logger is told",
    async (_, change) => {
      const path = await newPath();
      await withSnapshots(path);
      const first = await open(path);
      const before = await answers(first);
      await first.close();
      for (const file of await snapshots(path)) await rewrite(file, change);
      const warnings: string[] = [];
      const second = await open(path, { logger: { warn: (message) => warnings.push(message) } });
      expect(await answers(second)).toEqual(before);
      expect(warnings).toHaveLength(2);
      expect(warnings[0]).toMatch(/snapshot/);
      expect(warnings.join()).not.toMatch(/nobody|lot/);
      await second.close();
      // Repaired: the next one has nothing to complain about.
      const third = await open(path, { logger: { warn: (message) => warnings.push(message) } });
      expect(await answers(third)).toEqual(before);
      expect(warnings).toHaveLength(2);
    },
  );

  test("is not mistaken for that of another namespace", async () => {
    const path = await newPath();
    await withSnapshots(path);
    const first = await open(path);
    const before = await answers(first);
    await first.close();
    const [left, right] = (await snapshots(path)) as [string, string];
    await rename(left, `${left}.aside`);
    await rename(right, left);
    await rename(`${left}.aside`, right);
    expect(await answers(await open(path))).toEqual(before);
  });

  test("is brought up to date when it is older than the store", async () => {
    const path = await newPath();
    await withSnapshots(path);
    await cp(`${path}.index`, `${path}.kept`, { recursive: true });
    const first = await open(path);
    await first.setMany(
      Array.from({ length: 700 }, (_, index) => ({
        namespace,
        key: `k${index * 2}`,
        value: `Changed note ${index} of somebody.`,
      })),
    );
    const count = async (memory: Memory, query: string) =>
      (await memory.search({ namespace, query, minScore: 0, limit: 1_000 })).results.length;
    expect(await count(first, "somebody")).toBe(700);
    await first.close();
    await rm(`${path}.index`, { recursive: true });
    await rename(`${path}.kept`, `${path}.index`);
    const second = await open(path);
    expect(await count(second, "somebody")).toBe(700);
    expect(await count(second, "nobody")).toBe(600);
  });

  test("from before an erasure does not bring back what was erased", async () => {
    const path = await newPath();
    await withSnapshots(path);
    await cp(`${path}.index`, `${path}.kept`, { recursive: true });
    const first = await open(path);
    await first.delete({ namespace, where: { index: { lt: 1_000 } } });
    await first.clear({ namespace: "other" });
    await first.close();
    await rm(`${path}.index`, { recursive: true, force: true });
    await rename(`${path}.kept`, `${path}.index`);
    const second = await open(path);
    const { results } = await second.search({
      namespace,
      query: "note of nobody",
      minScore: 0,
      limit: 1_000,
    });
    expect(results).toHaveLength(200);
    expect(
      (await second.search({ namespace: "other", query: "note of nobody", minScore: 0 })).results,
    ).toEqual([]);
    expect((await second.list({ namespace, where: { index: { exists: true } } })).records).toHaveLength(100);
  });

  test("may be impossible to keep: searches and writes go on", async () => {
    const path = await newPath();
    // A folder where the files belong that is none.
    await mkdir(path.replace(/memory\.db$/, ""), { recursive: true });
    await writeFile(`${path}.index`, "in the way");
    const memory = await open(path);
    await memory.setMany(
      Array.from({ length: 1_200 }, (_, index) => ({
        namespace,
        key: `k${index}`,
        value: textOf("nobody", index),
      })),
    );
    expect(keysOf(await memory.search({ namespace, query: "lot 7919", limit: 1 }))).toEqual(["k1"]);
    await memory.delete({ namespace, key: "k1" });
    await memory.close();
    const again = await open(path);
    expect(await again.stats()).toMatchObject({ records: 1_199 });
  });
});
