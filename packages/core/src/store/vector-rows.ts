import type { CompiledFilter } from "../documents/compiled-filter.ts";
import { SouvenirError } from "../errors.ts";
import { given } from "../given.ts";
import type { Metadata } from "../types.ts";
import { invalid } from "../validation.ts";
import { condition, RecordTable } from "./record-table.ts";
import type { SqliteConnection } from "./sqlite-connection.ts";
import type { TablesFile } from "./tables-file.ts";
import { dotProduct, scoreOf, type VectorMetric } from "./vector-metric.ts";

/** A vector with its metadata. */
export interface VectorRow {
  id: string;
  vector: readonly number[];
  metadata: Metadata;
}

/** Rows by their ids, or all that pass a filter. */
export type WhichRows = { ids: readonly string[] } | { filter: CompiledFilter };

/** What the nearest rows are looked for with. */
export interface VectorQuery {
  /** Without one, what passes the filter, with score 0. */
  vector: readonly number[] | undefined;
  topK: number;
  filter: CompiledFilter | undefined;
  includeVector: boolean;
  minScore: number | undefined;
}

/** A row that was found by its vector. */
export interface VectorHit {
  id: string;
  score: number;
  metadata: Metadata;
  vector?: number[];
}

/** Where rows with vectors are kept. */
export interface VectorRowsOptions {
  /** The file that has the tables. */
  file: TablesFile;
  /** Of the tables `<prefix>_indexes` and `<prefix>_vectors`, which the migrations have made with these columns. */
  prefix: string;
  /** Makes the error for what an index does not take. Default: `INVALID_INPUT`. */
  refuse?: (where: string, expected: string, details: Record<string, unknown>) => Error;
  /** Makes the error for an index that is not there. Default: `NOT_FOUND`. */
  missing?: (name: string) => Error;
}

interface Index {
  name: string;
  dimension: number;
  metric: VectorMetric;
  /** Differs when an index was deleted and made again. */
  incarnation: string;
  /** Writes so far. */
  changes: number;
  /** Writes that took vectors away. */
  erasures: number;
}

interface Stored {
  index: string;
  id: string;
  numbers: Uint8Array;
  metadata: Metadata;
  change: number;
}

interface AtHandVector {
  numbers: Float32Array;
  /** Its product with itself. */
  square: number;
  metadata: Metadata;
}

/** The vectors of an index, as they were after so many writes: reading them from the file takes ten times as long. */
interface AtHand {
  index: Index;
  vectors: Map<string, AtHandVector>;
}

/** Indexes whose vectors are kept at hand. */
const indexesAtHand = 16;

/**
 * Vectors of any model with metadata, in indexes by name in the file of a memory. Compared exactly, one by one; kept at
 * hand, and brought up to date with what other processes wrote.
 */
export class VectorRows {
  readonly #file: TablesFile;
  readonly #refuse: NonNullable<VectorRowsOptions["refuse"]>;
  readonly #missing: NonNullable<VectorRowsOptions["missing"]>;
  readonly #indexes: RecordTable<Index>;
  readonly #rows: RecordTable<Stored>;
  readonly #atHand = new Map<string, AtHand>();

