import { cpus } from "node:os";
import { asker } from "./ask.ts";
import { type Conversations, readBench } from "./bench.ts";
import { probeFigures, total, wayFigures } from "./figures.ts";
import { Finished } from "./finished.ts";
import { startOffline } from "./offline.ts";
import type { AnswersOptions } from "./options.ts";
import { priceList, pricesOf } from "./prices.ts";
import { fingerprint, promptText } from "./prompt.ts";
import { type RunResult, runQuestions } from "./question-run.ts";
import { type AnswersReport, notMeasured } from "./report.ts";
import { sampled } from "./sample.ts";
import { Spending, Stopped } from "./spending.ts";

export interface RunSurroundings {
  /** Told of progress, a line each. */
  note: (text: string) => void;
  /** No request begins after it; those that run are waited for. */
  soon: AbortSignal;
  /** Ends the requests that run, too. */
  atOnce: AbortSignal;
}

/**
 * Asks a bench's questions in all ways and judges the answers; goes on where a run before with the same file ended.
 * @throws Error that says what to do: without data, or with a bound in dollars and a model whose price is unknown
 */
export async function runAnswers(
  options: AnswersOptions,
  { note, soon, atOnce }: RunSurroundings,
): Promise<AnswersReport> {
  const priceOf = priceList(options.price);
  const { maxDollars, maxCalls } = options;
  for (const model of [options.model, options.judge])
    if (maxDollars !== undefined && priceOf(model) === undefined)
      throw new Error(
        `--max-dollars needs the price of ${model}, which is unknown: add --price ${model}=IN/OUT, or bound the run with --max-calls`,
      );
  const all = readBench(options.bench, options.data);
  const conversations = sampled(all, options.questions, options.seed);
  const audit = questionsOf(sampled(conversations, options.audit, options.seed));

  const spending = new Spending({ maxCalls, maxDollars, priceOf });
  const finished = new Finished(options.finished);
  const ending = new AbortController();
  const stopSoon = () => spending.stop("interrupted");
  const stopAtOnce = () => ending.abort(new Stopped("interrupted"));
  const standIn = options.offline ? await startOffline() : undefined;
  if (standIn !== undefined) note(`${notMeasured}\n`);
  const serverURL = standIn?.url ?? options.serverURL;
  soon.addEventListener("abort", stopSoon);
  atOnce.addEventListener("abort", stopAtOnce);
  try {
    const ask = asker({
      apiKey: options.apiKey ?? "offline",
      serverURL,
      endpoint: standIn === undefined ? (serverURL ?? "mistral") : "stand-in",
      retries: options.retries,
      finished,
      spending,
      signal: ending.signal,
    });
    const result = await runQuestions({
      ...options,
      reader: options.model,
      conversations,
      audit,
      ask,
      spending,
      note: progress(note),
    });
    const [asked, of] = [conversations, all].map((some) => questionsOf(some).length) as [number, number];
    return reportOf(options, { result, spending, finished, asked, of });
  } finally {
    soon.removeEventListener("abort", stopSoon);
    atOnce.removeEventListener("abort", stopAtOnce);
    await standIn?.close();
  }
}

function questionsOf(conversations: readonly Conversations[]): Conversations["questions"] {
  return conversations.flatMap(({ questions }) => questions);
}

/** A line for each twentieth. */
function progress(note: (text: string) => void): (done: number, of: number) => void {
  let told = 0;
  return (done, of) => {
    const twentieth = Math.floor((done / of) * 20);
    if (twentieth === told) return;
    told = twentieth;
    note(`${done} of ${of}`);
  };
}

function reportOf(
  options: AnswersOptions,
  {
    result,
    spending,
    finished,
    asked,
    of,
  }: { result: RunResult; spending: Spending; finished: Finished; asked: number; of: number },
): AnswersReport {
  const { budget, window, model, judge, seed, audit } = options;
  const priceOf = priceList(options.price);
  const read = result.outcomes.map(({ answer }) => answer);
  const judged = [...result.outcomes, ...result.audited].flatMap(({ judging }) => judging);
  const failures = [...Map.groupBy(result.failures, (message) => message)];
  return {
    measured: !options.offline && ![...read, ...judged].some(({ standIn }) => standIn),
    complete: result.left === 0,
    bench: options.bench,
    questions: { asked, of },
    options: { budget, window, model, judge, seed, audit },
    ways: wayFigures(result, priceOf(model)),
    audit: probeFigures(result.audited),
    totals: { reader: total(read, priceOf(model)), judge: total(judged, priceOf(judge)) },
    spent: {
      calls: spending.calls,
      dollars: spending.dollars,
      unpriced: [...spending.unpriced],
      reused: finished.reused,
    },
    left: result.left,
    failures: failures.map(([message, { length: times }]) => ({ message, times })),
    stopped: spending.stopped?.message,
    circumstances: {
      Date: new Date().toISOString().slice(0, 10),
      Models: `as they answered: ${[...new Set([...read, ...judged].map((reply) => reply.model))].sort().join(", ") || "none"}`,
      Prompts: `reader ${fingerprint(promptText("reader"))}, judge ${fingerprint(promptText("judge"))}`,
      Context: `${budget} tokens; full context at most ${window}`,
      Sample: `${asked} questions, seed ${seed}`,
      Prices: `of ${pricesOf}${options.price.length === 0 ? "" : `, and ${options.price.join(", ")}`}`,
      Machine: `${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.version}, while requests were running`,
    },
  };
}
