import {
  type AnyDocument,
  type AnyOrama,
  type AnySchema,
  components,
  type OramaPluginSync,
  type SorterConfig,
} from "@orama/orama";
import { DocumentSet } from "../document-set.ts";
import { withLiveDocuments } from "./documents-store.ts";
import { createIndexComponent, type PluginTextOptions } from "./index-component.ts";
import type { LiveDocuments } from "./index-store.ts";
import { languageCode } from "./languages.ts";
import { PluginError } from "./plugin-error.ts";
import { flattenSchema } from "./schema.ts";
import { createSorter } from "./sorter.ts";
import { fixedLanguage } from "./tokenizer.ts";

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
export function souvenirPlugin(options: PluginTextOptions = {}): OramaPluginSync {
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
      const { validateSchema, internalDocumentIDStore: ids, schema } = db;
      const documents: LiveDocuments = { live: new DocumentSet() };
      db.validateSchema = (document: AnyDocument) =>
        validateSchema(document, db.schema) ?? notFinite(document, schema, "");
      db.documentsStore = withLiveDocuments(db.documentsStore, documents);
      if (isStock(db.sorter, stockSorter)) {
        const config = sorterConfig(db);
        db.sorter = createSorter(languageCode(options.language ?? fixedLanguage(db.tokenizer)));
        db.data.sorting = db.sorter.create(db, ids, schema, config);
      }
      const index = createIndexComponent(options, documents);
      db.index = index;
      db.data.index = index.create(db, ids, schema);
    },
  };
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

/** NaN, and vectors that are not finite, which an index cannot hold: where, as Orama's own check tells it. */
function notFinite(document: AnyDocument, schema: AnySchema, prefix: string): string | undefined {
  for (const [name, type] of Object.entries(schema)) {
    const value: unknown = document[name];
    if (value === undefined || value === null) continue;
    if (typeof type === "object" && !Array.isArray(type)) {
      const inner = notFinite(value as AnyDocument, type as AnySchema, `${prefix}${name}.`);
      if (inner !== undefined) return inner;
    } else if (components.isVectorType(type)) {
      if (!(value as number[]).every((number) => Number.isFinite(Math.fround(number)))) return prefix + name;
    } else if ([value].flat().some((number) => Number.isNaN(number))) return prefix + name;
  }
  return undefined;
}
