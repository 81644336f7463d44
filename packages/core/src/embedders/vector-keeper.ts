import { SouvenirError } from "../errors.ts";
import { yieldToOthers } from "../event-loop.ts";
import { firstAbort } from "../queue/first-abort.ts";
import { embeddingJob } from "../queue/jobs.ts";
import { type QueryVector, QueryVectors } from "../queue/query-vectors.ts";
import { QueueWorker, reason } from "../queue/worker.ts";
import { closedError } from "../store/closed-error.ts";
import { embedTask, reembedTask } from "../store/embed-task.ts";
import { readsPrevious } from "../store/embedder-context.ts";
import { beginReembedding, cancelReembedding, finishReembedding } from "../store/reembedding.ts";
import type { EmbedderIdentity, Store, Task } from "../store/store.ts";
import type { Embedder, Logger, Progress } from "../types.ts";
import { isBuiltIn, isFormerBuiltIn } from "./built-in.ts";
import { checkComputed, checkEmbedder, computeVector, loadedEmbedder, raceAbort } from "./embed.ts";
import {
  type Computer,
  contextOf,
  documentTexts,
  originalOf,
  sameModel,
  withContext,
} from "./turn-context.ts";

type Worker = QueueWorker<Float32Array[]>;

/** How long the first use of an index waits for an embedder to be loaded. */
const longestLoadMs = 2_000;

interface Known {
  embedder: Embedder;
  /** Works off what namespaces of this embedder wait for; none for one that computes. */
  worker: Worker | undefined;
}

interface KeeperOptions {
  store: Store;
  embedder: Embedder | false;
  clock: () => number;
  logger: Logger;
  /** Called with each embedder that namespaces are about to get, before the first does. Default: nothing. */
  onEmbedder?: (embedder: Embedder) => Promise<void>;
}

/**
 * The embedders that this process has, and the work that each has to do. A namespace's vectors are of one embedder;
 * a re-embedding moves namespaces from one to another while searches go on.
 */
export class VectorKeeper {
  readonly #options: KeeperOptions;
  readonly #queries = new QueryVectors();
  readonly #known = new Map<string, Known>();
  /** Embedders that compute and can do so by now. */
  readonly #ready = new Set<Embedder>();
  readonly #loading = new Map<Embedder, Promise<void>>();
  /** What works for targets, by embedder, while somebody asks for it. */
  readonly #movers = new Map<string, { embedder: Embedder; worker: Worker; users: number }>();
  /** Re-embeddings under way here, each with what ends it. */
  readonly #moves = new Map<AbortController, Promise<unknown>>();
  /** Embedders that were loaded once, or not. */
  readonly #tried = new Set<Embedder>();
  /** Until when first uses of an index wait for that. */
  #loadUntil: number | undefined;
  #loadFailure: SouvenirError | undefined;
  /** The move of a store from the main embedder as it was before, which happens by itself; what ends it, while it lasts. */
  #moving: Promise<void> | undefined;
  #movingUntil: AbortController | undefined;
  #sweeping: Promise<void> | undefined;
  #main: Embedder | undefined;
  #stopped = false;

  constructor(options: KeeperOptions) {
    this.#options = options;
    this.#main = options.embedder === false ? undefined : withContext(checkEmbedder(options.embedder));
  }

  /** The embedder of new namespaces, `undefined` without a vector signal. */
  get main(): Embedder | undefined {
    return this.#main;
  }

