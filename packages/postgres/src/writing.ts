import type {
  QueueEntry,
  RecordFields,
  RecordTouch,
  RecordWrite,
  SeenThread,
  StoredRecord,
  Task,
  WriteOutcome,
} from "@souvenir/core";
import {
  checkHistory,
  checkInPlace,
  checkSource,
  checkThreadUnchanged,
  checkVersion,
  contextChanges,
  isOver,
  isWithdrawn,
  keepsExisting,
  lastExpiry,
  newest,
  nextVersion,
  pinned,
  queueConflict,
  supersededBy,
  type TurnPlace,
} from "@souvenir/core/store";
import type { Transaction } from "./database.ts";
import { eraseRecords } from "./erasing.ts";
import { dropSources, expireDrawn, linkSources, nameKeys } from "./links.ts";
import { ensureNamespaces, type LockedNamespace, lockNamespaces, saveNamespaces } from "./namespaces.ts";
import { complete, embedAnew, enqueue, type Waiting } from "./queue.ts";
import {
  announceVectors,
  changeRecord,
  insertRecords,
  keepVersions,
  recordsByKey,
  updateRecords,
} from "./record-rows.ts";
import { valuesOf } from "./rows.ts";
import { turnsAfter } from "./turns.ts";

export interface WriteConditions {
  ifThread?: SeenThread;
  done?: { task: Task; entries: readonly QueueEntry[] };
}

/** All writes of one transaction. What does not depend on one another is sent as one statement for many records. */
export async function writeAll(
  transaction: Transaction,
  writes: readonly RecordWrite[],
  { ifThread, done }: WriteConditions,
): Promise<WriteOutcome[]> {
  const namespaces = await ensureNamespaces(
    transaction,
    writes.map(({ namespace }) => namespace),
  );
  if (ifThread !== undefined) await checkThread(transaction, namespaces, ifThread);
  if (done !== undefined) {
    const there = await complete(transaction, [done.task], done.entries);
    for (const entry of done.entries) if (!there.delete(entry.id)) throw queueConflict(entry);
  }
  const batch = new Batch(transaction);
  await batch.find(namespaces, writes);
  const outcomes: WriteOutcome[] = [];
  for (const write of writes)
    outcomes.push(await batch.write(namespaces.get(write.namespace) as LockedNamespace, write));
  await batch.finish();
  await saveNamespaces(transaction, [...namespaces.values()]);
  return outcomes;
}

export async function touch(
  transaction: Transaction,
  name: string,
  key: string,
  { expiresAt, pinnedAt, version, ifVersion, now = Number.NEGATIVE_INFINITY }: RecordTouch,
): Promise<StoredRecord | undefined> {
  const namespace = (await lockNamespaces(transaction, [name])).get(name);
  const any = namespace && (await recordsByKey(transaction, namespace, [key])).get(key);
  const found = any === undefined || isOver(any, now) ? undefined : any;
  checkVersion({ namespace: name, key, ifVersion }, found?.version ?? 0);
  if (namespace === undefined || found === undefined) return undefined;
  if (version !== undefined && version !== found.version) return undefined;
  const changed = await changeRecord(transaction, namespace, found, {
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(pinnedAt === undefined ? {} : { metadata: pinned(found.metadata, pinnedAt) }),
  });
  if (expiresAt !== undefined) await expireDrawn(transaction, namespace, found.id);
  await saveNamespaces(transaction, [namespace]);
  return changed;
}

/** The namespace of the thread is locked when it is written to; otherwise it is locked for this. */
async function checkThread(
  transaction: Transaction,
  namespaces: ReadonlyMap<string, LockedNamespace>,
  seen: SeenThread,
): Promise<void> {
  const namespace =
    namespaces.get(seen.namespace) ??
    (await lockNamespaces(transaction, [seen.namespace])).get(seen.namespace);
  const current =
    namespace === undefined || namespace.isNew
      ? undefined
      : { incarnation: namespace.number, sequence: namespace.sequence };
  let last: number | null = null;
  if (current !== undefined)
    last =
      (
        await transaction.get<{ last: number | null }>(
          "SELECT max(sequence) AS last FROM @records WHERE namespace = $1 AND thread = $2 AND sequence > $3",
          [
            current.incarnation,
            seen.thread,
            seen.at?.incarnation === current.incarnation ? seen.at.sequence : 0,
          ],
        )
      )?.last ?? null;
  checkThreadUnchanged(seen, current, (after) => last !== null && last > after);
}

