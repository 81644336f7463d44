import fc from "fast-check";
import { expect, test } from "vitest";
import { keysOf, openMemory, setClock, stores } from "./open-memory.ts";

const namespace = "lists";
const start = Date.UTC(2026, 0);

interface Kept {
  key: string;
  at: number;
  tag: string;
  expires: number | undefined;
  /** When it was first written: of the same time, the order. */
  born: number;
}

/** All pages of a list, put together. */
async function pagesOf(
  memory: Awaited<ReturnType<typeof openMemory>>,
  input: object,
  limit: number,
): Promise<string[]> {
  const keys: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await memory.list({
      namespace,
      limit,
      ...input,
      ...(cursor === undefined ? {} : { cursor }),
    });
    keys.push(...keysOf(page.records));
    cursor = page.cursor;
  } while (cursor !== undefined);
  return keys;
}

test.each(stores)(
  "lists are what sorting and filtering everything gives, whatever the order of writes, in %s",
  async (store) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            key: fc.integer({ min: 0, max: 150 }),
            at: fc.integer({ min: 0, max: 60 }),
            tag: fc.constantFrom("red", "blue"),
            expires: fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined }),
            erase: fc.boolean(),
          }),
          { minLength: 150, maxLength: 260 },
        ),
        fc.integer({ min: 70, max: 130 }),
        async (changes, size) => {
          const clock = setClock(start);
          const memory = await openMemory(store, { clock });
          const kept = new Map<string, Kept>();
          for (let from = 0; from < changes.length; from += size) {
            const batch = changes.slice(from, from + size);
            await memory.setMany(
              batch.map(({ key, at, tag, expires }) => ({
                namespace,
                key: `k${key}`,
                value: `Note ${key}.`,
                tags: [tag],
                createdAt: new Date(start + at),
                ...(expires === undefined ? {} : { expiresAt: new Date(start + 1_000 * expires) }),
              })),
            );
            for (const [index, { key, at, tag, expires }] of batch.entries())
              kept.set(`k${key}`, {
                key: `k${key}`,
                at,
                tag,
                expires,
                born: kept.get(`k${key}`)?.born ?? from + index,
              });
            const gone = batch.filter(({ erase }) => erase).map(({ key }) => `k${key}`);
            await memory.delete({ namespace, keys: gone });
            for (const key of gone) kept.delete(key);
            const second = Math.floor(from / 20);
            clock.now = start + 1_000 * second;
            for (const [key, { expires }] of kept)
              if (expires !== undefined && expires <= second) kept.delete(key);
            const sorted = [...kept.values()].sort((a, b) => a.at - b.at || a.born - b.born);
            const reds = keysOf(sorted.filter(({ tag }) => tag === "red"));
            expect(await pagesOf(memory, {}, 70)).toEqual(keysOf(sorted));
            expect(await pagesOf(memory, { order: "newest" }, 31)).toEqual(keysOf(sorted).reverse());
            expect(await pagesOf(memory, { tags: ["red"] }, 13)).toEqual(reds);
            expect(await pagesOf(memory, { tags: ["red"], order: "newest" }, 13)).toEqual(reds.toReversed());
            const { results } = await memory.search({
              namespace,
              query: "note",
              minScore: 0,
              limit: 1_000,
              since: new Date(start + 10),
              until: new Date(start + 30),
            });
            expect(keysOf(results).sort()).toEqual(
              keysOf(sorted.filter(({ at }) => at >= 10 && at < 30)).sort(),
            );
          }
          await memory.close();
        },
      ),
      { seed: 14, numRuns: 2 },
    );
  },
);
