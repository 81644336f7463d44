import { letOthersRun, Slices } from "../event-loop.ts";
import type { ContentCodec } from "./content-codec.ts";
import { contextChanges, isWithdrawn } from "./embedder-context.ts";
import { fieldsText } from "./record-rows.ts";
import { checkHistory, isOver, keepsExisting, lastExpiry, newest, nextVersion } from "./record-versions.ts";
import { SealedNames } from "./sealed-names.ts";
import type { SqliteConnection } from "./sqlite-connection.ts";
import type { NamespaceEmbedder, SqliteEmbedders } from "./sqlite-embedders.ts";
import type { SqliteErasing } from "./sqlite-erasing.ts";
import { type NamespaceRow, namespaceNamed } from "./sqlite-namespaces.ts";
import type { SqliteQueue } from "./sqlite-queue.ts";
import { fieldsOf, type RecordRow, recordChecksum, recordOf } from "./sqlite-rows.ts";
import type { SqliteSources } from "./sqlite-sources.ts";
import type { SqliteSuperseded } from "./sqlite-superseded.ts";
import type { SqliteTurns } from "./sqlite-turns.ts";
import { pinned, supersededBy } from "./standing.ts";
import type {
  ListPage,
  RecordFields,
  RecordStore,
  RecordTouch,
  RecordWrite,
  SeenThread,
  StoreCounts,
  StoredRecord,
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

/** The records of a SQLite store. Of what is erased, and what goes with it, see `SqliteErasing`. */
export class SqliteRecords implements Omit<RecordStore, keyof SqliteErasing> {
  readonly #connection: SqliteConnection;
  readonly #content: ContentCodec;
  /** Where names are encrypted, SQLite has no order of them. */
  readonly #sealedNames: SealedNames | undefined;
  readonly #embedders: SqliteEmbedders;
  readonly #queue: SqliteQueue;
  readonly #turns: SqliteTurns;
  readonly #sources: SqliteSources;
  readonly #superseded: SqliteSuperseded;
  readonly #erasing: SqliteErasing;

  constructor(
    connection: SqliteConnection,
    parts: {
      embedders: SqliteEmbedders;
      queue: SqliteQueue;
      turns: SqliteTurns;
      sources: SqliteSources;
      superseded: SqliteSuperseded;
      erasing: SqliteErasing;
    },
  ) {
    this.#connection = connection;
    this.#content = connection.content;
    this.#sealedNames = this.#content.encrypts ? new SealedNames(connection) : undefined;
    this.#embedders = parts.embedders;
    this.#queue = parts.queue;
    this.#turns = parts.turns;
    this.#sources = parts.sources;
    this.#superseded = parts.superseded;
    this.#erasing = parts.erasing;
  }

  async write(
    writes: readonly RecordWrite[],
    { ifThread, done }: Parameters<RecordStore["write"]>[1] = {},
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
          const before = namespaceNamed(this.#connection, write.namespace);
          const row = before ?? this.#createNamespace(write.namespace);
          namespace = { ...row, embedders: this.#embedders.embeddersOf(row) };
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
      const row = namespaceNamed(this.#connection, namespace);
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
      const changed = recordOf(this.#queue.change(found, change), namespace);
      if (expiresAt !== undefined) this.#expireDrawn(found.id);
      return changed;
    });
  }

  async get(namespace: string, keys: readonly string[]): Promise<(StoredRecord | undefined)[]> {
    const row = namespaceNamed(this.#connection, namespace);
    return keys.map((key) => (row === undefined ? undefined : this.#byKey(row.number, namespace, key)));
  }

  async read(namespace: string, ids: readonly number[]): Promise<StoredRecord[]> {
    const row = namespaceNamed(this.#connection, namespace);
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
    const row = namespaceNamed(this.#connection, namespace);
    if (row === undefined) return [];
    const rows = this.#connection.all<RecordRow>(
      `SELECT * FROM records WHERE namespace = ? ${thread === undefined ? "" : "AND thread = ?"}
       AND (created_at, id) ${newestFirst ? "< (?, ?) ORDER BY created_at DESC, id DESC" : "> (?, ?) ORDER BY created_at, id"} LIMIT ?`,
      row.number,
      ...(thread === undefined ? [] : [this.#content.token(row.number, "thread", thread)]),
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
    if (this.#sealedNames !== undefined) return this.#sealedNames.scan(this, { prefix, after, limit });
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
    const row = namespaceNamed(this.#connection, namespace);
    if (row === undefined) return [];
    return this.#connection
      .all<RecordRow>(
        "SELECT * FROM records WHERE namespace = ? AND thread = ? ORDER BY created_at DESC, id DESC LIMIT ?",
        row.number,
        this.#content.token(row.number, "thread", thread),
        limit,
      )
      .map((found) => recordOf(found, namespace))
      .reverse();
  }

  async previous(
    namespace: string,
    ids: readonly number[],
  ): Promise<(Pick<StoredRecord, "value" | "role"> | undefined)[]> {
    const row = namespaceNamed(this.#connection, namespace);
    return ids.map((id) => row && this.#turns.previous(row.number, id));
  }

  async history(
    namespace: string,
    key: string,
    { after = 0, limit = -1 }: { after?: number; limit?: number } = {},
  ): Promise<StoredRecord[]> {
    const row = namespaceNamed(this.#connection, namespace);
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
    if (this.#sealedNames !== undefined) return this.#sealedNames.page({ prefix, after, limit });
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
    const row = namespace === undefined ? undefined : namespaceNamed(this.#connection, namespace);
    if (namespace !== undefined && row === undefined)
      return {
        namespaces: 0,
        records: 0,
        versions: 0,
        vectors: 0,
        bytes: this.#connection.bytes,
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
      vectors: await this.#countVectors(records, row?.number),
      bytes: this.#connection.bytes,
      unscrubbed: this.#connection.unscrubbed,
    };
  }

  #checkThread(seen: SeenThread): void {
    const row = namespaceNamed(this.#connection, seen.namespace);
    checkThreadUnchanged(
      seen,
      row && { incarnation: row.number, sequence: row.sequence },
      // By what has changed, which is little: a thread is long (the sign keeps the index of threads out of it).
      (after) =>
        this.#connection.get(
          "SELECT 1 FROM records WHERE namespace = ? AND sequence > ? AND +thread = ? LIMIT 1",
          row?.number ?? 0,
          after,
          this.#content.token(row?.number ?? 0, "thread", seen.thread),
        ) !== undefined,
    );
  }

  #createNamespace(name: string): NamespaceRow {
    const settings = this.#connection.get<Pick<NamespaceRow, "embedder">>("SELECT embedder FROM settings");
    const row = { sequence: 0, erased: 0, forgotten: 0, embedder: settings?.embedder ?? null, target: null };
    const { id } = this.#connection.run(
      "INSERT INTO namespaces (name, sequence, erased, forgotten, embedder) VALUES (?, 0, 0, 0, ?)",
      this.#content.name(name),
      row.embedder,
    );
    this.#content.begin(id);
    return { number: id, ...row };
  }

  #byKey(namespace: number, name: string, key: string): StoredRecord | undefined {
    const row = this.#rowByKey(namespace, key);
    return row === undefined ? undefined : recordOf(row, name);
  }

  #rowByKey(namespace: number, key: string): RecordRow | undefined {
    return this.#connection.get<RecordRow>(
      "SELECT * FROM records WHERE namespace = ? AND key = ?",
      namespace,
      this.#content.token(namespace, "key", key),
    );
  }

  /** What is drawn from a record expires with the last of its sources. */
  #expireDrawn(source: number, nextSequence?: () => number): void {
    for (const id of this.#sources.drawnFrom(source)) {
      const row = this.#connection.get<RecordRow>("SELECT * FROM records WHERE id = ?", id);
      const expires_at = this.#sources.expiryOf(id);
      if (row === undefined || row.expires_at === expires_at || recordChecksum(row) !== row.checksum)
        continue;
      this.#queue.change(row, { expires_at }, nextSequence?.());
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
    const keepVersion = (fields: RecordFields) => this.#keepVersion(namespace.number, record.id, fields);
    if (existing !== undefined && write.inPlace === undefined) keepVersion(existing);
    record.id = this.#put(namespace.number, record, existing !== undefined);
    if (existing === undefined)
      for (const earlier of newest(write.history ?? [], keepVersions)) keepVersion(earlier);
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
    const concerned = new Set(
      places.map(({ thread, ...place }) =>
        this.#turns.next(number, { ...place, thread: this.#content.token(number, "thread", thread) }),
      ),
    );
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

  #keepVersion(namespace: number, id: number, fields: RecordFields): void {
    const kept = this.#content.version(namespace, fieldsText(fields));
    this.#connection.run("INSERT INTO versions VALUES (?, ?, ?, ?)", id, fields.version, ...kept);
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
    const values = Object.values(this.#content.record({ ...row, checksum: recordChecksum(row) }));
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

  /** Records whose vectors are stored for the embedder of their namespace, or computed, of all namespaces or one. */
  async #countVectors(records: number, namespace?: number): Promise<number> {
    if (namespace !== undefined) return this.#countVectorsOf("n.number = ?", namespace);
    const { inUse } = await this.#embedders.embedders();
    if (inUse.every((embedder) => embedder?.computed)) return records;
    let found = 0;
    const slices = new Slices();
    for (let from = 0; ; ) {
      const end = this.#connection.get<{ last: number | null }>(
        "SELECT max(number) AS last FROM (SELECT number FROM namespaces WHERE number > ? ORDER BY number LIMIT 4)",
        from,
      )?.last;
      if (end == null) return found;
      found += this.#countVectorsOf("n.number > ? AND n.number <= ?", from, end);
      from = end;
      if (slices.over) await slices.next();
    }
  }

  #countVectorsOf(where: string, ...values: number[]): number {
    const count = (computed: number, rows: string) =>
      this.#connection.get<{ n: number }>(
        `SELECT count(*) AS n FROM namespaces n JOIN embedders e ON e.number = n.embedder AND e.computed = ${computed}
         JOIN ${rows} WHERE ${where}`,
        ...values,
      )?.n ?? 0;
    return (
      count(0, "vectors v ON v.namespace = n.number AND v.embedder = n.embedder") +
      count(1, "records r ON r.namespace = n.number")
    );
  }
}
