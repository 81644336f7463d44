import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createMemory, type Embedder, type Memory, type MemoryOptions, SouvenirError } from "../src/index.ts";
import { contents, newPath, openMemory, rejection } from "./open-memory.ts";

/** In every text below; no message may contain it. */
const secret = "xylophone-4711";
const namespace = "n";
const loneSurrogate = `${secret} \ud83d`;
/** A list whose first place was never filled. */
const withHole = Object.assign(new Array(2), { 1: secret });
const circular: Record<string, unknown> = { secret };
circular.self = { circular };
const deep = (levels: number): Record<string, unknown> =>
  levels === 0 ? { secret } : { a: deep(levels - 1) };

/** What a caller without types may pass; `undefined` stands for a missing argument. */
type Bad = [what: string, input: unknown, message: RegExp];

const value = secret;
const badNamespaces: Bad[] = [
  ["no namespace", { namespace: undefined }, /namespace.*string/],
  ["a namespace that is null", { namespace: null }, /namespace.*string/],
  ["a namespace that is a number", { namespace: 7 }, /namespace.*string.*7/],
  ["a namespace that is a list", { namespace: ["n"] }, /namespace.*string.*array/],
  ["an empty namespace", { namespace: "" }, /namespace.*empty/],
  ["a namespace of 513 bytes", { namespace: "é".repeat(256) + "n" }, /namespace.*512 bytes.*513/],
  ["a namespace with a lone surrogate", { namespace: "n\udfff" }, /namespace.*Unicode/],
];
const noObject: Bad[] = [
  ["nothing", undefined, /object/],
  ["null", null, /object.*null/],
  ["a string", secret, /object.*string/],
  ["a list", [], /object.*array/],
];
/** The same mistakes, each in a call that is right otherwise. */
const within = (right: object, mistakes: Bad[]): Bad[] =>
  mistakes.map(([what, input, message]) => [what, { ...right, ...(input as object) }, message]);
const without = (right: object, mistakes: Bad[]): Bad[] => [
  ...noObject,
  ...mistakes.map(([what, input, message]): Bad => {
    const { namespace: _namespace, ...rest } = right as Record<string, unknown>;
    return [what, { ...rest, ...(input as object) }, message];
  }),
];

