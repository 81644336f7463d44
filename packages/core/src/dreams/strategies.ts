import type { Steps } from "@souvenir/orama";
import type { FactDraft } from "../facts/dispose.ts";
import type { FactChange } from "../facts/fact-change.ts";
import { dayOf, type SentenceMeasure } from "../facts/one-fact.ts";
import { moreSources } from "../facts/said-again.ts";
import { saidTogether } from "../paraphrases/saying.ts";
import { standingOf } from "../store/standing.ts";
import { type DreamFact, type DreamSnapshot, nameOf } from "./snapshot.ts";

/** Independent sources of a pattern, each on a day of its own. */
const leastOften = 3;
/** Of these a pattern keeps the newest. */
const mostSources = 8;

/** What a strategy would do: nothing of it stands alone. */
export interface DreamDiff {
  changes: FactChange[];
  facts: FactDraft[];
}

/**
 * A way to tidy facts up, in steps: a function of the snapshot alone. What an earlier dream has done, and what was undone or
 * declined since, is not done again.
 */
export type DreamStrategy = (snapshot: DreamSnapshot, measure: SentenceMeasure) => Steps<DreamDiff>;

/** What one dream does after the other, each with what the ones before it have left. */
export const strategies: readonly DreamStrategy[] = [supersede, mergeParaphrases, findPatterns];

/**
 * What ended a fact ends what says the same, was said before and not again since. That the one excludes the other was
 * decided before: here it is only thought through.
 */
export function* supersede({ sides, done }: DreamSnapshot, measure: SentenceMeasure): Steps<DreamDiff> {
  const changes = new Map<string, FactChange>();
  for (const side of sides)
    for (const fact of side) {
      if (fact.isWaiting || fact.compared.end !== Number.POSITIVE_INFINITY || fact.compared.type === "event")
        continue;
      for (const { compared, endedBy } of side) {
        yield;
        if (endedBy === undefined || endedBy.record.key === fact.record.key) continue;
        const { record } = endedBy;
        if (fact.compared.lastSaid >= endedBy.start || fact.start >= endedBy.start) continue;
        if (done.has(nameOf("supersede", record.key, fact.record.key))) continue;
        if (!measure.saysSame(fact.compared, compared)) continue;
        const change = changes.get(record.key) ?? { record, sources: [], supersedes: [] };
        changes.set(record.key, { ...change, supersedes: [...change.supersedes, fact.record.key] });
        // As it is: what is named must be there.
        if (!changes.has(fact.record.key))
          changes.set(fact.record.key, { record: fact.record, sources: [], supersedes: [] });
        break;
      }
    }
  return { changes: [...changes.values()], facts: [] };
}

/**
 * Of facts that are one, the oldest takes the sources of the others, which are put aside. What is pinned is not.
 */
export function* mergeParaphrases(
  { sides, done }: DreamSnapshot,
  measure: SentenceMeasure,
): Steps<DreamDiff> {
  const changes = new Map<string, FactChange>();
  for (const side of sides) {
    const merged = new Set<DreamFact>();
    const standing = new Set<DreamFact>();
    const starts = new Map(side.map(({ record, start }) => [record.key, start]));
    const there = side.filter(({ isWaiting }) => !isWaiting);
    for (const fact of there.filter((each) => !isPinned(each)))
      for (const other of there) {
        yield;
        if (other === fact || merged.has(other) || standing.has(fact)) continue;
        const named = standingOf(fact.record.metadata).supersedes ?? [];
        // What takes the place of something newer than that is true again since.
        if (named.some((key) => (starts.get(key) ?? Number.POSITIVE_INFINITY) > other.start)) continue;
        if (done.has(nameOf("merge", fact.record.key, other.record.key))) continue;
        if (!measure.isOne(fact.compared, other.compared) || comesFirst(fact, other, measure)) continue;
        const before = changes.get(other.record.key) ?? { record: other.record, sources: [], supersedes: [] };
        const own = [...other.fact.sources, ...before.sources];
        const sources = moreSources(
          own,
          fact.fact.sources.map(({ run: _run, ...source }) => source),
        );
        const already = [...(standingOf(other.record.metadata).supersedes ?? []), ...before.supersedes];
        changes.set(other.record.key, {
          ...before,
          sources: [...before.sources, ...sources],
          supersedes: [
            ...before.supersedes,
            ...named.filter((key) => key !== other.record.key && !already.includes(key)),
          ],
        });
        changes.set(fact.record.key, {
          ...{ record: fact.record, sources: [], supersedes: [] },
          mergedInto: other.record.key,
        });
        merged.add(fact);
        standing.add(other);
        break;
      }
  }
  return { changes: [...changes.values()], facts: [] };
}

