import type { MastraDBMessage } from "@mastra/core/memory";
import { removeWorkingMemoryTags } from "@mastra/memory";
import { type TurnMessage, textOf, withoutControlText } from "@souvenir/core";

/** What somebody said aloud in a message. */
export interface Spoken {
  role: "user" | "assistant";
  text: string;
}

/** A text without what nobody said in it. */
export const said = (text: string): string =>
  withoutControlText(removeWorkingMemoryTags(text)).toWellFormed().trim();

/**
 * The words of a message, `undefined` when nobody said any: system messages, tool calls and results, errors, and
 * signals other than the user's own, structured output. `sendMessage()` stores the user's turn as a signal.
 */
export function spokenIn(message: MastraDBMessage): Spoken | undefined {
  const role = speakerOf(message);
  if (role === undefined) return undefined;
  const text = said(textOf(contentOf(message)));
  return text === "" ? undefined : { role, text };
}

/** A message as the conversation machine reads it. What nobody said is seen by the model, and no more. */
export function turnMessage(message: MastraDBMessage): TurnMessage {
  return { role: speakerOf(message) ?? "system", content: contentOf(message) };
}

function speakerOf({ role, content }: MastraDBMessage): Spoken["role"] | undefined {
  // Data for a program, which nobody said.
  if (role === "assistant" && content?.metadata?.structuredOutput !== undefined) return undefined;
  if (role === "user" || role === "assistant") return role;
  if (role !== "signal") return undefined;
  const signal = content?.metadata?.signal as { type?: unknown; transient?: unknown } | undefined;
  const byUser = signal?.type === "user" || signal?.type === "user-message";
  return byUser && signal?.transient !== true ? "user" : undefined;
}

/** The parts. A text beside them that they do not hold, with whatever white space between, is an edit and counts instead. */
function contentOf({ content }: MastraDBMessage): unknown {
  if (typeof content === "string") return content;
  const parts = Array.isArray(content?.parts) ? content.parts : [];
  const whole = typeof content?.content === "string" ? content.content : "";
  const texts = parts.flatMap((part) =>
    part?.type === "text" && typeof part.text === "string" ? part.text : [],
  );
  const dense = (text: string) => text.replace(/\s+/gu, "");
  return whole.trim() === "" || dense(texts.join("")).includes(dense(whole)) ? parts : whole;
}
