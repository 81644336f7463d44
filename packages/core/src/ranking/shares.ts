/** What part one number is of another; 0 of nothing. */
export function share(value: number, of: number): number {
  return of > 0 ? value / of : 0;
}

/** The same, from 0 to 1. */
export function portion(value: number, of: number): number {
  return Math.min(1, Math.max(0, share(value, of)));
}

/** The largest of some numbers, 0 at least. */
export function largest(values: Float64Array): number {
  return values.reduce((best, value) => Math.max(best, value), 0);
}

/** The places of the largest values, at most `count`, in ascending order; of equals the earlier ones. */
export function bestPlaces(values: Float64Array, count: number): Uint32Array {
  return Uint32Array.from(values.keys())
    .sort((left, right) => values[right]! - values[left]! || left - right)
    .slice(0, count)
    .sort();
}

/** Of a question that is answered a few stand out; where nothing answers it the best are as good as those after them. */
const comparedApart = 10;

/** The largest value less the mean of those after it; 0 for one alone. */
export function apart(values: Float64Array): number {
  const [best = 0, ...next] = values.toSorted((left, right) => right - left).subarray(0, comparedApart);
  return next.length === 0 ? 0 : best - next.reduce((sum, value) => sum + value, 0) / next.length;
}
