import type { StoredRecord } from "@souvenir/core";
import { expect } from "vitest";
import { claimAll, draft, erase, eraseExpired, keysOf, one, put, type StoreSpec, start } from "./spec.ts";

/** What is drawn from some memories, by their keys, all in version 1. */
function drawn(key: string, ...sources: string[]) {
  const metadata = {
    souvenir: {
      fact: { sources: sources.map((source) => ({ key: source, version: 1, quote: `words of ${source}` })) },
    },
  };
  return draft({ key, metadata, sources: sources.map((source) => ({ key: source, version: 1 })) });
}

export const erasesWhatIsDrawn: StoreSpec = async (open) => {
  const store = await open();
  await store.write(["a", "b", "c"].map((key) => draft({ key })));
  await store.write([drawn("of a", "a"), drawn("of both", "a", "b"), drawn("of c", "c")]);
  await put(store, { key: "kept", sources: [{ key: "of a", version: 1 }] });
  const before = (await store.head("anna"))?.sequence ?? 0;
  expect(await erase(store, "anna", { keys: ["a"] })).toBe(1);
  expect(keysOf(await store.list("anna", { limit: 9 }))).toEqual(["b", "c", "of both", "of c"]);
  // Whoever follows hears of all of it.
  const { erased, records } = await store.changes("anna", before, 9);
  expect(erased).toHaveLength(3);
  expect(keysOf(records)).toEqual(["of both"]);
  const both = await one(store, "anna", "of both");
  expect(both?.version).toBe(1);
  expect(JSON.stringify(both?.metadata)).not.toContain("words of a");
  expect(JSON.stringify(both?.metadata)).toContain("words of b");
  await erase(store, "anna", { keys: ["b"] });
  expect(keysOf(await store.list("anna", { limit: 9 }))).toEqual(["c", "of c"]);
  await erase(store, "anna", "all");
  expect(await store.head("anna")).toBeUndefined();
};

export const erasesSummariesWithAnySource: StoreSpec = async (open) => {
  const store = await open();
  const keys = ["a", "b", "c", "d"];
  const summary = (key: string, ...sources: string[]) => {
    const { metadata, ...write } = drawn(key, ...sources);
    const { fact } = metadata.souvenir as { fact: object };
    return { ...write, metadata: { souvenir: { fact: { ...fact, type: "summary" } } } };
  };
  await store.write(keys.map((key) => draft({ key })));
  await store.write([
    summary("of three", "a", "b", "c"),
    summary("of two", "c", "d"),
    drawn("of all", ...keys),
  ]);
  await put(store, { key: "b", value: "another text" });
  expect(keysOf(await store.list("anna", { limit: 9 }))).toEqual([...keys, "of two", "of all"]);
  // What is gone is drawn from nothing any more.
  expect(await erase(store, "anna", { keys: ["a", "c"] })).toBe(2);
  expect(keysOf(await store.list("anna", { limit: 9 }))).toEqual(["b", "d", "of all"]);
};

export const erasesWhatSaysSomethingElse: StoreSpec = async (open) => {
  const store = await open();
  await store.write(["edited", "retagged", "withdrawn", "expired"].map((key) => draft({ key })));
  await store.write(["edited", "retagged", "withdrawn", "expired"].map((key) => drawn(`of ${key}`, key)));
  await put(store, { key: "edited", value: "another text" });
  await put(store, { key: "retagged", tags: ["x"] });
  await put(store, { key: "withdrawn", metadata: { souvenir: { withdrawn: true } } });
  await store.touch("anna", "expired", { expiresAt: start + 5 });
  expect(await eraseExpired(store, start + 5)).toBe(2);
  const left = keysOf(await store.list("anna", { limit: 9 }));
  expect(left).toEqual(["edited", "retagged", "withdrawn", "of retagged"]);
  // A later version of a source is not what was read.
  for (const key of ["edited", "withdrawn", "nobody"])
    await expect(store.write([drawn("late", key)])).rejects.toMatchObject({ code: "VERSION_CONFLICT" });
  // What is set by somebody rests on nothing any more.
  await put(store, { key: "of retagged", value: "one's own words" });
  await erase(store, "anna", { keys: ["retagged"] });
  expect(await one(store, "anna", "of retagged")).toMatchObject({ value: "one's own words" });
};

