import { expect } from "vitest";
import { at, hostile, message, type StorageSpec, saved, thread } from "./spec.ts";

export const readsThreadAsSaved: StorageSpec = async (storage) => {
  const saved = thread({
    title: "Été à Lyon",
    metadata: { nested: { list: [1, "two", null] }, flag: false },
  });
  expect(await storage.saveThread({ thread: saved })).toEqual(saved);
  const found = await storage.getThreadById({ threadId: "t1" });
  expect(found).toEqual(saved);
  expect(found?.createdAt).toBeInstanceOf(Date);
};

export const unknownThreadIsNull: StorageSpec = async (storage) => {
  expect(await storage.getThreadById({ threadId: "nobody" })).toBeNull();
};

export const threadOfAnotherResourceIsNull: StorageSpec = async (storage) => {
  await storage.saveThread({ thread: thread() });
  expect(await storage.getThreadById({ threadId: "t1", resourceId: "bob" })).toBeNull();
  expect((await storage.getThreadById({ threadId: "t1", resourceId: "ada" }))?.id).toBe("t1");
};

export const savingThreadAgainReplacesIt: StorageSpec = async (storage) => {
  await storage.saveThread({ thread: thread({ metadata: { old: true } }) });
  await storage.saveThread({ thread: thread({ title: "New", metadata: { fresh: 1 } }) });
  expect(await storage.getThreadById({ threadId: "t1" })).toMatchObject({
    title: "New",
    metadata: { fresh: 1 },
  });
  expect((await storage.getThreadById({ threadId: "t1" }))?.metadata).not.toHaveProperty("old");
};

export const threadWithoutTitleAndMetadata: StorageSpec = async (storage) => {
  const { title: _title, metadata: _metadata, ...bare } = thread();
  await storage.saveThread({ thread: bare });
  const found = await storage.getThreadById({ threadId: "t1" });
  expect([found?.id, found?.title ?? "", found?.metadata ?? {}]).toEqual(["t1", "", {}]);
};

export const updateThreadMergesMetadata: StorageSpec = async (storage) => {
  await storage.saveThread({ thread: thread({ metadata: { kept: 1, changed: 1 } }) });
  const updated = await storage.updateThread({ id: "t1", title: "New", metadata: { changed: 2 } });
  expect(updated).toMatchObject({ title: "New", metadata: { kept: 1, changed: 2 } });
  const found = await storage.getThreadById({ threadId: "t1" });
  expect(found).toMatchObject({ title: "New", metadata: { kept: 1, changed: 2 }, createdAt: at(0) });
  expect(found?.updatedAt.getTime()).toBeGreaterThan(at(0).getTime());
};

export const omittedFieldsOfThreadStay: StorageSpec = async (storage) => {
  await storage.saveThread({ thread: thread({ metadata: { kept: 1 } }) });
  await storage.updateThread({ id: "t1", title: "Only title" });
  await storage.updateThread({ id: "t1", metadata: { more: 2 } });
  await storage.patchThread({ id: "t1", metadata: { last: 3 } });
  expect(await storage.getThreadById({ threadId: "t1" })).toMatchObject({
    title: "Only title",
    metadata: { kept: 1, more: 2, last: 3 },
  });
  expect(storage.supportsPartialThreadUpdate).toBe(true);
};

export const updateOfUnknownThreadRejects: StorageSpec = async (storage) => {
  await expect(storage.updateThread({ id: "nobody", title: "x" })).rejects.toThrow(/not found/);
  expect(await storage.getThreadById({ threadId: "nobody" })).toBeNull();
};

export const concurrentMetadataUpdatesAllCount: StorageSpec = async (storage) => {
  await storage.saveThread({ thread: thread({ metadata: { count: 0 } }) });
  await Promise.all(
    Array.from({ length: 25 }, () =>
      storage.updateThreadMetadata({
        id: "t1",
        update: ({ metadata }) => ({ count: (metadata?.count as number) + 1 }),
      }),
    ),
  );
  expect((await storage.getThreadById({ threadId: "t1" }))?.metadata).toEqual({ count: 25 });
};

