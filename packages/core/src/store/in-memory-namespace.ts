import type { JsonValue } from "../types.ts";
import { placeInThread, type TurnPlace } from "./embedder-context.ts";
import { runsThread } from "./fact-mark.ts";
import { OrderedPlaces, type Place } from "./ordered-places.ts";
import { rememberedErasures } from "./remembered-erasures.ts";
import type {
  Changes,
  EmbedderIdentity,
  ListPage,
  NamespaceHead,
  RecordFields,
  Selection,
  StoredRecord,
  VectorChanges,
} from "./store.ts";

/** Before all other places of the same number. */
const firstId = 0;

export interface Item {
  /** Never handed out, only copied. */
  record: StoredRecord;
  history: RecordFields[];
  /** By embedder id. */
  readonly vectors: Map<string, { sequence: number; vectors: Float32Array[] }>;
}

/** The records of one namespace in memory, and what finds them: keys, order of creation, threads, changes. */
export class InMemoryNamespace {
  readonly name: string;
  readonly incarnation: number;
  embedder: EmbedderIdentity | null;
  target: EmbedderIdentity | null = null;
  #sequence = 0;
  #erased = 0;
  #forgotten = 0;
  readonly #items = new Map<number, Item>();
  readonly #byKey = new Map<string, Item>();
  readonly #threads = new Map<string, OrderedPlaces>();
  readonly #order = this.#places((record) => record.createdAt);
  readonly #expiring = this.#places((record) => record.expiresAt);
  readonly #changes = this.#places((record) => record.sequence);
  /** By embedder id. */
  readonly #vectorChanges = new Map<string, OrderedPlaces>();
  #erasures: { sequence: number; id: number }[] = [];
  /** By key, the records that name it in `supersedes`, now or in an earlier version. */
  readonly #namers = new Map<string, Set<number>>();

  constructor(name: string, incarnation: number, embedder: EmbedderIdentity | null) {
    this.name = name;
    this.incarnation = incarnation;
    this.embedder = embedder;
  }

  get size(): number {
    return this.#items.size;
  }

  get head(): NamespaceHead {
    return {
      incarnation: this.incarnation,
      sequence: this.#sequence,
      erased: this.#erased,
      forgotten: this.#forgotten,
      embedder: this.embedder,
      target: this.target,
    };
  }

  items(): Iterable<Item> {
    return this.#items.values();
  }
  item(id: number): Item | undefined {
    return this.#items.get(id);
  }
  byKey(key: string): Item | undefined {
    return this.#byKey.get(key);
  }

  /** A record names these keys. */
  names(id: number, keys: Iterable<string>): void {
    for (const key of keys) this.#namers.set(key, (this.#namers.get(key) ?? new Set()).add(id));
  }

