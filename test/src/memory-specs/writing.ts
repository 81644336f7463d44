import type { SetInput, SouvenirErrorCode } from "@souvenir/core";
import { expect } from "vitest";
import { type MemorySpec, trickyNames } from "./spec.ts";

const rejects = (call: Promise<unknown>, code: SouvenirErrorCode) =>
  expect(call).rejects.toMatchObject({ name: "SouvenirError", code });

export const keepsEveryField: MemorySpec = async (memory) => {
  const metadata = JSON.parse(
    '{"project":"shop","nested":{"a":[1,null,"é"]},"__proto__":{"x":1},"budget":2.5}',
  );
  const record = await memory.set({
    namespace: "ada",
    key: "stack",
    value: "The web shop runs on Rust. 👩‍🚀\n\u0000 אבג",
    tags: ["decision", "é"],
    metadata,
    entities: [{ name: "Axum", type: "product" }],
    thread: "t/1",
    role: "user",
    createdAt: new Date("2026-01-02T03:04:05.678Z"),
    expiresAt: "2099-01-01T00:00:00Z",
  });
  expect(record).toMatchObject({
    version: 1,
    tags: ["decision", "é"],
    thread: "t/1",
    role: "user",
    createdAt: "2026-01-02T03:04:05.678Z",
    expiresAt: "2099-01-01T00:00:00.000Z",
  });
  expect(JSON.stringify(record.metadata)).toBe(JSON.stringify(metadata));
  expect(record.entities).toContainEqual({ name: "Axum", type: "product" });
  expect(await memory.get({ namespace: "ada", key: "stack" })).toEqual(record);
};

export const storesMetadataAsJson: MemorySpec = async (memory) => {
  const date = new Date("2026-05-06T07:08:09.000Z");
  const { metadata } = await memory.set({
    namespace: "ada",
    value: "Dated.",
    metadata: { at: date, gone: undefined, list: [1, [2]] },
  });
  expect(metadata).toEqual({ at: date.toISOString(), list: [1, [2]] });
};

export const givesKeys: MemorySpec = async (memory) => {
  const [one, other] = [
    await memory.set({ namespace: "ada", value: "One." }),
    await memory.set({ namespace: "ada", value: "Other." }),
  ];
  expect(one.key).not.toBe(other.key);
  expect((await memory.get({ namespace: "ada", key: one.key }))?.value).toBe("One.");
};

export const overwritesAndKeepsHistory: MemorySpec = async (memory) => {
  const first = await memory.set({ namespace: "ada", key: "city", value: "Lyon.", tags: ["home"] });
  const second = await memory.set({ namespace: "ada", key: "city", value: "Lille." });
  expect(second).toMatchObject({ version: 2, value: "Lille.", tags: [], createdAt: first.createdAt });
  const history = await memory.history({ namespace: "ada", key: "city" });
  expect(history.map(({ version, value, tags }) => ({ version, value, tags }))).toEqual([
    { version: 1, value: "Lyon.", tags: ["home"] },
  ]);
  expect(await memory.history({ namespace: "ada", key: "none" })).toEqual([]);
};

export const tellsNamesApart: MemorySpec = async (memory) => {
  for (const name of trickyNames) await memory.set({ namespace: name, key: name, value: `About ${name}!` });
  for (const name of trickyNames) {
    const { records } = await memory.list({ namespace: name });
    expect(records.map(({ namespace, key, value }) => ({ namespace, key, value }))).toEqual([
      { namespace: name, key: name, value: `About ${name}!` },
    ]);
    expect((await memory.get({ namespace: name, key: name }))?.value).toBe(`About ${name}!`);
    expect((await memory.stats({ namespace: name })).records).toBe(1);
  }
  expect(await memory.namespaces()).toEqual([...trickyNames].sort());
  for (const name of trickyNames.slice(1))
    expect(await memory.clear({ namespace: name })).toEqual({ deleted: 1 });
  expect(await memory.namespaces()).toEqual([trickyNames[0]]);
};

