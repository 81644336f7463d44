import { SouvenirError } from "../errors.ts";
import { Opening } from "../memory-source.ts";
import { checkFilePath } from "./file-path.ts";
import { noSqliteError } from "./no-sqlite.ts";
import type { SqliteConnection } from "./sqlite-connection.ts";
import type { ExtraTables } from "./sqlite-schema.ts";

/** Where a memory is kept when nothing is said. */
export const defaultPath = "./.souvenir/memory.db";

/** The tables of an adapter, and the file they are in. */
export interface TablesFileOptions {
  /** File of the store; the one of the memory fits. `":memory:"` for none. Default `./.souvenir/memory.db`. */
  path?: string | undefined;
  /** What is kept in it beside the memory. */
  tables: ExtraTables;
}

/**
 * The tables of an adapter in the file of a memory. Nothing is opened before the first use; what could not be opened is
 * tried again at the next; closed for good.
 */
export class TablesFile {
  readonly #opening: Opening<SqliteConnection>;
  #closed = false;

  /** @throws SouvenirError `INVALID_INPUT` for anything but a path */
  constructor({ path = defaultPath, tables }: TablesFileOptions) {
    const file = checkFilePath(path);
    this.#opening = new Opening(() => connect({ path: file, tables }));
  }

  /** @throws SouvenirError `CLOSED`; `UNSUPPORTED` where there is no SQLite; what opening a memory throws */
  open(): Promise<SqliteConnection> {
    if (this.#closed)
      return Promise.reject(new SouvenirError("CLOSED", "the store was closed: open a new one"));
    return this.#opening.open();
  }

  /** Closes the file, for good. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#opening.close();
  }
}

async function connect(options: TablesFileOptions & { path: string }): Promise<SqliteConnection> {
  let sqlite: typeof import("#sqlite-connection");
  try {
    // Loaded here, so that the rest runs where there is no SQLite.
    sqlite = await import("#sqlite-connection");
  } catch (cause) {
    throw noSqliteError(cause);
  }
  return new sqlite.SqliteConnection(options);
}
