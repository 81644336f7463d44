import { Saying, saysOneThing } from "../paraphrases/saying.ts";
import { factOf } from "../store/fact-mark.ts";
import { standingOf, startOf } from "../store/standing.ts";
import type { StoredRecord } from "../store/store.ts";
import { fold } from "../text/fold.ts";
import type { FactDraft } from "./dispose.ts";
import type { FactChange } from "./fact-change.ts";

const dayMs = 86_400_000;
/** Memories that a fact rests on at most, however often it is said. */
const mostSources = 32;

/** A fact that is there, with the moment from which on another takes its place. */
export interface FactThere {
  record: StoredRecord;
  supersededAt?: number;
}

/** What decides whether two facts are one. Times in milliseconds since 1970. */
interface Compared extends Pick<FactDraft, "text" | "subject" | "attribute" | "type" | "origin"> {
  createdAt: number;
  validFrom?: number | undefined;
  /** Until when it is true, as far as is known. */
  end?: number | undefined;
}

/**
 * Puts what is said again to the fact that is there already, or that the same answer has before: one of the same subject and
 * attribute, in other words of the same sentence, that is still true then. An event is the same on the same day only.
 * @param there - Facts that may say the same.
 * @param namesIn - The names in a sentence.
 * @returns `repeated`: what neither is a fact nor adds to one.
 */
export function saidAgain(
  drafts: readonly FactDraft[],
  there: readonly FactThere[],
  namesIn: (text: string) => readonly string[],
): { facts: FactDraft[]; changes: FactChange[]; repeated: number } {
  const known = there.flatMap((fact) => {
    const compared = comparedFact(fact);
    return compared === undefined ? [] : [{ ...fact, compared }];
  });
  const sayings = new Map<string, Saying>();
  const sayingOf = (text: string) => {
    const saying = sayings.get(text) ?? new Saying(text, namesIn(text));
    sayings.set(text, saying);
    return saying;
  };
  const starts = new Map([
    ...known.map(({ record }) => [record.key, startOf(record)] as const),
    ...drafts.map((draft) => [draft.key, startOfDraft(draft)] as const),
  ]);
  const isSame = (key: string, one: Compared, draft: FactDraft) => {
    // Whoever repeats a fact may say that it takes the place of it.
    const newer = drafts.filter((other) => other !== draft && other.supersedes.includes(key));
    const end = Math.min(one.end ?? Number.POSITIVE_INFINITY, ...newer.map(startOfDraft));
    // What takes the place of something newer than that is true again since.
    const older = draft.supersedes.map((other) => starts.get(other) ?? Number.NEGATIVE_INFINITY);
    return (
      Math.max(...older) <= (starts.get(key) as number) &&
      areOne({ ...one, end }, draft) &&
      sayingOf(draft.text).isSaidBy(sayingOf(one.text))
    );
  };
  const facts: FactDraft[] = [];
  const changes = new Map<string, FactChange>();
  /** By the key of what is no fact of its own, that of the fact that it is. */
  const is = new Map<string, string>();
  let repeated = 0;
  for (const draft of drafts) {
    const before = facts.find((fact) => isSame(fact.key, comparedDraft(fact), draft));
    const found =
      before === undefined
        ? known.find(({ record, compared }) => isSame(record.key, compared, draft))
        : undefined;
    if (before !== undefined) {
      is.set(draft.key, before.key);
      const sources = added(before.sources, draft.sources);
      if (sources.length === 0) repeated += 1;
      before.sources = [...before.sources, ...sources];
      before.supersedes = [...new Set([...before.supersedes, ...draft.supersedes])];
    } else if (found !== undefined) {
      const { record } = found;
      is.set(draft.key, record.key);
      const change = changes.get(record.key) ?? { record, sources: [], supersedes: [] };
      const own = factOf(record.metadata)?.sources ?? [];
      const sources = added([...own, ...change.sources], draft.sources);
      if (sources.length === 0) repeated += 1;
      change.sources.push(...sources);
      change.supersedes.push(...draft.supersedes);
      changes.set(record.key, change);
    } else facts.push({ ...draft });
  }
  const named = (own: string, keys: readonly string[], already: readonly string[] = []) =>
    [...new Set(keys.map((key) => is.get(key) ?? key))].filter(
      (key) => key !== own && !already.includes(key),
    );
  return {
    facts: facts.map((fact) => ({ ...fact, supersedes: named(fact.key, fact.supersedes) })),
    changes: Array.from(changes.values(), (change) => {
      const { key, metadata } = change.record;
      return { ...change, supersedes: named(key, change.supersedes, standingOf(metadata).supersedes) };
    }).filter(({ sources, supersedes }) => sources.length + supersedes.length > 0),
    repeated,
  };
}

/** Whether two can be one fact, when they say the same. @param later - What may say again what the other says. */
function areOne(one: Compared, later: FactDraft): boolean {
  const { end = Number.POSITIVE_INFINITY } = one;
  const day = ({ validFrom, createdAt }: Compared | FactDraft) =>
    Math.floor((validFrom ?? createdAt) / dayMs);
  return (
    fold(one.subject) === fold(later.subject) &&
    fold(one.attribute ?? "") === fold(later.attribute ?? "") &&
    one.origin === later.origin &&
    (one.type === "event") === (later.type === "event") &&
    saysOneThing(one.text) &&
    later.createdAt < end &&
    (later.validTo === undefined || later.validTo === end) &&
    (later.type === "event"
      ? day(one) === day(later)
      : later.validFrom === undefined || later.validFrom === one.validFrom)
  );
}

function added(before: FactDraft["sources"], sources: FactDraft["sources"]): FactDraft["sources"] {
  const keys = new Set(before.map(({ key }) => key));
  return sources.filter(({ key }) => !keys.has(key)).slice(0, Math.max(0, mostSources - keys.size));
}

function startOfDraft({ validFrom, createdAt }: FactDraft): number {
  return validFrom ?? createdAt;
}

function comparedDraft({ validTo, ...draft }: FactDraft): Compared {
  return { ...draft, end: validTo };
}

/** `undefined` for what is no fact, or says what another one says. */
function comparedFact({ record, supersededAt }: FactThere): Compared | undefined {
  const fact = factOf(record.metadata);
  if (fact === undefined || fact.mergedInto !== undefined) return undefined;
  const { validFrom, validTo = Number.POSITIVE_INFINITY } = standingOf(record.metadata);
  const end = Math.min(validTo, supersededAt ?? Number.POSITIVE_INFINITY);
  return { ...fact, text: record.value, createdAt: record.createdAt, validFrom, end };
}
