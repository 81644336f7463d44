import type { BeginTurnInput, TurnOptions } from "./conversation/turn.ts";
import type { EncryptionOptions } from "./encryption-key.ts";
import type { FactSource } from "./facts/fact-extractor.ts";
import type { NamesOf } from "./names-of.ts";
import type {
  ChangesInput,
  ConsolidateInput,
  DeleteInput,
  DreamInput,
  FactsInput,
  HistoryInput,
  ListInput,
  Memory,
  MemoryOptions,
  Message,
  NamespacesInput,
  PinInput,
  RecallInput,
  RememberInput,
  SearchHit,
  SearchInput,
  SetInput,
  TouchInput,
} from "./types.ts";

/** What a method takes: its parameter at a place, the first by default. */
type Given<Name extends keyof Memory, Place extends number = 0> = Memory[Name] extends (
  ...given: infer Parameters
) => unknown
  ? NonNullable<Parameters[Place & keyof Parameters]>
  : never;

/** What chat APIs put beside the text of a message. Nothing of it is said, but whole histories are passed to `remember`. */
type BesideText =
  | "name"
  | "prefix"
  | "refusal"
  | "annotations"
  | "audio"
  | "providerOptions"
  | "function_call"
  | "tool_calls"
  | "tool_call_id"
  | "toolCalls"
  | "toolCallId";

/** The methods of `Memory`, and what is inside their options. */
interface Options {
  createMemory: MemoryOptions;
  encryption: EncryptionOptions;
  set: SetInput;
  /** Of `setMany`, beside the list. */
  setMany: Given<"setMany", 1>;
  get: Given<"get">;
  touch: TouchInput;
  pin: PinInput;
  profile: Given<"profile">;
  list: ListInput;
  facts: FactsInput;
  factOptions: NonNullable<MemoryOptions["facts"]>;
  consolidate: ConsolidateInput;
  dream: DreamInput;
  /** Of a fact that is imported. */
  source: FactSource;
  runs: Given<"runs">;
  /** Of `approve` and `decline`. */
  approve: Given<"approve">;
  delete: DeleteInput;
  clear: Given<"clear">;
  changes: ChangesInput;
  history: HistoryInput;
  namespaces: NamespacesInput;
  search: SearchInput;
  entities: Given<"entities">;
  remember: RememberInput;
  message: Message & Record<BesideText, unknown>;
  recall: RecallInput;
  beginTurn: BeginTurnInput;
  exclude: Exclude<NonNullable<RecallInput["exclude"]>, readonly string[]>;
  stats: Given<"stats">;
  /** Of `orama`, beside the namespace. */
  orama: Given<"orama", 1>;
  flush: Given<"flush">;
  scrub: Given<"scrub">;
  /** Of `backup`, beside the path. */
  backup: Given<"backup", 1>;
  scan: Given<"scan">;
  reembed: Given<"reembed">;
  export: Given<"export">;
  /** Of `import`, beside the list. */
  import: Given<"import", 1>;
  /** A line of an export, an input of `set`, or a hit, whose score and reasons say nothing of the memory. */
  record: Omit<SetInput, "origin"> & Omit<SearchHit, "sequence"> & { history: unknown };
}

/** How turns are recalled for and kept, in `beginTurn` and in each adapter. */
export const turnOptions: Record<NamesOf<TurnOptions>, true> = {
  limit: true,
  tokenBudget: true,
  profile: true,
  deadlineMs: true,
  placement: true,
  clean: true,
  partialAnswers: true,
  onError: true,
  onRecall: true,
  waitUntil: true,
  clock: true,
};

const set: Record<NamesOf<SetInput>, true> = {
  namespace: true,
  value: true,
  key: true,
  tags: true,
  metadata: true,
  entities: true,
  thread: true,
  role: true,
  origin: true,
  createdAt: true,
  expiresAt: true,
  validFrom: true,
  validTo: true,
  supersedes: true,
  ifVersion: true,
};

