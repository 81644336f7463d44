import type { MastraDBMessage } from "@mastra/core/agent";
import type { StorageListMessagesInput } from "@mastra/core/storage";
import { expect } from "vitest";
import { at, hostile, ids, message, type StorageSpec, saved, texts, thread } from "./spec.ts";

export const readsMessagesAsSaved: StorageSpec = async (storage) => {
  const rich = message("a", 1, {
    role: "assistant",
    content: {
      format: 2,
      parts: [
        { type: "text", text: "Bonjour – \u2028 \ud83d\ude80" },
        {
          type: "tool-invocation",
          toolInvocation: {
            state: "result",
            toolCallId: "c1",
            toolName: "weather",
            args: { city: "Lyon" },
            result: 12,
          },
        },
      ],
      metadata: { deep: { list: [1, null, "x"] } },
    },
  });
  await saved(storage, rich);
  const { messages } = await storage.listMessages({ threadId: "t1" });
  expect(messages).toHaveLength(1);
  expect(messages[0]).toMatchObject(rich);
  expect(messages[0]?.createdAt).toBeInstanceOf(Date);
};

export const answersSavedMessages: StorageSpec = async (storage) => {
  await storage.saveThread({ thread: thread() });
  const { messages } = await storage.saveMessages({ messages: [message("b", 2), message("a", 1)] });
  expect(ids({ messages }).sort()).toEqual(["a", "b"]);
  expect(await storage.saveMessages({ messages: [] })).toEqual({ messages: [] });
};

export const messagesInOrderOfTime: StorageSpec = async (storage) => {
  await saved(storage, message("c", 3), message("a", 1), message("b", 2));
  expect(ids(await storage.listMessages({ threadId: "t1" }))).toEqual(["a", "b", "c"]);
  const orderBy = { field: "createdAt", direction: "DESC" } as const;
  expect(ids(await storage.listMessages({ threadId: "t1", orderBy }))).toEqual(["c", "b", "a"]);
};

export const sameTimeInOrderOfArrival: StorageSpec = async (storage) => {
  await saved(storage, message("z", 1), message("m", 1), message("a", 1));
  await saved(storage, message("q", 1));
  expect(ids(await storage.listMessages({ threadId: "t1" }))).toEqual(["z", "m", "a", "q"]);
  const orderBy = { field: "createdAt", direction: "DESC" } as const;
  expect(ids(await storage.listMessages({ threadId: "t1", perPage: 2, orderBy }))).toEqual(["q", "a"]);
  const include = [{ id: "m", withPreviousMessages: 1, withNextMessages: 1 }];
  expect(ids(await storage.listMessages({ threadId: "t1", perPage: 0, include }))).toEqual(["z", "m", "a"]);
};

export const savingMessageAgainReplacesIt: StorageSpec = async (storage) => {
  await saved(storage, message("a", 1), message("b", 2));
  await storage.saveMessages({ messages: [message("a", 1, { text: "new", role: "assistant" })] });
  const found = await storage.listMessages({ threadId: "t1" });
  expect([found.total, texts(found)]).toEqual([2, ["new", "text of b"]]);
  expect(found.messages[0]?.role).toBe("assistant");
};

export const savingAgainMovesItsTime: StorageSpec = async (storage) => {
  await saved(storage, message("a", 1), message("b", 2));
  await storage.saveMessages({ messages: [message("a", 3)] });
  expect(ids(await storage.listMessages({ threadId: "t1" }))).toEqual(["b", "a"]);
};

export const savingMessagesTouchesThread: StorageSpec = async (storage) => {
  await storage.saveThread({ thread: thread() });
  await storage.saveThread({ thread: thread({ id: "t2" }) });
  await storage.saveMessages({ messages: [message("a", 1)] });
  const touched = await storage.getThreadById({ threadId: "t1" });
  expect(touched?.updatedAt.getTime()).toBeGreaterThan(at(0).getTime());
  expect((await storage.getThreadById({ threadId: "t2" }))?.updatedAt).toEqual(at(0));
};

export const savingTouchesEveryThread: StorageSpec = async (storage) => {
  await storage.saveThread({ thread: thread() });
  await storage.saveThread({ thread: thread({ id: "t2" }) });
  await storage.saveMessages({ messages: [message("a", 1), message("b", 1, { threadId: "t2" })] });
  for (const threadId of ["t1", "t2"])
    expect((await storage.getThreadById({ threadId }))?.updatedAt.getTime()).toBeGreaterThan(at(0).getTime());
};

