import { parentPort, workerData } from "node:worker_threads";
import { defaultEmbedder } from "../embedders/built-in.ts";
import { VectorKeeper } from "../embedders/vector-keeper.ts";
import { offlineExtractor } from "../entities/offline-extractor.ts";
import { takeTurnsEvery } from "../event-loop.ts";
import { Extraction } from "../queue/extraction.ts";
import type { Listed, ListedPage } from "../search/listed.ts";
import { openSearch } from "../search/open-search.ts";
import type { Question } from "../search/question.ts";
import { OpenFile } from "../store/shared-files.ts";
import { sqliteStore } from "../store/sqlite-store.ts";
import type { StoredRecord } from "../store/store.ts";
import type { Embedder, Logger, Reranker } from "../types.ts";
import type { Condition } from "../where.ts";
import { type Answers, Link } from "./link.ts";
import { type Asked, type EmbedderInThread, type SearchThreadOptions, searchThread } from "./tasks.ts";

/** Milliseconds that one question has before those that came since: each is somebody who waits. */
const turnMs = 2;

/**
 * What a thread answers to questions about some namespaces of a file: as another process would, it only reads the file and
 * follows what is committed. What it cannot do (write, ask a model) it asks of the thread that made it.
 */
async function opened(link: Link, options: SearchThreadOptions): Promise<Answers> {
  const { path, key, extractor, ranking, limits, saves } = options;
  let now = options.now ?? 0;
  const clock = options.now === undefined ? Date.now : () => now;
  const asked = <Given, Answer>(answer: (given: Given, signal: AbortSignal) => Answer) => {
    return (question: Asked<Given>, signal: AbortSignal) => {
      if (question.now !== undefined) now = question.now;
      return answer(question.given, signal);
    };
  };
  const logger: Logger = Object.fromEntries(
    (["debug", "info", "warn", "error"] as const).map((level) => [
      level,
      (message: string, details: Record<string, unknown> = {}) =>
        link.tell("log", { level, message, details: toldOf(details) }),
    ]),
  );

  // Its descriptors must not be closed here: the locks of the connection that writes would go with them.
  const file = new OpenFile(path);
  const store = sqliteStore(
    { path, readOnly: true, key },
    saves ? (namespace, at, token) => link.call("adopt", { namespace, at, token }) : undefined,
  );
  const embedderOf = (given: EmbedderInThread): Embedder => {
    const { isBuiltIn, ...known } = given;
    if (isBuiltIn) return defaultEmbedder(known.context === undefined ? {} : { context: known.context });
    return { ...known, embed: (texts, { signal }) => link.call("embed", { id: known.id, texts }, signal) };
  };
  const reranker: Reranker | undefined =
    options.reranker === undefined
      ? undefined
      : {
          id: options.reranker,
          rerank: (query, texts, { signal }) => link.call("rerank", { query, texts }, signal),
        };
  const embedder = options.embedder === false ? false : embedderOf(options.embedder);
  const vectors = new VectorKeeper({ store, embedder, clock, logger });
  if (embedder !== false) vectors.add(embedder);
  for (const other of options.others) vectors.add(embedderOf(other));
  const extraction = new Extraction({
    extractor: extractor === false ? false : offlineExtractor(),
    builtIn: offlineExtractor(),
    onError: () => undefined,
  });
  const onChanges = () => link.tell("changed", {});
  const { indexes, searcher } = openSearch({
    ...{ store, vectors, embedder, extraction, ranking, limits, clock, logger, reranker, saves, onChanges },
  });
  return {
    find: asked((question: Question, signal) => searcher.find(question, signal)),
    passing: asked(({ listed, page }: { listed: Listed; page: Omit<ListedPage, "signal"> }, signal) =>
      searcher.passing(listed, page, signal),
    ),
    pinned: asked((namespace: string) => searcher.pinned(namespace)),
    ids: asked(({ namespace, where }: { namespace: string; where: Condition }) =>
      searcher.ids(namespace, where),
    ),
    withdrawn: asked((namespace: string) => searcher.withdrawn(namespace)),
    threads: asked((namespace: string) => searcher.threads(namespace)),
    superseding: asked(({ namespace, records }: { namespace: string; records: readonly StoredRecord[] }) =>
      searcher.superseding(namespace, records),
    ),
    entities: asked(
      ({ namespace, ...entities }: { namespace: string; type?: string; prefix?: string; limit: number }) =>
        searcher.entities(namespace, entities),
    ),
    refresh: (written: ReadonlyMap<string, number>) => {
      for (const [namespace, writes] of written) indexes.refresh(namespace, writes);
    },
    add: async (given: EmbedderInThread) => {
      const other = embedderOf(given);
      vectors.add(other);
      await vectors.load(other);
    },
    renew: (stale: readonly string[]) => indexes.renew(stale),
    close: async (stale: readonly string[]) => {
      try {
        await vectors.stop();
        await indexes.close(stale);
        await store.close();
        file.release();
      } finally {
        // Once the answer is on its way: with nobody to listen to, the thread ends by itself.
        setImmediate(() => parentPort?.close());
      }
    },
  };
}

/** Errors as text: of another thread's classes nobody knows anything. */
function toldOf(details: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(details).map(([name, value]) => [
      name,
      value instanceof Error ? `${value.name}: ${value.message}` : value,
    ]),
  );
}

// A module that is loaded by mistake does nothing.
if (workerData === searchThread && parentPort !== null) {
  takeTurnsEvery(turnMs);
  const answers: Answers = {
    open: async (options: SearchThreadOptions) => void Object.assign(answers, await opened(link, options)),
  };
  const link = new Link(parentPort, answers);
}