const badKeys: Bad[] = [
  ["a key that is empty", { key: "" }, /key.*empty/],
  ["a key that is a number", { key: 5 }, /key.*string.*5/],
  ["a key that is null", { key: null }, /key.*string.*null/],
  ["a key of 513 bytes", { key: "k".repeat(513) }, /key.*512 bytes.*limits\.keyBytes.*513/],
  ["a key with a lone surrogate", { key: loneSurrogate }, /key.*Unicode/],
];
const badTags: Bad[] = [
  ["tags that are a string", { tags: secret }, /tags.*array/],
  ["a tag that is a number", { tags: ["a", 5] }, /tags\[1\].*string/],
  ["a hole among tags", { tags: withHole }, /tags\[0\].*string/],
  ["a tag that is empty", { tags: [""] }, /tags\[0\].*empty/],
  ["a tag of 129 bytes", { tags: ["t".repeat(129)] }, /tags\[0\].*128 bytes.*limits\.tagBytes/],
  ["65 tags", { tags: Array.from({ length: 65 }, (_, index) => `t${index}`) }, /tags.*64.*limits\.tags.*65/],
];
const badThreads: Bad[] = [
  ["a thread that is empty", { thread: "" }, /thread.*empty/],
  ["a thread that is a number", { thread: 5 }, /thread.*string/],
  ["a thread of 513 bytes", { thread: "t".repeat(513) }, /thread.*512 bytes/],
];
const badWheres: Bad[] = [
  ["a filter that is a string", { where: secret }, /where.*object/],
  ["a filter that is a list", { where: [] }, /where.*object/],
  ["a filter that is null", { where: null }, /where.*object/],
  [
    "a filter within another that has no field",
    { where: { or: [{ a: 1 }, {}] } },
    /where\.or\[1\].*one field/,
  ],
  ["an unknown operator", { where: { a: { like: secret } } }, /where\.a\.like.*operators eq, ne.*"a\.like"/],
  ["an operator of MongoDB", { where: { a: { $gt: 3 } } }, /where\.a\.\$gt.*operators/],
  ["an operator named constructor", { where: { a: { constructor: 1 } } }, /where\.a\.constructor.*operators/],
  ["a field without an operator", { where: { a: {} } }, /where\.a.*operator/],
  ["a list where one value belongs", { where: { a: [1, 2] } }, /where\.a.*in:/],
  ["in without a list", { where: { a: { in: secret } } }, /where\.a\.in.*array/],
  ["in with an object", { where: { a: { in: [1, {}] } } }, /where\.a\.in\[1\].*null/],
  ["gt with a boolean", { where: { a: { gt: true } } }, /where\.a\.gt.*number or a string/],
  ["lt with NaN", { where: { a: { lt: Number.NaN } } }, /where\.a\.lt.*finite/],
  ["eq with Infinity", { where: { a: { eq: Number.POSITIVE_INFINITY } } }, /where\.a\.eq.*finite/],
  ["a function as a value", { where: { a: () => secret } }, /where\.a/],
  ["exists with a number", { where: { a: { exists: 1 } } }, /where\.a\.exists.*true or false/],
  ["and without a list", { where: { and: { a: 1 } } }, /where\.and.*array/],
  ["or with nothing in it", { where: { or: [] } }, /where\.or.*one filter/],
  ["not with a string", { where: { not: secret } }, /where\.not.*object/],
  [
    "a mistake deep inside",
    { where: { or: [{ a: 1 }, { not: { b: { near: 1 } } }] } },
    /where\.or\[1\]\.not\.b\.near/,
  ],
  ["filters in one another 100 times", { where: nested(100) }, /levels deep/],
];
function nested(levels: number): object {
  return levels === 0 ? { a: 1 } : { not: nested(levels - 1) };
}
const badLimits = (maximum: number): Bad[] =>
  [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, maximum + 1, "10", null].map((limit) => [
    `limit ${limit === "10" ? '"10"' : limit}`,
    { limit },
    new RegExp(`limit.*integer from 1 to ${maximum}`),
  ]);
