import { SouvenirError } from "@souvenir/core";
import type { Ask } from "./ask.ts";
import { type Probe, probesOf } from "./audit.ts";
import type { Conversations, Question } from "./bench.ts";
import { type Context, openContexts, type Way } from "./contexts.ts";
import type { Reply } from "./finished.ts";
import { judge, type Verdict } from "./judge.ts";
import { promptMessages } from "./prompt.ts";
import { type Spending, Stopped } from "./spending.ts";

/** What a question brought in one way. */
export interface Outcome {
  /** Of the question, in the order of the bench. */
  place: number;
  type: string;
  unanswerable: boolean;
  way: Way;
  /** `undefined` when the judge came to no verdict. */
  right: boolean | undefined;
  context: Omit<Context, "text" | "way">;
  answer: Omit<Reply, "text">;
  /** Requests to the judge. */
  judging: Omit<Reply, "text">[];
}

export interface Audited extends Pick<Probe, "kind" | "right"> {
  /** What the judge said; `undefined` when it came to no verdict. */
  passed: boolean | undefined;
  judging: Omit<Reply, "text">[];
}

export interface RunResult {
  outcomes: Outcome[];
  audited: Audited[];
  /** Pieces of work that a model did not answer, by what the error says. */
  failures: string[];
  /** Pieces of work that were not begun. */
  left: number;
}

export interface RunOptions {
  conversations: readonly Conversations[];
  reader: string;
  judge: string;
  budget: number;
  window: number;
  /** Questions whose right and wrong answers the judge is tried with. */
  audit: readonly Question[];
  seed: number;
  /** Pieces of work at once. */
  concurrency: number;
  ask: Ask;
  spending: Spending;
  note: (done: number, of: number) => void;
}

const tokensOfAnswer = 500;
/** So many failures in a row, and the provider is down. */
const tooManyFailures = 8;

/** A question in one way, or an answer that the judge is tried with. */
type Work = { probe: Probe } | { place: number; question: Question; askedAt: number; context: Context };

/** The audit first, since nothing is worth much without it; then question by question in all ways. */
export async function runQuestions(options: RunOptions): Promise<RunResult> {
  const { ask, spending, note } = options;
  const all = options.conversations.flatMap(({ questions }) => questions);
  const probes = probesOf(options.audit, all, options.seed);
  const total = probes.length + all.length * 4;
  const result: RunResult = { outcomes: [], audited: [], failures: [], left: 0 };
  const work = workOf(options, probes);
  let done = 0;
  let inARow = 0;
  const worker = async (): Promise<void> => {
    for (;;) {
      if (spending.stopped !== undefined) return;
      const { value: piece, done: last } = await work.next();
      if (last) return;
      try {
        await finish(piece);
        inARow = 0;
      } catch (error) {
        if (error instanceof Stopped) return;
        if (!SouvenirError.is(error)) {
          spending.stop(String(error));
          throw error;
        }
        result.failures.push(error.message);
        inARow += 1;
        if (error.details.misconfigured === true) spending.stop(error.message);
        else if (inARow >= tooManyFailures)
          spending.stop(`${inARow} failures in a row, the last one: ${error.message}`);
      }
      done += 1;
      note(done, total);
    }
  };
  const finish = async (piece: Work): Promise<void> => {
    if ("probe" in piece) {
      const { question, kind, right, answer } = piece.probe;
      const verdict = await judge(ask, options.judge, question, answer, `audit: ${kind}`);
      result.audited.push({ kind, right, passed: verdict.right, judging: tokensOf(verdict) });
      return;
    }
    const { place, question, askedAt, context } = piece;
    const { text, way, ...shown } = context;
    const answer = await ask(
      {
        model: options.reader,
        maxTokens: tokensOfAnswer,
        messages: promptMessages("reader", {
          today: new Date(askedAt).toISOString().slice(0, 10),
          context: text || "There are no notes.",
          question: question.text,
        }),
      },
      { about: `${way} of ${question.id}` },
    );
    const verdict = await judge(ask, options.judge, question, answer.text, `verdict: ${way}`);
    const { type, unanswerable } = question;
    result.outcomes.push({
      place,
      type,
      unanswerable,
      way,
      right: verdict.right,
      context: shown,
      answer: withoutText(answer),
      judging: tokensOf(verdict),
    });
  };
  // All workers are waited for: what they have paid for is kept also when one of them fails.
  const ended = await Promise.allSettled(Array.from({ length: options.concurrency }, worker));
  await work.return(undefined);
  const broken = ended.find((each) => each.status === "rejected");
  if (broken !== undefined) throw broken.reason;
  result.left = total - result.outcomes.length - result.audited.length;
  return result;
}

/** One conversation is in memory at a time. Calls of `next` wait for each other, as of any generator. */
async function* workOf(
  { conversations, budget, window, spending }: RunOptions,
  probes: readonly Probe[],
): AsyncGenerator<Work, undefined, undefined> {
  for (const probe of probes) yield { probe };
  let place = 0;
  for (const each of conversations) {
    if (each.questions.length === 0) continue;
    await using contexts = await openContexts(each, { budget, window });
    // Before any of them is asked about, so that little else runs while a recall is timed.
    const found: Context[][] = [];
    for (const { text } of each.questions) {
      if (spending.stopped !== undefined) return undefined;
      found.push(await contexts.of(text));
    }
    for (const [index, question] of each.questions.entries()) {
      for (const context of found[index]!) yield { place, question, askedAt: each.askedAt, context };
      place += 1;
    }
  }
  return undefined;
}

function tokensOf({ replies }: Verdict): Omit<Reply, "text">[] {
  return replies.map(withoutText);
}

function withoutText({ text: _, ...rest }: Reply): Omit<Reply, "text"> {
  return rest;
}
