import type { BeginTurnInput, Turn } from "./conversation/turn.ts";
import type { EncryptionOptions } from "./encryption-key.ts";
import type { Refused } from "./facts/dispose.ts";
import type { FactOptions, FactUsage } from "./facts/fact-extractor.ts";
import type {
  ChangesInput,
  ChangesPage,
  Consolidated,
  ConsolidateInput,
  DeleteInput,
  DreamInput,
  Dreamt,
  Entity,
  EntityCount,
  FactRecord,
  FactRun,
  FactRunDetails,
  FactsInput,
  HistoryInput,
  ImportInput,
  Limits,
  ListInput,
  MemoryRecord,
  NamespacesInput,
  PinInput,
  Profile,
  Progress,
  RecallInput,
  RecallResult,
  RememberInput,
  SearchInput,
  SearchResult,
  Sequenced,
  SetInput,
  TouchInput,
} from "./inputs-and-answers.ts";
import type { Ranking } from "./ranking/ranking.ts";
import type { SafetyOptions, SafetyStats } from "./safety/safety-options.ts";
import type { Scanned } from "./safety/scanned.ts";
import type { MemoryDatabase, OramaOptions } from "./search/orama-view.ts";
import type { Store } from "./store/store.ts";

export type * from "./inputs-and-answers.ts";

/** How a queue for a model stands. */
export interface QueueStats {
  /** Waiting for their first or next attempt. */
  pending: number;
  /** Given up: the provider refuses this text. They are tried again by `flush({ retry: true })`, by `reembed`, or when
   * their text changes. */
  failed: number;
  /** The last failure, without any text of a memory. */
  lastError?: string;
  /**
   * What to do about a model that cannot work as it is configured (no key, a wrong one, an unknown model). Everything
   * waits until it is done, and nothing is lost. Absent while it works.
   */
  misconfigured?: string;
}

/** Counts of a memory and its queues. */
export interface MemoryStats {
  namespaces: number;
  records: number;
  /** Earlier versions kept for `history()`. */
  versions: number;
  /** Memories that are found by vector. */
  vectors: number;
  /** `id` is that of the vectors: of an embedder with `context: "previous"`, its own with `?context=previous` after it. */
  embedder: { id: string; dimensions: number } | null;
  /**
   * `facts`: turns that no facts were looked for in yet. Absent without `facts` in the options. `moderation`: what the
   * moderator has not judged yet. Absent without `safety.moderator`.
   */
  queue: { embedding: QueueStats; extraction: QueueStats; facts?: QueueStats; moderation?: QueueStats };
  /** Absent without `facts` in the options. */
  facts?: {
    /** What the extractor has used since it was made, by operation. */
    usage: { extract: FactUsage };
    /** What was refused since the memory was opened, by reason. */
    refused: Refused;
    /** Tokens that were spent today (UTC) by all who use the store, of so many. Absent without `tokensPerDay`. */
    today?: { tokens: number; most: number };
  };
  /** What was found in what was written, since the memory was opened. Absent without `safety` in the options. */
  safety?: SafetyStats;
  /**
   * Erased records, of all namespaces, that are in no answer any more and whose bytes may still be in the file or in
   * snapshots: until `scrub()` resolves or the memory is closed, or a while later by itself.
   */
  erasures: { unscrubbed: number };
  /** Set while a re-embedding is under way. */
  reembedding?: { from: string | null; to: string; done: number; total: number };
  bytes: number;
}

/**
 * Turns texts into vectors. `id` names the model and everything else that changes its vectors (its dimension, a
 * prefix), because vectors are compared only when their ids are equal.
 */
