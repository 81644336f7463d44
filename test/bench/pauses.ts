// npm run bench:pauses [-- --namespace 100000 --store 400000 --open 64 --seed 7 --json FILE --stacks 50]
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import {
  createMemory,
  type Embedder,
  type FactExtractor,
  type Memory,
  type MemoryOptions,
  type SetInput,
} from "@souvenir/core";
import { createCorpus, randomOf } from "./corpus.ts";
import { withStacks } from "./stacks.ts";

// How long others wait for each operation of a memory: the longest time in which no timer ran while it was under way.
// One namespace of many memories, the rest of the store in some dozens, and the built-in embedder.

const { values } = parseArgs({
  options: {
    namespace: { type: "string", default: "100000" },
    store: { type: "string", default: "400000" },
    open: { type: "string", default: "64" },
    seed: { type: "string", default: "7" },
    json: { type: "string" },
    // Tells what ran in each pause of so many milliseconds or more. The profiler makes everything slower.
    stacks: { type: "string" },
  },
});
const [large, whole, others, seed] = [values.namespace, values.store, values.open, values.seed].map(
  Number,
) as [number, number, number, number];
const corpus = createCorpus({ seed, dimensions: 2 });
const random = randomOf(seed);
const folder = mkdtempSync(join(tmpdir(), "souvenir-pauses-"));
const path = join(folder, "memory.db");
const namespace = "large";
const start = Date.UTC(2026, 0, 1);
let now = start;
const options: MemoryOptions = { path, clock: () => now };

interface Pause {
  operation: string;
  /** Longest time without a timer, and how long the operation took, in milliseconds. */
  pauseMs: number;
  tookMs: number;
  /** The most that the thread computed between two timers: what is left of the pause on a machine without other work. */
  cpuMs: number;
}
const pauses: Pause[] = [];

/** What this thread has computed, in milliseconds; garbage is collected in part by others. */
function threadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

/** Measures an operation, and tells where in the program its longest pause was, if that is wanted. */
async function measure<Result>(operation: string, run: () => Promise<Result>): Promise<Result> {
  // What it took to make the inputs is not collected in the operation's time, when Node was started with --expose-gc.
  (globalThis as { gc?: () => void }).gc?.();
  if (values.stacks === undefined) return (await pausesOf(operation, run)).result;
  const { result, stacksBetween } = await withStacks(() => pausesOf(operation, run));
  const { from, to } = result.longest;
  if (to - from >= Number(values.stacks)) process.stderr.write(`${stacksBetween(from, to).join("\n")}\n`);
  return result.result;
}

/** Runs an operation beside a timer that wants to run every millisecond. */
async function pausesOf<Result>(
  operation: string,
  run: () => Promise<Result>,
): Promise<{ result: Result; longest: { from: number; to: number } }> {
  let busiest = 0;
  let longest = { from: 0, to: 0 };
  let last = performance.now();
  let used = threadMs();
  let over = false;
  let ended = (): void => undefined;
  const end = new Promise<void>((done) => {
    ended = done;
  });
  const tick = () => {
    const time = performance.now();
    if (time - last > longest.to - longest.from) longest = { from: last, to: time };
    last = time;
    const cpu = threadMs();
    busiest = Math.max(busiest, cpu - used);
    used = cpu;
    if (over) ended();
    else setTimeout(tick, 1);
  };
  setTimeout(tick, 1);
  const began = performance.now();
  const result = await run();
  const tookMs = performance.now() - began;
  over = true;
  await end;
  // The timer itself waits for a millisecond.
  const pauseMs = Math.max(0, longest.to - longest.from - 1);
  const rounded = (ms: number) => Math.round(ms * 10) / 10;
  pauses.push({
    operation,
    pauseMs: rounded(pauseMs),
    cpuMs: rounded(busiest),
    tookMs: Math.round(tookMs),
  });
  process.stderr.write(
    `${operation}: ${pauseMs.toFixed(1)} (${busiest.toFixed(1)}) of ${tookMs.toFixed(0)} ms\n`,
  );
  return { result, longest };
}

const people = Array.from({ length: 400 }, (_, index) => `${word(index)} ${word(index + 400)}`);
function word(number: number): string {
  const text = corpus.text(-1_000 - number).split(" ")[7] ?? "somebody";
  return text[0]?.toUpperCase() + text.slice(1);
}

