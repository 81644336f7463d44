import type { AnyDocument, AnyDocumentStore, AnyOrama, components, IDocumentsStore } from "@orama/orama";
import { DocumentSet } from "../document-set.ts";

/** Orama's table of document ids and their numbers. */
export type DocumentIds = components.internalDocumentIDStore.InternalDocumentIDStore;

/** Which documents of a database exist. */
export interface LiveDocuments {
  readonly live: DocumentSet;
}

/** Who is told of the documents that come and go. */
export interface DocumentListener {
  stored(doc: number, document: AnyDocument): void;
  removed(doc: number): void;
}

/** The documents of a database as its document store tells of them, for the index of the same database. */
export class StoredDocuments implements LiveDocuments {
  live: DocumentSet = new DocumentSet();
  listener: DocumentListener | undefined;
  /** Called once for each document that is loaded next. */
  onLoad: ((doc: number, document: AnyDocument) => void) | undefined;

  /**
   * A document store that also notes which documents exist.
   * @param ids Where the number of a document that is removed is forgotten, if it is to be.
   */
  around(stock: IDocumentsStore<AnyDocumentStore>, ids: DocumentIds | undefined): IDocumentsStore {
    return {
      ...stock,
      create: (orama: AnyOrama, given: DocumentIds) => {
        this.live = new DocumentSet();
        return stock.create(orama, given);
      },
      store: (store, id, internalId, document) => {
        const stored = stock.store(store, id, internalId, document);
        if (!stored) return false;
        this.live.add(internalId);
        this.listener?.stored(internalId, document);
        return true;
      },
      remove: (store, id, internalId) => {
        const removed = stock.remove(store, id, internalId);
        if (!this.live.delete(internalId)) return removed;
        this.listener?.removed(internalId);
        if (ids !== undefined) forget(ids, internalId);
        return removed;
      },
      load: <R>(given: DocumentIds, raw: R): AnyDocumentStore => {
        const store = stock.load(given, raw);
        const documents = Object.entries(stock.getAll(store));
        this.live = new DocumentSet(documents.map(([doc]) => Number(doc)));
        if (this.onLoad !== undefined)
          for (const [doc, document] of documents) this.onLoad(Number(doc), document);
        this.onLoad = undefined;
        return store;
      },
    };
  }
}

/** The numbers of documents by id, each of which is given once. */
export class DocumentNumbers extends Map<string, number> {
  readonly #ids: DocumentIds;

  constructor(ids: DocumentIds) {
    super();
    this.#ids = ids;
  }

  /** Numbers that were given, which is what Orama takes the next one from. */
  override get size(): number {
    return this.#ids.internalIdToId.length;
  }
}

/** The id stays nowhere: not in memory, and not in what is saved. */
function forget(ids: DocumentIds, doc: number): void {
  const id = ids.internalIdToId[doc - 1];
  if (id === undefined || ids.idToInternalId.get(id) !== doc) return;
  ids.idToInternalId.delete(id);
  ids.internalIdToId[doc - 1] = "";
}
