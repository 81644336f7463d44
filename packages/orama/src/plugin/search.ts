import {
  type AnyDocument,
  type AnyOrama,
  type Results,
  type SearchParams,
  search as searchOrama,
  type TokenScore,
  type TypedDocument,
} from "@orama/orama";
import { type Answer, type AnswerParams, answerOf } from "./answer.ts";
import { type FacetRequest, facetsOf } from "./facets.ts";
import { hasPlugin, revive } from "./plugin.ts";
import { PluginError } from "./plugin-error.ts";
import { SouvenirIndex } from "./souvenir-index.ts";

interface Params extends AnswerParams {
  facets?: Readonly<Record<string, FacetRequest>>;
  includeVectors?: boolean;
  limit?: number;
  offset?: number;
  sortBy?: unknown;
  groupBy?: unknown;
  distinctOn?: unknown;
}

/**
 * `search` of Orama for a database with `souvenirPlugin`: the same parameters and results in all three modes. Use it
 * instead of Orama's own to get
 * - hybrid search that takes weights of 0, an empty term, a query vector of zeros and any number of matches,
 * - facets counted in the index,
 * - only the best results worked out when nothing needs the others,
 * - stored documents that keep their vectors, which Orama sets to null.
 *
 * Hybrid scores are weighted sums of text and vector scores, each divided by the best of its kind. A kind with the weight
 * 0 is not searched. As in Orama, vectors count from a cosine of 0.8 on: many embedders need a lower `similarity`.
 *
 * A database that was saved with the plugin, and read without it, gets its index back here.
 *
 * @throws PluginError with the code that Orama has for the same fault; `PLUGIN_MISSING` for a database without the plugin.
 */
export function search<T extends AnyOrama, ResultDocument = TypedDocument<T>>(
  db: T,
  params: SearchParams<T, ResultDocument>,
  language?: string,
): Results<ResultDocument> | Promise<Results<ResultDocument>> {
  if (!(db.data.index instanceof SouvenirIndex)) revive(db);
  const store: unknown = db.data.index;
  if (!(store instanceof SouvenirIndex)) {
    // With an index of its own.
    if (hasPlugin(db)) return searchOrama(db, params, language);
    throw new PluginError("PLUGIN_MISSING", "Create the database with plugins: [souvenirPlugin()].");
  }
  if (db.beforeSearch.length === 0 && db.afterSearch.length === 0)
    return searchNow(db, store, params, language);
  return (async () => {
    for (const hook of db.beforeSearch) await hook(db, params as never, language);
    const results = searchNow(db, store, params, language);
    for (const hook of db.afterSearch) await hook(db, params as never, language, results as never);
    return results;
  })();
}

function searchNow<T extends AnyOrama, ResultDocument>(
  db: T,
  store: SouvenirIndex,
  searched: SearchParams<T, ResultDocument>,
  language: string | undefined,
): Results<ResultDocument> {
  const params = searched as Params;
  const { limit = 10, offset = 0, facets } = params;
  const term = params.mode === "vector" ? undefined : params.term;
  const documentOf = (id: number): AnyDocument | undefined => db.documentsStore.get(db.data.docs, id);
  const wholeList =
    params.sortBy !== undefined ||
    params.groupBy !== undefined ||
    params.distinctOn !== undefined ||
    db.pinning.getMatchingRules(db.data.pinning, term).length > 0;
  let answer: Answer | undefined;
  // Orama sorts, groups, pins and pages what an index finds. It gets our answer as if it were one to a text.
  const view = over(db, {
    caches: {},
    beforeSearch: [],
    afterSearch: [],
    documentsStore: params.includeVectors === true ? db.documentsStore : withoutVectors(db, store),
    index: over(db.index, {
      search(...[, , , , properties]: Parameters<typeof db.index.search>): TokenScore[] {
        answer = answerOf(params, {
          store,
          properties,
          language,
          documentOf,
          limit: wholeList ? undefined : offset + limit,
        });
        const { documents, scores } = answer.ranking;
        return Array.from(documents, (doc, at): TokenScore => [doc, scores[at]!]);
      },
    }),
  });
  // With properties, and no filter of its own to apply, Orama always asks the index.
  const properties = params.properties ?? "*";
  const own = {
    mode: "fulltext",
    term,
    properties,
    where: undefined,
    facets: undefined,
    exact: false,
    includeVectors: true,
  };
  const request = { ...params, ...own } as unknown as SearchParams<T, ResultDocument>;
  const results = searchOrama(view, request, language) as Results<ResultDocument>;
  if (answer === undefined) return results;
  if (!wholeList) results.count = answer.count;
  if (facets !== undefined && Object.keys(facets).length > 0) {
    results.facets = facetsOf(store, answer.matched, facets, documentOf);
  }
  return results;
}

/** The document store, with copies of documents whose vectors are null. */
function withoutVectors(db: AnyOrama, store: SouvenirIndex): AnyOrama["documentsStore"] {
  if (store.vectorNodes.size === 0) return db.documentsStore;
  const paths = Array.from(store.vectorNodes.keys(), (property) => property.split("."));
  return over(db.documentsStore, {
    get(documents: AnyOrama["data"]["docs"], id: string | number): AnyDocument | undefined {
      const document = db.documentsStore.get(documents, id);
      return document === undefined ? undefined : paths.reduce(withNull, document);
    },
  });
}

/** The same with some other members: a copy of all takes longer than many a search. */
function over<Whole extends object>(whole: Whole, others: object): Whole {
  return Object.assign(Object.create(whole), others);
}

function withNull(document: AnyDocument, path: readonly string[]): AnyDocument {
  const [name, ...rest] = path as [string, ...string[]];
  if (!Object.hasOwn(document, name)) return document;
  if (rest.length === 0) return { ...document, [name]: null };
  const inner: unknown = document[name];
  return typeof inner === "object" && inner !== null
    ? { ...document, [name]: withNull(inner as AnyDocument, rest) }
    : document;
}
