import { SouvenirError } from "../errors.ts";
import type { SqliteConnection } from "./sqlite-connection.ts";
import type { SqliteEmbedders } from "./sqlite-embedders.ts";
import { namespaceNamed } from "./sqlite-namespaces.ts";
import { type RecordRow, recordOf, vectorsOf } from "./sqlite-rows.ts";
import { unfitCounter } from "./sqlite-schema.ts";
import type { ChangeFeed, Changes, NamespaceHead, VectorChanges } from "./store.ts";

/** Namespaces whose counters are known to fit. */
const rememberedCounters = 100_000;

/** What a SQLite store tells of changes, by the sequence numbers of their rows. */
export class SqliteChanges implements ChangeFeed {
  readonly #connection: SqliteConnection;
  readonly #embedders: SqliteEmbedders;
  readonly #checkedCounters = new Set<number>();

  constructor(connection: SqliteConnection, embedders: SqliteEmbedders) {
    this.#connection = connection;
    this.#embedders = embedders;
  }

  async head(namespace: string): Promise<NamespaceHead | undefined> {
    const row = namespaceNamed(this.#connection, namespace);
    if (row === undefined) return undefined;
    this.#checkCounter(row.number);
    return {
      incarnation: row.number,
      sequence: row.sequence,
      erased: row.erased,
      forgotten: row.forgotten,
      embedder: this.#embedders.embedder(row.embedder),
      target: this.#embedders.embedder(row.target),
    };
  }

  async changes(
    namespace: string,
    after: number,
    limit: number,
    { updatedAfter }: { updatedAfter?: number } = {},
  ): Promise<Changes> {
    return this.#connection.snapshot(() => this.#changes(namespace, after, limit, updatedAfter));
  }

  async vectorChanges(
    namespace: string,
    embedder: string,
    after: number,
    limit: number,
    upTo?: number,
  ): Promise<VectorChanges> {
    const row = namespaceNamed(this.#connection, namespace);
    if (row === undefined) return { vectors: [], sequence: after, complete: true };
    const end = upTo ?? row.sequence;
    const known = this.#connection.get<{ number: number; dimensions: number }>(
      "SELECT number, dimensions FROM embedders WHERE id = ?",
      embedder,
    );
    if (known === undefined) return { vectors: [], sequence: end, complete: true };
    const rows = this.#connection.all<{
      record: number;
      sequence: number;
      numbers: Uint8Array;
      checksum: number;
    }>(
      `SELECT record, sequence, numbers, checksum FROM vectors
       WHERE namespace = ? AND embedder = ? AND sequence > ? AND sequence <= ? ORDER BY sequence LIMIT ?`,
      row.number,
      known.number,
      after,
      end,
      limit,
    );
    const complete = rows.length < limit;
    return {
      vectors: rows.map((each) => ({ id: each.record, vectors: vectorsOf(each, known.dimensions) })),
      sequence: complete ? end : (rows.at(-1)?.sequence ?? after),
      complete,
    };
  }

  #changes(namespace: string, after: number, limit: number, updatedAfter: number | undefined): Changes {
    const row = namespaceNamed(this.#connection, namespace);
    if (row === undefined) return { records: [], erased: [], sequence: after, complete: true };
    // Without their texts, where few of them are wanted.
    const columns = updatedAfter === undefined ? "*" : "id, sequence, updated_at";
    const records = this.#connection.all<RecordRow>(
      `SELECT ${columns} FROM records WHERE namespace = ? AND sequence > ? ORDER BY sequence LIMIT ?`,
      row.number,
      after,
      limit,
    );
    const erased = this.#connection.all<{ sequence: number; record: number }>(
      "SELECT sequence, record FROM erasures WHERE namespace = ? AND sequence > ? ORDER BY sequence LIMIT ?",
      row.number,
      after,
      limit,
    );
    // A list that was cut short ends the page for both.
    const ends = [records, erased].map((list) =>
      list.length < limit ? row.sequence : (list.at(-1)?.sequence ?? after),
    );
    const sequence = Math.min(...ends);
    const found = records.filter((record) => record.sequence <= sequence);
    const wanted =
      updatedAfter === undefined
        ? found
        : found
            .filter((record) => record.updated_at > updatedAfter)
            .flatMap(
              ({ id }) => this.#connection.get<RecordRow>("SELECT * FROM records WHERE id = ?", id) ?? [],
            );
    return {
      records: wanted.map((record) => recordOf(record, namespace)),
      erased: erased.filter((erasure) => erasure.sequence <= sequence).map((erasure) => erasure.record),
      sequence,
      complete: sequence === row.sequence,
    };
  }

  /** Once for each namespace: an index that believed a damaged counter would never hear of later records. */
  #checkCounter(namespace: number): void {
    if (this.#checkedCounters.has(namespace)) return;
    if (this.#connection.get(unfitCounter, namespace) !== undefined)
      throw new SouvenirError(
        "STORE_CORRUPT",
        `a namespace of ${this.#connection.path} is damaged in its counter: restore the file from a backup`,
        { details: { namespace } },
      );
    if (this.#checkedCounters.size === rememberedCounters) this.#checkedCounters.clear();
    this.#checkedCounters.add(namespace);
  }
}