const badDates = (name: string): Bad[] => [
  [`${name} in words`, { [name]: "next Tuesday" }, new RegExp(`${name}.*ISO 8601`)],
  [`${name} that is a number in a string`, { [name]: "12" }, new RegExp(`${name}.*ISO 8601`)],
  [`${name} as it is written in America`, { [name]: "01/02/2026" }, new RegExp(`${name}.*ISO 8601`)],
  [`${name} of a day that there is not`, { [name]: "2026-02-30" }, new RegExp(`${name}.*ISO 8601`)],
  [`${name} that is NaN`, { [name]: Number.NaN }, new RegExp(`${name}.*ISO 8601`)],
  [`${name} that is an invalid Date`, { [name]: new Date(Number.NaN) }, new RegExp(`${name}.*ISO 8601`)],
  [`${name} beyond time`, { [name]: 9e15 }, new RegExp(`${name}.*ISO 8601`)],
  [`${name} that is an object`, { [name]: {} }, new RegExp(`${name}.*ISO 8601`)],
];
const badEntities: Bad[] = [
  ["entities that are an object", { entities: {} }, /entities.*array/],
  ["a hole among entities", { entities: withHole }, /entities\[0\]/],
  ["an entity that is a number", { entities: [5] }, /entities\[0\].*object/],
  ["an entity without a type", { entities: [{ name: secret }] }, /entities\[0\]\.type.*string/],
  ["an entity with an empty name", { entities: [{ name: "", type: "t" }] }, /entities\[0\]\.name.*empty/],
];
const badRecords: Bad[] = [
  ...badNamespaces,
  ...badKeys,
  ...badTags,
  ...badThreads,
  ...badDates("createdAt"),
  ...badDates("expiresAt"),
  ...badEntities,
  ["an entity that is a name only", { entities: [secret] }, /entities\[0\].*object/],
  [
    "257 entities",
    { entities: Array.from({ length: 257 }, () => ({ name: "a", type: "b" })) },
    /entities.*256/,
  ],
  ["no value", { value: undefined }, /value.*string/],
  ["a value that is a number", { value: 5 }, /value.*string.*5/],
  ["a value that is an object", { value: { secret } }, /value.*string.*object/],
  ["an empty value", { value: "" }, /value.*empty/],
  ["a value of space only", { value: " \n\t" }, /value.*empty/],
  [
    "a value of 32,769 bytes",
    { value: secret.padEnd(32_767, "x") + "é" },
    /value.*32768 bytes.*limits\.valueBytes.*32769/,
  ],
  ["a value with a lone surrogate", { value: loneSurrogate }, /value.*toWellFormed/],
  ["an empty role", { role: "" }, /role.*empty/],
  ["a role that is a number", { role: 1 }, /role.*string/],
  ["metadata that is a string", { metadata: secret }, /metadata.*object/],
  ["metadata that is a list", { metadata: [] }, /metadata.*object/],
  ["metadata that is null", { metadata: null }, /metadata.*object/],
  ["circular metadata", { metadata: circular }, /metadata.*circular/],
  ["metadata 40 levels deep", { metadata: deep(40) }, /metadata.*levels/],
  ["metadata with NaN", { metadata: { a: { b: Number.NaN } } }, /metadata\.a\.b.*finite/],
  [
    "metadata with Infinity in a list",
    { metadata: { a: [1, Number.NEGATIVE_INFINITY] } },
    /metadata\.a\[1\].*finite/,
  ],
  ["metadata with a function", { metadata: { a: () => secret } }, /metadata\.a.*JSON/],
  ["metadata with a symbol", { metadata: { a: Symbol(secret) } }, /metadata\.a.*JSON/],
  ["metadata with a bigint", { metadata: { a: 1n } }, /metadata\.a.*JSON/],
  ["metadata that is a Date", { metadata: new Date(0) }, /metadata.*object/],
  ["metadata with a hole in a list", { metadata: { a: withHole } }, /metadata\.a\[0\].*JSON/],
  ["metadata with undefined in a list", { metadata: { a: [undefined] } }, /metadata\.a\[0\].*JSON/],
  ["metadata with a Map", { metadata: { a: new Map([[secret, 1]]) } }, /metadata\.a.*Maps/],
  ["metadata with an invalid Date", { metadata: { a: new Date(Number.NaN) } }, /metadata\.a.*Date/],
  ["metadata with a lone surrogate", { metadata: { a: loneSurrogate } }, /metadata\.a.*Unicode/],
  ["metadata with a lone surrogate in a name", { metadata: { [loneSurrogate]: 1 } }, /metadata.*Unicode/],
  [
    "metadata over 16 KiB",
    { metadata: { a: secret.repeat(1_200) } },
    /metadata.*16384 bytes.*limits\.metadataBytes/,
  ],
];
const badMessages: Bad[] = [
  ["no messages", { messages: undefined }, /messages.*array/],
  ["messages that are a string", { messages: secret }, /messages.*array/],
  ["a message that is a string", { messages: [secret] }, /messages\[0\].*object/],
  ["a message without a role", { messages: [{ content: secret }] }, /messages\[0\]\.role.*string/],
  ["a message with a number", { messages: [{ role: "user", content: 5 }] }, /messages\[0\]\.content.*string/],
  [
    "a part that is a string",
    { messages: [{ role: "user", content: [secret] }] },
    /messages\[0\]\.content.*object/,
  ],
  [
    "a text part with a number",
    { messages: [{ role: "user", content: [{ type: "text", text: 5 }] }] },
    /messages\[0\]\.content\.text.*string/,
  ],
  [
    "a bad date in the second message",
    {
      messages: [
        { role: "user", content: "a" },
        { role: "user", content: secret, createdAt: "x" },
      ],
    },
    /createdAt.*ISO 8601/,
  ],
  [
    "circular metadata",
    { messages: [{ role: "user", content: secret, metadata: circular }] },
    /metadata.*circular/,
  ],
  [
    "a mark of ours",
    { messages: [{ role: "user", content: secret, metadata: { souvenir: secret } }] },
    /messages\[0\]\.metadata\.souvenir.*another name/,
  ],
  ["an empty turnId", { turnId: "" }, /turnId.*empty/],
  ["a turnId that is a number", { turnId: 5 }, /turnId.*string/],
];
const badQueries: Bad[] = [
  ["no query", { query: undefined }, /query.*string/],
  ["a query that is a number", { query: 5 }, /query.*string.*5/],
  ["an empty query", { query: "" }, /query.*empty/],
  ["a query of space only", { query: " \n " }, /query.*empty/],
  ["a query of 8,193 bytes", { query: secret.padEnd(8_193, "x") }, /query.*8192 bytes.*limits\.queryBytes/],
];
const badSignal: Bad[] = [["a signal that is none", { signal: {} }, /signal.*AbortSignal/]];
const badDeadlines: Bad[] = [-1, Number.NaN, 1.5, Number.POSITIVE_INFINITY, "100", null].map((deadlineMs) => [
  `deadlineMs ${deadlineMs}`,
  { deadlineMs },
  /deadlineMs.*integer/,
]);
const badOptions = (call: (options: unknown) => object): Bad[] => [
  ["onProgress that is no function", call({ onProgress: "log" }), /onProgress.*function/],
  ["a signal that is none", call({ signal: { aborted: false } }), /signal.*AbortSignal/],
  ["options that are a function", call(() => secret), /options.*object/],
];

