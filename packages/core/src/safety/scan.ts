import { Slices } from "../event-loop.ts";
import { writeCursor } from "../paging.ts";
import { retryConflicts } from "../retry-conflicts.ts";
import { isFact } from "../store/fact-mark.ts";
import type { RecordFields, RecordWrite, Store, StoredRecord } from "../store/store.ts";
import { findSensitive } from "./find-sensitive.ts";
import { mapTexts, redacted, type Screened } from "./safety.ts";
import type { SafetyCounts } from "./safety-options.ts";
import type { Scanned } from "./scanned.ts";
import type { SensitiveGroup } from "./sensitive.ts";

/** Records read at once. */
const pageSize = 100;

export interface ScanParts {
  store: Store;
  now: () => number;
  /** What is looked for in a namespace. */
  wanted: (namespace: string) => ReadonlySet<SensitiveGroup>;
  /** Writes one memory anew. */
  write: (write: RecordWrite) => Promise<unknown>;
  erase: (namespace: string, key: string) => Promise<unknown>;
}

export interface ScanOptions {
  fix: boolean;
  signal?: AbortSignal;
  onProgress?: (done: number) => void;
  /** Of one namespace: where to go on, and after how many records to stop. */
  after?: { createdAt: number; id: number };
  limit?: number;
}

/** Looks at what is kept already, page by page; others run in between. */
export async function scanRecords(
  parts: ScanParts,
  names: readonly string[],
  { fix, signal, onProgress, after: begin, limit = Number.POSITIVE_INFINITY }: ScanOptions,
): Promise<Scanned> {
  const { store, wanted } = parts;
  const result: Scanned = { scanned: 0, memories: 0, found: {}, fixed: 0 };
  const slices = new Slices();
  for (const namespace of names) {
    const groups = wanted(namespace);
    if (groups.size === 0) continue;
    let after = begin;
    for (;;) {
      const rest = limit - result.scanned;
      const found: StoredRecord[] = await store.list(namespace, {
        // One more says whether there is more.
        limit: Math.min(pageSize, rest + 1),
        ...(after === undefined ? {} : { after }),
      });
      const page = found.slice(0, rest);
      for (const record of page) {
        signal?.throwIfAborted();
        if (slices.over) await slices.next();
        const earlier = record.version > 1 ? await store.history(namespace, record.key) : [];
        result.scanned++;
        let hits = 0;
        for (const version of [record, ...earlier]) hits += countIn(version, groups, result.found);
        if (hits === 0) continue;
        result.memories++;
        if (fix && (await fixed(parts, record, groups))) result.fixed++;
      }
      onProgress?.(result.scanned);
      const last = page.at(-1);
      if (last === undefined || found.length < Math.min(pageSize, rest + 1)) break;
      if (result.scanned === limit) return { ...result, cursor: writeCursor(last) };
      after = last;
    }
  }
  return result;
}

function textsOf({ value, tags, metadata, entities }: Pick<RecordFields, keyof Screened>): Screened {
  return { value, tags, metadata, entities };
}

function countIn(version: RecordFields, groups: ReadonlySet<SensitiveGroup>, found: SafetyCounts): number {
  let hits = 0;
  const { value, tags, metadata } = version;
  mapTexts({ value, tags, metadata, entities: [] }, (text) => {
    for (const { kind } of findSensitive(text, groups)) {
      found[kind] = (found[kind] ?? 0) + 1;
      hits++;
    }
    return text;
  });
  return hits;
}

/**
 * The memory without it, in one commit: a version more, and no earlier ones, because they hold it. A fact is erased: what it
 * rests on says something else now.
 */
async function fixed(
  { store, now, write, erase }: ScanParts,
  { namespace, key }: StoredRecord,
  groups: ReadonlySet<SensitiveGroup>,
): Promise<boolean> {
  return retryConflicts(async () => {
    const [record] = await store.get(namespace, [key]);
    if (record === undefined) return true;
    if (isFact(record)) {
      await erase(namespace, key);
      return true;
    }
    const { id: _id, sequence: _sequence, updatedAt: _updatedAt, version, ...fields } = record;
    await write({
      ...fields,
      ...mapTexts(textsOf(record), (text) => redacted(text, findSensitive(text, groups))),
      now: now(),
      existing: "replace",
      ifVersion: version,
      keepVersions: 0,
      tasks: [],
    });
    return true;
  });
}
