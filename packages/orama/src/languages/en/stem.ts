import { irregularEnglish } from "./irregular.ts";

/**
 * The English Snowball stemmer, "Porter2" (M. F. Porter, https://snowballstem.org/algorithms/english/stemmer.html).
 * `@orama/stemmers` has the older algorithm, with a mistake: "connection" and "connected" get different stems. Irregular
 * forms get the stem of their base form.
 *
 * @param word Lower case, without apostrophes. Words with other letters than a to z come back as they are.
 */
export function stemEnglish(word: string): string {
  if (word.length <= 2 || !/^[a-z]+$/.test(word)) return word;
  const base = irregularEnglish.get(word);
  if (base !== undefined) return stemEnglish(base);
  const exception = exceptions.get(word);
  if (exception !== undefined) return exception;
  return stepsAfterMarking(markConsonantY(word)).replace(/Y/g, "y");
}

const exceptions: ReadonlyMap<string, string> = new Map(
  `skis:ski skies:sky dying:die lying:lie tying:tie idly:idl gently:gentl ugly:ugli early:earli only:onli singly:singl
  sky:sky news:news howe:howe atlas:atlas cosmos:cosmos bias:bias andes:andes`
    .split(/\s+/)
    .map((pair) => pair.split(":") as [string, string]),
);
const exceptionsAfterPlural: ReadonlySet<string> = new Set(
  "inning outing canning herring earring evening proceed exceed succeed".split(" "),
);

/** A y that begins the word or follows a vowel is a consonant, written Y while stemming. */
function markConsonantY(word: string): string {
  return word.replace(/^y|(?<=[aeiouy])y/g, "Y");
}

function stepsAfterMarking(marked: string): string {
  const [first, second] = regions(marked);
  let word = removePlural(marked);
  if (exceptionsAfterPlural.has(word)) return word;
  word = removePastAndGerund(word, first);
  word = word.replace(/(?<=.[^aeiouyY])[yY]$|(?<=.Y)[yY]$/, "i");
  word = replaceLongest(word, derived, first);
  word = replaceLongest(word, adjectival, first, second);
  word = removeResidual(word, second);
  return removeFinal(word, first, second);
}

/** Where the regions R1 and R2 begin: after the first, and the next, consonant that follows a vowel. */
function regions(word: string): [number, number] {
  const prefix = /^(?:gener|commun|arsen|past|univers|later|emerg|organ|inter)/.exec(word);
  const first = prefix === null ? afterVowelConsonant(word, 0) : prefix[0].length;
  return [first, afterVowelConsonant(word, first)];
}

function afterVowelConsonant(word: string, start: number): number {
  for (let at = start + 1; at < word.length; at++) {
    if (!isVowel(word, at) && isVowel(word, at - 1)) return at + 1;
  }
  return word.length;
}

function isVowel(word: string, at: number): boolean {
  return "aeiouy".includes(word[at]!);
}

/** Step 1a. */
function removePlural(word: string): string {
  if (word.endsWith("sses")) return word.slice(0, -2);
  if (word.endsWith("ied") || word.endsWith("ies")) return word.slice(0, word.length > 4 ? -2 : -1);
  if (word.endsWith("us") || word.endsWith("ss")) return word;
  if (word.endsWith("s") && /[aeiouy].+s$/.test(word)) return word.slice(0, -1);
  return word;
}

/** Step 1b. */
function removePastAndGerund(word: string, first: number): string {
  const eed = /eed(?:ly)?$/.exec(word);
  if (eed !== null) return eed.index >= first ? `${word.slice(0, eed.index)}ee` : word;
  const ending = /(?:ed|ing)(?:ly)?$/.exec(word);
  if (ending === null) return word;
  const stem = word.slice(0, ending.index);
  if (ending[0] === "ing" && /^[^aeiouy]y$/.test(stem)) return `${stem.slice(0, -1)}ie`;
  if (!/[aeiouy]/.test(stem)) return word;
  if (/(?:at|bl|iz)$/.test(stem)) return `${stem}e`;
  if (/(?:bb|dd|ff|gg|mm|nn|pp|rr|tt)$/.test(stem)) {
    return /^[aeo](?:bb|dd|ff|gg|mm|nn|pp|rr|tt)$/.test(stem) ? stem : stem.slice(0, -1);
  }
  return first >= stem.length && endsInShortSyllable(stem) ? `${stem}e` : stem;
}

function endsInShortSyllable(word: string): boolean {
  return word === "past" || /(?:^|[^aeiouy])[aeiouy][^aeiouywxY]$/.test(word)
    ? !/^[^aeiouy]$/.test(word)
    : /^[aeiouy][^aeiouy]$/.test(word);
}

interface Ending {
  readonly ending: string;
  readonly replacement: string;
  /** Letters of which one must stand before it; any where there are none. */
  readonly before: string;
}

/** From "ending:replacement:letters before it", the longest first. */
function endings(list: string): readonly Ending[] {
  return list.split(" ").map((entry) => {
    const [ending = "", replacement = "", before = ""] = entry.split(":");
    return { ending, replacement, before };
  });
}

/** Steps 2 and 3. */
const derived = endings(
  "ational:ate fulness:ful iveness:ive ization:ize ousness:ous biliti:ble lessli:less tional:tion alism:al aliti:al " +
    "ation:ate entli:ent fulli:ful iviti:ive ousli:ous ogist:og abli:able alli:al anci:ance ator:ate enci:ence izer:ize " +
    "bli:ble ogi:og:l li::cdeghkmnrt",
);
const adjectival = endings("ational:ate tional:tion alize:al ative icate:ic iciti:ic ical:ic ness ful");

function replaceLongest(word: string, list: readonly Ending[], first: number, second = 0): string {
  const found = list.find(({ ending }) => word.endsWith(ending));
  if (found === undefined) return word;
  const start = word.length - found.ending.length;
  const stem = word.slice(0, start);
  const stays =
    start < (found.ending === "ative" ? second : first) || !(found.before || stem).includes(stem.slice(-1));
  return stays ? word : stem + found.replacement;
}

/** Step 4. */
function removeResidual(word: string, second: number): string {
  const ending = /(?:ement|ance|ence|able|ible|ment|ant|ent|ism|ate|iti|ous|ive|ize|ion|al|er|ic)$/.exec(
    word,
  );
  if (ending === null || ending.index < second) return word;
  if (ending[0] === "ion" && !/[st]$/.test(word.slice(0, ending.index))) return word;
  return word.slice(0, ending.index);
}

/** Step 5. */
function removeFinal(word: string, first: number, second: number): string {
  const stem = word.slice(0, -1);
  if (word.endsWith("e") && (stem.length >= second || (stem.length >= first && !endsInShortSyllable(stem))))
    return stem;
  if (word.endsWith("ll") && stem.length >= second) return stem;
  return word;
}