type Call = keyof Memory & string;
const calls: [Call, Bad[]][] = [
  ["set", [...noObject, ...within({ namespace, value }, badRecords)]],
  ["get", without({ namespace, key: "k" }, [...badNamespaces, ...within({ namespace }, badKeys)])],
  ["history", without({ namespace, key: "k" }, [...badNamespaces, ...within({ namespace }, badKeys)])],
  [
    "touch",
    [
      ...noObject,
      ...within({ namespace, key: "known", expiresAt: null }, [
        ...badNamespaces,
        ...badKeys,
        ...badDates("expiresAt"),
        ["no end", { expiresAt: undefined }, /expiresAt.*ISO 8601/],
        ["version 0", { version: 0 }, /version.*integer/],
        ["a version that is null", { version: null }, /version.*integer/],
      ]),
    ],
  ],
  [
    "list",
    [
      ...noObject,
      ...within({ namespace }, [
        ...badNamespaces,
        ...badTags,
        ...badThreads,
        ...badWheres,
        ...badLimits(1_000),
        ...badSignal,
        ["a cursor of its own making", { cursor: secret }, /cursor.*page before/],
        ["a cursor that is a number", { cursor: 5 }, /cursor.*page before/],
      ]),
    ],
  ],
  [
    "delete",
    [
      ...noObject,
      ...within({ namespace }, [
        ...within({ key: "k" }, badNamespaces),
        ...badKeys,
        ...badThreads,
        ...badWheres,
      ]),
      ["a filter without a field, which would be all", { namespace, where: {} }, /where.*one field/],
      ["nothing to delete", { namespace }, /key, keys, where and thread.*clear\(\)/],
      ["two things to delete", { namespace, key: "k", thread: "t" }, /one of key, keys, where and thread/],
      ["keys that are a string", { namespace, keys: secret }, /keys.*array/],
      ["a hole among keys", { namespace, keys: withHole }, /keys\[0\].*string/],
      ["a bad key among good ones", { namespace, keys: ["known", ""] }, /keys\[1\].*empty/],
    ],
  ],
  ["clear", [...noObject, ...badNamespaces]],
  [
    "search",
    [
      ...noObject,
      ...within({ namespace, query: secret }, [
        ...badNamespaces,
        ...badQueries,
        ...badTags,
        ...badThreads,
        ...badWheres,
        ...badEntities,
        ...badDates("since"),
        ...badDates("until"),
        ...badLimits(1_000),
        ...badSignal,
        ...badDeadlines,
        ["an empty entity", { entities: [""] }, /entities\[0\].*empty/],
        ["a negative minScore", { minScore: -0.1 }, /minScore.*0 to 1/],
        ["a minScore over 1", { minScore: 1.1 }, /minScore.*0 to 1/],
        ["a minScore that is NaN", { minScore: Number.NaN }, /minScore.*0 to 1/],
        ["a minScore in words", { minScore: "0.5" }, /minScore.*0 to 1/],
        ["facets in words", { facets: "tags" }, /facets.*true or false/],
      ]),
    ],
  ],
  [
    "entities",
    [
      ...noObject,
      ...within({ namespace }, [
        ...badNamespaces,
        ["a type that is a number", { type: 5 }, /type.*string/],
        ["a prefix that is a number", { prefix: 5 }, /prefix.*string/],
        ...badLimits(10_000),
      ]),
    ],
  ],
  [
    "remember",
    [
      ...noObject,
      ...within({ namespace, thread: "t", messages: [{ role: "user", content: secret }] }, [
        ...badNamespaces,
        ...badThreads,
        ["no thread", { thread: undefined }, /thread.*string/],
        ...badMessages,
      ]),
    ],
  ],
  [
    "recall",
    [
      ...noObject,
      ...within({ namespace, query: secret }, [
        ...badNamespaces,
        ...badQueries,
        ...badThreads,
        ...badLimits(100),
        ...badSignal,
        ...badDeadlines,
        ["a tokenBudget of 0", { tokenBudget: 0 }, /tokenBudget.*integer/],
        ["a tokenBudget that is NaN", { tokenBudget: Number.NaN }, /tokenBudget.*integer/],
        ["exclude that is a string", { exclude: secret }, /exclude/],
        ["exclude with a number among the keys", { exclude: [5] }, /exclude\.keys.*strings/],
        ["exclude with texts that are a string", { exclude: { texts: secret } }, /exclude\.texts.*array/],
        ["exclude with a thread that is a number", { exclude: { thread: 5 } }, /thread.*string/],
      ]),
    ],
  ],
  ["flush", [["a string", secret, /object/], ...badSignal, ...badDeadlines]],
  ["stats", [["a string", secret, /object/], ...badNamespaces.slice(1)]],
  [
    "reembed",
    [
      ...noObject,
      ...within({ embedder: { id: "e", dimensions: 2, embed: async () => [] } }, badNamespaces.slice(1)),
      ["no embedder", {}, /embedder/],
      ["false for an embedder", { embedder: false }, /embedder/],
      ["an embedder without an id", { embedder: { dimensions: 2, embed: async () => [] } }, /embedder\.id/],
      [
        "onProgress that is no function",
        { embedder: embedderWith({}), onProgress: secret },
        /onProgress.*function/,
      ],
      ["a signal that is none", { embedder: embedderWith({}), signal: secret }, /signal.*AbortSignal/],
    ],
  ],
];

