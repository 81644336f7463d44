import type {
  MemoryStorage,
  ObservationalMemoryRecord,
  SwapBufferedToActiveInput,
} from "@mastra/core/storage";
import { expect } from "vitest";
import { at, message, type StorageSpec, saved } from "./spec.ts";

const begin = (storage: MemoryStorage, config: Record<string, unknown> = {}) =>
  storage.initializeObservationalMemory({
    threadId: "t1",
    resourceId: "ada",
    scope: "thread",
    config,
    observedTimezone: "Europe/Paris",
  });
const current = async (storage: MemoryStorage) =>
  (await storage.getObservationalMemory("t1", "ada")) as ObservationalMemoryRecord;

export const startsObservations: StorageSpec = async (storage) => {
  expect(storage.supportsObservationalMemory).toBe(true);
  expect(await storage.getObservationalMemory("t1", "ada")).toBeNull();
  const record = await begin(storage, { model: "m" });
  expect(await current(storage)).toMatchObject({
    id: record.id,
    scope: "thread",
    threadId: "t1",
    resourceId: "ada",
    originType: "initial",
    generationCount: 0,
    activeObservations: "",
    totalTokensObserved: 0,
    observationTokenCount: 0,
    pendingMessageTokens: 0,
    isReflecting: false,
    isObserving: false,
    isBufferingObservation: false,
    isBufferingReflection: false,
    lastBufferedAtTokens: 0,
    lastBufferedAtTime: null,
    config: { model: "m" },
    observedTimezone: "Europe/Paris",
  });
  expect((await current(storage)).createdAt).toBeInstanceOf(Date);
  expect((await current(storage)).lastObservedAt).toBeUndefined();
};

export const scopesOfObservationsAreApart: StorageSpec = async (storage) => {
  const ofThread = await begin(storage);
  const ofResource = await storage.initializeObservationalMemory({
    threadId: null,
    resourceId: "ada",
    scope: "resource",
    config: {},
  });
  expect((await current(storage)).id).toBe(ofThread.id);
  expect((await storage.getObservationalMemory(null, "ada"))?.id).toBe(ofResource.id);
  expect(await storage.getObservationalMemory(null, "bob")).toBeNull();
};

export const keepsActiveObservations: StorageSpec = async (storage) => {
  const { id } = await begin(storage);
  await storage.setPendingMessageTokens(id, 70);
  const input = { id, observations: "* likes Lyon", lastObservedAt: at(3), observedMessageIds: ["a", "b"] };
  await storage.updateActiveObservations({ ...input, tokenCount: 10 });
  await storage.updateActiveObservations({ ...input, tokenCount: 5 });
  expect(await current(storage)).toMatchObject({
    activeObservations: "* likes Lyon",
    observationTokenCount: 5,
    totalTokensObserved: 15,
    pendingMessageTokens: 0,
    lastObservedAt: at(3),
    observedMessageIds: ["a", "b"],
  });
};

const chunk = (cycle: number, messageTokens: number) => ({
  cycleId: `c${cycle}`,
  observations: `* observed ${cycle}`,
  tokenCount: 10 * cycle,
  messageIds: [`m${cycle}`],
  messageTokens,
  lastObservedAt: at(cycle),
  suggestedContinuation: `continue ${cycle}`,
  currentTask: `task ${cycle}`,
  extractedValues: { mood: cycle },
});

export const buffersObservationsOnce: StorageSpec = async (storage) => {
  const { id } = await begin(storage);
  await storage.updateBufferedObservations({ id, chunk: chunk(1, 100), lastBufferedAtTime: at(1) });
  await storage.updateBufferedObservations({ id, chunk: chunk(1, 100) });
  await storage.updateBufferedObservations({ id, chunk: chunk(2, 100) });
  const { bufferedObservationChunks: chunks, lastBufferedAtTime } = await current(storage);
  expect(chunks?.map(({ cycleId }) => cycleId)).toEqual(["c1", "c2"]);
  expect(chunks?.[0]).toMatchObject({ observations: "* observed 1", extractedValues: { mood: 1 } });
  expect(lastBufferedAtTime).toEqual(at(1));
};

