import { canonicalName } from "../entities/canonical.ts";
import { given } from "../given.ts";
import { questionOf } from "../long-text.ts";
import { retryConflicts } from "../retry-conflicts.ts";
import type { Entity, ListInput, Memory, MemoryRecord, SearchHit, SearchInput, Where } from "../types.ts";
import type { CompiledFilter } from "./compiled-filter.ts";
import {
  type DocumentInput,
  documentMark,
  documentOf,
  isSearched,
  renewalOf,
  saysTheSame,
  toKey,
  toRecord,
} from "./record.ts";

/** Where documents are kept. */
export interface DocumentsOptions {
  /** Opens the memory, at the first use. */
  memory: () => Promise<Memory>;
  /**
   * Milliseconds that a search waits for vectors of what was just written here. Default 0: until they are there, it is
   * found by its words.
   */
  vectorWaitMs?: number;
  /** Each text of a document has a vector of its own: the memory's embedder has `parts: separateTexts`. Default false. */
  separate?: boolean;
  /** UTF-8 bytes of a document that are searched at most: of longer texts the beginning is. Default 64 KiB. */
  searchedBytes?: number;
  /** A document that is put again as it is, is not written. Default false: it is, with the time of it. */
  keepsSame?: boolean;
  /** Milliseconds since 1970. Default `Date.now`. */
  clock?: () => number;
}

/** A document that is put, or one that is deleted. */
export type DocumentChange = DocumentInput | { namespace: string; key: string; value: null };

/** Which documents of a namespace. */
export interface DocumentSelection
  extends Pick<SearchInput, "tags" | "thread" | "entities" | "since" | "until" | "where"> {
  namespace: string;
  filter?: CompiledFilter | undefined;
}

/** A question to documents, with filters. */
export interface DocumentSearch
  extends DocumentSelection,
    Pick<SearchInput, "minScore" | "deadlineMs" | "signal"> {
  query: string;
  /** Hits that are wanted, also more than one search answers. */
  limit: number;
  /**
   * What a hit is worth, 0 to 1, `undefined`: it is left out. Default: its score. With it, `minScore` is of that, and more
   * hits are looked at than are wanted.
   */
  scoreOf?: (hit: SearchHit) => number | undefined;
  /** Whether a hit is one that is meant, beside the filter. */
  accepts?: (record: MemoryRecord) => boolean;
}

/** Namespaces by their names, and how all of these begin. */
export interface NamespacesUnder {
  prefix: string;
  namespaces: readonly string[];
}

/** The most that one call of a memory answers. */
const most = 1_000;
/** Hits that are looked at for each that is wanted, and at least, where their order is to be another. */
const reordered = { times: 4, least: 200 };
/** Namespaces that are listed one by one. */
const few = 32;
/** Namespaces that are searched at once. */
const parallel = 8;
/** Documents may be larger than what people say. */
const noLimits = { valueBytes: Number.POSITIVE_INFINITY, metadataBytes: Number.POSITIVE_INFINITY };

/** JSON documents in a memory, kept exactly and searched by the texts in them. One object may serve many namespaces. */
export class Documents {
  readonly #options: Required<DocumentsOptions>;
  #writes: Promise<unknown> = Promise.resolve();
  /** Written, and not waited for yet. */
  #unseen = false;
  #vectors: Promise<unknown> = Promise.resolve();

  constructor(options: DocumentsOptions) {
    const defaults = {
      vectorWaitMs: 0,
      separate: false,
      searchedBytes: 64 * 1024,
      keepsSame: false,
      clock: Date.now,
    };
    this.#options = { ...defaults, ...options };
  }