function embedderWith(part: object): Embedder {
  return { id: "e", dimensions: 2, embed: async () => [], ...part };
}

let memory: Memory;
let before: string[];
let beforeStats: unknown;

beforeEach(async () => {
  memory = await createMemory({ path: ":memory:", embedder: false, extractor: false });
  await memory.set({ namespace, key: "known", value: "first", tags: ["a"], metadata: { a: 1 }, thread: "t" });
  await memory.set({
    namespace,
    key: "known",
    value: "second",
    tags: ["a"],
    metadata: { a: 1 },
    thread: "t",
  });
  await memory.set({ namespace: "other", key: "known", value: `somebody else's ${secret}` });
  before = await contents(memory);
  beforeStats = await memory.stats();
});
afterEach(() => memory.close());

async function expectRefusal(attempt: () => Promise<unknown>, message: RegExp): Promise<void> {
  const error = await rejection(attempt());
  expect(SouvenirError.is(error), String(error)).toBe(true);
  expect(error).toMatchObject({ code: "INVALID_INPUT", message: expect.stringMatching(message) });
  expect(JSON.stringify([(error as Error).message, (error as SouvenirError).details])).not.toContain(secret);
  expect(await contents(memory)).toEqual(before);
  expect(await memory.stats()).toEqual(beforeStats);
}

describe.each(calls)("%s refuses", (call, mistakes) => {
  test.each(mistakes)("%s", async (_, input, message) => {
    await expectRefusal(
      () => (memory[call] as (input: unknown) => Promise<unknown>).call(memory, input),
      message,
    );
  });
});

