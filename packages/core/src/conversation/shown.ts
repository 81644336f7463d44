import type { Turn } from "./turn.ts";

/** A memory that a model was told of, for an interface that shows it. */
export interface RecalledMemory {
  key: string;
  text: string;
  /** 0 to 1. */
  score: number;
  /** When it was said, ISO 8601. */
  date: string;
}

/** What was recalled for an answer, as it stands under `souvenir` in the metadata of each framework. */
export type RecalledForAnswer = {
  /** Names the turn. */
  turn: string;
  /** Milliseconds that recalling took. */
  recallMs: number;
  recalled: RecalledMemory[];
};

/** What a program may show beside an answer of what was recalled for it. */
export function recalledForAnswer({ id, recalled }: Pick<Turn, "id" | "recalled">): RecalledForAnswer {
  return {
    turn: id,
    recallMs: Math.round(recalled.tookMs),
    recalled: recalled.memories.map(({ key, value, score, createdAt }) => ({
      key,
      text: value,
      score,
      date: createdAt,
    })),
  };
}
