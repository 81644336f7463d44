// One part of `tenants.ts` in a process of its own, its result as JSON: tenants-child.ts '{ "part": "write", … }'
import { statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Memory } from "@souvenir/core";
import { createCorpus, randomOf } from "./corpus.ts";

export interface Tenants {
  part: "write" | "read";
  folder: string;
  namespaces: number;
  memories: number;
  seed: number;
  /** Callers at once while half of the namespaces are inserted; one caller inserts the other half. */
  callers: number;
  /** Searches, sets and calls of `stats` that are measured. */
  runs: number;
  /** Cold searches at once. */
  parallel: number;
}

/** Milliseconds. */
interface Times {
  p50: number;
  p95: number;
}
/** What one store did. `wall` is time that passed, `cpu` what the process worked. */
export interface Written {
  /** By one caller, and by several at once. */
  insert: { perSecond: number; cpuMs: number }[];
  set: { wall: Times; cpu: Times };
  bytes: number;
}
export interface Read {
  importCpuMs: number;
  loadCpuMs: number;
  openCpuMs: number;
  statsAllCpuMs: number;
  stats: { wall: Times; cpu: Times };
  cold: { wall: Times; cpu: Times };
  warm: { wall: Times; cpu: Times };
  parallelMs: number;
  parallelCpuMs: number;
  residentMB: number;
  /** The same questions to the FTS5 table. */
  fts: { wall: Times; cpu: Times };
}

const given = JSON.parse(process.argv[2] as string) as Tenants;
const { folder, namespaces, memories, seed, callers, runs, parallel } = given;
const corpus = createCorpus({ seed, dimensions: 2 });
const ftsPath = join(folder, "fts5.db");
const path = join(folder, "memory.db");
const nameOf = (namespace: number) => `tenant-${namespace}@example.com`;
const textOf = (namespace: number, memory: number) => corpus.text(namespace * memories + memory);

process.stdout.write(JSON.stringify(given.part === "write" ? await write() : await read()));

/** Blocks of the one and the other in turn, so that both see the machine as it is at that time. */
async function write(): Promise<{ souvenir: Written; fts5: Written }> {
  const { createMemory } = await import("@souvenir/core");
  const memory = await createMemory({ path });
  const fts = openFts();
  const order = shuffled(namespaces, randomOf(seed + 1));
  const block = Math.max(100, Math.ceil(namespaces / 40));
  const warmUp = Math.min(200, Math.floor(namespaces / 10));
  const spent = {
    souvenir: [spending(), spending()] as const,
    fts5: [spending(), spending()] as const,
  };
  let many = false;
  for (let start = 0; start < namespaces; start += block, many = !many) {
    const names = order.slice(start, start + block);
    // Made before, and not while anybody is measured.
    const texts = new Map(
      names.map((namespace) => [
        namespace,
        Array.from({ length: memories }, (_, index) => textOf(namespace, index)),
      ]),
    );
    const insertInto = async (which: "souvenir" | "fts5", insert: (namespace: number) => unknown) => {
      let next = 0;
      const { begin } = spent[which][many ? 1 : 0];
      const end = begin(names.length);
      await Promise.all(
        Array.from({ length: many ? callers : 1 }, async () => {
          for (let at = next++; at < names.length; at = next++) await insert(names[at] as number);
        }),
      );
      end();
    };
    await insertInto("souvenir", (namespace) =>
      memory.setMany(
        Array.from({ length: memories }, (_, index) => ({
          namespace: nameOf(namespace),
          key: `k${index}`,
          value: texts.get(namespace)?.[index] as string,
        })),
      ),
    );
    await insertInto("fts5", (namespace) =>
      fts.insert(
        namespace,
        (texts.get(namespace) as string[]).map((text, index) => [index, text]),
      ),
    );
  }
  const at = randomOf(seed + 2);
  const sets = { souvenir: samples(), fts5: samples() };
  for (let run = -warmUp; run < runs; run += 1) {
    const namespace = Math.floor(at() * namespaces);
    const key = memories + run + warmUp;
    const value = corpus.text(-1 - key);
    await sets.souvenir.take(run >= 0, () =>
      memory.set({ namespace: nameOf(namespace), key: `k${key}`, value }),
    );
    await sets.fts5.take(run >= 0, () => fts.insert(namespace, [[key, value]]));
  }
  await memory.close();
  fts.database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  fts.database.close();
  const written = (which: "souvenir" | "fts5", file: string): Written => ({
    insert: spent[which].map(({ wall, cpu, count }) => ({
      perSecond: (count * memories * 1000) / wall,
      cpuMs: cpu / (count * memories),
    })),
    set: sets[which].result(),
    bytes: statSync(file).size,
  });
  return { souvenir: written("souvenir", path), fts5: written("fts5", ftsPath) };
}

