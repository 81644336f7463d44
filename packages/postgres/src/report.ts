import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { checkOptions } from "@souvenir/core";
import { Database, type PostgresClient, type PostgresPool, postgresPool } from "./database.ts";
import { postgresError } from "./errors.ts";
import { policed } from "./isolation.ts";
import { checkPlace, type PostgresPlace } from "./place.ts";
import { schemaVersion, versionOf } from "./schema.ts";

/** Milliseconds that a notification is waited for, and that anything is. */
const notifyLimitMs = 2_000;
const answerLimitMs = 10_000;
/** Looks at the clock of the database: the one with the quickest answer counts. */
const clockLooks = 5;

interface ReportedEmbedder {
  id: string;
  dimensions: number;
}

/** What is to be known of a database and of the memory in it, as for `souvenir doctor`. Nothing of it is text of a memory. */
export interface PostgresReport {
  /** As 150013. */
  serverVersion: number;
  encoding: string;
  /** A standby takes reads only. */
  isStandby: boolean;
  /** What decides whether what is acknowledged outlives a crash or the power: names of settings, and their values. */
  settings: Readonly<Record<"fsync" | "synchronous_commit" | "full_page_writes" | "data_checksums", string>>;
  connections: { used: number; most: number };
  /** How far the clock of the database is ahead of this machine's, in milliseconds, give or take `uncertainMs`. */
  clock: { aheadMs: number; uncertainMs: number };
  /** Whether a connection is a session of its own. Behind a pooler of transactions, it is not. */
  isSession: boolean;
  /** Milliseconds until a notification was there; absent when none came. */
  notifiedMs?: number;
  /** The version of the tables, 0 without any, below 0 while a memory is moved into them; and the version that is known here. */
  schema: { version: number; known: number };
  role: { name: string; mayCreateSchemas: boolean };
  /** Absent without tables of a version that is known here. */
  memory?: PostgresMemoryReport;
}

/** What is in the tables. */
export interface PostgresMemoryReport {
  /** Whether the role is the owner of the tables, or whoever may do what the owner may. */
  isOwner: boolean;
  /** What the role may not do, as in "INSERT on records". */
  lacking: string[];
  /** Tables whose rows are hidden from other roles, those whose are not and should be, and how many namespaces are granted. */
  rowLevelSecurity: { hidden: number; open: string[]; grants: number };
  /** Rows, as the database counts or estimates them. */
  namespaces: number;
  records: number;
  /** Erased records whose bytes may still be in pages of the tables. */
  unscrubbed: number;
  /** Minutes that the oldest transaction of all is open. */
  oldestTransactionMinutes: number;
  /** Hours since the oldest and the newest were written, where that is known. `stale`: may hold what was erased. */
  snapshots: { count: number; stale: number; left: number; oldestHours?: number; newestHours?: number };
  /** Of namespaces, the one with most namespaces first; of new namespaces; and where unfinished re-embeddings go. */
  embedders: {
    inUse: ReportedEmbedder[];
    current: ReportedEmbedder | undefined;
    targets: ReportedEmbedder[];
  };
  queue: { task: string; pending: number; failed: number; lastError: string | undefined }[];
  /** Minutes that the oldest entry of the queue has been due. 0 without one. */
  waitingMinutes: number;
  /** Whether servers have keys there. */
  hasServer: boolean;
}

/**
 * Looks at a database and at the memory in it. Makes nothing and changes nothing.
 * @param options - A pool has to give two connections at once. `clock`: milliseconds since 1970, for what is said of the clock
 * of the database. Default `Date.now`.
 * @throws SouvenirError as a store does that cannot reach it
 */
export async function postgresReport({
  clock = Date.now,
  ...place
}: PostgresPlace & { clock?: () => number }): Promise<PostgresReport> {
  checkOptions(place, "postgresReport", ["connectionString", "pool", "schema"]);
  const { connectionString, pool: given, schema } = checkPlace(place, "postgresReport");
  const own = given === undefined ? postgresPool({ connectionString, max: 3 }) : undefined;
  const pool = own ?? (given as PostgresPool);
  const database = new Database({
    ...{ connectionString: undefined, pool, schema },
    prepare: async () => undefined,
  });
  try {
    const found = await database.use(() => reportOf(database, clock));
    const isSession = await isSessionOf(pool);
    const notifiedMs = await notifiedAfter(pool);
    return { ...found, isSession, ...(notifiedMs === undefined ? {} : { notifiedMs }) };
  } catch (error) {
    throw postgresError(error);
  } finally {
    await database.close();
    await own?.end();
  }
}

