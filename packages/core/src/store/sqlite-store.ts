import { crc32 } from "node:zlib";
import { SouvenirError } from "../errors.ts";
import { letOthersRun } from "../event-loop.ts";
import type { Entity } from "../types.ts";
import { checkOptions } from "../validation.ts";
import { type BackupOptions, backupFile } from "./backup.ts";
import { contextChanges, isWithdrawn } from "./embedder-context.ts";
import { fieldsText } from "./record-rows.ts";
import { checkHistory, isOver, keepsExisting, lastExpiry, newest, nextVersion } from "./record-versions.ts";
import { SqliteConnection } from "./sqlite-connection.ts";
import { SqliteErasing } from "./sqlite-erasing.ts";
import { type NamespaceEmbedder, SqliteQueue } from "./sqlite-queue.ts";
import { fieldsOf, type NamespaceRow, type RecordRow, recordChecksum, recordOf } from "./sqlite-rows.ts";
import { unfitCounter } from "./sqlite-schema.ts";
import { type AdoptSnapshot, SqliteSnapshots } from "./sqlite-snapshots.ts";
import { SqliteSources } from "./sqlite-sources.ts";
import { SqliteSuperseded } from "./sqlite-superseded.ts";
import { SqliteTurns } from "./sqlite-turns.ts";
import { pinned, supersededBy } from "./standing.ts";
import type {
  Changes,
  ClaimOptions,
  EmbedderIdentity,
  EmbedderUse,
  Erased,
  ListPage,
  NamespaceHead,
  NamespacePlace,
  Postponement,
  QueueCounts,
  QueueEntry,
  RecordFields,
  RecordTouch,
  RecordWrite,
  SeenThread,
  Selection,
  Store,
  StoreCounts,
  StoredRecord,
  Task,
  VectorChanges,
  WriteOutcome,
} from "./store.ts";
import {
  checkInPlace,
  checkSource,
  checkThreadUnchanged,
  checkVersion,
  queueConflict,
} from "./version-conflict.ts";

/** A namespace during a write. */
interface WrittenNamespace extends NamespaceRow {
  embedders: NamespaceEmbedder[];
  /** Of a namespace that the write makes, its keys: none is to be looked for. */
  keys?: Set<string>;
}

/** Namespaces whose counters are known to fit. */
const rememberedCounters = 100_000;

/**
 * The store in one SQLite file: write-ahead log, synced at each commit, erased content overwritten.
 * @throws SouvenirError `STORE_CORRUPT`, `STORE_TOO_NEW`, `STORE_BUSY` or `STORE_FAILED` when the file cannot be used.
 */
export class SqliteStore implements Store {
  readonly #connection: SqliteConnection;
  readonly #queue: SqliteQueue;
  readonly #snapshots: SqliteSnapshots;
  readonly #turns: SqliteTurns;
  readonly #sources: SqliteSources;
  readonly #superseded: SqliteSuperseded;
  readonly #erasing: SqliteErasing;
  readonly #checkedCounters = new Set<number>();
  readonly readOnly: boolean;
  #renew: (() => Promise<void>) | undefined;

