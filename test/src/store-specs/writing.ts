import type { NamespacePlace, RecordFields, RecordWrite } from "@souvenir/core";
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

const full: RecordWrite = draft({
  key: "tea",
  value: "Anna boit du thé vert.",
  tags: ["drink", "fact"],
  metadata: { source: "chat", score: 0, nested: { list: [1, null, "x", true], empty: {} } },
  entities: [{ name: "Anna", type: "person" }],
  thread: "monday",
  role: "user",
  expiresAt: start + 1_000,
  createdAt: start - 5_000,
});

export const writesAndReads: StoreSpec = async (open) => {
  const store = await open();
  const outcomes = await store.write([full, draft({ key: "bare" })]);
  expect(keysOf(outcomes.map((outcome) => outcome.record))).toEqual(["tea", "bare"]);
  expect(outcomes.map((outcome) => outcome.written)).toEqual([true, true]);
  const [bare, missing, tea] = await store.get("anna", ["bare", "missing", "tea"]);
  expect(missing).toBeUndefined();
  expect([tea, bare]).toEqual(outcomes.map((outcome) => outcome.record));
  const { now: _now, existing: _existing, tasks: _tasks, ...fields } = full;
  expect(tea).toEqual({ ...fields, updatedAt: start, version: 1, id: tea?.id, sequence: 1 });
  expect(bare).toMatchObject({
    createdAt: start,
    updatedAt: start,
    thread: null,
    role: null,
    expiresAt: null,
  });
  const read = await store.read("anna", [bare?.id ?? 0, 987_654, tea?.id ?? 0]);
  expect(keysOf(read).sort()).toEqual(["bare", "tea"]);
};

export const writesAllOrNone: StoreSpec = async (open) => {
  const store = await open();
  await store.adoptEmbedder(small);
  await put(store, { key: "before", value: "as it was" });
  await claimAll(store, embedSmall);
  const before = await store.head("anna");
  const circular: Record<string, unknown> = {};
  circular.itself = circular;
  const unstorable = { key: "bad", metadata: circular as RecordWrite["metadata"] };
  const batch = [draft({ key: "before", value: "changed" }), draft({ key: "good" }), draft(unstorable)];
  await expect(store.write(batch)).rejects.toThrow();
  await expect(store.write([draft({ key: "other", namespace: "ben" }), draft(unstorable)])).rejects.toThrow();
  expect(await store.head("anna")).toEqual(before);
  expect(await store.namespaces()).toEqual(["anna"]);
  expect(keysOf(await store.list("anna", { limit: 10 }))).toEqual(["before"]);
  expect((await one(store, "anna", "before"))?.value).toBe("as it was");
  expect(await store.history("anna", "before")).toEqual([]);
  expect(await claimAll(store, embedSmall)).toEqual([]);
  // Others who wrote at the same moment are not held up.
  const [bad, good] = await Promise.allSettled([
    store.write([draft(unstorable)]),
    put(store, { key: "good" }),
  ]);
  expect([bad.status, good.status]).toEqual(["rejected", "fulfilled"]);
  expect(keysOf(await store.list("anna", { limit: 10 }))).toEqual(["before", "good"]);
};

export const acceptsNothing: StoreSpec = async (open) => {
  const store = await open();
  expect(await store.write([])).toEqual([]);
  expect(await store.namespaces()).toEqual([]);
  expect(await store.head("anna")).toBeUndefined();
  expect(await store.get("anna", ["tea"])).toEqual([undefined]);
  expect(await store.read("anna", [1])).toEqual([]);
  expect(await store.list("anna", { limit: 10 })).toEqual([]);
  expect(await store.tail("anna", "monday", 10)).toEqual([]);
  expect(await store.history("anna", "tea")).toEqual([]);
  expect(await erase(store, "anna", "all")).toBe(0);
  expect(await eraseExpired(store, start)).toBe(0);
  expect(await store.changes("anna", 0, 10)).toEqual({
    records: [],
    erased: [],
    sequence: 0,
    complete: true,
  });
  expect(await store.vectorChanges("anna", small.id, 0, 10)).toEqual({
    vectors: [],
    sequence: 0,
    complete: true,
  });
  expect(await claimAll(store, extract)).toEqual([]);
  await put(store, { key: "tea" });
  expect(await store.get("anna", [])).toEqual([]);
  expect(await store.read("anna", [])).toEqual([]);
  for (const nothing of [
    { keys: [] },
    { records: [] },
    { thread: "" },
    { keys: ["no"] },
    { ids: [999], sequence: 1_000 },
    { thread: "no" },
  ])
    expect(await erase(store, "anna", nothing)).toBe(0);
  expect(await store.head("anna")).toMatchObject({ sequence: 1, erased: 0, forgotten: 0 });
};

