import type { Candidate } from "./candidate.ts";
import { stemOf } from "./lexicon.ts";
import { prefixedSurname, type Reading } from "./reading.ts";

/** Before these a name of two words is something else: "the Mark Complete button". Folded. */
const determiners: ReadonlySet<string> = new Set(
  "the a an this that these our your each no le la les un une der die das".split(" "),
);

/** A word in the shape of a person's name, which GitHub is not. */
function isPersonal(reading: Reading, index: number): boolean {
  const { shape, start, end } = reading.words[index]!;
  if (!reading.isNameWord(index)) return false;
  if (shape === "capitals") return end - start >= 3;
  return shape === "capitalised" || prefixedSurname.test(reading.text.slice(start, end));
}

function isTitled(reading: Reading, index: number): boolean {
  const { words, lexicon } = reading;
  const title = words[index - 1];
  const { gap, opens } = words[index]!;
  if (title === undefined || opens || (gap !== "space" && gap !== "period")) return false;
  if (lexicon.titles.has(title.key)) return true;
  if (title.shape !== "capitalised") return false;
  // French abbreviates Monsieur to one letter.
  return lexicon.capitalTitles.has(title.key) || (title.key === "m" && gap === "period");
}

/** Whether a word is a known first name here: "Rose" needs more than "Caroline". */
function isFirstName(reading: Reading, index: number): boolean {
  const { words, lexicon } = reading;
  const { key, shape, opens } = words[index]!;
  // ELISA and MARC are other things.
  if (shape === "capitals") return false;
  const next = words[index + 1];
  // Don't
  if (next?.gap === "apostrophe" && next.key === "t") return false;
  if (lexicon.firstNames.has(key)) return true;
  const code = key.charCodeAt(0);
  if (code > 0x36f && code < 0x530) return lexicon.stems.get(stemOf(key)) === "person";
  if (opens || reading.isHeadline(index) || !lexicon.ambiguousFirstNames.has(key)) return false;
  if (determiners.has(words[index - 1]?.key ?? "") || next?.gap !== "space") return false;
  return isPersonal(reading, index + 1) && reading.known(index + 1) === undefined;
}

/** The last name after two initials or more: "J. R. R. Tolkien". */
function afterInitials(reading: Reading, index: number): number | undefined {
  const { words } = reading;
  let initials = 0;
  let at = index;
  while (words[at]?.shape === "capitalised" && words[at]!.end - words[at]!.start === 1 && initials < 5) {
    const gap = words[at + 1]?.gap;
    if (gap !== "period" && gap !== "dot") break;
    initials++;
    at++;
  }
  const named = initials >= 2 && isPersonal(reading, at) && words[at]!.end - words[at]!.start > 2;
  return named ? at : undefined;
}

/** The speakers of a written conversation: two labels or more that begin two lines each, and half of all lines. */
function speakers(reading: Reading): Set<string> {
  const counts = new Map<string, number>();
  const { words, text } = reading;
  let labelled = 0;
  words.forEach((word, index) => {
    if (text[word.end] !== ":" || text[word.end + 1] !== " ") return;
    if ((word.start > 0 && text[word.start - 1] !== "\n") || !isPersonal(reading, index)) return;
    counts.set(word.key, (counts.get(word.key) ?? 0) + 1);
    labelled++;
  });
  const repeated = Array.from(counts).flatMap(([key, count]) => (count > 1 ? [key] : []));
  if (repeated.length < 2) return new Set();
  return new Set(labelled * 2 >= text.split("\n").length ? repeated : []);
}

/** Something around the word says that it names a person. */
function isNamed(reading: Reading, index: number, speaking: ReadonlySet<string>): boolean {
  if (isTitled(reading, index)) return true;
  if (reading.known(index) !== undefined) return false;
  const { words, lexicon, text } = reading;
  const { start, end, key, shape, opens } = words[index]!;
  if (speaking.has(key) && (!opens || text[end] === ":")) return true;
  const next = words[index + 1];
  if (next?.gap === "space" && lexicon.trailingTitles.has(next.key)) return true;
  if (shape !== "capitalised" || end - start === 1 || reading.isHeadline(index)) return false;
  return reading.cue(index) === "person";
}

const nobody: ReadonlySet<string> = new Set();

/** People: by first name, title, relation, introduction, initials, or as speakers of a conversation. */
export function findPersons(reading: Reading, found: Candidate[]): void {
  const { words, lexicon } = reading;
  const speaking = reading.text.includes(":") ? speakers(reading) : nobody;
  for (let index = 0; index < words.length; index++) {
    const { shape, start } = words[index]!;
    if (shape !== "capitalised" && shape !== "mixed" && shape !== "capitals") continue;
    const known = reading.known(index);
    if (known !== undefined && known !== "place") continue;
    const last = afterInitials(reading, index);
    let to: number;
    if (last !== undefined) to = reading.nameEnd(last, lexicon.personParticles, 3);
    else {
      if (!isPersonal(reading, index)) continue;
      const first = known === undefined && isFirstName(reading, index);
      if (!first && !isNamed(reading, index, speaking)) continue;
      // In a headline the words after a first name have capitals of their own.
      const alone = first && reading.isHeadline(index) && words[index + 1]?.gap !== "hyphen";
      to = alone ? index + 1 : reading.nameEnd(index, lexicon.personParticles);
    }
    let end = to;
    // "Ahmet Bey" is Ahmet.
    while (end > index + 1 && lexicon.trailingTitles.has(words[end - 1]!.key)) end--;
    found.push({ start, end: words[end - 1]!.end, type: "person" });
    index = to - 1;
  }
}
