import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createMemory, type Memory, type MemoryOptions } from "../src/index.ts";
import { type Kind, people, today } from "./hand-written-cases.ts";

const day = 86_400_000;
const now = Date.parse(`${today}T15:30:00Z`);
const configurations: [string, MemoryOptions][] = [
  ["the defaults", {}],
  ["no embedder", { embedder: false }],
];

test("there are four hundred cases in twelve languages, and every kind in several", () => {
  const cases = people.flatMap(({ language, cases: own }) => own.map(([kind]) => ({ language, kind })));
  expect(cases.length).toBeGreaterThanOrEqual(400);
  expect(new Set(cases.map(({ language }) => language)).size).toBeGreaterThanOrEqual(12);
  const kinds = Map.groupBy(cases, ({ kind }) => kind);
  const asked: Kind[] = [
    "identifier",
    "name",
    "typo",
    "compound",
    "date",
    "negation",
    "form",
    "unknown",
    "nothing",
    "script",
  ];
  for (const kind of asked)
    expect(new Set(kinds.get(kind)?.map(({ language }) => language)).size, kind).toBeGreaterThanOrEqual(4);
});

describe.each(configurations)("with %s", (_, options) => {
  describe.each(people)("$language", ({ language, memories, cases }) => {
    let memory: Memory;
    beforeAll(async () => {
      memory = await createMemory({ path: ":memory:", ...options, clock: () => now });
      await memory.setMany(
        Object.entries(memories).map(([key, said]) => {
          const [value, on] =
            typeof said === "string" ? [said, now - day / 2] : [said[0], Date.parse(said[1])];
          return { namespace: language, key, value, createdAt: on };
        }),
      );
      await memory.flush();
    });
    afterAll(() => memory.close());

    // What is a little near by meaning is found, and not yet told from what is near by chance.
    const sure = cases.filter(([kind]) => kind !== "nothing" || options.embedder === false);
    test.each(sure)("%s: %s", async (_kind, query, key?: string) => {
      const { results } = await memory.search({ namespace: language, query });
      if (key === undefined) expect(results.map(({ value }) => value)).toEqual([]);
      else expect(results[0]?.key ?? "nothing", results[0]?.value).toBe(key);
    });
  });
});
