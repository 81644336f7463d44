import type { AnyDocumentStore, IDocumentsStore } from "@orama/orama";
import { DocumentSet } from "../document-set.ts";
import type { DocumentIds, LiveDocuments } from "./index-store.ts";

/** A document store that also notes which documents exist, for the index of the same database. */
export function withLiveDocuments(
  stock: IDocumentsStore<AnyDocumentStore>,
  documents: LiveDocuments,
): IDocumentsStore {
  return {
    ...stock,
    create(orama, ids) {
      documents.live = new DocumentSet();
      return stock.create(orama, ids);
    },
    store(store, id, internalId, document) {
      const stored = stock.store(store, id, internalId, document);
      if (stored) documents.live.add(internalId);
      return stored;
    },
    remove(store, id, internalId) {
      documents.live.delete(internalId);
      return stock.remove(store, id, internalId);
    },
    load<R>(ids: DocumentIds, raw: R): AnyDocumentStore {
      const store = stock.load(ids, raw);
      documents.live = new DocumentSet(Object.keys(stock.getAll(store)).map(Number));
      return store;
    },
  };
}
