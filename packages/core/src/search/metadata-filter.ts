import { create, insert } from "@orama/orama";
import { indexOf, type Steps, souvenirPlugin } from "@souvenir/orama";
import type { Metadata } from "../inputs-and-answers.ts";
import type { StoredRecord } from "../store/store.ts";
import { type Condition, flatten } from "../where.ts";

/** A `where` of Orama. */
export type OramaWhere = Readonly<Record<string, unknown>>;

/** The property of documents that holds the metadata, of which any value may be filtered by. */
export const metadataProperty = "metadata";
/** What exists in the metadata, values or not. */
export const pathsProperty = "paths";
/** Records that are compared between two steps. */
const stepRecords = 64;

/** What a document has for filters on the metadata of a record. */
export function metadataProperties(metadata: Metadata): { metadata: Metadata; paths: string[] } {
  return { metadata, paths: Array.from(flatten(metadata), ([path]) => path) };
}

/** The property with the values of a field. */
export function valueAt(field: string): string {
  return `${metadataProperty}.${field}`;
}

/** A filter as Orama is asked it. */
export function whereOf(condition: Condition): OramaWhere {
  switch (condition.kind) {
    case "and":
    case "or":
      return { [condition.kind]: condition.parts.map(whereOf) };
    case "not":
      return { not: whereOf(condition.part) };
    case "some":
      return { [valueAt(condition.field)]: { in: condition.values } };
    case "range":
      return { [valueAt(condition.field)]: condition.bounds };
    case "exists":
      return { [pathsProperty]: { containsAll: [condition.field] } };
  }
}

/** The fields whose values have to be in order before they are asked for: best sorted in steps. */
export function rangesOf(condition: Condition): string[] {
  switch (condition.kind) {
    case "and":
    case "or":
      return condition.parts.flatMap(rangesOf);
    case "not":
      return rangesOf(condition.part);
    case "range":
      return [valueAt(condition.field)];
    default:
      return [];
  }
}

/** Ids of those of some records whose metadata passes: for the few that are in no index. */
export function* recordsMeeting(
  condition: Condition,
  records: readonly Pick<StoredRecord, "id" | "metadata">[],
): Steps<number[]> {
  const db = create({
    schema: { [pathsProperty]: "enum[]" } as const,
    sort: { enabled: false },
    plugins: [souvenirPlugin({ open: [metadataProperty] })],
  });
  for (const [place, { metadata }] of records.entries()) {
    void insert(db, { id: String(place), ...metadataProperties(metadata) });
    if (place % stepRecords === stepRecords - 1) yield;
  }
  // Documents are numbered from 1, in the order in which they come.
  return Array.from(
    indexOf(db).documentsWhere(whereOf(condition)),
    (document) => records[document - 1]?.id ?? 0,
  );
}
