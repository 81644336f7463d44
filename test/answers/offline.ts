import { answerFrom } from "../src/mistral-stand-in/answer.ts";
import { type MistralStandIn, startMistralStandIn } from "../src/mistral-stand-in/stand-in.ts";
import type { ChatBody } from "../src/mistral-stand-in/wire.ts";
import { promptMessages } from "./prompt.ts";

const emptyJudge = { question: "", right: "", points: "", answer: "" };

/**
 * The stand-in of the tests with a judge: it answers from the prompt by the words that are shared, and finds right what has
 * most words of the right answer. No model: what it says measures nothing.
 */
export async function startOffline(): Promise<MistralStandIn> {
  const standIn = await startMistralStandIn();
  standIn.script({ chat: (body) => offlineJudge(body) ?? offlineReader(body) });
  return standIn;
}

/** A reply to a request for a verdict; `undefined`, for the stand-in's own answer, to any other. */
export function offlineJudge({ messages }: ChatBody): { content: string } | undefined {
  if (messages[0]?.content !== promptMessages("judge", emptyJudge)[0]!.content) return undefined;
  const asked = String(messages[1]?.content);
  const part = (name: string) => new RegExp(`<${name}>\\n([\\s\\S]*?)\\n</${name}>`).exec(asked)?.[1] ?? "";
  const [right, points, answer] = [part("right-answer"), part("points"), part("answer")];
  const declines = /\bdo not know\b/i.test(answer);
  const isRight = /^Nothing in the conversations/.test(right)
    ? declines
    : !declines && shareOf(points || right, answer) >= 0.6;
  return { content: `Counted words that are shared.\nVERDICT: ${isRight ? "right" : "wrong"}` };
}

/** The sentence of the notes that shares most words with the question: the instructions are none of it. */
function offlineReader({ messages }: ChatBody): { content: string } {
  return { content: answerFrom(messages.filter(({ role }) => role !== "system")) };
}

/** Share of the words of one text that the other has. */
function shareOf(wanted: string, given: string): number {
  const words = (text: string) => new Set(text.toLowerCase().match(/[\p{L}\p{N}]{2,}|\p{N}/gu) ?? []);
  const [one, other] = [words(wanted), words(given)];
  return [...one].filter((word) => other.has(word)).length / (one.size || 1);
}