  /** The record of a document by its key, `undefined` when there is none. */
  async get(namespace: string, key: string): Promise<MemoryRecord | undefined> {
    return (await this.#options.memory()).get({ namespace, key: toKey(key) });
  }

  /** In one write, over what is there when it is written. */
  async put(documents: readonly DocumentInput[]): Promise<void> {
    const memory = await this.#options.memory();
    await retryConflicts(async () => {
      const records = [];
      for (const document of documents) {
        const { namespace, key } = document;
        const before = await memory.get({ namespace, key: toKey(key) });
        const record = toRecord(document, this.#options, this.#options.clock(), before);
        if (!this.#options.keepsSame || before === undefined || !saysTheSame(record, before))
          records.push(record);
      }
      if (records.length > 0) await memory.setMany(records, { limits: noLimits });
    });
    this.written();
  }

  /**
   * Puts and deletes, in their order and after those of earlier calls; those in a row that do not depend on each other
   * in one write, as long as none of them is refused.
   * @returns What went wrong with each, `undefined` for what is done
   */
  write(changes: readonly DocumentChange[]): Promise<unknown[]> {
    const done = this.#writes.then(async () => {
      const failures = new Map<DocumentChange, unknown>();
      for (const run of runsOf(changes))
        await this.#writeRun(run).catch(async () => {
          // One that is refused must not keep the others out.
          for (const change of run)
            await this.#writeRun([change]).catch((error: unknown) => failures.set(change, error));
        });
      return changes.map((change) => failures.get(change));
    });
    this.#writes = done;
    return done;
  }

  async #writeRun(run: readonly DocumentChange[]): Promise<void> {
    if (run[0]?.value !== null) return this.put(run as readonly DocumentInput[]);
    for (const [namespace, deleted] of Map.groupBy(run, (change) => change.namespace))
      await this.delete(
        namespace,
        deleted.map(({ key }) => key),
      );
  }

  /** Something was written, perhaps not here: the next search waits for its vectors. */
  written(): void {
    this.#unseen = true;
  }

  /**
   * Reads a document, and writes what becomes of it: `null`: it is deleted; `undefined`: it stays. When somebody else
   * writes it meanwhile, all of that again.
   */
  async change(
    namespace: string,
    key: string,
    work: (record: MemoryRecord) => DocumentInput | null | undefined,
  ): Promise<void> {
    const memory = await this.#options.memory();
    await retryConflicts(async () => {
      const before = await this.get(namespace, key);
      const after = before === undefined ? undefined : work(before);
      if (before === undefined || after === undefined) return;
      if (after === null) await memory.delete({ namespace, key: before.key, ifVersion: before.version });
      else
        await memory.setMany([toRecord(after, this.#options, this.#options.clock(), before)], {
          limits: noLimits,
        });
    });
    this.written();
  }

  /** Erases documents by key, and answers how many there were. */
  async delete(namespace: string, keys: readonly string[]): Promise<number> {
    return (await (await this.#options.memory()).delete({ namespace, keys: keys.map(toKey) })).deleted;
  }

  /** Gives documents with a time to live that were just read their time anew. */
  async refresh(records: readonly MemoryRecord[]): Promise<void> {
    const due = records.flatMap((record) => renewalOf(record, this.#options.clock()) ?? []);
    if (due.length === 0) return;
    const memory = await this.#options.memory();
    await Promise.all(due.map((renewal) => memory.touch(renewal)));
  }

  /**
   * What a namespace has, in the order in which it was first written; other memories count as documents too. A namespace
   * of one page is looked through, so that its index need not be opened.
   */
  async *list(selection: DocumentSelection): AsyncGenerator<MemoryRecord> {
    const { namespace, filter, tags, thread, where } = selection;
    const memory = await this.#options.memory();
    const input: ListInput = { namespace, limit: 200, ...given({ tags, thread, where }) };
    const first = await memory.list(input);
    const records =
      first.cursor === undefined
        ? first.records
        : recordsOf(memory, { ...input, ...given({ where: bothOf(where, filter?.where) }) });
    for await (const record of records) if (fits(record, selection)) yield record;
  }

  /** The same of several namespaces, each in turn. @param prefix - How their names begin: many are read in one go. */
  async *listAll(
    { prefix, namespaces }: NamespacesUnder,
    selection: Omit<DocumentSelection, "namespace">,
  ): AsyncGenerator<MemoryRecord> {
    const { filter, tags, thread, where } = selection;
    const asIs = tags === undefined && thread === undefined && where === undefined;
    if (namespaces.length > few && filter?.names && asIs) {
      const among = new Set(namespaces);
      const memory = await this.#options.memory();
      for await (const record of memory.export({ prefix, history: false }))
        if (among.has(record.namespace) && fits(record, selection)) yield record;
    } else for (const namespace of namespaces) yield* this.list({ ...selection, namespace });
  }

  /**
   * The best of several namespaces, best first.
   * @param fills - What does not fit follows, with score 0, then what is not searched, without a score.
   */
  async searchAll(
    under: NamespacesUnder,
    search: Omit<DocumentSearch, "namespace">,
    fills: boolean,
  ): Promise<(MemoryRecord & { score?: number })[]> {
    const { limit, filter, accepts } = search;
    let asked = under.namespaces;
    if (filter?.names && asked.length > parallel) {
      // Where nothing passes the filter, the index need not be opened.
      const passing = new Set<string>();
      for await (const { namespace } of this.listAll(under, search)) passing.add(namespace);
      asked = [...passing];
    }
    const found: SearchHit[] = [];
    for (let start = 0; start < asked.length; start += parallel)
      for (const hits of await Promise.all(
        asked.slice(start, start + parallel).map((namespace) => this.search({ ...search, namespace })),
      ))
        found.push(...hits);
    found.sort((left, right) => right.score - left.score);
    if (!fills || found.length >= limit) return found.slice(0, limit);
    const name = ({ namespace, key }: MemoryRecord): string => JSON.stringify([namespace, key]);
    const seen = new Set(found.map(name));
    const irrelevant: (MemoryRecord & { score: number })[] = [];
    const unsearched: MemoryRecord[] = [];
    for await (const record of this.listAll(under, search)) {
      if (seen.has(name(record)) || accepts?.(record) === false) continue;
      if (!isSearched(record)) unsearched.push(record);
      else if (found.length + irrelevant.push({ ...record, score: 0 }) === limit) break;
    }
    return [...found, ...irrelevant, ...unsearched].slice(0, limit);
  }

  /** The best documents for a question, best first; never one that is not searched. */
  async search(search: DocumentSearch): Promise<SearchHit[]> {
    const { limit, filter, scoreOf, accepts, minScore, ...rest } = search;
    const drops = filter !== undefined || accepts !== undefined;
    const room = scoreOf === undefined ? limit * 2 + 20 : Math.max(reordered.least, reordered.times * limit);
    const first = Math.min(most, drops || scoreOf !== undefined ? room : limit);
    const memory = await this.#options.memory();
    if (this.#unseen && this.#options.vectorWaitMs > 0) {
      this.#unseen = false;
      // Without the vectors a document is found by its words.
      this.#vectors = memory
        .flush({ deadlineMs: Math.ceil(this.#options.vectorWaitMs) })
        .catch(() => undefined);
    }
    await this.#vectors;
    const query = questionOf(rest.query);
    const among = bothOf(rest.where, filter?.where);
    const find = async (count: number, where: Where | undefined) => {
      const { results } = await memory.search({
        ...rest,
        query,
        limit: count,
        ...given({ where }),
        ...(scoreOf === undefined ? given({ minScore }) : { minScore: 0 }),
      });
      const found: SearchHit[] = [];
      let refused = 0;
      for (const hit of results) {
        const score = scoreOf === undefined ? hit.score : scoreOf(hit);
        if (score === undefined || score < (minScore ?? 0) || !isSearched(hit)) continue;
        if (accepts?.(hit) === false) continue;
        if (filter === undefined || filter.matches(documentOf(hit))) found.push({ ...hit, score });
        else refused += 1;
      }
      return { found, refused, complete: results.length < count };
    };
    let { found, refused, complete } = await find(first, among);
    // What was dropped may have kept something better out.
    if (found.length < limit && !complete && first < most)
      ({ found, refused, complete } = await find(most, among));
    if (found.length >= limit || complete || refused === 0) return found;
    // Too few of what one search answers pass: those that do are named.
    const keys: string[] = [];
    for await (const { key } of this.list(search)) keys.push(key);
    const named = [{ [`${documentMark}.id`]: { in: keys } }, { [documentMark]: { exists: false } }];
    return (await find(most, bothOf(among, { or: named }))).found;
  }
}

/** Cuts a list where puts and deletes alternate, and before the second change of a key. */
function* runsOf(changes: readonly DocumentChange[]): Generator<DocumentChange[]> {
  let run = new Map<string, DocumentChange>();
  let deletes = false;
  for (const change of changes) {
    const name = JSON.stringify([change.namespace, change.key]);
    if (run.size > 0 && (deletes !== (change.value === null) || run.has(name))) {
      yield [...run.values()];
      run = new Map();
    }
    deletes = change.value === null;
    run.set(name, change);
  }
  if (run.size > 0) yield [...run.values()];
}

/** What a memory lists, page by page. */
export async function* recordsOf(
  memory: Pick<Memory, "list">,
  input: ListInput,
): AsyncGenerator<MemoryRecord> {
  for (let from: Pick<ListInput, "cursor"> | undefined = {}; from !== undefined; ) {
    const { records, cursor } = await memory.list({ ...input, ...from });
    yield* records;
    from = cursor === undefined ? undefined : { cursor };
  }
}

function bothOf(one: Where | undefined, other: Where | undefined): Where | undefined {
  return one !== undefined && other !== undefined ? { and: [one, other] } : (one ?? other);
}

/** What a list of a memory cannot select by. */
function fits(
  record: MemoryRecord,
  { filter, since, until, entities = [] }: Omit<DocumentSelection, "namespace">,
): boolean {
  const created = Date.parse(record.createdAt);
  const isNamed = (wanted: string | Entity): boolean => {
    const { name, type } = typeof wanted === "string" ? { name: wanted } : wanted;
    return record.entities.some(
      (entity) => canonicalName(entity.name) === canonicalName(name) && (type ?? entity.type) === entity.type,
    );
  };
  return (
    (since === undefined || created >= new Date(since).getTime()) &&
    (until === undefined || created < new Date(until).getTime()) &&
    entities.every(isNamed) &&
    (filter === undefined || filter.matches(documentOf(record)))
  );
}
