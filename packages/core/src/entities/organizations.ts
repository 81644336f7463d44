import type { Candidate } from "./candidate.ts";
import { role } from "./lexicon.ts";
import type { Reading } from "./reading.ts";

/** First words that make a kind of organisation and not a name: "high school". Folded. */
const kinds: ReadonlySet<string> = new Set(
  `high middle primary elementary medical law business art music summer public local city national state central general
  student community private nursing driving data machine computer open free online digital world global`.split(
    /\s+/,
  ),
);
/** English beginnings that are ordinary words without "of" behind them. */
const needOf: ReadonlySet<string> = new Set(
  "university bank department institute council museum school college academy church credit group".split(" "),
);
const afterComma: ReadonlySet<string> = new Set(["inc", "ltd", "llc", "corp", "gmbh", "plc"]);
const acronym = /^[\p{Lu}&]{2,6}$/u;
/** Prepositions before an employer or a place of study. */
const atWork: ReadonlySet<string> = new Set(["at", "chez", "bei", "joined", "rejoint"]);
const roman = /^[IVXLCM]+$/;

/** A legal form at a word, also in single letters with dots: where it ends, or `undefined`. */
function legalFormEnd(reading: Reading, index: number): number | undefined {
  const { words, lexicon } = reading;
  const first = words[index];
  if (first === undefined) return undefined;
  if (first.end - first.start === 1 && words[index + 1]?.gap === "dot") {
    let letters = first.key;
    let at = index + 1;
    while (words[at]?.gap === "dot" && words[at]!.end - words[at]!.start <= 2 && letters.length < 6)
      letters += words[at++]!.key;
    return lexicon.legalForms.has(letters) ? at : undefined;
  }
  if (first.shape === "lower" || !lexicon.legalForms.has(first.key)) return undefined;
  // AG is a form of companies, Ag is silver.
  if (first.key.length === 2 && first.shape === "capitalised" && first.key !== "co" && first.key !== "oy")
    return undefined;
  return index + 1;
}

function isPartOfName(reading: Reading, index: number): boolean {
  const word = reading.words[index]!;
  if (reading.isNameWord(index) || (reading.known(index) === "place" && word.shape !== "lower")) return true;
  return word.shape === "capitalised" && !word.opens && reading.lexicon.nationalities.has(word.key);
}

/** "Acme Widgets GmbH & Co. KG": up to four name words before a legal form, and further forms after it. */
function readLegalForm(reading: Reading, index: number, found: Candidate[]): void {
  const { words } = reading;
  let end = legalFormEnd(reading, index);
  if (end === undefined) return;
  let start = index;
  while (start > 0 && index - start < 4) {
    const { gap, opens, key } = words[start]!;
    const joined = gap === "space" || gap === "hyphen" || gap === "ampersand";
    if (opens || (!joined && !(gap === "comma" && start === index && afterComma.has(key)))) break;
    if (!isPartOfName(reading, start - 1) && words[start - 1]!.shape !== "number") break;
    start--;
  }
  if (start === index || words[start]!.shape === "number") return;
  for (let forms = 1; forms < 4; forms++) {
    const next = legalFormEnd(reading, end);
    const gap = words[end]?.gap;
    if (next === undefined || (gap !== "space" && gap !== "ampersand" && gap !== "period")) break;
    end = next;
  }
  const last = words[end - 1]!;
  // The last dot of "S.p.A." belongs to it.
  const dotted = last.gap === "dot" && reading.text[last.end] === ".";
  found.push({ start: words[start]!.start, end: last.end + (dotted ? 1 : 0), type: "organization" });
}

