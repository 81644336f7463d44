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
  /** The fields, when one of them has our marker's name. */
  whole?: Metadata;
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
  const { [marker]: _mark, ...fields } = record.metadata;
  return structuredClone(markOf(record)?.whole ?? fields);
}

export function isSearched(record: Pick<MemoryRecord, "metadata">): boolean {
  return markOf(record)?.unsearched !== true;
}
