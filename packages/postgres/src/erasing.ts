import type { Erased, Selection } from "@souvenir/core";
import { checkVersion, isOver, rememberedErasures, runsThread } from "@souvenir/core/store";
import type { Database, Transaction } from "./database.ts";
import { dropSources, forgetNames } from "./links.ts";
import { type LockedNamespace, lockNamespaces, lockNumber, saveNamespaces } from "./namespaces.ts";
import { embedAnew } from "./queue.ts";
import { turnsAfterRecords } from "./turns.ts";

interface Candidate {
  id: number;
  key: string;
  version: number;
  sequence: number;
  expires_at: number | null;
}

/** What of a selection is looked at now, and what is left of it. */
interface Chosen {
  candidates: Candidate[];
  isChanged?: (candidate: Candidate) => boolean;
  rest?: Selection;
}

export async function erase(
  transaction: Transaction,
  name: string,
  selection: Selection,
  { limit, now = Number.NEGATIVE_INFINITY }: { limit?: number; now?: number },
): Promise<Erased> {
  const namespace = (await lockNamespaces(transaction, [name])).get(name);
  const chosen = namespace && (await choose(transaction, namespace.number, selection, limit));
  if (typeof selection === "object" && "key" in selection) {
    const [found] = chosen?.candidates ?? [];
    const current = found === undefined || isOver({ expiresAt: found.expires_at }, now) ? 0 : found.version;
    checkVersion({ namespace: name, key: selection.key, ifVersion: selection.ifVersion }, current);
  }
  if (namespace === undefined || chosen === undefined) return { erased: 0, changed: [] };
  const { candidates, isChanged = () => false, rest } = chosen;
  const changed = candidates.filter(isChanged).map(({ id }) => id);
  const taken = candidates.filter((candidate) => !isChanged(candidate));
  const gone = await eraseRecords(
    transaction,
    namespace,
    taken.map(({ id }) => id),
  );
  if (gone > 0) await finishErasing(transaction, namespace);
  const erased = taken.filter((candidate) => !isOver({ expiresAt: candidate.expires_at }, now)).length;
  return { erased, changed, ...(rest === undefined ? {} : { rest }) };
}

/** One namespace after the other, each in a transaction of its own: nobody waits for two of them. */
export async function eraseExpired(
  database: Database,
  now: number,
  { limit }: { limit?: number },
): Promise<{ erased: number; complete: boolean }> {
  const rows = await database.all<{ id: number; namespace: number }>(
    `SELECT id, namespace FROM @records WHERE expires_at IS NOT NULL AND expires_at <= $1
     ORDER BY expires_at LIMIT $2`,
    [now, most(limit)],
  );
  let erased = 0;
  for (const [number, members] of Map.groupBy(rows, ({ namespace }) => namespace))
    erased += await database.transaction(async (transaction) => {
      const namespace = await lockNumber(transaction, number);
      if (namespace === undefined) return 0;
      // What was given another end meanwhile stays.
      const expired = await transaction.all<{ id: number }>(
        "SELECT id FROM @records WHERE namespace = $1 AND id = ANY($2::bigint[]) AND expires_at <= $3",
        [number, members.map(({ id }) => id), now],
      );
      const gone = await eraseRecords(
        transaction,
        namespace,
        expired.map(({ id }) => id),
      );
      if (gone > 0) await finishErasing(transaction, namespace);
      return expired.length;
    });
  return { erased, complete: rows.length !== limit };
}

/**
 * Erases records with their history, vectors and queue entries, and what is drawn from them alone, in a namespace that goes
 * on to be counted. Answers how many records those were.
 */
export async function eraseRecords(
  transaction: Transaction,
  namespace: LockedNamespace,
  ids: readonly number[],
  now = 0,
): Promise<number> {
  const isRead = namespace.embedders.some(({ readsPrevious }) => readsPrevious);
  const gone = new Set<number>();
  const concerned = new Set<number>();
  for (let wave = [...new Set(ids)]; wave.length > 0; ) {
    for (const id of wave) gone.add(id);
    if (isRead)
      for (const id of await turnsAfterRecords(transaction, namespace.number, wave)) concerned.add(id);
    if (namespace.drawn)
      await transaction.run("DELETE FROM @drawn_from WHERE namespace = $1 AND record = ANY($2::bigint[])", [
        namespace.number,
        wave,
      ]);
    const removed = await remove(transaction, namespace, wave);
    await forgetNames(transaction, namespace, removed);
    const alone = await dropSources(transaction, namespace, removed);
    wave = alone.filter((id) => !gone.has(id));
  }
  if (gone.size === 0) return 0;
  namespace.erased = namespace.sequence;
  // Of turns in a row that are erased, only the one after the last is left. What was erased must not live on in its vectors.
  const left = [...concerned].filter((id) => !gone.has(id));
  if (left.length > 0) {
    await embedAnew(transaction, namespace, left, now);
    namespace.erased = namespace.sequence;
  }
  await transaction.run("INSERT INTO @unscrubbed (records) VALUES ($1)", [gone.size]);
  return gone.size;
}

