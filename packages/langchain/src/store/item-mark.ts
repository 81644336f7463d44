import type { MemoryRecord, Metadata } from "@souvenir/core";

/** The member of a record's metadata that says that the record is an item of the LangGraph store. */
export const marker = "$item";
/** What stands in for a text that is not searched. Holds no word, so that nothing finds it. */
export const unsearched = "·";

export interface ItemMark {
  /** The field whose text is the record's value. */
  text?: string;
  /** True for an item that is not searched. */
  unsearched?: boolean;
  /** The item as JSON, when its fields are not the record's metadata: too many, too deep, or one of our marker's name. */
  whole?: string;
  /** Milliseconds since 1970: later than that of the version before. Reading an item with a TTL leaves it as it is. */
  updatedAt: number;
  /** Minutes that the item lives on after each read. */
  ttl?: number;
}

/** `undefined` for what another part of Souvenir wrote. */
export function markOf({ metadata }: Pick<MemoryRecord, "metadata">): ItemMark | undefined {
  const mark = Object.hasOwn(metadata, marker) ? metadata[marker] : undefined;
  return typeof mark === "object" && mark !== null && !Array.isArray(mark)
    ? (mark as unknown as ItemMark)
    : undefined;
}

/** What the user gave, without our mark. A copy. */
export function fieldsOf(record: Pick<MemoryRecord, "metadata">): Metadata {
  return structuredClone(fieldsIn(record));
}

/** The same, to look at. */
export function fieldsIn(record: Pick<MemoryRecord, "metadata">): Metadata {
  const whole = markOf(record)?.whole;
  if (whole !== undefined) return JSON.parse(whole) as Metadata;
  const { [marker]: _mark, ...fields } = record.metadata;
  return fields;
}

export function isSearched(record: Pick<MemoryRecord, "metadata">): boolean {
  return markOf(record)?.unsearched !== true;
}

/** Core has no empty key: it is `%`, and a key of nothing but `%` has one more. */
export function toKey(key: string): string {
  return /^%*$/.test(key) ? `${key}%` : key.toWellFormed();
}

export function fromKey(key: string): string {
  return /^%+$/.test(key) ? key.slice(1) : key;
}
