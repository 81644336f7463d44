import type { Candidate } from "./candidate.ts";
import { attachedPrefix } from "./known-names.ts";
import { entryOf, lexicon, type Role, stemOf } from "./lexicon.ts";
import { type Gap, is, isCased, lengthOf, type Passage, type Word } from "./passage.ts";

/** McDonald, DeVito, LeBron: capitals inside that make no brand of a name. */
const prefixedSurname = /^(?:Mc|Mac|O|D|De|Di|Du|Da|La|Le|Van|Von|Fitz|St)\p{Lu}\p{Ll}+$/u;
/** Names by the shape of their letters or by signs, which are no words; `sign` is what a text with one has. */
const shaped: readonly { readonly type: string; readonly sign: RegExp; readonly name: RegExp }[] = [
  {
    type: "product",
    sign: /[a-z\d][A-Z]/,
    // GitHub, not beside the signs of an address or of code.
    name: /[A-Z](?<![\w._:/@$#\\-].)(?=\w{4,29}(?!\w))[A-Z]*[a-z]+\d{0,2}(?:[A-Z]+[a-z]*){1,4}\d{0,3}(?![\w(/@\\]|\.\w|::|->)/g,
  },
  {
    type: "product",
    sign: /[+#]|\.NET/,
    name: /(?<![\p{L}\p{N}])(?:C\+\+|[CF]#|(?:ASP)?\.NET)(?![\p{L}\p{N}#+])/gu,
  },
  {
    type: "person",
    sign: /\p{Lu}\. ?\p{Lu}/u,
    name: /\p{Lu}(?<![\p{L}\p{N}.].)\. ?(?:\p{Lu}\. ?){1,3}\p{Lu}[\p{Lu}\p{Ll}-]{2,}/gu,
  },
];
/** In the text of a program such words are classes. */
const programText = /```|\(\);|=>|\bimport \w/;

/** "Université de Lyon", "Bank of England"; "Lake Como", "rue de Rivoli": what a name begins with. */
const beginnings = [
  { type: "organization", first: "institutions", plain: "plainInstitutions", joints: "joints" },
  { type: "place", first: "streets", plain: "plainStreets", joints: "particles" },
] as const satisfies { type: string; first: Role; plain: Role; joints: Role }[];

/** "Stanford University"; "Golden Gate Bridge"; "Acme Widgets GmbH & Co. KG": what it ends with, and what joins its words. */
const endings = [
  { type: "organization", last: "institutionEndings", gaps: ["space", "hyphen"] },
  { type: "place", last: "streetEndings", gaps: ["space"] },
  { type: "organization", last: "legalForms", gaps: ["space", "hyphen", "ampersand", "period"] },
] as const satisfies { type: string; last: Role; gaps: Gap[] }[];

/** Between two legal forms: "GmbH & Co. KG". */
const formGaps: ReadonlySet<Gap> = new Set(["space", "ampersand", "period"]);

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
    if (roles !== undefined || shape === "uncased")
      for (const kind of beginnings) this.#readFirst(index, kind);
    if (shape === "lower") return;
    if (roles !== undefined) for (const kind of endings) this.#readLast(index, kind);
    this.#readPlace(index);
    this.#readCued(index);
  }

  #add(from: number, to: number, type: string, skipped = 0): void {
    this.#found.push({ start: this.#words[from]!.start + skipped, end: this.#words[to - 1]!.end, type });
  }

  /** A word that may be a name or a part of one, by its capital or, in scripts without capitals, by the lists. */
  #isNameWord(index: number): boolean {
    const word = this.#words[index];
    if (word?.shape === "uncased") return word.known !== undefined || is(word, "uncasedNames");
    if (word === undefined || !isCased(word) || (word.shape === "capitals" && word.style === "capitals"))
      return false;
    if (is(word, "neverNames") && !is(word, "firstNames")) return false;
    return !(this.#german && lexicon().nouns.test(word.key));
  }

  /** In the shape of a person's name, which GitHub is not. */
  #isPersonal(index: number): boolean {
    const word = this.#words[index]!;
    if (word.shape === "uncased") return word.known === undefined && lengthOf(word) > 1;
    if (!this.#isNameWord(index)) return false;
    if (word.shape === "capitals") return lengthOf(word) >= 3;
    return word.shape === "capitalised" || prefixedSurname.test(this.#text.slice(word.start, word.end));
  }

  /**
   * Where a name that begins at a word ends: name words joined by spaces, hyphens, apostrophes or initials, with small
   * words between them, at most `most` words. Known names of other types than `accept` end it.
   */
  #nameEnd(from: number, joints: Role, most = 5, accept?: string): number {
    const words = this.#words;
    let end = from + 1;
    while (end < words.length && end - from < most) {
      const [before, { gap, opens, known, shape }] = [words[end - 1]!, words[end]!];
      const initial = lengthOf(before) === 1 && before.shape === "capitalised";
      const joined =
        gap === "space" ||
        gap === "hyphen" ||
        ((gap === "period" || gap === "dot") && initial) ||
        // O'Neil, D'Angelo; not Anna's.
        (gap === "apostrophe" && lengthOf(before) <= 2);
      if (!joined || opens) break;
      const after = words[end + 1];
      // The O of O'Neil, the R of J. R. R. Tolkien.
      const single = lengthOf(words[end]!) === 1 && shape === "capitalised" && after?.shape === shape;
      if (single && !after.opens && ["apostrophe", "dot", "period"].includes(after.gap)) {
        end++;
        continue;
      }
      const next = this.#after(end, joints);
      const isLast = next > end && words[next]?.gap !== "space" && words[next]?.gap !== "apostrophe";
      if (isLast || !this.#isNameWord(next) || (next === end && known !== undefined && known !== accept))
        break;
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
    if (words[last] === undefined || (words[last].shape === "capitalised" && !this.#german)) return undefined;
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

  #readFirst(index: number, { type, first, plain, joints }: (typeof beginnings)[number]): void {
    const words = this.#words;
    const word = words[index]!;
    const skipped = this.#prefixOf(word, first);
    if (skipped === undefined || (word.shape === "lower" && !is(word, plain)) || word.style !== "plain")
      return;
    const next = this.#after(index + 1, joints);
    const name = words[next];
    if (name === undefined || name.opens || name.known === "product" || !this.#isNameWord(next)) return;
    if (name.gap !== "space" && name.gap !== "apostrophe" && name.gap !== "period") return;
    const ordinary = is(word, "needJoint") || (type === "organization" && word.opens && isCased(word));
    if (next === index + 1 && ordinary) return;
    this.#add(index, this.#nameEnd(next, joints, 4, "place"), type, skipped);
  }

  #readLast(index: number, { type, last, gaps }: (typeof endings)[number]): void {
    const words = this.#words;
    const word = words[index]!;
    const isForm = last === "legalForms";
    // AG is a form of companies, Ag is silver.
    if (!is(word, last) || (isForm ? /^A[gs]$/.test(this.#raw(index)) : word.style !== "plain")) return;
    let start = index;
    for (; start > 0 && index - start < 4; start--) {
      const [{ gap, opens, key }, before] = [words[start]!, words[start - 1]!];
      const afterComma = isForm && gap === "comma" && start === index && is(words[start], "formsAfterComma");
      if (opens || !(afterComma || (gaps as readonly Gap[]).includes(gap)) || key === "") break;
      const isNational = before.shape === "capitalised" && !before.opens && is(before, "nationalities");
      const isPlace = before.known === "place" && before.shape !== "lower";
      if (before.known === "product" || !(this.#isNameWord(start - 1) || isPlace || isNational)) break;
    }
    const [only, first] = [index - start === 1, words[start]!];
    // One word with the capital of a sentence says too little.
    const ordinary = first.opens ? first.known === undefined : is(first, "plainKinds") && type !== "place";
    if (start === index || (only && ordinary && !isForm)) return;
    let end = index + 1;
    while (isForm && end < index + 4 && is(words[end], last) && formGaps.has(words[end]!.gap)) end++;
    this.#add(start, end, type);
    // The last dot of "S.p.A." belongs to it.
    if (this.#raw(end - 1).includes(".") && this.#text[words[end - 1]!.end] === ".")
      this.#found.at(-1)!.end++;
  }

  #raw(index: number): string {
    return this.#text.slice(this.#words[index]!.start, this.#words[index]!.end);
  }

  /** German streets, "Hauptstraße 12"; and places in Russian, Ukrainian and Greek in any case. */
  #readPlace(index: number): void {
    const { key, known } = this.#words[index]!;
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
    const isInflected = key > "\u036f" && key < "\u0530" && this.#isNameWord(index);
    return isInflected ? lexicon().stems.get(stemOf(key)) : undefined;
  }

  /** The employer in "works for Quuxly", acronyms included; the place in "moved to Plouzané"; the tool in "using Zorbly". */
  #readCued(index: number): void {
    const word = this.#words[index]!;
    const { shape, gap, opens, known, style } = word;
    const quoted = '«„“"'.includes(this.#text[word.start - 1] ?? " ");
    if ((opens && !quoted) || known !== undefined || !this.#isNameWord(index) || is(word, "firstNames"))
      return;
    const acronym = shape === "capitals";
    if (acronym && (!/^(?![IVXLCM]+$)\p{Lu}{2,6}$/u.test(this.#raw(index)) || is(word, "plainAcronyms")))
      return;
    const atWork = acronym && gap === "space" && is(this.#words[index - 1], "beforeAcronyms");
    const cue = atWork ? "organization" : style === "plain" ? this.#cue(index) : undefined;
    if (cue === "organization") this.#add(index, atWork ? index + 1 : this.#nameEnd(index, "joints", 4), cue);
    else if (cue === "place" && !acronym) this.#add(index, this.#nameEnd(index, "particles", 4), cue);
    else if (cue === "product" && !this.#german && shape === "capitalised" && gap === "space") {
      // Heron's formula
      if (this.#words[index + 1]?.gap !== "apostrophe" && lengthOf(word) >= 3)
        this.#add(index, index + 1, cue);
    }
  }

  /** Adds the person whose name begins at a word; returns its last word, or the word itself. */
  readPerson(index: number): number {
    const words = this.#words;
    const word = words[index]!;
    const { known, style, shape } = word;
    if (!(isCased(word) || shape === "uncased") || (known !== undefined && known !== "place")) return index;
    if (!this.#isPersonal(index)) return index;
    const first = known === undefined && this.#isFirstName(index);
    if (!first && !this.#isNamed(index)) return index;
    // In a headline the words after a first name have capitals of their own.
    const alone = first && style !== "plain" && words[index + 1]?.gap !== "hyphen";
    const to = alone ? index + 1 : this.#nameEnd(index, "particles");
    let end = to;
    // "Ahmet Bey" is Ahmet.
    while (end > index + 1 && is(words[end - 1], "trailingTitles")) end--;
    this.#add(index, end, "person", first ? this.#prefixOf(word, "uncasedFirstNames") : 0);
    return to - 1;
  }

  /** How long the preposition is that a word of a list begins with: 0 for none; `undefined` when it is not in the list. */
  #prefixOf(word: Word, role: Role): number | undefined {
    if (is(word, role)) return 0;
    const bare = word.shape === "uncased" && attachedPrefix.test(word.key) ? word.key.slice(1) : "";
    return entryOf(bare)?.roles?.has(role) ? 1 : undefined;
  }

  /** Whether a word is a known first name here: "Rose" needs more than "Caroline". */
  #isFirstName(index: number): boolean {
    const [word, next] = [this.#words[index]!, this.#words[index + 1]];
    if (word.shape === "uncased") return this.#prefixOf(word, "uncasedFirstNames") !== undefined;
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
      // French abbreviates Monsieur to one letter.
      const title = is(before, "capitalTitles") || (before.key === "m" && word.gap === "period");
      if (is(before, "titles") || (title && before.shape === "capitalised")) return true;
    }
    if (word.known !== undefined) return false;
    if (this.#speaking.has(word.key) && (!word.opens || this.#text[word.end] === ":")) return true;
    if (next?.gap === "space" && is(next, "trailingTitles")) return true;
    const fits =
      word.shape === "capitalised" ? lengthOf(word) > 1 : word.shape === "uncased" && lengthOf(word) > 2;
    return fits && word.style === "plain" && this.#cue(index) === "person";
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
}

/** Persons, organisations, places and products by what their words and the words around them say. */
export function findNames(passage: Passage, found: Candidate[]): void {
  const { text, telling } = passage;
  if (telling.length === 0) return;
  const finder = new NameFinder(passage, found);
  for (const index of telling) finder.readThing(index);
  let last = -1;
  for (const index of telling) if (index > last) last = finder.readPerson(index);
  for (const { type, sign, name } of shaped) {
    if (!sign.test(text)) continue;
    for (const { index, 0: match } of text.matchAll(name)) {
      if (prefixedSurname.test(match)) continue;
      const isClass = type === "product" && /[a-z]/.test(match) && programText.test(text);
      found.push({ start: index, end: index + match.length, type: isClass ? "identifier" : type });
    }
  }
}
