/**
 * The schemas of the wire, by the names that the OpenAPI document gives them. They check shapes and ranges; how long a
 * value, key or query may be is checked by the memory, whose `limits` can be set.
 */
import type { Degradation, JsonValue, Where } from "@souvenir/core";
import { z } from "zod";
import { separatorAtEnd } from "../keys/grants.ts";
import { earliestNumber, latestNumber, readMoment } from "./moment.ts";
import type * as wire from "./wire.ts";

const id = (name: string, description?: string) => ({
  id: name,
  ...(description === undefined ? {} : { description }),
});
const text = z.string().min(1);
/** The document says the usual limits of the memory, which checks them itself: they are in bytes, and can be set. */
const named = (maxLength: number) => text.meta({ maxLength });
const words = (maxLength?: number) =>
  text.meta({ pattern: "\\S", ...(maxLength === undefined ? {} : { maxLength }) });
const optionalText = text.exactOptional();
const count = z.int().min(0);
/** A JSON Schema: of an object with these members and no others. */
function closedObject(properties: { [name: string]: object }): object {
  return { type: "object", properties, required: Object.keys(properties), additionalProperties: false };
}
/** Not `z.record`, which would drop a member named `__proto__`. */
const jsonObject = z.custom<Record<string, unknown>>(
  (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  "expected a JSON object",
);
const namespace = text
  .max(512)
  .default("default")
  .meta({ description: "The unit of isolation: a user, a tenant" });
const fullNamespace = text.max(512);
const tags = z.array(named(128)).max(1000).meta({ maxItems: 64 }).exactOptional();
const anyJson = { $ref: "#/components/schemas/Json" };
const metadata = jsonObject.meta({
  ...id("Metadata", "Plain JSON"),
  type: "object",
  additionalProperties: anyJson,
});
const where = jsonObject.meta({
  $ref: "#/components/schemas/Where",
  description: "Only those whose metadata fit",
}) as unknown as z.ZodType<Where>;
const whereOfDeletion = jsonObject.meta({
  $ref: "#/components/schemas/WhereOfDeletion",
  description: "Those whose metadata fit",
}) as unknown as z.ZodType<Where>;
const thread = named(512).exactOptional();
/** Read here, once for all: what a handler gets is ISO 8601 in UTC. @param longYears - Of more than four digits, too. */
const momentOf = (longYears: boolean) =>
  z
    .union(
      [
        text.max(64).meta({ format: "date-time" }),
        z.number().meta({ minimum: earliestNumber, maximum: latestNumber }),
      ],
      "expected a moment, as text or a number",
    )
    .transform((value, context) => {
      const moment = readMoment(value);
      // Other languages cannot read such years in an answer, and RFC 3339 has none.
      const isLong = typeof moment === "string" && !longYears && /^[+-]/.test(moment);
      if (typeof moment === "string" && !isLong) return moment;
      const message = typeof moment === "string" ? "expected a year from 0000 to 9999" : moment.expected;
      context.addIssue({ code: "custom", message });
      return z.NEVER;
    })
    .meta({
      description:
        "RFC 3339, without zone in UTC; or milliseconds since 1970, as a number between 1990 and 2200",
    });
const moment = momentOf(false);
/** What a store has that a program filled comes back as it was. */
const fileMoment = momentOf(true);
const timestamp = z.string().meta({ format: "date-time" });
const json = jsonObject.meta({ type: "object", additionalProperties: true }) as unknown as z.ZodType<{
  [name: string]: JsonValue;
}>;
const score = z.number().min(0).max(1);

export const entity: z.ZodType<wire.WireEntity> = z
  .strictObject({ name: words(512).max(512), type: words(64).max(64) })
  .meta(id("Entity"));

const degradation: z.ZodType<Degradation> = z
  .enum(["vector", "text", "entity", "context", "recency", "rerank"])
  .meta(id("Degradation"));

const factType = z.enum(["event", "state", "preference", "instruction", "relation", "summary"]);
const factState = z.enum(["active", "superseded", "proposed", "merged"]);
const origin = z.enum(["user", "assistant", "tool", "import", "inferred"]);
/** Of a memory as it is. */
const trusted = {
  origin: z
    .enum(["user", "assistant", "tool", "import", "inferred", "stated"])
    .exactOptional()
    .meta({ description: "Where it came from; of a fact, whether it was stated" }),
  held_back: z.boolean().exactOptional().meta({
    description:
      "true: it came from a tool or an import and reads like an order to a model, or a moderator flagged it, and is in no recall until it is approved; false: it was",
  }),
  flagged: z
    .array(z.string())
    .exactOptional()
    .meta({ description: "Categories for which a moderator flagged it" }),
};
const fromOrigins = {
  origin: z
    .array(origin)
    .min(1)
    .max(16)
    .exactOptional()
    .meta({ description: "Only what came from one of these" }),
};
const heldBack = {
  held_back: z.boolean().exactOptional().meta({
    description: "true: only what is held back from recall; false: none of it, for what a model is shown",
  }),
};
/** What only facts have. */
const factFields = {
  kind: z.literal("fact").exactOptional(),
  subject: optionalText,
  attribute: optionalText,
  type: factType.exactOptional(),
  sources: z
    .array(z.strictObject({ key: text, version: z.int().min(1), quote: text, run: optionalText }))
    .exactOptional()
    .meta({ description: "Of a fact: what it rests on, and words that stand in each" }),
  state: factState.exactOptional(),
  merged_into: optionalText,
  run: optionalText,
};
const memoryFields = {
  key: text,
  value: z.string(),
  namespace: text,
  tags: z.array(z.string()),
  metadata: json,
  entities: z.array(entity),
  thread: optionalText,
  role: optionalText,
  version: z.int().min(1),
  created_at: timestamp,
  updated_at: timestamp,
  expires_at: timestamp.exactOptional(),
  valid_from: timestamp.exactOptional(),
  valid_to: timestamp.exactOptional(),
  supersedes: z.array(z.string()).exactOptional(),
  pinned_at: timestamp.exactOptional(),
  ...trusted,
  ...factFields,
};
export const memory: z.ZodType<wire.WireMemory> = z.strictObject(memoryFields).meta(id("Memory"));

export const hit: z.ZodType<wire.WireHit> = z
  .strictObject({
    ...memoryFields,
    score: score.meta({ description: "The probability that it is relevant, comparable between queries" }),
    signals: z.strictObject({ vector: score, text: score, entity: score, context: score, recency: score }),
    reasons: z.strictObject({
      terms: z.array(z.string()),
      context_terms: z.array(z.string()),
      neighbours: z.array(z.string()),
      entities: z.array(z.string()),
      time: score.exactOptional(),
    }),
    contributions: z.record(z.string(), z.number()).exactOptional().meta({
      description: "With `explain`: what each feature adds to the log-odds of the score, and the constant",
    }),
    features: z.record(z.string(), z.number()).exactOptional(),
    duplicates: z.array(z.string()).exactOptional(),
    superseded_by: z.string().exactOptional(),
    superseded_at: timestamp.exactOptional(),
  })
  .meta(id("Hit", "A memory with its score, what each signal says, and why it was found"));

export const error: z.ZodType<wire.WireError> = z
  .strictObject({
    error: z.strictObject({
      code: z.string() as unknown as z.ZodType<wire.WireErrorCode>,
      message: z.string(),
      details: json.exactOptional(),
    }),
  })
  .meta(id("Error"));

const setFields = {
  value: words(32_768),
  key: named(512).exactOptional(),
  tags,
  metadata: metadata.exactOptional(),
  entities: z.array(entity).max(256).exactOptional(),
  thread,
  role: words(128).exactOptional(),
  origin: origin.exactOptional().meta({ description: "Where it comes from. Default: as the role says" }),
  created_at: moment.exactOptional(),
  expires_at: moment.exactOptional(),
  valid_from: moment
    .exactOptional()
    .meta({ description: "True in the world from then on. Default: since it was said" }),
  valid_to: moment
    .exactOptional()
    .meta({ description: "True in the world before then. Default: still true" }),
  supersedes: z.array(named(512)).max(64).exactOptional().meta({
    description:
      "Keys of memories that this one takes the place of: the older ones among them carry superseded_by when they are found",
  }),
};
const success = z.literal(true);
const fromPage = { description: "From the answer before" };
const version = z
  .int()
  .min(1)
  .max(2 ** 40);
const if_version = z
  .int()
  .min(0)
  .max(2 ** 40)
  .exactOptional()
  .meta({
    description:
      "Only if the memory is of this version now, 0: only if there is none; else 409 VERSION_CONFLICT. The headers If-Match (its ETag) and If-None-Match: * say the same",
  });

export const setRequest: z.ZodType<wire.SetRequest> = z
  .strictObject({ ...setFields, namespace, if_version })
  .meta(id("SetRequest"));
export const setResponse: z.ZodType<wire.SetResponse> = z
  .strictObject({ success, ...memoryFields })
  .meta(id("SetResponse"));
export const touchRequest: z.ZodType<wire.TouchRequest> = z
  .strictObject({
    namespace,
    key: named(512),
    expires_at: moment.nullable().meta({ description: "A moment; null: never" }),
    if_version,
    version: version
      .exactOptional()
      .meta({ description: "As if_version, but a memory of another version is 404 NOT_FOUND" }),
  })
  .meta(id("TouchRequest"));
export const pinRequest: z.ZodType<wire.PinRequest> = z
  .strictObject({ namespace, key: named(512), if_version })
  .meta(id("PinRequest"));
const profileLine: z.ZodType<wire.WireProfileLine> = z.strictObject({
  text: z.string(),
  key: z.string(),
  version: z.int().min(1),
});
export const profileQuery: z.ZodType<wire.ProfileQuery> = z.strictObject({
  namespace,
  token_budget: z.int().min(1).max(1_000_000).default(400),
});
export const profileResponse: z.ZodType<wire.ProfileResponse> = z
  .strictObject({ lines: z.array(profileLine), omitted: count.exactOptional() })
  .meta(id("Profile", "What is pinned and true now, in the order in which it was pinned"));
const fact: z.ZodType<wire.WireFact> = z
  .strictObject({
    ...memoryFields,
    superseded_by: z.string().exactOptional(),
    superseded_at: timestamp.exactOptional(),
  })
  .meta(id("Fact", "A memory that was made from others"));
export const factsQuery: z.ZodType<wire.FactsQuery> = z.strictObject({
  namespace,
  subject: named(512).exactOptional(),
  attribute: named(512).exactOptional(),
  type: factType.exactOptional(),
  state: factState.exactOptional().meta({ description: "Default: those that are not proposed or merged" }),
  limit: z.int().min(1).max(1000).default(100),
  cursor: text
    .meta({ description: "From the page before", pattern: "^-?[0-9]{1,16}[.][0-9]{1,16}$" })
    .exactOptional(),
});
export const factsResponse: z.ZodType<wire.FactsResponse> = z
  .strictObject({ facts: z.array(fact), cursor: optionalText })
  .meta(id("Facts"));
export const factRequest: z.ZodType<wire.KeyQuery> = z
  .strictObject({ namespace, key: named(512) })
  .meta(id("FactRequest"));
export const consolidateRequest: z.ZodType<wire.ConsolidateRequest> = z
  .strictObject({
    namespace,
    dry_run: z.boolean().default(false).meta({ description: "Writes nothing. It costs the same" }),
  })
  .meta(id("ConsolidateRequest"));
const refusals = json.meta({
  description: "What was proposed and is no fact: how often, by reason",
}) as unknown as z.ZodType<wire.WireRun["refused"]>;
const usage: z.ZodType<wire.WireUsage> = z.strictObject({
  calls: count,
  input_tokens: count,
  output_tokens: count,
});
const runFields = {
  id: text,
  namespace: text,
  at: timestamp,
  extractor: text,
  keys: z.array(z.string()),
  changed: z
    .array(z.string())
    .meta({ description: "Facts that were there already and stand otherwise since" }),
  refused: refusals,
  usage,
  undone_at: timestamp.exactOptional(),
};
const run: z.ZodType<wire.WireRun> = z.strictObject(runFields).meta(id("Run"));
export const runDetails: z.ZodType<wire.WireRunDetails> = z
  .strictObject({ ...runFields, facts: z.array(fact), diff: z.array(z.string()) })
  .meta(id("RunDetails", "What looking for facts in a piece of a conversation came to"));
export const consolidateResponse: z.ZodType<wire.ConsolidateResponse> = z
  .strictObject({ runs: z.array(runDetails), pending: count, failed: count })
  .meta(id("Consolidated"));
export const dreamRequest: z.ZodType<wire.DreamRequest> = z
  .strictObject({
    namespace,
    dry_run: z.boolean().default(false).meta({ description: "Writes nothing" }),
  })
  .meta(id("DreamRequest"));
export const dreamResponse: z.ZodType<wire.DreamResponse> = z
  .strictObject({
    runs: z
      .array(runDetails)
      .meta({ description: "One, or none where there was nothing to do; its diff is the brief" }),
    discarded: z
      .array(z.string())
      .meta({ description: "The namespace, when its facts were changed meanwhile" }),
  })
  .meta(id("Dreamt"));
export const runsQuery: z.ZodType<wire.RunsQuery> = z.strictObject({
  namespace,
  limit: z.int().min(1).max(1000).default(100),
});
export const runsResponse: z.ZodType<wire.RunsResponse> = z
  .strictObject({ runs: z.array(run) })
  .meta(id("Runs", "Newest first"));
export const runQuery: z.ZodType<wire.RunQuery> = z.strictObject({ namespace, id: text.max(1_024) });
export const runRequest: z.ZodType<wire.RunQuery> = z
  .strictObject({ namespace, id: text.max(1_024) })
  .meta(id("RunRequest"));
export const undoneResponse: z.ZodType<wire.UndoneResponse> = z
  .strictObject({ success, erased: count })
  .meta(id("Undone"));
export const batchRequest: z.ZodType<wire.BatchRequest> = z
  .strictObject({
    memories: z
      .array(
        z
          .strictObject({ ...setFields, namespace: fullNamespace.exactOptional(), if_version })
          .meta(id("BatchItem")),
      )
      .min(1)
      .max(1000),
    namespace,
  })
  .meta(id("BatchRequest"));
export const batchResponse: z.ZodType<wire.BatchResponse> = z
  .strictObject({ success, memories: z.array(memory) })
  .meta(id("BatchResponse"));

const limit = (fallback: number, most: number) => z.int().min(1).max(most).default(fallback);
const twoTimes = {
  as_of: moment.exactOptional().meta({ description: "Only what was true in the world then" }),
  known_at: moment.exactOptional().meta({
    description: "As it was known then: each memory in the version that it had, none that came later",
  }),
};
const minSequence = z.int().min(0).exactOptional().meta({
  description:
    "Waits, two seconds at most, until this server tells of all up to this X-Souvenir-Sequence of a write: see there",
});
const deadline = z.int().min(0).max(600_000).exactOptional();
export const searchRequest: z.ZodType<wire.SearchRequest> = z
  .strictObject({
    query: words(8192),
    namespace,
    limit: limit(10, 1000),
    tags,
    where: where.exactOptional(),
    entities: z
      .array(z.union([words(512), entity]))
      .max(256)
      .exactOptional(),
    thread,
    since: moment.exactOptional(),
    until: moment.exactOptional(),
    ...twoTimes,
    ...fromOrigins,
    ...heldBack,
    min_score: score.exactOptional(),
    facets: z.boolean().default(false),
    prefix: z.boolean().default(false).meta({
      description: "The last word of the query is the beginning of a word, as while somebody types",
    }),
    explain: z.boolean().default(false).meta({
      description: "Adds to each hit its features and what each adds to the log-odds of its score",
    }),
    min_sequence: minSequence,
    deadline_ms: deadline.meta({ description: "Milliseconds that the query embedding may take" }),
  })
  .meta(id("SearchRequest"));

const entityCount: z.ZodType<wire.WireEntityCount> = z
  .strictObject({ name: z.string(), type: z.string(), count })
  .meta(id("EntityCount"));
export const searchResponse: z.ZodType<wire.SearchResponse> = z
  .strictObject({
    results: z.array(hit),
    facets: z
      .strictObject({
        entities: z.array(entityCount),
        tags: z.array(z.strictObject({ tag: z.string(), count })),
      })
      .exactOptional(),
    degraded: z.array(degradation).meta({ description: "What should have taken part and could not" }),
    took_ms: z.number(),
  })
  .meta(id("SearchResponse"));

export const getQuery: z.ZodType<wire.GetQuery> = z.strictObject({
  namespace,
  key: named(512),
  min_sequence: minSequence,
});
export const deleteQuery: z.ZodType<wire.DeleteQuery> = z.strictObject({
  namespace,
  key: named(512),
  if_version,
});
export const deletedResponse: z.ZodType<wire.DeletedResponse> = z
  .strictObject({ success, deleted: count })
  .meta(id("Deleted"));
export const deleteRequest: z.ZodType<wire.DeleteRequest> = z
  .strictObject({
    namespace,
    key: named(512).exactOptional(),
    if_version,
    keys: z.array(named(512)).max(10_000).exactOptional(),
    where: whereOfDeletion.exactOptional(),
    thread,
  })
  .meta({
    ...id("DeleteRequest", "Exactly one of key, keys, where and thread"),
    oneOfThese: { key: ["if_version"], keys: [], where: [], thread: [] },
  });
export const historyQuery: z.ZodType<wire.HistoryQuery> = z.strictObject({
  namespace,
  key: named(512),
  limit: z.int().min(1).max(1000).exactOptional().meta({ description: "Default: all that are kept" }),
  cursor: text.meta({ ...fromPage, pattern: "^[0-9]{1,16}$" }).exactOptional(),
});
export const historyResponse: z.ZodType<wire.HistoryResponse> = z
  .strictObject({ versions: z.array(memory), cursor: optionalText })
  .meta(id("History", "Earlier versions, oldest first"));

const listFields = {
  namespace,
  tags,
  thread,
  ...twoTimes,
  ...fromOrigins,
  ...heldBack,
  order: z.enum(["oldest", "newest"]).default("oldest"),
  limit: limit(100, 1000),
  cursor: text.meta({ ...fromPage, pattern: "^-?[0-9]{1,16}[.][0-9]{1,16}$" }).exactOptional(),
  min_sequence: minSequence,
};
export const listQuery: z.ZodType<wire.ListQuery> = z.strictObject(listFields);
export const listRequest: z.ZodType<wire.ListRequest> = z
  .strictObject({ ...listFields, where: where.exactOptional() })
  .meta(id("ListRequest"));
export const listResponse: z.ZodType<wire.ListResponse> = z
  .strictObject({ memories: z.array(memory), cursor: optionalText })
  .meta(id("Memories", "A page; without a cursor it is the last one"));

const since = z
  .string()
  .regex(/^(?:latest|(?:[0-9]{1,16}[.])?[0-9]{1,16})$/)
  .exactOptional()
  .meta({
    description:
      "A cursor, or a sequence number. Default 0: from the beginning; latest: what comes from now on",
  });
export const changesQuery: z.ZodType<wire.ChangesQuery> = z.strictObject({ namespace, since });
/** As a document before OpenAPI 3.2 describes what a stream is of. */
export const changesEvent: z.ZodType<{ id: string; event: string; data: string }> = z
  .strictObject({
    id: text.meta({ description: "Where to go on from, in since or Last-Event-ID" }),
    event: z.enum(["change", "reset", "ready"]).meta({
      description:
        "reset: the place is not known any more, and all is told from the beginning; ready: all that there was is told",
    }),
    data: text.meta({
      description: "Of a change, a MemoryChange without its cursor, which is the id",
      contentMediaType: "application/json",
    }),
  })
  .meta(id("ChangesEvent", "Each of the events"));
export const changesRequest: z.ZodType<wire.ChangesRequest> = z
  .strictObject({ namespace, since, limit: limit(100, 1000) })
  .meta(id("ChangesRequest"));
export const changesResponse: z.ZodType<wire.ChangesResponse> = z
  .strictObject({
    changes: z.array(
      z
        .strictObject({
          kind: z.enum(["written", "withdrawn", "erased"]),
          id: count,
          key: optionalText,
          version: z.int().min(1).exactOptional(),
          sequence: count.exactOptional(),
          updated_at: timestamp.exactOptional(),
          held_back: z.literal(true).exactOptional(),
          cursor: text,
        })
        .meta(id("MemoryChange", "A memory that changed, without its text")),
    ),
    cursor: text,
    complete: z.boolean(),
    reset: z
      .literal(true)
      .exactOptional()
      .meta({ description: "The place is not known any more: these are the changes from the beginning" }),
  })
  .meta(id("MemoryChanges"));

export const namespacesQuery: z.ZodType<wire.NamespacesQuery> = z.strictObject({
  prefix: optionalText,
  limit: limit(1000, 10_000),
  cursor: optionalText,
});
export const namespacesResponse: z.ZodType<wire.NamespacesResponse> = z
  .strictObject({ namespaces: z.array(z.string()), cursor: optionalText })
  .meta(id("Namespaces"));
export const namespaceQuery: z.ZodType<wire.NamespaceQuery> = z.strictObject({ namespace: fullNamespace });
export const entitiesQuery: z.ZodType<wire.EntitiesQuery> = z.strictObject({
  namespace,
  type: optionalText,
  prefix: optionalText,
  limit: limit(100, 10_000),
});
export const entitiesResponse: z.ZodType<wire.EntitiesResponse> = z
  .strictObject({ entities: z.array(entityCount) })
  .meta(id("Entities"));

export const statsQuery: z.ZodType<wire.StatsQuery> = z.strictObject({
  namespace: fullNamespace.exactOptional(),
});
const queue = z.strictObject({
  pending: count,
  failed: count,
  last_error: z.string().exactOptional(),
  misconfigured: z.string().exactOptional(),
});
export const statsResponse: z.ZodType<wire.StatsResponse> = z
  .strictObject({
    namespaces: count,
    records: count,
    versions: count,
    vectors: count,
    embedder: z.strictObject({ id: z.string(), dimensions: count }).nullable(),
    queue: z.strictObject({
      embedding: queue,
      extraction: queue,
      facts: queue.exactOptional(),
      moderation: queue.exactOptional(),
    }),
    facts: z
      .strictObject({
        usage: z.strictObject({ extract: usage }),
        refused: refusals,
        today: z.strictObject({ tokens: count, most: count }).exactOptional(),
      })
      .exactOptional()
      .meta({ description: "What looking for facts has cost and refused" }),
    reembedding: z
      .strictObject({ from: z.string().nullable(), to: z.string(), done: count, total: count })
      .exactOptional(),
    bytes: count,
    safety: z
      .strictObject({
        warned: z.record(z.string(), count),
        redacted: z.record(z.string(), count),
        blocked: z.record(z.string(), count),
        flagged: z
          .record(z.string(), count)
          .exactOptional()
          .meta({ description: "Memories that the moderator flagged, by category" }),
      })
      .exactOptional(),
    erasures: z.strictObject({ unscrubbed: count }),
  })
  .meta(id("Stats"));
export const flushQuery: z.ZodType<wire.FlushQuery> = z.strictObject({
  deadline_ms: z
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .exactOptional()
    .meta({ description: "Milliseconds after which it answers what is left. Default: no deadline" }),
  retry: z
    .boolean()
    .default(false)
    .meta({ description: "Also what was given up: needs `admin` of everything" }),
});
export const flushResponse: z.ZodType<wire.FlushResponse> = z
  .strictObject({ pending: count, failed: count })
  .meta(id("Flushed"));

export const scrubResponse: z.ZodType<wire.ScrubResponse> = z
  .strictObject({ success, scrubbed: count })
  .meta(id("Scrubbed"));
const scanned = z.int().min(1).max(100_000).default(10_000);
export const scanRequest: z.ZodType<wire.ScanRequest> = z
  .strictObject({
    namespace,
    fix: z.boolean().default(false).meta({ description: "Take out what is found; else it is only counted" }),
    limit: scanned.meta({ description: "Memories of one answer" }),
    cursor: text.meta({ ...fromPage, pattern: "^-?[0-9]{1,16}[.][0-9]{1,16}$" }).exactOptional(),
  })
  .meta(id("ScanRequest"));
export const scanResponse: z.ZodType<wire.ScanResponse> = z
  .strictObject({
    scanned: count,
    memories: count.meta({ description: "Those that hold something" }),
    found: z.record(z.string(), count).meta({ description: "How often, by kind, in earlier versions too" }),
    fixed: count.meta({ description: "Those that hold it no more" }),
    cursor: optionalText.meta({ description: "There are more, to go on with" }),
  })
  .meta(id("Scanned"));
export const cancelReembedResponse: z.ZodType<wire.CancelReembedResponse> = z
  .strictObject({ success, cancelled: count })
  .meta(id("CancelledReembedding"));

const milliseconds = z.number().min(0).nullable();
export const activityResponse: z.ZodType<wire.ActivityResponse> = z
  .strictObject({
    interval_ms: z.int().min(1),
    samples: z.array(
      z
        .strictObject({
          at: timestamp,
          requests: count,
          errors: count,
          searches: count,
          writes: count,
          search_p50_ms: milliseconds,
          search_p99_ms: milliseconds,
          write_p50_ms: milliseconds,
          write_p99_ms: milliseconds,
          memories: count,
          bytes: count,
        })
        .meta(id("ActivitySample")),
    ),
  })
  .meta(id("Activity"));

const askedBy = z.string().nullable();
export const requestsResponse: z.ZodType<wire.RequestsResponse> = z
  .strictObject({
    requests: z.array(
      z
        .strictObject({
          at: timestamp,
          id: z.string(),
          route: z.string(),
          status: z.int(),
          ms: z.number(),
          key: askedBy,
        })
        .meta(id("AnsweredRequest")),
    ),
    changes: z.array(
      z
        .strictObject({
          at: timestamp,
          request: z.string(),
          key: askedBy,
          operation: z.string(),
          outcome: z.enum(["done", "refused"]),
          namespace: z.string().exactOptional(),
          subject: z.string().exactOptional(),
          count: count.exactOptional(),
        })
        .meta(id("Change")),
    ),
  })
  .meta(id("Requests"));

export const exportQuery: z.ZodType<wire.ExportQuery> = z.strictObject({
  namespace: fullNamespace.exactOptional(),
  history: z.boolean().default(true),
});
export const exportLine: z.ZodType<wire.ExportLine> = z
  .strictObject({ ...memoryFields, history: z.array(memory).exactOptional() })
  .meta(id("ExportLine"));
export const fileHeader: z.ZodType<wire.FileHeader> = z
  .strictObject({ souvenir: z.literal("memories"), version: z.literal(1) })
  .meta(id("FileHeader"));
/** The header, then memories. */
export const exportFile: z.ZodType<wire.FileHeader | wire.ExportLine> = z.union([fileHeader, exportLine]);
export const importQuery: z.ZodType<wire.ImportQuery> = z.strictObject({
  // Without default: what another program wrote has owners of its own.
  namespace: fullNamespace.exactOptional().meta({
    description:
      'Where lines go that name none; default "default". Of a file that another program wrote, all goes there; default: what names its user goes to a namespace of that name',
  }),
  dry_run: z.boolean().exactOptional(),
});
const importFields = {
  ...setFields,
  namespace: fullNamespace.exactOptional(),
  version: version.exactOptional(),
  created_at: fileMoment.exactOptional(),
  expires_at: fileMoment.exactOptional(),
  valid_from: fileMoment.exactOptional(),
  valid_to: fileMoment.exactOptional(),
  updated_at: fileMoment.exactOptional(),
  pinned_at: fileMoment.exactOptional(),
  ...trusted,
  ...factFields,
};
export const importLine: z.ZodType<wire.ImportLine> = z
  .strictObject({
    ...importFields,
    history: z.array(z.strictObject(importFields)).max(10_000).exactOptional(),
  })
  .meta(id("ImportLine"));
export const importResponse: z.ZodType<wire.ImportResponse> = z
  .strictObject({
    success,
    imported: count,
    skipped: count,
    expired: count.exactOptional().meta({ description: "Lines whose memory has expired: nothing is stored" }),
    refused: count.exactOptional(),
    refusals: z.array(z.strictObject({ where: z.string(), reason: z.string() })).exactOptional(),
    passed: z.record(z.string(), count).exactOptional(),
    formats: z.record(z.string(), count).exactOptional(),
    namespaces: z.array(z.string()).exactOptional(),
    threads: count.exactOptional(),
    from: z.string().exactOptional(),
    to: z.string().exactOptional(),
  })
  .meta(id("Imported"));

/**
 * What stands beside the words in messages of Mistral (its conversations too), OpenAI, LangChain and LlamaIndex, with what
 * `model_dump()` of their Python classes writes.
 */
const besideWords = [
  ...["name", "prefix", "refusal", "annotations", "audio", "function_call", "tool_calls", "tool_call_id"],
  ...["object", "completed_at", "agent_id", "model", "reasoning_content"],
  ...[
    "additional_kwargs",
    "response_metadata",
    "usage_metadata",
    "invalid_tool_calls",
    "example",
    "artifact",
  ],
  ...["status", "tool_call_chunks", "chunk_position"],
];
const ignored = z
  .unknown()
  .optional()
  .meta({ description: "Taken, and not kept", ...anyJson });
const [anyText, roleText] = [{ type: "string" }, { type: "string", minLength: 1 }];
/**
 * For the document: what `plainMessage` reads besides. Each has a name, and so has each object in it: generators make a class
 * of each, and two of an object without name that stands in two places.
 */
export const messageSpellings: Readonly<Record<string, object>> = {
  MessageWords: { type: "object", properties: { content: anyText }, additionalProperties: false },
  MessageBlock: {
    type: "object",
    properties: { block_type: anyText, text: anyText },
    required: ["block_type"],
    additionalProperties: anyJson,
  },
  LangChainMessage: {
    description: "As messages_to_dict of LangChain writes it",
    ...closedObject({ type: roleText, data: { $ref: "#/components/schemas/MessageWords" } }),
  },
  LangChainObject: {
    description: "As LangChain serializes it",
    ...closedObject({
      lc: { type: "integer" },
      type: { const: "constructor" },
      id: { type: "array", items: roleText, minItems: 1 },
      kwargs: { $ref: "#/components/schemas/MessageWords" },
    }),
  },
  LlamaIndexMessage: {
    description: "As LlamaIndex writes it",
    ...closedObject({
      role: roleText,
      blocks: { type: "array", items: { $ref: "#/components/schemas/MessageBlock" } },
    }),
  },
  UiMessage: {
    description: "As the AI SDK writes it",
    ...closedObject({
      role: roleText,
      parts: { type: "array", items: { $ref: "#/components/schemas/ContentPart" } },
    }),
  },
};
const otherSpellings = ["LangChainMessage", "LangChainObject", "LlamaIndexMessage", "UiMessage"].map(
  (name) => ({
    $ref: `#/components/schemas/${name}`,
  }),
);
const turnMessages = z
  .array(
    z
      .strictObject(
        {
          role: optionalText.meta({ description: "Who said it; or type, as LangChain calls it" }),
          type: optionalText.meta({ description: "human, ai, system or tool, where there is no role" }),
          content: z
            .union(
              [
                z.string(),
                z
                  .array(
                    z
                      .looseObject({ type: z.string(), text: z.string().exactOptional() })
                      .meta({ ...id("ContentPart"), additionalProperties: anyJson }),
                  )
                  .meta({
                    items: { anyOf: [{ type: "string" }, { $ref: "#/components/schemas/ContentPart" }] },
                  }),
                z.null(),
              ],
              'expected a text, or a list of parts as in {"type": "text", "text": "…"}',
            )
            .exactOptional()
            .meta({ description: "A text, or parts of which those with a text are remembered" }),
          created_at: moment.exactOptional(),
          metadata: metadata.exactOptional(),
          files: z.array(text).max(100).exactOptional().meta({
            description:
              "Names of what is shown beside the words: messages of the same words with other files are others. Without it, by the parts of the content",
          }),
          id: optionalText.meta({
            description:
              "Names the message in its thread; the same id with other words edits it. Without ids, messages are told apart by their words and where they stand",
          }),
          ...Object.fromEntries(besideWords.map((name) => [name, ignored])),
        },
        {
          error: ({ code }) =>
            code === "invalid_type"
              ? 'expected a message as in {"role": "user", "content": "…"}, as JSON: of an object in Python, model_dump(mode="json")'
              : undefined,
        },
      )
      .meta({ ...id("TurnMessage"), oneOfThese: { role: ["type"], type: [] }, otherSpellings }),
  )
  .max(10_000);
export const rememberTurnRequest: z.ZodType<wire.RememberTurnRequest> = z
  .strictObject({
    namespace,
    thread: named(512),
    messages: turnMessages,
    before: turnMessages.exactOptional().meta({
      description:
        "What was said before the messages: says where they belong in the thread, and is kept only where it goes on from what the thread ends with. An empty list says that the messages begin the conversation",
    }),
    turn_id: named(512).exactOptional(),
  })
  .meta(id("RememberTurnRequest"));
export const rememberTurnResponse: z.ZodType<wire.RememberTurnResponse> = z
  .strictObject({ success, stored: count })
  .meta(id("RememberedTurn"));

const keys = z.array(text).max(10_000);
export const contextRequest: z.ZodType<wire.ContextRequest> = z
  .strictObject({
    query: words(),
    namespace,
    thread,
    limit: limit(8, 100),
    token_budget: z.int().min(1).max(1_000_000).default(1000),
    profile: z.boolean().default(false).meta({ description: "What is pinned stands first in the block" }),
    ...twoTimes,
    ...fromOrigins,
    exclude: z
      .union([
        keys,
        z.strictObject({
          keys: keys.exactOptional(),
          texts: keys.exactOptional(),
          thread: optionalText,
          after: z.string().exactOptional().meta({
            description:
              "What was said last in the thread, as the model sees it; what the thread says after that is left out, as the answer that is about to be given again",
          }),
        }),
      ])
      .exactOptional(),
    min_sequence: minSequence,
    deadline_ms: deadline,
  })
  .meta(id("ContextRequest"));
export const contextResponse: z.ZodType<wire.ContextResponse> = z
  .strictObject({
    text: z.string(),
    tokens: count.meta({ description: "Of the text, estimated from above for Mistral's tokenizers" }),
    memories: z.array(hit),
    profile: z.array(profileLine).exactOptional().meta({ description: "The pinned memories in the text" }),
    degraded: z.array(degradation).meta({ description: "What should have taken part and could not" }),
    took_ms: z.number(),
  })
  .meta(id("Context", "`text` is ready for the prompt, and empty when nothing is relevant"));

export const askResponse: z.ZodType<wire.AskResponse> = z
  .strictObject({
    answer: z.string(),
    truncated: z.boolean().meta({ description: "It was as long as it may be, and ends in the middle" }),
    model: text,
    input_tokens: count,
    output_tokens: count,
    took_ms: z.number().meta({ description: "Of the model" }),
    context: contextResponse.meta({ description: "What it was told with the message" }),
  })
  .meta(id("Answer"));

export const rememberRequest: z.ZodType<wire.RememberRequest> = z
  .strictObject({ content: words(32_768), tags, namespace, metadata: metadata.exactOptional() })
  .meta(id("RememberRequest"));
const rememberedFields = {
  id: text,
  content: z.string(),
  tags: z.array(z.string()),
  namespace: text,
  metadata: json,
  created_at: timestamp,
};
export const rememberedMemory: z.ZodType<wire.RememberedMemory> = z
  .strictObject(rememberedFields)
  .meta(id("RememberedMemory"));
export const recallRequest: z.ZodType<wire.RecallRequest> = z
  .strictObject({
    query: words(),
    namespace,
    limit: limit(10, 1000),
    tags,
    threshold: score.exactOptional(),
  })
  .meta(id("RecallRequest"));
export const recallResponse: z.ZodType<wire.RecallResponse> = z
  .strictObject({
    memories: z.array(z.strictObject({ ...rememberedFields, score })),
    total: count,
    query_time_ms: z.number(),
  })
  .meta(id("Recalled"));
export const forgetQuery: z.ZodType<wire.ForgetRequest> = z.strictObject({
  id: named(512),
  namespace,
});
export const forgetRequest: z.ZodType<wire.ForgetRequest> = z
  .strictObject({ id: optionalText, ids: z.array(text).max(10_000).exactOptional(), namespace })
  .meta(id("ForgetRequest", "One of id and ids"));

const permission = z.enum(["read", "write", "admin"]);
export const grant: z.ZodType<wire.Grant> = z
  .union([
    z.strictObject({ namespace: fullNamespace, permission }),
    z.strictObject({
      prefix: z.string().max(512).meta({
        description:
          "Ends in a separator (a sign of ASCII that is no letter and no digit), because team would open teammates too; empty: every namespace",
        pattern: separatorAtEnd.source,
      }),
      permission,
    }),
  ])
  .meta(id("Grant"));
const amount = z.int().min(1).max(1_000_000_000).exactOptional();
const quota = z.strictObject({ requests_per_day: amount, writes_per_day: amount });
export const keyRequest: z.ZodType<wire.KeyRequest> = z
  .strictObject({
    name: text.max(200),
    grants: z.array(grant).min(1).max(100),
    expires_at: moment.exactOptional(),
    rate_limit: amount.meta({ description: "Requests a minute" }),
    quota: quota.exactOptional(),
  })
  .meta(id("KeyRequest"));
const keyFields = {
  id: text,
  name: text,
  grants: z.array(grant),
  created_at: timestamp,
  expires_at: timestamp.exactOptional(),
  revoked_at: timestamp.exactOptional(),
  last_used_at: timestamp.exactOptional(),
  rate_limit: amount,
  quota: quota.exactOptional(),
  usage_today: z.strictObject({ requests: count, writes: count }),
};
export const key: z.ZodType<wire.WireKey> = z.strictObject(keyFields).meta(id("Key"));
export const createdKey: z.ZodType<wire.CreatedKey> = z
  .strictObject({ ...keyFields, key: text.meta({ description: "The bearer key, shown this once" }) })
  .meta(id("CreatedKey"));
export const keysResponse: z.ZodType<wire.KeysResponse> = z
  .strictObject({ keys: z.array(key) })
  .meta(id("Keys"));
export const keyId: z.ZodType<{ id: string }> = z.strictObject({ id: text.max(64) });
export const whoamiResponse: z.ZodType<wire.WhoamiResponse> = z
  .strictObject({
    mode: z.enum(["open", "key"]),
    id: optionalText,
    name: optionalText,
    grants: z.array(grant),
    asks: optionalText.meta({ description: "The model that POST /v1/ask asks" }),
  })
  .meta(id("Whoami"));

export const hookRequest: z.ZodType<wire.HookRequest> = z
  .strictObject({
    url: text.max(2000).meta({
      pattern: "^https://([a-z][a-z0-9]*\\.)+[a-z]{2,8}(:[0-9]{1,4})?([/?][^\\s#]*)?$",
      description:
        "What anybody may reach, with TLS. Public addresses in figures are taken too, and http://localhost where the server is told to",
    }),
    namespace: fullNamespace.exactOptional(),
    prefix: z
      .string()
      .max(512)
      .regex(separatorAtEnd, 'expected "" or a prefix that ends in a separator such as "/" or ":"')
      .exactOptional()
      .meta({ description: "Namespaces that begin so; empty: all" }),
    texts: z
      .boolean()
      .default(false)
      .meta({ description: "Memories themselves, too; else what changed is named only" }),
    since: z
      .enum(["latest", "0"])
      .default("latest")
      .meta({ description: "latest: what comes from now on; 0: what there is, first" }),
  })
  .meta({
    ...id("HookRequest", "Exactly one of namespace and prefix"),
    oneOfThese: { namespace: [], prefix: [] },
  });
const hookFields = {
  id: text,
  url: text,
  namespace: optionalText,
  prefix: z.string().exactOptional(),
  texts: z.boolean(),
  created_at: timestamp,
  created_by: optionalText.meta({ description: "Id of the key that made it" }),
  state: z.enum(["starting", "active", "failing", "disabled"]).meta({
    description:
      "disabled: given up, after an answer of 410 or three days of failures; a test that is taken has it go on",
  }),
  failures: count.meta({ description: "Attempts that failed since one was taken" }),
  delivered_at: timestamp.exactOptional(),
  last_attempt_at: timestamp.exactOptional(),
  last_status: z.int().exactOptional(),
  last_error: optionalText,
  next_attempt_at: timestamp.exactOptional(),
};
const hook: z.ZodType<wire.WireHook> = z.strictObject(hookFields).meta(id("Hook"));
export const hooksResponse: z.ZodType<wire.HooksResponse> = z
  .strictObject({ hooks: z.array(hook) })
  .meta(id("Hooks"));
export const createdHook: z.ZodType<wire.CreatedHook> = z
  .strictObject({
    ...hookFields,
    secret: text.meta({ description: "What signatures are checked with, shown this once" }),
  })
  .meta(id("CreatedHook"));
export const hookQuery: z.ZodType<{ id: string }> = z
  .strictObject({ id: text.max(64) })
  .meta(id("HookQuery"));
export const hookTestResponse: z.ZodType<wire.HookTestResponse> = z
  .strictObject({
    delivered: z.boolean(),
    status: z.int().exactOptional(),
    error: optionalText,
    took_ms: z.number().min(0),
  })
  .meta(id("HookTest"));

export const healthResponse: z.ZodType<wire.HealthResponse> = z
  .strictObject({ status: z.literal("ok"), version: z.string() })
  .meta(id("Health"));
export const readyResponse: z.ZodType<wire.ReadyResponse> = z
  .strictObject({ status: z.literal("ready") })
  .meta(id("Ready"));
