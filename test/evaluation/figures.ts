import { quantile, stratifiedBootstrap } from "./bootstrap.ts";
import type { EvaluationSet } from "./data.ts";
import { lost, type Silence, silence } from "./foreign.ts";
import { type Metric, mean, type Scores } from "./metrics.ts";
import type { Answer, BaselineOutcome, Outcome, OwnAnswer, SetOutcome } from "./outcome.ts";

/** Of a configuration on a set: shares from 0 to 1; absent what the set has no questions for. */
export interface Figures {
  "R@10": number;
  "nDCG@10": number;
  "MRR@10": number;
  /** nDCG@10 with grades. */
  graded?: number;
  newestFirst?: number;
  foreign?: Silence & { lost: number };
  unanswerable?: Silence;
  /** Milliseconds of a search. */
  p50: number;
  p95: number;
}

export function figuresOf(outcome: Outcome): Figures {
  const { own, unanswerable, foreign } = outcome;
  const times = own.map(({ tookMs }) => tookMs).sort((one, other) => one - other);
  const graded = own.flatMap((answer) => answer.graded ?? []);
  return {
    ...averages(own),
    ...(graded.length === 0
      ? {}
      : { graded: mean(graded), newestFirst: mean(perQuestion["newest first"](outcome)) }),
    ...(foreign.length === 0 ? {} : { foreign: { ...silence(foreign, outcome), lost: lost(outcome) } }),
    ...(unanswerable.length === 0 ? {} : { unanswerable: silence(unanswerable, outcome) }),
    p50: quantile(times, 0.5),
    p95: quantile(times, 0.95),
  };
}

/** Over the questions of a set, or of a type. */
export function averages(own: readonly Pick<OwnAnswer, "scores">[]): Pick<Figures, Metric> {
  const of = (metric: Metric) => mean(own.map(({ scores }) => scores[metric]));
  return { "R@10": of("R@10"), "nDCG@10": of("nDCG@10"), "MRR@10": of("MRR@10") };
}

/** A relevant memory comes first; where there is none, nothing comes at all. */
export function isRight({ hits }: Answer, answerable: boolean): boolean {
  return answerable ? (hits[0]?.grade ?? 0) > 0 : hits.length === 0;
}

const room = ({ hits }: Answer): number => 1 - hits.length / 10;

/** What is compared with earlier figures, one value a question, 0 to 1; higher is better. */
const perQuestion = {
  "R@10": ({ own }: Outcome) => own.map(({ scores }) => scores["R@10"]),
  "nDCG@10": ({ own }: Outcome) => own.map(({ scores }) => scores["nDCG@10"]),
  "newest first": ({ own }: Outcome) => own.flatMap(({ newestFirst }) => newestFirst ?? []).map(Number),
  "no hits for foreign questions": ({ foreign }: Outcome) => foreign.map(room),
  "no hits for unanswerable questions": ({ unanswerable }: Outcome) => unanswerable.map(room),
} satisfies Record<string, (outcome: Outcome) => number[]>;

/** Figures as they are committed: no text, no id. */
export interface Committed {
  [circumstance: string]: unknown;
  sets: Record<
    string,
    {
      documents: number;
      questions: number;
      baselines: Record<string, { figures: Pick<Figures, Metric>; perQuestion: Record<string, string> }>;
      configurations: Record<
        string,
        {
          figures: Figures;
          /** A byte a question, 0 to 250, in base64. */
          perQuestion: Record<string, string>;
        }
      >;
    }
  >;
}

export function toCommitted(circumstances: object, sets: readonly SetOutcome[]): Committed {
  return {
    ...circumstances,
    sets: Object.fromEntries(
      sets.map(({ set, documents, questions, baselines, outcomes }) => [
        set,
        {
          documents,
          questions,
          baselines: Object.fromEntries(
            baselines.map(({ subject, own }) => [
              subject,
              {
                figures: averages(own),
                perQuestion: Object.fromEntries(
                  scored.map((metric) => [metric, pack(own.map(({ scores }) => scores[metric]))]),
                ),
              },
            ]),
          ),
          configurations: Object.fromEntries(
            outcomes.map((outcome) => [
              outcome.subject,
              { figures: figuresOf(outcome), perQuestion: packedOf(outcome) },
            ]),
          ),
        },
      ]),
    ),
  };
}

