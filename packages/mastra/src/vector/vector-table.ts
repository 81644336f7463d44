import type { IndexStats, QueryResult } from "@mastra/core/vector";
import { type Metadata, SouvenirError } from "@souvenir/core";
import type { SqliteConnection } from "@souvenir/core/sqlite";
import type { MastraFile } from "../mastra-file.ts";
import { invalid } from "../values.ts";
import type { MetadataFilter } from "./filter.ts";
import { type IndexRow, IndexVectors } from "./index-vectors.ts";
import type { Indexes, IndexQuery, VectorRow } from "./indexes.ts";
import { type Metric, scoreOf } from "./metric.ts";

/** Indexes whose vectors are kept at hand. */
const indexesAtHand = 16;

/** Vectors that callers give, in the file. Compared exactly, one by one. */
export class VectorTable implements Indexes {
  readonly #file: MastraFile;
  readonly #atHand = new Map<string, IndexVectors>();

  constructor(file: MastraFile) {
    this.#file = file;
  }

  async create(name: string, dimension: number, metric: Metric): Promise<void> {
    const db = await this.#file.open();
    const check = (found: IndexRow) => {
      if (found.dimension !== dimension)
        throw invalid(
          "dimension",
          `${found.dimension}: the index "${name}" has vectors of ${found.dimension} numbers, not ${dimension}. Use the model it was made with, another index, or deleteIndex() first`,
          { index: name, expected: found.dimension, received: dimension },
        );
      if (found.metric !== metric)
        throw invalid(
          "metric",
          `${found.metric}: the index "${name}" compares by it. Use another index, or deleteIndex() first`,
          { index: name },
        );
    };
    // Mastra asks for the index before each use.
    const found = indexRow(db, name);
    if (found !== undefined) return check(found);
    await db.transaction(() => {
      const now = indexRow(db, name);
      if (now !== undefined) return check(now);
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
      const { n } = db.get("SELECT count(*) AS n FROM mastra_vectors WHERE index_name = ?", name) as {
        n: number;
      };
      return { dimension, metric, count: n };
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
    const { topK, filter, includeVector, minScore } = query;
    const db = await this.#file.open();
    const { index, vectors } = this.#current(db, name);
    if (query.vector !== undefined) checkDimension(index, query.vector.length);
    const score =
      query.vector === undefined ? undefined : scoreOf(index.metric, Float32Array.from(query.vector));
    const found: Scored[] = [];
    for (let place = 0; place < vectors.count; place += 1) {
      if (filter !== undefined && !filter.matches(vectors.metadata(place))) continue;
      const value = score === undefined ? 0 : vectors.score(score, place);
      if (minScore === undefined || value >= minScore) found.push({ place, score: value });
    }
    return atLeastBest(found, topK)
      .sort((a, b) => b.score - a.score || (vectors.id(a.place) < vectors.id(b.place) ? -1 : 1))
      .slice(0, topK)
      .map(({ place, score }) => ({
        id: vectors.id(place),
        score,
        // A copy, because what is at hand is for all callers.
        metadata: structuredClone(vectors.metadata(place)),
        ...(includeVector ? { vector: Array.from(vectors.vector(place)) } : {}),
      }));
  }

  /** Puts vectors, after taking away what passes `instead`: one write. */
  async put(name: string, rows: readonly VectorRow[], instead?: MetadataFilter): Promise<void> {
    const json = rows.map(({ metadata }) => JSON.stringify(metadata));
    await this.#erase(name, (db) => {
      const index = existingIndex(db, name);
      for (const { vector } of rows) checkDimension(index, vector.length);
      const erased = instead === undefined ? [] : matching(db, name, instead);
      removeRows(db, name, erased);
      const after = nextChange(db, name, erased.length > 0);
      for (const [position, { id, vector }] of rows.entries())
        putRow(db, name, id, vector, json[position] as string, after.changes);
      return { index: after, erased };
    });
  }

