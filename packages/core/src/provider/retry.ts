import { raceAbort } from "../embedders/embed.ts";
import { SouvenirError } from "../errors.ts";
import { firstAbort } from "../queue/first-abort.ts";
import { checkInteger } from "../validation.ts";
import { type Failure, failed, type Provider, readFailure } from "./failure.ts";

/** How often and how patiently a provider is asked again. */
export interface RetryOptions {
  /** Attempts after the first one, 0 to 1000. Default 3. */
  retries?: number;
  /** Milliseconds before the first retry; doubled for each further one, then jittered. Default 500. */
  retryDelayMs?: number;
  /**
   * Longest wait in milliseconds. A server that asks for more is not waited for: the error carries `retryAfterMs`.
   * Default 20000.
   */
  maxRetryDelayMs?: number;
  /** Milliseconds for one attempt. Default 30000. */
  timeoutMs?: number;
  /** 0 up to 1, for the jitter. Default `Math.random`. */
  random?: () => number;
}

const longestTimer = 2 ** 31 - 1;

/** @throws SouvenirError `INVALID_INPUT` for a number that could never work */
export function checkRetries({
  retries = 0,
  retryDelayMs = 0,
  maxRetryDelayMs = 0,
  timeoutMs = 1,
  random,
}: RetryOptions): void {
  checkInteger(retries, "retries", 0, 1_000);
  checkInteger(retryDelayMs, "retryDelayMs", 0, longestTimer);
  checkInteger(maxRetryDelayMs, "maxRetryDelayMs", 0, longestTimer);
  checkInteger(timeoutMs, "timeoutMs", 1, longestTimer);
  if (random !== undefined && typeof random !== "function")
    throw new SouvenirError("INVALID_INPUT", "random: expected a function that answers with 0 up to 1");
}

/**
 * Milliseconds until the next attempt: what the server asks for, else exponential backoff with "full jitter" (Brooker,
 * AWS Architecture Blog 2015), a random share of a ceiling that doubles.
 * @param attempt - 0 after the first failure.
 * @param random - 0 up to 1.
 */
export function retryDelayMs(
  attempt: number,
  retryAfterMs: number | undefined,
  { retryDelayMs: first = 500, maxRetryDelayMs: most = 20_000 }: RetryOptions,
  random: number,
): number {
  if (retryAfterMs !== undefined) return retryAfterMs;
  return Math.round(Math.min(most, first * 2 ** attempt) * random);
}

/**
 * Calls a provider, and again when the failure is worth it (429, 408, 5xx, no connection, too slow), never on 400, 401 or
 * 422.
 * @param options - `details`: of the error, by failure.
 * @throws the reason of `signal` when it is aborted; a `SouvenirError` of the call as it is; else what `failed` makes of it.
 */
export async function callProvider<Answer>(
  provider: Provider,
  call: (signal: AbortSignal) => Promise<Answer>,
  options: RetryOptions & {
    signal?: AbortSignal | undefined;
    details?: ((failure: Failure) => Record<string, unknown>) | undefined;
  },
): Promise<Answer> {
  const { signal, retries = 3, timeoutMs = 30_000, maxRetryDelayMs = 20_000, random = Math.random } = options;
  for (let attempt = 0; ; attempt++) {
    signal?.throwIfAborted();
    const timeout = AbortSignal.timeout(timeoutMs);
    const either = signal ? firstAbort(signal, timeout) : timeout;
    try {
      // An application's own client may not hear the signal any more.
      return await raceAbort(call(either), either);
    } catch (error) {
      signal?.throwIfAborted();
      if (SouvenirError.is(error)) throw error;
      const failure = readFailure(error, Date.now(), provider);
      const wait = retryDelayMs(attempt, failure.retryAfterMs, options, random());
      if (!failure.temporary || attempt >= retries || wait > maxRetryDelayMs)
        throw failed(provider, failure, error, options.details?.(failure));
      await sleep(wait, signal);
    }
  }
}

/** Resolves after so many milliseconds. Rejects with the reason of the signal when that is aborted before. */
export function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", stop, { once: true });
  });
}
