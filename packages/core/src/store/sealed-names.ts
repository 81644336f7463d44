import { Slices } from "../event-loop.ts";
import type { SqliteConnection } from "./sqlite-connection.ts";
import type { Store, StoredRecord } from "./store.ts";

/** Names that are opened at once, in about a millisecond. */
const sliceRows = 200;

/**
 * The names of the namespaces of an encrypted file in order, in memory: the file has them in none. Names are read once,
 * later ones when they are asked for.
 */
export class SealedNames {
  readonly #connection: SqliteConnection;
  #names: string[] = [];
  /** Number of the last namespace that was read. */
  #last = 0;

  constructor(connection: SqliteConnection) {
    this.#connection = connection;
  }

  /** Names with a prefix after a name, in code unit order. @param page - `limit`: -1 for all. */
  async page({ prefix, after, limit }: { prefix: string; after: string; limit: number }): Promise<string[]> {
    const found: string[] = [];
    for await (const name of this.#after(prefix, after)) {
      if (found.length === limit) break;
      found.push(name);
    }
    return found;
  }

  /** As `Store.scan`. */
  async scan(
    store: Pick<Store, "list">,
    { prefix, after, limit }: { prefix: string; after: string; limit: number },
  ): Promise<StoredRecord[]> {
    const records: StoredRecord[] = [];
    for await (const name of this.#after(prefix, after)) {
      for (const record of await store.list(name, { limit: limit - records.length })) records.push(record);
      if (records.length >= limit) break;
    }
    return records;
  }

  async *#after(prefix: string, after: string): AsyncGenerator<string> {
    await this.#read();
    let place = Math.max(this.#placeOf(prefix), this.#placeAfter(after));
    for (;;) {
      const name = this.#names[place];
      if (name === undefined || !name.startsWith(prefix)) return;
      if (this.#exists(name)) {
        yield name;
        // While others ran, the list may have changed.
        place = this.#placeAfter(name);
      } else this.#names.splice(place, 1);
    }
  }

  async #read(): Promise<void> {
    const slices = new Slices();
    const found: string[] = [];
    for (;;) {
      const rows = this.#connection.all<{ number: number; name: string }>(
        "SELECT number, name FROM namespaces WHERE number > ? ORDER BY number LIMIT ?",
        this.#last,
        sliceRows,
      );
      for (const { name } of rows) found.push(name);
      this.#last = rows.at(-1)?.number ?? this.#last;
      if (rows.length < sliceRows) break;
      if (slices.over) await slices.next();
    }
    if (found.length === 0) return;
    // One that was erased and made anew is there already.
    this.#names = [...new Set(this.#names.concat(found))].sort();
  }

  #exists(name: string): boolean {
    const stored = this.#connection.content.name(name);
    return this.#connection.get("SELECT 1 FROM namespaces WHERE name = ?", stored) !== undefined;
  }

  /** Place of the first name that is not before another one. */
  #placeOf(name: string): number {
    let [from, to] = [0, this.#names.length];
    while (from < to) {
      const middle = (from + to) >>> 1;
      if ((this.#names[middle] as string) < name) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  #placeAfter(name: string): number {
    const place = this.#placeOf(name);
    return this.#names[place] === name ? place + 1 : place;
  }
}
