import type { DocumentSet } from "../document-set.ts";

/**
 * A property whose values the maker of a database keeps itself, such as a column of times, which needs no list of
 * documents for each: `souvenirPlugin({ kept: { createdAt } })`. It is part of the schema, so that documents have it and
 * Orama groups and sorts by it, and filters on it are asked here.
 */
export interface KeptProperty {
  /**
   * The documents that pass what a `where` says of the property, also some that are gone: a new set.
   * @returns `undefined` for an operation that the property does not know, which is refused.
   */
  documentsWhere(operation: unknown): DocumentSet | undefined;
}
