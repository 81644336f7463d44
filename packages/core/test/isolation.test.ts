import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Memory, MemoryRecord } from "../src/index.ts";
import { hostileNames as names } from "./hostile-names.ts";
import { keysOf, openMemory, stores } from "./open-memory.ts";

const seed = 20261125;

/** A word of 14 letters for each namespace, unlike all the others. */
const mark = (index: number): string => words[index] as string;
const words = fc.sample(
  fc.string({ unit: fc.constantFrom(..."bcdfghjklmnpqrtvwxz"), minLength: 14, maxLength: 14 }),
  {
    seed,
    numRuns: 200,
  },
);
const marks = names.map((_, index) => mark(index));

/** The same keys, tags and words everywhere, and one word, tag and entity that only this namespace has. */
async function fill(memory: Memory): Promise<void> {
  await memory.setMany(
    names.flatMap((namespace, index) =>
      ["shared", "second"].map((key) => ({
        namespace,
        key,
        value: `the common secret of somebody is ${mark(index)}`,
        tags: ["common", mark(index)],
        metadata: { common: true, owner: mark(index) },
        entities: [
          { name: "Common Company", type: "organization" },
          { name: mark(index), type: "code" },
        ],
        thread: "common",
        role: "user",
      })),
    ),
  );
}

test("there are 200 names", () => {
  expect(names).toHaveLength(200);
  expect(new Set(names).size).toBe(200);
  expect(new Set(marks).size).toBe(200);
});

