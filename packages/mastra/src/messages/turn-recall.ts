import type { MastraDBMessage } from "@mastra/core/memory";
import type { MemoryStorage } from "@mastra/core/storage";
import {
  type Degradation,
  given,
  type HitReasons,
  type MemoryRecord,
  type Recallable,
  recallBlock,
  type SearchHit,
} from "@souvenir/core";
import { metadataFilter } from "../vector/filter.ts";
import type { MessageHit, MessageMemory, MessageQuery } from "./message-memory.ts";
import type { RecallSettings } from "./recall-settings.ts";
import { spokenIn } from "./spoken.ts";

/** A message that was recalled. */
export interface RecalledMessage {
  id: string;
  threadId?: string;
  role?: string;
  text: string;
  /** ISO 8601. */
  createdAt: string;
  /** 0 to 1, higher is better. Absent for one that is pinned or only stands beside one that was found. */
  score?: number;
  /** What each signal says, 0 to 1. */
  signals?: SearchHit["signals"];
  /** Words, names and neighbours that it was found by. */
  reasons?: HitReasons;
  /** Id of the message that was found and that it stands beside. */
  beside?: string;
}

/** What one turn recalled, and why. */
export interface Recall {
  resourceId: string;
  threadId: string;
  query: string;
  /** The block of the prompt, `""` for nothing. */
  text: string;
  /** The messages in the block, in its order. */
  memories: RecalledMessage[];
  /** Signals that could not take part, such as `vector` while the provider is down. */
  degraded: Degradation[];
  tookMs: number;
}

export interface TurnQuery extends Pick<MessageQuery, "held" | "deadlineMs" | "signal"> {
  resourceId: string;
  threadId: string;
  query: string;
  settings: RecallSettings;
  /** What the model sees anyway: messages by their ids, and texts. */
  visible: { ids: readonly string[]; texts: readonly string[] };
  /** Tokens of the block at most, estimated. */
  tokenBudget: number;
  /** For `messageRange`; without it only what was found is recalled. */
  storage?: MemoryStorage | undefined;
  /** Told when the neighbours cannot be read; what was found is recalled all the same. */
  onError: (error: unknown) => void;
}

interface Line extends Recallable {
  message: RecalledMessage;
  /** Of the message that was found, among those. */
  rank: number;
}

/** Finds what matters for a turn, with the messages around it, and writes it as a block for the prompt. */
export async function recallForTurn(
  messages: MessageMemory,
  turn: TurnQuery,
): Promise<Recall & { hits: SearchHit[] }> {
  const { resourceId, threadId, query, visible, tokenBudget } = turn;
  const same = (text: string) => text.trim().replace(/\s+/gu, " ");
  const [ids, texts] = [new Set(visible.ids), new Set(visible.texts.map(same))];
  const seen = ({ id, value }: { id: string; value: string }) => ids.has(id) || texts.has(same(value));
  const { hits, degraded, tookMs } = await searchMessages(messages, { ...turn, except: seen });
  const pinned = await messages.pinned(resourceId, turn.held);
  const around = await neighbours(turn, hits).catch((error: unknown) => {
    turn.onError(error);
    return [];
  });
  const lines = [
    ...pinned.filter(({ id, hit }) => !seen({ id, value: hit.value })).map(pinnedLine),
    ...hits.map(lineOf),
    // What was found gets room first.
    ...around.flatMap(({ message, rank }) => besideLine(message, rank, hits) ?? []),
  ].filter(({ message: { id, text, beside } }) => beside === undefined || !seen({ id, value: text }));
  const block = recallBlock<Line>(lines, tokenBudget, (kept) =>
    // Each stands with its neighbours, in the order in which they were said.
    kept.sort(
      (left, right) =>
        left.rank - right.rank ||
        Number(left.createdAt > right.createdAt) - Number(left.createdAt < right.createdAt),
    ),
  );
  return {
    resourceId,
    threadId,
    query,
    text: block.text,
    memories: block.memories.map(({ message }) => message),
    degraded,
    tookMs,
    hits: hits.map(({ hit }) => hit),
  };
}

type Search = Pick<TurnQuery, "resourceId" | "threadId" | "query" | "settings"> &
  Pick<MessageQuery, "except" | "held" | "deadlineMs" | "signal">;

