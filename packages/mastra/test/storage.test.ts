import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InMemoryStore, type MastraCompositeStore, type MemoryStorage } from "@mastra/core/storage";
import { LibSQLStore } from "@mastra/libsql";
import { SouvenirStorage } from "../src/index.ts";
import { type StoragePlace, storageSuite } from "./storage-suite.ts";

async function inFolder(make: (folder: string) => MastraCompositeStore): Promise<StoragePlace> {
  const folder = await mkdtemp(join(tmpdir(), "souvenir-mastra-"));
  const store = make(folder);
  await store.init();
  return {
    storage: (await store.getStore("memory")) as MemoryStorage,
    async close() {
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

storageSuite("in a file", () =>
  inFolder((folder) => new SouvenirStorage({ path: join(folder, "memory.db") })),
);
storageSuite("in memory", () => inFolder(() => new SouvenirStorage({ path: ":memory:" })));
storageSuite("Mastra's InMemoryStore", () => inFolder(() => new InMemoryStore()), {
  sameTimeInOrderOfArrival: "the newest page of equal times holds the oldest messages",
  messageWithoutOwnerRejects: "stores messages without thread or resource",
  failingBatchLeavesNothing: "stores an invalid date",
  deletedThreadTakesItsObservations: "keeps them",
});
storageSuite(
  "Mastra's LibSQLStore",
  () => inFolder((folder) => new LibSQLStore({ id: "libsql", url: `file:${join(folder, "mastra.db")}` })),
  {
    threadWithoutTitleAndMetadata: "the title must not be missing",
    filterNullIsNotAbsent: "null finds threads without the field",
    filterComparesTypesToo: "true finds 1",
    filtersThreadsByWholeObjects: "refuses objects",
    hostileThreadNames: "cuts texts at a NUL",
    hostileMessages: "cuts texts at a NUL",
    workingMemoryIsText: "cuts texts at a NUL",
    sameTimeInOrderOfArrival: "orders neighbours of equal times by id",
    savingAgainMovesItsTime: "keeps the first time",
    savingTouchesEveryThread: "touches the thread of the first message",
    absentIdsFindNothing: "fails",
    datesOfChunksAreDates: "answers texts",
    activationFollowsRefreshedChunks: "looks at the stored ones only",
    deletedThreadTakesItsObservations: "keeps them",
  },
);
