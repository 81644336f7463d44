import { SouvenirError } from "@souvenir/core";
import type { Database, Transaction } from "./database.ts";

/**
 * Step n takes a schema from version n to n + 1. Steps are never changed once released, only added. What belongs to a
 * namespace is keyed by its number first, and large tables are divided by it.
 */
const migrations: readonly ((partitions: number) => string)[] = [
  (partitions) => `
  CREATE SEQUENCE @record_ids;

  CREATE TABLE @embedders (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id text COLLATE "C" NOT NULL UNIQUE,
    dimensions integer NOT NULL,
    -- Its vectors are computed where they are needed, and neither stored nor queued.
    computed boolean NOT NULL
  );

  -- One row: the embedder of new namespaces.
  CREATE TABLE @settings (
    one integer PRIMARY KEY CHECK (one = 1),
    embedder bigint
  );
  INSERT INTO @settings VALUES (1, NULL);

  -- Who writes to a namespace holds the lock of its row until the end: its numbers are taken in the order of the commits.
  CREATE TABLE @namespaces (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text COLLATE "C" NOT NULL UNIQUE,
    sequence bigint NOT NULL DEFAULT 0,
    erased bigint NOT NULL DEFAULT 0,
    forgotten bigint NOT NULL DEFAULT 0,
    embedder bigint,
    target bigint,
    -- Whether it ever had a memory that is drawn from others, or names one in \`supersedes\`.
    drawn boolean NOT NULL DEFAULT false,
    named boolean NOT NULL DEFAULT false
  ) WITH (fillfactor = 50);
  CREATE INDEX namespaces_embedder ON @namespaces (embedder);
  CREATE INDEX namespaces_target ON @namespaces (target) WHERE target IS NOT NULL;

  CREATE TABLE @records (
    namespace bigint NOT NULL,
    id bigint NOT NULL,
    key text COLLATE "C" NOT NULL,
    value text NOT NULL,
    tags text NOT NULL,
    metadata text NOT NULL,
    entities text NOT NULL,
    thread text COLLATE "C",
    role text,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    expires_at bigint,
    version bigint NOT NULL,
    sequence bigint NOT NULL,
    withdrawn boolean NOT NULL,
    PRIMARY KEY (namespace, id)
  ) PARTITION BY HASH (namespace);
  CREATE UNIQUE INDEX records_key ON @records (namespace, key);
  CREATE INDEX records_sequence ON @records (namespace, sequence);
  CREATE INDEX records_order ON @records (namespace, created_at, id);
  CREATE INDEX records_thread ON @records (namespace, thread, created_at, id) WHERE thread IS NOT NULL;
  CREATE INDEX records_expiry ON @records (expires_at) WHERE expires_at IS NOT NULL;

  CREATE TABLE @versions (
    namespace bigint NOT NULL,
    record bigint NOT NULL,
    version bigint NOT NULL,
    fields text NOT NULL,
    PRIMARY KEY (namespace, record, version)
  ) PARTITION BY HASH (namespace);

  CREATE TABLE @erasures (
    namespace bigint NOT NULL,
    sequence bigint NOT NULL,
    record bigint NOT NULL,
    PRIMARY KEY (namespace, sequence)
  ) PARTITION BY HASH (namespace);

  CREATE TABLE @vectors (
    namespace bigint NOT NULL,
    record bigint NOT NULL,
    embedder bigint NOT NULL,
    sequence bigint NOT NULL,
    -- float32, the lowest byte first, one vector after the other. They do not get smaller by compression.
    numbers bytea NOT NULL,
    PRIMARY KEY (namespace, record, embedder)
  ) PARTITION BY HASH (namespace);
  CREATE INDEX vectors_sequence ON @vectors (namespace, embedder, sequence);

  ${["records", "versions", "erasures", "vectors"]
    .flatMap((table) =>
      Array.from(
        { length: partitions },
        (_, part) =>
          `CREATE TABLE @${table}_${part} PARTITION OF @${table} FOR VALUES WITH (MODULUS ${partitions}, REMAINDER ${part});`,
      ),
    )
    .join("\n  ")}
  ${Array.from({ length: partitions }, (_, part) => `ALTER TABLE @vectors_${part} ALTER COLUMN numbers SET STORAGE EXTERNAL;`).join("\n  ")}

  CREATE TABLE @queue (
    namespace bigint NOT NULL,
    record bigint NOT NULL,
    task text COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    attempts integer NOT NULL,
    failed boolean NOT NULL,
    due_at bigint NOT NULL,
    error text,
    PRIMARY KEY (namespace, record, task)
  );
  CREATE INDEX queue_due ON @queue (task, due_at, record) WHERE NOT failed;
  CREATE INDEX queue_failed ON @queue (task) WHERE failed;
  CREATE INDEX queue_error ON @queue (task, due_at) WHERE error IS NOT NULL;
  CREATE INDEX queue_task ON @queue (namespace, task);

  CREATE TABLE @drawn_from (
    namespace bigint NOT NULL,
    source bigint NOT NULL,
    record bigint NOT NULL,
    PRIMARY KEY (namespace, source, record)
  );
  CREATE INDEX drawn_from_record ON @drawn_from (namespace, record);

  CREATE TABLE @superseded (
    namespace bigint NOT NULL,
    key text COLLATE "C" NOT NULL,
    record bigint NOT NULL,
    PRIMARY KEY (namespace, key, record)
  );
  CREATE INDEX superseded_record ON @superseded (namespace, record);

  -- Of each transaction that was committed a while ago or just now: whether it was, when nobody heard so.
  CREATE TABLE @commits (token uuid PRIMARY KEY);

  CREATE TABLE @spent (day bigint PRIMARY KEY, tokens bigint NOT NULL);

  -- Namespaces that may have vectors and queue entries of embedders which they use no more.
  CREATE TABLE @sweep (namespace bigint PRIMARY KEY);

  -- The snapshots that are to be believed: the token is that of its pieces.
  CREATE TABLE @snapshots (
    namespace bigint PRIMARY KEY,
    token text NOT NULL,
    sequence bigint NOT NULL,
    pieces integer NOT NULL
  );
  CREATE TABLE @snapshot_pieces (
    token text NOT NULL,
    piece integer NOT NULL,
    bytes bytea NOT NULL,
    written_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (token, piece)
  );
  ALTER TABLE @snapshot_pieces ALTER COLUMN bytes SET STORAGE EXTERNAL;

  -- How many records were erased whose bytes may still be in the pages of the tables.
  CREATE TABLE @unscrubbed (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    records bigint NOT NULL
  );
  `,
];

