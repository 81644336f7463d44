import type { Metadata } from "@souvenir/core";
import type { SqliteConnection } from "@souvenir/core/sqlite";
import { type Metric, type scoreOf, squareOf } from "./metric.ts";

/** Of one index. */
export interface IndexRow {
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

/** The vectors of one index side by side, brought up to date with what was written since. */
export class IndexVectors {
  readonly #dimension: number;
  readonly #incarnation: string;
  #erasures: number;
  readonly #ids: string[] = [];
  readonly #metadata: Metadata[] = [];
  readonly #places = new Map<string, number>();
  #changes = 0;
  /** The vector at a place begins at its place times the dimension. */
  #numbers = new Float32Array(0);
  readonly #squares: number[] = [];

  constructor({ dimension, incarnation, erasures }: IndexRow) {
    this.#dimension = dimension;
    this.#incarnation = incarnation;
    this.#erasures = erasures;
  }

  /** Nothing was taken away since, so that reading what is new is enough. */
  continues({ incarnation, erasures }: IndexRow): boolean {
    return incarnation === this.#incarnation && erasures === this.#erasures;
  }

  get count(): number {
    return this.#ids.length;
  }
  id(place: number): string {
    return this.#ids[place] as string;
  }
  metadata(place: number): Metadata {
    return this.#metadata[place] as Metadata;
  }
  vector(place: number): Float32Array {
    return this.#numbers.subarray(place * this.#dimension, (place + 1) * this.#dimension);
  }

  score(of: ReturnType<typeof scoreOf>, place: number): number {
    return of(this.#numbers, place * this.#dimension, this.#squares[place] as number);
  }

  /** After a write of this process that took these away, and made `index` what it is. */
  forget(ids: readonly string[], { incarnation, erasures }: IndexRow): void {
    // Otherwise others took something away as well, and all is read anew.
    if (incarnation !== this.#incarnation || erasures !== this.#erasures + 1) return;
    this.#erasures = erasures;
    for (const id of ids) {
      const place = this.#places.get(id);
      if (place === undefined) continue;
      const last = this.#ids.length - 1;
      const moved = this.#ids[last] as string;
      this.#numbers.copyWithin(place * this.#dimension, last * this.#dimension, (last + 1) * this.#dimension);
      this.#ids[place] = moved;
      this.#metadata[place] = this.#metadata[last] as Metadata;
      this.#squares[place] = this.#squares[last] as number;
      this.#places.set(moved, place);
      this.#places.delete(id);
      for (const list of [this.#ids, this.#metadata, this.#squares]) list.pop();
    }
  }

  /** In the transaction that read `index`. */
  read(db: SqliteConnection, index: IndexRow): void {
    if (index.changes === this.#changes) return;
    const rows = db.all<Row>(
      "SELECT id, numbers, metadata FROM mastra_vectors WHERE index_name = ? AND change > ?",
      index.name,
      this.#changes,
    );
    this.#makeRoom(this.#ids.length + rows.length);
    for (const { id, numbers, metadata } of rows) {
      const place = this.#places.get(id) ?? this.#ids.length;
      this.#places.set(id, place);
      this.#ids[place] = id;
      this.#metadata[place] = JSON.parse(metadata) as Metadata;
      // A copy, because the bytes of a row need not lie where numbers can.
      const start = place * this.#dimension;
      this.#numbers.set(new Float32Array(Uint8Array.from(numbers).buffer), start);
      this.#squares[place] = squareOf(this.#numbers, start, this.#dimension);
    }
    this.#changes = index.changes;
  }

  #makeRoom(count: number): void {
    const size = count * this.#dimension;
    if (size <= this.#numbers.length) return;
    const grown = new Float32Array(Math.max(size, this.#numbers.length * 1.5));
    grown.set(this.#numbers);
    this.#numbers = grown;
  }
}
