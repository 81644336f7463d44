import type { Selection, StoredRecord } from "@souvenir/core";
import { expect } from "vitest";
import {
  claimAll,
  draft,
  embedAll,
  embedSmall,
  erase,
  eraseExpired,
  extract,
  keysOf,
  one,
  put,
  type StoreSpec,
  small,
  start,
  vectorsIn,
} from "./spec.ts";

export const erasesSelections: StoreSpec = async (open) => {
  const store = await open();
  const names = ["a", "b", "c", "d", "e", "f", "g", "h"];
  const outcomes = await store.write(
    names.map((key, index) => draft({ key, thread: index < 6 ? "monday" : null, createdAt: start - index })),
  );
  const idOf = (key: string) => outcomes.find((outcome) => outcome.record.key === key)?.record.id ?? 0;
  const left = async () => keysOf(await store.list("anna", { limit: 100 })).sort();
  expect(await erase(store, "anna", { keys: ["a", "missing", "a", "g"] })).toBe(2);
  expect(await left()).toEqual(["b", "c", "d", "e", "f", "h"]);
  expect(await erase(store, "anna", { ids: [idOf("b"), idOf("b"), idOf("a"), 999_999], sequence: 8 })).toBe(
    1,
  );
  expect(await left()).toEqual(["c", "d", "e", "f", "h"]);
  await put(store, { key: "c", thread: "tuesday" });
  expect(await erase(store, "anna", { thread: "monday" })).toBe(3);
  expect(await left()).toEqual(["c", "h"]);
  expect(await store.get("anna", names)).toEqual(
    names.map((key) => (["c", "h"].includes(key) ? expect.anything() : undefined)),
  );
  expect(await store.tail("anna", "monday", 10)).toEqual([]);
  expect(keysOf(await store.tail("anna", "tuesday", 10))).toEqual(["c"]);
  expect(await erase(store, "anna", "all")).toBe(2);
  expect(await left()).toEqual([]);
  expect(await erase(store, "anna", "all")).toBe(0);
};

export const erasesOnlyWhatWasSeen: StoreSpec = async (open) => {
  const store = await open();
  const seen = await Promise.all(["a", "b", "c", "d"].map((key) => put(store, { key })));
  const [a, b, c, d] = seen as [StoredRecord, StoredRecord, StoredRecord, StoredRecord];
  const { sequence = 0 } = (await store.head("anna")) ?? {};
  await put(store, { key: "b", value: "changed" });
  const touched = await store.touch("anna", "c", { expiresAt: start + 1e6 });
  const left = async () => keysOf(await store.list("anna", { limit: 100 })).sort();
  // A new version, or any other change.
  expect(await store.erase("anna", { ids: [a.id, b.id, c.id], sequence })).toEqual({
    erased: 1,
    changed: [b.id, c.id],
  });
  expect(await left()).toEqual(["b", "c", "d"]);
  // Another end is no other version.
  expect(await store.erase("anna", { records: [b, { ...c, version: touched?.version ?? 0 }] })).toEqual({
    erased: 1,
    changed: [b.id],
  });
  expect(await left()).toEqual(["b", "d"]);
  const conflict = (expected: number, current: number, key = "b", namespace = "anna") => ({
    code: "VERSION_CONFLICT",
    details: { namespace, key, expected, current },
  });
  for (const ifVersion of [0, 1, 3])
    await expect(store.erase("anna", { key: "b", ifVersion })).rejects.toMatchObject(conflict(ifVersion, 2));
  await expect(store.erase("anna", { key: "none", ifVersion: 1 })).rejects.toMatchObject(
    conflict(1, 0, "none"),
  );
  await expect(store.erase("nobody", { key: "b", ifVersion: 1 })).rejects.toMatchObject(
    conflict(1, 0, "b", "nobody"),
  );
  expect(await left()).toEqual(["b", "d"]);
  expect(await store.erase("anna", { key: "b", ifVersion: 2 })).toEqual({ erased: 1, changed: [] });
  expect(await store.erase("anna", { key: "b", ifVersion: 0 })).toEqual({ erased: 0, changed: [] });
  // One that has expired is there for nobody.
  await put(store, { key: "d", expiresAt: start + 10 });
  await expect(store.erase("anna", { key: "d", ifVersion: 2 }, { now: start + 10 })).rejects.toMatchObject(
    conflict(2, 0, "d"),
  );
  expect(d.version).toBe(1);
  expect(await store.erase("anna", "all", { now: start + 10 })).toEqual({ erased: 0, changed: [] });
  expect(await left()).toEqual([]);
};

