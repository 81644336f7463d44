import { runSteps, type Steps } from "../steps.ts";

/** Values that are put in order between two steps. */
const runLength = 2048;

/** Values between two ends; a missing end is open. Numbers by size, strings by UTF-16 code units. */
export interface Range<End extends number | string = number | string> {
  gt?: End | undefined;
  gte?: End | undefined;
  lt?: End | undefined;
  lte?: End | undefined;
}

/**
 * The distinct values of a field in order, for ranges. Sorted when first asked for; what is added later waits aside until
 * it is worth sorting again, and removed values are left out when they are met.
 */
export class SortedValues<Value extends number | string> {
  /** Ascending. May hold values that are gone. */
  #sorted: Value[] = [];
  /** Added since. */
  #recent: Value[] = [];
  /** Values gone since the last sorting. */
  #gone = 0;

  add(value: Value): void {
    this.#recent.push(value);
  }

  /** To be called when a value is no longer in use. */
  remove(): void {
    this.#gone++;
  }

  /** Visits what `lookUp` knows of each value in the range; the same one perhaps twice. */
  forEach<Found>(
    range: Range<Value>,
    lookUp: (value: Value) => Found | undefined,
    visit: (found: Found) => void,
  ): void {
    if (this.#isUnsorted) runSteps(this.sorting(lookUp));
    const { gt, gte, lt, lte } = range;
    const offer = (value: Value): void => {
      const found = lookUp(value);
      if (found !== undefined) visit(found);
    };
    let from = gte === undefined ? 0 : this.#position((value) => value < gte);
    if (gt !== undefined)
      from = Math.max(
        from,
        this.#position((value) => value <= gt),
      );
    let to = lte === undefined ? this.#sorted.length : this.#position((value) => value <= lte);
    if (lt !== undefined)
      to = Math.min(
        to,
        this.#position((value) => value < lt),
      );
    for (let at = from; at < to; at++) offer(this.#sorted[at]!);
    for (const value of this.#recent) {
      const above = (gt === undefined || value > gt) && (gte === undefined || value >= gte);
      if (above && (lt === undefined || value < lt) && (lte === undefined || value <= lte)) offer(value);
    }
  }

  get #isUnsorted(): boolean {
    return this.#recent.length + this.#gone > 64 + this.#sorted.length / 8;
  }

  /** Puts the values in order in steps, if many are not: best done before `forEach`, which else does it at once. */
  *sorting(lookUp: (value: Value) => unknown): Steps {
    if (!this.#isUnsorted) return;
    const [sorted, recent, gone] = [this.#sorted, this.#recent, this.#gone];
    const added = recent.length;
    const runs: Value[][] = [];
    for (let at = 0; at < added; at += runLength) {
      runs.push(
        inOrder(
          recent.slice(at, Math.min(added, at + runLength)).filter((value) => lookUp(value) !== undefined),
        ),
      );
      yield;
    }
    runs.push(sorted);
    while (runs.length > 1) {
      // The shortest first, so that each value is moved a few times only.
      runs.sort((left, right) => right.length - left.length);
      const [left, right] = [runs.pop()!, runs.pop()!];
      runs.push(yield* merging(left, right, lookUp));
    }
    // Somebody else may have done it meanwhile.
    if (this.#sorted !== sorted || this.#recent !== recent) return;
    this.#sorted = runs[0]!;
    this.#recent = recent.slice(added);
    this.#gone -= gone;
  }

  /** How many of the sorted values, from the first, are `before` an end. */
  #position(before: (value: Value) => boolean): number {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (before(this.#sorted[middle]!)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Values of two runs, each once, without those that are gone. */
function* merging<Value extends number | string>(
  left: readonly Value[],
  right: readonly Value[],
  lookUp: (value: Value) => unknown,
): Steps<Value[]> {
  const merged: Value[] = [];
  for (let first = 0, second = 0, looked = 1; first < left.length || second < right.length; looked++) {
    const isLeft = second === right.length || (first < left.length && left[first]! <= right[second]!);
    const value = isLeft ? left[first++]! : right[second++]!;
    if (value !== merged.at(-1) && lookUp(value) !== undefined) merged.push(value);
    if (looked % runLength === 0) yield;
  }
  return merged;
}

function inOrder<Value extends number | string>(values: Value[]): Value[] {
  // Both sort without calling back: numbers by size, strings by code units.
  if (typeof values[0] === "number")
    return Array.from(Float64Array.from(values as number[]).sort()) as Value[];
  return values.sort();
}
