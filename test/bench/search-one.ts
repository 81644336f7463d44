// One subject at one size, in a process of its own, as JSON: search-one.ts SUBJECT SIZE RUNS SEED FOLDER [profile]
import { createCorpus } from "./corpus.ts";
import { latency, residentMB } from "./measure.ts";
import { type Part, profileOf } from "./profile.ts";
import { dimensions, type Item } from "./subjects/subject.ts";
import { type Entry, subjects } from "./subjects.ts";

export interface SearchResult {
  /** Documents a second, from the first call to the end of the first search, without making the corpus. */
  ingestPerSecond: number;
  /** Of that, writing, and the first search, which may make an index. */
  phases: { writeMs: number; firstSearchMs: number };
  search: Record<string, Awaited<ReturnType<typeof latency>>>;
  growthMB: number;
  profile?: Part[];
}

const batch = 1_000;
const [name, size, runs, seed, folder, wanted] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  string,
  string | undefined,
];
const corpus = createCorpus({ seed: Number(seed), dimensions });
const subject = await (subjects[name] as Entry).open(folder);
// What it takes to make the corpus is not the subject's.
for (let start = 0; start < 20 * batch; start += batch) itemsFrom(start, batch);
const before = residentMB();
let writeMs = 0;
for (let start = 0; start < Number(size); start += batch) {
  const items = itemsFrom(start, Math.min(batch, Number(size) - start));
  const began = performance.now();
  await subject.add(items);
  writeMs += performance.now() - began;
}
const [firstMode] = subject.modes as [(typeof subject.modes)[0]];
const began = performance.now();
await subject.search(corpus.query(0), firstMode);
const firstSearchMs = performance.now() - began;
const queries = Array.from({ length: Number(runs) }, (_, run) => corpus.query(run));
const ask = (run: number, mode = firstMode) =>
  subject.search(queries[run % queries.length] as (typeof queries)[0], mode);
const search: SearchResult["search"] = {};
for (const mode of subject.modes) search[mode] = await latency(Number(runs), (run) => ask(run, mode));
const growthMB = residentMB() - before;
const profile = wanted === "profile" ? await profileOf(Number(runs), ask) : undefined;
await subject.close();
const result: SearchResult = {
  ingestPerSecond: (Number(size) / (writeMs + firstSearchMs)) * 1_000,
  phases: { writeMs, firstSearchMs },
  search,
  growthMB,
  ...(profile === undefined ? {} : { profile }),
};
process.stdout.write(JSON.stringify(result));
process.exit(0);

function itemsFrom(start: number, count: number): Item[] {
  return Array.from({ length: count }, (_, index) => ({
    number: start + index,
    text: corpus.text(start + index),
    vector: corpus.vector(start + index),
  }));
}
