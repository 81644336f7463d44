import { type AnyOrama, create, insert, remove } from "@orama/orama";
import {
  type DocumentSet,
  freezeSnapshot,
  frozen,
  giveBack,
  IndexReader,
  indexOf,
  readSnapshot,
  type SouvenirIndex,
  type Steps,
  souvenirPlugin,
  type TextIndex,
  type VectorIndex,
} from "@souvenir/orama";
import { isBuiltIn } from "../embedders/built-in.ts";
import { patiently } from "../event-loop.ts";
import type { RankingQuery } from "../ranking/evidence.ts";
import { builtInBackground } from "../ranking/model.ts";
import { type RankedDocument, rank } from "../ranking/rank.ts";
import type { Ranking } from "../ranking/ranking.ts";
import type { RankingIndex } from "../ranking/ranking-index.ts";
import { isWithdrawn } from "../records.ts";
import { standingPath } from "../store/standing.ts";
import type { EmbedderIdentity, NamespaceHead, StoredRecord } from "../store/store.ts";
import type { Entity } from "../types.ts";
import { trueAtRanges } from "./as-of.ts";
import type { Place } from "./document-table.ts";
import { EntityCatalog } from "./entity-catalog.ts";
import { conditionsOf, type Filter } from "./filter.ts";
import { documentOf, memorySchema, vectorProperty } from "./memory-document.ts";
import { MemoryDocuments } from "./memory-documents.ts";
import { metadataProperty, pathsProperty, rangesOf, valueAt } from "./metadata-filter.ts";
import { mostFrequent } from "./most-frequent.ts";
import { ReadRecords } from "./read-records.ts";
import { TermTable } from "./term-table.ts";
import type { Threads } from "./threads.ts";

/** Changes whenever an index made by an older version must not be used any more. */
const format = "souvenir-index-7";

/** So many numbers of documents that are gone take little room, and are not worth building an index anew. */
const fewGone = 100_000;
/** Documents that are looked at between two steps. */
const stepDocuments = 1024;

/** What the ranker of the database is asked beside the question. */
interface Asked {
  query: RankingQuery;
  ranking: Ranking;
}

/**
 * The index of one namespace: an Orama database of its memories, with the indexes of `@souvenir/orama` and the ranking of
 * this package, and what the store says of it. A cache of the store, in memory.
 *
 * A version of a record is a document with a number that is never used twice; a new version is a new document.
 */
export class NamespaceIndex implements RankingIndex {
  /** Of the namespace; see `NamespaceHead`. */
  readonly incarnation: number;
  /** Records that were read since they were put into the index. */
  readonly read: ReadRecords = new ReadRecords();
  /** Everything up to this sequence number of the store is in the index. */
  sequence = 0;
  /** The same for vectors. */
  vectorSequence = 0;

  /** Another number after each change, of the words that are left of what is gone too. */
  changes = 0;

  /** Everything up to this sequence number has its terms of the static model; 0 while there is no model. */
  termSequence = 0;
  #terms = new TermTable();
  readonly #catalog = new EntityCatalog();
  readonly #documents = new MemoryDocuments();
  readonly #database: AnyOrama;
  readonly #index: SouvenirIndex;
  /** Ids of the records that were withdrawn: no documents. */
  readonly #withdrawn = new Set<number>();
  #embedder: EmbedderIdentity | null = null;
  #watchers: WeakRef<object>[] = [];
  #abandoned: "emptied" | "replaced" | undefined;

