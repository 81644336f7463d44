import type {
  ClaimOptions,
  EmbedderIdentity,
  Entity,
  JobQueue,
  Postponement,
  QueueCounts,
  QueueEntry,
  Task,
} from "@souvenir/core";
import { embedTask, reembedTask } from "@souvenir/core/store";
import type { Database, Transaction } from "./database.ts";
import { findEmbedder } from "./embedders.ts";
import { type LockedNamespace, lockNamespaces, saveNamespaces } from "./namespaces.ts";
import { changeRecord, recordsById } from "./record-rows.ts";
import { bytesOf } from "./rows.ts";

export interface Waiting {
  namespace: number;
  record: number;
  task: Task;
  revision: number;
  dueAt: number;
}

/** Queues records anew, whatever was queued for them before. */
export async function enqueue(transaction: Transaction, entries: readonly Waiting[]): Promise<void> {
  if (entries.length === 0) return;
  const last = [...new Map(entries.map((entry) => [`${entry.record} ${entry.task}`, entry])).values()];
  await transaction.run(
    `INSERT INTO @queue SELECT namespace, record, task, revision, 0, false, due_at, NULL
     FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::bigint[])
     AS w (namespace, record, task, revision, due_at)
     ON CONFLICT (namespace, record, task) DO UPDATE SET revision = excluded.revision, attempts = 0, failed = false,
     due_at = excluded.due_at, error = NULL`,
    (["namespace", "record", "task", "revision", "dueAt"] as const).map((name) =>
      last.map((entry) => entry[name]),
    ),
  );
}

/**
 * Turns are read otherwise than before: their vectors are gone, each at a number of the namespace of its own, and they
 * wait for new ones.
 */
export async function embedAnew(
  transaction: Transaction,
  namespace: LockedNamespace,
  ids: readonly number[],
  now: number,
): Promise<void> {
  const readers = namespace.embedders.filter(({ readsPrevious }) => readsPrevious);
  if (readers.length === 0 || ids.length === 0) return;
  const turns = ids.map((id) => {
    namespace.sequence += 1;
    return { id, sequence: namespace.sequence };
  });
  const columns = [turns.map(({ id }) => id), turns.map(({ sequence }) => sequence)];
  for (const { number: embedder, task } of readers) {
    if (task === undefined) {
      await transaction.run(
        `INSERT INTO @vectors SELECT $1, record, $2, sequence, '' FROM unnest($3::bigint[], $4::bigint[])
         AS t (record, sequence) ON CONFLICT (namespace, record, embedder)
         DO UPDATE SET sequence = excluded.sequence, numbers = ''`,
        [namespace.number, embedder, ...columns],
      );
      continue;
    }
    await transaction.run(
      `UPDATE @vectors v SET numbers = '', sequence = t.sequence FROM unnest($3::bigint[], $4::bigint[])
       AS t (record, sequence) WHERE v.namespace = $1 AND v.record = t.record AND v.embedder = $2`,
      [namespace.number, embedder, ...columns],
    );
    await enqueue(
      transaction,
      turns.map(({ id, sequence }) => ({
        namespace: namespace.number,
        record: id,
        task,
        revision: sequence,
        dueAt: now,
      })),
    );
  }
}

type Claimed = Omit<QueueEntry, "entities"> & { entities: string };

/** Takes entries from the queue. Answers the ids of those that were there as they were claimed. */
export async function complete(
  transaction: Transaction,
  tasks: readonly Task[],
  entries: readonly QueueEntry[],
): Promise<Set<number>> {
  const rows = await transaction.all<{ record: number }>(
    `DELETE FROM @queue q USING unnest($2::bigint[], $3::bigint[]) AS e (record, revision), @namespaces n
     WHERE n.name = ANY($4::text[]) AND q.namespace = n.number AND q.record = e.record AND q.task = ANY($1::text[])
     AND q.revision = e.revision RETURNING q.record`,
    [
      tasks,
      entries.map(({ id }) => id),
      entries.map(({ revision }) => revision),
      [...new Set(entries.map(({ namespace }) => namespace))],
    ],
  );
  return new Set(rows.map(({ record }) => record));
}

