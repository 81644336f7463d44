import { AttributeIndex, type AttributeValue, DocumentSet, type Steps } from "@souvenir/orama";
import type { StoredRecord } from "../store/store.ts";
import type { Metadata } from "../types.ts";
import { type Condition, flatten } from "../where.ts";

/** Paths that exist in the metadata. */
const pathField = "path";
/** Metadata paths carry a prefix, so that no path can be mistaken for another field. */
const valuePrefix = "metadata:";
/** Records that are compared between two steps. */
const stepRecords = 64;

/** What a `where` compares of the metadata of a document. */
export function* metadataAttributes(metadata: Metadata): Generator<[field: string, value: AttributeValue]> {
  for (const [path, value] of flatten(metadata)) {
    yield [pathField, path];
    if (value !== undefined) yield [valuePrefix + path, value];
  }
}

/** The fields whose values have to be in order before `documentsMeeting`: best sorted in steps. */
export function rangesOf(condition: Condition): string[] {
  switch (condition.kind) {
    case "and":
    case "or":
      return condition.parts.flatMap(rangesOf);
    case "not":
      return rangesOf(condition.part);
    case "range":
      return [valuePrefix + condition.field];
    default:
      return [];
  }
}

/** The documents among `all` whose metadata passes. */
export function documentsMeeting(
  condition: Condition,
  attributes: AttributeIndex,
  all: DocumentSet,
): DocumentSet {
  switch (condition.kind) {
    case "and": {
      const [first, ...rest] = condition.parts;
      const documents = documentsMeeting(first as Condition, attributes, all);
      for (const part of rest) documents.intersect(documentsMeeting(part, attributes, all));
      return documents;
    }
    case "or": {
      const documents = new DocumentSet();
      for (const part of condition.parts) documents.union(documentsMeeting(part, attributes, all));
      return documents;
    }
    case "not":
      return all.clone().subtract(documentsMeeting(condition.part, attributes, all));
    case "some": {
      const documents = new DocumentSet();
      for (const value of condition.values)
        documents.union(attributes.documentsWith(valuePrefix + condition.field, value));
      return documents;
    }
    case "range":
      return attributes.documentsWhere(valuePrefix + condition.field, condition.bounds);
    case "exists":
      return attributes.documentsWith(pathField, condition.field);
  }
}

/** Ids of those of some records whose metadata passes: for the few that are in no index. */
export function* recordsMeeting(
  condition: Condition,
  records: readonly Pick<StoredRecord, "id" | "metadata">[],
): Steps<number[]> {
  const attributes = new AttributeIndex();
  const all = new DocumentSet();
  for (const [document, { metadata }] of records.entries()) {
    all.add(document);
    attributes.addAll(document, metadataAttributes(metadata));
    if (document % stepRecords === stepRecords - 1) yield;
  }
  return Array.from(documentsMeeting(condition, attributes, all), (document) => records[document]?.id ?? 0);
}