export const metadataUpdateMayDecline: StorageSpec = async (storage) => {
  await storage.saveThread({ thread: thread({ metadata: { a: 1 } }) });
  const unchanged = await storage.updateThreadMetadata({ id: "t1", update: () => undefined });
  expect(unchanged?.metadata).toEqual({ a: 1 });
  const none = { update: () => ({ a: 2 }) };
  expect(await storage.updateThreadMetadata({ id: "nobody", ...none })).toBeNull();
  expect(await storage.updateThreadMetadata({ id: "t1", resourceId: "bob", ...none })).toBeNull();
  expect((await storage.getThreadById({ threadId: "t1" }))?.metadata).toEqual({ a: 1 });
};

export const deleteThreadTakesItsMessages: StorageSpec = async (storage) => {
  await saved(storage, message("a", 1), message("b", 2, { threadId: "t2" }));
  await storage.deleteThread({ threadId: "t1" });
  await storage.deleteThread({ threadId: "nobody" });
  expect(await storage.getThreadById({ threadId: "t1" })).toBeNull();
  expect((await storage.listMessagesById({ messageIds: ["a", "b"] })).messages.map(({ id }) => id)).toEqual([
    "b",
  ]);
};

export const reassigningMovesThreadAndMessages: StorageSpec = async (storage) => {
  await saved(storage, message("a", 1), message("b", 2, { threadId: "t2" }));
  const moved = await storage.updateThreadResourceId({ threadId: "t1", resourceId: "bob" });
  expect(moved).toMatchObject({ resourceId: "bob", createdAt: at(0) });
  expect((await storage.getThreadById({ threadId: "t1" }))?.resourceId).toBe("bob");
  const { messages } = await storage.listMessagesById({ messageIds: ["a", "b"] });
  expect(messages.map(({ resourceId }) => resourceId)).toEqual(["bob", "ada"]);
  await expect(storage.updateThreadResourceId({ threadId: "nobody", resourceId: "bob" })).rejects.toThrow();
};

export const listsThreadsNewestFirst: StorageSpec = async (storage) => {
  for (const minute of [2, 1, 3])
    await storage.saveThread({
      thread: thread({ id: `t${minute}`, createdAt: at(minute), updatedAt: at(10 - minute) }),
    });
  const order = async (orderBy?: { field?: "createdAt" | "updatedAt"; direction?: "ASC" | "DESC" }) =>
    (await storage.listThreads(orderBy === undefined ? {} : { orderBy })).threads.map(({ id }) => id);
  expect(await order()).toEqual(["t3", "t2", "t1"]);
  expect(await order({ field: "createdAt", direction: "ASC" })).toEqual(["t1", "t2", "t3"]);
  expect(await order({ field: "updatedAt", direction: "DESC" })).toEqual(["t1", "t2", "t3"]);
};

export const pagesOfThreads: StorageSpec = async (storage) => {
  for (let minute = 0; minute < 5; minute += 1)
    await storage.saveThread({ thread: thread({ id: `t${minute}`, createdAt: at(minute) }) });
  const page = async (page: number, perPage: number | false) => {
    const { threads, ...rest } = await storage.listThreads({ page, perPage });
    return { ids: threads.map(({ id }) => id), ...rest };
  };
  expect(await page(0, 2)).toEqual({ ids: ["t4", "t3"], total: 5, page: 0, perPage: 2, hasMore: true });
  expect(await page(2, 2)).toEqual({ ids: ["t0"], total: 5, page: 2, perPage: 2, hasMore: false });
  expect(await page(3, 2)).toMatchObject({ ids: [], total: 5, hasMore: false });
  expect(await page(0, 0)).toEqual({ ids: [], total: 5, page: 0, perPage: 0, hasMore: true });
  expect(await page(0, false)).toMatchObject({ total: 5, perPage: false, hasMore: false });
  await expect(page(-1, 2)).rejects.toThrow();
  await expect(page(0, -2)).rejects.toThrow();
  await expect(page(0, 1.5)).rejects.toThrow();
};

