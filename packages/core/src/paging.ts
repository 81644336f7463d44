import type { StoredRecord } from "./store/store.ts";
import { checkInteger, invalid } from "./validation.ts";

/** What `limit` and `cursor` ask for; `undefined` without them. One more is asked for, to know whether more follows. */
export function pageOf<Place>(
  { limit, cursor }: { limit?: unknown; cursor?: unknown },
  read: (cursor: string) => Place,
): { after?: Place; limit: number } | undefined {
  if (limit === undefined && cursor === undefined) return undefined;
  const size = limit === undefined ? 100 : checkInteger(limit, "limit", 1, 1000);
  if (cursor !== undefined && typeof cursor !== "string")
    throw invalid("cursor", "the cursor of the page before", cursor);
  return { limit: size + 1, ...(cursor === undefined ? {} : { after: read(cursor) }) };
}

/** A page of what was found, of which the last one only says that there is more. */
export function paged<Name extends string, Found, Shown>(
  name: Name,
  found: readonly Found[],
  limit: number,
  show: (found: Found) => Shown,
  place: (last: Found) => string,
): { [Member in Name]: Shown[] } & { cursor?: string } {
  const page = found.slice(0, limit - 1);
  const last = page.at(-1);
  return {
    [name]: page.map(show),
    ...(found.length === limit && last !== undefined ? { cursor: place(last) } : {}),
  } as { [Member in Name]: Shown[] } & { cursor?: string };
}

export function readNumber(cursor: string): number {
  if (!/^\d{1,16}$/.test(cursor)) throw invalid("cursor", "the cursor of the page before", cursor);
  return Number(cursor);
}

export function writeCursor({ createdAt, id }: StoredRecord): string {
  return `${createdAt}.${id}`;
}

export function readCursor(cursor: unknown): { createdAt: number; id: number } {
  const match = typeof cursor === "string" ? /^(-?\d{1,16})\.(\d{1,16})$/.exec(cursor) : null;
  if (match === null) throw invalid("cursor", "the cursor of the page before", cursor);
  return { createdAt: Number(match[1]), id: Number(match[2]) };
}
