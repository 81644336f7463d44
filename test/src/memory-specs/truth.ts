import type { MemoryRecord, SearchHit } from "@souvenir/core";
import { expect } from "vitest";
import type { MemorySpec } from "./spec.ts";

const namespace = "ada";
const keys = (records: readonly { key: string }[]) => records.map(({ key }) => key).sort();
const hitOf = (hits: readonly SearchHit[], key: string) => hits.find((hit) => hit.key === key);

export const keepsHowAMemoryStands: MemorySpec = async (memory) => {
  const job = { namespace, key: "job", value: "Ada works at the harbour.", metadata: { from: "form" } };
  const set = await memory.set({
    ...job,
    validFrom: "2024-03-01",
    validTo: "2026-08-01",
    supersedes: ["school", "school", "army"],
  });
  const stands = {
    validFrom: "2024-03-01T00:00:00.000Z",
    validTo: "2026-08-01T00:00:00.000Z",
    supersedes: ["school", "army"],
  };
  expect(set).toMatchObject({ ...job, ...stands, version: 1 });
  expect(await memory.get({ namespace, key: "job" })).toEqual(set);
  // A memory that is set anew says all of itself anew.
  const again = await memory.set({ ...job, value: "Ada works at the bakery." });
  expect(again).toMatchObject({ metadata: job.metadata, version: 2 });
  for (const name of Object.keys(stands)) expect(again).not.toHaveProperty(name);
  expect(await memory.history({ namespace, key: "job" })).toEqual([set]);

  await memory.pin({ namespace, key: "job" });
  const exported = await Array.fromAsync(memory.export());
  expect(exported).toMatchObject([{ key: "job", pinnedAt: expect.any(String), history: [stands] }]);
  await memory.clear({ namespace });
  expect(await memory.import(exported)).toEqual({ imported: 1, skipped: 0 });
  expect(await Array.fromAsync(memory.export())).toEqual(exported);
  expect((await memory.profile({ namespace })).lines).toEqual([
    { text: again.value, key: "job", version: 2 },
  ]);
};

export const refusesHowNoMemoryStands: MemorySpec = async (memory) => {
  const given = { namespace, key: "job", value: "Ada works at the harbour." };
  for (const wrong of [
    { validFrom: "soon" },
    { validFrom: "2026-08-01", validTo: "2026-08-01" },
    { validFrom: "2026-08-01", validTo: "2025-08-01" },
    { supersedes: ["job"] },
    { supersedes: "school" },
    { supersedes: [""] },
    { supersedes: Array.from({ length: 65 }, (_, number) => `old ${number}`) },
  ])
    await expect(memory.set({ ...given, ...wrong } as never), JSON.stringify(wrong)).rejects.toMatchObject({
      code: "INVALID_INPUT",
    });
  const about = { namespace, query: "work" };
  for (const call of [
    () => memory.search({ ...about, asOf: "then" }),
    () => memory.search({ ...about, knownAt: "then" }),
    () => memory.recall({ ...about, asOf: "then" }),
    () => memory.recall({ ...about, profile: "yes" } as never),
    () => memory.list({ namespace, knownAt: "then" }),
    () => memory.list({ namespace, asOf: "then" }),
    () => memory.profile({ namespace, tokenBudget: 0 }),
    () => memory.pin({ namespace, key: "" }),
  ])
    await expect(call()).rejects.toMatchObject({ code: "INVALID_INPUT" });
  expect(await memory.namespaces()).toEqual([]);
};

export const answersWhatWasTrue: MemorySpec = async (memory) => {
  const value = (place: string) => `Ada lives in ${place}.`;
  await memory.setMany([
    { namespace, key: "lyon", value: value("Lyon"), validFrom: "2019-05-01", validTo: "2023-09-01" },
    { namespace, key: "nantes", value: value("Nantes"), validFrom: "2023-09-01" },
    // Ended, and nobody says when it began.
    { namespace, key: "metz", value: value("Metz"), createdAt: "2022-01-10", validTo: "2019-05-01" },
    // True since it was said.
    { namespace, key: "boat", value: "Ada lives on a boat in summer.", createdAt: "2021-06-01", tags: ["b"] },
  ]);
  const asked = async (asOf?: string) => {
    const given = { namespace, limit: 50, ...(asOf === undefined ? {} : { asOf }) };
    const { results } = await memory.search({ ...given, query: "Where does Ada live?" });
    const { memories } = await memory.recall({ ...given, query: "Where does Ada live?" });
    const { records } = await memory.list(given);
    expect(keys(results), asOf).toEqual(keys(records));
    expect(keys(memories), asOf).toEqual(keys(records));
    return keys(records);
  };
  expect(await asked()).toEqual(["boat", "lyon", "metz", "nantes"]);
  expect(await asked("2010-01-01")).toEqual(["metz"]);
  expect(await asked("2019-04-30T23:59:59.999Z")).toEqual(["metz"]);
  expect(await asked("2019-05-01")).toEqual(["lyon"]);
  expect(await asked("2022-01-01")).toEqual(["boat", "lyon"]);
  expect(await asked("2023-09-01")).toEqual(["boat", "nantes"]);
  expect(keys((await memory.list({ namespace, asOf: "2023-09-01", tags: ["b"] })).records)).toEqual(["boat"]);
  const page = await memory.list({ namespace, asOf: "2022-01-01", limit: 1, order: "newest" });
  expect(keys(page.records)).toEqual(["lyon"]);
  const rest = { namespace, asOf: "2022-01-01", order: "newest", cursor: page.cursor as string } as const;
  expect(keys((await memory.list(rest)).records)).toEqual(["boat"]);
  const { text } = await memory.recall({ namespace, query: "Where does Ada live?" });
  expect(text).toContain("since 2019-05-01, until 2023-09-01] Ada lives in Lyon.");
};

