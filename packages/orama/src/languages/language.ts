import type { Script } from "../text/characters.ts";

/**
 * Words separated by white space; the words of a phrase are joined by `_`. In any case and with any accents, unless it
 * says otherwise: lists are folded when they are read.
 */
export type Words = string;

/** A part of what is known about a language, or the reason why it is not there. */
export type Part<What> = What | { readonly missing: string };

/**
 * What is known about one language. Every part is there or says why it is not; whoever reads the parts of all languages
 * gets them from `languages`.
 */
export interface Language {
  /** ISO 639-1. */
  readonly code: string;
  /** As Orama calls it. */
  readonly name: string;
  readonly script: Script;
  /** Letters that only some languages of its script write, in lower case. */
  readonly letters: Part<string>;
  /**
   * Articles, pronouns, prepositions, auxiliaries, question words, in lower case with their accents. They tell languages
   * apart, and questions are searched without them. Words that also carry content are left out.
   */
  readonly functionWords: Part<Words>;
  /**
   * What turns a sentence round. `words`: with their accents, each also met without; `within`: a regular expression for what
   * is inside words, and for scripts without spaces, in lower case with its accents.
   */
  readonly negation: Part<{ readonly words?: Words; readonly within?: string }>;
  /** Words with which a question begins. */
  readonly questionWords: Part<Words>;
  /** Common words that no other language has: with them its words for times are its own, and its nouns may have capitals. */
  readonly telling: Part<Words>;
  /** What stands before or after an apostrophe and is no part of the word beside it, in lower case. */
  readonly elisions: Part<{ readonly before?: Words; readonly after?: Words }>;
  /** The stem of a word in lower case that is made of letters and marks. */
  readonly stem: Part<(word: string) => string>;
  /** Names of the twelve months from January on: forms of one are joined by `|`. `short`: abbreviations. */
  readonly months: Part<{ readonly long: Words; readonly short?: Words }>;
  /** Days of the week from Sunday on: forms of one are joined by `|`. */
  readonly weekdays: Part<Words>;
  readonly times: Part<TimeWords>;
  /** People, and pets, close enough to be called by name. */
  readonly kinship: Part<Words>;
  /** Small words inside names of persons: "Vincent van Gogh". */
  readonly particles: Part<Words>;
  /** Words around a name that tell what it names; and those with a capital that are no name. */
  readonly names: Part<NameWords>;
  /** What a text is made of that tells a model what to do. */
  readonly orders: Part<OrderWords>;
}

/**
 * What orders to a model are made of, each list one thing that is said. None of them is an order: several together are. `*` at the end of a word stands for any ending.
 */
export interface OrderWords {
  /** What nobody but a model is called; what others are called too. */
  readonly models: Words;
  readonly helpers: Words;
  /** Those whom a model serves, as somebody else. */
  readonly users: Words;
  /** That the text is read, summed up or worked on. */
  readonly reading: Words;
  /** Not to heed any more; what is not to be heeded, surely or perhaps; that it was there before; all that was. */
  readonly ignore: Words;
  readonly instructions: Words;
  readonly rules: Words;
  readonly earlier: Words;
  readonly everything: Words;
  /** To let somebody know, which is forbidden; so that nobody knows; that somebody must not know. */
  readonly hide: Words;
  readonly secretly: Words;
  readonly unknown: Words;
  /** To send away; what must stay secret; what was said and kept. */
  readonly send: Words;
  readonly secrets: Words;
  readonly talk: Words;
  /** For all time; in all answers; has to. */
  readonly always: Words;
  readonly replies: Words;
  readonly must: Words;
  /** What an answer is to do, as an order; what a user does before it. */
  readonly say: Words;
  readonly asks: Words;
  /** To be somebody else; without limits. */
  readonly become: Words;
  readonly unbound: Words;
  /** To show; what a model was told at first. */
  readonly reveal: Words;
  readonly prompt: Words;
  /** Without asking anybody; to do; with which. */
  readonly unasked: Words;
  readonly act: Words;
  readonly tools: Words;
  /** To keep for good, in a model's memory; that orders follow. */
  readonly memory: Words;
  readonly newly: Words;
  /** How people ask people. */
  readonly please: Words;
  /** To read what is not written plainly. */
  readonly decode: Words;
}

/** Length of a period. */
export type TimeUnit = "day" | "week" | "weekend" | "month" | "year";

/** How a language says when. Every string is a regular expression for folded text: lower case, without accents. */
export interface TimeWords {
  /** Phrases for a period of the calendar that starts so many units from the present one: `["day", -1, "yesterday"]`. */
  readonly phrases: readonly (readonly [unit: TimeUnit, offset: number, words: string])[];
  /** What makes a time of a month, or of a year, that stands alone: before it, after it, or the end of the month's name. */
  readonly month?: Sides & { readonly ending?: string };
  readonly year?: Sides;
  /** Between the parts of a date; before the year of a date. */
  readonly joint?: string;
  /** Dates in their own order: with groups `year`, `month` and `date`, numbers or Chinese figures. */
  readonly dates?: readonly string[];
  /** Names of the units, singular and plural. The fields that follow need them. */
  readonly units?: Readonly<Record<TimeUnit, string>>;
  /** Numbers from 1 up, in words. */
  readonly numbers?: readonly string[];
  /** What makes a unit or a weekday the last one; the present one. */
  readonly last?: Sides;
  readonly present?: Sides;
  /** A number of units ago; the time from then to now, where `after` stands between number and unit. */
  readonly ago?: Sides;
  readonly span?: Sides;
  /** Asks for the first of several, for the last of several or for what is so now. */
  readonly earliest?: string;
  readonly latest?: string;
}

/** Where words stand that make something of what they stand beside. */
export interface Sides {
  readonly before?: string;
  readonly after?: string;
}

/** Words around names, and names. */
export interface NameWords {
  /** Before a name; those that are ordinary words without their capital; after a name. */
  readonly titles?: Words;
  readonly capitalTitles?: Words;
  readonly trailingTitles?: Words;
  /** Before the name of a person: "my name is"; between any of these and a name: "a friend named …". */
  readonly introductions?: Words;
  readonly naming?: Words;
  /** Before the name of an organisation, a place, a product: "works at", "lives in", "switched to". */
  readonly employers?: Words;
  readonly homes?: Words;
  readonly tools?: Words;
  /** Before a place whose name is also something else: "in Nice". */
  readonly prepositions?: Words;
  /** First and last words of names of organisations, and what joins them to the rest; `plain`: also without a capital. */
  readonly institutions?: Words;
  readonly plainInstitutions?: Words;
  readonly institutionEndings?: Words;
  readonly legalForms?: Words;
  readonly joints?: Words;
  /** The same of streets, squares, lakes and the like; endings of one word: "Hauptstraße". */
  readonly streets?: Words;
  readonly plainStreets?: Words;
  readonly streetEndings?: Words;
  readonly streetSuffixes?: Words;
  /** With a capital at the beginning of a sentence, or for another reason, and never a name: greetings, relatives, feasts. */
  readonly capitals?: Words;
  /** Nationalities, languages and religions: no names, but parts of names of organisations. */
  readonly nationalities?: Words;
  /** Where all nouns have a capital, endings of nouns that are no names: a regular expression. */
  readonly nouns?: string;
  /** They say that a text is about software. */
  readonly software?: Words;
  /** Names in scripts without capitals. */
  readonly firstNames?: Words;
  readonly familyNames?: Words;
  /** Expressions for names in scripts without spaces, with a group `name`; `{family}` stands for the family names. */
  readonly patterns?: readonly (readonly [type: "person" | "organization" | "place", expression: string])[];
}
