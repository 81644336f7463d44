import type { Memory, MemoryRecord } from "@souvenir/core";
import { markOf } from "./item-mark.ts";

export const minuteMs = 60_000;

/**
 * When an item that is read now expires instead, `undefined` when that stays as it is: without a TTL, or, to spare the
 * disk, when it would add less than a hundredth of the time. Milliseconds since 1970.
 */
export function newExpiry(record: MemoryRecord, now: number): number | undefined {
  const ttl = markOf(record)?.ttl;
  if (ttl === undefined || record.expiresAt === undefined) return undefined;
  const expiresAt = now + ttl * minuteMs;
  return expiresAt - Date.parse(record.expiresAt) >= (ttl * minuteMs) / 100 ? expiresAt : undefined;
}

/** Gives items their time anew, unless they were written since they were read: then they have theirs. */
export async function refresh(memory: Memory, records: readonly MemoryRecord[], now: number): Promise<void> {
  await Promise.all(
    records.map(async (record) => {
      const { namespace, key, version } = record;
      const expiresAt = newExpiry(record, now);
      if (expiresAt !== undefined) await memory.touch({ namespace, key, version, expiresAt });
    }),
  );
}
