import { Saying, saysOneThing } from "../paraphrases/saying.ts";
import { fold } from "../text/fold.ts";
import type { FactDraft } from "./dispose.ts";

const dayMs = 86_400_000;

/** What decides whether two facts are one. Times in milliseconds since 1970. */
export interface Compared extends Pick<FactDraft, "text" | "subject" | "attribute" | "type" | "origin"> {
  /** When it was said first, and last. */
  createdAt: number;
  lastSaid: number;
  validFrom?: number | undefined;
  /** Until when it is true, as far as is known: infinity for what has no end. */
  end: number;
}

/** Compares sentences, each made ready once. */
export class SentenceMeasure {
  readonly #namesIn: (text: string) => readonly string[];
  readonly #sayings = new Map<string, Saying>();

  /** @param namesIn - The names in a sentence. */
  constructor(namesIn: (text: string) => readonly string[]) {
    this.#namesIn = namesIn;
  }

  sayingOf(text: string): Saying {
    const saying = this.#sayings.get(text) ?? new Saying(text, this.#namesIn(text));
    this.#sayings.set(text, saying);
    return saying;
  }

  /**
   * Whether one fact is another one: of the same subject and attribute, with no other time than that, in a sentence that
   * says the same. An event is the same on the same day only.
   */
  isOne(fact: Compared, other: Compared): boolean {
    return hasNoOtherTime(fact, other) && fact.origin === other.origin && this.saysSame(fact, other);
  }

  /** Whether two facts of one subject and attribute say the same, whenever they do. */
  saysSame(fact: Compared, other: Compared): boolean {
    return (
      sideOf(fact) === sideOf(other) &&
      saysOneThing(fact.text) &&
      this.sayingOf(fact.text).saysSameAs(this.sayingOf(other.text))
    );
  }
}

/** Subject and attribute: only what has the same can be one fact, or exclude another. */
export function sideOf({ subject, attribute = "" }: Pick<Compared, "subject" | "attribute">): string {
  return JSON.stringify([fold(subject), fold(attribute)]);
}

/** The day that an event is of, in days since 1970, UTC. */
export function dayOf({ validFrom, createdAt }: Pick<Compared, "validFrom" | "createdAt">): number {
  return Math.floor((validFrom ?? createdAt) / dayMs);
}

function hasNoOtherTime(fact: Compared, other: Compared): boolean {
  if ((fact.type === "event") !== (other.type === "event")) return false;
  return (
    fact.lastSaid < other.end &&
    (fact.end === Number.POSITIVE_INFINITY || fact.end === other.end) &&
    (fact.type === "event"
      ? dayOf(fact) === dayOf(other)
      : fact.validFrom === undefined || fact.validFrom === other.validFrom)
  );
}
