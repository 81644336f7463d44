import type { Written } from "./data.ts";
import type { Scores } from "./metrics.ts";

/** A hit, as far as it is judged. */
export interface Hit {
  /** 0 to 1. */
  score: number;
  /** 0: not relevant. */
  grade: number;
  /** Estimated tokens of its text. */
  tokens: number;
}

/** What a question brought. */
export interface Answer {
  group: string;
  type: string | undefined;
  /** As a caller gets it who leaves limit and floor as they are. */
  hits: Hit[];
  /** Without a floor: fifty hits of an own question, ten of another. */
  unfloored: Hit[];
  /** Milliseconds of the search with defaults. */
  tookMs: number;
}

/** What a question of the set brought from its own group. */
export interface OwnAnswer extends Answer {
  scores: Scores;
  /** R@10 without a floor. */
  unflooredRecall: number;
  /** How many documents are relevant. */
  relevant: number;
  /** nDCG@10 whose gain is the grade; of a set with grades. */
  graded?: number;
  /** Whether the newest statement comes before the older ones; of a question with both. */
  newestFirst?: boolean;
}

/** What a configuration of Souvenir brought on a set. Questions are in the order of the set. */
export interface Outcome {
  subject: string;
  own: OwnAnswer[];
  /** Questions of the set that have no answer. */
  unanswerable: Answer[];
  /** Questions of another group. */
  foreign: Answer[];
  /** Milliseconds of all: reading in, embedding and asking. */
  tookMs: number;
}

/** What a baseline scored on a set. */
export interface BaselineOutcome {
  subject: string;
  own: Pick<OwnAnswer, "type" | "scores">[];
  /** Milliseconds of all its work on the set. */
  tookMs: number;
}

export interface SetOutcome {
  set: string;
  documents: number;
  groups: number;
  /** Questions with relevant documents. */
  questions: number;
  /** Of a set that was written for this project. */
  written?: Written;
  baselines: BaselineOutcome[];
  /** One for each configuration that could run. */
  outcomes: Outcome[];
}
