import type { SearchOperation } from "@langchain/langgraph-checkpoint";
import {
  canonicalName,
  type EntityCount,
  type Memory,
  type MemoryRecord,
  questionOf,
  type SearchHit,
  type SearchInput,
  SouvenirError,
  type TagCount,
} from "@souvenir/core";
import { type LabelPath, namespaceOf, sameLabel } from "../labels.ts";
import { checkCount, checkShare } from "./checks.ts";
import { type CompiledFilter, compileFilter, type StoreFilter } from "./filter.ts";
import { isSearched } from "./item-mark.ts";
import { type SouvenirItem, toItem, valueIn } from "./items.ts";

/** What Souvenir's search can do beyond LangGraph's. */
export interface HybridOptions {
  /** Only items that have all of these tags. */
  tags?: readonly string[];
  /** Only items that name all of these. */
  entities?: SearchInput["entities"];
  /** Only items created at or after this moment. */
  since?: SearchInput["since"];
  /** Only items created before this moment. */
  until?: SearchInput["until"];
  /** Only turns of this conversation. */
  thread?: string;
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

export interface SearchOptions extends HybridOptions {
  filter?: StoreFilter;
  /** Default 10. */
  limit?: number;
  /** Default 0. */
  offset?: number;
  query?: string;
}

/** A search that was checked. */
export interface CheckedSearch extends Required<Pick<HybridOptions, "mode" | "vectorWeight">> {
  prefix: LabelPath;
  /** `""`: none. */
  query: string;
  filter: CompiledFilter;
  /** Whether there is a filter. */
  filters: boolean;
  limit: number;
  offset: number;
  minScore: number | undefined;
  hybrid: Pick<SearchInput, "tags" | "entities" | "since" | "until" | "thread">;
}

export interface Facets {
  entities: EntityCount[];
  tags: TagCount[];
}

/** A record that was read, and the item in it. */
export interface Found {
  record: MemoryRecord;
  item: SouvenirItem;
}

/** Namespaces that are searched at once. */
const parallel = 8;
/** More namespaces than this are looked through in one go. */
const looked = 32;
/** The most that one call of core answers. */
const most = 1_000;
/** Hits of core that are looked at for each that is wanted, and at least, where their order is to be another. */
const reordered = { times: 4, least: 200 };

/** @throws SouvenirError `INVALID_INPUT` */
export function checkSearch(prefix: LabelPath, given: SearchOperation & SearchOptions): CheckedSearch {
  const { query, filter, mode = "auto", tags, entities, since, until, thread } = given;
  if (query !== undefined && query !== null && typeof query !== "string")
    throw new SouvenirError("INVALID_INPUT", "query: expected a string");
  if (!["auto", "hybrid", "text", "vector"].includes(mode))
    throw new SouvenirError("INVALID_INPUT", `Unknown search mode: expected auto, hybrid, text or vector`);
  const asked = Object.entries({ tags, entities, since, until, thread });
  return {
    prefix,
    query: questionOf(query ?? ""),
    filter: compileFilter(filter),
    filters: Object.keys(filter ?? {}).length > 0,
    limit: checkCount(given.limit, "limit", 10),
    offset: checkCount(given.offset, "offset", 0),
    minScore:
      checkShare(given.minScore, "minScore") ?? checkShare(given.similarityThreshold, "similarityThreshold"),
    mode,
    vectorWeight: checkShare(given.vectorWeight, "vectorWeight") ?? 0.5,
    hybrid: Object.fromEntries(asked.filter(([, value]) => value !== undefined)),
  };
}

/**
 * Items under a prefix. With a query: best first, then those it does not fit (score 0), then unsearched ones.
 * @param compares - The store has embeddings of its own, whose cosines count.
 */
export async function searchItems(
  memory: Memory,
  search: CheckedSearch,
  compares: boolean,
): Promise<Found[]> {
  const { prefix, query, limit, offset, mode, minScore } = search;
  if ((mode === "vector" || mode === "hybrid") && !compares)
    throw new SouvenirError(
      "INVALID_INPUT",
      mode === "vector"
        ? "Vector search requested but not configured: give the store index: { embeddings }"
        : "Hybrid search requested but vector search not configured: give the store index: { embeddings }",
    );
  if (limit === 0) return [];
  const end = offset + limit;
  const namespaces = await namespacesUnder(memory, prefix);
  const found: Found[] = [];
  if (query === "") {
    for await (const record of listed(memory, namespaces, search)) {
      found.push({ record, item: toItem(record) });
      if (found.length === end) break;
    }
  } else {
    // Where nothing passes the filter, the index need not be opened.
    const asked =
      search.filters && namespaces.length > parallel ? await passing(memory, namespaces, search) : namespaces;
    const ranked = await each(asked, (namespace) => rankedIn(memory, namespace, search, compares, end));
    for (const hits of ranked) for (const hit of hits) found.push(hit);
    found.sort((left, right) => (right.item.score ?? 0) - (left.item.score ?? 0));
    if (found.length < end && minScore === undefined && mode === "auto")
      for (const one of await theRest(memory, namespaces, search, found, end - found.length)) found.push(one);
  }
  return found
    .slice(offset, end)
    .map(({ record, item }) => ({ record, item: { ...item, namespace: spelled(item, prefix) } }));
}

/** Entities and tags of the items that match, most frequent first. */
export async function facetsOf(memory: Memory, search: CheckedSearch): Promise<Facets> {
  const found = await each(await namespacesUnder(memory, search.prefix), (namespace) =>
    memory.search({
      ...search.hybrid,
      ...whereOf(search),
      ...(search.minScore === undefined ? {} : { minScore: search.minScore }),
      namespace,
      query: search.query,
      limit: 1,
      facets: true,
    }),
  );
  return {
    entities: summed(
      found.flatMap(({ facets }) => facets?.entities ?? []),
      ({ name, type }) => `${type} ${name}`,
    ),
    tags: summed(
      found.flatMap(({ facets }) => facets?.tags ?? []),
      ({ tag }) => tag,
    ),
  };
}

/** Whole labels: `a` is no prefix of `ab`. What has an empty label is no path. */
async function namespacesUnder(memory: Memory, prefix: LabelPath): Promise<string[]> {
  const start = prefix.length === 0 ? "" : namespaceOf(prefix);
  const names = (await memory.namespaces({ prefix: start })) as string[];
  return names.filter(
    (name) => (start === "" || name === start || name[start.length] === "/") && !/(^|\/)(\/|$)/.test(name),
  );
}

/** The path of an item, with the labels of the prefix as the caller spelled them. */
function spelled({ namespace }: SouvenirItem, prefix: LabelPath): string[] {
  return namespace.map((label, index) => {
    const given = prefix[index];
    return given !== undefined && sameLabel(given, label) ? given : label;
  });
}

/** The namespaces that hold something that passes the filter. */
async function passing(
  memory: Memory,
  namespaces: readonly string[],
  search: CheckedSearch,
): Promise<string[]> {
  const found = new Set<string>();
  for await (const { namespace } of listed(memory, namespaces, search)) found.add(namespace);
  return [...found];
}

async function rankedIn(
  memory: Memory,
  namespace: string,
  search: CheckedSearch,
  compares: boolean,
  wanted: number,
): Promise<Found[]> {
  const { query, filter, minScore = 0 } = search;
  const reorders = compares || search.mode !== "auto";
  for (let limit = reorders ? Math.max(reordered.least, reordered.times * wanted) : wanted; ; limit = most) {
    limit = Math.min(most, limit);
    const input = { ...search.hybrid, ...whereOf(search), namespace, query, limit };
    const { results } = await memory.search({
      ...input,
      ...(reorders ? { minScore: 0, zeroScores: true } : { minScore }),
    });
    const found: Found[] = [];
    for (const hit of results) {
      const score = scoreOf(hit, search, compares);
      if (score === undefined || score < minScore || !isSearched(hit)) continue;
      if (filter.matches(valueIn(hit))) found.push({ record: hit, item: { ...toItem(hit), score } });
    }
    // What was dropped here may have kept something better out.
    if (found.length >= wanted || results.length < limit || limit === most) return found;
  }
}

/** What a hit is worth, 0 to 1. `undefined`: it is left out. */
function scoreOf(
  { score, signals, reasons: { cosine, terms, entities } }: SearchHit,
  { mode, vectorWeight }: CheckedSearch,
  compares: boolean,
): number | undefined {
  // As many digits as the index of the vectors keeps.
  const near = Math.min(1, Math.max(0, Number((cosine ?? 0).toFixed(5))));
  switch (mode) {
    case "auto":
      // Without a word in common there is nothing but the vectors to go by, and InMemoryStore's cosine says that.
      if (compares)
        return 1 - (1 - near) * (1 - (terms.length + entities.length > 0 ? Math.min(1, score) : 0));
      return Math.min(1, score);
    case "vector":
      return cosine === undefined ? undefined : near;
    case "text":
      return terms.length === 0 ? undefined : signals.text;
    case "hybrid":
      return vectorWeight * near + (1 - vectorWeight) * signals.text;
  }
}

/** Items that the query did not find: those that could have been found first. */
async function theRest(
  memory: Memory,
  namespaces: readonly string[],
  search: CheckedSearch,
  ranked: readonly Found[],
  wanted: number,
): Promise<Found[]> {
  const name = ({ namespace, key }: MemoryRecord): string => JSON.stringify([namespace, key]);
  const seen = new Set(ranked.map(({ record }) => name(record)));
  const irrelevant: Found[] = [];
  const unsearched: Found[] = [];
  for await (const record of listed(memory, namespaces, search)) {
    if (seen.has(name(record))) continue;
    if (isSearched(record)) irrelevant.push({ record, item: { ...toItem(record), score: 0 } });
    else if (unsearched.length < wanted) unsearched.push({ record, item: toItem(record) });
    if (irrelevant.length === wanted) break;
  }
  return irrelevant.concat(unsearched);
}

/**
 * Records that pass, in the order of their namespaces, and in each in the order in which they were first written. Many
 * namespaces, and one of a page, are looked through: their indexes need not be opened for that.
 */
async function* listed(
  memory: Memory,
  namespaces: readonly string[],
  search: CheckedSearch,
): AsyncGenerator<MemoryRecord> {
  const { tags, thread, since, until, entities } = search.hybrid;
  const where = whereOf(search);
  const named = (record: MemoryRecord, wanted: string | { name: string; type?: string }): boolean => {
    const { name, type } = typeof wanted === "string" ? { name: wanted } : wanted;
    return record.entities.some(
      (entity) => canonicalName(entity.name) === canonicalName(name) && (type ?? entity.type) === entity.type,
    );
  };
  const fits = (record: MemoryRecord): boolean =>
    (since === undefined || Date.parse(record.createdAt) >= new Date(since).getTime()) &&
    (until === undefined || Date.parse(record.createdAt) < new Date(until).getTime()) &&
    (entities ?? []).every((wanted) => named(record, wanted)) &&
    (!search.filters || search.filter.matches(valueIn(record)));
  if (search.filters && namespaces.length > looked && tags === undefined && thread === undefined) {
    const among = new Set(namespaces);
    const { prefix } = search;
    const start = prefix.length === 0 ? "" : namespaceOf(prefix);
    for await (const record of memory.export({ prefix: start, history: false }))
      if (among.has(record.namespace) && fits(record)) yield record;
    return;
  }
  for (const namespace of namespaces) {
    const input = {
      namespace,
      limit: 200,
      ...(tags === undefined ? {} : { tags }),
      ...(thread === undefined ? {} : { thread }),
    };
    let page = await memory.list(input);
    if (page.cursor !== undefined && "where" in where) page = await memory.list({ ...input, ...where });
    for (;;) {
      for (const record of page.records) if (fits(record)) yield record;
      const { cursor } = page;
      if (cursor === undefined) break;
      page = await memory.list({ ...input, ...where, cursor });
    }
  }
}

function whereOf({ filter: { where } }: CheckedSearch): Pick<SearchInput, "where"> {
  return where === undefined ? {} : { where };
}

/** Runs the work for all, a few at once; answers in their order. */
async function each<Input, Result>(
  inputs: readonly Input[],
  work: (input: Input) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < inputs.length) {
      const index = next++;
      results[index] = await work(inputs[index] as Input);
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallel, inputs.length) }, lane));
  return results;
}

function summed<Count extends { count: number }>(counts: Count[], nameOf: (count: Count) => string): Count[] {
  const sums = new Map<string, Count>();
  for (const count of counts) {
    const name = nameOf(count);
    const sum = sums.get(name);
    sums.set(name, sum === undefined ? { ...count } : { ...sum, count: sum.count + count.count });
  }
  return [...sums.values()].sort((left, right) => right.count - left.count);
}
