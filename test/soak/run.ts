// Mixed load on a server for a long time: npm run test:soak [-- --minutes 30 --memories 2000 --callers 8 --json FILE]
// Ends with 1 when a request fails, a stored text is not what was acknowledged, or the server's memory keeps growing.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createCorpus, randomOf } from "../bench/corpus.ts";
import { serveFile } from "../src/served.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "30" },
    memories: { type: "string", default: "2000" },
    callers: { type: "string", default: "8" },
    seed: { type: "string", default: "7" },
    json: { type: "string" },
  },
});
const minutes = Number(values.minutes);
const [memories, callers, seed] = [Number(values.memories), Number(values.callers), Number(values.seed)];
const print = (text: string) => process.stdout.write(`${text}\n`);
/** Keys, their namespaces and threads are fixed and all there from the start: what grows then is a leak. */
const namespaces = 10;
/** Share that resident memory may grow by from the first to the last third of the time after the warm-up. */
const allowedGrowth = 0.15;

const corpus = createCorpus({ seed, dimensions: 2 });
const folder = await mkdtemp(join(tmpdir(), "souvenir-soak-"));
const served = await serveFile(join(folder, "memory.db"));
const counts: Record<string, number> = {};
const times: number[] = [];
const failures: string[] = [];
const expected = new Map<string, string>();
const samples: {
  minute: number;
  residentMB: number;
  heapMB: number;
  externalMB: number;
  stored: number;
  requests: number;
}[] = [];

