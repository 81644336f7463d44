import { expect } from "vitest";
import { at, hostile, type StorageSpec } from "./spec.ts";

export const readsResourceAsSaved: StorageSpec = async (storage) => {
  const resource = {
    id: "ada",
    workingMemory: "# Ada\n- likes Lyon",
    metadata: { plan: { level: 2 } },
    createdAt: at(0),
    updatedAt: at(1),
  };
  expect(await storage.saveResource({ resource })).toEqual(resource);
  expect(await storage.getResourceById({ resourceId: "ada" })).toEqual(resource);
  expect(await storage.getResourceById({ resourceId: "bob" })).toBeNull();
};

export const updateMakesResource: StorageSpec = async (storage) => {
  await storage.updateResource({ resourceId: "ada", workingMemory: "first" });
  expect(await storage.getResourceById({ resourceId: "ada" })).toMatchObject({
    id: "ada",
    workingMemory: "first",
  });
};

export const updateMergesResource: StorageSpec = async (storage) => {
  await storage.updateResource({ resourceId: "ada", workingMemory: "first", metadata: { a: 1 } });
  await storage.updateResource({ resourceId: "ada", metadata: { b: 2 } });
  const before = await storage.getResourceById({ resourceId: "ada" });
  const updated = await storage.updateResource({ resourceId: "ada", workingMemory: "second" });
  expect(updated.createdAt).toEqual(before?.createdAt);
  expect(updated.updatedAt.getTime()).toBeGreaterThanOrEqual(before?.updatedAt.getTime() ?? 0);
  const expected = { workingMemory: "second", metadata: { a: 1, b: 2 } };
  expect(updated).toMatchObject(expected);
  expect(await storage.getResourceById({ resourceId: "ada" })).toMatchObject(expected);
};

/** A working memory that is JSON stays a text. */
export const workingMemoryIsText: StorageSpec = async (storage) => {
  for (const workingMemory of ['{"name":"Ada"}', "null", "42", "", ...hostile]) {
    await storage.updateResource({ resourceId: "ada", workingMemory });
    expect((await storage.getResourceById({ resourceId: "ada" }))?.workingMemory).toBe(workingMemory);
  }
};
