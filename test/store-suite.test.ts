import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RecordWrite, SouvenirError, type Store, type StoredRecord } from "@souvenir/core";
import { expect, test } from "vitest";
import { InMemoryStore } from "../packages/core/src/store/in-memory-store.ts";
import { sqliteStore } from "../packages/core/src/store/sqlite-store.ts";
import { start } from "./src/store-specs/spec.ts";
import { runStoreSpec, type StorePlace, type StoreSpecName } from "./src/store-suite.ts";

/** Methods that do wrong, to be put before those of a good store. */
type Fault = (store: Store) => Partial<Store>;

let handles = 0;

/** For each promise, a store that breaks it. */
const faults: Record<StoreSpecName, Fault> = {
  writesAndReads: (store) => ({ write: async (writes) => (await store.write(writes)).reverse() }),
  writesAllOrNone: (store) => ({
    write: async (writes) => {
      const outcomes = [];
      for (const write of writes) outcomes.push(...(await store.write([write])));
      return outcomes;
    },
  }),
  acceptsNothing: (store) => ({
    // No records are taken for all of them.
    erase: (namespace, selection) => {
      const none = typeof selection === "object" && "records" in selection && selection.records.length === 0;
      return store.erase(namespace, none ? "all" : selection);
    },
  }),
  keepsVersions: (store) => ({
    // The current version too.
    history: async (namespace, key) => [
      ...(await store.history(namespace, key)),
      ...(await store.get(namespace, [key])).filter((record) => record !== undefined),
    ],
  }),
  writesOneKeyTwiceInABatch: (store) => ({
    // The last write of a key wins, without the others.
    write: async (writes) => {
      const last = new Map(writes.map((write) => [write.key, write]));
      const outcomes = await store.write([...last.values()]);
      return writes.flatMap((write) => outcomes.find((outcome) => outcome.record.key === write.key) ?? []);
    },
  }),
  keepsWhatIsTheSame: (store) => ({
    // Compares the text alone.
    write: async (writes) => {
      const [write] = writes;
      if (write?.existing !== "keepSame") return store.write(writes);
      const [record] = await store.get(write.namespace, [write.key]);
      return record?.value === write.value ? [{ record, written: false }] : store.write(writes);
    },
  }),
  keepsWhatIsNewer: (store) => ({
    // Takes "as new" for "newer".
    write: (writes) =>
      store.write(
        writes.map((write) =>
          write.existing === "keepNewer"
            ? { ...write, updatedAt: (write.updatedAt ?? write.now) + 1 }
            : write,
        ),
      ),
  }),
  importsHistory: (store) => ({
    write: (writes) => store.write(writes.map(({ history: _history, ...write }) => write)),
  }),
  refusesUnorderedHistory: (store) => ({
    write: (writes) =>
      store.write(
        writes.map((write) => ({
          ...write,
          history: (write.history ?? []).map((fields, index) => ({ ...fields, version: index + 1 })),
        })),
      ),
  }),
  countsSequencesUp: (store) => ({
    // Erasures take no number.
    head: async (namespace) => {
      const head = await store.head(namespace);
      return head && { ...head, sequence: head.erased === 0 ? head.sequence : head.sequence - 1 };
    },
  }),
  numbersRecordsOnce: (store) => {
    // Ids are numbered within a namespace.
    const ids = new Map<string, number[]>();
    return {
      write: async (writes) =>
        (await store.write(writes)).map((outcome) => {
          const known = ids.get(outcome.record.namespace) ?? [];
          ids.set(outcome.record.namespace, known);
          if (!known.includes(outcome.record.id)) known.push(outcome.record.id);
          return { ...outcome, record: { ...outcome.record, id: 1 + known.indexOf(outcome.record.id) } };
        }),
    };
  },
  takesConcurrentWrites: (store) => {
    // A write during another one is forgotten.
    let busy = false;
    return {
      write: async (writes) => {
        if (busy) return [];
        busy = true;
        await Promise.resolve();
        busy = false;
        return store.write(writes);
      },
    };
  },
  sharesNoObjects: (store) => {
    // A cache that hands out what it keeps.
    const kept = new Map<string, StoredRecord | undefined>();
    return {
      get: async (namespace, keys) => {
        for (const [index, record] of (await store.get(namespace, keys)).entries())
          if (!kept.has(keys[index] ?? "")) kept.set(keys[index] ?? "", record);
        return keys.map((key) => kept.get(key));
      },
    };
  },
  listsInOrder: (store) => ({
    // Continues after a time, and so leaves out what else was created then.
    list: (namespace, { after, ...page }) =>
      store.list(namespace, {
        ...page,
        ...(after === undefined
          ? {}
          : { after: { createdAt: after.createdAt, id: Number.MAX_SAFE_INTEGER } }),
      }),
  }),
  scansNamespaces: (store) => ({
    // Names that come before the prefix too.
    scan: async ({ after, limit }) => {
      const names = (await store.namespaces()).sort().filter((name) => name > after);
      const found = [];
      for (const name of names) found.push(...(await store.list(name, { limit })));
      return found.slice(0, limit);
    },
  }),
  tailsThreads: (store) => ({
    // The oldest turns instead of the newest.
    tail: (namespace, thread, limit) => store.list(namespace, { thread, limit }),
  }),
  namesNamespacesInOrder: (store) => ({
    namespaces: async () => (await store.namespaces()).sort((left, right) => left.localeCompare(right)),
  }),
  counts: (store) => ({
    // Counts all, whatever is asked.
    counts: () => store.counts(),
  }),
  keepsHostileStrings: (store) => ({
    get: async (namespace, keys) => {
      const plain: Record<string, StoredRecord | undefined> = {};
      for (const key of keys) plain[key] = (await store.get(namespace, [key]))[0];
      return keys.map((key) => plain[key.normalize("NFC")]);
    },
  }),
  keepsLargeRecords: (store) => ({
    write: (writes) =>
      store.write(writes.map((write) => ({ ...write, value: write.value.slice(0, 65_536) }))),
  }),
  isolatesNamespaces: (store) => ({
    // An id is enough.
    read: async (_namespace, ids) => {
      const names = await store.namespaces();
      return (await Promise.all(names.map((name) => store.read(name, ids)))).flat();
    },
  }),
  tellsWhatWasUpdated: (store) => ({
    // All of them.
    changes: (namespace, after, limit) => store.changes(namespace, after, limit),
  }),
  pagesChanges: (store) => ({
    // Says that the first page is all.
    changes: async (namespace, after, limit) => ({
      ...(await store.changes(namespace, after, limit)),
      complete: true,
    }),
  }),
  pagesVectors: (store) => ({
    // Does not stop where it should.
    vectorChanges: (namespace, embedder, after, limit) =>
      store.vectorChanges(namespace, embedder, after, limit),
  }),
  keepsVectorsInPieces: (store) => ({
    saveVectors: (embedder, items) =>
      store.saveVectors(
        embedder,
        items.map((item) => ({ ...item, vectors: item.vectors.slice(0, 1) })),
      ),
  }),
  announcesVectorsAgain: (store) => {
    const told = new Set<number>();
    return {
      vectorChanges: async (...request) => {
        const changes = await store.vectorChanges(...request);
        const vectors = changes.vectors.filter((found) => !told.has(found.id));
        for (const { id } of vectors) told.add(id);
        return { ...changes, vectors };
      },
    };
  },
  forgetsOldErasures: (store) => ({
    // Forgets without saying so.
    head: async (namespace) => {
      const head = await store.head(namespace);
      return head && { ...head, forgotten: 0 };
    },
    changes: async (...request) => {
      const changes = await store.changes(...request);
      return { ...changes, erased: changes.erased.filter((id) => id > 1_000) };
    },
  }),
  changesTellEverything: (store) => ({
    // Loses erasures at the end of a page.
    changes: async (...request) => {
      const changes = await store.changes(...request);
      return changes.complete ? changes : { ...changes, erased: changes.erased.slice(0, -1) };
    },
  }),
  touches: (store) => ({
    // Of any version.
    touch: (namespace, key, { expiresAt = null }) => store.touch(namespace, key, { expiresAt }),
  }),
  pins: (store) => ({
    // What is written anew is not pinned.
    write: async (writes) => {
      for (const { namespace, key } of writes) await store.touch(namespace, key, { pinnedAt: null });
      return store.write(writes);
    },
  }),
  erasesSelections: (store) => ({
    // Counts what was asked for.
    erase: async (namespace, selection) => {
      const answer = await store.erase(namespace, selection);
      const asked = typeof selection === "object" && "keys" in selection ? selection.keys.length : 0;
      return { ...answer, erased: Math.max(answer.erased, asked) };
    },
  }),
  erasesOnlyWhatWasSeen: (store) => ({
    // Of any version.
    erase: (namespace, selection, options) =>
      store.erase(
        namespace,
        typeof selection === "object" && "ids" in selection ? { ...selection, sequence: 1e9 } : selection,
        options,
      ),
  }),
  erasesInParts: (store) => ({
    // Begins anew with each part, so that what came since is erased too.
    erase: async (namespace, selection, options) => {
      const { rest, ...answer } = await store.erase(namespace, selection, options);
      return rest === undefined ? answer : { ...answer, rest: selection };
    },
  }),
  comparesVersions: (store) => ({
    // Looks first and writes then.
    write: async (writes) => {
      for (const { namespace, key, ifVersion } of writes) {
        const [found] = await store.get(namespace, [key]);
        const current = found?.version ?? 0;
        if (ifVersion !== undefined && ifVersion !== current)
          throw new SouvenirError("VERSION_CONFLICT", "", {
            details: { namespace, key, expected: ifVersion, current },
          });
      }
      return store.write(writes.map(({ ifVersion: _seen, ...write }) => write));
    },
  }),
  comparesThreads: (store) => ({
    // Looks first and writes then.
    write: async (writes, options) => {
      if (options?.ifThread !== undefined) await store.write([], options);
      return store.write(writes);
    },
  }),
  erasesNames: (store) => ({
    // Only in what memories say now.
    history: async (namespace, key, page) =>
      (await store.history(namespace, key, page)).map((record) => ({
        ...record,
        metadata: { souvenir: { supersedes: ["old"] } },
      })),
  }),
  scrubs: (store) => ({
    // Forgets what it owes.
    counts: async (namespace) => ({ ...(await store.counts(namespace)), unscrubbed: 0 }),
  }),
  boundsVersions: (store) => ({
    // Keeps the oldest.
    history: async (namespace, key, page) => {
      const history = await store.history(namespace, key, page);
      return history.length === 3 && history[0]?.version !== 1
        ? history.map((record) => ({ ...record, version: record.version - history.length }))
        : history;
    },
  }),
  pagesVersionsAndNamespaces: (store) => ({
    // Begins each page with the last of the one before.
    history: async (namespace, key, { after = 1, ...page } = {}) =>
      store.history(namespace, key, { ...page, after: after - 1 }),
  }),
  startsExpiredKeysAnew: (store) => ({
    // A new version of what is no more.
    write: (writes) => store.write(writes.map((write) => ({ ...write, now: start }))),
  }),
  erasesWithAllThatBelongs: (store) => {
    // History outlives its record.
    const histories = new Map<string, StoredRecord[]>();
    return {
      history: async (namespace, key) => {
        const history = await store.history(namespace, key);
        return history.length > 0 ? history : (histories.get(key) ?? []);
      },
      erase: async (namespace, selection) => {
        if (typeof selection === "object" && "keys" in selection)
          for (const key of selection.keys) histories.set(key, await store.history(namespace, key));
        return store.erase(namespace, selection);
      },
    };
  },
  tellsErasures: (store) => ({
    changes: async (...request) => ({ ...(await store.changes(...request)), erased: [] }),
  }),
  endsEmptyNamespaces: (store) => ({
    head: async (namespace) => {
      const head = await store.head(namespace);
      return head && { ...head, incarnation: 1 };
    },
  }),
  erasesWhatExpired: (store) => ({ eraseExpired: (now) => store.eraseExpired(now - 1) }),
  claimsInOrder: (store) => ({ claim: async (...request) => (await store.claim(...request)).reverse() }),
  leasesClaims: (store) => ({ claim: (task, options) => store.claim(task, { ...options, leaseMs: 0 }) }),
  postponesEntries: (store) => ({
    // Nothing is ever given up.
    postpone: (task, entries, outcome) => store.postpone(task, entries, { ...outcome, failed: false }),
  }),
  erasesWhatIsDrawn: (store) => ({
    // What is drawn stays.
    write: (writes, options) =>
      store.write(
        writes.map(({ sources: _sources, ...write }) => write),
        options,
      ),
  }),
  erasesSummariesWithAnySource: (store) => ({
    // As any other fact.
    write: (writes, options) =>
      store.write(
        writes.map((write) => ({ ...write, metadata: write.sources === undefined ? write.metadata : {} })),
        options,
      ),
  }),
  erasesWhatSaysSomethingElse: (store) => ({
    // Whatever version was read.
    write: async (writes, options) => {
      const current = async ({ namespace, sources = [] }: RecordWrite) => {
        const found = await store.get(
          namespace,
          sources.map(({ key }) => key),
        );
        return found.flatMap((record) =>
          record === undefined ? [] : [{ key: record.key, version: record.version }],
        );
      };
      const loose = writes.map(async (write) => ({ ...write, sources: await current(write) }));
      return store.write(await Promise.all(loose), options);
    },
  }),
  forgetsRunsWithTheLastMemory: (store) => ({
    // One thread is as good as another.
    write: (writes, options) =>
      store.write(
        writes.map((write) => ({ ...write, thread: write.thread && `${write.thread}!` })),
        options,
      ),
  }),
  expiresWithItsSources: (store) => ({
    // Only the memory itself.
    touch: async (namespace, key, change) => {
      const drawn = await store.get(namespace, ["of soon"]);
      const touched = await store.touch(namespace, key, change);
      for (const record of drawn)
        if (record !== undefined) await store.touch(namespace, record.key, { expiresAt: record.expiresAt });
      return touched;
    },
  }),
  forgetsVersionsOfWhatIsDrawn: (store) => ({
    // What is written again rests on nothing.
    write: (writes, options) =>
      store.write(
        writes.map(({ sources = [], ...write }) => (write.tags.length > 0 ? write : { ...write, sources })),
        options,
      ),
  }),
  changesInPlace: (store) => ({
    // Another version after all.
    write: (writes) => store.write(writes.map(({ inPlace: _inPlace, ...write }) => write)),
  }),
  writesWithTheQueue: (store) => ({
    // Whatever became of what was claimed.
    write: (writes, options) => store.write(writes, options?.ifThread ? { ifThread: options.ifThread } : {}),
  }),
  countsWhatIsSpent: (store) => ({
    spend: (spending) => store.spend({ ...spending, most: Number.POSITIVE_INFINITY }),
  }),
  dropsLateVectors: (store) => ({
    // Stores what comes, whatever happened since.
    saveVectors: async (embedder, items) => {
      const now = await store.claim(`embed:${embedder.id}`, { now: 1e15, leaseMs: 0, limit: 1_000 });
      await store.saveVectors(
        embedder,
        items.flatMap(({ entry, vectors }) => {
          const current = now.find((found) => found.id === entry.id);
          return current === undefined ? [] : [{ entry: current, vectors }];
        }),
      );
    },
  }),
  dropsLateEntities: (store) => ({
    saveEntities: async (task, items) => {
      const now = await store.claim(task, { now: 1e15, leaseMs: 0, limit: 1_000 });
      await store.saveEntities(
        task,
        items.flatMap(({ entry, entities }) => {
          const current = now.find((found) => found.id === entry.id);
          return current === undefined ? [] : [{ entry: current, entities }];
        }),
      );
    },
  }),
  adoptsEmbedders: (store) => ({
    embedders: async () => ({ ...(await store.embedders()), current: null }),
  }),
  refusesOtherDimensions: (store) => ({
    adoptEmbedder: (embedder) => store.adoptEmbedder({ ...embedder, dimensions: 2 }),
  }),
  reembeds: (store) => ({
    // Whatever it has by now.
    assign: async (seen, next) => {
      await store.assign(seen, next);
      return true;
    },
    // Tells of what has another target only.
    assignments: async (page) =>
      (await store.assignments(page)).filter(({ target }) => page.of !== "moving" && target === null),
  }),
  finishesWithFailures: (store) => ({
    // Nothing was ever given up.
    queue: async (...asked) => ({ ...(await store.queue(...asked)), failed: 0 }),
  }),
  computesInsteadOfStoring: (store) => ({
    // Takes it for one that is asked.
    adoptEmbedder: ({ id, dimensions }) => store.adoptEmbedder({ id, dimensions }),
  }),
  changesHowVectorsAreMade: (store) => ({
    // What it knows of an embedder stays as it was.
    adoptEmbedder: ({ id, dimensions }) => store.adoptEmbedder({ id, dimensions }),
  }),
  cancelsReembedding: (store) => ({
    // Takes one namespace for all.
    assignments: async (page) => (await store.assignments(page)).slice(0, page.of === "moving" ? 1 : 99),
  }),
  reembedsManyInSlices: (store) => ({
    // The first slice is all.
    queueMissing: async (...asked) => ({ ...(await store.queueMissing(...asked)), complete: true }),
  }),
  mistrustsFarTimes: (store) => ({
    claim: (task, { longestWaitMs: _, ...options }) => store.claim(task, options),
  }),
  reembedsOneNamespace: (store) => ({
    assignments: ({ namespace: _, ...page }) => store.assignments(page),
  }),
  reembedsWhatCameLater: (store) => ({
    // Only those that there were when it was begun.
    assignments: async (page) =>
      (await store.assignments(page)).filter(({ namespace }) => namespace === "anna"),
  }),
  finishesWhatWasBegunElsewhere: () => ({
    // Takes it to be done when the target is set.
    queueMissing: async (_, { after }) => ({ records: 1, sequence: after, complete: true }),
  }),
  assignsWhatWasSeen: (store) => ({
    // The last one decides.
    assign: async (seen, next) => {
      const [now] = await store.assignments({
        of: { otherThan: { id: "none", dimensions: 1 } },
        namespace: seen.namespace,
        after: 0,
        limit: 1,
      });
      return now !== undefined && store.assign(now, next);
    },
  }),
  closes: () => ({ close: async () => undefined }),
  reopens: (store) => {
    // Numbers namespaces anew for each handle.
    handles += 1;
    const handle = handles;
    return {
      head: async (namespace) => {
        const head = await store.head(namespace);
        return head && { ...head, incarnation: handle };
      },
    };
  },
  sharesHandles: (store) => {
    // Asks the file once.
    let known: Awaited<ReturnType<Store["head"]>>;
    return {
      head: async (namespace) => {
        known ??= await store.head(namespace);
        return known;
      },
    };
  },
  keepsSnapshots: (store) => ({
    saveSnapshot: async (namespace, at, pieces) => {
      const kept: Uint8Array[] = [];
      for await (const piece of pieces()) kept.push(piece);
      return store.saveSnapshot(namespace, at, () => kept.slice(0, 1));
    },
  }),
  removesStaleSnapshots: (store) => {
    // Keeps what it gave out once.
    const kept = new Map<string, Awaited<ReturnType<Store["loadSnapshot"]>>>();
    return {
      removeStaleSnapshots: async () => undefined,
      saveSnapshot: async (namespace, ...given) => {
        const saved = await store.saveSnapshot(namespace, ...given);
        kept.set(namespace, await store.loadSnapshot(namespace));
        return saved;
      },
      loadSnapshot: async (namespace) => kept.get(namespace),
    };
  },
  tellsTheTurnBefore: (store) => ({
    // In order of their coming.
    previous: async (namespace, ids) =>
      Promise.all(ids.map(async (id) => (await store.read(namespace, [id - 1]))[0])),
  }),
  embedsTheNextTurnAnew: (store) => ({
    // Does not tell that there are none any more.
    vectorChanges: async (...asked) => {
      const found = await store.vectorChanges(...asked);
      return { ...found, vectors: found.vectors.filter(({ vectors }) => vectors.length > 0) };
    },
  }),
  storesNoVectorOfAnotherTurnBefore: (store) => {
    const revisions = new Map<number, number>();
    return {
      // Goes by the version of the record.
      claim: async (task, options) => {
        const entries = await store.claim(task, options);
        for (const { id, revision } of entries) revisions.set(id, revision);
        return entries;
      },
      erase: async (namespace, selection, options) => {
        const erased = await store.erase(namespace, selection, options);
        for (const entry of await store.claim("embed:reader-1?context=previous", {
          now: start,
          leaseMs: 0,
          limit: 10,
        }))
          revisions.set(entry.id, entry.revision);
        return erased;
      },
      saveVectors: (embedder, items) =>
        store.saveVectors(
          embedder,
          items.map((item) => ({
            ...item,
            entry: { ...item.entry, revision: revisions.get(item.entry.id) ?? item.entry.revision },
          })),
        ),
    };
  },
  embedsTheNextTurnAnewForATarget: () => ({
    // Forgets what waits for a target.
    queue: async () => ({ pending: 0, failed: 0, lastError: null }),
  }),
  tellsWhatIsToBeComputedAnew: (store) => ({
    // Keeps nothing of an embedder that computes.
    vectorChanges: async (namespace, embedder, ...asked) =>
      embedder.startsWith("reader-2")
        ? { vectors: [], sequence: asked[0], complete: true }
        : store.vectorChanges(namespace, embedder, ...asked),
  }),
  refusesStaleSnapshots: (store) => ({
    saveSnapshot: async (namespace, _at, pieces) => {
      const head = await store.head(namespace);
      return head === undefined ? false : store.saveSnapshot(namespace, head, pieces);
    },
  }),
};

