import { existsSync } from "node:fs";
import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import type { PostgresTables } from "@souvenir/postgres";
import { keysPath, openKeyFile } from "../node/key-file.ts";
import type { DatabaseAddress } from "../postgres/address.ts";
import { sharedTables } from "../postgres/shared-tables.ts";

type Place = { path: string } | { database: DatabaseAddress };
type KeyRows = Record<Table, Record<string, SQLInputValue>[]>;

const tables = {
  keys: [
    ...["id", "name", "hash", "grants", "created_at", "expires_at", "revoked_at", "last_used_at"],
    ...["rate_limit", "requests_per_day", "writes_per_day"],
  ],
  usage: ["key", "day", "requests", "writes"],
  tokens: ["hash", "kind", "consent", "loan", "expires_at", "used"],
} as const;
type Table = keyof typeof tables;
const names = Object.keys(tables) as Table[];

/**
 * Copies the keys of a server with what was counted and lent of them, in the place of those that were copied before. Answers
 * how many keys there are; where the source has none, the others stay.
 */
export async function moveKeys(from: Place, to: Place): Promise<number> {
  const rows = "path" in from ? readFile(from.path) : await readShared(from.database);
  if (rows === undefined || rows.keys.length === 0) return 0;
  if ("path" in to) writeFile(to.path, rows);
  else await writeShared(to.database, rows);
  return rows.keys.length;
}

function readFile(path: string): KeyRows | undefined {
  if (!existsSync(keysPath(path))) return undefined;
  return withFile(path, (database) =>
    rowsOf(
      (name) => database.prepare(`SELECT ${tables[name].join(", ")} FROM ${name}`).all() as KeyRows[Table],
    ),
  );
}

function writeFile(path: string, rows: KeyRows): void {
  withFile(path, (database) => {
    database.exec("BEGIN IMMEDIATE");
    for (const name of names) {
      database.exec(`DELETE FROM ${name}`);
      const columns = tables[name];
      const insert = database.prepare(
        `INSERT INTO ${name} (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`,
      );
      for (const row of rows[name])
        insert.run(
          ...columns.map((column) =>
            typeof row[column] === "boolean" ? Number(row[column]) : (row[column] ?? null),
          ),
        );
    }
    database.exec("COMMIT");
  });
}

function withFile<Answer>(path: string, work: (database: DatabaseSync) => Answer): Answer {
  const database = openKeyFile(keysPath(path));
  try {
    return work(database);
  } finally {
    database.close();
  }
}

async function readShared(address: DatabaseAddress): Promise<KeyRows> {
  return withShared(address, async (shared) => {
    const found: Partial<KeyRows> = {};
    for (const name of names)
      found[name] = await shared.all(`SELECT ${tables[name].join(", ")} FROM @server_${name}`);
    return found as KeyRows;
  });
}

async function writeShared(address: DatabaseAddress, rows: KeyRows): Promise<void> {
  await withShared(address, (shared) =>
    shared.transaction(async (transaction) => {
      for (const name of names) {
        await transaction.run(`DELETE FROM @server_${name}`);
        const columns = tables[name];
        for (const row of rows[name])
          await transaction.run(
            `INSERT INTO @server_${name} (${columns.join(", ")}) VALUES (${columns.map((_, index) => `$${index + 1}`).join(", ")})`,
            columns.map((column) => row[column] ?? null),
          );
      }
    }),
  );
}

async function withShared<Answer>(
  { connectionString, schema }: DatabaseAddress,
  work: (shared: PostgresTables) => Promise<Answer>,
): Promise<Answer> {
  const shared = sharedTables({ connectionString, schema });
  try {
    return await work(shared);
  } finally {
    await shared.close();
  }
}

function rowsOf(read: (name: Table) => KeyRows[Table]): KeyRows {
  return Object.fromEntries(names.map((name) => [name, read(name)])) as KeyRows;
}
