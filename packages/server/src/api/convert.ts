import type {
  FactRecord,
  FactRun,
  FactRunDetails,
  FactUsage,
  MemoryChange,
  MemoryRecord,
  MemoryStats,
  QueueStats,
  SearchHit,
  SetInput,
} from "@souvenir/core";
import type {
  ExportLine,
  ImportLine,
  SetRequest,
  StatsResponse,
  WireFact,
  WireHit,
  WireMemory,
  WireMemoryChange,
  WireQueue,
  WireRun,
  WireRunDetails,
  WireUsage,
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
      origin: record.origin,
      held_back: record.heldBack,
      flagged: record.flagged,
      merged_into: record.mergedInto,
    }),
    ...factFields(record),
  };
}

/** What a fact says of itself: the names are the same. */
function factFields(
  fact: MemoryRecord | WireMemory | ImportLine,
): Given<Partial<Pick<WireMemory, FactField>>> {
  const { kind, subject, attribute, type, sources, state, run } = fact;
  return given({ kind, subject, attribute, type, sources, state, run });
}

type FactField = "kind" | "subject" | "attribute" | "type" | "sources" | "state" | "run";

export function toWireFact(fact: FactRecord): WireFact {
  return {
    ...toWireMemory(fact),
    ...given({ superseded_by: fact.supersededBy, superseded_at: fact.supersededAt }),
  };
}

export function fromWireFact(fact: WireFact): FactRecord {
  return {
    ...(fromWireMemory(fact) as FactRecord),
    ...given({ supersededBy: fact.superseded_by, supersededAt: fact.superseded_at }),
  };
}

export function toWireRun({
  id,
  namespace,
  at,
  extractor,
  keys,
  changed,
  refused,
  usage,
  undoneAt,
}: FactRun): WireRun {
  return {
    ...{ id, namespace, at, extractor, keys, changed, refused, usage: toWireUsage(usage) },
    ...given({ undone_at: undoneAt }),
  };
}

export function fromWireRun({ undone_at: undoneAt, usage, ...run }: WireRun): FactRun {
  return { ...run, usage: fromWireUsage(usage), ...given({ undoneAt }) };
}

function toWireUsage({ calls, inputTokens, outputTokens }: FactUsage): WireUsage {
  return { calls, input_tokens: inputTokens, output_tokens: outputTokens };
}

function fromWireUsage({ calls, input_tokens, output_tokens }: WireUsage): FactUsage {
  return { calls, inputTokens: input_tokens, outputTokens: output_tokens };
}

export function toWireRunDetails(run: FactRunDetails): WireRunDetails {
  return { ...toWireRun(run), facts: run.facts.map(toWireFact), diff: run.diff };
}

export function fromWireRunDetails({ facts, diff, ...run }: WireRunDetails): FactRunDetails {
  return { ...fromWireRun(run), facts: facts.map(fromWireFact), diff };
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
      origin: memory.origin,
      heldBack: memory.held_back,
      flagged: memory.flagged,
      mergedInto: memory.merged_into,
    }),
    ...factFields(memory),
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
      contributions: hit.contributions,
      features: hit.features,
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
      contributions: hit.contributions,
      features: hit.features,
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
      origin: request.origin,
      createdAt: request.created_at,
      expiresAt: request.expires_at,
      validFrom: request.valid_from,
      validTo: request.valid_to,
      supersedes: request.supersedes,
      ifVersion: request.if_version,
    }),
  };
}

export function toWireChange({ updatedAt, heldBack, ...change }: MemoryChange): WireMemoryChange {
  return { ...change, ...given({ updated_at: updatedAt, held_back: heldBack }) };
}

export function fromWireChange({
  updated_at: updatedAt,
  held_back: heldBack,
  ...change
}: WireMemoryChange): MemoryChange {
  return { ...change, ...given({ updatedAt, heldBack }) };
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
  const { origin, ...others } = line;
  return {
    ...toSetInput(others, own),
    ...given({
      origin: origin as SetInput["origin"],
      heldBack: line.held_back,
      flagged: line.flagged,
      version: line.version,
      updatedAt: line.updated_at,
      ...factFields(line),
      pinnedAt: line.pinned_at,
      mergedInto: line.merged_into,
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
  const { facts, ...others } = stats;
  return {
    ...others,
    ...(facts === undefined
      ? {}
      : { facts: { ...facts, usage: { extract: toWireUsage(facts.usage.extract) } } }),
    queue: {
      embedding: queue(stats.queue.embedding),
      extraction: queue(stats.queue.extraction),
      ...(stats.queue.facts === undefined ? {} : { facts: queue(stats.queue.facts) }),
      ...(stats.queue.moderation === undefined ? {} : { moderation: queue(stats.queue.moderation) }),
    },
  };
}

export function fromWireStats(stats: StatsResponse): MemoryStats {
  const queue = ({ pending, failed, last_error: lastError, misconfigured }: WireQueue): QueueStats => ({
    pending,
    failed,
    ...given({ lastError, misconfigured }),
  });
  const { facts, ...others } = stats;
  return {
    ...others,
    ...(facts === undefined
      ? {}
      : { facts: { ...facts, usage: { extract: fromWireUsage(facts.usage.extract) } } }),
    queue: {
      embedding: queue(stats.queue.embedding),
      extraction: queue(stats.queue.extraction),
      ...(stats.queue.facts === undefined ? {} : { facts: queue(stats.queue.facts) }),
      ...(stats.queue.moderation === undefined ? {} : { moderation: queue(stats.queue.moderation) }),
    },
  };
}

type Given<T> = { [Name in keyof T]?: Exclude<T[Name], undefined> };

/** The members that are not `undefined`. */
export function given<T extends object>(members: T): Given<T> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Given<T>;
}
