// Fits packages/core/src/paraphrases/fitted.json to one half of groups.jsonl, and prints how it does on both halves:
// npm run fit:said-again
import { writeFileSync } from "node:fs";
import { ComparedText } from "@souvenir/orama";
import { groupsAround, type Limits } from "../../packages/core/src/paraphrases/groups.ts";
import {
  type Features,
  featuresOf,
  likenessBy,
  tellingTerms,
} from "../../packages/core/src/paraphrases/likeness.ts";
import { readSaid, type SaidGroup, textsOf } from "./groups.ts";

/** Keeps weights small that few pairs speak for. */
const ridge = 0.5;
/** Share of the groups of different facts that may lose one: the limits are chosen for it. */
const mostLost = 0.02;

interface Pair {
  /** `undefined`: one only says less than the other. */
  same: boolean | undefined;
  features: Features;
}
interface Compared {
  group: SaidGroup;
  count: number;
  /** The place of the fact that each text says. */
  factOf: number[];
  /** The telling words of each. */
  terms: Set<string>[];
  /** By both places, the smaller first. */
  pairs: Map<string, Pair>;
}
type WeightsFor = (language: string) => readonly number[];

// No and yes are told apart by their words of negation alone.
const compared = readSaid()
  .filter(({ kind }) => kind !== "negation")
  .map(compare);
const half = (name: SaidGroup["half"]) => compared.filter(({ group }) => group.half === name);
const fitted = half("fitted");
const languages = new Set(fitted.map(({ group }) => group.language));

const weights = fit(fitted);
const limits = chosenLimits();
// As the formatter has it: the weights in one line.
const fittedFile = `{
  "weights": [${weights.join(", ")}],
  "limits": ${JSON.stringify(limits, undefined, 2).replaceAll("\n", "\n  ")}
}
`;
writeFileSync(new URL("../../packages/core/src/paraphrases/fitted.json", import.meta.url), fittedFile);
for (const name of ["fitted", "held out"] as const) {
  const { told, paraphrases, lost, different } = outcome(half(name), limits, () => weights);
  console.log(
    `${name}: ${told} of ${paraphrases} facts said five times take two places; ${lost.length} of ${different} groups of different facts lose one`,
  );
  for (const text of lost) console.log(`  ${text}`);
}

function compare(group: SaidGroup): Compared {
  const texts = textsOf(group).map(({ text, fact }) => ({ fact, text: new ComparedText(text) }));
  const pairs = new Map<string, Pair>();
  for (const [left, one] of texts.entries())
    for (const [right, other] of texts.entries())
      if (left < right)
        pairs.set(`${left} ${right}`, {
          same: group.kind === "detail" && left === 0 ? undefined : one.fact === other.fact,
          features: featuresOf(...one.text.wordsBeside(other.text)),
        });
  const all = new ComparedText(group.facts.flat().join("\n"));
  const terms = texts.map(({ text }) => tellingTerms(text.wordsBeside(all)[0]));
  return { group, count: texts.length, factOf: texts.map(({ fact }) => fact), terms, pairs };
}

/** Logistic regression by Newton's method. */
function fit(groups: readonly Compared[]): number[] {
  const pairs = groups.flatMap(({ pairs }) => [...pairs.values()].filter(({ same }) => same !== undefined));
  let weights = new Array<number>(pairs[0]?.features.length ?? 0).fill(0);
  for (let round = 0; round < 50; round++) {
    const gradient = weights.map((weight, at) => (at === 0 ? 0 : ridge * weight));
    const curvature = weights.map((_, row) =>
      weights.map((_, column) => (row === column ? (row === 0 ? 1e-6 : ridge) : 0)),
    );
    for (const { features, same } of pairs) {
      const told = likenessBy(weights, features).same;
      for (const [row, feature] of features.entries()) {
        gradient[row] = (gradient[row] as number) + (told - Number(same)) * feature;
        const line = curvature[row] as number[];
        for (const [column, other] of features.entries())
          line[column] = (line[column] as number) + told * (1 - told) * feature * other;
      }
    }
    const step = solved(curvature, gradient);
    weights = weights.map((weight, at) => weight - (step[at] as number));
  }
  return weights.map((weight) => Math.round(weight * 1000) / 1000);
}

