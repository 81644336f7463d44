import { InMemoryStore } from "@langchain/langgraph-checkpoint";
import { createMemory } from "@souvenir/core";
import { WordEmbeddings } from "@souvenir/test/langchain/embeddings";
import type { OpenLangGraphStore } from "@souvenir/test/langchain/store-specs/spec";
import {
  type LangGraphStoreSkips,
  type LangGraphStoreSpecName,
  langGraphStoreSpecs,
  langGraphStoreSuite,
} from "@souvenir/test/langchain/store-suite";
import { expect, test } from "vitest";
import { SouvenirStore } from "../src/store.ts";

langGraphStoreSuite(
  "SouvenirStore",
  (options = {}) =>
    new SouvenirStore({
      path: ":memory:",
      index: { embeddings: new WordEmbeddings(), dims: 256, ...options },
    }),
  {},
  (store) => (store as SouvenirStore).close(),
);

langGraphStoreSuite(
  "SouvenirStore without vectors",
  async (options = {}) =>
    new SouvenirStore({ memory: await createMemory({ path: ":memory:", embedder: false }), index: options }),
  {},
  async (store) => (await (store as SouvenirStore).openMemory()).close(),
);

const sharedObjects = "keeps and hands out the caller's own objects";
const batchesReadFirst = "reads of a batch see what was there before it";
const staleVectors = "keeps the vectors of what was deleted or put again without an index";

const openInMemory: OpenLangGraphStore = (options = {}) =>
  new InMemoryStore({ index: { dims: 256, embeddings: new WordEmbeddings() as never, ...options } });
const inMemorySkips: LangGraphStoreSkips = {
  laterPutsAreLater: "its times have steps of a millisecond",
  copiesWhatGoesIn: sharedObjects,
  copiesWhatComesOut: sharedObjects,
  readsItsOwnWritesInABatch: batchesReadFirst,
  findsWhatWasJustWritten: batchesReadFirst,
  listsInABatchWithoutConditions: "leaves such a listing out of the results",
  tellsPathAndKeyApart: "joins path and key with a colon",
  anEmptyNamespaceIsNotListed: "lists namespaces that are empty again",
  filtersByPresence: "knows no $exists",
  filtersByNestedFields: "compares top-level members by identity",
  filtersByDates: "compares dates by identity or as numbers",
  refusesUnknownOperators: "takes an unknown operator for a value",
  pagesOfUnscoredItemsDoNotRepeat: "repeats unscored items on each page",
  anotherIndexReplacesTheFirst: staleVectors,
  aDeletedTextIsNotFoundUnderANewItem: staleVectors,
};

langGraphStoreSuite("LangGraph's InMemoryStore", openInMemory, inMemorySkips);

// A suite that nothing can fail says nothing, and a reason that no longer holds should go.
test.each(Object.keys(inMemorySkips) as LangGraphStoreSpecName[])(
  "what InMemoryStore does otherwise is seen: %s",
  async (name) => {
    await expect(langGraphStoreSpecs[name](openInMemory)).rejects.toThrow();
  },
);
