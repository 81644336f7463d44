/** Counts of durations between fixed bounds: bounded in memory whatever comes in. */
export class Histogram {
  /** Upper bounds in milliseconds, ascending; what is longer counts in one more place. */
  readonly bounds: readonly number[];
  readonly counts: Float64Array;
  sum = 0;
  count = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = new Float64Array(bounds.length + 1);
  }

  add(milliseconds: number): void {
    let place = 0;
    while (place < this.bounds.length && milliseconds > (this.bounds[place] as number)) place++;
    this.counts[place]! += 1;
    this.sum += milliseconds;
    this.count += 1;
  }

  /**
   * The duration that this share of all is not longer than, interpolated between the bounds around it; `null` when
   * there is none. @param share - 0 to 1.
   */
  quantile(share: number): number | null {
    if (this.count === 0) return null;
    const rank = share * this.count;
    let seen = 0;
    for (const [place, inside] of this.counts.entries()) {
      if (seen + inside >= rank && inside > 0) {
        const low = place === 0 ? 0 : (this.bounds[place - 1] as number);
        const high = this.bounds[place] ?? low;
        return low + (high - low) * ((rank - seen) / inside);
      }
      seen += inside;
    }
    return this.bounds.at(-1) ?? null;
  }
}
