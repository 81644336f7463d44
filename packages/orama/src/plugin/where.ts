import { components, type SearchableType } from "@orama/orama";
import type { AttributeIndex, AttributeValue } from "../attributes/attribute-index.ts";
import { DocumentSet } from "../document-set.ts";
import type { TextIndex } from "../text/text-index.ts";
import type { KeptProperty } from "./kept-property.ts";
import { languageCode } from "./languages.ts";
import type { LiveDocuments } from "./live-documents.ts";
import { PluginError } from "./plugin-error.ts";

type Operation = Readonly<Record<string, unknown>>;

/** An index, as far as filters look into it; see `SouvenirIndex`. */
interface FilteredIndex {
  readonly documents: LiveDocuments;
  readonly kept: ReadonlyMap<string, KeptProperty>;
  readonly text: TextIndex;
  readonly attributes: AttributeIndex;
  readonly places: components.index.Index;
  typeOf(property: string): SearchableType | undefined;
  isWhole(property: string): boolean;
  isOpen(path: string): boolean;
}

/**
 * The documents that pass a `where` of Orama. All members of a filter must hold, and all operators of a member. Unlike in
 * Orama itself, `not` means documents that exist, and several operators on one property are no error.
 */
export function documentsWhere(
  store: FilteredIndex,
  filter: Operation,
  language: string | undefined,
): DocumentSet {
  const sets: DocumentSet[] = [];
  for (const [member, operation] of Object.entries(filter)) {
    if (member === "and" && Array.isArray(operation)) {
      sets.push(intersection(operation.map((each) => documentsWhere(store, each, language))));
    } else if (member === "or" && Array.isArray(operation)) {
      const union = new DocumentSet();
      for (const each of operation) union.union(documentsWhere(store, each, language));
      sets.push(union);
    } else if (member === "not" && isOperation(operation)) {
      sets.push(store.documents.live.clone().subtract(documentsWhere(store, operation, language)));
    } else sets.push(documentsWith(store, member, operation, language));
  }
  return intersection(sets);
}

/** Deeper than any filter is, so that one which holds itself comes to an end. */
const deepest = 64;

/** Refuses `undefined` anywhere inside a filter, by its path: a condition without its value would find too much. */
export function checkDefined(filter: unknown, path: string, depth = 0): void {
  if (filter === undefined)
    throw new PluginError(
      "INVALID_FILTER_OPERATION",
      `${path} is undefined: give it a value, or leave the condition out if any will do.`,
    );
  if (typeof filter !== "object" || filter === null || depth > deepest) return;
  for (const [name, member] of Object.entries(filter))
    checkDefined(member, Array.isArray(filter) ? `${path}[${name}]` : `${path}.${name}`, depth + 1);
}

function isOperation(operation: unknown): operation is Operation {
  return typeof operation === "object" && operation !== null && !Array.isArray(operation);
}

/** Nothing for no sets, as in Orama. */
function intersection(sets: readonly DocumentSet[]): DocumentSet {
  const [first, ...others] = sets;
  return first === undefined ? new DocumentSet() : others.reduce((all, one) => all.intersect(one), first);
}

function documentsWith(
  store: FilteredIndex,
  property: string,
  operation: unknown,
  language: string | undefined,
): DocumentSet {
  const { attributes } = store;
  const kept = store.kept.get(property);
  if (kept !== undefined) {
    const documents = kept.documentsWhere(operation);
    if (documents === undefined) throw invalid(property, JSON.stringify(operation));
    return documents;
  }
  switch (store.typeOf(property)) {
    case "boolean":
    case "boolean[]":
      return attributes.documentsWith(property, Boolean(operation));
    case "string":
    case "string[]":
      return documentsWithText(store, property, operation, language);
    case "number":
    case "number[]":
      return intersection(
        operators(property, operation, (name, value) => byNumber(attributes, property, name, value)),
      );
    case "enum":
      return intersection(
        operators(property, operation, (name, value) => byEnum(attributes, property, name, value)),
      );
    case "enum[]":
      return intersection(
        operators(property, operation, (name, value) => byEnumList(attributes, property, name, value)),
      );
    case "geopoint":
      return new DocumentSet(
        components.index.searchByWhereClause(
          store.places,
          { language: "english", normalizationCache: new Map(), tokenize: (raw) => [raw] },
          { [property]: operation } as never,
          language,
        ),
      );
    default:
      if (store.isOpen(property)) return documentsWithValues(attributes, property, operation);
      throw new PluginError("UNKNOWN_FILTER_PROPERTY", `Unknown filter property "${property}".`);
  }
}

