import { Slices } from "./event-loop.ts";
import { type ExportedRecord, isGone, toRecord } from "./records.ts";
import { isFact } from "./store/fact-mark.ts";
import type { Store, StoredRecord } from "./store/store.ts";

/** Records read at once. */
const pageSize = 200;

/** The memories of some namespaces in order of time, read page by page; others run in between. */
export async function* exportRecords(
  store: Store,
  names: readonly string[] | { prefix: string },
  { history, now }: { history: boolean; now: () => number },
): AsyncGenerator<ExportedRecord> {
  const slices = new Slices();
  const stored = "prefix" in names ? beginningWith(store, names.prefix) : ofEach(store, names);
  for await (const record of stored) {
    if (slices.over) await slices.next();
    // Facts are made from the others again; here nothing would tell that what they rest on was erased.
    if (isGone(record, now()) || isFact(record)) continue;
    const { namespace, key, version } = record;
    const earlier = history && version > 1 ? await store.history(namespace, key) : [];
    yield { ...toRecord(record), ...(earlier.length === 0 ? {} : { history: earlier.map(toRecord) }) };
  }
}

async function* beginningWith(store: Store, prefix: string): AsyncGenerator<StoredRecord> {
  if (store.scan === undefined) return yield* ofEach(store, await store.namespaces({ prefix }));
  for (let after = ""; ; ) {
    const page = await store.scan({ prefix, after, limit: pageSize });
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return;
    yield* following(store, last.namespace, last);
    after = last.namespace;
  }
}

async function* ofEach(store: Store, names: readonly string[]): AsyncGenerator<StoredRecord> {
  for (const name of names) yield* following(store, name, undefined);
}

/** The records of a namespace after one. */
async function* following(
  store: Store,
  name: string,
  after: { createdAt: number; id: number } | undefined,
): AsyncGenerator<StoredRecord> {
  for (let last = after; ; ) {
    const page: StoredRecord[] = await store.list(name, {
      limit: pageSize,
      ...(last === undefined ? {} : { after: last }),
    });
    yield* page;
    if (page.length < pageSize) return;
    last = page.at(-1);
  }
}
