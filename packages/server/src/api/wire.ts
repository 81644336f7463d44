/**
 * What goes over the wire, as types only: the schemas that validate it (`schemas.ts`) are checked against these, and
 * the client and the console are written against them. Names are in snake_case, moments are ISO 8601 in UTC.
 */
import type {
  Degradation,
  FactFields,
  FactOrigin,
  FactSource,
  JsonValue,
  KeptFactType,
  Origin,
  Refused,
  Signal,
  SouvenirErrorCode,
  Where,
} from "@souvenir/core";

/** An entity, as the API writes it. */
export interface WireEntity {
  name: string;
  type: string;
}

/** A memory, as the API writes it. */
export interface WireMemory {
  key: string;
  value: string;
  namespace: string;
  tags: string[];
  metadata: { [name: string]: JsonValue };
  entities: WireEntity[];
  thread?: string;
  role?: string;
  version: number;
  created_at: string;
  updated_at: string;
  expires_at?: string;
  /** True in the world from this moment on, and before `valid_to`. */
  valid_from?: string;
  valid_to?: string;
  /** Keys of the memories that it takes the place of. */
  supersedes?: string[];
  /** It is in the profile of its namespace. */
  pinned_at?: string;
  /** Where it came from; of a fact, whether it was stated. */
  origin?: Origin | FactOrigin;
  /** `true`: it reads like an order to a model, or was flagged, and is in no recall until it is approved; `false`: it was. */
  held_back?: boolean;
  /** Categories for which a moderator flagged it. */
  flagged?: string[];
  /** Of a fact, and with it what follows. */
  kind?: "fact";
  /** Who or what it is about, and which side of that. */
  subject?: string;
  attribute?: string;
  type?: KeptFactType;
  /** What it rests on: memories in the version that was read, and words that stand in each. */
  sources?: FactSource[];
  state?: FactFields["state"];
  /** Key of the fact that says the same, of one that is merged. */
  merged_into?: string;
  /** Id of the run that it comes from. */
  run?: string;
}

/** What only facts have. */
export type FactFieldName =
  | "kind"
  | "subject"
  | "attribute"
  | "type"
  | "sources"
  | "state"
  | "merged_into"
  | "run";

/** A memory that was found, as the API writes it. */
export interface WireHit extends WireMemory {
  score: number;
  signals: Record<Signal, number>;
  reasons: {
    terms: string[];
    context_terms: string[];
    neighbours: string[];
    entities: string[];
    time?: number;
  };
  contributions?: Record<string, number>;
  features?: Record<string, number>;
  duplicates?: string[];
  /** Key of the newest memory that names it in `supersedes`, and from when on that holds. */
  superseded_by?: string;
  superseded_at?: string;
}

/** The codes of `SouvenirError`, and what only HTTP can get wrong. */
export type WireErrorCode =
  | SouvenirErrorCode
  | "METHOD_NOT_ALLOWED"
  | "BODY_TOO_LARGE"
  /** What is said in one place is not possible beside what is said in another, or beside the present time. */
  | "CONTRADICTION"
  | "BODY_TOO_SLOW"
  | "UNKNOWN_ROUTE"
  | "UNSUPPORTED_MEDIA_TYPE"
  | "INTERNAL";

/** Every answer that is not 2xx. */
export interface WireError {
  error: {
    code: WireErrorCode;
    /** What was expected, what came, what to do. Never the text of a memory. */
    message: string;
    /** Numbers and names that belong to the failure; of an import, `stored`: lines committed before the one that failed. */
    details?: { [name: string]: JsonValue };
  };
}

// Memories

