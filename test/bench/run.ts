// npm run bench [-- --sizes 10000,100000 --runs 200 --seed 7 --only souvenir --json FILE]
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Latency } from "./measure.ts";
import { subjects } from "./subjects.ts";
import { measureWrites } from "./writes.ts";

interface SearchResult {
  name: string;
  size: number;
  ingestPerSecond: number;
  search: Record<string, Latency>;
  growthMB: number;
  reopenMs?: number;
}

const { values } = parseArgs({
  options: {
    sizes: { type: "string", default: "10000,100000" },
    runs: { type: "string", default: "200" },
    seed: { type: "string", default: "7" },
    only: { type: "string" },
    json: { type: "string" },
  },
});
const sizes = values.sizes.split(",").map(Number);
const print = (text: string) => process.stdout.write(`${text}\n`);
const round = (value: number) =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);

const machine = {
  date: new Date().toISOString().slice(0, 10),
  node: process.version,
  cpu: `${cpus().length} × ${cpus()[0]?.model.trim()}`,
  memoryGiB: Math.round(totalmem() / 2 ** 30),
};
print(
  `${machine.date}, Node ${machine.node}, ${machine.cpu}, ${machine.memoryGiB} GiB, seed ${values.seed}\n`,
);

print("Durable writes, 30-word texts, embedder: false\n");
print("| what | a second |\n|---|---|");
const writes = await measureWrites(Number(values.seed));
for (const { name, perSecond } of writes) print(`| ${name} | ${round(perSecond)} |`);

const results: SearchResult[] = [];
for (const size of sizes) {
  print(`\n${size} memories of 30 words, 1024 dimensions; questions of 8 words; best 10\n`);
  print(
    "| subject | mode | p50 ms | p95 ms | ratio of p50 to souvenir | ingest/s | RSS growth MB | reopen ms |",
  );
  print("|---|---|---|---|---|---|---|---|");
  for (const name of Object.keys(subjects)) {
    if (values.only !== undefined && values.only !== name) continue;
    // Slow subjects get fewer runs, so that the whole ends.
    const runs = name.startsWith("stock")
      ? Math.max(10, Math.round(Number(values.runs) / (size / 5_000)))
      : values.runs;
    const script = fileURLToPath(new URL("./search-one.ts", import.meta.url));
    const output = execFileSync(
      process.execPath,
      [
        "--conditions=@souvenir/source",
        "--expose-gc",
        "--max-old-space-size=16000",
        script,
        name,
        `${size}`,
        `${runs}`,
        values.seed,
      ],
      { encoding: "utf8", maxBuffer: 2 ** 26, stdio: ["ignore", "pipe", "inherit"] },
    );
    const result = JSON.parse(output) as SearchResult;
    results.push(result);
    const reference = results.find((other) => other.size === size && other.name === "souvenir")?.search.hybrid
      ?.p50;
    for (const [mode, { p50, p95 }] of Object.entries(result.search)) {
      const ratio = reference === undefined ? "" : `${round(p50 / reference)}×`;
      const reopen = result.reopenMs === undefined ? "" : round(result.reopenMs);
      print(
        `| ${name} | ${mode} | ${round(p50)} | ${round(p95)} | ${ratio} | ${round(result.ingestPerSecond)} | ${round(result.growthMB)} | ${reopen} |`,
      );
    }
  }
}
if (values.json !== undefined) {
  writeFileSync(
    values.json,
    `${JSON.stringify({ machine, seed: Number(values.seed), writes, search: results }, null, 2)}\n`,
  );
}
