import type { Message } from "../inputs-and-answers.ts";
import { originOfRole } from "../trust/origin.ts";
import { digest, fileMarks, partsOf, textOf } from "./content.ts";

/** A message as the model gets it: of Mistral, the AI SDK or any other with a role and a content of text or parts. */
export interface TurnMessage {
  role: string;
  content?: unknown;
}

/** The running turn of a conversation: what the user said last, and what was said since. */
export interface Reading {
  /** Names the turn by all that was said up to it: each step of a tool loop, and a retry, has the same. */
  id: string;
  /** Where the user's last message is. */
  index: number;
  /** What was said before, the last of it. */
  before: Message[];
  /** What the user said since the assistant last spoke, then what the assistant has said to it so far. */
  said: Message[];
  /** The user's words, `""` for a picture alone. */
  question: string;
  /** All texts that the model sees. */
  visible: string[];
  /** The thread of which the model sees everything besides: a conversation that the provider keeps. */
  seen?: string;
}

/** Messages before the turn that are compared with the thread: the work follows the turn, not the conversation. */
const compared = 48;

/**
 * Reads the turn that messages end with: the user's messages since the assistant last spoke, also when answers, calls
 * and results of tools follow them. `undefined` when the user has said and shown nothing.
 * @param clean - Leaves out of a text what nobody said.
 */
export async function readTurn(
  messages: readonly TurnMessage[],
  clean: (text: string) => string,
): Promise<Reading | undefined> {
  const said: { message: Message; place: number; files: boolean }[] = [];
  const visible: string[] = [];
  for (const [place, { role, content }] of messages.entries()) {
    const whole = textOf(content);
    if (whole !== "") visible.push(whole);
    const speaker = originOfRole(role);
    if (speaker !== "user" && speaker !== "assistant") continue;
    const text = clean(whole);
    if (text !== whole && text !== "") visible.push(text);
    const files = partsOf(content).length === 0 ? [] : await fileMarks(content);
    if (text.trim() === "" && files.length === 0) continue;
    const message: Message = { role: speaker, content: text, ...(files.length === 0 ? {} : { files }) };
    said.push({ message, place, files: files.length > 0 });
  }
  const last = said.findLastIndex(({ message }) => message.role === "user");
  const own = said[last];
  if (own === undefined) return undefined;
  let start = last;
  while (said[start - 1]?.message.role === "user") start--;
  const told = said.map(({ message }) => message);
  const id = await digest(
    told.slice(0, last + 1).map(({ role, content, files = [] }) => [role, content, ...files]),
  );
  return {
    id,
    index: own.place,
    before: told.slice(Math.max(0, start - compared), start),
    said: told.slice(start),
    question: told
      .slice(start, last + 1)
      .map(({ content }) => content as string)
      .filter((text) => text.trim() !== "")
      .join("\n"),
    visible,
  };
}
