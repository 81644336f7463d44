import type { Steps } from "@souvenir/orama";

/** So many that came out of order are looked at one by one. */
const fewLate = 64;
const stepEntries = 4096;

/**
 * Documents in an order, in an array: most come at its end. Those that do not wait aside until `settling` puts them in
 * their places, many at a time. Documents that are gone keep their places until half of all are.
 */
export class DocumentOrder {
  readonly #before: (left: number, right: number) => boolean;
  readonly #isGone: (document: number) => boolean;
  #sorted = new Uint32Array(64);
  #length = 0;
  #late: number[] = [];
  #gone = 0;

  /**
   * @param before - Whether one document comes before another, also when either is gone.
   * @param isGone - Whether a document need not be kept any more.
   */
  constructor(before: (left: number, right: number) => boolean, isGone: (document: number) => boolean) {
    this.#before = before;
    this.#isGone = isGone;
  }

  add(document: number): void {
    if (this.#length > 0 && this.#before(document, this.#sorted[this.#length - 1] as number)) {
      this.#late.push(document);
      return;
    }
    if (this.#length === this.#sorted.length) {
      const larger = new Uint32Array(Math.ceil(this.#length * 1.5));
      larger.set(this.#sorted);
      this.#sorted = larger;
    }
    this.#sorted[this.#length++] = document;
  }

  /** To be called when a document is gone. */
  removed(): void {
    this.#gone += 1;
  }

  /** The documents in order, also some that are gone; without late ones unless `settling` came before. A view. */
  get documents(): Uint32Array {
    return this.#sorted.subarray(0, this.#length);
  }

  /** How many of `documents` come before a place: `isBefore` is true for those, and for no later one. */
  countBefore(isBefore: (document: number) => boolean): number {
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isBefore(this.#sorted[middle] as number)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Few documents that are not in order yet. */
  get late(): readonly number[] {
    return this.#late;
  }

  /** Makes late documents few, or none when `all`, and leaves out those that are gone when they are many. */
  *settling(all = false): Steps {
    if (this.#gone > fewLate && this.#gone > this.#length / 2) {
      const present = this.documents.filter((document) => !this.#isGone(document));
      this.#sorted = present;
      this.#length = present.length;
      this.#late = this.#late.filter((document) => !this.#isGone(document));
      this.#gone = 0;
    }
    while (this.#late.length > (all ? 0 : fewLate)) {
      const waiting = this.#late;
      const late = yield* this.#sort(Uint32Array.from(waiting));
      // Somebody else may have put them in their places meanwhile, or more may have come.
      if (this.#late !== waiting) continue;
      this.#late = waiting.slice(late.length);
      const merged = new Uint32Array(Math.ceil((this.#length + late.length) * 1.25));
      this.#merge(this.documents, late, merged);
      this.#length += late.length;
      this.#sorted = merged;
    }
  }

  /** Merge sort, from runs that are in order already. */
  *#sort(documents: Uint32Array): Steps<Uint32Array> {
    let from = documents;
    let to = new Uint32Array(documents.length);
    let steps = 0;
    for (let width = 1; width < from.length; width *= 2) {
      for (let start = 0; start < from.length; start += 2 * width) {
        const middle = Math.min(start + width, from.length);
        const end = Math.min(start + 2 * width, from.length);
        this.#merge(from.subarray(start, middle), from.subarray(middle, end), to.subarray(start, end));
        steps += end - start;
        if (steps < stepEntries) continue;
        steps = 0;
        yield;
      }
      [from, to] = [to, from as Uint32Array<ArrayBuffer>];
    }
    return from;
  }

  #merge(left: Uint32Array, right: Uint32Array, into: Uint32Array): void {
    let [first, second, at] = [0, 0, 0];
    while (first < left.length && second < right.length)
      into[at++] = this.#before(right[second] as number, left[first] as number)
        ? (right[second++] as number)
        : (left[first++] as number);
    into.set(left.subarray(first), at);
    into.set(right.subarray(second), at + left.length - first);
  }
}
