import type { JsonValue, MemoryRecord, Metadata, SetInput, TouchInput } from "../types.ts";
import { sameJson } from "./exact-json.ts";

/** The member of a record's metadata that says that the record is a document. */
export const documentMark = "$item";
/** What stands in for a text that is not searched. Holds no word, so that nothing finds it. */
export const unsearched = "·";

/** Between two texts of a document that have a vector each. */
const pageBreak = "\n\f\n";
/** Characters of a document as JSON from which on its fields are kept as one text, not each in the index. */
const mostIndexed = 12 * 1024;
/** Levels of a document from which on that is so too: 32 of metadata are taken. */
const deepest = 24;

/** JSON that is kept exactly, at any size and depth, under any key. */
export interface DocumentInput extends Pick<SetInput, "namespace" | "thread" | "role" | "createdAt"> {
  /** Also an empty text. */
  key: string;
  /** What is kept and given back: plain JSON. */
  value: Record<string, unknown>;
  /** What is searched of it, see `documentTexts`. Without any it is listed and filtered, and not found. */
  texts: readonly string[];
  /** Milliseconds that it lives, after it was written or read. Default: for ever. */
  ttlMs?: number | undefined;
}

interface Mark {
  id: string;
  /** The field whose text is the record's value. */
  text?: string;
  /** True for a document that is not searched. */
  unsearched?: boolean;
  /** The document as JSON, when its fields are not the record's metadata: too many, too deep, or one of the mark's name. */
  whole?: string;
  /** Milliseconds since 1970: later than that of the version before. Reading leaves it as it is. */
  updatedAt: number;
  ttlMs?: number;
}

type Marked = Pick<MemoryRecord, "metadata">;

function markOf({ metadata }: Marked): Mark | undefined {
  const mark = Object.hasOwn(metadata, documentMark) ? metadata[documentMark] : undefined;
  return typeof mark === "object" && mark !== null && !Array.isArray(mark)
    ? (mark as unknown as Mark)
    : undefined;
}

/**
 * A document as a record: its searched text is the record's value, its fields the record's metadata. A field that is the
 * searched text, word for word, is not kept twice.
 */
export function toRecord(
  { key, value, texts, ttlMs, ...about }: DocumentInput,
  { separate, searchedBytes }: { separate: boolean; searchedBytes: number },
  now: number,
  before: MemoryRecord | undefined,
): SetInput {
  const text = texts.join(separate ? pageBreak : "\n\n");
  const searched = beginning(text, searchedBytes);
  const shared =
    text === "" || text !== searched
      ? undefined
      : Object.keys(value).find((name) => name !== documentMark && value[name] === text);
  const fields = Object.entries(value).filter(([name]) => name !== shared);
  const rest = JSON.stringify(Object.fromEntries(fields));
  const whole = Object.hasOwn(value, documentMark) || rest.length > mostIndexed || depthOf(value) > deepest;
  const mark: Mark = {
    id: toKey(key),
    updatedAt: before === undefined ? now : Math.max(now, updatedAt(before) + 1),
    ...(text === "" ? { unsearched: true } : {}),
    ...(shared === undefined ? {} : { text: shared }),
    ...(whole ? { whole: rest } : {}),
    ...(ttlMs === undefined ? {} : { ttlMs }),
  };
  return {
    ...about,
    key: mark.id,
    value: text === "" ? unsearched : searched,
    metadata: Object.fromEntries([...(whole ? [] : fields), [documentMark, mark]]) as Metadata,
    // Later than the one that it replaces, whoever wrote that.
    ifVersion: before?.version ?? 0,
    ...(ttlMs === undefined ? {} : { expiresAt: now + ttlMs }),
  };
}

/** Whether a record says what the one before it does, whenever that was written. */
export function saysTheSame({ value, metadata }: SetInput, before: MemoryRecord): boolean {
  const timeless = (fields: Record<string, unknown> = {}) => ({
    ...fields,
    [documentMark]: { ...(fields[documentMark] as Mark), updatedAt: 0 },
  });
  return value === before.value && sameJson(timeless(metadata), timeless(before.metadata));
}

/** The texts of a document's record that have a vector each: `parts` of its embedder. */
export function separateTexts(value: string): string[] {
  return value.split(pageBreak);
}

/**
 * The document in a record; a memory that is none counts as `{ text, …metadata }`. To look at: what is handed out has to
 * be copied.
 */
export function documentOf(record: Pick<MemoryRecord, "value" | "metadata">): Metadata {
  const mark = markOf(record);
  const name = mark === undefined ? "text" : mark.text;
  const fields = fieldsOf(record);
  // Not assigned one by one: a field may be called `__proto__`.
  return name === undefined ? fields : Object.fromEntries([[name, record.value], ...Object.entries(fields)]);
}

/** What of it stands beside the text: the metadata of a memory, without the mark. */
export function fieldsOf(record: Marked): Metadata {
  const whole = markOf(record)?.whole;
  if (whole !== undefined) return JSON.parse(whole) as Metadata;
  const { [documentMark]: _mark, ...fields } = record.metadata;
  return fields;
}

/** Whether searches find it. */
export function isSearched(record: Marked): boolean {
  return markOf(record)?.unsearched !== true;
}

/** Milliseconds since 1970; grows with each write, also when the clock stands still. */
export function updatedAt(record: Pick<MemoryRecord, "metadata" | "updatedAt">): number {
  return markOf(record)?.updatedAt ?? Date.parse(record.updatedAt);
}

/**
 * What gives a document that is read now its time anew, unless it was written since: then it has its own. To spare the
 * disk, only where that adds a hundredth of the time or more.
 */
export function renewalOf(record: MemoryRecord, now: number): TouchInput | undefined {
  const { namespace, key, version, expiresAt: before } = record;
  const ttlMs = markOf(record)?.ttlMs;
  if (ttlMs === undefined || before === undefined) return undefined;
  const expiresAt = now + ttlMs;
  return expiresAt - Date.parse(before) < ttlMs / 100 ? undefined : { namespace, key, version, expiresAt };
}

/** A memory has no empty key: it is `%`, and a key of nothing but `%` has one more. */
export function toKey(key: string): string {
  return /^%*$/.test(key) ? `${key}%` : key.toWellFormed();
}

/** The key of a document that a key of a record stands for: the reverse of `toKey`. */
export function fromKey(key: string): string {
  return /^%+$/.test(key) ? key.slice(1) : key;
}

/** The beginning of a text that fits, without half a character. */
function beginning(text: string, bytes: number): string {
  if (text.length * 3 <= bytes) return text;
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(bytes));
  return text.slice(0, read);
}

function depthOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  return (
    1 +
    Object.values(value as JsonValue[]).reduce((most: number, member) => Math.max(most, depthOf(member)), 0)
  );
}
