import { atOnce } from "../event-loop.ts";
import { fold } from "../text/fold.ts";
import { wordOrRun } from "../text/words.ts";
import { countryNames } from "./countries.ts";
import * as cueWords from "./gazetteer-cues.ts";
import { ambiguousMonths, months, shortMonths, weekdays } from "./gazetteer-dates.ts";
import { eastAsianOrganizations, eastAsianProducts } from "./gazetteer-east-asian.ts";
import { ambiguousFirstNames, firstNames, otherFirstNames } from "./gazetteer-first-names.ts";
import * as organizationWords from "./gazetteer-organizations.ts";
import * as placeWords from "./gazetteer-places.ts";
import * as productWords from "./gazetteer-products.ts";

/** When a known name counts: in any case; with its capitals; with them and inside a sentence; and so on. */
export type Condition = "any" | "capital" | "inside" | "software" | "preposition" | "number" | "uncased";

/** A known name of one or more words. */
export interface KnownName {
  readonly keys: readonly string[];
  readonly type: string;
  readonly condition: Condition;
  /** Written in capitals throughout, so that "who" is not the WHO. */
  readonly capitals: boolean;
  /** Model numbers and variants after it belong to the name. */
  readonly family: boolean;
}

/** What a word can be by the word lists, in bits: most words are nothing of it, and need not be looked at again. */
export const role = {
  german: 1,
  software: 2,
  month: 4,
  organizationBeginning: 8,
  placeBeginning: 16,
} as const;

/** What the lists say of a word that readers ask about every word. */
interface Entry {
  /** Known names that begin with it, longest first. */
  names: readonly KnownName[] | undefined;
  /** See `role`. */
  roles: number;
}

export interface Lexicon {
  readonly entries: ReadonlyMap<string, Readonly<Entry>>;
  /** Tells of most words that are no key of `entries` that they are none; see `mayBeKnown`. */
  readonly traits: Uint32Array;
  /** Known names in scripts without spaces, and in Hangul, by their first character, longest first. */
  readonly runNames: ReadonlyMap<string, readonly { readonly name: string; readonly type: string }[]>;
  /** First names and places in Cyrillic and Greek without their case endings. */
  readonly stems: ReadonlyMap<string, "person" | "place">;
  /** What a capitalised word names after these words; 1 to 3 keys joined by spaces. */
  readonly cues: ReadonlyMap<string, string>;
  readonly firstNames: ReadonlySet<string>;
  readonly ambiguousFirstNames: ReadonlySet<string>;
  readonly titles: ReadonlySet<string>;
  readonly capitalTitles: ReadonlySet<string>;
  readonly trailingTitles: ReadonlySet<string>;
  readonly personParticles: ReadonlySet<string>;
  readonly naming: ReadonlySet<string>;
  readonly neverNames: ReadonlySet<string>;
  readonly nationalities: ReadonlySet<string>;
  readonly plainAcronyms: ReadonlySet<string>;
  readonly placePrepositions: ReadonlySet<string>;
  readonly plainPlaceBeginnings: ReadonlySet<string>;
  readonly placeEndings: ReadonlySet<string>;
  readonly placeSuffixes: readonly string[];
  readonly legalForms: ReadonlySet<string>;
  readonly leadingLegalForms: ReadonlySet<string>;
  readonly plainOrganizationBeginnings: ReadonlySet<string>;
  readonly organizationEndings: ReadonlySet<string>;
  readonly organizationParticles: ReadonlySet<string>;
  readonly productVariants: ReadonlySet<string>;
  readonly months: ReadonlySet<string>;
  readonly ambiguousMonths: ReadonlySet<string>;
}

/** Names that are read between two steps. */
const stepNames = 64;
const cased = /^[\p{Lu}\p{Ll}\p{Lt}]/u;
const unspaced = /^[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Hang}]/u;

function wordsOf(list: string): string[] {
  return list.split(/\s+/).filter(Boolean).map(fold);
}
function phrasesOf(list: string): string[] {
  return list
    .split(/[,\n]/)
    .map((phrase) => phrase.trim())
    .filter(Boolean);
}
const plainWords = /^[A-Za-z0-9]+(?: [A-Za-z0-9]+)*$/;

/** Words of a name as a passage has them. */
export function keysOf(name: string): string[] {
  // Most names, in a fraction of the time.
  if (plainWords.test(name)) return name.toLowerCase().split(" ");
  return Array.from(name.matchAll(wordOrRun), ([word]) => fold(word));
}