  /** Why the embedder cannot work as it is configured, `undefined` while it can. */
  get misconfigured(): SouvenirError | undefined {
    if (this.#main === undefined) return undefined;
    const { id } = this.#main;
    return this.#known.get(id)?.worker?.misconfigured ?? this.#movers.get(id)?.worker.misconfigured;
  }

  /** The tasks of what waits for vectors of the embedder. */
  get tasks(): Task[] {
    const main = this.#main;
    if (main === undefined || main.compute !== undefined) return [];
    return [embedTask(main), ...(this.#movingUntil === undefined ? [] : [reembedTask(main)])];
  }

  /** Why the embedder cannot be loaded, where somebody has to do something about it. */
  get notLoaded(): SouvenirError | undefined {
    return this.#loadFailure;
  }

  /**
   * Waits until the embedder can compute, or could not be loaded; for data that come from far, `longestLoadMs` in all:
   * searches go on without vectors then, until they are there.
   */
  async prepare(): Promise<void> {
    const main = this.#main;
    if (main?.compute === undefined || this.#tried.has(originalOf(main))) return;
    this.#loadUntil ??= performance.now() + longestLoadMs;
    // A timer of its own for each call: the request that began to load may have ended since.
    const left = this.#loadUntil - performance.now();
    if (left > 0) await within(left, this.load(main));
  }

  /** The embedder that is used for the vectors of another: the built-in one for those of a former one. */
  readAs(stored: EmbedderIdentity): EmbedderIdentity {
    const main = this.#main;
    // Of a namespace that is not moved yet, the store does not tell whose turn before is another one.
    return main !== undefined && isBuiltIn(main) && isFormerBuiltIn(stored)
      ? identityOf(withContext(main, "none"))
      : stored;
  }

  /** Whether vectors are of the main embedder as it was before: with another context, or a former built-in one. */
  #isFormer(stored: EmbedderIdentity, main: Embedder): boolean {
    return stored.id !== main.id && (sameModel(stored, main) || (isBuiltIn(main) && isFormerBuiltIn(stored)));
  }

  /**
   * Loads an embedder, so that the deadline of the first question does not pay for it.
   * @throws SouvenirError `INVALID_INPUT` when it computes other vectors than it embeds; never because it cannot be loaded:
   * that shows whenever a text is to be embedded, and is tried again then.
   */
  load(given: Embedder): Promise<void> {
    const embedder = originalOf(given);
    let loading = this.#loading.get(embedder);
    if (loading === undefined) {
      loading = this.#load(embedder).finally(() => this.#loading.delete(embedder));
      this.#loading.set(embedder, loading);
    }
    return loading;
  }

  /**
   * @throws SouvenirError `EMBEDDER_MISMATCH` when the store's vectors are of another embedder. A store that was made with
   * the same one and another context, or with a former built-in one, moves to the present one, in the background.
   */
  async open(): Promise<void> {
    const { store, logger } = this.#options;
    const main = this.#main;
    if (main !== undefined) {
      const { current, inUse, targets } = await store.embedders();
      const isFormer = (found: EmbedderIdentity) => this.#isFormer(found, main);
      const isOwn = (found: EmbedderIdentity) => found.id === main.id || isFormer(found);
      const others = inUse.filter((found) => found !== null && !isOwn(found));
      const same = [current, ...inUse].find((found) => found?.id === main.id);
      const [other] = others;
      for (const found of [current, ...inUse])
        if (found && sameModel(found, main) && found.dimensions !== main.dimensions)
          throw mismatch(found, main);
      if (other && !inUse.some((found) => found !== null && isOwn(found))) throw mismatch(other, main);
      if (other) {
        logger.warn?.(
          "some namespaces still have vectors of another embedder and are searched without them; call memory.reembed({ embedder }) to finish",
          { others: others.map((found) => found?.id), embedder: main.id },
        );
      }
      const identity = identityOf(main);
      if (store.readOnly) {
        this.#learn(main);
        return;
      }
      const outdated = current === null || isFormer(current);
      if (outdated || (current.id !== main.id && !other)) await store.adoptEmbedder(identity);
      // Namespaces without an embedder, and those whose vectors were made in another way until now.
      if (inUse.includes(null) || (same && same.computed !== identity.computed))
        await this.#begin(identity, { unembedded: true });
      this.#learn(main).worker?.wake();
      const former = inUse.filter((found) => found !== null && isFormer(found)) as EmbedderIdentity[];
      // What is written before a namespace has its new vectors gets former ones too.
      for (const found of former)
        if (sameModel(found, main)) this.#learn(withContext(main, contextOf(found))).worker?.wake();
      // Where somebody has begun another re-embedding, that one decides.
      if (former.length > 0 && !other && targets.every(isOwn)) this.#moving = this.#moveByItself(main);
    }
    if (store.readOnly) return;
    this.#sweeping = (async () => {
      await this.#moving;
      await this.#sweep();
    })().catch((error: unknown) => {
      if (!this.#stopped)
        logger.warn?.("vectors of a former embedder could not be erased; the next start goes on", {
          error: reason(error),
        });
    });
  }

  /** Searches use the former vectors until a namespace has all of the new ones. */
  async #moveByItself(main: Embedder): Promise<void> {
    const identity = identityOf(main);
    const ending = new AbortController();
    this.#movingUntil = ending;
    const move = (async () => {
      // What is computed need not be embedded.
      const release = identity.computed ? undefined : await this.#useMover(main);
      try {
        do {
          await yieldToOthers();
          ending.signal.throwIfAborted();
          await this.#begin(identity, { stop: ending.signal });
          await this.#movers.get(main.id)?.worker.finish(ending.signal);
        } while ((await this.#finish(identity, undefined)) > 0);
        this.#known.get(main.id)?.worker?.wake();
      } finally {
        await release?.();
      }
    })().catch((error: unknown) => {
      if (ending.signal.aborted) return;
      this.#options.logger.warn?.("a store could not be moved to its embedder; the next start goes on", {
        error: reason(error),
      });
    });
    this.#moves.set(ending, move);
    await move;
    this.#moves.delete(ending);
    this.#movingUntil = undefined;
  }

  /** Makes an embedder known, without a look at the store: questions may be about its vectors from now on. */
  add(embedder: Embedder): void {
    this.#learn(withContext(embedder));
  }

  /** There may be texts to embed. */
  wake(): void {
    for (const { worker } of this.#known.values()) worker?.wake();
    if (this.#movingUntil !== undefined && this.#main !== undefined)
      this.#movers.get(this.#main.id)?.worker.wake();
  }

  /** The embedder that an id stands for, if this process has it, with the one context or the other. */
  #find(identity: { id: string }): Embedder | undefined {
    const found = this.#known.get(identity.id)?.embedder;
    if (found !== undefined) return found;
    for (const { embedder } of this.#known.values())
      if (sameModel(embedder, identity)) return withContext(embedder, contextOf(identity));
    return undefined;
  }

  /** Whether this process can embed queries for vectors of this embedder. */
  knows(embedder: EmbedderIdentity): boolean {
    return this.#find(embedder) !== undefined;
  }

  /** What gives the vectors of memories, for an embedder that computes; `undefined` when this process cannot. */
  computer(identity: EmbedderIdentity): Computer | undefined {
    const embedder = this.#find(identity);
    if (embedder === undefined || !this.#ready.has(originalOf(embedder))) return undefined;
    return {
      identity,
      readsPrevious: readsPrevious(identity),
      vectors: (said, previous) => {
        try {
          return documentTexts(said, previous, embedder).flatMap(
            (text) => computeVector(embedder, text, "document") ?? [],
          );
        } catch (error) {
          this.#options.logger.warn?.("a memory has no vector: the embedder failed", {
            embedder: embedder.id,
            error: reason(error),
          });
          return [];
        }
      },
    };
  }

  /** The vector of a query, if it can be had at once. */
  queryNow(identity: EmbedderIdentity, query: string): QueryVector | undefined {
    const embedder = this.#find(identity);
    if (embedder?.compute === undefined) return undefined;
    if (!this.#ready.has(originalOf(embedder))) {
      // It could not be loaded before. This search does without it.
      this.load(embedder).catch(() => undefined);
      return { failure: new SouvenirError("EMBEDDER_FAILED", `embedder "${embedder.id}" is not loaded`) };
    }
    try {
      return { vector: computeVector(embedder, this.#queries.text(embedder, query), "query") };
    } catch (failure) {
      return { failure };
    }
  }

  query(
    identity: EmbedderIdentity,
    query: string,
    options: { deadlineMs: number; signal?: AbortSignal },
  ): Promise<QueryVector> {
    const embedder = this.#find(identity);
    if (embedder === undefined) {
      const message = `these vectors are of "${identity.id}", which this process was not given: call memory.reembed({ embedder })`;
      return Promise.resolve({ failure: new SouvenirError("EMBEDDER_MISMATCH", message) });
    }
    return this.#queries.get(embedder, query, options);
  }

  async drain(signal: AbortSignal): Promise<void> {
    await Promise.all([...this.#known.values()].map(({ worker }) => worker?.drain({ signal })));
    const { id } = this.#main ?? {};
    while (id !== undefined && this.#movingUntil !== undefined && !signal.aborted) {
      const mover = this.#movers.get(id)?.worker;
      await mover?.drain({ signal });
      if (mover?.providerIsDown) return;
      await yieldToOthers();
    }
  }

  /** Moves a namespace, or all, to another embedder. Searches use the old vectors until a namespace has all new ones. */
  async reembed(input: {
    embedder: Embedder;
    namespace?: string;
    onProgress?: (progress: Progress) => void;
    signal?: AbortSignal;
  }): Promise<{ embedded: number }> {
    const { namespace, onProgress, signal } = input;
    const embedder = withContext(await loadedEmbedder(input.embedder));
    signal?.throwIfAborted();
    // Of two that wait for a provider, the one that was asked for.
    if (this.#main?.compute === undefined) this.#movingUntil?.abort();
    await this.#moving;
    const ending = new AbortController();
    const stop = signal === undefined ? ending.signal : firstAbort(signal, ending.signal);
    const move = this.#move(embedder, stop, { namespace, onProgress });
    this.#moves.set(ending, move);
    try {
      return await move;
    } finally {
      this.#moves.delete(ending);
    }
  }

  /** Ends the re-embeddings of this process, and gives up all that were begun. Answers the namespaces that went back. */
  async cancelReembed(): Promise<{ cancelled: number }> {
    for (const ending of this.#moves.keys())
      ending.abort(new DOMException("the re-embedding was cancelled by cancelReembed()", "AbortError"));
    await Promise.allSettled(this.#moves.values());
    const cancelled = await cancelReembedding(this.#options.store, { between: yieldToOthers });
    await this.#sweep();
    return { cancelled };
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#queries.stop();
    for (const ending of this.#moves.keys()) ending.abort(closedError());
    await Promise.all([...this.#known.values()].map(({ worker }) => worker?.stop()));
    await Promise.allSettled([...this.#moves.values(), this.#sweeping]);
  }

  async #move(
    embedder: Embedder,
    stop: AbortSignal,
    {
      namespace,
      onProgress,
    }: { namespace: string | undefined; onProgress: ((progress: Progress) => void) | undefined },
  ): Promise<{ embedded: number }> {
    const { store } = this.#options;
    const identity = identityOf(embedder);
    const scope = namespace === undefined ? {} : { namespace };
    await this.load(embedder);
    await this.#options.onEmbedder?.(originalOf(embedder));
    // It works off its own namespaces too, but those of a target only while somebody asks for it: who aborted, or was
    // told of a failure, decides whether this goes on.
    const release = await this.#useMover(embedder);
    let embedded = 0;
    try {
      const { inUse } = await store.embedders();
      if (inUse.some((used) => used?.id === embedder.id)) this.#learn(embedder);
      const before = (await store.counts(namespace)).records;
      for (;;) {
        const records = await this.#begin(identity, { ...scope, stop });
        const total = Math.max(records, before);
        if (identity.computed) {
          embedded += records;
          onProgress?.({ done: embedded, total: embedded });
        } else {
          const report = (pending: number) => {
            // The caller may have had enough meanwhile.
            if (!stop.aborted) onProgress?.({ done: Math.max(0, total - pending), total });
          };
          embedded += await this.#embedAll(embedder, { namespace, stop, report });
        }
        stop.throwIfAborted();
        // Before the first namespace has its vectors.
        const known = this.#learn(embedder);
        // Texts that the new embedder refuses have no vector with it; the other signals find them.
        const remaining = await this.#finish(identity, namespace);
        known.worker?.wake();
        if (remaining === 0) break;
      }
    } finally {
      await release();
    }
    if (namespace === undefined) this.#main = embedder;
    await this.#sweep();
    return { embedded };
  }

  /** Two calls for one model share what works for them, so that no text is sent twice. */
  async #useMover(embedder: Embedder): Promise<() => Promise<void>> {
    const { store, clock, logger } = this.#options;
    let mover = this.#movers.get(embedder.id);
    if (mover?.embedder !== embedder) {
      const job = embeddingJob(store, embedder, reembedTask(embedder));
      const former = mover;
      mover = {
        embedder,
        worker: new QueueWorker({ store, clock, logger, job }),
        users: former?.users ?? 0,
      };
      this.#movers.set(embedder.id, mover);
      await former?.worker.stop();
    }
    mover.users += 1;
    return async () => {
      const last = this.#movers.get(embedder.id);
      if (last === undefined) return;
      last.users -= 1;
      if (last.users > 0) return;
      this.#movers.delete(embedder.id);
      await last.worker.stop();
    };
  }

  /** Works off what waits for an embedder, until nothing is left. Answers how many were embedded. */
  async #embedAll(
    embedder: Embedder,
    {
      namespace,
      stop,
      report,
    }: { namespace: string | undefined; stop: AbortSignal; report: (pending: number) => void },
  ): Promise<number> {
    let embedded = 0;
    let { pending, failed } = await this.#waiting(embedder, namespace);
    while (pending > 0) {
      stop.throwIfAborted();
      // Another call for the same model may have brought a new embedder, and a new worker with it.
      const { id } = embedder;
      const workers = [this.#movers.get(id)?.worker, this.#known.get(id)?.worker].filter(
        (found) => found !== undefined,
      );
      // Counted here from round to round: to count a long queue takes its time.
      let about = pending;
      const onProgress = (done: number) => {
        about -= done;
        if (done > 0) report(Math.max(0, about));
      };
      const draining = workers.map((each) => each.drain({ signal: stop, onProgress }));
      await raceAbort(Promise.all(draining), stop);
      const left = await this.#waiting(embedder, namespace);
      report(left.pending);
      embedded += Math.max(0, pending + failed - left.pending - left.failed);
      // A provider that works takes all texts but those that it refuses, and these are given up after some attempts.
      if (left.pending >= pending && workers.some((each) => each.providerIsDown)) {
        const misconfigured = workers.find((each) => each.misconfigured !== undefined)?.misconfigured;
        throw new SouvenirError(
          "EMBEDDER_FAILED",
          `re-embedding with "${embedder.id}" stopped with ${left.pending} memories to go (${misconfigured?.message ?? left.lastError ?? "no answer"}); searches use the old vectors; call memory.reembed() again to go on, or memory.cancelReembed() to leave it`,
          { details: { embedder: embedder.id, remaining: left.pending }, cause: misconfigured },
        );
      }
      ({ pending, failed } = left);
    }
    return embedded;
  }

  /** What waits for an embedder, as that of namespaces or as the target of others. */
  async #waiting(
    embedder: { id: string },
    namespace: string | undefined,
  ): Promise<{ pending: number; failed: number; lastError: string | null }> {
    const { store } = this.#options;
    const [own, next] = await Promise.all([
      store.queue(embedTask(embedder), namespace),
      store.queue(reembedTask(embedder), namespace),
    ]);
    return {
      pending: own.pending + next.pending,
      failed: own.failed + next.failed,
      lastError: next.lastError ?? own.lastError,
    };
  }

  #begin(
    embedder: EmbedderIdentity,
    { stop, ...options }: { namespace?: string; unembedded?: boolean; stop?: AbortSignal },
  ): Promise<number> {
    const between = () => {
      stop?.throwIfAborted();
      return yieldToOthers();
    };
    return beginReembedding(this.#options.store, embedder, { ...options, between });
  }

  async #finish(embedder: EmbedderIdentity, namespace: string | undefined): Promise<number> {
    const options = { namespace, force: true, between: yieldToOthers };
    return (await finishReembedding(this.#options.store, embedder, options)).remaining;
  }

  async #sweep(): Promise<void> {
    while (!this.#stopped && !(await this.#options.store.sweepEmbeddings()).complete) await yieldToOthers();
  }

  async #load(embedder: Embedder): Promise<void> {
    try {
      await embedder.load?.();
      this.#loadFailure = undefined;
    } catch (error) {
      const told = SouvenirError.is(error) ? error : undefined;
      if (told?.details.misconfigured === true) this.#loadFailure = told;
      this.#options.logger.warn?.(
        told?.message ?? "the embedder was not loaded; memories are found without vectors until it works",
        { error },
      );
      return;
    } finally {
      this.#tried.add(embedder);
    }
    if (embedder.compute === undefined) return;
    await checkComputed(embedder);
    this.#ready.add(embedder);
  }

  #learn(embedder: Embedder): Known {
    const found = this.#known.get(embedder.id);
    if (found?.embedder === embedder) return found;
    const { store, clock, logger } = this.#options;
    const worker =
      embedder.compute === undefined
        ? new QueueWorker({ store, clock, logger, job: embeddingJob(store, embedder, embedTask(embedder)) })
        : undefined;
    if (found?.worker !== undefined) void found.worker.stop();
    const known = { embedder, worker };
    this.#known.set(embedder.id, known);
    return known;
  }
}

function identityOf({ id, dimensions, compute }: Embedder): EmbedderIdentity {
  return { id, dimensions, ...(compute === undefined ? {} : { computed: true as const }) };
}

/** Resolves with the work, or when so many milliseconds are over. */
async function within(milliseconds: number, work: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([work.catch(() => undefined), late]);
  clearTimeout(timer);
}

function mismatch(stored: EmbedderIdentity, given: { id: string; dimensions: number }): SouvenirError {
  const way = isFormerBuiltIn(stored) ? "without an embedder" : "with the former";
  return new SouvenirError(
    "EMBEDDER_MISMATCH",
    `the vectors of this store are of "${stored.id}" (${stored.dimensions} dimensions), and the memory was opened with "${given.id}" (${given.dimensions}): open it ${way}, or with embedder: false, and call memory.reembed({ embedder }) with the latter`,
    { details: { stored: stored.id, given: given.id } },
  );
}