interface Pending {
  inserted: unknown[][];
  updated: unknown[][];
  versions: { namespace: number; record: number; fields: RecordFields }[];
  /** Records of which no more than so many earlier versions are kept. */
  shortened: { namespace: number; record: number; keep: number }[];
  /** Records whose text is another. */
  anew: { namespace: number; id: number }[];
  /** Records whose text is as it was. */
  announced: { namespace: number; id: number; sequence: number }[];
  queued: Waiting[];
  names: { namespace: LockedNamespace; record: number; keys: ReadonlySet<string> }[];
}

const nothing = (): Pending => ({
  inserted: [],
  updated: [],
  versions: [],
  shortened: [],
  anew: [],
  announced: [],
  queued: [],
  names: [],
});

/** Writes that are collected, until one of them has to see what the others did. */
class Batch {
  readonly #transaction: Transaction;
  /** By namespace, the records of keys that were looked for. */
  readonly #found = new Map<LockedNamespace, Map<string, StoredRecord | undefined>>();
  #pending = nothing();
  /** Ids of records that something is pending of. */
  readonly #touched = new Set<number>();
  readonly #inserted = new Set<number>();
  /** Turns that are read otherwise, and the places after which they are. */
  readonly #contexts = new Map<LockedNamespace, { own: Set<number>; places: TurnPlace[]; now: number }>();
  #ids: number[] = [];
  #left = 0;

  constructor(transaction: Transaction) {
    this.#transaction = transaction;
  }