/** Nobody would own it. */
export const messageWithoutOwnerRejects: StorageSpec = async (storage) => {
  await storage.saveThread({ thread: thread() });
  const { threadId: _thread, ...noThread } = message("b", 2);
  const { resourceId: _resource, ...noResource } = message("c", 3);
  await expect(storage.saveMessages({ messages: [message("a", 1), noThread] })).rejects.toThrow();
  await expect(storage.saveMessages({ messages: [message("a", 1), noResource] })).rejects.toThrow();
  // All or nothing.
  expect((await storage.listMessages({ threadId: "t1" })).total).toBe(0);
};

/** A batch is one write, also when it is long. */
export const failingBatchLeavesNothing: StorageSpec = async (storage) => {
  await storage.saveThread({ thread: thread() });
  const batch = Array.from({ length: 120 }, (_, index) => message(`m${index}`, index));
  batch.push(message("last", 200, { createdAt: new Date(Number.NaN) }));
  await expect(storage.saveMessages({ messages: batch })).rejects.toThrow();
  expect((await storage.listMessages({ threadId: "t1" })).total).toBe(0);
};

export const bareTextContentIsRead: StorageSpec = async (storage) => {
  await saved(storage, { ...message("a", 1), content: "a plain text" as never });
  const { messages } = await storage.listMessages({ threadId: "t1" });
  expect(texts({ messages })).toEqual(["a plain text"]);
};

export const pagesOfMessages: StorageSpec = async (storage) => {
  await saved(storage, ...Array.from({ length: 45 }, (_, index) => message(`m${index}`, index)));
  const page = async (input: Partial<StorageListMessagesInput>) => {
    const { messages, ...rest } = await storage.listMessages({ threadId: "t1", ...input });
    return { first: messages[0]?.id, count: messages.length, ...rest };
  };
  expect(await page({})).toEqual({ first: "m0", count: 40, total: 45, page: 0, perPage: 40, hasMore: true });
  expect(await page({ page: 1 })).toMatchObject({ first: "m40", count: 5, hasMore: false });
  expect(await page({ page: 2, perPage: 10 })).toMatchObject({ first: "m20", count: 10, hasMore: true });
  expect(await page({ page: 9, perPage: 10 })).toMatchObject({ count: 0, total: 45, hasMore: false });
  expect(await page({ perPage: false })).toMatchObject({ count: 45, perPage: false, hasMore: false });
  expect(await page({ perPage: 0 })).toMatchObject({ count: 0, total: 0, hasMore: false });
  await expect(page({ page: -1 })).rejects.toThrow();
  await expect(page({ perPage: -1 })).rejects.toThrow();
};

export const blankThreadRejects: StorageSpec = async (storage) => {
  for (const threadId of ["", "  ", [], ["t1", ""]])
    await expect(storage.listMessages({ threadId })).rejects.toThrow();
};

export const severalThreadsAtOnce: StorageSpec = async (storage) => {
  await saved(
    storage,
    message("a", 1),
    message("b", 2, { threadId: "t2" }),
    message("c", 3, { threadId: "t3" }),
  );
  const found = await storage.listMessages({ threadId: ["t1", "t3", "nobody"] });
  expect([ids(found), found.total]).toEqual([["a", "c"], 2]);
};

export const resourceLimitsMessages: StorageSpec = async (storage) => {
  await saved(storage, message("a", 1), message("b", 2, { resourceId: "bob" }));
  const found = await storage.listMessages({ threadId: "t1", resourceId: "ada" });
  expect([ids(found), found.total]).toEqual([["a"], 1]);
};

export const datesLimitMessages: StorageSpec = async (storage) => {
  await saved(storage, ...[1, 2, 3, 4].map((minute) => message(`m${minute}`, minute)));
  const within = async (dateRange: NonNullable<StorageListMessagesInput["filter"]>["dateRange"]) => {
    const found = await storage.listMessages({ threadId: "t1", filter: { dateRange: dateRange ?? {} } });
    expect(found.total).toBe(found.messages.length);
    return ids(found);
  };
  expect(await within({ start: at(2), end: at(3) })).toEqual(["m2", "m3"]);
  expect(await within({ start: at(2), startExclusive: true })).toEqual(["m3", "m4"]);
  expect(await within({ end: at(3), endExclusive: true })).toEqual(["m1", "m2"]);
  expect(await within({})).toHaveLength(4);
};