/**
 * The baselines of committed figures, to two digits and a half: they do not change with the ranking, and take the longest.
 * @returns `undefined` where there are none for so many documents and questions.
 */
export function baselinesOf(
  { sets }: Committed,
  { name, groups }: EvaluationSet,
): BaselineOutcome[] | undefined {
  const types = groups.flatMap(({ queries }) => queries.map(({ type }) => type));
  const documents = groups.reduce((sum, group) => sum + group.documents.length, 0);
  const known = sets[name];
  if (known?.documents !== documents || known.questions !== types.length) return undefined;
  const outcomes = Object.entries(known.baselines).flatMap(([subject, { perQuestion: packed }]) => {
    const columns = scored.map((metric): [Metric, number[]] => [metric, unpack(packed[metric])]);
    if (columns.some(([, values]) => values.length !== types.length)) return [];
    const own = types.map((type, question) => ({
      type,
      scores: Object.fromEntries(
        columns.map(([metric, values]) => [metric, values[question]!]),
      ) as unknown as Scores,
    }));
    return { subject, own, tookMs: 0 };
  });
  return outcomes.length === 0 ? undefined : outcomes;
}

function packedOf(outcome: Outcome): Record<string, string> {
  return Object.fromEntries(
    Object.entries(perQuestion).flatMap(([name, valuesOf]) => {
      const values = valuesOf(outcome);
      return values.length === 0 ? [] : [[name, pack(values)]];
    }),
  );
}

const scored: readonly Metric[] = ["R@10", "nDCG@10", "MRR@10"];
const steps = 250;
const pack = (values: readonly number[]): string =>
  Buffer.from(values.map((value) => Math.round(value * steps))).toString("base64");
const unpack = (packed = ""): number[] => [...Buffer.from(packed, "base64")].map((value) => value / steps);

export interface Change {
  set: string;
  configuration: string;
  figure: string;
  before: number;
  now: number;
  /** Interval of the difference. */
  low: number;
  high: number;
}

/**
 * What differs from earlier figures by more than chance: the interval of the paired bootstrap over the questions leaves
 * out 0. At 99 %, because a hundred figures are compared. So does the mean over all sets, where many small falls show. A
 * set or configuration that one side lacks is passed over, and so is a set that has more or fewer questions now.
 */
export function changes(before: Committed, now: Committed): Change[] {
  const pairs = Object.entries(now.sets).flatMap(([set, { configurations }]) =>
    Object.entries(configurations).flatMap(([configuration, { perQuestion: packed }]) =>
      Object.entries(packed).flatMap(([figure, each]) => {
        const earlier = unpack(before.sets[set]?.configurations[configuration]?.perQuestion[figure]);
        const values = unpack(each);
        return earlier.length === values.length ? [{ set, configuration, figure, earlier, values }] : [];
      }),
    ),
  );
  const change = (set: string, some: typeof pairs): Change[] => {
    const differences = some.map(({ earlier, values }) =>
      values.map((value, question) => value - earlier[question]!),
    );
    const { low, high } = stratifiedBootstrap(differences, { level: 0.99 });
    if (low <= 0 && high >= 0) return [];
    const { configuration, figure } = some[0]!;
    const over = (side: "earlier" | "values") => mean(some.map((pair) => mean(pair[side])));
    return [{ set, configuration, figure, before: over("earlier"), now: over("values"), low, high }];
  };
  const alike = Map.groupBy(pairs, ({ configuration, figure }) => `${configuration} ${figure}`);
  return [
    ...[...alike.values()].flatMap((some) =>
      some.length < 2 ? [] : change(`mean of ${some.length} sets`, some),
    ),
    ...pairs.flatMap((pair) => change(pair.set, [pair])),
  ];
}