/** The version of the tables that is known here. */
export const schemaVersion: number = migrations.length;

/** Into how many parts large tables are divided where nothing is said. */
export const defaultPartitions = 16;

/** Tables, and where the version of them is written down. */
interface Steps {
  /** Name of the table that holds their version. */
  table: string;
  /** Step n takes them from version n to n + 1. */
  steps: readonly string[];
}

/** Makes the tables of a store or brings them to the current version. */
export async function migrate(database: Database, partitions: number): Promise<void> {
  await runSteps(database, { table: "version", steps: migrations.map((step) => step(partitions)) });
}

/**
 * Makes tables or brings them to the current version, in one transaction. Of several nodes that start at once, one does, and
 * the others wait for it.
 */
export async function runSteps(database: Database, { table, steps }: Steps): Promise<void> {
  const known = steps.length;
  const before = await versionOf(database, table);
  if (before === known) return;
  if (before < 0) throw beingMoved();
  if (before > known) throw tooNew(before, known);
  await database.unmarked(async (transaction) => {
    await lockSchema(transaction, database.schema);
    const { encoding } = (await transaction.get<{ encoding: string }>(
      "SELECT current_setting('server_encoding') AS encoding",
    )) ?? { encoding: "" };
    if (encoding !== "UTF8")
      throw new SouvenirError(
        "STORE_FAILED",
        `PostgreSQL: the database is encoded in ${encoding} and cannot hold all texts: create one with ENCODING 'UTF8'`,
        { details: { encoding } },
      );
    const found = await versionOf(transaction, table);
    if (found === known) return;
    if (found < 0) throw beingMoved();
    if (found > known) throw tooNew(found, known);
    if (found === 0) {
      await transaction.run(`CREATE SCHEMA IF NOT EXISTS ${database.schema}`);
      await transaction.run(
        `CREATE TABLE IF NOT EXISTS @${table} (one integer PRIMARY KEY CHECK (one = 1), version integer NOT NULL)`,
      );
    }
    for (const step of steps.slice(found)) await transaction.run(step);
    await transaction.run(
      `INSERT INTO @${table} VALUES (1, $1) ON CONFLICT (one) DO UPDATE SET version = excluded.version`,
      [known],
    );
  });
}

/** Whoever changes the tables of a schema waits for others who do. Ends with the transaction: behind a pooler, a session is anybody's. */
export async function lockSchema(transaction: Transaction, schema: string): Promise<void> {
  await transaction.run("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [`souvenir ${schema}`]);
}

/** The version that a table holds; 0: there is no such table. */
export async function versionOf(reader: Transaction, table: string): Promise<number> {
  // Not by to_regclass(): a connection that found no schema a moment ago remembers that, also when it has waited for the one
  // that makes it, until it locks a table of the catalog.
  const found = await reader.get(
    `SELECT 1 FROM pg_class WHERE relname = $1
     AND relnamespace IN (SELECT oid FROM pg_namespace WHERE '"' || nspname || '".' = '@')`,
    [table],
  );
  if (found === undefined) return 0;
  return (await reader.get<{ version: number }>(`SELECT version FROM @${table}`))?.version ?? 0;
}

/** Its version is negative while rows are copied into it. */
function beingMoved(): SouvenirError {
  return new SouvenirError(
    "STORE_BUSY",
    "PostgreSQL: a memory is being moved into this schema: wait until souvenir move is done, or call it again where it was stopped",
  );
}

function tooNew(found: number, known: number): SouvenirError {
  return new SouvenirError(
    "STORE_TOO_NEW",
    `PostgreSQL: the schema has version ${found}, and this version of Souvenir knows ${known}: update @souvenir/postgres`,
    { details: { found, known } },
  );
}