  /** @param adopted - Of a thread that only reads: has a snapshot taken into the tables by the one that writes. */
  constructor(options: { path: string; storeBytes?: number; readOnly?: boolean }, adopted?: AdoptSnapshot) {
    checkOptions(options, "SqliteStore", ["path", "storeBytes", "readOnly"]);
    const { path, storeBytes = 0, readOnly = false } = options;
    this.#connection = new SqliteConnection({
      path,
      storeBytes,
      readOnly,
      beforeScrub: async () => {
        await this.#renew?.();
        await this.#snapshots.removeStale();
      },
    });
    this.readOnly = this.#connection.readOnly;
    this.#queue = new SqliteQueue(this.#connection);
    this.#snapshots = new SqliteSnapshots(this.#connection, adopted);
    this.#turns = new SqliteTurns(this.#connection);
    this.#sources = new SqliteSources(this.#connection);
    this.#superseded = new SqliteSuperseded(this.#connection);
    this.#erasing = new SqliteErasing(this.#connection, {
      queue: this.#queue,
      turns: this.#turns,
      sources: this.#sources,
      superseded: this.#superseded,
    });
  }

  async write(
    writes: readonly RecordWrite[],
    { ifThread, done }: Parameters<Store["write"]>[1] = {},
  ): Promise<WriteOutcome[]> {
    if (writes.some(({ sources }) => sources !== undefined)) await this.#sources.prepare();
    const names = writes.map((write) => supersededBy([write, ...(write.history ?? [])]));
    if (names.some(({ size }) => size > 0)) await this.#superseded.prepare();
    let erased = 0;
    const write = () => {
      erased = 0;
      if (ifThread !== undefined) this.#checkThread(ifThread);
      for (const entry of done?.entries ?? [])
        if (done !== undefined && !this.#queue.complete(done.task, entry)) throw queueConflict(entry);
      const namespaces = new Map<string, WrittenNamespace>();
      const outcomes = writes.map((write, place) => {
        let namespace = namespaces.get(write.namespace);
        if (namespace === undefined) {
          const before = this.#namespace(write.namespace);
          const row = before ?? this.#createNamespace(write.namespace);
          namespace = { ...row, embedders: this.#queue.embeddersOf(row) };
          if (before === undefined) namespace.keys = new Set();
          namespaces.set(write.namespace, namespace);
        }
        const { outcome, gone } = this.#writeOne(namespace, write);
        erased += gone;
        if (outcome.written)
          this.#superseded.name(namespace.number, outcome.record.id, names[place] as Set<string>);
        return outcome;
      });
      for (const { number, sequence } of namespaces.values())
        this.#connection.run("UPDATE namespaces SET sequence = ? WHERE number = ?", sequence, number);
      return outcomes;
    };
    return this.#connection.transaction(write, { erased: () => erased, frees: false });
  }

  touch(
    namespace: string,
    key: string,
    { expiresAt, pinnedAt, version, ifVersion, now = Number.NEGATIVE_INFINITY }: RecordTouch,
  ): Promise<StoredRecord | undefined> {
    return this.#connection.transaction(() => {
      const row = this.#namespace(namespace);
      const any = row === undefined ? undefined : this.#rowByKey(row.number, key);
      const found = any !== undefined && isOver({ expiresAt: any.expires_at }, now) ? undefined : any;
      checkVersion({ namespace, key, ifVersion }, found?.version ?? 0);
      if (found === undefined || (version !== undefined && version !== found.version)) return undefined;
      // Throws for a damaged one, which must not get a new checksum.
      const { metadata } = recordOf(found, namespace);
      const change = {
        ...(expiresAt === undefined ? {} : { expires_at: expiresAt }),
        ...(pinnedAt === undefined ? {} : { metadata: JSON.stringify(pinned(metadata, pinnedAt)) }),
      };
      const changed = recordOf(this.#change(found, change), namespace);
      if (expiresAt !== undefined) this.#expireDrawn(found.id);
      return changed;
    });
  }

  erase(
    namespace: string,
    selection: Selection,
    options: { limit?: number; now?: number } = {},
  ): Promise<Erased> {
    return this.#erasing.erase(namespace, selection, options);
  }
  eraseExpired(
    now: number,
    options: { limit?: number } = {},
  ): Promise<{ erased: number; complete: boolean }> {
    return this.#erasing.eraseExpired(now, options);
  }

  async get(namespace: string, keys: readonly string[]): Promise<(StoredRecord | undefined)[]> {
    const row = this.#namespace(namespace);
    return keys.map((key) => (row === undefined ? undefined : this.#byKey(row.number, namespace, key)));
  }

  async read(namespace: string, ids: readonly number[]): Promise<StoredRecord[]> {
    const row = this.#namespace(namespace);
    if (row === undefined || ids.length === 0) return [];
    const rows = this.#connection.all<RecordRow>(
      // The sign keeps the indexes of namespaces out of it.
      "SELECT * FROM records WHERE id IN (SELECT value FROM json_each(?)) AND +namespace = ?",
      JSON.stringify(ids),
      row.number,
    );
    const found = new Map(rows.map((each) => [each.id, each]));
    return ids.flatMap((id) => {
      const each = found.get(id);
      return each === undefined ? [] : [recordOf(each, namespace)];
    });
  }

  async list(namespace: string, page: ListPage): Promise<StoredRecord[]> {
    const { thread, after, newestFirst = false, limit } = page;
    const row = this.#namespace(namespace);
    if (row === undefined) return [];
    const rows = this.#connection.all<RecordRow>(
      `SELECT * FROM records WHERE namespace = ? ${thread === undefined ? "" : "AND thread = ?"}
       AND (created_at, id) ${newestFirst ? "< (?, ?) ORDER BY created_at DESC, id DESC" : "> (?, ?) ORDER BY created_at, id"} LIMIT ?`,
      row.number,
      ...(thread === undefined ? [] : [thread]),
      after?.createdAt ?? (newestFirst ? Number.MAX_SAFE_INTEGER : Number.MIN_SAFE_INTEGER),
      after?.id ?? 0,
      limit,
    );
    return rows.map((found) => recordOf(found, namespace));
  }

  async scan({
    prefix,
    after,
    limit,
  }: {
    prefix: string;
    after: string;
    limit: number;
  }): Promise<StoredRecord[]> {
    const rows = this.#connection.all<RecordRow & { name: string }>(
      `SELECT n.name AS name, r.* FROM namespaces n CROSS JOIN records r ON r.namespace = n.number
       WHERE n.name >= ? AND n.name > ? ORDER BY n.name, r.created_at, r.id LIMIT ?`,
      prefix,
      after,
      limit,
    );
    const records: StoredRecord[] = [];
    // Those with the prefix are the first of what comes after it.
    for (const row of rows) if (row.name.startsWith(prefix)) records.push(recordOf(row, row.name));
    return records;
  }

  async tail(namespace: string, thread: string, limit: number): Promise<StoredRecord[]> {
    const row = this.#namespace(namespace);
    if (row === undefined) return [];
    return this.#connection
      .all<RecordRow>(
        "SELECT * FROM records WHERE namespace = ? AND thread = ? ORDER BY created_at DESC, id DESC LIMIT ?",
        row.number,
        thread,
        limit,
      )
      .map((found) => recordOf(found, namespace))
      .reverse();
  }

  async previous(
    namespace: string,
    ids: readonly number[],
  ): Promise<(Pick<StoredRecord, "value" | "role"> | undefined)[]> {
    const row = this.#namespace(namespace);
    return ids.map((id) => row && this.#turns.previous(row.number, id));
  }

  async history(
    namespace: string,
    key: string,
    { after = 0, limit = -1 }: { after?: number; limit?: number } = {},
  ): Promise<StoredRecord[]> {
    const row = this.#namespace(namespace);
    const current = row === undefined ? undefined : this.#byKey(row.number, namespace, key);
    if (current === undefined) return [];
    return this.#connection
      .all<{ record: number; fields: string; checksum: number }>(
        "SELECT record, fields, checksum FROM versions WHERE record = ? AND version > ? ORDER BY version LIMIT ?",
        current.id,
        after,
        limit,
      )
      .map((version) => ({ ...fieldsOf(version), id: current.id, namespace, sequence: current.sequence }));
  }

  async namespaces({
    prefix = "",
    after = "",
    limit = -1,
  }: {
    prefix?: string;
    after?: string;
    limit?: number;
  } = {}): Promise<string[]> {
    const rows = this.#connection.all<{ name: string }>(
      `SELECT name FROM namespaces WHERE name >= ? AND name > ? ORDER BY name LIMIT ?`,
      prefix,
      after,
      limit,
    );
    // Those with the prefix are the first of what comes after it.
    const names = rows.map((row) => row.name).filter((name) => name.startsWith(prefix));
    return limit === -1 ? names.sort() : names;
  }

  async counts(namespace?: string): Promise<StoreCounts> {
    const row = namespace === undefined ? undefined : this.#namespace(namespace);
    if (namespace !== undefined && row === undefined)
      return {
        namespaces: 0,
        records: 0,
        versions: 0,
        vectors: 0,
        bytes: this.#bytes(),
        unscrubbed: this.#connection.unscrubbed,
      };
    const [where, values] = row === undefined ? ["", []] : ["WHERE namespace = ?", [row.number]];
    const count = (sql: string) =>
      this.#connection.get<{ n: number }>(`SELECT count(*) AS n FROM ${sql}`, ...values)?.n ?? 0;
    const records = count(`records ${where}`);
    await letOthersRun();
    const versions = count(
      row === undefined ? "versions" : `versions WHERE record IN (SELECT id FROM records ${where})`,
    );
    await letOthersRun();
    return {
      namespaces: row === undefined ? count("namespaces") : 1,
      records,
      versions,
      vectors: await this.#queue.countVectors(records, row?.number),
      bytes: this.#bytes(),
      unscrubbed: this.#connection.unscrubbed,
    };
  }

  async head(namespace: string): Promise<NamespaceHead | undefined> {
    const row = this.#namespace(namespace);
    if (row === undefined) return undefined;
    this.#checkCounter(row.number);
    return {
      incarnation: row.number,
      sequence: row.sequence,
      erased: row.erased,
      forgotten: row.forgotten,
      embedder: this.#queue.embedder(row.embedder),
      target: this.#queue.embedder(row.target),
    };
  }

  async changes(
    namespace: string,
    after: number,
    limit: number,
    { updatedAfter }: { updatedAfter?: number } = {},
  ): Promise<Changes> {
    return this.#connection.snapshot(() => this.#changes(namespace, after, limit, updatedAfter));
  }

  async vectorChanges(
    namespace: string,
    embedder: string,
    after: number,
    limit: number,
    upTo?: number,
  ): Promise<VectorChanges> {
    const row = this.#namespace(namespace);
    if (row === undefined) return { vectors: [], sequence: after, complete: true };
    return this.#queue.vectorChanges(row.number, embedder, { after, upTo: upTo ?? row.sequence, limit });
  }

  async embedders(): Promise<EmbedderUse> {
    return this.#queue.embedders();
  }
  adoptEmbedder(embedder: EmbedderIdentity): Promise<void> {
    return this.#connection.transaction(() => this.#queue.adopt(embedder));
  }
  beginReembedding(
    embedder: EmbedderIdentity,
    options: { namespace?: string; unembedded?: boolean; cursor?: string } = {},
  ): Promise<{ records: number; cursor?: string }> {
    return this.#connection.transaction(() => this.#queue.beginReembedding(embedder, options));
  }
  finishReembedding(
    embedder: EmbedderIdentity,
    options: { namespace?: string; force: boolean; cursor?: string },
  ): Promise<{ remaining: number; failed: number; cursor?: string }> {
    return this.#connection.transaction(() => this.#queue.finishReembedding(embedder, options));
  }
  cancelReembedding(): Promise<number> {
    return this.#connection.transaction(() => this.#queue.cancelReembedding());
  }
  async sweepEmbeddings(): Promise<{ complete: boolean }> {
    if (!this.#queue.needsSweep()) return Promise.resolve({ complete: true });
    return this.#connection.transaction(() => this.#queue.sweep());
  }

  async claim(task: Task, options: ClaimOptions): Promise<QueueEntry[]> {
    if (!this.#queue.hasDue(task, options)) return [];
    return this.#connection.transaction(() => this.#queue.claim(task, options));
  }
  async nextDue(task: Task): Promise<number | null> {
    return this.#queue.nextDue(task);
  }
  async saveVectors(
    embedder: EmbedderIdentity,
    items: readonly { entry: QueueEntry; vectors: Float32Array[] }[],
  ): Promise<void> {
    await this.#connection.transaction(() => {
      for (const { entry, vectors } of items) this.#queue.saveVectors(embedder, entry, vectors);
    });
  }
  async saveEntities(task: Task, items: readonly { entry: QueueEntry; entities: Entity[] }[]): Promise<void> {
    await this.#connection.transaction(() => {
      for (const { entry, entities } of items) {
        if (!this.#queue.complete(task, entry)) continue;
        const row = this.#connection.get<RecordRow>("SELECT * FROM records WHERE id = ?", entry.id);
        // What is damaged stays so, for whoever reads it to be told.
        if (row !== undefined && recordChecksum(row) === row.checksum)
          this.#change(row, { entities: JSON.stringify(entities) });
      }
    });
  }
  async postpone(task: Task, entries: readonly QueueEntry[], outcome: Postponement): Promise<void> {
    await this.#connection.transaction(() => {
      for (const entry of entries) this.#queue.postpone(task, entry, outcome);
    });
  }
  async spend(spending: { day: number; tokens: number; most: number }): Promise<number | undefined> {
    await this.#sources.prepare();
    return this.#connection.transaction(() => this.#sources.spend(spending));
  }
  async queue(task: Task, namespace?: string): Promise<QueueCounts> {
    if (namespace === undefined) return this.#queue.counts(task);
    const row = this.#namespace(namespace);
    return row === undefined
      ? { pending: 0, failed: 0, lastError: null }
      : this.#queue.counts(task, row.number);
  }

  saveSnapshot(
    namespace: string,
    at: NamespacePlace,
    pieces: () => Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  ): Promise<boolean> {
    return this.#snapshots.save(namespace, at, pieces);
  }
  /** For the threads that read: see `SqliteSnapshots.adopt`. */
  adoptSnapshot(namespace: string, at: NamespacePlace, token: string): Promise<boolean> {
    return this.#snapshots.adopt(namespace, at, token);
  }
  loadSnapshot(namespace: string): Promise<AsyncIterable<Uint8Array> | undefined> {
    return this.#snapshots.load(namespace);
  }
  async staleSnapshots(): Promise<string[]> {
    return this.#snapshots.stale();
  }
  beforeScrub(renew: () => Promise<void>): void {
    this.#renew = renew;
  }
  removeStaleSnapshots(): Promise<void> {
    return this.#snapshots.removeStale();
  }

  scrub(options: { signal?: AbortSignal | undefined } = {}): Promise<{ scrubbed: number }> {
    return this.#connection.scrub(options);
  }

  async backup(path: string, options: BackupOptions = {}): Promise<{ bytes: number }> {
    const number = (pragma: string) =>
      Object.values(this.#connection.get<Record<string, number>>(`PRAGMA ${pragma}`) ?? {})[0] ?? 0;
    const total = (number("page_count") - number("freelist_count")) * number("page_size");
    return backupFile(this.#connection, path, total, options);
  }

  async close(): Promise<void> {
    // What cannot be removed is left for the next one who opens the file.
    if (!this.readOnly) await this.#snapshots.removeStale().catch(() => undefined);
    await this.#connection.close();
  }

  #checkThread(seen: SeenThread): void {
    const row = this.#namespace(seen.namespace);
    checkThreadUnchanged(
      seen,
      row && { incarnation: row.number, sequence: row.sequence },
      // By what has changed, which is little: a thread is long (the sign keeps the index of threads out of it).
      (after) =>
        this.#connection.get(
          "SELECT 1 FROM records WHERE namespace = ? AND sequence > ? AND +thread = ? LIMIT 1",
          row?.number ?? 0,
          after,
          seen.thread,
        ) !== undefined,
    );
  }

  #changes(namespace: string, after: number, limit: number, updatedAfter: number | undefined): Changes {
    const row = this.#namespace(namespace);
    if (row === undefined) return { records: [], erased: [], sequence: after, complete: true };
    // Without their texts, where few of them are wanted.
    const columns = updatedAfter === undefined ? "*" : "id, sequence, updated_at";
    const records = this.#connection.all<RecordRow>(
      `SELECT ${columns} FROM records WHERE namespace = ? AND sequence > ? ORDER BY sequence LIMIT ?`,
      row.number,
      after,
      limit,
    );
    const erased = this.#connection.all<{ sequence: number; record: number }>(
      "SELECT sequence, record FROM erasures WHERE namespace = ? AND sequence > ? ORDER BY sequence LIMIT ?",
      row.number,
      after,
      limit,
    );
    // A list that was cut short ends the page for both.
    const ends = [records, erased].map((list) =>
      list.length < limit ? row.sequence : (list.at(-1)?.sequence ?? after),
    );
    const sequence = Math.min(...ends);
    const found = records.filter((record) => record.sequence <= sequence);
    const wanted =
      updatedAfter === undefined
        ? found
        : found
            .filter((record) => record.updated_at > updatedAfter)
            .flatMap(
              ({ id }) => this.#connection.get<RecordRow>("SELECT * FROM records WHERE id = ?", id) ?? [],
            );
    return {
      records: wanted.map((record) => recordOf(record, namespace)),
      erased: erased.filter((erasure) => erasure.sequence <= sequence).map((erasure) => erasure.record),
      sequence,
      complete: sequence === row.sequence,
    };
  }

  #namespace(name: string): NamespaceRow | undefined {
    return this.#connection.get<NamespaceRow>(
      "SELECT number, sequence, erased, forgotten, embedder, target FROM namespaces WHERE name = ?",
      name,
    );
  }

  /** Once for each namespace: an index that believed a damaged counter would never hear of later records. */
  #checkCounter(namespace: number): void {
    if (this.#checkedCounters.has(namespace)) return;
    if (this.#connection.get(unfitCounter, namespace) !== undefined)
      throw new SouvenirError(
        "STORE_CORRUPT",
        `a namespace of ${this.#connection.path} is damaged in its counter: restore the file from a backup`,
        { details: { namespace } },
      );
    if (this.#checkedCounters.size === rememberedCounters) this.#checkedCounters.clear();
    this.#checkedCounters.add(namespace);
  }

  #createNamespace(name: string): NamespaceRow {
    const settings = this.#connection.get<Pick<NamespaceRow, "embedder">>("SELECT embedder FROM settings");
    const row = { sequence: 0, erased: 0, forgotten: 0, embedder: settings?.embedder ?? null, target: null };
    const { id } = this.#connection.run(
      "INSERT INTO namespaces (name, sequence, erased, forgotten, embedder) VALUES (?, 0, 0, 0, ?)",
      name,
      row.embedder,
    );
    return { number: id, ...row };
  }

  #nextSequence(namespace: number): number {
    const row = this.#connection.get<{ sequence: number }>(
      "UPDATE namespaces SET sequence = sequence + 1 WHERE number = ? RETURNING sequence",
      namespace,
    );
    return row?.sequence ?? 0;
  }

  #byKey(namespace: number, name: string, key: string): StoredRecord | undefined {
    const row = this.#rowByKey(namespace, key);
    return row === undefined ? undefined : recordOf(row, name);
  }

  #rowByKey(namespace: number, key: string): RecordRow | undefined {
    return this.#connection.get<RecordRow>(
      "SELECT * FROM records WHERE namespace = ? AND key = ?",
      namespace,
      key,
    );
  }

  /** Changes a record that stays of its version. */
  #change(
    row: RecordRow,
    change: Partial<Pick<RecordRow, "entities" | "expires_at" | "metadata">>,
    sequence: number = this.#nextSequence(row.namespace),
  ): RecordRow {
    const changed = { ...row, ...change, sequence };
    changed.checksum = recordChecksum(changed);
    this.#connection.run(
      "UPDATE records SET entities = ?, expires_at = ?, metadata = ?, sequence = ?, checksum = ? WHERE id = ?",
      changed.entities,
      changed.expires_at,
      changed.metadata,
      changed.sequence,
      changed.checksum,
      row.id,
    );
    this.#queue.announceVectors(row.id, changed.sequence);
    return changed;
  }

  /** What is drawn from a record expires with the last of its sources. */
  #expireDrawn(source: number, nextSequence?: () => number): void {
    for (const id of this.#sources.drawnFrom(source)) {
      const row = this.#connection.get<RecordRow>("SELECT * FROM records WHERE id = ?", id);
      const expires_at = this.#sources.expiryOf(id);
      if (row === undefined || row.expires_at === expires_at || recordChecksum(row) !== row.checksum)
        continue;
      this.#change(row, { expires_at }, nextSequence?.());
    }
  }

  #writeOne(namespace: WrittenNamespace, write: RecordWrite): { outcome: WriteOutcome; gone: number } {
    let gone = 0;
    const isNew = namespace.keys !== undefined && !namespace.keys.has(write.key);
    let existing = isNew ? undefined : this.#byKey(namespace.number, write.namespace, write.key);
    if (isNew) namespace.keys?.add(write.key);
    checkHistory(write);
    if (existing !== undefined && isOver(existing, write.now)) {
      gone += this.#erasing.eraseOne(namespace, existing.id);
      existing = undefined;
    }
    checkVersion(write, existing?.version ?? 0);
    checkInPlace(write, existing);
    if (existing !== undefined && keepsExisting(existing, write))
      return { outcome: { record: existing, written: false }, gone };
    const record: StoredRecord = {
      ...nextVersion(existing, write),
      id: existing?.id ?? 0,
      sequence: ++namespace.sequence,
    };
    const sources = (write.sources ?? []).flatMap((source) => {
      const found = this.#byKey(namespace.number, write.namespace, source.key);
      checkSource(write, source, found);
      return found ?? [];
    });
    if (sources.length > 0) record.expiresAt = lastExpiry(sources);
    const { keepVersions = Number.POSITIVE_INFINITY } = write;
    if (existing !== undefined && write.inPlace === undefined) this.#keepVersion(existing.id, existing);
    record.id = this.#put(namespace.number, record, existing !== undefined);
    if (existing === undefined)
      for (const earlier of newest(write.history ?? [], keepVersions)) this.#keepVersion(record.id, earlier);
    else gone += this.#dropVersions(record.id, keepVersions);
    const textChanged = existing === undefined || existing.value !== record.value;
    this.#queue.afterWrite(namespace.number, record, write, { textChanged, embedders: namespace.embedders });
    if (existing !== undefined || sources.length > 0)
      this.#sources.link(
        record.id,
        sources.map(({ id }) => id),
      );
    if (existing !== undefined && existing.expiresAt !== record.expiresAt)
      this.#expireDrawn(record.id, () => ++namespace.sequence);
    if (existing !== undefined && (textChanged || isWithdrawn(record)))
      gone += this.#erasing.retract(namespace, record);
    this.#concern(namespace, existing, record, write.now);
    return { outcome: { record, written: true }, gone };
  }

  /** Has turns embedded anew whose turn before is another one after a write, or whose place is. */
  #concern(
    namespace: WrittenNamespace,
    existing: StoredRecord | undefined,
    record: StoredRecord,
    now: number,
  ): void {
    const { embedders, number } = namespace;
    if (!embedders.some(({ readsPrevious }) => readsPrevious)) return;
    const { own, places } = contextChanges(existing, record);
    const concerned = new Set(places.map((place) => this.#turns.next(number, place)));
    if (own) concerned.add(record.id);
    for (const id of concerned)
      if (id !== undefined)
        this.#queue.embedAnew(embedders, {
          namespace: number,
          id,
          sequence: ++namespace.sequence,
          now,
        });
  }

  /** Erases the oldest over a number. Answers how many those were. */
  #dropVersions(id: number, keep: number): number {
    if (keep === Number.POSITIVE_INFINITY) return 0;
    return this.#connection.run(
      // Not `?1` twice: Node 22 does not bind it by its number.
      `DELETE FROM versions WHERE record = ? AND version <=
       (SELECT version FROM versions WHERE record = ? ORDER BY version DESC LIMIT 1 OFFSET ?)`,
      id,
      id,
      keep,
    ).changes;
  }

  #keepVersion(id: number, fields: RecordFields): void {
    const text = fieldsText(fields);
    this.#connection.run("INSERT INTO versions VALUES (?, ?, ?, ?)", id, fields.version, text, crc32(text));
  }

  #put(namespace: number, record: StoredRecord, exists: boolean): number {
    const row = {
      namespace,
      key: record.key,
      value: record.value,
      tags: JSON.stringify(record.tags),
      metadata: JSON.stringify(record.metadata),
      entities: JSON.stringify(record.entities),
      thread: record.thread,
      role: record.role,
      created_at: record.createdAt,
      updated_at: record.updatedAt,
      expires_at: record.expiresAt,
      version: record.version,
      sequence: record.sequence,
    };
    const values = [...Object.values(row), recordChecksum(row)];
    if (!exists) {
      return this.#connection.run(
        `INSERT INTO records (namespace, key, value, tags, metadata, entities, thread, role, created_at, updated_at,
         expires_at, version, sequence, checksum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        ...values,
      ).id;
    }
    this.#connection.run(
      `UPDATE records SET namespace = ?, key = ?, value = ?, tags = ?, metadata = ?, entities = ?, thread = ?, role = ?,
       created_at = ?, updated_at = ?, expires_at = ?, version = ?, sequence = ?, checksum = ? WHERE id = ?`,
      ...values,
      record.id,
    );
    return record.id;
  }

  #bytes(): number {
    const number = (pragma: string) =>
      Object.values(this.#connection.get<Record<string, number>>(`PRAGMA ${pragma}`) ?? {})[0] ?? 0;
    return number("page_count") * number("page_size");
  }
}
