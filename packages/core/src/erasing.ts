import type { VectorKeeper } from "./embedders/vector-keeper.ts";
import { SouvenirError } from "./errors.ts";
import { yieldToOthers } from "./event-loop.ts";
import { Pace } from "./pace.ts";
import { reason } from "./queue/worker.ts";
import type { Finding, Indexes } from "./search/open-search.ts";
import type { Selection, Store } from "./store/store.ts";
import type { Logger, Where } from "./types.ts";
import { parseWhere } from "./where.ts";

/** Records of one part of an erasure. A store stops earlier when they take long. */
const batches = { first: 200, smallest: 25, largest: 500 };
/** An index follows so many records in one go: each time costs a pass over its longest lists. */
const followed = 10_000;
/** What has expired is hidden; it is looked for in the background so often at most, in milliseconds of the clock. */
const lookedForMs = 1_000;
/** Times that a filter is asked again about memories that changed while they were being erased. */
const rounds = 10;

/** What erasing needs. */
export interface ErasingParts {
  store: Store;
  /** An open index follows: one that is too far behind would have to be built anew. */
  indexes: Pick<Indexes, "refresh" | "caughtUp">;
  /** What was erased may have been read with another text, which waits for new vectors then. */
  vectors: Pick<VectorKeeper, "wake">;
}

/** Erases a selection part by part, so that nobody waits for all of it. Answers how many were erased. */
export async function eraseSelection(
  { store, indexes, vectors }: ErasingParts,
  namespace: string,
  selection: Selection,
  now: number,
): Promise<{ erased: number; changed: number[] }> {
  let erased = 0;
  let unfollowed = 0;
  const changed: number[] = [];
  const pace = new Pace(batches);
  let most = Number.POSITIVE_INFINITY;
  for (let rest: Selection | undefined = selection; rest !== undefined; ) {
    const limit = Math.min(pace.batch, most);
    let part: Awaited<ReturnType<Store["erase"]>>;
    const start = performance.now();
    try {
      part = await store.erase(namespace, rest, { limit, now });
    } catch (error) {
      // A small part has a small log, for which there may be room.
      if (!SouvenirError.is(error) || error.code !== "STORE_FULL" || limit === 1) throw error;
      most = Math.ceil(limit / 8);
      continue;
    }
    pace.took(part.erased + part.changed.length || limit, performance.now() - start);
    erased += part.erased;
    unfollowed += part.erased;
    for (const id of part.changed) changed.push(id);
    rest = part.rest;
    if (unfollowed >= followed || (rest === undefined && erased > 0)) {
      indexes.refresh(namespace, 0);
      unfollowed = 0;
    }
    if (rest !== undefined) await yieldToOthers({ patient: true });
  }
  if (erased > 0) {
    vectors.wake();
    await indexes.caughtUp(namespace);
  }
  return { erased, changed };
}

/**
 * Erases what a filter selects, withdrawn turns among it. What is rewritten between the look at the index and the transaction is looked at again:
 * it goes if it matches still. What never stands still was written after the call, and stays.
 */
export async function eraseWhere(
  parts: ErasingParts & { searcher: Finding },
  namespace: string,
  where: Where,
  now: number,
): Promise<number> {
  const condition = parseWhere(where);
  let erased = 0;
  let again: Set<number> | undefined;
  for (let round = 0; round < rounds; round += 1) {
    const { ids: matching, sequence } = await parts.searcher.ids(namespace, condition);
    const candidates = again;
    const ids = candidates === undefined ? matching : matching.filter((id) => candidates.has(id));
    if (ids.length === 0) break;
    const part = await eraseSelection(parts, namespace, { ids, sequence }, now);
    erased += part.erased;
    if (part.changed.length === 0) break;
    again = new Set(part.changed);
  }
  return erased;
}

/** Erases what has expired part by part: at once when somebody waits for it, else in the background. */
export class Expiry {
  readonly #store: Store;
  readonly #vectors: ErasingParts["vectors"];
  readonly #clock: () => number;
  readonly #logger: Logger;
  #running: Promise<void> | undefined;
  /** The time by which all that had expired was erased. */
  #done = Number.NEGATIVE_INFINITY;
  #stopped = false;

  constructor({
    store,
    vectors,
    clock,
    logger,
  }: Omit<ErasingParts, "indexes"> & { clock: () => number; logger: Logger }) {
    this.#store = store;
    this.#vectors = vectors;
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Something may have expired. Returns at once. */
  wake(): void {
    const since = this.#clock() - this.#done;
    if (since >= 0 && since < lookedForMs) return;
    this.#start().catch((error: unknown) => {
      this.#logger.warn?.(
        "expired memories were not erased; they stay hidden, and the next call tries again",
        {
          error: reason(error),
        },
      );
    });
  }

  /** Resolves when nothing is left that has expired by now. */
  async finish(): Promise<void> {
    // One that is under way may have begun before something expired.
    await this.#running?.catch(() => undefined);
    await this.#start();
  }

  /** Ends what is under way after its present part. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running?.catch(() => undefined);
  }

  #start(): Promise<void> {
    // What has expired is hidden all the same.
    if (this.#store.readOnly) return Promise.resolve();
    this.#running ??= this.#erase().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #erase(): Promise<void> {
    const now = this.#clock();
    const pace = new Pace(batches);
    while (!this.#stopped) {
      const start = performance.now();
      const { erased, complete } = await this.#store.eraseExpired(now, { limit: pace.batch });
      pace.took(erased || pace.batch, performance.now() - start);
      if (erased > 0) this.#vectors.wake();
      if (complete) {
        this.#done = now;
        return;
      }
      await yieldToOthers({ patient: true });
    }
  }
}
