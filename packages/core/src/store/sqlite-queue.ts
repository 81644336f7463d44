import type { Entity } from "../types.ts";
import { embedTask, reembedTask } from "./embed-task.ts";
import type { SqliteConnection } from "./sqlite-connection.ts";
import type { NamespaceEmbedder, SqliteEmbedders } from "./sqlite-embedders.ts";
import { namespaceNamed } from "./sqlite-namespaces.ts";
import { type RecordRow, recordChecksum, vectorsBlob } from "./sqlite-rows.ts";
import type { SqliteSources } from "./sqlite-sources.ts";
import type {
  ClaimOptions,
  EmbedderIdentity,
  JobQueue,
  Postponement,
  QueueCounts,
  QueueEntry,
  RecordWrite,
  StoredRecord,
  Task,
} from "./store.ts";

/** What waits for models in a SQLite store. The methods that its other parts call run inside a transaction of the caller. */
export class SqliteQueue implements JobQueue {
  readonly #connection: SqliteConnection;
  readonly #embedders: SqliteEmbedders;
  readonly #sources: SqliteSources;

  constructor(
    connection: SqliteConnection,
    { embedders, sources }: { embedders: SqliteEmbedders; sources: SqliteSources },
  ) {
    this.#connection = connection;
    this.#embedders = embedders;
    this.#sources = sources;
  }

  async claim(task: Task, options: ClaimOptions): Promise<QueueEntry[]> {
    if (!this.#hasDue(task, options)) return [];
    return this.#connection.transaction(() => this.#claim(task, options));
  }

  async nextDue(task: Task): Promise<number | null> {
    const row = this.#connection.get<{ next: number | null }>(
      "SELECT min(due_at) AS next FROM queue WHERE task = ? AND failed = 0",
      task,
    );
    return row?.next ?? null;
  }

