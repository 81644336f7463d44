import type { Conversation, SearchHit } from "@souvenir/core";
import type { ModelMessage } from "ai";
import type { ModelCall } from "./model-call.ts";

/** A call that is not made. */
export interface InspectInput {
  /** As for `generateText`; a string is one user message. */
  messages: string | readonly ModelMessage[];
  /** Read for `souvenir`, as in a call. */
  providerOptions?: ModelCall["providerOptions"];
}

/** What memory would do with a call. */
export interface Inspection {
  namespace: string;
  thread: string;
  /** Names the turn, as `providerMetadata.souvenir.turn` does. */
  turn: string;
  /** The user's words that memories are looked for with. */
  query: string;
  /** The block for the prompt, `""` for nothing. */
  block: string;
  /** The memories in the block with their scores and signals, best first. */
  memories: SearchHit[];
  /** Milliseconds. */
  tookMs: number;
  /** As the model would get them. */
  messages: ModelMessage[];
}

/** @throws SouvenirError `INVALID_INPUT` without a namespace or a user message, or when the call wants no memory. */
export async function inspectCall(
  conversation: Conversation<ModelCall>,
  { messages: given, providerOptions }: InspectInput,
): Promise<Inspection> {
  const messages: ModelMessage[] =
    typeof given === "string" ? [{ role: "user", content: given }] : [...given];
  const call: ModelCall = { prompt: [], ...(providerOptions === undefined ? {} : { providerOptions }) };
  const { turn } = await conversation.inspect({ messages, call, given: providerOptions?.souvenir });
  const { namespace, thread, id, question, recalled } = turn;
  return {
    namespace,
    thread,
    turn: id,
    query: question,
    block: recalled.text,
    memories: recalled.memories,
    tookMs: recalled.tookMs,
    messages: turn.withRecalled(messages),
  };
}
