import {
  AttributeIndex,
  DocumentSet,
  freezeSnapshot,
  frozen,
  readSnapshot,
  type Steps,
  TextIndex,
  VectorIndex,
} from "@souvenir/orama";
import { canonicalName } from "../entities/canonical.ts";
import { kindsOf } from "../entities/kinds.ts";
import { inSlices } from "../event-loop.ts";
import { kinshipOf } from "../ranking/kinship.ts";
import type { RankingIndex } from "../ranking/ranking-index.ts";
import { asksQuestion, speakerNames } from "../ranking/speaker.ts";
import { VectorTrust } from "../ranking/vector-trust.ts";
import { isWithdrawn } from "../records.ts";
import type { EmbedderIdentity, NamespaceHead, StoredRecord } from "../store/store.ts";
import type { Entity } from "../types.ts";
import type { Condition } from "../where.ts";
import { DocumentTable, type Place } from "./document-table.ts";
import { EntityCatalog } from "./entity-catalog.ts";
import { documentsMeeting, metadataAttributes, rangesOf } from "./metadata-filter.ts";
import { mostFrequent } from "./most-frequent.ts";
import { Threads } from "./threads.ts";

/** Changes whenever an index made by an older version must not be used any more. */
const format = "souvenir-index-4";

/** So many numbers of documents that are gone take little room, and are not worth building an index anew. */
const fewGone = 100_000;
/** Documents that are looked at between two steps. */
const stepDocuments = 1024;

/** Attribute fields. Those of the metadata are in a file of their own, and are called otherwise. */
const tagField = "tag";
/** Canonical names. */
const entityField = "entity";
/** Names as written, with their types. */
const formField = "form";
/** What kinds of products it names; see `kindsOf`. */
const kindField = "kind";
/** Canonical names of who said a turn. */
const speakerField = "speaker";

export interface Filter {
  tags?: readonly string[];
  where?: Condition;
  entities?: readonly (string | Entity)[];
  thread?: string;
  /** Leaves out the turns of this thread, or those of them after a place. */
  except?: readonly ExceptTurns[];
  since?: number;
  until?: number;
  /** Memories that expire at or before this moment are left out. */
  now: number;
}

/** Turns that are left out: of a thread, all of them or those after a place. */
export interface ExceptTurns {
  thread: string;
  after?: Place;
}

/**
 * The index of one namespace: full text, vectors, entities, tags, metadata and conversations. A cache of the store, in
 * memory. The only file that knows the engine's classes, together with `ranking`.
 *
 * A version of a record is a document with a number that is never used twice; a new version is a new document.
 */
export class NamespaceIndex implements RankingIndex {
  /** Of the namespace; see `NamespaceHead`. */
  readonly incarnation: number;
  /** Everything up to this sequence number of the store is in the index. */
  sequence = 0;
  /** The same for vectors. */
  vectorSequence = 0;

  /** Another number after each change, of the words that are left of what is gone too. */
  changes = 0;

