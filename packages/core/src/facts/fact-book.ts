import { type ErasingParts, eraseSelection } from "../erasing.ts";
import { SouvenirError } from "../errors.ts";
import { letOthersRun } from "../event-loop.ts";
import { optionNames } from "../option-names.ts";
import { readCursor, writeCursor } from "../paging.ts";
import { allowance, approval, isGone, standingAnew, toRecord } from "../records.ts";
import { retryConflicts } from "../retry-conflicts.ts";
import type { Finding, Indexes } from "../search/open-search.ts";
import { factOf, factPath, isFact, isSummary, runsThread } from "../store/fact-mark.ts";
import { nextVersion } from "../store/record-versions.ts";
import { isHeldBack, standingOf, startOf } from "../store/standing.ts";
import type { RecordWrite, StoredRecord } from "../store/store.ts";
import type {
  FactRecord,
  FactRun,
  FactRunDetails,
  FactsInput,
  Limits,
  Memory,
  MemoryRecord,
  Where,
} from "../types.ts";
import { checkInteger, checkKey, checkNamespace, checkOptions, checkText, invalid } from "../validation.ts";
import { keptFactTypes } from "./dispose.ts";
import { type FactChange, type WriteAnew, withoutRun } from "./fact-change.ts";
import type { FactSource, FactUsage } from "./fact-extractor.ts";
import { type DraftedRun, placeOfRun, type RunMark, runOf, runWrite, writesOf } from "./fact-run.ts";

export interface FactBookParts extends ErasingParts {
  indexes: Pick<Indexes, "refresh" | "caughtUp">;
  searcher: Finding;
  limits: Limits;
  clock: () => number;
}

/** The facts of a store and the runs that they come from: to be read, undone and approved. */
export class FactBook {
  readonly #parts: FactBookParts;

  constructor(parts: FactBookParts) {
    this.#parts = parts;
  }