  /** Looks for all that the writes are about at once. */
  async find(
    namespaces: ReadonlyMap<string, LockedNamespace>,
    writes: readonly RecordWrite[],
  ): Promise<void> {
    this.#left = writes.length;
    for (const [name, own] of Map.groupBy(writes, ({ namespace }) => namespace)) {
      const namespace = namespaces.get(name) as LockedNamespace;
      const keys = new Set(own.flatMap(({ key, sources = [] }) => [key, ...sources.map(({ key }) => key)]));
      const found = namespace.isNew
        ? new Map<string, StoredRecord>()
        : await recordsByKey(this.#transaction, namespace, [...keys]);
      this.#found.set(namespace, new Map([...keys].map((key) => [key, found.get(key)])));
    }
  }

  async write(namespace: LockedNamespace, write: RecordWrite): Promise<WriteOutcome> {
    const transaction = this.#transaction;
    this.#left -= 1;
    let existing = await this.#byKey(namespace, write.key);
    checkHistory(write);
    if (existing !== undefined && isOver(existing, write.now)) {
      await this.#flush();
      await eraseRecords(transaction, namespace, [existing.id], write.now);
      this.#forget(namespace);
      existing = undefined;
    }
    checkVersion(write, existing?.version ?? 0);
    checkInPlace(write, existing);
    if (existing !== undefined && keepsExisting(existing, write)) return { record: existing, written: false };
    namespace.sequence += 1;
    const record: StoredRecord = {
      ...nextVersion(existing, write),
      id: existing?.id ?? (await this.#nextId()),
      sequence: namespace.sequence,
    };
    const sources: StoredRecord[] = [];
    for (const source of write.sources ?? []) {
      const found = await this.#byKey(namespace, source.key);
      checkSource(write, source, found);
      if (found !== undefined) sources.push(found);
    }
    if (sources.length > 0) record.expiresAt = lastExpiry(sources);
    if (this.#touched.has(record.id)) await this.#flush();
    this.#put(namespace, existing, record, write);
    const textChanged = existing?.value !== record.value;
    this.#queueWork(namespace, record, write, textChanged);
    if ((namespace.drawn && existing !== undefined) || sources.length > 0)
      await linkSources(
        transaction,
        namespace,
        record.id,
        sources.map(({ id }) => id),
      );
    if (namespace.drawn && existing !== undefined) {
      const isRetracted = textChanged || isWithdrawn(record);
      if (isRetracted || existing.expiresAt !== record.expiresAt) {
        await this.#flush();
        if (existing.expiresAt !== record.expiresAt) await expireDrawn(transaction, namespace, record.id);
        if (isRetracted)
          await eraseRecords(transaction, namespace, await dropSources(transaction, namespace, [record]));
        this.#forget(namespace);
      }
    }
    this.#noteContext(namespace, existing, record, write.now);
    return { record, written: true };
  }

  /** Sends what is pending, and has turns embedded anew whose turn before is another one now. */
  async finish(): Promise<void> {
    await this.#flush();
    for (const [namespace, { own, places, now }] of this.#contexts) {
      const next = await turnsAfter(this.#transaction, namespace.number, places);
      // What is new here is embedded anyway.
      const concerned = [...new Set([...own, ...next])].filter((id) => !this.#inserted.has(id));
      await embedAnew(this.#transaction, namespace, concerned, now);
    }
  }

  #put(
    namespace: LockedNamespace,
    existing: StoredRecord | undefined,
    record: StoredRecord,
    write: RecordWrite,
  ): void {
    const pending = this.#pending;
    const { number } = namespace;
    const { keepVersions: keep = Number.POSITIVE_INFINITY } = write;
    const earlier =
      existing === undefined
        ? newest(write.history ?? [], keep)
        : write.inPlace === undefined
          ? [existing]
          : [];
    for (const fields of earlier) pending.versions.push({ namespace: number, record: record.id, fields });
    if (existing !== undefined && keep !== Number.POSITIVE_INFINITY)
      pending.shortened.push({ namespace: number, record: record.id, keep });
    pending[existing === undefined ? "inserted" : "updated"].push(valuesOf(number, record));
    const keys = supersededBy([record, ...(write.history ?? [])]);
    if (keys.size > 0) pending.names.push({ namespace, record: record.id, keys });
    if (existing === undefined) this.#inserted.add(record.id);
    this.#touched.add(record.id);
    this.#found.get(namespace)?.set(record.key, record);
  }

  /** What a write calls for. Vectors of an unchanged text stay, and are announced again. */
  #queueWork(
    { number, embedders }: LockedNamespace,
    record: StoredRecord,
    { now, tasks, later }: RecordWrite,
    textChanged: boolean,
  ): void {
    const pending = this.#pending;
    const { id, sequence } = record;
    const queue = (task: Task, dueAt: number) =>
      pending.queued.push({ namespace: number, record: id, task, revision: sequence, dueAt });
    if (textChanged) {
      // What is being made of the old text must not be stored with the new one.
      if (!this.#inserted.has(id) || record.version > 1) pending.anew.push({ namespace: number, id });
      for (const { task } of embedders) if (task !== undefined) queue(task, now);
      if (later !== undefined) queue(later.task, later.dueAt);
    } else pending.announced.push({ namespace: number, id, sequence });
    for (const task of tasks) queue(task, now);
  }

  #noteContext(
    namespace: LockedNamespace,
    existing: StoredRecord | undefined,
    record: StoredRecord,
    now: number,
  ): void {
    if (!namespace.embedders.some(({ readsPrevious }) => readsPrevious)) return;
    const { own, places } = contextChanges(existing, record);
    const noted = this.#contexts.get(namespace) ?? { own: new Set<number>(), places: [], now };
    this.#contexts.set(namespace, noted);
    if (own) noted.own.add(record.id);
    noted.places.push(...places);
    noted.now = now;
  }

  async #byKey(namespace: LockedNamespace, key: string): Promise<StoredRecord | undefined> {
    const found = this.#found.get(namespace);
    if (found?.has(key)) return found.get(key);
    const record = (await recordsByKey(this.#transaction, namespace, [key])).get(key);
    found?.set(key, record);
    return record;
  }

  /** What is known of a namespace may be otherwise now. */
  #forget(namespace: LockedNamespace): void {
    this.#found.get(namespace)?.clear();
  }

  /** Ids are taken under the lock of the namespace, where later records have greater ones. */
  async #nextId(): Promise<number> {
    if (this.#ids.length === 0) {
      const rows = await this.#transaction.all<{ id: number }>(
        "SELECT nextval('@record_ids') AS id FROM generate_series(1, $1::integer)",
        [this.#left + 1],
      );
      this.#ids = rows.map(({ id }) => id).sort((a, b) => a - b);
    }
    return this.#ids.shift() as number;
  }

  async #flush(): Promise<void> {
    const transaction = this.#transaction;
    const { inserted, updated, versions, shortened, anew, announced, queued, names } = this.#pending;
    this.#pending = nothing();
    this.#touched.clear();
    await keepVersions(transaction, versions);
    await insertRecords(transaction, inserted);
    await updateRecords(transaction, updated);
    if (shortened.length > 0)
      await transaction.run(
        `DELETE FROM @versions v USING unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS s (namespace, record, keep)
         WHERE v.namespace = s.namespace AND v.record = s.record AND v.version <=
         (SELECT o.version FROM @versions o WHERE o.namespace = s.namespace AND o.record = s.record
          ORDER BY o.version DESC LIMIT 1 OFFSET s.keep)`,
        (["namespace", "record", "keep"] as const).map((name) => shortened.map((each) => each[name])),
      );
    if (anew.length > 0)
      await transaction.run(
        `WITH a AS (SELECT * FROM unnest($1::bigint[], $2::bigint[]) AS a (namespace, record)),
         v AS (DELETE FROM @vectors v USING a WHERE v.namespace = a.namespace AND v.record = a.record)
         DELETE FROM @queue q USING a WHERE q.namespace = a.namespace AND q.record = a.record`,
        [anew.map(({ namespace }) => namespace), anew.map(({ id }) => id)],
      );
    await announceVectors(transaction, announced);
    await enqueue(transaction, queued);
    await nameKeys(transaction, names);
  }
}
