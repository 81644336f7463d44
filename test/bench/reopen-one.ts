// Opens what another process stored, up to the first result, as JSON: reopen-one.ts SUBJECT SEED FOLDER
import { createCorpus } from "./corpus.ts";
import { residentMB } from "./measure.ts";
import { dimensions } from "./subjects/subject.ts";
import { type Entry, subjects } from "./subjects.ts";

export interface ReopenResult {
  reopenMs: number;
  growthMB: number;
}

const [name, seed, folder] = process.argv.slice(2) as [string, string, string];
const query = createCorpus({ seed: Number(seed), dimensions }).query(0);
const subject = await (subjects[name] as Entry).open(folder);
const before = residentMB();
const start = performance.now();
await subject.search(query, subject.modes[0] as (typeof subject.modes)[0]);
const reopenMs = performance.now() - start;
const result: ReopenResult = { reopenMs, growthMB: residentMB() - before };
await subject.close();
process.stdout.write(JSON.stringify(result));
process.exit(0);
