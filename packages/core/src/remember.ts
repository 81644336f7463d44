import { digest, fileMarks, textOf } from "./conversation/content.ts";
import { partOf, splitText } from "./long-text.ts";
import { optionNames } from "./option-names.ts";
import { isApart, isWithdrawn } from "./records.ts";
import type { Store, StoredRecord } from "./store/store.ts";
import { type Alignment, align, type Said } from "./thread-alignment.ts";
import type { Limits, Message, RememberInput, SetInput } from "./types.ts";
import {
  checkName,
  checkNamespace,
  checkObject,
  checkOptions,
  checkText,
  checkThread,
  invalid,
} from "./validation.ts";

/** Roles whose text is not something that was said. */
const silent = new Set(["system", "developer", "tool", "function"]);
/** What is shown beside the words of one message, at most. */
const mostFiles = 100;
/** Keys of one look into the store: what is between two is free for others. */
const keysAtOnce = 100;
/** Messages of the thread that are looked at beside as many as are given. */
const around = 32;

/** So far ahead of the clock what made room for others may stand, in milliseconds: more is a date that was given. */
const mostAheadMs = 1_000;

/** A message, in as many parts as it needs memories. */
interface Told {
  role: string;
  parts: string[];
  /** Names of what was shown beside the words. */
  files: readonly string[];
  message: Message;
  /** See `Said.apart`. */
  apart?: boolean;
}

/** A message as the thread has it. */
interface Kept extends Said {
  records: [StoredRecord, ...StoredRecord[]];
}

/** What the given messages were compared with, and what came of it. */
interface View {
  kept: Kept[];
  /** Whether the thread ends there. */
  toEnd: boolean;
  alignment: Alignment;
}

interface Scope {
  namespace: string;
  thread: string;
}

/** What a call of `remember` changes. */
export interface ToRemember {
  /** With `ifVersion` where no other version than the one that was seen may be replaced. */
  turns: SetInput[];
  /** What the conversation has gone another way from: found no more, but in the history of its key. */
  withdrawn: StoredRecord[];
  /** What makes room for a message that is put before it. */
  moved: Moved[];
}

/** A record that gets another date. */
export interface Moved {
  record: StoredRecord;
  createdAt: number;
}

/**
 * The memories that messages add to their thread or change in it, with keys such that the same messages give the same
 * keys.
 *
 * With `turnId`, a message's key follows from thread, turn and place. Without it, each message is told apart by its `id`
 * or, where it has none, by what it says and where that stands in the thread: see `align`. The key of one that is new
 * follows from its id, or from its words the first time that they are said, so that windows of the same conversation
 * meet in whatever order they come.
 */
export async function turnsToStore(
  store: Store,
  input: RememberInput,
  { limits, now }: { limits: Limits; now: number },
): Promise<ToRemember> {
  const scope = { namespace: checkNamespace(input.namespace), thread: checkThread(input.thread) };
  const turnId = input.turnId === undefined ? undefined : checkText(input.turnId, "turnId", limits.keyBytes);
  const own = await spoken(input.messages, "messages", limits);
  if (turnId !== undefined) return namedTurn(store, scope, turnId, own);
  const before = input.before === undefined ? undefined : await spoken(input.before, "before", limits);
  if (own.length === 0) return { turns: [], withdrawn: [], moved: [] };
  const told = [...(before ?? []), ...own];
  const keys = await Promise.all(told.map((message) => keyOf(scope.thread, message)));
  return placed(store, scope, { told, keys, now, before: before?.length });
}

/** The messages of a turn that has a name, each in its place there; what it said before and says no more is withdrawn. */
async function namedTurn(
  store: Store,
  { namespace, thread }: Scope,
  turnId: string,
  told: readonly Told[],
): Promise<ToRemember> {
  const name = await digest(["turn", thread, turnId]);
  const inputs: SetInput[] = [];
  for (const message of told) {
    const [first] = message.parts.length > 1 ? await store.get(namespace, [`${name}-${inputs.length}`]) : [];
    for (const part of message.parts.keys()) {
      // A turn that is told again and has more parts than before: nothing said meanwhile stands between them.
      const beside = part > 0 && first !== undefined ? { createdAt: first.createdAt } : {};
      inputs.push({
        ...beside,
        ...toInput({ namespace, thread }, `${name}-${inputs.length}`, message, part),
      });
    }
  }
  return {
    turns: inputs,
    withdrawn: await turnFrom(store, namespace, name, inputs.length),
    moved: [],
  };
}

