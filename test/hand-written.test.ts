import { fileURLToPath } from "node:url";
import { createMemory, type Memory, type MemoryOptions } from "@souvenir/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readSet } from "./evaluation/data.ts";

const { groups, written } = readSet(
  fileURLToPath(new URL("./evaluation/sets/hand-written", import.meta.url)),
);
const kept = new Set(written!.tests);
const cases = groups.flatMap(({ queries, unanswerable }) =>
  [...queries, ...unanswerable]
    .filter(({ id }) => kept.has(id))
    .map(({ type, text, group, relevant }) => ({ type, text, group, relevant: [...relevant] })),
);
const configurations: [string, MemoryOptions][] = [
  ["the defaults", {}],
  ["no embedder", { embedder: false }],
];

test("every case that is kept is in the set", () => {
  expect(cases).toHaveLength(kept.size);
});

describe.each(configurations)("with %s", (_, options) => {
  let memory: Memory;
  beforeAll(async () => {
    memory = await createMemory({
      path: ":memory:",
      ...options,
      clock: () => Date.parse(written!.askedAt),
    });
    await memory.setMany(
      groups.flatMap(({ documents }) =>
        documents.map(({ group, id, text, createdAt }) => ({
          namespace: group,
          key: id,
          value: text,
          createdAt: createdAt!,
        })),
      ),
    );
    await memory.flush();
  });
  afterAll(() => memory.close());

  test.each(cases)("$group, $type: $text", async ({ group, text, relevant }) => {
    const { results } = await memory.search({ namespace: group, query: text });
    if (relevant.length === 0) expect(results.map(({ value }) => value)).toEqual([]);
    else expect(relevant, results[0]?.value ?? "nothing was found").toContain(results[0]?.key);
  });
});
