import fc from "fast-check";
import { expect, test } from "vitest";
import { createMemory, type Memory, SouvenirError } from "../src/index.ts";
import { contents, newPath, setClock } from "./open-memory.ts";
import { ScriptedEmbedder } from "./scripted-embedder.ts";

/** A method of `Memory` by its name, or one of the steps below. */
type Step = [name: string, input?: unknown];
type Fields = Record<string, unknown>;

const start = Date.UTC(2026, 0, 1);
const one = <Value>(...values: Value[]) => fc.constantFrom(...values);
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined, freq: 2 });
/** What is `undefined` is left out. */
const fields = (members: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Fields> =>
  fc
    .record(members)
    .map((given) => Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)));

const namespace = one("a", "a/b", "__proto__", " ");
const key = one("k1", "k2", "k/3", "__proto__");
const thread = one("t1", "__proto__");
const value = fc
  .array(
    one("Paris", "chat", "database PostgreSQL", "the cat", "Théo", "猫が好き", "12 €", "\u0000", "x_y"),
    {
      minLength: 1,
      maxLength: 4,
    },
  )
  .map((words) => words.join(" "));
const tags = fc.uniqueArray(one("t", "T", " "), { maxLength: 3 });
const field = one("a", "b", "a.c", "__proto__", "constructor", "missing");
const scalar = one<unknown>(0, 1, 1.5, "x", "", "1", true, false, null);
const metadata = fc.dictionary(
  field,
  fc.oneof(scalar, one<unknown>(["x", 1], [], { c: 1 }, { c: ["x", null] })),
  {
    maxKeys: 3,
  },
);
const operand = fc.oneof(
  scalar,
  fc.record({ eq: scalar }),
  fc.record({ ne: scalar }),
  fc.record({ gte: one<unknown>(1, "x"), lt: one<unknown>(2, "y") }),
  fc.record({ in: fc.array(scalar, { maxLength: 2 }) }),
  fc.record({ nin: fc.array(scalar, { maxLength: 2 }) }),
  fc.record({ exists: fc.boolean() }),
);
// Through JSON, so that `__proto__` is a field.
const simple = fc
  .tuple(field, operand)
  .map(([name, its]) => JSON.parse(`{"${name}":${JSON.stringify(its)}}`));
const where = fc.oneof(
  simple,
  simple.map((not) => ({ not })),
  fc.tuple(simple, simple).map((or) => ({ or })),
);
const moment = one<unknown>(-5, 0, 1_000, start, "2026-01-01T00:00:00+02:00");
const query = one("Paris", "which database?", "cats", "猫", "Who is Theo", "the", "12 €", "?");
const memory = fields({
  namespace,
  key,
  value,
  metadata: maybe(metadata),
  tags: maybe(tags),
  thread: maybe(thread),
  role: maybe(one("user", "assistant")),
  createdAt: maybe(moment),
  expiresAt: maybe(one(start + 50, start + 500, 0)),
});
const turn = fields({
  namespace,
  thread,
  turnId: maybe(one("1", "2")),
  messages: fc.array(fc.record({ role: one("user", "assistant", "system"), content: value }), {
    maxLength: 3,
  }),
});
const search = fields({
  namespace,
  query,
  limit: maybe(one(1, 3)),
  tags: maybe(tags),
  where: maybe(where),
  thread: maybe(thread),
  since: maybe(moment),
  until: maybe(moment),
  minScore: maybe(one(0, 0.3, 1)),
  facets: fc.boolean(),
  entities: maybe(one<unknown>(["Paris"], [{ name: "théo", type: "person" }])),
});
const recall = fields({
  namespace,
  query,
  thread: maybe(thread),
  limit: maybe(one(1, 3)),
  tokenBudget: maybe(one(1, 90, 500)),
  exclude: maybe(one<unknown>(["k1"], { texts: ["Paris"] }, { thread: "t1" })),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(one("set"), memory) },
  { weight: 2, arbitrary: fc.tuple(one("setMany"), fc.array(memory, { maxLength: 5 })) },
  { weight: 2, arbitrary: fc.tuple(one("remember"), turn) },
  { weight: 4, arbitrary: fc.tuple(one("search"), search) },
  fc.tuple(one("recall"), recall),
  fc.tuple(one("get", "history", "delete"), fields({ namespace, key })),
  fc.tuple(
    one("touch"),
    fields({ namespace, key, expiresAt: one(null, start + 50, start + 500), version: maybe(one(1, 2)) }),
  ),
  fc.tuple(one("delete"), fc.oneof(fields({ namespace, where }), fields({ namespace, thread }))),
  fc.tuple(one("clear"), fields({ namespace })),
  fc.tuple(one("entities"), fields({ namespace, type: maybe(one("place")), prefix: maybe(one("Th")) })),
  fc.tuple(one("stats"), fields({ namespace: maybe(namespace) })),
  {
    weight: 2,
    arbitrary: fc.tuple(
      one("pages"),
      fields({
        namespace,
        tags: maybe(tags),
        where: maybe(where),
        thread: maybe(thread),
        limit: one(1, 2, 5),
      }),
    ),
  },
  fc.tuple(one("passTime"), one(1, 100, 1_000)),
  one<Step>(["namespaces"], ["contents"], ["reembed"], ["reopen"]),
);

const withVectors = new Set(["search", "recall", "stats", "reembed"]);

/** What a step answers, without what a clock or a disk decides. */
async function answer(memory: Memory, [name, input]: Step, target: ScriptedEmbedder): Promise<unknown> {
  try {
    if (name === "contents") return await contents(memory);
    if (name === "pages") return await pages(memory, input as Parameters<Memory["list"]>[0]);
    if (name === "reembed") return await memory.reembed({ embedder: target });
    const call = memory[name as keyof Memory] as (given: unknown) => Promise<Fields | undefined>;
    const found = await call.call(memory, input);
    return Object(found) === found && !Array.isArray(found)
      ? { ...found, tookMs: undefined, bytes: undefined, erasures: undefined }
      : found;
  } catch (error) {
    if (!SouvenirError.is(error)) throw error;
    return error.code;
  }
}

async function pages(memory: Memory, input: Parameters<Memory["list"]>[0]): Promise<unknown[]> {
  const found: unknown[] = [];
  let cursor: string | undefined;
  do {
    const page = await memory.list({ ...input, ...(cursor === undefined ? {} : { cursor }) });
    found.push(page.records);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return found;
}

test("whatever a program does, a memory in a file and one in :memory: answer alike", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const clock = setClock(start);
      const [first, target] = [new ScriptedEmbedder(), new ScriptedEmbedder({ id: "target" })];
      let embedder = first;
      const path = await newPath();
      const open = (path: string) => createMemory({ path, embedder, clock, ranking: { vector: 0.2 } });
      let inFile = await open(path);
      const inMemory = await open(":memory:");
      try {
        for (const given of steps) {
          if (given[0] === "passTime") {
            clock.now += given[1] as number;
            continue;
          }
          if (given[0] === "reopen") {
            await inFile.close();
            inFile = await open(path);
            continue;
          }
          // Otherwise it is chance which of the two has its vectors already.
          if (withVectors.has(given[0])) await Promise.all([inFile.flush(), inMemory.flush()]);
          expect(await answer(inFile, given, target)).toEqual(await answer(inMemory, given, target));
          if (given[0] === "reembed") embedder = target;
        }
      } finally {
        await Promise.all([inFile.close(), inMemory.close()]);
      }
    }),
    { seed: 20_261_125, numRuns: 40 },
  );
});
