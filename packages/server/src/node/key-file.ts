import { timingSafeEqual } from "node:crypto";
import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  statSync,
} from "node:fs";
import { dirname, resolve } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { SouvenirError } from "@souvenir/core";
import type { CreatedKey, KeyRequest, WireKey } from "../api/wire.ts";
import type { HookStore } from "../hooks/hook-store.ts";
import {
  day,
  hashOf,
  idIn,
  type KeyRow,
  minute,
  newKey,
  nobody,
  rememberedDays,
  toWireKey,
  validKey,
} from "../keys/key-rows.ts";
import type { KeyStore } from "../keys/key-store.ts";
import type { TokenStore } from "../keys/token-store.ts";
import type { VerifiedKey } from "../keys/verified-key.ts";
import { hookSchema, sqliteHooks } from "./hook-tables.ts";
import { sqliteTokens, tokenSchema } from "./token-tables.ts";

const schemaVersion = 1;

/**
 * Opens the keys of a store: a SQLite file of its own beside it (`<store>.keys`, readable by its owner only), so that
 * keys are never in a memory, an export or a copy of memories. Several processes may open it; each request reads it, so
 * that what one revokes counts in all at once. `":memory:"` keeps keys in this process.
 *
 * A key is `svr_<id>_<secret>` with a secret of 256 random bits, of which SHA-256 is stored: a slow hash is for
 * secrets that can be guessed.
 * @param options.path - File of the keys.
 * @param options.clock - Milliseconds since 1970. Default `Date.now`.
 * @param options.readOnly - Where nobody can write to the file, go on with the keys that it has, and none when there is no
 * file: new ones and what is used is then known in this process only. Default false: that is an error.
 * @throws SouvenirError `STORE_CORRUPT`, `STORE_TOO_NEW` or `STORE_FAILED` when the file cannot be used.
 */
export function openKeyStore({
  path,
  clock = Date.now,
  readOnly = false,
}: {
  path: string;
  clock?: () => number;
  readOnly?: boolean;
}): KeyStore {
  if (typeof path !== "string" || path === "")
    throw new SouvenirError(
      "INVALID_INPUT",
      "openKeyStore: expected { path }, such as keysPath(path) of the store",
    );
  const database = readOnly && path !== ":memory:" && !isWritable(path) ? copyOf(path) : openKeyFile(path);
  return new SqliteKeyStore(database, clock);
}

/** Where the keys of a store are. */
export function keysPath(storePath: string): string {
  return storePath === ":memory:" ? storePath : `${storePath}.keys`;
}

