import { type Language, languages, type NameWords, partOf, wordsOf } from "@souvenir/orama/languages";
import { atOnce } from "../event-loop.ts";
import { fold } from "../text/fold.ts";
import { wordOrRun } from "../text/words.ts";
import { regions, shortNames } from "./gazetteer/countries.ts";
import * as firstNames from "./gazetteer/first-names.ts";
import * as organizations from "./gazetteer/organizations.ts";
import * as places from "./gazetteer/places.ts";
import * as plainWords from "./gazetteer/plain-words.ts";
import * as products from "./gazetteer/products.ts";

/** When a known name counts: in any case; with its capitals; with them and inside a sentence; and so on. */
export type Condition = "any" | "capital" | "inside" | "software" | "preposition" | "number";

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

/** What a word can be by the lists: of the languages as they are, what is derived from them, and of this package. */
export type Role = keyof NameWords | keyof typeof derived | OwnList;

const wordsIn = (language: Language, list: keyof NameWords): string[] =>
  wordsOf(partOf(language.names)?.[list] as string | undefined);
const formsIn = (list: string | undefined): string[] => wordsOf(list).flatMap((forms) => forms.split(/[|-]/));
const bothIn = (language: Language, first: keyof NameWords, second: keyof NameWords): string[] => [
  ...wordsIn(language, first),
  ...wordsIn(language, second),
];

const derived = {
  particles: ({ particles }: Language): string[] => wordsOf(particles),
  months: ({ months }: Language): string[] => formsIn(partOf(months)?.long),
  shortMonths: ({ months }: Language): string[] => formsIn(partOf(months)?.short),
  /** Capitalised and never a name or a part of one. */
  neverNames: (language: Language): string[] => [
    ...bothIn(language, "capitals", "nationalities"),
    ...formsIn(partOf(language.weekdays)),
    ...formsIn(partOf(language.months)?.long),
  ],
  /** They tell of a language in which all nouns have capitals. */
  capitalNouns: ({ names, telling }: Language): string[] => (partOf(names)?.nouns ? wordsOf(telling) : []),
  uncasedFirstNames: (language: Language): string[] => wordsIn(language, "firstNames"),
  uncasedNames: (language: Language): string[] => bothIn(language, "firstNames", "familyNames"),
};

type OwnList = keyof typeof plainWords | "firstNames" | "ambiguousFirstNames" | "variants";
const ownLists: Readonly<Record<OwnList, string>> = {
  ...plainWords,
  firstNames: firstNames.firstNames,
  ambiguousFirstNames: firstNames.ambiguousFirstNames,
  variants: products.productVariants,
};

/** What the lists say of a word. */
export interface Entry {
  /** Known names that begin with it, longest first. */
  names?: KnownName[] | undefined;
  roles?: Set<Role> | undefined;
}

interface Slot {
  readonly key: string;
  readonly entry: Readonly<Entry>;
  /** Another word of the same trait. */
  readonly next: Slot | undefined;
}

export interface Lexicon {
  /** What the lists say of words, by `traitOf`. */
  readonly slots: readonly (Slot | undefined)[];
  /** A bit for each trait that has a slot: so few bytes that most words of a text are ruled out without leaving the cache. */
  readonly taken: Uint8Array;
  /** Known names in scripts without spaces, and in Hangul, by their first character, longest first. */
  readonly runNames: ReadonlyMap<string, readonly { readonly name: string; readonly type: string }[]>;
  /** First names and places in Cyrillic and Greek without their case endings. */
  readonly stems: ReadonlyMap<string, "person" | "place">;
  /** What a capitalised word names after these words; 1 to 3 keys joined by spaces. */
  readonly cues: ReadonlyMap<string, string>;
  /** Ends of names of streets; and of nouns, in German. */
  readonly streetSuffixes: readonly string[];
  readonly nouns: RegExp;
}

