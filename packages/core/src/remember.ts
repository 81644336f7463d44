import { digest } from "./conversation/content.ts";
import type { Scope } from "./conversation/scope.ts";
import { isApart, isWithdrawn } from "./records.ts";
import type { Store, StoredRecord } from "./store/store.ts";
import { Dates, type Moved } from "./thread-dates.ts";
import {
  joined,
  type Kept,
  knownOf,
  lastPlace,
  partKey,
  sameFiles,
  says,
  type Told,
  viewOf,
} from "./thread-view.ts";
import { type Said, spoken } from "./told-messages.ts";
import type { Limits, RememberInput, SetInput } from "./types.ts";
import { checkNamespace, checkObject, checkText, checkThread } from "./validation.ts";

/** So far ahead of the clock what made room for others may stand, in milliseconds: more is a date that was given. */
const mostAheadMs = 1_000;

/** What a call of `remember` changes. */
export interface ToRemember {
  /** With `ifVersion` where no other version than the one that was seen may be replaced. */
  turns: SetInput[];
  /** What the conversation has gone another way from: found no more, but in the history of its key. */
  withdrawn: StoredRecord[];
  /** What makes room for a message that is put before it. */
  moved: Moved[];
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
  { limits, now, said }: { limits: Limits; now: number; said?: Said | undefined },
): Promise<ToRemember> {
  const scope = { namespace: checkNamespace(input.namespace), thread: checkThread(input.thread) };
  const turnId = input.turnId === undefined ? undefined : checkText(input.turnId, "turnId", limits.keyBytes);
  const own = await spoken(input.messages, "messages", limits, said);
  if (turnId !== undefined) return namedTurn(store, scope, turnId, own);
  const before = input.before === undefined ? undefined : await spoken(input.before, "before", limits, said);
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
    // Taken back, before or by this very call, which tells it elsewhere.
    const isBack =
      record !== undefined && (isWithdrawn(record) || withdrawn.some(({ key }) => key === record.key));
    const restored = isBack && (id !== undefined || says(record, message));
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
  // One may be taken back for two reasons, and what is told elsewhere is not taken back at all.
  const gone = new Map(withdrawn.map((record) => [record.key, record]));
  for (const { key } of turns) gone.delete(key as string);
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
  return { turns: dated, withdrawn: [...gone.values()], moved: [...moved.values()] };
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
