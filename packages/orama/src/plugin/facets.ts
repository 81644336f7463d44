import type { AnyDocument, FacetResult } from "@orama/orama";
import { components } from "@orama/orama";
import type { DocumentSet } from "../document-set.ts";
import { PluginError } from "./plugin-error.ts";
import type { SouvenirIndex } from "./souvenir-index.ts";

/** What is asked of a property: ranges of a number, or how to cut the list of a string. */
export interface FacetRequest {
  ranges?: readonly { from: number; to: number }[];
  /** Default `desc`. */
  sort?: string;
  /** Default 0. */
  offset?: number;
  /** Default 10. */
  limit?: number;
}

/**
 * Facets over all matched documents, as Orama counts them: a document counts once for a value, without the property as
 * `""` or `false`. Numbers, booleans and enums come from the index; only strings are read from the documents.
 */
export function facetsOf(
  store: SouvenirIndex,
  matched: DocumentSet,
  requests: Readonly<Record<string, FacetRequest>>,
  documentOf: (id: number) => AnyDocument | undefined,
): FacetResult {
  const facets = Object.entries(requests).map(([property, request]) => {
    const counts = countsOf(store, matched, property, request, documentOf);
    const type = store.typeOf(property);
    const values = type === "string" ? cut(counts, request) : counts;
    return [property, { count: counts.size, values: Object.fromEntries(values) }] as const;
  });
  return Object.fromEntries(facets);
}

function cut(
  counts: ReadonlyMap<string, number>,
  { sort = "desc", offset = 0, limit = 10 }: FacetRequest,
): [string, number][] {
  const direction = sort.toLowerCase() === "asc" ? 1 : -1;
  return [...counts].sort((a, b) => direction * (a[1] - b[1])).slice(offset, offset + limit);
}

function countsOf(
  store: SouvenirIndex,
  matched: DocumentSet,
  property: string,
  request: FacetRequest,
  documentOf: (id: number) => AnyDocument | undefined,
): Map<string, number> {
  const type = store.typeOf(property);
  switch (type) {
    case "number":
    case "number[]": {
      const ranges = (request.ranges ?? []).map(({ from, to }): [string, number] => {
        const within = store.documentsWhere({ [property]: { gte: from, lte: to } });
        return [`${from}-${to}`, within.intersect(matched).count];
      });
      return new Map(type === "number" ? ranges : ranges.filter(([, count]) => count > 0));
    }
    case "boolean":
    case "boolean[]":
    case "enum":
    case "enum[]": {
      const counts = new Map<string, number>();
      for (const [value, count] of store.attributes.count(property, matched))
        add(counts, String(value), count);
      if (type === "boolean" || type === "enum") {
        const without = matched.clone().subtract(store.attributes.documentsWithField(property)).count;
        if (without > 0) add(counts, type === "boolean" ? "false" : "", without);
      }
      return counts;
    }
    case "string":
    case "string[]": {
      const counts = new Map<string, number>();
      matched.forEach((id) => {
        const document = documentOf(id);
        if (document === undefined) return;
        const value = components.getDocumentProperties(document, [property])[property] as unknown;
        const values = type === "string" ? [value] : Array.isArray(value) ? value : [];
        for (const each of new Set(values.map((one) => one?.toString() ?? ""))) add(counts, each, 1);
      });
      return counts;
    }
    default:
      throw new PluginError("FACET_NOT_SUPPORTED", `Facets of the property "${property}" are not supported.`);
  }
}

function add(counts: Map<string, number>, value: string, count: number): void {
  counts.set(value, (counts.get(value) ?? 0) + count);
}
