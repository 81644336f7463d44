/** How two vectors are compared. */
export type VectorMetric = "cosine" | "euclidean" | "dotproduct";
/** All of them. */
export const vectorMetrics: readonly VectorMetric[] = ["cosine", "euclidean", "dotproduct"];

/**
 * Scores vectors against a query, higher is better. With a vector comes its product with itself.
 *
 * - `cosine`: the cosine of the angle, 0 to 1; a negative one, and that with a zero vector, is 0.
 * - `euclidean`: 1 / (1 + distance), 0 to 1.
 * - `dotproduct`: the inner product, without bounds.
 */
export function scoreOf(
  metric: VectorMetric,
  query: Float32Array,
): (vector: Float32Array, square: number) => number {
  if (metric === "dotproduct") return (vector) => dotProduct(query, vector);
  if (metric === "euclidean")
    return (vector) => {
      let sum = 0;
      for (let place = 0; place < query.length; place += 1)
        sum += ((query[place] as number) - (vector[place] as number)) ** 2;
      return 1 / (1 + Math.sqrt(sum));
    };
  const own = dotProduct(query, query);
  return (vector, square) => {
    const scale = Math.sqrt(own * square);
    return scale > 0 ? Math.min(1, Math.max(0, dotProduct(query, vector) / scale)) : 0;
  };
}

/** Four sums side by side, which processors do at once. */
export function dotProduct(left: Float32Array, right: Float32Array): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  const whole = left.length - (left.length % 4);
  for (let place = 0; place < whole; place += 4) {
    a += (left[place] as number) * (right[place] as number);
    b += (left[place + 1] as number) * (right[place + 1] as number);
    c += (left[place + 2] as number) * (right[place + 2] as number);
    d += (left[place + 3] as number) * (right[place + 3] as number);
  }
  let sum = a + b + c + d;
  for (let place = whole; place < left.length; place += 1)
    sum += (left[place] as number) * (right[place] as number);
  return sum;
}
