import { copyRecord } from "../store/in-memory-namespace.ts";
import type { StoredRecord } from "../store/store.ts";

/** Characters that are kept of a namespace, and what a record costs beside its text. */
const mostCharacters = 2 ** 19;
const recordCharacters = 500;

/** Records of one namespace that were read, until they change: where a look into the store is a round trip. */
export class ReadRecords {
  /** The one that was not asked for the longest time first. */
  readonly #kept = new Map<number, StoredRecord>();
  #characters = 0;
  #forgotten = 0;

  /** Those of the ids that exist: what is not known is read. */
  async get(
    ids: readonly number[],
    read: (ids: readonly number[]) => Promise<StoredRecord[]>,
  ): Promise<StoredRecord[]> {
    const known: StoredRecord[] = [];
    const unknown: number[] = [];
    for (const id of ids) {
      const record = this.#kept.get(id);
      if (record === undefined) {
        unknown.push(id);
        continue;
      }
      this.#kept.delete(id);
      this.#kept.set(id, record);
      known.push(copyRecord(record));
    }
    if (unknown.length === 0) return known;
    const forgotten = this.#forgotten;
    const found = await read(unknown);
    // What has changed meanwhile may be among them as it was.
    if (forgotten === this.#forgotten) for (const record of found) this.#keep(copyRecord(record));
    return [...known, ...found];
  }

  forget(id: number): void {
    this.#forgotten += 1;
    this.#drop(id);
  }

  #keep(record: StoredRecord): void {
    this.#drop(record.id);
    this.#kept.set(record.id, record);
    this.#characters += charactersOf(record);
    for (const oldest of this.#kept.keys()) {
      if (this.#characters <= mostCharacters) break;
      this.#drop(oldest);
    }
  }

  #drop(id: number): void {
    const record = this.#kept.get(id);
    if (record === undefined) return;
    this.#kept.delete(id);
    this.#characters -= charactersOf(record);
  }
}

function charactersOf({ value, metadata }: StoredRecord): number {
  return recordCharacters + value.length + JSON.stringify(metadata).length;
}
