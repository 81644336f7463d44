import { foldAccents } from "./fold.ts";
import { phoneMark, phoneNumbers } from "./phone-numbers.ts";
import { wordsOf } from "./tokenizer.ts";
import { joinMark } from "./wholes.ts";

/** The term under which an identifier stands in an index as a whole. */
export function wholeTerm(identifier: string): string {
  const [phone] = phoneNumbers(identifier);
  if (phone !== undefined) return phone;
  let longest = "";
  for (const { entry } of wordsOf(identifier)) {
    const word = entry.lower.replace(joinMark, "");
    if (word.length > longest.length) longest = word;
  }
  return foldAccents(longest);
}

const hash = /^(?=[0-9a-f]*[0-9])(?=[0-9a-f]*[a-f])[0-9a-f]{7,64}$/;
/** Letters and figures in any order: "XK4R9T". */
const code = /^(?=\p{L}*\d)(?=\d*\p{L})[\p{L}\d]{5,16}$/u;

/** Tests whether a term is an identifier of the same make as another one: of one series, or of the same letters and figures. */
export function sameMake(whole: string): (term: string) => boolean {
  if (whole.startsWith(phoneMark)) return (term) => term.startsWith(phoneMark);
  if (whole.includes("@")) return (term) => term.includes("@");
  // Of bare numbers only the length tells those that may be of one series.
  if (/^\p{N}+$/u.test(whole))
    return (term) => /^\p{N}+$/u.test(term) && Math.abs(term.length - whole.length) <= 1;
  const series = seriesOf(whole);
  const shape = shapeOf(whole);
  const isHash = hash.test(whole);
  const isCode = code.test(whole);
  return (term) =>
    /\p{N}/u.test(term) &&
    (seriesOf(term) === series ||
      shapeOf(term) === shape ||
      (isHash && hash.test(term)) ||
      (isCode && term.length === whole.length && code.test(term)));
}

function seriesOf(term: string): string {
  return term.replace(/\p{N}+/gu, "0");
}

function shapeOf(term: string): string {
  return term.replace(/\p{N}/gu, "0").replace(/\p{L}/gu, "a");
}
