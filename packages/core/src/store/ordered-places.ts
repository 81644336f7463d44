export interface Place {
  readonly at: number;
  readonly id: number;
}

/**
 * Ids sorted by a number that each of them has, then by id: an array, because most come at its end. A place that is
 * given up stays until half of the array is such places, so that neither adding at the end nor removing costs more
 * than a constant, on average.
 */
export class OrderedPlaces {
  readonly #holds: (place: Place) => boolean;
  #places: Place[] = [];
  #size = 0;

  /** @param holds - Tells whether a place is still that of its id. */
  constructor(holds: (place: Place) => boolean) {
    this.#holds = holds;
  }

  get size(): number {
    return this.#size;
  }

  /** An id has one place at a time. Inside the array this moves what comes after it. */
  add(at: number, id: number): void {
    this.#size += 1;
    const index = this.#indexAfter({ at, id });
    const before = this.#places[index - 1];
    // Back at the place that it had given up.
    if (before !== undefined && before.at === at && before.id === id) return;
    if (index === this.#places.length) this.#places.push({ at, id });
    else this.#places.splice(index, 0, { at, id });
  }

  /** Call when an id gave up its place, after it did and before it gets another. */
  removed(): void {
    this.#size -= 1;
    if (this.#places.length > 64 && this.#places.length > 2 * this.#size)
      this.#places = this.#places.filter(this.#holds);
  }

  /** Places after one, in order. */
  *after(place: Place): Generator<Place> {
    for (let index = this.#indexAfter(place); index < this.#places.length; index += 1) {
      const found = this.#places[index] as Place;
      if (this.#holds(found)) yield found;
    }
  }

  /** Places before one, or all; last one first. */
  *backwards(before?: Place): Generator<Place> {
    const end = before === undefined ? this.#places.length : this.#indexAfter(before);
    for (let index = end - 1; index >= 0; index -= 1) {
      const found = this.#places[index] as Place;
      const isBefore = before === undefined || found.at !== before.at || found.id !== before.id;
      if (isBefore && this.#holds(found)) yield found;
    }
  }

  #indexAfter(place: Place): number {
    let low = 0;
    let high = this.#places.length;
    const last = this.#places[high - 1];
    if (last === undefined || !isAfter(last, place)) return high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isAfter(this.#places[middle] as Place, place)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

function isAfter(left: Place, right: Place): boolean {
  return left.at > right.at || (left.at === right.at && left.id > right.id);
}