async function reportOf(
  database: Database,
  now: () => number,
): Promise<Omit<PostgresReport, "isSession" | "notifiedMs">> {
  const found = await database.get<Record<string, string | number | boolean>>(
    `SELECT current_setting('server_version_num')::integer AS version, current_setting('server_encoding') AS encoding,
     pg_is_in_recovery() AS standby, current_setting('max_connections')::integer AS most,
     (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS used, current_user AS role,
     has_database_privilege(current_database(), 'CREATE') AS creates,
     ${settings.map((name) => `current_setting('${name}') AS ${name}`).join(", ")}`,
  );
  const row = found as NonNullable<typeof found>;
  const version = await versionOf(database, "version");
  return {
    serverVersion: Number(row.version),
    encoding: String(row.encoding),
    isStandby: row.standby === true,
    settings: Object.fromEntries(
      settings.map((name) => [name, String(row[name])]),
    ) as PostgresReport["settings"],
    connections: { used: Number(row.used), most: Number(row.most) },
    clock: await clockOf(database, now),
    schema: { version, known: schemaVersion },
    role: { name: String(row.role), mayCreateSchemas: row.creates === true },
    ...(version === schemaVersion ? { memory: await memoryOf(database) } : {}),
  };
}

const settings = ["fsync", "synchronous_commit", "full_page_writes", "data_checksums"] as const;

async function clockOf(database: Database, clock: () => number): Promise<PostgresReport["clock"]> {
  let best = { aheadMs: 0, uncertainMs: Number.POSITIVE_INFINITY };
  for (let look = 0; look < clockLooks; look += 1) {
    const [asked, start] = [clock(), performance.now()];
    const row = await database.get<{ now: number }>(
      "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now",
    );
    const uncertainMs = (performance.now() - start) / 2;
    if (uncertainMs < best.uncertainMs)
      best = { aheadMs: Math.round((row?.now ?? 0) - asked - uncertainMs), uncertainMs };
  }
  return { aheadMs: best.aheadMs, uncertainMs: Math.ceil(best.uncertainMs) };
}

async function memoryOf(database: Database): Promise<PostgresMemoryReport> {
  const tables = await database.all<{
    name: string;
    owns: boolean;
    hidden: boolean;
    select: boolean;
    insert: boolean;
    update: boolean;
    delete: boolean;
  }>(
    `SELECT c.relname AS name, pg_has_role(c.relowner, 'USAGE') AS owns, c.relrowsecurity AS hidden,
     ${rights.map((right) => `has_table_privilege(c.oid, '${right}') AS "${right.toLowerCase()}"`).join(", ")}
     FROM pg_class c WHERE c.relnamespace IN (SELECT oid FROM pg_namespace WHERE '"' || nspname || '".' = '@')
     AND c.relkind IN ('r', 'p') ORDER BY c.relname`,
  );
  const named = (name: string) => tables.find((table) => table.name === name);
  const lacking = tables.flatMap((table) =>
    rights.flatMap((right) =>
      table[right.toLowerCase() as "select"] || isPart(table.name) ? [] : `${right} on ${table.name}`,
    ),
  );
  const secured = tables.filter(({ name }) => policed.some((each) => each === name.replace(/_\d+$/, "")));
  const isHidden = named("grants") !== undefined;
  const isOwner = tables.every(({ owns }) => owns);
  const base = {
    isOwner,
    lacking,
    rowLevelSecurity: {
      hidden: secured.filter(({ hidden }) => hidden).length,
      open: isHidden ? secured.filter(({ hidden }) => !hidden).map(({ name }) => name) : [],
      grants: 0,
    },
    hasServer: named("server_keys") !== undefined,
  };
  if (lacking.some((right) => right.startsWith("SELECT")))
    return {
      ...base,
      ...{ namespaces: 0, records: 0, unscrubbed: 0, oldestTransactionMinutes: 0, waitingMinutes: 0 },
      ...{ snapshots: { count: 0, stale: 0, left: 0 }, queue: [] },
      embedders: { inUse: [], current: undefined, targets: [] },
    };
  const counted = await database.get<
    Record<"namespaces" | "records" | "unscrubbed" | "minutes" | "waiting", number>
  >(
    `SELECT (SELECT count(*) FROM @namespaces) AS namespaces,
     (SELECT coalesce(sum(greatest(c.reltuples, 0)), 0)::bigint FROM pg_class c JOIN pg_inherits i ON i.inhrelid = c.oid
      WHERE i.inhparent = '@records'::regclass) AS records,
     (SELECT coalesce(sum(records), 0) FROM @unscrubbed) AS unscrubbed,
     (SELECT coalesce(floor(extract(epoch FROM max(now() - xact_start)) / 60), 0)::bigint FROM pg_stat_activity
      WHERE backend_type = 'client backend') AS minutes,
     (SELECT coalesce(greatest(floor((extract(epoch FROM now()) * 1000 - min(due_at)) / 60000), 0), 0)::bigint FROM @queue
      WHERE NOT failed AND due_at > 0) AS waiting`,
  );
  const { namespaces = 0, records = 0, unscrubbed = 0, minutes = 0, waiting = 0 } = counted ?? {};
  if (isHidden) {
    const row = await database.get<{ count: number }>("SELECT count(*) FROM @grants");
    base.rowLevelSecurity.grants = row?.count ?? 0;
  }
  return {
    ...base,
    ...{ namespaces, records, unscrubbed, oldestTransactionMinutes: minutes, waitingMinutes: waiting },
    snapshots: await snapshotsOf(database),
    embedders: await embeddersOf(database),
    queue: (
      await database.all<{ task: string; pending: number; failed: number; error: string | null }>(
        `SELECT task, count(*) FILTER (WHERE NOT failed) AS pending, count(*) FILTER (WHERE failed) AS failed,
         max(error) AS error FROM @queue GROUP BY task ORDER BY task`,
      )
    ).map(({ error, ...row }) => ({ ...row, lastError: error ?? undefined })),
  };
}

