import { factOf } from "../store/fact-mark.ts";
import { standingOf, startOf } from "../store/standing.ts";
import type { StoredRecord } from "../store/store.ts";
import type { FactDraft } from "./dispose.ts";
import type { FactChange } from "./fact-change.ts";
import type { FactSource } from "./fact-extractor.ts";
import { type Compared, SentenceMeasure } from "./one-fact.ts";

/** Memories that a fact rests on at most, however often it is said. */
const mostSources = 32;

/** A fact that is there, with the moment from which on another takes its place. */
export interface FactThere {
  record: StoredRecord;
  supersededAt?: number;
}

/**
 * Puts what is said again to the fact that is there already, or that the same answer has before, in steps.
 * @param there - Facts that may say the same.
 * @param namesIn - The names in a sentence.
 * @returns `repeated`: what neither is a fact nor adds to one.
 */
export function* saidAgain(
  drafts: readonly FactDraft[],
  there: readonly FactThere[],
  namesIn: (text: string) => readonly string[],
): Generator<void, { facts: FactDraft[]; changes: FactChange[]; repeated: number }, void> {
  const measure = new SentenceMeasure(namesIn);
  const known = there.flatMap((fact) => {
    const compared = comparedFact(fact);
    return compared === undefined ? [] : [{ record: fact.record, compared }];
  });
  const starts = new Map([
    ...known.map(({ record }) => [record.key, startOf(record)] as const),
    ...drafts.map((draft) => [draft.key, startOfDraft(draft)] as const),
  ]);
  /** When what takes its place begins, in this answer. Whoever repeats a fact may say that it takes the place of it. */
  const endOf = (key: string, besides?: FactDraft) =>
    Math.min(
      Number.POSITIVE_INFINITY,
      ...drafts.filter((draft) => draft !== besides && draft.supersedes.includes(key)).map(startOfDraft),
    );
  const comparedDraft = (draft: FactDraft): Compared => ({
    ...draft,
    lastSaid: draft.createdAt,
    end: Math.min(draft.validTo ?? Number.POSITIVE_INFINITY, endOf(draft.key)),
  });
  const isOne = (draft: FactDraft, key: string, other: Compared) => {
    // What takes the place of something newer than that is true again since.
    const start = starts.get(key) as number;
    const older = draft.supersedes.map((name) => starts.get(name) ?? Number.NEGATIVE_INFINITY);
    if (Math.max(...older) > start) return false;
    // What ends the one ends the other, where that has begun by then.
    const ends = [other.end, endOf(key, draft), ...[endOf(draft.key)].filter((end) => end > start)];
    return measure.isOne(comparedDraft(draft), { ...other, end: Math.min(...ends) });
  };
  const facts: FactDraft[] = [];
  const changes = new Map<string, FactChange>();
  /** By the key of what is no fact of its own, that of the fact that it is. */
  const is = new Map<string, string>();
  let repeated = 0;
  for (const draft of drafts) {
    const before = facts.find((fact) => isOne(draft, fact.key, comparedDraft(fact)));
    yield;
    let found: StoredRecord | undefined;
    for (const { record, compared } of before === undefined ? known : []) {
      if (isOne(draft, record.key, compared)) found = record;
      yield;
      if (found !== undefined) break;
    }
    if (before !== undefined) {
      is.set(draft.key, before.key);
      const sources = moreSources(before.sources, draft.sources);
      if (sources.length === 0) repeated += 1;
      before.sources = [...before.sources, ...sources];
      before.supersedes = [...before.supersedes, ...draft.supersedes];
    } else if (found !== undefined) {
      is.set(draft.key, found.key);
      const change = changes.get(found.key) ?? { record: found, sources: [], supersedes: [] };
      const own = factOf(found.metadata)?.sources ?? [];
      const sources = moreSources([...own, ...change.sources], draft.sources);
      if (sources.length === 0) repeated += 1;
      change.sources.push(...sources);
      change.supersedes.push(...draft.supersedes);
      changes.set(found.key, change);
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

/** Those sources that a fact does not have, as far as there is room. */
export function moreSources(before: readonly FactSource[], sources: readonly FactSource[]): FactSource[] {
  const keys = new Set(before.map(({ key }) => key));
  return sources.filter(({ key }) => !keys.has(key)).slice(0, Math.max(0, mostSources - keys.size));
}

/**
 * A fact as it is compared. `undefined` for what is no fact, a summary, or says what another one says.
 * @param lastSaid - When it was said last. Default: first.
 */
export function comparedFact(
  { record, supersededAt = Number.POSITIVE_INFINITY }: FactThere,
  lastSaid: number = record.createdAt,
): Compared | undefined {
  const fact = factOf(record.metadata);
  if (fact === undefined || fact.mergedInto !== undefined || fact.type === "summary") return undefined;
  const { validFrom, validTo = Number.POSITIVE_INFINITY } = standingOf(record.metadata);
  const { value: text, createdAt } = record;
  return { ...fact, text, createdAt, lastSaid, validFrom, end: Math.min(validTo, supersededAt) };
}

function startOfDraft({ validFrom, createdAt }: FactDraft): number {
  return validFrom ?? createdAt;
}