function isPinned({ record }: DreamFact): boolean {
  return standingOf(record.metadata).pinnedAt !== undefined;
}

/** Of two facts of which each could be the other, the older one comes first, and what is pinned. */
function comesFirst(fact: DreamFact, other: DreamFact, measure: SentenceMeasure): boolean {
  if (isPinned(other) || !measure.isOne(other.compared, fact.compared)) return false;
  return (
    fact.compared.createdAt < other.compared.createdAt ||
    (fact.compared.createdAt === other.compared.createdAt && fact.record.id < other.record.id)
  );
}

/** What happened on three days at least, by as many sources, happens: a conclusion, in the words of one of them. */
export function* findPatterns({ sides, done }: DreamSnapshot, measure: SentenceMeasure): Steps<DreamDiff> {
  const facts: FactDraft[] = [];
  for (const side of sides) {
    const events = side.filter(({ compared: { type, origin } }) => type === "event" && origin === "stated");
    if (events.length < leastOften) continue;
    const sayings = events.map(({ compared }) => measure.sayingOf(compared.text));
    const alike = new Map<string, ReturnType<(typeof sayings)[0]["likenessTo"]>>();
    for (const [left, saying] of sayings.entries())
      for (let right = left + 1; right < sayings.length; right++) {
        yield;
        alike.set(`${left} ${right}`, saying.likenessTo(sayings[right] as (typeof sayings)[0]));
      }
    const likeness = (one: number, other: number) =>
      alike.get(`${Math.min(one, other)} ${Math.max(one, other)}`) as NonNullable<
        ReturnType<typeof alike.get>
      >;
    const texts = events.map(({ compared }) => compared.text);
    for (const group of saidTogether(sayings, texts, likeness)) {
      const pattern = patternOf(group.map((place) => events[place] as DreamFact));
      const isKnown = side.some(
        ({ compared }) =>
          compared.origin === "inferred" &&
          pattern !== undefined &&
          measure.saysSame(compared, { ...compared, text: pattern.text }),
      );
      if (pattern !== undefined && !isKnown && !done.has(pattern.key)) facts.push(pattern);
    }
  }
  return { changes: [], facts };
}

function patternOf(events: readonly DreamFact[]): FactDraft | undefined {
  const days = new Map<number, DreamFact["sources"][0]>();
  const used = new Set<string>();
  // Each day by a source that no other day has.
  for (const { compared, sources } of events)
    for (const source of sources) {
      const day = dayOf({ ...compared, createdAt: compared.validFrom ?? source.createdAt });
      if (days.has(day) || used.has(source.key)) continue;
      days.set(day, source);
      used.add(source.key);
    }
  const [first, last] = [events[0], events.at(-1)];
  if (days.size < leastOften || first === undefined || last === undefined) return undefined;
  const newest = Array.from(days.values())
    .sort((one, other) => one.createdAt - other.createdAt)
    .slice(-mostSources);
  const { subject, attribute } = last.compared;
  return {
    // Of one that waits, was declined or undone the same pattern is not found again.
    key: `${first.record.key}:again`,
    text: last.compared.text,
    ...{ subject, ...(attribute === undefined ? {} : { attribute }) },
    ...{ type: "state", origin: "inferred" },
    sources: newest.map(({ key, version, quote }) => ({ key, version, quote })),
    createdAt: Math.max(...newest.map(({ createdAt }) => createdAt)),
    supersedes: [],
  };
}