export const observationsAtOnceAreAllKept: StorageSpec = async (storage) => {
  const { id } = await begin(storage);
  const cycles = Array.from({ length: 20 }, (_, index) => index + 1);
  await Promise.all(
    cycles.map((cycle) => storage.updateBufferedObservations({ id, chunk: chunk(cycle, 100) })),
  );
  const chunks = (await current(storage)).bufferedObservationChunks ?? [];
  expect(chunks.map(({ cycleId }) => cycleId).sort()).toEqual(cycles.map((cycle) => `c${cycle}`).sort());
};

export const datesOfChunksAreDates: StorageSpec = async (storage) => {
  const { id } = await begin(storage);
  await storage.updateBufferedObservations({ id, chunk: chunk(1, 100) });
  const found = (await current(storage)).bufferedObservationChunks?.[0];
  expect(found?.lastObservedAt).toEqual(at(1));
  expect(found?.createdAt).toBeInstanceOf(Date);
};

const swap = async (
  storage: MemoryStorage,
  tokens: readonly number[],
  input: Partial<SwapBufferedToActiveInput>,
) => {
  const { id } = await begin(storage);
  for (const [index, messageTokens] of tokens.entries())
    await storage.updateBufferedObservations({ id, chunk: chunk(index + 1, messageTokens) });
  await storage.setPendingMessageTokens(id, 9_000);
  const result = await storage.swapBufferedToActive({
    id,
    activationRatio: 0.8,
    messageTokensThreshold: 10_000,
    currentPendingTokens: 9_000,
    ...input,
  });
  return { result, record: await current(storage) };
};

export const activatesUpToTheTarget: StorageSpec = async (storage) => {
  // 2,000 tokens are to stay of 9,000: 7,000 go, which three of the chunks bring.
  const { result, record } = await swap(storage, [2_500, 2_500, 2_500, 1_000], {});
  expect(result).toMatchObject({
    chunksActivated: 3,
    messageTokensActivated: 7_500,
    observationTokensActivated: 60,
    messagesActivated: 3,
    activatedCycleIds: ["c1", "c2", "c3"],
    activatedMessageIds: ["m1", "m2", "m3"],
    observations: "* observed 1\n\n* observed 2\n\n* observed 3",
    suggestedContinuation: "continue 3",
    currentTask: "task 3",
  });
  expect(result.perChunk?.map(({ cycleId, messageTokens }) => [cycleId, messageTokens])).toEqual([
    ["c1", 2_500],
    ["c2", 2_500],
    ["c3", 2_500],
  ]);
  expect(record).toMatchObject({
    activeObservations: "* observed 1\n\n* observed 2\n\n* observed 3",
    observationTokenCount: 60,
    pendingMessageTokens: 1_500,
    lastObservedAt: at(3),
  });
  expect(record.bufferedObservationChunks?.map(({ cycleId }) => cycleId)).toEqual(["c4"]);
};

export const activatesUnderTheTargetRatherThanTooMuch: StorageSpec = async (storage) => {
  // The third chunk would leave 500 tokens, and 1,000 are the least that stays.
  const { result } = await swap(storage, [3_000, 3_000, 2_500], {});
  expect(result.chunksActivated).toBe(2);
};

export const activatesOneChunkAtLeast: StorageSpec = async (storage) => {
  const { result, record } = await swap(storage, [8_900], {});
  expect(result.chunksActivated).toBe(1);
  expect(record.bufferedObservationChunks ?? []).toEqual([]);
};

