import { type Difference, pairedBootstrap } from "./bootstrap.ts";
import { bm25Name, type Outcome, oramaName, type SetOutcome, souvenirName } from "./evaluate.ts";
import { average, type Metric, metrics, type Scores } from "./metrics.ts";

/** Where and how the figures came about. */
export interface Circumstances {
  command: string;
  date: string;
  machine: string;
  versions: string;
  seed: number;
}

export interface Evaluation {
  circumstances: Circumstances;
  /** The subject that differences are against. */
  reference: string;
  sets: SetOutcome[];
}

const judged: readonly Metric[] = ["R@10", "nDCG@10"];

/** Everything, as a page in Markdown. */
export function toMarkdown(evaluation: Evaluation): string {
  const { circumstances, reference, sets } = evaluation;
  return `${[
    "# Retrieval evaluation",
    "Figures are per cent, averaged over queries that have relevant documents; the data is not part of this repository. Every configuration of Souvenir runs with its defaults and differs in the embedder only, except where signals are switched off (“words …”).",
    [
      `- Command: \`${circumstances.command}\``,
      `- Date: ${circumstances.date}`,
      `- Machine: ${circumstances.machine}`,
      `- Versions: ${circumstances.versions}`,
      `- Seed: ${circumstances.seed}`,
    ].join("\n"),
    ...sets.map((set) => setSection(set, evaluation)),
    "## Losses",
    lossesParagraph(evaluation),
    "## What the names mean",
    [
      "- **given vectors**: the vectors of the folder, from a small static word model. **static embedder**: the one that `createMemory()` takes by default. **no embedder**: `embedder: false`.",
      "- **simulated strong N**: documents keep their given vectors; a query lies at one of its relevant documents plus Gaussian noise of N times the length of that document's vector. **random vectors**: Gaussian noise for documents and queries.",
      "- **words alone**: no embedder, and context, names and time switched off. **words and context**, **names** or **time**: with that one signal. **cold start**: every query is asked of a memory that was opened for it, and knows no query before it.",
      "- **textbook BM25**: k1 1.2, b 0.75, English stop words, Snowball stems; a word of a query counts once. Another list of stop words moves it by a point or two. **stock Orama hybrid**: given vectors, similarity 0, weights 0.5 and 0.5. **vector only**: cosine. **reciprocal rank fusion**: k = 60 over the best 100 of textbook BM25 and of vector only.",
      `- R@k: found relevant documents / all relevant documents. nDCG@10 and MRR@10 with binary gains. Differences are to ${reference}, with the 95 % interval of a paired bootstrap of 2,000 resamples.`,
    ].join("\n"),
  ].join("\n\n")}\n`;
}

/** Everything, as JSON can hold it: averages, by type, differences, losses. */
export function toJson(evaluation: Evaluation): unknown {
  const { circumstances, reference, sets } = evaluation;
  return {
    ...circumstances,
    reference,
    sets: sets.map(({ outcomes, types, ...set }) => ({
      ...set,
      queries: types.length,
      outcomes: outcomes.map((outcome) => ({
        subject: outcome.subject,
        tookMs: Math.round(outcome.tookMs),
        all: averages(outcome.scores),
        byType: Object.fromEntries(
          typesOf(types).map((type) => [type, averages(ofType(outcome, types, type))]),
        ),
        difference: differences(outcome, outcomes, evaluation),
      })),
    })),
    losses: losses(evaluation),
  };
}

export interface Loss {
  set: string;
  subject: string;
  metric: Metric;
  value: number;
  /** What does better: a baseline, or Souvenir with fewer signals. */
  rival: string;
  rivalValue: number;
  difference: Difference;
}

/** Every configuration of Souvenir and every rival of it that does better on a set. */
export function losses({ sets, circumstances }: Evaluation): Loss[] {
  return sets.flatMap(({ set, outcomes }) =>
    outcomes.flatMap((outcome) => {
      if (outcome.rivals === undefined) return [];
      const withFewerSignals = ["no embedder", "words alone"].map(souvenirName);
      const rivals = new Set([bm25Name, oramaName, ...withFewerSignals, ...outcome.rivals]);
      return outcomes
        .filter(({ subject }) => rivals.has(subject) && subject !== outcome.subject)
        .flatMap((rival) =>
          judged.map((metric) => ({
            set,
            subject: outcome.subject,
            metric,
            value: average(outcome.scores, metric),
            rival: rival.subject,
            rivalValue: average(rival.scores, metric),
            difference: compare(outcome, rival, metric, circumstances.seed),
          })),
        )
        .filter(({ value, rivalValue }) => value < rivalValue);
    }),
  );
}

function lossesParagraph(evaluation: Evaluation): string {
  const found = losses(evaluation);
  const against =
    "textbook BM25, stock Orama, its own vectors alone, their rank fusion, Souvenir without an embedder, or its words alone";
  if (found.length === 0) return `No configuration is below ${against} on any set, by R@10 or nDCG@10.`;
  return [
    `Configurations below ${against}, by R@10 or nDCG@10. An interval that includes 0 may be chance.`,
    table(
      ["set", "configuration", "metric", "", "below", "", "difference"],
      found.map(({ set, subject, metric, value, rival, rivalValue, difference }) => [
        set,
        subject,
        metric,
        percent(value),
        rival,
        percent(rivalValue),
        interval(difference),
      ]),
    ),
  ].join("\n\n");
}

function setSection(
  { set, documents, groups, types, outcomes, skipped }: SetOutcome,
  evaluation: Evaluation,
): string {
  const names = typesOf(types);
  const parts = [
    `## ${set}`,
    `${documents} documents in ${groups} ${groups === 1 ? "group" : "groups"}, ${types.length} queries.`,
    table(
      ["", ...metrics, ...judged.map((metric) => `${metric} to reference`), "seconds"],
      outcomes.map((outcome) => {
        const difference = differences(outcome, outcomes, evaluation);
        return [
          outcome.subject,
          ...metrics.map((metric) => percent(average(outcome.scores, metric))),
          ...judged.map((metric) => (difference === undefined ? "–" : interval(difference[metric]!))),
          (outcome.tookMs / 1_000).toFixed(1),
        ];
      }),
    ),
  ];
  if (names.length > 0)
    parts.push(
      "By type of query, R@10 (nDCG@10):",
      table(
        ["", ...names.map((name) => `${name} (${types.filter((type) => type === name).length})`)],
        outcomes.map((outcome) => [
          outcome.subject,
          ...names.map((name) => {
            const scores = ofType(outcome, types, name);
            return `${percent(average(scores, "R@10"))} (${percent(average(scores, "nDCG@10"))})`;
          }),
        ]),
      ),
    );
  if (skipped.length > 0) parts.push(`Left out: ${skipped.join("; ")}.`);
  return parts.join("\n\n");
}

