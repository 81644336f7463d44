/**
 * Ends the calls that are under way, and lets no other begin. Each call has a signal of its own, made when it begins:
 * at the edge a memory outlives the request that opened it, and runtimes let no request touch the signals of another.
 */
export class Stopping {
  #reason: Error | undefined;
  readonly #calls = new Set<AbortController>();

  get stopped(): boolean {
    return this.#reason !== undefined;
  }

  stop(reason: Error): void {
    this.#reason = reason;
    for (const call of this.#calls) call.abort(reason);
  }

  /** @param limitMs - How long the call may take, in milliseconds. */
  async run<Result>(limitMs: number, work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    if (this.#reason !== undefined) throw this.#reason;
    const call = new AbortController();
    const timer = setTimeout(() => {
      call.abort(new DOMException(`a call took more than ${limitMs} milliseconds`, "TimeoutError"));
    }, limitMs);
    // Whoever waits for an answer has something open that waits too.
    (timer as { unref?: () => void }).unref?.();
    this.#calls.add(call);
    try {
      return await work(call.signal);
    } finally {
      clearTimeout(timer);
      this.#calls.delete(call);
    }
  }
}
