import type { IndexStats, QueryResult } from "@mastra/core/vector";
import { type CompiledFilter, type Metadata, SouvenirError } from "@souvenir/core";
import type { SqliteConnection } from "@souvenir/core/sqlite";
import type { MastraFile } from "../mastra-file.ts";
import { invalid } from "../values.ts";
import type { Indexes, IndexQuery, VectorRow, Which } from "./indexes.ts";
import { dotProduct, type Metric, scoreOf } from "./metric.ts";

interface IndexRow {
  name: string;
  dimension: number;
  metric: Metric;
  /** Differs when an index was deleted and made again. */
  incarnation: string;
  /** Writes so far. */
  changes: number;
  /** Writes that took vectors away. */
  erasures: number;
}

interface Row {
  id: string;
  numbers: Uint8Array;
  metadata: string;
}

/** The vectors of an index, as they were after so many writes: reading them from the file takes ten times as long. */
interface AtHand {
  index: IndexRow;
  vectors: Map<string, AtHandVector>;
}

interface AtHandVector {
  numbers: Float32Array;
  /** Its product with itself. */
  square: number;
  metadata: Metadata;
}

/** Indexes whose vectors are kept at hand. */
const indexesAtHand = 16;

/** Vectors that callers give, in the file. Compared exactly, one by one. */
export class VectorTable implements Indexes {
  readonly #file: MastraFile;
  readonly #atHand = new Map<string, AtHand>();

  constructor(file: MastraFile) {
    this.#file = file;
  }

  async create(name: string, dimension: number, metric: Metric): Promise<void> {
    const db = await this.#file.open();
    const exists = () => {
      const found = indexRow(db, name);
      if (found !== undefined && found.dimension !== dimension)
        throw invalid(
          "dimension",
          `${found.dimension}: the index "${name}" has vectors of ${found.dimension} numbers, not ${dimension}. Use the model it was made with, another index, or deleteIndex() first`,
          { index: name, expected: found.dimension, received: dimension },
        );
      if (found !== undefined && found.metric !== metric)
        throw invalid(
          "metric",
          `${found.metric}: the index "${name}" compares by it. Use another index, or deleteIndex() first`,
          { index: name },
        );
      return found !== undefined;
    };
    // Mastra asks for the index before each use.
    if (exists()) return;
    await db.transaction(() => {
      if (!exists())
        db.run(
          "INSERT INTO mastra_indexes (name, dimension, metric, incarnation, changes, erasures) VALUES (?, ?, ?, ?, 0, 0)",
          name,
          dimension,
          metric,
          crypto.randomUUID(),
        );
    });
  }

  async names(): Promise<string[]> {
    const db = await this.#file.open();
    return db.all<{ name: string }>("SELECT name FROM mastra_indexes ORDER BY name").map(({ name }) => name);
  }

