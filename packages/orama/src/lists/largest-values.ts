/** Keeps the largest of the numbers offered, in a heap with the least of them on top. */
export class LargestValues {
  readonly #heap: Float64Array;
  #size = 0;

  /** @param limit How many to keep, 0 or more. */
  constructor(limit: number) {
    this.#heap = new Float64Array(limit);
  }

  /** The least number kept; minus infinity until there are as many as the limit, plus infinity when that is 0. */
  get least(): number {
    if (this.#heap.length === 0) return Number.POSITIVE_INFINITY;
    return this.#size < this.#heap.length ? Number.NEGATIVE_INFINITY : this.#heap[0]!;
  }

  offer(value: number): void {
    const heap = this.#heap;
    const size = this.#size;
    if (size === heap.length) {
      if (size > 0 && value > heap[0]!) this.#replaceLeast(value);
      return;
    }
    let at = size;
    while (at > 0) {
      const parent = (at - 1) >>> 1;
      if (heap[parent]! <= value) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = value;
    this.#size = size + 1;
  }

  #replaceLeast(value: number): void {
    const heap = this.#heap;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && heap[child + 1]! < heap[child]!) child++;
      if (heap[child]! >= value) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = value;
  }
}