/** Endings of cases in Russian, Ukrainian and Greek, longest first. */
const caseEnding =
  /(?:ами|ями|ого|ому|ами|ів|ой|ою|ей|ею|єю|ом|ем|ам|ям|ах|ях|ов|ев|ові|еві|ью|[аеиоуыэюяьіїє]|[οαηιευ]ς|ου|[αεηιουωσς])$/;

/** A Cyrillic or Greek word without its case ending, so that Москва and Москве meet; 4 letters or more stay. */
export function stemOf(key: string): string {
  const stem = key.replace(caseEnding, "");
  return stem.length >= 4 ? stem : key;
}

function* readNames(): Generator<
  void,
  { names: Map<string, KnownName[]>; runNames: Map<string, { name: string; type: string }[]> },
  void
> {
  const names = new Map<string, KnownName[]>();
  const runNames = new Map<string, { name: string; type: string }[]>();
  const families = new Set(phrasesOf(productWords.productFamilies).map((family) => keysOf(family).join(" ")));
  const seen = new Set<string>();
  const add = (name: string, type: string, condition: Condition): void => {
    if (unspaced.test(name)) {
      const list = runNames.get(name[0]!) ?? [];
      if (name.length > 1) list.push({ name, type });
      runNames.set(name[0]!, list);
      return;
    }
    const keys = keysOf(name);
    const phrase = keys.join(" ");
    if (keys.length === 0 || seen.has(phrase)) return;
    seen.add(phrase);
    const list = names.get(keys[0]!) ?? [];
    list.push({
      keys,
      type,
      condition: condition === "capital" && !cased.test(name) ? "uncased" : condition,
      capitals: !/\p{Ll}/u.test(name) && name.length <= 6,
      family: families.has(phrase),
    });
    names.set(keys[0]!, list);
  };
  function* addAll(all: Iterable<string>, type: string, condition: Condition): Generator<void, void, void> {
    let added = 0;
    for (const name of all) {
      add(name, type, condition);
      if (++added % stepNames === 0) yield;
    }
  }
  const lists: [string, string, Condition][] = [
    [eastAsianOrganizations, "organization", "uncased"],
    [eastAsianProducts, "product", "uncased"],
    [placeWords.placesAfterPreposition, "place", "preposition"],
    [productWords.products, "product", "any"],
    [productWords.capitalisedProducts, "product", "inside"],
    [productWords.contextProducts, "product", "software"],
    [productWords.productFamilies, "product", "number"],
    [organizationWords.organizations, "organization", "capital"],
    [organizationWords.capitalisedOrganizations, "organization", "inside"],
    [placeWords.places, "place", "capital"],
    [placeWords.uncasedPlaces, "place", "capital"],
  ];
  for (const [list, type, condition] of lists) yield* addAll(phrasesOf(list), type, condition);
  yield* addAll(yield* countryNames(), "place", "capital");
  for (const list of names.values()) list.sort((left, right) => right.keys.length - left.keys.length);
  for (const list of runNames.values()) list.sort((left, right) => right.name.length - left.name.length);
  return { names, runNames };
}

function readEntries(
  names: ReadonlyMap<string, readonly KnownName[]>,
  lists: Record<keyof typeof role, ReadonlySet<string>>,
): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  for (const [key, list] of names) entries.set(key, { names: list, roles: 0 });
  for (const [name, bit] of Object.entries(role) as [keyof typeof role, number][])
    for (const key of lists[name]) {
      const entry = entries.get(key) ?? { names: undefined, roles: 0 };
      entry.roles |= bit;
      entries.set(key, entry);
    }
  return entries;
}

/** Powers of 2 of the bits of `traits`. */
const traitBits = 16;

/** A number of few bits that follows from the length of a word and three of its letters. */
function traitOf(word: string): number {
  const last = word.length - 1;
  const letters = (word.charCodeAt(0) << 10) ^ (word.charCodeAt(last >> 1) << 5) ^ word.charCodeAt(last);
  return Math.imul((letters << 4) ^ last, 0x9e3779b1) >>> (32 - traitBits);
}

