import { mean } from "./metrics.ts";
import type { Outcome, SetOutcome } from "./outcome.ts";

/** What must be told apart for an answer to be true, by the types of questions that ask for it. */
const kinds: readonly (readonly [what: string, types: RegExp])[] = [
  ["knowledge update", /updat/i],
  ["contradiction", /contradict/i],
  ["event order", /order/i],
];

/** Questions of one type of a set. */
export interface TruthRow {
  what: string;
  set: string;
  type: string;
  questions: number;
  /**
   * Shares by configuration, 0 to 1: R@10, of questions with all of what is relevant among the ten, and of those with the
   * newest statement first where the set grades it; of questions without an answer, of those answered by nothing.
   */
  figures: Map<string, number[]>;
}

/** A row for each type of question that is about what is true now, was true, came first, or was never said. */
export function truthRows(sets: readonly SetOutcome[]): TruthRow[] {
  const rows = (
    what: string,
    answersOf: (outcome: Outcome) => Outcome["own" | "unanswerable"],
    figures: Figures,
  ) =>
    sets.flatMap(({ set, outcomes }) => {
      const types = new Set(outcomes.flatMap((outcome) => answersOf(outcome).map(({ type }) => type ?? "–")));
      return [...types].sort().map((type): TruthRow => {
        const some = (outcome: Outcome) =>
          answersOf(outcome).filter((answer) => (answer.type ?? "–") === type);
        return {
          what,
          set,
          type,
          questions: some(outcomes[0]!).length,
          figures: new Map(outcomes.map((outcome) => [outcome.subject, figures(some(outcome))])),
        };
      });
    });
  return [
    ...kinds.flatMap(([what, types]) =>
      rows(
        what,
        ({ own }) => own.filter(({ type }) => types.test(type ?? "")),
        (answers) => foundOf(answers as Outcome["own"]),
      ),
    ),
    ...rows(
      "abstention",
      ({ unanswerable }) => unanswerable,
      (answers) => [mean(answers.map(({ hits }) => Number(hits.length === 0)))],
    ),
  ];
}

type Figures = (answers: Outcome["own" | "unanswerable"]) => number[];

function foundOf(own: Outcome["own"]): number[] {
  const graded = own.flatMap(({ newestFirst }) => (newestFirst === undefined ? [] : [Number(newestFirst)]));
  return [
    mean(own.map(({ scores }) => scores["R@10"])),
    // Of sums of thirds, 1 may be a little less.
    mean(own.map(({ scores }) => Number(scores["R@10"] > 1 - 1e-9))),
    ...(graded.length === 0 ? [] : [mean(graded)]),
  ];
}
