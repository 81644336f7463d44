// A memory in PostgreSQL beside one in a file, and beside plain INSERTs: npm run bench:postgres [-- --memories 10000 --json FILE]
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createMemory, type Memory } from "@souvenir/core";
import { Pool } from "pg";
import { postgresStore } from "../../packages/postgres/src/index.ts";
import { startPostgres } from "../src/postgres-server.ts";
import { createCorpus } from "./corpus.ts";
import { latency } from "./measure.ts";

const { values } = parseArgs({
  options: {
    memories: { type: "string", default: "10000" },
    writes: { type: "string", default: "300" },
    runs: { type: "string", default: "300" },
    rounds: { type: "string", default: "3" },
    seed: { type: "string", default: "7" },
    json: { type: "string" },
  },
});
const [memories, writes, runs, rounds] = [values.memories, values.writes, values.runs, values.rounds].map(
  Number,
) as [number, number, number, number];
const print = (text: string) => process.stdout.write(`${text}\n`);
const corpus = createCorpus({ seed: Number(values.seed), dimensions: 1 });
const texts = Array.from({ length: Math.max(memories, writes) }, (_, index) => corpus.text(index));
const folder = await mkdtemp(join(tmpdir(), "souvenir-bench-postgres-"));
const server = await startPostgres({ durable: true });
const pool = new Pool({ connectionString: server.url, max: 10 });
const path = join(folder, "memory.db");
const open = {
  file: () => createMemory({ path }),
  postgres: () => createMemory({ store: postgresStore({ pool }) }),
};
type Kind = keyof typeof open;
const kinds: Kind[] = ["file", "postgres"];

/** The median of rounds, which take turns: what else the machine does meets all alike. */
const median = (numbers: number[]) => numbers.sort((a, b) => a - b)[numbers.length >> 1] as number;
const perSecond = async (count: number, work: () => Promise<unknown>) => {
  const start = performance.now();
  await work();
  return (count * 1000) / (performance.now() - start);
};

/** So many writes, one after the other for each of `callers`, each to a namespace of its own. */
async function written(
  callers: number,
  write: (caller: number, index: number) => Promise<unknown>,
): Promise<number> {
  return perSecond(writes, () =>
    Promise.all(
      Array.from({ length: callers }, async (_, caller) => {
        for (let index = caller; index < writes; index += callers) await write(caller, index);
      }),
    ),
  );
}

const figures: Record<string, Record<string, number>> = {};
try {
  await pool.query(
    "CREATE TABLE plain (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, namespace text, value text)",
  );
  const insert = (caller: number, index: number) =>
    pool.query("INSERT INTO plain (namespace, value) VALUES ($1, $2)", [`user ${caller}`, texts[index]]);
  const opened: Record<Kind, Memory> = { file: await open.file(), postgres: await open.postgres() };
  for (const callers of [1, 10]) {
    const rates: Record<string, number[]> = { file: [], postgres: [], insert: [] };
    for (let round = 0; round < rounds; round += 1) {
      for (const kind of kinds)
        rates[kind]?.push(
          await written(callers, (caller, index) =>
            opened[kind].set({ namespace: `user ${caller}`, value: texts[index] as string }),
          ),
        );
      rates.insert?.push(await written(callers, insert));
    }
    figures[`durable writes a second, ${callers} callers`] = Object.fromEntries(
      Object.entries(rates).map(([name, found]) => [name, median(found)]),
    );
  }

  const filled: Record<string, number> = {};
  for (const kind of kinds)
    filled[kind] = await perSecond(memories, () =>
      opened[kind].setMany(texts.slice(0, memories).map((value) => ({ namespace: "ada", value }))),
    );
  figures[`setMany of ${memories}, memories a second`] = filled;

  const search = (kind: Kind, index: number) =>
    opened[kind].search({ namespace: "ada", query: corpus.query(index).text });
  for (const kind of kinds) await search(kind, 0);
  const found: Record<Kind, { p50: number; p95: number }[]> = { file: [], postgres: [] };
  for (let round = 0; round < rounds; round += 1)
    for (const kind of kinds) found[kind].push(await latency(runs, (index) => search(kind, index)));
  for (const which of ["p50", "p95"] as const)
    figures[`warm search among ${memories}, ${which} in ms`] = Object.fromEntries(
      kinds.map((kind) => [kind, median(found[kind].map((round) => round[which]))]),
    );

  const cold: Record<string, number> = {};
  for (const kind of kinds) await opened[kind].close();
  for (const kind of kinds) {
    const times: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const start = performance.now();
      opened[kind] = await open[kind]();
      await search(kind, round);
      times.push(performance.now() - start);
      await opened[kind].close();
    }
    cold[kind] = median(times);
  }
  figures[`open and first search of ${memories}, with a snapshot, in ms`] = cold;
} finally {
  await pool.end();
  await server.close();
  await rm(folder, { recursive: true, force: true });
}

print(`${cpus()[0]?.model.trim()}, ${cpus().length} cores, Node ${process.version}\n`);
print("| | file | PostgreSQL | ratio | plain INSERT |\n|---|---|---|---|---|");
const shown = (value: number | undefined) => (value === undefined ? "" : value.toFixed(value < 100 ? 1 : 0));
for (const [what, { file = 0, postgres = 0, insert }] of Object.entries(figures))
  print(
    `| ${what} | ${shown(file)} | ${shown(postgres)} | ${(postgres / file).toFixed(2)} | ${shown(insert)} |`,
  );
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(figures, null, 2)}\n`);