describe.each(stores)("200 namespaces with hostile names in %s", (store) => {
  test("each call of each namespace answers with its own memories only", async () => {
    const memory = await openMemory(store, { extractor: false });
    await fill(memory);
    expect(await memory.namespaces()).toEqual([...names].sort());
    for (const [index, namespace] of names.entries()) {
      const own = mark(index);
      const only = (records: readonly MemoryRecord[], count = 2) => {
        expect(records, namespace).toHaveLength(count);
        for (const record of records) {
          expect(record.namespace).toBe(namespace);
          expect(record.value.endsWith(` ${own}`), `${JSON.stringify(namespace)} has ${record.value}`).toBe(
            true,
          );
        }
      };
      only([(await memory.get({ namespace, key: "shared" })) as MemoryRecord], 1);
      only((await memory.list({ namespace })).records);
      only(
        (await memory.list({ namespace, tags: ["common"], where: { common: true }, thread: "common" }))
          .records,
      );
      const found = await memory.search({
        namespace,
        query: "the common secret",
        facets: true,
        minScore: 0,
        limit: 1000,
      });
      only(found.results);
      expect(found.facets?.tags.map(({ tag }) => tag).sort()).toEqual(["common", own].sort());
      expect(found.facets?.entities.map(({ name }) => name).sort()).toEqual(["Common Company", own].sort());
      const other = mark((index + 1) % names.length);
      expect(keysOf((await memory.search({ namespace, query: other, minScore: 0 })).results)).toEqual([]);
      expect(
        (await memory.search({ namespace, query: "common secret", tags: [other], minScore: 0 })).results,
      ).toEqual([]);
      expect(
        (await memory.search({ namespace, query: "common secret", entities: [other], minScore: 0 })).results,
      ).toEqual([]);
      expect((await memory.list({ namespace, where: { owner: other } })).records).toEqual([]);
      expect((await memory.entities({ namespace })).map(({ name, count }) => [name, count]).sort()).toEqual(
        [
          ["Common Company", 2],
          [own, 2],
        ].sort(),
      );
      const recalled = await memory.recall({ namespace, query: `the common secret ${own}`, limit: 100 });
      expect(marks.filter((each) => recalled.text.includes(each))).toEqual([own]);
      const exported: MemoryRecord[] = [];
      for await (const record of memory.export({ namespace })) exported.push(record);
      only(exported);
      expect(await memory.stats({ namespace })).toMatchObject({ namespaces: 1, records: 2 });
    }
  });

  test("a write, an erasure or a conversation in one changes no other", async () => {
    const memory = await openMemory(store, { extractor: false });
    await fill(memory);
    const nothing = (): string[] => [];
    const texts = (records: readonly MemoryRecord[]): string[] => records.map(({ value }) => value);
    const but = (key: string, records: readonly MemoryRecord[]) =>
      records.filter((record) => record.key !== key);
    const changes: [change: (namespace: string) => Promise<unknown>, left: typeof texts][] = [
      [
        (namespace) => memory.set({ namespace, key: "shared", value: "changed" }),
        (before) => [...texts(but("shared", before)), "changed"],
      ],
      [(namespace) => memory.delete({ namespace, key: "shared" }), (before) => texts(but("shared", before))],
      [(namespace) => memory.delete({ namespace, keys: ["shared", "second"] }), nothing],
      [(namespace) => memory.delete({ namespace, where: { common: true } }), nothing],
      [(namespace) => memory.delete({ namespace, thread: "common" }), nothing],
      [(namespace) => memory.clear({ namespace }), nothing],
      [
        (namespace) =>
          memory.remember({ namespace, thread: "common", messages: [{ role: "user", content: "a turn" }] }),
        (before) => [...texts(before), "a turn"],
      ],
    ];
    // One change of each kind, far apart in the list where names that look alike stand together, then a look at all:
    // what was not changed is the same to the last field, what was changed has what its change leaves.
    const rounds = Math.ceil(names.length / changes.length);
    let before = await everything(memory);
    for (let round = 0; round < rounds; round++) {
      const expected = new Map<string, string[]>();
      for (const [kind, [change, left]] of changes.entries()) {
        const namespace = names[round + kind * rounds];
        if (namespace === undefined) continue;
        await change(namespace);
        expected.set(namespace, left(before.get(namespace) as MemoryRecord[]));
      }
      const now = await everything(memory);
      for (const namespace of names) {
        const records = now.get(namespace) ?? [];
        const left = expected.get(namespace);
        if (left !== undefined) expect(texts(records).sort(), JSON.stringify(namespace)).toEqual(left.sort());
        else if (JSON.stringify(records) !== JSON.stringify(before.get(namespace) ?? []))
          expect(records, `${JSON.stringify(namespace)} was not changed`).toEqual(before.get(namespace));
      }
      before = now;
    }
  });

  test("any order of writes and erasures leaves each namespace as if it were alone", async () => {
    const memory = await openMemory(store, { extractor: false, limits: { openNamespaces: 8 } });
    const place = fc.nat(names.length - 1);
    const key = fc.constantFrom("a", "b", "__proto__", "../a", "é", "e\u0301");
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.record({ do: fc.constant("set" as const), place, key, word: fc.nat(50) }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant("delete" as const), place, key }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant("where" as const), place, word: fc.nat(50) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant("thread" as const), place, word: fc.nat(2) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant("clear" as const), place }) },
    );
    // Namespace → key → word. It outlives a run, as the store does.
    const model = new Map<string, Map<string, number>>();
    const of = (namespace: string) => model.get(namespace) ?? new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
        const touched = new Set<string>();
        for (const one of steps) {
          const namespace = names[one.place] as string;
          touched.add(namespace);
          const records = of(namespace);
          model.set(namespace, records);
          const erase = (test: (key: string, word: number) => boolean) => {
            for (const [key, word] of [...records]) if (test(key, word)) records.delete(key);
          };
          switch (one.do) {
            case "set":
              await memory.set({
                namespace,
                key: one.key,
                value: `common word${one.word}`,
                metadata: { word: one.word },
                thread: `t${one.word % 3}`,
              });
              records.delete(one.key);
              records.set(one.key, one.word);
              break;
            case "delete":
              await memory.delete({ namespace, key: one.key });
              records.delete(one.key);
              break;
            case "where":
              await memory.delete({ namespace, where: { word: { gte: one.word } } });
              erase((_, word) => word >= one.word);
              break;
            case "thread":
              await memory.delete({ namespace, thread: `t${one.word}` });
              erase((_, word) => word % 3 === one.word);
              break;
            case "clear":
              await memory.clear({ namespace });
              records.clear();
          }
        }
        // Those that were written to, and some that were not.
        for (const namespace of [
          ...touched,
          ...names.filter((_, index) => index % 41 === steps.length % 41),
        ]) {
          const expected = [...of(namespace)].map(([key, word]) => `${key} common word${word}`).sort();
          const shown = (records: readonly MemoryRecord[]) =>
            records.map(({ key, value }) => `${key} ${value}`).sort();
          expect(shown((await memory.list({ namespace })).records)).toEqual(expected);
          const { results } = await memory.search({ namespace, query: "common", minScore: 0, limit: 100 });
          expect(shown(results)).toEqual(expected);
        }
        const filled = [...model].filter(([, records]) => records.size > 0).map(([namespace]) => namespace);
        expect(await memory.namespaces()).toEqual(filled.sort());
      }),
      { seed, numRuns: store === ":memory:" ? 60 : 25 },
    );
  });
});

/** The records of each namespace that has some. */
async function everything(memory: Memory): Promise<Map<string, MemoryRecord[]>> {
  const records = new Map<string, MemoryRecord[]>();
  for await (const record of memory.export())
    records.set(record.namespace, [...(records.get(record.namespace) ?? []), record]);
  return records;
}
