// Threads that search beside one: npm run bench:workers [-- --memories 100000 --seconds 10 --rounds 3 --store FOLDER --json FILE]
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import type { Measuring, Rate, Tenant } from "./workers-child.ts";

const { values } = parseArgs({
  options: {
    memories: { type: "string", default: "100000" },
    seconds: { type: "string", default: "10" },
    rounds: { type: "string", default: "3" },
    seed: { type: "string", default: "7" },
    /** Where the store is made, and stays for the next time. Default: a new folder. */
    store: { type: "string" },
    json: { type: "string" },
  },
});
const [memories, seconds, seed] = [Number(values.memories), Number(values.seconds), Number(values.seed)];
const print = (text: string) => process.stdout.write(`${text}\n`);
const folder = values.store ?? (await mkdtemp(join(tmpdir(), "souvenir-bench-workers-")));
const path = join(folder, "memory.db");
const before = loadavg()[0] ?? 0;
/** By threads: 0 is the thread of the program. */
const rates: Record<0 | 1 | 2, Rate[]> = { 0: [], 1: [], 2: [] };
const tenants: Tenant[] = [];
try {
  if (!existsSync(path)) await inChild<object>("build", 2);
  for (let round = 0; round < Number(values.rounds); round += 1) {
    // In turns, so that each sees the machine as it is at that time.
    for (const workers of [0, 1, 2] as const) rates[workers].push(await inChild<Rate>("rate", workers));
    const copy = join(folder, `copy-${round}.db`);
    await cp(path, copy);
    await cp(`${path}.index`, `${copy}.index`, { recursive: true });
    tenants.push(await inChild<Tenant>("tenant", 2, copy));
    for (const name of [copy, `${copy}.index`]) await rm(name, { recursive: true, force: true });
  }
} finally {
  if (values.store === undefined) await rm(folder, { recursive: true, force: true });
}

const middle = (numbers: number[]) =>
  numbers.sort((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? 0;
const of = (workers: 0 | 1 | 2, name: keyof Rate) => middle(rates[workers].map((each) => each[name]));
const ratios = {
  searches: middle(rates[2].map(({ perSecond }, round) => perSecond / (rates[1][round]?.perSecond ?? 0))),
  tenant: middle(tenants.map(({ idle, beside }) => beside.p99 / idle.p99)),
  rss: of(2, "rssBytes") / of(1, "rssBytes"),
  rssOfNone: of(2, "rssBytes") / of(0, "rssBytes"),
};
const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}`;
const date = new Date().toISOString().slice(0, 10);
const load = { before, after: loadavg()[0] ?? 0 };
print(
  `${date}, Node ${process.version}, ${machine}, two namespaces of ${memories} memories, load of the machine ${load.before.toFixed(1)} before, ${load.after.toFixed(1)} after\n`,
);
print("| threads that search | searches a second | p50 ms | p99 ms | CPU ms a search | memory MB |");
print("|---|---|---|---|---|---|");
for (const workers of [0, 1, 2] as const)
  print(
    `| ${workers} | ${of(workers, "perSecond").toFixed(0)} | ${of(workers, "p50").toFixed(1)} | ${of(workers, "p99").toFixed(1)} | ${of(workers, "cpuMs").toFixed(1)} | ${(of(workers, "rssBytes") / 2 ** 20).toFixed(0)} |`,
  );
print("\n| bar | measured | holds |\n|---|---|---|");
const bar = (what: string, ratio: number, holds: boolean) =>
  print(`| ${what} | ${ratio.toFixed(2)} | ${holds ? "yes" : "no"} |`);
bar("searches a second, 2 threads to 1, at least 1.6", ratios.searches, ratios.searches >= 1.6);
bar(
  "p99 of a small tenant beside erasing and searching to idle, at most 3",
  ratios.tenant,
  ratios.tenant <= 3,
);
bar("memory of the process, 2 threads to 1, at most 1.2", ratios.rss, ratios.rss <= 1.2);
bar("memory of the process, 2 threads to none, at most 1.2", ratios.rssOfNone, ratios.rssOfNone <= 1.2);
if (values.json !== undefined)
  await writeFile(
    values.json,
    JSON.stringify(
      { date, node: process.version, machine, load, memories, seconds, seed, ratios, rates, tenants },
      null,
      2,
    ),
  );

async function inChild<Result>(part: Measuring["part"], workers: number, file = path): Promise<Result> {
  const script = fileURLToPath(new URL("workers-child.ts", import.meta.url));
  const measuring: Measuring = { part, workers, path: file, memories, seconds, seed };
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--conditions=@souvenir/source", script, JSON.stringify(measuring)],
    { env: { ...process.env, NODE_NO_WARNINGS: "1" } },
  );
  return JSON.parse(stdout) as Result;
}