function isWritable(path: string): boolean {
  try {
    accessSync(existsSync(path) ? path : dirname(resolve(path)), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** In memory, what a file says that cannot change. */
function copyOf(path: string): DatabaseSync {
  const copy = openKeyFile(":memory:");
  if (!existsSync(path)) return copy;
  if ((statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0)
    throw new SouvenirError(
      "STORE_FAILED",
      `${path}: its log (${path}-wal) can only be read where the folder can be written to: copy both files into such a folder`,
    );
  const file = new DatabaseSync(new URL(`${pathToFileURL(path).href}?immutable=1`), { readOnly: true });
  try {
    for (const row of file.prepare("SELECT * FROM keys").all()) {
      const names = Object.keys(row);
      copy
        .prepare(`INSERT INTO keys (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`)
        .run(...Object.values(row));
    }
  } finally {
    file.close();
  }
  return copy;
}

/** The tables of keys in a file, which is made when there is none. @throws as `openKeyStore` */
export function openKeyFile(path: string): DatabaseSync {
  try {
    if (path !== ":memory:") {
      mkdirSync(dirname(resolve(path)), { recursive: true });
      // SQLite gives its journal files the mode of this one.
      closeSync(openSync(path, "a", 0o600));
      chmodSync(path, 0o600);
    }
    const database = new DatabaseSync(path);
    try {
      database.exec(
        "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON",
      );
      database.exec("BEGIN IMMEDIATE");
      const found = Number(Object.values(database.prepare("PRAGMA user_version").get() ?? {})[0]);
      if (found > schemaVersion)
        throw new SouvenirError("STORE_TOO_NEW", `${path} was written by a newer Souvenir: update this one`);
      if (found === 0)
        database.exec(`
          CREATE TABLE keys (
            id TEXT PRIMARY KEY, name TEXT NOT NULL, hash BLOB NOT NULL, grants TEXT NOT NULL,
            created_at INTEGER NOT NULL, expires_at INTEGER, revoked_at INTEGER, last_used_at INTEGER,
            rate_limit INTEGER, requests_per_day INTEGER, writes_per_day INTEGER
          ) STRICT;
          CREATE TABLE usage (
            key TEXT NOT NULL, day INTEGER NOT NULL, requests INTEGER NOT NULL, writes INTEGER NOT NULL,
            PRIMARY KEY (key, day)
          ) STRICT, WITHOUT ROWID;
          PRAGMA user_version = ${schemaVersion};`);
      database.exec(tokenSchema + hookSchema);
      database.exec("COMMIT");
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  } catch (cause) {
    if (SouvenirError.is(cause)) throw cause;
    const corrupt = (cause as { errcode?: number }).errcode === 26;
    throw new SouvenirError(
      corrupt ? "STORE_CORRUPT" : "STORE_FAILED",
      `the file of keys at ${path} cannot be used${corrupt ? ": it is not one" : ""}`,
      { cause },
    );
  }
}

class SqliteKeyStore implements KeyStore {
  readonly tokens: TokenStore;
  readonly hooks: HookStore;
  readonly #database: DatabaseSync;
  readonly #clock: () => number;
  readonly #statements = new Map<string, StatementSync>();
  #any = false;

  constructor(database: DatabaseSync, clock: () => number) {
    this.#database = database;
    this.#clock = clock;
    const keyOf = (id: string) => validKey(this.#row(id), this.#clock());
    this.tokens = sqliteTokens({ database, clock, keyOf });
    this.hooks = sqliteHooks(database);
  }

  any(): boolean {
    // Rows are never deleted.
    this.#any ||= this.#prepare("SELECT 1 FROM keys LIMIT 1").get() !== undefined;
    return this.#any;
  }

  create(request: KeyRequest, given?: string): CreatedKey {
    const { key, row } = newKey(request, this.#clock(), given);
    const { requests: _, writes: __, ...columns } = row;
    this.#prepare(
      `INSERT INTO keys (${Object.keys(columns).join(", ")}) VALUES (${Object.keys(columns)
        .map(() => "?")
        .join(", ")}) ON CONFLICT (id) DO NOTHING`,
    ).run(...Object.values(columns));
    return { ...toWireKey(row), key };
  }

  list(): WireKey[] {
    const rows = this.#prepare(
      `SELECT keys.*, usage.requests, usage.writes FROM keys
       LEFT JOIN usage ON usage.key = keys.id AND usage.day = ? ORDER BY created_at, id`,
    ).all(this.#day());
    return (rows as unknown as KeyRow[]).map(toWireKey);
  }

  revoke(id: string): WireKey | undefined {
    this.#prepare("UPDATE keys SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL").run(
      this.#clock(),
      id,
    );
    const row = this.#row(id);
    return row === undefined ? undefined : toWireKey(row);
  }

  verify(token: string): VerifiedKey | undefined {
    const row = this.#prepare("SELECT * FROM keys WHERE id = ?").get(idIn(token)) as KeyRow | undefined;
    const same = timingSafeEqual(hashOf(token), row?.hash ?? nobody);
    return same ? validKey(row, this.#clock()) : undefined;
  }

  spend(key: VerifiedKey, { requests, writes }: { requests: number; writes: number }): boolean {
    const today = this.#day();
    const most = (limit: number | undefined) => limit ?? Number.MAX_SAFE_INTEGER;
    // Counts may be lost with the power, keys may not: no sync for these.
    this.#database.exec("PRAGMA synchronous = OFF");
    try {
      const { changes } = this.#prepare(
        `INSERT INTO usage (key, day, requests, writes)
         SELECT $key, $today, $requests, $writes WHERE $requests <= $mostRequests AND $writes <= $mostWrites
         ON CONFLICT (key, day) DO UPDATE SET requests = requests + $requests, writes = writes + $writes
         WHERE requests + $requests <= $mostRequests AND writes + $writes <= $mostWrites`,
        // By name: Node 22 does not bind `?1` by its number.
      ).run({
        key: key.id,
        today,
        requests,
        writes,
        mostRequests: most(key.quota?.requests_per_day),
        mostWrites: most(key.quota?.writes_per_day),
      });
      this.#noteUse(key.id, today);
      return changes > 0;
    } catch (error) {
      // SQLITE_FULL: what makes room, a deletion, must not fail because it cannot be counted, and nothing else succeeds.
      if ((error as { errcode?: number }).errcode !== 13) throw error;
      return true;
    } finally {
      this.#database.exec("PRAGMA synchronous = FULL");
    }
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }

  /** To the minute, so that it costs nothing; and once a day for a key, what is old goes. */
  #noteUse(id: string, today: number): void {
    const now = this.#clock();
    const used = now - (now % minute);
    const { changes } = this.#prepare(
      "UPDATE keys SET last_used_at = $used WHERE id = $id AND (last_used_at IS NULL OR last_used_at < $used)",
    ).run({ used, id });
    if (changes > 0)
      this.#prepare("DELETE FROM usage WHERE key = ? AND day < ?").run(id, today - rememberedDays);
  }

  #row(id: string): KeyRow | undefined {
    return this.#prepare(
      `SELECT keys.*, usage.requests, usage.writes FROM keys
       LEFT JOIN usage ON usage.key = keys.id AND usage.day = ? WHERE id = ?`,
    ).get(this.#day(), id) as KeyRow | undefined;
  }

  #day(): number {
    return Math.floor(this.#clock() / day);
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}
