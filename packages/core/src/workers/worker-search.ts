import { resolve } from "node:path";
import { Worker } from "node:worker_threads";
import { isBuiltIn } from "../embedders/built-in.ts";
import { offlineExtractor } from "../entities/offline-extractor.ts";
import { SouvenirError } from "../errors.ts";
import { worksElsewhere, yieldToOthers } from "../event-loop.ts";
import type { Extraction } from "../queue/extraction.ts";
import type { ExceptTurns } from "../search/filter.ts";
import { checkListed, isByTimeOnly, type ListedPage, type ListFilter, listByTime } from "../search/listed.ts";
import type { Finding, Indexes } from "../search/open-search.ts";
import { type Checking, checkQuestion } from "../search/question.ts";
import { namesIn } from "../search/searcher.ts";
import { closedError } from "../store/closed-error.ts";
import type { SqliteStore } from "../store/sqlite-store.ts";
import type { Embedder, Logger, Reranker, SearchInput, SearchResult } from "../types.ts";
import { type Answers, Link } from "./link.ts";
import { type Adopting, type EmbedderInThread, type SearchThreadOptions, searchThread } from "./tasks.ts";

/** Built, the thread's file stands beside this module; from sources too. */
const isSource = import.meta.url.endsWith(".ts");
const threadFile = isSource ? "./search-thread.ts" : "./search-thread.mjs";
/** Namespaces whose thread is remembered: far more than have their indexes open. */
const mostPlaced = 100_000;
/** Threads that a call is tried in: what ends two of them is likely the call. */
const attempts = 2;
/** Milliseconds that a thread has to end by itself once it has closed its files. */
const endsWithinMs = 2_000;

export interface WorkerSearchOptions extends Checking {
  /** How many threads. */
  workers: number;
  path: string;
  store: SqliteStore;
  embedder: Embedder | false;
  extraction: Extraction;
  reranker: Reranker | undefined;
  logger: Logger;
  /** Called when an index saw changes that may have come from another process. */
  onChanges: () => void;
  /** Indexes of this thread, for who reads them here. */
  here: Indexes;
}

/** A thread is no more. */
class ThreadEnded extends Error {}

interface Thread {
  worker: Worker;
  link: Link;
}

interface Place {
  /** Begun with the first call, and anew when it has ended. */
  thread: Promise<Thread> | undefined;
  /** How many namespaces are searched there. */
  namespaces: number;
  /** Writes that it was not told of yet, by namespace; `undefined` while there are none. */
  written: Map<string, number> | undefined;
}

/**
 * Indexes and searches in threads of their own, each namespace in one of them: they read the file, follow what this one
 * writes, and answer its questions. A thread that ends unexpectedly is replaced, and what it was asked is asked again, once.
 */
export class WorkerSearch implements Finding, Indexes {
  readonly #options: WorkerSearchOptions;
  readonly #places: Place[];
  /** The place of each namespace, least recently used first. */
  readonly #placed = new Map<string, Place>();
  /** Embedders whose questions are embedded in this thread, by id. */
  readonly #embedders = new Map<string, Embedder>();
  readonly #others: EmbedderInThread[] = [];
  #closed = false;

