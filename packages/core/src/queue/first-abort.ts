/** Aborted with the first of the signals. `AbortSignal.any` where there is one: some edge runtimes have none. */
export function firstAbort(...signals: AbortSignal[]): AbortSignal {
  if (typeof AbortSignal.any === "function") return AbortSignal.any(signals);
  const either = new AbortController();
  for (const signal of signals) {
    if (signal.aborted) either.abort(signal.reason);
    // Let go when another was first, so that a signal that lives long does not gather listeners.
    else signal.addEventListener("abort", () => either.abort(signal.reason), { signal: either.signal });
  }
  return either.signal;
}
