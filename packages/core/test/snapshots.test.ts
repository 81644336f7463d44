import { cp, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createMemory, type Memory } from "../src/index.ts";
import { keysOf, newPath } from "./open-memory.ts";

/** Enough of them that their index is kept beside the store. */
const many = 1_200;

async function open(path: string): Promise<Memory> {
  return createMemory({ path, embedder: false });
}

/** Memories of a user, then a search, so that an index is there to be kept. */
async function fill(memory: Memory, namespace: string, count = many, from = 0): Promise<void> {
  await memory.setMany(
    Array.from({ length: count }, (_, index) => ({
      namespace,
      key: `${namespace}-${from + index}`,
      value: `Zeppelin note ${from + index} of ${namespace}, told by Wilhelmina Vandersloot.`,
      tags: [`tag of ${namespace}`],
      metadata: { [`field of ${namespace}`]: from + index },
    })),
  );
  await memory.search({ namespace, query: "zeppelin" });
}

/** What the index of a namespace says, in every way in which it can be asked. */
async function everything(memory: Memory, namespace: string): Promise<unknown> {
  const said: unknown[] = [await memory.entities({ namespace })];
  for (const query of ["zeppelin", "note 17", "Wilhelmina", "marmalade", "later"]) {
    const { results, facets } = await memory.search({
      namespace,
      query,
      minScore: 0,
      facets: true,
      limit: 50,
    });
    said.push(
      results.map(({ key, score, signals }) => ({ key, score, signals })),
      facets,
    );
  }
  said.push(keysOf((await memory.list({ namespace, order: "newest", limit: 1_000 })).records));
  return said;
}

/** The same from an index that was built from the store alone. */
async function anew(path: string, namespace: string): Promise<unknown> {
  const copy = await newPath();
  await cp(path, copy);
  const memory = await open(copy);
  const said = await everything(memory, namespace);
  await memory.close();
  return said;
}

async function snapshotCount(path: string): Promise<number> {
  return (await readdir(`${path}.index`)).length;
}

test("an index that was left behind by a removed store says nothing about the next one", async () => {
  const path = await newPath();
  const first = await open(path);
  await fill(first, "clara");
  await first.close();
  expect(await snapshotCount(path)).toBe(1);
  await rm(path);
  for (const namespace of ["dieter", "clara"]) {
    const memory = await open(path);
    await memory.set({ namespace, key: "own", value: "Dieter likes marmalade.", tags: ["breakfast"] });
    const { results, facets } = await memory.search({ namespace, query: "marmalade", facets: true });
    expect(keysOf(results)).toEqual(["own"]);
    expect(facets?.tags).toEqual([{ tag: "breakfast", count: 1 }]);
    expect((await memory.search({ namespace, query: "zeppelin", minScore: 0 })).results).toEqual([]);
    expect((await memory.entities({ namespace })).map(({ name }) => name)).not.toContain(
      "Wilhelmina Vandersloot",
    );
    const where = { "field of clara": { gte: 0 } };
    expect(await memory.delete({ namespace, where })).toEqual({ deleted: 0 });
    expect(await memory.get({ namespace, key: "own" })).toBeDefined();
    await memory.close();
  }
});

test.each([
  ["as many changes since", 300],
  ["fewer changes since", 40],
  ["more changes since", 900],
])("a backup that is put back is searched as it is, with %s on both sides", async (_, later) => {
  const path = await newPath();
  const first = await open(path);
  await fill(first, "clara");
  await first.close();
  await cp(path, `${path}.backup`);
  const second = await open(path);
  await fill(second, "clara", 300, many);
  await second.delete({ namespace: "clara", keys: ["clara-17", "clara-18"] });
  await second.set({ namespace: "clara", key: "clara-1201", value: "A later marmalade of another history." });
  await fill(second, "clara", 700, 2 * many);
  await second.close();
  await rename(`${path}.backup`, path);
  const third = await open(path);
  await third.setMany(
    Array.from({ length: later }, (_, index) => ({
      namespace: "clara",
      key: `third-${index}`,
      value: `Later balloon ${index}.`,
    })),
  );
  const said = await everything(third, "clara");
  await third.close();
  expect(said).toEqual(await anew(path, "clara"));
  expect(JSON.stringify(said)).toContain("clara-17");
  expect(JSON.stringify(said)).not.toContain("clara-1201");
});

