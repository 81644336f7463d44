import type { KnownBackground } from "./background.ts";
import type { Evidence } from "./evidence.ts";
import { type Feature, features } from "./features.ts";
import trained from "./model.json" with { type: "json" };
import type { Ranking } from "./ranking.ts";

/** Weights of the features by name, and what a score begins with. */
interface Weights {
  readonly constant: number;
  readonly weights: Readonly<Record<string, number>>;
}

/** What is known of the built-in embedder. */
export const builtInBackground: KnownBackground = {
  ...trained.background,
  questions: {
    ...trained.background.questions,
    centre: trained.background.questions.centre.split(" ").map(Number),
  },
};

const models: { readonly meaning: Weights; readonly words: Weights } = trained;

/** What the scores of memories are made of, by place of the memory. */
export interface Assessment {
  /** The score is `1 / (1 + exp(-logOdds))`: the probability that the memory is relevant. */
  logOdds(place: number): number;
  /** What each feature adds, and the `constant`: their sum is `logOdds`. */
  contributions(place: number): Record<string, number>;
  /** What each feature says, before it is weighed. */
  values(place: number): Record<string, number>;
}

/** Weighs what is known of memories. The weights with vectors are others than those without. */
export function weigh(evidence: Evidence, options: Ranking): Assessment {
  const withMeaning = evidence.byMeaning && factorOf("vector", options) > 0;
  const { constant, weights } = withMeaning ? models.meaning : models.words;
  const used = features
    .filter((feature) => withMeaning || !feature.ofMeaning)
    .map(({ name, value, option, ofQuestion }) => {
      const multiplier = option === undefined ? 1 : factorOf(option, options);
      return { name, value, ofQuestion, factor: (weights[name] ?? 0) * multiplier };
    });
  const counting = used.filter(({ factor }) => factor !== 0);
  const ofMemory = counting.filter(({ ofQuestion }) => !ofQuestion);
  let ofAll = constant;
  for (const { value, factor, ofQuestion } of counting) if (ofQuestion) ofAll += value(evidence, 0) * factor;
  return {
    logOdds(place) {
      let sum = ofAll;
      for (const { value, factor } of ofMemory) sum += value(evidence, place) * factor;
      return sum;
    },
    contributions: (place) => ({
      constant,
      ...Object.fromEntries(used.map(({ name, value, factor }) => [name, value(evidence, place) * factor])),
    }),
    values: (place) => Object.fromEntries(used.map(({ name, value }) => [name, value(evidence, place)])),
  };
}

function factorOf(option: NonNullable<Feature["option"]>, options: Ranking): number {
  const factor = options[option];
  return factor === "learned" ? 1 : factor;
}