export const metadataLimitsMessages: StorageSpec = async (storage) => {
  await saved(
    storage,
    message("a", 1, { metadata: { topic: "x", rank: 1, done: true, note: null } }),
    message("b", 2, { metadata: { topic: "x", rank: "1", done: 1 } }),
    message("c", 3, { metadata: { topic: "y" } }),
    message("d", 4),
  );
  const found = async (metadata: Record<string, string | number | boolean | null>) =>
    ids(await storage.listMessages({ threadId: "t1", filter: { metadata } }));
  expect(await found({ topic: "x" })).toEqual(["a", "b"]);
  expect(await found({ rank: 1 })).toEqual(["a"]);
  expect(await found({ rank: "1" })).toEqual(["b"]);
  expect(await found({ done: true, topic: "x" })).toEqual(["a"]);
  expect(await found({ note: null })).toEqual(["a"]);
  expect(await found({})).toHaveLength(4);
  for (const key of ["a.b", "x'y", "__proto__"])
    await expect(found(Object.fromEntries([[key, "x"]]))).rejects.toThrow();
};

export const includesNeighbours: StorageSpec = async (storage) => {
  await saved(storage, ...[1, 2, 3, 4, 5].map((minute) => message(`m${minute}`, minute)));
  const found = await storage.listMessages({
    threadId: "t1",
    perPage: 0,
    include: [
      { id: "m3", withPreviousMessages: 1, withNextMessages: 1 },
      { id: "m5", withNextMessages: 9 },
      { id: "gone" },
    ],
  });
  expect([ids(found), found.total, found.hasMore]).toEqual([["m2", "m3", "m4", "m5"], 0, false]);
};

export const includesAddToThePageOnce: StorageSpec = async (storage) => {
  await saved(storage, ...[1, 2, 3, 4, 5].map((minute) => message(`m${minute}`, minute)));
  const orderBy = { field: "createdAt", direction: "DESC" } as const;
  const include = [{ id: "m1", withNextMessages: 1 }, { id: "m5" }];
  const found = await storage.listMessages({ threadId: "t1", perPage: 2, orderBy, include });
  expect([ids(found), found.total, found.hasMore]).toEqual([["m5", "m4", "m2", "m1"], 5, true]);
};

export const includesReachOtherThreads: StorageSpec = async (storage) => {
  await saved(
    storage,
    message("a", 1),
    ...[2, 3, 4].map((minute) => message(`o${minute}`, minute, { threadId: "t2" })),
  );
  const include = [{ id: "o3", threadId: "wrong hint", withPreviousMessages: 5 }];
  const found = await storage.listMessages({ threadId: "t1", include });
  expect(ids(found)).toEqual(["a", "o2", "o3"]);
};

export const includesNeverCrossResources: StorageSpec = async (storage) => {
  await saved(
    storage,
    message("a1", 1),
    message("b2", 2, { resourceId: "bob" }),
    message("a3", 3),
    message("b4", 4, { resourceId: "bob", threadId: "t2" }),
  );
  const include = [
    { id: "a3", withPreviousMessages: 3, withNextMessages: 3 },
    { id: "b4", withPreviousMessages: 3 },
    { id: "b2" },
  ];
  const scope = { threadId: "t1", perPage: 0 } as const;
  expect(ids(await storage.listMessages({ ...scope, include, resourceId: "ada" }))).toEqual(["a1", "a3"]);
  expect(ids(await storage.listMessages({ ...scope, include }))).toEqual(["a1", "b2", "a3", "b4"]);
};

export const messagesById: StorageSpec = async (storage) => {
  await saved(storage, message("b", 2), message("a", 1), message("c", 3, { threadId: "t2" }));
  const find = async (...messageIds: string[]) => ids(await storage.listMessagesById({ messageIds }));
  expect(await find("c", "a", "gone", "a")).toEqual(["a", "c"]);
  expect(await find()).toEqual([]);
};

export const messagesOfResource: StorageSpec = async (storage) => {
  await saved(
    storage,
    message("a", 1),
    message("b", 2, { threadId: "t2", metadata: { topic: "x" } }),
    message("c", 3, { threadId: "t3", resourceId: "bob" }),
    message("d", 4, { threadId: "t2" }),
  );
  const list = (rest: object = {}) => storage.listMessagesByResourceId({ resourceId: "ada", ...rest });
  const all = await list();
  expect([ids(all), all.total, all.hasMore]).toEqual([["a", "b", "d"], 3, false]);
  const page = await list({ perPage: 1, page: 1 });
  expect([ids(page), page.total, page.hasMore]).toEqual([["b"], 3, true]);
  expect(ids(await list({ filter: { dateRange: { start: at(2) } } }))).toEqual(["b", "d"]);
  expect(ids(await list({ filter: { metadata: { topic: "x" } } }))).toEqual(["b"]);
  expect(
    ids(await list({ perPage: 0, include: [{ id: "c" }, { id: "d", withPreviousMessages: 1 }] })),
  ).toEqual(["b", "d"]);
};