export const activatesMoreWhenForced: StorageSpec = async (storage) => {
  const { id } = await begin(storage);
  for (const [index, messageTokens] of [500, 7_000].entries())
    await storage.updateBufferedObservations({ id, chunk: chunk(index + 1, messageTokens) });
  const input = { id, activationRatio: 0.9, messageTokensThreshold: 10_000, currentPendingTokens: 9_000 };
  // Target 8,000: both are under it.
  expect((await storage.swapBufferedToActive({ ...input, forceMaxActivation: true })).chunksActivated).toBe(
    2,
  );
};

export const activationFollowsRefreshedChunks: StorageSpec = async (storage) => {
  const { id } = await begin(storage);
  for (const cycle of [1, 2, 3]) await storage.updateBufferedObservations({ id, chunk: chunk(cycle, 100) });
  const stored = (await current(storage)).bufferedObservationChunks ?? [];
  const { chunksActivated } = await storage.swapBufferedToActive({
    id,
    activationRatio: 0.8,
    messageTokensThreshold: 10_000,
    currentPendingTokens: 9_000,
    bufferedChunks: stored.map((one) => ({ ...one, messageTokens: 3_600 })),
  });
  expect(chunksActivated).toBe(2);
  expect((await current(storage)).bufferedObservationChunks?.[0]?.messageTokens).toBe(3_600);
};

export const secondActivationAppends: StorageSpec = async (storage) => {
  const { record } = await swap(storage, [7_000], { lastObservedAt: at(30) });
  expect(record.lastObservedAt).toEqual(at(30));
  await storage.updateBufferedObservations({ id: record.id, chunk: chunk(2, 7_000) });
  const input = { activationRatio: 0.8, messageTokensThreshold: 10_000, currentPendingTokens: 9_000 };
  await storage.swapBufferedToActive({ id: record.id, ...input });
  expect((await current(storage)).activeObservations).toBe(
    `* observed 1\n\n--- message boundary (${at(2).toISOString()}) ---\n\n* observed 2`,
  );
  const none = await storage.swapBufferedToActive({ id: record.id, ...input });
  expect(none).toMatchObject({ chunksActivated: 0, activatedMessageIds: [] });
};

export const reflectionBeginsGeneration: StorageSpec = async (storage) => {
  const { id } = await begin(storage, { model: "m" });
  await storage.updateActiveObservations({
    id,
    observations: "long",
    tokenCount: 900,
    lastObservedAt: at(3),
  });
  const next = await storage.createReflectionGeneration({
    currentRecord: await current(storage),
    reflection: "short",
    tokenCount: 90,
  });
  expect(next.id).not.toBe(id);
  expect(await current(storage)).toMatchObject({
    id: next.id,
    originType: "reflection",
    generationCount: 1,
    activeObservations: "short",
    observationTokenCount: 90,
    totalTokensObserved: 900,
    lastObservedAt: at(3),
    config: { model: "m" },
  });
  const history = await storage.getObservationalMemoryHistory("t1", "ada");
  expect(history.map(({ generationCount }) => generationCount)).toEqual([1, 0]);
};

export const bufferedReflectionReplacesItsLines: StorageSpec = async (storage) => {
  const { id } = await begin(storage);
  const observations = "* one\n* two\n* three";
  await storage.updateActiveObservations({ id, observations, tokenCount: 30, lastObservedAt: at(3) });
  const part = { id, tokenCount: 4, inputTokenCount: 20, reflectedObservationLineCount: 2 };
  await storage.updateBufferedReflection({ ...part, reflection: "* one and" });
  await storage.updateBufferedReflection({ ...part, reflection: "* two" });
  expect(await current(storage)).toMatchObject({
    bufferedReflection: "* one and\n\n* two",
    bufferedReflectionTokens: 8,
    bufferedReflectionInputTokens: 40,
    reflectedObservationLineCount: 2,
  });
  const before = await current(storage);
  const next = await storage.swapBufferedReflectionToActive({ currentRecord: before, tokenCount: 12 });
  expect(next).toMatchObject({
    activeObservations: "* one and\n\n* two\n\n* three",
    observationTokenCount: 12,
    generationCount: 1,
  });
  const [now, old] = await storage.getObservationalMemoryHistory("t1", "ada");
  expect(now?.id).toBe(next.id);
  expect(old?.bufferedReflection).toBeUndefined();
  await expect(
    storage.swapBufferedReflectionToActive({ currentRecord: next, tokenCount: 1 }),
  ).rejects.toThrow(/No buffered reflection/);
};

