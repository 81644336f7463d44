import { fold } from "../text/fold.ts";
import { namesLikePlurals, shortPlurals } from "./gazetteer/plurals.ts";

const article = /(?:the|le|la|les|der|die|das|el|il) +|[ld]['’]/uy;
const beginning = /[\p{L}\p{N}\p{M}@#$]/gu;
const inside = /[\p{L}\p{N}\p{M}]/u;
const ending = /[\p{L}\p{N}\p{M}+#%$€£¥°]/u;

/** Endings that are the plural of English nouns and hardly ever the end of a name. */
const pluralEnding =
  /(?:[^aeiou]ies|(?:ch|sh|ss|x)es|(?:tion|sion|ment|ing|ist|ism|ance|ence|ase|age|able|ure|ule|ent|ant|ect|ork|ystem|or|er)s)$/;
const plurals: ReadonlySet<string> = new Set(shortPlurals.split(/\s+/));
const names: ReadonlySet<string> = new Set(namesLikePlurals.split(/\s+/));

function singularOf(word: string): string {
  if (plurals.has(word)) return word.endsWith("xes") ? word.slice(0, -2) : word.slice(0, -1);
  if (word.length < 7 || names.has(word) || !pluralEnding.test(word)) return word;
  if (word.endsWith("ies")) return `${word.slice(0, -3)}y`;
  return /(?:ch|sh|ss|x)es$/.test(word) ? word.slice(0, -2) : word.slice(0, -1);
}

/** Where the last character that `kind` accepts ends; 0 when there is none. */
function lastEnd(text: string, kind: RegExp): number {
  let end = text.length;
  while (end > 0) {
    const low = text.charCodeAt(end - 1);
    const units = low >= 0xdc00 && low <= 0xdfff && end > 1 ? 2 : 1;
    if (kind.test(text.slice(end - units, end))) return end;
    end--;
  }
  return 0;
}

/** What is left without punctuation around it and without leading articles, unless nothing would be. */
function stripped(name: string): string {
  const lastLetter = lastEnd(name, inside);
  if (lastLetter === 0) return name;
  let start = 0;
  for (;;) {
    beginning.lastIndex = start;
    start = beginning.exec(name)?.index ?? start;
    article.lastIndex = start;
    if (!article.test(name) || article.lastIndex >= lastLetter) break;
    start = article.lastIndex;
  }
  return name.slice(start, lastEnd(name, ending));
}

function withSingularLastWord(name: string): string {
  let start = name.length;
  while (start > 0 && name.charCodeAt(start - 1) >= 97 && name.charCodeAt(start - 1) <= 122) start--;
  // An address, an identifier or a name with other letters has no plural.
  if (start > 0 && name[start - 1] !== " " && name[start - 1] !== "-") return name;
  return name.slice(0, start) + singularOf(name.slice(start));
}

/**
 * The form in which names are compared: compatibility forms, case and accents folded, space and punctuation around it
 * and a leading article dropped, the obvious plural of an English last word made singular. Names with one canonical
 * form are one entity. Idempotent, and empty only for a name of nothing but space.
 */
export function canonicalName(name: string): string {
  const folded = fold(name).replace(/\s+/gu, " ").trim();
  return withSingularLastWord(stripped(folded));
}

/** What two mentions of one entity have in common, whatever their types. */
export function entityKey(entity: { readonly name: string }): string {
  return canonicalName(entity.name);
}