  async saveVectors(
    embedder: EmbedderIdentity,
    items: readonly { entry: QueueEntry; vectors: Float32Array[] }[],
  ): Promise<void> {
    await this.#connection.transaction(() => {
      for (const { entry, vectors } of items) this.#saveVectors(embedder, entry, vectors);
    });
  }

  async saveEntities(task: Task, items: readonly { entry: QueueEntry; entities: Entity[] }[]): Promise<void> {
    await this.#connection.transaction(() => {
      for (const { entry, entities } of items) {
        if (!this.complete(task, entry)) continue;
        const row = this.#connection.get<RecordRow>("SELECT * FROM records WHERE id = ?", entry.id);
        // What is damaged stays so, for whoever reads it to be told.
        if (row !== undefined && recordChecksum(row) === row.checksum)
          this.change(row, { entities: JSON.stringify(entities) });
      }
    });
  }

  async postpone(task: Task, entries: readonly QueueEntry[], outcome: Postponement): Promise<void> {
    const { dueAt, error, failed } = outcome;
    const { content } = this.#connection;
    await this.#connection.transaction(() => {
      for (const { id, revision } of entries)
        this.#connection.run(
          `UPDATE queue SET attempts = attempts + ?, due_at = ?, error = coalesce(?, error), failed = ?
           WHERE task = ? AND record = ? AND revision = ?`,
          error === null ? 0 : 1,
          dueAt,
          error === null ? null : content.error(error),
          failed ? 1 : 0,
          task,
          id,
          revision,
        );
    });
  }

  async retryFailed(task: Task): Promise<void> {
    await this.#connection.transaction(() =>
      this.#connection.run(
        "UPDATE queue SET failed = 0, attempts = 0, due_at = 0 WHERE task = ? AND failed = 1",
        task,
      ),
    );
  }

  async queue(task: Task, namespace?: string): Promise<QueueCounts> {
    if (namespace === undefined) return this.#counts(task);
    const row = namespaceNamed(this.#connection, namespace);
    return row === undefined ? { pending: 0, failed: 0, lastError: null } : this.#counts(task, row.number);
  }

  async spend(spending: { day: number; tokens: number; most: number }): Promise<number | undefined> {
    await this.#sources.prepare();
    return this.#connection.transaction(() => this.#sources.spend(spending));
  }

  /**
   * A turn is read otherwise than before: its vectors are gone, at a sequence number of the namespace of its own, and it
   * waits for new ones.
   */
  embedAnew(
    embedders: readonly NamespaceEmbedder[],
    turn: { namespace: number; id: number; sequence: number; now: number },
  ): void {
    const { namespace, id, sequence, now } = turn;
    for (const { number: embedder, task, readsPrevious } of embedders) {
      if (!readsPrevious) continue;
      if (task === undefined) {
        this.#connection.run(
          "INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?, x'', 0)",
          id,
          embedder,
          namespace,
          sequence,
        );
        continue;
      }
      this.#connection.run(
        "UPDATE vectors SET numbers = x'', checksum = 0, sequence = ? WHERE record = ? AND embedder = ?",
        sequence,
        id,
        embedder,
      );
      this.#enqueue(task, namespace, { id, sequence }, now);
    }
  }

  /** Queues what a write calls for. Vectors of an unchanged text stay, and are announced again. */
  afterWrite(
    namespace: number,
    record: StoredRecord,
    { now, tasks, later }: Pick<RecordWrite, "now" | "tasks" | "later">,
    { textChanged, embedders }: { textChanged: boolean; embedders: readonly NamespaceEmbedder[] },
  ): void {
    if (textChanged) {
      if (record.version > 1) {
        this.#connection.run("DELETE FROM vectors WHERE record = ?", record.id);
        // What is being made of the old text must not be stored with the new one.
        this.#connection.run("DELETE FROM queue WHERE record = ?", record.id);
      }
      for (const { task } of embedders) if (task !== undefined) this.#enqueue(task, namespace, record, now);
      if (later !== undefined) this.#enqueue(later.task, namespace, record, later.dueAt);
    } else {
      this.announceVectors(record.id, record.sequence);
    }
    for (const task of tasks) this.#enqueue(task, namespace, record, now);
  }

  /** Changes a record that stays of its version, under the next number of its namespace or a given one. */
  change(
    row: RecordRow,
    change: Partial<Pick<RecordRow, "entities" | "expires_at" | "metadata">>,
    sequence: number = this.#nextSequence(row.namespace),
  ): RecordRow {
    const changed = { ...row, ...change, sequence };
    changed.checksum = recordChecksum(changed);
    const { content } = this.#connection;
    const { value, entities, expires_at, metadata, checksum } = content.record(changed);
    // What is encrypted is in the value too.
    this.#connection.run(
      `UPDATE records SET ${content.encrypts ? "value = ?," : ""}
       entities = ?, expires_at = ?, metadata = ?, sequence = ?, checksum = ? WHERE id = ?`,
      ...(content.encrypts ? [value] : []),
      ...[entities, expires_at, metadata, sequence, checksum, row.id],
    );
    this.announceVectors(row.id, changed.sequence);
    return changed;
  }

  #nextSequence(namespace: number): number {
    const row = this.#connection.get<{ sequence: number }>(
      "UPDATE namespaces SET sequence = sequence + 1 WHERE number = ? RETURNING sequence",
      namespace,
    );
    return row?.sequence ?? 0;
  }

  /** An index takes a changed record for a new document, and has to be told its vectors again. */
  announceVectors(record: number, sequence: number): void {
    this.#connection.run("UPDATE vectors SET sequence = ? WHERE record = ?", sequence, record);
  }

  #enqueue(task: Task, namespace: number, record: { id: number; sequence: number }, dueAt: number): void {
    this.#connection.run(
      "INSERT OR REPLACE INTO queue VALUES (?, ?, ?, ?, 0, 0, ?, NULL)",
      task,
      record.id,
      namespace,
      record.sequence,
      dueAt,
    );
  }

  #hasDue(task: Task, options: ClaimOptions): boolean {
    return dueRanges(options).some(
      ([from, to]) =>
        this.#connection.get(
          "SELECT 1 FROM queue WHERE task = ? AND failed = 0 AND due_at > ? AND due_at <= ? LIMIT 1",
          task,
          from,
          to,
        ) !== undefined,
    );
  }

  #claim(task: Task, options: ClaimOptions): QueueEntry[] {
    const { now, leaseMs, limit, of } = options;
    const rows: (Omit<QueueEntry, "entities"> & { entities: string })[] =
      of === undefined ? [] : this.#entriesOf(task, of, limit);
    for (const [from, to] of of === undefined ? dueRanges(options) : []) {
      if (rows.length === limit) break;
      const found = this.#connection.all<(typeof rows)[number]>(
        `SELECT n.name AS namespace, q.record AS id, r.value, r.entities, q.revision, q.attempts
         FROM (SELECT * FROM queue WHERE task = ? AND failed = 0 AND due_at > ? AND due_at <= ?
               ORDER BY due_at, record LIMIT ?) q
         JOIN records r ON r.id = q.record JOIN namespaces n ON n.number = q.namespace ORDER BY q.due_at, q.record`,
        task,
        from,
        to,
        limit - rows.length,
      );
      rows.push(...found);
    }
    for (const row of rows)
      this.#connection.run(
        "UPDATE queue SET due_at = ? WHERE task = ? AND record = ?",
        now + leaseMs,
        task,
        row.id,
      );
    return rows.map((row) => ({ ...row, entities: JSON.parse(row.entities) }));
  }

  /** What waits of one namespace or of one thread, longest due first. */
  #entriesOf(
    task: Task,
    { namespace, thread }: NonNullable<ClaimOptions["of"]>,
    limit: number,
  ): (Omit<QueueEntry, "entities"> & { entities: string })[] {
    const found = namespaceNamed(this.#connection, namespace);
    if (found === undefined) return [];
    const token = thread == null ? null : this.#connection.content.token(found.number, "thread", thread);
    return this.#connection
      .all<Omit<QueueEntry, "entities" | "namespace"> & { entities: string }>(
        `SELECT q.record AS id, r.value, r.entities, q.revision, q.attempts
         FROM queue q CROSS JOIN records r ON r.id = q.record
         WHERE q.namespace = ? AND q.task = ? AND q.failed = 0 ${thread === undefined ? "" : "AND r.thread IS ?"}
         ORDER BY q.due_at, q.record LIMIT ?`,
        found.number,
        task,
        ...(thread === undefined ? [] : [token]),
        limit,
      )
      .map((row) => ({ ...row, namespace }));
  }

  /** Takes the entry from the queue; false when the text was changed or erased since the claim. */
  complete(task: Task, entry: QueueEntry): boolean {
    const { changes } = this.#connection.run(
      "DELETE FROM queue WHERE task = ? AND record = ? AND revision = ?",
      task,
      entry.id,
      entry.revision,
    );
    return changes === 1;
  }

  #saveVectors(embedder: EmbedderIdentity, entry: QueueEntry, vectors: readonly Float32Array[]): void {
    const asked = this.complete(embedTask(embedder), entry);
    if (!this.complete(reembedTask(embedder), entry) && !asked) return;
    const number = this.#embedders.find(embedder).number;
    const blob = vectorsBlob(vectors);
    const row = this.#connection.get<{ number: number; sequence: number }>(
      `UPDATE namespaces SET sequence = sequence + 1 WHERE name = ? AND (embedder = ? OR target = ?)
       RETURNING number, sequence`,
      this.#connection.content.name(entry.namespace),
      number,
      number,
    );
    if (row === undefined) return;
    // Node 22 takes an empty blob for NULL.
    this.#connection.run(
      "INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?, coalesce(?, x''), ?)",
      entry.id,
      number,
      row.number,
      row.sequence,
      ...this.#connection.content.vectors(row.number, blob),
    );
  }

  #counts(task: Task, namespace?: number): QueueCounts {
    const [where, values] =
      namespace === undefined ? ["task = ?", [task]] : ["namespace = ? AND task = ?", [namespace, task]];
    // Each from an index alone: the queue may be long.
    const count = (failed: number) =>
      this.#connection.get<{ n: number }>(
        `SELECT count(*) AS n FROM queue WHERE ${where} AND failed = ?`,
        ...values,
        failed,
      )?.n ?? 0;
    let failure = this.#connection.get<{ error: string }>(
      "SELECT error FROM queue WHERE task = ? AND error IS NOT NULL ORDER BY due_at DESC LIMIT 1",
      task,
    );
    if (failure !== undefined && namespace !== undefined)
      failure = this.#connection.get<{ error: string }>(
        `SELECT error FROM queue WHERE ${where} AND error IS NOT NULL LIMIT 1`,
        ...values,
      );
    return { pending: count(0), failed: count(1), lastError: failure?.error ?? null };
  }
}

/** What of the queue is due, as times after one and up to another: each a range of the index. */
function dueRanges({ now, early, longestWaitMs }: ClaimOptions): [from: number, to: number][] {
  const [first, last] = [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];
  if (early) return [[first, last]];
  return [
    [first, now],
    ...(longestWaitMs === undefined ? [] : [[now + longestWaitMs, last] as [number, number]]),
  ];
}
