import { Dreamer } from "./dreams/dreamer.ts";
import { defaultEmbedder, isBuiltIn } from "./embedders/built-in.ts";
import { loadedEmbedder } from "./embedders/embed.ts";
import { VectorKeeper } from "./embedders/vector-keeper.ts";
import { type EncryptionOptions, resolveKey } from "./encryption-key.ts";
import { offlineExtractor } from "./entities/offline-extractor.ts";
import { Expiry } from "./erasing.ts";
import { FactBook } from "./facts/fact-book.ts";
import type { WriteAnew } from "./facts/fact-change.ts";
import { FactKeeper } from "./facts/fact-keeper.ts";
import { checkFactOptions } from "./facts/fact-options.ts";
import { factsLike, knownFacts, namesToBeSaid } from "./facts/known-facts.ts";
import { resolveLimits } from "./limits.ts";
import { SouvenirMemory } from "./memory.ts";
import { optionNames } from "./option-names.ts";
import { Extraction } from "./queue/extraction.ts";
import { extractionJob } from "./queue/jobs.ts";
import { QueueWorker } from "./queue/worker.ts";
import { resolveRanking } from "./ranking/ranking.ts";
import { standingAnew, toWrite } from "./records.ts";
import { Moderation } from "./safety/moderation.ts";
import { Safety } from "./safety/safety.ts";
import { type Finding, type Indexes, openSearch } from "./search/open-search.ts";
import { OramaDatabases } from "./search/orama-databases.ts";
import { checkReranker } from "./search/reranking.ts";
import { checkFilePath } from "./store/file-path.ts";
import { InMemoryStore } from "./store/in-memory-store.ts";
import { noSqliteError } from "./store/no-sqlite.ts";
import type { SqliteStore } from "./store/sqlite-store.ts";
import type { Store } from "./store/store.ts";
import { defaultPath } from "./store/tables-file.ts";
import { estimateTokens } from "./tokens.ts";
import type { EntityExtractor, Limits, Logger, Memory, MemoryOptions, SetInput } from "./types.ts";
import { checkDate, checkFlag, checkObject, checkOptions, invalid } from "./validation.ts";
import type { WorkerSearch } from "./workers/worker-search.ts";

/** More than any machine has cores for. */
const mostWorkers = 256;

/**
 * Opens a memory, and creates its file where there is none. Several processes may open the same file.
 * @throws SouvenirError `INVALID_INPUT` for options that are not right; `EMBEDDER_MISMATCH` when the store was written
 * with another embedder; `ENCRYPTION_KEY_MISSING`, `ENCRYPTION_KEY_WRONG` or `NOT_ENCRYPTED` when `encryption` and the
 * file do not fit; `STORE_CORRUPT`, `STORE_TOO_NEW`, `STORE_BUSY` or `STORE_FAILED` when the file cannot be used.
 */