const rights = ["SELECT", "INSERT", "UPDATE", "DELETE"] as const;

/** A right on the whole is one on its parts. */
function isPart(name: string): boolean {
  return /_\d+$/.test(name);
}

async function snapshotsOf(database: Database): Promise<PostgresMemoryReport["snapshots"]> {
  const row = await database.get<{
    count: number;
    stale: number;
    left: number;
    oldest: number | null;
    newest: number | null;
  }>(
    `SELECT count(*) AS count, count(*) FILTER (WHERE n.number IS NULL OR n.erased > s.sequence) AS stale,
     (SELECT count(DISTINCT p.token) FROM @snapshot_pieces p WHERE p.written_at < now() - interval '1 hour'
      AND NOT EXISTS (SELECT 1 FROM @snapshots o WHERE o.token = p.token)) AS left,
     floor(extract(epoch FROM now() - min(w.at)) / 3600)::bigint AS oldest,
     floor(extract(epoch FROM now() - max(w.at)) / 3600)::bigint AS newest
     FROM @snapshots s LEFT JOIN @namespaces n ON n.number = s.namespace
     LEFT JOIN LATERAL (SELECT max(written_at) AS at FROM @snapshot_pieces p WHERE p.token = s.token) w ON true`,
  );
  const { count = 0, stale = 0, left = 0, oldest = null, newest = null } = row ?? {};
  return {
    ...{ count, stale, left },
    ...(oldest === null || newest === null ? {} : { oldestHours: oldest, newestHours: newest }),
  };
}

async function embeddersOf(database: Database): Promise<PostgresMemoryReport["embedders"]> {
  const inUse = await database.all<ReportedEmbedder>(
    `SELECT e.id, e.dimensions FROM (SELECT embedder, count(*) AS n FROM @namespaces GROUP BY embedder) u
     JOIN @embedders e ON e.number = u.embedder ORDER BY u.n DESC, e.number`,
  );
  const current = await database.get<ReportedEmbedder>(
    "SELECT e.id, e.dimensions FROM @settings s JOIN @embedders e ON e.number = s.embedder",
  );
  const targets = await database.all<ReportedEmbedder>(
    "SELECT e.id, e.dimensions FROM @embedders e WHERE e.number IN (SELECT target FROM @namespaces WHERE target IS NOT NULL)",
  );
  return { inUse, current, targets };
}

/**
 * Whether a connection stays with one process of the server while another one is in a transaction: a pooler of transactions
 * gives that to whoever comes first.
 */
async function isSessionOf(pool: PostgresPool): Promise<boolean> {
  const [first, second] = [await pool.connect(), await pool.connect()];
  try {
    const before = await processOf(first);
    await send(second, "BEGIN");
    const other = await processOf(second);
    const after = await processOf(first);
    await send(second, "COMMIT");
    return before === after && before !== other;
  } finally {
    first.release(true);
    second.release(true);
  }
}

async function processOf(client: PostgresClient): Promise<number> {
  const { rows } = (await send(client, "SELECT pg_backend_pid() AS pid")) as { rows: { pid: number }[] };
  return (rows[0] as { pid: number }).pid;
}

function send(client: PostgresClient, text: string): Promise<unknown> {
  return client.query({ text, query_timeout: answerLimitMs });
}

/** Milliseconds until a notification of one connection reached another one. */
async function notifiedAfter(pool: PostgresPool): Promise<number | undefined> {
  const listening = await pool.connect();
  const telling = await pool.connect();
  const channel = `souvenir_report_${randomUUID()}`;
  let told = () => {};
  const there = new Promise<true>((resolve) => {
    told = () => resolve(true);
  });
  const on = listening.on as ((event: string, listener: () => void) => unknown) | undefined;
  on?.call(listening, "notification", told);
  try {
    await send(listening, `LISTEN "${channel}"`);
    const start = performance.now();
    await send(telling, `NOTIFY "${channel}"`);
    const isThere = await Promise.race([there, wait(notifyLimitMs, false, { ref: false })]);
    return isThere ? performance.now() - start : undefined;
  } finally {
    listening.release(true);
    telling.release(true);
  }
}
