import { crc32 } from "node:zlib";
import { SouvenirError } from "../errors.ts";
import { Slices } from "../event-loop.ts";
import { embedTask, reembedTask } from "./embed-task.ts";
import { readsPrevious } from "./embedder-context.ts";
import type { SqliteConnection } from "./sqlite-connection.ts";
import { vectorsBlob, vectorsOf } from "./sqlite-rows.ts";
import type {
  ClaimOptions,
  EmbedderIdentity,
  EmbedderUse,
  Postponement,
  QueueCounts,
  QueueEntry,
  RecordWrite,
  StoredRecord,
  Task,
  VectorChanges,
} from "./store.ts";

/** Rows that one slice of a long change goes over, so that others wait a few milliseconds at most. */
const sliceRows = 500;

interface Namespace {
  number: number;
  embedder: number | null;
  target: number | null;
}

interface EmbedderRow {
  number: number;
  id: string;
  dimensions: number;
  computed: number;
}

/** An embedder of a namespace and the task of a new text; none for one that computes. */
export interface NamespaceEmbedder {
  number: number;
  task: Task | undefined;
  /** Whether its vectors of a turn tell of the turn before too. */
  readsPrevious: boolean;
}

/** Vectors and the queue of the SQLite store. Methods that write run inside a transaction of the caller. */
export class SqliteQueue {
  readonly #connection: SqliteConnection;

  constructor(connection: SqliteConnection) {
    this.#connection = connection;
  }

  embedder(number: number | null): EmbedderIdentity | null {
    if (number === null) return null;
    const row = this.#connection.get<EmbedderRow>("SELECT * FROM embedders WHERE number = ?", number);
    return row === undefined ? null : identityOf(row);
  }

