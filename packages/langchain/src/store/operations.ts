import type {
  GetOperation,
  ListNamespacesOperation,
  Operation,
  PutOperation,
  SearchOperation,
} from "@langchain/langgraph-checkpoint";
import { checkPaths, SouvenirError } from "@souvenir/core";
import { namespaceOf } from "../labels.ts";
import { checkCount, checkTtl, jsonObject } from "./checks.ts";
import { checkLabels } from "./namespaces.ts";
import { type CheckedSearch, checkSearch } from "./search.ts";

export interface PutOptions {
  /** Minutes that the item lives. */
  ttl?: number;
}

/** A put, or a delete: without a value. */
export interface Write {
  kind: "write";
  namespace: string;
  key: string;
  value: Record<string, unknown> | null;
  index: readonly string[] | undefined;
  ttlMs: number | undefined;
}

/** An operation that was checked, with copies of what it was given. */
export type Step =
  | Write
  | { kind: "get"; path: string[]; key: string }
  | ({ kind: "search" } & CheckedSearch)
  | ({ kind: "list" } & ListNamespacesOperation)
  | { kind: "refused"; error: unknown };

/** There is no tag: LangGraph tells operations apart by what they have. @throws InvalidNamespaceError, SouvenirError */
export function toStep(operation: Operation): Step {
  if ("namespacePrefix" in operation)
    return {
      kind: "search",
      ...checkSearch(checked(operation.namespacePrefix), operation as SearchOperation),
    };
  if ("value" in operation) return toWrite(operation);
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

/** The same, for one of many calls. */
export function stepOrRefusal(operation: Operation): Step {
  try {
    return toStep(operation);
  } catch (error) {
    return { kind: "refused", error };
  }
}

/** Cuts a list of writes where puts and deletes alternate, and before the second write of a key. */
export function* runs(writes: readonly Write[]): Generator<Write[]> {
  let run = new Map<string, Write>();
  let deletes: boolean | undefined;
  for (const write of writes) {
    const isDelete = write.value === null;
    const name = JSON.stringify([write.namespace, write.key]);
    if (run.size > 0 && (isDelete !== deletes || run.has(name))) {
      yield [...run.values()];
      run = new Map();
    }
    deletes = isDelete;
    run.set(name, write);
  }
  if (run.size > 0) yield [...run.values()];
}

function toWrite({ namespace, key, value, index, ttl }: PutOperation & PutOptions): Write {
  const path = checkLabels(namespace, { allowEmpty: value === null, allowReservedRoot: true });
  return {
    kind: "write",
    namespace: path.length === 0 ? "" : namespaceOf(path),
    key: checkKey(key),
    value: value === null ? null : jsonObject(value, "value"),
    index: checkPaths(index, "index"),
    ttlMs: checkTtl(ttl, "ttl"),
  };
}

function checked(path: unknown): string[] {
  return [...checkLabels(path, { allowEmpty: true, allowReservedRoot: true })];
}

function checkKey(key: unknown): string {
  if (typeof key === "string") return key;
  throw new SouvenirError("INVALID_INPUT", "key: expected a string");
}
