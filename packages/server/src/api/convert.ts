import type { MemoryRecord, MemoryStats, QueueStats, SearchHit, SetInput } from "@souvenir/core";
import type {
  ExportLine,
  ImportLine,
  SetRequest,
  StatsResponse,
  WireHit,
  WireMemory,
  WireQueue,
} from "./wire.ts";

/** Between core's names and those of the wire, both ways; used by the server and by the client. */
export function toWireMemory(record: MemoryRecord): WireMemory {
  return {
    key: record.key,
    value: record.value,
    namespace: record.namespace,
    tags: record.tags,
    metadata: record.metadata,
    entities: record.entities,
    ...given({ thread: record.thread, role: record.role }),
    version: record.version,
    created_at: record.createdAt,
    updated_at: record.updatedAt,
    ...given({
      expires_at: record.expiresAt,
      valid_from: record.validFrom,
      valid_to: record.validTo,
      supersedes: record.supersedes,
      pinned_at: record.pinnedAt,
    }),
  };
}

export function fromWireMemory(memory: WireMemory): MemoryRecord {
  return {
    namespace: memory.namespace,
    key: memory.key,
    value: memory.value,
    tags: memory.tags,
    metadata: memory.metadata,
    entities: memory.entities,
    ...given({ thread: memory.thread, role: memory.role }),
    version: memory.version,
    createdAt: memory.created_at,
    updatedAt: memory.updated_at,
    ...given({
      expiresAt: memory.expires_at,
      validFrom: memory.valid_from,
      validTo: memory.valid_to,
      supersedes: memory.supersedes,
      pinnedAt: memory.pinned_at,
    }),
  };
}

export function toWireHit(hit: SearchHit): WireHit {
  const { terms, contextTerms, neighbours, entities, time } = hit.reasons;
  return {
    ...toWireMemory(hit),
    score: hit.score,
    signals: hit.signals,
    reasons: { terms, context_terms: contextTerms, neighbours, entities, ...given({ time }) },
    ...given({
      duplicates: hit.duplicates,
      superseded_by: hit.supersededBy,
      superseded_at: hit.supersededAt,
    }),
  };
}

export function fromWireHit(hit: WireHit): SearchHit {
  const { terms, context_terms: contextTerms, neighbours, entities, time } = hit.reasons;
  return {
    ...fromWireMemory(hit),
    score: hit.score,
    signals: hit.signals,
    reasons: { terms, contextTerms, neighbours, entities, ...given({ time }) },
    ...given({
      duplicates: hit.duplicates,
      supersededBy: hit.superseded_by,
      supersededAt: hit.superseded_at,
    }),
  };
}

export function toSetInput(request: SetRequest, namespace: string): SetInput {
  return {
    namespace: request.namespace ?? namespace,
    value: request.value,
    ...given({
      key: request.key,
      tags: request.tags,
      metadata: request.metadata,
      entities: request.entities,
      thread: request.thread,
      role: request.role,
      createdAt: request.created_at,
      expiresAt: request.expires_at,
      validFrom: request.valid_from,
      validTo: request.valid_to,
      supersedes: request.supersedes,
      ifVersion: request.if_version,
    }),
  };
}

export function toWireExport(record: MemoryRecord & { history?: MemoryRecord[] }): ExportLine {
  return { ...toWireMemory(record), ...given({ history: record.history?.map(toWireMemory) }) };
}

export function fromWireExport(line: ExportLine): MemoryRecord & { history?: MemoryRecord[] } {
  return { ...fromWireMemory(line), ...given({ history: line.history?.map(fromWireMemory) }) };
}

/** What `Memory.import` takes: as complete as a line of an export, or as little as an input for `set`. */
export function toImportInput(line: ImportLine, namespace: string): SetInput {
  const own = line.namespace ?? namespace;
  return {
    ...toSetInput(line, own),
    ...given({
      version: line.version,
      updatedAt: line.updated_at,
      pinnedAt: line.pinned_at,
      history: line.history?.map((earlier) => toImportInput(earlier, own)),
    }),
  };
}

export function toWireStats(stats: MemoryStats): StatsResponse {
  const queue = ({ pending, failed, lastError, misconfigured }: QueueStats): WireQueue => ({
    pending,
    failed,
    ...given({ last_error: lastError, misconfigured }),
  });
  return {
    ...stats,
    queue: { embedding: queue(stats.queue.embedding), extraction: queue(stats.queue.extraction) },
  };
}

export function fromWireStats(stats: StatsResponse): MemoryStats {
  const queue = ({ pending, failed, last_error: lastError, misconfigured }: WireQueue): QueueStats => ({
    pending,
    failed,
    ...given({ lastError, misconfigured }),
  });
  return {
    ...stats,
    queue: { embedding: queue(stats.queue.embedding), extraction: queue(stats.queue.extraction) },
  };
}

type Given<T> = { [Name in keyof T]?: Exclude<T[Name], undefined> };

/** The members that are not `undefined`. */
export function given<T extends object>(members: T): Given<T> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Given<T>;
}