export const keepsVersions: StoreSpec = async (open) => {
  const store = await open();
  const first = await put(store, { ...full, now: start });
  const second = await put(store, { key: "tea", value: "Anna boit du café.", now: start + 10 });
  const third = await put(store, {
    key: "tea",
    value: "Anna boit de l’eau.",
    now: start + 20,
    createdAt: start + 5,
  });
  expect([second.id, third.id]).toEqual([first.id, first.id]);
  expect([first.version, second.version, third.version]).toEqual([1, 2, 3]);
  expect([second.createdAt, second.updatedAt]).toEqual([first.createdAt, start + 10]);
  expect(third.createdAt).toBe(start + 5);
  // A new version keeps nothing of the old one but its creation.
  expect(second).toMatchObject({
    tags: [],
    metadata: {},
    entities: [],
    thread: null,
    role: null,
    expiresAt: null,
  });
  const history = await store.history("anna", "tea");
  expect(history).toEqual([
    { ...first, sequence: third.sequence },
    { ...second, sequence: third.sequence },
  ]);
  expect(await store.history("anna", "other")).toEqual([]);
  expect(await store.counts("anna")).toMatchObject({ records: 1, versions: 2 });
};

export const writesOneKeyTwiceInABatch: StoreSpec = async (open) => {
  const store = await open();
  const outcomes = await store.write([
    draft({ key: "tea", value: "green" }),
    draft({ key: "tea", value: "black", now: start + 1 }),
    draft({ key: "tea", value: "black", now: start + 2, existing: "keepSame" }),
  ]);
  expect(outcomes.map((outcome) => outcome.written)).toEqual([true, true, false]);
  expect(outcomes.map((outcome) => outcome.record.version)).toEqual([1, 2, 2]);
  expect((await store.history("anna", "tea")).map((record) => record.value)).toEqual(["green"]);
  expect((await one(store, "anna", "tea"))?.value).toBe("black");
};

export const keepsWhatIsTheSame: StoreSpec = async (open) => {
  const store = await open();
  const original = await put(store, full);
  const again: RecordWrite = { ...full, existing: "keepSame", now: start + 50, tasks: [extract] };
  const same: Partial<RecordWrite>[] = [{}, { entities: [] }, { expiresAt: null }, { createdAt: start + 1 }];
  for (const change of same) {
    const [outcome] = await store.write([draft({ ...again, ...change })]);
    expect(outcome).toEqual({ record: original, written: false });
  }
  expect(await store.head("anna")).toMatchObject({ sequence: 1 });
  expect(await store.queue(extract)).toMatchObject({ pending: 0 });
  const different: Partial<RecordWrite>[] = [
    { value: "Anna boit du the vert." },
    { tags: ["fact", "drink"] },
    { metadata: { source: "mail" } },
    { thread: null },
    { thread: "tuesday" },
    { role: null },
    { role: "assistant" },
  ];
  for (const [index, change] of different.entries()) {
    const key = `tea ${index}`;
    await put(store, { ...full, key });
    const [outcome] = await store.write([draft({ ...again, ...change, key })]);
    expect(outcome).toMatchObject({ written: true, record: { ...change, version: 2 } });
  }
};

