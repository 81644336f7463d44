import type { Refused } from "./facts/dispose.ts";
import type { FactOrigin, FactSource, FactUsage, KeptFactType } from "./facts/fact-extractor.ts";

/**
 * A moment: a `Date`, milliseconds since 1970, or an ISO 8601 string. As everywhere in JavaScript, a string with a time
 * and no offset is local time, and a date alone is midnight UTC.
 */
export type DateInput = Date | string | number;

/** Anything that JSON can say. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };
/** Plain JSON that belongs to a memory. `undefined` members are dropped; anything else that is not JSON is refused. */
export type Metadata = { [key: string]: JsonValue };

/** A thing that a text names. `name` is as written; comparison folds case, accents and obvious plurals. */
export interface Entity {
  name: string;
  /** `person`, `organization`, `place`, `product`, `date`, `amount`, `email`, `url`, `version`, `handle`, `path`, `identifier`, or your own. */
  type: string;
}

/**
 * Where a memory came from. `user` and `assistant`: said by them. `tool`: what a tool, a page or a document gave. `import`:
 * brought in from a file of something else. `inferred`: concluded from what was said.
 */
export type Origin = "user" | "assistant" | "tool" | "import" | "inferred";

/** One reason why a memory was found. */
export type Signal = "vector" | "text" | "entity" | "context" | "recency";

/** What could not take part in an answer: a signal, or the reranker. */
export type Degradation = Signal | "rerank";

/** What a fact says of itself beside its sentence. */
export interface FactFields {
  kind: "fact";
  /** Who or what it is about: `user`, or a name. */
  subject: string;
  /** Which side of the subject it is about, in few words. */
  attribute?: string;
  /** `summary`: a dream's choice of what was said in the conversation that is its subject; in no search, list or recall. */
  type: KeptFactType;
  /** What it rests on, at least one: memories in the version that was read, and words that stand in each. */
  sources: FactSource[];
  /** Said in so many words, or concluded from what was said. */
  origin: FactOrigin;
  /**
   * `proposed`: it was concluded, is in no search, list or recall, and waits for `approve` or `decline`. `superseded`: a
   * newer fact takes its place (told by `search`, `facts` and `run`; elsewhere it counts as `active`). `merged`: a dream has
   * found that another fact says the same, which has its sources too; it is in no search, list or recall.
   */
  state: "active" | "superseded" | "proposed" | "merged";
  /** Key of the fact that says the same, of one that is `merged`. */
  mergedInto?: string;
  /** Id of the run that it comes from. */
  run: string;
}

/** A memory that was made from others: see `consolidate`. */
export type FactRecord = MemoryRecord &
  FactFields & {
    /** Key of the newest fact that takes its place, and from when on that one holds. */
    supersededBy?: string;
    supersededAt?: string;
  };

/** What looking for facts in one piece of a conversation came to. */
export interface FactRun {
  id: string;
  namespace: string;
  /** ISO 8601, UTC. */
  at: string;
  /** Id of the extractor; `dream`: see `Memory.dream`. */
  extractor: string;
  /** Keys of its facts, also of those that were erased since. */
  keys: string[];
  /** Keys of facts that were there already and stand otherwise since: they were said again, for example. */
  changed: string[];
  /** What was proposed and is no fact, and what was left out of one, by reason. */
  refused: Refused;
  usage: FactUsage;
  /** When it was undone. */
  undoneAt?: string;
}

/** What a run changed. */
export interface FactRunDetails extends FactRun {
  /** Its facts that are still there, in the order in which they were found. */
  facts: FactRecord[];
  /**
   * All that it did as lines for people: `+` what is new, `~` what takes the place of something, `?` what waits for
   * approval, `=` what was said again; of a summary, its conversation and the quotes.
   */
  diff: string[];
}

/** Which facts are listed. */
export interface FactsInput {
  /** Whose memories: the unit of isolation, 1 to 512 UTF-8 bytes. */
  namespace: string;
  /** Only facts about this: `user`, or a name. Default: about anything. */
  subject?: string;
  /** Only facts of this side of their subject. Default: of any. */
  attribute?: string;
  /** Default: all but `summary`. */
  type?: KeptFactType;
  /** Default: those that are not `proposed` or `merged`. */
  state?: FactFields["state"];
  /** 1 to 1000. Default 100. */
  limit?: number;
  /** From the result of the call before, with the same filters. */
  cursor?: string;
}