/** Body of `POST /v1/memory-set`. */
export interface SetRequest {
  value: string;
  /** Default: a new UUID. */
  key?: string;
  /** Default `default`. */
  namespace?: string;
  tags?: string[];
  metadata?: Record<string, unknown>;
  entities?: WireEntity[];
  thread?: string;
  role?: string;
  created_at?: string | number;
  expires_at?: string | number;
  valid_from?: string | number;
  valid_to?: string | number;
  supersedes?: string[];
  /** Where it comes from. Default: as the role says. */
  origin?: Origin;
  /** Only if the memory is of this version now, 0: only if there is none; else `VERSION_CONFLICT`. */
  if_version?: number;
}
/** Answer of `POST /v1/memory-set`. */
export interface SetResponse extends WireMemory {
  success: true;
}
/** Body of `POST /v1/memory/batch`. */
export interface BatchRequest {
  /** 1 to 1000; all are stored, or none. A `namespace` beside `memories` holds for those that name none. */
  memories: SetRequest[];
  namespace?: string;
}
/** Answer of `POST /v1/memory/batch`. */
export interface BatchResponse {
  success: true;
  memories: WireMemory[];
}
/** Body of `POST /v1/memory/search`. */
export interface SearchRequest {
  query: string;
  namespace?: string;
  limit?: number;
  tags?: string[];
  where?: Where;
  entities?: (string | WireEntity)[];
  thread?: string;
  since?: string | number;
  until?: string | number;
  /** Only what was true in the world then. */
  as_of?: string | number;
  /** As it was known then. */
  known_at?: string | number;
  /** Only what came from one of these. */
  origin?: Origin[];
  /** `true`: only what is held back from recall; `false`: none of it. */
  held_back?: boolean;
  min_score?: number;
  facets?: boolean;
  /** The last word of the query is the beginning of a word, as while somebody types. Default false. */
  prefix?: boolean;
  explain?: boolean;
  deadline_ms?: number;
  /** The `X-Souvenir-Sequence` of a write that is to be seen: it is waited for. */
  min_sequence?: number;
}
/** Answer of `POST /v1/memory/search`. */
export interface SearchResponse {
  results: WireHit[];
  facets?: { entities: WireEntityCount[]; tags: { tag: string; count: number }[] };
  degraded: Degradation[];
  took_ms: number;
}
/** Query of `GET /v1/memory`. */
export interface KeyQuery {
  namespace?: string;
  key: string;
}
/** Query of `GET /v1/memory`. */
export interface GetQuery extends KeyQuery {
  /** The `X-Souvenir-Sequence` of a write that is to be seen: it is waited for. */
  min_sequence?: number;
}
/** Body of `POST /v1/memory/touch`. */
export interface TouchRequest extends KeyQuery {
  /** `null`: never. */
  expires_at: string | number | null;
  /** Only if the memory is of this version now; else `VERSION_CONFLICT`. */
  if_version?: number;
  /** The same, but a memory of another version is `NOT_FOUND`. */
  version?: number;
}
/** Body of `POST /v1/memory/pin`. */
export interface PinRequest extends KeyQuery {
  /** Only if the memory is of this version now; else `VERSION_CONFLICT`. */
  if_version?: number;
}
/** Query of `GET /v1/profile`. */
export interface ProfileQuery {
  namespace?: string;
  /** Of all lines together. Default 400. */
  token_budget?: number;
}
/** A line of a profile, as the API writes it. */
export interface WireProfileLine {
  text: string;
  key: string;
  version: number;
}
/** Answer of `GET /v1/profile`. */
export interface ProfileResponse {
  /** In the order in which they were pinned. */
  lines: WireProfileLine[];
  /** Pinned memories for which there was no room. */
  omitted?: number;
}
/** A fact, with what takes its place. */
export interface WireFact extends WireMemory {
  superseded_by?: string;
  superseded_at?: string;
}
/** Query of `GET /v1/facts`. */
export interface FactsQuery {
  namespace?: string;
  subject?: string;
  attribute?: string;
  type?: KeptFactType;
  /** Default: those that are not proposed or merged. */
  state?: FactFields["state"];
  /** 1 to 1000. Default 100. */
  limit?: number;
  cursor?: string;
}
/** Answer of `GET /v1/facts`. */
export interface FactsResponse {
  facts: WireFact[];
  cursor?: string;
}
/** Body of `POST /v1/consolidate`. */
export interface ConsolidateRequest {
  namespace?: string;
  /** Answers what would come of it, and writes nothing. It costs the same. */
  dry_run?: boolean;
}
/** A run, as the API writes it. */
export interface WireRun {
  id: string;
  namespace: string;
  at: string;
  /** Id of the extractor. */
  extractor: string;
  /** Keys of its facts, also of those that were erased since. */
  keys: string[];
  /** Keys of facts that were there already and stand otherwise since. */
  changed: string[];
  /** What was proposed and is no fact, by reason. */
  refused: Refused;
  usage: WireUsage;
  undone_at?: string;
}
/** What an extractor used, as the API writes it. */
export interface WireUsage {
  calls: number;
  input_tokens: number;
  output_tokens: number;
}
/** A run with its facts, as the API writes it. */
export interface WireRunDetails extends WireRun {
  facts: WireFact[];
  /** The same as lines for people. */
  diff: string[];
}
/** Answer of `POST /v1/consolidate`. */
export interface ConsolidateResponse {
  runs: WireRunDetails[];
  pending: number;
  failed: number;
}
/** Body of `POST /v1/dream`. */
export interface DreamRequest {
  namespace?: string;
  /** Answers what would come of it, and writes nothing. */
  dry_run?: boolean;
}
/** Answer of `POST /v1/dream`. */
export interface DreamResponse {
  /** One, or none where there was nothing to do; its `diff` is the brief. */
  runs: WireRunDetails[];
  /** The namespace, when its facts were changed meanwhile: nothing was done. */
  discarded: string[];
}
/** Query of `GET /v1/runs`. */
export interface RunsQuery {
  namespace?: string;
  /** 1 to 1000. Default 100. */
  limit?: number;
}
/** Answer of `GET /v1/runs`. */
export interface RunsResponse {
  /** Newest first. */
  runs: WireRun[];
}
/** Query of `GET /v1/runs/details`. */
export interface RunQuery {
  namespace?: string;
  id: string;
}
/** Answer of `POST /v1/runs/undo`. */
export interface UndoneResponse {
  success: true;
  erased: number;
}
/** Query of `DELETE /v1/memory`. */
export interface DeleteQuery extends KeyQuery {
  /** Only if the memory is of this version now; else `VERSION_CONFLICT`. */
  if_version?: number;
}
/** Answer of `POST /v1/facts/decline`. */
export interface DeletedResponse {
  success: true;
  deleted: number;
}
/** One of `key`, `keys`, `where` and `thread`. */
export interface DeleteRequest {
  namespace?: string;
  key?: string;
  /** Beside `key`: only if the memory is of this version now; else `VERSION_CONFLICT`. */
  if_version?: number;
  keys?: string[];
  where?: Where;
  thread?: string;
}
/** Query of `GET /v1/memory/history`. */
export interface HistoryQuery extends KeyQuery {
  /** 1 to 1000: a page of that many. Default: all that are kept. */
  limit?: number;
  /** From the answer before. */
  cursor?: string;
}
/** Answer of `GET /v1/memory/history`. */
export interface HistoryResponse {
  /** Earlier versions, oldest first, without the current one. */
  versions: WireMemory[];
  /** Of a page that is not the last one. */
  cursor?: string;
}
/** Query of `GET /v1/memories`. */
export interface ListQuery {
  namespace?: string;
  tags?: string[];
  thread?: string;
  as_of?: string | number;
  known_at?: string | number;
  /** Only what came from one of these. */
  origin?: Origin[];
  /** `true`: only what is held back from recall; `false`: none of it. */
  held_back?: boolean;
  /** Default `oldest` first. */
  order?: "oldest" | "newest";
  limit?: number;
  cursor?: string;
  /** The `X-Souvenir-Sequence` of a write that is to be seen: it is waited for. */
  min_sequence?: number;
}
/** Body of `POST /v1/memories`. */
export interface ListRequest extends ListQuery {
  where?: Where;
}
/** Answer of `GET /v1/memories`. */
export interface ListResponse {
  memories: WireMemory[];
  /** Absent on the last page. */
  cursor?: string;
}