  constructor(incarnation: number) {
    this.incarnation = incarnation;
    this.#database = create({
      schema: memorySchema,
      sort: { enabled: false },
      // The store has checked what it holds.
      components: { documentsStore: this.#documents.component(), validateSchema: () => undefined },
      plugins: [
        souvenirPlugin({
          open: [metadataProperty],
          renumber: true,
          kept: this.#documents.kept(() => this.live),
          rank: ({ context }) => this.#rank(context as Asked),
        }),
      ],
    });
    this.#index = indexOf(this.#database);
  }

  /** The database of the namespace. */
  get database(): AnyOrama {
    return this.#database;
  }

  get text(): TextIndex {
    return this.#index.text;
  }

  get vectors(): VectorIndex | undefined {
    return this.#index.vectors(vectorProperty);
  }

  get terms(): TermTable {
    return this.#terms;
  }

  get threads(): Threads {
    return this.#documents.threads;
  }

  /** Live documents. */
  get size(): number {
    return this.live.count;
  }

  /** Documents whose removal `settling` has still to end. */
  get unsettled(): number {
    return this.#index.unsettled;
  }

  /** The numbers of all live documents. */
  get live(): DocumentSet {
    return this.#index.live;
  }

  /** Ids of the records that were withdrawn: an erasure by what they say means them too. */
  get withdrawn(): ReadonlySet<number> {
    return this.#withdrawn;
  }

  get embedder(): EmbedderIdentity | null {
    return this.#embedder;
  }

  isCurrent(head: NamespaceHead): boolean {
    return (
      this.sequence >= head.sequence &&
      sameVectors(this.#embedder, head.embedder) &&
      (head.embedder === null || this.vectorSequence >= head.sequence)
    );
  }

  /** False when the changes that are missing here are not to be had any more, or old versions fill the index. */
  canFollow(head: NamespaceHead): boolean {
    const gone = this.#documents.table.end - this.size;
    return (
      this.incarnation === head.incarnation &&
      this.sequence >= Math.min(head.forgotten, head.sequence) &&
      (gone < fewGone || gone < 2 * this.size)
    );
  }

  /** Somebody reads the index without asking for it each time, for as long as the object is there. */
  watch(watcher: object): void {
    this.#watchers = [...this.#watchers.filter((known) => known.deref() !== undefined), new WeakRef(watcher)];
  }

  get isWatched(): boolean {
    return this.#watchers.some((watcher) => watcher.deref() !== undefined);
  }

  /** The index follows the store no more: the namespace has no memories left, or another index. */
  abandon(why: "emptied" | "replaced"): void {
    this.#abandoned = why;
  }

  get abandoned(): "emptied" | "replaced" | undefined {
    return this.#abandoned;
  }

  /** Adds a record or its new version. `settling` comes after changes. */
  put(record: StoredRecord): void {
    this.changes++;
    this.erase(record.id);
    if (isWithdrawn(record)) {
      this.#withdrawn.add(record.id);
      return;
    }
    void insert(this.#database, documentOf(record));
    for (const entity of record.entities) this.#catalog.add(EntityCatalog.form(entity));
  }

  /** The record is found no more. `settling` comes after changes. */
  erase(id: number): void {
    this.changes++;
    this.read.forget(id);
    this.#withdrawn.delete(id);
    const document = this.#documentOf(id);
    if (document === undefined) return;
    for (const form of this.#index.attributes.valuesOf(document, "forms")) this.#catalog.remove(String(form));
    this.#terms.remove(document);
    void remove(this.#database, String(id));
  }

  /** Removes the words of what is gone, for many at once: the last step of a change. */
  *settling(): Steps {
    if (this.unsettled > 0) this.changes++;
    yield* this.#documents.settling();
    yield* this.#terms.settling();
    while (this.unsettled > 0) {
      this.changes++;
      yield* this.#index.settling();
    }
    yield* this.text.preparing();
  }

  /** Vectors of another embedder are forgotten: they are never compared with the new ones. */
  useEmbedder(embedder: EmbedderIdentity | null): void {
    if (sameVectors(this.#embedder, embedder)) return;
    this.changes++;
    this.#embedder = embedder;
    this.#index.useVectors(vectorProperty, embedder?.dimensions);
    this.vectorSequence = 0;
  }

  putVectors(id: number, vectors: readonly Float32Array[]): void {
    this.changes++;
    const document = this.#documentOf(id);
    if (document === undefined || this.vectors === undefined) return;
    this.#index.setVectors(document, vectorProperty, vectors);
  }

  /** Terms of the static model, as its text is read. */
  putTerms(id: number, terms: Iterable<number>): void {
    this.changes++;
    const document = this.#documentOf(id);
    if (document !== undefined) this.#terms.add(document, terms);
  }

  /** The id of the record of a document. */
  idOf(document: number): number {
    return this.#documents.table.idOf(document);
  }

  /** Whether a document is there and has not expired. */
  has(document: number, now: number): boolean {
    return this.live.has(document) && this.#documents.table.expiresAt(document) > now;
  }

  createdAt(document: number): number {
    return this.#documents.table.createdAt(document);
  }

  latest(): number {
    return this.#documents.table.latest();
  }

  /** How many were created after a moment, in milliseconds since 1970. */
  *createdAfter(moment: number): Steps<number> {
    let [count, looked] = [0, 0];
    for (const document of this.live) {
      if (this.createdAt(document) > moment) count++;
      if (++looked % stepDocuments === 0) yield;
    }
    return count;
  }

  asks(document: number): boolean {
    return this.#documents.table.asks(document);
  }

  saidBy(name: string): DocumentSet {
    return this.#index.attributes.documentsWith("speakers", name);
  }

  naming(name: string): DocumentSet {
    return this.#index.attributes.documentsWith("entities", name);
  }

  /** Ids of the records that are pinned. */
  pinned(): Steps<number[]> {
    return this.idsOf(this.#index.attributes.documentsWith(pathsProperty, standingPath("pinnedAt")));
  }

  /** Whether any record names others that it takes the place of. */
  get hasSuperseding(): boolean {
    return this.#index.attributes.documentsWith(pathsProperty, standingPath("supersedes")).count > 0;
  }

  /** Ids of the records that name a key among those that they take the place of. */
  superseding(key: string): number[] {
    const documents = this.#index.attributes.documentsWith(valueAt(standingPath("supersedes")), key);
    return Array.from(documents, (document) => this.idOf(document)).filter((id) => id !== 0);
  }

  /** What `filter` would have to do first after many changes, in steps. */
  *preparing({ where, asOf }: Filter): Steps {
    const ranges = [
      ...(where === undefined ? [] : rangesOf(where)),
      ...(asOf === undefined ? [] : trueAtRanges),
    ];
    for (const field of ranges) yield* this.#index.attributes.sorting(field);
  }

  /** The documents that pass, `undefined` for all. */
  filter(filter: Filter): DocumentSet | undefined {
    const where = conditionsOf(filter, this.#catalog);
    let passing = where.length === 0 ? undefined : this.#index.documentsWhere({ and: where });
    for (const { thread, after } of filter.except ?? []) {
      const others = (passing ?? this.live).clone();
      const turns = this.threads.turns(thread);
      for (let place = turns.length - 1; place >= 0; place--) {
        const turn = turns[place] as number;
        if (after !== undefined && !this.#isAfter(turn, after)) break;
        others.delete(turn);
      }
      passing = others;
    }
    // While documents that are gone have words left, they are told apart by this.
    if (this.unsettled > 0) passing = passing?.intersect(this.live) ?? this.live.clone();
    return this.#documents.table.withoutExpired(filter.now, () => passing ?? this.live.clone()) ?? passing;
  }

  /** The documents in order for a question, best first: what the ranker of the database says. */
  ranking(query: RankingQuery, ranking: Ranking): Steps<RankedDocument[]> {
    const context: Asked = { query, ranking };
    const { text: term, vector, accept, limit } = query;
    return this.#index.ranking({ term, vector, accept, limit, context }) as Steps<RankedDocument[]>;
  }

  #rank({ query, ranking }: Asked): Steps<RankedDocument[]> {
    const isKnown = this.#embedder !== null && isBuiltIn(this.#embedder);
    return rank({ background: isKnown ? builtInBackground : undefined, ...query }, this, ranking);
  }

  /** Whether a record is there and passes a filter that is prepared. */
  passes(id: number, filter: Filter): boolean {
    const document = this.#documentOf(id);
    return document !== undefined && (this.filter(filter) ?? this.live).has(document);
  }

  #documentOf(id: number): number | undefined {
    return this.#database.internalDocumentIDStore.idToInternalId.get(String(id));
  }

  #isAfter(document: number, { createdAt, id }: Place): boolean {
    const at = this.createdAt(document);
    return at > createdAt || (at === createdAt && this.idOf(document) > id);
  }

  /** The first documents that pass, in order of time and id after a place, as ids with their times. */
  inOrder(filter: Filter, page: { after?: Place; newestFirst: boolean; limit: number }): Steps<Place[]> {
    return this.#documents.table.inOrder(this.filter(filter) ?? this.live, page);
  }

  /** Ids of the records of documents, without those that are gone by then. */
  *idsOf(documents: DocumentSet): Steps<number[]> {
    const ids: number[] = [];
    let looked = 0;
    for (const document of documents) {
      const id = this.idOf(document);
      if (id !== 0) ids.push(id);
      if (++looked % stepDocuments === 0) yield;
    }
    return ids;
  }

  /**
   * Entities of some documents (default: all) with the number of documents that name each, most frequent first.
   * @param asked - How many, and of those of a type or whose canonical name begins so.
   */
  *countEntities(
    asked: { limit: number; type?: string; prefix?: string },
    among?: DocumentSet,
  ): Steps<{ entity: Entity; count: number }[]> {
    const { limit, type, prefix = "" } = asked;
    const passes = (canonical: string) =>
      canonical.startsWith(prefix) && (type === undefined || this.#catalog.display(canonical)?.type === type);
    const counts = yield* this.#index.attributes.counting("entities", among);
    const first = yield* mostFrequent(counts, limit, passes);
    return first.flatMap(({ name, count }) => {
      const entity = this.#catalog.display(name);
      return entity === undefined ? [] : [{ entity, count }];
    });
  }

  *countTags(among: DocumentSet, limit: number): Steps<{ tag: string; count: number }[]> {
    const first = yield* mostFrequent(yield* this.#index.attributes.counting("tags", among), limit);
    return first.map(({ name, count }) => ({ tag: name, count }));
  }

  /**
   * The index as it is now, in pieces, each of which is made when it is asked for and overwritten by the next one: the
   * index may change meanwhile.
   */
  save(): Iterable<Uint8Array> {
    const head = {
      format,
      incarnation: this.incarnation,
      sequence: this.sequence,
      vectorSequence: this.vectorSequence,
      embedder: this.#embedder,
      termSequence: this.termSequence,
    };
    return freezeSnapshot(
      new Map([
        ["head", [frozen(new TextEncoder().encode(JSON.stringify(head)))]],
        ["documents", this.#documents.table.freeze()],
        ["withdrawn", [frozen(new Uint8Array(Float64Array.from(this.#withdrawn).buffer))]],
        ["threads", this.threads.freeze()],
        ["terms", this.#terms.freeze()],
        ...this.#index.freeze(),
      ]),
    );
  }

  /** The store's numbers begin anew: what it tells from the first one on is taken in over what is here. */
  startOver(): void {
    this.sequence = 0;
    this.vectorSequence = 0;
    this.termSequence = 0;
  }

  /**
   * @param pieces - The bytes of a snapshot in order; vectors go straight to their place, piece by piece.
   * @throws when the bytes are damaged or of another version.
   */
  static async load(pieces: AsyncIterable<Uint8Array>): Promise<NamespaceIndex> {
    const sections = new Map<string, Uint8Array[]>();
    const parts = (name: string) => sections.get(name) ?? [];
    const reader = new IndexReader();
    await readSnapshot(pieces, (section, part) => {
      if (!reader.take(section, part)) sections.set(section, [...parts(section), part.slice()]);
    });
    const head = JSON.parse(new TextDecoder().decode(parts("head")[0]));
    if (head.format !== format)
      throw new TypeError(`the snapshot has format "${head.format}", not "${format}"`);
    const index = new NamespaceIndex(head.incarnation);
    index.sequence = head.sequence;
    index.vectorSequence = head.vectorSequence;
    index.#embedder = head.embedder;
    index.termSequence = head.termSequence;
    index.#index.replace(await patiently(reader.ending()));
    const [withdrawn = new Uint8Array()] = parts("withdrawn");
    for (const id of new Float64Array(withdrawn.slice().buffer)) index.#withdrawn.add(id);
    await patiently(index.#documents.loading(parts("documents"), parts("threads")));
    index.#terms = await patiently(TermTable.loading(parts("terms"), index.#documents.table.end));
    await patiently(index.#restoring());
    for (const taken of sections.values()) for (const part of taken) giveBack(part);
    await patiently(index.text.preparing());
    return index;
  }

  /** What follows from the parts of a snapshot. */
  *#restoring(): Steps {
    const { table } = this.#documents;
    const { idToInternalId, internalIdToId } = this.#database.internalDocumentIDStore;
    for (let document = 1; document < table.end; document++) {
      const id = table.idOf(document);
      internalIdToId.push(id === 0 ? "" : String(id));
      if (id !== 0) {
        idToInternalId.set(String(id), document);
        this.live.add(document);
      }
      if (document % stepDocuments === 0) yield;
    }
    let forms = 0;
    for (const [form, count] of this.#index.attributes.values("forms")) {
      this.#catalog.add(String(form), count);
      if (++forms % 256 === 0) yield;
    }
  }
}

/** Those that are computed here are not those that were stored: a snapshot may lack what was still queued then. */
function sameVectors(left: EmbedderIdentity | null, right: EmbedderIdentity | null): boolean {
  return left?.id === right?.id && left?.computed === right?.computed;
}
