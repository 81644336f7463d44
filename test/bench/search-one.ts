// One subject at one size, in a process of its own: search-one.ts SUBJECT SIZE RUNS SEED → JSON
import { createCorpus } from "./corpus.ts";
import { latency, residentMB } from "./measure.ts";
import { dimensions, subjects } from "./subjects.ts";

const [name, size, runs, seed] = process.argv.slice(2) as [string, string, string, string];
const corpus = createCorpus({ seed: Number(seed), dimensions });
const subject = (subjects[name] as (typeof subjects)[string])();
const before = residentMB();
const start = performance.now();
await subject.ingest(corpus, Number(size));
// Some build their index when it is first asked.
await subject.search(corpus.query(0), subject.modes[0] as (typeof subject.modes)[0]);
const ingestPerSecond = (Number(size) / (performance.now() - start)) * 1000;
const search: Record<string, Awaited<ReturnType<typeof latency>>> = {};
for (const mode of subject.modes) {
  const queries = Array.from({ length: Number(runs) }, (_, run) => corpus.query(run));
  search[mode] = await latency(Number(runs), (run) =>
    subject.search(queries[run] as (typeof queries)[0], mode),
  );
}
const growthMB = residentMB() - before;
let reopenMs: number | undefined;
if (subject.reopen) {
  const began = performance.now();
  await subject.reopen();
  await subject.search(corpus.query(0), subject.modes[0] as (typeof subject.modes)[0]);
  reopenMs = performance.now() - began;
}
await subject.close();
process.stdout.write(
  JSON.stringify({ name, size: Number(size), ingestPerSecond, search, growthMB, reopenMs }),
);
process.exit(0);