// Namespaces, entities, numbers

/** Query of `GET /v1/namespaces`. */
export interface NamespacesQuery {
  prefix?: string;
  /** 1 to 10000, default 1000. */
  limit?: number;
  /** From the answer before. */
  cursor?: string;
}
/** Answer of `GET /v1/namespaces`. */
export interface NamespacesResponse {
  /** Only those that the key may read, in code unit order. */
  namespaces: string[];
  cursor?: string;
}
/** Query of `DELETE /v1/namespaces`. */
export interface NamespaceQuery {
  namespace: string;
}
/** Query of `GET /v1/stats`. */
export interface StatsQuery {
  /** Without it: the whole store, for a key that may read every namespace. */
  namespace?: string;
}
/** Query of `GET /v1/entities`. */
export interface EntitiesQuery {
  namespace?: string;
  type?: string;
  prefix?: string;
  limit?: number;
}
/** An entity and how often it is named, as the API writes it. */
export interface WireEntityCount extends WireEntity {
  count: number;
}
/** Answer of `GET /v1/entities`. */
export interface EntitiesResponse {
  entities: WireEntityCount[];
}
/** How a queue for a model stands, as the API writes it. */
export interface WireQueue {
  pending: number;
  failed: number;
  last_error?: string;
  /** What to do about a model that cannot work as it is configured. Absent while it works. */
  misconfigured?: string;
}
/** Answer of `GET /v1/stats`. */
export interface StatsResponse {
  namespaces: number;
  records: number;
  versions: number;
  vectors: number;
  embedder: { id: string; dimensions: number } | null;
  queue: { embedding: WireQueue; extraction: WireQueue; facts?: WireQueue; moderation?: WireQueue };
  /** What looking for facts has cost and refused. Absent where none are looked for. */
  facts?: {
    usage: { extract: WireUsage };
    refused: Refused;
    /** Of `most` tokens a day. */
    today?: { tokens: number; most: number };
  };
  reembedding?: { from: string | null; to: string; done: number; total: number };
  bytes: number;
  /** Erased memories whose bytes may still be in the file. */
  /** What was found in what was written since the server was started, by kind. Absent without rules. */
  safety?: {
    warned: Record<string, number>;
    redacted: Record<string, number>;
    blocked: Record<string, number>;
    /** Memories that the moderator flagged. Absent without one. */
    flagged?: Record<string, number>;
  };
  erasures: { unscrubbed: number };
}
/** Query of `POST /v1/flush`. */
export interface FlushQuery {
  /** Milliseconds after which it answers what is left. Default: no deadline. */
  deadline_ms?: number;
  /** Also what was given up: for a key with `admin` on every namespace. Default false. */
  retry?: boolean;
}
/** Answer of `POST /v1/flush`. */
export interface FlushResponse {
  pending: number;
  failed: number;
}
/** Answer of `POST /v1/scrub`. */
export interface ScrubResponse {
  success: true;
  /** Erased memories whose bytes are gone now. */
  scrubbed: number;
}
/** Body of `POST /v1/scan`. */
export interface ScanRequest {
  namespace?: string;
  /** Take out what is found. Default false: only count it. */
  fix?: boolean;
  /** Memories of one answer, 1 to 100000. Default 10000. */
  limit?: number;
  cursor?: string;
}
/** Answer of `POST /v1/scan`. */
export interface ScanResponse {
  /** Memories that were looked at, each with its earlier versions. */
  scanned: number;
  /** Those that hold something. */
  memories: number;
  /** How often, by kind, in all their versions. */
  found: Record<string, number>;
  /** Those that hold it no more. */
  fixed: number;
  /** There are more, to go on with. */
  cursor?: string;
}
/** Answer of `POST /v1/cancel-reembed`. */
export interface CancelReembedResponse {
  success: true;
  /** Namespaces that went back to the vectors that they had. */
  cancelled: number;
}
/** One interval of the last hours, oldest first. Needs a key that may read every namespace. */
export interface ActivitySample {
  /** Start of the interval. */
  at: string;
  requests: number;
  /** Answers of 500 and more. */
  errors: number;
  searches: number;
  writes: number;
  /** Milliseconds; `null` when the interval has none. */
  search_p50_ms: number | null;
  search_p99_ms: number | null;
  write_p50_ms: number | null;
  write_p99_ms: number | null;
  /** Of the store, at the end of the interval. */
  memories: number;
  bytes: number;
}
/** Answer of `GET /v1/activity`. */
export interface ActivityResponse {
  interval_ms: number;
  samples: ActivitySample[];
}
/** A request that was answered. */
export interface AnsweredRequest {
  /** When it came. */
  at: string;
  id: string;
  /** As in `POST /v1/memory-set`. */
  route: string;
  status: number;
  ms: number;
  /** Id of the key; `null` where none is asked for, or of one that is none. */
  key: string | null;
}
/** A line of the audit log. */
export interface WireChange {
  at: string;
  /** Id of the request. */
  request: string;
  key: string | null;
  /** Name of the operation, as in `memorySet`; `authenticate` for a key that is none. */
  operation: string;
  outcome: "done" | "refused";
  namespace?: string;
  /** Key of the memory, or id of the key that was made or revoked. */
  subject?: string;
  /** Memories that were written or deleted. */
  count?: number;
}
/** Answer of `GET /v1/requests`: of this process since it was started, newest first, the last 500 of each. */
export interface RequestsResponse {
  requests: AnsweredRequest[];
  changes: WireChange[];
}

