import type { BaseStore, SearchItem, SearchOperation } from "@langchain/langgraph-checkpoint";
import {
  type CompiledFilter,
  compileFilter,
  type Documents,
  documentOf,
  type EntityCount,
  fromKey,
  given,
  type Memory,
  type MemoryRecord,
  type NamespacesUnder,
  questionOf,
  type SearchHit,
  type SearchInput,
  type SearchResult,
  SouvenirError,
  type TagCount,
  updatedAt,
} from "@souvenir/core";
import { type LabelPath, namespaceOf, pathOf, sameLabel } from "../labels.ts";
import { checkCount, checkShare } from "./checks.ts";

/**
 * `{ field: value }` or `{ field: { $gte: 3 } }`, as `compileFilter` of core reads it; nested fields as `a.b`. All must
 * hold. `$and`, `$or` and `$nor` take a list of filters, `$not` one.
 */
export type StoreFilter = Record<string, unknown>;

/** What Souvenir's search can do beyond LangGraph's. */
export interface HybridOptions extends Pick<SearchInput, "tags" | "entities" | "since" | "until" | "thread"> {
  /** 0 to 1. Only items at least this relevant; without it, irrelevant ones follow with score 0, as LangGraph has it. */
  minScore?: number;
  /** `minScore`, by the name that it has in LangGraph's own stores. */
  similarityThreshold?: number;
  /**
   * What is compared, as in LangGraph's own stores: vectors (`index.embeddings` of the store), words, or both by
   * `vectorWeight`; what is not indexed is left out then. Default `auto`: all that Souvenir knows. In a store with
   * embeddings of its own the score is the cosine of the nearest text, as in `InMemoryStore`, raised by words in common.
   */
  mode?: "auto" | "hybrid" | "text" | "vector";
  /** 0 to 1, for `hybrid`. Default 0.5. */
  vectorWeight?: number;
}

/** `limit` is 10 by default. */
export type SearchOptions = HybridOptions &
  Omit<NonNullable<Parameters<BaseStore["search"]>[1]>, "filter"> & { filter?: StoreFilter };

/** An item of the store, with why it was found. */
export interface SouvenirItem extends SearchItem {
  /** What each signal says, 0 to 1. Absent without a query. */
  signals?: SearchHit["signals"];
  /** Why it was found. Absent without a query. */
  reasons?: SearchHit["reasons"];
}

/** A search that was checked. */
export interface CheckedSearch extends Required<Pick<HybridOptions, "mode" | "vectorWeight">> {
  prefix: LabelPath;
  /** `""`: none. */
  query: string;
  filter: CompiledFilter;
  limit: number;
  offset: number;
  minScore: number | undefined;
  hybrid: Pick<SearchInput, "tags" | "entities" | "since" | "until" | "thread">;
}

/** Counts of values of fields. */
export interface Facets {
  entities: EntityCount[];
  tags: TagCount[];
}

/** @throws SouvenirError `INVALID_INPUT` */
export function checkSearch(prefix: LabelPath, asked: SearchOperation & SearchOptions): CheckedSearch {
  const { query, filter, mode = "auto", tags, entities, since, until, thread } = asked;
  if (query !== undefined && query !== null && typeof query !== "string")
    throw new SouvenirError("INVALID_INPUT", "query: expected a string");
  if (!["auto", "hybrid", "text", "vector"].includes(mode))
    throw new SouvenirError("INVALID_INPUT", `Unknown search mode: expected auto, hybrid, text or vector`);
  return {
    prefix,
    query: questionOf(query ?? ""),
    filter: compileFilter(filter),
    limit: checkCount(asked.limit, "limit", 10),
    offset: checkCount(asked.offset, "offset", 0),
    minScore:
      checkShare(asked.minScore, "minScore") ?? checkShare(asked.similarityThreshold, "similarityThreshold"),
    mode,
    vectorWeight: checkShare(asked.vectorWeight, "vectorWeight") ?? 0.5,
    hybrid: given({ tags, entities, since, until, thread }),
  };
}

/**
 * Records of items under a prefix. With a query: best first, then those it does not fit (score 0), then unsearched ones.
 * @param compares - The store has embeddings of its own, whose cosines count.
 */
