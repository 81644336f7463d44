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
    .filter(({ ofMeaning }) => withMeaning || ofMeaning !== true)
    .map((feature) => {
      const { name, option } = feature;
      return {
        feature,
        factor: (weights[name] ?? 0) * (option === undefined ? 1 : factorOf(option, options)),
      };
    });
  const counting = used.filter(({ factor }) => factor !== 0);
  const ofMemory = counting.filter(({ feature }) => feature.ofQuestion !== true);
  let ofQuestion = constant;
  for (const { feature, factor } of counting)
    if (feature.ofQuestion === true) ofQuestion += feature.value(evidence, 0) * factor;
  return {
    logOdds(place) {
      let sum = ofQuestion;
      for (const { feature, factor } of ofMemory) sum += feature.value(evidence, place) * factor;
      return sum;
    },
    contributions(place) {
      const contributions: Record<string, number> = { constant };
      for (const { feature, factor } of used)
        contributions[feature.name] = feature.value(evidence, place) * factor;
      return contributions;
    },
    values(place) {
      const values: Record<string, number> = {};
      for (const { feature } of used) values[feature.name] = feature.value(evidence, place);
      return values;
    },
  };
}

function factorOf(option: NonNullable<Feature["option"]>, options: Ranking): number {
  const factor = options[option];
  return factor === "learned" ? 1 : factor;
}
