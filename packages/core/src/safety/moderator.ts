/**
 * Judges what is kept, such as `mistralModerator()` of `@souvenir/mistral`. It is asked from the queue, after the write, so
 * that no write waits for it; what it fails at is tried again.
 */
export interface Moderator {
  /** Names the model, and what else its judgement depends on. */
  id: string;
  /** Texts in one call at most. Default 1. */
  maxBatch?: number;
  /**
   * What each text was flagged for, in their order: names of categories, none for most.
   * @throws what the queue tries again: see `EntityExtractor`
   */
  moderate(texts: readonly string[], options: { signal?: AbortSignal }): Promise<string[][]>;
}

/**
 * What is done with what a moderator flags. `warn`: the memory says for what (`flagged`). `hold`: it is held back from
 * recall besides, until somebody approves it. `off`: it is not shown to the moderator.
 */
export type ModerationAction = "off" | "warn" | "hold";