async function remove(
  transaction: Transaction,
  namespace: LockedNamespace,
  ids: readonly number[],
): Promise<{ id: number; key: string }[]> {
  const own = "namespace = $1 AND record = ANY($2::bigint[])";
  const removed = await transaction.all<{ id: number; key: string }>(
    `WITH v AS (DELETE FROM @versions WHERE ${own}), w AS (DELETE FROM @vectors WHERE ${own}),
     q AS (DELETE FROM @queue WHERE ${own})
     DELETE FROM @records WHERE namespace = $1 AND id = ANY($2::bigint[]) RETURNING id, key`,
    [namespace.number, ids],
  );
  await transaction.run(
    `INSERT INTO @erasures (namespace, sequence, record)
     SELECT $1, $2::bigint + place, record FROM unnest($3::bigint[]) WITH ORDINALITY AS e (record, place)`,
    [namespace.number, namespace.sequence, removed.map(({ id }) => id)],
  );
  namespace.sequence += removed.length;
  return removed;
}

/** What a namespace has to know of its erasures. One that holds nothing any more is gone: its name may be personal too. */
async function finishErasing(transaction: Transaction, namespace: LockedNamespace): Promise<void> {
  const { number } = namespace;
  if (namespace.drawn) {
    // Records that say what runs did, when nothing else is left.
    const runs = await transaction.all<{ id: number }>(
      `SELECT id FROM @records WHERE namespace = $1 AND NOT EXISTS
       (SELECT 1 FROM @records WHERE namespace = $1 AND thread IS DISTINCT FROM $2)`,
      [number, runsThread],
    );
    await eraseRecords(
      transaction,
      namespace,
      runs.map(({ id }) => id),
    );
  }
  if (
    (await transaction.get("SELECT 1 FROM @records WHERE namespace = $1 LIMIT 1", [number])) === undefined
  ) {
    await transaction.run("DELETE FROM @erasures WHERE namespace = $1", [number]);
    await transaction.run("DELETE FROM @namespaces WHERE number = $1", [number]);
    transaction.changed(number);
    return;
  }
  const forgotten = namespace.sequence - rememberedErasures;
  if (forgotten > 0) {
    const changes = await transaction.run("DELETE FROM @erasures WHERE namespace = $1 AND sequence <= $2", [
      number,
      forgotten,
    ]);
    if (changes > 0) namespace.forgotten = forgotten;
  }
  await saveNamespaces(transaction, [namespace]);
}

const most = (limit: number | undefined): number | null =>
  limit === undefined || limit === Number.POSITIVE_INFINITY ? null : limit;

async function choose(
  transaction: Transaction,
  namespace: number,
  selection: Selection,
  limit: number | undefined,
): Promise<Chosen> {
  const found = (where: string, values: readonly unknown[], order = "") =>
    transaction.all<Candidate>(
      `SELECT id, key, version, sequence, expires_at FROM @records WHERE namespace = $1 AND ${where} ${order}`,
      [namespace, ...values],
    );
  const byId = async (ids: readonly number[]) => {
    const there = new Map((await found("id = ANY($2::bigint[])", [ids])).map((each) => [each.id, each]));
    return [...new Set(ids)].flatMap((id) => there.get(id) ?? []);
  };
  const { from = 0 } = selection as { from?: number };
  const end = limit === undefined ? Number.POSITIVE_INFINITY : from + limit;
  const first = <Member>(members: readonly Member[]) => members.slice(from, end);
  const left = (members: readonly unknown[], of: Extract<Selection, { from?: number }>) =>
    members.length > end ? { rest: { ...of, from: end } } : {};
  // Every record of the namespace has an id up to this one, and later ones have greater ids.
  const lastId = async () =>
    (
      await transaction.get<{ id: number | null }>(
        "SELECT max(id) AS id FROM @records WHERE namespace = $1",
        [namespace],
      )
    )?.id ?? 0;
  if (typeof selection === "object") {
    if ("key" in selection) return { candidates: await found("key = $2", [selection.key]) };
    if ("keys" in selection) {
      const { keys, upTo = await lastId() } = selection;
      return {
        candidates: await found("key = ANY($2::text[]) AND id <= $3", [first(keys), upTo]),
        ...left(keys, { keys, upTo }),
      };
    }
    if ("records" in selection) {
      const { records } = selection;
      const versions = new Map(records.map(({ id, version }) => [id, version]));
      return {
        candidates: await byId(first(records).map(({ id }) => id)),
        isChanged: ({ id, version }) => versions.get(id) !== version,
        ...left(records, { records }),
      };
    }
    if ("ids" in selection) {
      const { ids, sequence } = selection;
      return {
        candidates: await byId(first(ids)),
        isChanged: (candidate) => candidate.sequence > sequence,
        ...left(ids, { ids, sequence }),
      };
    }
  }
  const upTo = (selection === "all" ? undefined : selection.upTo) ?? (await lastId());
  const thread = selection !== "all" && "thread" in selection ? selection.thread : undefined;
  const candidates = await found(
    `id <= $2 ${thread === undefined ? "" : "AND thread = $4"}`,
    [upTo, most(limit), ...(thread === undefined ? [] : [thread])],
    `ORDER BY ${thread === undefined ? "sequence" : "created_at, id"} LIMIT $3`,
  );
  return {
    candidates,
    ...(candidates.length === limit ? { rest: { ...(thread === undefined ? {} : { thread }), upTo } } : {}),
  };
}
