import { SouvenirError } from "./errors.ts";
import type { Store } from "./store/store.ts";
import type { Sequenced } from "./types.ts";
import { checkInteger, checkNamespace, invalid } from "./validation.ts";

/** Milliseconds that a read waits for a write that was acknowledged elsewhere, at most, and between two looks. */
const mostWaitedMs = 2_000;
const longestPauseMs = 50;

/**
 * What a write answers, with the sequence number that its namespace has reached by it. That says nothing of a memory: it is
 * neither listed, nor compared, nor exported.
 */
export function atSequence<Answer extends object>(
  answer: Answer,
  sequence: number | undefined,
): Answer & Sequenced {
  return sequence === undefined ? answer : Object.defineProperty(answer, "sequence", { value: sequence });
}

/**
 * Waits until the store tells of all up to a sequence number of a namespace, as that of a write to another node.
 * @param input - `deadlineMs`: milliseconds to wait, two seconds at most.
 * @throws SouvenirError `DEADLINE_EXCEEDED` when it still does not then; `INVALID_INPUT` where nothing can be late
 */
export async function reached(
  store: Pick<Store, "head" | "isRemote">,
  input: { namespace?: unknown; minSequence?: unknown; deadlineMs?: unknown },
): Promise<void> {
  const { minSequence, deadlineMs = mostWaitedMs } = Object(input);
  if (minSequence === undefined) return;
  const least = checkInteger(minSequence, "minSequence", 0, Number.MAX_SAFE_INTEGER);
  const namespace = checkNamespace(input.namespace);
  const waitedMs = Math.min(mostWaitedMs, checkInteger(deadlineMs, "deadlineMs", 0, 2 ** 31 - 1));
  const end = performance.now() + waitedMs;
  for (let pause = 2; ; pause = Math.min(2 * pause, longestPauseMs)) {
    const sequence = (await store.head(namespace))?.sequence ?? 0;
    if (sequence >= least) return;
    // What is committed to a file is seen at once: there is nothing to wait for.
    if (!store.isRemote)
      throw invalid("minSequence", `${sequence} at most, which the namespace has reached here`, least);
    if (performance.now() >= end)
      throw new SouvenirError(
        "DEADLINE_EXCEEDED",
        `minSequence: the namespace has reached ${sequence} here, and not ${least}, after ${waitedMs} ms: ask the node that wrote, ask again later, or, when the namespace was emptied since, ask without minSequence`,
        { details: { sequence, minSequence: least, waitedMs } },
      );
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}
