import { Slices } from "./event-loop.ts";
import { type ExportedRecord, isGone, toRecord } from "./records.ts";
import type { Store, StoredRecord } from "./store/store.ts";

/** Records read at once. */
const pageSize = 200;

/** The memories of some namespaces in order of time, read page by page; others run in between. */
export async function* exportRecords(
  store: Store,
  names: Iterable<string> | AsyncIterable<string>,
  { history, now }: { history: boolean; now: () => number },
): AsyncGenerator<ExportedRecord> {
  const slices = new Slices();
  for await (const name of names) {
    let after: { createdAt: number; id: number } | undefined;
    do {
      const page: StoredRecord[] = await store.list(name, {
        limit: pageSize,
        ...(after === undefined ? {} : { after }),
      });
      for (const stored of page) {
        if (slices.over) await slices.next();
        if (isGone(stored, now())) continue;
        const earlier = history && stored.version > 1 ? await store.history(name, stored.key) : [];
        yield { ...toRecord(stored), ...(earlier.length === 0 ? {} : { history: earlier.map(toRecord) }) };
      }
      after = page.length < pageSize ? undefined : page.at(-1);
    } while (after !== undefined);
  }
}