export const setsFlags: StorageSpec = async (storage) => {
  const { id } = await begin(storage);
  await storage.setReflectingFlag(id, true);
  await storage.setObservingFlag(id, true);
  await storage.setBufferingReflectionFlag(id, true);
  await storage.setBufferingObservationFlag(id, true, 1_200);
  expect(await current(storage)).toMatchObject({
    isReflecting: true,
    isObserving: true,
    isBufferingReflection: true,
    isBufferingObservation: true,
    lastBufferedAtTokens: 1_200,
  });
  await storage.setBufferingObservationFlag(id, false);
  expect(await current(storage)).toMatchObject({
    isBufferingObservation: false,
    lastBufferedAtTokens: 1_200,
  });
};

export const mergesObservationConfig: StorageSpec = async (storage) => {
  const { id } = await begin(storage, { observation: { model: "a", tokens: 1 }, kept: true });
  await storage.updateObservationalMemoryConfig({ id, config: { observation: { tokens: 2 } } });
  expect((await current(storage)).config).toEqual({ observation: { model: "a", tokens: 2 }, kept: true });
};

export const unknownRecordsReject: StorageSpec = async (storage) => {
  const id = "nobody";
  const calls = [
    () => storage.setObservingFlag(id, true),
    () => storage.setPendingMessageTokens(id, 1),
    () => storage.updateBufferedObservations({ id, chunk: chunk(1, 1) }),
    () => storage.updateActiveObservations({ id, observations: "x", tokenCount: 1, lastObservedAt: at(1) }),
    () => storage.updateObservationalMemoryConfig({ id, config: {} }),
  ];
  for (const call of calls) await expect(call()).rejects.toThrow(/not found/);
};

export const historyIsPaged: StorageSpec = async (storage) => {
  const first = await begin(storage);
  for (let generation = 1; generation <= 4; generation += 1)
    await storage.insertObservationalMemoryRecord({
      ...first,
      id: `g${generation}`,
      generationCount: generation,
      createdAt: at(generation),
      activeObservations: `generation ${generation}`,
    });
  const history = async (limit?: number, options?: { from?: Date; to?: Date; offset?: number }) =>
    (await storage.getObservationalMemoryHistory("t1", "ada", limit, options)).map((r) => r.generationCount);
  expect(await history()).toEqual([4, 3, 2, 1, 0]);
  expect(await history(2)).toEqual([4, 3]);
  expect(await history(2, { offset: 1 })).toEqual([3, 2]);
  expect(await history(9, { from: at(2), to: at(3) })).toEqual([3, 2]);
  expect((await current(storage)).activeObservations).toBe("generation 4");
};

export const clearsObservations: StorageSpec = async (storage) => {
  await begin(storage);
  await storage.initializeObservationalMemory({
    threadId: null,
    resourceId: "ada",
    scope: "resource",
    config: {},
  });
  await storage.clearObservationalMemory("t1", "ada");
  expect(await storage.getObservationalMemoryHistory("t1", "ada")).toEqual([]);
  expect(await storage.getObservationalMemory(null, "ada")).not.toBeNull();
};

/** What was observed in a thread tells of it. */
export const deletedThreadTakesItsObservations: StorageSpec = async (storage) => {
  await saved(storage, message("a", 1));
  await begin(storage);
  await storage.deleteThread({ threadId: "t1" });
  expect(await storage.getObservationalMemory("t1", "ada")).toBeNull();
};
