import { optionNames } from "./option-names.ts";
import { isExpired } from "./records.ts";
import { isWithdrawn } from "./store/embedder-context.ts";
import { runsThread } from "./store/fact-mark.ts";
import { isHeldBack } from "./store/standing.ts";
import type { Store, StoredRecord } from "./store/store.ts";
import type { ChangesInput, ChangesPage, MemoryChange } from "./types.ts";
import { checkInteger, checkNamespace, checkOptions, invalid } from "./validation.ts";

/** Looks at a namespace that somebody empties and writes again meanwhile. */
const mostLooks = 8;

/**
 * What changed in a namespace after a place, in order. Who goes on from `cursor`, or from that of any change, misses
 * nothing; what was told after that place is told again.
 * @throws SouvenirError `INVALID_INPUT`
 */
export async function changesSince(
  store: Pick<Store, "head" | "changes">,
  given: ChangesInput,
  now: number,
): Promise<ChangesPage> {
  const {
    namespace: name,
    since = 0,
    limit = 100,
  } = checkOptions(given, "changes", optionNames.changes) as unknown as ChangesInput;
  const namespace = checkNamespace(name);
  checkInteger(limit, "limit", 1, 1000);
  const asked = since === "latest" ? undefined : readPlace(since);
  for (let look = 1; ; look++) {
    const head = await store.head(namespace);
    if (asked === undefined)
      return { changes: [], cursor: head ? `${head.incarnation}.${head.sequence}` : "0", complete: true };
    if (head === undefined) {
      const isNew = asked.sequence === 0 && asked.incarnation === undefined;
      return { changes: [], cursor: "0", complete: true, ...(isNew ? {} : { reset: true }) };
    }
    const { incarnation, sequence, forgotten } = head;
    const isOther = asked.incarnation !== undefined && asked.incarnation !== incarnation;
    const isLost = isOther || asked.sequence > sequence || (asked.sequence > 0 && asked.sequence < forgotten);
    const after = isLost ? 0 : asked.sequence;
    const page = await store.changes(namespace, after, limit);
    if ((await store.head(namespace))?.incarnation !== incarnation && look < mostLooks) continue;
    const place = (at: number) => `${incarnation}.${at}`;
    return {
      changes: [
        // First, so that whoever stops at one of the others has had them.
        ...page.erased.map((id): MemoryChange => ({ kind: "erased", id, cursor: place(after) })),
        ...page.records
          .filter(({ thread }) => thread !== runsThread)
          .sort((left, right) => left.sequence - right.sequence)
          .map((record) => changeOf(record, place(record.sequence), now)),
      ],
      cursor: place(page.sequence),
      complete: page.complete,
      ...(isLost ? { reset: true } : {}),
    };
  }
}

function changeOf(record: StoredRecord, cursor: string, now: number): MemoryChange {
  const { id, key, version, sequence, updatedAt } = record;
  return {
    kind: isWithdrawn(record) || isExpired(record, now) ? "withdrawn" : "written",
    ...{ id, key, version, sequence, updatedAt: new Date(updatedAt).toISOString(), cursor },
    ...(isHeldBack(record) ? { heldBack: true } : {}),
  };
}

function readPlace(since: unknown): { incarnation?: number; sequence: number } {
  const isWhole = typeof since === "string" || Number.isInteger(since);
  const found = isWhole ? /^(?:(\d{1,16})\.)?(\d{1,16})$/.exec(`${since}`) : null;
  const [incarnation, sequence] = [Number(found?.[1]), Number(found?.[2])];
  if (found === null || !Number.isSafeInteger(sequence))
    throw invalid("since", 'a cursor of changes(), a sequence number of 0 or more, or "latest"', since);
  return { sequence, ...(found[1] === undefined ? {} : { incarnation }) };
}