/** What `consolidate` looks at. */
export interface ConsolidateInput {
  /** Default: all. */
  namespace?: string;
  /** Asks the extractor and answers what would come of it, and writes nothing; what waits stays as it is. It costs the same. */
  dryRun?: boolean;
  /** Ends the call, which rejects with the reason of it. Default: none. */
  signal?: AbortSignal;
}

/** What `consolidate` came to. */
export interface Consolidated {
  /** One for each piece of a conversation that facts were found in, or refused. */
  runs: FactRunDetails[];
  /** What waits: for the provider, or for the budget of another day. See `stats().queue.facts`. */
  pending: number;
  failed: number;
}

/** What `dream` tidies up. */
export interface DreamInput {
  /** Default: all. */
  namespace?: string;
  /** Answers what would come of it, and writes nothing. */
  dryRun?: boolean;
  /** Ends the call, which rejects with the reason of it. Default: none. */
  signal?: AbortSignal;
}

/** What `dream` came to. */
export interface Dreamt {
  /** One for each namespace in which there was something to do; its `diff` is the brief. `extractor` is `dream`. */
  runs: FactRunDetails[];
  /** Namespaces whose facts were changed meanwhile: nothing was done there. */
  discarded: string[];
}

/** What a write answers. */
export interface Sequenced {
  /**
   * Of what a write answers, beside its fields (it is neither listed nor serialised): the sequence number that the namespace
   * has reached by it, for `minSequence` of a read on another node. 0 when the namespace is gone.
   */
  readonly sequence?: number;
}

/** Fields from `kind` to `run`: of facts only. */
export interface MemoryRecord extends Partial<Omit<FactFields, "origin">>, Sequenced {
  namespace: string;
  key: string;
  value: string;
  tags: string[];
  metadata: Metadata;
  entities: Entity[];
  /** The conversation that this memory is a turn of. */
  thread?: string;
  /** Who said it: `user`, `assistant`, or any name. */
  role?: string;
  /** 1 for a new key; one more for each `set` on it. */
  version: number;
  /** ISO 8601, UTC, milliseconds. Turns of a thread are in order of `createdAt`, then of arrival. */
  createdAt: string;
  updatedAt: string;
  /** From this moment on the memory is not found any more, and is erased soon after. */
  expiresAt?: string;
  /** ISO 8601, UTC: true in the world from this moment on. */
  validFrom?: string;
  /** True in the world before this moment. */
  validTo?: string;
  /** Keys of the memories that it takes the place of. */
  supersedes?: string[];
  /** When it was pinned: it is in the profile of its namespace. */
  pinnedAt?: string;
  /** Where it came from, as it was said or as its role says; of a fact, whether it was stated. Absent: not known. */
  origin?: Origin | FactOrigin;
  /**
   * `true`: it is in no recall until `approve`, because it came from a tool or an import and reads like an order to a model,
   * or because a moderator flagged it (`safety: { moderation: "hold" }`); `false`: it was approved.
   */
  heldBack?: boolean;
  /** What a moderator flagged it for, names of categories: filter by it with `where: { "souvenir.flagged": … }`. */
  flagged?: string[];
}

/** A memory to keep. */
export interface SetInput {
  /** Whose memories: the unit of isolation, 1 to 512 UTF-8 bytes. */
  namespace: string;
  /** What is remembered: text of 1 to 32768 UTF-8 bytes (`limits.valueBytes`). */
  value: string;
  /** Default: a new UUID. */
  key?: string;
  /** Up to 64, each of up to 128 UTF-8 bytes (`limits.tags`, `limits.tagBytes`); said twice is said once. Default: none. */
  tags?: readonly string[];
  /** Plain JSON to filter by with `where`, up to 16384 bytes (`limits.metadataBytes`). Default: none. */
  metadata?: Record<string, unknown>;
  /** Added to those that the extractor finds. */
  entities?: readonly Entity[];
  /** The conversation that it is a turn of, 1 to 512 UTF-8 bytes. Default: none. */
  thread?: string;
  /** Who said it: `user`, `assistant`, `tool`, or a name. Default: nobody. */
  role?: string;
  /**
   * Where it comes from. Default: as `role` says (`user`, `assistant`, `tool`, or what frameworks call them), else not known.
   * What comes from a tool or an import and reads like an order to a model is held back from recall: see `approve`.
   */
  origin?: Origin;
  /** Default: now for a new key, unchanged for an existing one. */
  createdAt?: DateInput;
  /** From then on it is in no answer, and it is erased soon after. Default: never. */
  expiresAt?: DateInput;
  /** From when on it is true in the world, beside `createdAt`, when it was said. Default: since it was said. */
  validFrom?: DateInput;
  /** From when on it is true no more: a moment after `validFrom`. Default: still true. */
  validTo?: DateInput;
  /**
   * Keys of memories, 64 at most, that this one takes the place of: those of them that speak of an earlier time (`validFrom`,
   * else `createdAt`) carry `supersededBy` when they are found. Nothing is hidden, and memories that do not exist yet may
   * be named.
   */
  supersedes?: readonly string[];
  /**
   * Only if the memory is of this version now, 0: only if there is none; else `VERSION_CONFLICT`, and nothing of the call
   * is written. A list for `setMany` that has it in one of its inputs is written in one commit, all or none.
   */
  ifVersion?: number;
}

