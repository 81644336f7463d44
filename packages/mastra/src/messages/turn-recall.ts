import type { MastraDBMessage } from "@mastra/core/memory";
import type { MemoryStorage } from "@mastra/core/storage";
import {
  type Degradation,
  type HitReasons,
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
  /** 0 to 1, higher is better. Absent for a message that only stands beside one that was found. */
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
  const around = await neighbours(turn, hits).catch((error: unknown) => {
    turn.onError(error);
    return [];
  });
  const lines = [
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

/** The search of a turn, by Mastra's settings. */
export function searchMessages(
  messages: MessageMemory,
  turn: Pick<TurnQuery, "resourceId" | "threadId" | "query" | "settings"> &
    Pick<MessageQuery, "except" | "held" | "deadlineMs" | "signal">,
): ReturnType<MessageMemory["search"]> {
  const { resourceId, threadId, query, settings, except, held, deadlineMs, signal } = turn;
  const { topK, scope, threshold, filter } = settings;
  return messages.search({
    resourceId,
    query,
    limit: topK,
    filter: metadataFilter(filter),
    threadId: scope === "thread" ? threadId : undefined,
    threshold,
    except,
    held,
    deadlineMs,
    signal,
  });
}

function lineOf({ id, hit }: MessageHit, rank: number): Line {
  const { value, createdAt, role, thread, score, signals, reasons } = hit;
  const said = { ...(role === undefined ? {} : { role }), createdAt };
  const threadId = thread === undefined ? {} : { threadId: thread };
  return {
    value,
    ...said,
    rank,
    message: { id, ...threadId, ...said, text: value, score, signals, reasons },
  };
}

function besideLine(message: MastraDBMessage, rank: number, hits: readonly MessageHit[]): Line | undefined {
  const spoken = spokenIn(message);
  if (spoken === undefined) return undefined;
  const { id, threadId } = message;
  const said = { role: spoken.role, createdAt: new Date(message.createdAt).toISOString() };
  const beside = hits[rank]?.id as string;
  const thread = threadId === undefined ? {} : { threadId };
  return {
    value: spoken.text,
    ...said,
    rank,
    message: { id, ...thread, ...said, text: spoken.text, beside },
  };
}

/** The messages around those that were found, each with the nearest of these. Never of another resource. */
async function neighbours(
  { storage, resourceId, threadId, settings }: TurnQuery,
  hits: readonly MessageHit[],
): Promise<{ message: MastraDBMessage; rank: number }[]> {
  const { before, after } = settings.messageRange;
  const stored = hits.filter(({ hit }) => hit.thread !== undefined);
  if (storage === undefined || stored.length === 0 || before + after === 0) return [];
  const include = stored.map(({ id, hit }) => ({
    id,
    threadId: hit.thread as string,
    withPreviousMessages: before,
    withNextMessages: after,
  }));
  const { messages } = await storage.listMessages({ threadId, resourceId, include, perPage: 0 });
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
