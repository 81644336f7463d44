import type { EvaluationSet, Group, Query } from "./data.ts";
import { mean } from "./metrics.ts";
import type { Answer, Outcome } from "./outcome.ts";

/** Sets whose groups are of different people. Those of others share texts or translations, so may have the answer. */
const strangers = /^(locomo|beam|beam500k|longmemeval-pool|lifebench-en|lifebench-zh|knowme|updates)(-dev)?$/;

/** Questions of the group before, asked in each group; none for a set whose groups are not strangers to each other. */
export function foreignQueries({ name, groups }: EvaluationSet): Map<Group, Query[]> {
  if (!strangers.test(name) || groups.length < 2) return new Map();
  return new Map(groups.map((group, place) => [group, groups.at(place - 1)!.queries]));
}

/** Figures of questions that have no answer where they are asked. */
export interface Silence {
  questions: number;
  /** Share with an empty answer. */
  empty: number;
  /** Hits for a question, at most 10. */
  hits: number;
  /** How often an own question's best score is above that of one without an answer; a tie counts half. */
  auc: number;
}

/** At the floor of the answers, or at another one. */
export function silence(answers: readonly Answer[], { own }: Outcome, floor?: number): Silence {
  const counts = answers.map(({ hits, unfloored }) =>
    floor === undefined ? hits.length : unfloored.slice(0, 10).filter(({ score }) => score >= floor).length,
  );
  return {
    questions: answers.length,
    empty: mean(counts.map((count) => Number(count === 0))),
    hits: mean(counts),
    auc: areaUnderCurve(own.map(bestScore), answers.map(bestScore)),
  };
}

/** R@10 of own questions that a floor costs: the one of the answers, or another one. */
export function lost({ own }: Outcome, floor?: number): number {
  return mean(
    own.map(({ scores, unfloored, unflooredRecall, relevant }) => {
      if (floor === undefined) return unflooredRecall - scores["R@10"];
      const below = unfloored.slice(0, 10).filter(({ score, grade }) => grade > 0 && score < floor);
      return below.length / relevant;
    }),
  );
}

/** Of the first hit without a floor; 0 for none. */
export function bestScore({ unfloored }: Answer): number {
  return unfloored[0]?.score ?? 0;
}

/** Mann and Whitney's U, as a share: how often a positive is above a negative, a tie counting half. */
export function areaUnderCurve(positives: readonly number[], negatives: readonly number[]): number {
  const sorted = negatives.toSorted((one, other) => one - other);
  const below = (value: number, orEqual: boolean): number => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle]! < value || (orEqual && sorted[middle] === value)) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return mean(positives.map((value) => (below(value, false) + below(value, true)) / 2)) / negatives.length;
}
