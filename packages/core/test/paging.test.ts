import { describe, expect, test } from "vitest";
import { openMemory, rejection, stores } from "./open-memory.ts";

describe.each(stores)("in %s", (store) => {
  test("the history of a memory is bounded, and read page by page", async () => {
    const memory = await openMemory(store, { limits: { versions: 5 } });
    const place = { namespace: "n", key: "k" };
    for (let version = 1; version <= 9; version += 1)
      await memory.set({ ...place, value: `Text ${version}.` });
    const all = await memory.history(place);
    expect(all.map(({ version }) => version)).toEqual([4, 5, 6, 7, 8]);
    expect(all[0]?.value).toBe("Text 4.");
    expect((await memory.stats()).versions).toBe(5);
    const first = await memory.history({ ...place, limit: 2 });
    expect(first.records).toEqual(all.slice(0, 2));
    const { records, cursor } = await memory.history({ ...place, limit: 2, cursor: first.cursor ?? "" });
    expect(records).toEqual(all.slice(2, 4));
    expect(await memory.history({ ...place, cursor: cursor ?? "" })).toEqual({ records: all.slice(4) });
    expect(await memory.history({ ...place, limit: 5 })).toEqual({ records: all });
    expect(await memory.history({ namespace: "n", key: "none", limit: 5 })).toEqual({ records: [] });
    for (const wrong of [{ limit: 0 }, { limit: 1001 }, { cursor: "x" }, { cursor: 7 }])
      expect(await rejection(memory.history({ ...place, ...wrong } as never))).toMatchObject({
        code: "INVALID_INPUT",
      });
    const kept = await openMemory(store);
    for (let version = 1; version <= 103; version += 1) await kept.set({ ...place, value: `${version}` });
    expect((await kept.history(place)).map(({ version }) => version)).toEqual(
      Array.from({ length: 100 }, (_, index) => index + 3),
    );
    const none = await openMemory(store, { limits: { versions: 0 } });
    await none.set({ ...place, value: "Before." });
    await none.set({ ...place, value: "After." });
    expect(await none.history(place)).toEqual([]);
  });

  test("an import keeps as many versions as the limit says, the newest", async () => {
    const [source, target] = [await openMemory(store), await openMemory(store, { limits: { versions: 3 } })];
    for (let version = 1; version <= 6; version += 1)
      await source.set({ namespace: "n", key: "k", value: `Text ${version}.` });
    expect(await target.import(source.export())).toEqual({ imported: 1, skipped: 0 });
    const history = await target.history({ namespace: "n", key: "k" });
    expect(history.map(({ version }) => version)).toEqual([3, 4, 5]);
  });

  test("namespaces are read page by page, also those that begin with something", async () => {
    const memory = await openMemory(store);
    const names = Array.from({ length: 25 }, (_, index) => `${index % 2 === 0 ? "user" : "team"}/${index}`);
    for (const namespace of names) await memory.set({ namespace, value: "x" });
    expect(await memory.namespaces()).toEqual([...names].sort());
    const users = names.filter((name) => name.startsWith("user/")).sort();
    expect(await memory.namespaces({ prefix: "user/" })).toEqual(users);
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await memory.namespaces({
        prefix: "user/",
        limit: 4,
        ...(cursor === undefined ? {} : { cursor }),
      });
      expect(page.namespaces.length).toBeLessThanOrEqual(4);
      found.push(...page.namespaces);
      ({ cursor } = page);
    } while (cursor !== undefined);
    expect(found).toEqual(users);
    expect(await memory.namespaces({ limit: 13, prefix: "user/" })).toEqual({ namespaces: users });
    expect(await memory.namespaces({ prefix: "nobody", limit: 3 })).toEqual({ namespaces: [] });
    for (const wrong of [{ limit: 0 }, { cursor: 3 }, { prefix: 3 }])
      expect(await rejection(memory.namespaces(wrong as never))).toMatchObject({ code: "INVALID_INPUT" });
  });
});