export const keepsWhatIsNewer: StoreSpec = async (open) => {
  const store = await open();
  const original = await put(store, { key: "tea", value: "stored", updatedAt: start });
  for (const updatedAt of [start - 1, start]) {
    const write = draft({ key: "tea", value: "imported", existing: "keepNewer", now: start + 9, updatedAt });
    expect(await store.write([write])).toEqual([{ record: original, written: false }]);
  }
  const newer = draft({
    key: "tea",
    value: "imported",
    existing: "keepNewer",
    now: start + 9,
    updatedAt: start + 1,
  });
  const [outcome] = await store.write([newer]);
  expect(outcome).toMatchObject({
    written: true,
    record: { value: "imported", updatedAt: start + 1, version: 2 },
  });
  // Without a time of its own, a write is as new as `now`.
  const [kept] = await store.write([draft({ key: "tea", existing: "keepNewer", now: start + 1 })]);
  const [replaced] = await store.write([draft({ key: "tea", existing: "keepNewer", now: start + 2 })]);
  expect([kept?.written, replaced?.written]).toEqual([false, true]);
};

const earlier = (version: number): RecordFields => ({
  key: "tea",
  value: `version ${version}`,
  tags: ["old"],
  metadata: { version },
  entities: [{ name: "Anna", type: "person" }],
  thread: "monday",
  role: "user",
  createdAt: start - 900,
  updatedAt: start - 500 + version,
  expiresAt: null,
  version,
});

export const importsHistory: StoreSpec = async (open) => {
  const store = await open();
  const times = { createdAt: start - 900, updatedAt: start - 400 };
  const imported = await put(store, { key: "tea", ...times, version: 7, history: [earlier(2), earlier(5)] });
  expect(imported).toMatchObject({ ...times, version: 7 });
  const history = await store.history("anna", "tea");
  const place = { id: imported.id, namespace: "anna", sequence: imported.sequence };
  expect(history).toEqual([earlier(2), earlier(5)].map((fields) => ({ ...fields, ...place })));
  expect((await put(store, { key: "tea", value: "written later" })).version).toBe(8);
  expect((await store.history("anna", "tea")).map((record) => record.version)).toEqual([2, 5, 7]);
  // Only a new key takes earlier versions with it.
  await put(store, { key: "tea", version: 20, history: [earlier(9), earlier(10)] });
  expect((await store.history("anna", "tea")).map((record) => record.version)).toEqual([2, 5, 7, 8]);
  expect((await one(store, "anna", "tea"))?.version).toBe(20);
  // A version number that is not after those before it gives way.
  expect((await put(store, { key: "mint", history: [{ ...earlier(3), key: "mint" }] })).version).toBe(4);
  expect((await put(store, { key: "mint", version: 2 })).version).toBe(5);
};

export const refusesUnorderedHistory: StoreSpec = async (open) => {
  const store = await open();
  for (const versions of [[1, 1], [2, 1], [0], [-1]]) {
    const history = versions.map(earlier);
    await expect(put(store, { key: "tea", version: 9, history })).rejects.toMatchObject({
      code: "INVALID_INPUT",
    });
  }
  const foreign = put(store, { key: "mint", version: 9, history: [earlier(1)] });
  await expect(foreign).rejects.toMatchObject({ code: "INVALID_INPUT" });
  expect(await store.namespaces()).toEqual([]);
};

export const countsSequencesUp: StoreSpec = async (open) => {
  const store = await open();
  await store.adoptEmbedder(small);
  let last = 0;
  const grew = async (by: "one" | "some" = "one") => {
    const { sequence = 0 } = (await store.head("anna")) ?? {};
    if (by === "one") expect(sequence).toBe(last + 1);
    else expect(sequence).toBeGreaterThan(last);
    last = sequence;
  };
  const first = await put(store, { key: "first", tasks: [extract] });
  await grew();
  expect(first.sequence).toBe(last);
  const batch = await store.write([
    draft({ key: "second" }),
    draft({ key: "first" }),
    draft({ key: "third" }),
  ]);
  expect(batch.map((outcome) => outcome.record.sequence)).toEqual([last + 1, last + 2, last + 3]);
  await grew("some");
  const entries = await claimAll(store, embedSmall);
  expect((await store.head("anna"))?.sequence).toBe(last);
  for (const entry of entries) {
    await store.saveVectors(small, [{ entry, vectors: [new Float32Array([1, 2])] }]);
    await grew();
  }
  await store.erase("anna", { keys: ["second"] });
  await grew();
  expect((await store.head("anna"))?.erased).toBe(last);
  const [extraction] = await claimAll(store, extract);
  if (extraction !== undefined) await store.saveEntities(extract, [{ entry: extraction, entities: [] }]);
  await grew();
  await put(store, { key: "elsewhere", namespace: "ben" });
  expect((await store.head("anna"))?.sequence).toBe(last);
  expect((await store.head("ben"))?.sequence).toBe(1);
};