/** What the store has of a turn from a place on: its messages when it was longer. */
async function turnFrom(
  store: Store,
  namespace: string,
  name: string,
  start: number,
): Promise<StoredRecord[]> {
  const kept: StoredRecord[] = [];
  const page = 16;
  for (let place = start; ; place += page) {
    const found = await store.get(
      namespace,
      Array.from({ length: page }, (_, index) => `${name}-${place + index}`),
    );
    for (const record of found) if (record !== undefined && !isWithdrawn(record)) kept.push(record);
    if (found.at(-1) === undefined) return kept;
  }
}

/** Messages without a turn's name: those that are new, and those that replace what stands in their place. */
async function placed(
  store: Store,
  scope: Scope,
  {
    told,
    keys,
    now,
    before: given,
  }: { told: readonly Told[]; keys: readonly string[]; now: number; before: number | undefined },
): Promise<ToRemember> {
  const earlier = given ?? 0;
  const view = await viewOf(store, scope, told, keys, given);
  const known = await knownOf(store, scope, keys, view);
  const { kept, alignment, toEnd } = view;
  const dates = new Dates(kept, toEnd);
  const end = kept.at(-1)?.records.at(-1);
  let latest = { date: Number.NEGATIVE_INFINITY, id: end?.id ?? 0 };
  const { places } = alignment;
  const turns: ToRemember["turns"] = [];
  const lastKnown = places.findLastIndex(
    (place, index) => index < earlier && place !== undefined && !alignment.replacing.has(index),
  );
  // From here on messages are kept; what was said before says where they belong, and takes nothing back.
  const from = lastKnown < 0 ? earlier : lastKnown + 1;
  const bound = places[lastKnown] ?? -1;
  const withdrawn = alignment.withdrawn.flatMap((place) =>
    place > bound ? (kept[place] as Kept).records : [],
  );
  const taken = new Set<string>();
  const next = placesAfter(places);
  let before: StoredRecord | undefined = (alignment.found ? kept[(next[0] ?? kept.length) - 1] : kept.at(-1))
    ?.records[0];
  let keyBefore = before?.key ?? "";
  for (const [index, message] of told.entries()) {
    const place = places[index];
    const there = place === undefined ? undefined : (kept[place] as Kept).records;
    const { id } = message.message;
    if (index < from) {
      if (there !== undefined) {
        before = there[0];
        keyBefore = before.key;
      }
      continue;
    }
    if (there !== undefined && !(alignment.replacing.has(index) && id !== undefined)) {
      before = there[0];
      keyBefore = before.key;
      const [was, is] = [joined(there), message.parts.join("")];
      if (was === is && sameFiles(there[0], message)) continue;
      message.apart = isApart(there[0]);
      const change = await replacement(scope, message, there, dates.of(there[0]));
      turns.push(...change.turns);
      withdrawn.push(...change.withdrawn);
      if (message.parts.length > there.length)
        dates.insert((place as number) + 1, dates.of(there[0]), Number.POSITIVE_INFINITY);
      // The last one, known by its id: what came after it answered other words, unless it was told by half.
      if (id !== undefined && index === told.length - 1 && !is.startsWith(was))
        withdrawn.push(...kept.slice((place as number) + 1).flatMap(({ records }) => records));
      continue;
    }
    if (there !== undefined) withdrawn.push(...there);
    const record = known.get(index);
    let key = keys[index] as string;
    const restored =
      record !== undefined && isWithdrawn(record) && (id !== undefined || says(record, message));
    if (id === undefined && (taken.has(key) || !(record === undefined || restored)))
      key = await digest(["said", scope.thread, ...words(message), "after", keyBefore]);
    taken.add(key);
    // One that was withdrawn is said now. What is missed later is put before what follows it.
    const follower = next[index];
    const previous = index === 0 ? undefined : places[index - 1];
    const goesOn = index > from && previous === undefined;
    message.apart = given !== undefined && follower === undefined && !goesOn && previous !== lastPlace(view);
    let createdAt = restored ? now : undefined;
    if (follower === undefined) {
      // What made room may stand a few milliseconds ahead of the clock, and what is restored has its number of before.
      const id = restored ? record.id : Number.POSITIVE_INFINITY;
      const date = Math.max(latest.date, end === undefined ? latest.date : dates.of(end));
      const ahead = date - now + (latest.id < id || id === Number.POSITIVE_INFINITY ? 0 : 1);
      if (ahead > 0 && ahead <= mostAheadMs) createdAt = now + ahead;
      latest = { date: createdAt ?? now, id };
    } else {
      const id = restored ? record.id : Number.POSITIVE_INFINITY;
      const last = dates.of((kept[follower] as Kept).records[0]) - 1;
      const first = before === undefined ? last : dates.of(before) + (before.id < id ? 0 : 1);
      createdAt = Math.max(first, last);
      if (message.message.createdAt === undefined) dates.insert(follower, createdAt, id);
    }
    for (const part of message.parts.keys())
      turns.push({
        ...(createdAt === undefined ? {} : { createdAt }),
        ...toInput(scope, partKey(key, part), message, part),
      });
    keyBefore = partKey(key, 0);
  }
  const gone = new Set(withdrawn.map(({ key }) => key));
  const moved = new Map(
    dates.moved().flatMap((move) => (gone.has(move.record.key) ? [] : [[move.record.key, move]])),
  );
  const dated = turns.flatMap((turn) => {
    const move = moved.get(turn.key as string);
    if (move === undefined) return [turn];
    // A part that says the same as before is moved only.
    const { value, metadata } = move.record;
    if (turn.value === value && JSON.stringify(turn.metadata ?? {}) === JSON.stringify(metadata)) return [];
    moved.delete(turn.key as string);
    return [{ createdAt: move.createdAt, ...turn }];
  });
  return { turns: dated, withdrawn, moved: [...moved.values()] };
}

