import type { Origin } from "../inputs-and-answers.ts";
import { isGone } from "../records.ts";
import type { Store, StoredRecord } from "../store/store.ts";
import type { DateInput, Where } from "../types.ts";
import { checkDate } from "../validation.ts";
import type { Place } from "./document-table.ts";
import type { Filter } from "./filter.ts";
import { type Checking, checkFilter } from "./question.ts";

export type ListFilter = {
  thread?: string;
  tags?: readonly string[];
  where?: Where;
  asOf?: DateInput;
  knownAt?: DateInput;
  origin?: Origin | readonly Origin[];
  heldBack?: boolean;
};

/** What is listed, after its check: plain data, which can be given to another thread. */
export interface Listed {
  namespace: string;
  filter: Filter;
  /** In milliseconds since 1970. */
  knownAt?: number;
}

export interface ListedPage {
  after?: Place;
  order: "oldest" | "newest";
  limit: number;
  signal: AbortSignal | undefined;
}

/** @throws SouvenirError `INVALID_INPUT` */
export function checkListed(
  namespace: string,
  { knownAt, ...filter }: ListFilter,
  checking: Pick<Checking, "limits" | "clock">,
): Listed {
  return {
    namespace,
    filter: checkFilter(filter, [], checking),
    ...(knownAt === undefined ? {} : { knownAt: checkDate(knownAt, "knownAt") }),
  };
}

/** Whether the store has them in order. What else is asked, the index knows. */
export function isByTimeOnly({ filter, knownAt }: Listed): boolean {
  const { tags, where, asOf, origin, heldBack } = filter;
  return [tags, where, asOf, origin, heldBack, knownAt].every((each) => each === undefined);
}

/** A page of what the store has in order. */
export async function listByTime(
  store: Pick<Store, "list">,
  { namespace, filter: { thread, now } }: Listed,
  { after, order, limit, signal }: ListedPage,
): Promise<StoredRecord[]> {
  const found: StoredRecord[] = [];
  let from = after;
  for (;;) {
    const page = await store.list(namespace, {
      limit,
      newestFirst: order === "newest",
      ...(thread === undefined ? {} : { thread }),
      ...(from === undefined ? {} : { after: from }),
    });
    for (const record of page) if (!isGone(record, now) && found.length < limit) found.push(record);
    if (page.length < limit || found.length === limit) return found;
    signal?.throwIfAborted();
    from = page.at(-1);
  }
}
