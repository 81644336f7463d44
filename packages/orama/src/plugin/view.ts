import {
  type AnyDocument,
  type AnyDocumentStore,
  type AnyOrama,
  components,
  create,
  type IDocumentsStore,
  type IIndex,
  type ISorter,
  insert,
  type Orama,
  type OramaPluginSync,
  type SortValue,
} from "@orama/orama";
import { DocumentSet } from "../document-set.ts";
import { createIndexComponent } from "./index-component.ts";
import type { KeptProperty } from "./kept-property.ts";
import type { DocumentIds } from "./live-documents.ts";
import { type LiveDocuments, StoredDocuments } from "./live-documents.ts";
import { createTokenizer } from "./orama-tokenizer.ts";
import { indexOf, souvenirPlugin } from "./plugin.ts";
import { PluginError } from "./plugin-error.ts";
import type { Ranker } from "./ranker.ts";
import { flattenSchema } from "./schema.ts";
import { createSorter, type SorterStore } from "./sorter.ts";
import { SouvenirIndex } from "./souvenir-index.ts";
import { VectorNode } from "./vector-node.ts";

/** Which documents there are at this moment. Asked anew each time. */
export interface Presence {
  /** Numbers of the documents. */
  documents(): DocumentSet;
  /** Whether a document is there. */
  has(doc: number): boolean;
}

/** What a view of a database is made with. */
export interface ViewOptions<Schema> {
  /** Properties of the documents of the view; vectors are those that the database has under the same name. */
  schema: Schema;
  /** Which documents of the database may be seen. Default: all. */
  presence?: Presence | undefined;
  /** Ranks what a search of the view finds. Default: as the database does. */
  rank?: Ranker | undefined;
  /** Properties whose inner values may be filtered by without being in the schema. Default: none. */
  open?: readonly string[] | undefined;
  /** Filters on what the database has no index of, or has under other values. */
  kept?: Readonly<Record<string, KeptProperty>> | undefined;
  /** Plugins of Orama that need no components. Those that look at what is inserted are shown each document. */
  plugins?: readonly OramaPluginSync[] | undefined;
  /** What a write is refused with. */
  refuse?: (() => Error) | undefined;
}

/** A database that is read only, and its filling. */
export interface View<Schema> {
  readonly database: Orama<Schema>;
  /** Documents that were added. */
  readonly added: DocumentSet;
  /** Shows a document of the database, by its number there, with an id of the view. A promise where plugins wait. */
  add(doc: number, document: AnyDocument & { id: string }): Promise<void> | undefined;
}

/**
 * A read-only Orama database over the indexes of another one, with documents of its own: for who wants Orama's functions
 * where the texts are not in memory. What is removed from the database is gone from the view at once; what is added
 * to it is not there before `add`.
 *
 * `search` of Orama and of this package, `getByID`, `count`, groups, sorting, facets, filters and plugins work, and
 * `save`, which gives a database of the documents without vectors. Everything that writes throws.
 */
