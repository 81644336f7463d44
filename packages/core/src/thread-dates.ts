import type { StoredRecord } from "./store/store.ts";
import type { Kept } from "./thread-view.ts";

/** A record that gets another date. */
export interface Moved {
  record: StoredRecord;
  createdAt: number;
}

/**
 * The dates of a part of a thread while messages are put into it. Turns stand in order of their dates, then of arrival:
 * between two of the same millisecond, as those of one call are, there is room only when the later one moves on.
 */
export class Dates {
  readonly #kept: readonly Kept[];
  readonly #toEnd: boolean;
  #moved = new Map<StoredRecord, number>();

  constructor(kept: readonly Kept[], toEnd: boolean) {
    this.#kept = kept;
    this.#toEnd = toEnd;
  }

  of(record: StoredRecord): number {
    return this.#moved.get(record) ?? record.createdAt;
  }

  moved(): Moved[] {
    return [...this.#moved].map(([record, createdAt]) => ({ record, createdAt }));
  }

  /** Makes sure that what stands from a place on comes after a date and a number. */
  insert(place: number, date: number, id: number): void {
    const moved = new Map(this.#moved);
    for (let next = place; next < this.#kept.length; next++)
      for (const record of (this.#kept[next] as Kept).records) {
        const own = this.of(record);
        if (own > date) {
          this.#moved = moved;
          return;
        }
        if (own < date || record.id < id) {
          if (record.id < id) date++;
          moved.set(record, date);
        }
        id = record.id;
      }
    // Of what comes after the part, nobody knows whether it would have to move too.
    if (this.#toEnd) this.#moved = moved;
  }
}