// Export and import: `application/x-ndjson`, one memory a line

/** The first line: names the format and its version. */
export interface FileHeader {
  souvenir: "memories";
  version: 1;
}
/** A line of an export. */
export type ExportLine = WireMemory & { history?: WireMemory[] };
/** Query of `GET /v1/export`. */
export interface ExportQuery {
  /** Default: every namespace that the key may read. */
  namespace?: string;
  /** Default true. */
  history?: boolean;
}
/** A line of an export, or as little as `{ value }`. */
export type ImportLine = Omit<SetRequest, "if_version" | "origin"> &
  Partial<Pick<WireMemory, FactFieldName | "origin" | "held_back" | "flagged">> & {
    version?: number;
    pinned_at?: string | number;
    updated_at?: string | number;
    history?: ImportLine[];
  };
/** Query of `POST /v1/import`. */
export interface ImportQuery {
  /**
   * For lines that name none. Default `default`. Of a file of another program: where all of it goes; by default, what names
   * its user goes to that user's namespace.
   */
  namespace?: string;
  /** Says what would come, and stores nothing. Default false. */
  dry_run?: boolean;
}
/** Answer of `POST /v1/import`; from `refused` on: of a file of another program. */
export interface ImportResponse {
  success: true;
  imported: number;
  skipped: number;
  /** Lines whose memory has expired, of which nothing is stored; in a file of another program they are refused. */
  expired?: number;
  refused?: number;
  /** The first 100. */
  refusals?: { where: string; reason: string }[];
  /** What is no memory, by kind. */
  passed?: Record<string, number>;
  /** Memories by format. */
  formats?: Record<string, number>;
  namespaces?: string[];
  threads?: number;
  /** The first and the last moment that a memory is of. */
  from?: string;
  to?: string;
}

