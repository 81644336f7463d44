import { realpath, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { type Finding, fault, ok, warning } from "./finding.ts";
import { openReadOnly, readContents, type StoreContents } from "./store-file.ts";
import type { System } from "./system.ts";

const lockWaitMs = 2_000;
/** A log of this size is not emptied any more: somebody reads without an end. */
const largeLog = 256e6;

/** Whether the file can be written to now, and who else has it open. */
export async function checkLock(path: string, system: System): Promise<Finding[]> {
  const holders = system.holders(await realpath(path));
  const others = holders.length === 0 ? "another process" : `process ${holders.join(", ")}`;
  const { DatabaseSync } = await import("node:sqlite");
  try {
    const database = new DatabaseSync(path, { timeout: lockWaitMs });
    try {
      database.exec("BEGIN IMMEDIATE; ROLLBACK;");
    } finally {
      database.close();
    }
  } catch (error) {
    if (!isBusy(error)) return [];
    return [
      fault(
        "lock",
        `${others} has kept the store locked for more than ${lockWaitMs / 1000} seconds`,
        "wait for a long import or erasure; a process that hangs is to be ended, which loses nothing that was acknowledged",
      ),
    ];
  }
  const log = await stat(`${path}-wal`).catch(() => undefined);
  if (log !== undefined && log.size > largeLog)
    return [
      warning(
        "lock",
        `the log beside the store has grown to ${Math.round(log.size / 1e6)} MB, because ${others} reads without an end`,
        "restart the program that holds it",
      ),
    ];
  return [
    ok(
      "lock",
      holders.length === 0
        ? "free, and open nowhere else"
        : `free; ${holders.length === 1 ? "also open" : "also open each"} in process ${holders.join(", ")}, which is fine`,
    ),
  ];
}

/** Whether a program goes on in a file that is not at this path any more. */
export async function checkReplaced(path: string, system: System): Promise<Finding[]> {
  const folder = await realpath(dirname(path)).catch(() => undefined);
  if (folder === undefined) return [];
  // As Linux says it of a file that a process has open.
  const holders = system.holders(`${join(folder, basename(path))} (deleted)`);
  if (holders.length === 0) return [];
  return [
    fault(
      "file",
      `${path} was deleted, or another file was put in its place, while process ${holders.join(", ")} had it open: that goes on in the old one, and acknowledges no write there`,
      "restart that program; to put a backup back, stop the programs first. While it runs, Linux still has the old file under /proc/PROCESS/fd",
    ),
  ];
}

/** Erased memories whose bytes are still there. */
export async function checkErasures(
  path: string,
  { unscrubbed }: StoreContents,
  system: System,
): Promise<Finding[]> {
  if (unscrubbed === 0) return [ok("erasures", "nothing that was erased is left in the file")];
  const holders = system.holders(await realpath(path));
  return [
    holders.length > 0
      ? ok(
          "erasures",
          `erased memories whose bytes wait to be removed: ${unscrubbed}; process ${holders.join(", ")} does it by itself`,
        )
      : warning(
          "erasures",
          `erased memories whose bytes may still be in the file or its log: ${unscrubbed}; the program that erased them was killed, or another read all the while`,
          `run: souvenir scrub --path ${path}`,
        ),
  ];
}

/** What SQLite itself says of the file, and what is in the tables. */
export async function checkTables(
  path: string,
  { quick }: { quick: boolean },
): Promise<{ findings: Finding[]; contents?: StoreContents }> {
  try {
    const database = await openReadOnly(path);
    try {
      const faults = (
        database.prepare(quick ? "PRAGMA quick_check(10)" : "PRAGMA integrity_check(10)").all() as Record<
          string,
          unknown
        >[]
      )
        .map((row) => String(Object.values(row)[0]))
        .filter((text) => text !== "ok");
      if (faults.length > 0) return { findings: [damaged(path, `${faults.length} faults at least`)] };
      return { findings: [ok("integrity", "SQLite finds no fault")], contents: readContents(database) };
    } finally {
      database.close();
    }
  } catch (error) {
    if (isBusy(error)) return { findings: [] };
    const code = resultCode(error);
    if (code === 1)
      return {
        findings: [
          fault(
            "schema",
            "tables or columns of a store are missing",
            "restore the file from a backup; if it never was a store, give another path with --path",
          ),
        ],
      };
    return { findings: [damaged(path, code === undefined ? "it cannot be read" : `SQLite code ${code}`)] };
  }
}

function damaged(path: string, what: string): Finding {
  return fault(
    "integrity",
    `the file is damaged (${what})`,
    `stop what uses it, copy it, and restore it from a backup or an export; what is readable is saved with: sqlite3 ${path} .recover`,
  );
}

/** SQLite's result codes (sqlite.org/rescode.html), without their extensions. */
function resultCode(error: unknown): number | undefined {
  const code = (error as { errcode?: unknown } | null)?.errcode;
  return typeof code === "number" ? code & 0xff : undefined;
}

function isBusy(error: unknown): boolean {
  return [5, 6].includes(resultCode(error) ?? 0);
}
