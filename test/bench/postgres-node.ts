// One node of bench:postgres, a process of its own: says "ready", and writes when it is told to.
import { once } from "node:events";
import { createMemory } from "@souvenir/core";
import { Pool } from "pg";
import { postgresStore } from "../../packages/postgres/src/index.ts";
import { createCorpus } from "./corpus.ts";

/** What a node is asked to do: so many writes, one after the other for each of its callers. */
export interface NodeTask {
  kind: "file" | "postgres" | "insert";
  /** File of the store, or address of the database. */
  place: string;
  node: number;
  callers: number;
  writes: number;
}

const { kind, place, node, callers, writes } = JSON.parse(process.argv[2] ?? "") as NodeTask;
const corpus = createCorpus({ seed: node + 1, dimensions: 1 });
const texts = Array.from({ length: writes }, (_, index) => corpus.text(index));
const pool = kind === "file" ? undefined : new Pool({ connectionString: place, max: callers });
const memory =
  kind === "insert"
    ? undefined
    : await createMemory(pool === undefined ? { path: place } : { store: postgresStore({ pool }) });
const write = (caller: number, index: number): Promise<unknown> => {
  const namespace = `node ${node} user ${caller}`;
  const value = texts[index] as string;
  return memory === undefined
    ? (pool as Pool).query("INSERT INTO plain (namespace, value) VALUES ($1, $2)", [namespace, value])
    : memory.set({ namespace, value });
};
const all = (count: number) =>
  Promise.all(
    Array.from({ length: callers }, async (_, caller) => {
      for (let index = caller; index < count; index += callers) await write(caller, index);
    }),
  );
// The compiler knows the way by then.
await all(Math.min(writes, callers * 10));
process.stdout.write("ready\n");
await once(process.stdin, "data");
const started = Date.now();
await all(writes);
process.stdout.write(`${JSON.stringify({ started, ended: Date.now() })}\n`);
await memory?.close();
await pool?.end();
process.stdin.destroy();