  readonly text: TextIndex;
  readonly attributes: AttributeIndex;
  vectors: VectorIndex | undefined;
  readonly threads: Threads = new Threads((left, right) => this.#documents.isBefore(left, right));
  trust: VectorTrust = new VectorTrust();
  readonly #catalog = new EntityCatalog();
  readonly #documents: DocumentTable;
  readonly #documentOf = new Map<number, number>();
  readonly #live = new DocumentSet();
  /** Ids of the records that were withdrawn: no documents. */
  readonly #withdrawn = new Set<number>();
  /** Documents that are gone and whose words `settling` has still to remove. */
  #unsettled: number[] = [];
  #embedder: EmbedderIdentity | null = null;

  constructor(
    incarnation: number,
    parts?: { text: TextIndex; attributes: AttributeIndex; documents: DocumentTable },
  ) {
    this.incarnation = incarnation;
    this.#documents = parts?.documents ?? new DocumentTable();
    this.text = parts?.text ?? new TextIndex();
    this.attributes = parts?.attributes ?? new AttributeIndex();
  }

  /** Live documents. */
  get size(): number {
    return this.#documentOf.size;
  }

  /** Documents whose removal `settling` has still to end. */
  get unsettled(): number {
    return this.#unsettled.length;
  }

  /** The numbers of all live documents. */
  get live(): DocumentSet {
    return this.#live;
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
    const gone = this.#documents.end - this.size;
    return (
      this.incarnation === head.incarnation &&
      this.sequence >= Math.min(head.forgotten, head.sequence) &&
      (gone < fewGone || gone < 2 * this.size)
    );
  }

  /** Adds a record or its new version. `settling` comes after changes. */
  put(record: StoredRecord): void {
    this.changes++;
    this.erase(record.id);
    if (isWithdrawn(record)) {
      this.#withdrawn.add(record.id);
      return;
    }
    const { id, createdAt, expiresAt, thread } = record;
    const asks = thread !== null && asksQuestion(record.value);
    const document = this.#documents.add({ id, createdAt, expiresAt, asks });
    this.#documentOf.set(id, document);
    this.#live.add(document);
    this.text.add(document, record.value);
    this.attributes.addAll(document, attributesOf(record));
    for (const entity of record.entities) this.#catalog.add(EntityCatalog.form(entity));
    if (thread !== null) this.threads.add(document, thread);
  }

  /** The record is found no more. `settling` comes after changes. */
  erase(id: number): void {
    this.changes++;
    this.#withdrawn.delete(id);
    const document = this.#documentOf.get(id);
    if (document === undefined) return;
    for (const form of this.attributes.valuesOf(document, formField)) this.#catalog.remove(String(form));
    this.vectors?.remove(document);
    this.#documentOf.delete(id);
    this.#live.delete(document);
    this.#documents.remove(document);
    this.#unsettled.push(document);
  }

  /** Removes the words of what is gone, for many at once: the last step of a change. */
  *settling(): Steps {
    while (this.#unsettled.length > 0) {
      this.changes++;
      const gone = this.#unsettled;
      yield* this.threads.removing(gone);
      yield* this.text.removing(gone);
      yield* this.attributes.removing(gone);
      this.#unsettled = this.#unsettled.slice(gone.length);
    }
    yield* this.#documents.settling();
    yield* this.text.preparing();
  }

  /** Vectors of another embedder are forgotten: they are never compared with the new ones. */
  useEmbedder(embedder: EmbedderIdentity | null): void {
    if (sameVectors(this.#embedder, embedder)) return;
    this.changes++;
    this.#embedder = embedder;
    this.trust = new VectorTrust();
    this.vectors = embedder === null ? undefined : new VectorIndex({ dimensions: embedder.dimensions });
    this.vectorSequence = 0;
  }

  putVectors(id: number, vectors: readonly Float32Array[]): void {
    this.changes++;
    const document = this.#documentOf.get(id);
    if (document === undefined || this.vectors === undefined) return;
    const [first] = vectors;
    if (first === undefined) {
      this.vectors.remove(document);
      return;
    }
    this.vectors.add(document, vectors);
    // Not before there are others to compare with.
    if (!this.trust.asksForKin || this.vectors.size < this.size / 2) return;
    const names = this.attributes.valuesOf(document, entityField).map(String);
    this.trust.learn(kinshipOf(document, first, names, this));
  }

  /** The id of the record of a document. */
  idOf(document: number): number {
    return this.#documents.idOf(document);
  }

  createdAt(document: number): number {
    return this.#documents.createdAt(document);
  }

  latest(): number {
    return this.#documents.latest();
  }

  asks(document: number): boolean {
    return this.#documents.asks(document);
  }

  saidBy(name: string): DocumentSet {
    return this.attributes.documentsWith(speakerField, name);
  }

  naming(name: string): DocumentSet {
    return this.attributes.documentsWith(entityField, name);
  }

  namingKind(kind: string): DocumentSet {
    return this.attributes.documentsWith(kindField, kind);
  }

  /** What `filter` would have to do first after many changes, in steps. */
  *preparing({ where }: Filter): Steps {
    for (const field of where === undefined ? [] : rangesOf(where)) yield* this.attributes.sorting(field);
  }

  /** The documents that pass, `undefined` for all. */
  filter(filter: Filter): DocumentSet | undefined {
    let passing: DocumentSet | undefined;
    const narrow = (set: DocumentSet) => {
      if (passing === undefined) passing = set;
      else passing.intersect(set);
    };
    for (const tag of filter.tags ?? []) narrow(this.attributes.documentsWith(tagField, tag));
    for (const entity of filter.entities ?? []) narrow(this.#naming(entity));
    if (filter.thread !== undefined) narrow(new DocumentSet(this.threads.turns(filter.thread)));
    if (filter.where !== undefined) narrow(documentsMeeting(filter.where, this.attributes, this.#live));
    for (const { thread, after } of filter.except ?? []) {
      const others = (passing ?? this.#live).clone();
      const turns = this.threads.turns(thread);
      for (let place = turns.length - 1; place >= 0; place--) {
        const turn = turns[place] as number;
        if (after !== undefined && !this.#isAfter(turn, after)) break;
        others.delete(turn);
      }
      passing = others;
    }
    const { since = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY } = filter;
    if (since !== Number.NEGATIVE_INFINITY || until !== Number.POSITIVE_INFINITY)
      narrow(this.#documents.within(since, until).intersect(this.#live));
    // While documents that are gone have words left, they are told apart by this.
    if (this.#unsettled.length > 0) passing = passing?.intersect(this.#live) ?? this.#live.clone();
    return this.#documents.withoutExpired(filter.now, () => passing ?? this.#live.clone()) ?? passing;
  }

  #isAfter(document: number, { createdAt, id }: Place): boolean {
    const at = this.#documents.createdAt(document);
    return at > createdAt || (at === createdAt && this.#documents.idOf(document) > id);
  }

  /** The first documents that pass, in order of time and id after a place, as ids with their times. */
  inOrder(filter: Filter, page: { after?: Place; newestFirst: boolean; limit: number }): Steps<Place[]> {
    return this.#documents.inOrder(this.filter(filter) ?? this.#live, page);
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
    const counts = yield* this.attributes.counting(entityField, among);
    const first = yield* mostFrequent(counts, limit, passes);
    return first.flatMap(({ name, count }) => {
      const entity = this.#catalog.display(name);
      return entity === undefined ? [] : [{ entity, count }];
    });
  }

  *countTags(among: DocumentSet, limit: number): Steps<{ tag: string; count: number }[]> {
    const first = yield* mostFrequent(yield* this.attributes.counting(tagField, among), limit);
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
      kinship: this.trust.kinship,
    };
    return freezeSnapshot(
      new Map([
        ["head", [frozen(new TextEncoder().encode(JSON.stringify(head)))]],
        ["documents", this.#documents.freeze()],
        ["withdrawn", [frozen(new Uint8Array(Float64Array.from(this.#withdrawn).buffer))]],
        ["threads", this.threads.freeze()],
        ["text", this.text.freeze()],
        ["attributes", this.attributes.freeze()],
        ["vectors", this.vectors?.freeze() ?? []],
      ]),
    );
  }

  /**
   * @param pieces - The bytes of a snapshot in order; vectors go straight to their place, piece by piece.
   * @throws when the bytes are damaged or of another version.
   */
  static async load(pieces: AsyncIterable<Uint8Array>): Promise<NamespaceIndex> {
    const vectors = VectorIndex.reader();
    const sections = new Map<string, Uint8Array[]>();
    const parts = (name: string) => sections.get(name) ?? [];
    await readSnapshot(pieces, (section, part) => {
      if (section === "vectors") vectors.take(part);
      else sections.set(section, [...parts(section), part.slice()]);
    });
    const head = JSON.parse(new TextDecoder().decode(parts("head")[0]));
    if (head.format !== format)
      throw new TypeError(`the snapshot has format "${head.format}", not "${format}"`);
    const index = new NamespaceIndex(head.incarnation, {
      text: await inSlices(TextIndex.loading(parts("text"))),
      attributes: await inSlices(AttributeIndex.loading(parts("attributes"))),
      documents: await inSlices(DocumentTable.loading(parts("documents"))),
    });
    index.sequence = head.sequence;
    index.vectorSequence = head.vectorSequence;
    index.#embedder = head.embedder;
    index.trust = new VectorTrust(head.kinship);
    if (head.embedder !== null) index.vectors = vectors.end();
    const [withdrawn = new Uint8Array()] = parts("withdrawn");
    for (const id of new Float64Array(withdrawn.slice().buffer)) index.#withdrawn.add(id);
    await inSlices(index.threads.loading(parts("threads")));
    await inSlices(index.#restoring());
    await inSlices(index.text.preparing());
    return index;
  }

  /** What follows from the parts of a snapshot. */
  *#restoring(): Steps {
    for (let document = 0; document < this.#documents.end; document++) {
      const id = this.#documents.idOf(document);
      if (document % stepDocuments === 0) yield;
      if (id === 0) continue;
      this.#documentOf.set(id, document);
      this.#live.add(document);
    }
    let forms = 0;
    for (const [form, count] of this.attributes.values(formField)) {
      this.#catalog.add(String(form), count);
      if (++forms % 256 === 0) yield;
    }
  }

  #naming(entity: string | Entity): DocumentSet {
    const name = canonicalName(typeof entity === "string" ? entity : entity.name);
    if (typeof entity === "string") return this.attributes.documentsWith(entityField, name);
    const documents = new DocumentSet();
    for (const form of this.#catalog.formsOf(name, entity.type))
      documents.union(this.attributes.documentsWith(formField, form));
    return documents;
  }
}

/** Those that are computed here are not those that were stored: a snapshot may lack what was still queued then. */
function sameVectors(left: EmbedderIdentity | null, right: EmbedderIdentity | null): boolean {
  return left?.id === right?.id && left?.computed === right?.computed;
}

/** What filters and facets ask of a record, as fields and values. */
function* attributesOf(
  record: StoredRecord,
): Generator<[field: string, value: string | number | boolean | null]> {
  for (const tag of record.tags) yield [tagField, tag];
  if (record.thread !== null)
    for (const name of speakerNames(record.value, record.role)) yield [speakerField, name];
  for (const entity of record.entities) {
    const canonical = canonicalName(entity.name);
    yield [entityField, canonical];
    for (const kind of kindsOf(canonical)) yield [kindField, kind];
    yield [formField, EntityCatalog.form(entity)];
  }
  yield* metadataAttributes(record.metadata);
}
