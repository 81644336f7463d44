import { Slices } from "../event-loop.ts";
import type { Changes, Store, StoredRecord, VectorChanges } from "./store.ts";

/** What an index is made of. */
export type IndexedStore = Pick<Store, "changes" | "vectorChanges" | "read" | "previous">;

/**
 * A store as it was known at a moment: each record in the version that it had then, as far as its versions are kept. It
 * says of what is erased since that it is not there, and keeps no text itself.
 */
export class StoreKnownAt implements IndexedStore {
  readonly #store: IndexedStore & Pick<Store, "history">;
  readonly #moment: number;

  /** @param moment - Milliseconds since 1970. */
  constructor(store: IndexedStore & Pick<Store, "history">, moment: number) {
    this.#store = store;
    this.#moment = moment;
  }

  async changes(namespace: string, after: number, limit: number): Promise<Changes> {
    const changes = await this.#store.changes(namespace, after, limit);
    return { ...changes, records: await this.#then(changes.records) };
  }

  async read(namespace: string, ids: readonly number[]): Promise<StoredRecord[]> {
    return this.#then(await this.#store.read(namespace, ids));
  }

  /** Of what has said the same since then; vectors of other texts are not kept. */
  async vectorChanges(
    namespace: string,
    embedder: string,
    after: number,
    limit: number,
    upTo?: number,
  ): Promise<VectorChanges> {
    const changes = await this.#store.vectorChanges(namespace, embedder, after, limit, upTo);
    const now = await this.#store.read(
      namespace,
      changes.vectors.map(({ id }) => id),
    );
    const then = new Map((await this.#then(now)).map(({ id, value }) => [id, value]));
    const same = new Set(now.filter(({ id, value }) => then.get(id) === value).map(({ id }) => id));
    return { ...changes, vectors: changes.vectors.filter(({ id }) => same.has(id)) };
  }

  previous(...given: Parameters<Store["previous"]>): ReturnType<Store["previous"]> {
    return this.#store.previous(...given);
  }

  async #then(records: readonly StoredRecord[]): Promise<StoredRecord[]> {
    const slices = new Slices();
    const known: StoredRecord[] = [];
    for (const record of records) {
      if (record.updatedAt <= this.#moment) known.push(record);
      else if (record.version > 1) {
        const versions = await this.#store.history(record.namespace, record.key);
        const then = versions.findLast(({ updatedAt }) => updatedAt <= this.#moment);
        // What is to be forgotten now is not known of then.
        if (then !== undefined) known.push({ ...then, expiresAt: record.expiresAt });
        if (slices.over) await slices.next();
      }
    }
    return known;
  }
}
