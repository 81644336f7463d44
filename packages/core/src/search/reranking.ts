import { raceAbort } from "../embedders/embed.ts";
import { SouvenirError } from "../errors.ts";
import { firstAbort } from "../queue/first-abort.ts";
import type { Reranker } from "../types.ts";
import { invalid } from "../validation.ts";

/** Refuses an object that does not honour the contract. */
export function checkReranker(reranker: Reranker): Reranker {
  if (typeof reranker !== "object" || reranker === null)
    throw invalid("reranker", "a Reranker, or nothing", reranker);
  if (typeof reranker.rerank !== "function") throw invalid("reranker.rerank", "a function", reranker.rerank);
  if (typeof reranker.id !== "string" || reranker.id === "")
    throw invalid("reranker.id", "a name for the model", reranker.id);
  return reranker;
}

/**
 * Texts in the order that a reranker gives them, as numbers of the texts; of equal scores the earlier first.
 * @param deadlineMs - When it is over, the reranker is not waited for any more.
 * @throws whatever the reranker throws, the reason of `signal`, and SouvenirError `RERANKER_FAILED` for an answer that is
 * not one finite number for each text.
 */
export async function orderBy(
  reranker: Reranker,
  query: string,
  texts: readonly string[],
  { deadlineMs, signal }: { deadlineMs: number; signal: AbortSignal | undefined },
): Promise<number[]> {
  const late = AbortSignal.timeout(Math.max(0, Math.floor(deadlineMs)));
  const either = signal === undefined ? late : firstAbort(signal, late);
  // A copy, because a reranker may take the texts out of the list as it goes.
  const work = Promise.resolve(reranker.rerank(query, [...texts], { signal: either }));
  const scores: unknown = await raceAbort(work, either);
  if (!Array.isArray(scores) || scores.length !== texts.length || !scores.every(Number.isFinite))
    throw new SouvenirError(
      "RERANKER_FAILED",
      `reranker "${reranker.id}": ${texts.length} texts need ${texts.length} finite numbers`,
      { details: { reranker: reranker.id } },
    );
  return texts
    .map((_, at) => at)
    .sort((left, right) => (scores[right] as number) - (scores[left] as number) || left - right);
}