/** Gaussian elimination; the matrix is symmetric and positive, so no row has to change its place. */
function solved(matrix: number[][], right: number[]): number[] {
  const rows = matrix.map((row, at) => [...row, right[at] as number]);
  for (const [at, pivot] of rows.entries())
    for (const [other, row] of rows.entries()) {
      if (other === at) continue;
      const factor = (row[at] as number) / (pivot[at] as number);
      for (let column = at; column < row.length; column++)
        row[column] = (row[column] as number) - factor * (pivot[column] as number);
    }
  return rows.map((row, at) => (row.at(-1) as number) / (row[at] as number));
}

/**
 * The limits that put the most paraphrases into two places, of those that lose hardly any fact; of equals the strictest. Each
 * language is judged by weights that were fitted to the others.
 */
function chosenLimits(): Limits {
  const fromOthers = new Map(
    [...languages].map((language) => [
      language,
      fit(fitted.filter(({ group }) => group.language !== language)),
    ]),
  );
  const weightsFor: WeightsFor = (language) => fromOthers.get(language) as number[];
  const choices: Limits[] = [];
  for (const surest of [0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.925, 0.95, 0.975])
    for (const frame of [0.7, 0.8, 0.9])
      for (const contrasts of [0, 0.25, 0.35])
        for (const together of [0.2, 0.3, 0.4, 0.5, 0.6, 0.7])
          choices.push({ surest, together, frame, contrasts });
  const [best] = choices
    .map((limits) => ({ limits, ...outcome(fitted, limits, weightsFor) }))
    .filter(({ lost, different }) => lost.length <= mostLost * different)
    .sort(
      (left, right) =>
        right.told - left.told ||
        left.lost.length - right.lost.length ||
        right.limits.surest - left.limits.surest ||
        right.limits.together - left.limits.together ||
        left.limits.frame - right.limits.frame ||
        left.limits.contrasts - right.limits.contrasts,
    );
  if (best === undefined) throw new Error("no limits lose so few facts");
  return best.limits;
}

function outcome(groups: readonly Compared[], limits: Limits, weightsFor: WeightsFor) {
  let [told, paraphrases, different] = [0, 0, 0];
  const lost: string[] = [];
  for (const { group, count, pairs, factOf, terms } of groups) {
    const ownWeights = weightsFor(group.language);
    const parts = groupsAround(
      count,
      (left, right) => likenessBy(ownWeights, (pairs.get(`${left} ${right}`) as Pair).features),
      (place) => terms[place] as Set<string>,
      limits,
    );
    const places = parts.reduce((sum, { length }) => sum + Math.min(2, length), 0);
    if (group.kind === "same") {
      paraphrases++;
      if (places <= 2) told++;
    } else if (group.kind === "beside") {
      // Two alone stay both; of more, none may stand for another fact.
      const isMixed = (part: readonly number[]) => new Set(part.map((place) => factOf[place])).size > 1;
      paraphrases++;
      if (parts.reduce((sum, part) => sum + (isSaid(part, factOf) ? Math.min(2, part.length) : 0), 0) <= 2)
        told++;
      different++;
      if (parts.some((part) => part.length > 2 && isMixed(part)))
        lost.push(`${group.language}, ${group.kind}: ${group.facts[0]?.[0]}`);
    } else {
      different++;
      if (places < count) lost.push(`${group.language}, ${group.kind}: ${group.facts[0]?.[0]}`);
    }
  }
  return { told, paraphrases, lost, different };
}

/** Whether a part has texts of the fact that is said five times. */
function isSaid(part: readonly number[], factOf: readonly number[]): boolean {
  return part.some((place) => factOf[place] === 0);
}