export const numbersRecordsOnce: StoreSpec = async (open) => {
  const store = await open();
  const seen = new Set<number>();
  const fresh = async (namespace: string, key: string) => {
    const { id } = await put(store, { namespace, key });
    expect(Number.isSafeInteger(id) && id > 0).toBe(true);
    expect(seen.has(id)).toBe(false);
    seen.add(id);
  };
  for (let round = 0; round < 5; round += 1) {
    await fresh("anna", "tea");
    await fresh("ben", "tea");
    await fresh("ben", `mint ${round}`);
    await store.erase("anna", "all");
    await store.erase("ben", { keys: ["tea"] });
  }
};

export const takesConcurrentWrites: StoreSpec = async (open) => {
  const store = await open();
  const callers = 300;
  const writes = Array.from({ length: callers }, (_, caller) =>
    store.write([
      draft({ key: `own ${caller}` }),
      draft({ key: "shared", value: `by ${caller}` }),
      draft({ key: "tea", namespace: `user ${caller % 7}` }),
    ]),
  );
  const outcomes = (await Promise.all(writes)).flat();
  const inAnna = outcomes.filter((outcome) => outcome.record.namespace === "anna");
  expect(new Set(inAnna.map((outcome) => outcome.record.sequence)).size).toBe(2 * callers);
  expect((await store.head("anna"))?.sequence).toBe(2 * callers);
  const shared = inAnna.filter((outcome) => outcome.record.key === "shared");
  expect(new Set(shared.map((outcome) => outcome.record.version)).size).toBe(callers);
  const history = await store.history("anna", "shared");
  expect(history.map((record) => record.version)).toEqual(
    Array.from({ length: callers - 1 }, (_, index) => index + 1),
  );
  expect((await store.list("anna", { limit: 1_000 })).length).toBe(callers + 1);
  // One caller after the other, each as soon as its last write is there.
  const inTurn = async (caller: number) => {
    for (let turn = 0; turn < 20; turn += 1) {
      const record = await put(store, { key: `turn ${caller}`, value: `${turn}` });
      expect(await one(store, "anna", record.key)).toEqual(record);
    }
  };
  await Promise.all(Array.from({ length: 10 }, (_, caller) => inTurn(caller)));
};

export const sharesNoObjects: StoreSpec = async (open) => {
  const store = await open();
  await store.adoptEmbedder(small);
  const write = structuredClone({ ...full, history: [earlier(1)], tasks: [extract] });
  const [outcome] = await store.write([write]);
  const expected = structuredClone(outcome?.record);
  const history = structuredClone(await store.history("anna", "tea"));
  const spoil = (fields: Pick<RecordFields, "tags" | "metadata" | "entities">) => {
    fields.tags.push("spoiled");
    fields.metadata.spoiled = true;
    ((fields.metadata.nested as Record<string, unknown> | undefined) ?? {}).list = "spoiled";
    for (const entity of fields.entities) entity.name = "spoiled";
  };
  spoil(write);
  for (const fields of write.history ?? []) spoil(fields);
  if (outcome !== undefined) spoil(outcome.record);
  const outputs = [
    ...(await store.get("anna", ["tea"])),
    ...(await store.list("anna", { limit: 1 })),
    ...(await store.tail("anna", "monday", 1)),
    ...(await store.changes("anna", 0, 1)).records,
    ...(await store.history("anna", "tea")),
  ];
  for (const output of outputs) if (output !== undefined) spoil(output);
  const [extraction] = await claimAll(store, extract);
  const entities = [{ name: "Anna", type: "person" }];
  if (extraction !== undefined) {
    extraction.entities.push({ name: "spoiled", type: "spoiled" });
    expect(await store.get("anna", ["tea"])).toEqual([expected]);
    await store.saveEntities(extract, [{ entry: extraction, entities }]);
  }
  entities.push({ name: "spoiled", type: "spoiled" });
  expect((await one(store, "anna", "tea"))?.entities).toEqual([{ name: "Anna", type: "person" }]);
  expect(await one(store, "anna", "tea")).toEqual({ ...expected, sequence: 2 });
  expect(await store.history("anna", "tea")).toEqual(history.map((record) => ({ ...record, sequence: 2 })));
  const [embedding] = await claimAll(store, embedSmall);
  const vector = new Float32Array([1, 2]);
  if (embedding !== undefined) await store.saveVectors(small, [{ entry: embedding, vectors: [vector] }]);
  vector[0] = 9;
  for (let read = 0; read < 2; read += 1) {
    const { vectors } = await store.vectorChanges("anna", small.id, 0, 10);
    expect(vectors[0]?.vectors.map((found) => [...found])).toEqual([[1, 2]]);
    vectors[0]?.vectors[0]?.fill(9);
  }
};

