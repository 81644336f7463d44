import type { GetOperation, Operation, PutOperation, SearchOperation } from "@langchain/langgraph-checkpoint";
import { SouvenirError } from "@souvenir/core";
import { namespaceOf } from "../labels.ts";
import { checkPaths } from "./index-text.ts";
import { jsonCopy } from "./items.ts";
import { checkLabels } from "./namespaces.ts";

export interface PutOptions {
  /** Minutes that the item lives. */
  ttl?: number;
}

/** A put that was checked and copied, or a delete: without a value. */
export interface Write {
  namespace: string;
  key: string;
  value: Record<string, unknown> | null;
  index: readonly string[] | undefined;
  /** Minutes. */
  ttl: number | undefined;
}

/** An operation that changes nothing. */
export type Read = Exclude<Operation, PutOperation>;

export function toWrite(operation: PutOperation & PutOptions): Write {
  const { namespace, key, value } = operation;
  checkLabels(namespace, { allowEmpty: value === null, allowReservedRoot: true });
  return {
    namespace: namespace.length === 0 ? "" : namespaceOf(namespace),
    key,
    value: value === null ? null : jsonCopy(value),
    index: checkPaths(operation.index),
    ttl: checkTtl(operation.ttl, "ttl"),
  };
}

export function checkRead(operation: Read): Read {
  const path = isSearch(operation) ? operation.namespacePrefix : isGet(operation) ? operation.namespace : [];
  checkLabels(path, { allowEmpty: true, allowReservedRoot: true });
  return operation;
}

export function isSearch(operation: Operation): operation is SearchOperation {
  return "namespacePrefix" in operation;
}
export function isPut(operation: Operation): operation is PutOperation {
  return !isSearch(operation) && "value" in operation;
}
export function isGet(operation: Operation): operation is GetOperation {
  return !isSearch(operation) && !isPut(operation) && "key" in operation;
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

export function byNamespace(writes: readonly Write[]): Map<string, string[]> {
  const keys = new Map<string, string[]>();
  for (const { namespace, key } of writes) {
    const list = keys.get(namespace);
    if (list === undefined) keys.set(namespace, [key]);
    else list.push(key);
  }
  return keys;
}

export function checkTtl(ttl: unknown, where: string): number | undefined {
  if (ttl === undefined || ttl === null) return undefined;
  if (typeof ttl === "number" && Number.isFinite(ttl) && ttl > 0) return ttl;
  throw new SouvenirError("INVALID_INPUT", `${where}: expected minutes, more than 0`);
}