export async function createMemory(options: MemoryOptions = {}): Promise<Memory> {
  // A mistyped `embedder: false` would be another embedder, for good.
  checkOptions(options, "createMemory", optionNames.createMemory);
  const limits = resolveLimits(options.limits);
  const ranking = resolveRanking(options.ranking);
  const logger = checkLogger(options.logger);
  const countTokens = checkTokenCounter(options.countTokens);
  const safety = options.safety === undefined ? undefined : new Safety(options.safety, logger);
  // Defaults are for what was left out: `null` may mean "none" or be a mistake.
  const { path = defaultPath, embedder = defaultEmbedder(), readOnly = false } = options;
  checkFlag(readOnly, "readOnly");
  const clock = checkClock(options.clock === undefined ? Date.now : options.clock);
  if (embedder !== false) await loadedEmbedder(embedder);
  const { reranker } = options;
  if (reranker !== undefined) checkReranker(reranker);
  const extractor = checkExtractor(options.extractor === undefined ? offlineExtractor() : options.extractor);
  const facts = options.facts === undefined ? undefined : checkFactOptions(options.facts);
  const given = checkStore(options.store);
  const workers = checkWorkers(options.workers);
  if (workers > 0 && (given !== undefined || path === ":memory:"))
    throw invalid(
      "workers",
      "a path of a file, which each of them can read: leave workers out, or give path",
    );
  const key = await checkEncryption(options.encryption, path, given);
  const opened = given === undefined ? await openStore(path, limits, readOnly, key) : { store: given };
  const store: Store = opened.store;
  let threads: WorkerSearch | undefined;
  try {
    const vectors = new VectorKeeper({
      ...{ store, embedder, clock, logger },
      onEmbedder: async (other) => threads?.add(other),
    });
    // The built-in one waits for the first index: most of what opens a store asks nothing at once.
    const isElsewhere = workers > 0 && embedder !== false && isBuiltIn(embedder);
    const asked = options.embedder === undefined || isElsewhere ? undefined : embedder;
    await Promise.all([vectors.open(), asked ? vectors.load(asked) : undefined]);
    const extraction = new Extraction({
      extractor,
      builtIn: offlineExtractor(),
      onError: () => logger.warn?.("the extractor failed; the memory is kept without its entities"),
    });
    const extractionWorker =
      extractor === false
        ? undefined
        : new QueueWorker({ store, clock, logger, job: extractionJob(store, extractor) });
    extractionWorker?.wake();
    const searching = {
      ...{ store, vectors, embedder, extraction, ranking, limits, clock, logger, reranker },
      onChanges: () => vectors.wake(),
    };
    // Beside threads that search, for who reads an index here.
    const here = openSearch({ ...searching, saves: workers === 0 && store.readOnly !== true });
    if (workers > 0 && "path" in opened) {
      const { WorkerSearch } = await import("#worker-search");
      threads = await WorkerSearch.open({ ...searching, ...opened, workers, here: here.indexes });
    }
    const indexes: Indexes = threads ?? here.indexes;
    const searcher: Finding = threads ?? here.searcher;
    const expiry = new Expiry({ store, vectors, clock, logger });
    expiry.wake();
    store.beforeScrub(() => indexes.renew());
    store.watch?.(
      () => here.indexes.places(),
      (incarnations) => here.indexes.changed(incarnations),
    );
    const moderation =
      safety?.moderator === undefined
        ? undefined
        : new Moderation({
            ...{ store, clock, logger, limits, moderator: safety.moderator, actionIn: safety.moderationIn },
            onFlagged: (namespace, categories) => {
              indexes.refresh(namespace);
              safety.noteFlagged(categories);
            },
          });
    moderation?.worker.wake();
    const databases = new OramaDatabases({ store, ...here, clock });
    const context = () => ({
      limits,
      now: clock(),
      extract: (text: string) => extraction.begin(text),
      screen: safety?.screenDerived,
    });
    const namesIn = (text: string) => namesToBeSaid(extraction.ofQuery(text));
    const written = {
      toWrite: (input: SetInput) => toWrite(input, context()),
      anew: (...given: Parameters<WriteAnew>) => standingAnew(...given, context()),
    };
    const factKeeper =
      facts === undefined
        ? undefined
        : new FactKeeper({
            ...facts,
            store,
            clock,
            logger,
            known: (namespace, text) => knownFacts({ searcher, store, limits }, namespace, text),
            like: (namespace, drafts) => factsLike({ searcher, store, limits }, namespace, drafts),
            namesIn,
            ...written,
            commit: async (writes, done) => {
              await extraction.prepare();
              await store.write(writes, done);
              for (const { namespace } of writes.slice(0, 1)) indexes.refresh(namespace, writes.length);
              vectors.wake();
              extractionWorker?.wake();
            },
          });
    factKeeper?.wake();
    const factBook = new FactBook({ store, indexes, vectors, searcher, limits, clock });
    return new SouvenirMemory({
      store,
      factBook,
      dreamer: new Dreamer({
        store,
        searcher,
        indexes,
        factBook,
        clock,
        namesIn,
        valueBytes: limits.valueBytes,
        ...written,
      }),
      factKeeper,
      safety,
      moderation,
      vectors,
      extraction,
      extractionWorker,
      indexes,
      searcher,
      databases,
      expiry,
      limits,
      clock,
      countTokens,
      ...(given === undefined ? { path } : {}),
    });
  } catch (error) {
    await threads?.close();
    await store.close();
    throw error;
  }
}