  async facts(input: FactsInput): ReturnType<Memory["facts"]> {
    const given = checkOptions(input, "facts", optionNames.facts) as unknown as FactsInput;
    const { subject, attribute, type, state, limit = 100, cursor } = given;
    const namespace = checkNamespace(given.namespace);
    checkInteger(limit, "limit", 1, 1000);
    if (type !== undefined && !keptFactTypes.includes(type))
      throw invalid("type", `one of ${keptFactTypes.join(", ")}`, type);
    if (state !== undefined && !["active", "superseded", "proposed", "merged"].includes(state))
      throw invalid("state", "active, superseded, proposed or merged", state);
    const wanted = {
      ...(subject === undefined ? {} : { subject: checkText(subject, "subject", 512) }),
      ...(attribute === undefined ? {} : { attribute: checkText(attribute, "attribute", 512) }),
      ...(type === undefined ? {} : { type }),
    };
    const found: { fact: FactRecord; record: StoredRecord }[] = [];
    let after = cursor === undefined ? undefined : readCursor(cursor);
    for (;;) {
      const page =
        type === "summary" || state === "proposed" || state === "merged"
          ? await this.#withdrawn(namespace, wanted, { after, limit: limit + 1 })
          : await this.#found(namespace, wanted, { after, limit: limit + 1 });
      for (const each of await this.#told(namespace, page))
        if (found.length <= limit && (state === undefined || each.fact.state === state)) found.push(each);
      after = page.at(-1);
      if (page.length <= limit || found.length > limit) break;
    }
    const last = found[limit - 1]?.record;
    return {
      facts: found.slice(0, limit).map(({ fact }) => fact),
      ...(found.length > limit && last !== undefined ? { cursor: writeCursor(last) } : {}),
    };
  }

  async runs(input: { namespace?: string; limit?: number } = {}): Promise<FactRun[]> {
    const { store } = this.#parts;
    const { namespace, limit } = checkOptions(input, "runs", optionNames.runs);
    const most = limit === undefined ? 100 : checkInteger(limit, "limit", 1, 1000);
    const names = namespace === undefined ? await store.namespaces() : [checkNamespace(namespace)];
    let runs: FactRun[] = [];
    for (const [place, name] of names.entries()) {
      const records = await store.tail(name, runsThread, most);
      runs.push(...records.flatMap((record) => toRun(record) ?? []));
      if (place % 100 === 99) runs = newest(runs, most);
      await letOthersRun();
    }
    return newest(runs, most);
  }

  async run(id: string): Promise<FactRunDetails | undefined> {
    const record = await this.#record(id);
    const run = record === undefined ? undefined : toRun(record);
    if (run === undefined) return undefined;
    const { namespace, keys, changed } = run;
    const { store } = this.#parts;
    const found = (await store.get(namespace, keys)).flatMap((fact) =>
      fact !== undefined && factOf(fact.metadata)?.run === id ? [fact] : [],
    );
    const told = (await this.#told(namespace, found)).map(({ fact }) => fact);
    const marks = new Map(runOf((record as StoredRecord).metadata)?.changed?.map((mark) => [mark.key, mark]));
    const changes = (await store.get(namespace, changed)).flatMap((fact): FactChange[] => {
      const mark = fact && marks.get(fact.key);
      if (fact === undefined || mark === undefined) return [];
      const sources = factOf(fact.metadata)?.sources.filter((source) => source.run === id) ?? [];
      return [{ record: fact, sources, supersedes: [], ...mark }];
    });
    return {
      ...run,
      facts: told,
      diff: await this.#diff(namespace, told, changes, keys.length - told.length),
    };
  }

  async undo(id: string): Promise<{ erased: number }> {
    let erased = 0;
    // Each look may come between somebody else's reading and writing.
    await retryConflicts(async () => {
      erased += await this.#undo(id);
    });
    return { erased };
  }

  async #undo(id: string): Promise<number> {
    const { store, indexes, clock } = this.#parts;
    const record = await this.#record(id);
    const mark = record === undefined ? undefined : runOf(record.metadata);
    if (record === undefined || mark === undefined)
      throw new SouvenirError("NOT_FOUND", "undo: there is no such run: runs() tells those that there are");
    const { namespace, key, createdAt, version } = record;
    const { records, changes } = await this.#without(id, namespace, mark);
    // First what can be seen: whoever is killed in between can undo it again.
    const { erased } =
      records.length === 0
        ? { erased: 0 }
        : await eraseSelection(this.#parts, namespace, { records }, clock());
    if (mark.undoneAt === undefined) {
      const undone = runWrite({
        namespace,
        key,
        at: createdAt,
        mark: { ...mark, undoneAt: clock() },
        ifVersion: version,
      });
      changes.push(undone);
    }
    if (changes.length > 0) await store.write(changes);
    indexes.refresh(namespace);
    return erased;
  }

  /** What there is to erase and to write, so that all is as it was without a run. */
  async #without(
    id: string,
    namespace: string,
    { facts, changed = [] }: RunMark,
  ): Promise<{ records: { id: number; version: number }[]; changes: RecordWrite[] }> {
    const { store, limits, clock } = this.#parts;
    const marks = new Map(changed.map((mark) => [mark.key, mark]));
    const anew: WriteAnew = (...given) => standingAnew(...given, { limits, now: clock() });
    const erased: { id: number; version: number }[] = [];
    const changes: RecordWrite[] = [];
    /** By the key of a fact, sources that it has only of one that was merged into it. */
    const borrowed = new Map<string, Set<string>>();
    const found = new Map<string, StoredRecord>();
    for (let keys = [...facts, ...marks.keys()]; keys.length > 0; ) {
      const next: string[] = [];
      for (const record of await store.get(namespace, keys)) {
        const fact = record === undefined ? undefined : factOf(record.metadata);
        // What somebody has set under the key of a fact since is theirs.
        if (record === undefined || fact === undefined) continue;
        found.set(record.key, record);
        const { mergedInto } = fact;
        if (mergedInto === undefined || mergedInto === marks.get(record.key)?.mergedInto) continue;
        const lent = borrowed.get(mergedInto) ?? new Set();
        for (const source of fact.sources)
          if ((source.run ?? fact.run) === id || borrowed.get(record.key)?.has(source.key))
            lent.add(source.key);
        borrowed.set(mergedInto, lent);
        if (lent.size > 0 && !found.has(mergedInto)) next.push(mergedInto);
      }
      keys = next;
    }
    for (const [key, record] of found) {
      const isTaken = ({ key: source, run }: FactSource) =>
        run !== undefined && borrowed.get(key)?.has(source) === true;
      const without = await withoutRun(store, id, record, { change: marks.get(key), isTaken, anew });
      if (without === "erase") erased.push({ id: record.id, version: record.version });
      else if (without !== undefined) changes.push(without);
    }
    return { records: erased, changes };
  }

  async approve(input: { namespace: string; key: string }): Promise<MemoryRecord | undefined> {
    const { store, indexes, limits, clock } = this.#parts;
    const given = checkOptions(input, "approve", optionNames.approve);
    const [namespace, key] = [checkNamespace(given.namespace), checkKey(given.key, limits)];
    const approved = await retryConflicts(async () => {
      const record = await this.#waiting(namespace, key);
      if (record === undefined) return undefined;
      if (!isFact(record)) {
        const [outcome] = await store.write([allowance(record, { now: clock(), limits })]);
        return outcome?.record;
      }
      const sources = await store.get(
        namespace,
        (factOf(record.metadata)?.sources ?? []).map((source) => source.key),
      );
      const [outcome] = await store.write([
        approval(
          record,
          sources.filter((source) => source !== undefined),
          { now: clock(), limits },
        ),
      ]);
      return outcome?.record;
    });
    if (approved === undefined) return undefined;
    indexes.refresh(namespace);
    if (!isFact(approved)) return toRecord(approved);
    const [told] = await this.#told(namespace, [approved]);
    return told?.fact;
  }

  async decline(input: { namespace: string; key: string }): Promise<{ deleted: number }> {
    const { limits, clock } = this.#parts;
    const given = checkOptions(input, "decline", optionNames.approve);
    const [namespace, key] = [checkNamespace(given.namespace), checkKey(given.key, limits)];
    const record = await this.#waiting(namespace, key);
    if (record === undefined) return { deleted: 0 };
    const { id, version } = record;
    const { erased } = await eraseSelection(this.#parts, namespace, { records: [{ id, version }] }, clock());
    return { deleted: erased };
  }

  /** What a run that was not written would have done. */
  async detailsOf(
    run: DraftedRun,
    toWrite: Parameters<typeof writesOf>[1],
    isWritten: boolean,
  ): Promise<FactRunDetails | undefined> {
    if (isWritten) return this.run(run.id);
    const writes = writesOf(run, toWrite).slice(0, run.facts.length);
    const facts = writes.map((write) => toFact(draftedRecord(write), undefined));
    const { id, namespace, extractor, refused, usage } = run;
    return {
      ...{ id, namespace, at: new Date(run.at).toISOString(), extractor, refused, usage },
      keys: facts.map(({ key }) => key),
      changed: run.changes.map(({ record }) => record.key),
      facts,
      diff: await this.#diff(namespace, facts, run.changes, 0),
    };
  }

  async #record(id: string): Promise<StoredRecord | undefined> {
    const { namespace, key } = placeOfRun(id);
    return (await this.#parts.store.get(checkNamespace(namespace), [key]))[0];
  }

  /** What waits for approval: a fact, or a memory that is held back. */
  async #waiting(namespace: string, key: string): Promise<StoredRecord | undefined> {
    const [record] = await this.#parts.store.get(namespace, [key]);
    if (record === undefined) return undefined;
    if (!isFact(record))
      return isHeldBack(record) && !isGone(record, this.#parts.clock()) ? record : undefined;
    return toRecord(record).state === "proposed" ? record : undefined;
  }

  #found(
    namespace: string,
    wanted: Readonly<Record<string, string>>,
    page: { after: { createdAt: number; id: number } | undefined; limit: number },
  ): Promise<StoredRecord[]> {
    const where: Where = {
      [factPath("subject")]: { exists: true },
      ...Object.fromEntries(Object.entries(wanted).map(([name, value]) => [factPath(name), { eq: value }])),
    };
    const { after, limit } = page;
    return this.#parts.searcher.list(
      namespace,
      { where: { and: Object.entries(where).map(([field, test]) => ({ [field]: test })) } as Where },
      { ...(after === undefined ? {} : { after }), order: "oldest", limit, signal: undefined },
    );
  }

