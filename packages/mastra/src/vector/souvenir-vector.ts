import {
  type CreateIndexParams,
  type DeleteIndexParams,
  type DeleteVectorParams,
  type DeleteVectorsParams,
  type DescribeIndexParams,
  type IndexStats,
  MastraVector,
  type QueryResult,
  type QueryVectorParams,
  type UpdateVectorParams,
  type UpsertVectorParams,
  validateTopK,
  validateUpsert,
  validateVectorValues,
} from "@mastra/core/vector";
import type { VectorFilter } from "@mastra/core/vector/filter";
import {
  type CompiledFilter,
  checkOptions,
  given,
  jsonCopy,
  type Metadata,
  namesOf,
  SouvenirError,
} from "@souvenir/core";
import { type VectorMetric, VectorRows, vectorMetrics, type WhichRows } from "@souvenir/core/sqlite";
import { MastraFile } from "../mastra-file.ts";
import { memoryAt, type SourceMemory, type SourceOptions } from "../messages/memory-source.ts";
import { checkId, invalid } from "../values.ts";
import { metadataFilter } from "./filter.ts";
import type { Indexes } from "./indexes.ts";
import { type PairedEmbedder, pairedEmbedder, standInDimensions } from "./paired-embedder.ts";
import { TextIndexes } from "./text-index.ts";

/** Where indexes are kept. */
export interface SouvenirVectorOptions extends SourceOptions {
  /** Default `souvenir`. */
  id?: string;
}

/** A filter of Mastra, or one with operators that its type does not know: `$contains`, `$size`. See `metadataFilter`. */
export type SouvenirVectorFilter = VectorFilter | Record<string, unknown>;

/** `minScore`: leave out what scores less. Default: nothing is. */
export type SouvenirQuery = QueryVectorParams<SouvenirVectorFilter> & { minScore?: number };

const optionNames = namesOf<SouvenirVectorOptions>({ id: true, path: true, memory: true, embedder: true });

/**
 * A vector store of Mastra in Souvenir.
 *
 * - **Vectors that a caller gives**, of any model and dimension, are kept in the file at `path` and compared exactly.
 *   Scores: see `scoreOf`; `cosine`, the default, has 0 to 1. Writes resolve when they are on disk.
 * - **Texts**: `embedder` makes vectors that stand for texts, asks no provider and cannot fail. What is upserted with
 *   them is kept as texts in the memory (`memory`, or one at `path`), which embeds them from its queue, and what is
 *   asked with them is searched there: by words, entities and the memory's own vectors. Scores are 0 to 1, comparable
 *   between queries, and only what fits is found. `new Memory({ vector, embedder: vector.embedder, … })` has hybrid
 *   recall that way, and so have Mastra's RAG tools.
 *
 * Which of the two an index is, its dimension says. Without a `path`, a store with a `memory` keeps texts only.
 * @throws SouvenirError `INVALID_INPUT`, `NOT_FOUND` for an index that is not there, `UNSUPPORTED` for sparse vectors,
 * and what the file throws; MastraError for lists of unequal length and numbers that are none
 */
export class SouvenirVector extends MastraVector<SouvenirVectorFilter> {
  /** Belongs to this store: its vectors are not comparable with those of any model. */
  readonly embedder: PairedEmbedder = pairedEmbedder();
  readonly #memory: SourceMemory;
  readonly #texts: TextIndexes;
  readonly #file: MastraFile | undefined;
  readonly #table: VectorRows | undefined;

