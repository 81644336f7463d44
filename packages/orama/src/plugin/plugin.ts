import {
  type AnyDocument,
  type AnyOrama,
  components,
  load,
  type OramaPluginSync,
  type SearchableType,
  type SorterConfig,
  save,
} from "@orama/orama";
import { createIndexComponent, type PluginTextOptions } from "./index-component.ts";
import { carriesSnapshot } from "./index-snapshot.ts";
import type { KeptProperty } from "./kept-property.ts";
import { languageCode } from "./languages.ts";
import { DocumentNumbers, StoredDocuments } from "./live-documents.ts";
import { fixedLanguage } from "./orama-tokenizer.ts";
import { PluginError } from "./plugin-error.ts";
import type { Ranker } from "./ranker.ts";
import { flattenSchema, schemaOf } from "./schema.ts";
import { createSorter } from "./sorter.ts";
import { SouvenirIndex } from "./souvenir-index.ts";

/** What a database is made with. */
export interface PluginOptions extends PluginTextOptions {
  /** What puts documents in order for a question. Default: BM25, vectors by cosine, and sums of both. */
  rank?: Ranker | undefined;
  /**
   * Properties whose inner values may be filtered by without being in the schema: of `metadata`, say, whatever has a value
   * of any kind at `metadata.city`, with all operators of numbers, enums and lists of enums.
   */
  open?: readonly string[] | undefined;
  /**
   * Whether what comes under the id of a removed document gets a number of its own, so that the words of the old one can go
   * together with those of others: for who updates many documents. Memory is taken for all numbers that were ever given,
   * so a database of which most is gone is to be made anew. Default false: it gets the number again, as in Orama, and
   * the words of all that is gone are removed first.
   */
  renumber?: boolean | undefined;
  /** Properties of the schema whose values the maker of the database keeps itself, by path. */
  kept?: Readonly<Record<string, KeptProperty>> | undefined;
}

/**
 * Puts the indexes of this package into an Orama database: `create({ schema, plugins: [souvenirPlugin()] })`. Everything
 * else of Orama stays as it is. Search with `search` of this package: Orama's own keeps the faults of its hybrid mode.
 *
 * The plugin puts its index in the place of Orama's own as soon as the database is made, and around the components that
 * the database has what it needs of them: the document store and the check of documents, whosever they are, and the sorter
 * when it is Orama's own. A tokenizer of your own decides what the words are; `language` of `create` fixes the language of
 * all texts, if it is not `english`. Beside an index of your own the plugin does nothing.
 *
 * @throws PluginError `LANGUAGE_NOT_SUPPORTED`; `create` throws `PLUGIN_TOO_LATE` when a plugin before it has inserted
 * documents.
 */
export function souvenirPlugin(options: PluginOptions = {}): OramaPluginSync {
  languageCode(options.language);
  return {
    name: pluginName,
    afterCreate(db: AnyOrama) {
      if (!isStock(db.index, stockIndex)) return;
      if (db.documentsStore.count(db.data.docs) > 0)
        throw new PluginError(
          "PLUGIN_TOO_LATE",
          "souvenirPlugin() comes before plugins that insert documents.",
        );
      install(db, options);
    },
  };
}

function install(db: AnyOrama, options: PluginOptions): void {
  const { validateSchema, internalDocumentIDStore: ids, schema } = db;
  const numbers = flattenSchema(schema)
    .filter(([, type]) => mayHoldNumbers(type))
    .map(([path, type]): NumberProperty => ({ path, steps: path.split("."), type }));
  const documents = new StoredDocuments();
  if (options.renumber === true) ids.idToInternalId = new DocumentNumbers(ids);
  db.validateSchema = (document: AnyDocument) =>
    validateSchema(document, db.schema) ?? notFinite(document, numbers);
  db.documentsStore = documents.around(db.documentsStore, options.renumber === true ? ids : undefined);
  if (isStock(db.sorter, stockSorter)) {
    const config = sorterConfig(db);
    db.sorter = createSorter(languageCode(options.language ?? fixedLanguage(db.tokenizer)));
    db.data.sorting = db.sorter.create(db, ids, schema, config);
  }
  const { rank, open = [], kept = {} } = options;
  const settings = { rank, open, kept: new Map(Object.entries(kept)) };
  const index = createIndexComponent(options, documents, settings);
  db.index = index;
  db.data.index = index.create(db, ids, schema);
}

/**
 * Gives a database its index back that was saved with the plugin and read without it, as `restore` of
 * `@orama/plugin-data-persistence` does: it makes a database of its own. Nothing happens to any other.
 */
export function revive(db: AnyOrama): void {
  if (!isStock(db.index, stockIndex) || !carriesSnapshot(db.data.index)) return;
  const saved = save(db);
  const { searchablePropertiesWithTypes: types } = db.data.index as unknown as {
    searchablePropertiesWithTypes: Record<string, SearchableType>;
  };
  Object.assign(db, { schema: schemaOf(types), caches: {} });
  install(db, {});
  load(db, saved);
}

/**
 * The index of a database with the plugin: its components, to be read, and what its maker needs besides Orama's own
 * functions, such as vectors that come later.
 * @throws PluginError `PLUGIN_MISSING`
 */
export function indexOf(db: AnyOrama): SouvenirIndex {
  const index: unknown = db.data.index;
  if (index instanceof SouvenirIndex) return index;
  throw new PluginError("PLUGIN_MISSING", "Create the database with plugins: [souvenirPlugin()].");
}

/** Whether the plugin was given to a database, also one with an index of its own. */
export function hasPlugin({ plugins }: AnyOrama): boolean {
  return (plugins ?? []).some((plugin) => (plugin as OramaPluginSync).name === pluginName);
}

const pluginName = "souvenir";
const stockIndex = components.index.createIndex();
const stockSorter = components.sorter.createSorter();

function isStock<Component extends object>(component: Component, stock: object): boolean {
  return Object.entries(stock).every(([name, member]) => component[name as keyof Component] === member);
}

/** What `create` was told of sorting, as the sorter of the database took it. */
function sorterConfig(db: AnyOrama): SorterConfig {
  const sortable = new Set<string>(db.sorter.getSortableProperties(db.data.sorting));
  return {
    enabled: (db.data.sorting as { disabled?: boolean }).disabled !== true,
    unsortableProperties: flattenSchema(db.schema)
      .map(([path]) => path)
      .filter((path) => !sortable.has(path)),
  };
}

interface NumberProperty {
  path: string;
  steps: readonly string[];
  type: SearchableType;
}

function mayHoldNumbers(type: SearchableType): boolean {
  return components.isVectorType(type) || type.startsWith("number") || type.startsWith("enum");
}

/** NaN, and vectors that are not finite, which an index cannot hold: where, as Orama's own check tells it. */
function notFinite(document: AnyDocument, properties: readonly NumberProperty[]): string | undefined {
  for (const { path, steps, type } of properties) {
    let value: unknown = document;
    for (const step of steps) value = (value as Record<string, unknown> | null | undefined)?.[step];
    if (value === undefined || value === null) continue;
    if (!Array.isArray(value)) {
      if (Number.isNaN(value)) return path;
    } else if (type.startsWith("vector")) {
      if (!value.every((number) => Number.isFinite(Math.fround(number)))) return path;
    } else if (value.some((number) => Number.isNaN(number))) return path;
  }
  return undefined;
}
