import type { EmbeddingsInterface } from "@langchain/core/embeddings";
import {
  BaseStore,
  type IndexConfig,
  type Operation,
  type OperationResults,
  type PutOperation,
  type SearchOperation,
} from "@langchain/langgraph-checkpoint";
import {
  checkOptions,
  checkPaths,
  createMemory,
  type DocumentChange,
  Documents,
  given,
  type Memory,
  type MemoryOptions,
  type MemoryRecord,
  type MemorySource,
  namesOf,
  type OpenedMemory,
  openedMemory,
  SouvenirError,
  separateTexts,
} from "@souvenir/core";
import { askedEmbedder, type EmbeddingsLike, embeddingsOf } from "./embedder.ts";
import { namespaceOf } from "./labels.ts";
import { type HoldsMemory, holderOf } from "./scope.ts";
import { checkTtl } from "./store/checks.ts";
import { checkLabels, listPaths } from "./store/namespaces.ts";
import { type PutOptions, type Step, toStep } from "./store/operations.ts";
import {
  checkSearch,
  type Facets,
  facetsOf,
  itemUnder,
  type SearchOptions,
  type SouvenirItem,
  searchItems,
} from "./store/search.ts";

export type { MemorySource } from "@souvenir/core";
export { fromLabel, type LabelPath, namespaceOf, pathOf, toLabel } from "./labels.ts";
export type { PutOptions } from "./store/operations.ts";
export type { Facets, HybridOptions, SearchOptions, SouvenirItem, StoreFilter } from "./store/search.ts";

/** Where items of a store are kept. */
export interface SouvenirStoreOptions extends Pick<MemoryOptions, "path" | "logger"> {
  /** The memory that items are kept in, within the limits that it was given. Default: one of its own, in `path`. */
  memory?: MemorySource;
  /** What is searched of an item, and by which vectors. Default: all of it, by the built-in embedder. */
  index?: {
    /**
     * Paths of the texts to search, for items put without `index`. Default `["$"]`: the whole value. Each text has a
     * vector of its own.
     */
    fields?: readonly string[];
    /** For a memory of its own. Default: Souvenir's built-in embedder. */
    embeddings?: EmbeddingsInterface;
    /** The same, by the name that it has in LangGraph's other stores; also a function from texts to vectors. */
    embed?: EmbeddingsLike;
    /** Numbers in a vector of the embeddings. */
    dims?: number;
  };
  /** How long items live, with the names that LangGraph's own stores have. Default: for ever. */
  ttl?: {
    /** Minutes that an item put without a TTL lives. Default: for ever. */
    defaultTtl?: number;
    /** Whether reading an item starts its time anew. Default true. */
    refreshOnRead?: boolean;
  };
  /** Milliseconds since 1970. Default `Date.now`. */
  clock?: () => number;
}

const optionNames = {
  store: namesOf<SouvenirStoreOptions>({
    path: true,
    logger: true,
    memory: true,
    index: true,
    ttl: true,
    clock: true,
  }),
  index: namesOf<NonNullable<SouvenirStoreOptions["index"]>>({
    fields: true,
    embeddings: true,
    embed: true,
    dims: true,
  }),
  ttl: namesOf<NonNullable<SouvenirStoreOptions["ttl"]>>({ defaultTtl: true, refreshOnRead: true }),
  search: namesOf<SearchOptions>({
    filter: true,
    limit: true,
    offset: true,
    query: true,
    tags: true,
    entities: true,
    since: true,
    until: true,
    thread: true,
    minScore: true,
    similarityThreshold: true,
    mode: true,
    vectorWeight: true,
  }),
};

/**
 * LangGraph's long-term memory in a Souvenir file: hybrid search (vectors, words, entities) behind `search({ query })`,
 * durable, one index for each label path.
 *
 * In nodes, tools and hooks LangGraph hands out a wrapper of the store that knows `get`, `put`, `search` and `delete`
 * with their basic options only; `SouvenirStore.of(runtime.store)` is the store itself, with everything.
 */
export class SouvenirStore extends BaseStore {
  /**
   * LangGraph wraps the store of each run, and hands all calls of one moment to one `batch()`, whose failure would be
   * that of all of them. Of what says that it is such a wrapper it takes the `store` inside instead: ours answers each
   * call apart.
   */
  readonly lg_name = "AsyncBatchedStore" as const;
  readonly store: StoreOfRuns;
  readonly #options: SouvenirStoreOptions;
  readonly #embeddings: EmbeddingsInterface | undefined;
  readonly #documents: Documents;
  readonly #ttlMs: number | undefined;
  readonly #memory: OpenedMemory;