export const forgetsRunsWithTheLastMemory: StoreSpec = async (open) => {
  const store = await open();
  await store.write([draft({ key: "a" }), draft({ key: "b" })]);
  await store.write([drawn("of a", "a"), draft({ key: "run", thread: "souvenir:runs" })]);
  await erase(store, "anna", { keys: ["b"] });
  expect(keysOf(await store.list("anna", { limit: 9 }))).toEqual(["a", "of a", "run"]);
  await erase(store, "anna", { keys: ["a"] });
  expect(await store.namespaces()).toEqual([]);
  expect(await store.counts()).toMatchObject({ namespaces: 0, records: 0 });
};

export const expiresWithItsSources: StoreSpec = async (open) => {
  const store = await open();
  const end = start + 100;
  await store.write([
    draft({ key: "soon", expiresAt: end }),
    draft({ key: "later", expiresAt: end + 100 }),
    draft({ key: "never" }),
  ]);
  await store.write([
    drawn("of soon", "soon"),
    drawn("of two", "soon", "later"),
    drawn("of all", "soon", "never"),
  ]);
  const ends = async () =>
    (await store.get("anna", ["of soon", "of two", "of all"])).map((record) => record?.expiresAt);
  expect(await ends()).toEqual([end, end + 100, null]);
  const before = (await store.head("anna"))?.sequence ?? 0;
  await store.touch("anna", "soon", { expiresAt: end + 500 });
  expect(await ends()).toEqual([end + 500, end + 500, null]);
  expect(keysOf((await store.changes("anna", before, 9)).records)).toEqual(["soon", "of soon", "of two"]);
  await put(store, { key: "soon", expiresAt: end });
  expect(await ends()).toEqual([end, end + 100, null]);
  await erase(store, "anna", { keys: ["never"] });
  expect(await ends()).toEqual([end, end + 100, end]);
  await eraseExpired(store, end);
  expect(keysOf(await store.list("anna", { limit: 9 }))).toEqual(["later", "of two"]);
};

export const forgetsVersionsOfWhatIsDrawn: StoreSpec = async (open) => {
  const store = await open();
  await store.write([draft({ key: "a" }), draft({ key: "b" })]);
  await store.write([drawn("both", "a", "b")]);
  await store.write([{ ...drawn("both", "a", "b"), tags: ["approved"] }]);
  expect(await store.history("anna", "both")).toHaveLength(1);
  await erase(store, "anna", { keys: ["b"] });
  expect(await store.history("anna", "both")).toEqual([]);
  expect(await one(store, "anna", "both")).toMatchObject({ version: 2, tags: ["approved"] });
};

