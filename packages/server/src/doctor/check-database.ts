import { SouvenirError } from "@souvenir/core";
import type { PostgresMemoryReport, PostgresReport } from "@souvenir/postgres";
import type { DatabaseAddress } from "../postgres/address.ts";
import { keysFinding } from "./check-keys.ts";
import { type Finding, fault, ok, split, warning } from "./finding.ts";
import type { System } from "./system.ts";

/** The oldest version whose transactions can be asked for afterwards. */
const oldestVersion = 13;
/** Clocks that are further apart than this take leases from one another and let texts expire early. */
const worstClockMs = 5_000;
/** A transaction that is open for longer than this keeps dead rows, and with them the text of what was erased. */
const longTransactionMinutes = 60;
/** An entry of the queue that has been due for longer than this is nobody's. */
const longWaitMinutes = 15;
/** Of all connections. */
const fewLeft = 0.9;

/** A database, and the memory in it if there is one that this version knows. */
export interface DatabaseReport {
  findings: Finding[];
  memory?: PostgresMemoryReport;
}

/** Whether the database can be reached, keeps what it acknowledges, and how the memory in it is. Makes nothing there. */
export async function checkDatabase(
  { connectionString, schema, shown }: DatabaseAddress,
  { now }: System,
): Promise<DatabaseReport> {
  const { postgresReport } = await import("@souvenir/postgres");
  let report: PostgresReport;
  try {
    report = await postgresReport({ connectionString, schema, clock: now });
  } catch (error) {
    if (!SouvenirError.is(error)) throw error;
    const [message, remedy] = split(error.message, "check the address, and the log of the database");
    return { findings: [fault("database", `${shown}: ${message}`, remedy)] };
  }
  const { memory } = report;
  return {
    findings: [
      ...checkServer(report, shown),
      ...checkDurability(report),
      checkClock(report),
      checkSession(report),
      checkNotify(report),
      checkSchema(report, shown),
      ...(memory === undefined
        ? []
        : [
            ...checkRights(memory, report.role.name),
            checkIsolation(memory),
            ok("records", `about ${memory.records}, in namespaces: ${memory.namespaces}`),
            ...checkErased(memory),
            checkSnapshotRows(memory),
            ...checkWaiting(memory),
          ]),
    ],
    ...(memory === undefined ? {} : { memory }),
  };
}

function checkServer(
  { serverVersion, encoding, isStandby, connections: { used, most } }: PostgresReport,
  shown: string,
): Finding[] {
  const version = `${Math.floor(serverVersion / 10_000)}.${serverVersion % 10_000}`;
  const findings: Finding[] = [];
  if (serverVersion < oldestVersion * 10_000)
    findings.push(
      fault("database", `this is PostgreSQL ${version}`, `update it to ${oldestVersion} or later`),
    );
  if (encoding !== "UTF8")
    findings.push(
      fault(
        "database",
        `it is encoded in ${encoding} and cannot hold all texts`,
        "create a database with ENCODING 'UTF8', and move the memory there: souvenir move",
      ),
    );
  if (isStandby)
    findings.push(
      fault("database", "it is a standby, which takes reads only", "give the address of the primary"),
    );
  if (used > most * fewLeft)
    findings.push(
      warning(
        "database",
        `${used} of its ${most} connections are in use`,
        "raise max_connections, or put a pooler of transactions in between; each server takes up to ten",
      ),
    );
  return findings.length > 0
    ? findings
    : [ok("database", `PostgreSQL ${version} answers at ${shown}, ${used} of ${most} connections in use`)];
}

function checkDurability({ settings }: PostgresReport): Finding[] {
  const findings: Finding[] = [];
  if (settings.fsync !== "on")
    findings.push(
      fault(
        "durability",
        "fsync is off: a loss of power can destroy the database",
        "set fsync = on in postgresql.conf, and reload it",
      ),
    );
  if (settings.synchronous_commit === "off")
    findings.push(
      fault(
        "durability",
        "synchronous_commit is off: what was acknowledged may be lost in a crash",
        "ALTER DATABASE … SET synchronous_commit = on, and for the role if it is set there",
      ),
    );
  if (settings.full_page_writes !== "on")
    findings.push(
      warning(
        "durability",
        "full_page_writes is off: half a page after a crash is not noticed",
        "set full_page_writes = on, unless the file system writes whole pages",
      ),
    );
  if (settings.data_checksums !== "on")
    findings.push(
      warning(
        "durability",
        "the pages have no checksums, so that damage of the disk is found late",
        "stop the database and run pg_checksums --enable, or make its cluster with initdb --data-checksums",
      ),
    );
  return findings.length > 0 ? findings : [ok("durability", "commits are synced, and pages have checksums")];
}

function checkClock({ clock: { aheadMs, uncertainMs } }: PostgresReport): Finding {
  const apart = Math.max(0, Math.abs(aheadMs) - uncertainMs);
  const told = `the clock of the database is ${Math.abs(aheadMs)} ms ${aheadMs < 0 ? "behind" : "ahead of"} this machine's, give or take ${uncertainMs}`;
  return apart > worstClockMs
    ? warning(
        "clock",
        told,
        "let all machines set their clocks by NTP: leases of the queue, and what expires, go by the clock of each server",
      )
    : ok("clock", told);
}

function checkSession({ isSession }: PostgresReport): Finding {
  return ok(
    "pooler",
    isSession
      ? "none of transactions in between"
      : "a pooler of transactions is in between, which Souvenir needs nothing of",
  );
}

