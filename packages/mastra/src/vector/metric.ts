export type Metric = "cosine" | "euclidean" | "dotproduct";
export const metrics: readonly Metric[] = ["cosine", "euclidean", "dotproduct"];

/**
 * Scores vectors against a query, higher is better.
 *
 * - `cosine`: the cosine of the angle, 0 to 1; a negative one, and that with a zero vector, is 0.
 * - `euclidean`: 1 / (1 + distance), 0 to 1.
 * - `dotproduct`: the inner product, without bounds.
 * @returns a function of a table of numbers and of the place where a vector begins
 */
export function scoreOf(
  metric: Metric,
  query: Float32Array,
): (numbers: Float32Array, start: number) => number {
  const size = query.length;
  if (metric === "euclidean")
    return (numbers, start) => {
      let sum = 0;
      for (let index = 0; index < size; index += 1) {
        const difference = (query[index] as number) - (numbers[start + index] as number);
        sum += difference * difference;
      }
      return 1 / (1 + Math.sqrt(sum));
    };
  const product = (numbers: Float32Array, start: number): { dot: number; square: number } => {
    let dot = 0;
    let square = 0;
    for (let index = 0; index < size; index += 1) {
      const number = numbers[start + index] as number;
      dot += (query[index] as number) * number;
      square += number * number;
    }
    return { dot, square };
  };
  if (metric === "dotproduct") return (numbers, start) => product(numbers, start).dot;
  const length = Math.sqrt(product(query, 0).square);
  return (numbers, start) => {
    const { dot, square } = product(numbers, start);
    const scale = length * Math.sqrt(square);
    return scale > 0 ? Math.min(1, Math.max(0, dot / scale)) : 0;
  };
}
