import { crc32 } from "node:zlib";
import { SouvenirError } from "../errors.ts";
import { embedTask } from "./embed-task.ts";
import type { SqliteConnection } from "./sqlite-connection.ts";
import { vectorsBlob, vectorsOf } from "./sqlite-rows.ts";
import type {
  EmbedderIdentity,
  EmbedderUse,
  QueueCounts,
  QueueEntry,
  StoredRecord,
  Task,
  VectorChanges,
} from "./store.ts";

interface Namespace {
  number: number;
  sequence: number;
  embedder: number | null;
  target: number | null;
}

/** Vectors and the queue of the SQLite store. Methods that write run inside a transaction of the caller. */
export class SqliteQueue {
  readonly #connection: SqliteConnection;
  /** Rows of `embedders` are never changed or removed, so that they may be kept. */
  readonly #embedders = new Map<number, EmbedderIdentity>();

  constructor(connection: SqliteConnection) {
    this.#connection = connection;
  }

  embedder(number: number | null): EmbedderIdentity | null {
    if (number === null) return null;
    let found = this.#embedders.get(number);
    if (found === undefined) {
      found = this.#connection.get<{ id: string; dimensions: number }>(
        "SELECT id, dimensions FROM embedders WHERE number = ?",
        number,
      );
      if (found === undefined) return null;
      found = { id: found.id, dimensions: found.dimensions };
      this.#embedders.set(number, found);
    }
    return found;
  }

  /** Queues what a write calls for. Vectors of an unchanged text stay, and are announced again. */
  afterWrite(
    namespace: Namespace,
    record: StoredRecord,
    tasks: readonly Task[],
    { now, textChanged }: { now: number; textChanged: boolean },
  ): void {
    if (textChanged) {
      if (record.version > 1) {
        this.#connection.run("DELETE FROM vectors WHERE record = ?", record.id);
        // What is being made of the old text must not be stored with the new one.
        this.#connection.run("DELETE FROM queue WHERE record = ?", record.id);
      }
      for (const number of new Set([namespace.embedder, namespace.target])) {
        const embedder = this.embedder(number);
        if (embedder !== null) this.#enqueue(embedTask(embedder), namespace.number, record, now);
      }
    } else {
      this.announceVectors(record.id, record.sequence);
    }
    for (const task of tasks) this.#enqueue(task, namespace.number, record, now);
  }

  /** An index takes a changed record for a new document, and has to be told its vectors again. */
  announceVectors(record: number, sequence: number): void {
    this.#connection.run("UPDATE vectors SET sequence = ? WHERE record = ?", sequence, record);
  }

  #enqueue(task: Task, namespace: number, record: { id: number; version: number }, now: number): void {
    this.#connection.run(
      "INSERT OR REPLACE INTO queue VALUES (?, ?, ?, ?, 0, 0, ?, NULL)",
      task,
      record.id,
      namespace,
      record.version,
      now,
    );
  }

  hasDue(task: Task, now: number): boolean {
    return (
      this.#connection.get(
        "SELECT 1 FROM queue WHERE task = ? AND failed = 0 AND due_at <= ? LIMIT 1",
        task,
        now,
      ) !== undefined
    );
  }

  claim(
    task: Task,
    { now, leaseMs, limit, early }: { now: number; leaseMs: number; limit: number; early?: boolean },
  ): QueueEntry[] {
    const rows = this.#connection.all<{
      namespace: string;
      id: number;
      value: string;
      entities: string;
      revision: number;
      attempts: number;
    }>(
      `SELECT n.name AS namespace, q.record AS id, r.value, r.entities, q.revision, q.attempts
       FROM (SELECT * FROM queue WHERE task = ? AND failed = 0 AND due_at <= ? ORDER BY due_at, record LIMIT ?) q
       JOIN records r ON r.id = q.record JOIN namespaces n ON n.number = q.namespace ORDER BY q.due_at, q.record`,
      task,
      early ? Number.MAX_SAFE_INTEGER : now,
      limit,
    );
    for (const row of rows)
      this.#connection.run(
        "UPDATE queue SET due_at = ? WHERE task = ? AND record = ?",
        now + leaseMs,
        task,
        row.id,
      );
    return rows.map((row) => ({ ...row, entities: JSON.parse(row.entities) }));
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

  saveVectors(embedder: EmbedderIdentity, entry: QueueEntry, vectors: readonly Float32Array[]): void {
    if (!this.complete(embedTask(embedder), entry)) return;
    const blob = vectorsBlob(vectors);
    const row = this.#connection.get<{ number: number; sequence: number }>(
      "UPDATE namespaces SET sequence = sequence + 1 WHERE name = ? RETURNING number, sequence",
      entry.namespace,
    );
    if (row === undefined) return;
    // Node 22 takes an empty blob for NULL.
    this.#connection.run(
      "INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?, coalesce(?, x''), ?)",
      entry.id,
      this.#ensure(embedder),
      row.number,
      row.sequence,
      blob,
      crc32(blob),
    );
  }

  postpone(
    task: Task,
    entry: QueueEntry,
    { dueAt, error, failed }: { dueAt: number; error: string; failed: boolean },
  ): void {
    this.#connection.run(
      `UPDATE queue SET attempts = attempts + 1, due_at = ?, error = ?, failed = ?
       WHERE task = ? AND record = ? AND revision = ?`,
      dueAt,
      error,
      failed ? 1 : 0,
      task,
      entry.id,
      entry.revision,
    );
  }

  counts(task: Task, namespace?: number): QueueCounts {
    const [where, values] =
      namespace === undefined ? ["task = ?", [task]] : ["task = ? AND namespace = ?", [task, namespace]];
    const row = this.#connection.get<{ pending: number | null; failed: number | null; next: number | null }>(
      `SELECT sum(failed = 0) AS pending, sum(failed) AS failed, min(iif(failed = 0, due_at, NULL)) AS next
       FROM queue WHERE ${where}`,
      ...values,
    );
    const failure = this.#connection.get<{ error: string }>(
      `SELECT error FROM queue WHERE ${where} AND error IS NOT NULL ORDER BY due_at DESC LIMIT 1`,
      ...values,
    );
    return {
      pending: row?.pending ?? 0,
      failed: row?.failed ?? 0,
      lastError: failure?.error ?? null,
      nextDue: row?.next ?? null,
    };
  }

  vectorChanges(
    namespace: number,
    embedder: string,
    { after, upTo, limit }: { after: number; upTo: number; limit: number },
  ): VectorChanges {
    const known = this.#connection.get<{ number: number; dimensions: number }>(
      "SELECT number, dimensions FROM embedders WHERE id = ?",
      embedder,
    );
    if (known === undefined) return { vectors: [], sequence: upTo, complete: true };
    const rows = this.#connection.all<{
      record: number;
      sequence: number;
      numbers: Uint8Array;
      checksum: number;
    }>(
      `SELECT record, sequence, numbers, checksum FROM vectors
       WHERE namespace = ? AND embedder = ? AND sequence > ? AND sequence <= ? ORDER BY sequence LIMIT ?`,
      namespace,
      known.number,
      after,
      upTo,
      limit,
    );
    const complete = rows.length < limit;
    return {
      vectors: rows.map((row) => ({ id: row.record, vectors: vectorsOf(row, known.dimensions) })),
      sequence: complete ? upTo : (rows.at(-1)?.sequence ?? after),
      complete,
    };
  }

  embedders(): EmbedderUse {
    const settings = this.#connection.get<{ embedder: number | null }>("SELECT embedder FROM settings");
    const inUse = this.#connection.all<{ embedder: number | null; records: number }>(
      `SELECT n.embedder, count(*) AS records FROM records r JOIN namespaces n ON n.number = r.namespace
       GROUP BY n.embedder`,
    );
    const targets = this.#connection.all<{ target: number }>(
      "SELECT DISTINCT target FROM namespaces WHERE target IS NOT NULL",
    );
    return {
      current: this.embedder(settings?.embedder ?? null),
      inUse: inUse.map((row) => ({ embedder: this.embedder(row.embedder), records: row.records })),
      targets: targets.map((row) => this.embedder(row.target) as EmbedderIdentity),
    };
  }

  adopt(embedder: EmbedderIdentity): void {
    const number = this.#ensure(embedder);
    this.#connection.run("UPDATE settings SET embedder = ?", number);
    this.#queueMissing(embedTask(embedder), number, "n.embedder IS NULL", []);
    this.#connection.run("UPDATE namespaces SET embedder = ? WHERE embedder IS NULL", number);
  }

  beginReembedding(embedder: EmbedderIdentity, namespace?: string): { total: number } {
    const number = this.#ensure(embedder);
    const [where, values] = others(number, namespace);
    // What was given up for this embedder gets another chance.
    this.#connection.run(
      "UPDATE queue SET failed = 0, attempts = 0, due_at = 0 WHERE task = ? AND failed = 1",
      embedTask(embedder),
    );
    this.#queueMissing(embedTask(embedder), number, where, values);
    this.#connection.run(`UPDATE namespaces AS n SET target = ? WHERE ${where}`, number, ...values);
    const { total } = this.#connection.get<{ total: number }>(
      `SELECT count(*) AS total FROM records r JOIN namespaces n ON n.number = r.namespace WHERE ${where}`,
      ...values,
    ) ?? { total: 0 };
    return { total };
  }

  finishReembedding(
    embedder: EmbedderIdentity,
    { namespace, force }: { namespace?: string; force: boolean },
  ): { remaining: number; failed: number } {
    const connection = this.#connection;
    const number = this.#ensure(embedder);
    const [where, values] = others(number, namespace);
    let remaining = 0;
    let failed = 0;
    const rows = connection.all<{ number: number; target: number | null }>(
      `SELECT n.number, n.target FROM namespaces n WHERE ${where}`,
      ...values,
    );
    for (const row of rows) {
      const waiting = this.counts(embedTask(embedder), row.number);
      failed += waiting.failed;
      remaining += waiting.pending + (force ? 0 : waiting.failed);
      // Created or written since the last `beginReembedding`, which has to be called again.
      if (row.target !== number) remaining += 1;
      else if (waiting.pending === 0 && (force || waiting.failed === 0)) {
        connection.run("DELETE FROM vectors WHERE namespace = ? AND embedder <> ?", row.number, number);
        connection.run(
          "DELETE FROM queue WHERE namespace = ? AND task LIKE 'embed:%' AND task <> ?",
          row.number,
          embedTask(embedder),
        );
        connection.run(
          "UPDATE namespaces SET embedder = ?, target = NULL, sequence = sequence + 1 WHERE number = ?",
          number,
          row.number,
        );
      }
    }
    if (namespace === undefined && remaining === 0)
      connection.run("UPDATE settings SET embedder = ?", number);
    return { remaining, failed };
  }

  #queueMissing(task: Task, embedder: number, where: string, values: (string | number)[]): void {
    this.#connection.run(
      `INSERT OR IGNORE INTO queue
       SELECT ?, r.id, r.namespace, r.version, 0, 0, 0, NULL FROM records r JOIN namespaces n ON n.number = r.namespace
       WHERE ${where} AND NOT EXISTS (SELECT 1 FROM vectors v WHERE v.record = r.id AND v.embedder = ?)`,
      task,
      ...values,
      embedder,
    );
  }

  #ensure(embedder: EmbedderIdentity): number {
    const find = () =>
      this.#connection.get<{ number: number; dimensions: number }>(
        "SELECT number, dimensions FROM embedders WHERE id = ?",
        embedder.id,
      );
    let row = find();
    if (row === undefined) {
      this.#connection.run(
        "INSERT INTO embedders (id, dimensions) VALUES (?, ?)",
        embedder.id,
        embedder.dimensions,
      );
      row = find();
    }
    if (row?.dimensions !== embedder.dimensions) {
      throw new SouvenirError(
        "EMBEDDER_MISMATCH",
        `the store knows embedder "${embedder.id}" with ${row?.dimensions} dimensions, and it now has ${embedder.dimensions}: give the changed embedder an id of its own`,
        { details: { embedder: embedder.id, stored: row?.dimensions, given: embedder.dimensions } },
      );
    }
    return (row as { number: number }).number;
  }
}

/** Namespaces whose vectors are not of this embedder, as a condition on `n`. */
function others(embedder: number, namespace: string | undefined): [string, (string | number)[]] {
  return namespace === undefined
    ? ["n.embedder IS NOT ?", [embedder]]
    : ["n.embedder IS NOT ? AND n.name = ?", [embedder, namespace]];
}