/** What waits for models. */
export class PostgresQueue implements JobQueue {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Leases entries in one statement, and then reads the texts that they are of: an entry that was queued anew in between has
   * another revision, and is for the next claim.
   */
  async claim(task: Task, options: ClaimOptions): Promise<QueueEntry[]> {
    const { now, leaseMs, limit, early, of, longestWaitMs } = options;
    const leased: { namespace: number; record: number; revision: number; was: number }[] = [];
    const take = async (where: string, values: readonly unknown[]) => {
      const rows = await this.#database.all<(typeof leased)[number]>(
        `WITH due AS MATERIALIZED (
           SELECT q.namespace, q.record, q.due_at FROM @queue q
           WHERE q.task = $1 AND NOT q.failed ${where} ORDER BY q.due_at, q.record LIMIT $2
           FOR UPDATE ${early ? "" : "SKIP LOCKED"})
         UPDATE @queue q SET due_at = $3 FROM due
         WHERE q.namespace = due.namespace AND q.record = due.record AND q.task = $1
         RETURNING q.namespace, q.record, q.revision, due.due_at AS was`,
        [task, limit - leased.length, now + leaseMs, ...values],
      );
      leased.push(...rows.sort((a, b) => a.was - b.was || a.record - b.record));
    };
    if (of !== undefined)
      await take(
        `AND q.namespace = (SELECT number FROM @namespaces WHERE name = $4) ${
          of.thread === undefined
            ? ""
            : "AND EXISTS (SELECT 1 FROM @records r WHERE r.namespace = q.namespace AND r.id = q.record AND r.thread IS NOT DISTINCT FROM $5::text)"
        }`,
        [of.namespace, ...(of.thread === undefined ? [] : [of.thread])],
      );
    else if (early) await take("", []);
    else {
      await take("AND q.due_at <= $4", [now]);
      if (leased.length < limit && longestWaitMs !== undefined)
        await take("AND q.due_at > $4", [now + longestWaitMs]);
    }
    if (leased.length === 0) return [];
    const found = await this.#database.all<Claimed>(
      `SELECT n.name AS namespace, q.record AS id, r.value, r.entities, q.revision, q.attempts
       FROM unnest($2::bigint[], $3::bigint[]) AS c (namespace, record)
       JOIN @queue q ON q.namespace = c.namespace AND q.record = c.record AND q.task = $1
       JOIN @records r ON r.namespace = c.namespace AND r.id = c.record
       JOIN @namespaces n ON n.number = c.namespace`,
      [task, leased.map(({ namespace }) => namespace), leased.map(({ record }) => record)],
    );
    const byId = new Map(found.map((entry) => [entry.id, entry]));
    return leased.flatMap(({ record, revision }) => {
      const entry = byId.get(record);
      return entry?.revision === revision ? [{ ...entry, entities: JSON.parse(entry.entities) }] : [];
    });
  }

  async nextDue(task: Task): Promise<number | null> {
    const row = await this.#database.get<{ next: number | null }>(
      "SELECT min(due_at) AS next FROM @queue WHERE task = $1 AND NOT failed",
      [task],
    );
    return row?.next ?? null;
  }

  saveVectors(
    embedder: EmbedderIdentity,
    items: readonly { entry: QueueEntry; vectors: Float32Array[] }[],
  ): Promise<void> {
    return this.#database.transaction((transaction) => saveVectors(transaction, embedder, items));
  }
  saveEntities(task: Task, items: readonly { entry: QueueEntry; entities: Entity[] }[]): Promise<void> {
    return this.#database.transaction((transaction) => saveEntities(transaction, task, items));
  }

  async postpone(
    task: Task,
    entries: readonly QueueEntry[],
    { dueAt, error, failed }: Postponement,
  ): Promise<void> {
    await this.#database.transaction((transaction) =>
      transaction.run(
        `UPDATE @queue q SET attempts = attempts + $2::integer, due_at = $3, error = coalesce($4::text, error), failed = $5
         FROM unnest($6::bigint[], $7::bigint[]) AS e (record, revision), @namespaces n
         WHERE n.name = ANY($8::text[]) AND q.namespace = n.number AND q.record = e.record AND q.revision = e.revision
         AND q.task = $1`,
        [
          task,
          error === null ? 0 : 1,
          dueAt,
          error,
          failed,
          entries.map(({ id }) => id),
          entries.map(({ revision }) => revision),
          [...new Set(entries.map(({ namespace }) => namespace))],
        ],
      ),
    );
  }

  async retryFailed(task: Task): Promise<void> {
    await this.#database.run(
      "UPDATE @queue SET failed = false, attempts = 0, due_at = 0 WHERE task = $1 AND failed",
      [task],
    );
  }

  async queue(task: Task, namespace?: string): Promise<QueueCounts> {
    const own = "namespace = (SELECT number FROM @namespaces WHERE name = $2)";
    const where = `task = $1 ${namespace === undefined ? "" : `AND ${own}`}`;
    const row = await this.#database.get<{ pending: number; failed: number; error: string | null }>(
      `SELECT (SELECT count(*) FROM @queue WHERE ${where} AND NOT failed) AS pending,
       (SELECT count(*) FROM @queue WHERE ${where} AND failed) AS failed,
       (SELECT error FROM @queue WHERE ${where} AND error IS NOT NULL ORDER BY due_at DESC LIMIT 1) AS error`,
      [task, ...(namespace === undefined ? [] : [namespace])],
    );
    return { pending: row?.pending ?? 0, failed: row?.failed ?? 0, lastError: row?.error ?? null };
  }

  /** What a day has cost, with these tokens. */
  spend(spending: { day: number; tokens: number; most: number }): Promise<number | undefined> {
    return this.#database.transaction((transaction) => spend(transaction, spending));
  }
}