function input(name: string, number: number): SetInput {
  return {
    namespace: name,
    key: `k${number}`,
    value: `${people[Math.floor(random() * people.length)]}: ${corpus.text(number)}${number % 9 === 0 ? "?" : "."}`,
    tags: [`t${number % 10}`, `rare${number % 1_000}`],
    metadata: { number, half: number % 2, deep: { list: [number % 7, "x"] } },
    ...(number % 3 === 0 ? { thread: `thread ${number % 500}`, role: "user" } : {}),
    ...(number % 20 === 19 ? { thread: "endless" } : {}),
    createdAt: new Date(start - (large - number) * 60_000),
  };
}
function inputs(name: string, from: number, count: number): SetInput[] {
  return Array.from({ length: count }, (_, index) => input(name, from + index));
}

/** Each given away once: to keep hundreds of thousands would make the collection of garbage slower for the memory. */
function* released(all: SetInput[]): Generator<SetInput> {
  const none = {} as SetInput;
  for (const [index, each] of all.entries()) {
    all[index] = none;
    yield each;
  }
  all.length = 0;
}

/** A model that another takes the place of: numbers of the letters. */
const second: Embedder = {
  id: "bench-32",
  dimensions: 32,
  maxBatch: 64,
  embed: async (texts) =>
    texts.map((text) => Float32Array.from({ length: 32 }, (_, at) => text.charCodeAt(at * 3) || at - 15.5)),
};

/** What people are reads "My post 12 is in the harbour". Every second fact is concluded, and waits for approval. */
const extractor: FactExtractor = {
  id: "bench",
  usage: { calls: 0, inputTokens: 0, outputTokens: 0 },
  extract: async ({ turns, known }) =>
    turns.flatMap(({ text, quotable }, turn) => {
      const [quote, attribute] = /^My (post \d+) is in the \S+/.exec(quotable ? text : "") ?? [];
      if (quote === undefined || attribute === undefined) return [];
      return [
        {
          text: `The user's ${quote.slice(3)}.`,
          subject: "user",
          attribute,
          type: "state" as const,
          origin: turn % 2 === 0 ? ("stated" as const) : ("inferred" as const),
          sources: [{ turn: turn + 1, quote }],
          excludes: known.flatMap((fact, place) => (fact.attribute === attribute ? [place + 1] : [])),
        },
      ];
    }),
};

const query = (run: number) => ({ namespace, query: corpus.query(run).text });
const repeat = async (times: number, call: (run: number) => Promise<unknown>): Promise<void> => {
  for (let run = 0; run < times; run += 1) await call(run);
};
async function pages(memory: Memory, filter: object, most = 20): Promise<void> {
  let cursor: string | undefined;
  for (let page = 0; page < most; page += 1) {
    const found = await memory.list({ namespace, ...filter, ...(cursor === undefined ? {} : { cursor }) });
    cursor = found.cursor;
    if (cursor === undefined) return;
  }
}

let memory = await measure("createMemory, new", () => createMemory(options));
// What it takes to make the inputs is not the operation's.
const importedCount = large - Math.floor(large / 10);
const imported = inputs(namespace, 0, importedCount);
await measure("import", () => memory.import(released(imported)));
const set = inputs(namespace, importedCount, large - importedCount);
await measure("setMany", () => memory.setMany(set));
set.length = 0;
await measure("flush", () => memory.flush());
const each = Math.max(1, Math.floor((whole - large) / others));
const ofOthers = Array.from({ length: others }, (_, other) => inputs(`other ${other}`, 0, each));
const ofAll = ofOthers.flat();
ofOthers.length = 0;
await measure("import, many namespaces", () => memory.import(released(ofAll)));
await measure("flush, many namespaces", () => memory.flush());
await measure("close after imports", () => memory.close());