export const erasesInParts: StoreSpec = async (open) => {
  const store = await open();
  const names = Array.from({ length: 25 }, (_, index) => `k${String(index).padStart(2, "0")}`);
  const selections: Selection[] = ["all", { thread: "monday" }, { keys: names }];
  const fill = () => store.write(names.map((key) => draft({ key, thread: "monday" })));
  for (const selection of selections) {
    await fill();
    let erased = 0;
    let rest: Selection | undefined = selection;
    for (let part = 0; rest !== undefined; part += 1) {
      // What comes while it is being erased, of an old name too, stays.
      const gone = keysOf(await store.list("anna", { thread: "monday", limit: 100 }));
      const missing = names.find((name) => !gone.includes(name));
      if (missing !== undefined) await put(store, { key: missing, value: "later", thread: "monday" });
      await put(store, { key: `new ${part}`, thread: "monday" });
      const answer = await store.erase("anna", rest, { limit: 10 });
      expect(answer.erased).toBeLessThanOrEqual(10);
      erased += answer.erased;
      rest = answer.rest;
      if (part === 0) erased -= 1;
      expect(part).toBeLessThan(50);
    }
    // The first one that was new came before the first part.
    expect(erased).toBe(selection instanceof Object && "keys" in selection ? names.length - 1 : names.length);
    const left = await store.list("anna", { limit: 100 });
    expect(left.length).toBeGreaterThan(2);
    for (const { key, value } of left) expect(names.includes(key) ? value : key).toMatch(/^(later|new)/);
    await store.erase("anna", "all");
  }
  await fill();
  const { sequence = 0 } = (await store.head("anna")) ?? {};
  const records = await store.list("anna", { limit: 100 });
  for (const selection of [
    { records: records.slice(0, 12) },
    { ids: records.slice(12).map(({ id }) => id), sequence },
  ]) {
    let erased = 0;
    for (let rest: Selection | undefined = selection; rest !== undefined; ) {
      const answer = await store.erase("anna", rest, { limit: 5 });
      expect(answer.erased).toBeLessThanOrEqual(5);
      erased += answer.erased;
      rest = answer.rest;
      // Only a record that was not erased in a part before this one can have this number.
      if (rest !== undefined && typeof rest === "object" && "ids" in rest) rest = { ...rest, sequence: 1e9 };
    }
    expect(erased).toBe(selection.records?.length ?? selection.ids?.length);
  }
  expect(await store.namespaces()).toEqual([]);
  await store.write([
    ...names.map((key) => draft({ key, expiresAt: start + 1 })),
    ...names.map((key) => draft({ key, namespace: "ben", expiresAt: start + 2 })),
    draft({ key: "stays", namespace: "ben", expiresAt: start + 3 }),
  ]);
  let expired = 0;
  for (let complete = false; !complete; ) {
    const answer = await store.eraseExpired(start + 2, { limit: 20 });
    expect(answer.erased).toBeLessThanOrEqual(20);
    expired += answer.erased;
    complete = answer.complete;
  }
  expect(expired).toBe(2 * names.length);
  expect(await store.namespaces()).toEqual(["ben"]);
};

