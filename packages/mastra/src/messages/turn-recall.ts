import type { MastraDBMessage } from "@mastra/core/memory";
import type { MemoryStorage } from "@mastra/core/storage";
import { type HitReasons, type Recallable, recallBlock, type SearchHit, type Signal } from "@souvenir/core";
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
  degraded: Signal[];
  tookMs: number;
}

export interface TurnQuery {
  resourceId: string;
  threadId: string;
  query: string;
  settings: RecallSettings;
  /** What the model sees anyway. */
  visible: readonly MastraDBMessage[];
  /** Tokens of the block at most, estimated. */
  tokenBudget: number;
  deadlineMs: number;
  signal?: AbortSignal;
  /** For `messageRange`; without it only what was found is recalled. */
  storage?: MemoryStorage;
  /** Those of the messages that are found that may be shown. */
  held?: NonNullable<MessageQuery["held"]>;
  /** Told when the neighbours cannot be read; what was found is recalled all the same. */
  onError: (error: unknown) => void;
}

interface Line extends Recallable {
  message: RecalledMessage;
}

/** Finds what matters for a turn, with the messages around it, and writes it as a block for the prompt. */
export async function recallForTurn(messages: MessageMemory, turn: TurnQuery): Promise<Recall> {
  const { resourceId, threadId, query, visible, tokenBudget } = turn;
  const ids = new Set(visible.map(({ id }) => id));
  const same = (text: string) => text.trim().replace(/\s+/gu, " ");
  const texts = new Set(visible.flatMap((message) => same(spokenIn(message)?.text ?? "") || []));
  const seen = ({ id, value }: { id: string; value: string }) => ids.has(id) || texts.has(same(value));
  const { hits, degraded, tookMs } = await searchMessages(messages, { ...turn, except: seen });
  const around = await neighbours(turn, hits).catch((error: unknown) => {
    turn.onError(error);
    return [];
  });
  const found = new Map<string, Line>(hits.map(({ id, hit }) => [id, lineOf(id, hit)]));
  const passages = hits.map(({ id }) => id);
  const place = new Map<Line, number>();
  for (const [rank, id] of passages.entries()) place.set(found.get(id) as Line, rank);
  const beside: Line[] = [];
  for (const { message, hitId } of around) {
    const spoken = spokenIn(message);
    if (spoken === undefined || found.has(message.id) || seen({ id: message.id, value: spoken.text }))
      continue;
    const createdAt = new Date(message.createdAt).toISOString();
    const line: Line = {
      value: spoken.text,
      createdAt,
      role: spoken.role,
      message: {
        id: message.id,
        ...(message.threadId === undefined ? {} : { threadId: message.threadId }),
        role: spoken.role,
        text: spoken.text,
        createdAt,
        beside: hitId,
      },
    };
    found.set(message.id, line);
    place.set(line, passages.indexOf(hitId));
    beside.push(line);
  }
  // What was found gets room first; each stands with its neighbours, in the order in which they were said.
  const block = recallBlock<Line>(
    [...hits.map(({ id }) => found.get(id) as Line), ...beside],
    tokenBudget,
    (kept) =>
      kept.sort(
        (left, right) =>
          (place.get(left) ?? 0) - (place.get(right) ?? 0) ||
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
  };
}

/** The search of a turn, by Mastra's settings. */
export function searchMessages(
  messages: MessageMemory,
  turn: Pick<TurnQuery, "resourceId" | "threadId" | "query" | "settings"> &
    Pick<MessageQuery, "except" | "held" | "deadlineMs" | "signal">,
): ReturnType<MessageMemory["search"]> {
  const { resourceId, threadId, query, settings, except, held, deadlineMs, signal } = turn;
  return messages.search({
    resourceId,
    query,
    limit: settings.topK,
    ...(settings.scope === "thread" ? { threadId } : {}),
    ...(settings.threshold === undefined ? {} : { threshold: settings.threshold }),
    filter: metadataFilter(settings.filter),
    ...(except === undefined ? {} : { except }),
    ...(held === undefined ? {} : { held }),
    ...(deadlineMs === undefined ? {} : { deadlineMs }),
    ...(signal === undefined ? {} : { signal }),
  });
}

function lineOf(id: string, hit: SearchHit): Line {
  const { value, createdAt, role, thread, score, signals, reasons } = hit;
  return {
    value,
    createdAt,
    ...(role === undefined ? {} : { role }),
    message: {
      id,
      ...(thread === undefined ? {} : { threadId: thread }),
      ...(role === undefined ? {} : { role }),
      text: value,
      createdAt,
      score,
      signals,
      reasons,
    },
  };
}

/** The messages around those that were found, each with the one it stands beside. Never of another resource. */
async function neighbours(
  { storage, resourceId, threadId, settings }: TurnQuery,
  hits: readonly MessageHit[],
): Promise<{ message: MastraDBMessage; hitId: string }[]> {
  const { before, after } = settings.messageRange;
  if (storage === undefined || hits.length === 0 || before + after === 0) return [];
  const found: { message: MastraDBMessage; hitId: string }[] = [];
  // One at a time, because the answer does not say which message belongs to which.
  for (const { id, hit } of hits) {
    if (hit.thread === undefined) continue;
    const { messages } = await storage.listMessages({
      threadId,
      resourceId,
      include: [{ id, threadId: hit.thread, withPreviousMessages: before, withNextMessages: after }],
      perPage: 0,
    });
    for (const message of messages) if (message.id !== id) found.push({ message, hitId: id });
  }
  return found;
}