export const changesInPlace: StoreSpec = async (open) => {
  const store = await open();
  await store.write(["a", "b"].map((key) => draft({ key })));
  await store.write([drawn("of a", "a"), draft({ key: "other" })]);
  const [seen, other] = (await store.get("anna", ["of a", "other"])) as [StoredRecord, StoredRecord];
  const { sequence } = seen;
  const change = { ...drawn("of a", "a", "b"), createdAt: start - 5, now: start + 5, inPlace: { sequence } };
  // All or none.
  const late = [change, draft({ key: "other", inPlace: { sequence: other.sequence - 1 } })];
  await expect(store.write(late)).rejects.toMatchObject({ code: "VERSION_CONFLICT" });
  expect(await one(store, "anna", "of a")).toEqual(seen);
  const [outcome] = await store.write([change]);
  expect(outcome?.record).toMatchObject({ version: 1, updatedAt: seen.updatedAt, createdAt: start - 5 });
  expect(await one(store, "anna", "of a")).toEqual(outcome?.record);
  expect(await store.history("anna", "of a")).toEqual([]);
  expect(keysOf((await store.changes("anna", other.sequence, 9)).records)).toEqual(["of a"]);
  expect(keysOf(await store.list("anna", { limit: 1 }))).toEqual(["of a"]);
  // It was changed, however little, by somebody: nobody changes the same again.
  await expect(store.write([change])).rejects.toMatchObject({ code: "VERSION_CONFLICT" });
  const nobody = draft({ key: "nobody", inPlace: { sequence } });
  await expect(store.write([nobody])).rejects.toMatchObject({ code: "VERSION_CONFLICT" });
  await erase(store, "anna", { keys: ["a"] });
  expect(await one(store, "anna", "of a")).toMatchObject({ version: 1 });
  await erase(store, "anna", { keys: ["b"] });
  expect(await one(store, "anna", "of a")).toBeUndefined();
};

export const writesWithTheQueue: StoreSpec = async (open) => {
  const store = await open();
  const later = { task: "facts", dueAt: start + 100 } as const;
  await store.write(["a", "b"].map((key) => draft({ key, thread: "t", later })));
  await put(store, { key: "c", thread: "u", later });
  await put(store, { key: "d", later });
  expect(await claimAll(store, "facts", start + 99)).toEqual([]);
  const claim = (of: { namespace: string; thread?: string | null }) =>
    store.claim("facts", { now: start, leaseMs: 50, limit: 9, early: true, of });
  expect(await claim({ namespace: "ben" })).toEqual([]);
  expect(await claim({ namespace: "anna" })).toHaveLength(4);
  expect((await claim({ namespace: "anna", thread: null })).map(({ value }) => value)).toEqual([
    "the text of d",
  ]);
  const entries = await claim({ namespace: "anna", thread: "t" });
  expect(entries.map(({ value }) => value)).toEqual(["the text of a", "the text of b"]);
  // Put back without having been tried.
  await store.postpone("facts", entries, { dueAt: start + 200, error: null, failed: false });
  expect(await store.queue("facts")).toEqual({ pending: 4, failed: 0, lastError: null });
  // The same text again changes nothing of what waits; another one does, and nothing is written with the old one.
  await put(store, { key: "a", thread: "t", tags: ["x"], later });
  await put(store, { key: "b", thread: "t", value: "another text", later });
  const late = store.write([draft({ key: "fact" })], { done: { task: "facts", entries } });
  await expect(late).rejects.toMatchObject({ code: "VERSION_CONFLICT" });
  expect(await one(store, "anna", "fact")).toBeUndefined();
  expect(await store.queue("facts")).toMatchObject({ pending: 4 });
  const again = await claim({ namespace: "anna", thread: "t" });
  expect(again.map(({ attempts }) => attempts)).toEqual([0, 0]);
  await store.write([draft({ key: "fact" })], { done: { task: "facts", entries: again } });
  expect(await store.queue("facts")).toMatchObject({ pending: 2 });
  // What is erased waits for nothing.
  await erase(store, "anna", { thread: "u" });
  expect(await store.queue("facts")).toMatchObject({ pending: 1 });
};

export const countsWhatIsSpent: StoreSpec = async (open) => {
  const store = await open();
  const spend = (day: number, tokens: number) => store.spend({ day, tokens, most: 100 });
  expect(await spend(1, 60)).toBe(60);
  expect(await spend(1, 41)).toBeUndefined();
  expect(await spend(1, -20)).toBe(40);
  expect(await (await open()).spend({ day: 1, tokens: 0, most: 0 })).toBe(40);
  const both = await Promise.all([spend(1, 60), spend(1, 60)]);
  expect(both.filter((spent) => spent === undefined)).toHaveLength(1);
  expect(await spend(2, 1)).toBe(1);
};
