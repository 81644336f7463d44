import { writeAll } from "./bulk-writing.ts";
import { changesSince } from "./changes-since.ts";
import { beginTurn } from "./conversation/begin-turn.ts";
import { inSpan } from "./conversation/spans.ts";
import type { BeginTurnInput, Turn } from "./conversation/turn.ts";
import type { Dreamer } from "./dreams/dreamer.ts";
import { raceAbort } from "./embedders/embed.ts";
import type { VectorKeeper } from "./embedders/vector-keeper.ts";
import { type Expiry, eraseSelection, eraseWhere } from "./erasing.ts";
import { SouvenirError } from "./errors.ts";
import { letOthersRun } from "./event-loop.ts";
import { exportRecords } from "./exporting.ts";
import type { FactBook } from "./facts/fact-book.ts";
import { restingOnWords } from "./facts/fact-import.ts";
import type { FactKeeper } from "./facts/fact-keeper.ts";
import { isEmptyRun } from "./facts/fact-run.ts";
import { defaultLimits, resolveLimits } from "./limits.ts";
import { isMemoryFileHeader, respelled } from "./memory-file.ts";
import { atSequence, reached } from "./min-sequence.ts";
import { optionNames } from "./option-names.ts";
import { paged, pageOf, readCursor, readNumber, writeCursor } from "./paging.ts";
import { profileOf } from "./profile.ts";
import type { Extraction } from "./queue/extraction.ts";
import { firstAbort } from "./queue/first-abort.ts";
import type { QueueWorker } from "./queue/worker.ts";
import { recallMemories } from "./recall.ts";
import {
  type ExportedRecord,
  isExpired,
  isGone,
  redated,
  toImportWrite,
  toRecord,
  toWrite,
  type WriteContext,
  withdrawal,
  withFound,
} from "./records.ts";
import { turnsToStore } from "./remember.ts";
import { retryConflicts } from "./retry-conflicts.ts";
import type { Moderation } from "./safety/moderation.ts";
import type { Safety } from "./safety/safety.ts";
import { scanRecords } from "./safety/scan.ts";
import type { Scanned } from "./safety/scanned.ts";
import type { Finding, Indexes } from "./search/open-search.ts";
import type { OramaDatabases } from "./search/orama-databases.ts";
import type { MemoryDatabase, OramaOptions } from "./search/orama-view.ts";
import { reembedTask } from "./store/embed-task.ts";
import { checkFilePath } from "./store/file-path.ts";
import { isHeldBack } from "./store/standing.ts";
import type {
  QueueCounts,
  RecordWrite,
  SeenThread,
  Selection,
  Store,
  StoredRecord,
  Task,
  WriteOutcome,
} from "./store/store.ts";
import type {
  ChangesInput,
  ChangesPage,
  Consolidated,
  ConsolidateInput,
  DeleteInput,
  DreamInput,
  Dreamt,
  Entity,
  EntityCount,
  FactRun,
  FactRunDetails,
  FactsInput,
  HistoryInput,
  Limits,
  ListInput,
  Memory,
  MemoryRecord,
  MemoryStats,
  NamespacesInput,
  PinInput,
  Profile,
  Progress,
  QueueStats,
  RecallInput,
  RecallResult,
  RememberInput,
  SearchInput,
  SearchResult,
  Sequenced,
  SetInput,
  TouchInput,
  Where,
} from "./types.ts";
import {
  checkExpiry,
  checkFlag,
  checkInteger,
  checkKey,
  checkName,
  checkNamespace,
  checkOptions,
  checkProgressOptions,
  checkSignal,
  checkText,
  checkThread,
  invalid,
} from "./validation.ts";

/** Turns at the end of a thread among which the running one is looked for. */
const turnsLooked = 64;
/** Looks at a thread that others change meanwhile: each that was for nothing is a change that one of them made. */
const rememberAttempts = 100;

export interface MemoryParts {
  store: Store;
  vectors: VectorKeeper;
  extraction: Extraction;
  extractionWorker: QueueWorker<Entity[]> | undefined;
  indexes: Indexes;
  searcher: Finding;
  databases: OramaDatabases;
  expiry: Expiry;
  factBook: FactBook;
  dreamer: Dreamer;
  /** Without an extractor none are looked for. */
  factKeeper: FactKeeper | undefined;
  /** Without rules nothing is looked for. */
  safety: Safety | undefined;
  /** Without a moderator nothing is judged. */
  moderation: Moderation | undefined;
  limits: Limits;
  clock: () => number;
  countTokens: (text: string) => number;
  path?: string;
}