export const deletes: MemorySpec = async (memory) => {
  const namespace = "ada";
  for (const key of ["a", "b", "c", "d", "e"])
    await memory.set({
      namespace,
      key,
      value: `Note ${key}.`,
      metadata: { even: key === "b" || key === "d" },
      ...(key === "e" ? { thread: "t" } : {}),
    });
  expect(await memory.delete({ namespace, key: "none" })).toEqual({ deleted: 0 });
  expect(await memory.delete({ namespace, key: "a" })).toEqual({ deleted: 1 });
  expect(await memory.get({ namespace, key: "a" })).toBeUndefined();
  expect(await memory.delete({ namespace, keys: ["c", "none"] })).toEqual({ deleted: 1 });
  expect(await memory.delete({ namespace, keys: [] })).toEqual({ deleted: 0 });
  expect(await memory.delete({ namespace, where: { even: true } })).toEqual({ deleted: 2 });
  expect(await memory.delete({ namespace, thread: "t" })).toEqual({ deleted: 1 });
  expect((await memory.list({ namespace })).records).toEqual([]);
  await rejects(memory.delete({ namespace } as never), "INVALID_INPUT");
  await rejects(memory.delete({ namespace, key: "a", thread: "t" } as never), "INVALID_INPUT");
};

export const storesMany: MemorySpec = async (memory) => {
  const inputs = Array.from({ length: 1500 }, (_, n) => ({
    namespace: "ada",
    key: `k${n}`,
    value: `Note ${n}.`,
  }));
  const steps: unknown[] = [];
  const stored = await memory.setMany(inputs, { onProgress: (progress) => steps.push(progress) });
  expect(stored.map(({ key }) => key)).toEqual(inputs.map(({ key }) => key));
  expect(steps.at(-1)).toEqual({ done: 1500, total: 1500 });
  async function* stream() {
    yield* inputs.slice(0, 3).map((input) => ({ ...input, namespace: "bob" }));
  }
  expect(await memory.setMany(stream())).toHaveLength(3);
  expect(await memory.setMany([])).toEqual([]);
  expect((await memory.stats()).records).toBe(1503);
};

export const storesManyOrNone: MemorySpec = async (memory) => {
  const good = { namespace: "ada", key: "good", value: "Good." };
  const bad = { namespace: "ada", key: "bad", value: "" };
  await expect(memory.setMany([good, bad])).rejects.toMatchObject({ code: "INVALID_INPUT" });
  expect(await memory.get({ namespace: "ada", key: "good" })).toBeUndefined();
};

export const stopsWhenAborted: MemorySpec = async (memory) => {
  const reason = new Error("enough");
  const signal = AbortSignal.abort(reason);
  const input = { namespace: "ada", value: "A." };
  await expect(memory.setMany([input], { signal })).rejects.toBe(reason);
  await expect(memory.search({ namespace: "ada", query: "a", signal })).rejects.toBe(reason);
  await expect(memory.recall({ namespace: "ada", query: "a", signal })).rejects.toBe(reason);
  await expect(memory.import([input], { signal })).rejects.toBe(reason);
  expect((await memory.stats()).records).toBe(0);
};

