import { withoutRecallBlocks } from "../recall-block.ts";
import { partsOf } from "./content.ts";
import type { TurnMessage } from "./reading.ts";

/**
 * Where the block goes: after the words of the turn's user message, which leaves all that was sent before as the
 * provider has cached it, and gives recalled text no authority; or at the end of the leading system message.
 */
export type Placement = "user" | "system";

/**
 * Messages with the block in its place, in one of the two that Mistral accepts whatever came before. A block that came
 * back is taken out. Nothing of the given messages is changed.
 * @param index - Of the turn's user message.
 */
export function withBlock<SomeMessage extends TurnMessage>(
  messages: readonly SomeMessage[],
  index: number,
  block: string,
  placement: Placement,
): SomeMessage[] {
  const result = [...messages];
  const own = messages[index] as SomeMessage;
  if (placement === "user") {
    result[index] = { ...own, content: contentWithBlock(own.content, block) };
    return result;
  }
  const first = messages[0];
  result[index] = { ...own, content: withoutBlock(own.content) };
  if (first?.role === "system") result[0] = { ...first, content: contentWithBlock(first.content, block) };
  // A system message is the same everywhere: a role and a string.
  else result.unshift({ role: "system", content: block } as unknown as SomeMessage);
  return result;
}

/** A content with the block at its end: a string stays one, parts get one more. */
export function contentWithBlock(content: unknown, block: string): unknown {
  const own = withoutBlock(content);
  if (Array.isArray(own)) return [...own, { type: "text", text: block }];
  return typeof own === "string" && own !== "" ? `${own}\n\n${block}` : block;
}

function withoutBlock(content: unknown): unknown {
  if (typeof content === "string") return withoutRecallBlocks(content);
  if (!Array.isArray(content)) return content;
  return partsOf(content).flatMap((part) => {
    if (typeof part.text !== "string") return [part];
    const text = withoutRecallBlocks(part.text);
    return text === part.text ? [part] : text === "" ? [] : [{ ...part, text }];
  });
}
