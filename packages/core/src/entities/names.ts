import type { Candidate } from "./candidate.ts";
import { attachedPrefix } from "./known-names.ts";
import { lexicon, type Role, stemOf } from "./lexicon.ts";
import { is, isCased, lengthOf, type Passage, type Word } from "./passage.ts";

/** McDonald, DeVito, LeBron: capitals inside that make no brand of a name. */
const prefixedSurname = /^(?:Mc|Mac|O|D|De|Di|Du|Da|La|Le|Van|Von|Fitz|St)\p{Lu}\p{Ll}+$/u;
/** Names by the shape of their letters or by signs, which are no words. GitHub, not beside the signs of an address or of code. */
const shaped: readonly (readonly [type: string, expression: RegExp])[] = [
  [
    "product",
    /[A-Z](?<![\w._:/@$#\\-].)(?=\w{4,29}(?!\w))[A-Z]*[a-z]+\d{0,2}(?:[A-Z]+[a-z]*){1,4}\d{0,3}(?![\w(/@\\]|\.\w|::|->)/g,
  ],
  ["product", /(?<![\p{L}\p{N}])(?:C\+\+|[CF]#|(?:ASP)?\.NET)(?![\p{L}\p{N}#+])/gu],
  ["person", /\p{Lu}(?<![\p{L}\p{N}.].)\. ?(?:\p{Lu}\. ?){1,3}\p{Lu}[\p{Lu}\p{Ll}-]{2,}/gu],
];
/** In the text of a program such words are classes. */
const programText = /```|\(\);|=>|\bimport \w/;

/** What makes organisations and places of the words around a name. */
const kinds = [
  {
    type: "organization",
    first: "institutions",
    plain: "plainInstitutions",
    last: "institutionEndings",
    joints: "joints",
  },
  { type: "place", first: "streets", plain: "plainStreets", last: "streetEndings", joints: "particles" },
] as const satisfies { type: string; first: Role; plain: Role; last: Role; joints: Role }[];

/** Finds names by what their words and the words around them say. Known names have been found. */
class NameFinder {
  readonly #words: readonly Word[];
  readonly #text: string;
  readonly #german: boolean;
  readonly #found: Candidate[];
  readonly #speaking: ReadonlySet<string>;

  constructor({ words, text, german }: Passage, found: Candidate[]) {
    this.#words = words;
    this.#text = text;
    this.#german = german;
    this.#found = found;
    this.#speaking = text.includes(": ") ? this.#speakers() : new Set();
  }

  /** Adds the organisations, places and products that a word belongs to. */
  readThing(index: number): void {
    const { roles, shape } = this.#words[index]!;
    if (roles === undefined && shape === "lower") return;
    for (const kind of kinds) this.#readFirst(index, kind);
    if (!isCased(this.#words[index]!)) return;
    for (const kind of kinds) this.#readLast(index, kind);
    this.#readLegalForm(index);
    this.#readStreet(index);
    this.#readCued(index);
  }

  /** Adds the person whose name begins at a word; returns its last word, or the word itself. */
  readPerson(index: number): number {
    const word = this.#words[index]!;
    if (word.shape === "uncased") return this.#readUncased(index);
    return isCased(word) ? this.#readCasedPerson(index) : index;
  }

  #add(from: number, to: number, type: string): void {
    this.#found.push({ start: this.#words[from]!.start, end: this.#words[to - 1]!.end, type });
  }

  /** A word with a capital that may be a name or a part of one. */
  #isNameWord(index: number): boolean {
    const word = this.#words[index];
    if (word === undefined || !isCased(word) || (word.shape === "capitals" && word.style === "capitals"))
      return false;
    if (is(word, "neverNames") && !is(word, "firstNames")) return false;
    return !(this.#german && lexicon().nouns.test(word.key));
  }

  /** In the shape of a person's name, which GitHub is not. */
  #isPersonal(index: number): boolean {
    const word = this.#words[index];
    if (word === undefined || !this.#isNameWord(index)) return false;
    if (word.shape === "capitals") return lengthOf(word) >= 3;
    return word.shape === "capitalised" || prefixedSurname.test(this.#text.slice(word.start, word.end));
  }

  /** One letter that goes on: the O of O'Neil, the R of J. R. Tolkien. */
  #isInitial(index: number): boolean {
    const [word, next] = [this.#words[index]!, this.#words[index + 1]];
    if (lengthOf(word) !== 1 || word.shape !== "capitalised" || next?.shape !== "capitalised") return false;
    return next.gap === "apostrophe" || next.gap === "dot" || (next.gap === "period" && !next.opens);
  }

  /**
   * Where a name that begins at a word ends: name words joined by spaces, hyphens, apostrophes or initials, with small
   * words between them, at most `most` words. Known names of other types than `accept` end it.
   */
  #nameEnd(from: number, joints: Role, most = 5, accept?: string): number {
    const words = this.#words;
    let end = from + 1;
    while (end < words.length && end - from < most) {
      const [before, word] = [words[end - 1]!, words[end]!];
      const initial = lengthOf(before) === 1 && before.shape === "capitalised";
      const joined =
        word.gap === "space" ||
        word.gap === "hyphen" ||
        ((word.gap === "period" || word.gap === "dot") && initial) ||
        // O'Neil, D'Angelo; not Anna's.
        (word.gap === "apostrophe" && lengthOf(before) <= 2);
      if (!joined || word.opens) break;
      if (
        (this.#isNameWord(end) || this.#isInitial(end)) &&
        (word.known === undefined || word.known === accept)
      ) {
        end++;
        continue;
      }
      const next = this.#after(end, joints);
      if (next === end || !this.#isNameWord(next)) break;
      if (words[next]!.gap !== "space" && words[next]!.gap !== "apostrophe") break;
      end = next + 1;
    }
    return end;
  }

  /** The word after up to three small words. */
  #after(index: number, joints: Role): number {
    let next = index;
    while (next < index + 3 && this.#words[next]?.shape === "lower" && is(this.#words[next], joints)) next++;
    return next;
  }

  /** What the words before a name say that it is: the longest cue of up to three words. */
  #cue(index: number): string | undefined {
    const words = this.#words;
    const { gap, opens, start } = words[index]!;
    const quoted = /^ ?[«„"“]$/.test(this.#text.slice(words[index - 1]?.end ?? start, start));
    if (gap !== "space" && gap !== "comma" && !(gap === "period" && !opens) && !quoted) return undefined;
    const last = is(words[index - 1], "naming") ? index - 2 : index - 1;
    // "Company Name" in a headline or a form is no cue; "ООО «Ромашка»" has one.
    if (!this.#german && words[last]?.shape !== "lower" && words[last]?.shape !== "capitals")
      return undefined;
    let phrase = "";
    let found: string | undefined;
    for (let at = last; at > last - 3 && at >= 0; at--) {
      const before = words[at]!;
      phrase = phrase === "" ? before.key : `${before.key} ${phrase}`;
      const cue = lexicon().cues.get(phrase);
      // "Move to Summary" is an instruction.
      if (cue !== undefined && !(cue === "place" && before.opens)) found = cue;
      if (before.gap !== "space" && before.gap !== "apostrophe" && before.gap !== "hyphen") break;
    }
    // After a comma only a relative is named: "my sister, Ana".
    return gap === "comma" && found !== "person" ? undefined : found;
  }

  /** "Université de Lyon", "Bank of England", "Lake Como", "rue de Rivoli". */
  #readFirst(index: number, { type, first, plain, joints }: (typeof kinds)[number]): void {
    const words = this.#words;
    const word = words[index]!;
    if (!is(word, first) || (word.shape === "lower" && !is(word, plain)) || word.style !== "plain") return;
    const next = this.#after(index + 1, joints);
    const name = words[next];
    if (name === undefined || name.opens || name.known === "product" || !this.#isNameWord(next)) return;
    if (name.gap !== "space" && name.gap !== "apostrophe" && name.gap !== "period") return;
    const ordinary =
      is(word, "needJoint") || (type === "organization" && word.opens && word.shape !== "lower");
    if (next === index + 1 && ordinary) return;
    this.#add(index, this.#nameEnd(next, joints, 4, "place"), type);
  }

  /** "Stanford University", "Quux Labs", "Golden Gate Bridge". */
  #readLast(index: number, { type, last }: (typeof kinds)[number]): void {
    const words = this.#words;
    if (!is(words[index], last) || words[index]!.style !== "plain") return;
    const start = this.#nameStart(index, (at) => {
      const { gap, opens } = words[at]!;
      const joined = gap === "space" || (gap === "hyphen" && type === "organization");
      return joined && !opens && words[at - 1]!.known !== "product";
    });
    const [only, before] = [index - start === 1, words[start]!];
    // One word with the capital of a sentence says too little.
    if (
      start === index ||
      (only &&
        ((type === "organization" && is(before, "plainKinds")) ||
          (before.opens && before.known === undefined)))
    )
      return;
    this.#add(start, index + 1, type);
  }

  /** The first of up to four words of a name before a word, as long as `joined` says that a word goes with the one before. */
  #nameStart(index: number, joined: (at: number) => boolean): number {
    let start = index;
    for (; start > 0 && index - start < 4 && joined(start); start--) {
      const word = this.#words[start - 1]!;
      const isPlace = word.known === "place" && word.shape !== "lower";
      const isNational = word.shape === "capitalised" && !word.opens && is(word, "nationalities");
      if (!this.#isNameWord(start - 1) && !isPlace && !isNational) break;
    }
    return start;
  }

  /** "Acme Widgets GmbH & Co. KG": up to four name words before a legal form, and further forms after it. */
  #readLegalForm(index: number): void {
    const words = this.#words;
    let end = this.#legalFormEnd(index);
    if (end === index) return;
    const start = this.#nameStart(index, (at) => {
      const { gap, opens } = words[at]!;
      const afterComma = gap === "comma" && at === index && is(words[at], "formsAfterComma");
      return !opens && (gap === "space" || gap === "hyphen" || gap === "ampersand" || afterComma);
    });
    if (start === index) return;
    for (let next = this.#legalFormEnd(end); next > end; next = this.#legalFormEnd(end)) {
      const gap = words[end]?.gap;
      if (gap !== "space" && gap !== "ampersand" && gap !== "period") break;
      end = next;
    }
    const last = words[end - 1]!;
    // The last dot of "S.p.A." belongs to it.
    const dotted = last.gap === "dot" && this.#text[last.end] === ".";
    this.#found.push({
      start: words[start]!.start,
      end: last.end + (dotted ? 1 : 0),
      type: "organization",
    });
  }

  /** Where a legal form that begins at a word ends, also in single letters with dots; the word itself when it is none. */
  #legalFormEnd(index: number): number {
    const words = this.#words;
    const first = words[index];
    if (first === undefined) return index;
    let letters = first.key;
    let end = index + 1;
    if (lengthOf(first) === 1)
      while (words[end]?.gap === "dot" && lengthOf(words[end]!) <= 2 && letters.length < 6)
        letters += words[end++]!.key;
    if (end > index + 1) return lexicon().entries.get(letters)?.roles?.has("legalForms") ? end : index;
    // AG is a form of companies, Ag is silver.
    const isWord =
      first.shape === "capitalised" && letters.length === 2 && letters !== "co" && letters !== "oy";
    return is(first, "legalForms") && first.shape !== "lower" && !isWord ? end : index;
  }

  /** German streets, "Hauptstraße 12"; and places in Russian, Ukrainian and Greek in any case. */
  #readStreet(index: number): void {
    const { key, known, shape } = this.#words[index]!;
    if (shape === "capitals") return;
    if (key.length >= 8 && lexicon().streetSuffixes.some((suffix) => key.endsWith(suffix))) {
      const number = this.#words[index + 1];
      const numbered = number?.shape === "number" && number.gap === "space";
      if (numbered || key.endsWith("strasse")) this.#add(index, index + (numbered ? 2 : 1), "place");
    }
    if (known === undefined && this.#stem(index) === "place") this.#add(index, index + 1, "place");
  }

  /** What a name word in Cyrillic or Greek is, in any case. */
  #stem(index: number): "person" | "place" | undefined {
    const { key } = this.#words[index]!;
    return key > "\u036f" && key < "\u0530" && this.#isNameWord(index)
      ? lexicon().stems.get(stemOf(key))
      : undefined;
  }

  /** The employer in "works for Quuxly", acronyms included; the place in "moved to Plouzané"; the tool in "using Zorbly". */
  #readCued(index: number): void {
    const word = this.#words[index]!;
    const { shape, gap, opens, known, style } = word;
    if (opens || known !== undefined || !this.#isNameWord(index) || is(word, "firstNames")) return;
    if (shape === "capitals") {
      const raw = this.#text.slice(word.start, word.end);
      if (!/^\p{Lu}{2,6}$/u.test(raw) || /^[IVXLCM]+$/.test(raw) || is(word, "plainAcronyms")) return;
      if (gap === "space" && is(this.#words[index - 1], "beforeAcronyms")) {
        this.#add(index, index + 1, "organization");
        return;
      }
    }
    const cue = style === "plain" ? this.#cue(index) : undefined;
    if (cue === "organization") this.#add(index, this.#nameEnd(index, "joints", 4), cue);
    else if (shape === "capitals") return;
    else if (cue === "place") this.#add(index, this.#nameEnd(index, "particles", 4), cue);
    else if (cue === "product" && !this.#german && shape === "capitalised" && gap === "space") {
      // Heron's formula
      if (this.#words[index + 1]?.gap !== "apostrophe" && lengthOf(word) >= 3)
        this.#add(index, index + 1, cue);
    }
  }

  /** People: by first name, title, relation, introduction, initials, or as speakers of a conversation. */
  #readCasedPerson(index: number): number {
    const words = this.#words;
    const { known, style } = words[index]!;
    if (known !== undefined && known !== "place") return index;
    if (!this.#isPersonal(index)) return index;
    const first = known === undefined && this.#isFirstName(index);
    if (!first && !this.#isNamed(index)) return index;
    // In a headline the words after a first name have capitals of their own.
    const alone = first && style !== "plain" && words[index + 1]?.gap !== "hyphen";
    const to = alone ? index + 1 : this.#nameEnd(index, "particles");
    let end = to;
    // "Ahmet Bey" is Ahmet.
    while (end > index + 1 && is(words[end - 1], "trailingTitles")) end--;
    this.#add(index, end, "person");
    return to - 1;
  }

  /** Whether a word is a known first name here: "Rose" needs more than "Caroline". */
  #isFirstName(index: number): boolean {
    const [word, next] = [this.#words[index]!, this.#words[index + 1]];
    // ELISA and MARC are other things; and "Don't".
    if (word.shape === "capitals" || (next?.gap === "apostrophe" && next.key === "t")) return false;
    if (is(word, "firstNames") || this.#stem(index) === "person") return true;
    if (word.opens || word.style !== "plain" || !is(word, "ambiguousFirstNames")) return false;
    if (is(this.#words[index - 1], "determiners") || next?.gap !== "space") return false;
    return this.#isPersonal(index + 1) && next.known === undefined;
  }

  /** Something around the word says that it names a person. */
  #isNamed(index: number): boolean {
    const [before, word, next] = [this.#words[index - 1], this.#words[index]!, this.#words[index + 1]];
    if (before !== undefined && !word.opens && (word.gap === "space" || word.gap === "period")) {
      if (is(before, "titles")) return true;
      // French abbreviates Monsieur to one letter.
      const short = before.key === "m" && word.gap === "period";
      if (before.shape === "capitalised" && (is(before, "capitalTitles") || short)) return true;
    }
    if (word.known !== undefined) return false;
    if (this.#speaking.has(word.key) && (!word.opens || this.#text[word.end] === ":")) return true;
    if (next?.gap === "space" && is(next, "trailingTitles")) return true;
    if (word.shape !== "capitalised" || lengthOf(word) === 1 || word.style !== "plain") return false;
    return this.#cue(index) === "person";
  }

  /** The speakers of a written conversation: two labels or more that begin two lines each, and half of all lines. */
  #speakers(): ReadonlySet<string> {
    const { length } = this.#text.split("\n");
    const labels = this.#words.filter(({ start, end }, index) => {
      const begins = start === 0 || this.#text[start - 1] === "\n";
      return begins && this.#text.startsWith(": ", end) && this.#isPersonal(index);
    });
    const keys = labels.map(({ key }) => key);
    const repeated = new Set(keys.filter((key, at) => keys.indexOf(key) !== at));
    return repeated.size >= 2 && labels.length * 2 >= length ? repeated : new Set();
  }

  /** People and institutions in Arabic, Hebrew and Hindi. Their places are known names. */
  #readUncased(index: number): number {
    const words = this.#words;
    const word = words[index]!;
    const [before, next] = [words[index - 1], words[index + 1]];
    const prefixed = attachedPrefix.test(word.key);
    const bare = (role: Role) => prefixed && lexicon().entries.get(word.key.slice(1))?.roles?.has(role);
    const follows = (after: Word | undefined): after is Word =>
      after?.shape === "uncased" && (after.gap === "space" || after.gap === "period");
    if (follows(next) && next.known === "place" && (is(word, "institutions") || bare("institutions"))) {
      let to = index + 2;
      while (follows(words[to]) && words[to]!.known === "place") to++;
      const start = word.start + (is(word, "institutions") ? 0 : 1);
      this.#found.push({ start, end: words[to - 1]!.end, type: "organization" });
    } else if (word.known === "place" && follows(next) && is(next, "institutionEndings"))
      this.#add(index, index + 2, "organization");
    const phrase = `${words[index - 2]?.key ?? ""} ${before?.key}`;
    const cue = lexicon().cues.get(phrase) ?? lexicon().cues.get(before?.key ?? "");
    // "The Arab gentleman": an adjective has the article of its noun. Hebrew Dr is written ד"ר, in two words.
    const titled = (is(before, "titles") && !word.key.startsWith("ال")) || phrase === "ד ר";
    const introduced =
      follows(word) && ((titled && word.key.length > 1) || (cue === "person" && word.key.length > 2));
    if (!introduced && !is(word, "uncasedFirstNames") && !bare("uncasedFirstNames")) return index;
    let end = index + 1;
    while (end < index + 4 && words[end]?.gap === "space" && is(words[end], "uncasedNames")) end++;
    const skipped = introduced || is(word, "uncasedFirstNames") ? 0 : 1;
    this.#found.push({ start: word.start + skipped, end: words[end - 1]!.end, type: "person" });
    return end - 1;
  }
}

/** Persons, organisations, places and products by what their words and the words around them say. */
export function findNames(passage: Passage, found: Candidate[]): void {
  const { words, text } = passage;
  const finder = new NameFinder(passage, found);
  for (let index = 0; index < words.length; index++) finder.readThing(index);
  for (let index = 0; index < words.length; index++) index = finder.readPerson(index);
  for (const [type, expression] of shaped)
    for (const { index, 0: match } of text.matchAll(expression)) {
      if (prefixedSurname.test(match)) continue;
      const isClass = type === "product" && /[a-z]/.test(match) && programText.test(text);
      found.push({ start: index, end: index + match.length, type: isClass ? "identifier" : type });
    }
}
