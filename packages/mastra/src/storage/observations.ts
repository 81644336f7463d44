import type {
  BufferedObservationChunk,
  ObservationalMemoryRecord,
  SwapBufferedToActiveInput,
  SwapBufferedToActiveResult,
} from "@mastra/core/storage";
import { toJson } from "../values.ts";

/** Whose observations they are: the thread's, or those of all threads of a resource. */
export function observationOwner(threadId: string | null, resourceId: string): string {
  return threadId ? `thread:${threadId}` : `resource:${resourceId}`;
}

export function recordToJson(record: ObservationalMemoryRecord): string {
  return toJson(record, "observational memory") as string;
}

export function recordFromJson(json: string): ObservationalMemoryRecord {
  const record = JSON.parse(json) as ObservationalMemoryRecord;
  record.createdAt = new Date(record.createdAt);
  record.updatedAt = new Date(record.updatedAt);
  if (record.lastObservedAt !== undefined) record.lastObservedAt = new Date(record.lastObservedAt);
  if (record.lastBufferedAtTime !== null) record.lastBufferedAtTime = new Date(record.lastBufferedAtTime);
  for (const chunk of record.bufferedObservationChunks ?? []) {
    chunk.createdAt = new Date(chunk.createdAt);
    chunk.lastObservedAt = new Date(chunk.lastObservedAt);
  }
  return record;
}

/** A generation at its start. */
export function newRecord(
  fields: Pick<
    ObservationalMemoryRecord,
    "scope" | "threadId" | "resourceId" | "originType" | "generationCount" | "config"
  > &
    Partial<ObservationalMemoryRecord>,
  now: number,
): ObservationalMemoryRecord {
  return {
    id: crypto.randomUUID(),
    createdAt: new Date(now),
    updatedAt: new Date(now),
    activeObservations: "",
    totalTokensObserved: 0,
    observationTokenCount: 0,
    pendingMessageTokens: 0,
    isReflecting: false,
    isObserving: false,
    isBufferingObservation: false,
    isBufferingReflection: false,
    lastBufferedAtTokens: 0,
    lastBufferedAtTime: null,
    metadata: {},
    ...fields,
  };
}

/**
 * Moves buffered chunks to the active observations, oldest first, as many as bring the raw messages down to the share of
 * the threshold that is to stay.
 */
export function activate(
  record: ObservationalMemoryRecord,
  input: SwapBufferedToActiveInput,
  now: number,
): SwapBufferedToActiveResult {
  const chunks = input.bufferedChunks ?? record.bufferedObservationChunks ?? [];
  // Another process may have moved them already.
  if (chunks.length === 0 || (record.bufferedObservationChunks ?? []).length === 0)
    return {
      chunksActivated: 0,
      messageTokensActivated: 0,
      observationTokensActivated: 0,
      messagesActivated: 0,
      activatedCycleIds: [],
      activatedMessageIds: [],
    };
  const count = chunksToActivate(chunks, input);
  const active = chunks.slice(0, count);
  const rest = chunks.slice(count);
  const last = active.at(-1) as BufferedObservationChunk;
  const observations = active.map((chunk) => chunk.observations).join("\n\n");
  const messageTokens = sum(active, (chunk) => chunk.messageTokens ?? 0);
  const tokens = sum(active, (chunk) => chunk.tokenCount);
  const lastObservedAt = input.lastObservedAt ?? new Date(last.lastObservedAt ?? now);
  // The boundary is part of the format that Mastra's observer reads back.
  record.activeObservations = record.activeObservations
    ? `${record.activeObservations}\n\n--- message boundary (${lastObservedAt.toISOString()}) ---\n\n${observations}`
    : observations;
  record.observationTokenCount += tokens;
  record.pendingMessageTokens = Math.max(0, record.pendingMessageTokens - messageTokens);
  if (rest.length > 0) record.bufferedObservationChunks = rest;
  else delete record.bufferedObservationChunks;
  record.lastObservedAt = lastObservedAt;
  return {
    chunksActivated: active.length,
    messageTokensActivated: messageTokens,
    observationTokensActivated: tokens,
    messagesActivated: sum(active, (chunk) => chunk.messageIds.length),
    activatedCycleIds: active.map((chunk) => chunk.cycleId).filter((id) => id !== ""),
    activatedMessageIds: active.flatMap((chunk) => chunk.messageIds),
    observations,
    perChunk: active.map((chunk) => ({
      cycleId: chunk.cycleId ?? "",
      messageTokens: chunk.messageTokens ?? 0,
      observationTokens: chunk.tokenCount,
      messageCount: chunk.messageIds.length,
      observations: chunk.observations,
    })),
    ...(last.suggestedContinuation ? { suggestedContinuation: last.suggestedContinuation } : {}),
    ...(last.currentTask ? { currentTask: last.currentTask } : {}),
  };
}

/**
 * Mastra's rule: the first boundary at or over the target, unless it overshoots by more than 95 % of the floor or leaves
 * too little; then the largest under the target; at least one chunk.
 */
function chunksToActivate(
  chunks: readonly BufferedObservationChunk[],
  {
    activationRatio,
    messageTokensThreshold,
    currentPendingTokens,
    forceMaxActivation,
  }: SwapBufferedToActiveInput,
): number {
  const floor = messageTokensThreshold * (1 - activationRatio);
  const target = Math.max(0, currentPendingTokens - floor);
  const least = Math.min(1_000, floor);
  let tokens = 0;
  let over: { count: number; tokens: number } | undefined;
  let under: { count: number; tokens: number } | undefined;
  for (const [index, chunk] of chunks.entries()) {
    tokens += chunk.messageTokens ?? 0;
    if (tokens >= target) over ??= { count: index + 1, tokens };
    else if (tokens > (under?.tokens ?? 0)) under = { count: index + 1, tokens };
  }
  const leavesEnough = (boundary: { tokens: number }) => currentPendingTokens - boundary.tokens >= least;
  if (
    over !== undefined &&
    leavesEnough(over) &&
    (forceMaxActivation || over.tokens - target <= floor * 0.95)
  )
    return over.count;
  if (under !== undefined && leavesEnough(under)) return under.count;
  return over?.count ?? 1;
}

/** The buffered reflection in place of the lines that it was made from; what was observed since follows. */
export function reflectedObservations(record: ObservationalMemoryRecord): string {
  const since = record.activeObservations
    .split("\n")
    .slice(record.reflectedObservationLineCount ?? 0)
    .join("\n")
    .trim();
  return since === "" ? (record.bufferedReflection ?? "") : `${record.bufferedReflection}\n\n${since}`;
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