function traitsOf(words: Iterable<string>): Uint32Array {
  const traits = new Uint32Array(2 ** traitBits / 32);
  for (const word of words) {
    const trait = traitOf(word);
    traits[trait >>> 5]! |= 1 << (trait & 31);
  }
  return traits;
}

/** False for most words that are in no list, in a fraction of the time that it takes to look. */
export function mayBeKnown({ traits }: Lexicon, word: string): boolean {
  const trait = traitOf(word);
  return ((traits[trait >>> 5]! >>> (trait & 31)) & 1) === 1;
}

function* readStems(
  names: ReadonlyMap<string, readonly KnownName[]>,
): Generator<void, Map<string, "person" | "place">, void> {
  const stems = new Map<string, "person" | "place">();
  for (const name of wordsOf(otherFirstNames)) stems.set(stemOf(name), "person");
  let read = 0;
  for (const [key, list] of names) {
    if (++read % (8 * stepNames) === 0) yield;
    if (/^[\p{sc=Cyrl}\p{sc=Grek}]/u.test(key))
      for (const { keys, type } of list)
        if (keys.length === 1 && type === "place") stems.set(stemOf(key), "place");
  }
  return stems;
}

function readCues(): Map<string, string> {
  const cues = new Map<string, string>();
  const add = (list: string, type: string): void => {
    for (const phrase of phrasesOf(list)) cues.set(fold(phrase), type);
  };
  add(cueWords.productCues, "product");
  add(cueWords.placeCues, "place");
  add(cueWords.organizationCues, "organization");
  add(cueWords.relations, "person");
  add(cueWords.introductions, "person");
  return cues;
}

function* reading(): Generator<void, Lexicon, void> {
  const words = (list: string): Set<string> => new Set(wordsOf(list));
  const { names, runNames } = yield* readNames();
  const lists = {
    german: words(cueWords.germanWords),
    software: words(productWords.softwareWords),
    month: new Set([...words(months), ...words(shortMonths)]),
    organizationBeginning: words(organizationWords.organizationBeginnings),
    placeBeginning: words(placeWords.placeBeginnings),
  } satisfies Record<keyof typeof role, ReadonlySet<string>>;
  yield;
  const entries = readEntries(names, lists);
  yield;
  const traits = traitsOf(entries.keys());
  const stems = yield* readStems(names);
  yield;
  const cues = readCues();
  yield;
  return {
    entries,
    traits,
    runNames,
    stems,
    cues,
    firstNames: words(firstNames),
    ambiguousFirstNames: words(ambiguousFirstNames),
    titles: new Set(phrasesOf(cueWords.titles).map(fold)),
    capitalTitles: new Set(phrasesOf(cueWords.capitalTitles).map(fold)),
    trailingTitles: words(cueWords.trailingTitles),
    personParticles: words(cueWords.personParticles),
    naming: new Set(phrasesOf(cueWords.naming).map(fold)),
    nationalities: words(cueWords.nationalities),
    neverNames: new Set([
      ...wordsOf(cueWords.neverNames),
      ...wordsOf(cueWords.nationalities),
      ...wordsOf(weekdays),
      ...wordsOf(months),
    ]),
    plainAcronyms: words(cueWords.plainAcronyms),
    placePrepositions: new Set(phrasesOf(cueWords.placePrepositions).map(fold)),
    plainPlaceBeginnings: words(placeWords.plainPlaceBeginnings),
    placeEndings: words(placeWords.placeEndings),
    placeSuffixes: wordsOf(placeWords.placeSuffixes),
    legalForms: words(organizationWords.legalForms),
    leadingLegalForms: words(organizationWords.leadingLegalForms),
    plainOrganizationBeginnings: words(organizationWords.plainOrganizationBeginnings),
    organizationEndings: words(organizationWords.organizationEndings),
    organizationParticles: words(organizationWords.organizationParticles),
    productVariants: words(productWords.productVariants),
    months: words(months),
    ambiguousMonths: words(ambiguousMonths),
  };
}

let built: Lexicon | undefined;

/** The word lists, read once, when they are first needed. */
export function lexicon(): Lexicon {
  if (built !== undefined) return built;
  built = atOnce(reading());
  return built;
}

export function isLexiconRead(): boolean {
  return built !== undefined;
}

/** Reads them in steps, ahead of the first text: it takes a while. */
export function* preparingLexicon(): Generator<void, void, void> {
  if (built !== undefined) return;
  const lists = yield* reading();
  built ??= lists;
}