/** "ООО «Ромашка»": the name after the form. */
function readLeadingForm(reading: Reading, index: number, found: Candidate[]): void {
  const { words, text, lexicon } = reading;
  const form = words[index]!;
  const first = words[index + 1];
  if (form.shape !== "capitals" || !lexicon.leadingLegalForms.has(form.key) || first === undefined) return;
  if (!/^ ?[«"„“]?$/.test(text.slice(form.end, first.start)) || !reading.isNameWord(index + 1)) return;
  const to = reading.nameEnd(index + 1, lexicon.organizationParticles, 5);
  found.push({ start: first.start, end: words[to - 1]!.end, type: "organization" });
}

/** "Université de Lyon", "Bank of England", "Институт Пастера". */
function readBeginning(reading: Reading, index: number, found: Candidate[]): void {
  const { words, lexicon } = reading;
  const word = words[index]!;
  if ((word.roles & role.organizationBeginning) === 0) return;
  if (word.shape === "lower" && !lexicon.plainOrganizationBeginnings.has(word.key)) return;
  if (reading.isHeadline(index)) return;
  let next = index + 1;
  while (
    next < index + 3 &&
    words[next]?.shape === "lower" &&
    lexicon.organizationParticles.has(words[next]!.key)
  )
    next++;
  const first = words[next];
  if (first === undefined || (first.gap !== "space" && first.gap !== "apostrophe")) return;
  const particles = next - index - 1;
  if (particles === 0 && word.shape !== "lower" && (word.opens || needOf.has(word.key))) return;
  const known = reading.known(next);
  if (!reading.isNameWord(next) || known === "product") return;
  const to = reading.nameEnd(next, lexicon.organizationParticles, 4, "place");
  found.push({ start: word.start, end: words[to - 1]!.end, type: "organization" });
}

/** "Stanford University", "Quux Labs": one to four name words before the last. */
function readEnding(reading: Reading, index: number, found: Candidate[]): void {
  const { words, lexicon } = reading;
  const last = words[index]!;
  if (last.shape === "lower" || !lexicon.organizationEndings.has(last.key) || reading.isHeadline(index))
    return;
  let start = index;
  while (start > 0 && index - start < 4) {
    const { gap, opens } = words[start]!;
    if (opens || (gap !== "space" && gap !== "hyphen") || !isPartOfName(reading, start - 1)) break;
    start--;
  }
  if (start === index || (index - start === 1 && kinds.has(words[start]!.key))) return;
  // One word with the capital of a sentence says too little.
  if (index - start === 1 && words[start]!.opens && reading.known(start) === undefined) return;
  found.push({ start: words[start]!.start, end: last.end, type: "organization" });
}

/** The employer in "works for Quuxly", acronyms included. */
function readCued(reading: Reading, index: number, found: Candidate[]): void {
  const { words, text, lexicon } = reading;
  const word = words[index]!;
  if (word.opens || reading.known(index) !== undefined || !reading.isNameWord(index)) return;
  if (lexicon.firstNames.has(word.key)) return;
  if (word.shape === "capitals") {
    const raw = text.slice(word.start, word.end);
    if (!acronym.test(raw) || roman.test(raw) || lexicon.plainAcronyms.has(word.key)) return;
    if (word.gap === "space" && atWork.has(words[index - 1]?.key ?? "")) {
      found.push({ start: word.start, end: word.end, type: "organization" });
      return;
    }
  }
  if (reading.cue(index) !== "organization" || reading.isHeadline(index)) return;
  const to = reading.nameEnd(index, lexicon.organizationParticles, 4);
  found.push({ start: word.start, end: words[to - 1]!.end, type: "organization" });
}

/** Organisations: by legal form, by the kind they name in their first or last word, or as an employer. */
export function findOrganizations(reading: Reading, found: Candidate[]): void {
  for (let index = 0; index < reading.words.length; index++) {
    const { shape } = reading.words[index]!;
    if (shape === "lower") readBeginning(reading, index, found);
    if (shape !== "capitalised" && shape !== "mixed" && shape !== "capitals") continue;
    if (index > 0) readLegalForm(reading, index, found);
    readLeadingForm(reading, index, found);
    readBeginning(reading, index, found);
    readEnding(reading, index, found);
    readCued(reading, index, found);
  }
}