  /** The embedders of a namespace. */
  embeddersOf({ embedder, target }: Pick<Namespace, "embedder" | "target">): NamespaceEmbedder[] {
    return [
      [embedder, embedTask] as const,
      ...(target === embedder ? [] : [[target, reembedTask] as const]),
    ].flatMap(([number, taskOf]) => {
      const identity = this.embedder(number);
      if (number === null || identity === null) return [];
      const task = identity.computed ? undefined : taskOf(identity);
      return [{ number, task, readsPrevious: readsPrevious(identity) }];
    });
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

  hasDue(task: Task, options: ClaimOptions): boolean {
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

  nextDue(task: Task): number | null {
    const row = this.#connection.get<{ next: number | null }>(
      "SELECT min(due_at) AS next FROM queue WHERE task = ? AND failed = 0",
      task,
    );
    return row?.next ?? null;
  }

  claim(task: Task, options: ClaimOptions): QueueEntry[] {
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
    return this.#connection.all(
      `SELECT n.name AS namespace, q.record AS id, r.value, r.entities, q.revision, q.attempts
       FROM namespaces n CROSS JOIN queue q ON q.namespace = n.number JOIN records r ON r.id = q.record
       WHERE n.name = ? AND q.task = ? AND q.failed = 0 ${thread === undefined ? "" : "AND r.thread IS ?"}
       ORDER BY q.due_at, q.record LIMIT ?`,
      namespace,
      task,
      ...(thread === undefined ? [] : [thread]),
      limit,
    );
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
    const asked = this.complete(embedTask(embedder), entry);
    if (!this.complete(reembedTask(embedder), entry) && !asked) return;
    const number = this.#find(embedder).number;
    const blob = vectorsBlob(vectors);
    const row = this.#connection.get<{ number: number; sequence: number }>(
      `UPDATE namespaces SET sequence = sequence + 1 WHERE name = ? AND (embedder = ? OR target = ?)
       RETURNING number, sequence`,
      entry.namespace,
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
      blob,
      crc32(blob),
    );
  }

  postpone(task: Task, entry: QueueEntry, { dueAt, error, failed }: Postponement): void {
    this.#connection.run(
      `UPDATE queue SET attempts = attempts + ?, due_at = ?, error = coalesce(?, error), failed = ?
       WHERE task = ? AND record = ? AND revision = ?`,
      error === null ? 0 : 1,
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

  /** Records whose vectors are stored for the embedder of their namespace, or computed, of all namespaces or one. */
  async countVectors(records: number, namespace?: number): Promise<number> {
    if (namespace !== undefined) return this.#countVectors("n.number = ?", namespace);
    const { inUse } = this.embedders();
    if (inUse.every((embedder) => embedder?.computed)) return records;
    let found = 0;
    const slices = new Slices();
    for (let from = 0; ; ) {
      const end = this.#connection.get<{ last: number | null }>(
        "SELECT max(number) AS last FROM (SELECT number FROM namespaces WHERE number > ? ORDER BY number LIMIT 4)",
        from,
      )?.last;
      if (end == null) return found;
      found += this.#countVectors("n.number > ? AND n.number <= ?", from, end);
      from = end;
      if (slices.over) await slices.next();
    }
  }

  #countVectors(where: string, ...values: number[]): number {
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
    // A look into an index for each embedder that there ever was, and not a walk through all namespaces.
    const rows = this.#connection.all<EmbedderRow & { used: number; target: number }>(
      `SELECT e.*, EXISTS (SELECT 1 FROM namespaces WHERE embedder = e.number) AS used,
       EXISTS (SELECT 1 FROM namespaces WHERE target = e.number) AS target FROM embedders e`,
    );
    const none = this.#connection.get("SELECT 1 FROM namespaces WHERE embedder IS NULL LIMIT 1");
    return {
      current: this.embedder(settings?.embedder ?? null),
      inUse: [...(none === undefined ? [] : [null]), ...rows.filter((row) => row.used).map(identityOf)],
      targets: rows.filter((row) => row.target).map(identityOf),
    };
  }

  adopt(embedder: EmbedderIdentity): void {
    this.#connection.run("UPDATE settings SET embedder = ?", this.#ensure(embedder));
  }

  beginReembedding(
    embedder: EmbedderIdentity,
    { namespace, unembedded = false, cursor }: { namespace?: string; unembedded?: boolean; cursor?: string },
  ): { records: number; cursor?: string } {
    const connection = this.#connection;
    const number = this.#ensure(embedder);
    const task = unembedded ? embedTask(embedder) : reembedTask(embedder);
    if (cursor === undefined) {
      // What was given up for this embedder gets another chance.
      for (const given of [embedTask(embedder), reembedTask(embedder)])
        connection.run(
          "UPDATE queue SET failed = 0, attempts = 0, due_at = 0 WHERE task = ? AND failed = 1",
          given,
        );
    }
    const [from, place] = cursor === undefined ? [0, 0] : placeOf(cursor);
    let [next, after] = [from, place];
    let records = 0;
    for (let looked = 0; looked < sliceRows; looked += 1) {
      const row = this.#otherThan(number, { from: next, limit: 1, namespace, unembedded })[0];
      if (row === undefined) return { records };
      if (row.number !== next) [next, after] = [row.number, 0];
      // First, so that what is written meanwhile is queued too.
      if (row.target !== number) this.#retarget(row.number, number, row.target !== null);
      const page = connection.get<{ records: number; last: number | null }>(
        `SELECT count(*) AS records, max(sequence) AS last FROM
         (SELECT sequence FROM records WHERE namespace = ? AND sequence > ? ORDER BY sequence LIMIT ?)`,
        next,
        after,
        sliceRows,
      );
      if (page !== undefined && page.last !== null && !embedder.computed) {
        connection.run(
          `INSERT OR IGNORE INTO queue
           SELECT ?, r.id, r.namespace, r.sequence, 0, 0, 0, NULL FROM records r
           WHERE r.namespace = ? AND r.sequence > ? AND r.sequence <= ?
           AND NOT EXISTS (SELECT 1 FROM vectors v WHERE v.record = r.id AND v.embedder = ?)`,
          task,
          next,
          after,
          page.last,
          number,
        );
      }
      const found = page?.records ?? 0;
      records += found;
      looked += found;
      if (found === sliceRows) {
        after = page?.last ?? after;
        continue;
      }
      // Without vectors there are no searches that have to wait for all of the new ones.
      if (unembedded) this.#switch(next, embedder, number);
      [next, after] = [next + 1, 0];
    }
    return { records, cursor: `${next}.${after}` };
  }

  finishReembedding(
    embedder: EmbedderIdentity,
    { namespace, force, cursor }: { namespace?: string; force: boolean; cursor?: string },
  ): { remaining: number; failed: number; cursor?: string } {
    const number = this.#ensure(embedder);
    const [from] = cursor === undefined ? [0] : placeOf(cursor);
    let remaining = 0;
    let failed = 0;
    const rows = this.#otherThan(number, { from, limit: sliceRows, namespace });
    for (const row of rows) {
      const waiting = this.#waiting(reembedTask(embedder), row.number);
      failed += waiting.failed;
      remaining += waiting.pending + (force ? 0 : waiting.failed);
      // Created or written since the last `beginReembedding`, which has to be called again.
      if (row.target !== number) remaining += 1;
      else if (waiting.pending === 0 && (force || waiting.failed === 0))
        this.#switch(row.number, embedder, number);
    }
    const last = rows.at(-1);
    if (last !== undefined && rows.length === sliceRows)
      return { remaining, failed, cursor: `${last.number + 1}.0` };
    if (namespace === undefined && this.#otherThan(number, { from: 0, limit: 1 }).length === 0)
      this.adopt(embedder);
    return { remaining, failed };
  }

  cancelReembedding(): number {
    const rows = this.#connection.all<{ number: number }>(
      "SELECT number FROM namespaces WHERE target IS NOT NULL LIMIT ?",
      sliceRows,
    );
    for (const { number } of rows) this.#retarget(number, null, true);
    return rows.length;
  }

  needsSweep(): boolean {
    return this.#connection.get("SELECT 1 FROM sweep LIMIT 1") !== undefined;
  }

  /** Erases some of what namespaces have of embedders that they use no more. */
  sweep(): { complete: boolean } {
    const connection = this.#connection;
    const embedders = connection.all<EmbedderRow>("SELECT * FROM embedders");
    for (let left = sliceRows; left > 0; ) {
      const row = connection.get<{ namespace: number; embedder: number | null; target: number | null }>(
        `SELECT s.namespace, n.embedder, n.target FROM sweep s LEFT JOIN namespaces n ON n.number = s.namespace
         ORDER BY s.namespace LIMIT 1`,
      );
      if (row === undefined) return { complete: true };
      left -= 1;
      for (const embedder of embedders) {
        const [own, next] = [embedder.number === row.embedder, embedder.number === row.target];
        // Of one that computes there are only those that are to be made anew.
        const unstored = embedder.computed && !readsPrevious(embedder);
        if (unstored || !(own || next))
          left -= connection.run(
            `DELETE FROM vectors WHERE rowid IN
             (SELECT rowid FROM vectors WHERE namespace = ? AND embedder = ? LIMIT ?)`,
            row.namespace,
            embedder.number,
            Math.max(0, left),
          ).changes;
        for (const [task, wanted] of [
          [embedTask(embedder), own],
          [reembedTask(embedder), next],
        ] as const)
          if (embedder.computed || !wanted)
            left -= connection.run(
              `DELETE FROM queue WHERE task = ? AND record IN
               (SELECT record FROM queue WHERE namespace = ? AND task = ? LIMIT ?)`,
              task,
              row.namespace,
              task,
              Math.max(0, left),
            ).changes;
      }
      if (left > 0) connection.run("DELETE FROM sweep WHERE namespace = ?", row.namespace);
    }
    return { complete: false };
  }

  /** Namespaces with another embedder, or with none, in order of their numbers. */
  #otherThan(
    embedder: number,
    {
      from,
      limit,
      namespace,
      unembedded = false,
    }: { from: number; limit: number; namespace?: string | undefined; unembedded?: boolean },
  ): Namespace[] {
    return this.#connection.all<Namespace>(
      `SELECT number, embedder, target FROM namespaces WHERE number >= ?
       AND ${unembedded ? "embedder IS NULL AND ? > 0" : "embedder IS NOT ?"}
       ${namespace === undefined ? "" : "AND name = ?"} ORDER BY number LIMIT ?`,
      from,
      embedder,
      ...(namespace === undefined ? [] : [namespace]),
      limit,
    );
  }

  #retarget(namespace: number, target: number | null, hadOther: boolean): void {
    this.#connection.run("UPDATE namespaces SET target = ? WHERE number = ?", target, namespace);
    if (hadOther) this.#connection.run("INSERT OR IGNORE INTO sweep VALUES (?)", namespace);
  }

  #switch(namespace: number, embedder: EmbedderIdentity, number: number): void {
    this.#connection.run(
      "UPDATE namespaces SET embedder = ?, target = NULL, sequence = sequence + 1 WHERE number = ?",
      number,
      namespace,
    );
    this.#connection.run(
      `UPDATE OR REPLACE queue SET task = ? WHERE task = ? AND record IN
       (SELECT record FROM queue WHERE namespace = ? AND task = ?)`,
      embedTask(embedder),
      reembedTask(embedder),
      namespace,
      reembedTask(embedder),
    );
    this.#connection.run("INSERT OR IGNORE INTO sweep VALUES (?)", namespace);
  }

  #waiting(task: Task, namespace: number): { pending: number; failed: number } {
    const rows = this.#connection.all<{ failed: number; entries: number }>(
      "SELECT failed, count(*) AS entries FROM queue WHERE namespace = ? AND task = ? GROUP BY failed",
      namespace,
      task,
    );
    const entries = (failed: number) => rows.find((row) => row.failed === failed)?.entries ?? 0;
    return { pending: entries(0), failed: entries(1) };
  }

  #ensure(embedder: EmbedderIdentity): number {
    const computed = embedder.computed === true;
    const { number, computed: before } = this.#find(embedder);
    if (before !== (computed ? 1 : 0)) this.#changeKind(number, computed);
    return number;
  }

  /** The row of an embedder, which is made when there is none. */
  #find({ id, dimensions, computed }: EmbedderIdentity): EmbedderRow {
    const find = () => this.#connection.get<EmbedderRow>("SELECT * FROM embedders WHERE id = ?", id);
    let row = find();
    if (row === undefined) {
      this.#connection.run(
        "INSERT INTO embedders (id, dimensions, computed) VALUES (?, ?, ?)",
        id,
        dimensions,
        computed ? 1 : 0,
      );
      row = find() as EmbedderRow;
    }
    if (row.dimensions !== dimensions) {
      throw new SouvenirError(
        "EMBEDDER_MISMATCH",
        `the store knows embedder "${id}" with ${row.dimensions} dimensions, and it now has ${dimensions}: give the changed embedder an id of its own`,
        { details: { embedder: id, stored: row.dimensions, given: dimensions } },
      );
    }
    return row;
  }

  /** The same vectors, made in another way: what was stored is of no use, or what was not has to be. */
  #changeKind(embedder: number, computed: boolean): void {
    const connection = this.#connection;
    connection.run("UPDATE embedders SET computed = ? WHERE number = ?", computed ? 1 : 0, embedder);
    if (computed)
      connection.run(
        "INSERT OR IGNORE INTO sweep SELECT number FROM namespaces WHERE embedder = ? OR target = ?",
        embedder,
        embedder,
      );
    else {
      connection.run("UPDATE namespaces SET embedder = NULL WHERE embedder = ?", embedder);
      connection.run("DELETE FROM vectors WHERE embedder = ?", embedder);
    }
  }
}

function identityOf({ id, dimensions, computed }: EmbedderRow): EmbedderIdentity {
  return { id, dimensions, ...(computed ? { computed: true as const } : {}) };
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

/** Number of a namespace and a sequence number in it. */
function placeOf(cursor: string): [number, number] {
  const [namespace = 0, sequence = 0] = cursor.split(".").map(Number);
  return [namespace, sequence];
}