/** Of values of any kind: one of them alone, or the operators of numbers, enums and lists of enums. */
function documentsWithValues(attributes: AttributeIndex, property: string, operation: unknown): DocumentSet {
  if (!isOperation(operation))
    return Array.isArray(operation)
      ? anyOf(attributes, property, operation as AttributeValue[])
      : attributes.documentsWith(property, operation as AttributeValue);
  // The ends of a range belong together: one of several values lies between them.
  const { gt, gte, lt, lte, ...others } = operation;
  const range = Object.entries({ gt, gte, lt, lte }).filter(([, end]) => end !== undefined);
  const sets =
    Object.keys(others).length === 0 && range.length > 0
      ? []
      : operators(
          property,
          others,
          (name, value) =>
            byEnum(attributes, property, name, value) ??
            byEnumList(attributes, property, name, value) ??
            byNumber(attributes, property, name, value),
        );
  if (range.length > 0) sets.push(attributes.documentsWhere(property, Object.fromEntries(range)));
  return intersection(sets);
}

function documentsWithText(
  store: FilteredIndex,
  property: string,
  operation: unknown,
  language: string | undefined,
): DocumentSet {
  const documents = new DocumentSet();
  for (const text of [operation].flat()) {
    if (typeof text !== "string") throw invalid(property, typeof text);
    documents.union(
      store.isWhole(property)
        ? store.attributes.documentsWith(property, text)
        : store.text.matching(text, { fields: [property], expand: false, language: languageCode(language) }),
    );
  }
  return documents;
}

function operators(
  property: string,
  operation: unknown,
  apply: (name: string, value: unknown) => DocumentSet | undefined,
): DocumentSet[] {
  if (!isOperation(operation) || Object.keys(operation).length === 0)
    throw invalid(property, String(operation));
  return Object.entries(operation).map(([name, value]) => {
    const documents = apply(name, value);
    if (documents === undefined) throw invalid(property, name);
    return documents;
  });
}

function invalid(property: string, operator: string): PluginError {
  return new PluginError(
    "INVALID_FILTER_OPERATION",
    `"${operator}" is no filter for the property "${property}".`,
  );
}

function byNumber(
  attributes: AttributeIndex,
  property: string,
  operator: string,
  value: unknown,
): DocumentSet | undefined {
  switch (operator) {
    case "eq":
      return attributes.documentsWith(property, value as number);
    case "gt":
    case "gte":
    case "lt":
    case "lte":
      return attributes.documentsWhere(property, { [operator]: value as number });
    case "between": {
      const [gte, lte] = value as [number, number];
      return attributes.documentsWhere(property, { gte, lte });
    }
    default:
      return undefined;
  }
}

function byEnum(
  attributes: AttributeIndex,
  property: string,
  operator: string,
  value: unknown,
): DocumentSet | undefined {
  switch (operator) {
    case "eq":
      return attributes.documentsWith(property, value as AttributeValue);
    case "in":
      return anyOf(attributes, property, value as AttributeValue[]);
    case "nin": {
      const excluded = new Set(value as AttributeValue[]);
      return attributes.documentsWhere(property, (each) => !excluded.has(each));
    }
    default:
      return undefined;
  }
}

function byEnumList(
  attributes: AttributeIndex,
  property: string,
  operator: string,
  value: unknown,
): DocumentSet | undefined {
  switch (operator) {
    case "containsAll":
      return intersection(
        (value as AttributeValue[]).map((each) => attributes.documentsWith(property, each)),
      );
    case "containsAny":
      return anyOf(attributes, property, value as AttributeValue[]);
    default:
      return undefined;
  }
}

function anyOf(attributes: AttributeIndex, property: string, values: readonly AttributeValue[]): DocumentSet {
  const documents = new DocumentSet();
  for (const value of values) documents.union(attributes.documentsWith(property, value));
  return documents;
}