/** A memory to bring in: input of `set`, or as much of an exported one as there is. */
export type ImportInput = Omit<SetInput, "origin"> & Pick<MemoryRecord, "origin" | "heldBack" | "flagged">;

/** Conditions for one field; all of them must hold. */
export type WhereOperators = {
  eq?: JsonValue;
  ne?: JsonValue;
  gt?: string | number;
  gte?: string | number;
  lt?: string | number;
  lte?: string | number;
  in?: readonly JsonValue[];
  nin?: readonly JsonValue[];
  exists?: boolean;
};
/**
 * A filter on metadata: `{ field: value }`, `{ field: { gte: 3 } }`, `and`, `or`, `not`; nested fields as `a.b`.
 * Several members must all hold. A field that holds an array matches when one of its elements does (`ne` and `nin`:
 * when none does), and bounds (`gt` to `lte`) all hold for the same element. Numbers compare with numbers and strings
 * with strings, in code unit order.
 */
export type Where = {
  and?: readonly Where[];
  or?: readonly Where[];
  not?: Where;
  [field: string]: JsonValue | WhereOperators | Where | readonly Where[] | undefined;
};

/** Which memory ends when. */
export interface TouchInput {
  /** Whose memories: the unit of isolation, 1 to 512 UTF-8 bytes. */
  namespace: string;
  /** Names the memory in its namespace: 1 to 512 UTF-8 bytes (`limits.keyBytes`). */
  key: string;
  /** `null`: never. */
  expiresAt: DateInput | null;
  /** Only if the memory is of this version now; else `VERSION_CONFLICT`. */
  ifVersion?: number;
  /** The same as `ifVersion`, but for a memory of another version the answer is `undefined`. */
  version?: number;
}

/** A question to a namespace, with filters. */
export interface SearchInput {
  /** Whose memories: the unit of isolation, 1 to 512 UTF-8 bytes. */
  namespace: string;
  /** The question, or words of it: text of up to 8192 UTF-8 bytes (`limits.queryBytes`), in any language. */
  query: string;
  /** 1 to 1000. Default 10. */
  limit?: number;
  /** Only memories that have all of these tags. */
  tags?: readonly string[];
  /** Only memories whose metadata pass. Default, and with `{}`: all. */
  where?: Where;
  /** Only memories that name all of these entities: a name, or a name with its type. */
  entities?: readonly (string | Entity)[];
  /** Only memories of this conversation. Default: of all and of none. */
  thread?: string;
  /** Only memories created at or after this moment. */
  since?: DateInput;
  /** Only memories created before this moment. */
  until?: DateInput;
  /**
   * Only what was true in the world at this moment, by `validFrom` and `validTo`. A memory that does not say from when on is
   * true since its `createdAt`; one that only says until when was so at any time before.
   */
  asOf?: DateInput;
  /**
   * As it was known at this moment: each memory in the version that it had then (`updatedAt`), none that came later. What
   * was erased since, and versions that are not kept (`limits.versions`), are not known any more. Costs as much as opening
   * the namespace without a snapshot, once for a moment as long as nothing is written.
   */
  knownAt?: DateInput;
  /** 0 to 1. Default: the floor of `ranking`. */
  minScore?: number;
  /** Count entities and tags over all memories that pass the filters and match. Default false. */
  facets?: boolean;
  /**
   * The last word of the query is the beginning of a word, of one letter or more, as while somebody types: "hal" also
   * finds Halloween. Default false.
   */
  prefix?: boolean;
  /** Only what came from one of these. A fact that was stated came from the `user`. */
  origin?: Origin | readonly Origin[];
  /** `true`: only what is held back from recall; `false`: none of it, for what a model is shown. Default: both. */
  heldBack?: boolean;
  /** Adds to each hit what its score is made of: `contributions` and `features`. Default false. */
  explain?: boolean;
  /**
   * Waits until this node tells of all up to this sequence number of the namespace: that of a write to another node
   * (`sequence` of what it answered), at most two seconds, then `DEADLINE_EXCEEDED`. Default: all that the store tells.
   */
  minSequence?: number;
  /** Ends the call, which rejects with the reason of it. Default: none. */
  signal?: AbortSignal;
  /** Milliseconds that the query embedding may take. When they are over, search answers without it. Default 2000. */
  deadlineMs?: number;
}