/** What `createMemory` answers. */
export class SouvenirMemory implements Memory {
  readonly path?: string;
  readonly #parts: MemoryParts;
  /** By thread, the last call of `remember` that is under way. */
  readonly #remembering = new Map<string, Promise<unknown>>();
  /** Writes that wait for the word lists. */
  readonly #waiting = new Set<Promise<unknown>>();
  #closing: Promise<void> | undefined;

  constructor(parts: MemoryParts) {
    this.#parts = parts;
    if (parts.path !== undefined) this.path = parts.path;
  }

  async set(input: SetInput): Promise<MemoryRecord> {
    this.#checkOpen();
    const given = checkOptions(input, "set", optionNames.set) as SetInput;
    const context = this.#writeContext();
    const [outcome] = this.#parts.extraction.isReady
      ? await this.#write([toWrite(given, context)])
      : await this.#writeWhenReady(
          toWrite(given, { ...context, extract: () => ({ entities: [], tasks: [] }) }),
        );
    return written((outcome as WriteOutcome).record);
  }

  async setMany(
    inputs: Parameters<Memory["setMany"]>[0],
    options: Parameters<Memory["setMany"]>[1] = {},
  ): Promise<MemoryRecord[]> {
    this.#checkOpen();
    checkOptions(options, "options of setMany", optionNames.setMany);
    const { limits, ...rest } = options;
    const given = limits === undefined ? {} : resolveLimits(limits);
    const stored: MemoryRecord[] = [];
    // What is given in one list is told in one moment: none of it is newer than the rest.
    const together = Array.isArray(inputs) ? this.#writeContext(given) : undefined;
    const check = (input: SetInput) =>
      toWrite(
        checkOptions(input, "setMany", optionNames.set) as SetInput,
        together ?? this.#writeContext(given),
      );
    await writeAll(inputs, check, {
      ...rest,
      prepare: () => this.#parts.extraction.prepare(),
      write: (writes) => this.#write(writes),
      onBatch: (outcomes) => {
        for (const { record } of outcomes) stored.push(written(record));
      },
    });
    return stored;
  }

  async get(input: Parameters<Memory["get"]>[0]): Promise<MemoryRecord | undefined> {
    this.#checkOpen();
    const { store, limits } = this.#parts;
    const { namespace, key } = checkOptions(input, "get", optionNames.get);
    const [name, checkedKey] = [checkNamespace(namespace), checkKey(key, limits)];
    await letOthersRun();
    await reached(store, input);
    const [found] = await store.get(name, [checkedKey]);
    return found === undefined || isGone(found, this.#now()) ? undefined : toRecord(found);
  }

  async touch(input: TouchInput): Promise<MemoryRecord | undefined> {
    this.#checkOpen();
    const { store, limits, indexes } = this.#parts;
    const given = checkOptions(input, "touch", optionNames.touch);
    const namespace = checkNamespace(given.namespace);
    const key = checkKey(given.key, limits);
    const expiresAt = given.expiresAt === null ? null : checkExpiry(given.expiresAt, this.#now());
    const { version } = given;
    if (version !== undefined) checkInteger(version, "version", 1, Number.MAX_SAFE_INTEGER);
    const ifVersion = optionalVersion(given.ifVersion);
    if (version !== undefined && ifVersion !== undefined && version !== ifVersion)
      throw invalid("touch", "ifVersion alone, or version of the same number", version);
    this.#parts.expiry.wake();
    const touched = await store.touch(namespace, key, {
      expiresAt,
      now: this.#now(),
      ...(ifVersion !== undefined
        ? { ifVersion }
        : version === undefined
          ? {}
          : { version: version as number }),
    });
    if (touched === undefined) return undefined;
    indexes.refresh(namespace);
    return written(touched);
  }

  pin(input: PinInput): Promise<MemoryRecord | undefined> {
    return this.#pin(input, "pin", this.#now());
  }

  unpin(input: PinInput): Promise<MemoryRecord | undefined> {
    return this.#pin(input, "unpin", null);
  }

  async #pin(input: PinInput, name: string, pinnedAt: number | null): Promise<MemoryRecord | undefined> {
    this.#checkOpen();
    const { store, limits, indexes } = this.#parts;
    const given = checkOptions(input, name, optionNames.pin);
    const [namespace, key] = [checkNamespace(given.namespace), checkKey(given.key, limits)];
    const ifVersion = optionalVersion(given.ifVersion);
    const changed = await store.touch(namespace, key, {
      pinnedAt,
      now: this.#now(),
      ...(ifVersion === undefined ? {} : { ifVersion }),
    });
    if (changed === undefined || isGone(changed, this.#now())) return undefined;
    indexes.refresh(namespace);
    return written(changed);
  }

  async profile(input: { namespace: string; tokenBudget?: number }): Promise<Profile> {
    this.#checkOpen();
    const { searcher, countTokens } = this.#parts;
    const { namespace, tokenBudget } = checkOptions(input, "profile", optionNames.profile);
    const name = checkNamespace(namespace);
    const budget =
      tokenBudget === undefined ? undefined : checkInteger(tokenBudget, "tokenBudget", 1, 1_000_000);
    const shown = (await searcher.pinned(name)).filter((record) => !isHeldBack(record));
    return profileOf(shown, countTokens, budget);
  }

  async list(input: ListInput): Promise<{ records: MemoryRecord[]; cursor?: string }> {
    this.#checkOpen();
    const { searcher } = this.#parts;
    const {
      namespace,
      thread,
      tags,
      where,
      asOf,
      knownAt,
      origin,
      heldBack,
      cursor,
      order = "oldest",
      limit = 100,
      signal,
    } = checkOptions(input, "list", optionNames.list) as unknown as ListInput;
    checkNamespace(namespace);
    checkInteger(limit, "limit", 1, 1000);
    if (order !== "oldest" && order !== "newest") throw invalid("order", '"oldest" or "newest"', order);
    checkSignal(signal);
    await reached(this.#parts.store, input);
    const after = cursor === undefined ? undefined : readCursor(cursor);
    const filter = {
      ...(thread === undefined ? {} : { thread: checkThread(thread) }),
      ...(tags === undefined ? {} : { tags }),
      ...(where === undefined ? {} : { where }),
      ...(asOf === undefined ? {} : { asOf }),
      ...(knownAt === undefined ? {} : { knownAt }),
      ...(origin === undefined ? {} : { origin }),
      ...(heldBack === undefined ? {} : { heldBack }),
    };
    const found = await searcher.list(namespace, filter, {
      ...(after === undefined ? {} : { after }),
      order,
      limit: limit + 1,
      signal,
    });
    const page = found.slice(0, limit);
    const last = page.at(-1);
    return {
      records: page.map(toRecord),
      ...(found.length > limit && last !== undefined ? { cursor: writeCursor(last) } : {}),
    };
  }

  async facts(input: FactsInput): ReturnType<Memory["facts"]> {
    this.#checkOpen();
    await this.#eraseExpired();
    return this.#parts.factBook.facts(input);
  }

  async consolidate(input: ConsolidateInput = {}): Promise<Consolidated> {
    this.#checkOpen();
    const { factKeeper, factBook, store, extraction, safety } = this.#parts;
    const {
      namespace: given,
      dryRun = false,
      signal,
    } = checkOptions(input, "consolidate", optionNames.consolidate) as ConsolidateInput;
    const namespace = given === undefined ? undefined : checkNamespace(given);
    checkFlag(dryRun, "dryRun");
    checkSignal(signal);
    if (factKeeper === undefined)
      throw new SouvenirError(
        "UNSUPPORTED",
        "consolidate: this memory has nothing that finds facts: open it with facts: { extractor }",
      );
    signal?.throwIfAborted();
    await Promise.all([this.#eraseExpired(), extraction.prepare()]);
    const drafted = await factKeeper.consolidate({
      dryRun,
      signal,
      ...(namespace === undefined ? {} : { of: { namespace } }),
    });
    const runs: FactRunDetails[] = [];
    for (const run of drafted) {
      const isWritten = !dryRun && !isEmptyRun(run);
      const details = await factBook.detailsOf(
        run,
        (input) => toWrite(input, { ...this.#writeContext(), screen: safety?.screenDerived }),
        isWritten,
      );
      if (details !== undefined) runs.push(details);
    }
    const { pending, failed } = await store.queue("facts", namespace);
    return { runs, pending, failed };
  }

  async dream(input: DreamInput = {}): Promise<Dreamt> {
    this.#checkOpen();
    const {
      namespace: given,
      dryRun = false,
      signal,
    } = checkOptions(input, "dream", optionNames.dream) as DreamInput;
    const namespace = given === undefined ? undefined : checkNamespace(given);
    checkFlag(dryRun, "dryRun");
    checkSignal(signal);
    signal?.throwIfAborted();
    await Promise.all([this.#eraseExpired(), this.#parts.extraction.prepare()]);
    return this.#parts.dreamer.dream(namespace, { dryRun, signal });
  }

  async runs(input: { namespace?: string; limit?: number } = {}): Promise<FactRun[]> {
    this.#checkOpen();
    return this.#parts.factBook.runs(input);
  }

  async run(id: string): Promise<FactRunDetails | undefined> {
    this.#checkOpen();
    await this.#eraseExpired();
    return this.#parts.factBook.run(id);
  }

  async undo(id: string): Promise<{ erased: number }> {
    this.#checkOpen();
    return this.#parts.factBook.undo(id);
  }

  async approve(input: { namespace: string; key: string }): Promise<MemoryRecord | undefined> {
    this.#checkOpen();
    await this.#eraseExpired();
    return this.#parts.factBook.approve(input);
  }

  async decline(input: { namespace: string; key: string }): Promise<{ deleted: number }> {
    this.#checkOpen();
    return this.#parts.factBook.decline(input);
  }

  async delete(input: DeleteInput): Promise<{ deleted: number } & Sequenced> {
    this.#checkOpen();
    const { limits } = this.#parts;
    const given = checkOptions(input, "delete", optionNames.delete);
    const namespace = checkNamespace(given.namespace);
    const selectors = (["key", "keys", "where", "thread"] as const).filter(
      (name) => given[name] !== undefined,
    );
    if (selectors.length !== 1)
      throw invalid(
        "delete",
        "one of key, keys, where and thread; to delete everything, call clear()",
        selectors.length,
      );
    const ifVersion = optionalVersion(given.ifVersion);
    if (ifVersion !== undefined && selectors[0] !== "key")
      throw invalid("ifVersion", "key beside it: it is for one memory");
    this.#parts.expiry.wake();
    const erase = async (selection: Selection) => {
      const { erased } = await eraseSelection(this.#parts, namespace, selection, this.#now());
      return this.#reachedBy(namespace, { deleted: erased });
    };
    switch (selectors[0]) {
      case "key": {
        const key = checkKey(given.key, limits);
        return erase(ifVersion === undefined ? { keys: [key] } : { key, ifVersion });
      }
      case "keys": {
        if (!Array.isArray(given.keys)) throw invalid("keys", "an array of keys", given.keys);
        const keys = Array.from(given.keys, (key, index) => checkKey(key, limits, `keys[${index}]`));
        return keys.length === 0 ? { deleted: 0 } : erase({ keys });
      }
      case "thread":
        return erase({ thread: checkThread(given.thread) });
      default: {
        const where = given.where as Where;
        const deleted = await eraseWhere(this.#parts, namespace, where, this.#now());
        return this.#reachedBy(namespace, { deleted });
      }
    }
  }

  async clear(input: { namespace: string }): Promise<{ deleted: number } & Sequenced> {
    this.#checkOpen();
    const namespace = checkNamespace(checkOptions(input, "clear", optionNames.clear).namespace);
    this.#parts.expiry.wake();
    const { erased } = await eraseSelection(this.#parts, namespace, "all", this.#now());
    return this.#reachedBy(namespace, { deleted: erased });
  }

  /** What a write to a namespace answers that does not know its number. */
  async #reachedBy<Answer extends object>(namespace: string, answer: Answer): Promise<Answer & Sequenced> {
    return atSequence(answer, (await this.#parts.store.head(namespace))?.sequence ?? 0);
  }

  async history(input: HistoryInput & { limit?: never; cursor?: never }): Promise<MemoryRecord[]>;
  async history(input: HistoryInput): Promise<{ records: MemoryRecord[]; cursor?: string }>;
  async history(input: HistoryInput): Promise<MemoryRecord[] | { records: MemoryRecord[]; cursor?: string }> {
    this.#checkOpen();
    const { namespace, key, limit, cursor } = checkOptions(input, "history", optionNames.history);
    const { store, limits } = this.#parts;
    const [name, checkedKey] = [checkNamespace(namespace), checkKey(key, limits)];
    const page = pageOf({ limit, cursor }, readNumber);
    await letOthersRun();
    const [current] = await store.get(name, [checkedKey]);
    const isThere = current !== undefined && !isExpired(current, this.#now());
    if (page === undefined) return isThere ? (await store.history(name, checkedKey)).map(toRecord) : [];
    const found = isThere ? await store.history(name, checkedKey, page) : [];
    return paged("records", found, page.limit, toRecord, ({ version }) => `${version}`);
  }

  async search(input: SearchInput): Promise<SearchResult> {
    this.#checkOpen();
    const { store, searcher } = this.#parts;
    if (input?.minSequence !== undefined) await reached(store, input);
    return searcher.search(input);
  }

  async entities(input: {
    namespace: string;
    type?: string;
    prefix?: string;
    limit?: number;
  }): Promise<EntityCount[]> {
    this.#checkOpen();
    const { namespace, type, prefix, limit = 100 } = checkOptions(input, "entities", optionNames.entities);
    checkNamespace(namespace);
    return this.#parts.searcher.entities(namespace as string, {
      ...(type === undefined ? {} : { type: checkText(type, "type", 64) }),
      ...(prefix === undefined ? {} : { prefix: checkText(prefix, "prefix", 512) }),
      limit: checkInteger(limit, "limit", 1, 10_000),
    });
  }

  async remember(input: RememberInput): Promise<{ stored: number } & Sequenced> {
    this.#checkOpen();
    const given = checkOptions(input, "remember", optionNames.remember) as unknown as RememberInput;
    const thread = JSON.stringify([checkNamespace(given.namespace), checkThread(given.thread)]);
    // What overlaps is told apart by what the thread has: one after the other.
    const before = this.#remembering.get(thread);
    const work = (async () => {
      await before?.catch(() => undefined);
      return inSpan("souvenir.store", async (span) => {
        const remembered = await this.#remember(given);
        span.setAttribute("souvenir.stored", remembered.stored);
        return this.#reachedBy(given.namespace, remembered);
      });
    })();
    this.#remembering.set(thread, work);
    try {
      return await work;
    } finally {
      if (this.#remembering.get(thread) === work) this.#remembering.delete(thread);
    }
  }

  async #remember(input: RememberInput): Promise<{ stored: number }> {
    const { store, limits, extraction, safety } = this.#parts;
    await extraction.prepare();
    for (let attempt = 1; ; attempt++) {
      await this.#eraseExpired();
      const now = this.#now();
      const { namespace, thread } = input;
      const at = await store.head(namespace);
      const { turns, withdrawn, moved } = await turnsToStore(store, input, {
        limits,
        now,
        said: safety && ((text, where) => safety.said(namespace, text, where)),
      });
      const context = { ...this.#writeContext(), now };
      const writes = [
        ...turns.map((turn) => toWrite(turn, context, "keepSame")),
        ...withdrawn.map((record) => withdrawal(record, context)),
        ...moved.map(({ record, createdAt }) => redated(record, createdAt, context)),
      ];
      if (writes.length === 0) return { stored: 0 };
      try {
        const outcomes = await this.#write(writes, { ifThread: { namespace, thread, at } });
        return { stored: outcomes.slice(0, turns.length).filter(({ written }) => written).length };
      } catch (error) {
        // Another process changed the thread between the look and the write: look again.
        const changed = SouvenirError.is(error) && error.code === "VERSION_CONFLICT";
        if (!changed || attempt === rememberAttempts) throw error;
      }
    }
  }

  async recall(input: RecallInput): Promise<RecallResult> {
    this.#checkOpen();
    const { searcher, store, limits, countTokens } = this.#parts;
    return inSpan("souvenir.recall", async (span) => {
      await reached(store, input);
      const recalled = await recallMemories((search, except) => searcher.search(search, except), input, {
        limits,
        countTokens,
        tail: (namespace, name) => store.tail(namespace, name, turnsLooked),
        pinned: async (namespace) =>
          (await searcher.pinned(namespace)).flatMap((record) =>
            isHeldBack(record) ? [] : [toRecord(record)],
          ),
      });
      const { memories, degraded } = recalled;
      span.setAttributes({ "souvenir.memories": memories.length, "souvenir.degraded": degraded });
      return recalled;
    });
  }

  beginTurn(input: BeginTurnInput): Promise<Turn> {
    return beginTurn(this, input);
  }

  async changes(input: ChangesInput): Promise<ChangesPage> {
    this.#checkOpen();
    await letOthersRun();
    return changesSince(this.#parts.store, input, this.#now());
  }

  async namespaces(input?: NamespacesInput & { limit?: never; cursor?: never }): Promise<string[]>;
  async namespaces(input: NamespacesInput): Promise<{ namespaces: string[]; cursor?: string }>;
  async namespaces(
    input: NamespacesInput = {},
  ): Promise<string[] | { namespaces: string[]; cursor?: string }> {
    this.#checkOpen();
    const { prefix, limit, cursor } = checkOptions(input, "namespaces", optionNames.namespaces);
    const within = prefix === undefined || prefix === "" ? {} : { prefix: checkName(prefix, "prefix", 512) };
    const page = pageOf({ limit, cursor }, (text) => checkName(text, "cursor", 512));
    await this.#eraseExpired();
    const { store } = this.#parts;
    if (page === undefined) return store.namespaces(within);
    const found = await store.namespaces({ ...within, ...page });
    return paged(
      "namespaces",
      found,
      page.limit,
      (name) => name,
      (name) => name,
    );
  }

  async orama(namespace: string, options: OramaOptions = {}): Promise<MemoryDatabase> {
    this.#checkOpen();
    const { plugins = [] } = checkOptions(options, "options of orama", optionNames.orama) as OramaOptions;
    if (!Array.isArray(plugins)) throw invalid("plugins", "an array of plugins of Orama", plugins);
    await this.#eraseExpired();
    return this.#parts.databases.open(checkNamespace(namespace), plugins);
  }

  async stats(input: { namespace?: string } = {}): Promise<MemoryStats> {
    this.#checkOpen();
    const { store, vectors, extraction, extractionWorker, factKeeper, safety, moderation } = this.#parts;
    const { namespace: given } = checkOptions(input, "stats", optionNames.stats);
    const namespace = given === undefined ? undefined : checkNamespace(given);
    await this.#eraseExpired();
    const none = { pending: 0, failed: 0, lastError: null };
    const main = vectors.main;
    const [counts, { targets, inUse }] = await Promise.all([store.counts(namespace), store.embedders()]);
    const target = targets.find((candidate) => candidate.id === main?.id) ?? targets[0];
    const embedding = (await Promise.all(vectors.tasks.map((task) => store.queue(task, namespace)))).reduce(
      both,
      none,
    );
    const extracting =
      extraction.extractor === undefined
        ? none
        : await store.queue(`extract:${extraction.extractor.id}`, namespace);
    const progress = target === undefined ? undefined : await store.queue(reembedTask(target), namespace);
    return {
      namespaces: counts.namespaces,
      records: counts.records,
      versions: counts.versions,
      vectors: counts.vectors,
      embedder: main === undefined ? null : { id: main.id, dimensions: main.dimensions },
      queue: {
        embedding: toQueueStats(embedding, vectors.misconfigured ?? vectors.notLoaded),
        extraction: toQueueStats(extracting, extractionWorker?.misconfigured),
        ...(factKeeper === undefined
          ? {}
          : { facts: toQueueStats(await store.queue("facts", namespace), factKeeper.misconfigured) }),
        ...(moderation === undefined
          ? {}
          : {
              moderation: toQueueStats(
                await store.queue(moderation.task, namespace),
                moderation.worker.misconfigured,
              ),
            }),
      },
      ...(factKeeper === undefined ? {} : { facts: await factKeeper.stats() }),
      ...(safety === undefined ? {} : { safety: structuredClone(safety.stats) }),
      ...(target === undefined || progress === undefined
        ? {}
        : {
            reembedding: {
              from: inUse.find((used) => used?.id !== target.id)?.id ?? null,
              to: target.id,
              done: Math.max(0, counts.records - progress.pending - progress.failed),
              total: counts.records,
            },
          }),
      bytes: counts.bytes,
      erasures: { unscrubbed: counts.unscrubbed },
    };
  }

  async flush(
    input: { signal?: AbortSignal; deadlineMs?: number; retry?: boolean } = {},
  ): Promise<{ pending: number; failed: number }> {
    this.#checkOpen();
    const { store, vectors, extraction, extractionWorker, factKeeper, moderation } = this.#parts;
    const {
      signal,
      deadlineMs,
      retry = false,
    } = checkOptions(input, "flush", optionNames.flush) as typeof input;
    checkFlag(retry, "retry");
    checkSignal(signal);
    if (deadlineMs !== undefined) checkInteger(deadlineMs, "deadlineMs", 0, 2 ** 31 - 1);
    signal?.throwIfAborted();
    await this.#eraseExpired();
    const others: Task[] = extraction.extractor === undefined ? [] : [`extract:${extraction.extractor.id}`];
    if (moderation !== undefined) others.push(moderation.task);
    if (retry && !store.readOnly)
      for (const task of [...vectors.tasks, ...others, "facts" as const]) await store.retryFailed(task);
    const late = new AbortController();
    const timer = deadlineMs === undefined ? undefined : setTimeout(() => late.abort(), deadlineMs);
    const stop = signal === undefined ? late.signal : firstAbort(signal, late.signal);
    try {
      const work = [
        vectors.drain(stop),
        extractionWorker?.drain({ signal: stop }),
        factKeeper?.due(stop),
        moderation?.worker.drain({ signal: stop }),
      ];
      await raceAbort(Promise.all(work), stop);
    } catch (error) {
      signal?.throwIfAborted();
      if (!late.signal.aborted) throw error;
    } finally {
      clearTimeout(timer);
    }
    // Waiting longer would not help: somebody has to do what the message says.
    const remedy =
      vectors.misconfigured ??
      extractionWorker?.misconfigured ??
      factKeeper?.misconfigured ??
      moderation?.worker.misconfigured;
    if (remedy !== undefined) throw remedy;
    const queues = await Promise.all([...vectors.tasks, ...others].map((task) => store.queue(task)));
    const sum = (name: "pending" | "failed") => queues.reduce((total, queue) => total + queue[name], 0);
    return { pending: sum("pending"), failed: sum("failed") };
  }

  async scrub(input: { signal?: AbortSignal } = {}): Promise<{ scrubbed: number }> {
    this.#checkOpen();
    const { signal } = checkOptions(input, "scrub", optionNames.scrub) as { signal?: AbortSignal };
    checkSignal(signal);
    signal?.throwIfAborted();
    await this.#eraseExpired();
    return this.#parts.store.scrub({ signal });
  }

  async scan(input: NonNullable<Parameters<Memory["scan"]>[0]> = {}): Promise<Scanned> {
    this.#checkOpen();
    const { store, safety } = this.#parts;
    const given = checkOptions(input, "scan", optionNames.scan) as typeof input;
    const { namespace, fix = false, limit, cursor, onProgress, signal } = given;
    checkFlag(fix, "fix");
    checkProgressOptions({ onProgress, signal });
    if (limit !== undefined) checkInteger(limit, "limit", 1, 1_000_000);
    const after = cursor === undefined ? undefined : readCursor(cursor);
    if (namespace === undefined && (limit ?? after) !== undefined)
      throw invalid("namespace", "a namespace beside limit and cursor, which are of one", namespace);
    const name = namespace === undefined ? undefined : checkNamespace(namespace);
    await this.#eraseExpired();
    const all = new Set(["secrets", "cards", "personal"] as const);
    const scanned = await scanRecords(
      {
        store,
        now: () => this.#now(),
        wanted: (of) => safety?.wantedIn(of) ?? all,
        write: (write) => this.#write([write]),
        erase: (of, key) => eraseSelection(this.#parts, of, { keys: [key] }, this.#now()),
      },
      name === undefined ? await store.namespaces() : [name],
      {
        fix,
        ...(after === undefined ? {} : { after }),
        ...(limit === undefined ? {} : { limit }),
        ...(signal === undefined ? {} : { signal }),
        ...(onProgress === undefined ? {} : { onProgress: (done: number) => onProgress({ done }) }),
      },
    );
    // What was written over is to be gone from the file, too.
    if (scanned.fixed > 0) await this.scrub(signal === undefined ? {} : { signal });
    return scanned;
  }

  async backup(
    path: string,
    options: { onProgress?: (progress: Progress) => void; signal?: AbortSignal } = {},
  ): Promise<{ bytes: number }> {
    this.#checkOpen();
    const given = checkOptions(options, "options of backup", optionNames.backup);
    checkProgressOptions({ ...given });
    const { onProgress, signal } = options;
    return this.#parts.store.backup(checkFilePath(path), { onProgress, signal });
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async reembed(input: Parameters<Memory["reembed"]>[0]): Promise<{ embedded: number }> {
    this.#checkOpen();
    const given = checkOptions(input, "reembed", optionNames.reembed) as unknown as Parameters<
      Memory["reembed"]
    >[0];
    if (given.namespace !== undefined) checkNamespace(given.namespace);
    checkProgressOptions({ ...given });
    return this.#parts.vectors.reembed(given);
  }

  /** Whoever names a namespace must not lose all re-embeddings. */
  async cancelReembed(input: object = {}): Promise<{ cancelled: number }> {
    this.#checkOpen();
    checkOptions(input, "cancelReembed", []);
    return this.#parts.vectors.cancelReembed();
  }

  async *export(input: Parameters<Memory["export"]>[0] = {}): AsyncGenerator<ExportedRecord> {
    this.#checkOpen();
    const { store } = this.#parts;
    const {
      namespace,
      prefix = "",
      history = true,
    } = checkOptions(input, "export", optionNames.export) as {
      namespace?: string;
      prefix?: string;
      history?: boolean;
    };
    checkFlag(history, "history");
    if (typeof prefix !== "string") throw invalid("prefix", "a string", prefix);
    const names = namespace === undefined ? { prefix } : [checkNamespace(namespace)];
    for await (const record of exportRecords(store, names, { history, now: () => this.#now() })) {
      this.#checkOpen();
      yield record;
    }
  }

  async import(
    records: Parameters<Memory["import"]>[0],
    options: Parameters<Memory["import"]>[1] = {},
  ): ReturnType<Memory["import"]> {
    this.#checkOpen();
    checkOptions(options, "options of import", optionNames.import);
    let imported = 0;
    let skipped = 0;
    let expired = 0;
    const check = (record: unknown) => {
      if (isMemoryFileHeader(record)) return undefined;
      const context = { ...this.#writeContext(), origin: "import" as const };
      const write = toImportWrite(respelled(record, "program") as ExportedRecord, context);
      if (write.expiresAt === null || write.expiresAt > this.#now()) return write;
      // Nobody could read it.
      expired++;
      return undefined;
    };
    await writeAll<unknown>(records, check, {
      ...options,
      prepare: () => this.#parts.extraction.prepare(),
      write: async (writes) => {
        const others = writes.filter(({ sources }) => sources === undefined);
        if (others.length === writes.length) return this.#write(writes);
        // What they rest on is there, or comes before them.
        const stored = others.length === 0 ? [] : await this.#write(others);
        const facts = writes.filter(({ sources }) => sources !== undefined);
        return retryConflicts(async () => {
          const resting = await restingOnWords(this.#parts.store, facts);
          const outcomes = resting.length === 0 ? [] : await this.#write(resting);
          skipped += facts.length - resting.length;
          return [...stored, ...outcomes];
        });
      },
      onBatch: (outcomes) => {
        for (const { written } of outcomes) written ? imported++ : skipped++;
      },
    });
    return { imported, skipped, ...(expired === 0 ? {} : { expired }) };
  }

  /** The word lists take a while, the first time. What was asked for before `close` is still done. */
  async #writeWhenReady(write: RecordWrite): Promise<WriteOutcome[]> {
    const { extraction } = this.#parts;
    const written = extraction
      .prepare()
      .then(() => this.#commit([withFound(write, extraction.begin(write.value))]));
    this.#waiting.add(written);
    try {
      return await written;
    } finally {
      this.#waiting.delete(written);
    }
  }

  async #write(writes: readonly RecordWrite[], options?: { ifThread: SeenThread }): Promise<WriteOutcome[]> {
    this.#checkOpen();
    return this.#commit(writes, options);
  }

  async #commit(writes: readonly RecordWrite[], options?: { ifThread: SeenThread }): Promise<WriteOutcome[]> {
    const { store, vectors, extractionWorker, indexes, expiry, factKeeper, moderation } = this.#parts;
    expiry.wake();
    let queued = factKeeper === undefined ? writes : writes.map((write) => factKeeper.queued(write));
    if (moderation !== undefined) queued = queued.map((write) => moderation.queued(write));
    const outcomes = await store.write(queued, options);
    factKeeper?.written(queued);
    const counts = new Map<string, number>();
    for (const { namespace } of writes) counts.set(namespace, (counts.get(namespace) ?? 0) + 1);
    for (const [namespace, count] of counts) indexes.refresh(namespace, count);
    vectors.wake();
    if (writes.some(({ tasks }) => tasks.length > 0)) extractionWorker?.wake();
    moderation?.worker.wake();
    return outcomes;
  }

  /** Before anything that counts. */
  async #eraseExpired(): Promise<void> {
    await this.#parts.expiry.finish();
  }

  async #close(): Promise<void> {
    const { store, vectors, extractionWorker, indexes, expiry, factKeeper, moderation } = this.#parts;
    await Promise.allSettled(this.#waiting);
    const workers = [vectors, extractionWorker, expiry, factKeeper, moderation?.worker];
    await Promise.all(workers.map((each) => each?.stop()));
    await indexes.close();
    await store.close();
  }

  /** @param otherwise - Limits in the place of those that were not set when the memory was opened. */
  #writeContext(otherwise: Partial<Limits> = {}): WriteContext {
    const { extraction, safety } = this.#parts;
    const limits = { ...this.#parts.limits };
    for (const name of Object.keys(otherwise) as (keyof Limits)[])
      if (limits[name] === defaultLimits[name]) limits[name] = otherwise[name] ?? limits[name];
    return { limits, now: this.#now(), extract: (text) => extraction.begin(text), screen: safety?.screen };
  }

  #now(): number {
    return this.#parts.clock();
  }

  #checkOpen(): void {
    if (this.#closing !== undefined)
      throw new SouvenirError("CLOSED", "this memory was closed: open it again with createMemory()");
  }
}

function written(record: StoredRecord): MemoryRecord {
  return atSequence(toRecord(record), record.sequence);
}

function optionalVersion(value: unknown): number | undefined {
  return value === undefined ? undefined : checkInteger(value, "ifVersion", 0, Number.MAX_SAFE_INTEGER);
}

function both(one: QueueCounts, other: QueueCounts): QueueCounts {
  return {
    pending: one.pending + other.pending,
    failed: one.failed + other.failed,
    lastError: other.lastError ?? one.lastError,
  };
}

function toQueueStats(
  { pending, failed, lastError }: { pending: number; failed: number; lastError: string | null },
  misconfigured: SouvenirError | undefined,
): QueueStats {
  return {
    pending,
    failed,
    ...(lastError === null ? {} : { lastError }),
    ...(misconfigured === undefined ? {} : { misconfigured: misconfigured.message }),
  };
}
