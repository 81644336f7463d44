/**
 * The turns of each conversation in order of `createdAt`, then of arrival: who stands next to whom, also after turns
 * were deleted or came late.
 */
export class Threads {
  readonly #turns = new Map<string, number[]>();
  readonly #threadOf = new Map<number, string>();
  readonly #before: (left: number, right: number) => boolean;

  /** @param before - Whether one document is earlier than another. */
  constructor(before: (left: number, right: number) => boolean) {
    this.#before = before;
  }

  add(document: number, thread: string): void {
    let turns = this.#turns.get(thread);
    if (turns === undefined) {
      turns = [];
      this.#turns.set(thread, turns);
    }
    turns.splice(this.#place(turns, document), 0, document);
    this.#threadOf.set(document, thread);
  }

  remove(document: number): void {
    const thread = this.#threadOf.get(document);
    if (thread === undefined) return;
    const turns = this.#turns.get(thread) as number[];
    const place =
      turns[this.#place(turns, document)] === document
        ? this.#place(turns, document)
        : turns.indexOf(document);
    turns.splice(place, 1);
    if (turns.length === 0) this.#turns.delete(thread);
    this.#threadOf.delete(document);
  }

  threadOf(document: number): string | undefined {
    return this.#threadOf.get(document);
  }

  /** The documents of a thread in order. */
  turns(thread: string): readonly number[] {
    return this.#turns.get(thread) ?? [];
  }

  /** Where a document stands in its thread, from 0. */
  position(document: number): number {
    const thread = this.#threadOf.get(document);
    return thread === undefined ? -1 : this.#place(this.#turns.get(thread) as number[], document);
  }

  get size(): number {
    return this.#turns.size;
  }

  /** Names and lengths of the threads, as JSON, and their turns in order. `load` reads them. */
  save(): Uint8Array[] {
    const threads = Array.from(this.#turns, ([thread, turns]) => [thread, turns.length] as const);
    const turns = new Uint32Array(this.#threadOf.size);
    let used = 0;
    for (const each of this.#turns.values()) {
      turns.set(each, used);
      used += each.length;
    }
    return [new TextEncoder().encode(JSON.stringify(threads)), new Uint8Array(turns.buffer)];
  }

  /** Takes the threads that were saved, into none. */
  load([names, bytes]: readonly Uint8Array[]): void {
    const threads: [string, number][] = JSON.parse(new TextDecoder().decode(names));
    const turns = new Uint32Array((bytes as Uint8Array).slice().buffer);
    let used = 0;
    for (const [thread, length] of threads) {
      const members = Array.from(turns.subarray(used, used + length));
      this.#turns.set(thread, members);
      for (const document of members) this.#threadOf.set(document, thread);
      used += length;
    }
  }

  /** The first place whose document is not before this one. */
  #place(turns: readonly number[], document: number): number {
    const last = turns.at(-1);
    if (last === undefined || (last !== document && this.#before(last, document))) return turns.length;
    let low = 0;
    let high = turns.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#before(turns[middle] as number, document)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