describe("setMany refuses", () => {
  const good = { namespace, key: "new", value };
  test.each<Bad>([
    ["nothing", undefined, /records|inputs/],
    ["null", null, /array/],
    ["a string", secret, /array/],
    ["one record", good, /array|iterable/],
    ["a list with a hole", [good, undefined], /record 1.*object/],
    ["a list of strings", [secret], /record 0.*object/],
  ])("%s", async (_, inputs, message) => {
    await expectRefusal(() => memory.setMany(inputs as never), message);
  });

  test.each(within({ namespace, value }, badRecords))(
    "%s in the last of three records",
    async (_, input, message) => {
      await expectRefusal(
        () => memory.setMany([good, good, input as never]),
        new RegExp(`record 2.*${message.source}`),
      );
    },
  );

  test.each(badOptions((options) => ({ options })))("%s", async (_, input, message) => {
    await expectRefusal(() => memory.setMany([good], (input as { options: never }).options), message);
  });
});

describe("import refuses", () => {
  const line = {
    namespace,
    key: "new",
    value,
    tags: [],
    metadata: {},
    entities: [],
    version: 2,
    createdAt: 0,
    updatedAt: 0,
  };
  test.each<Bad>([
    ["nothing", undefined, /records/],
    ["a string", secret, /array/],
    ["one record", line, /array|iterable/],
    ["a line that is a string", [JSON.stringify(line)], /record 0.*object/],
    ["version 0", [{ ...line, version: 0 }], /record 0.*version/],
    ["a version that is NaN", [{ ...line, version: Number.NaN }], /record 0.*version/],
    ["a version too large to count on", [{ ...line, version: 1e300 }], /record 0.*version/],
    ["a version with few after it", [{ ...line, version: Number.MAX_SAFE_INTEGER - 1 }], /record 0.*version/],
    ["updatedAt in words", [{ ...line, updatedAt: "yesterday" }], /record 0.*updatedAt.*ISO 8601/],
    ["a history that is an object", [{ ...line, history: {} }], /record 0.*history.*array/],
    [
      "a history with a bad value",
      [{ ...line, history: [{ ...line, value: 5 }] }],
      /record 0.*value.*string/,
    ],
    [
      "two earlier versions of one number",
      [
        {
          ...line,
          version: 3,
          history: [
            { ...line, version: 1 },
            { ...line, version: 1 },
          ],
        },
      ],
      /record 0.*history.*version/,
    ],
    [
      "an earlier version that is later",
      [{ ...line, history: [{ ...line, version: 9 }] }],
      /record 0.*history.*version/,
    ],
    [
      "a history of another key",
      [{ ...line, history: [{ ...line, key: "other", version: 1 }] }],
      /record 0.*history.*key/,
    ],
  ])("%s", async (_, records, message) => {
    await expectRefusal(() => memory.import(records as never), message);
  });

  test.each(within(line, badRecords))("%s in the second of two records", async (_, record, message) => {
    await expectRefusal(
      () => memory.import([line, record] as never),
      new RegExp(`record 1.*${message.source}`),
    );
  });

  test.each(badOptions((options) => ({ options })))("%s", async (_, input, message) => {
    await expectRefusal(() => memory.import([line] as never, (input as { options: never }).options), message);
  });
});

describe("export refuses", () => {
  test.each<Bad>([
    ["a string", secret, /object/],
    ...badNamespaces.slice(1),
    ["history in words", { history: "all" }, /history.*true or false/],
  ])("%s", async (_, input, message) => {
    await expectRefusal(async () => {
      for await (const record of memory.export(input as never)) throw new Error(`got ${record.key}`);
    }, message);
  });
});