export interface Embedder {
  readonly id: string;
  /** Numbers in a vector. One that learns it from its model may have `undefined` here until `load()` has resolved. */
  readonly dimensions: number;
  /** Texts in one call. Default 64. */
  readonly maxBatch?: number;
  /** Longest text, in characters. Longer values are embedded in pieces. Default: no limit. */
  readonly maxCharacters?: number;
  /**
   * Parts of a text that say different things and are embedded each on its own: a memory is as near as its nearest one.
   * Default: the whole.
   */
  parts?(text: string): string[];
  /**
   * What is embedded of a turn of a conversation. `"none"`: its text. `"previous"`: followed by the turn before it in its
   * thread, where that has at most 300 characters, each with the name of who said it: a short message means little alone. A
   * memory that is no turn, or that is embedded in pieces, is embedded by itself, and so is a question. It is part of the
   * embedder's identity: a memory that is opened with another context embeds its turns anew, in the background. Default
   * `"none"`.
   */
  readonly context?: "none" | "previous";
  /**
   * What takes time before the first text and needs no network, such as loading a module. `createMemory()` waits for it
   * beside opening the store, so that the deadline of the first question does not pay for it.
   */
  load?(): Promise<void>;
  /**
   * The same vector as `embed` gives, at once: synchronous, the same for the same text everywhere, in microseconds.
   * `undefined`: this text has none. Vectors of an embedder that has it are computed where they are needed: a memory is
   * found by them in the next call after `set`; they are neither queued nor stored.
   */
  compute?(text: string, options: { kind: "document" | "query" }): Float32Array | undefined;
  /** One vector for each text, in order, each of `dimensions` finite numbers. A rejection means: try again later. */
  embed(
    texts: string[],
    options: { kind: "document" | "query"; signal?: AbortSignal },
  ): Promise<Float32Array[]>;
}

/**
 * Puts texts in order for a question, by reading both together, as a cross-encoder does. It is asked with the best of each
 * search (`ranking.reranked`) and gets their texts and the question: whoever gives one sends them there.
 */
export interface Reranker {
  readonly id: string;
  /** One finite number for each text, in order of the texts, higher for what answers better. */
  rerank(query: string, texts: string[], options: { signal?: AbortSignal }): Promise<number[]>;
}

/** Finds the entities of a text. One that returns a promise runs from the queue, after the write. */
export interface EntityExtractor {
  readonly id: string;
  /** The entities of one text, in any order; `[]` when it names none. A rejection means: try again later. */
  extract(text: string, options: { language?: string; signal?: AbortSignal }): Promise<Entity[]> | Entity[];
}

/** Where warnings go. `console` fits; nothing is logged by default. */
export interface Logger {
  /** What only helps to find a fault. */
  debug?(message: string, details?: Record<string, unknown>): void;
  /** What happens seldom and is in order. */
  info?(message: string, details?: Record<string, unknown>): void;
  /** What failed and is made up for, such as a provider that is down. */
  warn?(message: string, details?: Record<string, unknown>): void;
  /** What failed and lost something. */
  error?(message: string, details?: Record<string, unknown>): void;
}

/** How a memory is opened. Without any: a file in `./.souvenir`, and the built-in embedder. */
export interface MemoryOptions {
  /** File of the store, created with its folders; `":memory:"` for none. Default `./.souvenir/memory.db`. */
  path?: string;
  /**
   * Reads and searches only: nothing is written to the file or beside it, and what would write rejects with `READ_ONLY`.
   * So it is, without this, with a file or a folder that cannot be written to. Default false.
   */
  readOnly?: boolean;
  /** A store of another kind, instead of `path`. */
  store?: Store;
  /**
   * Encrypts all content of the file (AES-256-GCM): a new file is made so, and one that was made so is only opened with its
   * key. A plain file is encrypted by `encryptFile()` of `@souvenir/core/sqlite`. Default: plain text.
   */
  encryption?: EncryptionOptions;
  /**
   * Default: the built-in static embedder of `@souvenir/static`, multilingual and offline; its data (9.6 MB) are read when
   * the first index is opened. Where they cannot be had, searches go on by words and say `degraded: ["vector"]`, and
   * `stats()` says what to do. A store made with the built-in embedder of an earlier version moves to it by itself.
   * `false`: no vector signal, and nothing of it is loaded.
   */
  embedder?: Embedder | false;
  /**
   * Puts the best of each search in order, within its deadline. When it fails or is late, the order stays as it was and
   * `degraded` says `rerank`. Scores keep their meaning: the best has the best one. Default: none.
   */
  reranker?: Reranker;
  /** Default: the built-in offline extractor. `false`: only the entities given to `set`. */
  extractor?: EntityExtractor | false;
  /** Weights and floors of the score, see `Ranking`. Default: fitted ones. */
  ranking?: Partial<Ranking>;
  /** Largest sizes, see `Limits`. Default: those that are said there. */
  limits?: Partial<Limits>;
  /**
   * Threads that index and search, each some of the namespaces, so that several cores do; this one writes. For a memory in a
   * file, on Node, outside of bundles. Functions stay here: an embedder's and a reranker's are asked from there, one that
   * computes (other than the built-in one) is refused. 0 to 256. Default 0: all in this thread.
   */
  workers?: number;
  /**
   * Looks for facts in what people say, in the background. What is written is sent to the extractor once its conversation is
   * over, or has grown long. Default: none, and nothing is kept or done for it.
   */
  facts?: FactOptions;
  /**
   * Looks at everything that is written (values, tags, metadata), by whichever call, for keys, cards and personal data, in
   * microseconds and without a model; names (keys, threads, namespaces) are not looked at. With a `moderator`, a model judges
   * values a while after they were written. Default: nothing is looked for, and nothing is sent.
   */
  safety?: SafetyOptions;
  /** Told what failed and is made up for, and what was lost; never a text. Default: nobody. */
  logger?: Logger;
  /** Milliseconds since 1970. Default `Date.now`. */
  clock?: () => number;
  /**
   * The tokens of a text, 0 or more, for the budget of `recall`: the tokenizer of the model that is used. It is asked a
   * few times for each memory. Default: `estimateTokens`, which is from above for Mistral's.
   */
  countTokens?: (text: string) => number;
}

