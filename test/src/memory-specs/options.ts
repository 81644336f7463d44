import type { Memory } from "@souvenir/core";
import { expect } from "vitest";
import type { MemorySpec } from "./spec.ts";

const scope = { namespace: "ada" };
const message = { role: "user", content: "New words." };

/** Each call with one more option than it has. */
const calls: Record<string, (memory: Memory, more: object) => Promise<unknown>> = {
  set: (memory, more) => memory.set({ ...scope, value: "New.", ...more }),
  setMany: (memory, more) => memory.setMany([{ ...scope, value: "New." }], more),
  "set many": (memory, more) => memory.setMany([{ ...scope, value: "New.", ...more }]),
  get: (memory, more) => memory.get({ ...scope, key: "known", ...more }),
  touch: (memory, more) => memory.touch({ ...scope, key: "known", expiresAt: 4e12, ...more }),
  pin: (memory, more) => memory.pin({ ...scope, key: "known", ...more }),
  unpin: (memory, more) => memory.unpin({ ...scope, key: "known", ...more }),
  profile: (memory, more) => memory.profile({ ...scope, ...more }),
  list: (memory, more) => memory.list({ ...scope, ...more }),
  facts: (memory, more) => memory.facts({ ...scope, ...more }),
  consolidate: (memory, more) => memory.consolidate({ ...scope, ...more }),
  dream: (memory, more) => memory.dream({ ...scope, ...more }),
  runs: (memory, more) => memory.runs({ ...scope, ...more }),
  approve: (memory, more) => memory.approve({ ...scope, key: "known", ...more }),
  decline: (memory, more) => memory.decline({ ...scope, key: "known", ...more }),
  delete: (memory, more) => memory.delete({ ...scope, key: "known", ...more }),
  clear: (memory, more) => memory.clear({ ...scope, ...more }),
  history: (memory, more) => memory.history({ ...scope, key: "known", ...more }),
  search: (memory, more) => memory.search({ ...scope, query: "known", ...more }),
  entities: (memory, more) => memory.entities({ ...scope, ...more }),
  remember: (memory, more) => memory.remember({ ...scope, thread: "t", messages: [message], ...more }),
  message: (memory, more) => memory.remember({ ...scope, thread: "t", messages: [{ ...message, ...more }] }),
  recall: (memory, more) => memory.recall({ ...scope, query: "known", ...more }),
  exclude: (memory, more) => memory.recall({ ...scope, query: "known", exclude: { ...more } }),
  stats: (memory, more) => memory.stats({ ...more }),
  flush: (memory, more) => memory.flush({ ...more }),
  export: (memory, more) => Array.fromAsync(memory.export({ ...more })),
  import: (memory, more) => memory.import([{ ...scope, value: "New.", ...more }]),
  "options of import": (memory, more) => memory.import([{ ...scope, value: "New." }], more),
};

export const refusesUnknownOptions: MemorySpec = async (memory) => {
  await memory.set({ ...scope, key: "known", value: "What is known." });
  const before = await Array.fromAsync(memory.export());
  for (const [name, call] of Object.entries(calls))
    await expect(call(memory, { colour: "red" }), name).rejects.toMatchObject({
      code: "INVALID_INPUT",
      message: expect.stringContaining('there is no option "colour"'),
    });
  for (const [name, given, meant] of [
    ["set", "ttl", "expiresAt"],
    ["search", "filter", "where"],
    ["search", "topK", "limit"],
    ["list", "tag", "tags"],
    ["delete", "filter", "where"],
    ["remember", "sessionId", "thread"],
    ["message", "timestamp", "createdAt"],
    ["recall", "maxTokens", "tokenBudget"],
  ] as const)
    await expect(calls[name]?.(memory, { [given]: 5 }), name).rejects.toMatchObject({
      message: expect.stringContaining(`there is no option "${given}"; did you mean "${meant}"?`),
    });
  expect(await Array.fromAsync(memory.export())).toEqual(before);
  for (const name of ["get", "list", "search", "recall"]) await calls[name]?.(memory, { colour: undefined });
};
