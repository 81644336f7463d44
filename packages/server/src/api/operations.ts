/**
 * Every route of the API in one table: the router, the permission check, the OpenAPI document and the metrics' labels
 * are made from it. What each takes and answers is in `wire.ts`; the schemas that validate are in `schemas.ts`.
 */
export interface Operation {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  readonly summary: string;
  /**
   * What the caller must be allowed to do. `read`, `write` and `admin` are asked for the namespace that the request
   * names; `key` is any valid key; `everything` is `admin` of every namespace; `none` is open to all.
   */
  readonly needs: "none" | "key" | "read" | "write" | "admin" | "everything";
}

const table = {
  memorySet: op("POST", "/v1/memory-set", "write", "Store a memory; an existing key gets a new version"),
  memoryBatch: op("POST", "/v1/memory/batch", "write", "Store up to 1000 memories, all or none"),
  memoryGet: op("GET", "/v1/memory", "read", "Read a memory by its key"),
  memoryDelete: op("DELETE", "/v1/memory", "write", "Delete a memory with its history"),
  memoryDeleteMany: op(
    "POST",
    "/v1/memory/delete",
    "write",
    "Delete memories by key, keys, filter or conversation",
  ),
  memoryHistory: op("GET", "/v1/memory/history", "read", "Versions of a memory, the current one first"),
  memorySearch: op("POST", "/v1/memory/search", "read", "Search a namespace"),
  memorySearchAlias: op("POST", "/v1/memory-search", "read", "Search a namespace (the same, other spelling)"),
  memoriesList: op("GET", "/v1/memories", "read", "List memories, oldest first, page by page"),
  memoriesFilter: op("POST", "/v1/memories", "read", "List memories with a filter on metadata"),

  namespacesList: op("GET", "/v1/namespaces", "key", "Namespaces that the key may read"),
  // The name is in the query: in a path, "." and ".." would be resolved away before they arrive.
  namespaceDelete: op("DELETE", "/v1/namespaces", "admin", "Delete a namespace with all that is in it"),
  entitiesList: op("GET", "/v1/entities", "read", "Entities that memories name, most frequent first"),
  statsGet: op("GET", "/v1/stats", "key", "Counts of a namespace; of the whole store without one"),
  flush: op("POST", "/v1/flush", "key", "Wait until what is queued for models is done"),
  activityGet: op("GET", "/v1/activity", "everything", "Requests, latencies and growth of the last hours"),

  export: op("GET", "/v1/export", "key", "Stream memories as JSON Lines"),
  import: op("POST", "/v1/import", "key", "Store a stream of JSON Lines"),

  rememberTurn: op("POST", "/v1/remember-turn", "write", "Store messages of a conversation, once each"),
  context: op("POST", "/v1/context", "read", "The block for the prompt: what matters for a query"),

  remember: op("POST", "/v1/remember", "write", "Store a memory (second dialect)"),
  recall: op("POST", "/v1/recall", "read", "Search a namespace (second dialect)"),
  forget: op("DELETE", "/v1/forget", "write", "Delete memories by id (second dialect)"),

  whoami: op("GET", "/v1/whoami", "key", "What the caller's key may do"),
  keysList: op("GET", "/v1/keys", "everything", "Keys, without their secrets"),
  keysCreate: op("POST", "/v1/keys", "everything", "Create a key; the answer shows it once"),
  keysRevoke: op("DELETE", "/v1/keys/{id}", "everything", "Revoke a key, at once"),

  openapi: op("GET", "/openapi.json", "none", "This API as an OpenAPI 3.1 document"),
  health: op("GET", "/healthz", "none", "The process answers"),
  ready: op("GET", "/readyz", "none", "The store answers"),
  metrics: op("GET", "/metrics", "none", "Prometheus metrics, without names or contents"),
} satisfies Record<string, Operation>;

export type OperationId = keyof typeof table;
export const operations: Readonly<Record<OperationId, Operation>> = table;

function op(
  method: Operation["method"],
  path: string,
  needs: Operation["needs"],
  summary: string,
): Operation {
  return { method, path, needs, summary };
}
