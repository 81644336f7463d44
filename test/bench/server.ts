// The server under load beside the memory in this process: npm run bench:server [-- --memories 10000 --seconds 10 --json FILE]
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { createMemory } from "@souvenir/core";
import { serveFile } from "../src/served.ts";
import { createCorpus } from "./corpus.ts";
import type { Load, LoadResult } from "./server-load.ts";

const { values } = parseArgs({
  options: {
    memories: { type: "string", default: "10000" },
    seconds: { type: "string", default: "10" },
    seed: { type: "string", default: "7" },
    json: { type: "string" },
  },
});
const [memories, seconds, seed] = [Number(values.memories), Number(values.seconds), Number(values.seed)];
const print = (text: string) => process.stdout.write(`${text}\n`);
const corpus = createCorpus({ seed, dimensions: 2 });
/** Of the process that has the memory: it does not grow when others keep the machine busy. */
type Measured = LoadResult & { cpuMs: number };
/** Compilers see hot code only after some hundred calls, in either process. */
const warmUpCalls = 1_000;
const results: { where: string; kind: Load["kind"]; callers: number; result: Measured }[] = [];

const folder = await mkdtemp(join(tmpdir(), "souvenir-bench-server-"));
const path = join(folder, "memory.db");
try {
  const memory = await createMemory({ path });
  await memory.setMany(
    Array.from({ length: memories }, (_, document) => ({
      namespace: "bench",
      key: `k${document}`,
      value: corpus.text(document),
    })),
  );
  await memory.flush();
  await memory.close();
  // One after the other for each load, so that both see the machine as it is at that time.
  for (const kind of ["search", "set"] as const)
    for (const callers of [1, 10]) {
      results.push({ where: "in process", kind, callers, result: await inProcess(kind, callers) });
      results.push({ where: "server", kind, callers, result: await onServer(kind, callers) });
    }
} finally {
  await rm(folder, { recursive: true, force: true });
}

const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}`;
const date = new Date().toISOString().slice(0, 10);
print(
  `${date}, Node ${process.version}, ${machine}, ${memories} memories of 30 words, the static embedder, load of the machine ${loadavg()[0]?.toFixed(0)}\n`,
);
print("| what | where | callers | a second | p50 ms | p99 ms | CPU ms a call | failed |");
print("|---|---|---|---|---|---|---|---|");
const shown = (milliseconds: number) => milliseconds.toFixed(milliseconds < 10 ? 1 : 0);
for (const { where, kind, callers, result } of results)
  print(
    `| ${kind} | ${where} | ${callers} | ${result.perSecond.toFixed(0)} | ${shown(result.p50)} | ${shown(result.p99)} | ${result.cpuMs.toFixed(2)} | ${result.failed} |`,
  );
if (values.json !== undefined)
  await writeFile(
    values.json,
    JSON.stringify({ date, node: process.version, machine, memories, seed, results }, null, 2),
  );

/** The same calls without HTTP: what the server cannot be faster than. */
async function inProcess(kind: Load["kind"], callers: number): Promise<Measured> {
  const memory = await createMemory({ path });
  const times: number[] = [];
  let next = 0;
  const call = async () => {
    const number = next++;
    if (kind === "search") await memory.search({ namespace: "bench", query: corpus.query(number).text });
    else
      await memory.set({
        namespace: "bench",
        key: `set${number % 2_000}`,
        value: corpus.text(1_000_000 + (number % 20_000)),
      });
  };
  const during = async (milliseconds: number) => {
    const end = performance.now() + milliseconds;
    await Promise.all(
      Array.from({ length: callers }, async () => {
        while (performance.now() < end) {
          const asked = performance.now();
          await call();
          times.push(performance.now() - asked);
        }
      }),
    );
  };
  while (times.length < warmUpCalls) await during(500);
  times.length = 0;
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  await during(seconds * 1000);
  const [elapsed, { user, system }] = [performance.now() - start, process.cpuUsage(cpu)];
  await memory.close();
  times.sort((left, right) => left - right);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
  const requests = times.length;
  return {
    ...{
      requests,
      perSecond: (requests / elapsed) * 1000,
      p50: at(0.5),
      p99: at(0.99),
      max: at(1),
      failed: 0,
    },
    cpuMs: (user + system) / 1000 / requests,
  };
}

async function onServer(kind: Load["kind"], callers: number): Promise<Measured> {
  const { url, stop } = await serveFile(path);
  const load = { url, kind, connections: callers, seed };
  const cpuSeconds = async () =>
    Number(/^process_cpu_seconds_total (\S+)$/m.exec(await (await fetch(`${url}/metrics`)).text())?.[1]);
  for (let warm = 0; warm < warmUpCalls; )
    warm += (await underLoad({ ...load, seconds: 2, seed: seed + 1 })).requests;
  const before = await cpuSeconds();
  const result = await underLoad({ ...load, seconds });
  const cpuMs = ((await cpuSeconds()) - before) * 1000;
  await stop();
  return { ...result, cpuMs: cpuMs / result.requests };
}

async function underLoad(load: Load): Promise<LoadResult> {
  const script = fileURLToPath(new URL("server-load.ts", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, JSON.stringify(load)], {
    env: { ...process.env, NODE_NO_WARNINGS: "1" },
  });
  return JSON.parse(stdout) as LoadResult;
}