/** The search of a turn, by Mastra's settings. */
function searchMessages(messages: MessageMemory, turn: Search): ReturnType<MessageMemory["search"]> {
  const { threadId, settings, ...rest } = turn;
  const { topK, scope, threshold, filter } = settings;
  return messages.search({
    ...rest,
    limit: topK,
    filter: metadataFilter(filter),
    threadId: scope === "thread" ? threadId : undefined,
    threshold,
  });
}

/** The messages that a search finds, with why, and those around them, in order of time. */
export async function foundMessages(
  messages: MessageMemory,
  storage: MemoryStorage,
  search: Search,
): Promise<MastraDBMessage[]> {
  const { hits } = await searchMessages(messages, search);
  const scores = new Map(hits.map(({ id, hit: { score, signals } }) => [id, { score, signals }]));
  return (await withNeighbours(storage, search, hits)).map((message) => {
    const souvenir = scores.get(message.id);
    if (souvenir === undefined) return message;
    const { content } = message;
    return { ...message, content: { ...content, metadata: { ...content.metadata, souvenir } } };
  });
}

/** Messages that were found and those around them, as the storage has them; never of another resource. */
async function withNeighbours(
  storage: MemoryStorage,
  { resourceId, threadId, settings }: Search,
  hits: readonly MessageHit[],
): Promise<MastraDBMessage[]> {
  if (hits.length === 0) return [];
  const { before: withPreviousMessages, after: withNextMessages } = settings.messageRange;
  const include = hits.map(({ id, hit }) => ({
    id,
    ...given({ threadId: hit.thread }),
    withPreviousMessages,
    withNextMessages,
  }));
  return (await storage.listMessages({ threadId, resourceId, include, perPage: 0 })).messages;
}

function lineOf({ id, hit }: MessageHit, rank: number): Line {
  const { value, createdAt, role, thread, score, signals, reasons } = hit;
  const { validFrom, validTo, supersededAt } = hit;
  const said = { createdAt, ...given({ role }) };
  const message = { id, ...said, ...given({ threadId: thread }), text: value, score, signals, reasons };
  return { value, ...said, ...given({ validFrom, validTo, supersededAt }), rank, message };
}

/** Before all that was found. */
function pinnedLine(
  { id, hit }: MessageHit<MemoryRecord>,
  place: number,
  { length }: { length: number },
): Line {
  const { value, createdAt, role, thread, pinnedAt } = hit;
  const said = { createdAt, ...given({ role }) };
  const message = { id, ...said, ...given({ threadId: thread }), text: value };
  return { value, ...said, ...given({ pinnedAt }), rank: place - length, message };
}

function besideLine(message: MastraDBMessage, rank: number, hits: readonly MessageHit[]): Line | undefined {
  const spoken = spokenIn(message);
  if (spoken === undefined) return undefined;
  const { id, threadId } = message;
  const said = { role: spoken.role, createdAt: new Date(message.createdAt).toISOString() };
  const { text } = spoken;
  const beside = hits[rank]?.id as string;
  return { value: text, ...said, rank, message: { id, ...said, ...given({ threadId }), text, beside } };
}

/** The messages around those that were found, each with the nearest of these. */
async function neighbours(
  turn: TurnQuery,
  hits: readonly MessageHit[],
): Promise<{ message: MastraDBMessage; rank: number }[]> {
  const { before, after } = turn.settings.messageRange;
  if (turn.storage === undefined || before + after === 0) return [];
  const stored = hits.filter(({ hit }) => hit.thread !== undefined);
  const messages = await withNeighbours(turn.storage, turn, stored);
  const ranks = new Map(hits.map(({ id }, rank) => [id, rank]));
  return [...Map.groupBy(messages, (message) => message.threadId).values()].flatMap((thread) => {
    const found = thread.flatMap(({ id }, place) =>
      ranks.has(id) ? { place, rank: ranks.get(id) as number } : [],
    );
    return thread.flatMap((message, place) => {
      if (ranks.has(message.id)) return [];
      const distance = (hit: { place: number }) => Math.abs(hit.place - place);
      const nearest = found.reduce(
        (best, hit) => (distance(hit) < distance(best) ? hit : best),
        found[0] as { place: number; rank: number },
      );
      return nearest === undefined ? [] : { message, rank: nearest.rank };
    });
  });
}
