import type { EmbeddingsInterface } from "@langchain/core/embeddings";
import {
  BaseStore,
  type ListNamespacesOperation,
  type Operation,
  type OperationResults,
  type PutOperation,
  type SearchOperation,
} from "@langchain/langgraph-checkpoint";
import {
  checkOptions,
  createMemory,
  type Memory,
  type MemoryOptions,
  type MemoryRecord,
  namesOf,
  retryConflicts,
  type SetInput,
  SouvenirError,
} from "@souvenir/core";
import { askedEmbedder } from "./embedder.ts";
import { namespaceOf, sameLabel } from "./labels.ts";
import { holderOf, type MemorySource, opener } from "./source.ts";
import { minuteMs, newExpiry, refresh } from "./store/expiry.ts";
import { checkPaths, indexText } from "./store/index-text.ts";
import { type SouvenirItem, toItem, toSetInput, updatedAt } from "./store/items.ts";
import { checkLabels, listPaths } from "./store/namespaces.ts";
import {
  byNamespace,
  checkRead,
  checkTtl,
  isGet,
  isPut,
  isSearch,
  type PutOptions,
  type Read,
  runs,
  toWrite,
  type Write,
} from "./store/operations.ts";
import { type Facets, facetsOf, type SearchOptions, searchItems } from "./store/search.ts";
import { VectorWait } from "./vector-wait.ts";

export { fromLabel, type LabelPath, namespaceOf, pathOf, toLabel } from "./labels.ts";
export type { MemorySource } from "./source.ts";
export type { StoreFilter } from "./store/filter.ts";
export type { SouvenirItem } from "./store/items.ts";
export type { PutOptions } from "./store/operations.ts";
export type { Facets, HybridOptions, SearchOptions } from "./store/search.ts";

export interface SouvenirStoreOptions extends Pick<MemoryOptions, "path" | "logger"> {
  /** The memory that items are kept in. Default: one of its own, in `path`. */
  memory?: MemorySource;
  index?: {
    /** Paths of the texts to search, for items put without `index`. Default `["$"]`: the whole value. */
    fields?: readonly string[];
    /** For a memory of its own. Default: Souvenir's offline embedder. */
    embeddings?: EmbeddingsInterface;
    /** Numbers in a vector of `embeddings`. */
    dims?: number;
  };
  ttl?: {
    /** Minutes that an item put without a TTL lives. Default: for ever. */
    defaultTtl?: number;
    /** Whether reading an item starts its time anew. Default true. */
    refreshOnRead?: boolean;
  };
  /**
   * Milliseconds that a search waits for vectors of what this store has just written. Default 1000. Until they are
   * there an item is found by its words.
   */
  vectorWaitMs?: number;
  /** Milliseconds since 1970. Default `Date.now`. */
  clock?: () => number;
}

const optionNames = namesOf<SouvenirStoreOptions>({
  path: true,
  logger: true,
  memory: true,
  index: true,
  ttl: true,
  vectorWaitMs: true,
  clock: true,
});

/**
 * LangGraph's long-term memory in a Souvenir file: hybrid search (vectors, words, entities) behind `search({ query })`,
 * durable, one index for each label path.
 *
 * In nodes, tools and hooks LangGraph hands out a wrapper of the store that knows `get`, `put`, `search` and `delete`
 * with their basic options only; `SouvenirStore.of(runtime.store)` is the store itself, with everything.
 */
export class SouvenirStore extends BaseStore {
  readonly lg_name = "SouvenirStore" as const;
  readonly #open: () => Promise<Memory>;
  readonly #options: SouvenirStoreOptions;
  readonly #clock: () => number;
  readonly #wait: VectorWait;
  #ownMemory: Promise<Memory> | undefined;
  /** Writes follow each other, so that each sees what is there. */
  #writes: Promise<unknown> = Promise.resolve();

