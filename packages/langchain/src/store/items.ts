import type { SearchItem } from "@langchain/langgraph-checkpoint";
import { type MemoryRecord, type SearchHit, type SetInput, SouvenirError } from "@souvenir/core";
import { pathOf } from "../labels.ts";
import { fieldsOf, type ItemMark, marker, markOf, unsearched } from "./item-mark.ts";

/** An item of the store, with why it was found. */
export interface SouvenirItem extends SearchItem {
  /** What each signal says, 0 to 1. Absent without a query. */
  signals?: SearchHit["signals"];
  /** Why it was found. Absent without a query. */
  reasons?: SearchHit["reasons"];
}

/**
 * An item as a record: the searched text is the record's value, the fields of the item are its metadata. A field that
 * is the searched text, word for word, is not kept twice.
 */
export function toSetInput(
  item: { namespace: string; key: string; value: Record<string, unknown>; text: string },
  mark: { updatedAt: number; ttl?: number; expiresAt?: number },
): SetInput {
  const { namespace, key, value, text } = item;
  const { expiresAt, ...times } = mark;
  const shared = text === "" ? undefined : Object.keys(value).find((name) => value[name] === text);
  const entry: ItemMark = {
    ...times,
    ...(text === "" ? { unsearched: true } : {}),
    ...(shared === undefined ? {} : { text: shared }),
  };
  const fields = Object.entries(value).filter(([name]) => name !== shared);
  const metadata = Object.hasOwn(value, marker)
    ? { [marker]: { ...entry, whole: Object.fromEntries(fields) } }
    : Object.fromEntries([...fields, [marker, entry]]);
  return {
    namespace,
    key,
    value: text === "" ? unsearched : text,
    metadata,
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
}

/** The item in a record; one that another part of Souvenir wrote is `{ text, …metadata }`. Always a new object. */
export function toItem(record: MemoryRecord | SearchHit): SouvenirItem {
  const mark = markOf(record);
  const textName = mark === undefined ? "text" : mark.text;
  // Not assigned one by one: a field may be called `__proto__`.
  const value: Record<string, unknown> = Object.fromEntries([
    ...(textName === undefined ? [] : [[textName, record.value] as const]),
    ...Object.entries(fieldsOf(record)),
  ]);
  return {
    namespace: pathOf(record.namespace) as string[],
    key: record.key,
    value,
    createdAt: new Date(record.createdAt),
    updatedAt: new Date(updatedAt(record)),
    ...("signals" in record ? { signals: record.signals, reasons: record.reasons } : {}),
  };
}

/** Milliseconds since 1970. */
export function updatedAt(record: MemoryRecord): number {
  return markOf(record)?.updatedAt ?? Date.parse(record.updatedAt);
}

/** A copy of a value as JSON has it: dates are ISO 8601 strings, `undefined` members are left out. */
export function jsonCopy(value: unknown): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new SouvenirError("INVALID_INPUT", "value: expected an object; to delete an item, call delete()");
  try {
    return JSON.parse(JSON.stringify(value)) as Record<string, unknown>;
  } catch (cause) {
    throw new SouvenirError("INVALID_INPUT", "value: expected plain JSON", { cause });
  }
}
