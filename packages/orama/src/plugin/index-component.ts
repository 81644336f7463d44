import {
  type AnyDocument,
  type AnyOrama,
  components,
  type IIndex,
  type SearchableValue,
  type TokenScore,
} from "@orama/orama";
import { AttributeIndex, type AttributeValue } from "../attributes/attribute-index.ts";
import { DocumentSet } from "../document-set.ts";
import { TextIndex, type TextIndexOptions } from "../text/text-index.ts";
import { VectorIndex } from "../vectors/vector-index.ts";
import { carriesSnapshot, loadIndexStore, saveIndexStore } from "./index-snapshot.ts";
import { languageCode } from "./languages.ts";
import type { DocumentIds, StoredDocuments } from "./live-documents.ts";
import { customTokenizer, fixedLanguage, wholeProperties } from "./orama-tokenizer.ts";
import { PluginError } from "./plugin-error.ts";
import { rankedBy } from "./ranked-by.ts";
import { flattenSchema } from "./schema.ts";
import { type IndexSettings, SouvenirIndex } from "./souvenir-index.ts";
import { searchText } from "./text-search.ts";
import { VectorNode } from "./vector-node.ts";

/** Settings of the full-text index. */
export type PluginTextOptions = Pick<TextIndexOptions, "k1" | "b" | "fallbackLanguage"> & {
  /** Language of all texts, as ISO 639-1 code or as Orama names it. Default: detected for each document. */
  language?: string | undefined;
};

/** The `index` component of Orama over the indexes of this package. */
export function createIndexComponent(
  options: PluginTextOptions,
  documents: StoredDocuments,
  given: IndexSettings = {},
): IIndex<SouvenirIndex> {
  let tokenize: TextIndexOptions["tokenize"];
  let settings = given;
  let fixed: string | undefined;
  const languageOr = (language: string | undefined): string | undefined =>
    languageCode(language ?? options.language ?? fixed);
  const listening = (store: SouvenirIndex): SouvenirIndex => {
    documents.listener = store;
    return store;
  };
  let made: { orama: AnyOrama; ids: DocumentIds; schema: AnyOrama["schema"] } | undefined;
  const empty = () => {
    const { orama, ids, schema } = made!;
    return listening(createIndexStore(orama, ids, schema, { ...options, tokenize }, documents, settings));
  };
  const component: IIndex<SouvenirIndex> = {
    create(orama: AnyOrama, ids: DocumentIds, schema: AnyOrama["schema"]) {
      made = { orama, ids, schema };
      const custom = customTokenizer(orama.tokenizer);
      settings = { ...given, whole: wholeProperties(orama.tokenizer) };
      if (custom === undefined) fixed = fixedLanguage(orama.tokenizer);
      else tokenize = (text, field) => custom.tokenize(text, undefined, field, false);
      return empty();
    },
    insert(_, store, property, id, internalId, value, type, language, tokenizer, count) {
      if (store.kept.has(property)) return;
      switch (type) {
        case "string":
        case "string[]":
          if (store.isWhole(property)) store.addValues(internalId, property, value as string | string[]);
          store.addText(
            internalId,
            property,
            Array.isArray(value) ? value.join("\n") : (value as string),
            languageOr(language),
          );
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
          store.addValues(internalId, property, value as AttributeValue | AttributeValue[]);
          break;
        default:
          store.vectorNodes.get(property)!.add(internalId, value as unknown as number[]);
      }
    },
    remove(_, store, property, id, internalId, value, type, language, tokenizer, count) {
      // The rest goes when the document store says that the document is gone.
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
      const index = store as unknown as SouvenirIndex;
      index.settle();
      const request = {
        term,
        properties,
        boosts: boosts as Record<string, number>,
        exact,
        tolerance,
        threshold,
        bm25: { k1: k, b },
        language: languageOr(language),
        accept: index.acceptable(accept === undefined ? undefined : new DocumentSet(accept)),
      };
      const { documents: found, scores } = rankedBy(index, request) ?? searchText(index, request);
      return Array.from(found, (doc, at): TokenScore => [doc, scores[at]!]);
    },
    searchByWhereClause(store, _, filters, language) {
      const index = store as unknown as SouvenirIndex;
      index.settle();
      return new Set(index.acceptable(index.documentsWhere(filters, languageOr(language))));
    },
    getSearchableProperties: (store) => store.searchableProperties,
    getSearchablePropertiesWithTypes: (store) => store.searchablePropertiesWithTypes,
    save<R>(store: SouvenirIndex) {
      store.settle();
      return saveIndexStore(store) as R;
    },
    load<R>(ids: DocumentIds, raw: R): SouvenirIndex {
      if (!isOfOrama(raw)) return listening(loadIndexStore(ids, raw, documents, { ...settings, tokenize }));
      // Orama's trees hold no words of ours: the documents come next, and are indexed anew.
      const store = empty();
      documents.onLoad = (number, document) => indexAnew(component, store, made!.orama, number, document);
      for (const [property, { vectors }] of Object.entries(raw.vectorIndexes))
        for (const [number, [, vector]] of vectors) store.vectorNodes.get(property)?.add(number, vector);
      return store;
    },
    // Steps of Orama's own index; nothing of ours calls them.
    insertDocumentScoreParameters: unused,
    insertTokenScoreParameters: unused,
    removeDocumentScoreParameters: unused,
    removeTokenScoreParameters: unused,
    calculateResultScores: unused,
  };
  return component;
}

