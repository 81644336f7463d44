import type {
  Changes,
  ListPage,
  NamespaceHead,
  RecordFields,
  StoreCounts,
  StoredRecord,
  VectorChanges,
} from "@souvenir/core";
import { storedRecord } from "@souvenir/core/store";
import type { Database } from "./database.ts";
import { type EmbedderRow, identityOf } from "./namespaces.ts";
import { type RecordRow, selected, vectorsOf } from "./rows.ts";

/** Each answer is of one statement, and so of one moment. */

const inNamespace = "FROM @namespaces n JOIN @records r ON r.namespace = n.number WHERE n.name = $1";

export async function get(
  database: Database,
  namespace: string,
  keys: readonly string[],
): Promise<(StoredRecord | undefined)[]> {
  const rows = await database.all<RecordRow>(
    `SELECT ${selected} ${inNamespace} AND r.key = ANY($2::text[])`,
    [namespace, keys],
  );
  const found = new Map(rows.map((row) => [row.key, row]));
  return keys.map((key) => {
    const row = found.get(key);
    return row && storedRecord(row, namespace);
  });
}

export async function read(
  database: Database,
  namespace: string,
  ids: readonly number[],
): Promise<StoredRecord[]> {
  const rows = await database.all<RecordRow>(
    `SELECT ${selected} ${inNamespace} AND r.id = ANY($2::bigint[])`,
    [namespace, ids],
  );
  return rows.map((row) => storedRecord(row, namespace));
}

export async function list(
  database: Database,
  namespace: string,
  { thread, after, newestFirst = false, limit }: ListPage,
): Promise<StoredRecord[]> {
  const order = newestFirst
    ? "< ($3, $4) ORDER BY r.created_at DESC, r.id DESC"
    : "> ($3, $4) ORDER BY r.created_at, r.id";
  const rows = await database.all<RecordRow>(
    `SELECT ${selected} ${inNamespace} ${thread === undefined ? "" : "AND r.thread = $5"}
     AND (r.created_at, r.id) ${order} LIMIT $2`,
    [
      namespace,
      limit,
      after?.createdAt ?? (newestFirst ? Number.MAX_SAFE_INTEGER : Number.MIN_SAFE_INTEGER),
      after?.id ?? 0,
      ...(thread === undefined ? [] : [thread]),
    ],
  );
  return rows.map((row) => storedRecord(row, namespace));
}

export async function scan(
  database: Database,
  { prefix, after, limit }: { prefix: string; after: string; limit: number },
): Promise<StoredRecord[]> {
  // One namespace after the other, each in the order of its own index, until there are enough.
  const rows = await database.all<RecordRow & { name: string }>(
    `SELECT n.name, r.* FROM @namespaces n CROSS JOIN LATERAL
     (SELECT ${selected} FROM @records r WHERE r.namespace = n.number ORDER BY r.created_at, r.id LIMIT $3) r
     WHERE n.name >= $1 AND n.name > $2 ORDER BY n.name, r.created_at, r.id LIMIT $3`,
    [prefix, after, limit],
  );
  // Those with the prefix are the first of what comes after it.
  return rows.filter(({ name }) => name.startsWith(prefix)).map((row) => storedRecord(row, row.name));
}

export async function tail(
  database: Database,
  namespace: string,
  thread: string,
  limit: number,
): Promise<StoredRecord[]> {
  const rows = await database.all<RecordRow>(
    `SELECT ${selected} ${inNamespace} AND r.thread = $2 ORDER BY r.created_at DESC, r.id DESC LIMIT $3`,
    [namespace, thread, limit],
  );
  return rows.map((row) => storedRecord(row, namespace)).reverse();
}