/**
 * The dates of a part of a thread while messages are put into it. Turns stand in order of their dates, then of arrival:
 * between two of the same millisecond, as those of one call are, there is room only when the later one moves on.
 */
class Dates {
  readonly #kept: readonly Kept[];
  readonly #toEnd: boolean;
  #moved = new Map<StoredRecord, number>();

  constructor(kept: readonly Kept[], toEnd: boolean) {
    this.#kept = kept;
    this.#toEnd = toEnd;
  }

  of(record: StoredRecord): number {
    return this.#moved.get(record) ?? record.createdAt;
  }

  moved(): Moved[] {
    return [...this.#moved].map(([record, createdAt]) => ({ record, createdAt }));
  }

  /** Makes sure that what stands from a place on comes after a date and a number. */
  insert(place: number, date: number, id: number): void {
    const moved = new Map(this.#moved);
    for (let next = place; next < this.#kept.length; next++)
      for (const record of (this.#kept[next] as Kept).records) {
        const own = this.of(record);
        if (own > date) {
          this.#moved = moved;
          return;
        }
        if (own < date || record.id < id) {
          if (record.id < id) date++;
          moved.set(record, date);
        }
        id = record.id;
      }
    // Of what comes after the part, nobody knows whether it would have to move too.
    if (this.#toEnd) this.#moved = moved;
  }
}

/** A message in the place of another: the same keys, and what was said before becomes an earlier version of them. */
async function replacement(
  scope: Scope,
  message: Told,
  there: Kept["records"],
  createdAt: number,
): Promise<Omit<ToRemember, "moved">> {
  const [first] = there;
  const turns: ToRemember["turns"] = [];
  for (const part of message.parts.keys()) {
    const record = there[part];
    const key = record?.key ?? partKey(await digest(["part", scope.thread, first.key]), part);
    const input = toInput(scope, key, message, part);
    turns.push(
      record === undefined
        ? { createdAt, ...input }
        : {
            ...input,
            tags: record.tags,
            ...(record.expiresAt === null ? {} : { expiresAt: record.expiresAt }),
            ifVersion: record.version,
          },
    );
  }
  return { turns, withdrawn: there.slice(message.parts.length) };
}

/** The part of the thread that the messages are to be compared with: usually its end. */
async function viewOf(
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

function sameFiles(record: StoredRecord, { files }: Told): boolean {
  return JSON.stringify(filesOf(record)) === JSON.stringify(files);
}

function joined(records: readonly StoredRecord[]): string {
  return records.map((record) => record.value).join("");
}

/** Where the thread ends when what is withdrawn is gone; `undefined` for an empty one. */
function lastPlace({ kept, alignment }: View): number | undefined {
  const gone = new Set(alignment.withdrawn);
  const last = kept.findLastIndex((_, place) => !gone.has(place));
  return last < 0 ? undefined : last;
}

/** Whether a record, the first of its message, has the words of a message. */
function says(record: StoredRecord, told: Told): boolean {
  return record.role === told.role && record.value === told.parts[0] && sameFiles(record, told);
}

/** For each message, the place of the next one that has one. */
function placesAfter(places: readonly (number | undefined)[]): (number | undefined)[] {
  const after: (number | undefined)[] = new Array(places.length);
  let next: number | undefined;
  for (let index = places.length - 1; index >= 0; index--) {
    next = places[index] ?? next;
    after[index] = next;
  }
  return after;
}

/** What stands under the keys of messages that are new. */
function knownOf(
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

async function spoken(
  messages: unknown,
  list: "messages" | "before",
  { valueBytes, keyBytes }: Limits,
): Promise<Told[]> {
  if (!Array.isArray(messages)) throw invalid(list, "an array of { role, content }", messages);
  const ids = new Set<string>();
  const told: Told[] = [];
  for (const [index, given] of messages.entries()) {
    const where = `${list}[${index}]`;
    const message = checkOptions(given, where, optionNames.message) as unknown as Message;
    const role = checkText(message.role, `${where}.role`, 128);
    if (message.id !== undefined) checkName(message.id, `${where}.id`, keyBytes, "keyBytes");
    checkContent(message.content, `${where}.content`);
    const files = message.files === undefined ? undefined : checkFiles(message.files, `${where}.files`);
    if (silent.has(role)) continue;
    if (message.metadata?.souvenir !== undefined)
      throw invalid(
        `${where}.metadata.souvenir`,
        "another name: this one marks the parts of long messages, and files",
      );
    const text = textOf(message.content).toWellFormed();
    const parts = text.trim() === "" ? [] : splitText(text, valueBytes);
    if (parts.length === 0) continue;
    if (message.id !== undefined) {
      if (ids.has(message.id)) throw invalid(`${where}.id`, "an id that no other message of the call has");
      ids.add(message.id);
    }
    told.push({ role, parts, files: files ?? (await fileMarks(message.content)), message });
  }
  return told;
}

function checkContent(content: unknown, where: string): void {
  if (content === undefined || content === null || typeof content === "string") return;
  if (!Array.isArray(content)) throw invalid(where, "a string or an array of parts", content);
  for (const part of content) {
    const { type, text } = checkObject(part, where);
    if (type === "text" && text !== undefined && typeof text !== "string")
      throw invalid(`${where}.text`, "a string", text);
  }
}

function checkFiles(files: unknown, where: string): readonly string[] {
  if (!Array.isArray(files) || files.length > mostFiles)
    throw invalid(where, `an array of at most ${mostFiles} names`, files);
  return files.map((file, index) => checkName(file, `${where}[${index}]`, 128));
}

function toInput(
  { namespace, thread }: Scope,
  key: string,
  { role, parts, files, apart = false, message: { createdAt, metadata } }: Told,
  part: number,
): SetInput {
  const mark = {
    ...(parts.length === 1 ? {} : { part: part + 1, parts: parts.length }),
    ...(files.length === 0 ? {} : { files: [...files] }),
    ...(apart && part === 0 ? { apart } : {}),
  };
  const souvenir = Object.keys(mark).length === 0 ? undefined : mark;
  return {
    namespace,
    thread,
    key,
    role,
    value: parts[part] as string,
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(souvenir === undefined
      ? metadata === undefined
        ? {}
        : { metadata }
      : { metadata: { ...checkObject(metadata ?? {}, "metadata"), souvenir } }),
  };
}

/** Names a message that is new: by its id, else by its words. */
function keyOf(thread: string, told: Told): Promise<string> {
  const { id } = told.message;
  return id === undefined ? digest(["said", thread, ...words(told)]) : digest(["message", thread, id]);
}

/** What tells a message without an id apart. */
function words({ role, parts, files }: Told): string[] {
  return files.length === 0 ? [role, ...parts] : [role, ...parts, "with", ...files];
}

function partKey(key: string, part: number): string {
  return `${key}-${part}`;
}
