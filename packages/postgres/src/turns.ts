import type { TurnPlace } from "@souvenir/core/store";
import type { Transaction } from "./database.ts";

/** The turns after places in threads of a namespace, each once. */
export async function turnsAfter(
  transaction: Transaction,
  namespace: number,
  places: readonly TurnPlace[],
): Promise<number[]> {
  if (places.length === 0) return [];
  const rows = await transaction.all<{ id: number }>(
    `SELECT DISTINCT t.id FROM unnest($2::text[], $3::bigint[], $4::bigint[]) AS p (thread, created_at, id)
     CROSS JOIN LATERAL (SELECT r.id FROM @records r WHERE r.namespace = $1 AND r.thread = p.thread
     AND (r.created_at, r.id) > (p.created_at, p.id) AND NOT r.withdrawn ORDER BY r.created_at, r.id LIMIT 1) t
     ORDER BY t.id`,
    [
      namespace,
      places.map(({ thread }) => thread),
      places.map(({ createdAt }) => createdAt),
      places.map(({ id }) => id),
    ],
  );
  return rows.map(({ id }) => id);
}

/** The turns after some records. */
export async function turnsAfterRecords(
  transaction: Transaction,
  namespace: number,
  ids: readonly number[],
): Promise<number[]> {
  const places = await transaction.all<TurnPlace>(
    `SELECT thread, created_at AS "createdAt", id FROM @records
     WHERE namespace = $1 AND id = ANY($2::bigint[]) AND thread IS NOT NULL AND NOT withdrawn`,
    [namespace, ids],
  );
  return turnsAfter(transaction, namespace, places);
}
