import type { Scope } from "./conversation/scope.ts";
import { partOf } from "./long-text.ts";
import { isApart, isWithdrawn } from "./records.ts";
import type { Store, StoredRecord } from "./store/store.ts";
import { type Alignment, align, type Said } from "./thread-alignment.ts";
import type { Message } from "./types.ts";

/** Keys of one look into the store: what is between two is free for others. */
const keysAtOnce = 100;
/** Messages of the thread that are looked at beside as many as are given. */
const around = 32;

/** A message, in as many parts as it needs memories. */
export interface Told {
  role: string;
  parts: string[];
  /** Names of what was shown beside the words. */
  files: readonly string[];
  message: Message;
  /** See `Said.apart`. */
  apart?: boolean;
}

/** A message as the thread has it. */
export interface Kept extends Said {
  records: [StoredRecord, ...StoredRecord[]];
}

/** What the given messages were compared with, and what came of it. */
export interface View {
  kept: Kept[];
  /** Whether the thread ends there. */
  toEnd: boolean;
  alignment: Alignment;
}

/** The part of the thread that the messages are to be compared with: usually its end. */
export async function viewOf(
  store: Store,
  scope: Scope,
  told: readonly Told[],
  keys: readonly string[],
  before: number | undefined,
): Promise<View> {
  const given = told.map((message, index) => ({
    role: message.role,
    identity:
      message.message.id === undefined
        ? identity(message.role, message.parts.join(""), message.files)
        : partKey(keys[index] as string, 0),
  }));
  const named = new Set(
    given.flatMap((said, index) => (told[index]?.message.id === undefined ? [] : said.identity)),
  );
  const compare = (records: readonly StoredRecord[], edges: { fromStart: boolean; toEnd: boolean }): View => {
    const kept = messagesOf(records, named);
    const certain = named.size > 0 && kept.some((said) => named.has(said.identity));
    return { kept, toEnd: edges.toEnd, alignment: align(kept, given, { ...edges, certain, before }) };
  };
  const count = told.reduce((sum, { parts }) => sum + parts.length, around);
  let view: View;
  let fromStart: boolean;
  for (let limit = count; ; limit *= 2) {
    const tail = await store.tail(scope.namespace, scope.thread, limit);
    fromStart = tail.length < limit;
    view = compare(tail, { fromStart, toEnd: true });
    // More is needed where most of it was withdrawn, and once where the messages begin before it.
    const short = view.kept.length * 2 < told.length;
    const cut = view.alignment.found && view.alignment.places[0] === undefined && limit === count;
    if (fromStart || !(short || cut)) break;
  }
  if (fromStart || view.alignment.found) return view;
  return (await earlierView(store, scope, { told, keys, count, compare })) ?? view;
}

/** The same further back, where one of the messages was said first. */
async function earlierView(
  store: Store,
  { namespace, thread }: Scope,
  {
    told,
    keys,
    count,
    compare,
  }: {
    told: readonly Told[];
    keys: readonly string[];
    count: number;
    compare: (records: readonly StoredRecord[], edges: { fromStart: boolean; toEnd: boolean }) => View;
  },
): Promise<View | undefined> {
  const known = await recordsOf(store, namespace, keys, [...keys.keys()]);
  let first: StoredRecord | undefined;
  for (const [index, record] of known) {
    const { message } = told[index] as Told;
    const same = record.thread === thread && !isWithdrawn(record);
    if (!same || (message.id === undefined && !says(record, told[index] as Told))) continue;
    if (first === undefined || isBefore(record, first)) first = record;
  }
  if (first === undefined) return undefined;
  const from = (after: { createdAt: number; id: number }, limit: number) =>
    store.list(namespace, { thread, after, limit });
  // What was said shortly before may belong to it too.
  const { createdAt, id } = first;
  let page = await from({ createdAt: createdAt - 60_000, id: 0 }, count * 2);
  if (!page.some((record) => record.id === id)) page = await from({ createdAt, id: id - 1 }, count * 2);
  let toEnd = page.length < count * 2;
  let view = compare(page, { fromStart: false, toEnd });
  if (!view.alignment.found) return undefined;
  const goesOn = view.alignment.places.at(-1) === undefined || view.alignment.withdrawn.length > 0;
  const edited = told.at(-1)?.message.id !== undefined;
  if (toEnd || !(goesOn || edited)) return view;
  // Another way was taken here: all that comes after it is concerned.
  const records = [...page];
  while (!toEnd) {
    page = await from(records.at(-1) as StoredRecord, 1_000);
    for (const record of page) records.push(record);
    toEnd = page.length < 1_000;
  }
  view = compare(records, { fromStart: false, toEnd });
  return view;
}

