import {
  type Assignment,
  type AssignmentPage,
  type EmbedderAssignment,
  type EmbedderIdentity,
  type EmbedderUse,
  type LookedOver,
  SouvenirError,
} from "@souvenir/core";
import { embedTask, neededEmbeddings, reembedTask } from "@souvenir/core/store";
import type { Database, Transaction } from "./database.ts";
import { type EmbedderRow, identityOf } from "./namespaces.ts";

/** Rows that one slice erases at most. */
const sweptAtOnce = 500;

/** The number of an embedder by its id, as a part of a statement. */
const numberOf = (parameter: string) => `(SELECT number FROM @embedders WHERE id = ${parameter})`;

/** Which namespace has which embedder. */
export class PostgresEmbedders implements EmbedderAssignment {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async embedders(): Promise<EmbedderUse> {
    // A look into an index for each embedder that there ever was, and not a walk through all namespaces.
    const rows = await this.#database.all<
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

  declareEmbedder(embedder: EmbedderIdentity): Promise<void> {
    return this.#database.transaction(async (transaction) => void (await declare(transaction, embedder)));
  }

  adoptEmbedder(
    embedder: EmbedderIdentity,
    { ifUsedByAll = false }: { ifUsedByAll?: boolean } = {},
  ): Promise<void> {
    return this.#database.transaction(async (transaction) => {
      const number = await declare(transaction, embedder);
      // Nobody makes a namespace from here on until this is done.
      await transaction.get("SELECT 1 FROM @settings FOR UPDATE");
      const other = "SELECT 1 FROM @namespaces WHERE embedder IS DISTINCT FROM $1 LIMIT 1";
      if (ifUsedByAll && (await transaction.get(other, [number])) !== undefined) return;
      await transaction.run("UPDATE @settings SET embedder = $1", [number]);
    });
  }

  async assignments({ of, namespace, after, limit }: AssignmentPage): Promise<Assignment[]> {
    const where =
      of === "moving"
        ? "n.target IS NOT NULL"
        : of === "unembedded"
          ? "n.embedder IS NULL"
          : `n.embedder IS DISTINCT FROM ${numberOf("$4")}`;
    const rows = await this.#database.all<{
      name: string;
      number: number;
      embedder: EmbedderRow | null;
      target: EmbedderRow | null;
    }>(
      `SELECT n.name, n.number, to_json(e) AS embedder, to_json(t) AS target
       FROM @namespaces n LEFT JOIN @embedders e ON e.number = n.embedder LEFT JOIN @embedders t ON t.number = n.target
       WHERE ${where} AND n.number > $1 AND ($2::text IS NULL OR n.name = $2) ORDER BY n.number LIMIT $3`,
      [after, namespace ?? null, limit, ...(typeof of === "string" ? [] : [of.otherThan.id])],
    );
    return rows.map(({ name, number, embedder, target }) => ({
      namespace: name,
      incarnation: number,
      embedder: embedder && identityOf(embedder),
      target: target && identityOf(target),
    }));
  }

  assign(seen: Assignment, { embedder, target }: Pick<Assignment, "embedder" | "target">): Promise<boolean> {
    const { incarnation } = seen;
    const isOther = embedder?.id !== seen.embedder?.id;
    const work = async (transaction: Transaction) => {
      const row = await transaction.get<{ changed: boolean }>(
        `WITH changed AS (
           UPDATE @namespaces SET embedder = ${numberOf("$4")}, target = ${numberOf("$5")}, sequence = sequence + $6
           WHERE number = $1 AND embedder IS NOT DISTINCT FROM ${numberOf("$2")}
           AND target IS NOT DISTINCT FROM ${numberOf("$3")} RETURNING number),
         swept AS (INSERT INTO @sweep SELECT number FROM changed WHERE $7 ON CONFLICT DO NOTHING)
         SELECT EXISTS (SELECT 1 FROM changed) AS changed`,
        [
          incarnation,
          ...[seen.embedder, seen.target, embedder, target].map((used) => used?.id ?? null),
          isOther ? 1 : 0,
          isOther || seen.target !== null,
        ],
      );
      if (row?.changed !== true) return false;
      transaction.changed(incarnation);
      if (isOther && embedder !== null) {
        const tasks = [incarnation, reembedTask(embedder), embedTask(embedder)];
        await transaction.run(
          `DELETE FROM @queue q WHERE q.namespace = $1 AND q.task = $3 AND EXISTS
           (SELECT 1 FROM @queue o WHERE o.namespace = $1 AND o.record = q.record AND o.task = $2)`,
          tasks,
        );
        await transaction.run("UPDATE @queue SET task = $3 WHERE namespace = $1 AND task = $2", tasks);
      }
      return true;
    };
    return isOther ? this.#database.transaction(work) : work(this.#database);
  }

  async queueMissing(
    { incarnation }: Pick<Assignment, "incarnation">,
    { embedder, task, after, limit }: Parameters<EmbedderAssignment["queueMissing"]>[1],
  ): Promise<LookedOver> {
    // Whoever takes the embedder from the namespace waits; who writes to it since it has it, queues by itself.
    const row = await this.#database.get<{ records: number; last: number | null }>(
      `WITH used AS (
         SELECT e.number FROM @namespaces n JOIN @embedders e ON e.number IN (n.embedder, n.target)
         WHERE n.number = $1 AND e.id = $2 AND NOT e.computed FOR SHARE OF n),
       page AS (SELECT id, sequence FROM @records WHERE namespace = $1 AND sequence > $3 ORDER BY sequence LIMIT $4),
       queued AS (
         INSERT INTO @queue SELECT $1, p.id, $5, p.sequence, 0, false, 0, NULL FROM page p CROSS JOIN used u
         WHERE NOT EXISTS (SELECT 1 FROM @vectors v WHERE v.namespace = $1 AND v.record = p.id AND v.embedder = u.number)
         ON CONFLICT DO NOTHING)
       SELECT count(*) AS records, max(sequence) AS last FROM page`,
      [incarnation, embedder.id, after, limit, task],
    );
    const { records = 0, last = null } = row ?? {};
    return { records, sequence: last ?? after, complete: records < limit };
  }

  async sweepEmbeddings(): Promise<{ complete: boolean }> {
    // Asked often, and there is hardly ever anything.
    if ((await this.#database.get("SELECT 1 FROM @sweep LIMIT 1")) === undefined) return { complete: true };
    return this.#database.transaction(sweep);
  }
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
  const own = await transaction.all<{ number: number }>(
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

/** Erases some of what namespaces have of embedders that they use no more. */
async function sweep(transaction: Transaction): Promise<{ complete: boolean }> {
  const embedders = await transaction.all<EmbedderRow>(
    "SELECT number, id, dimensions, computed FROM @embedders",
  );
  const identity = (number: number | null | undefined) => {
    const row = embedders.find((each) => each.number === number);
    return row === undefined ? null : identityOf(row);
  };
  for (let left = sweptAtOnce; left > 0; ) {
    const due = await transaction.get<{ namespace: number }>(
      "SELECT namespace FROM @sweep ORDER BY namespace LIMIT 1 FOR UPDATE SKIP LOCKED",
    );
    if (due === undefined) return { complete: true };
    const { namespace } = due;
    left -= 1;
    // Whoever would queue something for an embedder that it gets back waits.
    const row = await transaction.get<{ embedder: number | null; target: number | null }>(
      "SELECT embedder, target FROM @namespaces WHERE number = $1 FOR UPDATE",
      [namespace],
    );
    const needed = neededEmbeddings({ embedder: identity(row?.embedder), target: identity(row?.target) });
    for (const { id, number } of embedders) {
      if (!needed.vectors.includes(id))
        left -= await transaction.run(
          `DELETE FROM @vectors WHERE namespace = $1 AND embedder = $2 AND record IN
           (SELECT record FROM @vectors WHERE namespace = $1 AND embedder = $2 LIMIT $3)`,
          [namespace, number, Math.max(0, left)],
        );
      for (const task of [embedTask({ id }), reembedTask({ id })])
        if (!needed.tasks.includes(task))
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
