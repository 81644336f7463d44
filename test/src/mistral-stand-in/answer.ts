import { words } from "./embed.ts";
import { textOf, type WireMessage } from "./wire.ts";

/** What the stand-in says when the prompt holds nothing that answers. */
export const unknownAnswer = "I do not know: nothing in this conversation answers that.";
/** What it says to a statement. */
export const acknowledgement = "Noted.";

/**
 * Answers the last user message from the prompt itself: the sentence that shares most words with the question; when
 * none does, the first memory of a fenced block, because the best comes first there. A stand-in for a model, not one.
 */
export function answerFrom(messages: readonly WireMessage[]): string {
  const turn = messages.findLastIndex(({ role }) => role === "user");
  const { question, memories } = split(textOf(messages[turn]?.content));
  const items: string[] = [...memories];
  const spoken: string[] = [];
  for (const [index, message] of messages.entries()) {
    if (index === turn) continue;
    const parts = split(textOf(message.content));
    items.push(...parts.memories);
    if (message.role === "tool") items.push(textOf(message.content));
    else if (message.role !== "assistant") spoken.push(...sentences(parts.question));
  }
  const toolAnswered = messages.slice(turn + 1).some(({ role }) => role === "tool");
  if (!isQuestion(question) && !toolAnswered) return acknowledgement;
  const statements = [...items.flatMap(sentences), ...spoken.toReversed()].filter(
    (text) => !isQuestion(text),
  );
  return best(question, statements) ?? items.find((item) => !isQuestion(item)) ?? unknownAnswer;
}

/** The user's own words of the last turn, without recalled memories. */
export function questionOf(messages: readonly WireMessage[]): string {
  return split(textOf(messages.findLast(({ role }) => role === "user")?.content)).question;
}

/** Tells a text from the fenced blocks (`<name …> … </name>`) in it. Each list item of a block is a memory. */
function split(text: string): { question: string; memories: string[] } {
  const memories: string[] = [];
  const question = text.replace(
    /<([a-z][\w-]*)(?:\s[^>]*)?>([\s\S]*?)<\/\1>/g,
    (_, _name, inside: string) => {
      for (const line of inside.split("\n")) {
        // A label in brackets says when and by whom it was said.
        const item = /^\s*(?:[-*]|\d+[.)])\s+(?:\[[^\]]*\]\s*)?(.+)$/.exec(line)?.[1];
        if (item) memories.push(unescaped(item));
      }
      return "";
    },
  );
  return { question: question.trim(), memories };
}

function unescaped(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

function sentences(text: string): string[] {
  return text
    .split(/(?<=[.!?])\s+|(?<=[。！？؟।])|\n+/u)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== "");
}

/** Signs that end a question in Latin, Arabic, Greek, Chinese and Japanese. */
function isQuestion(text: string): boolean {
  return /[?؟;？](?:["'»”)\s]*)$/u.test(text.trim());
}

/** Words that most questions have, so that sharing them says nothing. */
const common = new Set(
  "what which when where who whom whose why how does did have has had with from that this these those about your mine are the and for you was were can could would should will".split(
    " ",
  ),
);

function best(question: string, statements: readonly string[]): string | undefined {
  const asked = new Set(words(question).filter((word) => word.length > 2 && !common.has(word)));
  let answer: string | undefined;
  let most = 0;
  for (const statement of statements) {
    const score = shared(asked, new Set(words(statement)));
    if (score > most) {
      most = score;
      answer = statement;
    }
  }
  return answer;
}

function shared(asked: ReadonlySet<string>, said: ReadonlySet<string>): number {
  let score = 0;
  for (const word of asked) {
    if (said.has(word)) score += 1;
    else if ([...said].some((other) => similar(word, other))) score += 0.5;
  }
  return score;
}

/** Forms of one word: the same beginning, of four letters at least and most of the longer word. */
function similar(left: string, right: string): boolean {
  const most = Math.max(left.length, right.length);
  let same = 0;
  while (same < most && left[same] === right[same]) same++;
  return same >= 4 && same / most >= 0.6;
}