describe("createMemory refuses", () => {
  const embedder = embedderWith({});
  test.each<Bad>([
    ["a path as the only argument", "./memory.db", /object/],
    ["null", null, /object/],
    ["an empty path", { path: "" }, /path.*empty/],
    ["a path that is a number", { path: 5 }, /path.*string/],
    ["a path that is null", { path: null }, /path.*string.*null/],
    ["a path that is a URL", { path: "file:./memory.db" }, /path and not a URL.*fileURLToPath/],
    ["a path that is another URL", { path: "sqlite://memory.db" }, /path and not a URL/],
    [
      "a path that is a folder still to be made",
      { path: "/tmp/no/such/folder/" },
      /of a file, not of a folder/,
    ],
    ["an option that is mistyped", { embeder: false }, /no option "embeder".*embedder/],
    ["an embedder that is null", { embedder: null }, /embedder.*false.*null/],
    ["an extractor that is null", { extractor: null }, /extractor.*false.*null/],
    ["a clock that is null", { clock: null }, /clock.*function/],
    ["a store that is none", { store: {} }, /store/],
    ["an embedder that is a name", { embedder: "mistral-embed" }, /embedder.*false/],
    ["true for an embedder", { embedder: true }, /embedder/],
    ["an embedder without embed", { embedder: { id: "e", dimensions: 2 } }, /embedder\.embed.*function/],
    ["an embedder with an empty id", { embedder: { ...embedder, id: "" } }, /embedder\.id/],
    [
      "an embedder without dimensions",
      { embedder: { ...embedder, dimensions: undefined } },
      /embedder\.dimensions.*integer from 1 to 4096/,
    ],
    ["an embedder of 0 dimensions", { embedder: { ...embedder, dimensions: 0 } }, /embedder\.dimensions/],
    ["an embedder of too many", { embedder: { ...embedder, dimensions: 5000 } }, /from 1 to 4096, got 5000/],
    [
      "an embedder of NaN dimensions",
      { embedder: { ...embedder, dimensions: Number.NaN } },
      /embedder\.dimensions/,
    ],
    ["maxBatch 0", { embedder: { ...embedder, maxBatch: 0 } }, /embedder\.maxBatch/],
    ["maxCharacters 1.5", { embedder: { ...embedder, maxCharacters: 1.5 } }, /embedder\.maxCharacters/],
    ["an extractor that is a name", { extractor: "compromise" }, /extractor/],
    ["an extractor without extract", { extractor: { id: "x" } }, /extractor/],
    ["an extractor without an id", { extractor: { extract: () => [] } }, /extractor\.id/],
    ["an unknown limit", { limits: { valueByte: 5 } }, /valueByte.*valueBytes/],
    ["a limit named __proto__", { limits: JSON.parse('{"__proto__":5}') }, /__proto__.*valueBytes/],
    ["a limit of 0", { limits: { keyBytes: 0 } }, /limits\.keyBytes.*1 or more/],
    ["a limit that is NaN", { limits: { tags: Number.NaN } }, /limits\.tags/],
    ["a limit in words", { limits: { tags: "64" } }, /limits\.tags/],
    ["limits that are a number", { limits: 5 }, /limits.*object/],
    ["limits that are null", { limits: null }, /limits.*object/],
    ["an unknown name in ranking", { ranking: { vectors: 1 } }, /"vectors".*did you mean "vector"/],
    ["a negative weight", { ranking: { entity: -1 } }, /ranking\.entity/],
    ["a multiplier of the vector over 100", { ranking: { vector: 101 } }, /ranking\.vector/],
    ["a vector share in other words", { ranking: { vector: "taught" } }, /ranking\.vector/],
    ["a weight that is NaN", { ranking: { vector: Number.NaN } }, /ranking\.vector/],
    ["a weight in words", { ranking: { entity: "high" } }, /ranking\.entity/],
    ["a half-life of 0", { ranking: { recencyHalfLifeMs: 0 } }, /ranking\.recencyHalfLifeMs/],
    ["a floor over 1", { ranking: { minScore: 2 } }, /ranking\.minScore/],
    ["a multiplier of context over 100", { ranking: { context: 1e6 } }, /ranking\.context/],
    ["ranking that is a number", { ranking: 5 }, /ranking.*object/],
    ["ranking that is null", { ranking: null }, /ranking.*object/],
    ["a clock that is a number", { clock: 5 }, /clock.*function/],
    ["a clock that does not tell the time", { clock: () => "noon" }, /clock.*milliseconds/],
    ["a logger that is a name", { logger: "console" }, /logger/],
    ["a logger whose warn is no function", { logger: { warn: true } }, /logger\.warn.*function/],
  ])("%s", async (_, options, message) => {
    const given =
      typeof options === "object" && options !== null && !("path" in options)
        ? { path: ":memory:", ...options }
        : options;
    const error = await rejection(createMemory(given as MemoryOptions));
    expect(SouvenirError.is(error), String(error)).toBe(true);
    expect(error).toMatchObject({ code: "INVALID_INPUT", message: expect.stringMatching(message) });
  });

  test.runIf(existsSync("/dev/null"))(
    "a path that is a device, a pipe or a socket, without waiting for it",
    async () => {
      const pipe = await newPath();
      execFileSync("mkfifo", [pipe]);
      for (const path of ["/dev/null", pipe])
        expect(await rejection(createMemory({ path }))).toMatchObject({
          code: "STORE_FAILED",
          message: expect.stringMatching(/a device, a pipe or a socket/),
        });
    },
  );

  test("bad options without making a file", async () => {
    const path = await newPath();
    expect(await rejection(createMemory({ path, limits: { tags: -1 } }))).toMatchObject({
      code: "INVALID_INPUT",
    });
    const { access } = await import("node:fs/promises");
    expect(await rejection(access(path))).toMatchObject({ code: "ENOENT" });
  });
});

