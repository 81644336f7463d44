/** What part one number is of another; 0 of nothing. */
export function share(value: number, of: number): number {
  return of > 0 ? value / of : 0;
}

/** The largest of the first `count` numbers, 0 at least. */
export function largest(values: ArrayLike<number>, count: number): number {
  let best = 0;
  for (let place = 0; place < count; place++) best = Math.max(best, values[place] ?? 0);
  return best;
}

/** Of a question that is answered a few stand out; where nothing answers it the best are as good as those after them. */
const comparedApart = 10;

/** The largest value less the mean of those after it; 0 for one alone. */
export function apart(values: ArrayLike<number>): number {
  const [best = 0, ...next] = Array.from(values)
    .sort((left, right) => right - left)
    .slice(0, comparedApart);
  return next.length === 0 ? 0 : best - next.reduce((sum, value) => sum + value, 0) / next.length;
}