// Conversations

/**
 * As chat APIs and frameworks write their messages. What stands beside the words in those (`tool_calls`, `prefix`, `name`,
 * `additional_kwargs` …) is taken and not kept.
 */
export interface TurnMessage {
  /** Or, as LangChain says it, `type`. */
  role?: string;
  type?: string;
  content?: string | { type: string; text?: string }[] | null;
  created_at?: string | number;
  metadata?: Record<string, unknown>;
  files?: string[];
  id?: string;
}
/** Body of `POST /v1/remember-turn`. */
export interface RememberTurnRequest {
  namespace?: string;
  thread: string;
  messages: TurnMessage[];
  /** What was said before: says where the messages belong. */
  before?: TurnMessage[];
  turn_id?: string;
}
/** Answer of `POST /v1/remember-turn`. */
export interface RememberTurnResponse {
  success: true;
  stored: number;
}
/** Body of `POST /v1/context`. */
export interface ContextRequest {
  query: string;
  namespace?: string;
  thread?: string;
  limit?: number;
  token_budget?: number;
  /** What is pinned stands first in the block. Default false. */
  profile?: boolean;
  as_of?: string | number;
  known_at?: string | number;
  /** Only what came from one of these. */
  origin?: Origin[];
  exclude?: string[] | { keys?: string[]; texts?: string[]; thread?: string; after?: string };
  deadline_ms?: number;
  /** The `X-Souvenir-Sequence` of a write that is to be seen: it is waited for. */
  min_sequence?: number;
}
/** Answer of `POST /v1/context`. */
export interface ContextResponse {
  /** Ready for the prompt; empty when nothing is relevant. */
  text: string;
  /** Of the text, estimated from above for Mistral's tokenizers. */
  tokens: number;
  memories: WireHit[];
  /** The pinned memories in the text, when they were asked for. */
  profile?: WireProfileLine[];
  /** Signals that could not take part. */
  degraded: Degradation[];
  took_ms: number;
}

