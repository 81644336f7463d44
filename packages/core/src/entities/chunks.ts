/** What a chunk contains, so that most readers need not look at most chunks. */
export const chunkFlag = {
  at: 1,
  slash: 2,
  underscore: 4,
  /** A dot with something behind it. */
  dot: 8,
  digit: 16,
  /** A capital after a lower-case letter. */
  hump: 32,
  colon: 64,
  /** A round bracket, a backtick, `$`, `#` or two dashes: signs of code. */
  code: 128,
} as const;

/** A stretch of text without space, quotes and East Asian characters: where addresses and identifiers stand. */
export interface Chunk {
  readonly start: number;
  readonly text: string;
  readonly flags: number;
}

/** Longer chunks are no address and no name of anything. */
const longest = 2048;

function separates(code: number): boolean {
  if (code <= 0x20) return true;
  if (code < 0x80)
    return code === 0x22 || code === 0x3b || code === 0x3c || code === 0x3e || (code >= 0x7b && code <= 0x7d);
  if (code < 0x2000) return code === 0xa0 || code === 0xab || code === 0xbb;
  // General punctuation, East Asian scripts, surrogates (emoji), full-width forms.
  return code <= 0x206f || (code >= 0x2e80 && code <= 0xdfff) || code >= 0xf900;
}

const { at, slash, underscore, dot, digit, hump, colon, code: codeSign } = chunkFlag;

/** The chunks of a text that hold more than a plain word, without punctuation at their ends. One pass. */
export function readChunks(text: string): Chunk[] {
  const chunks: Chunk[] = [];
  const { length } = text;
  let start = 0;
  while (start < length) {
    let flags = 0;
    let end = start;
    let before = 0;
    for (; end < length; end++) {
      const code = text.charCodeAt(end);
      if (separates(code)) break;
      if (code >= 0x41 && code <= 0x5a) {
        if (before >= 0x61 && before <= 0x7a) flags |= hump;
      } else if (code >= 0x30 && code <= 0x39) flags |= digit;
      else if (code === 0x2e) {
        if (end + 1 < length && !separates(text.charCodeAt(end + 1))) flags |= dot;
      } else if (code === 0x40) flags |= at;
      else if (code === 0x2f || code === 0x5c) flags |= slash;
      else if (code === 0x5f) flags |= underscore;
      else if (code === 0x3a) flags |= colon;
      else if (code === 0x28 || code === 0x60 || code === 0x24 || code === 0x23) flags |= codeSign;
      else if (code === 0x2d && before === 0x2d) flags |= codeSign;
      before = code;
    }
    if (flags !== 0 && end - start <= longest) push(chunks, text, start, end, flags);
    start = end + 1;
  }
  return chunks;
}

/** The text without those of the characters that end it. */
export function withoutTrailing(text: string, characters: string): string {
  let end = text.length;
  while (end > 0 && characters.includes(text[end - 1]!)) end--;
  return text.slice(0, end);
}

const leading = "([*',^=";
const trailing = ".,:!?*'=";

function push(chunks: Chunk[], text: string, from: number, to: number, flags: number): void {
  let start = from;
  let end = to;
  while (start < end && leading.includes(text[start]!)) start++;
  while (end > start && trailing.includes(text[end - 1]!)) end--;
  if (end > start) chunks.push({ start, text: text.slice(start, end), flags });
}
