import type { AnyDocument, AnyDocumentStore, IDocumentsStore } from "@orama/orama";
import { DocumentSet, type KeptProperty, type Steps } from "@souvenir/orama";
import { DocumentTable } from "./document-table.ts";
import type { MemoryDocument } from "./memory-document.ts";
import { rangeOf } from "./number-range.ts";
import { Threads } from "./threads.ts";

/**
 * The document store of the database of a namespace: times in columns, conversations, and no text, which the index has
 * in its words and the store of record as it was written.
 */
export class MemoryDocuments {
  #table = new DocumentTable();
  readonly threads: Threads = new Threads((left, right) => this.#table.isBefore(left, right));
  /** Turns that are gone, and whose places `settling` has still to close. */
  #gone: number[] = [];

  get table(): DocumentTable {
    return this.#table;
  }

  /** What filters ask here instead of the index. @param live - The documents that exist. */
  kept(live: () => DocumentSet): Record<"thread" | "createdAt" | "expiresAt", KeptProperty> {
    const within = (operation: unknown, documents: (since: number, until: number) => DocumentSet) => {
      const range = rangeOf(operation);
      return range === undefined ? undefined : documents(range.from, range.before).intersect(live());
    };
    return {
      thread: {
        documentsWhere: (operation) =>
          new DocumentSet([operation].flat().flatMap((name) => this.threads.turns(String(name)))),
      },
      createdAt: {
        documentsWhere: (operation) => within(operation, (since, until) => this.#table.within(since, until)),
      },
      expiresAt: {
        documentsWhere: (operation) =>
          within(operation, (since, until) => this.#table.expiringWithin(since, until)),
      },
    };
  }

  /** To be called after changes. */
  *settling(): Steps {
    while (this.#gone.length > 0) {
      const gone = this.#gone;
      yield* this.threads.removing(gone);
      this.#gone = this.#gone.slice(gone.length);
    }
    yield* this.#table.settling();
  }

  /** Takes the documents that were saved, into none, in steps: the table of all, and the threads. */
  *loading(documents: readonly Uint8Array[], threads: readonly Uint8Array[]): Steps {
    this.#table = yield* DocumentTable.loading(documents);
    yield* this.threads.loading(threads);
  }

  /** As a component of Orama. It is saved and loaded with the index of the namespace, not by Orama. */
  component(): IDocumentsStore<AnyDocumentStore> {
    const get = ({ numbers }: Documents, id: string | number): AnyDocument | undefined => {
      const document = typeof id === "number" ? id : numbers.idToInternalId.get(id);
      const record = document === undefined ? 0 : this.#table.idOf(document);
      if (document === undefined || record === 0) return undefined;
      return { id: String(record), createdAt: this.#table.createdAt(document) };
    };
    const component: IDocumentsStore<Documents> = {
      create: (_, numbers) => ({ docs: {}, numbers }),
      get,
      getMultiple: (store, ids) => ids.map((id) => get(store, id)),
      getAll: ({ docs }) => docs,
      store: (_, id, document, given) => {
        const { createdAt, expiresAt = null, asks, thread } = given as MemoryDocument;
        this.#table.add(document, { id: Number(id), createdAt, expiresAt, asks });
        if (thread !== undefined) this.threads.add(document, thread);
        return true;
      },
      remove: (_, __, document) => {
        this.#table.remove(document);
        this.#gone.push(document);
        return true;
      },
      count: () => this.#table.size,
      load: () => {
        throw new TypeError("The documents of a namespace are loaded with its index.");
      },
      save: () => {
        throw new TypeError("The documents of a namespace are saved with its index.");
      },
    };
    return component as unknown as IDocumentsStore<AnyDocumentStore>;
  }
}

interface Documents extends AnyDocumentStore {
  numbers: { idToInternalId: Map<string, number> };
}