async function read(): Promise<Read> {
  const importing = process.cpuUsage();
  const { createMemory, defaultEmbedder } = await import("@souvenir/core");
  await import("../../packages/core/src/store/sqlite-store.ts");
  const importCpuMs = cpuSince(importing);
  const loading = process.cpuUsage();
  const embedder = defaultEmbedder();
  await embedder.load?.();
  const loadCpuMs = cpuSince(loading);

  const opening = process.cpuUsage();
  const memory = await createMemory({ path, embedder });
  const openCpuMs = cpuSince(opening);

  const order = shuffled(namespaces, randomOf(seed + 3));
  const question = (run: number, which: number) => {
    const words = textOf(order[run] as number, (run + which) % memories).split(" ");
    return words.slice(5 * which, 5 * which + 6).join(" ");
  };
  const cold = samples();
  const warm = samples();
  const fts = openFts();
  const ftsTimes = samples();
  const counted = Math.min(runs, Math.floor(namespaces / 2));
  // Compilers see hot code only after some hundred calls, in any process.
  const warmUp = Math.min(300, Math.floor(namespaces / 4));
  for (let run = 0; run < warmUp + counted; run += 1) {
    const namespace = nameOf(order[run] as number);
    await cold.take(run >= warmUp, () => found(memory, namespace, question(run, 0)));
    await warm.take(run >= warmUp, () => found(memory, namespace, question(run, 1)));
    // It goes through the matches of all tenants: some tell enough.
    if (run >= warmUp + counted - 30)
      await ftsTimes.take(true, () => fts.search(order[run] as number, question(run, 1)));
  }
  const stats = samples();
  for (let run = 0; run < counted; run += 1)
    await stats.take(run >= counted / 10, () => memory.stats({ namespace: nameOf(order[run] as number) }));
  const all = process.cpuUsage();
  await memory.stats();
  const statsAllCpuMs = cpuSince(all);

  const others = order.slice(-Math.min(parallel, Math.floor(namespaces / 4)));
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  await Promise.all(
    others.map((namespace) => found(memory, nameOf(namespace), textOf(namespace, 0).slice(0, 50))),
  );
  const [parallelMs, parallelCpuMs] = [performance.now() - start, cpuSince(cpu)];
  await memory.close();
  fts.database.close();
  return {
    importCpuMs,
    loadCpuMs,
    openCpuMs,
    statsAllCpuMs,
    stats: stats.result(),
    cold: cold.result(),
    warm: warm.result(),
    parallelMs,
    parallelCpuMs,
    residentMB: process.memoryUsage.rss() / 2 ** 20,
    fts: ftsTimes.result(),
  };
}

async function found(memory: Memory, namespace: string, query: string): Promise<void> {
  const { results } = await memory.search({ namespace, query });
  if (results.length === 0) throw new Error(`nothing found in ${namespace} for its own words`);
}

/** A plain FTS5 table, durable as we are: the least that anybody would do. */
function openFts() {
  const database = new DatabaseSync(ftsPath);
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    CREATE VIRTUAL TABLE IF NOT EXISTS memories USING fts5(namespace UNINDEXED, key UNINDEXED, value)`);
  const add = database.prepare("INSERT INTO memories VALUES (?, ?, ?)");
  const matching = database.prepare(
    "SELECT key, value FROM memories WHERE memories MATCH ? AND namespace = ? ORDER BY rank LIMIT 10",
  );
  return {
    database,
    insert(namespace: number, rows: readonly (readonly [key: number, value: string])[]) {
      database.exec("BEGIN IMMEDIATE");
      for (const [key, value] of rows) add.run(nameOf(namespace), `k${key}`, value);
      database.exec("COMMIT");
    },
    search(namespace: number, query: string) {
      const words = query.split(" ").map((word) => `"${word}"`);
      return matching.all(words.join(" OR "), nameOf(namespace));
    },
  };
}

function shuffled(count: number, random: () => number): number[] {
  const numbers = Array.from({ length: count }, (_, index) => index);
  for (let index = count - 1; index > 0; index -= 1) {
    const other = Math.floor(random() * (index + 1));
    [numbers[index], numbers[other]] = [numbers[other] as number, numbers[index] as number];
  }
  return numbers;
}

function cpuSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

function spending() {
  const sum = {
    wall: 0,
    cpu: 0,
    count: 0,
    begin(count: number) {
      sum.count += count;
      const [start, cpu] = [performance.now(), process.cpuUsage()];
      return () => {
        sum.wall += performance.now() - start;
        sum.cpu += cpuSince(cpu);
      };
    },
  };
  return sum;
}

function samples() {
  const walls: number[] = [];
  const cpus: number[] = [];
  const times = (values: number[]): Times => {
    const sorted = values.toSorted((left, right) => left - right);
    const place = (share: number) =>
      sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
    return { p50: place(0.5), p95: place(0.95) };
  };
  return {
    async take(counts: boolean, call: () => unknown) {
      const [start, cpu] = [performance.now(), process.cpuUsage()];
      await call();
      if (!counts) return;
      walls.push(performance.now() - start);
      cpus.push(cpuSince(cpu));
    },
    result: () => ({ wall: times(walls), cpu: times(cpus) }),
  };
}
