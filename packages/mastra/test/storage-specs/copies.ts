import { expect } from "vitest";
import { at, ids, message, type StorageSpec, saved, texts, thread } from "./spec.ts";

export const copiesThreadWithMessages: StorageSpec = async (storage) => {
  await storage.saveThread({ thread: thread({ metadata: { own: 1 } }) });
  await saved(storage, message("a", 1), message("b", 2));
  const { thread: copy, messageIdMap } = await storage.copyThread({
    sourceThreadId: "t1",
    metadata: { branch: 2 },
  });
  expect(copy).toMatchObject({ resourceId: "ada", title: "Clone of Plans", metadata: { branch: 2 } });
  expect(copy.metadata).toMatchObject({ clone: { sourceThreadId: "t1", lastMessageId: "b" } });
  const found = await storage.listMessages({ threadId: copy.id });
  expect(texts(found)).toEqual(["text of a", "text of b"]);
  expect(ids(found)).toEqual([messageIdMap?.a, messageIdMap?.b]);
  expect(found.messages.map(({ createdAt }) => createdAt)).toEqual([at(1), at(2)]);
  expect(ids(await storage.listMessages({ threadId: "t1" }))).toEqual(["a", "b"]);
};

export const clonesToAnotherOwner: StorageSpec = async (storage) => {
  await saved(storage, message("a", 1));
  const { thread: copy, clonedMessages } = await storage.cloneThread({
    sourceThreadId: "t1",
    newThreadId: "t9",
    resourceId: "bob",
    title: "Mine",
  });
  expect(copy).toMatchObject({ id: "t9", resourceId: "bob", title: "Mine" });
  expect(clonedMessages.map(({ threadId, resourceId }) => [threadId, resourceId])).toEqual([["t9", "bob"]]);
  expect(await storage.getThreadById({ threadId: "t9" })).toMatchObject({ resourceId: "bob" });
};

export const copiesPartOfThread: StorageSpec = async (storage) => {
  await saved(storage, ...[1, 2, 3, 4].map((minute) => message(`m${minute}`, minute)));
  const copied = async (options: NonNullable<Parameters<typeof storage.copyThread>[0]["options"]>) => {
    const { thread: copy } = await storage.copyThread({ sourceThreadId: "t1", options });
    return texts(await storage.listMessages({ threadId: copy.id }));
  };
  expect(await copied({ messageLimit: 2 })).toEqual(["text of m3", "text of m4"]);
  expect(await copied({ messageFilter: { startDate: at(2), endDate: at(3) } })).toEqual([
    "text of m2",
    "text of m3",
  ]);
  expect(await copied({ messageFilter: { messageIds: ["m4", "m1"] } })).toEqual(["text of m1", "text of m4"]);
};

export const impossibleCopiesReject: StorageSpec = async (storage) => {
  await saved(storage, message("a", 1), message("b", 1, { threadId: "t2" }));
  await expect(storage.copyThread({ sourceThreadId: "nobody" })).rejects.toThrow(/not found/);
  await expect(storage.copyThread({ sourceThreadId: "t1", newThreadId: "t2" })).rejects.toThrow(/exists/);
  expect((await storage.listThreads({})).total).toBe(2);
  expect(ids(await storage.listMessages({ threadId: "t2" }))).toEqual(["b"]);
};