/**
 * A memory: what `createMemory()` answers, and `connectMemory()` of `@souvenir/server/client` for one on a server. Every call
 * names a namespace, and none crosses; every method answers a promise, and rejects with a `SouvenirError` that says what to
 * do. After `close()` all of them reject with `CLOSED`.
 */
export interface Memory extends AsyncDisposable {
  /** The file of the store, or `":memory:"`, as given; absent with a store of another kind. */
  readonly path?: string;
  /**
   * Keeps a text. On a key that is there it makes a new version, and the earlier one stays in `history`. Resolves when it is
   * on disk; it is found by words and by the built-in embedder from then on, by an embedder that is asked a moment later.
   * @returns the memory as it is kept: its `key` (a UUID where none was given), `version`, entities that were found
   * @throws SouvenirError `INVALID_INPUT`; `VERSION_CONFLICT` for another version than `ifVersion`; `STORE_FULL`,
   * `STORE_BUSY`, `READ_ONLY`, `STORE_FAILED`: nothing was written
   * @example
   * ```ts
   * await memory.set({ namespace: "camille", key: "allergy", value: "Camille is allergic to hazelnuts." });
   * ```
   */
  set(input: SetInput): Promise<MemoryRecord>;
  /**
   * Writes them in large commits.
   * @param options - `limits`: for this call, in the place of those that were not set when the memory was opened; a
   * server has its own.
   * @example
   * ```ts
   * await memory.setMany([{ namespace: "camille", value: "She plays the violin." }, { namespace: "camille", value: "She lives in Lyon." }]);
   * ```
   */
  setMany(
    inputs: Iterable<SetInput> | AsyncIterable<SetInput>,
    options?: {
      onProgress?: (progress: Progress) => void;
      signal?: AbortSignal;
      limits?: Partial<Pick<Limits, "valueBytes" | "metadataBytes">>;
    },
  ): Promise<MemoryRecord[]>;
  /**
   * One memory by its key, `undefined` when there is none such or it has expired.
   * @throws SouvenirError `INVALID_INPUT`
   * @example
   * ```ts
   * const allergy = await memory.get({ namespace: "camille", key: "allergy" });
   * console.log(allergy?.value, allergy?.version);
   * ```
   */
  get(input: { namespace: string; key: string; minSequence?: number }): Promise<MemoryRecord | undefined>;
  /**
   * Moves the moment from which a memory is not found any more, and nothing else: no new version, no embedding. Answers
   * the memory, `undefined` when there is none such.
   * @example
   * ```ts
   * await memory.touch({ namespace: "camille", key: "allergy", expiresAt: null }); // never
   * ```
   */
  touch(input: TouchInput): Promise<MemoryRecord | undefined>;
  /**
   * Puts a memory into the profile of its namespace, for good, whatever it is set to later; no new version. Answers the
   * memory, `undefined` when there is none such.
   * @example
   * ```ts
   * await memory.pin({ namespace: "camille", key: "allergy" });
   * ```
   */
  pin(input: PinInput): Promise<MemoryRecord | undefined>;
  /**
   * Takes a memory out of the profile; it stays what it is. Answers the memory, `undefined` when there is none such.
   * @throws SouvenirError `INVALID_INPUT`; `VERSION_CONFLICT`; `READ_ONLY`
   * @example
   * ```ts
   * await memory.unpin({ namespace: "camille", key: "allergy" });
   * ```
   */
  unpin(input: PinInput): Promise<MemoryRecord | undefined>;
  /**
   * What is pinned and true now, for the part of a prompt that does not change: the same lines in the same order until one
   * is pinned, edited or erased.
   * @param input - `tokenBudget`: for all lines together, as `countTokens` counts. Default 400.
   * @example
   * ```ts
   * const { lines } = await memory.profile({ namespace: "camille", tokenBudget: 200 });
   * const system = lines.map(({ text }) => text).join("\n");
   * ```
   */
  profile(input: { namespace: string; tokenBudget?: number }): Promise<Profile>;
  /**
   * Memories in order of `createdAt`, page by page, as filters say. Proposed and merged facts are not among them.
   * @returns `cursor`, for the next page; absent on the last one
   * @throws SouvenirError `INVALID_INPUT`
   * @example
   * ```ts
   * let cursor: string | undefined;
   * do {
   *   const page = await memory.list({ namespace: "camille", limit: 100, ...(cursor === undefined ? {} : { cursor }) });
   *   for (const { key, value } of page.records) console.log(key, value);
   *   cursor = page.cursor;
   * } while (cursor !== undefined);
   * ```
   */
  list(input: ListInput): Promise<{ records: MemoryRecord[]; cursor?: string }>;
  /**
   * Facts, oldest first, those that were concluded and wait for approval only when asked for.
   * @example
   * ```ts
   * const { facts } = await memory.facts({ namespace: "camille", subject: "user" });
   * for (const { value, sources } of facts) console.log(value, sources);
   * ```
   */
  facts(input: FactsInput): Promise<{ facts: FactRecord[]; cursor?: string }>;
  /**
   * Looks for facts now in all that waits for it, instead of when a conversation is over. Rejects with `UNSUPPORTED` for a
   * memory without `facts` in its options, and with what there is to do when the extractor cannot work as it is configured.
   * @example
   * ```ts
   * const { runs } = await memory.consolidate({ namespace: "camille" });
   * for (const { diff } of runs) console.log(diff.join("\n"));
   * ```
   */
  consolidate(input?: ConsolidateInput): Promise<Consolidated>;
  /**
   * Tidies facts up, without a model: of what says the same, one is left that rests on all; what is no longer true ends all
   * that says the same; what happened on three days at least is concluded to happen, and waits for approval; a
   * conversation that is over has its few central sentences as a fact of the type `summary`. Nothing is erased, and each
   * namespace is one run, which can be undone and is not done again then.
   * @example
   * ```ts
   * const { runs } = await memory.dream({ namespace: "camille", dryRun: true });
   * console.log(runs.flatMap(({ diff }) => diff));
   * ```
   */
  dream(input?: DreamInput): Promise<Dreamt>;
  /**
   * What was consolidated and dreamt, newest first.
   * @param input - `limit`: 1 to 1000. Default 100.
   * @example
   * ```ts
   * const [newest] = await memory.runs({ namespace: "camille", limit: 1 });
   * console.log(newest?.at, newest?.keys);
   * ```
   */
  runs(input?: { namespace?: string; limit?: number }): Promise<FactRun[]>;
  /**
   * What one run did, `undefined` when there is none such.
   * @example
   * ```ts
   * const [newest] = await memory.runs();
   * if (newest !== undefined) console.log((await memory.run(newest.id))?.diff);
   * ```
   */
  run(id: string): Promise<FactRunDetails | undefined>;
  /**
   * Erases the facts of a run that nothing else rests on since, and takes back what it changed of others: all is as if it
   * had not been, and what was said is not read again. A run that does not exist is `NOT_FOUND`.
   * @example
   * ```ts
   * const [newest] = await memory.runs({ namespace: "camille" });
   * if (newest !== undefined) await memory.undo(newest.id);
   * ```
   */
  undo(id: string): Promise<{ erased: number }>;
  /**
   * What waits is like others from now on: a fact that was concluded, or a memory that is held back from recall, which stays
   * allowed as long as it says the same. `undefined` when nothing of this key waits.
   * @example
   * ```ts
   * const { facts } = await memory.facts({ namespace: "camille", state: "proposed" });
   * for (const { key } of facts) await memory.approve({ namespace: "camille", key });
   * const { records } = await memory.list({ namespace: "camille", heldBack: true });
   * for (const { key } of records) await memory.approve({ namespace: "camille", key });
   * ```
   */
  approve(input: { namespace: string; key: string }): Promise<MemoryRecord | undefined>;
  /**
   * Erases what waits: a fact that was concluded, or a memory that is held back from recall.
   * @example
   * ```ts
   * const { facts } = await memory.facts({ namespace: "camille", state: "proposed" });
   * for (const { key } of facts) await memory.decline({ namespace: "camille", key });
   * ```
   */
  decline(input: { namespace: string; key: string }): Promise<{ deleted: number }>;
  /**
   * Erases memories with their versions, vectors and the facts that rest on them alone: from every answer at once, from the
   * bytes of the file by `scrub` or `close` at the latest.
   * @param input - One of `key`, `keys`, `where` and `thread`. To erase all, `clear`.
   * @returns how many there were; 0 is no error
   * @throws SouvenirError `INVALID_INPUT`; `VERSION_CONFLICT`; `READ_ONLY`
   * @example
   * ```ts
   * await memory.delete({ namespace: "camille", key: "allergy" });
   * await memory.delete({ namespace: "camille", where: { project: "shop" } });
   * ```
   */
  delete(input: DeleteInput): Promise<{ deleted: number } & Sequenced>;
  /**
   * Erases a namespace, with everything of it and its name.
   * @returns how many memories there were
   * @throws SouvenirError `INVALID_INPUT`; `READ_ONLY`
   * @example
   * ```ts
   * const { deleted } = await memory.clear({ namespace: "camille" });
   * ```
   */
  clear(input: { namespace: string }): Promise<{ deleted: number } & Sequenced>;
  /**
   * Earlier versions of a memory, oldest first, `limits.versions` of them at most; with `limit` or `cursor` page by page.
   * @example
   * ```ts
   * const versions = await memory.history({ namespace: "camille", key: "allergy" });
   * console.log(versions.map(({ version, value }) => `${version}: ${value}`));
   * ```
   */
  history(input: HistoryInput & { limit?: never; cursor?: never }): Promise<MemoryRecord[]>;
  history(input: HistoryInput): Promise<{ records: MemoryRecord[]; cursor?: string }>;
  /**
   * Memories that fit a question, best first, by words, meaning, names, time and conversation. An embedder that is asked is
   * waited for `deadlineMs` at most, and left out after that: see `degraded`.
   * @returns `results` with a score of 0 to 1 each, the probability that it is relevant; none when nothing is
   * @throws SouvenirError `INVALID_INPUT`; the reason of `signal` when it is aborted
   * @example
   * ```ts
   * const { results } = await memory.search({ namespace: "camille", query: "What must she not eat?", limit: 3 });
   * console.log(results[0]?.value, results[0]?.score, results[0]?.reasons.terms);
   * ```
   */
  search(input: SearchInput): Promise<SearchResult>;
  /**
   * What memories of a namespace name, most frequent first.
   * @param input - `type`: only of this one, such as `person`. `prefix`: only names that begin so, in any case. `limit`: 1 to
   * 10,000. Default 100.
   * @throws SouvenirError `INVALID_INPUT`
   * @example
   * ```ts
   * const people = await memory.entities({ namespace: "camille", type: "person", limit: 10 });
   * ```
   */
  entities(input: {
    namespace: string;
    type?: string;
    prefix?: string;
    limit?: number;
  }): Promise<EntityCount[]>;
  /**
   * Keeps what was said, once: what is known is not written again, and what was edited becomes an earlier version.
   * @example
   * ```ts
   * await memory.remember({
   *   namespace: "camille",
   *   thread: "monday",
   *   messages: [
   *     { role: "user", content: "I moved to Nantes." },
   *     { role: "assistant", content: "Noted." },
   *   ],
   * });
   * ```
   */
  remember(input: RememberInput): Promise<{ stored: number } & Sequenced>;
  /**
   * What a model should know for a question, as one fenced and dated block for its prompt, within a budget of tokens.
   * @returns `text`, `""` when nothing is relevant, and the memories in it
   * @throws SouvenirError `INVALID_INPUT`; the reason of `signal` when it is aborted
   * @example
   * ```ts
   * const { text } = await memory.recall({ namespace: "camille", query: "Where does she live?", tokenBudget: 500 });
   * const messages = [{ role: "user", content: `${text}\n\nWhere do I live?` }];
   * ```
   */
  recall(input: RecallInput): Promise<RecallResult>;
  /**
   * Begins a turn of a conversation: what the user said is kept, and what matters for it recalled. See `Turn`.
   * @example
   * ```ts
   * const messages = [{ role: "user", content: "Where do I live?" }];
   * const turn = await memory.beginTurn({ namespace: "camille", thread: "monday", messages });
   * console.log(turn.withRecalled(messages)); // for the model
   * await turn.end({ messages: [{ role: "assistant", content: "In Nantes." }] });
   * ```
   */
  beginTurn(input: BeginTurnInput): Promise<Turn>;
  /**
   * What changed in a namespace since a place, in order, for whoever follows it: each memory as it stands now, without its
   * text. May be told twice, and is never left out.
   * @example
   * ```ts
   * const { changes, cursor } = await memory.changes({ namespace: "camille" });
   * for (const { kind, key, version } of changes) console.log(kind, key, version);
   * const next = await memory.changes({ namespace: "camille", since: cursor });
   * ```
   */
  changes(input: ChangesInput): Promise<ChangesPage>;
  /**
   * Names of the namespaces that hold a memory, in order; with `limit` or `cursor` page by page.
   * @example
   * ```ts
   * const names = await memory.namespaces({ prefix: "cam" });
   * ```
   */
  namespaces(input?: NamespacesInput & { limit?: never; cursor?: never }): Promise<string[]>;
  namespaces(input: NamespacesInput): Promise<{ namespaces: string[]; cursor?: string }>;
  /**
   * Counts, of everything or of one namespace, and how the queues for models stand.
   * @throws SouvenirError `INVALID_INPUT`
   * @example
   * ```ts
   * const { records, queue } = await memory.stats({ namespace: "camille" });
   * console.log(records, queue.embedding.pending, queue.embedding.misconfigured);
   * ```
   */
  stats(input?: { namespace?: string }): Promise<MemoryStats>;
  /**
   * The Orama database of a namespace, to be read with Orama's own functions: `search`, `count`, `getByID` (by key), with
   * groups, sorting, facets, filters and plugins. It has the memories of this moment, and their texts in memory for as long
   * as somebody has it: what is written later is in the next one, what is deleted or expires is gone from this one at
   * once. A namespace without memories has an empty one. Writing to it is `READ_ONLY`. A search with a term has the order
   * and scores of `search`; the vector of an embedder that has to be asked is for you to pass, in hybrid mode.
   * @example
   * ```ts
   * const db = await memory.orama("camille"); // for search(db, { term }) of @orama/orama
   * ```
   */
  orama(namespace: string, options?: OramaOptions): Promise<MemoryDatabase>;
  /**
   * Works off the queue, also what waits for a later attempt, until nothing is left or the provider fails. Answers what
   * is left, at `deadlineMs` milliseconds whatever is under way then. Default: no deadline; a provider that never
   * answers is given up after two minutes. `retry`: also what was given up before, say once the provider was set right.
   * Default false.
   * @example
   * ```ts
   * const { pending, failed } = await memory.flush({ deadlineMs: 10_000 });
   * ```
   */
  flush(input?: {
    signal?: AbortSignal;
    deadlineMs?: number;
    retry?: boolean;
  }): Promise<{ pending: number; failed: number }>;
  /**
   * Looks for keys, cards and personal data in what is kept already, earlier versions too: for what `safety` names in each
   * namespace, without `safety` for all. Page by page; others run in between. `fix`: `[redacted: kind]` takes the place of
   * each, one commit a memory; its earlier versions, and facts that hold it, are erased, and the file is scrubbed. Default
   * false: it only counts. `limit` (1 to 1,000,000) and `cursor`: that many memories of one namespace at a time.
   * @example
   * ```ts
   * const { found, memories } = await memory.scan({ namespace: "camille" });
   * console.log(memories, found);
   * ```
   */
  scan(input?: {
    namespace?: string;
    fix?: boolean;
    limit?: number;
    cursor?: string;
    onProgress?: (progress: Progress) => void;
    signal?: AbortSignal;
  }): Promise<Scanned>;
  /**
   * Copies the memory into a new file, as it is at one moment, while it is being used; the file at `path` is whole when it
   * is there, and can be opened like any other. Progress is in bytes. A file that exists is `INVALID_INPUT`. (The `.db` file
   * alone, copied while it is open, may lack the last writes: those are in its log.)
   * @example
   * ```ts
   * await memory.backup("./monday.db");
   * ```
   */
  backup(
    path: string,
    options?: { onProgress?: (progress: Progress) => void; signal?: AbortSignal },
  ): Promise<{ bytes: number }>;
  /**
   * Removes the bytes of what was erased: from unused parts of the file, its log and snapshots, whatever the size of the
   * file. It works in a thread of its own, and writes go on meanwhile. The same happens when the memory is closed, and by
   * itself a while after an erasure. `scrubbed`: how many erased records those were; `STORE_BUSY` when another process
   * reads for so long what was erased that it cannot be removed yet.
   * @example
   * ```ts
   * const { scrubbed } = await memory.scrub();
   * ```
   */
  scrub(input?: { signal?: AbortSignal }): Promise<{ scrubbed: number }>;
  /**
   * Ends what is under way, removes the bytes of what was erased and keeps indexes for the next start. What waits for a model
   * stays in the file. A second call does nothing; every other call is `CLOSED` from now on.
   * @example
   * ```ts
   * await using memory = await createMemory({ path: ":memory:" }); // or await memory.close()
   * ```
   */
  close(): Promise<void>;
  /**
   * Moves a namespace, or all, to another embedder, while searches use the old vectors. When it is aborted or fails,
   * nothing more is sent to the embedder; call it again to go on where it was, or `cancelReembed()` to leave it.
   * @example
   * ```ts
   * await memory.reembed({ embedder: defaultEmbedder({ context: "previous" }), onProgress: ({ done }) => console.log(done) });
   * ```
   */
  reembed(input: {
    embedder: Embedder;
    namespace?: string;
    onProgress?: (progress: Progress) => void;
    signal?: AbortSignal;
  }): Promise<{ embedded: number }>;
  /**
   * Gives up every re-embedding that was begun and not ended, here or in a process that is gone: searches go on as
   * before, nothing stays queued for the abandoned embedder, and its vectors are erased. `cancelled`: namespaces that
   * went back.
   * @example
   * ```ts
   * const { cancelled } = await memory.cancelReembed();
   * ```
   */
  cancelReembed(): Promise<{ cancelled: number }>;
  /**
   * Each memory with its earlier versions in `history`, unless `history: false`.
   * @example
   * ```ts
   * for await (const record of memory.export({ namespace: "camille" })) console.log(JSON.stringify(record));
   * ```
   */
  export(input?: {
    namespace?: string;
    /** Without a namespace: only those that begin so. */
    prefix?: string;
    history?: boolean;
  }): AsyncIterable<MemoryRecord & { history?: MemoryRecord[] }>;
  /**
   * Writes what `export` gave, of this or another memory, with versions and moments as they were, in large commits; input of
   * `set` is taken too, and comes from an `import` where it does not say otherwise. What is there with the same version and text already is `skipped`, so that a second import changes
   * nothing, and one that was stopped goes on.
   * @throws SouvenirError `INVALID_INPUT` for a record that is none, by its number; those of the commits before are kept
   * @example
   * ```ts
   * const { imported, skipped } = await memory.import([{ namespace: "camille", value: "She has a cat." }]);
   * ```
   */
  import(
    records: Iterable<MemoryRecord | ImportInput> | AsyncIterable<MemoryRecord | ImportInput>,
    options?: { onProgress?: (progress: Progress) => void; signal?: AbortSignal },
  ): Promise<{
    imported: number;
    skipped: number;
    /** Those whose `expiresAt` is over, of which nothing is stored. Absent where there were none. */
    expired?: number;
  }>;
}
