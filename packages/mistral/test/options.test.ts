import type { Mistral } from "@mistralai/mistralai";
import { createMemory } from "@souvenir/core";
import { expect, test } from "vitest";
import { mistralEmbedder, mistralExtractor, withMemory } from "../src/index.ts";

const client = {
  chat: { complete: async () => ({ choices: [] }) },
} as unknown as Mistral;

test("an option that is not there is refused with the one that was meant", async () => {
  const memory = await createMemory({ path: ":memory:", embedder: false });
  for (const [attempt, message] of [
    [() => mistralEmbedder({ batchSize: 5 } as never), /no option "batchSize"; did you mean "maxBatch"\?/],
    [() => mistralEmbedder({ baseURL: "x" } as never), /did you mean "serverURL"\?/],
    [() => mistralExtractor({ modelName: "m" } as never), /did you mean "model"\?/],
    [() => withMemory(client, { memory, user: "ada" } as never), /did you mean "namespace"\?/],
  ] as const)
    expect(attempt).toThrow(
      expect.objectContaining({ code: "INVALID_INPUT", message: expect.stringMatching(message) }),
    );
  await memory.close();
});

test("a call whose scope is misspelt is made without memory, and onError is told", async () => {
  const memory = await createMemory({ path: ":memory:", embedder: false });
  const errors: unknown[] = [];
  const remembering = withMemory(client, {
    memory,
    namespace: "all",
    onError: (error) => errors.push(error),
  });
  const request = { model: "m", messages: [{ role: "user" as const, content: "Who am I?" }] };
  await remembering.chat.complete(request, { souvenir: { namespce: "bob" } as never });
  expect(errors).toEqual([
    expect.objectContaining({ message: expect.stringContaining('mean "namespace"?') }),
  ]);
  expect((await memory.stats()).records).toBe(0);
  await memory.close();
});
