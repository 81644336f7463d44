/**
 * The k-th largest of the first `count` values, 1 for the largest; -Infinity when there are fewer than k.
 * Reorders `values`. Expected time is proportional to `count` (Hoare, CACM 1961).
 */
export function kthLargest(values: Float64Array, count: number, k: number): number {
  if (k > count) return Number.NEGATIVE_INFINITY;
  const target = k - 1;
  let left = 0;
  let right = count - 1;
  let rounds = 0;
  while (left < right) {
    // A bad run of pivots costs no more than sorting.
    if (++rounds > 64) {
      values
        .subarray(left, right + 1)
        .sort()
        .reverse();
      return values[target]!;
    }
    const pivot = medianOfThree(values[left]!, values[(left + right) >>> 1]!, values[right]!);
    let low = left;
    let high = right;
    while (low <= high) {
      while (values[low]! > pivot) low++;
      while (values[high]! < pivot) high--;
      if (low <= high) {
        const swapped = values[low]!;
        values[low++] = values[high]!;
        values[high--] = swapped;
      }
    }
    if (target <= high) right = high;
    else if (target >= low) left = low;
    else break;
  }
  return values[target]!;
}

function medianOfThree(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