  private constructor(options: WorkerSearchOptions) {
    this.#options = options;
    this.#places = Array.from({ length: options.workers }, () => ({
      thread: undefined,
      namespaces: 0,
      written: undefined,
    }));
  }

  /** @throws SouvenirError `UNSUPPORTED` where threads cannot be had, or for an embedder that they cannot have */
  static async open(options: WorkerSearchOptions): Promise<WorkerSearch> {
    // Also for those that begin when the process has another folder.
    const search = new WorkerSearch({ ...options, path: resolve(options.path) });
    if (options.embedder !== false) search.#inThread(options.embedder);
    try {
      // The others begin with their first namespaces.
      await search.#threadAt(search.#places[0] as Place);
    } catch (error) {
      await search.close();
      throw error;
    }
    return search;
  }

  async search(given: SearchInput, except: readonly ExceptTurns[] = []): Promise<SearchResult> {
    const start = performance.now();
    const { question, signal } = checkQuestion(given, except, this.#options);
    const names = this.#extractor === "there" ? { names: await this.#names(question.query) } : {};
    const found = await this.#ask<SearchResult>(
      question.namespace,
      "find",
      { ...question, ...names },
      signal,
    );
    return { ...found, tookMs: performance.now() - start };
  }

  async list(namespace: string, filter: ListFilter, page: ListedPage): ReturnType<Finding["list"]> {
    const { signal, ...rest } = page;
    signal?.throwIfAborted();
    const listed = checkListed(namespace, filter, this.#options);
    return isByTimeOnly(listed)
      ? listByTime(this.#options.store, listed, page)
      : this.#ask(namespace, "passing", { listed, page: rest }, signal);
  }

  pinned(namespace: string): ReturnType<Finding["pinned"]> {
    return this.#ask(namespace, "pinned", namespace);
  }

  ids(namespace: string, where: Parameters<Finding["ids"]>[1]): ReturnType<Finding["ids"]> {
    return this.#ask(namespace, "ids", { namespace, where });
  }

  withdrawn(namespace: string): ReturnType<Finding["withdrawn"]> {
    return this.#ask(namespace, "withdrawn", namespace);
  }

  threads(namespace: string): ReturnType<Finding["threads"]> {
    return this.#ask(namespace, "threads", namespace);
  }

  superseding(
    namespace: string,
    records: Parameters<Finding["superseding"]>[1],
  ): ReturnType<Finding["superseding"]> {
    return this.#ask(namespace, "superseding", { namespace, records });
  }

  entities(namespace: string, asked: Parameters<Finding["entities"]>[1]): ReturnType<Finding["entities"]> {
    return this.#ask(namespace, "entities", { namespace, ...asked });
  }

  /** Tells the thread of a namespace that it was written to, once for all writes of a turn of the event loop. */
  refresh(namespace: string, writes = 1): void {
    this.#options.here.refresh(namespace, 0);
    if (this.#closed) return;
    const place = this.#placeOf(namespace);
    if (place.written !== undefined) {
      place.written.set(namespace, (place.written.get(namespace) ?? 0) + writes);
      return;
    }
    place.written = new Map([[namespace, writes]]);
    void yieldToOthers().then(async () => {
      const { written, thread } = place;
      place.written = undefined;
      // One that cannot be had follows when it is there: with the next question.
      (await thread?.catch(() => undefined))?.link.tell("refresh", written);
    });
  }

  caughtUp(namespace: string): Promise<void> {
    return this.#options.here.caughtUp(namespace);
  }

  async renew(): Promise<void> {
    if (this.#closed) return;
    const stale = await this.#stale();
    await Promise.all(
      Array.from(stale, async ([place, namespaces]) => {
        const thread = await this.#threadAt(place);
        await thread.link.call("renew", namespaces).catch((error: unknown) => {
          // The snapshot is removed.
          if (!(error instanceof ThreadEnded)) throw error;
        });
      }),
    );
  }

  /** Saves the indexes and ends the threads. */
  async close(): Promise<void> {
    if (this.#closed) return;
    const stale = this.#options.store.readOnly ? new Map<Place, string[]>() : await this.#stale();
    this.#closed = true;
    await Promise.all(
      this.#places.map(async (place) => {
        const thread = await place.thread?.catch(() => undefined);
        if (thread === undefined) return;
        // One that ends without having saved leaves an index that is made anew.
        await thread.link.call("close", stale.get(place) ?? []).catch(() => undefined);
        await ended(thread.worker);
      }),
    );
    await this.#options.here.close();
  }

  /** Before a namespace gets this embedder: questions about its vectors can be asked in each thread. */
  async add(embedder: Embedder): Promise<void> {
    const given = this.#inThread(embedder);
    this.#others.push(given);
    await Promise.all(
      this.#places.map(async (place) => {
        const thread = await place.thread?.catch(() => undefined);
        // One that begins later is made with it.
        await thread?.link.call("add", given).catch((error: unknown) => {
          if (!(error instanceof ThreadEnded)) throw error;
        });
      }),
    );
  }

  async #ask<Answer>(namespace: string, name: string, given: unknown, signal?: AbortSignal): Promise<Answer> {
    const place = this.#placeOf(namespace);
    for (let attempt = 1; ; attempt += 1) {
      signal?.throwIfAborted();
      const { link } = await this.#threadAt(place);
      try {
        return await link.call<Answer>(name, { ...this.#time, given }, signal);
      } catch (error) {
        if (!(error instanceof ThreadEnded)) throw error;
        if (this.#closed) throw closedError();
        if (attempt === attempts)
          throw new SouvenirError(
            "STORE_FAILED",
            `the thread that searches this namespace ended ${attempts} times over one call (${error.message}): if it lacks memory, raise Node's --max-old-space-size or lower limits.openNamespaces`,
            { details: { workers: this.#places.length }, cause: error.cause },
          );
      }
    }
  }

  /** The place of a namespace: where it was before, else where the fewest are. */
  #placeOf(namespace: string): Place {
    let place = this.#placed.get(namespace);
    if (place === undefined) {
      place = this.#places.reduce((best, each) => (each.namespaces < best.namespaces ? each : best));
      place.namespaces += 1;
    } else this.#placed.delete(namespace);
    this.#placed.set(namespace, place);
    if (this.#placed.size > mostPlaced) {
      const [oldest, at] = this.#placed.entries().next().value as [string, Place];
      this.#placed.delete(oldest);
      at.namespaces -= 1;
    }
    return place;
  }

  #threadAt(place: Place): Promise<Thread> {
    if (this.#closed) return Promise.reject(closedError());
    place.thread ??= this.#begin(() => {
      place.thread = undefined;
    });
    return place.thread;
  }

  async #begin(onEnd: () => void): Promise<Thread> {
    const { logger } = this.#options;
    let worker: Worker;
    try {
      worker = new Worker(new URL(threadFile, import.meta.url), {
        workerData: searchThread,
        name: "souvenir search",
        // Of what lives for a moment a search makes little: half of what V8 takes for it saves each thread 24 MB.
        resourceLimits: { maxYoungGenerationSizeMb: 24 },
        // As this module was found, so are those of the packages beside it.
        ...(isSource ? { execArgv: ["--conditions=@souvenir/source"] } : {}),
      });
    } catch (cause) {
      onEnd();
      throw noThreads(cause);
    }
    const link = new Link(worker, this.#answers(), (busy) => {
      worksElsewhere(busy);
      if (busy) worker.ref();
      else worker.unref();
    });
    let opened = false;
    let cause: unknown;
    worker.on("error", (error) => {
      cause = error;
    });
    worker.once("exit", (code) => {
      onEnd();
      const why = cause instanceof Error ? `${cause.name}: ${cause.message}` : `exit code ${code}`;
      link.end(new ThreadEnded(why, { cause }));
      if (opened && !this.#closed)
        logger.error?.("a thread that searches has ended; another one takes its place", { error: why });
    });
    try {
      await link.call("open", this.#threadOptions());
    } catch (error) {
      onEnd();
      await worker.terminate();
      throw error instanceof ThreadEnded ? noThreads(error.cause ?? error) : error;
    }
    opened = true;
    return { worker, link };
  }

  #threadOptions(): SearchThreadOptions {
    const { path, store, embedder, reranker, ranking, limits, workers } = this.#options;
    return {
      path,
      key: store.fileKey,
      ranking,
      limits: { ...limits, openNamespaces: Math.ceil(limits.openNamespaces / workers) },
      embedder: embedder === false ? false : this.#inThread(embedder),
      others: this.#others,
      extractor: this.#extractor,
      reranker: reranker?.id,
      saves: !store.readOnly,
      now: this.#time.now,
    };
  }

  /** What the threads ask of this one. */
  #answers(): Answers {
    const { store, logger, reranker, onChanges } = this.#options;
    return {
      adopt: ({ namespace, at, token }: Adopting) => store.adoptSnapshot(namespace, at, token),
      embed: ({ id, texts }: { id: string; texts: string[] }, signal) =>
        (this.#embedders.get(id) as Embedder).embed(texts, { kind: "query", signal }),
      rerank: ({ query, texts }: { query: string; texts: string[] }, signal) =>
        (reranker as Reranker).rerank(query, texts, { signal }),
      log: ({
        level,
        message,
        details,
      }: {
        level: keyof Logger;
        message: string;
        details: Record<string, unknown>;
      }) => logger[level]?.(message, details),
      changed: () => onChanges(),
    };
  }

  /** @throws SouvenirError `UNSUPPORTED` for one that computes where its code is: that cannot be sent. */
  #inThread(embedder: Embedder): EmbedderInThread {
    const { id, dimensions, context, maxBatch, maxCharacters } = embedder;
    const builtIn = isBuiltIn(embedder);
    if (embedder.compute !== undefined && !builtIn)
      throw new SouvenirError(
        "UNSUPPORTED",
        `workers: embedder "${id}" computes its vectors, and its code cannot be given to another thread: leave workers out, or leave out its compute(), so that its vectors are stored`,
        { details: { embedder: id } },
      );
    this.#embedders.set(id, embedder);
    return {
      ...{ id, dimensions, isBuiltIn: builtIn },
      ...(context === undefined ? {} : { context }),
      ...(maxBatch === undefined ? {} : { maxBatch }),
      ...(maxCharacters === undefined ? {} : { maxCharacters }),
    };
  }

  /** Where the names in questions are found: the code of an extractor cannot be sent. */
  get #extractor(): SearchThreadOptions["extractor"] {
    const { extractor } = this.#options.extraction;
    if (extractor === undefined) return false;
    return extractor.id === offlineExtractor().id ? "here" : "there";
  }

  async #names(query: string): Promise<string[]> {
    const { extraction } = this.#options;
    await extraction.prepare();
    return namesIn(extraction, query);
  }

  /** Of a clock that is not the system's, the threads know what it was when they were asked. */
  get #time(): { now?: number } {
    const { clock } = this.#options;
    return clock === Date.now ? {} : { now: clock() };
  }

  async #stale(): Promise<Map<Place, string[]>> {
    return Map.groupBy(await this.#options.store.staleSnapshots(), (namespace) => this.#placeOf(namespace));
  }
}

function noThreads(cause: unknown): SouvenirError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new SouvenirError(
    "UNSUPPORTED",
    `workers: no thread that searches could be started (${why}): leave @souvenir/core out of an application's bundle, as an external package, or leave workers out`,
    { cause },
  );
}

/** A thread that was told to close ends by itself, with nothing of SQLite under way; one that does not is ended. */
async function ended(worker: Worker): Promise<void> {
  if (worker.threadId === -1) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  worker.once("exit", () => resolve());
  const late = setTimeout(() => void worker.terminate(), endsWithinMs);
  await promise;
  clearTimeout(late);
}