  /** Opens nothing: the first operation does. @throws SouvenirError `INVALID_INPUT` */
  constructor(options: SouvenirStoreOptions = {}) {
    super();
    checkOptions(options, "SouvenirStore", optionNames.store);
    const { memory, path, index = {}, ttl = {} } = options;
    checkOptions(index, "SouvenirStore: index", optionNames.index);
    checkOptions(ttl, "SouvenirStore: ttl", optionNames.ttl);
    const embeddings = index.embeddings ?? index.embed;
    if (memory !== undefined && (path !== undefined || embeddings !== undefined || index.dims !== undefined))
      throw new SouvenirError(
        "INVALID_INPUT",
        "SouvenirStore: a memory that is given has its path and embedder already: leave out path, index.embeddings and index.dims",
      );
    checkPaths(index.fields, "index.fields");
    this.#ttlMs = checkTtl(ttl.defaultTtl, "ttl.defaultTtl");
    this.#options = options;
    this.#embeddings = embeddings === undefined ? undefined : embeddingsOf(embeddings);
    this.#memory = openedMemory(memory, () => this.#create());
    this.#documents = new Documents({
      memory: () => this.#memory.open(),
      separate: this.#embeddings !== undefined,
      vectorWaitMs: 1_000,
      clock: options.clock ?? Date.now,
    });
    this.store = new StoreOfRuns(this, (operations) => this.#run(operations, true));
  }

  /** The Souvenir store behind `runtime.store`, `config.store` or `getStore()`. @throws SouvenirError `INVALID_INPUT` */
  static of(store: unknown): SouvenirStore {
    const holder = holderOf(store);
    if (holder instanceof StoreOfRuns) return holder.whole;
    throw new SouvenirError(
      "INVALID_INPUT",
      "SouvenirStore.of: the graph or agent was given another store, or none",
    );
  }

  /** What is indexed, as LangGraph's stores tell it. `undefined` for a store without embeddings of its own. */
  get indexConfig(): IndexConfig | undefined {
    if (this.#embeddings === undefined) return undefined;
    const { dims, fields = ["$"] } = this.#options.index ?? {};
    return { embeddings: this.#embeddings, fields: [...fields], ...given({ dims }) } as IndexConfig;
  }

  /** All are checked before anything is done; in order, so that reads see the writes before them. */
  override async batch<Op extends Operation[]>(operations: Op): Promise<OperationResults<Op>> {
    return (await Promise.all(await this.#run(operations, false))) as OperationResults<Op>;
  }

  override async get(namespace: string[], key: string): Promise<SouvenirItem | null> {
    return (await this.batch([{ namespace, key }]))[0] as SouvenirItem | null;
  }

  override async search(namespacePrefix: string[], options: SearchOptions = {}): Promise<SouvenirItem[]> {
    checkOptions(options, "search", optionNames.search);
    const [found] = await this.batch([{ ...options, namespacePrefix } as SearchOperation]);
    return found as SouvenirItem[];
  }

  /** @param index - Paths of the texts to search; `false`: none. Default: those of the store. */
  override async put(
    namespace: string[],
    key: string,
    value: Record<string, unknown>,
    index?: false | string[],
    { ttl }: PutOptions = {},
  ): Promise<void> {
    checkLabels(namespace);
    await this.batch([{ namespace, key, value, ...given({ index, ttl }) } as PutOperation]);
  }

  override async delete(namespace: string[], key: string): Promise<void> {
    await this.batch([{ namespace, key, value: null }]);
  }

  /** @param options - `limit` is 100 by default. */
  override async listNamespaces(
    options: Parameters<BaseStore["listNamespaces"]>[0] = {},
  ): Promise<string[][]> {
    const { prefix, suffix, maxDepth, limit = 100, offset = 0 } = options;
    const matchConditions = [
      ...(prefix === undefined ? [] : [{ matchType: "prefix" as const, path: prefix }]),
      ...(suffix === undefined ? [] : [{ matchType: "suffix" as const, path: suffix }]),
    ];
    return (await this.batch([{ matchConditions, limit, offset, ...given({ maxDepth }) }]))[0] as string[][];
  }

  /** The memory that items are kept in, for everything that LangGraph has no word for. */
  openMemory(): Promise<Memory> {
    return this.#memory.open();
  }

  /** Entities and tags of the items under a prefix that match a query, most frequent first. */
  async facets(namespacePrefix: string[], options: SearchOptions & { query: string }): Promise<Facets> {
    const prefix = checkLabels(namespacePrefix, { allowEmpty: true, allowReservedRoot: true });
    return facetsOf(await this.#memory.open(), checkSearch(prefix, { ...options, namespacePrefix }));
  }

  /** Opens the memory now, to learn early that it cannot be. */
  override async start(): Promise<void> {
    await this.#memory.open();
  }

  override async stop(): Promise<void> {
    await this.close();
  }

  /** Closes a memory of its own; one that was given stays open. The next operation opens it again. */
  async close(): Promise<void> {
    await this.#documents.write([]);
    await this.#memory.close();
  }

  /**
   * A promise for each step; reads see the writes before them.
   * @param apart - What is refused fails alone.
   */
  async #run(operations: readonly Operation[], apart: boolean): Promise<Promise<unknown>[]> {
    const { fields = ["$"] } = this.#options.index ?? {};
    const steps = operations.map((operation): Step => {
      try {
        return toStep(operation, { fields, ttlMs: this.#ttlMs });
      } catch (error) {
        if (!apart) throw error;
        return { kind: "refused", error };
      }
    });
    const results: Promise<unknown>[] = [];
    let changes: DocumentChange[] = [];
    const write = async () => {
      // Told to whoever made the call, and to nobody else.
      await Promise.allSettled(results);
      for (const failure of changes.length > 0 ? await this.#documents.write(changes) : [])
        results.push(failure === undefined ? Promise.resolve(null) : Promise.reject(failure));
      changes = [];
    };
    for (const step of steps) {
      if (step.kind === "write") changes.push(step.change);
      else {
        await write();
        results.push(this.#read(step));
      }
    }
    await write();
    await Promise.allSettled(results);
    return results;
  }

  async #read(step: Exclude<Step, { kind: "write" }>): Promise<unknown> {
    if (step.kind === "refused") throw step.error;
    const memory = await this.#memory.open();
    switch (step.kind) {
      case "list":
        return listPaths(await memory.namespaces(), step);
      case "search": {
        const found = await searchItems(memory, this.#documents, step, this.#embeddings !== undefined);
        await this.#refresh(found);
        return found.map((record) => itemUnder(step.prefix, record));
      }
      case "get": {
        const { path, key } = step;
        const record = path.length === 0 ? undefined : await this.#documents.get(namespaceOf(path), key);
        if (record === undefined) return null;
        await this.#refresh([record]);
        return itemUnder(path, record);
      }
    }
  }

  /** Gives what was read its time anew. */
  async #refresh(records: readonly MemoryRecord[]): Promise<void> {
    if (this.#options.ttl?.refreshOnRead !== false) await this.#documents.refresh(records);
  }

  async #create(): Promise<Memory> {
    const { path, logger, clock, index: { dims } = {} } = this.#options;
    const embeddings = this.#embeddings;
    const embedder = embeddings && { ...(await askedEmbedder(embeddings, dims)), parts: separateTexts };
    return createMemory({
      ...given({ path, logger, clock, embedder }),
      limits: { keyBytes: Number.POSITIVE_INFINITY },
    });
  }
}

/** What LangGraph's wrapper holds of a store: `batch`, with a promise for each call, which the wrapper hands on. */
class StoreOfRuns extends BaseStore implements HoldsMemory {
  readonly lg_name = "SouvenirStore" as const;
  readonly #whole: SouvenirStore;
  readonly #run: (operations: readonly Operation[]) => Promise<unknown[]>;

  constructor(whole: SouvenirStore, run: (operations: readonly Operation[]) => Promise<unknown[]>) {
    super();
    this.#whole = whole;
    this.#run = run;
  }

  get whole(): SouvenirStore {
    return this.#whole;
  }

  override async batch<Op extends Operation[]>(operations: Op): Promise<OperationResults<Op>> {
    return (await this.#run(operations)) as OperationResults<Op>;
  }

  openMemory(): Promise<Memory> {
    return this.#whole.openMemory();
  }
}