export const answersWhatWasKnown: MemorySpec = async (memory) => {
  const earlier = (version: number, value: string, updatedAt: string): MemoryRecord => ({
    ...{ namespace, key: "phone", value, tags: [], metadata: {}, entities: [], version },
    ...{ createdAt: "2026-01-05T00:00:00.000Z", updatedAt },
  });
  const [first, second, third] = [
    earlier(1, "The phone of Ada is a Nokia.", "2026-01-05T00:00:00.000Z"),
    earlier(2, "The phone of Ada is a Fairphone.", "2026-04-05T00:00:00.000Z"),
    earlier(3, "The phone of Ada is a Pixel.", "2026-09-05T00:00:00.000Z"),
  ];
  await memory.import([
    { ...third, history: [first, second] } as MemoryRecord,
    { ...earlier(1, "The bike of Ada is red.", "2026-06-01T00:00:00.000Z"), key: "bike" },
  ]);
  const asked = async (knownAt: string) => {
    const query = "What phone does Ada have? Nokia, Fairphone or Pixel?";
    const { results } = await memory.search({ namespace, query, knownAt, minScore: 0 });
    const { records } = await memory.list({ namespace, knownAt });
    const recalled = await memory.recall({ namespace, query, knownAt });
    const phones = results.filter(({ key }) => key === "phone").map(({ value }) => value);
    expect(records.filter(({ key }) => key === "phone").map(({ value }) => value)).toEqual(phones);
    for (const phone of phones) expect(recalled.text).toContain(phone);
    return { phones, keys: keys(records) };
  };
  expect(await asked("2026-01-04T23:59:59.999Z")).toEqual({ phones: [], keys: [] });
  expect(await asked("2026-01-05")).toEqual({ phones: [first?.value], keys: ["phone"] });
  expect(await asked("2026-05-01")).toEqual({ phones: [second?.value], keys: ["phone"] });
  expect(await asked("2026-06-01")).toEqual({ phones: [second?.value], keys: ["bike", "phone"] });
  expect(await asked("2026-09-05")).toEqual({ phones: [third?.value], keys: ["bike", "phone"] });
  // Words that a memory has lost since find it too, and only as it was.
  const { results } = await memory.search({ namespace, query: "Nokia", knownAt: "2026-02-01" });
  expect(results).toMatchObject([{ key: "phone", value: first?.value, version: 1 }]);
  expect((await memory.search({ namespace, query: "Nokia" })).results[0]?.value).not.toBe(first?.value);
  // What is erased was never known.
  await memory.delete({ namespace, key: "phone" });
  expect(await asked("2026-06-01")).toEqual({ phones: [], keys: ["bike"] });
};