export const touches: StoreSpec = async (open) => {
  const store = await open();
  await store.adoptEmbedder(small);
  await put(store, { key: "tea", value: "before" });
  const tea = await put(store, { key: "tea", expiresAt: start + 5, thread: "monday", tasks: [extract] });
  const mint = await put(store, { key: "mint" });
  await embedAll(store, small);
  const before = (await store.head("anna"))?.sequence ?? 0;
  const vectors = await vectorsIn(store, "anna", small);
  for (const version of [1, 3])
    expect(await store.touch("anna", "tea", { expiresAt: 1, version })).toBeUndefined();
  expect(await store.touch("anna", "missing", { expiresAt: 1 })).toBeUndefined();
  expect(await store.touch("nobody", "tea", { expiresAt: 1 })).toBeUndefined();
  expect(await store.head("anna")).toMatchObject({ sequence: before });

  const touched = { ...tea, expiresAt: start + 50, sequence: before + 1 };
  expect(await store.touch("anna", "tea", { expiresAt: start + 50, version: 2 })).toEqual(touched);
  expect(await one(store, "anna", "tea")).toEqual(touched);
  expect(await store.changes("anna", before, 10)).toMatchObject({ records: [touched], sequence: before + 1 });
  expect(await store.counts("anna")).toMatchObject({ records: 2, versions: 1 });
  expect(await vectorsIn(store, "anna", small)).toEqual(vectors);
  // Told again, as those of a new document.
  expect((await store.vectorChanges("anna", small.id, before, 10)).vectors).toMatchObject([{ id: tea.id }]);
  expect(await store.queue(embedSmall)).toMatchObject({ pending: 0 });
  expect(await claimAll(store, extract)).toMatchObject([{ id: tea.id, revision: 2 }]);

  expect(await store.touch("anna", "mint", { expiresAt: start + 7 })).toMatchObject({
    ...mint,
    sequence: before + 2,
    expiresAt: start + 7,
  });
  expect(await store.touch("anna", "tea", { expiresAt: null })).toMatchObject({
    expiresAt: null,
    version: 2,
  });
  expect(await eraseExpired(store, start + 1_000)).toBe(1);
  expect(keysOf(await store.list("anna", { limit: 10 }))).toEqual(["tea"]);
};

