import type { MastraDBMessage } from "@mastra/core/agent";
import type { StorageThreadType } from "@mastra/core/memory";
import type { ObservationalMemoryRecord, StorageResourceType } from "@mastra/core/storage";
import { safeStringify } from "@mastra/core/utils";
import type { WorkflowRunState } from "@mastra/core/workflows";
import { RecordTable, type RecordTableOptions } from "@souvenir/core/sqlite";
import { invalid } from "../values.ts";

function tableOf<Item extends object>(options: RecordTableOptions<Item>): RecordTable<Item> {
  return new RecordTable({ ...options, refuse: invalid });
}

/** What Mastra's storage keeps, each in its table; see `mastraTables`. */
export const threads: RecordTable<StorageThreadType> = tableOf<StorageThreadType>({
  table: "mastra_threads",
  noun: "thread",
  key: ["id"],
  fields: {
    id: ["id", "name"],
    // A thread stored without one counts as nobody's.
    resourceId: ["resource", "name?"],
    title: ["title", "text?"],
    metadata: ["metadata", "json?"],
    createdAt: ["created_at", "time"],
    updatedAt: ["updated_at", "time"],
  },
});

/** A message; those of one moment are in the order of `place`. */
export type StoredMessage = MastraDBMessage & { place?: number };

export const messages: RecordTable<StoredMessage> = tableOf<StoredMessage>({
  table: "mastra_messages",
  noun: "message",
  key: ["id"],
  fields: {
    id: ["id", "name"],
    threadId: ["thread", "name"],
    resourceId: ["resource", "name"],
    role: ["role", "name"],
    type: ["type", "text?"],
    content: ["content", "json"],
    createdAt: ["created_at", "time"],
    place: ["place", "place"],
  },
});

export const resources: RecordTable<StorageResourceType> = tableOf<StorageResourceType>({
  table: "mastra_resources",
  noun: "resource",
  key: ["id"],
  fields: {
    id: ["id", "name"],
    workingMemory: ["working_memory", "text?"],
    metadata: ["metadata", "json?"],
    createdAt: ["created_at", "time"],
    updatedAt: ["updated_at", "time"],
  },
});

/** One generation of the observations of a thread, or of all threads of a resource. */
export interface StoredObservations {
  id: string;
  owner: string;
  generation: number;
  createdAt: Date;
  place?: number;
  /** Its dates are texts when it comes from the table. */
  record: ObservationalMemoryRecord;
}

export const observations: RecordTable<StoredObservations> = tableOf<StoredObservations>({
  table: "mastra_observations",
  noun: "observations",
  key: ["id"],
  fields: {
    id: ["id", "name"],
    owner: ["owner", "name"],
    generation: ["generation", "number"],
    createdAt: ["created_at", "time"],
    place: ["place", "place"],
    record: ["record", "json"],
  },
});

export interface StoredRun {
  workflowName: string;
  runId: string;
  resourceId?: string | undefined;
  snapshot: WorkflowRunState;
  createdAt: Date;
  updatedAt: Date;
}

export const runs: RecordTable<StoredRun> = tableOf<StoredRun>({
  table: "mastra_workflow_runs",
  noun: "run",
  key: ["workflowName", "runId"],
  fields: {
    workflowName: ["workflow", "name"],
    runId: ["run", "name"],
    resourceId: ["resource", "text?"],
    snapshot: ["snapshot", "json"],
    createdAt: ["created_at", "time"],
    updatedAt: ["updated_at", "time"],
  },
  stringify: safeStringify,
});
