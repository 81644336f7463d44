import { createMemory, type Moderator } from "@souvenir/core";
import { memorySuite } from "@souvenir/test/memory-suite";
import { expect, onTestFinished, test } from "vitest";
import { missing, postgresPlaces } from "./places.ts";

const places = postgresPlaces();

if (missing !== undefined) test("PostgreSQL: the memory suite", (context) => context.skip(missing));
else {
  memorySuite("a memory in PostgreSQL", async () => {
    return { memory: await createMemory({ store: places.open(places.newSchema()) }) };
  });

  test("PostgreSQL: a moderator holds back what it flags, on one of the nodes, and leaves alone what was changed meanwhile", async () => {
    const schema = places.newSchema();
    const namespace = "ada";
    const asked: string[] = [];
    const arrived = Promise.withResolvers<void>();
    const answering = Promise.withResolvers<void>();
    const moderator: Moderator = {
      id: "scripted",
      maxBatch: 8,
      async moderate(texts) {
        asked.push(...texts);
        arrived.resolve();
        await answering.promise;
        return texts.map((text) => (text.includes("break") ? ["violence"] : []));
      },
    };
    const open = async () => {
      const safety = { moderator, moderation: "hold" } as const;
      const memory = await createMemory({ store: places.open(schema), embedder: false, safety });
      onTestFinished(() => memory.close());
      return memory;
    };
    const [one, other] = [await open(), await open()];
    const keys = ["erased", "rewritten", "left"];
    await one.setMany(keys.map((key) => ({ namespace, key, value: `I will break your windows, ${key}.` })));
    await arrived.promise;
    await other.delete({ namespace, key: "erased" });
    await other.set({ namespace, key: "rewritten", value: "I will clean your windows." });
    answering.resolve();
    await one.flush();
    expect(await other.flush()).toEqual({ pending: 0, failed: 0 });
    expect(new Set(asked).size).toBe(4);
    expect((await other.list({ namespace, heldBack: true })).records).toMatchObject([
      { key: "left", flagged: ["violence"], version: 1 },
    ]);
    expect((await other.recall({ namespace, query: "windows" })).memories.map(({ key }) => key)).toEqual([
      "rewritten",
    ]);
  });
}
