import {
  type AnyDocument,
  type AnyOrama,
  type AnySchema,
  components,
  type OramaPluginSync,
} from "@orama/orama";
import { DocumentSet } from "../document-set.ts";
import { withLiveDocuments } from "./documents-store.ts";
import { createIndexComponent, type PluginTextOptions } from "./index-component.ts";
import type { LiveDocuments } from "./index-store.ts";
import { languageCode } from "./languages.ts";
import { createSorter } from "./sorter.ts";
import { fixedLanguage } from "./tokenizer.ts";

/**
 * Puts the indexes of this package into an Orama database: `create({ schema, plugins: [souvenirPlugin()] })`. Everything
 * else of Orama stays as it is. Search with `search` of this package: Orama's own keeps the faults of its hybrid mode.
 *
 * The plugin is an `index` component. What else it needs it puts around the components that the database has: the
 * document store and the check of documents, whosever they are, and the sorter when it is Orama's own. A tokenizer of your
 * own decides what the words are; `language` of `create` fixes the language of all texts, if it is not `english`.
 *
 * @throws PluginError `LANGUAGE_NOT_SUPPORTED`.
 */
export function souvenirPlugin(options: PluginTextOptions = {}): OramaPluginSync {
  languageCode(options.language);
  return {
    name: "souvenir",
    getComponents: ((schema: AnySchema) => {
      const documents: LiveDocuments = { live: new DocumentSet() };
      const index = createIndexComponent(options, documents);
      return {
        index: {
          ...index,
          // Orama makes the index first, and everything else with the components that the database has then.
          create(db, ids, of) {
            const { validateSchema } = db;
            db.validateSchema = (document: AnyDocument) =>
              validateSchema(document, db.schema) ?? notFinite(document, schema, "");
            db.documentsStore = withLiveDocuments(db.documentsStore, documents);
            if (isStock(db.sorter))
              db.sorter = createSorter(languageCode(options.language ?? fixedLanguage(db.tokenizer)));
            return index.create(db, ids, of);
          },
        } satisfies typeof index,
      };
    }) as unknown as NonNullable<OramaPluginSync["getComponents"]>,
  };
}

const stockSorter = components.sorter.createSorter();

function isStock(sorter: AnyOrama["sorter"]): boolean {
  return Object.entries(stockSorter).every(
    ([name, member]) => sorter[name as keyof typeof sorter] === member,
  );
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
