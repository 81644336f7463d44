// One measurement of `workers.ts` in a process of its own, its result as JSON: workers-child.ts '{ "part": "rate", … }'
import { createMemory } from "@souvenir/core";
import { createCorpus } from "./corpus.ts";

export interface Measuring {
  /** `build`: makes the store. `rate`: searches of two large namespaces. `tenant`: a small one beside them. */
  part: "build" | "rate" | "tenant";
  path: string;
  workers: number;
  /** Memories of a large namespace. */
  memories: number;
  /** Seconds of a measurement. */
  seconds: number;
  seed: number;
}
export interface Rate {
  perSecond: number;
  /** Milliseconds of a search. */
  p50: number;
  p99: number;
  /** Of the process, with both indexes open. */
  rssBytes: number;
  cpuMs: number;
}
export interface Tenant {
  idle: { p50: number; p99: number; searches: number };
  beside: { p50: number; p99: number; searches: number };
  erased: number;
  eraseMs: number;
}

const large = ["large-1", "large-2"] as const;
const small = "small";
/** Searches of each large namespace that are under way at once. */
const callers = 2;
/** Searches before the first that counts: compilers see hot code only after some hundred. */
const warmUps = 300;

const measuring = JSON.parse(process.argv[2] ?? "{}") as Measuring;
const { part, path, workers, memories, seconds, seed } = measuring;
const corpus = createCorpus({ seed, dimensions: 2 });
const memory = await createMemory({ path, workers });
let asked = 0;
const search = (namespace: string) => memory.search({ namespace, query: corpus.query(asked++).text });

const result = part === "build" ? await build() : part === "rate" ? await rate() : await tenant();
process.stdout.write(JSON.stringify(result ?? {}));
await memory.close();

async function build(): Promise<void> {
  for (const [place, namespace] of [...large, small].entries())
    await memory.setMany(
      Array.from({ length: namespace === small ? 200 : memories }, (_, number) => ({
        namespace,
        key: `k${number}`,
        value: corpus.text(place * memories + number),
        metadata: { half: number % 2 },
      })),
    );
  for (const namespace of large) await search(namespace);
}

async function rate(): Promise<Rate> {
  await open();
  const times: number[] = [];
  const start = performance.now();
  const cpu = process.cpuUsage();
  const end = start + seconds * 1000;
  await Promise.all(
    large.flatMap((namespace) =>
      Array.from({ length: callers }, async () => {
        while (performance.now() < end) times.push(await timed(namespace));
      }),
    ),
  );
  const elapsed = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  return {
    perSecond: (times.length / elapsed) * 1000,
    ...{ p50: at(times, 0.5), p99: at(times, 0.99) },
    rssBytes: process.memoryUsage().rss,
    cpuMs: (user + system) / 1000 / times.length,
  };
}

/** A small tenant where half of the first large namespace is erased, while the second is searched all the time. */
async function tenant(): Promise<Tenant> {
  await open();
  for (let run = 0; run < warmUps; run += 1) await search(small);
  const idle: number[] = [];
  for (const end = performance.now() + seconds * 1000; performance.now() < end; await pause())
    idle.push(await timed(small));
  let erasing = true;
  const searching = (async () => {
    while (erasing) await search(large[1]);
  })();
  const start = performance.now();
  const erased = memory.delete({ namespace: large[0], where: { half: 1 } }).finally(() => {
    erasing = false;
  });
  const beside: number[] = [];
  for (; erasing; await pause()) beside.push(await timed(small));
  const { deleted } = await erased;
  await searching;
  return {
    idle: { p50: at(idle, 0.5), p99: at(idle, 0.99), searches: idle.length },
    beside: { p50: at(beside, 0.5), p99: at(beside, 0.99), searches: beside.length },
    erased: deleted,
    eraseMs: performance.now() - start,
  };
}

/** The large ones first, so that each is in another thread where there are two; the small one is in that of the first. */
async function open(): Promise<void> {
  for (let run = 0; run < warmUps; run += 1) await Promise.all(large.map(search));
}

async function timed(namespace: string): Promise<number> {
  const start = performance.now();
  await search(namespace);
  return performance.now() - start;
}

/** Somebody who types. */
function pause(): Promise<void> {
  return new Promise((done) => setTimeout(done, 5));
}

function at(times: number[], share: number): number {
  times.sort((left, right) => left - right);
  return times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
}
