import type { Steps } from "@souvenir/orama";

export interface Counted {
  name: string;
  count: number;
}

const stepNames = 1024;

/** Whether one comes before another: the more frequent one, of equals the first in code unit order. */
function isBefore(left: Counted, right: Counted): boolean {
  return left.count > right.count || (left.count === right.count && left.name < right.name);
}

/** The first names by frequency, in order, without sorting them all. */
export function* mostFrequent(
  counts: Iterable<readonly [name: unknown, count: number]>,
  limit: number,
  passes: (name: string) => boolean = () => true,
): Steps<Counted[]> {
  const first: Counted[] = [];
  let looked = 0;
  for (const [value, count] of counts) {
    if (++looked % stepNames === 0) yield;
    const counted = { name: String(value), count };
    const last = first[limit - 1];
    if ((last !== undefined && !isBefore(counted, last)) || !passes(counted.name)) continue;
    let low = 0;
    let high = first.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isBefore(first[middle] as Counted, counted)) low = middle + 1;
      else high = middle;
    }
    first.splice(low, 0, counted);
    if (first.length > limit) first.pop();
  }
  return first;
}
