// Laws of the exact comparison and of the filter language, against slow and obvious references.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Metadata } from "@souvenir/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { SouvenirVector } from "../src/index.ts";
import { metadataFilter } from "../src/vector/filter.ts";

const seed = 20261125;

const value = fc.oneof(
  fc.integer({ min: 0, max: 3 }),
  fc.constantFrom("a", "b", "ab"),
  fc.boolean(),
  fc.constant(null),
);
const metadata = fc.dictionary(
  fc.constantFrom("x", "y"),
  fc.oneof(value, fc.array(value, { maxLength: 3 })),
) as fc.Arbitrary<Metadata>;
const field = fc.constantFrom("x", "y");
const condition = fc.oneof(
  fc.tuple(field, value).map(([name, operand]) => ({ [name]: operand })),
  fc.tuple(field, fc.array(value, { maxLength: 3 })).map(([name, operand]) => ({ [name]: { $in: operand } })),
  fc
    .tuple(field, fc.constantFrom("$gt", "$lte"), fc.integer({ min: 0, max: 3 }))
    .map(([name, operator, operand]) => ({
      [name]: { [operator]: operand },
    })),
  fc.tuple(field, fc.boolean()).map(([name, operand]) => ({ [name]: { $exists: operand } })),
);
const matches = (filter: unknown, of: Metadata) => metadataFilter(filter)?.matches(of);

test("negations are complements, and $and and $or are what they say", () => {
  fc.assert(
    fc.property(metadata, condition, condition, (of, a, b) => {
      const [first, second] = [matches(a, of), matches(b, of)];
      expect(matches({ $not: a }, of)).toBe(!first);
      expect(matches({ $and: [a, b] }, of)).toBe(first && second);
      expect(matches({ $or: [a, b] }, of)).toBe(first || second);
      expect(matches({ $nor: [a, b] }, of)).toBe(!(first || second));
    }),
    { seed, numRuns: 1_000 },
  );
});

test("$ne, $nin and $not of a field are the complements of $eq, $in and the condition", () => {
  fc.assert(
    fc.property(metadata, field, value, (of, name, operand) => {
      expect(matches({ [name]: { $ne: operand } }, of)).toBe(!matches({ [name]: { $eq: operand } }, of));
      expect(matches({ [name]: { $nin: [operand] } }, of)).toBe(!matches({ [name]: { $in: [operand] } }, of));
      expect(matches({ [name]: { $not: { $eq: operand } } }, of)).toBe(!matches({ [name]: operand }, of));
      expect(matches({ [name]: { $in: [operand] } }, of)).toBe(matches({ [name]: { $eq: operand } }, of));
    }),
    { seed, numRuns: 1_000 },
  );
});

test("what is at hand stays what the file has, whoever writes", async () => {
  const folder = await mkdtemp(join(tmpdir(), "souvenir-mastra-"));
  const change = fc.record({
    by: fc.constantFrom(0, 1),
    kind: fc.constantFrom("put", "remove", "replace", "update"),
    ids: fc.uniqueArray(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 4 }),
    group: fc.integer({ min: 0, max: 2 }),
    asks: fc.boolean(),
  });
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 12 }), async (changes) => {
      run += 1;
      const path = join(folder, `${run}.db`);
      const stores = [0, 1].map(() => new SouvenirVector({ path, embedder: false }));
      const [indexName, expected] = ["docs", new Map<string, { vector: number[]; group: number }>()];
      await stores[0]?.createIndex({ indexName, dimension: 3 });
      for (const [step, { by, kind, ids, group, asks }] of changes.entries()) {
        const store = stores[by] as SouvenirVector;
        const names = ids.map((id) => `v${id}`);
        const vector = [1, step, 0];
        const rows = {
          indexName,
          ids: names,
          vectors: names.map(() => vector),
          metadata: names.map(() => ({ group })),
        };
        if (kind === "remove") {
          await store.deleteVectors({ indexName, ids: names });
          for (const name of names) expected.delete(name);
        } else if (kind === "update") {
          await store.updateVector({ indexName, id: names[0] as string, update: { vector } });
          const row = expected.get(names[0] as string);
          if (row !== undefined) row.vector = vector;
        } else {
          if (kind === "replace")
            for (const [name, row] of expected) if (row.group === group) expected.delete(name);
          await store.upsert({ ...rows, ...(kind === "replace" ? { deleteFilter: { group } } : {}) });
          for (const name of names) expected.set(name, { vector, group });
        }
        if (!asks) continue;
        for (const reader of stores) {
          const query = { indexName, queryVector: [1, 1, 0], topK: 100, includeVector: true };
          const found = (await reader.query(query)).map(({ id, vector, metadata }) => [id, vector, metadata]);
          const all = [...expected].map(([id, row]) => [id, row.vector, { group: row.group }]);
          expect(found.sort()).toEqual(all.sort());
        }
      }
      for (const store of stores) await store.close();
    }),
    { seed, numRuns: 25 },
  );
  await rm(folder, { recursive: true, force: true });
});