  async update(
    name: string,
    which: { id: string } | { filter: MetadataFilter },
    { vector, metadata }: { vector?: readonly number[]; metadata?: Metadata },
  ): Promise<void> {
    const json = metadata === undefined ? undefined : JSON.stringify(metadata);
    const db = await this.#file.open();
    await db.transaction(() => {
      const index = existingIndex(db, name);
      if (vector !== undefined) checkDimension(index, vector.length);
      const ids = "id" in which ? [which.id] : matching(db, name, which.filter);
      const { changes: change } = nextChange(db, name, false);
      for (const id of ids) {
        const set = "UPDATE mastra_vectors SET";
        const where = "change = ? WHERE index_name = ? AND id = ?";
        if (vector !== undefined) db.run(`${set} numbers = ?, ${where}`, toBytes(vector), change, name, id);
        if (json !== undefined) db.run(`${set} metadata = ?, ${where}`, json, change, name, id);
      }
    });
  }

  async remove(name: string, which: { ids: readonly string[] } | { filter: MetadataFilter }): Promise<void> {
    await this.#erase(name, (db) => {
      const index = existingIndex(db, name);
      const wanted = "ids" in which ? which.ids : matching(db, name, which.filter);
      const erased = removeRows(db, name, wanted);
      return { index: erased.length > 0 ? nextChange(db, name, true) : index, erased };
    });
  }

  /** One write; what it took away is gone from the file and from what is at hand. */
  async #erase(
    name: string,
    run: (db: SqliteConnection) => { index: IndexRow; erased: readonly string[] },
  ): Promise<void> {
    const db = await this.#file.open();
    const { index, erased } = await db.transaction(() => run(db), {
      erased: (result) => result.erased.length > 0,
    });
    if (erased.length > 0) this.#atHand.get(name)?.forget(erased, index);
  }

  /** What the file has now, also by other processes. */
  #current(db: SqliteConnection, name: string): { index: IndexRow; vectors: IndexVectors } {
    return db.snapshot(() => {
      const index = existingIndex(db, name);
      let vectors = this.#atHand.get(name);
      if (vectors === undefined || !vectors.continues(index)) vectors = new IndexVectors(index);
      vectors.read(db, index);
      this.#atHand.delete(name);
      this.#atHand.set(name, vectors);
      if (this.#atHand.size > indexesAtHand) this.#atHand.delete(this.#atHand.keys().next().value as string);
      return { index, vectors };
    });
  }
}

interface Scored {
  place: number;
  score: number;
}

/** The best `count` and those that equal the last of them, in no order: cheaper than to sort all. */
function atLeastBest(found: Scored[], count: number): Scored[] {
  if (found.length <= count) return found;
  const scores = Float64Array.from(found, ({ score }) => score).sort();
  const last = scores[scores.length - count] as number;
  return found.filter(({ score }) => score >= last);
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

/** Counts a write. */
function nextChange(db: SqliteConnection, name: string, erases: boolean): IndexRow {
  db.run(
    "UPDATE mastra_indexes SET changes = changes + 1, erasures = erasures + ? WHERE name = ?",
    erases ? 1 : 0,
    name,
  );
  return existingIndex(db, name);
}

function matching(db: SqliteConnection, name: string, filter: MetadataFilter): string[] {
  return db
    .all<{ id: string; metadata: string }>(
      "SELECT id, metadata FROM mastra_vectors WHERE index_name = ?",
      name,
    )
    .filter(({ metadata }) => filter.matches(JSON.parse(metadata) as Metadata))
    .map(({ id }) => id);
}

/** Says which were there. */
function removeRows(db: SqliteConnection, name: string, ids: readonly string[]): string[] {
  const remove = "DELETE FROM mastra_vectors WHERE index_name = ? AND id = ?";
  return ids.filter((id) => db.run(remove, name, id).changes > 0);
}

function putRow(
  db: SqliteConnection,
  name: string,
  id: string,
  vector: readonly number[],
  metadata: string,
  change: number,
): void {
  db.run(
    `INSERT INTO mastra_vectors (index_name, id, numbers, metadata, change) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (index_name, id) DO UPDATE SET numbers = excluded.numbers, metadata = excluded.metadata,
     change = excluded.change`,
    name,
    id,
    toBytes(vector),
    metadata,
    change,
  );
}

function toBytes(vector: readonly number[]): Uint8Array {
  return new Uint8Array(Float32Array.from(vector).buffer);
}