export const pins: StoreSpec = async (open) => {
  const store = await open();
  const metadata = { souvenir: { part: 1, parts: 2 }, topic: "drinks" };
  const tea = await put(store, { key: "tea", metadata, expiresAt: start + 1e9 });
  const pinned = { topic: "drinks", souvenir: { part: 1, parts: 2, pinnedAt: start + 5 } };
  expect(await store.touch("anna", "tea", { pinnedAt: start + 5, version: 2 })).toBeUndefined();
  expect(await store.touch("anna", "tea", { pinnedAt: start + 5 })).toEqual({
    ...tea,
    metadata: pinned,
    sequence: tea.sequence + 1,
  });
  // Since the first time, and whatever is written there.
  expect(await store.touch("anna", "tea", { pinnedAt: start + 9 })).toMatchObject({ metadata: pinned });
  expect(await put(store, { key: "tea", value: "mint" })).toMatchObject({
    metadata: { souvenir: { pinnedAt: start + 5 } },
    version: 2,
  });
  const [same] = await store.write([draft({ key: "tea", value: "mint", existing: "keepSame" })]);
  expect(same).toMatchObject({ written: false, record: { version: 2 } });
  expect(await store.history("anna", "tea")).toMatchObject([{ metadata: pinned, version: 1 }]);
  expect(await store.touch("anna", "tea", { pinnedAt: null })).toMatchObject({ metadata: {}, version: 2 });
  expect(await one(store, "anna", "tea")).toMatchObject({ metadata: {} });
  await expect(
    put(store, { key: "taken", metadata: { souvenir: "a shell" } }).then(() =>
      store.touch("anna", "taken", { pinnedAt: start }),
    ),
  ).rejects.toMatchObject({ code: "INVALID_INPUT" });
  expect(await one(store, "anna", "taken")).toMatchObject({ metadata: { souvenir: "a shell" } });
};

export const comparesVersions: StoreSpec = async (open) => {
  const store = await open();
  const conflict = (expected: number, current: number, key = "tea") => ({
    code: "VERSION_CONFLICT",
    details: { namespace: "anna", key, expected, current },
  });
  await expect(put(store, { key: "tea", ifVersion: 1 })).rejects.toMatchObject(conflict(1, 0));
  expect((await put(store, { key: "tea", ifVersion: 0 })).version).toBe(1);
  await expect(put(store, { key: "tea", ifVersion: 0 })).rejects.toMatchObject(conflict(0, 1));
  expect((await put(store, { key: "tea", ifVersion: 1, value: "second" })).version).toBe(2);
  const before = await store.head("anna");
  // The others of the call are not written either, whether they come before it or after it.
  const batch = [draft({ key: "mint" }), draft({ key: "tea", ifVersion: 1 }), draft({ key: "water" })];
  await expect(store.write(batch)).rejects.toMatchObject(conflict(1, 2));
  expect(await store.head("anna")).toEqual(before);
  expect(keysOf(await store.list("anna", { limit: 10 }))).toEqual(["tea"]);
  // What a call has written so far counts, also for what is kept.
  await expect(
    store.write([draft({ key: "new", ifVersion: 0 }), draft({ key: "new", ifVersion: 0 })]),
  ).rejects.toMatchObject(conflict(0, 1, "new"));
  const versions = await store.write([
    draft({ key: "new", ifVersion: 0, value: "x" }),
    draft({ key: "new", ifVersion: 1, value: "x", existing: "keepSame" }),
    draft({ key: "new", ifVersion: 1, value: "y" }),
  ]);
  expect(versions.map(({ record, written }) => [record.version, written])).toEqual([
    [1, true],
    [1, false],
    [2, true],
  ]);
  // Of all who have seen a version, one writes.
  const racers = await Promise.allSettled(
    Array.from({ length: 20 }, (_, index) => put(store, { key: "tea", value: `${index}`, ifVersion: 2 })),
  );
  const won = racers.filter((racer) => racer.status === "fulfilled");
  expect(won.length).toBe(1);
  for (const racer of racers)
    if (racer.status === "rejected") expect(racer.reason).toMatchObject(conflict(2, 3));
  expect(await one(store, "anna", "tea")).toEqual(won[0]?.value);

  for (const ifVersion of [0, 2, 4])
    await expect(store.touch("anna", "tea", { expiresAt: null, ifVersion })).rejects.toMatchObject(
      conflict(ifVersion, 3),
    );
  await expect(store.touch("anna", "none", { expiresAt: null, ifVersion: 1 })).rejects.toMatchObject(
    conflict(1, 0, "none"),
  );
  expect(await store.touch("anna", "tea", { expiresAt: start + 5, ifVersion: 3 })).toMatchObject({
    version: 3,
    expiresAt: start + 5,
  });
};