async function saveVectors(
  transaction: Transaction,
  embedder: EmbedderIdentity,
  items: readonly { entry: QueueEntry; vectors: Float32Array[] }[],
): Promise<void> {
  const entries = items.map(({ entry }) => entry);
  const namespaces = await lockNamespaces(
    transaction,
    entries.map(({ namespace }) => namespace),
  );
  const done = await complete(transaction, [embedTask(embedder), reembedTask(embedder)], entries);
  const { number } = await findEmbedder(transaction, embedder);
  const changed = new Set<LockedNamespace>();
  const rows: unknown[][] = [];
  for (const { entry, vectors } of items) {
    const namespace = namespaces.get(entry.namespace);
    // The first of several for one record.
    if (!done.delete(entry.id) || namespace === undefined) continue;
    if (namespace.embedder !== number && namespace.target !== number) continue;
    namespace.sequence += 1;
    changed.add(namespace);
    rows.push([namespace.number, entry.id, namespace.sequence, bytesOf(vectors)]);
  }
  if (rows.length > 0)
    await transaction.run(
      `INSERT INTO @vectors SELECT namespace, record, $1, sequence, numbers
       FROM unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bytea[]) AS v (namespace, record, sequence, numbers)
       ON CONFLICT (namespace, record, embedder)
       DO UPDATE SET sequence = excluded.sequence, numbers = excluded.numbers`,
      [number, ...[0, 1, 2, 3].map((column) => rows.map((row) => row[column]))],
    );
  await saveNamespaces(transaction, [...changed]);
}

async function saveEntities(
  transaction: Transaction,
  task: Task,
  items: readonly { entry: QueueEntry; entities: Entity[] }[],
): Promise<void> {
  const entries = items.map(({ entry }) => entry);
  const namespaces = await lockNamespaces(
    transaction,
    entries.map(({ namespace }) => namespace),
  );
  const done = await complete(transaction, [task], entries);
  for (const namespace of namespaces.values()) {
    const own = items.filter(({ entry }) => entry.namespace === namespace.name && done.delete(entry.id));
    const records = await recordsById(
      transaction,
      namespace,
      own.map(({ entry }) => entry.id),
    );
    for (const { entry, entities } of own) {
      const record = records.get(entry.id);
      if (record !== undefined) await changeRecord(transaction, namespace, record, { entities });
    }
  }
  await saveNamespaces(transaction, [...namespaces.values()]);
}

async function spend(
  transaction: Transaction,
  { day, tokens, most }: { day: number; tokens: number; most: number },
): Promise<number | undefined> {
  if (tokens !== 0)
    await transaction.run("INSERT INTO @spent (day, tokens) VALUES ($1, 0) ON CONFLICT DO NOTHING", [day]);
  const row = await transaction.get<{ tokens: number }>(
    "SELECT tokens FROM @spent WHERE day = $1 FOR UPDATE",
    [day],
  );
  const before = row?.tokens ?? 0;
  if (tokens === 0) return before;
  const spent = Math.max(0, before + tokens);
  if (tokens > 0 && spent > most) return undefined;
  await transaction.run("DELETE FROM @spent WHERE day <> $1", [day]);
  await transaction.run("UPDATE @spent SET tokens = $2 WHERE day = $1", [day, spent]);
  return spent;
}
