import { expect, onTestFinished, test } from "vitest";
import { createMemory, InMemoryStore, type Memory, type Store } from "../src/index.ts";

const namespace = "ada";

/** A memory, and another node on its store that tells of what was written as late as it is said. */
async function nodes(): Promise<{ near: Memory; far: Memory; catchUp: () => void }> {
  const store = new InMemoryStore();
  let late = 1;
  const behind = new Proxy<Store>(store, {
    get(target, name) {
      if (name === "isRemote") return true;
      const value: unknown = Reflect.get(target, name);
      if (name !== "head") return typeof value === "function" ? value.bind(target) : value;
      return async (asked: string) => {
        const head = await store.head(asked);
        return head && { ...head, sequence: head.sequence - late };
      };
    },
  });
  const near = await createMemory({ store, embedder: false });
  const far = await createMemory({ store: behind, embedder: false });
  onTestFinished(() => near.close());
  const catchUp = () => {
    late = 0;
  };
  return { near, far, catchUp };
}

test("what a write answers says what its namespace has reached, beside its fields", async () => {
  const { near } = await nodes();
  const tea = await near.set({ namespace, key: "tea", value: "Green tea." });
  expect(tea.sequence).toBe(1);
  expect(Object.keys(tea)).not.toContain("sequence");
  expect(await near.get({ namespace, key: "tea" })).toEqual(tea);
  const [milk, rice] = await near.setMany([
    { namespace, key: "milk", value: "No milk." },
    { namespace, key: "rice", value: "Brown rice." },
  ]);
  expect([milk?.sequence, rice?.sequence]).toEqual([2, 3]);
  expect((await near.pin({ namespace, key: "rice" }))?.sequence).toBe(4);
  expect((await near.touch({ namespace, key: "rice", expiresAt: null }))?.sequence).toBe(5);
  const messages = [{ role: "user", content: "I moved to Nantes." }];
  expect((await near.remember({ namespace, thread: "monday", messages })).sequence).toBe(6);
  expect((await near.delete({ namespace, key: "milk" })).sequence).toBe(7);
  expect((await near.clear({ namespace })).sequence).toBe(0);
});

test("a read with minSequence waits until the node tells of it, or says that it does not", async () => {
  const { near, far, catchUp } = await nodes();
  const { sequence: minSequence = 0 } = await near.set({ namespace, key: "tea", value: "Green tea." });
  const asked = { namespace, query: "tea", minSequence };
  for (const read of [
    far.search({ ...asked, deadlineMs: 0 }),
    far.recall({ ...asked, deadlineMs: 0 }),
    far.search({ ...asked, minSequence: 99, deadlineMs: 1 }),
  ])
    await expect(read).rejects.toMatchObject({ code: "DEADLINE_EXCEEDED", details: { sequence: 0 } });
  const reads = [
    far.get({ namespace, key: "tea", minSequence }).then((found) => found?.key),
    far.list({ namespace, minSequence }).then(({ records }) => records[0]?.key),
    far.search(asked).then(({ results }) => results[0]?.key),
    far.recall(asked).then(({ memories }) => memories[0]?.key),
  ];
  catchUp();
  expect(await Promise.all(reads)).toEqual(["tea", "tea", "tea", "tea"]);
  for (const wrong of [-1, 1.5, "1", null])
    await expect(far.get({ namespace, key: "tea", minSequence: wrong as number })).rejects.toMatchObject({
      code: "INVALID_INPUT",
    });
  // What is near is never late.
  await expect(near.get({ namespace, key: "tea", minSequence: 99 })).rejects.toMatchObject({
    code: "INVALID_INPUT",
    message: expect.stringContaining("expected 1 at most"),
  });
});
