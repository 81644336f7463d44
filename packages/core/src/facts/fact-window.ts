import { withoutControlText } from "../conversation/control-text.ts";
import { withoutRecallBlocks } from "../recall-block.ts";
import { isGone } from "../records.ts";
import { isHeldBack } from "../store/standing.ts";
import type { QueueEntry, Store, StoredRecord } from "../store/store.ts";
import { estimateTokens } from "../tokens.ts";
import type { ExistingFact, SourceTurn } from "./dispose.ts";
import type { FactWindow } from "./fact-extractor.ts";

/** Turns before a window, and characters of a turn, that are read only to understand the rest. */
const turnsBefore = 4;
const contextCharacters = 600;
/** Turns of a thread between the first and the last of a window that are looked at. */
const turnsBetween = 400;

/** Who is not a person: what they say is no source of a fact. */
const machines: ReadonlySet<string> = new Set([
  "assistant",
  "ai",
  "model",
  "bot",
  "system",
  "developer",
  "tool",
  "function",
]);

/** Whether facts may rest on what somebody said. */
export function isPerson(role: string | null): boolean {
  return role === null || !machines.has(role.toLowerCase());
}

/** An entry of the queue and the turn that it is for. */
export interface Waiting {
  entry: QueueEntry;
  record: StoredRecord;
}

/** Turns of one conversation that facts are looked for in together. */
export interface ReadWindow {
  turns: SourceTurn[];
  known: readonly ExistingFact[];
  /** As an extractor gets it. */
  shown: FactWindow;
  /** What it says, in tokens from above. */
  tokens: number;
}

/** What a person said in a turn: without what was recalled to a model, and what a harness wrote. */
export function saidIn({ value }: Pick<StoredRecord, "value">): string {
  return withoutControlText(withoutRecallBlocks(value)).trim();
}

/** The first turns, at least one, that together have so many tokens at most. */
export function firstWindow(waiting: readonly Waiting[], most: number): Waiting[] {
  let tokens = 0;
  const end = waiting.findIndex(({ record }, place) => {
    tokens += estimateTokens(record.value);
    return place > 0 && tokens > most;
  });
  return waiting.slice(0, end < 0 ? waiting.length : end);
}

/** The turns of a window with those that stand between and before them. */
export async function readWindow(
  store: Pick<Store, "list">,
  waiting: readonly Waiting[],
  known: readonly ExistingFact[],
  now: number,
): Promise<ReadWindow> {
  const own = new Map(waiting.map(({ record }) => [record.id, record]));
  const records = [...(await around(store, waiting, now)), ...own.values()]
    .filter((record, place, all) => all.findIndex(({ id }) => id === record.id) === place)
    .sort((left, right) => left.createdAt - right.createdAt || left.id - right.id);
  const turns = records.flatMap((record) => {
    const quotable = own.has(record.id);
    const text = quotable ? saidIn(record) : saidIn(record).slice(0, contextCharacters).toWellFormed();
    if (text === "") return [];
    const { id, key, version, role, createdAt } = record;
    return [{ id, key, version, text, createdAt, quotable, role: role ?? "user" }];
  });
  const shown = {
    turns: turns.map(({ text, role, createdAt, quotable }) => ({
      text,
      role,
      at: new Date(createdAt).toISOString(),
      quotable,
    })),
    known: known.map(({ text, subject, attribute, start }) => ({
      text,
      subject,
      ...(attribute === undefined ? {} : { attribute }),
      since: new Date(start).toISOString(),
    })),
  };
  return { turns, known, shown, tokens: estimateTokens(JSON.stringify(shown)) };
}

async function around(
  store: Pick<Store, "list">,
  waiting: readonly Waiting[],
  now: number,
): Promise<StoredRecord[]> {
  const [first, last] = [waiting[0]?.record, waiting.at(-1)?.record];
  if (first === undefined || last === undefined || first.thread === null) return [];
  const { namespace, thread } = first;
  const after = { createdAt: first.createdAt, id: first.id };
  const [before, between] = await Promise.all([
    store.list(namespace, { thread, after, newestFirst: true, limit: turnsBefore }),
    store.list(namespace, { thread, after, limit: turnsBetween }),
  ]);
  const isBefore = ({ createdAt, id }: StoredRecord) =>
    createdAt < last.createdAt || (createdAt === last.createdAt && id < last.id);
  return [...before, ...between.filter(isBefore)].filter(
    (record) => !isGone(record, now) && !isHeldBack(record),
  );
}
