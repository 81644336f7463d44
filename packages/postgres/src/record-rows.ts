import type { RecordFields, StoredRecord } from "@souvenir/core";
import { fieldsText, storedRecord } from "@souvenir/core/store";
import type { Transaction } from "./database.ts";
import type { LockedNamespace } from "./namespaces.ts";
import { columnsOf, type RecordRow, recordColumns, selected, valuesOf } from "./rows.ts";

type Namespace = Pick<LockedNamespace, "number" | "name">;

export async function recordsById(
  transaction: Transaction,
  { number, name }: Namespace,
  ids: readonly number[],
): Promise<Map<number, StoredRecord>> {
  if (ids.length === 0) return new Map();
  const rows = await transaction.all<RecordRow>(
    `SELECT ${selected} FROM @records r WHERE r.namespace = $1 AND r.id = ANY($2::bigint[])`,
    [number, ids],
  );
  return new Map(rows.map((row) => [row.id, storedRecord(row, name)]));
}

export async function recordsByKey(
  transaction: Transaction,
  { number, name }: Namespace,
  keys: readonly string[],
): Promise<Map<string, StoredRecord>> {
  if (keys.length === 0) return new Map();
  const rows = await transaction.all<RecordRow>(
    `SELECT ${selected} FROM @records r WHERE r.namespace = $1 AND r.key = ANY($2::text[])`,
    [number, keys],
  );
  return new Map(rows.map((row) => [row.key, storedRecord(row, name)]));
}

const names = recordColumns.map(([name]) => name).join(", ");
const unnested = `unnest(${recordColumns.map(([, type], index) => `$${index + 1}::${type}[]`).join(", ")})`;

/** Rows as `valuesOf` makes them. */
export async function insertRecords(transaction: Transaction, rows: readonly unknown[][]): Promise<void> {
  if (rows.length === 0) return;
  await transaction.run(
    `INSERT INTO @records (${names}) SELECT * FROM ${unnested}`,
    columnsOf(rows, recordColumns.length),
  );
}

export async function updateRecords(transaction: Transaction, rows: readonly unknown[][]): Promise<void> {
  if (rows.length === 0) return;
  const set = recordColumns.slice(3).map(([name]) => `${name} = c.${name}`);
  await transaction.run(
    `UPDATE @records r SET ${set.join(", ")} FROM ${unnested} AS c (${names})
     WHERE r.namespace = c.namespace AND r.id = c.id`,
    columnsOf(rows, recordColumns.length),
  );
}

/** Keeps earlier versions. @param versions - Of each its namespace, its record and what it said. */
export async function keepVersions(
  transaction: Transaction,
  versions: readonly { namespace: number; record: number; fields: RecordFields }[],
): Promise<void> {
  if (versions.length === 0) return;
  await transaction.run(
    `INSERT INTO @versions (namespace, record, version, fields)
     SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[])`,
    [
      versions.map(({ namespace }) => namespace),
      versions.map(({ record }) => record),
      versions.map(({ fields }) => fields.version),
      versions.map(({ fields }) => fieldsText(fields)),
    ],
  );
}

/** An index takes a changed record for a new document, and has to be told its vectors again, under its number. */
export async function announceVectors(
  transaction: Transaction,
  records: readonly { namespace: number; id: number; sequence: number }[],
): Promise<void> {
  if (records.length === 0) return;
  await transaction.run(
    `UPDATE @vectors v SET sequence = c.sequence FROM unnest($1::bigint[], $2::bigint[], $3::bigint[])
     AS c (namespace, record, sequence) WHERE v.namespace = c.namespace AND v.record = c.record`,
    (["namespace", "id", "sequence"] as const).map((name) => records.map((record) => record[name])),
  );
}

/** Changes a record that stays of its version, under the next number of its namespace. */
export async function changeRecord(
  transaction: Transaction,
  namespace: LockedNamespace,
  record: StoredRecord,
  change: Partial<Pick<StoredRecord, "metadata" | "entities" | "expiresAt">>,
): Promise<StoredRecord> {
  namespace.sequence += 1;
  const changed = { ...record, ...change, sequence: namespace.sequence };
  await updateRecords(transaction, [valuesOf(namespace.number, changed)]);
  await announceVectors(transaction, [
    { namespace: namespace.number, id: changed.id, sequence: changed.sequence },
  ]);
  return changed;
}
