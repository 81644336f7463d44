import type {
  GetOperation,
  ListNamespacesOperation,
  Operation,
  PutOperation,
  SearchOperation,
} from "@langchain/langgraph-checkpoint";
import { checkPaths, type DocumentChange, documentTexts, SouvenirError } from "@souvenir/core";
import { namespaceOf } from "../labels.ts";
import { checkCount, checkTtl, jsonObject } from "./checks.ts";
import { checkLabels } from "./namespaces.ts";
import { type CheckedSearch, checkSearch } from "./search.ts";

/** How an item of a store is kept. */
export interface PutOptions {
  /** Minutes that the item lives. */
  ttl?: number;
}

/** What holds for items that say nothing else. */
export interface PutDefaults {
  fields: readonly string[];
  ttlMs: number | undefined;
}

/** An operation that was checked, with copies of what it was given. */
export type Step =
  | { kind: "write"; change: DocumentChange }
  | { kind: "get"; path: string[]; key: string }
  | ({ kind: "search" } & CheckedSearch)
  | ({ kind: "list" } & ListNamespacesOperation)
  | { kind: "refused"; error: unknown };

/** There is no tag: LangGraph tells operations apart by what they have. @throws InvalidNamespaceError, SouvenirError */
export function toStep(operation: Operation, defaults: PutDefaults): Step {
  if ("namespacePrefix" in operation)
    return {
      kind: "search",
      ...checkSearch(checked(operation.namespacePrefix), operation as SearchOperation),
    };
  if ("value" in operation) return toWrite(operation, defaults);
  if ("key" in operation) {
    const { namespace, key } = operation as GetOperation;
    return { kind: "get", path: checked(namespace), key: checkKey(key) };
  }
  const { matchConditions, maxDepth, limit, offset } = operation as Partial<ListNamespacesOperation>;
  return {
    kind: "list",
    matchConditions: matchConditions ?? [],
    ...(maxDepth === undefined || maxDepth === null ? {} : { maxDepth: checkCount(maxDepth, "maxDepth", 0) }),
    limit: checkCount(limit, "limit", Number.POSITIVE_INFINITY),
    offset: checkCount(offset, "offset", 0),
  };
}

function toWrite(operation: PutOperation & PutOptions, { fields, ttlMs }: PutDefaults): Step {
  const path = checkLabels(operation.namespace, {
    allowEmpty: operation.value === null,
    allowReservedRoot: true,
  });
  const key = checkKey(operation.key);
  // There nothing is that could be deleted.
  if (path.length === 0) return { kind: "get", path, key };
  const namespace = namespaceOf(path);
  if (operation.value === null) return { kind: "write", change: { namespace, key, value: null } };
  const value = jsonObject(operation.value, "value");
  const texts = documentTexts(value, checkPaths(operation.index, "index") ?? fields);
  const change = { namespace, key, value, texts, ttlMs: checkTtl(operation.ttl, "ttl") ?? ttlMs };
  return { kind: "write", change };
}

function checked(path: unknown): string[] {
  return [...checkLabels(path, { allowEmpty: true, allowReservedRoot: true })];
}

function checkKey(key: unknown): string {
  if (typeof key === "string") return key;
  throw new SouvenirError("INVALID_INPUT", "key: expected a string");
}
