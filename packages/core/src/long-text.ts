import type { MemoryRecord } from "./types.ts";
import { byteLength } from "./validation.ts";

/** UTF-16 units after a place that show what it is within. */
const aheadOfCut = 64;

/**
 * Cuts a text into parts of at most `maximumBytes` UTF-8 bytes: after a paragraph, else a sentence or a line, else a
 * word, else a grapheme, and never so early that a part is less than half full. Joined, the parts are the text; only
 * white space of about the length of a part and more is left out, because a memory has to say something.
 */
export function splitText(text: string, maximumBytes: number): string[] {
  const said = text.trimEnd().length;
  const parts: string[] = [];
  let start = 0;
  while (start < said && !fits(text, start, maximumBytes)) {
    // A UTF-16 unit takes at least one byte in UTF-8; a little more shows what stands at the end.
    const ahead = text.slice(start, start + Math.max(4, maximumBytes) + aheadOfCut);
    const end = start + Math.max(1, cut(ahead, said - start, lengthWithin(ahead, maximumBytes)));
    parts.push(text.slice(start, end));
    start = end;
  }
  parts.push(text.slice(start));
  return parts.filter((part) => part.trim() !== "");
}

function fits(text: string, start: number, maximumBytes: number): boolean {
  return text.length - start <= maximumBytes && byteLength(text.slice(start)) <= maximumBytes;
}

/** How many UTF-16 units of a text fit, without half of a surrogate pair at the end; at least one character. */
function lengthWithin(text: string, maximumBytes: number): number {
  const room = new Uint8Array(Math.max(4, maximumBytes));
  return new TextEncoder().encodeInto(text, room).read;
}

/** Where to cut a text that goes on after `most` and says something up to `said`. */
function cut(text: string, said: number, most: number): number {
  const least = most / 2;
  // What comes after has to say something: then the last word moves there.
  const last = most < said ? most : beforeLastWord(text, said);
  const window = text.slice(0, last);
  for (const end of [afterParagraph(window, least), startOf("sentence", text, last), afterSpace(window)])
    if (end > least) return end;
  return startOf("grapheme", text, last) || last;
}

function beforeLastWord(text: string, said: number): number {
  const space = afterSpace(text.slice(0, said));
  return space > said / 2 ? space : startOf("grapheme", text, said - 1) || said;
}

function afterParagraph(window: string, least: number): number {
  const from = Math.floor(least);
  let end = 0;
  for (const { index, 0: gap } of window.slice(from).matchAll(/\n[^\S\n]*\n\s*/gu))
    end = from + index + gap.length;
  return end;
}

function afterSpace(window: string): number {
  const match = /\s\S*$/u.exec(window);
  return match === null ? 0 : match.index + 1;
}

/** Where the sentence or grapheme starts that goes over a place: the last such boundary up to it. */
function startOf(granularity: "sentence" | "grapheme", text: string, place: number): number {
  // The locale of the machine must not decide where the same text is cut. A little more shows what `place` is within.
  const near = text.slice(0, place + aheadOfCut);
  return new Intl.Segmenter("und", { granularity }).segment(near).containing(place)?.index ?? 0;
}

/** Which part of a message a memory is: `{ part: 1, parts: 3 }` for the first of three. */
export interface MessagePart {
  part: number;
  parts: number;
}

/**
 * Of a memory that `remember()` wrote for a message over `limits.valueBytes`: which part of it this is. It stands in
 * `metadata.souvenir`. `undefined` for any other memory.
 */
export function partOf({ metadata }: Pick<MemoryRecord, "metadata">): MessagePart | undefined {
  const mark = Object.hasOwn(metadata, "souvenir") ? metadata.souvenir : undefined;
  const { part, parts } = Object(mark) as Record<string, unknown>;
  return typeof part === "number" && typeof parts === "number" ? { part, parts } : undefined;
}

/**
 * The messages of a thread, each whole, from its memories in order: parts of a message that follow one another become
 * one record, the first with the joined text and without the mark. Where a page begins or ends within a message, it is
 * what the page has of it.
 */
export function wholeMessages<Kept extends Pick<MemoryRecord, "value" | "metadata" | "role" | "thread">>(
  records: readonly Kept[],
): Kept[] {
  const whole: Kept[] = [];
  let before: { part: MessagePart; record: Kept } | undefined;
  for (const record of records) {
    const part = partOf(record);
    const goesOn =
      before !== undefined &&
      part !== undefined &&
      part.part === before.part.part + 1 &&
      part.parts === before.part.parts &&
      record.role === before.record.role &&
      record.thread === before.record.thread;
    if (goesOn) {
      const first = whole.pop() as Kept;
      const { souvenir: _mark, ...metadata } = first.metadata;
      whole.push({ ...first, metadata, value: first.value + record.value });
    } else whole.push(record);
    before = part === undefined ? undefined : { part, record };
  }
  return whole;
}

/** Longest question in UTF-16 units. */
const longestQuestion = 2_000;

/**
 * What to ask with for a message: itself, or of one over 2000 characters its beginning and its end, half each, cut
 * between words. What is asked about a pasted text stands before or after it.
 * @param maximumBytes - UTF-8 bytes of a query. Default: as many as 2000 characters may have.
 */
export function questionOf(message: string, maximumBytes: number = longestQuestion * 3): string {
  const text = message.trim();
  const fits = text.length * 3 <= maximumBytes || byteLength(text) <= maximumBytes;
  if (text.length <= longestQuestion && fits) return text;
  const half = Math.max(1, Math.floor(Math.min(longestQuestion, maximumBytes / 3 - 1) / 2));
  const head = text.slice(0, half).toWellFormed();
  const tail = text.slice(-half).toWellFormed();
  const [headEnd, tailStart] = [afterSpace(head), tail.search(/\s/u)];
  return `${headEnd > half / 2 ? head.slice(0, headEnd).trimEnd() : head}\n${
    tailStart >= 0 && tailStart < half / 2 ? tail.slice(tailStart).trimStart() : tail
  }`;
}
