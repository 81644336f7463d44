import { type EmbedderIdentity, type EmbedderUse, SouvenirError, type Task } from "@souvenir/core";
import { embedTask, readsPrevious, reembedTask } from "@souvenir/core/store";
import type { Database, Transaction } from "./database.ts";
import { type EmbedderRow, identityOf } from "./namespaces.ts";

/** Rows that one slice of a long change goes over, so that others wait for it a moment only. */
const sliceRows = 500;

interface Namespace {
  number: number;
  embedder: number | null;
  target: number | null;
}

/** Which namespaces a slice looks at. */
interface Others {
  from: number;
  namespace?: string | undefined;
  unembedded?: boolean;
}

/** The row of an embedder, which is made when there is none. */
export async function findEmbedder(
  transaction: Transaction,
  { id, dimensions, computed = false }: { id: string; dimensions: number; computed?: boolean },
): Promise<EmbedderRow> {
  const find = () =>
    transaction.get<EmbedderRow>("SELECT number, id, dimensions, computed FROM @embedders WHERE id = $1", [
      id,
    ]);
  let row = await find();
  if (row === undefined) {
    await transaction.run(
      "INSERT INTO @embedders (id, dimensions, computed) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
      [id, dimensions, computed],
    );
    row = (await find()) as EmbedderRow;
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

/** The number of an embedder, and whether it computes from now on. */
async function declare(transaction: Transaction, embedder: EmbedderIdentity): Promise<number> {
  const computed = embedder.computed === true;
  const { number, computed: before } = await findEmbedder(transaction, embedder);
  if (before !== computed) await changeKind(transaction, number, computed);
  return number;
}

/** The same vectors, made in another way: what was stored is of no use, or what was not has to be. */
async function changeKind(transaction: Transaction, embedder: number, computed: boolean): Promise<void> {
  // Who writes to them meanwhile goes by what it was: before what follows.
  const own = await transaction.all<Namespace>(
    "SELECT number FROM @namespaces WHERE embedder = $1 OR target = $1 ORDER BY number FOR UPDATE",
    [embedder],
  );
  await transaction.run("UPDATE @embedders SET computed = $2 WHERE number = $1", [embedder, computed]);
  if (computed)
    await transaction.run("INSERT INTO @sweep SELECT unnest($1::bigint[]) ON CONFLICT DO NOTHING", [
      own.map(({ number }) => number),
    ]);
  else {
    await transaction.run("UPDATE @namespaces SET embedder = NULL WHERE embedder = $1", [embedder]);
    await transaction.run("DELETE FROM @vectors WHERE embedder = $1", [embedder]);
  }
}

export async function embedderUse(database: Database): Promise<EmbedderUse> {
  // A look into an index for each embedder that there ever was, and not a walk through all namespaces.
  const rows = await database.all<
    Partial<EmbedderRow> & { current: boolean; used: boolean; target: boolean; none: boolean }
  >(
    `SELECT e.number, e.id, e.dimensions, e.computed, s.embedder IS NOT DISTINCT FROM e.number AS current,
     EXISTS (SELECT 1 FROM @namespaces n WHERE n.embedder = e.number) AS used,
     EXISTS (SELECT 1 FROM @namespaces n WHERE n.target = e.number) AS target,
     EXISTS (SELECT 1 FROM @namespaces n WHERE n.embedder IS NULL) AS none
     FROM @settings s LEFT JOIN @embedders e ON true WHERE s.one = 1 ORDER BY e.number`,
  );
  const known = rows.filter((row): row is (typeof rows)[number] & EmbedderRow => row.number !== null);
  const current = known.find((row) => row.current);
  return {
    current: current === undefined ? null : identityOf(current),
    inUse: [...(rows[0]?.none ? [null] : []), ...known.filter(({ used }) => used).map(identityOf)],
    targets: known.filter(({ target }) => target).map(identityOf),
  };
}

export async function adopt(transaction: Transaction, embedder: EmbedderIdentity): Promise<void> {
  await transaction.run("UPDATE @settings SET embedder = $1", [await declare(transaction, embedder)]);
}

export async function beginReembedding(
  transaction: Transaction,
  embedder: EmbedderIdentity,
  { namespace, unembedded = false, cursor }: { namespace?: string; unembedded?: boolean; cursor?: string },
): Promise<{ records: number; cursor?: string }> {
  const number = await declare(transaction, embedder);
  const task = unembedded ? embedTask(embedder) : reembedTask(embedder);
  if (cursor === undefined)
    // What was given up for this embedder gets another chance.
    await transaction.run(
      "UPDATE @queue SET failed = false, attempts = 0, due_at = 0 WHERE task = ANY($1::text[]) AND failed",
      [[embedTask(embedder), reembedTask(embedder)]],
    );
  let [next, after] = cursor === undefined ? [0, 0] : placeOf(cursor);
  let records = 0;
  for (let looked = 0; looked < sliceRows; looked += 1) {
    const [row] = await otherThan(transaction, number, { from: next, namespace, unembedded }, 1);
    if (row === undefined) return { records };
    if (row.number !== next) [next, after] = [row.number, 0];
    // First, so that what is written meanwhile is queued too.
    if (row.target !== number) await retarget(transaction, row.number, number, row.target !== null);
    const page = await transaction.get<{ records: number; last: number | null }>(
      `SELECT count(*) AS records, max(sequence) AS last FROM
       (SELECT sequence FROM @records WHERE namespace = $1 AND sequence > $2 ORDER BY sequence LIMIT $3) p`,
      [next, after, sliceRows],
    );
    if (page !== undefined && page.last !== null && !embedder.computed)
      await transaction.run(
        `INSERT INTO @queue
         SELECT r.namespace, r.id, $1, r.sequence, 0, false, 0, NULL FROM @records r
         WHERE r.namespace = $2 AND r.sequence > $3 AND r.sequence <= $4
         AND NOT EXISTS (SELECT 1 FROM @vectors v WHERE v.namespace = $2 AND v.record = r.id AND v.embedder = $5)
         ON CONFLICT DO NOTHING`,
        [task, next, after, page.last, number],
      );
    const found = page?.records ?? 0;
    records += found;
    looked += found;
    if (found === sliceRows) {
      after = page?.last ?? after;
      continue;
    }
    // Without vectors there are no searches that have to wait for all of the new ones.
    if (unembedded) await switchTo(transaction, next, embedder, number);
    [next, after] = [next + 1, 0];
  }
  return { records, cursor: `${next}.${after}` };
}

export async function finishReembedding(
  transaction: Transaction,
  embedder: EmbedderIdentity,
  { namespace, force, cursor }: { namespace?: string; force: boolean; cursor?: string },
): Promise<{ remaining: number; failed: number; cursor?: string }> {
  const number = await declare(transaction, embedder);
  const [from] = cursor === undefined ? [0] : placeOf(cursor);
  let remaining = 0;
  let failed = 0;
  const rows = await otherThan(transaction, number, { from, namespace }, sliceRows);
  for (const row of rows) {
    const waiting = await transaction.get<{ pending: number; failed: number }>(
      `SELECT count(*) FILTER (WHERE NOT failed) AS pending, count(*) FILTER (WHERE failed) AS failed
       FROM @queue WHERE namespace = $1 AND task = $2`,
      [row.number, reembedTask(embedder)],
    );
    const pending = waiting?.pending ?? 0;
    failed += waiting?.failed ?? 0;
    remaining += pending + (force ? 0 : (waiting?.failed ?? 0));
    // Created or written since the last `beginReembedding`, which has to be called again.
    if (row.target !== number) remaining += 1;
    else if (pending === 0 && (force || waiting?.failed === 0))
      await switchTo(transaction, row.number, embedder, number);
  }
  const last = rows.at(-1);
  if (last !== undefined && rows.length === sliceRows)
    return { remaining, failed, cursor: `${last.number + 1}.0` };
  if (namespace === undefined) {
    // Nobody makes a namespace from here on until this is done.
    await transaction.get("SELECT 1 FROM @settings FOR UPDATE");
    const others = await transaction.get(
      "SELECT 1 FROM @namespaces WHERE embedder IS DISTINCT FROM $1 LIMIT 1",
      [number],
    );
    if (others === undefined) await adopt(transaction, embedder);
  }
  return { remaining, failed };
}

export async function cancelReembedding(transaction: Transaction): Promise<number> {
  const rows = await transaction.all<Namespace>(
    "SELECT number FROM @namespaces WHERE target IS NOT NULL ORDER BY number LIMIT $1 FOR UPDATE",
    [sliceRows],
  );
  for (const { number } of rows) await retarget(transaction, number, null, true);
  return rows.length;
}

/** Erases some of what namespaces have of embedders that they use no more. */
export async function sweep(transaction: Transaction): Promise<{ complete: boolean }> {
  const embedders = await transaction.all<EmbedderRow>(
    "SELECT number, id, dimensions, computed FROM @embedders",
  );
  for (let left = sliceRows; left > 0; ) {
    const due = await transaction.get<{ namespace: number }>(
      "SELECT namespace FROM @sweep ORDER BY namespace LIMIT 1 FOR UPDATE SKIP LOCKED",
    );
    if (due === undefined) return { complete: true };
    const { namespace } = due;
    left -= 1;
    // Whoever would queue something for an embedder that it gets back waits.
    const row = await transaction.get<Namespace>(
      "SELECT number, embedder, target FROM @namespaces WHERE number = $1 FOR UPDATE",
      [namespace],
    );
    for (const embedder of embedders) {
      const [own, next] = [embedder.number === row?.embedder, embedder.number === row?.target];
      // Of one that computes there are only those that are to be made anew.
      const unstored = embedder.computed && !readsPrevious(embedder);
      if (unstored || !(own || next))
        left -= await transaction.run(
          `DELETE FROM @vectors WHERE namespace = $1 AND embedder = $2 AND record IN
           (SELECT record FROM @vectors WHERE namespace = $1 AND embedder = $2 LIMIT $3)`,
          [namespace, embedder.number, Math.max(0, left)],
        );
      const tasks: [Task, boolean][] = [
        [embedTask(embedder), own],
        [reembedTask(embedder), next],
      ];
      for (const [task, wanted] of tasks)
        if (embedder.computed || !wanted)
          left -= await transaction.run(
            `DELETE FROM @queue WHERE namespace = $1 AND task = $2 AND record IN
             (SELECT record FROM @queue WHERE namespace = $1 AND task = $2 LIMIT $3)`,
            [namespace, task, Math.max(0, left)],
          );
    }
    if (left > 0) await transaction.run("DELETE FROM @sweep WHERE namespace = $1", [namespace]);
  }
  return { complete: false };
}

/** Namespaces with another embedder, or with none, in order of their numbers, locked. */
async function otherThan(
  transaction: Transaction,
  embedder: number,
  { from, namespace, unembedded = false }: Others,
  limit: number,
): Promise<Namespace[]> {
  const where = unembedded ? "embedder IS NULL AND $2::bigint > 0" : "embedder IS DISTINCT FROM $2";
  const candidates = (after: number) =>
    transaction.all<Namespace>(
      `SELECT number FROM @namespaces WHERE number >= $1 AND ${where}
       ${namespace === undefined ? "" : "AND name = $4"} ORDER BY number LIMIT $3`,
      [after, embedder, limit, ...(namespace === undefined ? [] : [namespace])],
    );
  const rows: Namespace[] = [];
  for (let after = from; rows.length < limit; ) {
    const found = await candidates(after);
    const last = found.at(-1);
    if (last === undefined) break;
    // What has become otherwise until it is locked is left out: a limit and locks in one statement would end there.
    const locked = await transaction.all<Namespace>(
      `SELECT number, embedder, target FROM @namespaces WHERE number = ANY($1::bigint[]) AND ${where}
       ORDER BY number FOR UPDATE`,
      [found.map(({ number }) => number), embedder],
    );
    rows.push(...locked);
    if (found.length < limit) break;
    after = last.number + 1;
  }
  return rows.slice(0, limit);
}

async function retarget(
  transaction: Transaction,
  namespace: number,
  target: number | null,
  hadOther: boolean,
): Promise<void> {
  await transaction.run("UPDATE @namespaces SET target = $2 WHERE number = $1", [namespace, target]);
  if (hadOther) await transaction.run("INSERT INTO @sweep VALUES ($1) ON CONFLICT DO NOTHING", [namespace]);
}

async function switchTo(
  transaction: Transaction,
  namespace: number,
  embedder: EmbedderIdentity,
  number: number,
): Promise<void> {
  await transaction.run(
    "UPDATE @namespaces SET embedder = $2, target = NULL, sequence = sequence + 1 WHERE number = $1",
    [namespace, number],
  );
  const [from, to] = [reembedTask(embedder), embedTask(embedder)];
  await transaction.run(
    `DELETE FROM @queue q WHERE q.namespace = $1 AND q.task = $3 AND EXISTS
     (SELECT 1 FROM @queue o WHERE o.namespace = $1 AND o.record = q.record AND o.task = $2)`,
    [namespace, from, to],
  );
  await transaction.run("UPDATE @queue SET task = $3 WHERE namespace = $1 AND task = $2", [
    namespace,
    from,
    to,
  ]);
  await transaction.run("INSERT INTO @sweep VALUES ($1) ON CONFLICT DO NOTHING", [namespace]);
}

/** Number of a namespace and a sequence number in it. */
function placeOf(cursor: string): [number, number] {
  const [namespace = 0, sequence = 0] = cursor.split(".").map(Number);
  return [namespace, sequence];
}
