import { optionNames } from "../option-names.ts";
import { checkNamespace, checkOptions, checkThread, invalid } from "../validation.ts";
import { Conversation } from "./conversation.ts";
import type { BeginTurnInput, ConversationMemory, Turn } from "./turn.ts";

/**
 * Begins a turn: keeps what the user said and recalls what matters for it. `Memory.beginTurn` of any memory.
 *
 * ```ts
 * const turn = await memory.beginTurn({ namespace: "ada", messages });
 * const answer = await ask(turn.withRecalled(messages));
 * await turn.end({ messages: [answer] });
 * ```
 * @throws SouvenirError `INVALID_INPUT`; failures of memory itself are told to `onError`
 */
export async function beginTurn(memory: ConversationMemory, given: BeginTurnInput): Promise<Turn> {
  const input = checkOptions(given, "beginTurn", optionNames.beginTurn) as unknown as BeginTurnInput;
  const { namespace, thread, messages, turnId, signal, ...options } = input;
  checkNamespace(namespace);
  if (thread !== undefined) checkThread(thread);
  if (!Array.isArray(messages)) throw invalid("messages", "an array of { role, content }", messages);
  const conversation = new Conversation({
    ...options,
    memory,
    namespace: () => namespace,
    ...(thread === undefined ? {} : { thread: () => thread }),
  });
  const turn = await conversation.begin({
    messages,
    call: undefined,
    ...(turnId === undefined ? {} : { turnId }),
    ...(signal === undefined ? {} : { signal }),
  });
  if (turn === undefined)
    throw invalid("messages", "a message of the user that says or shows something, and recall or store");
  return turn;
}