/** A memory that was found. */
export interface SearchHit extends MemoryRecord {
  /** The probability that it is relevant, 0 to 1; comparable between queries, namespaces and embedders. */
  score: number;
  /** What each signal says, 0 to 1, before weights. */
  signals: Record<Signal, number>;
  reasons: HitReasons;
  /**
   * With `explain`: what each feature adds to the log-odds of the score, `ln(score / (1 - score))`, and the `constant` that
   * all begin with. Their sum is the log-odds. After a reranker the score is that of the place, and may be another one.
   */
  contributions?: Record<string, number>;
  /** With `explain`: what each feature says, before it is weighed. */
  features?: Record<string, number>;
  /** Keys of memories that say the same and that it stands for. Absent when there are none. */
  duplicates?: string[];
  /** Key of the newest memory that names it in `supersedes` and does not speak of an earlier time. */
  supersededBy?: string;
  /** From when on that one holds: its `validFrom`, else its `createdAt`. */
  supersededAt?: string;
}

/** Why a memory was found. */
export interface HitReasons {
  /** Words of the query that it has. */
  terms: string[];
  /** Words of the query that it lacks and the turns beside it have. */
  contextTerms: string[];
  /** Keys of the turns beside it that helped, most helpful first, at most 3. */
  neighbours: string[];
  /** Names of the query that it names or was said by, folded. */
  entities: string[];
  /** How well it fits the time that the query names, 0 to 1. Absent when the query names none. */
  time?: number;
  /** Cosine of its nearest vector and that of the query, -1 to 1. Absent without vectors, and from a server. */
  cosine?: number;
}

/** An entity, and how often it is named. */
export interface EntityCount extends Entity {
  /** Memories of the namespace that name it. */
  count: number;
}
/** A tag, and how many memories have it. */
export interface TagCount {
  tag: string;
  count: number;
}

/** What a search found. */
export interface SearchResult {
  results: SearchHit[];
  /** Present when asked for; most frequent first, at most 100 each. */
  facets?: { entities: EntityCount[]; tags: TagCount[] };
  /**
   * What should have taken part and could not: `vector` when the provider is down, or when with `knownAt` a memory said
   * something else then and an embedder that is asked has no vector of that, so that it is found by its words alone.
   */
  degraded: Degradation[];
  tookMs: number;
}

/** Which memories are listed. */
export interface ListInput {
  /** Whose memories: the unit of isolation, 1 to 512 UTF-8 bytes. */
  namespace: string;
  /** Only memories that have all of these tags. Default: all. */
  tags?: readonly string[];
  /** Only memories whose metadata pass. Default, and with `{}`: all. */
  where?: Where;
  /** Only memories of this conversation. Default: of all and of none. */
  thread?: string;
  /**
   * Only what was true in the world at this moment, by `validFrom` and `validTo`. A memory that does not say from when on is
   * true since its `createdAt`; one that only says until when was so at any time before.
   */
  asOf?: DateInput;
  /**
   * As it was known at this moment: each memory in the version that it had then (`updatedAt`), none that came later. What
   * was erased since, and versions that are not kept (`limits.versions`), are not known any more. Costs as much as opening
   * the namespace without a snapshot, once for a moment as long as nothing is written.
   */
  knownAt?: DateInput;
  /** Only what came from one of these. A fact that was stated came from the `user`. */
  origin?: Origin | readonly Origin[];
  /** `true`: only what is held back from recall: the list to review; `false`: none of it. Default: both. */
  heldBack?: boolean;
  /** Which end of `createdAt` comes first. Default `oldest`. */
  order?: "oldest" | "newest";
  /** 1 to 1000. Default 100. */
  limit?: number;
  /** From the result of the call before, with the same filters and order. */
  cursor?: string;
  /** As in `search`. */
  minSequence?: number;
  /** Ends the call, which rejects with the reason of it. Default: none. */
  signal?: AbortSignal;
}

