import { createMemory, type Memory, type MemoryOptions } from "@souvenir/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readSaid, type SaidGroup, textsOf } from "./said-again/groups.ts";

const groups = readSaid();
const configurations: [string, MemoryOptions][] = [
  ["the defaults", {}],
  ["no embedder", { embedder: false }],
];
const day = 86_400_000;
const namespaceOf = (group: SaidGroup) => `group-${groups.indexOf(group)}`;

test("there are facts said five times and facts that look alike, in eight languages, in both halves", () => {
  expect(new Set(groups.map(({ language }) => language)).size).toBe(8);
  for (const half of ["fitted", "held out"]) {
    const own = groups.filter((group) => group.half === half);
    expect(own.filter(({ kind }) => kind === "same")).toHaveLength(24);
    expect(own.filter(({ kind }) => kind !== "same")).toHaveLength(64);
  }
  for (const { kind, facts } of groups)
    if (kind === "same") expect(facts.map(({ length }) => length)).toEqual([5]);
});

describe.each(configurations)("with %s", (_, options) => {
  let memory: Memory;
  beforeAll(async () => {
    memory = await createMemory({ path: ":memory:", ranking: { minScore: 0 }, ...options });
    await memory.setMany(
      groups.flatMap((group) =>
        textsOf(group).map(({ text }, place) => ({
          ...{ namespace: namespaceOf(group), key: text, value: text },
          createdAt: Date.parse("2026-03-01") + place * day,
        })),
      ),
    );
  });
  afterAll(() => memory.close());

  /** What is recalled when all texts are asked for. */
  async function recalled(group: SaidGroup) {
    const texts = textsOf(group).map(({ text }) => text);
    const query = [group.ask, ...texts].join(" ");
    const { memories } = await memory.recall({ namespace: namespaceOf(group), query });
    return memories;
  }

  test.each(["fitted", "held out"])("what is said five times takes two places: %s", async (half) => {
    const many: string[] = [];
    const said = groups.filter((group) => group.kind === "same" && group.half === half);
    for (const group of said) {
      const memories = await recalled(group);
      const standing = new Set(memories.flatMap(({ key, duplicates = [] }) => [key, ...duplicates]));
      expect([...standing].toSorted()).toEqual(group.facts[0]?.toSorted());
      if (memories.length > 2) many.push(group.facts[0]?.[0] as string);
    }
    // Of a fact of which only names are said in the same words nobody can tell that it is one.
    expect(many.length, many.join("\n")).toBeLessThanOrEqual(6);
  });

  test("what is said five times stands for nothing that is said beside it", async () => {
    const mixed: string[] = [];
    for (const group of groups.filter(({ kind }) => kind === "beside")) {
      const factOf = new Map(textsOf(group).map(({ text, fact }) => [text, fact]));
      const memories = await recalled(group);
      const standsForOther = memories.some(({ key, duplicates = [] }) =>
        duplicates.some((text) => factOf.get(text) !== factOf.get(key)),
      );
      if (standsForOther) mixed.push(group.facts[0]?.[0] as string);
    }
    // "I buy my bread in the bakery" beside "I work in a bakery": words alone do not tell them, twice in sixteen.
    expect(mixed.length, mixed.join("\n")).toBeLessThanOrEqual(2);
  });

  test.each(
    [...new Set(groups.map(({ kind }) => kind))].filter((kind) => kind !== "same" && kind !== "beside"),
  )("what differs in its %s stays", async (kind) => {
    for (const group of groups.filter((each) => each.kind === kind)) {
      const factOf = new Map(textsOf(group).map(({ text, fact }) => [text, fact]));
      const memories = await recalled(group);
      // What says less than all others is said by each of them.
      for (const { key, duplicates = [] } of memories)
        for (const text of duplicates)
          if (!(kind === "detail" && text === group.facts[0]?.[0]))
            expect(factOf.get(text), `${text} = ${key}`).toBe(factOf.get(key));
    }
  });
});
