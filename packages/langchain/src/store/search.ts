import {
  canonicalName,
  type EntityCount,
  type Memory,
  type MemoryRecord,
  questionOf,
  type SearchInput,
  type TagCount,
} from "@souvenir/core";
import { type LabelPath, pathOf } from "../labels.ts";
import { compileFilter, type StoreFilter } from "./filter.ts";
import { isSearched } from "./item-mark.ts";
import { type SouvenirItem, toItem } from "./items.ts";
import { startsWith } from "./namespaces.ts";

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
}

export interface SearchOptions extends HybridOptions {
  filter?: StoreFilter;
  /** Default 10. */
  limit?: number;
  /** Default 0. */
  offset?: number;
  query?: string;
}

export interface Facets {
  entities: EntityCount[];
  tags: TagCount[];
}

/** A record that was read, and the item in it. */
interface Found {
  record: MemoryRecord;
  item: SouvenirItem;
}

/** Namespaces that are searched at once. */
const parallel = 8;
/** The most that one call of core answers. */
const most = 1_000;

/** Items under a prefix. With a query: best first, then those it does not fit (score 0), then unsearched ones. */
export async function searchItems(
  memory: Memory,
  prefix: LabelPath,
  options: SearchOptions,
): Promise<Found[]> {
  const { limit = 10, offset = 0, query, minScore } = options;
  const end = offset + limit;
  if (limit <= 0) return [];
  const namespaces = await namespacesUnder(memory, prefix);
  const filter = compileFilter(options.filter);
  const hybrid = hybridInput(options);
  if (query === undefined || query === null || query === "" || query.trim() === "") {
    const found: Found[] = [];
    for await (const record of listed(memory, namespaces, hybrid, filter)) {
      found.push({ record, item: toItem(record) });
      if (found.length === end) break;
    }
    return found.slice(offset);
  }
  const ranked = (
    await each(namespaces, (namespace) =>
      rankedIn(
        memory,
        { ...hybrid, namespace, query: questionOf(query), minScore: minScore ?? 0 },
        filter,
        end,
      ),
    )
  )
    .flat()
    .sort((left, right) => (right.item.score ?? 0) - (left.item.score ?? 0));
  if (ranked.length >= end || minScore !== undefined) return ranked.slice(offset, end);
  return [
    ...ranked,
    ...(await theRest(memory, namespaces, hybrid, filter, ranked, end - ranked.length)),
  ].slice(offset, end);
}

/** Entities and tags of the items that match, most frequent first. */
export async function facetsOf(memory: Memory, prefix: LabelPath, options: SearchOptions): Promise<Facets> {
  const { where } = compileFilter(options.filter);
  const namespaces = await namespacesUnder(memory, prefix);
  const found = await each(namespaces, (namespace) =>
    memory.search({
      ...hybridInput(options),
      ...(where === undefined ? {} : { where }),
      ...(options.minScore === undefined ? {} : { minScore: options.minScore }),
      namespace,
      query: questionOf(options.query ?? ""),
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

async function namespacesUnder(memory: Memory, prefix: LabelPath): Promise<string[]> {
  return (await memory.namespaces()).filter((namespace) => {
    const path = pathOf(namespace);
    return path !== undefined && startsWith(path, prefix);
  });
}

async function rankedIn(
  memory: Memory,
  input: Omit<SearchInput, "where">,
  { where, matches }: ReturnType<typeof compileFilter>,
  wanted: number,
): Promise<Found[]> {
  for (let limit = Math.min(most, wanted); ; limit = most) {
    const { results } = await memory.search({ ...input, limit, ...(where === undefined ? {} : { where }) });
    const found = results.flatMap((record): Found[] => {
      const item = toItem(record);
      if (!isSearched(record) || !matches(item.value)) return [];
      return [{ record, item: { ...item, score: Math.min(1, record.score) } }];
    });
    // What was dropped here may have kept something better out.
    if (found.length >= wanted || results.length < limit || limit === most) return found;
  }
}

/** Items that the query did not find: those that could have been found first. */
async function theRest(
  memory: Memory,
  namespaces: readonly string[],
  hybrid: Partial<SearchInput>,
  filter: ReturnType<typeof compileFilter>,
  ranked: readonly Found[],
  wanted: number,
): Promise<Found[]> {
  const name = ({ namespace, key }: MemoryRecord): string => JSON.stringify([namespace, key]);
  const seen = new Set(ranked.map(({ record }) => name(record)));
  const irrelevant: Found[] = [];
  const unsearched: Found[] = [];
  for await (const record of listed(memory, namespaces, hybrid, filter)) {
    if (seen.has(name(record))) continue;
    if (isSearched(record)) irrelevant.push({ record, item: { ...toItem(record), score: 0 } });
    else if (unsearched.length < wanted) unsearched.push({ record, item: toItem(record) });
    if (irrelevant.length === wanted) break;
  }
  return [...irrelevant, ...unsearched];
}

/** Records in the order of their namespaces, and in each in the order in which they were first written. */
async function* listed(
  memory: Memory,
  namespaces: readonly string[],
  hybrid: Partial<SearchInput>,
  { where, matches }: ReturnType<typeof compileFilter>,
): AsyncGenerator<MemoryRecord> {
  const { tags, thread, since, until, entities } = hybrid;
  const fits = (record: MemoryRecord): boolean =>
    (since === undefined || Date.parse(record.createdAt) >= new Date(since).getTime()) &&
    (until === undefined || Date.parse(record.createdAt) < new Date(until).getTime()) &&
    (entities ?? []).every((wanted) =>
      record.entities.some(({ name, type }) =>
        typeof wanted === "string"
          ? canonicalName(name) === canonicalName(wanted)
          : canonicalName(name) === canonicalName(wanted.name) && type === wanted.type,
      ),
    );
  for (const namespace of namespaces) {
    let cursor: string | undefined;
    do {
      const page = await memory.list({
        namespace,
        limit: 200,
        ...(tags === undefined ? {} : { tags }),
        ...(thread === undefined ? {} : { thread }),
        ...(where === undefined ? {} : { where }),
        ...(cursor === undefined ? {} : { cursor }),
      });
      for (const record of page.records) if (fits(record) && matches(toItem(record).value)) yield record;
      cursor = page.cursor;
    } while (cursor !== undefined);
  }
}

function hybridInput({ tags, entities, since, until, thread }: HybridOptions): Partial<SearchInput> {
  return {
    ...(tags === undefined ? {} : { tags }),
    ...(entities === undefined ? {} : { entities }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(thread === undefined ? {} : { thread }),
  };
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