async function openStore(
  path: string,
  limits: Limits,
  readOnly: boolean,
  key: Uint8Array | undefined,
): Promise<{ store: InMemoryStore } | { store: SqliteStore; path: string }> {
  if (checkFilePath(path) === ":memory:") {
    if (readOnly) throw invalid("readOnly", 'a path of a file: with ":memory:" there is nothing to read');
    return { store: new InMemoryStore() };
  }
  let sqlite: typeof import("#sqlite-store");
  try {
    // Loaded here, so that the rest runs where there is no SQLite; which file it is says package.json.
    sqlite = await import("#sqlite-store");
  } catch (cause) {
    throw noSqliteError(cause);
  }
  const storeBytes = Number.isFinite(limits.storeBytes) ? limits.storeBytes : 0;
  const store = sqlite.sqliteStore({ path, storeBytes, readOnly, ...(key && { key: { key } }) });
  return { store, path };
}

/** The key of the file. Nothing else is encrypted here, and nobody is to think so. */
async function checkEncryption(
  encryption: EncryptionOptions | undefined,
  path: string,
  store: Store | undefined,
): Promise<Uint8Array | undefined> {
  if (encryption === undefined) return undefined;
  const { key } = checkOptions(encryption, "encryption", optionNames.encryption);
  if (store !== undefined)
    throw invalid(
      "encryption",
      "a path of a file, and not a store: of a database, encrypt its disk, or columns with what it brings",
    );
  if (path === ":memory:")
    throw invalid("encryption", 'a path of a file: with ":memory:" nothing is kept that could be encrypted');
  return resolveKey(key);
}

function checkWorkers(workers: unknown = 0): number {
  if (!Number.isInteger(workers) || (workers as number) < 0 || (workers as number) > mostWorkers)
    throw invalid("workers", `a whole number from 0 to ${mostWorkers}`, workers);
  return workers as number;
}

function checkExtractor(extractor: EntityExtractor | false): EntityExtractor | false {
  if (extractor === false) return false;
  if (typeof extractor?.extract !== "function")
    throw invalid("extractor", "an EntityExtractor, such as mistralExtractor(), or false", extractor);
  if (typeof extractor.id !== "string" || extractor.id === "")
    throw invalid("extractor.id", "a name", extractor.id);
  return extractor;
}

function checkClock(clock: unknown): () => number {
  const now = typeof clock === "function" ? clock() : clock;
  if (typeof clock !== "function" || !Number.isInteger(now))
    throw invalid("clock", "a function that answers whole milliseconds since 1970", now);
  checkDate(now, "clock()");
  return clock as () => number;
}

function checkTokenCounter(count: unknown): (text: string) => number {
  if (count === undefined) return estimateTokens;
  if (typeof count !== "function")
    throw invalid("countTokens", "a function that answers the tokens of a text", count);
  return (text) => {
    const tokens: unknown = count(text);
    if (typeof tokens !== "number" || !(tokens >= 0) || tokens === Number.POSITIVE_INFINITY)
      throw invalid("countTokens", "an answer of 0 or more (a number, not a promise)", tokens);
    return tokens;
  };
}

function checkLogger(logger: Logger | undefined): Logger {
  if (logger === undefined) return {};
  checkObject(logger, "logger");
  for (const name of ["debug", "info", "warn", "error"] as const)
    if (logger[name] !== undefined && typeof logger[name] !== "function")
      throw invalid(`logger.${name}`, "a function", logger[name]);
  return logger;
}

function checkStore(store: Store | undefined): Store | undefined {
  if (store === undefined) return undefined;
  const { write, changes } = Object(store) as Partial<Store>;
  if (typeof write !== "function" || typeof changes !== "function")
    throw invalid(
      "store",
      "a Store, such as postgresStore({ connectionString }) of @souvenir/postgres; for a file give path",
      store,
    );
  return store;
}
