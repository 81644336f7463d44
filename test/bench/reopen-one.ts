// Opens what another process stored, up to the first result, and asks on, as JSON: reopen-one.ts SUBJECT SEED FOLDER
import { createCorpus } from "./corpus.ts";
import { residentMB } from "./measure.ts";
import { dimensions } from "./subjects/subject.ts";
import { type Entry, subjects } from "./subjects.ts";

export interface ReopenResult {
  reopenMs: number;
  growthMB: number;
  /** Median milliseconds of the first questions of the process, and of later ones. */
  freshMs: number;
  warmMs: number;
}

const freshQuestions = 50;
/** Questions after which everything is compiled. */
const warmUp = 300;
const warmQuestions = 200;

const [name, seed, folder] = process.argv.slice(2) as [string, string, string];
const corpus = createCorpus({ seed: Number(seed), dimensions });
const queries = Array.from({ length: freshQuestions + warmUp + warmQuestions }, (_, at) => corpus.query(at));
const subject = await (subjects[name] as Entry).open(folder);
const before = residentMB();
const times: number[] = [];
let growthMB = 0;
for (const query of queries) {
  const start = performance.now();
  await subject.search(query, subject.modes[0] as (typeof subject.modes)[0]);
  times.push(performance.now() - start);
  if (times.length === 1) growthMB = residentMB() - before;
}
const median = (some: number[]) => some.sort((left, right) => left - right)[some.length >> 1] as number;
const result: ReopenResult = {
  reopenMs: times[0] as number,
  growthMB,
  freshMs: median(times.slice(0, freshQuestions)),
  warmMs: median(times.slice(-warmQuestions)),
};
await subject.close();
process.stdout.write(JSON.stringify(result));
process.exit(0);
