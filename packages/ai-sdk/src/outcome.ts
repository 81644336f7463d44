import type { LanguageModelV4GenerateResult, LanguageModelV4StreamPart } from "@ai-sdk/provider";

/** How a call of the model ended, as far as the conversation is concerned. */
export type Outcome =
  /** The model wants a tool's result, or the call will be tried again: the turn goes on, as far as one can tell. */
  | { kind: "continues" }
  /** `text` is `""` when nothing was said: an answer in JSON, or none. */
  | { kind: "answered"; text: string; truncated: boolean }
  /** Broken off, or failed for good. */
  | { kind: "unanswered" };

type Part = LanguageModelV4GenerateResult["content"][number];

/** What the SDK executes and answers with another step. */
function isOpenCall(part: Part | LanguageModelV4StreamPart): boolean {
  return part.type === "tool-approval-request" || (part.type === "tool-call" && !part.providerExecuted);
}

export function outcomeOfResult({ content, finishReason }: LanguageModelV4GenerateResult): Outcome {
  const text = content.map((part) => (part.type === "text" ? part.text : "")).join("");
  return outcome(text, finishReason, content.some(isOpenCall));
}

/** Only what the SDK itself would try again leaves the turn open. */
export function outcomeOfError(error: unknown, signal: AbortSignal | undefined): Outcome {
  const retryable =
    typeof error === "object" && error !== null && "isRetryable" in error && error.isRetryable;
  return retryable === true && !signal?.aborted ? { kind: "continues" } : { kind: "unanswered" };
}

/** Puts the answer of a stream together. */
export class StreamedAnswer {
  #text = "";
  #openCalls = false;
  #failed = false;

  /** The outcome, with the part that ends the answer. */
  add(part: LanguageModelV4StreamPart): Outcome | undefined {
    if (part.type === "text-delta") this.#text += part.delta;
    else if (part.type === "error") this.#failed = true;
    else if (part.type === "finish")
      return this.#failed ? { kind: "unanswered" } : outcome(this.#text, part.finishReason, this.#openCalls);
    else this.#openCalls ||= isOpenCall(part);
    return undefined;
  }
}

/** @param given - `{ unified, raw }`, or a string in models of specification v2. */
export function outcome(text: string, given: unknown, openCalls: boolean): Outcome {
  const reason =
    typeof given === "object" && given !== null && "unified" in given ? given.unified : (given ?? "other");
  if (reason === "tool-calls" || (openCalls && reason === "stop")) return { kind: "continues" };
  if (reason === "error" || reason === "interrupted") return { kind: "unanswered" };
  return { kind: "answered", text: text.trim() === "" ? "" : text, truncated: reason === "length" };
}