/** Answer of `POST /v1/ask`, which takes what `POST /v1/context` takes. */
export interface AskResponse {
  /** What the model said. */
  answer: string;
  /** The answer was as long as it may be, and ends in the middle. */
  truncated: boolean;
  model: string;
  /** As the provider counts them: of the message with its block, and of the answer. */
  input_tokens: number;
  output_tokens: number;
  /** Milliseconds that the model took. */
  took_ms: number;
  /** What the model was told with the message. */
  context: ContextResponse;
}

// The second dialect

/** Body of `POST /v1/remember`. */
export interface RememberRequest {
  content: string;
  tags?: string[];
  namespace?: string;
  metadata?: Record<string, unknown>;
}
/** Answer of `POST /v1/remember`. */
export interface RememberedMemory {
  id: string;
  content: string;
  tags: string[];
  namespace: string;
  metadata: { [name: string]: JsonValue };
  created_at: string;
}
/** Body of `POST /v1/recall`. */
export interface RecallRequest {
  query: string;
  namespace?: string;
  limit?: number;
  tags?: string[];
  /** Least score, 0 to 1. */
  threshold?: number;
}
/** Answer of `POST /v1/recall`. */
export interface RecallResponse {
  memories: (RememberedMemory & { score: number })[];
  total: number;
  query_time_ms: number;
}
/** In the query (`?id=&namespace=`) or as a JSON body. One of `id` and `ids`. */
export interface ForgetRequest {
  id?: string;
  ids?: string[];
  namespace?: string;
}

// Keys

/** `write` includes `read`; `admin` includes both, and deleting a whole namespace. */
export type Permission = "read" | "write" | "admin";
/** Which namespaces: one, or all that start with `prefix`, which ends in a separator; `""` is every namespace. */
export type Grant = ({ namespace: string } | { prefix: string }) & { permission: Permission };
/** Body of `POST /v1/keys`. */
export interface KeyRequest {
  /** For people: what the key is for. At most 200 characters. */
  name: string;
  grants: Grant[];
  expires_at?: string | number;
  /** Requests a minute. Default: the server's. */
  rate_limit?: number;
  /** A UTC day. Default: no quota. */
  quota?: { requests_per_day?: number; writes_per_day?: number };
}
/** A key without its secret, as the API writes it. */
export interface WireKey {
  /** Names the key; not a secret. */
  id: string;
  name: string;
  grants: Grant[];
  created_at: string;
  expires_at?: string;
  revoked_at?: string;
  /** To the minute. */
  last_used_at?: string;
  rate_limit?: number;
  quota?: { requests_per_day?: number; writes_per_day?: number };
  usage_today: { requests: number; writes: number };
}
/** A new key, which is shown this once. */
export interface CreatedKey extends WireKey {
  /** The bearer key itself, shown this once. */
  key: string;
}
/** Answer of `GET /v1/keys`. */
export interface KeysResponse {
  keys: WireKey[];
}
/** What the caller's own key may do; without keys, everything. */
export interface WhoamiResponse {
  /** `open`: no key was ever created, and the server answers this machine only. */
  mode: "open" | "key";
  id?: string;
  name?: string;
  grants: Grant[];
  /** The model that `POST /v1/ask` asks. Absent: none. */
  asks?: string;
}

