import type { Operations } from "../src/api/wire.ts";

export type UsedOperation = Extract<
  keyof Operations,
  | "memorySet"
  | "memoryGet"
  | "memoryDelete"
  | "memoryHistory"
  | "memorySearch"
  | "context"
  | "ask"
  | "profileGet"
  | "memoryPin"
  | "memoryUnpin"
  | "factsList"
  | "factApprove"
  | "factDecline"
  | "consolidate"
  | "runsList"
  | "runGet"
  | "runUndo"
  | "memoryDeleteMany"
  | "memoriesFilter"
  | "namespacesList"
  | "namespaceDelete"
  | "entitiesList"
  | "statsGet"
  | "activityGet"
  | "requestsList"
  | "whoami"
  | "keysList"
  | "keysCreate"
  | "keysRevoke"
>;

/** The operations that the console uses; a test holds them against the server's table. */
export const routes: Readonly<Record<UsedOperation, string>> = {
  memorySet: "POST /v1/memory-set",
  memoryGet: "GET /v1/memory",
  memoryDelete: "DELETE /v1/memory",
  memoryHistory: "GET /v1/memory/history",
  memorySearch: "POST /v1/memory/search",
  context: "POST /v1/context",
  ask: "POST /v1/ask",
  profileGet: "GET /v1/profile",
  memoryPin: "POST /v1/memory/pin",
  memoryUnpin: "POST /v1/memory/unpin",
  factsList: "GET /v1/facts",
  factApprove: "POST /v1/facts/approve",
  factDecline: "POST /v1/facts/decline",
  consolidate: "POST /v1/consolidate",
  runsList: "GET /v1/runs",
  runGet: "GET /v1/runs/details",
  runUndo: "POST /v1/runs/undo",
  memoryDeleteMany: "POST /v1/memory/delete",
  memoriesFilter: "POST /v1/memories",
  namespacesList: "GET /v1/namespaces",
  namespaceDelete: "DELETE /v1/namespaces",
  entitiesList: "GET /v1/entities",
  statsGet: "GET /v1/stats",
  activityGet: "GET /v1/activity",
  requestsList: "GET /v1/requests",
  whoami: "GET /v1/whoami",
  keysList: "GET /v1/keys",
  keysCreate: "POST /v1/keys",
  keysRevoke: "DELETE /v1/keys/{id}",
};
