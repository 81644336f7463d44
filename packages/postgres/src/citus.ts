import { SouvenirError } from "@souvenir/core";
import type { Database, Statements } from "./database.ts";
import { isIsolated } from "./isolation.ts";
import { lockSchema } from "./schema.ts";

/** Small, and joined with others in the statements of every namespace: whole on each machine. */
const everywhere = ["embedders", "settings", "namespaces"];
/** By the number of their namespace, the rows of one on one machine. They stay divided there. */
const byNamespace = ["records", "versions", "erasures", "vectors", "drawn_from", "superseded"];
// All others stay on the coordinator: entries of the queue are claimed across namespaces, which Citus does within one machine
// only, and a token of a commit is looked up where the commit was.

/**
 * Distributes the tables over the machines of Citus, unless that is done. Of nodes that start at once, one does. All statements
 * that read or write a namespace name its number, so that Citus sends each to one machine.
 * @throws SouvenirError `UNSUPPORTED` without the extension, or with row-level security
 */
export async function distribute(database: Database): Promise<void> {
  const extension = await database.get("SELECT 1 FROM pg_proc WHERE proname = 'create_distributed_table'");
  if (extension === undefined)
    throw new SouvenirError(
      "UNSUPPORTED",
      "PostgreSQL: there is no Citus in this database: run CREATE EXTENSION citus on its machines, or leave citus: true out",
    );
  if (await isDistributed(database)) return;
  if (await isIsolated(database))
    throw new SouvenirError(
      "UNSUPPORTED",
      "PostgreSQL: the schema has row-level security, whose policies Citus does not take: move the memory to a schema without it, or leave citus: true out",
    );
  await database.transaction(async (transaction) => {
    await lockSchema(transaction, database.schema);
    if (await isDistributed(transaction)) return;
    // Tables that are everywhere and those that are not, in one transaction.
    await transaction.run("SET LOCAL citus.multi_shard_modify_mode = 'sequential'");
    for (const table of everywhere)
      await transaction.run("SELECT create_reference_table($1)", [`${database.schema}.${table}`]);
    const [first, ...others] = byNamespace.map((table) => `${database.schema}.${table}`) as [
      string,
      ...string[],
    ];
    await spread(transaction, { table: first, by: "namespace", beside: "none" });
    for (const table of others) await spread(transaction, { table, by: "namespace", beside: first });
    await spread(transaction, { table: `${database.schema}.snapshot_pieces`, by: "token", beside: "none" });
  });
}

async function spread(
  transaction: Statements,
  { table, by, beside }: { table: string; by: string; beside: string },
): Promise<void> {
  await transaction.run("SELECT create_distributed_table($1, $2, colocate_with => $3)", [table, by, beside]);
}

async function isDistributed(reader: Statements): Promise<boolean> {
  const found = "SELECT 1 FROM pg_dist_partition WHERE logicalrelid = '@records'::regclass";
  return (await reader.get(found)) !== undefined;
}