export async function previous(
  database: Database,
  namespace: string,
  ids: readonly number[],
): Promise<(Pick<StoredRecord, "value" | "role"> | undefined)[]> {
  const rows = await database.all<{ id: number; value: string; role: string | null }>(
    `SELECT r.id, p.value, p.role FROM @namespaces n
     JOIN @records r ON r.namespace = n.number AND r.id = ANY($2::bigint[]) AND NOT r.withdrawn
     CROSS JOIN LATERAL (SELECT b.value, b.role FROM @records b WHERE b.namespace = n.number AND b.thread = r.thread
     AND (b.created_at, b.id) < (r.created_at, r.id) AND NOT b.withdrawn
     ORDER BY b.created_at DESC, b.id DESC LIMIT 1) p WHERE n.name = $1`,
    [namespace, ids],
  );
  const found = new Map(rows.map(({ id, value, role }) => [id, { value, role }]));
  return ids.map((id) => found.get(id));
}

export async function history(
  database: Database,
  namespace: string,
  key: string,
  { after = 0, limit }: { after?: number; limit?: number },
): Promise<StoredRecord[]> {
  const rows = await database.all<{ id: number; sequence: number; fields: string }>(
    `SELECT r.id, r.sequence, v.fields FROM @namespaces n JOIN @records r ON r.namespace = n.number AND r.key = $2
     JOIN @versions v ON v.namespace = n.number AND v.record = r.id AND v.version > $3
     WHERE n.name = $1 ORDER BY v.version LIMIT $4`,
    [namespace, key, after, limit ?? null],
  );
  return rows.map(({ id, sequence, fields }) => ({
    ...(JSON.parse(fields) as RecordFields),
    id,
    namespace,
    sequence,
  }));
}

export async function namespaces(
  database: Database,
  { prefix = "", after = "", limit }: { prefix?: string; after?: string; limit?: number },
): Promise<string[]> {
  const rows = await database.all<{ name: string }>(
    "SELECT name FROM @namespaces WHERE name >= $1 AND name > $2 ORDER BY name LIMIT $3",
    [prefix, after, limit ?? null],
  );
  // Those with the prefix are the first of what comes after it.
  const names = rows.map(({ name }) => name).filter((name) => name.startsWith(prefix));
  return limit === undefined ? names.sort() : names;
}

export async function counts(database: Database, namespace?: string): Promise<StoreCounts> {
  const [of, values] =
    namespace === undefined
      ? ["", []]
      : ["WHERE namespace = (SELECT number FROM @namespaces WHERE name = $1)", [namespace]];
  const named = namespace === undefined ? "" : "WHERE n.name = $1";
  const row = await database.get<StoreCounts>(
    `SELECT (SELECT count(*) FROM @namespaces n ${named}) AS namespaces,
     (SELECT count(*) FROM @records ${of}) AS records,
     (SELECT count(*) FROM @versions ${of}) AS versions,
     (SELECT count(*) FROM @namespaces n JOIN @embedders e ON e.number = n.embedder AND NOT e.computed
      JOIN @vectors v ON v.namespace = n.number AND v.embedder = n.embedder ${named}) +
     (SELECT count(*) FROM @namespaces n JOIN @embedders e ON e.number = n.embedder AND e.computed
      JOIN @records r ON r.namespace = n.number ${named}) AS vectors,
     (SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0) FROM pg_class c
      WHERE c.relnamespace = $${values.length + 1}::regnamespace AND c.relkind = 'r') AS bytes,
     (SELECT coalesce(sum(records), 0) FROM @unscrubbed) AS unscrubbed`,
    [...values, database.schema],
  );
  return row as StoreCounts;
}

export async function head(database: Database, namespace: string): Promise<NamespaceHead | undefined> {
  const row = await database.get<
    Omit<NamespaceHead, "embedder" | "target"> & { embedder: EmbedderRow | null; target: EmbedderRow | null }
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

export async function changes(
  database: Database,
  namespace: string,
  { after, limit, updatedAfter }: { after: number; limit: number; updatedAfter?: number },
): Promise<Changes> {
  const rows = await database.all<RecordRow & { last: number; erased: number | null }>(
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

export async function vectorChanges(
  database: Database,
  namespace: string,
  embedder: string,
  { after, limit, upTo }: { after: number; limit: number; upTo: number | undefined },
): Promise<VectorChanges> {
  const rows = await database.all<{
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
