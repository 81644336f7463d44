import type { SearchItem } from "@langchain/langgraph-checkpoint";
import { documentOf, fromKey, type MemoryRecord, type SearchHit, updatedAt } from "@souvenir/core";
import { pathOf } from "../labels.ts";

/** An item of the store, with why it was found. */
export interface SouvenirItem extends SearchItem {
  /** What each signal says, 0 to 1. Absent without a query. */
  signals?: SearchHit["signals"];
  /** Why it was found. Absent without a query. */
  reasons?: SearchHit["reasons"];
}

/** The item in a record; a memory that another part of Souvenir wrote is `{ text, …metadata }`. Always a new object. */
export function toItem(record: MemoryRecord | SearchHit): SouvenirItem {
  return {
    namespace: pathOf(record.namespace) as string[],
    key: fromKey(record.key),
    value: structuredClone(documentOf(record)),
    createdAt: new Date(record.createdAt),
    updatedAt: new Date(updatedAt(record)),
    ...("score" in record ? { score: record.score } : {}),
    ...("signals" in record ? { signals: record.signals, reasons: record.reasons } : {}),
  };
}
