import type { MemoryRecord, TouchInput } from "@souvenir/core";
import { markOf } from "./item-mark.ts";

export const minuteMs = 60_000;

/**
 * What gives items with a TTL that are read now their time anew, unless they were written since: then they have theirs.
 * To spare the disk, only where it adds a hundredth of the time or more.
 */
export function renewals(records: readonly MemoryRecord[], now: number): TouchInput[] {
  return records.flatMap((record) => {
    const { namespace, key, version, expiresAt: before } = record;
    const ttl = markOf(record)?.ttl;
    if (ttl === undefined || before === undefined) return [];
    const expiresAt = now + ttl * minuteMs;
    return expiresAt - Date.parse(before) < (ttl * minuteMs) / 100
      ? []
      : { namespace, key, version, expiresAt };
  });
}
