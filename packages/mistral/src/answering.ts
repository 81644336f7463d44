import { checkInteger, checkOptions, namesOf, SouvenirError, textOf } from "@souvenir/core";
import { type ClientOptions, clientOfCall } from "./client.ts";
import { callMistral } from "./failure.ts";

/** A model that answers one message, with nothing kept of either. */
export interface ChatModel {
  /** Names the model to people, such as `mistral-small-latest`. */
  readonly id: string;
  /** @throws SouvenirError `MODEL_FAILED`; the reason of `signal` when that is aborted */
  ask(message: string, options: { signal: AbortSignal }): Promise<ModelAnswer>;
}

/** What a model said. */
export interface ModelAnswer {
  text: string;
  /** Tokens of the message, and of the answer, as the provider counts them. */
  inputTokens: number;
  outputTokens: number;
  /** The answer was as long as it may be, and ends in the middle. */
  truncated: boolean;
}

/** Which model answers, and how it is asked. */
export interface MistralChatOptions extends ClientOptions<"chat"> {
  /** Default `mistral-small-latest`. */
  model?: string;
  /** Milliseconds for an answer. Default 60000. What fails is not asked again: somebody waits for it. */
  timeoutMs?: number;
  /** Tokens of an answer at most, 1 to 32000. Default 1000. */
  maxAnswerTokens?: number;
}

const optionNames = namesOf<MistralChatOptions>({
  model: true,
  timeoutMs: true,
  maxAnswerTokens: true,
  client: true,
  apiKey: true,
  serverURL: true,
});

/**
 * Has a Mistral model answer a message: `serve({ chat: mistralChat() })` for the playground of the console.
 * @throws SouvenirError `INVALID_INPUT`; `ask` rejects with `INVALID_INPUT` without a key, and with `MODEL_FAILED` when the
 * model fails, takes too long or says nothing.
 */
export function mistralChat(options: MistralChatOptions = {}): ChatModel {
  checkOptions(options, "mistralChat()", optionNames);
  const { model = "mistral-small-latest", timeoutMs = 60_000 } = options;
  const maxTokens = checkInteger(options.maxAnswerTokens ?? 1000, "maxAnswerTokens", 1, 32_000);
  const client = clientOfCall(options, "mistralChat()");
  return {
    id: model,
    async ask(message, { signal }) {
      const { choices, usage } = await callMistral(
        async (call) => {
          const { chat } = await client(call.signal);
          return chat.complete({ model, maxTokens, messages: [{ role: "user", content: message }] }, call);
        },
        { retries: 0, timeoutMs, signal, code: "MODEL_FAILED", model },
      );
      const [choice] = choices;
      const text = textOf(choice?.message?.content);
      if (text.trim() === "")
        throw new SouvenirError(
          "MODEL_FAILED",
          `Mistral model "${model}" answered without a text: ask again, or another model`,
          { details: { model } },
        );
      return {
        text,
        inputTokens: usage.promptTokens ?? 0,
        outputTokens: usage.completionTokens ?? 0,
        truncated: choice?.finishReason === "length",
      };
    },
  };
}
