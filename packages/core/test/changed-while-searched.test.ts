import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMemory, type Memory, type Store } from "@souvenir/core";
import { expect, onTestFinished, test } from "vitest";
import { sqliteStore } from "../src/store/sqlite-store.ts";

/** A file that another connection writes to whenever what was found is about to be read. */
async function openChanging(change: (other: Memory, times: number) => Promise<unknown>): Promise<Memory> {
  const folder = await mkdtemp(join(tmpdir(), "souvenir-changing-"));
  const path = join(folder, "memory.db");
  const other = await createMemory({ path });
  let times = 0;
  const store = new Proxy<Store>(sqliteStore({ path }), {
    get(target, name) {
      if (name === "read")
        return async (...given: Parameters<Store["read"]>) => {
          times += 1;
          await change(other, times);
          return target.read(...given);
        };
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  const memory = await createMemory({ store });
  onTestFinished(async () => {
    await memory.close();
    await other.close();
    await rm(folder, { recursive: true, force: true });
  });
  return memory;
}

const boat = { namespace: "ada", key: "boat", value: "A boat for two." };

test("what another process changes between ranking and reading is found as it is, or not at all", async () => {
  const memory = await openChanging(async (other, times) => {
    if (times === 1) await other.set({ ...boat, tags: ["sold"] });
  });
  await memory.set({ ...boat, tags: ["mine"] });
  expect((await memory.search({ namespace: "ada", query: "boat", tags: ["mine"] })).results).toEqual([]);
  expect((await memory.search({ namespace: "ada", query: "boat", tags: ["sold"] })).results).toHaveLength(1);
});

test("and in no list that it does not belong to any more", async () => {
  const memory = await openChanging(async (other, times) => {
    if (times === 1) await other.set({ ...boat, tags: ["sold"] });
  });
  await memory.set({ ...boat, tags: ["mine"] });
  expect((await memory.list({ namespace: "ada", tags: ["mine"] })).records).toEqual([]);
  expect((await memory.list({ namespace: "ada", tags: ["sold"] })).records).toHaveLength(1);
});

test("a search ends though what it finds is changed all the time", async () => {
  const memory = await openChanging((other, times) => other.set({ ...boat, metadata: { times } }));
  await memory.set(boat);
  expect((await memory.search({ namespace: "ada", query: "boat" })).results).toMatchObject([{ key: "boat" }]);
  expect((await memory.list({ namespace: "ada", where: { a: { exists: false } } })).records).toHaveLength(1);
});