/** Differences to the reference by metric; `undefined` for the reference itself and where it did not run. */
function differences(
  outcome: Outcome,
  outcomes: readonly Outcome[],
  { reference, circumstances }: Evaluation,
): Partial<Record<Metric, Difference>> | undefined {
  const other = outcomes.find(({ subject }) => subject === reference);
  if (other === undefined || other === outcome) return undefined;
  return Object.fromEntries(
    judged.map((metric) => [metric, compare(outcome, other, metric, circumstances.seed)]),
  );
}

function compare(outcome: Outcome, other: Outcome, metric: Metric, seed: number): Difference {
  const column = ({ scores }: Outcome): number[] => scores.map((scores) => scores[metric]);
  return pairedBootstrap(column(outcome), column(other), { seed });
}

function averages(scores: readonly Scores[]): Record<string, number> {
  return Object.fromEntries(metrics.map((metric) => [metric, average(scores, metric)]));
}

function typesOf(types: SetOutcome["types"]): string[] {
  return [...new Set(types)].filter((type) => type !== undefined).sort();
}

function ofType({ scores }: Outcome, types: SetOutcome["types"], type: string): Scores[] {
  return scores.filter((_, query) => types[query] === type);
}

const percent = (share: number): string => (share * 100).toFixed(1);
const signed = (share: number): string => `${share < 0 ? "−" : "+"}${percent(Math.abs(share))}`;
const interval = ({ mean, low, high }: Difference): string =>
  `${signed(mean)} (${signed(low)} to ${signed(high)})`;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)].join("\n");
}
