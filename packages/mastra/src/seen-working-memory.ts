import { AsyncLocalStorage } from "node:async_hooks";
import { SouvenirError } from "@souvenir/core";

/**
 * What working memory said when an update was merged into it. Between the tool that merges and the storage that writes
 * stands Mastra's own `Memory`, which has no word for it.
 */
export const seenWorkingMemory: AsyncLocalStorage<{ readonly text: string | null }> = new AsyncLocalStorage();

/** @throws SouvenirError `VERSION_CONFLICT` when it says something else now */
export function checkSeen(
  seen: { readonly text: string | null } | undefined,
  now: unknown,
  details: Record<string, unknown>,
): void {
  // Nothing and an empty text are the same.
  if (seen === undefined || (seen.text || null) === (now || null)) return;
  throw new SouvenirError(
    "VERSION_CONFLICT",
    "the working memory was changed since it was read: read it again, and merge again",
    { details },
  );
}