export const refusesBadInput: MemorySpec = async (memory) => {
  const circular: { self?: unknown } = {};
  circular.self = circular;
  const set = { namespace: "ada", key: "k", value: "Text." };
  const bad: unknown[] = [
    undefined,
    null,
    "text",
    {},
    { value: "No namespace." },
    { ...set, namespace: "" },
    { ...set, namespace: 3 },
    { ...set, namespace: "\ud800" },
    { ...set, namespace: "n".repeat(513) },
    { ...set, key: "" },
    { ...set, key: 3 },
    { ...set, key: "k".repeat(513) },
    { ...set, value: "" },
    { ...set, value: " \n" },
    { ...set, value: null },
    { ...set, value: "\udc00" },
    { ...set, value: "é".repeat(16_385) },
    { ...set, tags: "one" },
    { ...set, tags: [""] },
    { ...set, tags: [3] },
    { ...set, tags: Array.from({ length: 65 }, (_, n) => `t${n}`) },
    { ...set, metadata: [] },
    { ...set, metadata: { a: Number.NaN } },
    { ...set, metadata: { a: new Map() } },
    { ...set, metadata: { a: 1n } },
    { ...set, metadata: { a: () => 1 } },
    { ...set, metadata: circular },
    { ...set, metadata: { a: "x".repeat(20_000) } },
    { ...set, entities: [{ name: "Rust" }] },
    { ...set, thread: "" },
    { ...set, createdAt: "yesterday" },
    { ...set, createdAt: new Date(Number.NaN) },
    { ...set, expiresAt: Number.NaN },
  ];
  for (const [index, input] of bad.entries()) {
    const failure = await memory.set(input as SetInput).then(
      () => undefined,
      (error) => error,
    );
    expect(failure?.code, `bad[${index}]`).toBe("INVALID_INPUT");
  }
  for (const call of [
    () => memory.get({ namespace: "ada" } as never),
    () => memory.get({ namespace: "ada", key: "\ud800" }),
    () => memory.get({ key: "k" } as never),
    () => memory.list({ namespace: "ada", limit: 0 }),
    () => memory.list({ namespace: "ada", cursor: "nonsense" }),
    () => memory.list({ namespace: "ada", where: { a: { like: "x" } } as never }),
    () => memory.search({ namespace: "ada" } as never),
    () => memory.search({ namespace: "ada", query: "" }),
    () => memory.search({ namespace: "ada", query: "q", limit: 1001 }),
    () => memory.search({ namespace: "ada", query: "q", minScore: 2 }),
    () => memory.search({ namespace: "ada", query: "q", since: "soon" }),
    () => memory.search({ query: "q" } as never),
    () => memory.recall({ namespace: "ada", query: "q", limit: 101 }),
    () => memory.recall({ namespace: "ada", query: "q", tokenBudget: 0 }),
    () => memory.entities({ namespace: "ada", limit: 0 }),
    () => memory.entities({} as never),
    () => memory.history({ namespace: "ada" } as never),
    () => memory.remember({ namespace: "ada", thread: "t" } as never),
    () => memory.remember({ namespace: "ada", messages: [] } as never),
    () => memory.clear({} as never),
    () => memory.setMany(undefined as never),
    () => memory.setMany("abc" as never),
    () => memory.import(3 as never),
    () => memory.stats({ namespace: "" }),
    () => memory.stats(null as never),
    () => Array.fromAsync(memory.export(null as never)),
    () => memory.setMany([], null as never),
    () => memory.import([], { onProgress: 3 } as never),
    () => memory.remember({ namespace: "ada", thread: "t", messages: [null] } as never),
  ])
    await rejects(call(), "INVALID_INPUT");
  expect((await memory.stats()).records).toBe(0);
};

export const touches: MemorySpec = async (memory) => {
  const [namespace, key] = ["ada", "pass"];
  const { updatedAt } = await memory.set({
    namespace,
    key,
    value: "Pass 7.",
    expiresAt: Date.now() + 60_000,
  });
  const later = new Date(Date.now() + 3_600_000);
  const touched = await memory.touch({ namespace, key, expiresAt: later, version: 1 });
  expect(touched).toMatchObject({ value: "Pass 7.", version: 1, updatedAt, expiresAt: later.toISOString() });
  expect(await memory.touch({ namespace, key, expiresAt: null, version: 2 })).toBeUndefined();
  expect(await memory.touch({ namespace, key: "none", expiresAt: null })).toBeUndefined();
  expect((await memory.touch({ namespace, key, expiresAt: null }))?.expiresAt).toBeUndefined();
  expect(await memory.get({ namespace, key })).toMatchObject({ version: 1, updatedAt });
  await rejects(memory.touch({ namespace, key } as never), "INVALID_INPUT");
};

