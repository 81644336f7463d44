import { embedTexts } from "../embedders/embed.ts";
import { SouvenirError } from "../errors.ts";
import type { Embedder } from "../types.ts";
import { Stopping } from "./stopping.ts";

const cachedQueries = 1_000;
/** A call that outlives its search still fills the cache, but not for ever. */
const callLimitMs = 30_000;

export type QueryVector = { vector: Float32Array | undefined } | { failure: unknown };

/** Vectors of queries: the last thousand are kept, concurrent searches for one text share a call. */
export class QueryVectors {
  readonly #cache = new Map<string, Float32Array | undefined>();
  readonly #underway = new Map<string, { call: Promise<Float32Array | undefined>; since: number }>();
  readonly #stopping = new Stopping();

  /**
   * The vector of a query within a deadline. Never rejects for the provider's sake; rejects with the reason of `signal`
   * when that is aborted.
   */
  async get(
    embedder: Embedder,
    query: string,
    { deadlineMs, signal }: { deadlineMs: number; signal?: AbortSignal },
  ): Promise<QueryVector> {
    const key = `${embedder.id}\u0000${query}`;
    if (this.#cache.has(key)) {
      const vector = this.#cache.get(key);
      this.#keep(key, vector);
      return { vector };
    }
    let timer: ReturnType<typeof setTimeout> | undefined;
    const { promise: stopped, resolve, reject } = Promise.withResolvers<QueryVector>();
    const abort = () => reject(signal?.reason);
    try {
      signal?.throwIfAborted();
      signal?.addEventListener("abort", abort, { once: true });
      timer = setTimeout(
        () =>
          resolve({
            failure: new SouvenirError(
              "EMBEDDER_FAILED",
              `the query was not embedded within ${deadlineMs} ms`,
            ),
          }),
        deadlineMs,
      );
      const call = this.#embed(embedder, query, key).then(
        (vector): QueryVector => ({ vector }),
        (failure: unknown): QueryVector => ({ failure }),
      );
      return await Promise.race([call, stopped]);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    }
  }

  /** What of a query is embedded: its beginning, when an embedder takes no more. */
  text(embedder: Embedder, query: string): string {
    return beginning(query, embedder.maxCharacters ?? query.length);
  }

  stop(): void {
    this.#stopping.stop(new SouvenirError("CLOSED", "this memory was closed"));
  }

  #embed(embedder: Embedder, query: string, key: string): Promise<Float32Array | undefined> {
    const shared = this.#underway.get(key);
    const since = performance.now();
    // At the edge, a call ends with the request that began it, without a word.
    if (shared !== undefined && since - shared.since < callLimitMs) return shared.call;
    const call = this.#call(embedder, query)
      .then((vector) => {
        this.#keep(key, vector);
        return vector;
      })
      .finally(() => this.#underway.delete(key));
    this.#underway.set(key, { call, since });
    return call;
  }

  async #call(embedder: Embedder, query: string): Promise<Float32Array | undefined> {
    const text = this.text(embedder, query);
    const [outcome] = await this.#stopping.run(callLimitMs, (signal) =>
      embedTexts(embedder, [text], { kind: "query", signal }),
    );
    if (outcome === undefined || "fault" in outcome) throw outcome?.fault;
    return outcome.vector;
  }

  #keep(key: string, vector: Float32Array | undefined): void {
    this.#cache.delete(key);
    this.#cache.set(key, vector);
    if (this.#cache.size > cachedQueries) this.#cache.delete(this.#cache.keys().next().value as string);
  }
}

/** The first characters of a text, without half of a surrogate pair at the end. */
function beginning(text: string, maximum: number): string {
  const start = text.slice(0, maximum);
  return start.isWellFormed() ? start : start.slice(0, -1);
}
