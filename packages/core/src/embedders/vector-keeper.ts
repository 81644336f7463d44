import { SouvenirError } from "../errors.ts";
import { embeddingJob } from "../queue/jobs.ts";
import { type QueryVector, QueryVectors } from "../queue/query-vectors.ts";
import { QueueWorker } from "../queue/worker.ts";
import { closedError } from "../store/closed-error.ts";
import { embedTask } from "../store/embed-task.ts";
import type { EmbedderIdentity, Store } from "../store/store.ts";
import type { Embedder, Logger, Progress } from "../types.ts";
import { checkEmbedder, raceAbort } from "./embed.ts";

interface Known {
  embedder: Embedder;
  worker: QueueWorker<Float32Array[]>;
}

interface KeeperOptions {
  store: Store;
  embedder: Embedder | false;
  clock: () => number;
  logger: Logger;
}

/**
 * The embedders that this process has, and the work that each has to do. A namespace's vectors are of one embedder;
 * a re-embedding moves namespaces from one to another while searches go on.
 */
export class VectorKeeper {
  readonly #options: KeeperOptions;
  readonly #queries = new QueryVectors();
  readonly #known = new Map<string, Known>();
  #main: Embedder | undefined;
  #stopped = false;

  constructor(options: KeeperOptions) {
    this.#options = options;
    this.#main = options.embedder === false ? undefined : checkEmbedder(options.embedder);
  }

  /** The embedder of new namespaces, `undefined` without a vector signal. */
  get main(): Embedder | undefined {
    return this.#main;
  }

  /** @throws SouvenirError `EMBEDDER_MISMATCH` when the store's vectors are of another embedder. */
  async open(): Promise<void> {
    const main = this.#main;
    if (main === undefined) return;
    const { store } = this.#options;
    const { current, inUse } = await store.embedders();
    const others = inUse.flatMap(({ embedder }) =>
      embedder !== null && embedder.id !== main.id ? [embedder] : [],
    );
    const mine = inUse.some(({ embedder }) => embedder?.id === main.id);
    const same = [current, ...inUse.map((use) => use.embedder)].find((found) => found?.id === main.id);
    if (same && same.dimensions !== main.dimensions) throw mismatch(same, main);
    if (others.length > 0 && !mine) throw mismatch(others[0] as EmbedderIdentity, main);
    if (others.length > 0) {
      this.#options.logger.warn?.(
        "some namespaces still have vectors of another embedder and are searched without them; call memory.reembed({ embedder }) to finish",
        { others: others.map((other) => other.id), embedder: main.id },
      );
    }
    if (current === null || (current.id !== main.id && others.length === 0)) await store.adoptEmbedder(main);
    this.#learn(main).wake();
  }

  /** There may be texts to embed. */
  wake(): void {
    for (const { worker } of this.#known.values()) worker.wake();
  }

  /** Whether this process can embed queries for vectors of this embedder. */
  knows(embedder: EmbedderIdentity): boolean {
    return this.#known.has(embedder.id);
  }

  query(
    identity: EmbedderIdentity,
    query: string,
    options: { deadlineMs: number; signal?: AbortSignal },
  ): Promise<QueryVector> {
    const known = this.#known.get(identity.id);
    if (known === undefined) {
      const message = `these vectors are of "${identity.id}", which this process was not given: call memory.reembed({ embedder })`;
      return Promise.resolve({ failure: new SouvenirError("EMBEDDER_MISMATCH", message) });
    }
    return this.#queries.get(known.embedder, query, options);
  }

  async drain(signal: AbortSignal): Promise<void> {
    await Promise.all([...this.#known.values()].map(({ worker }) => worker.drain({ signal })));
  }

  /** Moves a namespace, or all, to another embedder. Searches use the old vectors until a namespace has all new ones. */
  async reembed(input: {
    embedder: Embedder;
    namespace?: string;
    onProgress?: (progress: Progress) => void;
    signal?: AbortSignal;
  }): Promise<{ embedded: number }> {
    const { store } = this.#options;
    const { namespace, onProgress, signal } = input;
    const embedder = checkEmbedder(input.embedder);
    const scope = namespace === undefined ? {} : { namespace };
    signal?.throwIfAborted();
    const { current } = await store.embedders();
    if (current === null && namespace === undefined) await store.adoptEmbedder(embedder);
    this.#learn(embedder);
    const before = (await store.counts(namespace)).records;
    let embedded = 0;
    for (;;) {
      const { total } = await store.beginReembedding(embedder, namespace);
      let { pending, failed } = await store.queue(embedTask(embedder), namespace);
      while (pending > 0) {
        signal?.throwIfAborted();
        // Another call for the same model may have brought a new embedder, and a new worker with it.
        const { worker } = this.#known.get(embedder.id) as Known;
        const draining = worker.drain({
          ...(signal === undefined ? {} : { signal }),
          onProgress: async () => {
            const left = (await store.queue(embedTask(embedder), namespace)).pending;
            onProgress?.({
              done: Math.max(0, Math.max(total, before) - left),
              total: Math.max(total, before),
            });
          },
        });
        await (signal === undefined ? draining : raceAbort(draining, signal));
        if (this.#stopped) throw closedError();
        const queue = await store.queue(embedTask(embedder), namespace);
        embedded += Math.max(0, pending + failed - queue.pending - queue.failed);
        // A provider that works takes all texts but those that it refuses, and these are given up after some attempts.
        if (queue.pending >= pending && worker.providerIsDown) {
          throw new SouvenirError(
            "EMBEDDER_FAILED",
            `re-embedding with "${embedder.id}" stopped with ${queue.pending} memories to go (${queue.lastError ?? "no answer"}); searches use the old vectors; call memory.reembed() again to go on`,
            { details: { embedder: embedder.id, remaining: queue.pending } },
          );
        }
        ({ pending, failed } = queue);
      }
      // Texts that the new embedder refuses have no vector with it; the other signals find them.
      const { remaining } = await store.finishReembedding(embedder, { ...scope, force: true });
      if (remaining === 0) break;
    }
    if (namespace === undefined) this.#main = embedder;
    return { embedded };
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#queries.stop();
    await Promise.all([...this.#known.values()].map(({ worker }) => worker.stop()));
  }

  #learn(embedder: Embedder): QueueWorker<Float32Array[]> {
    const found = this.#known.get(embedder.id);
    if (found?.embedder === embedder) return found.worker;
    const { store, clock, logger } = this.#options;
    const worker = new QueueWorker({ store, clock, logger, job: embeddingJob(store, embedder) });
    if (found !== undefined) void found.worker.stop();
    this.#known.set(embedder.id, { embedder, worker });
    return worker;
  }
}

function mismatch(stored: EmbedderIdentity, given: EmbedderIdentity): SouvenirError {
  return new SouvenirError(
    "EMBEDDER_MISMATCH",
    `the vectors of this store are of "${stored.id}" (${stored.dimensions} dimensions), and the memory was opened with "${given.id}" (${given.dimensions}): open it with the former, or with embedder: false, and call memory.reembed({ embedder }) with the latter`,
    { details: { stored: stored.id, given: given.id } },
  );
}