export function createView<const Schema>(db: AnyOrama, options: ViewOptions<Schema>): View<Schema> {
  const source = indexOf(db);
  const { schema, rank, open = [], kept = {}, plugins = [] } = options;
  const refuse = (): never => {
    throw options.refuse?.() ?? new PluginError("READ_ONLY", "This database is read only.");
  };
  const documents = new ViewDocuments(
    options.presence ?? { documents: () => source.live, has: (doc) => source.live.has(doc) },
  );
  const properties = flattenSchema(schema as AnyOrama["schema"]);
  const index = new SouvenirIndex({
    properties,
    places: components.index.create(db, db.internalDocumentIDStore, {}),
    documents,
    text: source.text,
    attributes: source.attributes,
    vectors: new Map(
      properties.flatMap(([path]) => {
        const vectors = source.vectors(path);
        return vectors === undefined ? [] : [[path, new VectorNode(vectors, documents, true)]];
      }),
    ),
    whole: new Set(
      properties.flatMap(([path, type]) =>
        type.startsWith("string") && !source.text.fields.includes(path) ? [path] : [],
      ),
    ),
    rank,
    open,
    kept: new Map(Object.entries(kept)),
    isPart: true,
  });
  const sorter = createSorter(undefined);
  const copy = () => {
    const whole = create({ schema: schema as AnyOrama["schema"], plugins: [souvenirPlugin({ open })] });
    for (const [, document] of documents.all()) void insert(whole, document);
    return whole;
  };
  let saved: AnyOrama | undefined;
  const database = create({
    schema: schema as AnyOrama["schema"],
    plugins: plugins.map(({ getComponents: _, ...hooks }) => hooks),
    components: {
      tokenizer: createTokenizer(),
      validateSchema: refuse,
      documentsStore: {
        ...documents.component(),
        store: refuse,
        remove: refuse,
        load: refuse,
        save: <R>() => saved!.documentsStore.save(saved!.data.docs) as R,
      } as IDocumentsStore<AnyDocumentStore>,
      index: {
        ...createIndexComponent({}, new StoredDocuments()),
        create: () => index,
        insert: refuse,
        remove: refuse,
        load: refuse,
        save: <R>() => saved!.index.save(saved!.data.index) as R,
      } as IIndex<SouvenirIndex>,
      sorter: {
        ...sorter,
        insert: refuse,
        remove: refuse,
        sortBy(store, found, by) {
          documents.fill(store, by.property);
          return sorter.sortBy(store, found, by);
        },
        load: refuse,
        save: <R>() => saved!.sorter.save(saved!.data.sorting) as R,
      } as ISorter<SorterStore>,
    },
  }) as unknown as AnyOrama;
  const ids = database.internalDocumentIDStore;
  ids.load = refuse;
  ids.save = () => {
    // Orama asks for this first, then for what the components have.
    saved = copy();
    return saved.internalDocumentIDStore.save(saved.internalDocumentIDStore);
  };
  Object.assign(database.pinning, { addRule: refuse, updateRule: refuse, removeRule: refuse });
  database.beforeRemove.push(refuse);
  const hooks = [...database.beforeInsert, ...database.afterInsert];
  return {
    database: database as unknown as Orama<Schema>,
    added: documents.added,
    add(doc, document) {
      documents.add(doc, document);
      ids.idToInternalId.set(document.id, doc);
      ids.internalIdToId[doc - 1] = document.id;
      if (hooks.length === 0) return undefined;
      return (async () => {
        for (const hook of hooks) await hook(database, document.id, document);
      })();
    },
  };
}

/** The documents of a view, which are copied for who asks: Orama writes into what it is given. */
class ViewDocuments implements LiveDocuments {
  readonly added: DocumentSet = new DocumentSet();
  readonly #documents: AnyDocument[] = [];
  readonly #presence: Presence;
  /** Documents whose values stand in a list of the sorter, by property. */
  readonly #filled = new Map<string, number>();

  constructor(presence: Presence) {
    this.#presence = presence;
  }

  get live(): DocumentSet {
    return this.added.clone().intersect(this.#presence.documents());
  }

  add(doc: number, document: AnyDocument): void {
    this.#documents[doc] = document;
    this.added.add(doc);
  }

  get(doc: number | undefined): AnyDocument | undefined {
    if (doc === undefined || !this.added.has(doc) || !this.#presence.has(doc)) return undefined;
    return { ...(this.#documents[doc] as AnyDocument) };
  }

  *all(): Generator<[doc: number, document: AnyDocument]> {
    for (const doc of this.live) yield [doc, { ...(this.#documents[doc] as AnyDocument) }];
  }

  /** Gives the sorter what it needs to sort by a property. */
  fill({ values }: SorterStore, property: string): void {
    const list = values.get(property);
    if (list === undefined || this.#filled.get(property) === this.added.count) return;
    for (const doc of this.added)
      list[doc] = components.getDocumentProperties(this.#documents[doc] as AnyDocument, [property])[
        property
      ] as SortValue | undefined;
    this.#filled.set(property, this.added.count);
  }

  component(): Omit<IDocumentsStore<StoredView>, "store" | "remove" | "load" | "save"> {
    const get = ({ ids }: StoredView, id: string | number) =>
      this.get(typeof id === "number" ? id : ids.idToInternalId.get(id));
    return {
      create: (_, ids) => ({
        ids,
        // Where Orama's search by vector alone looks.
        docs: new Proxy({}, { get: (_target, doc) => this.get(Number(doc)) }),
      }),
      get,
      getMultiple: (store, ids) => ids.map((id) => get(store, id)),
      getAll: () => Object.fromEntries(this.all()),
      count: () => this.live.count,
    };
  }
}

interface StoredView extends AnyDocumentStore {
  ids: DocumentIds;
}
