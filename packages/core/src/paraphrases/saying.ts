import { ComparedText } from "@souvenir/orama";
import { canonicalName } from "../entities/canonical.ts";
import { timeOf } from "../time/time.ts";
import fitted from "./fitted.json" with { type: "json" };
import { groupsAround, type Likeness } from "./groups.ts";
import { likenessOf, tellingTerms } from "./likeness.ts";

/** Letters of a text that says one thing, where a character that is a word counts as four. What is longer says several. */
const longest = 240;
const wholeWords = /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{sc=Hang}]/gu;
/** Of two that something else than their words tells apart. */
const apart: Likeness = { same: 0, frame: 1 };

/** A text as it is compared with others, to find out whether they say the same. */
export class Saying {
  readonly #text: ComparedText;
  readonly #folded: string;
  readonly #names: readonly string[];
  /** The numbers and the time that it speaks of. */
  readonly #figures: string;

  /** @param names - The names in the text. */
  constructor(text: string, names: readonly string[]) {
    this.#text = new ComparedText(text);
    this.#folded = canonicalName(text);
    this.#names = names.map(canonicalName);
    const period = timeOf(text, 0)?.period;
    this.#figures = JSON.stringify([numbersOf(text), period?.from, period?.to]);
  }

  /** How two stand to each other: what has other numbers, times or names, or says no where the other does not, is apart. */
  likenessTo(other: Saying): Likeness {
    const isAlike = this.#figures === other.#figures && this.#hasNamesOf(other) && other.#hasNamesOf(this);
    return isAlike && this.#text.saysNoAs(other.#text) ? likenessOf(this.#text, other.#text) : apart;
  }

  /** Whether two surely say the same, and neither says more. */
  saysSameAs(other: Saying): boolean {
    const { same, frame } = this.likenessTo(other);
    if (same < fitted.limits.surest || frame >= fitted.limits.frame) return false;
    const [own, others] = this.#text.wordsBeside(other.#text).map(tellingTerms);
    return own === undefined || others === undefined || own.isSubsetOf(others) === others.isSubsetOf(own);
  }

  /** Its telling words, in the language that it has together with another text. */
  termsBeside(other: ComparedText): Set<string> {
    return tellingTerms(this.#text.wordsBeside(other)[0]);
  }

  #hasNamesOf(other: Saying): boolean {
    return other.#names.every((name) => this.#folded.includes(name));
  }
}

/** Whether a text can be one thing that is said: it is short, and asks nothing. */
export function saysOneThing(text: string): boolean {
  const isShort = text.length <= longest && text.replace(wholeWords, "$&$&$&$&").length <= longest;
  return isShort && !/[?？؟]\s*$/u.test(text);
}

/** The figures of a text, in order of their digits. */
export function numbersOf(text: string): string[] {
  return Array.from(text.matchAll(/\p{N}+/gu), ([digits]) => digits).sort();
}

/** Groups of what says the same, as places. @param sayings - With the texts that they are made of. */
export function saidTogether(
  sayings: readonly Saying[],
  texts: readonly string[],
  likeness: (left: number, right: number) => Likeness,
): number[][] {
  const all = new ComparedText(texts.join("\n"));
  const terms = sayings.map((saying) => saying.termsBeside(all));
  return groupsAround(sayings.length, likeness, (place) => terms[place] ?? new Set(), fitted.limits);
}
