import type { RecordFields } from "@souvenir/core";
import { fieldsText, isSummary, lastExpiry, withoutSource, withoutSuperseded } from "@souvenir/core/store";
import type { Transaction } from "./database.ts";
import type { LockedNamespace } from "./namespaces.ts";
import { changeRecord, recordsById } from "./record-rows.ts";

/** A record that says something else, or nothing any more. */
interface Source {
  id: number;
  key: string;
}

/** A record is drawn from these now, and from no others. */
export async function linkSources(
  transaction: Transaction,
  namespace: LockedNamespace,
  record: number,
  sources: readonly number[],
): Promise<void> {
  if (namespace.drawn)
    await transaction.run("DELETE FROM @drawn_from WHERE namespace = $1 AND record = $2", [
      namespace.number,
      record,
    ]);
  if (sources.length === 0) return;
  namespace.drawn = true;
  await transaction.run(
    `INSERT INTO @drawn_from (namespace, source, record) SELECT $1, source, $2 FROM unnest($3::bigint[]) AS source
     ON CONFLICT DO NOTHING`,
    [namespace.number, record, sources],
  );
}

/** What is drawn from a record expires with the last of its sources. */
export async function expireDrawn(
  transaction: Transaction,
  namespace: LockedNamespace,
  source: number,
): Promise<void> {
  if (!namespace.drawn) return;
  const drawn = await transaction.all<{ record: number }>(
    "SELECT record FROM @drawn_from WHERE namespace = $1 AND source = $2 ORDER BY record",
    [namespace.number, source],
  );
  const records = await recordsById(
    transaction,
    namespace,
    drawn.map(({ record }) => record),
  );
  for (const record of records.values()) {
    const expiresAt = await expiryOf(transaction, namespace.number, record.id);
    if (record.expiresAt !== expiresAt) await changeRecord(transaction, namespace, record, { expiresAt });
  }
}

async function expiryOf(transaction: Transaction, namespace: number, record: number): Promise<number | null> {
  return lastExpiry(
    await transaction.all<{ expiresAt: number | null }>(
      `SELECT r.expires_at AS "expiresAt" FROM @drawn_from d JOIN @records r ON r.namespace = d.namespace
       AND r.id = d.source WHERE d.namespace = $1 AND d.record = $2`,
      [namespace, record],
    ),
  );
}

/**
 * These are sources no more. What is drawn from others too loses what it has of them, with its earlier versions. Answers
 * what was drawn from these alone, or is nothing without one of them.
 */
export async function dropSources(
  transaction: Transaction,
  namespace: LockedNamespace,
  sources: readonly Source[],
): Promise<number[]> {
  if (!namespace.drawn) return [];
  const dropped = await transaction.all<{ source: number; record: number }>(
    `DELETE FROM @drawn_from WHERE namespace = $1 AND source = ANY($2::bigint[]) RETURNING source, record`,
    [namespace.number, sources.map(({ id }) => id)],
  );
  if (dropped.length === 0) return [];
  const drawn = [...new Set(dropped.map(({ record }) => record))];
  const left = await transaction.all<{ record: number }>(
    "SELECT DISTINCT record FROM @drawn_from WHERE namespace = $1 AND record = ANY($2::bigint[])",
    [namespace.number, drawn],
  );
  const others = new Set(left.map(({ record }) => record));
  const keys = new Map(sources.map(({ id, key }) => [id, key]));
  for (const record of (await recordsById(transaction, namespace, [...others])).values()) {
    if (isSummary(record)) {
      others.delete(record.id);
      continue;
    }
    let { metadata } = record;
    for (const { source } of dropped.filter(({ record: id }) => id === record.id))
      metadata = withoutSource(metadata, keys.get(source) ?? "");
    const expiresAt = await expiryOf(transaction, namespace.number, record.id);
    await changeRecord(transaction, namespace, record, { metadata, expiresAt });
    await transaction.run("DELETE FROM @versions WHERE namespace = $1 AND record = $2", [
      namespace.number,
      record.id,
    ]);
  }
  return drawn.filter((record) => !others.has(record));
}

/** Records name keys in `supersedes`, now or in an earlier version: what is erased has to go from there too. */
export async function nameKeys(
  transaction: Transaction,
  names: readonly { namespace: LockedNamespace; record: number; keys: ReadonlySet<string> }[],
): Promise<void> {
  const rows = names.flatMap(({ namespace, record, keys }) =>
    [...keys].map((key) => ({ namespace, key, record })),
  );
  if (rows.length === 0) return;
  for (const { namespace } of rows) namespace.named = true;
  await transaction.run(
    `INSERT INTO @superseded (namespace, key, record) SELECT * FROM unnest($1::bigint[], $2::text[], $3::bigint[])
     ON CONFLICT DO NOTHING`,
    [
      rows.map(({ namespace }) => namespace.number),
      rows.map(({ key }) => key),
      rows.map(({ record }) => record),
    ],
  );
}

/** What takes the place of records that are erased names them no more, in its earlier versions neither. */
export async function forgetNames(
  transaction: Transaction,
  namespace: LockedNamespace,
  erased: readonly Source[],
): Promise<void> {
  if (!namespace.named) return;
  await transaction.run("DELETE FROM @superseded WHERE namespace = $1 AND record = ANY($2::bigint[])", [
    namespace.number,
    erased.map(({ id }) => id),
  ]);
  const named = await transaction.all<{ record: number; key: string }>(
    "DELETE FROM @superseded WHERE namespace = $1 AND key = ANY($2::text[]) RETURNING record, key",
    [namespace.number, erased.map(({ key }) => key)],
  );
  const keysOf = Map.groupBy(named, ({ record }) => record);
  const records = await recordsById(transaction, namespace, [...keysOf.keys()]);
  for (const [id, names] of keysOf) {
    const without = (fields: Pick<RecordFields, "metadata">) =>
      names.reduce((metadata, { key }) => withoutSuperseded(metadata, key), fields.metadata);
    const record = records.get(id);
    if (record !== undefined) {
      const metadata = without(record);
      if (metadata !== record.metadata) await changeRecord(transaction, namespace, record, { metadata });
    }
    const versions = await transaction.all<{ fields: string }>(
      "SELECT fields FROM @versions WHERE namespace = $1 AND record = $2",
      [namespace.number, id],
    );
    for (const version of versions) {
      const fields: RecordFields = JSON.parse(version.fields);
      const metadata = without(fields);
      if (metadata === fields.metadata) continue;
      await transaction.run(
        "UPDATE @versions SET fields = $4 WHERE namespace = $1 AND record = $2 AND version = $3",
        [namespace.number, id, fields.version, fieldsText({ ...fields, metadata })],
      );
    }
  }
}