const traits = 2 ** 16;
/** A number below `traits` that follows from the length of a word and three of its letters. */
function traitOf(word: string): number {
  const last = word.length - 1;
  const letters = (word.charCodeAt(0) << 10) ^ (word.charCodeAt(last >> 1) << 5) ^ word.charCodeAt(last);
  return Math.imul((letters << 4) ^ last, 0x9e3779b1) >>> 16;
}

/** What the lists say of a folded word. */
export function entryOf(key: string): Readonly<Entry> | undefined {
  const { slots, taken } = lexicon();
  const trait = traitOf(key);
  if ((taken[trait >> 3]! & (1 << (trait & 7))) === 0) return undefined;
  let slot = slots[trait];
  while (slot !== undefined && slot.key !== key) slot = slot.next;
  return slot?.entry;
}

const namesIn = (list: string): string[] => list.split(/[,\n]/).flatMap((name) => name.trim() || []);

/** Words of a name as a passage has them. */
function keysOf(name: string): string[] {
  // Most names, in a fraction of the time.
  if (/^[A-Za-z0-9]+(?: [A-Za-z0-9]+)*$/.test(name)) return name.toLowerCase().split(" ");
  return Array.from(
    name.replace(/\.(?<=(?<!\p{L})\p{L}.)(?=\p{L}(?!\p{L}))/gu, "").matchAll(wordOrRun),
    ([word]) => fold(word),
  );
}

/** Endings of cases in Russian, Ukrainian and Greek, longest first. */
const caseEnding =
  /(?:ами|ями|ого|ому|ами|ів|ой|ою|ей|ею|єю|ом|ем|ам|ям|ах|ях|ов|ев|ові|еві|ью|[аеиоуыэюяьіїє]|[οαηιευ]ς|ου|[αεηιουωσς])$/;

/** A Cyrillic or Greek word without its case ending, so that Москва and Москве meet; 4 letters or more stay. */
export function stemOf(key: string): string {
  const stem = key.replace(caseEnding, "");
  return stem.length >= 4 ? stem : key;
}

/** Iceland in German, Switzerland in Indonesian; more often something else. */
const ordinaryCountries: ReadonlySet<string> = new Set(["Island", "Swiss"]);
const unspaced = /^[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Hang}]/u;
const locales =
  "en fr de es it pt nl sv da nb fi pl cs ro tr el ru uk ar he hi id zh-Hans zh-Hant ja ko th".split(" ");

