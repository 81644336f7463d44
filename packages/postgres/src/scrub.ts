import type { Database } from "./database.ts";
import type { PostgresSnapshots } from "./snapshots.ts";

/** Tables that hold what people said. */
const tables: readonly string[] = [
  "records",
  "versions",
  "vectors",
  "queue",
  "namespaces",
  "superseded",
  "snapshot_pieces",
];

/**
 * Vacuums the tables. What was in a page stays in its unused part until something else is written there, and in the log
 * of the database and its archives: that is for who looks after the database.
 */
export async function scrub(
  database: Database,
  snapshots: PostgresSnapshots,
  { signal }: { signal?: AbortSignal | undefined },
): Promise<{ scrubbed: number }> {
  signal?.throwIfAborted();
  const erased = await database.all<{ id: number; records: number }>("SELECT id, records FROM @unscrubbed");
  await snapshots.renewed();
  if (erased.length === 0) return { scrubbed: 0 };
  for (const table of tables) {
    signal?.throwIfAborted();
    await database.patiently(`VACUUM @${table}`);
  }
  await database.run("DELETE FROM @unscrubbed WHERE id = ANY($1::bigint[])", [erased.map(({ id }) => id)]);
  return { scrubbed: erased.reduce((sum, { records }) => sum + records, 0) };
}