export const erasesWithAllThatBelongs: StoreSpec = async (open) => {
  const store = await open();
  await store.adoptEmbedder(small);
  await put(store, { key: "tea", value: "first", tasks: [extract] });
  await put(store, { key: "mint", value: "stays" });
  await embedAll(store, small);
  const tea = await put(store, { key: "tea", tags: ["x"], value: "first", tasks: [extract] });
  await put(store, { key: "fresh", value: "not embedded yet", tasks: [extract] });
  expect(await store.counts("anna")).toMatchObject({ records: 3, versions: 1, vectors: 2 });
  expect(await erase(store, "anna", { keys: ["tea", "fresh"] })).toBe(2);
  expect(await store.counts("anna")).toMatchObject({ records: 1, versions: 0, vectors: 1 });
  expect(await store.read("anna", [tea.id])).toEqual([]);
  expect(await store.history("anna", "tea")).toEqual([]);
  expect(Object.keys(await vectorsIn(store, "anna", small))).not.toContain(String(tea.id));
  for (const task of [extract, embedSmall]) {
    expect(await store.queue(task)).toMatchObject({ pending: 0, failed: 0 });
    expect(await store.nextDue(task)).toBeNull();
    expect(await claimAll(store, task, start + 1e9)).toEqual([]);
  }
  // The key begins again.
  const again = await put(store, { key: "tea", value: "second life" });
  expect(again.version).toBe(1);
  expect(again.id).not.toBe(tea.id);
  expect(await store.history("anna", "tea")).toEqual([]);
};

export const tellsErasures: StoreSpec = async (open) => {
  const store = await open();
  const tea = await put(store, { key: "tea" });
  const mint = await put(store, { key: "mint" });
  await put(store, { key: "stays" });
  const before = (await store.head("anna"))?.sequence ?? 0;
  await store.erase("anna", { keys: ["tea"] });
  await store.erase("anna", { keys: ["mint"] });
  const head = await store.head("anna");
  expect(head).toMatchObject({ sequence: before + 2, erased: before + 2 });
  expect((await store.changes("anna", before, 10)).erased).toEqual([tea.id, mint.id]);
  expect((await store.changes("anna", before + 1, 10)).erased).toEqual([mint.id]);
  const { records, erased } = await store.changes("anna", 0, 10);
  expect(keysOf(records)).toEqual(["stays"]);
  expect(erased).toEqual([tea.id, mint.id]);
  await put(store, { key: "stays", value: "changed" });
  expect(await store.head("anna")).toMatchObject({ sequence: before + 3, erased: before + 2 });
};

export const endsEmptyNamespaces: StoreSpec = async (open) => {
  const store = await open();
  await store.adoptEmbedder(small);
  await put(store, { key: "tea" });
  await put(store, { key: "mint", expiresAt: start + 5 });
  const first = await store.head("anna");
  await store.erase("anna", { keys: ["tea"] });
  expect(await store.namespaces()).toEqual(["anna"]);
  await store.eraseExpired(start + 5);
  expect(await store.namespaces()).toEqual([]);
  expect(await store.head("anna")).toBeUndefined();
  expect(await store.counts()).toMatchObject({ namespaces: 0, records: 0, versions: 0, vectors: 0 });
  expect(await store.counts("anna")).toMatchObject({ namespaces: 0, records: 0 });
  expect((await store.embedders()).inUse).toEqual([]);
  expect((await store.changes("anna", 0, 10)).erased).toEqual([]);
  await put(store, { key: "tea" });
  const second = await store.head("anna");
  expect(second?.incarnation).not.toBe(first?.incarnation);
  expect(second).toMatchObject({ sequence: 1, erased: 0, forgotten: 0, embedder: small });
};

export const erasesWhatExpired: StoreSpec = async (open) => {
  const store = await open();
  await store.write([
    draft({ key: "past", expiresAt: start - 1, thread: "monday" }),
    draft({ key: "soon", expiresAt: start + 10 }),
    draft({ key: "later", expiresAt: start + 11 }),
    draft({ key: "never" }),
    draft({ key: "past", namespace: "ben", expiresAt: start + 2 }),
    draft({ key: "stays", namespace: "ben" }),
  ]);
  // Until it is erased it is there, and can be written again with another end.
  expect((await one(store, "anna", "past"))?.expiresAt).toBe(start - 1);
  expect(keysOf(await store.list("anna", { limit: 10 }))).toContain("past");
  await put(store, { key: "never", expiresAt: start + 5 });
  await put(store, { key: "never" });
  await put(store, { key: "later", expiresAt: start + 12 });
  expect(await eraseExpired(store, start - 2)).toBe(0);
  const before = (await store.head("anna"))?.sequence ?? 0;
  expect(await eraseExpired(store, start + 10)).toBe(3);
  expect(keysOf(await store.list("anna", { limit: 10 }))).toEqual(["later", "never"]);
  expect(keysOf(await store.list("ben", { limit: 10 }))).toEqual(["stays"]);
  expect((await store.changes("anna", before, 10)).erased.length).toBe(2);
  expect(await eraseExpired(store, start + 11)).toBe(0);
  expect(await eraseExpired(store, start + 12)).toBe(1);
  expect(await store.tail("anna", "monday", 5)).toEqual([]);
};

