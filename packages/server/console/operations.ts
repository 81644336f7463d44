import type { Operations } from "../src/api/wire.ts";

export type UsedOperation = Extract<
  keyof Operations,
  | "memorySet"
  | "memoryGet"
  | "memoryDelete"
  | "memoryHistory"
  | "memorySearch"
  | "context"
  | "memoriesFilter"
  | "namespacesList"
  | "namespaceDelete"
  | "entitiesList"
  | "statsGet"
  | "activityGet"
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
  memoriesFilter: "POST /v1/memories",
  namespacesList: "GET /v1/namespaces",
  namespaceDelete: "DELETE /v1/namespaces",
  entitiesList: "GET /v1/entities",
  statsGet: "GET /v1/stats",
  activityGet: "GET /v1/activity",
  whoami: "GET /v1/whoami",
  keysList: "GET /v1/keys",
  keysCreate: "POST /v1/keys",
  keysRevoke: "DELETE /v1/keys/{id}",
};