  /** Those that are in no search. */
  async #withdrawn(
    namespace: string,
    wanted: Readonly<Record<string, string>>,
    { after, limit }: { after: { createdAt: number; id: number } | undefined; limit: number },
  ): Promise<StoredRecord[]> {
    const isAfter = ({ createdAt, id }: StoredRecord) =>
      after === undefined || createdAt > after.createdAt || (createdAt === after.createdAt && id > after.id);
    return (await this.#parts.searcher.withdrawn(namespace))
      .filter((record) => {
        const fact = factOf(record.metadata);
        const fits = Object.entries(wanted).every(([name, value]) => Object(fact)[name] === value);
        const isWanted = fact?.type !== "summary" || wanted.type === "summary";
        return fact !== undefined && fits && isWanted && isAfter(record);
      })
      .sort((left, right) => left.createdAt - right.createdAt || left.id - right.id)
      .slice(0, limit);
  }

  /** Facts with what takes their place. */
  async #told(
    namespace: string,
    records: readonly StoredRecord[],
  ): Promise<{ fact: FactRecord; record: StoredRecord }[]> {
    if (records.length === 0) return [];
    const newer = await this.#parts.searcher.superseding(namespace, records);
    if (records.some(isSummary)) {
      const byKey = new Map(records.map(({ key, id }) => [key, id]));
      for (const summary of (await this.#parts.searcher.withdrawn(namespace)).filter(isSummary))
        for (const key of standingOf(summary.metadata).supersedes ?? [])
          if (byKey.has(key)) newer.set(byKey.get(key) as number, summary);
    }
    return records.map((record) => ({ record, fact: toFact(record, newer.get(record.id)) }));
  }

  async #diff(
    namespace: string,
    facts: readonly FactRecord[],
    changes: readonly FactChange[],
    erased: number,
  ): Promise<string[]> {
    const { store, clock } = this.#parts;
    const replaced = new Set([...facts, ...changes].flatMap(({ supersedes = [] }) => supersedes));
    for (const { mergedInto } of changes) if (mergedInto !== undefined) replaced.add(mergedInto);
    const texts = new Map<string, string>(facts.map(({ key, value }) => [key, value]));
    for (const { record } of changes) texts.set(record.key, record.value);
    for (const record of await store.get(namespace, [...replaced]))
      if (record !== undefined && !isGone(record, clock())) texts.set(record.key, record.value);
    const lines = facts.map(({ value, subject, type, supersedes = [], state, sources }) => {
      const before = supersedes.flatMap((key) => texts.get(key) ?? []);
      const quotes = sources.map(({ quote }) => JSON.stringify(quote)).join(", ");
      if (type === "summary") return `${supersedes.length > 0 ? "~" : "+"} ${subject}: ${quotes}`;
      const sign = state === "proposed" ? "?" : before.length > 0 ? "~" : "+";
      const instead = before.length === 0 ? "" : `; in the place of: ${before.join(" / ")}`;
      return `${sign} ${value} (${quotes}${instead})`;
    });
    for (const { record, sources, supersedes, mergedInto } of changes) {
      const before = supersedes.flatMap((key) => texts.get(key) ?? []);
      const same =
        mergedInto === undefined ? [] : [`the same as: ${texts.get(mergedInto) ?? "one that was erased"}`];
      const instead = before.length === 0 ? [] : [`in the place of: ${before.join(" / ")}`];
      // That it rests on what another one rested on is told of that.
      const isMergedInto = changes.some((change) => change.mergedInto === record.key);
      const again = isMergedInto ? [] : sources.map(({ quote }) => JSON.stringify(quote));
      const how = [...(again.length === 0 ? [] : [`also ${again.join(", ")}`]), ...instead, ...same];
      if (how.length > 0) lines.push(`${before.length > 0 ? "~" : "="} ${record.value} (${how.join("; ")})`);
    }
    return erased === 0
      ? lines
      : [...lines, `- ${erased} that ${erased === 1 ? "was" : "were"} erased since`];
  }
}