export const marksWhatIsSuperseded: MemorySpec = async (memory) => {
  const alpha = { namespace, key: "alpha", value: "Ada works at Alpha.", createdAt: "2026-02-03" };
  const beta = { namespace, key: "beta", value: "Ada now works at Beta.", createdAt: "2026-08-20" };
  const query = "Where does Ada work?";
  const find = async (more: object = {}) => (await memory.search({ namespace, query, ...more })).results;
  // In any order, also before what it names is there.
  await memory.set({ ...beta, supersedes: ["alpha"], validFrom: "2026-08-15" });
  await memory.set(alpha);
  const found = await find();
  expect(keys(found)).toEqual(["alpha", "beta"]);
  expect(hitOf(found, "alpha")).toMatchObject({
    supersededBy: "beta",
    supersededAt: "2026-08-15T00:00:00.000Z",
  });
  expect(hitOf(found, "beta")).not.toHaveProperty("supersededBy");
  const { text, memories } = await memory.recall({ namespace, query });
  expect(text).toContain("[2026-02-03, until 2026-08-15] Ada works at Alpha.");
  expect(hitOf(memories, "alpha")?.supersededBy).toBe("beta");
  // At a time when it was not.
  expect(hitOf(await find({ asOf: "2026-05-01" }), "alpha")).not.toHaveProperty("supersededBy");

  // A late import of something old retires nothing that is newer, and is retired itself by nobody who does not name it.
  await memory.set({
    ...{ namespace, key: "school", value: "Ada works at a school.", createdAt: "2019-01-01" },
    supersedes: ["alpha", "beta"],
  });
  const after = await find();
  expect(hitOf(after, "alpha")?.supersededBy).toBe("beta");
  for (const key of ["beta", "school"]) expect(hitOf(after, key), key).not.toHaveProperty("supersededBy");

  // The newest of several, and nobody's own.
  await memory.set({
    ...{ namespace, key: "gamma", value: "Ada works at Gamma.", createdAt: "2026-10-01" },
    supersedes: ["alpha", "beta"],
  });
  for (const key of ["alpha", "beta"]) expect(hitOf(await find(), key)?.supersededBy).toBe("gamma");
  await memory.delete({ namespace, key: "gamma" });
  expect(hitOf(await find(), "alpha")?.supersededBy).toBe("beta");
  await memory.set({ ...beta });
  expect(hitOf(await find(), "alpha")).not.toHaveProperty("supersededBy");
};

export const keepsAProfile: MemorySpec = async (memory) => {
  const tell = (key: string, value: string) => memory.set({ namespace, key, value });
  await tell("name", "Call me Dhravya.");
  await tell("food", "I eat no meat.");
  await tell("trip", "The trip to Japan begins in Osaka.");
  const lines = async (tokenBudget?: number) =>
    (await memory.profile({ namespace, ...(tokenBudget === undefined ? {} : { tokenBudget }) })).lines;
  expect(await memory.profile({ namespace })).toEqual({ lines: [] });
  expect(await memory.pin({ namespace, key: "food" })).toMatchObject({
    key: "food",
    version: 1,
    pinnedAt: expect.any(String),
  });
  const pinned = await memory.pin({ namespace, key: "name" });
  expect(await memory.pin({ namespace, key: "nobody" })).toBeUndefined();
  const [food, name] = [
    { text: "I eat no meat.", key: "food", version: 1 },
    { text: "Call me Dhravya.", key: "name", version: 1 },
  ];
  const both = await lines();
  expect(both.toSorted((left, right) => (left.key < right.key ? -1 : 1))).toEqual([food, name]);
  expect(await memory.history({ namespace, key: "name" })).toEqual([]);
  // Again, and by a change of version: the pin is the first one.
  expect(await memory.pin({ namespace, key: "name" })).toEqual(pinned);
  await expect(memory.pin({ namespace, key: "name", ifVersion: 2 })).rejects.toMatchObject({
    code: "VERSION_CONFLICT",
  });

  const asked = { namespace, query: "Plan the trip to Japan." };
  const without = await memory.recall(asked);
  expect(without).not.toHaveProperty("profile");
  const recalled = await memory.recall({ ...asked, profile: true });
  expect(recalled.text).toContain("Call me Dhravya.");
  expect(recalled.text.indexOf("Call me Dhravya.")).toBeLessThan(recalled.text.indexOf("Osaka"));
  expect(keys(recalled.profile ?? [])).toEqual(["food", "name"]);
  expect(keys(recalled.memories)).toEqual(["trip"]);
  const nothing = await memory.recall({ namespace, query: "qwertzuiop", profile: true });
  expect(nothing.text).toContain("I eat no meat.");
  expect(nothing.memories).toEqual([]);
  const seen = await memory.recall({ ...asked, profile: true, exclude: ["name"] });
  expect(keys(seen.profile ?? [])).toEqual(["food"]);

  // A line is edited by what was seen of it.
  await memory.set({ namespace, key: "name", value: "Call me D.", ifVersion: 1 });
  await expect(
    memory.set({ namespace, key: "name", value: "Call me X.", ifVersion: 1 }),
  ).rejects.toMatchObject({ code: "VERSION_CONFLICT" });
  expect(await lines()).toContainEqual({ text: "Call me D.", key: "name", version: 2 });
  expect((await memory.get({ namespace, key: "name" }))?.pinnedAt).toBe(pinned?.pinnedAt);

  await memory.unpin({ namespace, key: "food" });
  expect(keys(await lines())).toEqual(["name"]);
  expect(await memory.get({ namespace, key: "food" })).not.toHaveProperty("pinnedAt");
  await memory.delete({ namespace, key: "name" });
  expect(await lines()).toEqual([]);
  expect((await memory.recall({ ...asked, profile: true })).text).not.toContain("Call me");
  // Nobody else's.
  expect(await memory.profile({ namespace: "bob" })).toEqual({ lines: [] });
};
