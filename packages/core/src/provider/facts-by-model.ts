import { SouvenirError } from "../errors.ts";
import type { BatchedFacts, FactExtractor, FactUsage, FactWindow } from "../facts/fact-extractor.ts";
import { estimateTokens } from "../tokens.ts";
import { checkInteger } from "../validation.ts";
import { askedFacts } from "./asked-facts.ts";

/** What a chat model is asked. */
export interface FactQuestion {
  /** What it is told before the window: the same for all, so that a provider need not read it anew each time. */
  instructions: string;
  /** The window, as a message of its own. */
  prompt: string;
  /** JSON schema of the answer. */
  schema: Record<string, unknown>;
  /** What the question may cost, as far as can be told before. */
  tokens: number;
  /** What the answer may cost. */
  maxAnswerTokens: number;
  signal: AbortSignal;
}

/** What a model answered to a question for facts, and what that cost. */
export interface FactAnswer {
  /** The JSON, as a text or as what is in it. */
  answer: unknown;
  /** As the provider tells them. */
  inputTokens?: unknown;
  outputTokens?: unknown;
  /** Whether the answer was cut off. */
  truncated?: boolean;
}

/** A model that is asked for facts: a question in, JSON out. */
export interface FactModel {
  /** Names the extractor. */
  id: string;
  /** Names the model in errors. */
  name: string;
  /** Of whoever takes the options. */
  where: string;
  /** Tokens of an answer at most, 500 to 32000. Default 4000. */
  maxAnswerTokens?: number | undefined;
  /** Asks once, and counts that as one call. @param usage - To add to what the answer does not tell. */
  ask(question: FactQuestion, usage: FactUsage): PromiseLike<FactAnswer>;
  /** Asks many at once, for answers that come later. Default: none are. */
  later?:
    | {
        submit(questions: readonly Omit<FactQuestion, "signal">[], signal: AbortSignal): Promise<string>;
        /** In the order of the questions, `undefined` in the place of one without an answer; `undefined`: not yet. */
        collect(job: string, signal: AbortSignal): Promise<readonly (FactAnswer | undefined)[] | undefined>;
      }
    | undefined;
}

const shortestAnswer = 500;

/**
 * An extractor that asks a chat model, for adapters: no question that costs more than it may is asked, what it used is
 * counted, and what was cut off or is no list of facts is an error about the window.
 * @throws SouvenirError `INVALID_INPUT`; `extract` rejects with `EXTRACTOR_FAILED`, and with what `ask` rejects with
 */
export function factsByModel({
  id,
  name,
  where,
  maxAnswerTokens = 4_000,
  ask,
  later,
}: FactModel): FactExtractor {
  checkInteger(maxAnswerTokens, `${where}: maxAnswerTokens`, shortestAnswer, 32_000);
  const { instructions, schema, prompt: promptOf, read } = askedFacts;
  // The schema is a part of the question too, for some models.
  const before = estimateTokens(instructions) + estimateTokens(JSON.stringify(schema));
  const usage = { calls: 0, inputTokens: 0, outputTokens: 0 };
  const about = (why: string) =>
    new SouvenirError("EXTRACTOR_FAILED", `${name} ${why}`, { details: { extractor: id, permanent: true } });
  const questionOf = (window: FactWindow, maxTokens: number) => {
    const prompt = promptOf(window);
    const tokens = before + estimateTokens(prompt);
    const most = Math.min(maxAnswerTokens, maxTokens - tokens);
    if (most < shortestAnswer)
      throw about(`is left ${maxTokens} tokens, which are too few for a question of ${tokens}`);
    return { instructions, prompt, schema, tokens, maxAnswerTokens: most };
  };
  const batched = (answer: FactAnswer | undefined): BatchedFacts => {
    const used = {
      calls: answer === undefined ? 0 : 1,
      inputTokens: Number(answer?.inputTokens) || 0,
      outputTokens: Number(answer?.outputTokens) || 0,
    };
    usage.calls += used.calls;
    usage.inputTokens += used.inputTokens;
    usage.outputTokens += used.outputTokens;
    const proposals = answer === undefined || answer.truncated ? undefined : read(answer.answer);
    return { ...(proposals === undefined ? {} : { proposals }), usage: used };
  };
  return {
    id,
    get usage() {
      return { ...usage };
    },
    ...(later === undefined
      ? {}
      : {
          batch: {
            submit: (windows, { signal, maxTokens }) =>
              later.submit(
                windows.map((window, place) => questionOf(window, maxTokens[place] ?? 0)),
                signal,
              ),
            collect: async (job, { signal }) => (await later.collect(job, signal))?.map(batched),
          },
        }),
    async extract(window, { signal, maxTokens }) {
      const asked = { ...questionOf(window, maxTokens), signal };
      const { tokens } = asked;
      const { answer, inputTokens, outputTokens, truncated } = await ask(asked, usage);
      // A model that does not tell: as much as it was asked.
      usage.inputTokens += Number(inputTokens) || tokens;
      usage.outputTokens += Number(outputTokens) || 0;
      if (truncated) throw about("answered with more than it may: the answer was cut off");
      const proposals = read(answer);
      if (proposals === undefined) throw about("did not answer with the JSON that was asked for");
      return proposals;
    },
  };
}
