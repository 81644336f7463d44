import { SouvenirError } from "../errors.ts";
import { embedTask, reembedTask } from "./embed-task.ts";
import { readsPrevious } from "./embedder-context.ts";
import { neededEmbeddings } from "./reembedding.ts";
import type { SqliteConnection } from "./sqlite-connection.ts";
import type { NamespaceRow } from "./sqlite-namespaces.ts";

import type {
  Assignment,
  AssignmentPage,
  EmbedderAssignment,
  EmbedderIdentity,
  EmbedderUse,
  LookedOver,
  Task,
} from "./store.ts";

/** Rows that one slice erases at most. */
const sweptAtOnce = 500;

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

/** Which namespace of a SQLite store has which embedder. */
export class SqliteEmbedders implements EmbedderAssignment {
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
  embeddersOf({ embedder, target }: Pick<NamespaceRow, "embedder" | "target">): NamespaceEmbedder[] {
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

  async embedders(): Promise<EmbedderUse> {
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

  declareEmbedder(embedder: EmbedderIdentity): Promise<void> {
    return this.#connection.transaction(() => void this.#declare(embedder));
  }

  adoptEmbedder(
    embedder: EmbedderIdentity,
    { ifUsedByAll = false }: { ifUsedByAll?: boolean } = {},
  ): Promise<void> {
    return this.#connection.transaction(() => {
      const number = this.#declare(embedder);
      const other = "SELECT 1 FROM namespaces WHERE embedder IS NOT ? LIMIT 1";
      if (ifUsedByAll && this.#connection.get(other, number) !== undefined) return;
      this.#connection.run("UPDATE settings SET embedder = ?", number);
    });
  }

  async assignments({ of, namespace, after, limit }: AssignmentPage): Promise<Assignment[]> {
    const [where, values] =
      of === "moving"
        ? ["target IS NOT NULL", []]
        : of === "unembedded"
          ? ["embedder IS NULL", []]
          : ["embedder IS NOT (SELECT number FROM embedders WHERE id = ?)", [of.otherThan.id]];
    const rows = this.#connection.all<{
      name: string;
      number: number;
      embedder: number | null;
      target: number | null;
    }>(
      `SELECT name, number, embedder, target FROM namespaces WHERE ${where} AND number > ?
       ${namespace === undefined ? "" : "AND name = ?"} ORDER BY number LIMIT ?`,
      ...values,
      after,
      ...(namespace === undefined ? [] : [this.#connection.content.name(namespace)]),
      limit,
    );
    return rows.map(({ name, number, embedder, target }) => ({
      namespace: name,
      incarnation: number,
      embedder: this.embedder(embedder),
      target: this.embedder(target),
    }));
  }

  assign(seen: Assignment, { embedder, target }: Pick<Assignment, "embedder" | "target">): Promise<boolean> {
    const connection = this.#connection;
    const { incarnation: namespace } = seen;
    return connection.transaction(() => {
      const isOther = embedder?.id !== seen.embedder?.id;
      const { changes } = connection.run(
        `UPDATE namespaces SET embedder = ?, target = ?, sequence = sequence + ?
         WHERE number = ? AND embedder IS ? AND target IS ?`,
        this.#numberOf(embedder),
        this.#numberOf(target),
        isOther ? 1 : 0,
        namespace,
        this.#numberOf(seen.embedder),
        this.#numberOf(seen.target),
      );
      if (changes === 0) return false;
      if (isOther && embedder !== null)
        connection.run(
          "UPDATE OR REPLACE queue SET task = ? WHERE namespace = ? AND task = ?",
          embedTask(embedder),
          namespace,
          reembedTask(embedder),
        );
      if (isOther || seen.target !== null)
        connection.run("INSERT OR IGNORE INTO sweep VALUES (?)", namespace);
      return true;
    });
  }

  queueMissing(
    { incarnation: namespace }: Pick<Assignment, "incarnation">,
    {
      embedder,
      task,
      after,
      limit,
    }: { embedder: EmbedderIdentity; task: Task; after: number; limit: number },
  ): Promise<LookedOver> {
    const connection = this.#connection;
    return connection.transaction(() => {
      const number = this.#numberOf(embedder);
      const page = connection.get<{ records: number; last: number | null }>(
        `SELECT count(*) AS records, max(sequence) AS last FROM
         (SELECT sequence FROM records WHERE namespace = ? AND sequence > ? ORDER BY sequence LIMIT ?)`,
        namespace,
        after,
        limit,
      );
      const { records = 0, last = null } = page ?? {};
      if (!embedder.computed && last !== null)
        connection.run(
          `INSERT OR IGNORE INTO queue
           SELECT ?, r.id, r.namespace, r.sequence, 0, 0, 0, NULL FROM records r
           WHERE r.namespace = ? AND r.sequence > ? AND r.sequence <= ?
           AND EXISTS (SELECT 1 FROM namespaces n WHERE n.number = r.namespace AND ? IN (n.embedder, n.target))
           AND NOT EXISTS (SELECT 1 FROM vectors v WHERE v.record = r.id AND v.embedder = ?)`,
          task,
          namespace,
          after,
          last,
          number,
          number,
        );
      return { records, sequence: last ?? after, complete: records < limit };
    });
  }

  async sweepEmbeddings(): Promise<{ complete: boolean }> {
    // Asked often, and there is hardly ever anything.
    if (this.#connection.get("SELECT 1 FROM sweep LIMIT 1") === undefined) return { complete: true };
    return this.#connection.transaction(() => this.#sweep());
  }

  /** Erases some of what namespaces have of embedders that they use no more. */
  #sweep(): { complete: boolean } {
    const connection = this.#connection;
    const embedders = connection.all<EmbedderRow>("SELECT * FROM embedders");
    for (let left = sweptAtOnce; left > 0; ) {
      const row = connection.get<{ namespace: number; embedder: number | null; target: number | null }>(
        `SELECT s.namespace, n.embedder, n.target FROM sweep s LEFT JOIN namespaces n ON n.number = s.namespace
         ORDER BY s.namespace LIMIT 1`,
      );
      if (row === undefined) return { complete: true };
      left -= 1;
      const needed = neededEmbeddings({
        embedder: this.embedder(row.embedder),
        target: this.embedder(row.target),
      });
      for (const { id, number } of embedders) {
        if (!needed.vectors.includes(id))
          left -= connection.run(
            `DELETE FROM vectors WHERE rowid IN
             (SELECT rowid FROM vectors WHERE namespace = ? AND embedder = ? LIMIT ?)`,
            row.namespace,
            number,
            Math.max(0, left),
          ).changes;
        for (const task of [embedTask({ id }), reembedTask({ id })])
          if (!needed.tasks.includes(task))
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

  #numberOf(embedder: EmbedderIdentity | null): number | null {
    return embedder === null ? null : this.find(embedder).number;
  }

  #declare(embedder: EmbedderIdentity): number {
    const computed = embedder.computed === true;
    const { number, computed: before } = this.find(embedder);
    if (before !== (computed ? 1 : 0)) this.#changeKind(number, computed);
    return number;
  }

  /** The row of an embedder, which is made when there is none. Inside a transaction. */
  find({ id, dimensions, computed }: EmbedderIdentity): EmbedderRow {
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
