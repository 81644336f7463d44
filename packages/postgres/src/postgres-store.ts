import {
  type Changes,
  type ClaimOptions,
  checkOptions,
  type EmbedderIdentity,
  type EmbedderUse,
  type Entity,
  type Erased,
  type ListPage,
  type NamespaceHead,
  type NamespacePlace,
  type Postponement,
  type QueueCounts,
  type QueueEntry,
  type RecordTouch,
  type RecordWrite,
  type Selection,
  SouvenirError,
  type Store,
  type StoreCounts,
  type StoredRecord,
  type Task,
  type VectorChanges,
  type WriteOutcome,
} from "@souvenir/core";
import { Database, type Transaction } from "./database.ts";
import {
  adopt,
  beginReembedding,
  cancelReembedding,
  embedderUse,
  finishReembedding,
  sweep,
} from "./embedders.ts";
import { erase, eraseExpired } from "./erasing.ts";
import { GroupedWrites } from "./grouped-writes.ts";
import { checkPlace, type PostgresPlace } from "./place.ts";
import { claim, nextDue, postpone, queueCounts, saveEntities, saveVectors } from "./queue.ts";
import * as reading from "./reading.ts";
import { defaultPartitions, migrate, scrubbedTables } from "./schema.ts";
import { loadSnapshot, removeStaleSnapshots, saveSnapshot, staleSnapshots } from "./snapshots.ts";
import { spend } from "./spending.ts";
import { TakingTurns } from "./taking-turns.ts";
import { touch, type WriteConditions, writeAll } from "./writing.ts";

/** Where the store is, and how it is made. */
export interface PostgresStoreOptions extends PostgresPlace {
  /** Into how many parts each large table is divided, by namespace, when the schema is made: 1 to 256. Default 16. */
  partitions?: number;
}

/**
 * A store in PostgreSQL, for `createMemory({ store })`: any number of programs share it, and each keeps its own indexes of
 * the namespaces that it serves. Nothing is opened before the first use.
 * @throws SouvenirError `INVALID_INPUT` for options that are not right
 */
export function postgresStore(options: PostgresStoreOptions = {}): Store {
  return new PostgresStore(options);
}

/** Milliseconds after an erasure until snapshots that may hold what was erased are written anew or removed. */
const renewedAfterMs = 10_000;

class PostgresStore implements Store {
  readonly #database: Database;
  readonly #turns = new TakingTurns();
  readonly #writes: GroupedWrites;
  #renew: (() => Promise<void>) | undefined;
  #renewing: ReturnType<typeof setTimeout> | undefined;

