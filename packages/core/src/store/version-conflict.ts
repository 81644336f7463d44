import { SouvenirError } from "../errors.ts";
import { isWithdrawn } from "./embedder-context.ts";
import { isOver } from "./record-versions.ts";
import type { NamespacePlace, QueueEntry, RecordWrite, SeenThread, StoredRecord } from "./store.ts";

/** @throws SouvenirError `VERSION_CONFLICT` unless the record is of the version that the caller has seen. */
export function checkVersion(
  { namespace, key, ifVersion }: { namespace: string; key: string; ifVersion?: number | undefined },
  current: number,
): void {
  if (ifVersion === undefined || ifVersion === current) return;
  const found = current === 0 ? "there is none" : `it is of version ${current}`;
  throw new SouvenirError(
    "VERSION_CONFLICT",
    `${ifVersion === 0 ? "expected no memory of this key" : `expected version ${ifVersion} of the memory`}, and ${found}: read it again, and decide again`,
    { details: { namespace, key, expected: ifVersion, current } },
  );
}

/** @throws SouvenirError `VERSION_CONFLICT` when what is changed in its place has changed since it was seen. */
export function checkInPlace(
  { namespace, key, inPlace }: Pick<RecordWrite, "namespace" | "key" | "inPlace">,
  found: StoredRecord | undefined,
): void {
  if (inPlace === undefined || inPlace.sequence === found?.sequence) return;
  throw new SouvenirError(
    "VERSION_CONFLICT",
    "the memory has changed since it was looked at: read it again, and decide again",
    { details: { namespace, key } },
  );
}

/**
 * Compares what was seen of a thread with what there is.
 * @param isChanged - Whether the namespace holds a record of the thread that was written after a sequence number.
 * @throws SouvenirError `VERSION_CONFLICT`
 */
export function checkThreadUnchanged(
  { namespace, thread, at }: SeenThread,
  current: NamespacePlace | undefined,
  isChanged: (after: number) => boolean,
): void {
  // Emptied since, it has nothing that could have been overlooked.
  if (current === undefined) return;
  const after = at?.incarnation === current.incarnation ? at.sequence : 0;
  if (after === current.sequence || !isChanged(after)) return;
  throw new SouvenirError(
    "VERSION_CONFLICT",
    "the thread has changed since it was looked at: look again, and decide again",
    { details: { namespace, thread } },
  );
}

/** @throws SouvenirError `VERSION_CONFLICT` unless a source is there, of the version that something was drawn from. */
export function checkSource(
  { namespace, now }: { namespace: string; now: number },
  { key, version }: { key: string; version: number },
  found: StoredRecord | undefined,
): void {
  const isThere = found !== undefined && !isOver(found, now) && !isWithdrawn(found);
  const current = isThere ? found.version : 0;
  if (version === current) return;
  throw new SouvenirError(
    "VERSION_CONFLICT",
    `what this is drawn from ${current === 0 ? "is not there" : `is of version ${current} now, and not ${version}`}: read it again, and decide again`,
    { details: { namespace, key, expected: version, current } },
  );
}

/** What was claimed from the queue is not there any more, or not as it was. */
export function queueConflict({ namespace, id }: QueueEntry): SouvenirError {
  return new SouvenirError(
    "VERSION_CONFLICT",
    "what was claimed from the queue has changed since: claim it again, and decide again",
    { details: { namespace, record: id } },
  );
}
