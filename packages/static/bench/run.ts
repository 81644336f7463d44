/**
 * What the model costs, as JSON: `npm run bench:static` in the root, which builds the package first. Times and memory are
 * the medians of processes of their own. Usage: run.ts [processes, default 7]
 */
import { execFile } from "node:child_process";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { staticEmbedder } from "@souvenir/static";
import { largestDeviation, probes } from "../test/probes.ts";
import { turns } from "./turns.ts";

const run = promisify(execFile);
const self = fileURLToPath(import.meta.url);
const folder = fileURLToPath(new URL("..", import.meta.url));

interface Sample {
  loadMs: number;
  /** Of all threads together, with the compiler's and the collector's. */
  loadProcessorMs: number;
  /** The longest that anything else had to wait while the data were loaded. */
  longestPauseMs: number;
  /** Growth of the process by the data, collected garbage aside. */
  rssMB: number;
  rssAfterTurnsMB: number;
  turnsPerSecond: number;
  /** For each second of the processor: also true where others want it. */
  turnsPerProcessorSecond: number;
}

function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function residentMB(): number {
  (globalThis as { gc?: () => void }).gc?.();
  return process.memoryUsage.rss() / 2 ** 20;
}

async function sample(): Promise<Sample> {
  const texts = turns(20_000);
  const embedder = staticEmbedder();
  const before = residentMB();
  let last = performance.now();
  let longestPauseMs = 0;
  let loading = true;
  const tick = () => {
    longestPauseMs = Math.max(longestPauseMs, performance.now() - last);
    last = performance.now();
    if (loading) setImmediate(tick);
  };
  setImmediate(tick);
  const processorStart = processorMs();
  const start = performance.now();
  await embedder.load();
  const loadMs = performance.now() - start;
  const loadProcessorMs = processorMs() - processorStart;
  loading = false;
  const rssMB = residentMB() - before;
  let turnsPerSecond = 0;
  let turnsPerProcessorSecond = 0;
  for (let round = 0; round < 4; round++) {
    const processorBegin = processorMs();
    const begin = performance.now();
    for (const text of texts) embedder.compute(text, { kind: "document" });
    const perSecond = (milliseconds: number) => (texts.length / milliseconds) * 1000;
    turnsPerSecond = Math.max(turnsPerSecond, perSecond(performance.now() - begin));
    turnsPerProcessorSecond = Math.max(turnsPerProcessorSecond, perSecond(processorMs() - processorBegin));
  }
  const rssAfterTurnsMB = residentMB() - before;
  return {
    loadMs,
    loadProcessorMs,
    longestPauseMs,
    rssMB,
    rssAfterTurnsMB,
    turnsPerSecond,
    turnsPerProcessorSecond,
  };
}

async function report(processes: number): Promise<Record<string, unknown>> {
  const samples: Sample[] = [];
  for (let each = 0; each < processes; each++) {
    const { stdout } = await run(process.execPath, ["--expose-gc", self, "--sample"]);
    samples.push(JSON.parse(stdout) as Sample);
  }
  const median = (of: keyof Sample) => {
    const sorted = samples.map((one) => one[of]).sort((left, right) => left - right);
    return Number(sorted[sorted.length >> 1]!.toFixed(1));
  };
  const { stdout } = await run("npm", ["pack", "--dry-run", "--json"], { cwd: folder });
  const [tarball] = JSON.parse(stdout) as { size: number; unpackedSize: number }[];
  const texts = turns(1_000);
  const vectors = await staticEmbedder().embed(probes.map(({ text }) => text));
  return {
    node: process.version,
    processor: cpus()[0]?.model,
    date: new Date().toISOString().slice(0, 10),
    loadMs: median("loadMs"),
    loadProcessorMs: median("loadProcessorMs"),
    longestPauseMs: median("longestPauseMs"),
    rssMB: median("rssMB"),
    rssAfterTurnsMB: median("rssAfterTurnsMB"),
    turnsPerSecond: median("turnsPerSecond"),
    turnsPerProcessorSecond: median("turnsPerProcessorSecond"),
    wordsPerTurn: texts.reduce((sum, text) => sum + text.split(" ").length, 0) / texts.length,
    tarballBytes: tarball?.size,
    unpackedBytes: tarball?.unpackedSize,
    largestProbeDeviation: largestDeviation(vectors),
  };
}

const [first] = process.argv.slice(2);
const result = first === "--sample" ? await sample() : await report(Number(first ?? 7));
console.log(JSON.stringify(result, null, first === "--sample" ? 0 : 2));