  constructor(options: PostgresStoreOptions) {
    checkOptions(options, "postgresStore", ["connectionString", "pool", "schema", "partitions"]);
    const { partitions = defaultPartitions } = options;
    if (!Number.isInteger(partitions) || partitions < 1 || partitions > 256)
      throw new SouvenirError(
        "INVALID_INPUT",
        "postgresStore: partitions: expected a whole number from 1 to 256",
      );
    this.#database = new Database({
      ...checkPlace(options, "postgresStore"),
      prepare: (database) => migrate(database, partitions),
    });
    this.#writes = new GroupedWrites(this.#database, this.#turns);
  }

  write(writes: readonly RecordWrite[], conditions: WriteConditions = {}): Promise<WriteOutcome[]> {
    const names = [...new Set(writes.map(({ namespace }) => namespace))];
    const [only] = names;
    if (only !== undefined && names.length === 1 && Object.keys(conditions).length === 0)
      return this.#use(() => this.#writes.write(only, writes));
    return this.#inTurn(names, (transaction) => writeAll(transaction, writes, conditions));
  }
  touch(namespace: string, key: string, change: RecordTouch): Promise<StoredRecord | undefined> {
    return this.#inTurn([namespace], (transaction) => touch(transaction, namespace, key, change));
  }
  async erase(
    namespace: string,
    selection: Selection,
    options: { limit?: number; now?: number } = {},
  ): Promise<Erased> {
    const erased = await this.#inTurn([namespace], (transaction) =>
      erase(transaction, namespace, selection, options),
    );
    this.#renewLater();
    return erased;
  }
  async eraseExpired(
    now: number,
    options: { limit?: number } = {},
  ): Promise<{ erased: number; complete: boolean }> {
    const outcome = await this.#use((database) => eraseExpired(database, now, options));
    if (outcome.erased > 0) this.#renewLater();
    return outcome;
  }

  get(namespace: string, keys: readonly string[]): Promise<(StoredRecord | undefined)[]> {
    return this.#use((database) => reading.get(database, namespace, keys));
  }
  read(namespace: string, ids: readonly number[]): Promise<StoredRecord[]> {
    return this.#use((database) => reading.read(database, namespace, ids));
  }
  list(namespace: string, page: ListPage): Promise<StoredRecord[]> {
    return this.#use((database) => reading.list(database, namespace, page));
  }
  scan(page: { prefix: string; after: string; limit: number }): Promise<StoredRecord[]> {
    return this.#use((database) => reading.scan(database, page));
  }
  tail(namespace: string, thread: string, limit: number): Promise<StoredRecord[]> {
    return this.#use((database) => reading.tail(database, namespace, thread, limit));
  }
  previous(
    namespace: string,
    ids: readonly number[],
  ): Promise<(Pick<StoredRecord, "value" | "role"> | undefined)[]> {
    return this.#use((database) => reading.previous(database, namespace, ids));
  }
  history(
    namespace: string,
    key: string,
    page: { after?: number; limit?: number } = {},
  ): Promise<StoredRecord[]> {
    return this.#use((database) => reading.history(database, namespace, key, page));
  }
  namespaces(page: { prefix?: string; after?: string; limit?: number } = {}): Promise<string[]> {
    return this.#use((database) => reading.namespaces(database, page));
  }
  counts(namespace?: string): Promise<StoreCounts> {
    return this.#use((database) => reading.counts(database, namespace));
  }

  head(namespace: string): Promise<NamespaceHead | undefined> {
    return this.#use((database) => reading.head(database, namespace));
  }
  changes(
    namespace: string,
    after: number,
    limit: number,
    options: { updatedAfter?: number } = {},
  ): Promise<Changes> {
    return this.#use((database) => reading.changes(database, namespace, { after, limit, ...options }));
  }
  vectorChanges(
    namespace: string,
    embedder: string,
    after: number,
    limit: number,
    upTo?: number,
  ): Promise<VectorChanges> {
    return this.#use((database) =>
      reading.vectorChanges(database, namespace, embedder, { after, limit, upTo }),
    );
  }

  embedders(): Promise<EmbedderUse> {
    return this.#use(embedderUse);
  }
  adoptEmbedder(embedder: EmbedderIdentity): Promise<void> {
    return this.#transaction((transaction) => adopt(transaction, embedder));
  }
  beginReembedding(
    embedder: EmbedderIdentity,
    options: { namespace?: string; unembedded?: boolean; cursor?: string } = {},
  ): Promise<{ records: number; cursor?: string }> {
    return this.#transaction((transaction) => beginReembedding(transaction, embedder, options));
  }
  finishReembedding(
    embedder: EmbedderIdentity,
    options: { namespace?: string; force: boolean; cursor?: string },
  ): Promise<{ remaining: number; failed: number; cursor?: string }> {
    return this.#transaction((transaction) => finishReembedding(transaction, embedder, options));
  }
  cancelReembedding(): Promise<number> {
    return this.#transaction(cancelReembedding);
  }
  sweepEmbeddings(): Promise<{ complete: boolean }> {
    return this.#use(async (database) => {
      // Asked often, and there is hardly ever anything.
      if ((await database.get("SELECT 1 FROM @sweep LIMIT 1")) === undefined) return { complete: true };
      return database.transaction(sweep);
    });
  }

  claim(task: Task, options: ClaimOptions): Promise<QueueEntry[]> {
    return this.#use((database) => claim(database, task, options));
  }
  nextDue(task: Task): Promise<number | null> {
    return this.#use((database) => nextDue(database, task));
  }
  saveVectors(
    embedder: EmbedderIdentity,
    items: readonly { entry: QueueEntry; vectors: Float32Array[] }[],
  ): Promise<void> {
    return this.#transaction((transaction) => saveVectors(transaction, embedder, items));
  }
  saveEntities(task: Task, items: readonly { entry: QueueEntry; entities: Entity[] }[]): Promise<void> {
    return this.#transaction((transaction) => saveEntities(transaction, task, items));
  }
  postpone(task: Task, entries: readonly QueueEntry[], outcome: Postponement): Promise<void> {
    return this.#use((database) => postpone(database, task, entries, outcome));
  }
  queue(task: Task, namespace?: string): Promise<QueueCounts> {
    return this.#use((database) => queueCounts(database, task, namespace));
  }
  spend(spending: { day: number; tokens: number; most: number }): Promise<number | undefined> {
    return this.#transaction((transaction) => spend(transaction, spending));
  }

  saveSnapshot(
    namespace: string,
    at: NamespacePlace,
    pieces: () => Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  ): Promise<boolean> {
    // Before anything is waited for: the index changes afterwards.
    const given = pieces();
    return this.#use((database) => saveSnapshot(database, namespace, at, given));
  }
  loadSnapshot(namespace: string): Promise<AsyncIterable<Uint8Array> | undefined> {
    return this.#use((database) => loadSnapshot(database, namespace));
  }
  staleSnapshots(): Promise<string[]> {
    return this.#use(staleSnapshots);
  }
  removeStaleSnapshots(): Promise<void> {
    return this.#use(removeStaleSnapshots);
  }
  beforeScrub(renew: () => Promise<void>): void {
    this.#renew = renew;
  }

  /**
   * Vacuums the tables. What was in a page stays in its unused part until something else is written there, and in the log
   * of the database and its archives: that is for who looks after the database.
   */
  async scrub({ signal }: { signal?: AbortSignal | undefined } = {}): Promise<{ scrubbed: number }> {
    signal?.throwIfAborted();
    const erased = await this.#use((database) =>
      database.all<{ id: number; records: number }>("SELECT id, records FROM @unscrubbed"),
    );
    await this.#renewSnapshots();
    if (erased.length === 0) return { scrubbed: 0 };
    await this.#use(async (database) => {
      for (const table of scrubbedTables) {
        signal?.throwIfAborted();
        await database.run(`VACUUM @${table}`);
      }
      await database.run("DELETE FROM @unscrubbed WHERE id = ANY($1::bigint[])", [
        erased.map(({ id }) => id),
      ]);
    });
    return { scrubbed: erased.reduce((sum, { records }) => sum + records, 0) };
  }

  backup(): Promise<never> {
    return this.#use(async () => {
      throw new SouvenirError(
        "UNSUPPORTED",
        "a store in PostgreSQL is no file: back it up with pg_dump --schema, or with the database",
      );
    });
  }

  async close(): Promise<void> {
    clearTimeout(this.#renewing);
    // What cannot be removed is left for the next one who erases something.
    if (this.#renewing !== undefined) await this.removeStaleSnapshots().catch(() => undefined);
    await this.#database.close();
  }

  #renewLater(): void {
    if (this.#renewing !== undefined) return;
    this.#renewing = setTimeout(() => {
      this.#renewing = undefined;
      this.#renewSnapshots().catch(() => undefined);
    }, renewedAfterMs);
    this.#renewing.unref();
  }

  async #renewSnapshots(): Promise<void> {
    if ((await this.staleSnapshots()).length > 0) await this.#renew?.();
    await this.removeStaleSnapshots();
  }

  #use<Answer>(work: (database: Database) => Promise<Answer>): Promise<Answer> {
    return this.#database.use(() => work(this.#database));
  }
  #inTurn<Answer>(
    names: readonly string[],
    work: (transaction: Transaction) => Promise<Answer>,
  ): Promise<Answer> {
    return this.#use((database) => this.#turns.take(names, () => database.transaction(work)));
  }
  #transaction<Answer>(work: (transaction: Transaction) => Promise<Answer>): Promise<Answer> {
    return this.#use((database) => database.transaction(work));
  }
}
