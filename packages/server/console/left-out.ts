import type { ContextRequest, ContextResponse, WireHit } from "../src/api/wire.ts";
import { call } from "./api.ts";

/** More than anybody looks at. */
const most = 100;
const anyBudget = 1_000_000;

export type Reason = "budget" | "limit" | "repeated" | "weak";

export interface Recalled {
  answer: ContextResponse;
  /** What a search finds and the block does not hold, the nearest to it first. */
  leftOut: { memory: WireHit; reason: Reason }[];
}

/**
 * Recall for a message, and what it left out. Why is not guessed: the server is asked again with more room, then for more
 * memories, then for all that is found, then for what is too weak to be; where a memory first appears is the reason.
 */
export async function recallWithReasons(
  request: ContextRequest & { limit: number },
  signal: AbortSignal,
): Promise<Recalled> {
  const { namespace, query } = request;
  const [answer, withRoom, withMore, found, all] = await Promise.all([
    call("context", request, signal),
    call("context", { ...request, token_budget: anyBudget }, signal),
    call("context", { ...request, token_budget: anyBudget, limit: most }, signal),
    call("memorySearch", { namespace, query, limit: most }, signal),
    call("memorySearch", { namespace, query, limit: most, min_score: 0 }, signal),
  ]);
  const seen = new Set([...answer.memories, ...(answer.profile ?? [])].map(({ key }) => key));
  const leftOut: Recalled["leftOut"] = [];
  const steps: readonly [Reason, readonly WireHit[]][] = [
    ["budget", withRoom.memories],
    ["limit", withMore.memories],
    ["repeated", found.results],
    ["weak", all.results],
  ];
  for (const [reason, memories] of steps)
    for (const memory of memories) {
      if (seen.has(memory.key)) continue;
      seen.add(memory.key);
      leftOut.push({ memory, reason });
    }
  return { answer, leftOut };
}