function isBefore(left: StoredRecord, right: StoredRecord): boolean {
  return left.createdAt < right.createdAt || (left.createdAt === right.createdAt && left.id < right.id);
}

/** Records as messages: parts that follow one another belong to one. */
function messagesOf(records: readonly StoredRecord[], named: ReadonlySet<string>): Kept[] {
  const groups: Kept["records"][] = [];
  for (const record of records) {
    if (isWithdrawn(record)) continue;
    const [last, part] = [groups.at(-1), partOf(record)];
    const before = last === undefined ? undefined : partOf(last.at(-1) as StoredRecord);
    if (
      last !== undefined &&
      part !== undefined &&
      before?.parts === part.parts &&
      before.part === part.part - 1 &&
      last[0].role === record.role
    )
      last.push(record);
    else groups.push([record]);
  }
  return groups.map((records) => {
    const [{ key, role }] = records;
    return {
      records,
      role: role ?? "",
      apart: isApart(records[0]),
      identity: named.has(key) ? key : identity(role ?? "", joined(records), filesOf(records[0])),
    };
  });
}

/** Never equal to a key, which has no such character. */
function identity(role: string, text: string, files: readonly string[]): string {
  return [role, text, ...files].join("\u0000");
}

/** Names of what was shown beside the words of a message. */
function filesOf({ metadata }: Pick<StoredRecord, "metadata">): readonly string[] {
  const { files } = Object(metadata.souvenir) as { files?: readonly string[] };
  return files ?? [];
}

export function sameFiles(record: StoredRecord, { files }: Told): boolean {
  return JSON.stringify(filesOf(record)) === JSON.stringify(files);
}

export function joined(records: readonly StoredRecord[]): string {
  return records.map((record) => record.value).join("");
}

/** Where the thread ends when what is withdrawn is gone; `undefined` for an empty one. */
export function lastPlace({ kept, alignment }: View): number | undefined {
  const gone = new Set(alignment.withdrawn);
  const last = kept.findLastIndex((_, place) => !gone.has(place));
  return last < 0 ? undefined : last;
}

/** Whether a record, the first of its message, has the words of a message. */
export function says(record: StoredRecord, told: Told): boolean {
  return record.role === told.role && record.value === told.parts[0] && sameFiles(record, told);
}

/** What stands under the keys of messages that are new. */
export function knownOf(
  store: Store,
  { namespace }: Scope,
  keys: readonly string[],
  { alignment: { places, replacing } }: View,
): Promise<Map<number, StoredRecord>> {
  const fresh = [...keys.keys()].filter((index) => places[index] === undefined || replacing.has(index));
  return recordsOf(store, namespace, keys, fresh);
}

/** The records of some of the keys, by the place of the key. */
async function recordsOf(
  store: Store,
  namespace: string,
  keys: readonly string[],
  wanted: readonly number[],
): Promise<Map<number, StoredRecord>> {
  const found = new Map<number, StoredRecord>();
  for (let start = 0; start < wanted.length; start += keysAtOnce) {
    const some = wanted.slice(start, start + keysAtOnce);
    const records = await store.get(
      namespace,
      some.map((index) => partKey(keys[index] as string, 0)),
    );
    for (const [number, record] of records.entries())
      if (record !== undefined) found.set(some[number] as number, record);
  }
  return found;
}

export function partKey(key: string, part: number): string {
  return `${key}-${part}`;
}
