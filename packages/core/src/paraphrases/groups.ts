/** How two texts stand to each other, each 0 to 1. */
export interface Likeness {
  /** How likely it is that they say the same. */
  same: number;
  /** How much they are one sentence in which words are exchanged; 0 where one has all words of the other. */
  frame: number;
}

/** What makes a group. */
export interface Limits {
  /** What two must have in common (`Likeness.same`) for a group to begin with them. */
  surest: number;
  /** And each that joins it with the one that the group is around. */
  around: number;
  /** Two are one sentence with other words in it from this `Likeness.frame` on. */
  frame: number;
  /** Share of a group that one of it may be such a sentence of. */
  contrasts: number;
}

/**
 * Puts what is alike together: again and again the largest group around one of those that are left. A group begins with two
 * that surely say the same; others join it that are likely to, as long as they are not one sentence with exchanged words: a
 * list of different things ("We keep brown hens", "We keep white hens") has a text that they all go on from ("We keep hens"),
 * too. No chain of small differences joins what is different.
 * @param count - How many there are.
 * @param likeness - Of two places, the same both ways.
 * @returns Every place once, each group in order, the groups in order of their first.
 */
export function groupsAround(
  count: number,
  likeness: (left: number, right: number) => Likeness,
  { surest, around, frame, contrasts }: Limits,
): number[][] {
  const same = Array.from({ length: count }, () => new Float64Array(count));
  const contrasting = Array.from({ length: count }, () => new Set<number>());
  for (let left = 0; left < count; left++)
    for (let right = left + 1; right < count; right++) {
      const alike = likeness(left, right);
      (same[left] as Float64Array)[right] = alike.same;
      (same[right] as Float64Array)[left] = alike.same;
      if (alike.frame < frame) continue;
      contrasting[left]?.add(right);
      contrasting[right]?.add(left);
    }
  /** Whether few of a group are the same sentence as this one of it, with other words. */
  const fits = (place: number, group: ReadonlySet<number>) =>
    group.intersection(contrasting[place] as Set<number>).size <= contrasts * (group.size - 1);
  const groupAround = (center: number, left: readonly number[]) => {
    const alike = same[center] as Float64Array;
    const near = left
      .filter((place) => place !== center && (alike[place] as number) >= around)
      .sort((one, other) => (alike[other] as number) - (alike[one] as number) || one - other);
    const group = new Set([center]);
    if (near[0] === undefined || (alike[near[0]] as number) < surest) return group;
    for (const place of near) group.add(place);
    // The least alike goes first.
    for (const place of near.reverse()) if (!fits(place, group)) group.delete(place);
    return fits(center, group) ? group : new Set([center]);
  };
  let left = Array.from({ length: count }, (_, place) => place);
  const groups: number[][] = [];
  while (left.length > 0) {
    const largest = left
      .map((center) => groupAround(center, left))
      .reduce((best, group) => (group.size > best.size ? group : best));
    groups.push([...largest].sort((one, other) => one - other));
    left = left.filter((place) => !largest.has(place));
  }
  return groups.sort(([one = 0], [other = 0]) => one - other);
}