  async has(name: string): Promise<boolean> {
    return indexRow(await this.#file.open(), name) !== undefined;
  }

  async hasRow(name: string, id: string): Promise<boolean> {
    const db = await this.#file.open();
    return db.get("SELECT 1 FROM mastra_vectors WHERE index_name = ? AND id = ?", name, id) !== undefined;
  }

  async describe(name: string): Promise<IndexStats> {
    const db = await this.#file.open();
    return db.snapshot(() => {
      const { dimension, metric } = existingIndex(db, name);
      const counted = db.get<{ n: number }>(
        "SELECT count(*) AS n FROM mastra_vectors WHERE index_name = ?",
        name,
      );
      return { dimension, metric, count: counted?.n ?? 0 };
    });
  }

  async drop(name: string): Promise<void> {
    this.#atHand.delete(name);
    const db = await this.#file.open();
    await db.transaction(
      () =>
        db.run("DELETE FROM mastra_vectors WHERE index_name = ?", name).changes +
        db.run("DELETE FROM mastra_indexes WHERE name = ?", name).changes,
      { erased: (count) => count > 0 },
    );
  }

  /** Best first; equal ones by id. */
  async query(name: string, query: IndexQuery): Promise<QueryResult[]> {
    const { vector, topK, filter, includeVector, minScore = Number.NEGATIVE_INFINITY } = query;
    const { index, vectors } = this.#current(await this.#file.open(), name);
    if (vector !== undefined) checkDimension(index, vector.length);
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
    await this.#write(name, (db, index) => {
      for (const { vector } of rows) checkDimension(index, vector.length);
      const erased = instead === undefined ? [] : remove(db, name, { filter: instead });
      for (const { id, vector, metadata } of rows)
        db.run(
          `INSERT INTO mastra_vectors (index_name, id, numbers, metadata, change) VALUES (?, ?, ?, ?, ?)
           ON CONFLICT (index_name, id) DO UPDATE SET numbers = excluded.numbers, metadata = excluded.metadata,
           change = excluded.change`,
          name,
          id,
          toBytes(vector),
          JSON.stringify(metadata),
          index.changes + 1,
        );
      return erased;
    });
  }

  async update(
    name: string,
    which: Which,
    { vector, metadata }: { vector?: readonly number[]; metadata?: Metadata },
  ): Promise<void> {
    await this.#write(name, (db, index) => {
      if (vector !== undefined) checkDimension(index, vector.length);
      for (const id of matching(db, name, which))
        db.run(
          `UPDATE mastra_vectors SET numbers = coalesce(?, numbers), metadata = coalesce(?, metadata), change = ?
           WHERE index_name = ? AND id = ?`,
          vector === undefined ? null : toBytes(vector),
          metadata === undefined ? null : JSON.stringify(metadata),
          index.changes + 1,
          name,
          id,
        );
      return [];
    });
  }

  async remove(name: string, which: Which): Promise<void> {
    await this.#write(name, (db) => remove(db, name, which));
  }

  /** One write, counted; the ids that it answers are gone from the file and from what is at hand. */
  async #write(
    name: string,
    run: (db: SqliteConnection, index: IndexRow) => readonly string[],
  ): Promise<void> {
    const db = await this.#file.open();
    const { erasures, erased } = await db.transaction(
      () => {
        const index = existingIndex(db, name);
        const erased = run(db, index);
        const erasures = index.erasures + (erased.length > 0 ? 1 : 0);
        db.run(
          "UPDATE mastra_indexes SET changes = changes + 1, erasures = ? WHERE name = ?",
          erasures,
          name,
        );
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
      const index = existingIndex(db, name);
      const { incarnation, erasures } = index;
      const before = this.#atHand.get(name);
      const goesOn = before?.index.incarnation === incarnation && before.index.erasures === erasures;
      const known: AtHand = goesOn ? before : { index: { ...index, changes: 0 }, vectors: new Map() };
      if (known.index.changes < index.changes)
        for (const { id, numbers, metadata } of db.all<Row>(
          "SELECT id, numbers, metadata FROM mastra_vectors WHERE index_name = ? AND change > ?",
          name,
          known.index.changes,
        )) {
          // A copy, because the bytes of a row need not lie where numbers can.
          const own = new Float32Array(numbers.slice().buffer);
          known.vectors.set(id, {
            numbers: own,
            square: dotProduct(own, own),
            metadata: JSON.parse(metadata) as Metadata,
          });
        }
      known.index = index;
      this.#atHand.delete(name);
      this.#atHand.set(name, known);
      if (this.#atHand.size > indexesAtHand) this.#atHand.delete(this.#atHand.keys().next().value as string);
      return known;
    });
  }
}

function indexRow(db: SqliteConnection, name: string): IndexRow | undefined {
  return db.get<IndexRow>("SELECT * FROM mastra_indexes WHERE name = ?", name);
}

function existingIndex(db: SqliteConnection, name: string): IndexRow {
  const index = indexRow(db, name);
  if (index === undefined)
    throw new SouvenirError("NOT_FOUND", `there is no index "${name}": make it with createIndex()`, {
      details: { index: name, status: 404 },
    });
  return index;
}

function checkDimension({ name, dimension }: IndexRow, received: number): void {
  if (received !== dimension)
    throw invalid(
      "vector",
      `Vector dimension mismatch: the index "${name}" expects ${dimension} numbers, got ${received}. Embed with the model that the index was made with`,
      { index: name, expected: dimension, received },
    );
}

function matching(db: SqliteConnection, name: string, which: Which): readonly string[] {
  if ("ids" in which) return which.ids;
  return db
    .all<Omit<Row, "numbers">>("SELECT id, metadata FROM mastra_vectors WHERE index_name = ?", name)
    .filter(({ metadata }) => which.filter.matches(JSON.parse(metadata) as Metadata))
    .map(({ id }) => id);
}

/** Says which were there. */
function remove(db: SqliteConnection, name: string, which: Which): string[] {
  const sql = "DELETE FROM mastra_vectors WHERE index_name = ? AND id = ?";
  return matching(db, name, which).filter((id) => db.run(sql, name, id).changes > 0);
}

function toBytes(vector: readonly number[]): Uint8Array {
  return new Uint8Array(Float32Array.from(vector).buffer);
}
