export type Metric = "cosine" | "euclidean" | "dotproduct";
export const metrics: readonly Metric[] = ["cosine", "euclidean", "dotproduct"];

/**
 * Scores vectors against a query, higher is better.
 *
 * - `cosine`: the cosine of the angle, 0 to 1; a negative one, and that with a zero vector, is 0.
 * - `euclidean`: 1 / (1 + distance), 0 to 1.
 * - `dotproduct`: the inner product, without bounds.
 * @returns a function of a table of numbers, the place where a vector begins, and the square of its length
 */
export function scoreOf(
  metric: Metric,
  query: Float32Array,
): (numbers: Float32Array, start: number, square: number) => number {
  const querySquare = squareOf(query, 0, query.length);
  switch (metric) {
    case "dotproduct":
      return (numbers, start) => dotProduct(query, numbers, start);
    case "euclidean":
      return (numbers, start) => {
        let sum = 0;
        for (let index = 0; index < query.length; index += 1) {
          const difference = (query[index] as number) - (numbers[start + index] as number);
          sum += difference * difference;
        }
        return 1 / (1 + Math.sqrt(sum));
      };
    case "cosine":
      return (numbers, start, square) => {
        const scale = Math.sqrt(querySquare * square);
        return scale > 0 ? Math.min(1, Math.max(0, dotProduct(query, numbers, start) / scale)) : 0;
      };
  }
}

/** The square of the length of a vector in a table. */
export function squareOf(numbers: Float32Array, start: number, size: number): number {
  const vector = numbers.subarray(start, start + size);
  return dotProduct(vector, numbers, start);
}

/** Four sums side by side, which processors do at once. */
function dotProduct(query: Float32Array, numbers: Float32Array, start: number): number {
  const size = query.length;
  const whole = size - (size % 4);
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let index = 0; index < whole; index += 4) {
    const place = start + index;
    a += (query[index] as number) * (numbers[place] as number);
    b += (query[index + 1] as number) * (numbers[place + 1] as number);
    c += (query[index + 2] as number) * (numbers[place + 2] as number);
    d += (query[index + 3] as number) * (numbers[place + 3] as number);
  }
  let sum = a + b + c + d;
  for (let index = whole; index < size; index += 1)
    sum += (query[index] as number) * (numbers[start + index] as number);
  return sum;
}