/** From where on changes are told. */
export interface ChangesInput {
  /** Whose memories: the unit of isolation, 1 to 512 UTF-8 bytes. */
  namespace: string;
  /** A `cursor`, or a sequence number. Default 0: from the beginning, what there is. `latest`: nothing yet, and the `cursor` of now. */
  since?: string | number;
  /** About so many at most, 1 to 1000. Default 100. */
  limit?: number;
}

/** A memory that changed, without its text: `get` has it as it is now. Of several changes, the last is told. */
export interface MemoryChange {
  /** `written`: set, edited, touched, pinned or approved. `withdrawn`: it takes part in nothing now. `erased`: it is gone. */
  kind: "written" | "withdrawn" | "erased";
  /** Names it in its store, also when it is gone and nothing is left of its key. */
  id: number;
  key?: string;
  version?: number;
  /** Grows with each change of the namespace. */
  sequence?: number;
  /** ISO 8601, UTC. */
  updatedAt?: string;
  /** It is in no recall until it is approved. */
  heldBack?: true;
  /** For `since`: who goes on from here misses nothing. */
  cursor: string;
}

/** A page of changes. */
export interface ChangesPage {
  changes: MemoryChange[];
  /** For `since` of the next page, also when there was none. */
  cursor: string;
  /** `false`: there are more. */
  complete: boolean;
  /**
   * The place is not known any more (the namespace was emptied, or too much was erased since): these are the changes from the
   * beginning, and what is not among them is gone.
   */
  reset?: true;
}

/** Whose versions are listed. */
export interface HistoryInput {
  /** Whose memories: the unit of isolation, 1 to 512 UTF-8 bytes. */
  namespace: string;
  /** Names the memory in its namespace: 1 to 512 UTF-8 bytes (`limits.keyBytes`). */
  key: string;
  /** 1 to 1000; 100 with a cursor alone. With `limit` or `cursor` the answer is a page. */
  limit?: number;
  /** From the page before. */
  cursor?: string;
}

/** Which namespaces are listed. */
export interface NamespacesInput {
  /** Only names that begin so. */
  prefix?: string;
  /** 1 to 1000; 100 with a cursor alone. With `limit` or `cursor` the answer is a page. */
  limit?: number;
  /** From the page before. */
  cursor?: string;
}

/**
 * What to erase. Of a selection that a concurrent write changes, what matches when it is erased goes, and what matches
 * no more stays. Large selections are erased in parts, each whole: a call that fails in between leaves the rest.
 */
export type DeleteInput = {
  /** Whose memories: the unit of isolation, 1 to 512 UTF-8 bytes. */
  namespace: string;
} /** With `ifVersion`: only if the memory is of this version now; else `VERSION_CONFLICT`. */ & (
  | { key: string; ifVersion?: number }
  | { keys: readonly string[] }
  | { where: Where }
  | { thread: string }
);

/**
 * A message of a conversation. Of its parts the text is remembered, see `textOf`; what is shown beside it (pictures,
 * files) only tells apart messages of the same words. A text over `limits.valueBytes` is kept whole,
 * as several memories in a row: cut after a paragraph, else a sentence, with `metadata.souvenir` saying which part each
 * is (`partOf`), and put together again by `wholeMessages`.
 */
export interface Message {
  role: string;
  content: string | readonly { type: string; text?: string }[] | null | undefined;
  /** When it was said. Default: now. */
  createdAt?: DateInput;
  metadata?: Record<string, unknown>;
  /**
   * Names what is shown beside the words, as `fileMarks` does for parts: messages of the same words with other files are
   * others. Default: by the parts of `content`.
   */
  files?: readonly string[];
  /**
   * Names the message in its thread. The same id again is the same message: with other words it is edited, and what the
   * thread says after it, when it is not given too, belongs to a branch that was left. Default: told apart by its words
   * and by where they stand in the thread. Of no effect beside `turnId`.
   */
  id?: string;
}

