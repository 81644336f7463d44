/**
 * Trains the ranking: `npm run rank:train`. Reads the sets of ../shared/data and makes some of its own, asks each question
 * of the index of its group, and writes `packages/core/src/ranking/model.json`: the same file, to the bit, at every run over
 * the same code and sets. It takes some minutes.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { defaultEmbedder, type Embedder } from "@souvenir/core";
import type { StaticEmbedder, StaticModel } from "@souvenir/static";
import type { KnownBackground } from "../../packages/core/src/ranking/background.ts";
import { features } from "../../packages/core/src/ranking/features.ts";
import { type EvaluationSet, foldersWithSets, readSet } from "../evaluation/data.ts";
import { uniform } from "../evaluation/random.ts";
import { backgroundOf } from "./background.ts";
import { changesSet } from "./changes.ts";
import { type Asked, collect } from "./collect.ts";
import { everydaySet } from "./everyday.ts";
import { type FitOptions, type Found, fit, type Ranked } from "./fit.ts";
import { askedByNeighbours, askedFromElsewhere, strangers, withoutForeign } from "./foreign.ts";
import { madeSets } from "./made.ts";
import { reworded } from "./reworded.ts";
import { smallSet } from "./small.ts";
import { singleWords } from "./words.ts";

const data = fileURLToPath(new URL("../../../shared/data", import.meta.url));
const file = fileURLToPath(new URL("../../packages/core/src/ranking/model.json", import.meta.url));

/** What the newest statement of something counts, and an older one of the same: sets that have both. */
const gradesOfUpdates = { newest: 1, older: 0.15 };
const updates: readonly string[] = ["updates-dev", "updates-fact-dev", "changes"];
/** Between these the figures hardly differ. */
const goals = { sharpness: 4, share: 4, penalty: 0.00003 };
/**
 * How much sets count that are made, for the order and for the score of questions with an answer and of those without. They
 * are small, and what they have is in no other set; single words and vectors without a meaning are seldom.
 */
const counts = {
  everyday: { order: 6, answered: 5, unanswered: 5 },
  changes: { order: 4, answered: 1, unanswered: 1 },
  identifiers: { order: 4, answered: 1, unanswered: 8 },
  anyVectors: { order: 0.1, answered: 0.1, unanswered: 0.1 },
  words: { order: 0.05, answered: 0.05, unanswered: 0.5 },
  given: { order: 1, answered: 1, unanswered: 1 },
};
/** And questions of other sets, which are about very other things, and easily told. */
const elsewhereCount = 0.02;
/** The penalty of the constant: none, but for the equations to be solvable. */
const freely = 1e-9;
/** Share of the relevant memories among the first ten that the floor may cost: of the sets with foreign questions, of each set. */
const mostLost = { ofStrangers: 0.013, ofOne: 0.06 };
/** Abstracts, of which nobody has a handful. */
const documentSets: readonly string[] = ["scifact", "cisi"];
const foreignPerGroup = { whole: 20, small: 2, made: 4 };
/** Questions of other sets, in sets of one group and in others. */
const elsewherePerGroup = { one: 60, more: 20 };
/** Sets in scripts whose words are not written apart, or with questions in another language: nothing there is reworded. */
const notReworded = /zh|jaquad|korquad|cross|madial|realmem|updates-fact/;
const depth = 10;

type Variant = "meaning" | "words";
type Sets = ReadonlyMap<string, readonly Asked[]>;

interface Model {
  /** Of all features, 0 for those that it does without. */
  weights: Float64Array;
  constant: number;
}

const names = features.map(({ name }) => name);
const columns = names.length;

async function collectAll(variant: Variant, background?: KnownBackground): Promise<Sets> {
  const sets = new Map<string, Asked[]>();
  const embedder = variant === "words" ? false : defaultEmbedder();
  const add = async (set: EvaluationSet, by: Embedder | false = embedder) => {
    const asked: Asked[] = [];
    for await (const question of collect(set, names, by, by === embedder ? background : undefined))
      asked.push(question);
    sets.set(set.name, asked);
    console.error(`${variant}: ${set.name}, ${asked.length} questions`);
  };
  const model = await staticModel();
  const given = foldersWithSets(data).map((folder) => readSet(folder));
  for (const set of given) {
    const foreign = strangers.includes(set.name);
    const { one, more } = elsewherePerGroup;
    const own = foreign ? askedByNeighbours(set, foreignPerGroup.whole) : withoutForeign(set);
    await add(askedFromElsewhere(own, given, set.groups.length === 1 ? one : more));
    if (documentSets.includes(set.name)) continue;
    const pieces = smallSet(set, { unanswered: foreign ? 0 : foreignPerGroup.small });
    const small = foreign ? askedByNeighbours(pieces, foreignPerGroup.small) : pieces;
    await add(small);
    if (foreign) for (const each of [set, small]) await add(singleWords(each));
    if (!notReworded.test(set.name)) await add(reworded(small, model));
  }
  // Words alone find hardly anything there.
  if (variant === "meaning") await add(everydaySet());
  await add(changesSet());
  for (const { set, foreign } of madeSets()) {
    const asked = foreign ? askedByNeighbours(set, foreignPerGroup.made) : set;
    await add(asked);
    // Whatever vectors say of it, an identifier decides.
    if (foreign && embedder !== false)
      await add({ ...asked, name: `${set.name} with any vectors` }, anyVectors(embedder));
  }
  return sets;
}

