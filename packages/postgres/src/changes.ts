import type { ChangeFeed, Changes, NamespaceHead, VectorChanges } from "@souvenir/core";
import { storedRecord } from "@souvenir/core/store";
import type { Database } from "./database.ts";
import { type EmbedderRow, identityOf } from "./namespaces.ts";
import { type RecordRow, selected, vectorsOf } from "./rows.ts";

/** What became of a namespace. Each answer is of one statement, and so of one moment. */
export class PostgresChanges implements ChangeFeed {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async head(namespace: string): Promise<NamespaceHead | undefined> {
    const row = await this.#database.get<
      Omit<NamespaceHead, "embedder" | "target"> & {
        embedder: EmbedderRow | null;
        target: EmbedderRow | null;
      }
    >(
      `SELECT n.number AS incarnation, n.sequence, n.erased, n.forgotten, to_json(e) AS embedder, to_json(t) AS target
       FROM @namespaces n LEFT JOIN @embedders e ON e.number = n.embedder
       LEFT JOIN @embedders t ON t.number = n.target WHERE n.name = $1`,
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
    const rows = await this.#database.all<RecordRow & { last: number; erased: number | null }>(
      `SELECT n.sequence AS last, NULL::bigint AS erased, r.* FROM @namespaces n LEFT JOIN LATERAL
       (SELECT ${selected} FROM @records r WHERE r.namespace = n.number AND r.sequence > $2
        ORDER BY r.sequence LIMIT $3) r ON true WHERE n.name = $1
       UNION ALL
       SELECT n.sequence, e.record, ${selected.replaceAll(/r\.(\w+)/g, (_, column) => (column === "sequence" ? "e.sequence" : "NULL"))}
       FROM @namespaces n CROSS JOIN LATERAL
       (SELECT e.sequence, e.record FROM @erasures e WHERE e.namespace = n.number AND e.sequence > $2
        ORDER BY e.sequence LIMIT $3) e WHERE n.name = $1`,
      [namespace, after, limit],
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
    const rows = await this.#database.all<{
      last: number;
      dimensions: number | null;
      record: number | null;
      sequence: number;
      numbers: Uint8Array;
    }>(
      `SELECT coalesce($5, n.sequence) AS last, e.dimensions, v.record, v.sequence, v.numbers
       FROM @namespaces n LEFT JOIN @embedders e ON e.id = $2 LEFT JOIN LATERAL
       (SELECT v.record, v.sequence, v.numbers FROM @vectors v WHERE v.namespace = n.number AND v.embedder = e.number
        AND v.sequence > $3 AND v.sequence <= coalesce($5, n.sequence) ORDER BY v.sequence LIMIT $4) v ON true
       WHERE n.name = $1 ORDER BY v.sequence`,
      [namespace, embedder, after, limit, upTo ?? null],
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