// Health

/** Answer of `GET /healthz`. */
export interface HealthResponse {
  status: "ok";
  version: string;
}
/** Answer of `GET /readyz`. */
export interface ReadyResponse {
  status: "ready";
}

// Changes

/** Query of `GET /v1/changes`, whose answer is a stream of server-sent events. */
export interface ChangesQuery {
  namespace?: string;
  /** Id of an event, a cursor, a sequence number, or `latest`. Default 0: from the beginning. The header `Last-Event-ID` counts before it. */
  since?: string;
}
/** Body of `POST /v1/changes/page`. */
export interface ChangesRequest extends ChangesQuery {
  limit?: number;
}
/** A memory that changed, without its text. */
export interface WireMemoryChange {
  kind: "written" | "withdrawn" | "erased";
  id: number;
  key?: string;
  version?: number;
  sequence?: number;
  updated_at?: string;
  held_back?: true;
  cursor: string;
}
/** Answer of `POST /v1/changes/page`. */
export interface ChangesResponse {
  changes: WireMemoryChange[];
  cursor: string;
  complete: boolean;
  /** The place is not known any more: these are the changes from the beginning. */
  reset?: true;
}

// Web hooks

/** Body of `POST /v1/hooks`. One of `namespace` and `prefix` is there. */
export interface HookRequest {
  /** Where changes are sent: `https://…`. */
  url: string;
  namespace?: string;
  /** Ends in a separator; `""` is every namespace. */
  prefix?: string;
  /** Memories themselves, too. Default false: what changed is named only. */
  texts?: boolean;
  /** `latest`: what comes from now on. `0`: what there is, first. Default `latest`. */
  since?: "latest" | "0";
}
/** A hook without its secret, as the API writes it. */
export interface WireHook {
  id: string;
  url: string;
  namespace?: string;
  prefix?: string;
  texts: boolean;
  created_at: string;
  /** Id of the key that made it. */
  created_by?: string;
  /**
   * `starting`: where it begins is being noted. `failing`: the last attempts failed, and it is tried again. `disabled`: it was
   * given up, because the receiver said that it is gone (410) or took nothing for three days.
   */
  state: "starting" | "active" | "failing" | "disabled";
  /** Attempts that failed since one was taken. */
  failures: number;
  /** When a delivery was taken last. */
  delivered_at?: string;
  last_attempt_at?: string;
  /** What the receiver answered last. */
  last_status?: number;
  /** Why it did not answer. */
  last_error?: string;
  next_attempt_at?: string;
}
/** A new hook, or one with a new secret, which is shown this once. */
export interface CreatedHook extends WireHook {
  /** As in `whsec_…`: what signatures are checked with. */
  secret: string;
}
/** Answer of `GET /v1/hooks`. */
export interface HooksResponse {
  hooks: WireHook[];
}
/** Answer of `POST /v1/hooks/test`. */
export interface HookTestResponse {
  /** Whether the receiver took it. */
  delivered: boolean;
  status?: number;
  error?: string;
  took_ms: number;
}

