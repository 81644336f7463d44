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
  /** And each that joins it with the others of the group, on average. */
  together: number;
  /** Two are one sentence with other words in it from this `Likeness.frame` on. */
  frame: number;
  /** Share of a group that one of it may be such a sentence of. */
  contrasts: number;
}

/** What has less in common with the one that a group is around is not looked at (`Likeness.same`). */
const least = 0.2;
/** A word is of what a group is about when it stands in this share of its texts. */
const aboutShare = 0.75;

/**
 * Puts what is alike together: again and again the largest group around one of those that are left. A group begins with two
 * that surely say the same; others join it that are likely to, as long as they are not one sentence with exchanged words: a
 * list of different things ("We keep brown hens", "We keep white hens") has a text that they all go on from ("We keep hens"),
 * too. No chain of small differences joins what is different, and who has no word of what a group is about has only the words
 * of its sentences: "I drink espresso every morning", "My morning drink is espresso", "I drink tea in the evening".
 * @param count - How many there are.
 * @param likeness - Of two places, the same both ways.
 * @param termsOf - The telling words of a place.
 * @returns Every place once, each group in order, the groups in order of their first.
 */
export function groupsAround(
  count: number,
  likeness: (left: number, right: number) => Likeness,
  termsOf: (place: number) => ReadonlySet<string>,
  { surest, together, frame, contrasts }: Limits,
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
  const meanOf = (place: number, group: ReadonlySet<number>) => {
    let sum = 0;
    for (const other of group) if (other !== place) sum += (same[place] as Float64Array)[other] as number;
    return sum / Math.max(1, group.size - 1);
  };
  /** Leaves out, the least alike first, those that have no word of what the group is about, or too little in common with it. */
  const narrow = (group: Set<number>, center: number) => {
    for (;;) {
      const about = termsAbout(group, termsOf);
      const [farthest] = [...group]
        .filter((place) => place !== center)
        .map((place) => ({ place, mean: meanOf(place, group) }))
        .filter(
          ({ place, mean }) => mean < together || (about.size > 0 && about.isDisjointFrom(termsOf(place))),
        )
        .sort((one, other) => one.mean - other.mean || other.place - one.place);
      if (farthest === undefined) return;
      group.delete(farthest.place);
    }
  };
  const groupAround = (center: number, left: readonly number[]) => {
    const alike = same[center] as Float64Array;
    const near = left
      .filter((place) => place !== center && (alike[place] as number) >= least)
      .sort((one, other) => (alike[other] as number) - (alike[one] as number) || one - other);
    const group = new Set([center]);
    if (near[0] === undefined || (alike[near[0]] as number) < surest) return group;
    for (const place of near) group.add(place);
    narrow(group, center);
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

function termsAbout(
  group: ReadonlySet<number>,
  termsOf: (place: number) => ReadonlySet<string>,
): ReadonlySet<string> {
  const counts = new Map<string, number>();
  for (const place of group) for (const term of termsOf(place)) counts.set(term, (counts.get(term) ?? 0) + 1);
  const about = new Set<string>();
  for (const [term, count] of counts) if (count > 1 && count >= aboutShare * group.size) about.add(term);
  return about;
}