/** Specs that need more than one handle, or files. */
const inFiles: readonly StoreSpecName[] = [
  "reopens",
  "scrubs",
  "sharesHandles",
  "keepsSnapshots",
  "removesStaleSnapshots",
  "refusesStaleSnapshots",
];

for (const [name, fault] of Object.entries(faults) as [StoreSpecName, Fault][]) {
  test(`${name} tells a store that breaks it from one that does not`, async () => {
    const sound = newPlace(inFiles.includes(name));
    await runStoreSpec(name, { ...sound, open: async () => faulty(await sound.open(), {}) });
    const good = newPlace(inFiles.includes(name));
    const opened: Store[] = [];
    const place: StorePlace = {
      ...good,
      open: async () => {
        const store = await good.open();
        opened.push(store);
        return faulty(store, fault(store));
      },
    };
    await expect(runStoreSpec(name, place)).rejects.toThrow();
    for (const store of opened) await store.close();
  });
}

function newPlace(inFile: boolean): StorePlace {
  if (!inFile) {
    const store = new InMemoryStore();
    return { open: () => store };
  }
  const folder = mkdtempSync(join(tmpdir(), "souvenir-fault-"));
  const path = join(folder, "memory.db");
  return { open: () => sqliteStore({ path }), remove: () => rmSync(folder, { recursive: true }) };
}

function faulty(store: Store, fault: Partial<Store>): Store {
  return new Proxy(store, {
    get(target, name) {
      const replaced: unknown = Reflect.get(fault, name);
      if (replaced !== undefined) return replaced;
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