test("two stores whose folders were swapped answer from their own memories", async () => {
  const [left, right] = [await newPath(), await newPath()];
  for (const [path, namespace] of [
    [left, "clara"],
    [right, "dieter"],
  ] as const) {
    const memory = await open(path);
    await fill(memory, namespace);
    await memory.close();
  }
  await rename(`${left}.index`, `${left}.aside`);
  await rename(`${right}.index`, `${left}.index`);
  await rename(`${left}.aside`, `${right}.index`);
  for (const [path, namespace] of [
    [left, "clara"],
    [right, "dieter"],
  ] as const) {
    const memory = await open(path);
    const said = await everything(memory, namespace);
    await memory.close();
    expect(said).toEqual(await anew(path, namespace));
  }
});

test("a snapshot of an earlier point of the same store is followed from there", async () => {
  const path = await newPath();
  const first = await open(path);
  await fill(first, "clara");
  await first.close();
  await cp(`${path}.index`, `${path}.kept`, { recursive: true });
  // Not enough for another snapshot: the store still vouches for this one.
  const second = await open(path);
  await second.set({ namespace: "clara", key: "own", value: "Clara likes marmalade.", tags: ["breakfast"] });
  await second.set({ namespace: "clara", key: "clara-3", value: "A later balloon." });
  await second.delete({ namespace: "clara", key: "clara-17" });
  await second.close();
  await rm(`${path}.index`, { recursive: true });
  await rename(`${path}.kept`, `${path}.index`);
  const third = await open(path);
  const said = await everything(third, "clara");
  await third.close();
  expect(said).toEqual(await anew(path, "clara"));
});

/** Whether any file beside the store has a word, in UTF-16 as snapshots write it or in UTF-8. */
async function isInSnapshots(path: string, word: string): Promise<boolean> {
  const folder = `${path}.index`;
  for (const name of await readdir(folder)) {
    const bytes = await readFile(join(folder, name));
    if (bytes.includes(Buffer.from(word, "utf16le")) || bytes.includes(word)) return true;
  }
  return false;
}

test.each(["close", "scrub"] as const)(
  "an erasure leaves a snapshot, without what was erased, after %s()",
  async (way) => {
    const path = await newPath();
    const first = await open(path);
    await first.set({ namespace: "clara", key: "secret", value: "Quokkaberry jam.", tags: ["snickersnack"] });
    await first.set({ namespace: "dieter", key: "secret", value: "Frumious bandersnatch." });
    await fill(first, "clara");
    await fill(first, "dieter");
    await first.close();
    expect(await isInSnapshots(path, "quokkaberri")).toBe(true);
    expect(await isInSnapshots(path, "snickersnack")).toBe(true);
    // Nobody searches, so that no index is open.
    const second = await open(path);
    await second.delete({ namespace: "clara", key: "secret" });
    await second.clear({ namespace: "dieter" });
    if (way === "scrub") await second.scrub();
    else await second.close();
    for (const word of ["quokkaberri", "snickersnack", "frumiou", "bandersnatch"])
      expect(await isInSnapshots(path, word)).toBe(false);
    expect(await snapshotCount(path)).toBe(1);
    await second.close();
    const third = await open(path);
    const said = await everything(third, "clara");
    await third.close();
    expect(said).toEqual(await anew(path, "clara"));
  },
);

test("who only writes leaves an index for the next one; small namespaces leave none", async () => {
  const path = await newPath();
  const first = await open(path);
  for (let batch = 0; batch < 4; batch += 1)
    await first.import(
      Array.from({ length: 600 }, (_, index) => ({
        namespace: "clara",
        value: `Zeppelin note ${batch}-${index} told by Wilhelmina Vandersloot.`,
      })),
    );
  for (let index = 0; index < 50; index += 1)
    await first.setMany(
      Array.from({ length: 20 }, () => ({ namespace: `small ${index}`, value: "A word." })),
    );
  await first.close();
  expect(await snapshotCount(path)).toBe(1);
  const second = await open(path);
  const said = await everything(second, "clara");
  await second.close();
  expect(said).toEqual(await anew(path, "clara"));
});
