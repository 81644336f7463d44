import type { Callbacks } from "@langchain/core/callbacks/manager";
import { Document, type DocumentInterface } from "@langchain/core/documents";
import type { EmbeddingsInterface } from "@langchain/core/embeddings";
import { maximalMarginalRelevance } from "@langchain/core/utils/math";
import { type MaxMarginalRelevanceSearchOptions, VectorStore } from "@langchain/core/vectorstores";
import {
  checkOptions,
  createMemory,
  Documents,
  documentMark,
  fieldsOf,
  fromKey,
  given,
  giveVector,
  isSearched,
  type Memory,
  type MemoryRecord,
  type MemorySource,
  namesOf,
  type OpenedMemory,
  openedMemory,
  type SearchHit,
  type SetInput,
  SouvenirError,
  toKey,
  unsearched,
  type Where,
  wordlessQuery,
} from "@souvenir/core";
import { askedEmbedder } from "./embedder.ts";
import { type NamespaceInput, toNamespace } from "./scope.ts";
import { jsonObject } from "./store/checks.ts";

/** On the metadata: `{ field: value }`, `{ field: { gte: 3 } }`; or a test of the document. */
export type DocumentFilter = Where | ((document: DocumentInterface) => boolean);

/** Where documents and their vectors are kept. */
export interface SouvenirVectorStoreConfig {
  /** A memory that is open. Default: one of its own in `path`, with the vectors of the embeddings. */
  memory?: MemorySource;
  /** File of a memory of its own. Default `./.souvenir/memory.db`. */
  path?: string;
  /** Numbers in a vector of the embeddings, for a memory of its own. Default: what they say, or are asked. */
  dimensions?: number;
  /** Default `documents`. */
  namespace?: NamespaceInput;
  /** 0 to 1. Default 0: the best `k` documents, however little they fit, as other vector stores have it. */
  minScore?: number;
}

/** Documents may be larger than what people say. */
const noLimits = { valueBytes: Number.POSITIVE_INFINITY, metadataBytes: Number.POSITIVE_INFINITY };

const optionNames = namesOf<SouvenirVectorStoreConfig>({
  memory: true,
  path: true,
  dimensions: true,
  namespace: true,
  minScore: true,
});

/**
 * Documents in a Souvenir memory: `similaritySearch` compares vectors, words and entities. Scores are 0 to 1, higher is
 * better.
 */
export class SouvenirVectorStore extends VectorStore {
  declare FilterType: DocumentFilter;
  readonly #config: SouvenirVectorStoreConfig;
  readonly #namespace: string;
  readonly #memory: OpenedMemory;
  readonly #documents: Documents;

  static override lc_name(): string {
    return "SouvenirVectorStore";
  }

  /** Opens nothing: the first call does. */
  constructor(embeddings: EmbeddingsInterface, config: SouvenirVectorStoreConfig = {}) {
    super(embeddings, config);
    checkOptions(config, "SouvenirVectorStore", optionNames);
    if (config.memory !== undefined && config.path !== undefined)
      throw new SouvenirError("INVALID_INPUT", "SouvenirVectorStore: pass memory or path, and not both");
    this.#config = config;
    this.#namespace = toNamespace(config.namespace ?? "documents");
    this.#memory = openedMemory(config.memory, async () =>
      createMemory({ embedder: await this.#embedder(), ...given({ path: config.path }) }),
    );
    this.#documents = new Documents({ memory: () => this.#memory.open(), vectorWaitMs: 10_000 });
  }

  _vectorstoreType(): string {
    return "souvenir";
  }

  static override async fromTexts(
    texts: string[],
    metadatas: object[] | object,
    embeddings: EmbeddingsInterface,
    config: SouvenirVectorStoreConfig = {},
  ): Promise<SouvenirVectorStore> {
    const documents = texts.map((pageContent, index) => {
      const metadata = (Array.isArray(metadatas) ? metadatas[index] : metadatas) as Record<string, unknown>;
      return new Document({ pageContent, metadata: metadata ?? {} });
    });
    return SouvenirVectorStore.fromDocuments(documents, embeddings, config);
  }

  static override async fromDocuments(
    documents: DocumentInterface[],
    embeddings: EmbeddingsInterface,
    config: SouvenirVectorStoreConfig = {},
  ): Promise<SouvenirVectorStore> {
    const store = new SouvenirVectorStore(embeddings, config);
    await store.addDocuments(documents);
    return store;
  }

  /** Answers the ids: those given, else those of the documents, else new ones. An id that exists is replaced. */
  override async addDocuments(
    documents: DocumentInterface[],
    options: { ids?: string[] } = {},
  ): Promise<string[]> {
    const memory = await this.#memory.open();
    const { ids } = options;
    if (ids !== undefined) checkLength(ids, documents, "ids");
    const records = await memory.setMany(
      documents.map(({ pageContent, metadata, id }, index) => ({
        namespace: this.#namespace,
        key: toKey(ids?.[index] ?? id ?? crypto.randomUUID()),
        ...searchable(pageContent, jsonObject(metadata ?? {}, "metadata")),
      })),
      { limits: noLimits },
    );
    this.#documents.written();
    return records.map(({ key }) => fromKey(key));
  }

  /**
   * Adds documents with vectors that were made elsewhere, with the same embeddings.
   * @throws SouvenirError `UNSUPPORTED` for a memory whose embedder is not `langchainEmbedder` of these embeddings
   */
  override async addVectors(
    vectors: number[][],
    documents: DocumentInterface[],
    options: { ids?: string[] } = {},
  ): Promise<string[]> {
    checkLength(vectors, documents, "vectors");
    const memory = await this.#memory.open();
    await this.#checkEmbedder(memory);
    const takeBack = documents.map(({ pageContent }, index) =>
      giveVector(this.embeddings, "document", pageContent, vectors[index] as number[]),
    );
    try {
      const ids = await this.addDocuments(documents, options);
      await memory.flush();
      return ids;
    } finally {
      for (const take of takeBack) take();
    }
  }

  override async similaritySearch(
    query: string,
    k = 4,
    filter?: this["FilterType"],
    _callbacks?: Callbacks,
  ): Promise<DocumentInterface[]> {
    return (await this.similaritySearchWithScore(query, k, filter)).map(([document]) => document);
  }

  override async similaritySearchWithScore(
    query: string,
    k = 4,
    filter?: this["FilterType"],
    _callbacks?: Callbacks,
  ): Promise<[DocumentInterface, number][]> {
    if (query.trim() === "") return [];
    return this.#search(query, k, filter);
  }

  /** By the vector alone: a score is the cosine, 0 to 1. @throws SouvenirError `UNSUPPORTED`, see `addVectors` */
  override async similaritySearchVectorWithScore(
    query: number[],
    k: number,
    filter?: this["FilterType"],
  ): Promise<[DocumentInterface, number][]> {
    await this.#checkEmbedder(await this.#memory.open());
    const question = wordlessQuery();
    const takeBack = giveVector(this.embeddings, "query", question, query);
    try {
      return await this.#search(question, k, filter, ({ reasons }) =>
        Math.min(1, Math.max(0, reasons.cosine ?? 0)),
      );
    } finally {
      takeBack();
    }
  }