/** An embedder whose vectors say nothing, for the terms of another. */
function anyVectors(embedder: Embedder & Partial<StaticEmbedder>): Embedder & Partial<StaticEmbedder> {
  return {
    id: "any",
    dimensions: 16,
    model: embedder.model,
    embed: async (texts) =>
      texts.map((text) => {
        const next = uniform(
          [...text].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 2 ** 31, 7),
        );
        const vector = Float32Array.from({ length: 16 }, () => next() - 0.5);
        const length = Math.hypot(...vector);
        return vector.map((each) => each / length);
      }),
  };
}

async function staticModel(): Promise<StaticModel> {
  const embedder: Embedder & Partial<StaticEmbedder> = defaultEmbedder();
  await embedder.load?.();
  if (embedder.model === undefined) throw new Error("the built-in embedder has no static model");
  return embedder.model;
}

function rankedOf([set, asked]: readonly [string, readonly Asked[]]): Ranked[] {
  const answered = asked.filter(({ grades }) => grades.some((grade) => grade > 0));
  return answered.map(({ values, grades }) => {
    const target = Float64Array.from(grades, (grade) => {
      if (!updates.includes(set)) return grade > 0 ? 1 : 0;
      return grade >= 2 ? gradesOfUpdates.newest : grade > 0 ? gradesOfUpdates.older : 0;
    });
    const all = target.reduce((sum, each) => sum + each, 0);
    return {
      values,
      target: target.map((each) => each / all),
      weight: countsOf(set).order / Math.sqrt(answered.length),
    };
  });
}

function countsOf(set: string): (typeof counts)["given"] {
  if (set === "everyday") return counts.everyday;
  if (set === "changes") return counts.changes;
  if (set === "identifiers") return counts.identifiers;
  if (set.endsWith("any vectors")) return counts.anyVectors;
  return set.startsWith("words of") ? counts.words : counts.given;
}

/** What is found on top, of sets that are also asked what nothing there answers. */
function foundOf([set, asked]: readonly [string, readonly Asked[]], model: Model): Found[] {
  const isAnswered = ({ relevant }: Asked) => relevant.length > 0;
  const answered = asked.filter(isAnswered);
  const others = asked.filter((question) => !isAnswered(question));
  if (others.length === 0) return [];
  const kinds = [
    { questions: answered, count: countsOf(set).answered },
    { questions: others.filter(({ fromElsewhere }) => !fromElsewhere), count: countsOf(set).unanswered },
    { questions: others.filter(({ fromElsewhere }) => fromElsewhere), count: elsewhereCount },
  ];
  return kinds.flatMap(({ questions, count }) =>
    questions.flatMap(({ values, grades }) => {
      const best = bestRows(logOddsOf(values, model));
      // A question counts the same however few memories there are.
      const weight = (count * Math.sqrt(answered.length)) / questions.length / best.length;
      return best.map((row) => ({
        values: values.subarray(row * columns, (row + 1) * columns),
        relevant: grades[row]! > 0,
        weight,
      }));
    }),
  );
}

function train(sets: Sets, start: Float64Array = new Float64Array(columns + 1)): Model {
  const { sharpness, share, penalty } = goals;
  const penalties = Float64Array.from(features, ({ ofQuestion }) =>
    ofQuestion === true ? penalty : penalty * sharpness ** 2,
  );
  const options: FitOptions = { columns, sharpness, share, penalties: Float64Array.of(...penalties, freely) };
  const ranked = [...sets].flatMap(rankedOf);
  const first = modelOf(fit(ranked, [], options, start));
  const found = [...sets].flatMap((set) => foundOf(set, first));
  return modelOf(fit(ranked, found, options, Float64Array.of(...first.weights, first.constant)));
}

function modelOf(fitted: Float64Array): Model {
  return { weights: fitted.slice(0, columns), constant: fitted[columns]! };
}

function logOddsOf(values: Float32Array, { weights, constant }: Model): Float64Array {
  const sums = new Float64Array(values.length / columns).fill(constant);
  for (let row = 0; row < sums.length; row++)
    for (let at = 0; at < columns; at++) sums[row]! += values[row * columns + at]! * weights[at]!;
  return sums;
}

function bestRows(sums: Float64Array): number[] {
  return Array.from(sums.keys())
    .sort((left, right) => sums[right]! - sums[left]! || left - right)
    .slice(0, depth);
}

