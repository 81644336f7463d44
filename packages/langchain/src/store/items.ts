import type { SearchItem } from "@langchain/langgraph-checkpoint";
import type { MemoryRecord, SearchHit, SetInput } from "@souvenir/core";
import { pathOf } from "../labels.ts";
import { fieldsIn, fromKey, type ItemMark, marker, markOf, unsearched } from "./item-mark.ts";

/** An item of the store, with why it was found. */
export interface SouvenirItem extends SearchItem {
  /** What each signal says, 0 to 1. Absent without a query. */
  signals?: SearchHit["signals"];
  /** Why it was found. Absent without a query. */
  reasons?: SearchHit["reasons"];
}

/** Between two texts of an item that have a vector each. */
const pageBreak = "\n\f\n";
/** Bytes of an item as JSON from which on its fields are kept as one text, not each in the index. */
const mostIndexed = 12 * 1024;
/** Levels of an item from which on that is so too: core takes 32 of metadata. */
const deepest = 24;

/** @param apart - Each has a vector of its own; see `textsOf`. */
export function textOf(texts: readonly string[], apart: boolean): string {
  return texts.join(apart ? pageBreak : "\n\n");
}

/** The texts that have a vector each. */
export function textsOf(value: string): string[] {
  return value.split(pageBreak);
}

/**
 * An item as a record: its searched text is the record's value, its fields the record's metadata. A field that is the
 * searched text, word for word, is not kept twice.
 * @param limit - UTF-8 bytes that are searched at most: of longer texts the beginning is. All of them are kept.
 */
export function toSetInput(
  item: { namespace: string; key: string; value: Record<string, unknown>; text: string },
  { expiresAt, ...times }: { updatedAt: number; ttl?: number; expiresAt?: number },
  limit: number,
): SetInput {
  const { namespace, key, value, text } = item;
  const searched = beginning(text, limit);
  const shared =
    text === "" || text !== searched
      ? undefined
      : Object.keys(value).find((name) => name !== marker && value[name] === text);
  const fields = Object.entries(value).filter(([name]) => name !== shared);
  const rest = JSON.stringify(Object.fromEntries(fields));
  const kept = Object.hasOwn(value, marker) || rest.length > mostIndexed || depthOf(value) > deepest;
  const mark: ItemMark = {
    ...times,
    ...(text === "" ? { unsearched: true } : {}),
    ...(shared === undefined ? {} : { text: shared }),
    ...(kept ? { whole: rest } : {}),
  };
  return {
    namespace,
    key,
    value: text === "" ? unsearched : searched,
    metadata: Object.fromEntries([...(kept ? [] : fields), [marker, mark]]),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
}

/** The item in a record; one that another part of Souvenir wrote is `{ text, …metadata }`. Always a new object. */
export function toItem(record: MemoryRecord | SearchHit): SouvenirItem {
  return {
    namespace: pathOf(record.namespace) as string[],
    key: fromKey(record.key),
    value: structuredClone(valueIn(record)),
    createdAt: new Date(record.createdAt),
    updatedAt: new Date(updatedAt(record)),
    ...("signals" in record ? { signals: record.signals, reasons: record.reasons } : {}),
  };
}

/** The value of the item, to look at. */
export function valueIn(record: MemoryRecord): Record<string, unknown> {
  const mark = markOf(record);
  const textName = mark === undefined ? "text" : mark.text;
  const fields = fieldsIn(record);
  if (textName === undefined) return fields;
  // Not assigned one by one: a field may be called `__proto__`.
  return Object.fromEntries([[textName, record.value] as const, ...Object.entries(fields)]);
}

/** Milliseconds since 1970. */
export function updatedAt(record: MemoryRecord): number {
  return markOf(record)?.updatedAt ?? Date.parse(record.updatedAt);
}

/** The beginning of a text that fits, without half a character. */
function beginning(text: string, bytes: number): string {
  if (text.length * 3 <= bytes) return text;
  const encoded = new Uint8Array(bytes);
  const { read } = new TextEncoder().encodeInto(text, encoded);
  return text.slice(0, read);
}

function depthOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  return 1 + Object.values(value).reduce((most: number, member) => Math.max(most, depthOf(member)), 0);
}
