import {
  type CompiledFilter,
  type DocumentInput,
  Documents,
  documentOf,
  isSearched,
  type Memory,
  type MemoryRecord,
  type Metadata,
} from "@souvenir/core";
import type { VectorHit, VectorQuery, VectorRow, WhichRows } from "@souvenir/core/sqlite";
import { vectorNamespacePrefix } from "../resources.ts";
import type { Indexes } from "./indexes.ts";
import { knownText, standIn, standInDimensions } from "./paired-embedder.ts";

/** Rows under work at the same time: their writes share commits. */
const atOnce = 100;

/**
 * Indexes of texts in a memory, which makes their vectors itself and searches them by words and entities too. The
 * namespace of an index is `mastra-vector:` and its name; a row is a document under its id, its metadata the value.
 */
export class TextIndexes implements Indexes {
  readonly #open: () => Promise<Memory>;
  readonly #documents: Documents;
  /** Made here and perhaps still empty: a namespace lives as long as it holds a record. */
  readonly #made = new Set<string>();

  constructor(open: () => Promise<Memory>) {
    this.#open = open;
    this.#documents = new Documents({
      memory: open,
      searchedBytes: Number.POSITIVE_INFINITY,
      keepsSame: true,
    });
  }

  make(name: string): void {
    this.#made.add(name);
  }

  /** Made here; see `names` for all. */
  has(name: string): boolean {
    return this.#made.has(name);
  }

  async names(): Promise<string[]> {
    const kept = (await (await this.#open()).namespaces({ prefix: vectorNamespacePrefix })) as string[];
    const names = kept.map((namespace) => namespace.slice(vectorNamespacePrefix.length));
    return [...new Set([...names, ...this.#made])];
  }

  async describe(name: string): Promise<{ dimension: number; metric: "cosine"; count: number }> {
    let count = 0;
    for await (const _ of this.#documents.list({ namespace: namespaceOf(name) })) count += 1;
    return { dimension: standInDimensions, metric: "cosine", count };
  }

  async drop(name: string): Promise<void> {
    this.#made.delete(name);
    await (await this.#open()).clear({ namespace: namespaceOf(name) });
  }

  /**
   * The rows that fit, best first, scores 0 to 1; fewer than `topK` where fewer fit. Without a text, what passes the
   * filter, with score 0.
   */
  async query(
    name: string,
    { vector, topK, filter, includeVector, minScore }: VectorQuery,
  ): Promise<VectorHit[]> {
    const query = vector === undefined ? undefined : knownText(vector, name);
    const among = { namespace: namespaceOf(name), filter };
    const found: (MemoryRecord & { score?: number })[] = [];
    if (query === undefined) {
      for await (const record of this.#documents.list(among)) if (found.push(record) === topK) break;
    } else if (query.trim() !== "") {
      const floor = minScore === undefined ? {} : { minScore: Math.min(1, Math.max(0, minScore)) };
      found.push(...(await this.#documents.search({ ...among, ...floor, query, limit: topK })));
    }
    return found.slice(0, topK).map((record) => ({
      id: record.key,
      score: record.score ?? 0,
      metadata: structuredClone(documentOf(record)),
      ...(includeVector ? { vector: standIn(textOf(record)) } : {}),
    }));
  }

  /** What is there already as it is, is not written again. */
  async put(name: string, rows: readonly VectorRow[], instead?: CompiledFilter): Promise<void> {
    // Of one id the last.
    const documents = new Map(
      rows.map(({ id, vector, metadata }) => [id, documentFor(name, id, knownText(vector, name), metadata)]),
    );
    await this.#documents.put([...documents.values()]);
    if (instead === undefined) return;
    await this.#each(name, { filter: instead }, ({ key }) => (documents.has(key) ? undefined : null));
  }

  /** Changes rows as they are when they are written: of what passes a filter, what passes it still. */
  async update(
    name: string,
    which: WhichRows,
    { vector, metadata }: { vector?: readonly number[]; metadata?: Metadata },
  ): Promise<void> {
    const text = vector === undefined ? undefined : knownText(vector, name);
    await this.#each(name, which, (record) => {
      const before = textOf(record);
      // The field that holds the very text changes with it.
      const kept = Object.entries(documentOf(record)).map(([field, value]) => [
        field,
        value === before && text !== undefined ? text : value,
      ]);
      return documentFor(name, record.key, text ?? before, metadata ?? Object.fromEntries(kept));
    });
  }

  async hasRow(name: string, id: string): Promise<boolean> {
    return (await this.#documents.get(namespaceOf(name), id)) !== undefined;
  }

  /** Of what passes a filter, what passes it still when it is erased. */
  async remove(name: string, which: WhichRows): Promise<void> {
    await this.#each(name, which, () => null);
  }

  /** Does something with rows as they are now; with one that was changed meanwhile, if it still fits. */
  async #each(
    name: string,
    which: WhichRows,
    work: (record: MemoryRecord) => DocumentInput | null | undefined,
  ): Promise<void> {
    const namespace = namespaceOf(name);
    const filter = "filter" in which ? which.filter : undefined;
    const ids = "ids" in which ? [...which.ids] : [];
    if (filter !== undefined)
      for await (const { key } of this.#documents.list({ namespace, filter })) ids.push(key);
    const change = (id: string) =>
      this.#documents.change(namespace, id, (record) =>
        filter === undefined || filter.matches(documentOf(record)) ? work(record) : undefined,
      );
    for (let start = 0; start < ids.length; start += atOnce)
      await Promise.all(ids.slice(start, start + atOnce).map(change));
  }
}

function namespaceOf(name: string): string {
  return `${vectorNamespacePrefix}${name}`;
}

function textOf(record: MemoryRecord): string {
  return isSearched(record) ? record.value : "";
}

function documentFor(name: string, id: string, text: string, metadata: Metadata): DocumentInput {
  const { thread_id: thread, role, created_at: createdAt } = metadata;
  return {
    namespace: namespaceOf(name),
    key: id,
    value: metadata,
    texts: text.trim() === "" ? [] : [text.toWellFormed()],
    // Mastra's names for what a message is.
    ...(typeof thread === "string" && thread !== "" ? { thread } : {}),
    ...(typeof role === "string" && role !== "" ? { role } : {}),
    ...(typeof createdAt === "string" && Number.isFinite(Date.parse(createdAt)) ? { createdAt } : {}),
  };
}