/** Which messages are kept, of which conversation. */
export interface RememberInput {
  /** Whose memories: the unit of isolation, 1 to 512 UTF-8 bytes. */
  namespace: string;
  /** The conversation that they are said in, 1 to 512 UTF-8 bytes. */
  thread: string;
  /** What was said, in order; those that are there already are not stored again. */
  messages: readonly Message[];
  /**
   * What was said before the messages, as far as the caller has it: says where they belong in the thread, and is not
   * kept. Only where it goes on from, or differs from, the last of it that the thread has, that is kept too: an answer
   * that was given while nobody was there to keep it, an edited one. An empty list says that the messages begin the
   * conversation. Of no effect beside `turnId`.
   */
  before?: readonly Message[];
  /**
   * Names the turn. The same id again replaces what the turn said. Without it, messages are told apart by their ids, or
   * by their words and where they stand in the thread.
   */
  turnId?: string;
}

/** What is recalled, and into how much room. */
export interface RecallInput {
  /** Whose memories: the unit of isolation, 1 to 512 UTF-8 bytes. */
  namespace: string;
  /** What is being asked: the user's message. Of one that is long, `questionOf` gives what to ask with. */
  query: string;
  /** The running conversation: of two memories that matter alike, its own comes first. */
  thread?: string;
  /** Memories at most, 1 to 100. Default 8. */
  limit?: number;
  /** Tokens at most for the whole block, by `countTokens`, else estimated from above for Mistral's models. Default 1000. */
  tokenBudget?: number;
  /**
   * What the model sees anyway and need not be told again: keys of memories; or keys, texts and a whole thread. `after`:
   * what was said last in the running thread, as the model sees it; what the thread says after that is left out, as the
   * answer that is about to be given again.
   */
  exclude?:
    | readonly string[]
    | { keys?: readonly string[]; texts?: readonly string[]; thread?: string; after?: string };
  /**
   * `true`: what is pinned stands first in the block, whatever is asked, with 400 tokens and half of the budget at most. Default false.
   */
  profile?: boolean;
  /** As in `search`. What is held back is never recalled. */
  origin?: Origin | readonly Origin[];
  /** As in `search`. */
  asOf?: DateInput;
  /** As in `search`. */
  knownAt?: DateInput;
  /** As in `search`. */
  minSequence?: number;
  /** Ends the call, which rejects with the reason of it. Default: none. */
  signal?: AbortSignal;
  /** Milliseconds that the query embedding may take. When they are over, it answers without it. Default 2000. */
  deadlineMs?: number;
}

/** Which memory is pinned. */
export interface PinInput {
  /** Whose memories: the unit of isolation, 1 to 512 UTF-8 bytes. */
  namespace: string;
  /** Names the memory in its namespace: 1 to 512 UTF-8 bytes (`limits.keyBytes`). */
  key: string;
  /** Only if the memory is of this version now; else `VERSION_CONFLICT`. */
  ifVersion?: number;
}

/** A line of a profile: a memory that is pinned. `set` with its key and `ifVersion` edits it. */
export interface ProfileLine {
  text: string;
  key: string;
  version: number;
}

/** What is pinned in a namespace, as lines. */
export interface Profile {
  /** In the order in which they were pinned. */
  lines: ProfileLine[];
  /** Pinned memories for which there was no room: the last ones pinned have room first. Absent when there are none. */
  omitted?: number;
}

/** What was recalled. */
export interface RecallResult {
  /** The block for the prompt, `""` when nothing is relevant. */
  text: string;
  memories: SearchHit[];
  /** The pinned memories in the block, when they were asked for. They are not among `memories`. */
  profile?: ProfileLine[];
  /** What could not take part, such as `vector` while the provider is down. */
  degraded: Degradation[];
}

/** How far a long call is. */
export interface Progress {
  done: number;
  /** Absent when the whole is not known. */
  total?: number;
}

/** What may be how large. Whole numbers of 1 or more, unless said otherwise. */
export interface Limits {
  /** UTF-8 bytes of a value. Default 32768. */
  valueBytes: number;
  /** UTF-8 bytes of a key. Default 512. */
  keyBytes: number;
  /** Tags of a memory. Default 64. */
  tags: number;
  /** UTF-8 bytes of a tag. Default 128. */
  tagBytes: number;
  /** UTF-8 bytes of the metadata as JSON. Default 16384. */
  metadataBytes: number;
  /** UTF-8 bytes of a query. Default 8192. */
  queryBytes: number;
  /** Indexes of namespaces kept open in this process. Default 64. */
  openNamespaces: number;
  /** Earlier versions kept of a memory, 0 or more. The oldest are erased when more come. Default 100. */
  versions: number;
  /** Size of the store file in bytes; a write over it is `STORE_FULL`. Default: the disk. */
  storeBytes: number;
}