  /** Nobody is to name a key any more. Answers who does. */
  dropName(key: string): Item[] {
    const namers = this.#namers.get(key) ?? [];
    this.#namers.delete(key);
    return [...namers].flatMap((id) => this.#items.get(id) ?? []);
  }

  nextSequence(): number {
    this.#sequence += 1;
    return this.#sequence;
  }

  /** Adds a record, or puts it in the place of the one with the same id. */
  put(record: StoredRecord): Item {
    let item = this.#items.get(record.id);
    const before = item?.record;
    if (item === undefined) {
      item = { record, history: [], vectors: new Map() };
      this.#items.set(record.id, item);
      this.#byKey.set(record.key, item);
    } else {
      item.record = record;
    }
    if (before?.createdAt !== record.createdAt) {
      if (before !== undefined) this.#order.removed();
      this.#order.add(record.createdAt, record.id);
    }
    if (before?.expiresAt !== record.expiresAt) {
      if (before !== undefined && before.expiresAt !== null) this.#expiring.removed();
      if (record.expiresAt !== null) this.#expiring.add(record.expiresAt, record.id);
    }
    if (before?.thread !== record.thread || before.createdAt !== record.createdAt) {
      this.#leaveThread(before?.thread ?? null);
      this.#joinThread(record);
    }
    if (before !== undefined) this.#changes.removed();
    this.#changes.add(record.sequence, record.id);
    return item;
  }

  /** Stores the vectors of a record, or announces them again, under the next sequence number or a given one. */
  putVectors(
    item: Item,
    embedder: string,
    vectors: Float32Array[],
    sequence: number = this.nextSequence(),
  ): void {
    const { id } = item.record;
    const known = item.vectors.has(embedder);
    item.vectors.set(embedder, { sequence, vectors });
    let places = this.#vectorChanges.get(embedder);
    if (places === undefined) {
      places = new OrderedPlaces(
        (place) => this.#items.get(place.id)?.vectors.get(embedder)?.sequence === place.at,
      );
      this.#vectorChanges.set(embedder, places);
    }
    if (known) places.removed();
    places.add(sequence, id);
  }

  announceVectors(item: Item): void {
    for (const [embedder, { vectors }] of item.vectors)
      this.putVectors(item, embedder, vectors, item.record.sequence);
  }

  dropVectors(item: Item, ...except: string[]): void {
    for (const embedder of [...item.vectors.keys()]) {
      if (except.includes(embedder)) continue;
      item.vectors.delete(embedder);
      const places = this.#vectorChanges.get(embedder);
      places?.removed();
      if (places?.size === 0) this.#vectorChanges.delete(embedder);
    }
  }

  erase(ids: readonly number[]): void {
    for (const id of ids) {
      const item = this.#items.get(id);
      if (item === undefined) continue;
      const { record } = item;
      this.dropVectors(item);
      this.#items.delete(id);
      this.#byKey.delete(record.key);
      this.#order.removed();
      this.#changes.removed();
      if (record.expiresAt !== null) this.#expiring.removed();
      this.#leaveThread(record.thread);
      this.#erased = this.nextSequence();
      this.#erasures.push({ sequence: this.#erased, id });
    }
    this.#forgetErasures();
  }

  /** Ids of the records that say what runs did, when there are no others. */
  runsAlone(): number[] {
    for (const { record } of this.#items.values()) if (record.thread !== runsThread) return [];
    return [...this.#items.keys()];
  }

  /** The records of a selection, as they are asked for; `undefined` for a member of a list that is not there. */
  *select(selection: Exclude<Selection, "all">): Generator<StoredRecord | undefined> {
    const { upTo = Number.POSITIVE_INFINITY } = selection as { upTo?: number };
    for (const item of this.#candidates(selection))
      yield item === undefined || item.record.id > upTo ? undefined : item.record;
  }

  *#candidates(selection: Exclude<Selection, "all">): Generator<Item | undefined> {
    if ("key" in selection) yield this.#byKey.get(selection.key);
    else if ("keys" in selection)
      for (const key of selection.keys.slice(selection.from)) yield this.#byKey.get(key);
    else if ("records" in selection)
      for (const { id } of selection.records.slice(selection.from)) yield this.#items.get(id);
    else if ("ids" in selection)
      for (const id of selection.ids.slice(selection.from)) yield this.#items.get(id);
    else if ("thread" in selection)
      for (const { id } of this.#threads.get(selection.thread)?.backwards() ?? []) yield this.#items.get(id);
    else yield* this.#items.values();
  }

  expired(now: number, limit: number): number[] {
    const ids: number[] = [];
    for (const { at, id } of this.#expiring.after({ at: Number.NEGATIVE_INFINITY, id: firstId })) {
      if (at > now || ids.length === limit) break;
      ids.push(id);
    }
    return ids;
  }

  /** When the first record expires; `Infinity` when none does. */
  nextExpiry(): number {
    for (const { at } of this.#expiring.after({ at: Number.NEGATIVE_INFINITY, id: firstId })) return at;
    return Number.POSITIVE_INFINITY;
  }

  list({ thread, after, newestFirst = false, limit }: ListPage): StoredRecord[] {
    const places = thread === undefined ? this.#order : this.#threads.get(thread);
    if (places === undefined) return [];
    if (newestFirst)
      return this.#records(
        places.backwards(after === undefined ? undefined : { at: after.createdAt, id: after.id }),
        limit,
      );
    const start =
      after === undefined
        ? { at: Number.NEGATIVE_INFINITY, id: firstId }
        : { at: after.createdAt, id: after.id };
    return this.#records(places.after(start), limit);
  }

  tail(thread: string, limit: number): StoredRecord[] {
    const places = this.#threads.get(thread);
    return places === undefined ? [] : this.#records(places.backwards(), limit).reverse();
  }

  /** The turn before a record in its thread, without those that are withdrawn. */
  previous(id: number): StoredRecord | undefined {
    const record = this.#items.get(id)?.record;
    const place = record && placeInThread(record);
    if (place === undefined) return undefined;
    return this.#turn(this.#threads.get(place.thread)?.backwards({ at: place.createdAt, id }));
  }

  /** The turn after a place. */
  next({ thread, createdAt, id }: TurnPlace): number | undefined {
    return this.#turn(this.#threads.get(thread)?.after({ at: createdAt, id }))?.id;
  }

  #turn(places: Iterable<Place> = []): StoredRecord | undefined {
    for (const { id } of places) {
      const record = this.#items.get(id)?.record;
      if (record !== undefined && placeInThread(record) !== undefined) return record;
    }
    return undefined;
  }

  /** Whether a record of a thread was written after a sequence number. */
  hasChanged(thread: string, after: number): boolean {
    for (const { id } of this.#changes.after({ at: after, id: Number.POSITIVE_INFINITY }))
      if (this.#items.get(id)?.record.thread === thread) return true;
    return false;
  }

  changes(after: number, limit: number): Changes {
    const records = this.#records(this.#changes.after({ at: after, id: Number.POSITIVE_INFINITY }), limit);
    const first = this.#erasures.findLastIndex((erasure) => erasure.sequence <= after) + 1;
    const erasures = this.#erasures.slice(first, first + limit);
    // A list that was cut short ends the page for both.
    const ends = [records, erasures].map((list) =>
      list.length < limit ? this.#sequence : (list.at(-1)?.sequence ?? after),
    );
    const sequence = Math.min(...ends);
    return {
      records: records.filter((record) => record.sequence <= sequence),
      erased: erasures.filter((erasure) => erasure.sequence <= sequence).map((erasure) => erasure.id),
      sequence,
      complete: sequence === this.#sequence,
    };
  }

  vectorChanges(
    embedder: string,
    after: number,
    limit: number,
    upTo: number = this.#sequence,
  ): VectorChanges {
    const vectors: VectorChanges["vectors"] = [];
    let last = after;
    for (const { at, id } of this.#vectorChanges
      .get(embedder)
      ?.after({ at: after, id: Number.POSITIVE_INFINITY }) ?? []) {
      if (at > upTo || vectors.length === limit) break;
      vectors.push({ id, vectors: copyVectors(this.#items.get(id)?.vectors.get(embedder)?.vectors ?? []) });
      last = at;
    }
    const complete = vectors.length < limit;
    return { vectors, sequence: complete ? upTo : last, complete };
  }

  #places(
    at: (record: StoredRecord) => number | null,
    belongs?: (record: StoredRecord) => boolean,
  ): OrderedPlaces {
    return new OrderedPlaces((place) => {
      const record = this.#items.get(place.id)?.record;
      return record !== undefined && at(record) === place.at && (belongs === undefined || belongs(record));
    });
  }

  #records(places: Iterable<Place>, limit: number): StoredRecord[] {
    const records: StoredRecord[] = [];
    for (const { id } of places) {
      if (records.length >= limit) break;
      records.push(copyRecord((this.#items.get(id) as Item).record));
    }
    return records;
  }

  #joinThread({ thread, createdAt, id }: StoredRecord): void {
    if (thread === null) return;
    let turns = this.#threads.get(thread);
    if (turns === undefined) {
      turns = this.#places(
        (record) => record.createdAt,
        (record) => record.thread === thread,
      );
      this.#threads.set(thread, turns);
    }
    turns.add(createdAt, id);
  }

  #leaveThread(thread: string | null): void {
    if (thread === null) return;
    const turns = this.#threads.get(thread);
    turns?.removed();
    if (turns?.size === 0) this.#threads.delete(thread);
  }

  #forgetErasures(): void {
    const forgotten = this.#sequence - rememberedErasures;
    if ((this.#erasures[0]?.sequence ?? Number.POSITIVE_INFINITY) > forgotten) return;
    this.#erasures = this.#erasures.filter((erasure) => erasure.sequence > forgotten);
    this.#forgotten = forgotten;
  }
}

/** A copy that shares nothing with the original. */
export function copyRecord<Fields extends Pick<RecordFields, "tags" | "metadata" | "entities">>(
  record: Fields,
): Fields {
  return {
    ...record,
    tags: [...record.tags],
    metadata: copyJson(record.metadata),
    entities: record.entities.map((entity) => ({ ...entity })),
  };
}

export function copyVectors(vectors: readonly Float32Array[]): Float32Array[] {
  return vectors.map((vector) => vector.slice());
}

function copyJson<Value extends JsonValue>(value: Value): Value {
  return JSON.parse(JSON.stringify(value));
}