  /** Opens nothing: the first operation does. @throws SouvenirError `INVALID_INPUT` */
  constructor(options: SouvenirStoreOptions = {}) {
    super();
    checkOptions(options, "SouvenirStore", optionNames);
    const { memory, index, path, ttl } = options;
    if (memory !== undefined && (path !== undefined || index?.embeddings !== undefined))
      throw new SouvenirError(
        "INVALID_INPUT",
        "SouvenirStore: a memory that is given has its path and embedder already: leave out path and index.embeddings",
      );
    checkPaths(index?.fields);
    checkTtl(ttl?.defaultTtl, "ttl.defaultTtl");
    this.#options = options;
    this.#clock = options.clock ?? Date.now;
    this.#wait = new VectorWait(options.vectorWaitMs);
    this.#open = memory === undefined ? () => this.#openOwn() : opener(memory);
  }

  /** The Souvenir store behind `runtime.store`, `config.store` or `getStore()`. @throws SouvenirError `INVALID_INPUT` */
  static of(store: unknown): SouvenirStore {
    const holder = holderOf(store);
    if (holder instanceof SouvenirStore) return holder;
    throw new SouvenirError(
      "INVALID_INPUT",
      "SouvenirStore.of: the graph or agent was given another store, or none",
    );
  }

  override async batch<Op extends Operation[]>(operations: Op): Promise<OperationResults<Op>> {
    // Everything is checked and copied before anything is done.
    const steps = operations.map((operation) =>
      isPut(operation) ? { write: toWrite(operation) } : { write: undefined, read: checkRead(operation) },
    );
    const results: unknown[] = [];
    let writes: Write[] = [];
    const commit = async (): Promise<void> => {
      const pending = writes;
      writes = [];
      if (pending.length > 0) await this.#write(pending);
    };
    for (const step of steps) {
      if (step.write !== undefined) {
        if (step.write.namespace !== "") writes.push(step.write);
        results.push(null);
      } else {
        await commit();
        results.push(await this.#read(step.read));
      }
    }
    await commit();
    return results as OperationResults<Op>;
  }

  override async get(namespace: string[], key: string): Promise<SouvenirItem | null> {
    return (await this.batch([{ namespace, key }]))[0] as SouvenirItem | null;
  }

  override async search(namespacePrefix: string[], options: SearchOptions = {}): Promise<SouvenirItem[]> {
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
    const operation: PutOperation & PutOptions = { namespace, key, value };
    if (index !== undefined) operation.index = index;
    if (ttl !== undefined) operation.ttl = ttl;
    await this.batch([operation]);
  }

  override async delete(namespace: string[], key: string): Promise<void> {
    await this.batch([{ namespace, key, value: null }]);
  }

  override async listNamespaces(
    options: {
      prefix?: string[];
      suffix?: string[];
      maxDepth?: number;
      limit?: number;
      offset?: number;
    } = {},
  ): Promise<string[][]> {
    const { prefix, suffix, maxDepth, limit = 100, offset = 0 } = options;
    const matchConditions = [
      ...(prefix === undefined ? [] : [{ matchType: "prefix" as const, path: prefix }]),
      ...(suffix === undefined ? [] : [{ matchType: "suffix" as const, path: suffix }]),
    ];
    const operation: ListNamespacesOperation = { matchConditions, limit, offset };
    if (maxDepth !== undefined) operation.maxDepth = maxDepth;
    return (await this.batch([operation]))[0] as string[][];
  }

  /** The memory that items are kept in, for everything that LangGraph has no word for. */
  openMemory(): Promise<Memory> {
    return this.#open();
  }

  /** Entities and tags of the items under a prefix that match a query, most frequent first. */
  async facets(namespacePrefix: string[], options: SearchOptions & { query: string }): Promise<Facets> {
    checkLabels(namespacePrefix, { allowEmpty: true, allowReservedRoot: true });
    return facetsOf(await this.#open(), namespacePrefix, options);
  }

  /** Opens the memory now, to learn early that it cannot be. */
  override async start(): Promise<void> {
    await this.#open();
  }

  override async stop(): Promise<void> {
    await this.close();
  }

  /** Closes a memory of its own; one that was given stays open. The next operation opens it again. */
  async close(): Promise<void> {
    await this.#writes.catch(() => undefined);
    const opened = this.#ownMemory;
    this.#ownMemory = undefined;
    await (await opened)?.close();
  }

  async #read(operation: Read): Promise<unknown> {
    const memory = await this.#open();
    if (isSearch(operation)) return this.#search(memory, operation);
    if (!isGet(operation)) return listPaths(await memory.namespaces(), operation);
    const { namespace, key } = operation;
    if (namespace.length === 0) return null;
    const record = await memory.get({ namespace: namespaceOf(namespace), key });
    if (record === undefined) return null;
    await this.#refresh(memory, [record]);
    return { ...toItem(record), namespace: [...namespace] };
  }

  async #search(memory: Memory, operation: SearchOperation & SearchOptions): Promise<SouvenirItem[]> {
    const { namespacePrefix } = operation;
    if (operation.query) await this.#wait.ready(memory);
    const found = await searchItems(memory, namespacePrefix, operation);
    await this.#refresh(
      memory,
      found.map(({ record }) => record),
    );
    // A label comes back in the spelling that the caller used.
    return found.map(({ item }) => ({
      ...item,
      namespace: item.namespace.map((label, index) => {
        const given = namespacePrefix[index];
        return given !== undefined && sameLabel(given, label) ? given : label;
      }),
    }));
  }

  /** Puts and deletes, in order; those in a row that do not depend on each other in one commit. */
  #write(writes: readonly Write[]): Promise<void> {
    return this.#inLine(async () => {
      const memory = await this.#open();
      for (const run of runs(writes)) {
        const puts = run.filter(({ value }) => value !== null);
        if (puts.length > 0) {
          await retryConflicts(async () => {
            const inputs: SetInput[] = [];
            for (const put of puts) inputs.push(await this.#toInput(memory, put));
            await memory.setMany(inputs);
          });
          this.#wait.written();
        } else for (const [namespace, keys] of byNamespace(run)) await memory.delete({ namespace, keys });
      }
    });
  }

  async #toInput(memory: Memory, { namespace, key, value, index, ttl: given }: Write): Promise<SetInput> {
    const fields = index ?? this.#options.index?.fields ?? ["$"];
    const ttl = given ?? this.#options.ttl?.defaultTtl;
    const before = await memory.get({ namespace, key });
    const now = this.#clock();
    const item = { namespace, key, value: value ?? {}, text: indexText(value ?? {}, fields) };
    const input = toSetInput(item, {
      updatedAt: before === undefined ? now : Math.max(now, updatedAt(before) + 1),
      ...(ttl === undefined ? {} : { ttl, expiresAt: now + ttl * minuteMs }),
    });
    // Later than the item that it replaces, whoever wrote that.
    return { ...input, ifVersion: before?.version ?? 0 };
  }

  /** Gives what was read its time anew. */
  async #refresh(memory: Memory, records: readonly MemoryRecord[]): Promise<void> {
    if (this.#options.ttl?.refreshOnRead === false) return;
    if (records.every((record) => newExpiry(record, this.#clock()) === undefined)) return;
    await this.#inLine(() => refresh(memory, records, this.#clock()));
  }

  #inLine<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#writes.then(work, work);
    this.#writes = result.catch(() => undefined);
    return result;
  }

  #openOwn(): Promise<Memory> {
    this.#ownMemory ??= this.#create().catch((error: unknown) => {
      this.#ownMemory = undefined;
      throw error;
    });
    return this.#ownMemory;
  }

  async #create(): Promise<Memory> {
    const { path, logger, clock, index: { embeddings, dims } = {} } = this.#options;
    return createMemory({
      ...(path === undefined ? {} : { path }),
      ...(logger === undefined ? {} : { logger }),
      ...(clock === undefined ? {} : { clock }),
      ...(embeddings === undefined
        ? {}
        : { embedder: await askedEmbedder(embeddings, dims === undefined ? {} : { dimensions: dims }) }),
      limits: ownLimits,
    });
  }
}

/** Items of a graph may be larger than what people say. */
const ownLimits = { valueBytes: 1 << 20, metadataBytes: 1 << 20 };
