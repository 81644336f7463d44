import { pairedBootstrap, quantile } from "../evaluation/bootstrap.ts";
import { mean } from "../evaluation/metrics.ts";
import { type ProbeKind, probeKinds } from "./audit.ts";
import { type Way, ways } from "./contexts.ts";
import type { Reply } from "./finished.ts";
import { costOf, type Price, type Usage } from "./prices.ts";
import type { Audited, Outcome, RunResult } from "./question-run.ts";

/** A share of judged answers, 0 to 1, with its 95 % interval. */
export interface Share {
  right: number;
  judged: number;
  share: number;
  low: number;
  high: number;
}

/** One row: how good, how much, how long, how dear. */
export interface WayFigures extends Share {
  way: Way;
  /** Answers that the judge came to no verdict about; they count nowhere. */
  unjudged: number;
  /** Answers that had to end before their end. */
  cutShort: number;
  /** Right answers minus Souvenir's on the same questions; absent of Souvenir. */
  difference?: { mean: number; low: number; high: number };
  byType: Record<string, Share>;
  /** Estimated tokens of what the reader got to answer from, mean. */
  contextTokens: number;
  /** Tokens of the whole request as the model counts them, mean. */
  inputTokens: number;
  /** Milliseconds from the question to the context. */
  recallMs: { p50: number; p95: number };
  /** Milliseconds of the reader, when it was asked. */
  readerMs: { p50: number; p95: number };
  /**
   * Dollars of the reader for a thousand questions, without what a provider's cache takes off: that hangs on which way was
   * asked before. `undefined` when its price is unknown.
   */
  dollarsPerThousand: number | undefined;
  /** Of full context: questions for which older turns had no room, and how many turns on average. */
  cut: { questions: number; turns: number };
}

export interface ProbeFigures {
  kind: ProbeKind;
  right: boolean;
  asked: number;
  /** Answers that the judge let pass. */
  passed: number;
  unjudged: number;
}

type Priced = Omit<Reply, "text">;

/** Wilson's interval for a share (JASA 1927), at 95 %. 0 to 1 of none. */
export function wilson(right: number, judged: number): Share {
  if (judged === 0) return { right, judged, share: Number.NaN, low: 0, high: 1 };
  const z = 1.959964;
  const share = right / judged;
  const scale = 1 + z ** 2 / judged;
  const middle = (share + z ** 2 / (2 * judged)) / scale;
  const half = (z / scale) * Math.sqrt((share * (1 - share)) / judged + z ** 2 / (4 * judged ** 2));
  return { right, judged, share, low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}

/** A row for each way. */
export function wayFigures({ outcomes }: RunResult, price: Price | undefined): WayFigures[] {
  const reference = new Map(
    outcomes.filter(({ way }) => way === "Souvenir").map((outcome) => [outcome.place, outcome]),
  );
  return ways.map((way) => {
    const own = outcomes
      .filter((outcome) => outcome.way === way)
      .sort((one, other) => one.place - other.place);
    const costs = own.map(({ answer }) => costOf(price, { ...answer, cachedTokens: 0 }));
    const cut = own.filter(({ context }) => context.cut > 0);
    const difference = way === "Souvenir" ? undefined : differenceOf(own, reference);
    return {
      way,
      ...shareOf(own),
      unjudged: own.filter(({ right }) => right === undefined).length,
      cutShort: own.filter(({ answer }) => answer.cutShort).length,
      ...(difference === undefined ? {} : { difference }),
      byType: Object.fromEntries(
        [...Map.groupBy(own, ({ type }) => type)]
          .sort(([one], [other]) => (one < other ? -1 : 1))
          .map(([type, some]) => [type, shareOf(some)]),
      ),
      contextTokens: mean(own.map(({ context }) => context.tokens)),
      inputTokens: mean(own.map(({ answer }) => answer.inputTokens)),
      recallMs: times(own.map(({ context }) => context.tookMs)),
      readerMs: times(own.map(({ answer }) => answer.tookMs)),
      dollarsPerThousand: costs.every((cost) => cost !== undefined) ? mean(costs) * 1_000 : undefined,
      cut: {
        questions: cut.length,
        turns: cut.length === 0 ? 0 : mean(cut.map(({ context }) => context.cut)),
      },
    };
  });
}

/** What the judge said to answers of which it is known whether they are right. */
export function probeFigures(audited: readonly Audited[]): ProbeFigures[] {
  return probeKinds.flatMap((kind) =>
    [true, false].flatMap((right) => {
      const some = audited.filter((each) => each.kind === kind && each.right === right);
      if (some.length === 0) return [];
      return [
        {
          kind,
          right,
          asked: some.length,
          passed: some.filter(({ passed }) => passed === true).length,
          unjudged: some.filter(({ passed }) => passed === undefined).length,
        },
      ];
    }),
  );
}

/** Tokens and dollars of some requests together. */
export function total(
  replies: readonly Priced[],
  price: Price | undefined,
): Usage & { dollars: number | undefined } {
  const sum = { inputTokens: 0, outputTokens: 0, cachedTokens: 0 };
  for (const reply of replies) for (const key of Object.keys(sum) as (keyof Usage)[]) sum[key] += reply[key];
  return { ...sum, dollars: costOf(price, sum) };
}

function shareOf(outcomes: readonly Outcome[]): Share {
  const judged = outcomes.filter(({ right }) => right !== undefined);
  return wilson(judged.filter(({ right }) => right).length, judged.length);
}

function differenceOf(
  own: readonly Outcome[],
  reference: ReadonlyMap<number, Outcome>,
): WayFigures["difference"] {
  const both = own.flatMap(({ place, right }) => {
    const other = reference.get(place)?.right;
    return right === undefined || other === undefined ? [] : [[Number(right), Number(other)] as const];
  });
  if (both.length === 0) return undefined;
  return pairedBootstrap(
    both.map(([one]) => one),
    both.map(([, other]) => other),
  );
}

function times(milliseconds: readonly number[]): { p50: number; p95: number } {
  const sorted = milliseconds.toSorted((one, other) => one - other);
  return { p50: quantile(sorted, 0.5), p95: quantile(sorted, 0.95) };
}
