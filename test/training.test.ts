import { defaultEmbedder, type Embedder } from "@souvenir/core";
import type { StaticEmbedder } from "@souvenir/static";
import { expect, test } from "vitest";
import type { EvaluationSet } from "./evaluation/data.ts";
import { everydaySet } from "./training/everyday.ts";
import { madeSets } from "./training/made.ts";
import { reworded } from "./training/reworded.ts";
import { smallSet } from "./training/small.ts";
import { singleWords } from "./training/words.ts";

const sets: [string, () => EvaluationSet][] = [
  ["everyday", everydaySet],
  ...["identifiers", "dates", "orders"].map((name): [string, () => EvaluationSet] => [
    name,
    () => madeSets().find(({ set }) => set.name === name)?.set as EvaluationSet,
  ]),
  ["pieces", () => smallSet(everydaySet(), { unanswered: 2 })],
  ["single words", () => singleWords(everydaySet())],
];

test.each(sets)("the set %s is the same at every run", (_, make) => {
  expect(make()).toEqual(make());
});

test.each(sets)("in the set %s answers are in their group, and what is unanswered has none", (_, make) => {
  const { groups } = make();
  expect(groups.flatMap(({ queries }) => queries).length).toBeGreaterThan(20);
  for (const { documents, queries, unanswerable } of groups) {
    const ids = new Set(documents.map(({ id }) => id));
    for (const { text, relevant } of queries) {
      expect(text).not.toBe("");
      expect([...relevant].filter((id) => !ids.has(id))).toEqual([]);
    }
    const asked = new Set(queries.map(({ text }) => text));
    expect(unanswerable.filter(({ text, relevant }) => relevant.size > 0 || asked.has(text))).toEqual([]);
  }
});

test("a question in other words asks for the same, with words that its group does not have", async () => {
  const embedder: Embedder & Partial<StaticEmbedder> = defaultEmbedder();
  await embedder.load?.();
  const set = everydaySet();
  const other = reworded(set, embedder.model as NonNullable<typeof embedder.model>);
  const before = new Map(
    set.groups.flatMap(({ name, queries }) => queries.map((query) => [`${name}/${query.id}`, query])),
  );
  let changed = 0;
  for (const { name, documents, queries } of other.groups) {
    const said = documents.map(({ text }) => text.toLowerCase()).join(" ");
    for (const { id, text, relevant } of queries) {
      const query = before.get(`${name}/${id}`);
      expect(relevant).toEqual(query?.relevant);
      const known = new Set(query?.text.toLowerCase().match(/\p{L}+/gu));
      const words = (text.toLowerCase().match(/\p{L}+/gu) ?? []).filter((word) => !known.has(word));
      expect(words.filter((word) => said.split(/[^\p{L}]+/u).includes(word))).toEqual([]);
      changed += words.length;
    }
  }
  expect(changed).toBeGreaterThan(10);
});
