/** How long one commit may take, in milliseconds: nothing else runs meanwhile. */
const commitMs = 15;

/** How many records a commit takes, from how long the last ones took. */
export class Pace {
  batch: number;
  readonly #smallest: number;
  readonly #largest: number;

  /** @param first - Records of the first commit; later ones have from `smallest` to `largest`. */
  constructor({ first, smallest, largest }: { first: number; smallest: number; largest: number }) {
    this.batch = first;
    this.#smallest = smallest;
    this.#largest = largest;
  }

  took(records: number, ms: number): void {
    const fits = (records * commitMs) / Math.max(ms, 0.1);
    // Not further than to the double or the half at once: a single commit may have waited for something else.
    const next = Math.min(2 * records, Math.max(records / 2, fits));
    this.batch = Math.round(Math.min(this.#largest, Math.max(this.#smallest, next)));
  }
}
