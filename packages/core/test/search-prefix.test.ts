import { describe, expect, test } from "vitest";
import { SouvenirError } from "../src/index.ts";
import { keysOf, openMemory, rejection } from "./open-memory.ts";

const namespace = "typing";

const memories: Record<string, string> = {
  halloween: "Our Halloween party starts at eight",
  hal: "Hal brought the drinks",
  running: "She runs in the park on Sundays",
  noel: "Nous fêtons Noël chez Hélène",
  universe: "The universities of the region merge",
  moscow: "Мы переехали в Новосибирск",
  tokyo: "東京タワーに登りました",
  arabic: "زرنا المتحف في القاهرة",
  korean: "한국 여행을 갔다",
  greek: "Πήγαμε στη Θεσσαλονίκη",
  hindi: "हम कल दिल्ली गए",
  ticket: "INC-4471 was closed",
  item: "The item is in the warehouse",
};

async function opened() {
  const memory = await openMemory(":memory:");
  await memory.setMany(
    Object.entries(memories).map(([key, value], at) => ({ namespace, key, value, tags: [`t${at % 2}`] })),
  );
  return memory;
}

describe("with prefix the last word is the beginning of one", () => {
  test.each([
    ["hallo", "halloween"],
    ["hal", "halloween"],
    ["hal", "hal"],
    ["h", "halloween"],
    ["H", "hal"],
    ["our hallow", "halloween"],
    ["party start", "halloween"],
    ["run", "running"],
    ["she runn", "running"],
    ["hele", "noel"],
    ["Noë", "noel"],
    ["universit", "universe"],
    ["Ново", "moscow"],
    ["н", "moscow"],
    ["東", "tokyo"],
    ["القا", "arabic"],
    ["한", "korean"],
    ["Θεσσ", "greek"],
    ["θεσσαλονι", "greek"],
    ["दिल", "hindi"],
    ["INC-44", "ticket"],
    ["inc44", "ticket"],
    ["447", "ticket"],
    ["where is the it", "item"],
    ["i", "item"],
  ])("%s finds %s", async (query, key) => {
    const memory = await opened();
    const { results } = await memory.search({ namespace, query, prefix: true, limit: 20 });
    expect(keysOf(results)).toContain(key);
  });

  test("the word itself comes before those that begin with it", async () => {
    const memory = await opened();
    const { results } = await memory.search({ namespace, query: "hal", prefix: true });
    expect(keysOf(results).slice(0, 2)).toEqual(["hal", "halloween"]);
    expect(keysOf((await memory.search({ namespace, query: "hal" })).results)).toEqual(["hal"]);
  });

  test("one letter finds all that begin with it among those that a filter leaves", async () => {
    const memory = await openMemory(":memory:");
    const words = Array.from({ length: 400 }, (_, at) => `s${String.fromCharCode(97 + (at % 26))}${at}x`);
    await memory.setMany(words.map((value, at) => ({ namespace, key: value, value, metadata: { at } })));
    for (const at of [0, 123, 399]) {
      const { results } = await memory.search({ namespace, query: "s", prefix: true, where: { at } });
      expect(keysOf(results)).toEqual([words[at]]);
    }
    const { facets } = await memory.search({ namespace, query: "s", prefix: true, facets: true });
    expect(facets).toBeDefined();
  });

  test("what is written and erased counts at once", async () => {
    const memory = await opened();
    const found = async (query: string) =>
      keysOf((await memory.search({ namespace, query, prefix: true })).results);
    expect(await found("zeb")).toEqual([]);
    await memory.set({ namespace, key: "zebra", value: "A zebra crossing" });
    expect(await found("zeb")).toEqual(["zebra"]);
    await memory.delete({ namespace, key: "zebra" });
    expect(await found("zeb")).toEqual([]);
  });

  test("anything but true and false is refused", async () => {
    const memory = await opened();
    const refused = await rejection(
      memory.search({ namespace, query: "a", prefix: "yes" as unknown as boolean }),
    );
    expect(SouvenirError.is(refused) && refused.code).toBe("INVALID_INPUT");
  });
});
