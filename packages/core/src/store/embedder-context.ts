import type { StoredRecord } from "./store.ts";

const suffix = "?context=previous";

/**
 * Whether an embedder reads the turn before a turn too. It stands in the id, because vectors with and without are never
 * compared, and a store may have both while it moves from one to the other.
 */
export function readsPrevious({ id }: { id: string }): boolean {
  return id.endsWith(suffix);
}

/** The id of an embedder that reads each text by itself, of either. */
export function idAlone(id: string): string {
  return readsPrevious({ id }) ? id.slice(0, -suffix.length) : id;
}

/** The id of the same embedder when it reads the turn before too. */
export function idWithPrevious(id: string): string {
  return idAlone(id) + suffix;
}

/** Where a turn stands in its thread: in order of `createdAt`, then of id. */
export interface TurnPlace {
  thread: string;
  createdAt: number;
  id: number;
}

type Turn = Pick<StoredRecord, "id" | "thread" | "role" | "value" | "createdAt" | "metadata">;

/** What a turn that was withdrawn says is nobody's previous turn any more. */
export function isWithdrawn({ metadata }: Pick<StoredRecord, "metadata">): boolean {
  const mark: unknown = Object.hasOwn(metadata, "souvenir") ? metadata.souvenir : undefined;
  return (Object(mark) as { withdrawn?: unknown }).withdrawn === true;
}

/** Where a record is read as the turn before another one; `undefined` for one that never is. */
export function placeInThread(record: Turn): TurnPlace | undefined {
  const { thread, createdAt, id } = record;
  return thread === null || isWithdrawn(record) ? undefined : { thread, createdAt, id };
}

/**
 * What a change of a record is for embedders that read the turn before: whether the record itself is read otherwise though
 * it says the same, and the places after which a turn has another one before it.
 */
export function contextChanges(before: Turn | undefined, after: Turn): { own: boolean; places: TurnPlace[] } {
  const was = before === undefined ? undefined : placeInThread(before);
  const is = placeInThread(after);
  const stays =
    was?.thread === is?.thread && was?.createdAt === is?.createdAt && before?.thread === after.thread;
  const isTurn = after.thread !== null || (before?.thread ?? null) !== null;
  if (!isTurn || (stays && before?.value === after.value && before.role === after.role))
    return { own: false, places: [] };
  return { own: before !== undefined, places: [was, is].filter((place) => place !== undefined) };
}
