import type { OramaPluginSync } from "@orama/orama";
import { DocumentSet } from "@souvenir/orama";
import { SouvenirError } from "../errors.ts";
import { letOthersRun, Slices } from "../event-loop.ts";
import type { Store } from "../store/store.ts";
import type { IndexCache } from "./index-cache.ts";
import { MetadataTypes } from "./metadata-schema.ts";
import { NamespaceIndex } from "./namespace-index.ts";
import { createOramaView, type MemoryDatabase, type OramaDocument, oramaDocument } from "./orama-view.ts";
import type { Searcher } from "./searcher.ts";

/** Records read at once. */
const pageSize = 500;
/** Looks at a namespace that others write to all the time. */
const mostLooks = 5;

const nothing = new DocumentSet();

/** @throws SouvenirError `CLOSED` when it is not known any more what there is. */
function isThere({ abandoned }: NamespaceIndex): boolean {
  if (abandoned === "replaced")
    throw new SouvenirError(
      "CLOSED",
      "the index under this database was built anew: call memory.orama() again",
    );
  return abandoned === undefined;
}

export interface OramaDatabasesOptions {
  store: Store;
  indexes: IndexCache;
  clock: () => number;
  searcher: Pick<Searcher, "prepare" | "rankerOf">;
}

/** The databases of namespaces for who reads them with Orama's functions: over the indexes in use, with the texts. */
export class OramaDatabases {
  readonly #options: OramaDatabasesOptions;
  /** The last one of an index, for as long as somebody has it. */
  readonly #known = new WeakMap<NamespaceIndex, { changes: number; database: WeakRef<MemoryDatabase> }>();

  constructor(options: OramaDatabasesOptions) {
    this.#options = options;
  }

  async open(namespace: string, plugins: readonly OramaPluginSync[]): Promise<MemoryDatabase> {
    const { indexes, clock, searcher } = this.#options;
    await letOthersRun();
    await searcher.prepare();
    const documents = new Map<number, OramaDocument>();
    let index = (await indexes.get(namespace)) ?? new NamespaceIndex(0);
    const known = this.#known.get(index);
    const same = known?.changes === index.changes ? known.database.deref() : undefined;
    if (same !== undefined && plugins.length === 0) return same;
    for (let look = 0; look < mostLooks; look++) {
      const { changes } = index;
      await this.#load(namespace, index, documents);
      const now = await indexes.get(namespace);
      if (now === undefined || (now === index && index.changes === changes)) break;
      if (now !== index) documents.clear();
      index = now;
    }
    const types = new MetadataTypes();
    const slices = new Slices();
    for (const { metadata } of documents.values()) {
      types.add(metadata);
      if (slices.over) await slices.next();
    }
    const current = index;
    const { changes } = current;
    const { database, add } = createOramaView(current.database, {
      dimensions: current.embedder?.dimensions,
      metadata: types.schema(),
      documents,
      presence: {
        documents: () => (isThere(current) ? (current.filter({ now: clock() }) ?? current.live) : nothing),
        has: (document) => isThere(current) && current.has(document, clock()),
      },
      naming: (name) => current.naming(name),
      rank: searcher.rankerOf(current),
      plugins,
    });
    for (const [number, document] of documents) {
      const shown = add(number, document);
      if (shown !== undefined) await shown;
      if (slices.over) await slices.next();
    }
    current.watch(database);
    if (plugins.length === 0) this.#known.set(current, { changes, database: new WeakRef(database) });
    return database;
  }

  /** The records of the documents of an index that are not loaded yet. */
  async #load(
    namespace: string,
    index: NamespaceIndex,
    documents: Map<number, OramaDocument>,
  ): Promise<void> {
    const slices = new Slices();
    const missing: number[] = [];
    for (const document of index.live.clone()) if (!documents.has(document)) missing.push(document);
    for (let start = 0; start < missing.length; start += pageSize) {
      const ids = new Map<number, number>();
      for (const document of missing.slice(start, start + pageSize)) {
        const id = index.idOf(document);
        if (id !== 0) ids.set(id, document);
      }
      for (const record of await this.#options.store.read(namespace, [...ids.keys()])) {
        documents.set(ids.get(record.id) as number, oramaDocument(record));
        if (slices.over) await slices.next();
      }
    }
  }
}