export const filtersThreads: StorageSpec = async (storage) => {
  const make = (id: string, resourceId: string, metadata: Record<string, unknown>) =>
    storage.saveThread({ thread: thread({ id, resourceId, metadata }) });
  await make("t1", "ada", { kind: "chat", level: 1, open: true, closed: null });
  await make("t2", "ada", { kind: "chat", level: 2, open: false });
  await make("t3", "bob", { kind: "chat", level: 1, open: true });
  const found = async (filter: { resourceId?: string; metadata?: Record<string, unknown> }) =>
    (await storage.listThreads({ filter })).threads.map(({ id }) => id).sort();
  expect(await found({ resourceId: "ada" })).toEqual(["t1", "t2"]);
  expect(await found({ metadata: { kind: "chat" } })).toEqual(["t1", "t2", "t3"]);
  expect(await found({ metadata: { level: 1, open: true } })).toEqual(["t1", "t3"]);
  expect(await found({ resourceId: "bob", metadata: { level: 1 } })).toEqual(["t3"]);
  expect(await found({ metadata: { open: false } })).toEqual(["t2"]);
  expect(await found({ metadata: { kind: "it's" } })).toEqual([]);
  expect(await found({ resourceId: "nobody" })).toEqual([]);
};

export const filterNullIsNotAbsent: StorageSpec = async (storage) => {
  await storage.saveThread({ thread: thread({ id: "t1", metadata: { closed: null } }) });
  await storage.saveThread({ thread: thread({ id: "t2", metadata: {} }) });
  const { threads } = await storage.listThreads({ filter: { metadata: { closed: null } } });
  expect(threads.map(({ id }) => id)).toEqual(["t1"]);
};

export const filterComparesTypesToo: StorageSpec = async (storage) => {
  await storage.saveThread({ thread: thread({ id: "t1", metadata: { level: "1", open: 1 } }) });
  const found = async (metadata: Record<string, unknown>) =>
    (await storage.listThreads({ filter: { metadata } })).threads.length;
  expect([
    await found({ level: 1 }),
    await found({ open: true }),
    await found({ level: "1", open: 1 }),
  ]).toEqual([0, 0, 1]);
};

export const filtersThreadsByWholeObjects: StorageSpec = async (storage) => {
  await storage.saveThread({ thread: thread({ id: "t1", metadata: { owner: { team: "a", size: 2 } } }) });
  await storage.saveThread({ thread: thread({ id: "t2", metadata: { owner: { team: "b", size: 2 } } }) });
  const filter = { metadata: { owner: { size: 2, team: "a" } } };
  const { threads, total } = await storage.listThreads({ filter });
  expect([threads.map(({ id }) => id), total]).toEqual([["t1"], 1]);
};

export const unsafeFilterKeysReject: StorageSpec = async (storage) => {
  await storage.saveThread({ thread: thread() });
  for (const key of ["a.b", "a'b", "__proto__", "1a", ""])
    await expect(
      storage.listThreads({ filter: { metadata: Object.fromEntries([[key, "x"]]) } }),
    ).rejects.toThrow();
};

export const hostileThreadNames: StorageSpec = async (storage) => {
  for (const name of hostile) {
    const strange = thread({
      id: `t ${name}`,
      resourceId: `r ${name}`,
      title: name,
      metadata: { text: name },
    });
    await storage.saveThread({ thread: strange });
    expect(await storage.getThreadById({ threadId: `t ${name}` })).toEqual(strange);
    const { threads } = await storage.listThreads({
      filter: { resourceId: `r ${name}`, metadata: { text: name } },
    });
    expect(threads.map(({ id }) => id)).toEqual([`t ${name}`]);
  }
  expect((await storage.listThreads({ perPage: false })).total).toBe(hostile.length);
};

export const clearsAll: StorageSpec = async (storage) => {
  await saved(storage, message("a", 1));
  await storage.updateResource({ resourceId: "ada", workingMemory: "# Ada" });
  await storage.initializeObservationalMemory({
    threadId: "t1",
    resourceId: "ada",
    scope: "thread",
    config: {},
  });
  await storage.dangerouslyClearAll();
  expect(await storage.getThreadById({ threadId: "t1" })).toBeNull();
  expect((await storage.listMessages({ threadId: "t1" })).total).toBe(0);
  expect(await storage.getResourceById({ resourceId: "ada" })).toBeNull();
  expect(await storage.getObservationalMemory("t1", "ada")).toBeNull();
};
