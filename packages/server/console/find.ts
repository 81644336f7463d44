import type { ListRequest, SearchResponse } from "../src/api/wire.ts";
import { call } from "./api.ts";
import type { FacetCounts } from "./facets.ts";
import type { Shown } from "./results.ts";
import type { NamespaceRoute } from "./route.ts";

const pageSize = 50;
/** Newest memories whose tags are counted. */
const counted = 1000;
/** Memories that wait for approval, that are counted. */
const countedWaiting = 100;

export interface Found {
  memories: readonly Shown[];
  facets: FacetCounts;
  degraded: SearchResponse["degraded"];
  /** Absent when nothing was searched for and all is listed. */
  tookMs?: number;
  more: boolean;
  /** Of a list. */
  cursor?: string;
}

/** What the page's place asks for: a search, or the list of all when there is no question. */
export function find(
  route: NamespaceRoute,
  { limit = pageSize, signal }: { limit?: number; signal: AbortSignal },
): Promise<Found> {
  const most = Math.min(limit, 1000);
  return route.query.trim() === "" && route.entities.length === 0
    ? list(route, most, signal)
    : search(route, most, signal);
}

async function search(route: NamespaceRoute, limit: number, signal: AbortSignal): Promise<Found> {
  const { namespace, query, tags, entities, thread, waiting } = route;
  const asked = query.trim() !== "";
  const answer = await call(
    "memorySearch",
    {
      namespace,
      // A list cannot be narrowed by entities. Without a question, all that name them are asked for by their names.
      query: asked ? query : entities.join(" "),
      min_score: asked ? undefined : 0,
      limit,
      facets: true,
      // Until a space follows, its last word may go on.
      prefix: asked && !/\s$/.test(query),
      tags,
      entities,
      thread,
      held_back: waiting,
    },
    signal,
  );
  return {
    memories: answer.results,
    facets: {
      entities: answer.facets?.entities ?? [],
      tags: (answer.facets?.tags ?? []).map(({ tag, count }) => ({ name: tag, count })),
    },
    degraded: answer.degraded,
    tookMs: answer.took_ms,
    more: answer.results.length === limit && limit < 1000,
  };
}

async function list(route: NamespaceRoute, limit: number, signal: AbortSignal): Promise<Found> {
  const { namespace } = route;
  const narrowed = route.tags.length > 0 || route.thread !== undefined || route.waiting !== undefined;
  const [page, { entities }, held, newest] = await Promise.all([
    call("memoriesFilter", { ...listed(route), limit }, signal),
    call("entitiesList", { namespace, limit: 100 }, signal),
    call("memoriesFilter", { namespace, held_back: true, limit: countedWaiting }, signal),
    narrowed ? undefined : call("memoriesFilter", { namespace, order: "newest", limit: counted }, signal),
  ]);
  // They are counted over the whole namespace, which is not what is shown when something narrows it.
  const shown = narrowed ? entities.map(({ name, type }) => ({ name, type })) : entities;
  const tags = newest === undefined ? [] : tagCounts(newest.memories);
  const amount = held.memories.length;
  const waiting = amount === 0 ? undefined : `${amount}${held.cursor === undefined ? "" : "+"}`;
  return withPage(
    { memories: [], facets: { entities: shown, tags, waiting }, degraded: [], more: false },
    page,
  );
}

/** How many of these memories have each tag, the most frequent first. */
function tagCounts(memories: readonly Shown[]): FacetCounts["tags"] {
  const tags = Map.groupBy(
    memories.flatMap((memory) => memory.tags),
    (tag) => tag,
  );
  return [...tags]
    .map(([name, each]) => ({ name, count: each.length }))
    .sort((left, right) => right.count - left.count);
}

/** The next memories of a list. */
export async function nextPage(route: NamespaceRoute, found: Found, signal: AbortSignal): Promise<Found> {
  const { cursor } = found;
  const page = await call("memoriesFilter", { ...listed(route), cursor, limit: pageSize }, signal);
  return withPage(found, page);
}

function listed({ namespace, tags, thread, waiting }: NamespaceRoute): ListRequest {
  // A conversation is read from its beginning.
  return { namespace, tags, thread, held_back: waiting, order: thread === undefined ? "newest" : "oldest" };
}

function withPage(found: Found, page: { memories: Shown[]; cursor?: string }): Found {
  const memories = [...found.memories, ...page.memories];
  // Nobody counts the tags of a whole namespace: beside those of its newest memories, those of what is shown are offered.
  const known = new Map(found.facets.tags.map((tag) => [tag.name, tag]));
  for (const name of memories.flatMap((memory) => memory.tags))
    if (!known.has(name)) known.set(name, { name });
  const tags = [...known.values()];
  return {
    ...found,
    memories,
    facets: { ...found.facets, tags },
    more: page.cursor !== undefined,
    cursor: page.cursor,
  };
}
