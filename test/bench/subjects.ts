import type { Subject } from "./subjects/subject.ts";

export interface Entry {
  /**
   * Loads what it needs, and nothing that another subject needs.
   * @param folder - Where it may keep files.
   */
  open(folder: string): Promise<Subject>;
  /** Whether another process can open what it stored. */
  persists: boolean;
  /** Documents at most, and what stands against more. */
  largest?: { size: number; reason: string };
  /** Searches take so long that there are fewer of them, so that the whole ends. */
  slow?: boolean;
  /** Measured with `--peers` only: it takes minutes, or is installed for it. */
  peer?: boolean;
}

const memoryOf = { size: 100_000, reason: "would need tens of gigabytes of memory" };

export const subjects: Readonly<Record<string, Entry>> = {
  souvenir: {
    open: async (folder) => (await import("./subjects/souvenir.ts")).souvenir(folder),
    persists: true,
  },
  "souvenir, embedder: false": {
    open: async (folder) => (await import("./subjects/souvenir.ts")).souvenir(folder, { withVectors: false }),
    persists: true,
  },
  "souvenir, conversations": {
    open: async (folder) =>
      (await import("./subjects/souvenir.ts")).souvenir(folder, { inConversations: true }),
    persists: true,
  },
  "stock Orama 3.1.18": {
    open: async () => (await import("./subjects/orama.ts")).stockOrama(),
    persists: false,
    largest: memoryOf,
    slow: true,
  },
  "LangGraph InMemoryStore 1.2.2": {
    open: async () => (await import("./subjects/langgraph.ts")).langGraph(),
    persists: false,
    largest: { size: 120_000, reason: "throws a RangeError from 130,000 items" },
    slow: true,
  },
  "MiniSearch 7.2.0": {
    open: async () => (await import("./subjects/minisearch.ts")).miniSearch(),
    persists: false,
    largest: memoryOf,
  },
  "LanceDB 0.39.0": {
    // Behind a URL, because its types are not there for those who do not install it.
    open: async (folder) =>
      (await import(new URL("./peers/lancedb.ts", import.meta.url).href)).lanceDb(folder),
    persists: true,
    peer: true,
  },
  "Mastra LibSQLVector 1.23.1": {
    open: async (folder) => (await import("./subjects/libsql.ts")).libSqlVector(folder),
    persists: true,
    largest: { size: 10_000, reason: "writes some 30 vectors a second, and has 219 KB on disk for each" },
    peer: true,
  },
};