function checkNotify({ isSession, notifiedMs }: PostgresReport): Finding {
  if (notifiedMs !== undefined) return ok("notify", `it arrived after ${Math.ceil(notifiedMs)} ms`);
  return warning(
    "notify",
    "NOTIFY did not arrive within two seconds: an index that nobody asks follows other servers within a second, not at once; searches are right all the same",
    isSession
      ? "look for what stands between this machine and the database, and at pg_notification_queue_usage()"
      : "give servers the address of the database itself, or in a program of yours the option listen of postgresStore",
  );
}

function checkSchema({ schema: { version, known }, role }: PostgresReport, shown: string): Finding {
  if (version === known) return ok("schema", `version ${version}`);
  if (version < 0)
    return fault(
      "schema",
      "a memory is being moved into it, or the move was stopped",
      "wait for souvenir move, or call it again where it was stopped",
    );
  if (version > known)
    return fault(
      "schema",
      `it has version ${version}, and this version of Souvenir knows ${known}`,
      "update @souvenir/server and @souvenir/postgres",
    );
  if (version > 0)
    return warning(
      "schema",
      `it has version ${version}, and ${known} is known`,
      "the next program that opens it brings it up to date; servers of older versions then refuse it: update them first",
    );
  return fault(
    "schema",
    `there is no store at ${shown}`,
    role.mayCreateSchemas
      ? "check the address and its schema, or create one with souvenir set, import, move or serve"
      : `check the address and its schema; to create one, the role ${role.name} needs the right: GRANT CREATE ON DATABASE … TO ${role.name}`,
  );
}

function checkRights({ isOwner, lacking, rowLevelSecurity }: PostgresMemoryReport, role: string): Finding[] {
  const findings: Finding[] = [];
  if (lacking.length > 0)
    findings.push(
      fault(
        "permissions",
        `the role ${role} lacks ${lacking.slice(0, 5).join(", ")}${lacking.length > 5 ? ` and ${lacking.length - 5} more` : ""}`,
        `make it the owner: ALTER TABLE … OWNER TO ${role}; or GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA … TO ${role}`,
      ),
    );
  else if (!isOwner)
    findings.push(
      rowLevelSecurity.hidden > 0
        ? fault(
            "permissions",
            `row-level security is on, and the role ${role} is not the owner of the tables: it sees only what is granted to it`,
            "open the store with the role that owns them",
          )
        : warning(
            "permissions",
            `the role ${role} is not the owner of the tables: it can neither bring them up to date nor scrub them`,
            "open the store with the role that owns them",
          ),
    );
  return findings.length > 0 ? findings : [ok("permissions", `the role ${role} owns the tables`)];
}

function checkIsolation({ rowLevelSecurity: { hidden, open, grants } }: PostgresMemoryReport): Finding {
  if (open.length > 0)
    return fault(
      "isolation",
      `row-level security is on for ${hidden} tables, and off for ${open.slice(0, 5).join(", ")}${open.length > 5 ? ` and ${open.length - 5} more` : ""}`,
      "ALTER TABLE … ENABLE ROW LEVEL SECURITY for each, or drop the table grants and let rowLevelSecurity: true make all anew",
    );
  return ok(
    "isolation",
    hidden > 0
      ? `rows are hidden from other roles, but for granted namespaces: ${grants}`
      : "no row-level security; what other roles see, rights on tables say",
  );
}

function checkErased({ unscrubbed, oldestTransactionMinutes }: PostgresMemoryReport): Finding[] {
  if (oldestTransactionMinutes >= longTransactionMinutes)
    return [
      warning(
        "erasures",
        `a transaction has been open for ${oldestTransactionMinutes} minutes, and until it ends no vacuum removes what was erased since; erased memories that wait for one: ${unscrubbed}`,
        "find it in pg_stat_activity (xact_start) and end it; idle_in_transaction_session_timeout does so by itself",
      ),
    ];
  return [
    ok(
      "erasures",
      unscrubbed === 0
        ? "nothing waits to be removed"
        : `erased memories whose bytes may be in dead rows until the database vacuums: ${unscrubbed}; souvenir scrub does so at once`,
    ),
  ];
}

function checkSnapshotRows({ snapshots }: PostgresMemoryReport): Finding {
  const { count, stale, left, oldestHours, newestHours } = snapshots;
  if (stale + left > 0)
    return warning(
      "snapshot",
      `snapshots of indexes that may hold what was erased: ${stale}; and that a killed server left half: ${left}`,
      "servers renew and remove them by themselves, within seconds and an hour; else run: souvenir scrub",
    );
  if (count === 0) return ok("snapshot", "none yet; indexes are built when they are needed");
  const age =
    oldestHours === undefined
      ? ""
      : `, written ${newestHours} to ${oldestHours} hours ago; what came since is read beside them`;
  return ok("snapshot", `${count}${age}`);
}

function checkWaiting({ waitingMinutes }: PostgresMemoryReport): Finding[] {
  if (waitingMinutes < longWaitMinutes) return [];
  return [
    warning(
      "queue",
      `the oldest entry has been due for ${waitingMinutes} minutes, and nobody takes it`,
      "let a server run that has the embedder and its key: souvenir serve --store …",
    ),
  ];
}

/** The keys of the servers on a database. */
export async function checkSharedKeys(
  { connectionString, schema }: DatabaseAddress,
  { hasServer }: PostgresMemoryReport,
): Promise<Finding[]> {
  if (!hasServer) return [keysFinding([])];
  const { openSharedKeys } = await import("../postgres/index.ts");
  const keys = openSharedKeys({ connectionString, schema });
  try {
    return [keysFinding(await keys.list())];
  } catch (error) {
    const [message, remedy] = split((error as Error).message, "restore the tables from a backup");
    return [fault("keys", `the keys cannot be read: ${message}`, remedy)];
  } finally {
    await keys.close();
  }
}