/** A key may say whose memory it was. */
export const erasesNames: StoreSpec = async (open) => {
  const store = await open();
  const naming = (...supersedes: string[]) => ({ metadata: { mood: "calm", souvenir: { supersedes } } });
  await store.write(
    ["old", "older", "expired", "kept"].map((key) =>
      draft({ key, expiresAt: key === "expired" ? start + 1 : null }),
    ),
  );
  await put(store, { key: "before", ...naming("old", "kept") });
  await put(store, { key: "before", value: "It names nobody any more." });
  await put(store, {
    ...{ key: "imported", version: 3, expiresAt: start + 1e6, ...naming("older", "old") },
    history: [{ ...(await put(store, { key: "aside" })), key: "imported", ...naming("old") }],
  });
  await put(store, { key: "alone", ...naming("expired") });
  await put(store, { namespace: "ben", key: "old" });
  await put(store, { namespace: "ben", key: "other", ...naming("old") });
  const seen = (await store.head("anna"))?.sequence ?? 0;
  const named = async (namespace = "anna") => {
    const records = await store.list(namespace, { limit: 100 });
    const versions = await Promise.all(records.map(({ key }) => store.history(namespace, key)));
    return [...records, ...versions.flat()].flatMap(
      ({ metadata }) => (metadata.souvenir as { supersedes?: string[] } | undefined)?.supersedes ?? [],
    );
  };
  expect((await named()).sort()).toEqual(["expired", "kept", "old", "old", "old", "older"]);
  await store.erase("anna", { keys: ["old", "none"] });
  expect((await named()).sort()).toEqual(["expired", "kept", "older"]);
  // What names it is told to indexes, is of its version still, and says all else that it said.
  expect(keysOf((await store.changes("anna", seen, 10)).records)).toEqual(["imported"]);
  expect(await one(store, "anna", "imported")).toMatchObject({
    ...{ version: 3, expiresAt: start + 1e6, ...naming("older") },
  });
  await store.eraseExpired(start + 1);
  expect((await one(store, "anna", "alone"))?.metadata).toEqual({ mood: "calm" });
  await store.erase("anna", { keys: ["before"] });
  await store.erase("anna", "all");
  expect(await named("ben")).toEqual(["old"]);
};

export const scrubs: StoreSpec = async (open) => {
  const store = await open();
  const owed = async () => (await store.counts("anna")).unscrubbed;
  await store.write(
    ["a", "b", "c", "d"].map((key) => draft({ key, expiresAt: key === "d" ? start + 1 : null })),
  );
  await put(store, { key: "c", value: "a version" });
  expect(await owed()).toBe(0);
  expect(await store.scrub()).toEqual({ scrubbed: 0 });
  await store.erase("anna", { keys: ["a", "none"] });
  const one = await owed();
  await store.eraseExpired(start + 1);
  await store.erase("anna", { thread: "none" });
  // A store that leaves no bytes behind owes nothing.
  expect(await owed()).toBe(2 * one);
  expect(await store.scrub()).toEqual({ scrubbed: 2 * one });
  expect(await owed()).toBe(0);
  expect(keysOf(await store.list("anna", { limit: 10 }))).toEqual(["b", "c"]);
  // Owed by whoever opens it next.
  await store.erase("anna", { keys: ["b"] });
  expect(await (await open()).scrub()).toEqual({ scrubbed: one });
  expect(await owed()).toBe(0);
  await expect(store.scrub({ signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow("enough");
};
