import { SouvenirError } from "@souvenir/core";
import type { SqliteConnection } from "@souvenir/core/sqlite";
import { mastraTables } from "./tables.ts";

/** Where a memory is kept when nothing is said, as in `createMemory`. */
const defaultPath = "./.souvenir/memory.db";

/** The file with the tables of Mastra. Opened by the first use; closed for good. */
export class MastraFile {
  readonly #path: string;
  #connection: Promise<SqliteConnection> | undefined;
  #closed = false;

  constructor(path: string = defaultPath) {
    if (typeof path !== "string" || path === "")
      throw new SouvenirError("INVALID_INPUT", 'path: expected the path of a file, or ":memory:"');
    this.#path = path;
  }

  open(): Promise<SqliteConnection> {
    if (this.#closed)
      return Promise.reject(new SouvenirError("CLOSED", "the store was closed: open a new one"));
    this.#connection ??= connect(this.#path).catch((error: unknown) => {
      // A file that cannot be opened now may be later.
      this.#connection = undefined;
      throw error;
    });
    return this.#connection;
  }

  async close(): Promise<void> {
    this.#closed = true;
    const connection = await this.#connection?.catch(() => undefined);
    await connection?.close();
  }
}

async function connect(path: string): Promise<SqliteConnection> {
  let sqlite: typeof import("@souvenir/core/sqlite");
  try {
    // Loaded here, so that the rest runs where there is no SQLite.
    sqlite = await import("@souvenir/core/sqlite");
  } catch (cause) {
    throw new SouvenirError(
      "UNSUPPORTED",
      "a store in a file needs Node 22.18 or later, with node:sqlite: update Node, or give Mastra another storage",
      { cause },
    );
  }
  return new sqlite.SqliteConnection({ path, tables: mastraTables });
}
