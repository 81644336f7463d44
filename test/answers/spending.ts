import { costOf, type Price, type Usage } from "./prices.ts";

/** Why no further call is made. */
export class Stopped extends Error {
  override name = "Stopped";
}

/** What a call may cost at most, until it is known what it cost. */
export interface Reservation {
  price: Price | undefined;
  dollars: number;
}

/**
 * Counts what a run spends, and never lets it go above its bounds: what a call may cost is set aside before it is made.
 * Each attempt is a call. What was answered by an error costs nothing; what was not answered may have been paid.
 */
export class Spending {
  /** Calls that were made. */
  calls = 0;
  /** Dollars of the calls whose price is known. */
  dollars = 0;
  /** Models without a price that were called. */
  readonly unpriced = new Set<string>();
  #reserved = 0;
  #stopped: Stopped | undefined;
  readonly #maxCalls: number;
  readonly #maxDollars: number;
  readonly #priceOf: (model: string) => Price | undefined;

  constructor({
    maxCalls = Number.POSITIVE_INFINITY,
    maxDollars = Number.POSITIVE_INFINITY,
    priceOf,
  }: {
    maxCalls?: number | undefined;
    maxDollars?: number | undefined;
    priceOf: (model: string) => Price | undefined;
  }) {
    this.#maxCalls = maxCalls;
    this.#maxDollars = maxDollars;
    this.#priceOf = priceOf;
  }

  /** Why it ended, `undefined` while it goes on. */
  get stopped(): Stopped | undefined {
    return this.#stopped;
  }

  /** No call begins after this; those that run are waited for. */
  stop(why: string): void {
    this.#stopped ??= new Stopped(why);
  }

  /** @throws Stopped when the call could go above a bound, or after `stop`. */
  begin(model: string, inputTokens: number, outputTokens: number): Reservation {
    if (this.#stopped !== undefined) throw this.#stopped;
    const price = this.#priceOf(model);
    const dollars = costOf(price, { inputTokens, outputTokens, cachedTokens: 0 }) ?? 0;
    if (this.calls >= this.#maxCalls)
      this.stop(`--max-calls ${this.#maxCalls} is reached; run the same command again to go on`);
    else if (this.dollars + this.#reserved + dollars > this.#maxDollars)
      this.stop(
        `--max-dollars ${this.#maxDollars}: the next call could go above it; run the same command again to go on`,
      );
    if (this.#stopped !== undefined) throw this.#stopped;
    this.calls += 1;
    if (price === undefined) this.unpriced.add(model);
    this.#reserved += dollars;
    return { price, dollars };
  }

  /** @param usage - `"refused"`: an error, which is free. `"unanswered"`: it may have been paid. */
  end({ price, dollars }: Reservation, usage: Usage | "refused" | "unanswered"): void {
    this.#reserved -= dollars;
    if (usage === "refused") return;
    this.dollars += usage === "unanswered" ? dollars : (costOf(price, usage) ?? 0);
  }
}
