import { describe, expect, test } from "vitest";
import type { Memory, SetInput } from "../src/index.ts";
import { newPath, openAt, openMemory, rejection, setClock, stores } from "./open-memory.ts";

const namespace = "team";
const conflict = (key: string, expected: number, current: number) => ({
  code: "VERSION_CONFLICT",
  details: { namespace, key, expected, current },
});

describe.each(stores)("in %s", (store) => {
  test("what a filter no longer selects when it is erased stays", async () => {
    const memory = await openMemory(store);
    for (let round = 0; round < 40; round += 1) {
      await memory.set({ namespace, key: "order", value: "Old.", metadata: { state: "done", round } });
      const [{ deleted }, { version }] = await Promise.all([
        memory.delete({ namespace, where: { state: "done" } }),
        memory.set({ namespace, key: "order", value: "New.", metadata: { state: "open", round } }),
      ]);
      const found = await memory.get({ namespace, key: "order" });
      // Erased first and set then, or set first and not erased: never is what was acknowledged gone.
      expect(found).toMatchObject({ value: "New.", version });
      expect(deleted).toBe(version === 1 ? 1 : 0);
      await memory.clear({ namespace });
    }
  });

  test("what changes while it is erased, and is selected still, goes", async () => {
    const memory = await openMemory(store);
    for (let round = 0; round < 20; round += 1) {
      const input = { namespace, key: "order", metadata: { state: "done" } };
      await memory.set({ ...input, value: "Old." });
      const deleting = memory.delete({ namespace, where: { state: "done" } });
      await memory.set({ ...input, value: "New." });
      const { deleted } = await deleting;
      expect(deleted).toBe(1);
      await memory.clear({ namespace });
    }
  });

  test("of all who change a version that they have read, one does", async () => {
    const memory = await openMemory(store);
    await memory.set({ namespace, key: "counter", value: "0", ifVersion: 0 });
    const add = async () => {
      for (;;) {
        const { value = "", version = 0 } = (await memory.get({ namespace, key: "counter" })) ?? {};
        try {
          await memory.set({ namespace, key: "counter", value: `${Number(value) + 1}`, ifVersion: version });
          return;
        } catch (error) {
          expect(error).toMatchObject(conflict("counter", version, expect.any(Number) as number));
        }
      }
    };
    await Promise.all(Array.from({ length: 12 }, add));
    expect(await memory.get({ namespace, key: "counter" })).toMatchObject({ value: "12", version: 13 });
  });

  test("a list is written as a whole or not at all when it depends on versions", async () => {
    const memory = await openMemory(store);
    await memory.set({ namespace, key: "last", value: "There." });
    const inputs: SetInput[] = Array.from({ length: 1_500 }, (_, index) => ({
      namespace,
      key: `${index}`,
      value: "New.",
    }));
    const last = { namespace, key: "last", value: "New." };
    expect(await rejection(memory.setMany([...inputs, { ...last, ifVersion: 2 }]))).toMatchObject(
      conflict("last", 2, 1),
    );
    expect((await memory.stats()).records).toBe(1);
    await memory.setMany([...inputs, { ...last, ifVersion: 1 }]);
    expect(await memory.get({ namespace, key: "last" })).toMatchObject({ version: 2 });
  });

  test("delete and touch compare versions too", async () => {
    const clock = setClock();
    const memory = await openMemory(store, { clock });
    await memory.set({ namespace, key: "k", value: "One." });
    await memory.set({ namespace, key: "k", value: "Two.", expiresAt: clock.now + 10 });
    expect(await rejection(memory.delete({ namespace, key: "k", ifVersion: 1 }))).toMatchObject(
      conflict("k", 1, 2),
    );
    expect(
      await rejection(memory.touch({ namespace, key: "k", expiresAt: null, ifVersion: 3 })),
    ).toMatchObject(conflict("k", 3, 2));
    expect(
      await memory.touch({ namespace, key: "k", expiresAt: clock.now + 20, ifVersion: 2, version: 2 }),
    ).toMatchObject({ version: 2 });
    for (const wrong of [
      memory.touch({ namespace, key: "k", expiresAt: null, ifVersion: 2, version: 1 }),
      memory.delete({ namespace, keys: ["k"], ifVersion: 2 } as never),
      memory.delete({ namespace, key: "k", ifVersion: -1 }),
      memory.set({ namespace, key: "k", value: "x", ifVersion: 0.5 }),
    ])
      expect(await rejection(wrong)).toMatchObject({ code: "INVALID_INPUT" });
    clock.now += 20;
    // What has expired is not there.
    expect(await rejection(memory.delete({ namespace, key: "k", ifVersion: 2 }))).toMatchObject(
      conflict("k", 2, 0),
    );
    expect(await memory.set({ namespace, key: "k", value: "Again.", ifVersion: 0 })).toMatchObject({
      version: 1,
    });
    expect(await memory.delete({ namespace, key: "k", ifVersion: 1 })).toEqual({ deleted: 1 });
    expect(await memory.delete({ namespace, key: "none", ifVersion: 0 })).toEqual({ deleted: 0 });
  });

  test("what expires and is set anew at the same time is not erased", async () => {
    const clock = setClock();
    const memory = await openMemory(store, { clock });
    for (let round = 0; round < 20; round += 1) {
      await memory.set({ namespace, key: "session", value: "Old.", expiresAt: clock.now + 5 });
      clock.now += 5;
      const stats = memory.stats();
      await memory.set({ namespace, key: "session", value: "New.", expiresAt: clock.now + 50 });
      await stats;
      expect(await memory.get({ namespace, key: "session" })).toMatchObject({ value: "New.", version: 1 });
      await memory.touch({ namespace, key: "session", expiresAt: clock.now + 1 });
      clock.now += 1;
      expect(await memory.get({ namespace, key: "session" })).toBeUndefined();
    }
  });

  test("of a turn that is remembered twice at once, the longer one does not lose a part", async () => {
    const memory = await openMemory(store);
    const messages = ["One.", "Two.", "Three.", "Four."].map((content) => ({ role: "user", content }));
    for (let round = 0; round < 20; round += 1) {
      const turn = { namespace, thread: "t", turnId: `${round}` };
      await memory.remember({ ...turn, messages: messages.slice(0, 3) });
      const changed = messages.map(({ role, content }) => ({ role, content: `${content} Again.` }));
      await Promise.all([
        memory.remember({ ...turn, messages: messages.slice(0, 1) }),
        memory.remember({ ...turn, messages: changed }),
      ]);
      const { records } = await memory.list({ namespace, thread: "t", limit: 1000 });
      // Whichever comes last: what the longer one added is there, or was seen by the shorter one and is not.
      const added = records.filter(({ value }) => /^(Two|Three|Four)\. Again\.$/.test(value));
      expect([0, 3]).toContain(added.length);
      await memory.clear({ namespace });
    }
  });
});

test("two handles on a file: what a filter no longer selects stays", async () => {
  const path = await newPath();
  const [one, other] = (await Promise.all([openAt(path), openAt(path)])) as [Memory, Memory];
  for (let round = 0; round < 40; round += 1) {
    await one.set({ namespace, key: "order", value: "Old.", metadata: { state: "done" } });
    const [, { version }] = await Promise.all([
      one.delete({ namespace, where: { state: "done" } }),
      other.set({ namespace, key: "order", value: "New.", metadata: { state: "open" } }),
    ]);
    expect(await one.get({ namespace, key: "order" })).toMatchObject({ value: "New.", version });
    await one.clear({ namespace });
  }
});