memory = await measure("createMemory", () => createMemory(options));
await measure("first search after open", () => memory.search(query(0)));
await measure("search", () => repeat(50, (run) => memory.search(query(run))));
await measure("search with facets", () =>
  repeat(10, (run) => memory.search({ ...query(run), facets: true })),
);
await measure("search with facets, everything", () =>
  repeat(5, () =>
    memory.search({ namespace, query: people.join(" ").slice(0, 2_000), facets: true, minScore: 0 }),
  ),
);
await measure("search with a filter", () =>
  repeat(10, (run) =>
    memory.search({
      ...query(run),
      where: { number: { gte: 1_000 } },
      since: new Date(start - large * 30_000),
    }),
  ),
);
await measure("search, true at a moment", () =>
  repeat(10, (run) => memory.search({ ...query(run), asOf: new Date(start) })),
);
await measure("search, while typing", () =>
  repeat(10, (run) => memory.search({ ...query(run), query: query(run).query.slice(0, -2), prefix: true })),
);
await measure("recall", () => repeat(10, (run) => memory.recall(query(run))));
await measure("get", () => repeat(50, (run) => memory.get({ namespace, key: `k${run}` })));
await measure("set", () => repeat(50, (run) => memory.set(input(namespace, large + run))));
await measure("set, a new version", () =>
  repeat(50, (run) => memory.set({ ...input(namespace, run), value: `New ${run}` })),
);
await measure("set and search", () =>
  repeat(20, async (run) => {
    await memory.set(input(namespace, large + 50 + run));
    await memory.search(query(run));
  }),
);
await measure("history", () => repeat(20, (run) => memory.history({ namespace, key: `k${run}` })));
await measure("touch", () =>
  repeat(20, (run) => memory.touch({ namespace, key: `k${100 + run}`, expiresAt: new Date(start + 1e10) })),
);
await measure("remember", () =>
  repeat(20, (run) =>
    memory.remember({
      namespace,
      thread: "endless",
      messages: [
        { role: "user", content: corpus.text(run) },
        { role: "assistant", content: corpus.text(run + 100) },
      ],
    }),
  ),
);
await measure("beginTurn", () =>
  repeat(20, async (run) => {
    const messages = [{ role: "user", content: corpus.text(run + 200) }];
    const turn = await memory.beginTurn({ namespace, thread: "endless", messages });
    await turn.end({ messages: [{ content: corpus.text(run + 300) }] });
  }),
);
await measure("pin", () => repeat(200, (run) => memory.pin({ namespace, key: `k${run}` })));
await measure("profile", () => repeat(20, () => memory.profile({ namespace })));
await measure("unpin", () => repeat(200, (run) => memory.unpin({ namespace, key: `k${run}` })));
await measure("list", () => pages(memory, {}));
await measure("list, newest", () => pages(memory, { order: "newest" }));
await measure("list, of a tag", () => pages(memory, { tags: ["t3"] }));
await measure("list, where, newest", () => pages(memory, { where: { half: 1 }, order: "newest" }));
await measure("list, of a thread", () => pages(memory, { thread: "endless", order: "newest" }));
// Half of what there is has another version since.
const known = { knownAt: new Date(now) };
now += 60_000;
const newer = Array.from({ length: Math.floor(large / 2) }, (_, number) => ({
  ...input(namespace, number),
  value: `Again: ${corpus.text(number)}.`,
}));
await measure("setMany, new versions", () => memory.setMany(newer));
newer.length = 0;
await measure("search, as it was known", () => memory.search({ ...query(0), ...known }));
await measure("search, as it was known, again", () =>
  repeat(10, (run) => memory.search({ ...query(run), ...known })),
);
await measure("list, as it was known", () => pages(memory, { ...known, order: "newest" }));
await measure("entities", () => repeat(5, () => memory.entities({ namespace })));
await measure("entities, of a type and prefix", () =>
  memory.entities({ namespace, type: "person", prefix: "a" }),
);
await measure("orama", () => memory.orama(namespace));
await measure("namespaces", () => memory.namespaces());
await measure("stats", () => memory.stats());
await measure("stats of a namespace", () => memory.stats({ namespace }));
await measure("export", async () => {
  for await (const _ of memory.export({ namespace }));
});
await measure("search in every namespace", () =>
  repeat(others, (other) => memory.search({ namespace: `other ${other}`, query: "somebody" })),
);
const more = Array.from({ length: others }, (_, other) =>
  inputs(`other ${other}`, each, Math.min(1_000, each)),
);
await measure("setMany in every namespace", () =>
  repeat(others, (other) => memory.setMany(more[other] as SetInput[])),
);
more.length = 0;
await measure("close with every namespace open", () => memory.close());

