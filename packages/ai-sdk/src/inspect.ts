import type { LanguageModelV4CallOptions, SharedV4ProviderOptions } from "@ai-sdk/provider";
import { type SearchHit, SouvenirError } from "@souvenir/core";
import type { ModelMessage } from "ai";
import { readTurn } from "./messages.ts";
import { resolveCall, type ScopeOptions } from "./scope.ts";
import type { TurnMemory } from "./turn-memory.ts";

/** A call that is not made. */
export interface InspectInput {
  /** As for `generateText`; a string is one user message. */
  messages: string | readonly ModelMessage[];
  /** Read for `souvenir`, as in a call. */
  providerOptions?: SharedV4ProviderOptions;
}

/** What memory would do with a call. */
export interface Inspection {
  namespace: string;
  thread: string;
  turnKey: string;
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
  memory: TurnMemory,
  options: ScopeOptions<Pick<LanguageModelV4CallOptions, "prompt" | "providerOptions">>,
  { messages: given, providerOptions }: InspectInput,
): Promise<Inspection> {
  const messages: ModelMessage[] =
    typeof given === "string" ? [{ role: "user", content: given }] : [...given];
  const turn = await readTurn(messages);
  if (!turn) throw new SouvenirError("INVALID_INPUT", "there is no user message to recall for");
  const call = { prompt: [], ...(providerOptions === undefined ? {} : { providerOptions }) };
  const scope = await resolveCall(options, providerOptions?.souvenir, call);
  if (!scope?.recall) throw new SouvenirError("INVALID_INPUT", "this call would be made without recall");
  const recalled = await memory.recall(scope, messages, turn);
  const { text: block, memories, tookMs } = recalled;
  return {
    namespace: scope.namespace,
    thread: scope.thread,
    turnKey: turn.key,
    query: turn.text,
    block,
    memories,
    tookMs,
    messages: block === "" ? messages : memory.withRecalled(messages, turn, recalled),
  };
}
