// npm run bench [-- --sizes 10000,100000 --runs 200 --seed 7 --only "souvenir,MiniSearch 7.2.0" --peers --json FILE --markdown FILE]
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { measureEngine } from "./engine.ts";
import { measureRecall } from "./recall.ts";
import type { ReopenResult } from "./reopen-one.ts";
import { type Row, toMarkdown } from "./report.ts";
import type { SearchResult } from "./search-one.ts";
import { type Entry, subjects } from "./subjects.ts";
import { measureWrites } from "./writes.ts";

const defaults = { sizes: "10000,100000", runs: "200", seed: "7" };
const { values } = parseArgs({
  options: {
    sizes: { type: "string", default: defaults.sizes },
    runs: { type: "string", default: defaults.runs },
    seed: { type: "string", default: defaults.seed },
    only: { type: "string" },
    peers: { type: "boolean" },
    json: { type: "string" },
    markdown: { type: "string" },
  },
});
const note = (text: string) => process.stderr.write(`${text}\n`);
const only = values.only?.split(/,(?! )/);
for (const name of only ?? [])
  if (subjects[name] === undefined)
    throw new Error(`there is no subject "${name}"; there are: ${Object.keys(subjects).join("; ")}`);

const peers = fileURLToPath(new URL("peers", import.meta.url));
// Without a lock file: LanceDB names packages for platforms that npm does not have, and `npm ci` wants them all.
if (values.peers && !existsSync(join(peers, "node_modules")))
  execFileSync("npm", ["install", "--no-package-lock", "--no-fund", "--no-audit"], {
    cwd: peers,
    stdio: "inherit",
  });
const measured = Object.entries(subjects).filter(([name, { peer }]) =>
  only === undefined ? values.peers || !peer : only.includes(name),
);

/** Runs a program of this folder in a process of its own and reads what it says. */
function inProcess<Result>(program: string, options: readonly string[], given: readonly string[]): Result {
  const output = execFileSync(
    process.execPath,
    [
      "--conditions=@souvenir/source",
      "--expose-gc",
      ...options,
      fileURLToPath(new URL(`./${program}`, import.meta.url)),
      ...given,
    ],
    {
      env: { ...process.env, LANCEDB_LOG: "error" },
      encoding: "utf8",
      maxBuffer: 2 ** 26,
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  return JSON.parse(output) as Result;
}

function measure(name: string, size: number, { persists, largest, slow }: Entry): Row {
  if (largest !== undefined && size > largest.size) return { name, size, left: largest.reason };
  const runs = slow ? Math.max(10, Math.round(Number(values.runs) / (size / 5_000))) : Number(values.runs);
  const folder = mkdtempSync(join(tmpdir(), "souvenir-bench-"));
  try {
    // Those that keep everything in JavaScript objects need more than the usual heap.
    const options = persists ? [] : ["--max-old-space-size=16000"];
    const profile = name === "souvenir" ? ["profile"] : [];
    const result = inProcess<SearchResult>("search-one.ts", options, [
      name,
      `${size}`,
      `${runs}`,
      values.seed,
      folder,
      ...profile,
    ]);
    if (!persists) return { name, size, result };
    const reopened = inProcess<ReopenResult>("reopen-one.ts", [], [name, values.seed, folder]);
    return { name, size, result, reopened };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const seed = Number(values.seed);
note("writes");
const writes = await measureWrites(seed);
note("engine");
const engine = measureEngine(seed);
note("recall");
const recall = measureRecall(seed);
const rows: Row[] = [];
for (const size of values.sizes.split(",").map(Number)) {
  for (const [name, entry] of measured) {
    const row = measure(name, size, entry);
    rows.push(row);
    const times = Object.entries(row.result?.search ?? {}).map(
      ([mode, { p50, p95 }]) => `${mode} ${p50.toFixed(2)}/${p95.toFixed(2)} ms`,
    );
    const { freshMs, warmMs } = row.reopened ?? {};
    if (freshMs !== undefined && warmMs !== undefined)
      times.push(`first 50 ${(freshMs / warmMs).toFixed(2)} times the warm median`);
    note(`${size} ${name}: ${row.left ?? times.join(", ")}`);
  }
}
const options = Object.entries(values)
  .filter(([option, value]) => value !== (defaults as Record<string, string>)[option])
  .map(([option, value]) =>
    typeof value === "boolean" ? `--${option}` : `--${option} ${/[ ,]/.test(value) ? `"${value}"` : value}`,
  );
const benchmark = {
  command: ["npm run bench", ...(options.length === 0 ? [] : ["--"]), ...options].join(" "),
  date: new Date().toISOString().slice(0, 10),
  machine: `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB`,
  versions: `Node ${process.version}, ${measured
    .map(([name]) => name)
    .filter((name) => !name.startsWith("souvenir"))
    .join(", ")}`,
  seed,
  writes,
  engine,
  recall,
  rows,
};
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(benchmark, null, 2)}\n`);
if (values.markdown !== undefined) writeFileSync(values.markdown, toMarkdown(benchmark));
process.stdout.write(toMarkdown(benchmark));
