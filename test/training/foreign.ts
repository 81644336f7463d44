import type { EvaluationSet, Group, Query } from "../evaluation/data.ts";

/** Whose groups share no texts: a question of another group has no answer. */
export const strangers: readonly string[] = [
  "locomo-dev",
  "beam-dev",
  "beam500k-dev",
  "longmemeval-pool-dev",
  "lifebench-en-dev",
  "lifebench-zh-dev",
  "knowme-dev",
  "updates-dev",
];

/** Sets about the same things, or translations of each other: a question of one may be answered in another. */
const alike: readonly RegExp[] = [
  /^(xquad|fquad|jaquad|korquad)/,
  /^(scifact|cisi)/,
  /^lifebench/,
  /^madial/,
  /^beam/,
  /^updates/,
];

/** The type of questions of other sets. */
const elsewhere = "elsewhere";

/** Whether it is about something that has nothing to do with the set. */
export function isFromElsewhere({ type }: Query): boolean {
  return type === elsewhere;
}

/** A set that is asked, in each group, about `count` questions of its other groups, in place of those without an answer. */
export function askedByNeighbours(set: EvaluationSet, count: number): EvaluationSet {
  return withForeign(set, (group, at) =>
    spread(questionsOf(set.groups.filter((other) => other !== group)), count, at),
  );
}

/** The same with about `count` questions of the other sets that are about other things, as many of each. */
export function askedFromElsewhere(
  set: EvaluationSet,
  sets: readonly EvaluationSet[],
  count: number,
): EvaluationSet {
  const others = sets.filter(
    ({ name }) => name !== set.name && !alike.some((family) => family.test(name) && family.test(set.name)),
  );
  const each = Math.max(1, Math.round(count / others.length));
  return withForeign(set, ({ unanswerable }, at) => [
    ...unanswerable,
    ...others
      .flatMap(({ groups }, from) => spread(questionsOf(groups), each, at * 7 + from))
      .map((query) => ({ ...query, type: elsewhere })),
  ]);
}

/** A set without the questions that nothing in it answers. */
export function withoutForeign(set: EvaluationSet): EvaluationSet {
  return withForeign(set, () => []);
}

function withForeign(
  set: EvaluationSet,
  foreign: (group: Group, at: number) => readonly Query[],
): EvaluationSet {
  return {
    ...set,
    groups: set.groups.map((group, at) => ({
      ...group,
      unanswerable: foreign(group, at).map((query) => ({ ...query, relevant: new Set(), grades: new Map() })),
    })),
  };
}

function questionsOf(groups: readonly Group[]): Query[] {
  return groups.flatMap(({ queries }) => queries);
}

/** About `count` of some questions, from all of them. */
function spread(queries: readonly Query[], count: number, from: number): Query[] {
  const step = Math.max(1, Math.floor(queries.length / count));
  return queries.filter((_, at) => at % step === from % step).slice(0, count);
}