/** Both of two writers saw version 1; one of them is told, whatever the way to the memory. */
export const comparesAndSets: MemorySpec = async (memory) => {
  const [namespace, key] = ["ada", "budget"];
  const conflict = (expected: number, current: number) => ({
    code: "VERSION_CONFLICT",
    details: { namespace, key, expected, current },
  });
  await memory.set({ namespace, key, value: "20 euros.", ifVersion: 0 });
  await expect(memory.set({ namespace, key, value: "30 euros.", ifVersion: 0 })).rejects.toMatchObject(
    conflict(0, 1),
  );
  const edits = await Promise.allSettled(
    ["40 euros.", "50 euros."].map((value) => memory.set({ namespace, key, value, ifVersion: 1 })),
  );
  expect(edits.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect(edits.find(({ status }) => status === "rejected")).toMatchObject({ reason: conflict(1, 2) });
  expect(await memory.history({ namespace, key })).toHaveLength(1);
  await expect(
    memory.setMany([
      { namespace, key: "other", value: "With it or not at all." },
      { namespace, key, value: "60 euros.", ifVersion: 1 },
    ]),
  ).rejects.toMatchObject({ code: "VERSION_CONFLICT" });
  expect(await memory.get({ namespace, key: "other" })).toBeUndefined();
  await expect(memory.touch({ namespace, key, expiresAt: null, ifVersion: 1 })).rejects.toMatchObject(
    conflict(1, 2),
  );
  await expect(memory.delete({ namespace, key, ifVersion: 1 })).rejects.toMatchObject(conflict(1, 2));
  expect(await memory.touch({ namespace, key, expiresAt: null, ifVersion: 2 })).toMatchObject({ version: 2 });
  expect(await memory.delete({ namespace, key, ifVersion: 2 })).toEqual({ deleted: 1 });
  await expect(memory.delete({ namespace, key, ifVersion: 2 })).rejects.toMatchObject(conflict(2, 0));
  await rejects(memory.set({ namespace, value: "x", ifVersion: -1 }), "INVALID_INPUT");
};

export const scrubs: MemorySpec = async (memory) => {
  await memory.set({ namespace: "ada", key: "gone", value: "To be erased." });
  await memory.delete({ namespace: "ada", key: "gone" });
  const { unscrubbed } = (await memory.stats()).erasures;
  expect(await memory.scrub()).toEqual({ scrubbed: unscrubbed });
  expect((await memory.stats()).erasures).toEqual({ unscrubbed: 0 });
  expect(await memory.cancelReembed()).toEqual({ cancelled: 0 });
};

export const flushes: MemorySpec = async (memory) => {
  await memory.set({ namespace: "ada", value: "To be embedded." });
  expect(await memory.flush()).toEqual({ pending: 0, failed: 0 });
  expect((await memory.stats()).vectors).toBe(1);
  expect(await memory.flush({ deadlineMs: 0 })).toEqual({ pending: 0, failed: 0 });
  await rejects(memory.flush({ deadlineMs: -1 }), "INVALID_INPUT");
  const over = new AbortController();
  over.abort(new Error("enough"));
  await expect(memory.flush({ signal: over.signal })).rejects.toThrow("enough");
};

export const takesConcurrentWrites: MemorySpec = async (memory) => {
  await Promise.all(
    Array.from({ length: 60 }, (_, n) =>
      memory.set({ namespace: `n${n % 3}`, key: `k${n % 6}`, value: `Note ${n}.` }),
    ),
  );
  const versions = await Promise.all(
    Array.from(
      { length: 6 },
      async (_, n) => (await memory.get({ namespace: `n${n % 3}`, key: `k${n}` }))?.version,
    ),
  );
  expect(versions).toEqual([10, 10, 10, 10, 10, 10]);
};

export const isClosed: MemorySpec = async (memory) => {
  await memory.set({ namespace: "ada", value: "Kept." });
  await memory.close();
  await memory.close();
  await rejects(memory.set({ namespace: "ada", value: "Late." }), "CLOSED");
  await rejects(memory.search({ namespace: "ada", query: "late" }), "CLOSED");
  await rejects(memory.namespaces(), "CLOSED");
  await rejects(Array.fromAsync(memory.export()), "CLOSED");
  await rejects(
    memory.import([]).then(() => memory.stats()),
    "CLOSED",
  );
};