/** What Orama's own index saves. */
interface SavedByOrama {
  indexes: object;
  vectorIndexes: Record<string, { vectors: [document: number, [magnitude: number, vector: number[]]][] }>;
}

function isOfOrama(raw: unknown): raw is SavedByOrama {
  const { indexes, vectorIndexes } = (raw ?? {}) as Partial<SavedByOrama>;
  return typeof indexes === "object" && typeof vectorIndexes === "object" && !carriesSnapshot(raw);
}

/** All of a document but its vectors, which Orama takes out of documents. */
function indexAnew(
  component: IIndex<SouvenirIndex>,
  store: SouvenirIndex,
  { tokenizer }: AnyOrama,
  number: number,
  document: AnyDocument,
): void {
  const values: Record<string, unknown> = components.getDocumentProperties(
    document,
    store.searchableProperties,
  );
  for (const property of store.searchableProperties) {
    const [value, type] = [values[property], store.typeOf(property)!];
    if (value === undefined || value === null || components.isVectorType(type)) continue;
    component.insert(
      component,
      store,
      property,
      document.id,
      number,
      value as SearchableValue,
      type,
      undefined,
      tokenizer,
      0,
    );
  }
  store.stored(number, document);
}

const stock = components.index.createIndex();

function unused(): never {
  throw new PluginError("UNUSED_COMPONENT", "The index of this plugin scores by itself.");
}

function createIndexStore(
  orama: AnyOrama,
  ids: DocumentIds,
  schema: AnyOrama["schema"],
  options: PluginTextOptions & Pick<TextIndexOptions, "tokenize">,
  documents: StoredDocuments,
  settings: IndexSettings,
): SouvenirIndex {
  const properties = flattenSchema(schema);
  const places = properties.filter(([, type]) => type === "geopoint");
  const texts = properties.filter(
    ([path, type]) => (type === "string" || type === "string[]") && settings.kept?.has(path) !== true,
  );
  const { k1, b, fallbackLanguage, tokenize } = options;
  const vectors = properties.filter(([, type]) => components.isVectorType(type));
  return new SouvenirIndex({
    ...settings,
    properties,
    places: components.index.create(orama, ids, Object.fromEntries(places)),
    documents,
    text: new TextIndex({ k1, b, fallbackLanguage, tokenize, fields: texts.map(([path]) => path) }),
    attributes: new AttributeIndex(),
    vectors: new Map(
      vectors.map(([path, type]) => {
        const index = new VectorIndex({ dimensions: components.getVectorSize(type as never) });
        return [path, new VectorNode(index, documents)];
      }),
    ),
  });
}