/** Recall and nDCG among the first ten, in percent, over the questions with an answer. */
function measure(asked: readonly Asked[], model: Model): { recall: number; ndcg: number } {
  let recall = 0;
  let ndcg = 0;
  let count = 0;
  for (const { values, grades, relevant } of asked) {
    if (relevant.length === 0) continue;
    let found = 0;
    let gain = 0;
    let ideal = 0;
    for (const [rank, row] of bestRows(logOddsOf(values, model)).entries()) {
      if (!(grades[row]! > 0)) continue;
      found++;
      gain += 1 / Math.log2(rank + 2);
    }
    for (let rank = 0; rank < Math.min(depth, relevant.length); rank++) ideal += 1 / Math.log2(rank + 2);
    recall += found / relevant.length;
    ndcg += gain / ideal;
    count++;
  }
  return { recall: rounded((100 * recall) / count, 10), ndcg: rounded((100 * ndcg) / count, 10) };
}

/** The highest floor, in thousandths, that costs no more than `mostLost` of what is found on questions with an answer. */
function floorOf(sets: Sets, model: Model): number {
  const lost = given.map((set) => {
    const answered = (sets.get(set) ?? []).filter(({ relevant }) => relevant.length > 0);
    const parts = answered.flatMap(({ values, grades, relevant }) => {
      const sums = logOddsOf(values, model);
      return bestRows(sums)
        .filter((row) => grades[row]! > 0)
        .map((row) => ({
          score: 1 / (1 + Math.exp(-sums[row]!)),
          share: 1 / relevant.length / answered.length,
        }));
    });
    return (floor: number) => parts.reduce((sum, { score, share }) => (score < floor ? sum + share : sum), 0);
  });
  let floor = 0;
  while (floor < 500) {
    const shares = lost.map((below) => below((floor + 1) / 1_000));
    const ofStrangers = shares.filter((_, at) => strangers.includes(given[at]!));
    if (Math.max(...shares) > mostLost.ofOne) break;
    if (ofStrangers.reduce((sum, share) => sum + share, 0) > mostLost.ofStrangers * ofStrangers.length) break;
    floor++;
  }
  return floor / 1_000;
}

function logitOf(probability: number): number {
  return Math.log(probability / (1 - probability));
}

function rounded(value: number, steps: number): number {
  return Math.round(value * steps) / steps;
}

/**
 * Four places: the file stays the same where the last bits of a sum are others.
 * @param raised - Added to the log-odds.
 */
function written({ weights, constant }: Model, variant: Variant, raised = 0) {
  const used = [...features.entries()].filter(([, { ofMeaning }]) => variant === "meaning" || !ofMeaning);
  return {
    constant: rounded(rounded(constant, 10_000) + rounded(raised, 10_000), 10_000),
    weights: Object.fromEntries(used.map(([at, { name }]) => [name, rounded(weights[at]!, 10_000)])),
  };
}

const given = foldersWithSets(data).map((folder) => basename(folder));
if (given.length === 0) throw new Error(`the sets are not in ${data}: there is nothing to train on`);
const background = await backgroundOf(defaultEmbedder());
const sets = await collectAll("meaning", background);
const meaning = train(sets);
const start = Float64Array.of(...meaning.weights, meaning.constant);
const figures: Record<string, object> = {};
const leaveOneSetOut: Record<string, object> = {};
for (const [set, asked] of sets) {
  if (!given.includes(set)) continue;
  const others = new Map([...sets].filter(([name]) => !name.includes(set)));
  leaveOneSetOut[set] = measure(asked, train(others, start));
  figures[set] = measure(asked, meaning);
  console.error(set, figures[set], leaveOneSetOut[set]);
}
const setsByWords = await collectAll("words");
const words = train(setsByWords);
const floor = floorOf(sets, meaning);
// One floor for both: without vectors scores are lower, of what is relevant too.
const raised = logitOf(floor) - logitOf(floorOf(setsByWords, words));
const model = {
  command: "npm run rank:train",
  trainedOn: Object.fromEntries(
    [...sets].map(([set, asked]) => [set, asked.filter(({ relevant }) => relevant.length > 0).length]),
  ),
  figures,
  leaveOneSetOut,
  // In one line, as no formatter would write it otherwise.
  background: {
    ...background,
    questions: { ...background.questions, centre: background.questions.centre.join(" ") },
  },
  floor,
  meaning: written(meaning, "meaning"),
  words: written(words, "words", raised),
};
const { date, ...before } = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
const isSame = JSON.stringify(before) === JSON.stringify(model) && typeof date === "string";
// The day on which these weights came first.
const day = isSame ? date : new Date().toISOString().slice(0, 10);
writeFileSync(file, `${JSON.stringify({ date: day, ...model }, undefined, 2)}\n`);
