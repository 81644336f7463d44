import { z } from "zod";
import { withPlainMessages } from "./plain-messages.ts";
import * as schema from "./schemas.ts";
import type { Operations } from "./wire.ts";

/**
 * Every route of the API in one table: the router, the permission check, the OpenAPI document and the labels of the
 * metrics are made from it. `wire.ts` says what each takes and answers; `schemas.ts` validates it.
 */
export const operations: { readonly [Id in OperationId]: Operation } = {
  memorySet: {
    route: "POST /v1/memory-set",
    tag: "Memories",
    needs: "write",
    summary: "Store a memory; an existing key gets a new version",
    body: schema.setRequest,
    answers: schema.setResponse,
    conditional: true,
    tagged: true,
    ends: true,
    audited: true,
  },
  memoryBatch: {
    route: "POST /v1/memory/batch",
    tag: "Memories",
    needs: "write",
    summary: "Store up to 1000 memories, all or none",
    body: schema.batchRequest,
    answers: schema.batchResponse,
    ends: true,
    audited: true,
  },
  memoryGet: {
    route: "GET /v1/memory",
    tag: "Memories",
    needs: "read",
    summary: "Read a memory by its key",
    query: schema.getQuery,
    answers: schema.memory,
    tagged: true,
    sequenced: true,
  },
  memoryTouch: {
    route: "POST /v1/memory/touch",
    tag: "Memories",
    needs: "write",
    summary: "Give a memory another end, without a new version",
    body: schema.touchRequest,
    answers: schema.memory,
    conditional: true,
    tagged: true,
    ends: true,
    audited: true,
  },
  memoryPin: {
    route: "POST /v1/memory/pin",
    tag: "Memories",
    needs: "write",
    summary: "Put a memory into the profile of its namespace, without a new version",
    body: schema.pinRequest,
    answers: schema.memory,
    conditional: true,
    tagged: true,
    audited: true,
  },
  memoryUnpin: {
    route: "POST /v1/memory/unpin",
    tag: "Memories",
    needs: "write",
    summary: "Take a memory out of the profile",
    body: schema.pinRequest,
    answers: schema.memory,
    conditional: true,
    tagged: true,
    audited: true,
  },
  memoryApprove: {
    route: "POST /v1/memory/approve",
    tag: "Memories",
    needs: "write",
    summary: "Let what waits take part: a memory that is held back from recall, or a fact that was concluded",
    body: schema.factRequest,
    answers: schema.memory,
    tagged: true,
    audited: true,
  },
  memoryDecline: {
    route: "POST /v1/memory/decline",
    tag: "Memories",
    needs: "write",
    summary: "Erase what waits for approval",
    body: schema.factRequest,
    answers: schema.deletedResponse,
    audited: true,
  },
  profileGet: {
    route: "GET /v1/profile",
    tag: "Memories",
    needs: "read",
    summary: "The profile of a namespace: what is pinned, in a stable order",
    query: schema.profileQuery,
    answers: schema.profileResponse,
  },
  factsList: {
    route: "GET /v1/facts",
    tag: "Facts",
    needs: "read",
    summary: "Facts, oldest first; those that wait for approval when asked for",
    query: schema.factsQuery,
    answers: schema.factsResponse,
  },
  factApprove: {
    route: "POST /v1/facts/approve",
    tag: "Facts",
    needs: "write",
    summary: "Make a fact that was concluded one like others",
    body: schema.factRequest,
    answers: schema.memory,
    tagged: true,
    audited: true,
  },
  factDecline: {
    route: "POST /v1/facts/decline",
    tag: "Facts",
    needs: "write",
    summary: "Erase a fact that was concluded and waits for approval",
    body: schema.factRequest,
    answers: schema.deletedResponse,
    audited: true,
  },
  consolidate: {
    route: "POST /v1/consolidate",
    tag: "Facts",
    needs: "write",
    summary: "Look for facts now in what waits for it",
    body: schema.consolidateRequest,
    answers: schema.consolidateResponse,
    audited: true,
  },
  dream: {
    route: "POST /v1/dream",
    tag: "Facts",
    needs: "write",
    summary: "Tidy facts up: merge what says the same, end what is no longer true, propose patterns",
    body: schema.dreamRequest,
    answers: schema.dreamResponse,
    audited: true,
  },
  runsList: {
    route: "GET /v1/runs",
    tag: "Facts",
    needs: "read",
    summary: "What was consolidated and dreamt, newest first",
    query: schema.runsQuery,
    answers: schema.runsResponse,
  },
  runGet: {
    route: "GET /v1/runs/details",
    tag: "Facts",
    needs: "read",
    summary: "What one run did, with its facts and as lines",
    query: schema.runQuery,
    answers: schema.runDetails,
  },
  runUndo: {
    route: "POST /v1/runs/undo",
    tag: "Facts",
    needs: "write",
    summary: "Take back what a run did",
    body: schema.runRequest,
    answers: schema.undoneResponse,
    audited: true,
  },
  memoryDelete: {
    route: "DELETE /v1/memory",
    tag: "Memories",
    needs: "write",
    summary: "Delete a memory with its history",
    query: schema.deleteQuery,
    answers: schema.deletedResponse,
    conditional: true,
    audited: true,
  },
  memoryDeleteMany: {
    route: "POST /v1/memory/delete",
    tag: "Memories",
    needs: "write",
    summary: "Delete memories by key, keys, filter or conversation",
    body: schema.deleteRequest,
    answers: schema.deletedResponse,
    conditional: true,
    audited: true,
  },
  memoryHistory: {
    route: "GET /v1/memory/history",
    tag: "Memories",
    needs: "read",
    summary: "Earlier versions of a memory, oldest first",
    query: schema.historyQuery,
    answers: schema.historyResponse,
  },
  memorySearch: {
    route: "POST /v1/memory/search",
    tag: "Memories",
    needs: "read",
    summary: "Search a namespace",
    body: schema.searchRequest,
    answers: schema.searchResponse,
    sequenced: true,
  },
  memorySearchAlias: {
    route: "POST /v1/memory-search",
    tag: "Memories",
    needs: "read",
    summary: "Search a namespace (the same under the other spelling)",
    body: schema.searchRequest,
    answers: schema.searchResponse,
    sequenced: true,
  },
  memoriesList: {
    route: "GET /v1/memories",
    tag: "Memories",
    needs: "read",
    summary: "List memories in order of time, page by page",
    query: schema.listQuery,
    answers: schema.listResponse,
    sequenced: true,
  },
  memoriesFilter: {
    route: "POST /v1/memories",
    tag: "Memories",
    needs: "read",
    summary: "List memories with a filter on metadata",
    body: schema.listRequest,
    answers: schema.listResponse,
    sequenced: true,
  },
  changesPage: {
    route: "POST /v1/changes/page",
    tag: "Memories",
    needs: "read",
    summary: "What changed in a namespace since a place",
    body: schema.changesRequest,
    answers: schema.changesResponse,
  },
  changes: {
    route: "GET /v1/changes",
    tag: "Memories",
    needs: "read",
    summary:
      "Follow what changes in a namespace as server-sent events; the stream ends after an hour, and goes on from the id of its last event",
    query: schema.changesQuery,
    answers: schema.changesEvent,
    type: "text/event-stream",
    follows: true,
  },
  namespacesList: {
    route: "GET /v1/namespaces",
    tag: "Namespaces",
    needs: "key",
    summary: "Namespaces that the key may read",
    query: schema.namespacesQuery,
    answers: schema.namespacesResponse,
  },
  // The name is in the query: "." and ".." in a path would be resolved away before they arrive.
  namespaceDelete: {
    route: "DELETE /v1/namespaces",
    tag: "Namespaces",
    needs: "admin",
    summary: "Delete a namespace with all that is in it",
    query: schema.namespaceQuery,
    answers: schema.deletedResponse,
    audited: true,
  },
  entitiesList: {
    route: "GET /v1/entities",
    tag: "Memories",
    needs: "read",
    summary: "Entities that memories name, most frequent first",
    query: schema.entitiesQuery,
    answers: schema.entitiesResponse,
  },
  statsGet: {
    route: "GET /v1/stats",
    tag: "Namespaces",
    needs: "key",
    summary: "Counts of a namespace, or of the whole store",
    query: schema.statsQuery,
    answers: schema.statsResponse,
  },
  flush: {
    route: "POST /v1/flush",
    tag: "Server",
    needs: "key",
    summary: "Wait until what is queued for models is done",
    query: schema.flushQuery,
    answers: schema.flushResponse,
  },
  scan: {
    route: "POST /v1/scan",
    tag: "Memories",
    needs: "write",
    summary: "Look for keys, cards and personal data in what is kept already, page by page",
    body: schema.scanRequest,
    answers: schema.scanResponse,
    audited: true,
  },
  scrub: {
    route: "POST /v1/scrub",
    tag: "Server",
    needs: "everything",
    summary: "Remove the bytes of what was erased from file, log and snapshots",
    answers: schema.scrubResponse,
    audited: true,
  },
  cancelReembed: {
    route: "POST /v1/cancel-reembed",
    tag: "Server",
    needs: "everything",
    summary: "Give up re-embeddings that were begun and not ended",
    answers: schema.cancelReembedResponse,
    audited: true,
  },
  activityGet: {
    route: "GET /v1/activity",
    tag: "Server",
    needs: "everything",
    summary: "Requests, latencies and growth of the last hours",
    answers: schema.activityResponse,
  },
  requestsList: {
    route: "GET /v1/requests",
    tag: "Server",
    needs: "everything",
    summary: "The last requests of this process, and what was changed or refused",
    answers: schema.requestsResponse,
  },
  export: {
    route: "GET /v1/export",
    tag: "Export and import",
    needs: "key",
    summary: "Stream memories as JSON Lines: a header, then one a line",
    query: schema.exportQuery,
    answers: schema.exportFile,
    type: "application/x-ndjson",
    audited: true,
  },
  import: {
    route: "POST /v1/import",
    tag: "Export and import",
    needs: "key",
    summary:
      "Store a stream of JSON Lines, 1000 lines a commit, or what another program exports (anything as application/octet-stream); what is already there is skipped",
    query: schema.importQuery,
    lines: schema.importLine,
    answers: schema.importResponse,
    audited: true,
  },
  rememberTurn: {
    route: "POST /v1/remember-turn",
    tag: "Conversations",
    needs: "write",
    summary: "Store messages of a conversation, once each",
    body: schema.rememberTurnRequest,
    respelled: withPlainMessages,
    answers: schema.rememberTurnResponse,
    audited: true,
  },
  context: {
    route: "POST /v1/context",
    tag: "Conversations",
    needs: "read",
    summary: "The block for the prompt: what matters for a query",
    body: schema.contextRequest,
    answers: schema.contextResponse,
    sequenced: true,
  },
  ask: {
    route: "POST /v1/ask",
    tag: "Conversations",
    needs: "write",
    summary:
      "Ask the model of the server a message with its block, to see what it makes of it; stores nothing",
    body: schema.contextRequest,
    answers: schema.askResponse,
    sequenced: true,
    audited: true,
  },
  remember: {
    route: "POST /v1/remember",
    tag: "Second dialect",
    needs: "write",
    summary: "Store a memory (second dialect)",
    body: schema.rememberRequest,
    status: 201,
    answers: schema.rememberedMemory,
    names: { value: "content" },
    audited: true,
  },
  recall: {
    route: "POST /v1/recall",
    tag: "Second dialect",
    needs: "read",
    summary: "Search a namespace (second dialect)",
    body: schema.recallRequest,
    answers: schema.recallResponse,
    names: { minScore: "threshold" },
  },
  forget: {
    route: "DELETE /v1/forget",
    tag: "Second dialect",
    needs: "write",
    summary: "Delete memories by id, named in the query or in a JSON body (second dialect)",
    query: schema.forgetQuery,
    body: schema.forgetRequest,
    answers: schema.deletedResponse,
    names: { key: "id", keys: "ids" },
    audited: true,
  },
  whoami: {
    route: "GET /v1/whoami",
    tag: "Keys",
    needs: "key",
    summary: "What the caller's key may do",
    answers: schema.whoamiResponse,
  },
  keysList: {
    route: "GET /v1/keys",
    tag: "Keys",
    needs: "everything",
    summary: "Keys, without their secrets",
    answers: schema.keysResponse,
  },
  keysCreate: {
    route: "POST /v1/keys",
    tag: "Keys",
    needs: "everything",
    summary: "Create a key; the answer shows it once",
    body: schema.keyRequest,
    status: 201,
    answers: schema.createdKey,
    ends: true,
    audited: true,
  },
  keysRevoke: {
    route: "DELETE /v1/keys/{id}",
    tag: "Keys",
    needs: "everything",
    summary: "Revoke a key, at once",
    path: schema.keyId,
    answers: schema.key,
    audited: true,
  },
  hooksList: {
    route: "GET /v1/hooks",
    tag: "Web hooks",
    needs: "everything",
    summary: "Web hooks, without their secrets, and how their deliveries go",
    answers: schema.hooksResponse,
  },
  hooksCreate: {
    route: "POST /v1/hooks",
    tag: "Web hooks",
    needs: "everything",
    summary: "Have changes sent to an address, signed; the answer shows the secret once",
    body: schema.hookRequest,
    status: 201,
    answers: schema.createdHook,
    audited: true,
  },
  hooksDelete: {
    route: "DELETE /v1/hooks/{id}",
    tag: "Web hooks",
    needs: "everything",
    summary: "Delete a web hook; nothing is sent to it any more",
    path: schema.keyId,
    answers: schema.deletedResponse,
    audited: true,
  },
  hooksTest: {
    route: "POST /v1/hooks/test",
    tag: "Web hooks",
    needs: "everything",
    summary: "Send a delivery that tells nothing, now; one that is taken has a hook that was given up go on",
    body: schema.hookQuery,
    answers: schema.hookTestResponse,
    audited: true,
  },
  hooksRotate: {
    route: "POST /v1/hooks/rotate",
    tag: "Web hooks",
    needs: "everything",
    summary: "Give a web hook a new secret, shown once; the one before signs beside it for a day",
    body: schema.hookQuery,
    answers: schema.createdHook,
    audited: true,
  },
  openapi: {
    route: "GET /openapi.json",
    tag: "Server",
    needs: "none",
    summary: "This API as an OpenAPI 3.1 document",
    answers: z.looseObject({}),
  },
  health: {
    route: "GET /healthz",
    tag: "Server",
    needs: "none",
    summary: "The process answers",
    answers: schema.healthResponse,
  },
  ready: {
    route: "GET /readyz",
    tag: "Server",
    needs: "none",
    summary: "The store answers",
    answers: schema.readyResponse,
  },
  metrics: {
    route: "GET /metrics",
    tag: "Server",
    needs: "none",
    summary: "Prometheus metrics, without names or contents",
    answers: z.string(),
    type: "text/plain; version=0.0.4; charset=utf-8",
  },
};