export const updatesMergeContent: StorageSpec = async (storage) => {
  await saved(storage, message("a", 1, { metadata: { kept: 1, changed: 1 } }), message("b", 2));
  // The type asks for a whole content; Mastra sends parts of one, and stores merge them.
  const part = (content: object) => content as MastraDBMessage["content"];
  const [updated, ...rest] = await storage.updateMessages({
    messages: [
      { id: "a", role: "assistant", content: part({ content: "new", metadata: { changed: 2 } }) },
      { id: "gone", content: part({ content: "x" }) },
    ],
  });
  expect(rest).toEqual([]);
  expect(updated).toMatchObject({ id: "a", role: "assistant" });
  const { messages } = await storage.listMessages({ threadId: "t1" });
  expect(messages[0]?.content).toMatchObject({
    content: "new",
    parts: [{ type: "text", text: "text of a" }],
    metadata: { kept: 1, changed: 2 },
  });
  expect(messages[1]).toMatchObject(message("b", 2));
  expect(await storage.updateMessages({ messages: [] })).toEqual([]);
};

export const updatesMoveToAnotherThread: StorageSpec = async (storage) => {
  await saved(storage, message("a", 1), message("b", 2, { threadId: "t2" }));
  const before = (await storage.getThreadById({ threadId: "t2" }))?.updatedAt.getTime() ?? 0;
  await storage.updateMessages({ messages: [{ id: "a", threadId: "t2" }] });
  expect(ids(await storage.listMessages({ threadId: "t2" }))).toEqual(["a", "b"]);
  expect((await storage.listMessages({ threadId: "t1" })).total).toBe(0);
  expect((await storage.getThreadById({ threadId: "t2" }))?.updatedAt.getTime()).toBeGreaterThanOrEqual(
    before,
  );
};

export const deletesMessages: StorageSpec = async (storage) => {
  await saved(storage, ...[1, 2, 3].map((minute) => message(`m${minute}`, minute)));
  await storage.deleteMessages(["m1", "m3", "gone", "m1"]);
  await storage.deleteMessages([]);
  expect(ids(await storage.listMessages({ threadId: "t1" }))).toEqual(["m2"]);
  expect(await storage.getThreadById({ threadId: "t1" })).not.toBeNull();
};

export const deletesManyMessages: StorageSpec = async (storage) => {
  const many = Array.from({ length: 1_100 }, (_, index) => message(`m${index}`, index));
  await saved(storage, ...many);
  await storage.deleteMessages(many.slice(1).map(({ id }) => id));
  expect(ids(await storage.listMessages({ threadId: "t1", perPage: false }))).toEqual(["m0"]);
};

export const concurrentSavesAllCount: StorageSpec = async (storage) => {
  await storage.saveThread({ thread: thread() });
  await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      storage.saveMessages({ messages: [message(`m${index}`, index)] }),
    ),
  );
  expect((await storage.listMessages({ threadId: "t1" })).total).toBe(50);
};

export const hostileMessages: StorageSpec = async (storage) => {
  const messages = hostile.map((name, minute) =>
    message(`m ${name}`, minute, { text: name, metadata: { name } }),
  );
  await saved(storage, ...messages);
  const found = await storage.listMessages({ threadId: "t1" });
  expect(texts(found)).toEqual(hostile);
  for (const name of hostile) {
    expect(ids(await storage.listMessages({ threadId: "t1", filter: { metadata: { name } } }))).toEqual([
      `m ${name}`,
    ]);
    const include = [{ id: `m ${name}` }];
    expect(ids(await storage.listMessages({ threadId: "t1", perPage: 0, include }))).toEqual([`m ${name}`]);
  }
  await storage.deleteMessages(ids(found));
  expect((await storage.listMessages({ threadId: "t1" })).total).toBe(0);
};

export const absentIdsFindNothing: StorageSpec = async (storage) => {
  await saved(storage, message("a", 1));
  const none = undefined as unknown as string;
  expect(await storage.getThreadById({ threadId: none })).toBeNull();
  expect(await storage.getResourceById({ resourceId: none })).toBeNull();
  expect(ids(await storage.listMessagesById({ messageIds: [none, "a"] }))).toEqual(["a"]);
  expect(
    ids(await storage.listMessages({ threadId: "t1", perPage: 0, include: [{ id: none }, { id: "a" }] })),
  ).toEqual(["a"]);
};
