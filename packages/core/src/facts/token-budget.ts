import type { Store } from "../store/store.ts";

const dayMs = 86_400_000;
/** What an answer may cost, and what is too little for one, in tokens. */
const answerTokens = 4_000;
const shortestAnswer = 500;

/** The budget of the day is used up. */
export class BudgetUsedUp extends Error {
  /** When the next day begins, in milliseconds since 1970. */
  readonly until: number;

  constructor(tokensPerDay: number, until: number) {
    super(`the ${tokensPerDay} tokens of the day are used up (tokensPerDay): it goes on tomorrow`);
    this.until = until;
  }
}

/** What calls of an extractor may cost in a day, for all who use a store: set aside before a call and settled after it. */
export class TokenBudget {
  readonly #store: Pick<Store, "spend" | "readOnly">;
  readonly #tokensPerDay: number | undefined;
  readonly #clock: () => number;
  /** What a call has cost at most, for each token of its question: an extractor may not hear how much it may cost. */
  #costliest = 0;

  constructor({
    store,
    tokensPerDay,
    clock,
  }: {
    store: Pick<Store, "spend" | "readOnly">;
    tokensPerDay?: number | undefined;
    clock: () => number;
  }) {
    this.#store = store;
    this.#tokensPerDay = tokensPerDay;
    this.#clock = clock;
  }

  /** What today has cost, of how much; `undefined` without a budget. */
  async today(): Promise<{ tokens: number; most: number } | undefined> {
    const most = this.#tokensPerDay;
    if (most === undefined || this.#store.readOnly) return undefined;
    return { tokens: (await this.#store.spend({ day: this.#day(), tokens: 0, most })) ?? 0, most };
  }

  /**
   * Sets aside what a call may cost, and answers how much that is.
   * @param question - Tokens of the question, from above.
   * @returns `settle`: told what the call has cost. What a killed process had set aside stays spent.
   * @throws BudgetUsedUp when too little is left
   */
  async setAside(
    question: number,
  ): Promise<{ day: number; tokens: number; settle: (cost: number) => Promise<void> }> {
    const least = Math.max(question + shortestAnswer, Math.ceil(question * this.#costliest));
    const wanted = Math.max(least, question + answerTokens);
    const day = this.#day();
    const tokens = await this.#take(day, least, wanted);
    return {
      ...{ day, tokens },
      settle: async (cost) => {
        this.#costliest = Math.max(this.#costliest, cost / question);
        await this.settle({ day, tokens }, cost);
      },
    };
  }

  /** What calls have cost for which tokens were set aside, by any process. @param day - When that was: `setAside`. */
  async settle({ day, tokens }: { day: number; tokens: number }, cost: number): Promise<void> {
    const more = cost - tokens;
    if (this.#tokensPerDay === undefined || more === 0 || this.#day() !== day) return;
    await this.#store.spend({ day, tokens: more, most: Number.MAX_SAFE_INTEGER });
  }

  async #take(day: number, least: number, wanted: number): Promise<number> {
    const most = this.#tokensPerDay;
    if (most === undefined) return wanted;
    for (;;) {
      const spent = (await this.#store.spend({ day, tokens: 0, most })) ?? most;
      const tokens = Math.min(wanted, most - spent);
      if (tokens < least) throw new BudgetUsedUp(most, (day + 1) * dayMs);
      if ((await this.#store.spend({ day, tokens, most })) !== undefined) return tokens;
    }
  }

  /** Days since 1970, UTC. */
  #day(): number {
    return Math.floor(this.#clock() / dayMs);
  }
}
