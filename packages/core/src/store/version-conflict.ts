import { SouvenirError } from "../errors.ts";
import type { NamespacePlace, SeenThread } from "./store.ts";

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
