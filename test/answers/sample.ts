import { uniform } from "../evaluation/random.ts";
import type { Conversations } from "./bench.ts";

/** So many questions, evenly drawn, in the order of the bench: the same for the same seed. */
export function sampled(
  all: readonly Conversations[],
  count: number | undefined,
  seed: number,
): Conversations[] {
  const places = all.flatMap(({ questions }) => questions);
  if (count === undefined || count >= places.length) return [...all];
  const next = uniform(seed);
  const drawn = new Set(
    places
      .map((question) => ({ question, at: next() }))
      .sort((one, other) => one.at - other.at)
      .slice(0, count)
      .map(({ question }) => question),
  );
  return all.flatMap((each) => {
    const questions = each.questions.filter((question) => drawn.has(question));
    return questions.length === 0 ? [] : [{ ...each, questions }];
  });
}
