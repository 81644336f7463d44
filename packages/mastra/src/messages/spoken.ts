import type { MastraDBMessage } from "@mastra/core/memory";
import { removeWorkingMemoryTags } from "@mastra/memory";
import { withoutRecallBlocks } from "@souvenir/core";

/** What somebody said aloud in a message. */
export interface Spoken {
  role: "user" | "assistant";
  text: string;
}

/**
 * The words of a message, `undefined` when nobody said any: system messages, tool calls and results, errors, and
 * signals other than the user's own. `sendMessage()` stores the user's turn as a signal.
 */
export function spokenIn(message: MastraDBMessage): Spoken | undefined {
  const role = speakerOf(message);
  if (role === undefined) return undefined;
  const text = withoutRecallBlocks(removeWorkingMemoryTags(textOf(message)))
    .toWellFormed()
    .trim();
  return text === "" ? undefined : { role, text };
}

function speakerOf({ role, content }: MastraDBMessage): Spoken["role"] | undefined {
  if (role === "user" || role === "assistant") return role;
  if (role !== "signal") return undefined;
  const signal = content?.metadata?.signal as { type?: unknown; transient?: unknown } | undefined;
  const byUser = signal?.type === "user" || signal?.type === "user-message";
  return byUser && signal?.transient !== true ? "user" : undefined;
}

/** The text parts. A text beside them that they do not hold is an edit, and counts instead. */
function textOf({ content }: MastraDBMessage): string {
  if (typeof content === "string") return content;
  const parts = (Array.isArray(content?.parts) ? content.parts : [])
    .flatMap((part) => (part?.type === "text" && typeof part.text === "string" ? [part.text] : []))
    .filter((text) => text.trim() !== "");
  const whole = typeof content?.content === "string" ? content.content : "";
  return whole.trim() === "" || parts.join("").includes(whole) ? parts.join("\n\n") : whole;
}
