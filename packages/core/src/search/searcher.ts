import type { DocumentSet, Ranker, Steps } from "@souvenir/orama";
import { isBuiltIn } from "../embedders/built-in.ts";
import { raceAbort } from "../embedders/embed.ts";
import type { TermModel } from "../embedders/term-model.ts";
import type { VectorKeeper } from "../embedders/vector-keeper.ts";
import { canonicalName } from "../entities/canonical.ts";
import {
  atOnce,
  inSlices,
  inSlicesWhile,
  letOthersRun,
  type Manners,
  Slices,
  yieldToOthers,
} from "../event-loop.ts";
import { type Distinct, withoutDuplicates } from "../paraphrases/duplicates.ts";
import type { Extraction } from "../queue/extraction.ts";
import type { QueryVector } from "../queue/query-vectors.ts";
import { reason } from "../queue/worker.ts";
import type { RankedDocument } from "../ranking/rank.ts";
import type { Ranking } from "../ranking/ranking.ts";
import { isGone, toRecord } from "../records.ts";
import { isFact } from "../store/fact-mark.ts";
import type { StoreKnownAt } from "../store/known-at.ts";
import { isHeldBack, isTrueAt, standingOf, startOf } from "../store/standing.ts";
import type { EmbedderIdentity, Store, StoredRecord } from "../store/store.ts";
import { preparingTimeWords } from "../time/time.ts";
import type {
  Degradation,
  EntityCount,
  Limits,
  Logger,
  Reranker,
  SearchHit,
  SearchInput,
  SearchResult,
  Signal,
} from "../types.ts";
import type { Condition } from "../where.ts";
import type { ExceptTurns, Filter } from "./filter.ts";
import type { IndexCache } from "./index-cache.ts";
import {
  checkListed,
  isByTimeOnly,
  type Listed,
  type ListedPage,
  type ListFilter,
  listByTime,
} from "./listed.ts";
import { recordsMeeting } from "./metadata-filter.ts";
import type { NamespaceIndex } from "./namespace-index.ts";
import { newerFirst } from "./newer-first.ts";
import { checkQuestion, mostHits, type Question } from "./question.ts";
import { orderBy } from "./reranking.ts";

const facetLimit = 100;
/** Times that is looked for anew what another thread or process has changed before it was read. */
const mostLooks = 5;
/** Records of one look into the store. */
const readAtOnce = 100;

export interface SearcherOptions {
  store: Store;
  indexes: IndexCache;
  terms: TermModel;
  vectors: VectorKeeper;
  extraction: Extraction;
  ranking: Ranking;
  limits: Limits;
  clock: () => number;
  logger: Logger;
  reranker: Reranker | undefined;
}

/** A namespace as it is, or as it was known at a moment. */
interface Look {
  namespace: string;
  index: () => Promise<NamespaceIndex | undefined>;
  /** The index as it stands, where it takes a while to be told that this is where the namespace stands. */
  present: () => NamespaceIndex | undefined;
  /** Of what this index found. */
  read: (ids: readonly number[], index: NamespaceIndex) => Promise<StoredRecord[]>;
  /** Whether it has texts whose vectors are not kept, for an embedder that is asked. */
  lacksVectors: () => boolean;
}

/** What is to be shown of hits. */
interface Shown {
  filter: Filter;
  /** Records that a reranker saw. */
  read: ReadonlyMap<number, StoredRecord>;
  explain: boolean;
  /** What has changed after this sequence number was ranked as it was before. */
  upTo: number;
}

/** A ranked document, and the record whose version it is. */
interface RankedRecord {
  id: number;
  found: RankedDocument;
  /** That of the place that a reranker gave it. */
  score: number;
}

/** Documents in order, and the index that has them. */
interface Ranked {
  index: NamespaceIndex;
  /** Those of the index when they were ranked. */
  changes: number;
  accept: DocumentSet | undefined;
  /** Of the namespace when they were ranked. */
  sequence: number;
  ranked: RankedRecord[];
  degraded: Signal[];
}

