import { type FrozenPart, frozen, frozenStrings, type Steps, unpackingStrings } from "@souvenir/orama";
import type { PlaceInThread } from "../ranking/ranking-index.ts";

/** Turns that are looked at between two steps. */
const stepTurns = 4096;

interface Thread {
  name: string;
  turns: number[];
}

/**
 * The turns of each conversation in order of `createdAt`, then of arrival: who stands next to whom, also after turns
 * were deleted or came late.
 */
export class Threads {
  readonly #threads = new Map<string, Thread>();
  readonly #threadOf = new Map<number, Thread>();
  readonly #before: (left: number, right: number) => boolean;

  /** @param before - Whether one document is earlier than another. */
  constructor(before: (left: number, right: number) => boolean) {
    this.#before = before;
  }

  add(document: number, name: string): void {
    let thread = this.#threads.get(name);
    if (thread === undefined) {
      thread = { name, turns: [] };
      this.#threads.set(name, thread);
    }
    thread.turns.splice(this.#place(thread.turns, document), 0, document);
    this.#threadOf.set(document, thread);
  }

  /** Removes documents in steps: each thread of theirs is gone through once. */
  *removing(documents: Iterable<number>): Steps {
    const shorter = new Map<Thread, Set<number>>();
    let looked = 0;
    for (const document of documents) {
      const thread = this.#threadOf.get(document);
      if (thread === undefined) continue;
      this.#threadOf.delete(document);
      const gone = shorter.get(thread) ?? new Set();
      shorter.set(thread, gone.add(document));
      if (++looked % stepTurns === 0) yield;
    }
    for (const [thread, gone] of shorter) {
      thread.turns = thread.turns.filter((turn) => !gone.has(turn));
      if (thread.turns.length === 0) this.#threads.delete(thread.name);
      looked += thread.turns.length + gone.size;
      if (looked < stepTurns) continue;
      looked = 0;
      yield;
    }
  }

  /** The documents of a thread in order. */
  turns(name: string): readonly number[] {
    return this.#threads.get(name)?.turns ?? [];
  }

  /** Where a document stands; undefined when it is of no thread. */
  placeOf(document: number): PlaceInThread | undefined {
    const turns = this.#threadOf.get(document)?.turns;
    return turns && { turns, position: this.#place(turns, document) };
  }

  names(): string[] {
    return [...this.#threads.keys()];
  }

  get size(): number {
    return this.#threads.size;
  }

  /** Names and lengths of the threads, and their turns in order. `loading` reads them. */
  freeze(): FrozenPart[] {
    const names = [...this.#threads.keys()];
    const lengths = Uint32Array.from(this.#threads.values(), (thread) => thread.turns.length);
    const turns = new Uint32Array(this.#threadOf.size);
    let used = 0;
    for (const each of this.#threads.values()) {
      turns.set(each.turns, used);
      used += each.turns.length;
    }
    return [
      ...frozenStrings(names),
      frozen(new Uint8Array(lengths.buffer)),
      frozen(new Uint8Array(turns.buffer)),
    ];
  }

  /** Takes the threads that were saved, into none, in steps. */
  *loading(parts: readonly Uint8Array[]): Steps {
    const [units, unitLengths, lengthBytes, turnBytes] = parts as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ];
    const names = yield* unpackingStrings(units, unitLengths);
    const lengths = new Uint32Array(lengthBytes.slice().buffer);
    const turns = new Uint32Array(turnBytes.slice().buffer);
    let used = 0;
    let stop = stepTurns;
    for (const [position, name = ""] of names.entries()) {
      const length = lengths[position] as number;
      const thread = { name, turns: Array.from(turns.subarray(used, used + length)) };
      this.#threads.set(name, thread);
      for (const document of thread.turns) this.#threadOf.set(document, thread);
      used += length;
      if (used < stop) continue;
      stop = used + stepTurns;
      yield;
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