const known: { [Name in keyof Options]: Record<NamesOf<Options[Name]>, true> } = {
  encryption: { key: true },
  createMemory: {
    path: true,
    readOnly: true,
    encryption: true,
    store: true,
    embedder: true,
    reranker: true,
    extractor: true,
    ranking: true,
    limits: true,
    workers: true,
    facts: true,
    safety: true,
    logger: true,
    clock: true,
    countTokens: true,
  },
  set,
  setMany: { onProgress: true, signal: true, limits: true },
  get: { namespace: true, key: true, minSequence: true },
  touch: { namespace: true, key: true, expiresAt: true, ifVersion: true, version: true },
  pin: { namespace: true, key: true, ifVersion: true },
  profile: { namespace: true, tokenBudget: true },
  list: {
    namespace: true,
    tags: true,
    where: true,
    thread: true,
    asOf: true,
    knownAt: true,
    origin: true,
    heldBack: true,
    order: true,
    limit: true,
    cursor: true,
    signal: true,
    minSequence: true,
  },
  facts: {
    namespace: true,
    subject: true,
    attribute: true,
    type: true,
    state: true,
    limit: true,
    cursor: true,
  },
  factOptions: { extractor: true, tokensPerDay: true, idleMs: true, windowTokens: true },
  consolidate: { namespace: true, dryRun: true, signal: true },
  dream: { namespace: true, dryRun: true, signal: true },
  source: { key: true, version: true, quote: true, run: true },
  runs: { namespace: true, limit: true },
  approve: { namespace: true, key: true },
  delete: { namespace: true, key: true, ifVersion: true, keys: true, where: true, thread: true },
  clear: { namespace: true },
  changes: { namespace: true, since: true, limit: true },
  history: { namespace: true, key: true, limit: true, cursor: true },
  namespaces: { prefix: true, limit: true, cursor: true },
  search: {
    namespace: true,
    query: true,
    limit: true,
    tags: true,
    where: true,
    entities: true,
    thread: true,
    since: true,
    until: true,
    asOf: true,
    knownAt: true,
    minScore: true,
    facets: true,
    prefix: true,
    origin: true,
    heldBack: true,
    explain: true,
    minSequence: true,
    signal: true,
    deadlineMs: true,
  },
  entities: { namespace: true, type: true, prefix: true, limit: true },
  remember: { namespace: true, thread: true, messages: true, before: true, turnId: true },
  message: {
    role: true,
    content: true,
    createdAt: true,
    metadata: true,
    files: true,
    id: true,
    name: true,
    prefix: true,
    refusal: true,
    annotations: true,
    audio: true,
    providerOptions: true,
    function_call: true,
    tool_calls: true,
    tool_call_id: true,
    toolCalls: true,
    toolCallId: true,
  },
  recall: {
    namespace: true,
    query: true,
    thread: true,
    limit: true,
    tokenBudget: true,
    exclude: true,
    profile: true,
    origin: true,
    asOf: true,
    knownAt: true,
    signal: true,
    deadlineMs: true,
    minSequence: true,
  },
  beginTurn: {
    namespace: true,
    thread: true,
    messages: true,
    recall: true,
    store: true,
    turnId: true,
    signal: true,
    ...turnOptions,
  },
  exclude: { keys: true, texts: true, thread: true, after: true },
  stats: { namespace: true },
  orama: { plugins: true },
  flush: { signal: true, deadlineMs: true, retry: true },
  scrub: { signal: true },
  backup: { onProgress: true, signal: true },
  scan: { namespace: true, fix: true, limit: true, cursor: true, onProgress: true, signal: true },
  reembed: { embedder: true, namespace: true, onProgress: true, signal: true },
  export: { namespace: true, prefix: true, history: true },
  import: { onProgress: true, signal: true },
  record: {
    ...set,
    version: true,
    updatedAt: true,
    history: true,
    pinnedAt: true,
    score: true,
    signals: true,
    reasons: true,
    contributions: true,
    features: true,
    duplicates: true,
    supersededBy: true,
    supersededAt: true,
    kind: true,
    subject: true,
    attribute: true,
    type: true,
    sources: true,
    heldBack: true,
    flagged: true,
    state: true,
    mergedInto: true,
    run: true,
  },
};

/** What each method of `Memory` takes. An option that is not here is refused: see `checkOptions`. */
export const optionNames: { readonly [Name in keyof Options]: readonly NamesOf<Options[Name]>[] } =
  Object.freeze(
    Object.fromEntries(Object.entries(known).map(([name, options]) => [name, Object.keys(options)])),
  ) as { [Name in keyof Options]: NamesOf<Options[Name]>[] };
