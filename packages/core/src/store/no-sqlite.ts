import { SouvenirError } from "../errors.ts";

/** What a file asks for and this runtime lacks. */
export function noSqliteError(cause?: unknown): SouvenirError {
  return new SouvenirError(
    "UNSUPPORTED",
    'a file needs Node 22.18 or later, with node:sqlite: update Node, or use path: ":memory:", a store of your own, or connectMemory() of @souvenir/server/client',
    { cause },
  );
}

/**
 * In the place of SQLite, and of threads that read its file, where a runtime has none: see `imports` in package.json. A module that failed when it was loaded
 * would be taken for loaded the second time by what esbuild makes of it.
 */
class NoSqlite {
  /** @throws SouvenirError `UNSUPPORTED` */
  constructor() {
    throw noSqliteError();
  }
}

/** @throws SouvenirError `UNSUPPORTED` */
export function sqliteStore(): never {
  throw noSqliteError();
}

export { NoSqlite as SqliteConnection, NoSqlite as WorkerSearch };
