import { contentWithBlock, SouvenirError } from "@souvenir/core";
import type { ChatModel } from "@souvenir/mistral";
import type { ContextRequest, ContextResponse } from "../api/wire.ts";
import type { Caller } from "./access.ts";
import { type Call, defaultNamespace, type Handlers } from "./call.ts";
import { HttpError } from "./errors.ts";

/** Asks the model as an agent with this memory would: the message with the block that recall has for it. */
export function askHandler({
  context,
  chat,
  count,
}: {
  context: (request: ContextRequest, call: Call) => Promise<ContextResponse>;
  chat: ChatModel | undefined;
  /** Before the model is asked. @throws HttpError `RATE_LIMITED` */
  count: (caller: Caller) => Promise<void>;
}): Handlers["ask"] {
  return async (request, call) => {
    if (chat === undefined)
      throw new HttpError(
        "UNSUPPORTED",
        "this server asks no model: start it with MISTRAL_API_KEY and souvenir serve --ask mistral",
      );
    const { query, namespace = defaultNamespace } = request;
    await count(call.caller);
    await call.spend(1);
    const told = await context(request, call);
    // Noted before, as of an export: it leaves the server whatever comes back.
    call.wrote({ namespace });
    const message = told.text === "" ? query : (contentWithBlock(query, told.text) as string);
    const started = performance.now();
    const { text, inputTokens, outputTokens, truncated } = await chat
      .ask(message, { signal: call.signal })
      .catch((error: unknown) => {
        // That there is no key is not the fault of who asks.
        if (SouvenirError.is(error) && error.code === "INVALID_INPUT")
          throw new HttpError("MODEL_FAILED", error.message);
        throw error;
      });
    return {
      answer: text,
      truncated,
      model: chat.id,
      input_tokens: inputTokens,
      output_tokens: outputTokens,
      took_ms: performance.now() - started,
      context: told,
    };
  };
}