async function ask(route: string, body?: object): Promise<unknown> {
  const [method, path] = route.split(" ") as [string, string];
  const asked = performance.now();
  try {
    const response = await fetch(served.url + path, {
      method,
      ...(body === undefined
        ? {}
        : { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) failures.push(`${route}: ${response.status} ${text.slice(0, 200)}`);
    return response.headers.get("content-type") === "application/json" ? JSON.parse(text) : text;
  } catch (error) {
    failures.push(`${route}: ${error}`);
    return undefined;
  } finally {
    const name = `${method} ${path.split("?")[0]}`;
    counts[name] = (counts[name] ?? 0) + 1;
    times.push(performance.now() - asked);
    if (times.length > 200_000) times.splice(0, 100_000);
  }
}

const own = Math.floor(memories / callers);
const keyOf = (number: number, place: number) => ({
  key: `c${number}-${place}`,
  namespace: `n${(number + place) % namespaces}`,
});

async function fill(number: number): Promise<void> {
  for (let from = 0; from < own; from += 100) {
    const batch = Array.from({ length: Math.min(100, own - from) }, (_, place) => ({
      ...keyOf(number, from + place),
      value: corpus.text(number * own + from + place),
    }));
    await ask("POST /v1/memory/batch", { memories: batch });
    for (const { namespace, key, value } of batch) expected.set(`${namespace}\n${key}`, value);
  }
}

/** Each caller has keys of its own, so that it knows what each must hold. */
async function caller(number: number, end: number): Promise<void> {
  const random = randomOf(seed + number);
  const below = (bound: number) => Math.floor(random() * bound);
  for (let turn = 0; performance.now() < end && failures.length < 20; turn++) {
    const { key, namespace } = keyOf(number, below(own));
    const place = `${namespace}\n${key}`;
    const text = corpus.text(below(1_000_000));
    const dice = random();
    if (dice < 0.45) await ask("POST /v1/memory/search", { namespace, query: corpus.query(below(1e6)).text });
    else if (dice < 0.7) {
      // History grows with each version, so that a key is deleted first now and then.
      if (random() < 0.3) await ask(`DELETE /v1/memory?namespace=${namespace}&key=${key}`);
      await ask("POST /v1/memory-set", { namespace, key, value: text, tags: ["soak"], metadata: { turn } });
      expected.set(place, text);
    } else if (dice < 0.78)
      await ask("POST /v1/context", { namespace, query: corpus.query(below(1e6)).text });
    else if (dice < 0.84) await ask(`GET /v1/memories?namespace=${namespace}&limit=20`);
    else if (dice < 0.9) {
      const batch = Array.from({ length: 10 }, (_, place) => ({
        key: `b${number}-${place}`,
        value: corpus.text(below(1e6)),
      }));
      await ask("POST /v1/memory/batch", { namespace: `batch${number}`, memories: batch });
    } else if (dice < 0.94) {
      const thread = `t${number}`;
      if (random() < 0.1) await ask("POST /v1/memory/delete", { namespace: "turns", thread });
      await ask("POST /v1/remember-turn", {
        namespace: "turns",
        thread,
        turn_id: `${below(20)}`,
        messages: [{ role: "user", content: text }],
      });
    } else if (dice < 0.96) await ask(`GET /v1/entities?namespace=${namespace}`);
    else if (dice < 0.97) await ask(`GET /v1/export?namespace=${namespace}`);
    else if (dice < 0.98) await ask("GET /v1/stats");
    else if (dice < 0.99) await ask(`DELETE /v1/namespaces?namespace=batch${number}`);
    else await ask("GET /metrics");
  }
}

for (let number = 0; number < callers; number++) await fill(number);
const started = performance.now();
const end = started + minutes * 60_000;
async function sample(): Promise<void> {
  const text = String(await ask("GET /metrics"));
  const value = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1]);
  const residentMB = value("process_resident_memory_bytes") / 2 ** 20;
  const heapMB = value("nodejs_heap_size_used_bytes") / 2 ** 20;
  const externalMB = value("nodejs_external_memory_bytes") / 2 ** 20;
  const stored = value("souvenir_memories");
  const requests = Object.values(counts).reduce((sum, count) => sum + count, 0);
  samples.push({
    minute: (performance.now() - started) / 60_000,
    residentMB,
    heapMB,
    externalMB,
    stored,
    requests,
  });
  print(
    `${samples.at(-1)?.minute.toFixed(1)} min  ${residentMB.toFixed(0)} MB resident, ${heapMB.toFixed(0)} MB heap, ${externalMB.toFixed(0)} MB outside it  ${stored} memories  ${requests} requests  ${failures.length} failed`,
  );
}
const timer = setInterval(() => void sample(), Math.max(5_000, Math.min(60_000, minutes * 2_000)));
await Promise.all(Array.from({ length: callers }, (_, number) => caller(number, end)));
clearInterval(timer);
await sample();

let wrong = 0;
for (const [place, text] of expected) {
  const [namespace, key] = place.split("\n") as [string, string];
  const record = (await ask(`GET /v1/memory?namespace=${namespace}&key=${key}`)) as
    | { value?: string }
    | undefined;
  if (record?.value !== text) wrong++;
}
const exitCode = await served.stop();
await rm(folder, { recursive: true, force: true });

// The first fifth warms up: compiled code, caches, indexes that are opened.
const steady = samples.filter(({ minute }) => minute >= minutes / 5);
const third = Math.max(1, Math.floor(steady.length / 3));
const mean = (part: typeof steady) => part.reduce((sum, { residentMB }) => sum + residentMB, 0) / part.length;
const [first, last] = [mean(steady.slice(0, third)), mean(steady.slice(-third))];
const growth = last / first - 1;
times.sort((left, right) => left - right);
const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
const report = {
  date: new Date().toISOString().slice(0, 10),
  minutes,
  requests: samples.at(-1)?.requests ?? 0,
  p50: at(0.5),
  p99: at(0.99),
  failed: failures.length,
  wrong,
  checked: expected.size,
  exitCode,
  residentMB: { first, last, growth },
  counts,
  samples,
};
print(
  `\n${report.requests} requests in ${minutes} minutes; p50 ${report.p50.toFixed(1)} ms, p99 ${report.p99.toFixed(0)} ms; ${report.failed} failed`,
);
print(
  `resident memory ${first.toFixed(0)} MB after the warm-up, ${last.toFixed(0)} MB at the end (${(growth * 100).toFixed(1)} %)`,
);
print(
  `${wrong} of ${expected.size} memories are not what was acknowledged; the server ended with ${exitCode}`,
);
for (const failure of failures) print(failure);
if (values.json !== undefined) await writeFile(values.json, JSON.stringify(report, null, 2));
process.exitCode = failures.length > 0 || wrong > 0 || exitCode !== 0 || growth > allowedGrowth ? 1 : 0;