export type OperationId = keyof Operations;

export interface Operation {
  readonly route: `${"GET" | "POST" | "DELETE"} /${string}`;
  /** The chapter of the document. */
  readonly tag: string;
  readonly summary: string;
  /**
   * What the caller must be allowed to do. `read`, `write` and `admin` are asked for the namespace that the request
   * names; `key` takes any valid key, and what it answers is limited to what that key may read or write; `everything`
   * is `admin` of every namespace; `none` is open to all.
   */
  readonly needs: "none" | "key" | "read" | "write" | "admin" | "everything";
  readonly path?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** Other spellings of the body that are taken, as the schema has them. */
  readonly respelled?: (body: unknown) => unknown;
  /** Of each line of a body that is a stream of JSON Lines. */
  readonly lines?: z.ZodType;
  /** Default 200. */
  readonly status?: number;
  /** Of the answer, or of each of its lines or events. */
  readonly answers: z.ZodType;
  /** Default `application/json`. */
  readonly type?: string;
  /** Takes the version that it depends on also as `If-Match: "3"`, and `If-None-Match: *` for none. */
  readonly conditional?: boolean;
  /** Takes when a memory or a key ends, which must be to come. */
  readonly ends?: boolean;
  /** Takes `min_sequence`, which the namespace must have reached or may still reach. */
  readonly sequenced?: boolean;
  /** Takes `since` also as `Last-Event-ID`, as browsers send it that follow a stream again. */
  readonly follows?: boolean;
  /** Answers one memory, whose version is the `ETag`. */
  readonly tagged?: boolean;
  /** What it calls what the memory calls otherwise, for errors: `{ value: "content" }`. */
  readonly names?: Readonly<Record<string, string>>;
  /** Goes into the audit log. */
  readonly audited?: boolean;
}