memory = await createMemory({ ...options, facts: { extractor } });
const told = Array.from({ length: Math.max(100, Math.floor(large / 20)) }, (_, number) => ({
  namespace,
  value: `My post ${number % 700} is in the ${word(number)}. ${corpus.text(number)}.`,
  thread: `told ${number % 200}`,
  role: "user",
  createdAt: new Date(start + number * 60_000),
}));
await measure("setMany, to be read for facts", () => memory.setMany(told));
told.length = 0;
await measure("consolidate", () => memory.consolidate());
await measure("facts", async () => {
  let cursor: string | undefined;
  do {
    const page = await memory.facts({ namespace, ...(cursor === undefined ? {} : { cursor }) });
    cursor = page.cursor;
  } while (cursor !== undefined);
});
const { facts: proposed } = await measure("facts that wait for approval", () =>
  memory.facts({ namespace, state: "proposed" }),
);
const runs = await measure("runs", () => memory.runs());
await measure("run", () => repeat(20, (at) => memory.run(runs[at % runs.length]?.id ?? "")));
await measure("approve", () =>
  repeat(20, (at) => memory.approve({ namespace, key: proposed[at]?.key ?? "none" })),
);
await measure("decline", () =>
  repeat(20, (at) => memory.decline({ namespace, key: proposed[20 + at]?.key ?? "none" })),
);
await measure("undo", () => repeat(20, (at) => memory.undo(runs[at % runs.length]?.id ?? "")));
await memory.close();

memory = await createMemory(options);
await measure("delete a key of a store just opened", () => memory.delete({ namespace, key: "k7" }));
await measure("first search after an erasure", () => memory.search(query(1)));
await measure("delete, keys", () =>
  memory.delete({ namespace, keys: Array.from({ length: Math.floor(large / 20) }, (_, key) => `k${key}`) }),
);
await measure("search after it", () => memory.search(query(1)));
await measure("delete, a thread", () => memory.delete({ namespace, thread: "endless" }));
await measure("search after it", () => memory.search(query(1)));
await measure("delete, where, half of all", () => memory.delete({ namespace, where: { half: 1 } }));
await measure("search after it", () => memory.search(query(1)));
const expiring = inputs(namespace, 2 * large, Math.floor((large * 4) / 10)).map((each) => ({
  ...each,
  expiresAt: new Date(start + 1e9),
}));
await measure("setMany, what expires", () => memory.setMany(expiring));
await measure("search among what will expire", () => repeat(20, (run) => memory.search(query(run))));
now = start + 2e9;
await measure("search among what has expired", () => repeat(20, (run) => memory.search(query(run))));
await measure("set after much has expired", () => memory.set(input(namespace, 3 * large)));
await measure("search after it", () => memory.search(query(2)));
for (const name of ["backup", "scrub"] as const) {
  // What this version has.
  const operation = (memory as unknown as Record<string, ((path: string) => Promise<unknown>) | undefined>)[
    name
  ];
  const target = join(folder, "backup.db");
  if (operation !== undefined)
    await measure(name, () => operation.call(memory, name === "backup" ? target : (undefined as never)));
  if (existsSync(target)) rmSync(target);
}
await measure("reembed, aborted, and cancelReembed", async () => {
  const aborted = new AbortController();
  const onProgress = () => aborted.abort();
  await memory.reembed({ embedder: second, onProgress, signal: aborted.signal }).catch(() => undefined);
  await memory.cancelReembed();
});
await measure("reembed", () => memory.reembed({ embedder: second, namespace }));
await measure("search after it", () => memory.search(query(3)));
await measure("clear", () => memory.clear({ namespace }));
await measure("close after erasures", () => memory.close());
rmSync(folder, { recursive: true, force: true });

pauses.sort((left, right) => right.pauseMs - left.pauseMs);
const [operationWidth] = [Math.max(...pauses.map(({ operation }) => operation.length))];
process.stdout.write(
  `Longest pause of the event loop in ms, computing in it, and what the operation took; ${large} memories in the namespace, ${whole} in the store\n`,
);
for (const { operation, pauseMs, cpuMs, tookMs } of pauses)
  process.stdout.write(
    `${operation.padEnd(operationWidth)} ${[pauseMs.toFixed(1), cpuMs.toFixed(1), `${tookMs}`].map((text) => text.padStart(8)).join(" ")}\n`,
  );
if (values.json !== undefined)
  writeFileSync(
    values.json,
    JSON.stringify({ namespace: large, store: whole, node: process.version, pauses }, null, 2),
  );
process.exit(0);
