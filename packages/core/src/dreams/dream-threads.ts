import { letOthersRun } from "../event-loop.ts";
import { isSource } from "../facts/fact-import.ts";
import { saidIn } from "../facts/fact-window.ts";
import { isExpired, isGone } from "../records.ts";
import type { Finding } from "../search/open-search.ts";
import { factOf, isFact, isSummary } from "../store/fact-mark.ts";
import type { Store, StoredRecord } from "../store/store.ts";

/** A conversation in which nothing was said for so long is taken to be over, in milliseconds. */
const idleMs = 10 * 60_000;
/** Turns of a conversation that are read, the newest, and so many at once. */
const mostTurns = 2_000;
const pageSize = 200;

/** A turn of a conversation that is over. */
export interface DreamTurn {
  key: string;
  version: number;
  text: string;
  /** Milliseconds since 1970. */
  createdAt: number;
  /** When it was written last, as the namespace counts. */
  sequence: number;
  /** A person said it: it may be quoted. */
  quotable: boolean;
}

/** A conversation that is over, as it is when a dream begins. */
export interface DreamThread {
  name: string;
  /** In order. */
  turns: readonly DreamTurn[];
  /** Its summaries, the newest last. */
  summaries: readonly StoredRecord[];
}

/** The conversations of a namespace that are over and not summed up as they are, one after the other. */
export async function* threadsOver(
  { store, searcher, clock }: { store: Store; searcher: Finding; clock: () => number },
  namespace: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<DreamThread> {
  const summaries = Map.groupBy(
    (await searcher.withdrawn(namespace)).filter(
      (record) => isSummary(record) && !isExpired(record, clock()),
    ),
    ({ metadata }) => factOf(metadata)?.subject,
  );
  for (const name of await searcher.threads(namespace)) {
    signal?.throwIfAborted();
    await letOthersRun();
    const turns = await turnsOf(store, namespace, name, clock());
    const own = summaries.get(name) ?? [];
    own.sort((one, other) => one.createdAt - other.createdAt || one.id - other.id);
    if (turns !== undefined && !isSummedUp(turns, own.at(-1))) yield { name, turns, summaries: own };
  }
}

/** Whether nothing was written since: a summary goes with each turn that it quotes. */
function isSummedUp(turns: readonly DreamTurn[], summary: StoredRecord | undefined): boolean {
  if (summary === undefined || turns.at(-1)?.createdAt !== summary.createdAt) return false;
  return turns.every(({ sequence }) => sequence < summary.sequence);
}

/** `undefined` where it may go on. */
async function turnsOf(
  store: Store,
  namespace: string,
  thread: string,
  now: number,
): Promise<DreamTurn[] | undefined> {
  const turns: DreamTurn[] = [];
  for (let after: StoredRecord | undefined; turns.length < mostTurns; ) {
    const page: StoredRecord[] = await store.list(namespace, {
      ...{ thread, newestFirst: true, limit: pageSize },
      ...(after === undefined ? {} : { after }),
    });
    for (const record of page) {
      if (isGone(record, now) || isFact(record)) continue;
      if (record.createdAt > now - idleMs) return undefined;
      const { key, version, createdAt, sequence } = record;
      const text = saidIn(record);
      turns.push({ key, version, createdAt, sequence, text, quotable: isSource(record, now) });
    }
    after = page.at(-1);
    if (page.length < pageSize) break;
  }
  return turns.reverse();
}
