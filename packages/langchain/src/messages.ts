import type { BaseMessage } from "@langchain/core/messages";
import { contentWithBlock, type RecalledForAnswer, type TurnMessage } from "@souvenir/core";

/** `human`, `ai`, `system`, `tool` …, also for a message of another copy of LangChain. */
export function typeOf(message: BaseMessage | undefined): string {
  return message?.getType?.() ?? (message as { type?: string } | undefined)?.type ?? "";
}

/** A message as the conversation reads it: who says what. */
export function told(message: BaseMessage): TurnMessage {
  const type = typeOf(message);
  const { souvenir: own } = Object(message.response_metadata) as { souvenir?: AnswerMark };
  if (own?.structured === true || isReturned(message)) return { role: "data" };
  if (isSummary(message)) return { role: "ai", content: message.content };
  const role = type === "generic" ? String((message as { role?: unknown }).role) : type;
  return { role, content: message.content };
}

/** What `summarizationMiddleware` puts in the place of messages: its type is that of the user's, its words are a model's. */
export function isSummary({ additional_kwargs }: BaseMessage): boolean {
  return additional_kwargs?.lc_source === "summarization";
}

/** What stands under `souvenir` in the metadata of an answer. */
export interface AnswerMark extends Partial<RecalledForAnswer> {
  /** True for an answer that is data for a program, and that nobody said. */
  structured?: boolean;
}

/** The answer with the mark, where the framework keeps what is known about it, also when it is stored. */
export function marked<Message extends BaseMessage>(message: Message, souvenir: AnswerMark): Message {
  return copyOf(message, { response_metadata: { ...message.response_metadata, souvenir } });
}

/** What was put into a message or its parts for one call: several memories may each have a block there. */
const placed = new WeakMap<object, { content: unknown; blocks: string }>();

/** A copy of a message, of the same class, with a block at its end. */
export function withBlockIn<Message extends BaseMessage>(message: Message, block: string): Message {
  const before = placed.get(message) ?? placed.get(Object(message.content));
  const blocks = before === undefined ? block : `${before.blocks}\n\n${block}`;
  const own = before === undefined ? message.content : before.content;
  const content = contentWithBlock(own, blocks);
  const copy = copyOf(message, { content });
  placed.set(typeof content === "object" ? (content as object) : copy, { content: own, blocks });
  return copy;
}

/** The answer that `createAgent` writes itself for a structured one, when another program has lost our mark. */
function isReturned(message: BaseMessage): boolean {
  return (
    typeOf(message) === "ai" &&
    typeof message.content === "string" &&
    message.content.startsWith("Returning structured response: ")
  );
}

/** Of the same class. The message itself may be in a checkpoint, or in the cache of a model. */
function copyOf<Message extends BaseMessage>(message: Message, fields: object): Message {
  const lc_kwargs = { ...message.lc_kwargs, ...fields };
  return Object.assign(Object.create(Object.getPrototypeOf(message)), message, fields, { lc_kwargs });
}