/** Names of countries as `Intl` of this runtime has them in a language, without what stands in brackets. */
function countriesIn(locale: string): string[] {
  const display = new Intl.DisplayNames(locale, { type: "region", fallback: "none" });
  return (regions.match(/[A-Z]{2}/g) ?? []).flatMap((code) => {
    // "Congo - Kinshasa", "Myanmar (Burma)"; names of three letters (Man, Fas, Čad) are too short to be told apart.
    const name = display.of(code)?.split(/ [-–(]|\(/)[0] ?? "";
    return name.length >= (unspaced.test(name) ? 2 : 4) && !ordinaryCountries.has(name) ? [name] : [];
  });
}

const nameLists: readonly (readonly [list: string, type: string, condition: Condition])[] = [
  [organizations.eastAsianOrganizations, "organization", "any"],
  [products.eastAsianProducts, "product", "any"],
  [places.placesAfterPreposition, "place", "preposition"],
  [products.products, "product", "any"],
  [products.capitalisedProducts, "product", "inside"],
  [products.contextProducts, "product", "software"],
  [products.productFamilies, "product", "number"],
  [organizations.organizations, "organization", "capital"],
  [organizations.capitalisedOrganizations, "organization", "inside"],
  [places.places, "place", "capital"],
  [places.uncasedPlaces, "place", "capital"],
  [shortNames, "place", "capital"],
];

/** What the words name that stand before a name; of a phrase in two lists, the later. */
const cueLists = [
  ["tools", "product"],
  ["homes", "place"],
  ["employers", "organization"],
  ["introductions", "person"],
] as const satisfies (readonly [list: keyof NameWords, type: string])[];

/** Names that are read between two steps. */
const stepNames = 64;

function* reading(): Generator<void, Lexicon, void> {
  const entries = new Map<string, Entry>();
  const runNames = new Map<string, { name: string; type: string }[]>();
  const stems = new Map<string, "person" | "place">();
  const at = <Value>(map: Map<string, Value>, key: string, make: () => Value): Value => {
    const value = map.get(key) ?? make();
    map.set(key, value);
    return value;
  };
  const addRole = (name: Role, words: readonly string[]): void => {
    for (const word of words) {
      const entry = at<Entry>(entries, fold(word), () => ({}));
      entry.roles = (entry.roles ?? new Set()).add(name);
    }
  };

  const families = new Set(namesIn(products.productFamilies).map((family) => keysOf(family).join(" ")));
  const seen = new Set<string>();
  const addName = (name: string, type: string, condition: Condition): void => {
    if (unspaced.test(name)) {
      const list = at(runNames, name[0]!, () => []);
      if (name.length > 1) list.push({ name, type });
      return;
    }
    const keys = keysOf(name);
    const phrase = keys.join(" ");
    if (keys.length === 0 || seen.has(phrase)) return;
    seen.add(phrase);
    const cased = /^[\p{Lu}\p{Ll}\p{Lt}]/u.test(name);
    const entry = at<Entry>(entries, keys[0]!, () => ({}));
    entry.names ??= [];
    entry.names.push({
      keys,
      type,
      condition: condition === "capital" && !cased ? "any" : condition,
      capitals: !/\p{Ll}/u.test(name) && name.length <= 6,
      family: families.has(phrase),
    });
    if (type === "place" && keys.length === 1 && /^[\p{sc=Cyrl}\p{sc=Grek}]/u.test(phrase))
      stems.set(stemOf(phrase), "place");
  };
  let added = 0;
  for (const [list, type, condition] of nameLists)
    for (const name of namesIn(list)) {
      addName(name, type, condition);
      if (++added % stepNames === 0) yield;
    }
  for (const locale of locales) {
    for (const name of countriesIn(locale)) addName(name, "place", "capital");
    yield;
  }
  for (const { names } of entries.values())
    names?.sort((left, right) => right.keys.length - left.keys.length);
  for (const list of runNames.values()) list.sort((left, right) => right.name.length - left.name.length);
  yield;
  for (const name of wordsOf(firstNames.otherFirstNames))
    if (!stems.has(stemOf(name))) stems.set(stemOf(name), "person");
  for (const [name, list] of Object.entries(ownLists)) addRole(name as Role, wordsOf(list));
  const cues = new Map<string, string>();
  const addCues = (type: string, words: readonly string[]): void => {
    for (const phrase of words) cues.set(fold(phrase), type);
  };
  for (const [list, type] of cueLists)
    for (const language of languages) addCues(type, wordsIn(language, list));
  for (const language of languages) {
    for (const [name, list] of Object.entries(partOf(language.names) ?? {}))
      if (typeof list === "string" && name !== "nouns") addRole(name as Role, wordsOf(list));
    for (const [name, of] of Object.entries(derived)) addRole(name as Role, of(language));
    addCues("person", wordsOf(language.kinship));
    yield;
  }
  const slots = new Array<Slot | undefined>(traits).fill(undefined);
  const taken = new Uint8Array(traits / 8);
  for (const [key, entry] of entries) {
    const trait = traitOf(key);
    slots[trait] = { key, entry, next: slots[trait] };
    taken[trait >> 3]! |= 1 << (trait & 7);
  }
  return {
    slots,
    taken,
    runNames,
    stems,
    cues,
    streetSuffixes: languages.flatMap((language) => wordsIn(language, "streetSuffixes")),
    nouns: new RegExp(languages.flatMap(({ names }) => partOf(names)?.nouns ?? []).join("|")),
  };
}

let built: Lexicon | undefined;

/** The word lists, read once, when they are first needed. */
export function lexicon(): Lexicon {
  built ??= atOnce(reading());
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