export const startsExpiredKeysAnew: StoreSpec = async (open) => {
  const store = await open();
  const first = await put(store, { key: "tea", value: "first", expiresAt: start + 10 });
  await put(store, { key: "tea", value: "second", expiresAt: start + 10, now: start + 9 });
  const { sequence = 0 } = (await store.head("anna")) ?? {};
  expect(await store.touch("anna", "tea", { expiresAt: null, now: start + 10 })).toBeUndefined();
  await expect(
    store.touch("anna", "tea", { expiresAt: null, ifVersion: 2, now: start + 10 }),
  ).rejects.toMatchObject({ code: "VERSION_CONFLICT", details: { current: 0 } });
  await expect(put(store, { key: "tea", ifVersion: 2, now: start + 10 })).rejects.toMatchObject({
    details: { current: 0 },
  });
  // Not the same, though it says the same.
  const fresh = await put(store, {
    key: "tea",
    value: "second",
    existing: "keepSame",
    ifVersion: 0,
    now: start + 10,
  });
  expect(fresh).toMatchObject({ version: 1, createdAt: start + 10, expiresAt: null });
  expect(fresh.id).not.toBe(first.id);
  expect(await store.history("anna", "tea")).toEqual([]);
  const { erased, records } = await store.changes("anna", sequence, 10);
  expect(erased).toEqual([first.id]);
  expect(records).toEqual([fresh]);
  expect((await store.head("anna"))?.sequence).toBe(fresh.sequence);
};

export const boundsVersions: StoreSpec = async (open) => {
  const store = await open();
  const versions = async () => (await store.history("anna", "tea")).map(({ version }) => version);
  for (let version = 1; version <= 6; version += 1) await put(store, { key: "tea", value: `${version}` });
  expect(await versions()).toEqual([1, 2, 3, 4, 5]);
  await put(store, { key: "tea", value: "7", keepVersions: 3 });
  expect(await versions()).toEqual([4, 5, 6]);
  await put(store, { key: "tea", value: "8", keepVersions: 3 });
  expect(await versions()).toEqual([5, 6, 7]);
  expect(await store.counts("anna")).toMatchObject({ records: 1, versions: 3 });
  // Nothing is written, nothing goes.
  await put(store, { key: "tea", value: "8", keepVersions: 1, existing: "keepSame" });
  expect(await versions()).toEqual([5, 6, 7]);
  await put(store, { key: "tea", value: "9", keepVersions: 0 });
  expect(await versions()).toEqual([]);
  expect((await one(store, "anna", "tea"))?.version).toBe(9);
  const history = [2, 4, 6].map((version) => ({
    ...draft({ key: "old" }),
    version,
    createdAt: start,
    updatedAt: start,
  }));
  await put(store, { key: "old", version: 8, history, keepVersions: 2 });
  expect((await store.history("anna", "old")).map(({ version }) => version)).toEqual([4, 6]);
};

export const comparesThreads: StoreSpec = async (open) => {
  const store = await open();
  const write = (key: string, at: NamespacePlace | undefined) =>
    store.write([draft({ key, thread: "monday" })], {
      ifThread: { namespace: "anna", thread: "monday", at },
    });
  const conflict = { code: "VERSION_CONFLICT", details: { namespace: "anna", thread: "monday" } };
  expect(await write("one", undefined)).toHaveLength(1);
  const seen = await store.head("anna");
  // What others write elsewhere is no change of the thread.
  await put(store, { key: "elsewhere", thread: "tuesday" });
  await put(store, { key: "nowhere" });
  expect(await write("two", seen)).toHaveLength(1);
  for (const at of [seen, undefined]) await expect(write("three", at)).rejects.toMatchObject(conflict);
  // Of two that looked at the same moment, one writes.
  const now = await store.head("anna");
  const both = await Promise.allSettled([write("three", now), write("four", now)]);
  expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  const later = await store.head("anna");
  await put(store, { key: "one", thread: "monday", value: "another text" });
  await expect(write("five", later)).rejects.toMatchObject(conflict);
  // Emptied and begun anew, with numbers that look as if nothing had happened.
  const last = await store.head("anna");
  await erase(store, "anna", "all");
  await put(store, { key: "one", thread: "monday" });
  await expect(write("six", last)).rejects.toMatchObject(conflict);
  expect(keysOf(await store.tail("anna", "monday", 10))).toEqual(["one"]);
};