/** What each operation of `operations.ts` takes (its query or its JSON body) and answers. */
export interface Operations {
  changes: { takes: ChangesQuery; answers: ReadableStream<Uint8Array> };
  changesPage: { takes: ChangesRequest; answers: ChangesResponse };
  memorySet: { takes: SetRequest; answers: SetResponse };
  memoryBatch: { takes: BatchRequest; answers: BatchResponse };
  memoryGet: { takes: GetQuery; answers: WireMemory };
  memoryTouch: { takes: TouchRequest; answers: WireMemory };
  memoryPin: { takes: PinRequest; answers: WireMemory };
  memoryUnpin: { takes: PinRequest; answers: WireMemory };
  profileGet: { takes: ProfileQuery; answers: ProfileResponse };
  factsList: { takes: FactsQuery; answers: FactsResponse };
  memoryApprove: { takes: KeyQuery; answers: WireMemory };
  memoryDecline: { takes: KeyQuery; answers: DeletedResponse };
  factApprove: { takes: KeyQuery; answers: WireMemory };
  factDecline: { takes: KeyQuery; answers: DeletedResponse };
  consolidate: { takes: ConsolidateRequest; answers: ConsolidateResponse };
  dream: { takes: DreamRequest; answers: DreamResponse };
  runsList: { takes: RunsQuery; answers: RunsResponse };
  runGet: { takes: RunQuery; answers: WireRunDetails };
  runUndo: { takes: RunQuery; answers: UndoneResponse };
  memoryDelete: { takes: DeleteQuery; answers: DeletedResponse };
  memoryDeleteMany: { takes: DeleteRequest; answers: DeletedResponse };
  memoryHistory: { takes: HistoryQuery; answers: HistoryResponse };
  memorySearch: { takes: SearchRequest; answers: SearchResponse };
  memorySearchAlias: { takes: SearchRequest; answers: SearchResponse };
  memoriesList: { takes: ListQuery; answers: ListResponse };
  memoriesFilter: { takes: ListRequest; answers: ListResponse };
  namespacesList: { takes: NamespacesQuery; answers: NamespacesResponse };
  namespaceDelete: { takes: NamespaceQuery; answers: DeletedResponse };
  entitiesList: { takes: EntitiesQuery; answers: EntitiesResponse };
  statsGet: { takes: StatsQuery; answers: StatsResponse };
  flush: { takes: FlushQuery; answers: FlushResponse };
  scan: { takes: ScanRequest; answers: ScanResponse };
  scrub: { takes: undefined; answers: ScrubResponse };
  cancelReembed: { takes: undefined; answers: CancelReembedResponse };
  activityGet: { takes: undefined; answers: ActivityResponse };
  requestsList: { takes: undefined; answers: RequestsResponse };
  export: { takes: ExportQuery; answers: AsyncIterable<FileHeader | ExportLine> };
  import: { takes: ImportQuery; answers: ImportResponse };
  rememberTurn: { takes: RememberTurnRequest; answers: RememberTurnResponse };
  context: { takes: ContextRequest; answers: ContextResponse };
  ask: { takes: ContextRequest; answers: AskResponse };
  remember: { takes: RememberRequest; answers: RememberedMemory };
  recall: { takes: RecallRequest; answers: RecallResponse };
  forget: { takes: ForgetRequest; answers: DeletedResponse };
  whoami: { takes: undefined; answers: WhoamiResponse };
  keysList: { takes: undefined; answers: KeysResponse };
  keysCreate: { takes: KeyRequest; answers: CreatedKey };
  keysRevoke: { takes: { id: string }; answers: WireKey };
  hooksList: { takes: undefined; answers: HooksResponse };
  hooksCreate: { takes: HookRequest; answers: CreatedHook };
  hooksDelete: { takes: { id: string }; answers: DeletedResponse };
  hooksTest: { takes: { id: string }; answers: HookTestResponse };
  hooksRotate: { takes: { id: string }; answers: CreatedHook };
  openapi: { takes: undefined; answers: object };
  health: { takes: undefined; answers: HealthResponse };
  ready: { takes: undefined; answers: ReadyResponse };
  metrics: { takes: undefined; answers: string };
}