  constructor(options: SouvenirVectorOptions = {}) {
    const { id = "souvenir", ...source } = options;
    super({ id });
    checkOptions(options, "SouvenirVector", optionNames);
    this.#memory = memoryAt(source, {
      logger: {
        warn: (message, details) => this.logger.warn(message, details),
        error: (message, details) => this.logger.error(message, details),
      },
      onMismatch: (error) => this.logger.warn(error.message),
    });
    this.#texts = new TextIndexes(() => this.#memory.open());
    if (source.memory === undefined || source.path !== undefined) {
      this.#file = new MastraFile(source.path);
      this.#table = new VectorRows({ file: this.#file, prefix: "mastra", refuse: invalid, missing });
    }
  }

  /** Makes an index; one of the same name, dimension and metric may be there. */
  async createIndex({ indexName, dimension, metric = "cosine" }: CreateIndexParams): Promise<void> {
    checkId(indexName, "indexName");
    if (!Number.isInteger(dimension) || dimension < 1)
      throw invalid("dimension", "a whole number from 1: Dimension must be a positive integer", {
        index: indexName,
      });
    if (!vectorMetrics.includes(metric as VectorMetric))
      throw invalid("metric", `one of ${vectorMetrics.join(", ")}`, { index: indexName });
    if (dimension !== standInDimensions) return this.#given().create(indexName, dimension, metric);
    if (await this.#isGiven(indexName))
      throw invalid("dimension", `that of the index "${indexName}", which has vectors of another model`);
    this.#texts.make(indexName);
  }

  /** Names of the indexes. */
  async listIndexes(): Promise<string[]> {
    const [given = [], texts] = await Promise.all([this.#table?.names(), this.#texts.names()]);
    return [...given, ...texts].sort();
  }

  /** Dimension, metric and count of an index. */
  async describeIndex({ indexName }: DescribeIndexParams): Promise<IndexStats> {
    return (await this.#indexes(indexName)).describe(indexName);
  }

  /** Erases an index with its vectors. */
  async deleteIndex({ indexName }: DeleteIndexParams): Promise<void> {
    if (await this.#isText(indexName)) await this.#texts.drop(indexName);
    else await this.#table?.drop(indexName);
  }

  /** The vectors nearest to one, best first, with filters. */
  async query({
    indexName,
    queryVector,
    topK = 10,
    filter,
    includeVector = false,
    sparseVector,
    minScore,
  }: SouvenirQuery): Promise<QueryResult[]> {
    refuseSparse(sparseVector);
    validateTopK("SOUVENIR", topK);
    const passing = metadataFilter(filter);
    if (queryVector === undefined && passing === undefined)
      throw invalid("query", "a queryVector, a filter or both", { index: indexName });
    if (queryVector !== undefined) checkVector(queryVector, "queryVector");
    const indexes = await this.#indexes(indexName);
    return indexes.query(indexName, { vector: queryVector, topK, filter: passing, includeVector, minScore });
  }

  /**
   * An id that exists is replaced. In Mastra's message indexes, what comes without ids is kept under the ids of its
   * messages, so that a message that is saved again is not there twice.
   *
   * With `deleteFilter`, what passes it goes and the new comes in one write; with texts, the new comes first.
   */
  async upsert({
    indexName,
    vectors,
    metadata = [],
    ids,
    sparseVectors,
    deleteFilter,
  }: UpsertVectorParams<SouvenirVectorFilter>): Promise<string[]> {
    refuseSparse(sparseVectors);
    validateUpsert("SOUVENIR", vectors, metadata, ids, true);
    const clean = vectors.map((_, position) => toMetadata(metadata[position] ?? {}));
    const pieces = ids === undefined && indexName.startsWith(messageIndexes) ? pieceIds(clean) : undefined;
    const keys = ids?.map((id) => checkId(id, "ids")) ?? pieces?.ids ?? clean.map(() => crypto.randomUUID());
    const rows = vectors.map((vector, position) => ({
      id: keys[position] as string,
      vector,
      metadata: clean[position] as Metadata,
    }));
    await (await this.#indexes(indexName)).put(indexName, rows, metadataFilter(deleteFilter));
    if (pieces !== undefined) await this.#removeFurtherPieces(indexName, pieces.counts);
    return keys;
  }

  /**
   * The metadata replaces what there was. Where nothing is found, nothing is done. In an index of texts, a new vector
   * alone changes the text also in the field of the metadata that held it.
   */
  async updateVector(params: UpdateVectorParams<SouvenirVectorFilter>): Promise<void> {
    const { indexName, update } = params;
    const { vector, metadata } = update;
    if (vector === undefined && metadata === undefined)
      throw invalid("update", "a vector, metadata or both: No updates provided", { index: indexName });
    if (vector !== undefined) checkVector(vector, "update.vector");
    const which = target(params);
    const change = given({ vector, metadata: metadata && toMetadata(metadata) });
    await (await this.#indexes(indexName)).update(indexName, which, change);
  }

  /** Erases one vector by its id. */
  async deleteVector({ indexName, id }: DeleteVectorParams): Promise<void> {
    await this.#delete(indexName, { ids: [checkId(id, "id")] });
  }

  async deleteVectors({ indexName, ids, filter }: DeleteVectorsParams<SouvenirVectorFilter>): Promise<void> {
    if ((ids === undefined) === (filter === undefined || filter === null))
      throw invalid("deleteVectors", "either ids or a filter: they are mutually exclusive", {
        index: indexName,
      });
    if (ids === undefined) return this.#delete(indexName, { filter: someFilter(filter, "delete") });
    if (ids.length === 0) throw invalid("ids", "one id or more: Cannot delete with empty ids array");
    await this.#delete(indexName, { ids });
  }

  /** Closes what was opened here; a memory that was given stays open. */
  async close(): Promise<void> {
    await this.#file?.close();
    await this.#memory.close();
  }

  async #delete(indexName: string, which: WhichRows): Promise<void> {
    await (await this.#indexes(indexName)).remove(indexName, which);
  }

  /** Of messages that are shorter than they were. */
  async #removeFurtherPieces(indexName: string, counts: ReadonlyMap<string, number>): Promise<void> {
    const indexes = await this.#indexes(indexName);
    const stale: string[] = [];
    for (const [message, count] of counts)
      for (let piece = count + 1; await indexes.hasRow(indexName, pieceId(message, piece)); piece += 1)
        stale.push(pieceId(message, piece));
    if (stale.length > 0) await this.#delete(indexName, { ids: stale });
  }

  /** The one that has the index. */
  async #indexes(indexName: string): Promise<Indexes> {
    return (await this.#isText(indexName)) ? this.#texts : this.#given();
  }

  #given(): VectorRows {
    if (this.#table === undefined)
      throw new SouvenirError(
        "UNSUPPORTED",
        "vectors of another model than this store's embedder need a file: new SouvenirVector({ memory, path })",
      );
    return this.#table;
  }

  async #isGiven(indexName: string): Promise<boolean> {
    return this.#table !== undefined && (await this.#table.has(indexName));
  }

  /** Texts only where there are no vectors, so that vectors alone never open a memory. */
  async #isText(indexName: string): Promise<boolean> {
    if (this.#texts.has(indexName)) return true;
    if (await this.#isGiven(indexName)) return false;
    return (await this.#texts.names()).includes(indexName);
  }
}

function missing(index: string): SouvenirError {
  return new SouvenirError("NOT_FOUND", `there is no index "${index}": make it with createIndex()`, {
    details: { index, status: 404 },
  });
}

/** How Mastra calls its indexes of messages. */
const messageIndexes = "memory_messages";

/** Ids for the pieces of messages, in which Mastra cuts long ones: `id`, `id#2`, and so on. */
function pieceIds(metadata: readonly Metadata[]): { ids: string[]; counts: Map<string, number> } {
  const counts = new Map<string, number>();
  const ids = metadata.map(({ message_id: message }) => {
    if (typeof message !== "string" || message === "") return crypto.randomUUID();
    const piece = (counts.get(message) ?? 0) + 1;
    counts.set(message, piece);
    return pieceId(message, piece);
  });
  return { ids, counts };
}

function pieceId(message: string, piece: number): string {
  return piece === 1 ? message : `${message}#${piece}`;
}

/** A way to name one vector or several, and not all. */
function target(params: { indexName: string; id?: unknown; filter?: unknown }): WhichRows {
  const { indexName, id, filter } = params;
  if ((id === undefined) === (filter === undefined || filter === null))
    throw invalid("updateVector", "either an id or a filter: they are mutually exclusive", {
      index: indexName,
    });
  return id === undefined ? { filter: someFilter(filter, "update") } : { ids: [checkId(id, "id")] };
}

function someFilter(filter: unknown, verb: string): CompiledFilter {
  const found = metadataFilter(filter);
  if (found === undefined || !found.names)
    throw invalid("filter", `a condition on a field: Cannot ${verb} with empty filter`);
  return found;
}

function checkVector(vector: unknown, name: string): void {
  if (!Array.isArray(vector)) throw invalid(name, "an array of finite numbers");
  validateVectorValues("SOUVENIR", [vector as number[]]);
}

function refuseSparse(sparse: unknown): void {
  if (sparse !== undefined)
    throw new SouvenirError(
      "UNSUPPORTED",
      "sparse vectors are not kept here: leave them out; words are searched with the store's own embedder",
    );
}

/** As JSON has it: dates are texts, what is undefined is absent. */
function toMetadata(metadata: unknown): Metadata {
  if (typeof metadata !== "object" || metadata === null || Array.isArray(metadata))
    throw invalid("metadata", "objects");
  return jsonCopy(metadata, "metadata") as Metadata;
}
