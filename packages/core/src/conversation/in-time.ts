import { SouvenirError } from "../errors.ts";

/**
 * What `work` answers, or a rejection: with the reason of the signal, or with `DEADLINE_EXCEEDED` when the time is over.
 * The work is told by the signal that it is given, and may go on unseen. Signals and timers are of this call alone: some
 * edge runtimes share nothing between requests.
 */
export function inTime<Value>(
  work: (signal: AbortSignal) => Promise<Value>,
  milliseconds: number,
  what: string,
  signal?: AbortSignal | null,
): Promise<Value> {
  const controller = new AbortController();
  return new Promise<Value>((resolve, reject) => {
    const stop = (reason: unknown): void => {
      reject(reason);
      controller.abort(reason);
    };
    const abort = (): void => stop(signal?.reason);
    if (signal?.aborted) return abort();
    signal?.addEventListener("abort", abort, { once: true });
    const timer = setTimeout(() => {
      const text = `${what} took more than deadlineMs, ${milliseconds} milliseconds: the call goes on without it; raise deadlineMs, or look at what the memory waits for`;
      stop(new SouvenirError("DEADLINE_EXCEEDED", text, { details: { deadlineMs: milliseconds } }));
    }, milliseconds);
    work(controller.signal)
      .then(resolve, reject)
      .finally(() => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", abort);
      });
  });
}