function newest(runs: readonly FactRun[], most: number): FactRun[] {
  return runs.toSorted((left, right) => Date.parse(right.at) - Date.parse(left.at)).slice(0, most);
}

function toFact(record: StoredRecord, newer: StoredRecord | undefined): FactRecord {
  const fact = toRecord(record) as FactRecord;
  if (newer === undefined) return fact;
  const supersededAt = new Date(startOf(newer)).toISOString();
  return { ...fact, state: "superseded", supersededBy: newer.key, supersededAt };
}

function toRun({ namespace, key, createdAt, metadata }: StoredRecord): FactRun | undefined {
  const mark: RunMark | undefined = runOf(metadata);
  if (mark === undefined) return undefined;
  const { extractor, facts, changed = [], refused, undoneAt } = mark;
  const usage: FactUsage = mark.usage;
  return {
    id: `${key.slice(key.indexOf(":") + 1)}@${namespace}`,
    namespace,
    at: new Date(createdAt).toISOString(),
    extractor,
    keys: facts,
    changed: changed.map((change) => change.key),
    refused,
    usage,
    ...(undoneAt === undefined ? {} : { undoneAt: new Date(undoneAt).toISOString() }),
  };
}

/** A memory as it would be stored. */
function draftedRecord(write: RecordWrite): StoredRecord {
  return { ...nextVersion(undefined, write), id: 0, sequence: 0 };
}