export async function searchItems(
  memory: Memory,
  documents: Documents,
  search: CheckedSearch,
  compares: boolean,
): Promise<MemoryRecord[]> {
  const { query, limit, offset, mode, minScore, filter, hybrid } = search;
  if ((mode === "vector" || mode === "hybrid") && !compares)
    throw new SouvenirError(
      "INVALID_INPUT",
      `${mode === "vector" ? "Vector search requested but" : "Hybrid search requested but vector search"} not configured: give the store index: { embeddings }`,
    );
  if (limit === 0) return [];
  const end = offset + limit;
  const under = await namespacesUnder(memory, search.prefix);
  if (query === "") {
    const records: MemoryRecord[] = [];
    for await (const record of documents.listAll(under, { ...hybrid, filter }))
      if (records.push(record) === end) break;
    return records.slice(offset);
  }
  const reorders = compares || mode !== "auto";
  const scoreOf = reorders ? (hit: SearchHit) => scoreBy(hit, search, compares) : undefined;
  const asked = { ...hybrid, query, filter, limit: end, minScore: minScore ?? 0, ...given({ scoreOf }) };
  const found = await documents.searchAll(under, asked, minScore === undefined && mode === "auto");
  return found.slice(offset);
}

/**
 * The item in a record, with the labels of the path as the caller spelled them; a memory that another part of Souvenir
 * wrote is `{ text, …metadata }`. Always a new object.
 */
export function itemUnder(path: LabelPath, record: MemoryRecord & Partial<SearchHit>): SouvenirItem {
  const { score, signals, reasons } = record;
  return {
    namespace: (pathOf(record.namespace) as string[]).map((label, index) => {
      const spelled = path[index];
      return spelled !== undefined && sameLabel(spelled, label) ? spelled : label;
    }),
    key: fromKey(record.key),
    value: structuredClone(documentOf(record)),
    createdAt: new Date(record.createdAt),
    updatedAt: new Date(updatedAt(record)),
    ...given({ score, signals, reasons }),
  };
}

/** Entities and tags of the items that match, most frequent first. */
export async function facetsOf(memory: Memory, search: CheckedSearch): Promise<Facets> {
  const { hybrid, query, minScore, prefix, filter } = search;
  const input = { ...hybrid, query, limit: 1, facets: true, ...given({ where: filter.where, minScore }) };
  const { namespaces } = await namespacesUnder(memory, prefix);
  const facets: NonNullable<SearchResult["facets"]>[] = [];
  for (const namespace of namespaces)
    facets.push((await memory.search({ ...input, namespace })).facets ?? { entities: [], tags: [] });
  return {
    entities: summed(facets.flatMap(({ entities }) => entities)),
    tags: summed(facets.flatMap(({ tags }) => tags)),
  };
}

/** Whole labels: `a` is no prefix of `ab`. What has an empty label is no path. */
async function namespacesUnder(memory: Memory, path: LabelPath): Promise<NamespacesUnder> {
  const prefix = path.length === 0 ? "" : namespaceOf(path);
  const names = (await memory.namespaces({ prefix })) as string[];
  const isUnder = (name: string) => prefix === "" || name === prefix || name[prefix.length] === "/";
  return { prefix, namespaces: names.filter((name) => isUnder(name) && !/(^|\/)(\/|$)/.test(name)) };
}

/** What a hit is worth, 0 to 1. `undefined`: it is left out. */
function scoreBy(
  { score, signals, reasons: { cosine, terms, entities } }: SearchHit,
  { mode, vectorWeight }: CheckedSearch,
  compares: boolean,
): number | undefined {
  // As many digits as the index of the vectors keeps: what has nothing in common is 0.
  const near = Math.min(1, Math.max(0, Number((cosine ?? 0).toFixed(4))));
  switch (mode) {
    case "auto":
      // Without a word in common there is nothing but the vectors to go by, and InMemoryStore's cosine says that.
      if (compares) return 1 - (1 - near) * (1 - (terms.length + entities.length > 0 ? score : 0));
      return score;
    case "vector":
      return near;
    case "text":
      return terms.length === 0 ? undefined : signals.text;
    case "hybrid":
      return vectorWeight * near + (1 - vectorWeight) * signals.text;
  }
}

function summed<Count extends { count: number }>(counts: readonly Count[]): Count[] {
  const sums = new Map<string, Count>();
  for (const { count, ...named } of counts) {
    const name = JSON.stringify(Object.values(named));
    sums.set(name, { ...named, count: count + (sums.get(name)?.count ?? 0) } as Count);
  }
  return [...sums.values()].sort((left, right) => right.count - left.count);
}
