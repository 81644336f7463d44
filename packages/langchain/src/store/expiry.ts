import type { Memory, MemoryRecord, SetInput } from "@souvenir/core";
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

/** Gives items their time anew: what they are now, not what they were when they were read. */
export async function refresh(memory: Memory, records: readonly MemoryRecord[], now: number): Promise<void> {
  const inputs: SetInput[] = [];
  for (const { namespace, key } of records) {
    const record = await memory.get({ namespace, key });
    const expiresAt = record && newExpiry(record, now);
    if (record !== undefined && expiresAt !== undefined) inputs.push({ ...whole(record), expiresAt });
  }
  if (inputs.length > 0) await memory.setMany(inputs);
}

function whole({ namespace, key, value, tags, metadata, entities, thread, role }: MemoryRecord): SetInput {
  return {
    namespace,
    key,
    value,
    tags,
    metadata,
    entities,
    ...(thread === undefined ? {} : { thread }),
    ...(role === undefined ? {} : { role }),
  };
}