  /** Of the best `fetchK` (default 20), `k` that fit and differ. */
  override async maxMarginalRelevanceSearch(
    query: string,
    options: MaxMarginalRelevanceSearchOptions<this["FilterType"]>,
    _callbacks?: Callbacks,
  ): Promise<DocumentInterface[]> {
    const { k, fetchK = 20, lambda = 0.5, filter } = options;
    const found = await this.similaritySearch(query, fetchK, filter);
    if (found.length === 0) return [];
    const [asked, vectors] = await Promise.all([
      this.embeddings.embedQuery(query),
      this.embeddings.embedDocuments(found.map(({ pageContent }) => pageContent)),
    ]);
    return maximalMarginalRelevance(asked, vectors, lambda, k).flatMap((index) => found[index] ?? []);
  }

  /** Deletes by ids, by a filter on the metadata, or everything. */
  override async delete(params: { ids?: string[]; filter?: Where; deleteAll?: boolean } = {}): Promise<void> {
    const memory = await this.#memory.open();
    const { ids, filter, deleteAll } = params;
    if (ids !== undefined) await memory.delete({ namespace: this.#namespace, keys: ids.map(toKey) });
    else if (filter !== undefined) await memory.delete({ namespace: this.#namespace, where: filter });
    else if (deleteAll === true) await memory.clear({ namespace: this.#namespace });
    else
      throw new SouvenirError("INVALID_INPUT", "delete: expected { ids }, { filter } or { deleteAll: true }");
  }

  /** Closes a memory of its own; one that was given stays open. */
  async close(): Promise<void> {
    await this.#memory.close();
  }

  async #search(
    query: string,
    k: number,
    filter: DocumentFilter | undefined,
    scoreOf?: (hit: SearchHit) => number,
  ): Promise<[DocumentInterface, number][]> {
    if (k <= 0) return [];
    const { minScore = 0 } = this.#config;
    const where = typeof filter === "object" && Object.keys(filter).length > 0 ? filter : undefined;
    const accepts = (record: MemoryRecord) =>
      isSearched(record) && (typeof filter !== "function" || filter(toDocument(record)));
    const namespaces = { prefix: this.#namespace, namespaces: [this.#namespace] };
    const search = { query, limit: k, minScore, accepts, ...given({ where, scoreOf }) };
    // The best k, also where the query fits none.
    const found = await this.#documents.searchAll(namespaces, search, minScore === 0);
    return found.map((record) => [toDocument(record), record.score ?? 0]);
  }

  /** Core embeds by itself: vectors reach it only through the embedder of these embeddings. */
  async #checkEmbedder(memory: Memory): Promise<void> {
    const [{ embedder }, mine] = await Promise.all([memory.stats(), this.#embedder()]);
    if (embedder?.id !== mine.id)
      throw new SouvenirError(
        "UNSUPPORTED",
        `this memory embeds with "${embedder?.id ?? "nothing"}" and takes no vectors from "${mine.id}": open it with langchainEmbedder(embeddings), or pass texts`,
      );
  }

  #embedder(): ReturnType<typeof askedEmbedder> {
    return askedEmbedder(this.embeddings, this.#config.dimensions);
  }
}

function checkLength(given: readonly unknown[], documents: readonly unknown[], name: string): void {
  const { length } = documents;
  if (given.length !== length)
    throw new SouvenirError(
      "INVALID_INPUT",
      `${name}: expected ${length}, one a document, got ${given.length}`,
    );
}

/** A document as a record: what says nothing is kept, and not found. */
function searchable(
  pageContent: string,
  fields: Record<string, unknown>,
): Pick<SetInput, "value" | "metadata"> {
  if (pageContent.trim() !== "") return { value: pageContent.toWellFormed(), metadata: fields };
  return { value: unsearched, metadata: { ...fields, [documentMark]: { unsearched: true } } };
}

function toDocument(record: MemoryRecord): Document {
  const pageContent = isSearched(record) ? record.value : "";
  return new Document({ id: fromKey(record.key), pageContent, metadata: fieldsOf(record) });
}
