import type { Database, Statements } from "./database.ts";
import { lockSchema } from "./schema.ts";

/** Tables with rows of namespaces, by their number; those that are divided have policies on each part too. */
const divided = ["records", "versions", "erasures", "vectors"];
const whole = ["queue", "drawn_from", "superseded", "sweep", "snapshots"];
/** Tables that are nobody's but the owner's. */
const closed = ["commits", "unscrubbed", "spent"];
/** All of them, and where it is said who sees what. */
export const policed: readonly string[] = [
  ...["grants", "namespaces", "snapshot_pieces"],
  ...[...divided, ...whole, ...closed],
];

/**
 * The statements that hide rows from roles that are not the owner of the tables: such a role sees and changes what is in
 * the namespaces that `grants` names for it, and nothing else, whatever rights on the tables it has and whatever it sets in
 * its session. They may be run again.
 */
export function isolating(parts: readonly string[]): string[] {
  const own = "namespace IN (SELECT number FROM @namespaces)";
  const policies: [table: string, condition: string][] = [
    ["grants", "role = current_user"],
    // What a condition reads is under the policies of its own tables.
    ["namespaces", "name IN (SELECT namespace FROM @grants WHERE role = current_user)"],
    ...[...divided, ...parts, ...whole].map((table): [string, string] => [table, own]),
    ["snapshot_pieces", "token IN (SELECT token FROM @snapshots)"],
  ];
  return [
    `CREATE TABLE IF NOT EXISTS @grants (
      role name NOT NULL,
      namespace text COLLATE "C" NOT NULL,
      PRIMARY KEY (role, namespace)
    )`,
    ...[...policies.map(([table]) => table), ...closed].map(
      (table) => `ALTER TABLE @${table} ENABLE ROW LEVEL SECURITY`,
    ),
    ...policies.flatMap(([table, condition]) => [
      `DROP POLICY IF EXISTS own_namespaces ON @${table}`,
      `CREATE POLICY own_namespaces ON @${table} USING (${condition})`,
    ]),
    // Nobody grants anything to oneself.
    "REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON @grants FROM PUBLIC",
    "DROP POLICY IF EXISTS read_only ON @grants",
    "CREATE POLICY read_only ON @grants AS RESTRICTIVE FOR ALL USING (true) WITH CHECK (false)",
  ];
}

/** Hides the rows of namespaces from other roles, unless that is done. Of nodes that start at once, one does. */
export async function isolate(database: Database): Promise<void> {
  if (await isIsolated(database)) return;
  await database.transaction(async (transaction) => {
    await lockSchema(transaction, database.schema);
    if (await isIsolated(transaction)) return;
    const parts = await transaction.all<{ name: string }>(
      `SELECT relname AS name FROM pg_class WHERE relname ~ '^(${divided.join("|")})_[0-9]+$' AND relkind = 'r' AND ${inSchema}`,
    );
    for (const statement of isolating(parts.map(({ name }) => name))) await transaction.run(statement);
  });
}

const inSchema = `relnamespace IN (SELECT oid FROM pg_namespace WHERE '"' || nspname || '".' = '@')`;

export async function isIsolated(reader: Statements): Promise<boolean> {
  const grants = `SELECT 1 FROM pg_class WHERE relname = 'grants' AND relrowsecurity AND ${inSchema}`;
  return (await reader.get(grants)) !== undefined;
}