describe("limits", () => {
  test.each([
    ["valueBytes", { value: "x".repeat(11) }],
    ["keyBytes", { key: "k".repeat(11) }],
    ["tags", { tags: Array.from({ length: 11 }, (_, index) => `t${index}`) }],
    ["tagBytes", { tags: ["t".repeat(11)] }],
    ["metadataBytes", { metadata: { a: "12345" } }],
  ])("%s counts exactly, and can be raised", async (name, over) => {
    const tight = await openMemory(":memory:", { limits: { [name]: 10 } });
    const error = await rejection(tight.set({ namespace, value: "x", ...over }));
    expect(error).toMatchObject({
      code: "INVALID_INPUT",
      message: expect.stringContaining(`limits.${name}`),
    });
    const wide = await openMemory(":memory:", { limits: { [name]: 13 } });
    expect(await wide.set({ namespace, value: "x", ...over })).toMatchObject({
      namespace,
      value: "x",
      ...over,
    });
  });

  test("count bytes of UTF-8, not characters", async () => {
    const tight = await openMemory(":memory:", { limits: { valueBytes: 10, queryBytes: 10 } });
    expect((await tight.set({ namespace, value: "ééééé" })).value).toBe("ééééé");
    expect(await rejection(tight.set({ namespace, value: "éééééé" }))).toMatchObject({
      code: "INVALID_INPUT",
    });
    expect(await rejection(tight.search({ namespace, query: "日本日本" }))).toMatchObject({
      code: "INVALID_INPUT",
    });
    expect((await tight.search({ namespace, query: "日本日" })).results).toEqual([]);
  });

  test("the largest legal memory is stored and found whole", async () => {
    const wide = await openMemory(":memory:");
    const input = {
      namespace: "é".repeat(256),
      key: "k".repeat(512),
      value: "word ".repeat(6_553) + "end",
      tags: Array.from({ length: 64 }, (_, index) => String(index).padEnd(128, "t")),
      metadata: { a: "x".repeat(16_384 - '{"a":""}'.length) },
      thread: "t".repeat(512),
      role: "r".repeat(128),
    };
    expect(await wide.set(input)).toMatchObject(input);
    expect(
      (await wide.search({ namespace: input.namespace, query: "end", minScore: 0 })).results[0],
    ).toMatchObject(input);
  });
});

describe("SouvenirError", () => {
  test("is recognised across two copies of the package, and nothing else is", () => {
    const error = new SouvenirError("INVALID_INPUT", "message", { details: { a: 1 }, cause: "cause" });
    expect(error).toMatchObject({
      name: "SouvenirError",
      code: "INVALID_INPUT",
      details: { a: 1 },
      cause: "cause",
    });
    expect(error).toBeInstanceOf(Error);
    const ofAnotherCopy = Object.defineProperty(new Error("x"), Symbol.for("souvenir.error"), {
      value: true,
    });
    expect(SouvenirError.is(ofAnotherCopy)).toBe(true);
    for (const other of [new Error("x"), null, undefined, "SouvenirError", { name: "SouvenirError" }])
      expect(SouvenirError.is(other)).toBe(false);
  });
});