  constructor({ file, prefix, refuse, missing }: VectorRowsOptions) {
    this.#file = file;
    this.#refuse = refuse ?? ((where, expected) => invalid(where, expected));
    this.#missing =
      missing ?? ((name) => new SouvenirError("NOT_FOUND", `there is no index "${name}": make it first`));
    this.#indexes = new RecordTable<Index>({
      table: `${prefix}_indexes`,
      noun: "index",
      key: ["name"],
      fields: {
        name: ["name", "name"],
        dimension: ["dimension", "number"],
        metric: ["metric", "name"],
        incarnation: ["incarnation", "name"],
        changes: ["changes", "number"],
        erasures: ["erasures", "number"],
      },
    });
    this.#rows = new RecordTable<Stored>({
      table: `${prefix}_vectors`,
      noun: "vector",
      key: ["index", "id"],
      fields: {
        index: ["index_name", "name"],
        id: ["id", "name"],
        numbers: ["numbers", "bytes"],
        metadata: ["metadata", "json"],
        change: ["change", "number"],
      },
    });
  }

  /** Makes an index, where there is none. @throws what `refuse` makes for one of another dimension or metric */
  async create(name: string, dimension: number, metric: VectorMetric): Promise<void> {
    const db = await this.#file.open();
    const exists = () => {
      const found = this.#indexes.get(db, name);
      if (found !== undefined && found.dimension !== dimension)
        throw this.#refuse(
          "dimension",
          `${found.dimension}: the index "${name}" has vectors of ${found.dimension} numbers, not ${dimension}. Use the model it was made with, another index, or delete it first`,
          { index: name, expected: found.dimension, received: dimension },
        );
      if (found !== undefined && found.metric !== metric)
        throw this.#refuse(
          "metric",
          `${found.metric}: the index "${name}" compares by it. Use another index, or delete it first`,
          { index: name },
        );
      return found !== undefined;
    };
    // Asked for before each use, it is not written each time.
    if (exists()) return;
    const counts = { changes: 0, erasures: 0 };
    await db.transaction(() => {
      if (!exists())
        this.#indexes.put(db, { name, dimension, metric, incarnation: crypto.randomUUID(), ...counts });
    });
  }

  /** Names of the indexes, in order. */
  async names(): Promise<string[]> {
    return this.#indexes.list(await this.#file.open(), { order: "name" }).map(({ name }) => name);
  }

  /** Whether there is an index of this name. */
  async has(name: string): Promise<boolean> {
    return this.#indexes.get(await this.#file.open(), name) !== undefined;
  }

  /** Whether an index has a row of this id. */
  async hasRow(name: string, id: string): Promise<boolean> {
    return this.#rows.get(await this.#file.open(), name, id) !== undefined;
  }

  /** Dimension, metric and count of an index. */
  async describe(name: string): Promise<{ dimension: number; metric: VectorMetric; count: number }> {
    const db = await this.#file.open();
    return db.snapshot(() => {
      const { dimension, metric } = this.#existing(db, name);
      return { dimension, metric, count: this.#rows.count(db, [condition("index_name = ?", name)]) };
    });
  }

  /** Erases an index with its rows. */
  async drop(name: string): Promise<void> {
    this.#atHand.delete(name);
    const db = await this.#file.open();
    await db.transaction(
      () =>
        this.#rows.remove(db, [condition("index_name = ?", name)]) +
        this.#indexes.remove(db, [condition("name = ?", name)]),
      { erased: (count) => count },
    );
  }

  /** Best first; equal ones by id. */
  async query(name: string, query: VectorQuery): Promise<VectorHit[]> {
    const { vector, topK, filter, includeVector, minScore = Number.NEGATIVE_INFINITY } = query;
    const { index, vectors } = this.#current(await this.#file.open(), name);
    if (vector !== undefined) this.#checkDimension(index, vector.length);
    const score = vector === undefined ? () => 0 : scoreOf(index.metric, Float32Array.from(vector));
    const found: { id: string; score: number }[] = [];
    for (const [id, { numbers, square, metadata }] of vectors) {
      if (filter !== undefined && !filter.matches(metadata)) continue;
      const value = score(numbers, square);
      if (value >= minScore) found.push({ id, score: value });
    }
    return found
      .sort((left, right) => right.score - left.score || (left.id < right.id ? -1 : 1))
      .slice(0, topK)
      .map((hit) => {
        const { numbers, metadata } = vectors.get(hit.id) as AtHandVector;
        // A copy, because what is at hand is for all callers.
        const copy = { ...hit, metadata: structuredClone(metadata) };
        return includeVector ? { ...copy, vector: Array.from(numbers) } : copy;
      });
  }

  /** Puts vectors, after taking away what passes `instead`: one write. */
  async put(name: string, rows: readonly VectorRow[], instead?: CompiledFilter): Promise<void> {
    await this.#write(name, (db, index, change) => {
      for (const { vector } of rows) this.#checkDimension(index, vector.length);
      const erased = instead === undefined ? [] : this.#removed(db, name, { filter: instead });
      for (const { id, vector, metadata } of rows)
        this.#rows.put(db, { index: name, id, numbers: toBytes(vector), metadata, change });
      return erased;
    });
  }

  /** Changes the vector, the metadata or both. Nothing there, nothing done. */
  async update(
    name: string,
    which: WhichRows,
    { vector, metadata }: { vector?: readonly number[]; metadata?: Metadata },
  ): Promise<void> {
    await this.#write(name, (db, index, change) => {
      if (vector !== undefined) this.#checkDimension(index, vector.length);
      const numbers = vector && toBytes(vector);
      for (const id of this.#matching(db, name, which)) {
        const before = this.#rows.get(db, name, id);
        if (before !== undefined) this.#rows.put(db, { ...before, ...given({ numbers, metadata }), change });
      }
      return [];
    });
  }

  /** Erases selected rows of an index. */
  async remove(name: string, which: WhichRows): Promise<void> {
    await this.#write(name, (db) => this.#removed(db, name, which));
  }

  /** One write, counted; the ids that it answers are gone from the file and from what is at hand. */
  async #write(
    name: string,
    run: (db: SqliteConnection, index: Index, change: number) => readonly string[],
  ): Promise<void> {
    const db = await this.#file.open();
    const { erasures, erased } = await db.transaction(
      () => {
        const index = this.#existing(db, name);
        const changes = index.changes + 1;
        const erased = run(db, index, changes);
        const erasures = index.erasures + (erased.length > 0 ? 1 : 0);
        this.#indexes.put(db, { ...index, changes, erasures });
        return { erasures, erased };
      },
      { erased: (result) => result.erased.length },
    );
    const known = this.#atHand.get(name);
    // Otherwise others took something away as well, and all is read anew.
    if (known === undefined || erased.length === 0 || known.index.erasures !== erasures - 1) return;
    known.index.erasures = erasures;
    for (const id of erased) known.vectors.delete(id);
  }

  /** What the file has now, also by other processes. */
  #current(db: SqliteConnection, name: string): AtHand {
    return db.snapshot(() => {
      const index = this.#existing(db, name);
      const { incarnation, erasures } = index;
      const before = this.#atHand.get(name);
      const goesOn = before?.index.incarnation === incarnation && before.index.erasures === erasures;
      const known: AtHand = goesOn ? before : { index: { ...index, changes: 0 }, vectors: new Map() };
      const where = [condition("index_name = ?", name), condition("change > ?", known.index.changes)];
      if (known.index.changes < index.changes)
        for (const { id, numbers: bytes, metadata } of this.#rows.list(db, { where })) {
          // A copy, because the bytes of a row need not lie where numbers can.
          const numbers = new Float32Array(bytes.slice().buffer);
          known.vectors.set(id, { numbers, square: dotProduct(numbers, numbers), metadata });
        }
      known.index = index;
      this.#atHand.delete(name);
      this.#atHand.set(name, known);
      if (this.#atHand.size > indexesAtHand) this.#atHand.delete(this.#atHand.keys().next().value as string);
      return known;
    });
  }

  #existing(db: SqliteConnection, name: string): Index {
    const index = this.#indexes.get(db, name);
    if (index === undefined) throw this.#missing(name);
    return index;
  }

  #checkDimension({ name, dimension }: Index, received: number): void {
    if (received !== dimension)
      throw this.#refuse(
        "vector",
        `Vector dimension mismatch: the index "${name}" expects ${dimension} numbers, got ${received}. Embed with the model that the index was made with`,
        { index: name, expected: dimension, received },
      );
  }

  #matching(db: SqliteConnection, name: string, which: WhichRows): readonly string[] {
    if ("ids" in which) return which.ids;
    const where = [condition("index_name = ?", name)];
    return this.#rows
      .list(db, { where })
      .flatMap(({ id, metadata }) => (which.filter.matches(metadata) ? id : []));
  }

  /** Says which were there. */
  #removed(db: SqliteConnection, name: string, which: WhichRows): string[] {
    const one = (id: string) => [condition("index_name = ?", name), condition("id = ?", id)];
    return this.#matching(db, name, which).filter((id) => this.#rows.remove(db, one(id)) > 0);
  }
}

function toBytes(vector: readonly number[]): Uint8Array {
  return new Uint8Array(Float32Array.from(vector).buffer);
}