/**
 * With what the index knows of the documents in the moment when they are ranked. At equal scores what came first stays
 * first, however often it was indexed anew.
 */
function* withIds(steps: Steps<RankedDocument[]>, index: NamespaceIndex): Steps<RankedRecord[]> {
  const ranked = yield* steps;
  return ranked
    .map((found) => ({ id: index.idOf(found.document), found, score: found.score }))
    .sort((left, right) => right.score - left.score || left.id - right.id);
}

/** Answers questions about a namespace: index first, then the records from the store. */
export class Searcher {
  readonly #options: SearcherOptions;

  constructor(options: SearcherOptions) {
    this.#options = options;
  }

  /** @param except - Turns that are left out: recall does not repeat what the model sees anyway. */
  async search(given: SearchInput, except: readonly ExceptTurns[] = []): Promise<SearchResult> {
    const { question, signal } = checkQuestion(given, except, this.#options);
    return this.find(question, signal);
  }

  /** The same for a question that was checked. */
  async find(question: Question, signal: AbortSignal | undefined): Promise<SearchResult> {
    const start = performance.now();
    const { ranking, reranker } = this.#options;
    const { namespace, query, filter, limit, prefix, facets, explain, deadlineMs, knownAt } = question;
    const look = this.#look(namespace, knownAt);
    const empty = {
      results: [],
      ...(facets ? { facets: { entities: [], tags: [] } } : {}),
      degraded: [],
    };
    // First: a store may be far away.
    const opening = look.index();
    opening.catch(() => undefined);
    await letOthersRun();
    await this.prepare();
    const names = question.names ?? namesIn(this.#options.extraction, query);
    const wide = reranker === undefined ? limit : Math.max(limit, ranking.reranked);
    const asked = { ...question, names, limit: wide };
    let early = await this.#rankedEarly(look, opening, asked, signal);
    // Opening a large index takes seconds.
    const opened = await (signal === undefined ? opening : raceAbort(opening, signal));
    if (opened === undefined) return { ...empty, tookMs: performance.now() - start };
    await inSlices(opened.preparing(filter));
    const since = performance.now();
    for (let [looks, current] = [1, opened]; ; looks += 1) {
      const isStill = early?.index === current && early.changes === current.changes;
      const answer: Ranked | undefined = isStill ? early : await this.#ranked(look, current, asked, signal);
      early = undefined;
      if (answer === undefined) break;
      const { index, accept } = answer;
      const left = { deadlineMs: deadlineMs - (performance.now() - since), signal };
      const { ranked, read, degraded } = await this.#reranked(look, query, answer, left);
      const isLast = looks === mostLooks || knownAt !== undefined;
      const upTo = isLast ? Number.POSITIVE_INFINITY : answer.sequence;
      const results = await this.#distinctHits(look, index, ranked, { limit, filter, read, explain, upTo });
      if (results === undefined) {
        const next = await look.index();
        if (next === undefined) break;
        current = next;
        continue;
      }
      return {
        results,
        ...(facets
          ? {
              facets: await facetsOf(
                index,
                matchingDocuments(index, query, { accept, prefix }, ranked.slice(0, limit)),
              ),
            }
          : {}),
        degraded,
        tookMs: performance.now() - start,
      };
    }
    return { ...empty, tookMs: performance.now() - start };
  }

  /**
   * What the index says as it stands, while a store that is far away is asked whether that is where the namespace stands:
   * mostly it is. `undefined` when there is no such index, or it changed meanwhile.
   */
  async #rankedEarly(
    look: Look,
    opening: Promise<unknown>,
    question: Question,
    signal: AbortSignal | undefined,
  ): Promise<Ranked | undefined> {
    const index = look.present();
    if (index === undefined) return undefined;
    let isAsked = true;
    const answered = () => {
      isAsked = false;
    };
    opening.then(answered, answered);
    // The question to the store is on its way then.
    await yieldToOthers();
    const manners = { brief: () => isAsked };
    await inSlices(index.preparing(question.filter), signal, manners);
    return this.#ranked(look, index, question, signal, manners);
  }

  /**
   * The documents in order, and the index that has them: in slices, and when somebody writes meanwhile once more in one
   * go, because what is ranked is what is read. `undefined` when the namespace is empty by then.
   * @param early - It is only tried: `undefined` also when somebody writes meanwhile.
   */
  async #ranked(
    look: Look,
    opened: NamespaceIndex,
    { query, filter, limit, minScore, prefix, deadlineMs, names }: Question,
    signal: AbortSignal | undefined,
    early?: Manners,
  ): Promise<Ranked | undefined> {
    const { ranking, extraction, clock } = this.#options;
    const start = performance.now();
    const entities = names ?? namesIn(extraction, query);
    let index: NamespaceIndex | undefined = opened;
    for (let run: typeof inSlicesWhile = inSlicesWhile; ; run = async (_, steps) => atOnce(steps)) {
      let embedder: EmbedderIdentity | null;
      let embedded: { vector: Float32Array | undefined; degraded: Signal[] };
      do {
        embedder = index.embedder;
        const now = embedder === null ? undefined : this.#options.vectors.queryNow(embedder, query);
        if (now !== undefined) {
          embedded = this.#observed(now);
          break;
        }
        embedded = await this.#queryVector(embedder, query, {
          deadlineMs: Math.max(0, Math.ceil(deadlineMs - (performance.now() - start))),
          ...(signal === undefined ? {} : { signal }),
        });
        // What was written while the query was embedded is found too.
        if (embedded.vector !== undefined) index = await look.index();
        if (index === undefined) return undefined;
        // A re-embedding may have ended meanwhile: vectors of two embedders are never compared.
      } while (embedded.vector !== undefined && index.embedder?.id !== embedder?.id);
      const { degraded } = embedded;
      const vector = this.#says(query, embedder) ? embedded.vector : undefined;
      const current = index;
      const { changes } = current;
      const accept = current.filter(filter);
      const { model } = this.#options.terms;
      const asked = { text: query, vector, model, entities, accept, prefix, limit, minScore, now: clock() };
      const steps = withIds(current.ranking(asked, ranking), current);
      const ranked = await run(() => current.changes === changes, steps, early);
      if (ranked === undefined && early !== undefined) return undefined;
      if (ranked === undefined) continue;
      const isAsked = embedder !== null && embedder.computed !== true;
      const lacks = isAsked && vector !== undefined && look.lacksVectors();
      const { sequence } = current;
      return { index: current, changes, accept, sequence, ranked, degraded: lacks ? ["vector"] : degraded };
    }
  }

  /**
   * What was ranked, the best in the order of the reranker, and the records that it was shown. The scores stay where they
   * are: the first has the best one.
   */
  async #reranked(
    look: Look,
    query: string,
    { index, ranked, degraded }: { index: NamespaceIndex; ranked: RankedRecord[]; degraded: Degradation[] },
    left: { deadlineMs: number; signal: AbortSignal | undefined },
  ): Promise<{ ranked: RankedRecord[]; read: Map<number, StoredRecord>; degraded: Degradation[] }> {
    const { ranking, reranker, logger } = this.#options;
    const read = new Map<number, StoredRecord>();
    if (reranker === undefined || ranked.length < 2) return { ranked, read, degraded };
    const shown = ranked.slice(0, ranking.reranked);
    for (const record of await look.read(
      shown.map(({ id }) => id),
      index,
    ))
      read.set(record.id, record);
    const texts = shown.map(({ id }) => read.get(id)?.value ?? "");
    try {
      const order = await orderBy(reranker, query, texts, left);
      const ordered = order.map((from, at) => ({
        ...(shown[from] as RankedRecord),
        score: (shown[at] as RankedRecord).score,
      }));
      return { ranked: [...ordered, ...ranked.slice(shown.length)], read, degraded };
    } catch (error) {
      left.signal?.throwIfAborted();
      logger.warn?.("the reranker failed or was late; the order stays as it was", { error: reason(error) });
      return { ranked, read, degraded: [...degraded, "rerank"] };
    }
  }

  /**
   * The best hits, what takes the place of another before it, also where the question alone would not have found it. Of
   * near-identical memories the best says for which others it stands; when there is not room for all that was found, the
   * others make room for what says something else. `undefined` when one of them has changed since a sequence number, `upTo`.
   */
  async #distinctHits(
    look: Look,
    index: NamespaceIndex,
    ranked: readonly RankedRecord[],
    { limit, ...shown }: Shown & { limit: number },
  ): Promise<SearchHit[] | undefined> {
    const found: SearchHit[] = [];
    const known = new Set(ranked.map(({ id }) => id));
    let hits: readonly SearchHit[] = found;
    let distinct: Distinct<SearchHit>[] = [];
    for (let from = 0; from < ranked.length; from += limit) {
      const some = await this.#hits(look, index, ranked.slice(from, from + limit), { ...shown, known });
      if (some === undefined) return undefined;
      for (const hit of some) found.push(hit);
      hits = newerFirst(found);
      distinct = withoutDuplicates(hits, ({ value }) => value, { count: limit, sameIn: attributesOf });
      if (distinct.length === limit && distinct.every(({ item }) => hasNewer(item, found))) break;
    }
    for (const { item, duplicates } of distinct)
      if (duplicates.length > 0) item.duplicates = duplicates.map(({ key }) => key);
    return ranked.length <= limit ? hits.slice(0, limit) : distinct.map(({ item }) => item);
  }

  /**
   * The records of ranked documents, without those that were erased in the meantime.
   * @param read - Those that a reranker saw, which may have changed since: they stay as they were found.
   * @param known - Ids of all that was ranked, and of what came with it.
   */
  async #hits(
    look: Look,
    index: NamespaceIndex,
    ranked: readonly RankedRecord[],
    { filter, read, explain, known, upTo }: Shown & { known: Set<number> },
  ): Promise<SearchHit[] | undefined> {
    const found = ranked.map(({ id, score, found }) => {
      const { reasons } = found;
      return {
        id,
        beside: reasons.neighbours.map((neighbour) => index.idOf(neighbour)),
        score,
        signals: found.signals,
        reasons,
        explained: explain ? { contributions: found.contributions, features: found.values } : {},
      };
    });
    const ids = new Set(found.flatMap(({ id, beside }) => [id, ...beside]));
    const records = new Map<number, StoredRecord>();
    for (const record of await look.read([...ids], index)) records.set(record.id, record);
    if (found.some(({ id }) => !read.has(id) && (records.get(id)?.sequence ?? 0) > upTo)) return undefined;
    const superseding = await superseders(look, index, records.values(), filter);
    const coming = new Map<number, StoredRecord[]>();
    for (const { id } of found) {
      let newer = superseding.get(id);
      while (newer !== undefined && !known.has(newer.id) && index.passes(newer.id, filter)) {
        known.add(newer.id);
        coming.set(id, [newer, ...(coming.get(id) ?? [])]);
        const next: StoredRecord | undefined = (await superseders(look, index, [newer], filter)).get(
          newer.id,
        );
        if (next !== undefined) superseding.set(newer.id, next);
        newer = next;
      }
    }
    return found.flatMap(({ id, beside, score, signals, reasons, explained }): SearchHit[] => {
      const there = records.get(id);
      if (there === undefined || isGone(there, filter.now)) return [];
      const record = read.get(id) ?? there;
      const neighbours = beside.flatMap((neighbour) => records.get(neighbour)?.key ?? []);
      const told = (of: StoredRecord) => ({
        ...toRecord(of),
        score,
        ...superseded(of, superseding.get(of.id)),
      });
      return [
        ...(coming.get(id) ?? []).map((newer) => ({ ...told(newer), ...foundByNothing() })),
        { ...told(record), signals, reasons: { ...reasons, neighbours }, ...explained },
      ];
    });
  }

  /** What puts documents in order for a question of Orama: the same as for `search`, with a vector that need not be waited for. */
  rankerOf(index: NamespaceIndex): Ranker {
    const { extraction, ranking, vectors, clock } = this.#options;
    return ({ term, vector, accept, limit }) => {
      const { embedder } = index;
      const now = vector !== undefined || embedder === null ? undefined : vectors.queryNow(embedder, term);
      const query = {
        text: term,
        vector:
          vector ??
          (now === undefined || !this.#says(term, embedder) ? undefined : this.#observed(now).vector),
        entities: namesIn(extraction, term),
        accept,
        limit: Math.min(limit, mostHits),
        minScore: ranking.minScore,
        now: clock(),
        prefix: true,
        model: this.#options.terms.model,
      };
      return index.ranking(query, ranking);
    };
  }

  /** What ranking needs that takes a moment the first time. */
  async prepare(): Promise<void> {
    await inSlices(preparingTimeWords());
    await this.#options.extraction.prepare();
  }

  #look(namespace: string, moment: number | undefined): Look {
    const { store, indexes } = this.#options;
    if (moment === undefined)
      return {
        namespace,
        index: () => indexes.get(namespace),
        present: () => (store.isRemote ? indexes.present(namespace) : undefined),
        read: (ids, { read }) =>
          store.isRemote
            ? read.get(ids, (unknown) => store.read(namespace, unknown))
            : store.read(namespace, ids),
        lacksVectors: () => false,
      };
    let past: StoreKnownAt | undefined;
    return {
      namespace,
      index: async () => {
        const found = await indexes.getKnownAt(namespace, moment);
        past = found?.store;
        return found?.index;
      },
      present: () => undefined,
      read: (ids) => (past ?? store).read(namespace, ids),
      lacksVectors: () => past?.saidOtherwise === true,
    };
  }

  /** What is pinned and true now, in the order in which it was pinned. */
  async pinned(namespace: string): Promise<StoredRecord[]> {
    const { store, indexes, clock } = this.#options;
    await letOthersRun();
    const index = await indexes.get(namespace);
    if (index === undefined) return [];
    const ids = await inSlices(index.pinned());
    const now = clock();
    const found: { record: StoredRecord; at: number }[] = [];
    for (let start = 0; start < ids.length; start += readAtOnce) {
      for (const record of await store.read(namespace, ids.slice(start, start + readAtOnce))) {
        const { pinnedAt } = standingOf(record.metadata);
        if (pinnedAt !== undefined && !isGone(record, now) && isTrueAt(record, now))
          found.push({ record, at: pinnedAt });
      }
      await letOthersRun();
    }
    return found
      .sort((left, right) => left.at - right.at || (left.record.key < right.record.key ? -1 : 1))
      .map(({ record }) => record);
  }

  /** Records in order of time, then id, after a place. */
  async list(namespace: string, filter: ListFilter, page: ListedPage): Promise<StoredRecord[]> {
    const { signal } = page;
    signal?.throwIfAborted();
    const listed = checkListed(namespace, filter, this.#options);
    await letOthersRun();
    return isByTimeOnly(listed)
      ? listByTime(this.#options.store, listed, page)
      : this.passing(listed, page, signal);
  }

  /** The same of what passes a filter that the index knows of. */
  async passing(
    { namespace, filter, knownAt }: Listed,
    { after, order, limit }: Omit<ListedPage, "signal">,
    signal: AbortSignal | undefined,
  ): Promise<StoredRecord[]> {
    const look = this.#look(namespace, knownAt);
    const found: StoredRecord[] = [];
    const opening = look.index();
    let index = await (signal === undefined ? opening : raceAbort(opening, signal));
    let from = after;
    for (let looks = 1; index !== undefined; ) {
      signal?.throwIfAborted();
      await inSlices(index.preparing(filter), signal);
      const place = from === undefined ? {} : { after: from };
      const missing = limit - found.length;
      const places = await inSlices(
        index.inOrder(filter, { ...place, newestFirst: order === "newest", limit: missing }),
        signal,
      );
      const { sequence } = index;
      const records = new Map<number, StoredRecord>();
      for (const record of await look.read(
        places.map(({ id }) => id),
        index,
      ))
        records.set(record.id, record);
      const hasChanged =
        knownAt === undefined && records.values().some((record) => record.sequence > sequence);
      if (hasChanged && looks < mostLooks) {
        looks += 1;
        index = await look.index();
        continue;
      }
      for (const { id } of places) {
        const record = records.get(id);
        if (record !== undefined) found.push(record);
      }
      // What is erased in between makes no page shorter: a short page is the last one.
      if (places.length < missing || found.length === limit) return found;
      from = places.at(-1);
    }
    return found;
  }

  /**
   * Ids of all records that pass, those that were withdrawn too, and the sequence number of the namespace at which they
   * do: for erasing, which leaves nothing in a history.
   */
  async ids(namespace: string, where: Condition): Promise<{ ids: number[]; sequence: number }> {
    const filter = { now: this.#options.clock(), where };
    const index = await this.#options.indexes.get(namespace);
    if (index === undefined) return { ids: [], sequence: 0 };
    await inSlices(index.preparing(filter));
    const { sequence } = index;
    const withdrawn = [...index.withdrawn];
    const ids = await inSlices(index.idsOf(index.filter(filter) ?? index.live.clone()));
    // Of these the index knows that they are there, and the store what they say.
    for (let start = 0; start < withdrawn.length; start += readAtOnce) {
      const records = await this.#options.store.read(namespace, withdrawn.slice(start, start + readAtOnce));
      ids.push(...(await inSlices(recordsMeeting(filter.where, records))));
      await letOthersRun();
    }
    return { ids, sequence };
  }

  /** The records that were withdrawn. */
  async withdrawn(namespace: string): Promise<StoredRecord[]> {
    const index = await this.#options.indexes.get(namespace);
    const ids = [...(index?.withdrawn ?? [])];
    const records: StoredRecord[] = [];
    for (let start = 0; start < ids.length; start += readAtOnce) {
      for (const record of await this.#options.store.read(namespace, ids.slice(start, start + readAtOnce)))
        records.push(record);
      await letOthersRun();
    }
    return records;
  }

  /** The names of the conversations. */
  async threads(namespace: string): Promise<string[]> {
    const index = await this.#options.indexes.get(namespace);
    return index === undefined ? [] : index.threads.names();
  }

  /** By its id, of each record that others take the place of, the newest of those. */
  async superseding(namespace: string, records: readonly StoredRecord[]): Promise<Map<number, StoredRecord>> {
    const look = this.#look(namespace, undefined);
    const index = await look.index();
    return index === undefined
      ? new Map()
      : superseders(look, index, records, { now: this.#options.clock() });
  }

  /** Entities, most frequent first. */
  async entities(
    namespace: string,
    { type, prefix, limit }: { type?: string; prefix?: string; limit: number },
  ): Promise<EntityCount[]> {
    await letOthersRun();
    const index = await this.#options.indexes.get(namespace);
    if (index === undefined) return [];
    const asked = {
      limit,
      ...(type === undefined ? {} : { type }),
      ...(prefix === undefined ? {} : { prefix: canonicalName(prefix) }),
    };
    return (await inSlices(index.countEntities(asked))).map(({ entity, count }) => ({ ...entity, count }));
  }

  async #queryVector(
    embedder: EmbedderIdentity | null,
    query: string,
    options: { deadlineMs: number; signal?: AbortSignal },
  ): Promise<{ vector: Float32Array | undefined; degraded: Signal[] }> {
    if (embedder === null) return { vector: undefined, degraded: [] };
    // Asked also when there is nothing to compare with yet: it shows whether the provider works, and by the time that
    // it answers there may be.
    return this.#observed(await this.#options.vectors.query(embedder, query, options));
  }

  /** Whether the vector of a question says anything. */
  #says(query: string, embedder: EmbedderIdentity | null): boolean {
    return embedder === null || !isBuiltIn(embedder) || this.#options.terms.knows(query);
  }

  #observed(outcome: QueryVector): { vector: Float32Array | undefined; degraded: Signal[] } {
    if ("vector" in outcome) return { vector: outcome.vector, degraded: [] };
    const { logger } = this.#options;
    logger.warn?.("the query was not embedded; the search went on without vectors", {
      error: reason(outcome.failure),
    });
    return { vector: undefined, degraded: ["vector"] };
  }
}

/** The names in a question, as they are compared. */
export function namesIn(extraction: Extraction, query: string): string[] {
  return extraction.ofQuery(query).map(({ name }) => canonicalName(name));
}

/** Everything that has a word of the query, and what other signals found. */
function matchingDocuments(
  index: NamespaceIndex,
  query: string,
  options: { accept: DocumentSet | undefined; prefix: boolean },
  ranked: readonly RankedRecord[],
): DocumentSet {
  const matching = index.text.matching(query, options);
  for (const { found } of ranked) matching.add(found.document);
  return matching;
}

/** Of each record that others name among those that they take the place of, the newest that is not older than it. */
async function superseders(
  look: Look,
  index: NamespaceIndex,
  records: Iterable<StoredRecord>,
  { now, asOf = Number.POSITIVE_INFINITY }: Filter,
): Promise<Map<number, StoredRecord>> {
  if (!index.hasSuperseding) return new Map();
  const naming: { record: StoredRecord; by: number[] }[] = [];
  const slices = new Slices();
  for (const record of records) {
    naming.push({ record, by: index.superseding(record.key) });
    if (slices.over) await slices.next();
  }
  const ids = new Set(naming.flatMap(({ by }) => by));
  const newest = new Map<number, StoredRecord>();
  if (ids.size === 0) return newest;
  const read = new Map((await look.read([...ids], index)).map((record) => [record.id, record]));
  for (const { record, by } of naming)
    for (const id of by) {
      const candidate = read.get(id);
      if (candidate === undefined || candidate.id === record.id || isGone(candidate, now)) continue;
      // What nobody vouches for says of nothing else that it is over.
      if (isHeldBack(candidate)) continue;
      const [start, best] = [startOf(candidate), newest.get(record.id)];
      if (start < startOf(record) || start > asOf) continue;
      const order = best === undefined ? 1 : start - startOf(best) || (candidate.key < best.key ? 1 : -1);
      if (order > 0) newest.set(record.id, candidate);
    }
  return newest;
}

/** What is told of a record that another takes the place of. */
function superseded(
  record: StoredRecord,
  newer: StoredRecord | undefined,
): Pick<SearchHit, "supersededBy" | "supersededAt" | "state"> {
  if (newer === undefined) return {};
  return {
    supersededBy: newer.key,
    supersededAt: new Date(startOf(newer)).toISOString(),
    ...(isFact(record) ? { state: "superseded" } : {}),
  };
}

/** Of what is there only because it takes the place of a hit. */
function foundByNothing(): Pick<SearchHit, "signals" | "reasons"> {
  return {
    signals: { vector: 0, text: 0, entity: 0, context: 0, recency: 0 },
    reasons: { terms: [], contextTerms: [], neighbours: [], entities: [] },
  };
}

/** Whether what takes the place of a hit, if anything does, is among others. */
function hasNewer({ supersededBy }: SearchHit, hits: readonly SearchHit[]): boolean {
  return supersededBy === undefined || hits.some(({ key }) => key === supersededBy);
}

/** What makes memories of one text different memories. */
function attributesOf({ role, tags, metadata, validFrom, validTo }: SearchHit): string {
  return JSON.stringify([role, tags, metadata, validFrom, validTo]);
}

async function facetsOf(
  index: NamespaceIndex,
  matched: DocumentSet,
): Promise<NonNullable<SearchResult["facets"]>> {
  await letOthersRun();
  const entities = await inSlices(index.countEntities({ limit: facetLimit }, matched));
  return {
    entities: entities.map(({ entity, count }) => ({ ...entity, count })),
    tags: await inSlices(index.countTags(matched, facetLimit)),
  };
}
