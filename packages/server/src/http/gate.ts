import type { Context } from "hono";
import type { AsyncKeyStore } from "../keys/key-store.ts";
import { type Caller, checkKey, identify } from "./access.ts";
import type { AuditEvent } from "./audit.ts";
import { HttpError } from "./errors.ts";
import { RateLimiter, type RateLimits } from "./rate-limit.ts";

/** What the routes of an app know of a request. */
export type Env = { Variables: { id: string; route: string; caller: Caller | undefined } };

const day = 86_400_000;

/** Who asks, and how much: keys, their limits and quotas, and the note in the audit log of those that are none. */
export class Gate {
  readonly #keys: AsyncKeyStore | undefined;
  readonly #open: boolean;
  readonly #rateLimit: number | undefined;
  readonly #clock: () => number;
  readonly #record: (id: string, event: Omit<AuditEvent, "at" | "request">) => Promise<unknown>;
  readonly #limiter: RateLimits;

  /** @param options - `rateLimit`: requests a minute of a key that has no limit of its own. */
  constructor(options: {
    keys: AsyncKeyStore | undefined;
    open: boolean;
    rateLimit: number | undefined;
    clock: () => number;
    record: (id: string, event: Omit<AuditEvent, "at" | "request">) => Promise<unknown>;
  }) {
    this.#keys = options.keys;
    this.#open = options.open;
    this.#rateLimit = options.rateLimit;
    this.#clock = options.clock;
    this.#record = options.record;
    this.#limiter = options.keys?.limits ?? new RateLimiter(options.clock);
  }

  /** Who asks, within the limits of their key. @throws HttpError */
  async admit(context: Context<Env>): Promise<Caller> {
    const caller = await this.known(context);
    await this.charge(context, caller, 1);
    return caller;
  }

  /** Who asks. @param more - As `identify` has it. @throws HttpError */
  async known(
    context: Context<Env>,
    more: Pick<Parameters<typeof identify>[2], "lent" | "hint"> = {},
  ): Promise<Caller> {
    const { raw } = context.req;
    const given = raw.headers.has("authorization");
    const caller = await this.#noting(given ? context : undefined, () =>
      identify(raw, this.#keys, { open: this.#open, failures: this.#limiter, ...more }),
    );
    context.set("caller", caller);
    return caller;
  }

  /** The key that a person pasted, counted and in the audit log like any that is sent. @throws HttpError */
  async pasted(context: Context<Env>, given: string): Promise<NonNullable<Caller["key"]>> {
    const key = await this.#noting(context, async () =>
      checkKey(await this.#keys?.verify(given), this.#limiter),
    );
    await this.#record(context.get("id"), { key: key.id, operation: "authorize", outcome: "done" });
    return key;
  }

  /** @throws HttpError when whoever asked may not any more */
  async askAgain(request: Request): Promise<void> {
    await identify(request, this.#keys, { open: this.#open });
  }

  /** Counts calls against the limits of a key. @throws HttpError `RATE_LIMITED` */
  async charge(context: Context<Env>, { key }: Caller, calls: number): Promise<void> {
    const limit = key?.rateLimit ?? this.#rateLimit ?? (key === undefined ? 600_000 : 6_000);
    checkPossible(calls, limit, "calls", "a minute");
    const state = await this.#limiter.take(key?.id ?? "", limit, calls);
    context.header("X-RateLimit-Limit", String(state.limit));
    context.header("X-RateLimit-Remaining", String(state.remaining));
    context.header("X-RateLimit-Reset", String(state.resetSeconds));
    if (!state.allowed)
      throw new HttpError("RATE_LIMITED", `this key may make ${limit} requests a minute`, {
        "Retry-After": String(state.resetSeconds),
      });
    if (key !== undefined) await this.#spend(key, { requests: calls, writes: 0 });
  }

  /** Counts a question to the model, which costs more than what is asked of a memory. @throws HttpError `RATE_LIMITED` */
  async question({ key }: Caller, limit: number): Promise<void> {
    const { allowed, resetSeconds } = await this.#limiter.take(`questions of ${key?.id ?? ""}`, limit);
    if (!allowed)
      throw new HttpError("RATE_LIMITED", `this key may ask the model ${limit} times a minute`, {
        "Retry-After": String(resetSeconds),
      });
  }

  /** Counts memories against the quota of a key, before they are written. @throws HttpError `RATE_LIMITED` */
  async spend({ key }: Caller, writes: number): Promise<void> {
    if (key?.quota !== undefined) await this.#spend(key, { requests: 0, writes });
  }

  async #spend(key: NonNullable<Caller["key"]>, amount: { requests: number; writes: number }): Promise<void> {
    checkPossible(amount.requests, key.quota?.requests_per_day, "calls", "a day");
    checkPossible(amount.writes, key.quota?.writes_per_day, "memories", "a day");
    if ((await this.#keys?.spend(key, amount)) ?? true) return;
    throw new HttpError("RATE_LIMITED", "the quota of this key for today is used up", {
      "Retry-After": String(Math.ceil((day - (this.#clock() % day)) / 1000)),
    });
  }

  async #noting<Result>(context: Context<Env> | undefined, find: () => Promise<Result>): Promise<Result> {
    try {
      return await find();
    } catch (error) {
      if (context !== undefined && error instanceof HttpError && error.code === "UNAUTHORIZED")
        await this.#record(context.get("id"), { key: null, operation: "authenticate", outcome: "refused" });
      throw error;
    }
  }
}

/** What no waiting makes possible is an error, not a wait. @throws HttpError `INVALID_INPUT` */
function checkPossible(asked: number, limit: number | undefined, what: string, time: string): void {
  if (limit === undefined || asked <= limit) return;
  throw new HttpError(
    "INVALID_INPUT",
    `${asked} ${what} at once, and this key may have ${limit} ${time}: send at most ${limit} in one request`,
  );
}
