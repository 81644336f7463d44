import type { Awaitable } from "../keys/awaitable.ts";

/** How a bucket stands once tokens were taken, or not. */
export interface RateState {
  allowed: boolean;
  limit: number;
  /** Requests that would be let through now. */
  remaining: number;
  /** Seconds until the bucket is full again; when refused, until the next request is let through. */
  resetSeconds: number;
}

/** Buckets of keys that have not been seen for this many other keys are forgotten; they would be full by then. */
const rememberedBuckets = 10_000;

/** Where requests are counted against limits. */
export interface RateLimits {
  /** Takes tokens from the bucket of a name, all or none. @param limit - Requests a minute, 1 or more. @param count - Default 1. */
  take(name: string, limit: number, count?: number): Awaitable<RateState>;
}

/** Token buckets, one a name: `limit` requests at once, refilled evenly over a minute. Kept in this process. */
export class RateLimiter implements RateLimits {
  readonly #buckets = new Map<string, { tokens: number; at: number }>();
  readonly #clock: () => number;

  /** @param clock - Milliseconds. */
  constructor(clock: () => number) {
    this.#clock = clock;
  }

  take(name: string, limit: number, count = 1): RateState {
    const now = this.#clock();
    const bucket = this.#buckets.get(name);
    const elapsed = bucket === undefined ? 0 : Math.max(0, now - bucket.at);
    let tokens = bucket === undefined ? limit : Math.min(limit, bucket.tokens + (elapsed * limit) / 60_000);
    const allowed = tokens >= count;
    if (allowed) tokens -= count;
    this.#buckets.delete(name);
    this.#buckets.set(name, { tokens, at: now });
    if (this.#buckets.size > rememberedBuckets)
      this.#buckets.delete(this.#buckets.keys().next().value as string);
    const missing = allowed ? limit - tokens : count - tokens;
    return {
      allowed,
      limit,
      remaining: Math.floor(tokens),
      resetSeconds: Math.ceil((missing * 60) / limit),
    };
  }
}
