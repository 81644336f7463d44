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
  #saidOtherwise = false;

  /** @param moment - Milliseconds since 1970. */
  constructor(store: IndexedStore & Pick<Store, "history">, moment: number) {
    this.#store = store;
    this.#moment = moment;
  }

  /** Whether any record that was told said something else then: stored vectors are those of present texts. */
  get saidOtherwise(): boolean {
    return this.#saidOtherwise;
  }

  async changes(namespace: string, after: number, limit: number): Promise<Changes> {
    return this.#then(await this.#store.changes(namespace, after, limit));
  }

  async read(namespace: string, ids: readonly number[]): Promise<StoredRecord[]> {
    return [...(await this.#known(await this.#store.read(namespace, ids))).values()];
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
    const ids = changes.vectors.map(({ id }) => id);
    const now = await this.#store.read(namespace, ids);
    const then = await this.#known(now);
    const same = new Set(now.filter(({ id, value }) => then.get(id)?.value === value).map(({ id }) => id));
    return { ...changes, vectors: changes.vectors.filter(({ id }) => same.has(id)) };
  }

  previous(...given: Parameters<Store["previous"]>): ReturnType<Store["previous"]> {
    return this.#store.previous(...given);
  }

  /**
   * What an index of the store as it is now, up to a sequence number, has to be told to be one of that moment: only records
   * that were updated since, and vectors of those among them that said the same.
   */
  sinceThen(upTo: number): IndexedStore {
    /** By id of what said the same, where its vectors are told again. */
    const same = new Map<number, number>();
    return {
      read: (...given) => this.read(...given),
      previous: (...given) => this.previous(...given),
      changes: async (namespace, after, limit) => {
        const changes = await this.#store.changes(namespace, after, limit, { updatedAfter: this.#moment });
        const sequence = Math.min(changes.sequence, upTo);
        const now = changes.records.filter((record) => record.sequence <= upTo);
        const then = await this.#then({ ...changes, records: now });
        const values = new Map(then.records.map(({ id, value }) => [id, value]));
        for (const { id, value, sequence } of now) if (values.get(id) === value) same.set(id, sequence);
        return { ...then, sequence, complete: sequence === upTo };
      },
      vectorChanges: async (namespace, embedder, after, limit) => {
        // A record that changes and keeps its text has its vectors told again under its number, or later.
        const first = Math.min(upTo, ...same.values()) - 1;
        const changes = await this.#store.vectorChanges(
          namespace,
          embedder,
          Math.max(after, first),
          limit,
          upTo,
        );
        return { ...changes, vectors: changes.vectors.filter(({ id }) => same.has(id)) };
      },
    };
  }

  async #then(changes: Changes): Promise<Changes> {
    const known = await this.#known(changes.records);
    const unknown = changes.records.filter(({ id }) => !known.has(id)).map(({ id }) => id);
    return { ...changes, records: [...known.values()], erased: [...changes.erased, ...unknown] };
  }

  /** By id, in order. */
  async #known(records: readonly StoredRecord[]): Promise<Map<number, StoredRecord>> {
    const slices = new Slices();
    const known = new Map<number, StoredRecord>();
    for (const record of records) {
      if (record.updatedAt <= this.#moment) known.set(record.id, record);
      else if (record.version > 1) {
        const versions = await this.#store.history(record.namespace, record.key);
        const then = versions.findLast(({ updatedAt }) => updatedAt <= this.#moment);
        if (slices.over) await slices.next();
        if (then === undefined) continue;
        this.#saidOtherwise ||= then.value !== record.value;
        // What is to be forgotten now is not known of then.
        known.set(record.id, { ...then, expiresAt: record.expiresAt });
      }
    }
    return known;
  }
}
