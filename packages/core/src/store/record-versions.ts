import { SouvenirError } from "../errors.ts";
import { keepingStanding } from "./standing.ts";
import type { RecordWrite, StoredRecord } from "./store.ts";

/** Whether a record is there only because nobody has erased it yet. */
export function isOver({ expiresAt }: { expiresAt: number | null }, now: number): boolean {
  return expiresAt !== null && expiresAt <= now;
}

/** When what is drawn from others expires: with the last of them; `null`: never. */
export function lastExpiry(sources: readonly { expiresAt: number | null }[]): number | null {
  let last = Number.NEGATIVE_INFINITY;
  for (const { expiresAt } of sources) {
    if (expiresAt === null) return null;
    last = Math.max(last, expiresAt);
  }
  return last;
}

/** Whether a write leaves the existing record as it is: see `existing` of `RecordWrite`. */
export function keepsExisting(existing: StoredRecord, write: RecordWrite): boolean {
  switch (write.existing) {
    case "replace":
      return false;
    case "keepNewer":
      // What does not say when it was changed, and says the same, was not.
      return (
        existing.updatedAt >= (write.updatedAt ?? write.now) ||
        (write.updatedAt === undefined &&
          existing.expiresAt === write.expiresAt &&
          existing.createdAt === (write.createdAt ?? existing.createdAt) &&
          saysTheSame(existing, write))
      );
    case "keepSame":
      return saysTheSame(existing, write);
  }
}

function saysTheSame(existing: StoredRecord, write: RecordWrite): boolean {
  return (
    existing.value === write.value &&
    existing.thread === write.thread &&
    existing.role === write.role &&
    JSON.stringify(existing.tags) === JSON.stringify(write.tags) &&
    JSON.stringify(existing.metadata) === JSON.stringify(keepingStanding(existing, write))
  );
}

/** The last ones of a list, at most so many. */
export function newest<Version>(versions: readonly Version[], count: number): readonly Version[] {
  return versions.slice(Math.max(0, versions.length - count));
}

/** The record after a write, without what the store numbers. */
export function nextVersion(
  existing: StoredRecord | undefined,
  write: RecordWrite,
): Omit<StoredRecord, "id" | "sequence"> {
  const last = existing?.version ?? write.history?.at(-1)?.version ?? 0;
  const same = write.inPlace === undefined ? undefined : existing;
  return {
    namespace: write.namespace,
    key: write.key,
    value: write.value,
    tags: write.tags,
    metadata: keepingStanding(existing, write),
    entities: write.entities,
    thread: write.thread,
    role: write.role,
    createdAt: write.createdAt ?? existing?.createdAt ?? write.now,
    updatedAt: same?.updatedAt ?? write.updatedAt ?? write.now,
    expiresAt: write.expiresAt,
    version: same?.version ?? Math.max(write.version ?? 1, last + 1),
  };
}

/** @throws SouvenirError `INVALID_INPUT` when earlier versions that come with a write are not in order, or not its own. */
export function checkHistory({ key, version: current, history = [] }: RecordWrite): void {
  let last = 0;
  for (const { key: earlier, version } of history) {
    if (earlier !== key) {
      throw new SouvenirError(
        "INVALID_INPUT",
        "history: an earlier version has another key than its memory: give each memory its own history",
      );
    }
    if (current !== undefined && version >= current) {
      throw new SouvenirError(
        "INVALID_INPUT",
        `history: version ${version} is not earlier than the current version ${current}: give only earlier ones`,
        { details: { version, current } },
      );
    }
    if (version <= last) {
      throw new SouvenirError(
        "INVALID_INPUT",
        `history: versions must be positive and grow, and ${version} comes after ${last}: give them oldest first`,
        { details: { version, after: last } },
      );
    }
    last = version;
  }
}
