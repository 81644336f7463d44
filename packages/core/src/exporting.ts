import { Slices } from "./event-loop.ts";
import { type ExportedRecord, isExpired, isGone, toRecord } from "./records.ts";
import { isFact } from "./store/fact-mark.ts";
import type { Store, StoredRecord } from "./store/store.ts";

/** Records read at once. */
const pageSize = 200;

/**
 * The memories of some namespaces in order of time, of each its facts after all others, because they rest on those; read
 * page by page; others run in between.
 */
export async function* exportRecords(
  store: Store,
  names: readonly string[] | { prefix: string },
  { history, now }: { history: boolean; now: () => number },
): AsyncGenerator<ExportedRecord> {
  const slices = new Slices({ patient: true });
  const stored = "prefix" in names ? beginningWith(store, names.prefix) : ofEach(store, names);
  let facts: { namespace: string; ids: number[] } = { namespace: "", ids: [] };
  for await (const record of stored) {
    if (slices.over) await slices.next();
    const { namespace } = record;
    if (namespace !== facts.namespace) {
      yield* factsAmong(facts);
      facts = { namespace, ids: [] };
    }
    if (isFact(record)) facts.ids.push(record.id);
    else if (!isGone(record, now())) yield await exported(record);
  }
  yield* factsAmong(facts);

  async function* factsAmong({ namespace, ids }: typeof facts): AsyncGenerator<ExportedRecord> {
    for (let from = 0; from < ids.length; from += pageSize) {
      const page = ids.slice(from, from + pageSize);
      const found = new Map((await store.read(namespace, page)).map((record) => [record.id, record]));
      for (const id of page) {
        const record = found.get(id);
        if (slices.over) await slices.next();
        // Those that wait, and those that were put aside, too.
        if (record !== undefined && isFact(record) && !isExpired(record, now())) yield await exported(record);
      }
    }
  }

  async function exported(record: StoredRecord): Promise<ExportedRecord> {
    const { namespace, key, version } = record;
    const earlier = history && version > 1 ? await store.history(namespace, key) : [];
    return { ...toRecord(record), ...(earlier.length === 0 ? {} : { history: earlier.map(toRecord) }) };
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
