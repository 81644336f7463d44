// What a node and its database carry, in processor time and memory: npm run bench:scale [-- --namespaces 100000 --memories 10 --touched 3000 --json FILE]
import { readdirSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { createMemory } from "@souvenir/core";
import { Pool } from "pg";
import { postgresStore } from "../../packages/postgres/src/index.ts";
import { startPostgres } from "../src/postgres-server.ts";
import { createCorpus } from "./corpus.ts";

const { values } = parseArgs({
  options: {
    namespaces: { type: "string", default: "10000" },
    memories: { type: "string", default: "10" },
    touched: { type: "string", default: "2000" },
    runs: { type: "string", default: "2000" },
    seed: { type: "string", default: "7" },
    json: { type: "string" },
  },
});
const [namespaces, memories, touched, runs] = [
  values.namespaces,
  values.memories,
  values.touched,
  values.runs,
].map(Number) as [number, number, number, number];
const corpus = createCorpus({ seed: Number(values.seed), dimensions: 1 });
const total = namespaces * memories;
const nameOf = (namespace: number) => `user ${String(namespace).padStart(9, "0")}`;

const server = await startPostgres({ durable: true });
const pool = new Pool({ connectionString: server.url, max: 10 });
const memory = await createMemory({
  store: postgresStore({ pool }),
  // All that is touched stays open, to see what that takes.
  limits: { openNamespaces: touched + 300 },
});

/** Milliseconds of processor of this process, and of all processes of the database. */
function spent(): { node: number; database: number } {
  const { user, system } = process.cpuUsage();
  return { node: (user + system) / 1000, database: ticksBelow(server.process.pid as number) * 10 };
}
/** Of a process and its children, also those that ended (proc(5): utime, stime, cutime, cstime), in hundredths of a second. */
function ticksBelow(parent: number): number {
  let ticks = 0;
  for (const name of readdirSync("/proc").filter((each) => /^\d+$/.test(each))) {
    try {
      const text = readFileSync(`/proc/${name}/stat`, "latin1");
      const fields = text
        .slice(text.lastIndexOf(")") + 2)
        .split(" ")
        .map(Number);
      if (Number(name) === parent) ticks += fields.slice(11, 15).reduce((sum, each) => sum + each, 0);
      else if (fields[1] === parent) ticks += (fields[11] as number) + (fields[12] as number);
    } catch {
      // It has ended meanwhile.
    }
  }
  return ticks;
}
async function each(count: number, work: (index: number) => Promise<unknown>) {
  const times: number[] = [];
  const before = spent();
  for (let index = 0; index < count; index += 1) {
    const start = performance.now();
    await work(index);
    times.push(performance.now() - start);
  }
  const after = spent();
  times.sort((a, b) => a - b);
  return {
    nodeMs: (after.node - before.node) / count,
    databaseMs: (after.database - before.database) / count,
    p50: times[count >> 1] as number,
    p95: times[Math.floor(count * 0.95)] as number,
  };
}
const resident = () => {
  globalThis.gc?.();
  return process.memoryUsage().rss;
};
const sizeOf = async () =>
  Number((await pool.query("SELECT pg_database_size(current_database()) AS n")).rows[0].n);

try {
  // The tables, and the embedder of new namespaces.
  await memory.set({ namespace: "first", value: "The first memory." });
  const empty = await sizeOf();
  const fillStart = performance.now();
  const now = Date.now();
  const perBatch = Math.max(1, Math.floor(5_000 / memories));
  for (let from = 0; from < namespaces; from += perBatch) {
    const part = Array.from({ length: Math.min(perBatch, namespaces - from) }, (_, index) => from + index);
    const { rows } = await pool.query(
      `INSERT INTO souvenir.namespaces (name, sequence, embedder)
       SELECT name, $2, (SELECT embedder FROM souvenir.settings) FROM unnest($1::text[]) AS name RETURNING number`,
      [part.map(nameOf), memories],
    );
    const ids = rows.flatMap(({ number }) => Array.from({ length: memories }, () => number));
    await pool.query(
      `INSERT INTO souvenir.records (namespace, id, key, value, tags, metadata, entities, created_at, updated_at, version, sequence, withdrawn)
       SELECT namespace, nextval('souvenir.record_ids'), 'key ' || sequence, value, '[]', '{}', '[]', $4, $4, 1, sequence, false
       FROM unnest($1::bigint[], $2::bigint[], $3::text[]) AS r (namespace, sequence, value)`,
      [
        ids,
        ids.map((_, index) => (index % memories) + 1),
        ids.map((_, index) => corpus.text(from * memories + index)),
        now,
      ],
    );
  }
  await pool.query("ANALYZE");
  const fillSeconds = (performance.now() - fillStart) / 1000;
  const bytes = (await sizeOf()) - empty;

  // In an order that no page of the database is laid out in.
  const some = (index: number) => nameOf((index * 7_919) % namespaces);
  const ask = (index: number) => memory.search({ namespace: some(index), query: corpus.query(index).text });
  for (let index = 0; index < 200; index += 1) await ask(namespaces - 1 - index);
  const before = resident();
  const cold = await each(touched, ask);
  const grown = resident() - before;
  const warm = await each(runs, (index) => ask(index % touched));
  const set = await each(Math.min(500, runs), (index) =>
    memory.set({ namespace: some(index), value: corpus.text(index) }),
  );
  const figures = {
    machine: `${cpus()[0]?.model.trim()}, ${cpus().length} cores, Node ${process.version}`,
    ...{ namespaces, memories: total, touched, fillSeconds },
    databaseBytesAMemory: bytes / total,
    databaseBytes: bytes,
    nodeBytesANamespace: grown / touched,
    nodeBytesBefore: before,
    ...{ cold, warm, set },
  };
  const ms = ({ nodeMs, databaseMs, p50, p95 }: typeof cold) =>
    `${nodeMs.toFixed(2)} ms | ${databaseMs.toFixed(2)} ms | ${p50.toFixed(1)} ms | ${p95.toFixed(1)} ms`;
  process.stdout.write(`${figures.machine}
${namespaces} namespaces of ${memories} memories: ${(bytes / 2 ** 20).toFixed(0)} MB, ${(bytes / total).toFixed(0)} bytes a memory; filled in ${fillSeconds.toFixed(0)} s
a node before: ${(before / 2 ** 20).toFixed(0)} MB; for each open namespace ${(grown / touched / 1024).toFixed(1)} KB

| | processor of the node | of the database | p50 | p95 |
|---|---|---|---|---|
| first search in a namespace | ${ms(cold)} |
| search | ${ms(warm)} |
| \`set\` | ${ms(set)} |
`);
  if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(figures, null, 2)}\n`);
} finally {
  await memory.close();
  await pool.end();
  await server.close();
}
