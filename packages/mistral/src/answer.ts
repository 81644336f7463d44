import { type MistralChatRequest, textOf } from "./turn.ts";

/** How a call of the model ended, as far as the conversation is concerned. */
export type Outcome =
  /** The model wants a tool's result: the turn goes on. */
  | { kind: "continues" }
  | { kind: "answered"; text: string; truncated: boolean }
  /** Broken off, failed, or an answer that nobody says aloud. */
  | { kind: "unanswered" };

interface Choice {
  index: number;
  finishReason: string | null;
  message?: { content?: unknown; toolCalls?: readonly unknown[] | null | undefined } | undefined;
}

/** What a response says; of several choices, the first counts. */
export function readAnswer(response: { choices?: readonly Choice[] | undefined }): Outcome {
  const choice = response.choices?.find(({ index }) => index === 0);
  if (!choice) return { kind: "unanswered" };
  const { content, toolCalls } = choice.message ?? {};
  return outcome(textOf(content), choice.finishReason, (toolCalls?.length ?? 0) > 0);
}

/** Puts the first choice of a stream together. */
export class StreamedAnswer {
  #text = "";
  #calls = false;

  /** Answers with the outcome when this chunk is the last one of the choice. */
  add(chunk: {
    choices: readonly {
      index: number;
      delta: { content?: unknown; toolCalls?: readonly unknown[] | null | undefined };
      finishReason: string | null;
    }[];
  }): Outcome | undefined {
    for (const { index, delta, finishReason } of chunk.choices) {
      if (index !== 0) continue;
      this.#text += textOf(delta.content);
      this.#calls ||= (delta.toolCalls?.length ?? 0) > 0;
      if (finishReason !== null) return outcome(this.#text, finishReason, this.#calls);
    }
    return undefined;
  }
}

function outcome(text: string, finishReason: string | null, calls: boolean): Outcome {
  if (calls || finishReason === "tool_calls") return { kind: "continues" };
  if (finishReason === "error" || text.trim() === "") return { kind: "unanswered" };
  return { kind: "answered", text, truncated: finishReason === "length" || finishReason === "model_length" };
}

/** Whether the answer is data for a program (a schema or JSON mode) and not speech. */
export function wantsJson({ responseFormat }: MistralChatRequest): boolean {
  if (responseFormat === undefined || responseFormat === null) return false;
  // `parse` takes a Zod schema, which has no `type` of these.
  return (responseFormat as { type?: unknown }).type !== "text" && Object.keys(responseFormat).length > 0;
}
