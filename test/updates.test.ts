import { fileURLToPath } from "node:url";
import { createMemory, type Memory, type MemoryOptions } from "@souvenir/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readSet } from "./evaluation/data.ts";

// Which of two comes first is measured by the evaluation; what is marked, and what stays, is certain.
const { groups, written } = readSet(fileURLToPath(new URL("./evaluation/sets/updates", import.meta.url)));
const configurations: [string, MemoryOptions][] = [
  ["the defaults", {}],
  ["no embedder", { embedder: false }],
];

test("there are forty updates and forty pairs of which both stay, in eight languages", () => {
  const questions = groups.flatMap(({ queries }) => queries);
  const count = (type: string) => questions.filter((query) => query.type === type).length;
  expect(groups).toHaveLength(8);
  expect(count("update")).toBe(40);
  expect(count("both stay, asked for the older")).toBe(40);
  // Each is about the older of its pair, so that putting the newest first fails.
  for (const { queries, documents } of groups)
    for (const { type, relevant } of queries) {
      const [id = ""] = relevant;
      const [document, other] = [id, id.replace(/older$/, "newer").replace(/after$/, "before")].map(
        (name) => documents.find((each) => each.id === name)?.createdAt as number,
      ) as [number, number];
      if (type === "update") expect(document, id).toBeGreaterThan(other);
      if (type === "both stay, asked for the older") expect(document, id).toBeLessThan(other);
    }
});

describe.each(configurations)("with %s", (_, options) => {
  let memory: Memory;
  beforeAll(async () => {
    memory = await createMemory({ path: ":memory:", clock: () => Date.parse(written!.askedAt), ...options });
    await memory.setMany(
      groups.flatMap(({ documents }) =>
        documents.map(({ group, id, text, createdAt, supersedes }) => ({
          ...{ namespace: group, key: id, value: text, createdAt: createdAt! },
          ...(supersedes === undefined ? {} : { supersedes: [supersedes] }),
        })),
      ),
    );
  });
  afterAll(() => memory.close());

  test.each(groups.map(({ name }) => name))(
    "what is superseded is marked, and nothing else: %s",
    async (name) => {
      const { queries, documents } = groups.find((group) => group.name === name)!;
      const marks = new Map(
        documents.flatMap(({ id, supersedes }) => (supersedes ? [[supersedes, id]] : [])),
      );
      const seen = new Set<string>();
      for (const { text } of [...queries, ...documents]) {
        const { results } = await memory.search({ namespace: name, query: text, minScore: 0, limit: 20 });
        for (const { key, supersededBy } of results) {
          expect(supersededBy, key).toBe(marks.get(key));
          seen.add(key);
        }
      }
      for (const key of marks.keys()) expect(seen).toContain(key);
    },
  );

  test.each(groups.map(({ name }) => name))("what was true in June is asked for: %s", async (name) => {
    const { documents } = groups.find((group) => group.name === name)!;
    const asOf = Date.parse("2026-06-01");
    const { records } = await memory.list({ namespace: name, asOf, limit: 100 });
    const then = documents.filter(({ createdAt }) => createdAt! <= asOf).map(({ id }) => id);
    expect(records.map(({ key }) => key).toSorted()).toEqual(then.toSorted());
  });
});
