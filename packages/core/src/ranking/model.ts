import type { Background } from "./background.ts";
import type { Evidence } from "./evidence.ts";
import { type Feature, features } from "./features.ts";
import trained from "./model.json" with { type: "json" };
import type { Ranking } from "./ranking.ts";

/** Weights of the features by name, and what a score begins with. */
interface Weights {
  readonly constant: number;
  readonly weights: Readonly<Record<string, number>>;
}

/** Scores below this are not worth showing; see `Ranking.minScore`. */
export const floor: number = trained.floor;

/** How the cosines of unrelated texts are spread with the built-in embedder. */
export const builtInBackground: Background = trained.background;

const models: { readonly meaning: Weights; readonly words: Weights } = trained;

/** What a memory's score is made of. */
export interface Assessment {
  /** The score is `1 / (1 + exp(-logOdds))`: the probability that the memory is relevant. */
  readonly logOdds: number;
  /** What each feature adds, and the `constant`: their sum is `logOdds`. */
  readonly contributions: Readonly<Record<string, number>>;
  /** What each feature says, before it is weighed. */
  readonly values: Readonly<Record<string, number>>;
}

/** Weighs what is known of a memory. The weights with vectors are others than those without. */
export function weigh(evidence: Evidence, options: Ranking): (place: number) => Assessment {
  const withMeaning = evidence.hasVectors && factorOf("vector", options) > 0;
  const { constant, weights } = withMeaning ? models.meaning : models.words;
  const used = features.filter(({ ofMeaning }) => withMeaning || ofMeaning !== true);
  const factors = used.map(
    ({ name, option }) => (weights[name] ?? 0) * (option === undefined ? 1 : factorOf(option, options)),
  );
  return (place) => {
    const contributions: Record<string, number> = { constant };
    const values: Record<string, number> = {};
    let logOdds = constant;
    for (const [index, feature] of used.entries()) {
      const value = feature.value(evidence, place);
      const contribution = value * (factors[index] as number);
      values[feature.name] = value;
      contributions[feature.name] = contribution;
      logOdds += contribution;
    }
    return { logOdds, contributions, values };
  };
}

function factorOf(option: NonNullable<Feature["option"]>, options: Ranking): number {
  const factor = options[option];
  return factor === "learned" ? 1 : factor;
}
