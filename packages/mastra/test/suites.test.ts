// The suites themselves: a store that does nothing keeps none of the promises.
import type { MemoryStorage } from "@mastra/core/storage";
import { expect, test } from "vitest";
import type { StorageSpec } from "./storage-specs/spec.ts";
import { storageSpecs } from "./storage-suite.ts";
import type { AnyVector, VectorSpec } from "./vector-specs/spec.ts";
import { vectorSpecs } from "./vector-suite.ts";

/** Each call is answered, with nothing. */
function idle<T extends object>(): T {
  const answer = async () => undefined;
  return new Proxy({}, { get: (_, name) => (name === "then" ? undefined : answer) }) as T;
}

test.each(Object.entries(storageSpecs) as [string, StorageSpec][])("storage: %s", async (_, spec) => {
  await expect(spec(idle<MemoryStorage>())).rejects.toThrow();
});

test.each(Object.entries(vectorSpecs) as [string, VectorSpec][])("vector: %s", async (_, spec) => {
  await expect(spec(idle<AnyVector>())).rejects.toThrow();
});
