import { type AnyOrama, components, type IIndex, type TokenScore } from "@orama/orama";
import { AttributeIndex } from "../attributes/attribute-index.ts";
import { DocumentSet } from "../document-set.ts";
import { TextIndex, type TextIndexOptions } from "../text/text-index.ts";
import { loadIndexStore, saveIndexStore } from "./index-snapshot.ts";
import { type DocumentIds, type IndexParts, IndexStore, type LiveDocuments } from "./index-store.ts";
import { languageCode } from "./languages.ts";
import { PluginError } from "./plugin-error.ts";
import { flattenSchema } from "./schema.ts";
import { searchText } from "./text-search.ts";
import { customTokenizer, fixedLanguage, wholeProperties } from "./tokenizer.ts";
import { VectorNode } from "./vector-node.ts";
import { documentsWhere } from "./where.ts";

/** Settings of the full-text index. */
export type PluginTextOptions = Pick<TextIndexOptions, "k1" | "b" | "fallbackLanguage"> & {
  /** Language of all texts, as ISO 639-1 code or as Orama names it. Default: detected for each document. */
  language?: string | undefined;
};

/** The `index` component of Orama over the indexes of this package. */
export function createIndexComponent(
  options: PluginTextOptions,
  documents: LiveDocuments,
): IIndex<IndexStore> {
  let tokenize: TextIndexOptions["tokenize"];
  let whole: ReadonlySet<string> = new Set();
  let fixed: string | undefined;
  const languageOr = (language: string | undefined): string | undefined =>
    languageCode(language ?? options.language ?? fixed);
  return {
    create(orama: AnyOrama, ids: DocumentIds, schema: AnyOrama["schema"]) {
      const custom = customTokenizer(orama.tokenizer);
      whole = wholeProperties(orama.tokenizer);
      if (custom === undefined) fixed = fixedLanguage(orama.tokenizer);
      else tokenize = (text, field) => custom.tokenize(text, undefined, field, false);
      return createIndexStore(orama, ids, schema, { ...options, tokenize, whole }, documents);
    },
    insert(_, store, property, id, internalId, value, type, language, tokenizer, count) {
      switch (type) {
        case "string":
        case "string[]":
          if (store.isWhole(property)) store.addValues(internalId, property, [value].flat() as string[]);
          store.addText(internalId, property, [value].flat().join("\n"), languageOr(language));
          break;
        case "geopoint":
          components.index.insert(
            stock,
            store.places,
            property,
            id,
            internalId,
            value,
            type,
            language,
            tokenizer,
            count,
          );
          break;
        case "boolean":
        case "boolean[]":
        case "number":
        case "number[]":
        case "enum":
        case "enum[]":
          store.addValues(internalId, property, [value].flat() as (string | number | boolean)[]);
          break;
        default:
          store.vectors.get(property)!.add(internalId, value as unknown as number[]);
      }
    },
    remove(_, store, property, id, internalId, value, type, language, tokenizer, count) {
      store.remove(internalId);
      if (type === "geopoint") {
        components.index.remove(
          stock,
          store.places,
          property,
          id,
          internalId,
          value,
          type,
          language,
          tokenizer,
          count,
        );
      }
      return true;
    },
    search(
      store,
      term,
      _,
      language,
      properties,
      exact,
      tolerance,
      boosts,
      { k, b },
      _count,
      accept,
      threshold = 1,
    ) {
      const { documents: found, scores } = searchText(store as unknown as IndexStore, {
        term,
        properties,
        boosts: boosts as Record<string, number>,
        exact,
        tolerance,
        threshold,
        bm25: { k1: k, b },
        language: languageOr(language),
        accept: accept === undefined ? undefined : acceptedBy(accept),
      });
      return Array.from(found, (doc, at): TokenScore => [doc, scores[at]!]);
    },
    searchByWhereClause(store, _, filters, language) {
      return new Set(documentsWhere(store as unknown as IndexStore, filters, languageOr(language)));
    },
    getSearchableProperties: (store) => store.searchableProperties,
    getSearchablePropertiesWithTypes: (store) => store.searchablePropertiesWithTypes,
    save: <R>(store: IndexStore) => saveIndexStore(store) as R,
    load: <R>(ids: DocumentIds, raw: R) => loadIndexStore(ids, raw, documents, { tokenize, whole }),
    // Steps of Orama's own index; nothing of ours calls them.
    insertDocumentScoreParameters: unused,
    insertTokenScoreParameters: unused,
    removeDocumentScoreParameters: unused,
    removeTokenScoreParameters: unused,
    calculateResultScores: unused,
  };
}

const stock = components.index.createIndex();

function unused(): never {
  throw new PluginError("UNUSED_COMPONENT", "The index of this plugin scores by itself.");
}

function acceptedBy(ids: ReadonlySet<number>): DocumentSet {
  return new DocumentSet(ids);
}

function createIndexStore(
  orama: AnyOrama,
  ids: DocumentIds,
  schema: AnyOrama["schema"],
  options: PluginTextOptions & Pick<TextIndexOptions, "tokenize"> & Pick<IndexParts, "whole">,
  documents: LiveDocuments,
): IndexStore {
  const properties = flattenSchema(schema);
  const places = properties.filter(([, type]) => type === "geopoint");
  const texts = properties.filter(([, type]) => type === "string" || type === "string[]");
  const { k1, b, fallbackLanguage, tokenize, whole } = options;
  const vectors = properties.filter(([, type]) => components.isVectorType(type));
  return new IndexStore({
    properties,
    places: components.index.create(orama, ids, Object.fromEntries(places)),
    documents,
    text: new TextIndex({ k1, b, fallbackLanguage, tokenize, fields: texts.map(([path]) => path) }),
    attributes: new AttributeIndex(),
    whole,
    vectors: new Map(
      vectors.map(([path, type]) => [
        path,
        new VectorNode(components.getVectorSize(type as never), documents),
      ]),
    ),
  });
}
