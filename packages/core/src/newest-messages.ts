import { recordsOf } from "./documents/documents.ts";
import { wholeMessages } from "./long-text.ts";
import type { Memory, MemoryRecord } from "./types.ts";

/** What was said last in a thread, in order, long messages whole. @param count - Of messages; 0 or less: none. */
export async function newestMessages(
  memory: Pick<Memory, "list">,
  scope: { namespace: string; thread: string },
  count: number,
): Promise<MemoryRecord[]> {
  if (!(count > 0)) return [];
  const records: MemoryRecord[] = [];
  const limit = Math.min(1_000, Math.ceil(count) + 1);
  for await (const record of recordsOf(memory, { ...scope, order: "newest", limit })) {
    records.unshift(record);
    // One more than asked for: the first may be the end of a long message.
    if (records.length > count && wholeMessages(records).length > count) break;
  }
  return wholeMessages(records).slice(-count);
}
