// Many small namespaces beside one FTS5 table: npm run bench:tenants [-- --namespaces 20000 --memories 20 --json FILE --markdown FILE]
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { cpus, loadavg, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import type { Read, Tenants, Written } from "./tenants-child.ts";

const { values } = parseArgs({
  options: {
    namespaces: { type: "string", default: "20000" },
    memories: { type: "string", default: "20" },
    callers: { type: "string", default: "8" },
    runs: { type: "string", default: "1000" },
    parallel: { type: "string", default: "500" },
    seed: { type: "string", default: "7" },
    json: { type: "string" },
    markdown: { type: "string" },
  },
});
const print = (text: string) => process.stdout.write(`${text}\n`);
const sizes = {
  namespaces: Number(values.namespaces),
  memories: Number(values.memories),
  callers: Number(values.callers),
  runs: Number(values.runs),
  parallel: Number(values.parallel),
  seed: Number(values.seed),
};

const folder = await mkdtemp(join(tmpdir(), "souvenir-bench-tenants-"));
let written: { souvenir: Written; fts5: Written };
let read: Read;
try {
  written = (await inChild("write")) as typeof written;
  read = (await inChild("read")) as Read;
} finally {
  await rm(folder, { recursive: true, force: true });
}

const { souvenir, fts5 } = written;
const ms = (value: number) => `${value.toFixed(value < 10 ? 2 : 0)} ms`;
const times = (value: number) => `${value.toFixed(2)}×`;
const count = (value: number) => Math.round(value).toLocaleString("en");
const megabytes = (value: number) => `${(value / 2 ** 20).toFixed(0)} MB`;
/** Namespaces that the process does not know by then. */
const parallel = Math.min(sizes.parallel, Math.floor(sizes.namespaces / 4));
interface Line {
  what: string;
  souvenir: string;
  fts5: string;
  measured: string;
  bar: string;
  holds: boolean | undefined;
}
const line = (
  what: string,
  [ours, theirs]: [string, string],
  measured = "",
  bar = "",
  holds?: boolean,
): Line => ({ what, souvenir: ours, fts5: theirs, measured, bar, holds });
const sets = souvenir.set.wall.p50 / fts5.set.wall.p50;
const bytes = souvenir.bytes / fts5.bytes;
const lines: Line[] = [
  ...[0, 1].flatMap((many) => {
    const [ours, theirs] = [souvenir.insert[many], fts5.insert[many]];
    if (ours === undefined || theirs === undefined) return [];
    const who = many === 0 ? "one caller" : `${sizes.callers} callers at once`;
    const ratio = ours.perSecond / theirs.perSecond;
    return [
      line(
        `insert, ${sizes.memories} a commit, ${who}, a second`,
        [count(ours.perSecond), count(theirs.perSecond)],
        times(ratio),
        "≥ 1×",
        ratio >= 1,
      ),
      line(`insert, ${who}, CPU a memory`, [
        `${(ours.cpuMs * 1000).toFixed(0)} µs`,
        `${(theirs.cpuMs * 1000).toFixed(0)} µs`,
      ]),
    ];
  }),
  line("`set`, p50", [ms(souvenir.set.wall.p50), ms(fts5.set.wall.p50)], times(sets), "≤ 1.5×", sets <= 1.5),
  line("`set`, CPU p50", [ms(souvenir.set.cpu.p50), ms(fts5.set.cpu.p50)]),
  line("file", [megabytes(souvenir.bytes), megabytes(fts5.bytes)], times(bytes), "≤ 2.5×", bytes <= 2.5),
  line("open, CPU", [ms(read.openCpuMs), ""], ms(read.openCpuMs), "≤ 20 ms", read.openCpuMs <= 20),
  line("importing the modules before, CPU", [ms(read.importCpuMs), ""]),
  line("loading the embedder before, CPU", [ms(read.loadCpuMs), ""]),
  line(
    "search, cold, CPU p50",
    [ms(read.cold.cpu.p50), ""],
    ms(read.cold.cpu.p50),
    "≤ 3 ms",
    read.cold.cpu.p50 <= 3,
  ),
  line("search, cold, p50", [ms(read.cold.wall.p50), ""]),
  line(
    "search, warm, CPU p50",
    [ms(read.warm.cpu.p50), ms(read.fts.cpu.p50)],
    ms(read.warm.cpu.p50),
    "≤ 1.5 ms",
    read.warm.cpu.p50 <= 1.5,
  ),
  line(
    "`stats({ namespace })`, p50",
    [ms(read.stats.wall.p50), ""],
    ms(read.stats.wall.p50),
    "≤ 2 ms",
    read.stats.wall.p50 <= 2,
  ),
  line("`stats()`, CPU", [ms(read.statsAllCpuMs), ""]),
  line(`${parallel} cold searches at once`, [ms(read.parallelMs), ""]),
  line(`${parallel} cold searches at once, CPU each`, [ms(read.parallelCpuMs / parallel), ""]),
];
const table = [
  "| what | souvenir | FTS5 | measured | bar | |",
  "| --- | --- | --- | --- | --- | --- |",
  ...lines.map(
    ({ what, souvenir: ours, fts5: theirs, measured, bar, holds }) =>
      `| ${what} | ${ours} | ${theirs} | ${measured} | ${bar} | ${holds === undefined ? "" : holds ? "holds" : "misses"} |`,
  ),
].join("\n");
// Without the file for programs, which says nothing about what was measured.
const given = process.argv
  .slice(2)
  .filter((part, at, parts) => part !== "--json" && parts[at - 1] !== "--json");
const command = ["npm run bench:tenants", ...(given.length > 0 ? ["--", ...given] : [])].join(" ");
const date = new Date().toISOString().slice(0, 10);
const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, load ${loadavg()[0]?.toFixed(1)}`;
const page = `# Benchmarks: many tenants

${count(sizes.namespaces)} namespaces of ${sizes.memories} memories of 30 words, in random order, beside a plain SQLite FTS5 table with a column for the namespace, in the same run: WAL, \`synchronous=FULL\`, the same texts, batches and callers, blocks of the one and the other in turn. Built-in embedder. CPU is what \`process.cpuUsage()\` says of the whole process; a cold search is the first one in a namespace that the process does not know, after some hundred others.

- Command: \`${command}\`
- Date: ${date}
- Machine: ${machine}
- Versions: Node ${process.version}
- Seed: ${sizes.seed}

${table}
`;
print(page);
if (values.markdown !== undefined) await writeFile(values.markdown, page);
if (values.json !== undefined)
  await writeFile(
    values.json,
    JSON.stringify({ date, machine, node: process.version, ...sizes, written, read }, null, 2),
  );

async function inChild(part: Tenants["part"]): Promise<unknown> {
  const script = fileURLToPath(new URL("tenants-child.ts", import.meta.url));
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--conditions=@souvenir/source", script, JSON.stringify({ part, folder, ...sizes } satisfies Tenants)],
    { env: { ...process.env, NODE_NO_WARNINGS: "1" }, maxBuffer: 2 ** 26 },
  );
  return JSON.parse(stdout);
}
