import type { ChangeFeed, Changes, NamespaceHead, VectorChanges } from "@souvenir/core";
import { storedRecord } from "@souvenir/core/store";
import type { Database } from "./database.ts";
import { type EmbedderRow, identityOf } from "./namespaces.ts";
import type { OneNamespace } from "./one-namespace.ts";
import { type RecordRow, selected, vectorsOf } from "./rows.ts";

/** What became of a namespace. Each answer is of one statement, and so of one moment. */
export class PostgresChanges implements ChangeFeed {
  readonly #database: Database;
  readonly #one: OneNamespace;

  constructor(database: Database, one: OneNamespace) {
    this.#database = database;
    this.#one = one;
  }

  async head(namespace: string): Promise<NamespaceHead | undefined> {
    const row = await this.#database.get<
      Omit<NamespaceHead, "embedder" | "target"> & {
        embedder: EmbedderRow | null;
        target: EmbedderRow | null;
      }
    >(
      // Less to plan than two joins are.
      `SELECT n.number AS incarnation, n.sequence, n.erased, n.forgotten,
       (SELECT to_json(e) FROM @embedders e WHERE e.number = n.embedder) AS embedder,
       (SELECT to_json(e) FROM @embedders e WHERE e.number = n.target) AS target
       FROM @namespaces n WHERE n.name = $1`,
      [namespace],
    );
    return (
      row && {
        ...row,
        embedder: row.embedder && identityOf(row.embedder),
        target: row.target && identityOf(row.target),
      }
    );
  }

  async changes(
    namespace: string,
    after: number,
    limit: number,
    { updatedAfter }: { updatedAfter?: number } = {},
  ): Promise<Changes> {
    const rows = await this.#one.all<RecordRow & { last: number; erased: number | null }>(
      namespace,
      `SELECT n.sequence AS last, NULL::bigint AS erased, r.* FROM @namespaces n LEFT JOIN LATERAL
       (SELECT ${selected} FROM @records r WHERE r.namespace = $2 AND r.sequence > $3
        ORDER BY r.sequence LIMIT $4) r ON true WHERE n.name = $1 AND n.number = $2
       UNION ALL
       SELECT n.sequence, e.record, ${selected.replaceAll(/r\.(\w+)/g, (_, column) => (column === "sequence" ? "e.sequence" : "NULL"))}
       FROM @namespaces n CROSS JOIN LATERAL
       (SELECT e.sequence, e.record FROM @erasures e WHERE e.namespace = $2 AND e.sequence > $3
        ORDER BY e.sequence LIMIT $4) e WHERE n.name = $1 AND n.number = $2`,
      [after, limit],
    );
    const [first] = rows;
    if (first === undefined) return { records: [], erased: [], sequence: after, complete: true };
    const records = rows.filter(({ id }) => id !== null);
    const erasures = rows.filter(({ erased }) => erased !== null);
    for (const found of [records, erasures]) found.sort((a, b) => a.sequence - b.sequence);
    // A list that was cut short ends the page for both.
    const ends = [records, erasures].map((found) =>
      found.length < limit ? first.last : (found.at(-1)?.sequence ?? after),
    );
    const sequence = Math.min(...ends);
    return {
      records: records
        .filter(
          (row) => row.sequence <= sequence && (updatedAfter === undefined || row.updated_at > updatedAfter),
        )
        .map((row) => storedRecord(row, namespace)),
      erased: erasures.filter((row) => row.sequence <= sequence).map(({ erased }) => erased as number),
      sequence,
      complete: sequence === first.last,
    };
  }

  async vectorChanges(
    namespace: string,
    embedder: string,
    after: number,
    limit: number,
    upTo?: number,
  ): Promise<VectorChanges> {
    const rows = await this.#one.all<{
      last: number;
      dimensions: number | null;
      record: number | null;
      sequence: number;
      numbers: Uint8Array;
    }>(
      namespace,
      `SELECT coalesce($6, n.sequence) AS last, e.dimensions, v.record, v.sequence, v.numbers
       FROM @namespaces n LEFT JOIN @embedders e ON e.id = $3 LEFT JOIN LATERAL
       (SELECT v.record, v.sequence, v.numbers FROM @vectors v WHERE v.namespace = $2 AND v.embedder = e.number
        AND v.sequence > $4 AND v.sequence <= coalesce($6, n.sequence) ORDER BY v.sequence LIMIT $5) v ON true
       WHERE n.name = $1 AND n.number = $2 ORDER BY v.sequence`,
      [embedder, after, limit, upTo ?? null],
    );
    const [first] = rows;
    if (first === undefined) return { vectors: [], sequence: after, complete: true };
    const found = rows.filter(({ record }) => record !== null);
    const complete = found.length < limit;
    return {
      vectors: found.map(({ record, numbers }) => ({
        id: record as number,
        vectors: vectorsOf(numbers, first.dimensions as number),
      })),
      sequence: complete ? first.last : (found.at(-1)?.sequence ?? after),
      complete,
    };
  }
}
