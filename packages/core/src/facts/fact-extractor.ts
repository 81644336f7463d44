/**
 * Finds what is true in what was said. It only proposes: what of it becomes a fact, since when it is true and what it takes
 * the place of is decided by code (`dispose.ts`).
 */
export interface FactExtractor {
  /** Names the model. */
  readonly id: string;
  /**
   * Proposals for a window, in any order.
   * @param options - `maxTokens`: what the call may cost, question and answer together: a call that would cost more
   * rejects, without having been made. A `SouvenirError` with `details.permanent` is about this window, which is halved
   * then (an answer that is not what was asked for, or was cut off); any other rejection means: try again later.
   */
  extract(window: FactWindow, options: { signal: AbortSignal; maxTokens: number }): Promise<FactProposal[]>;
  /** What it has used since it was made, failed attempts too. It only grows. */
  readonly usage: FactUsage;
  /** The same for many windows that nobody waits for, at a lower price: conversations that are over. Absent: there is none. */
  readonly batch?: FactBatch | undefined;
}

/** A job of many windows that a provider works on in its own time. */
export interface FactBatch {
  /**
   * Hands windows over.
   * @param options - `maxTokens`: what each may cost, question and answer together.
   * @returns A name by which any process may ask for what came of them.
   */
  submit(
    windows: readonly FactWindow[],
    options: { signal: AbortSignal; maxTokens: readonly number[] },
  ): Promise<string>;
  /** What came of each, in order; `undefined` while it is under way, nothing for a job that failed or is not known. */
  collect(job: string, options: { signal: AbortSignal }): Promise<readonly BatchedFacts[] | undefined>;
}

/** What a job of batched questions came to, window by window. */
export interface BatchedFacts {
  /** Absent where nothing came of the window: it is read by itself then. */
  proposals?: FactProposal[];
  usage: FactUsage;
}

/** What is read in one call: turns of one conversation in order, and facts that may speak of the same. */
export interface FactWindow {
  /** From 1 on, as `FactProposal` names them. */
  turns: readonly FactTurn[];
  /** Numbered from 1 on too. */
  known: readonly KnownFact[];
}

/** A message of a window, as an extractor reads it. */
export interface FactTurn {
  text: string;
  /** Who said it: `user`, `assistant`, or any name. */
  role: string;
  /** When it was said: ISO 8601, UTC. */
  at: string;
  /** Whether a fact may rest on it. What an assistant says, and what was read before, only helps to understand. */
  quotable: boolean;
}

/** A fact that is there already, as an extractor is told it. */
export interface KnownFact {
  text: string;
  subject: string;
  attribute?: string;
  /** Since when it is true, as far as is known: ISO 8601, UTC. */
  since: string;
}

/** Something that happened; how things are; what somebody likes; what is to be done always; how two are related. */
export type FactType = "event" | "state" | "preference" | "instruction" | "relation";

/** What a fact that is there may be: what was proposed, or a dream's summary of a conversation, in the words of who spoke. */
export type KeptFactType = FactType | "summary";

/** Said in so many words, or concluded from what was said. */
export type FactOrigin = "stated" | "inferred";

/** A fact as an extractor proposes it, before it is checked against its sources. */
export interface FactProposal {
  /** A sentence in the language of its source, which needs nothing beside it to be understood. */
  text: string;
  /** Who or what it is about: `user`, or a name. */
  subject: string;
  /** Which side of the subject it is about, in few words: `employer`. The same for what can replace it. */
  attribute?: string;
  type: FactType;
  origin: FactOrigin;
  /** Where it is said: numbers of turns, and words copied from each, letter by letter. */
  sources: readonly { turn: number; quote: string }[];
  /** Words of a quote that say since when it is true, or when it happened: "last March". Never a date of the model's own. */
  from?: string;
  /** Words of a quote that say until when it was true. */
  to?: string;
  /** Numbers of known facts that cannot be true at the same time: of the same subject and attribute, with another value. */
  excludes?: readonly number[];
}

/** Where a fact stands: the memory, its version, and words of it. */
export interface FactSource {
  key: string;
  version: number;
  quote: string;
  /** Run that found it, when that is not the one of the fact: it was said again. */
  run?: string;
}

/** What calls of a model cost. */
export interface FactUsage {
  calls: number;
  inputTokens: number;
  outputTokens: number;
}

/** How facts are looked for. */
export interface FactOptions {
  /** Asks a model what a piece of a conversation says: `mistralFacts()`, `factsByModel()`, or your own. */
  extractor: FactExtractor;
  /**
   * Tokens, questions and answers together, that may be spent in one day (UTC) by all who use the store: what would cost
   * more waits for the next day. Default: no limit.
   */
  tokensPerDay?: number;
  /** A conversation is read once nothing was said in it for so long, in milliseconds. Default 600000. */
  idleMs?: number;
  /** … or once so much was said in it, in tokens, 100 to 100000. No more is read in one call. Default 2000. */
  windowTokens?: number;
}
