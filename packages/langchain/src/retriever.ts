import { Document, type DocumentInterface } from "@langchain/core/documents";
import { BaseRetriever, type BaseRetrieverInput } from "@langchain/core/retrievers";
import { ensureConfig, type RunnableConfig } from "@langchain/core/runnables";
import {
  checkOptions,
  fieldsOf,
  given,
  isSearched,
  type Memory,
  type MemorySource,
  memoryOpener,
  namesOf,
  questionOf,
  resolveCall,
  type ScopeOptions,
  type SearchHit,
  type SearchInput,
} from "@souvenir/core";
import { type NamespaceInput, type PerRun, type RunScope, scopeOptionsOf, valuesOf } from "./scope.ts";

/** Which memory is searched, and how. */
export interface SouvenirRetrieverInput
  extends BaseRetrieverInput,
    Pick<SearchInput, "entities" | "thread" | "since" | "until" | "where" | "minScore" | "deadlineMs"> {
  /** A memory, or the promise of one. */
  memory: MemorySource;
  /**
   * A Souvenir namespace, a label path, or a function that finds one of them for each question. `{user_id}` in it is
   * filled from the `configurable` of the question's run, or of the run that it is part of.
   */
  namespace: PerRun<NamespaceInput>;
  /** Documents at most, 1 to 1000. Default 4, as LangChain's retrievers. */
  k?: number;
  /** Only memories that have all of these tags; `tags` are those of the trace. */
  memoryTags?: readonly string[];
}

/** The metadata of a retrieved document: that of the memory, and why it was found. */
export interface RetrievedMetadata
  extends Record<string, unknown>,
    Pick<SearchHit, "score" | "signals" | "namespace" | "createdAt" | "updatedAt" | "thread" | "role"> {
  tags?: string[];
}

const optionNames = namesOf<SouvenirRetrieverInput>({
  memory: true,
  namespace: true,
  k: true,
  minScore: true,
  where: true,
  memoryTags: true,
  callbacks: true,
  tags: true,
  metadata: true,
  verbose: true,
  entities: true,
  thread: true,
  since: true,
  until: true,
  deadlineMs: true,
});

/**
 * Memories as documents: `id` is the key, `metadata` that of the memory with `score`, `signals` and times.
 *
 * ```ts
 * const retriever = new SouvenirRetriever({ memory, namespace: "ada", k: 5 });
 * const documents = await retriever.invoke("What do I build with?");
 * ```
 */
export class SouvenirRetriever extends BaseRetriever<RetrievedMetadata> {
  lc_namespace: string[] = ["souvenir", "retrievers"];
  readonly #fields: SouvenirRetrieverInput;
  readonly #memory: () => Promise<Memory>;
  readonly #scope: ScopeOptions<RunScope>;
  /** Of one run. */
  #namespace: string | undefined;

  static override lc_name(): string {
    return "SouvenirRetriever";
  }

  constructor(fields: SouvenirRetrieverInput) {
    super(fields);
    checkOptions(fields, "SouvenirRetriever", optionNames);
    this.#fields = fields;
    this.#memory = memoryOpener(fields.memory);
    this.#scope = scopeOptionsOf({ namespace: fields.namespace });
  }

  override async invoke(
    input: string,
    options?: Partial<RunnableConfig>,
  ): Promise<DocumentInterface<RetrievedMetadata>[]> {
    if (this.#namespace !== undefined) return super.invoke(input, options);
    // The method that looks knows nothing of the run.
    const ofRun = new SouvenirRetriever(this.#fields);
    const run = ensureConfig(options) as RunScope;
    const scope = await resolveCall(this.#scope, { store: false }, run, valuesOf(run));
    ofRun.#namespace = scope?.namespace;
    return ofRun.invoke(input, options);
  }

  override async _getRelevantDocuments(query: string): Promise<Document<RetrievedMetadata>[]> {
    if (query.trim() === "") return [];
    const { k = 4, memoryTags, where, entities, thread, since, until, deadlineMs, minScore } = this.#fields;
    const memory = await this.#memory();
    const { results } = await memory.search({
      ...given({ where, entities, thread, since, until, deadlineMs, minScore, tags: memoryTags }),
      namespace: this.#namespace as string,
      heldBack: false,
      query: questionOf(query),
      limit: k,
    });
    return results.filter(isSearched).map(toDocument);
  }
}

function toDocument(hit: SearchHit): Document<RetrievedMetadata> {
  const { key, value, namespace, createdAt, updatedAt, score, signals, thread, role, tags } = hit;
  return new Document({
    id: key,
    pageContent: value,
    metadata: {
      ...fieldsOf(hit),
      namespace,
      createdAt,
      updatedAt,
      ...given({ thread, role, tags: tags.length === 0 ? undefined : tags }),
      score,
      signals,
    },
  });
}
