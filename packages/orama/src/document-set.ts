import { bitCount } from "./bits.ts";

/** A set of document numbers: dense integers from 0, one bit each. A set over n numbers takes n / 8 bytes. */
export class DocumentSet implements Iterable<number> {
  #words: Uint32Array;
  #count = 0;

  /** @param documents The numbers to start with, in any order. Default: none. */
  constructor(documents?: Iterable<number>) {
    this.#words = new Uint32Array(16);
    if (documents !== undefined) for (const doc of documents) this.add(doc);
  }

  /** All of 0, 1, … `end` - 1. */
  static range(end: number): DocumentSet {
    const set = new DocumentSet();
    set.#grow(end);
    const whole = end >>> 5;
    set.#words.fill(0xffffffff, 0, whole);
    if ((end & 31) !== 0) set.#words[whole] = 2 ** (end & 31) - 1;
    set.#count = end;
    return set;
  }

  /**
   * The bits: document `doc` is bit `doc & 31` of word `doc >>> 5`. A view, which is stale after `add`; numbers past its
   * end are not in the set.
   */
  get words(): Uint32Array {
    return this.#words;
  }

  /** How many documents the set holds. */
  get count(): number {
    return this.#count;
  }

  /** Adds a number, an integer from 0 to 2³¹ - 1. Returns false when it was there. */
  add(doc: number): boolean {
    if (!Number.isInteger(doc) || doc < 0 || doc > 0x7fffffff) {
      throw new RangeError(`A document number is an integer from 0 to ${0x7fffffff}, not ${doc}.`);
    }
    const word = doc >>> 5;
    if (word >= this.#words.length) this.#grow(doc + 1);
    const bit = 1 << (doc & 31);
    const before = this.#words[word]!;
    if ((before & bit) !== 0) return false;
    this.#words[word] = before | bit;
    this.#count++;
    return true;
  }

  /** Adds the numbers of an array. */
  addAll(documents: ArrayLike<number>): void {
    for (let at = 0; at < documents.length; at++) this.add(documents[at]!);
  }

  /**
   * Adds numbers in ascending order, as those of posting lists are, from place `start` to before `end`: several times
   * faster than one by one.
   */
  addAscending(documents: Uint32Array, start = 0, end: number = documents.length): void {
    if (end <= start) return;
    const last = documents[end - 1]!;
    if (last >>> 5 >= this.#words.length) this.#grow(last + 1);
    const words = this.#words;
    let added = 0;
    for (let at = start; at < end; at++) {
      const doc = documents[at]!;
      const before = words[doc >>> 5]!;
      const after = before | (1 << (doc & 31));
      words[doc >>> 5] = after;
      added += before === after >>> 0 ? 0 : 1;
    }
    this.#count += added;
  }

  /** Returns false when the number was not there. */
  delete(doc: number): boolean {
    const word = doc >>> 5;
    if (!this.has(doc)) return false;
    this.#words[word] = this.#words[word]! & ~(1 << (doc & 31));
    this.#count--;
    return true;
  }

  /** Whether a document is in it. */
  has(doc: number): boolean {
    const word = doc >>> 5;
    return word < this.#words.length && ((this.#words[word]! >>> (doc & 31)) & 1) === 1;
  }

  /** Takes all out. */
  clear(): void {
    this.#words = new Uint32Array(16);
    this.#count = 0;
  }

  /** Another set of the same documents. */
  clone(): DocumentSet {
    const copy = new DocumentSet();
    copy.#words = this.#words.slice();
    copy.#count = this.#count;
    return copy;
  }

  /** Keeps only what is also in `other`. Changes this set and returns it, as `union` and `subtract` do. */
  intersect(other: DocumentSet): this {
    const mine = this.#words;
    const theirs = other.#words;
    const shared = Math.min(mine.length, theirs.length);
    for (let word = 0; word < shared; word++) mine[word] = mine[word]! & theirs[word]!;
    mine.fill(0, shared);
    this.#recount();
    return this;
  }

  /** Adds everything of `other`. */
  union(other: DocumentSet): this {
    if (other.#words.length > this.#words.length) this.#grow(other.#words.length * 32);
    const mine = this.#words;
    const theirs = other.#words;
    for (let word = 0; word < theirs.length; word++) mine[word] = mine[word]! | theirs[word]!;
    this.#recount();
    return this;
  }

  /** Takes away everything of `other`. */
  subtract(other: DocumentSet): this {
    const mine = this.#words;
    const theirs = other.#words;
    const shared = Math.min(mine.length, theirs.length);
    for (let word = 0; word < shared; word++) mine[word] = mine[word]! & ~theirs[word]!;
    this.#recount();
    return this;
  }

  /** Calls `visit` with each number, in ascending order. The set must not grow meanwhile. */
  forEach(visit: (doc: number) => void): void {
    const words = this.#words;
    for (let word = 0; word < words.length; word++) {
      let bits = words[word]!;
      while (bits !== 0) {
        visit(word * 32 + 31 - Math.clz32(bits & -bits));
        bits &= bits - 1;
      }
    }
  }

  /** The numbers in ascending order. */
  *[Symbol.iterator](): IterableIterator<number> {
    for (let word = 0; word < this.#words.length; word++) {
      let bits = this.#words[word]!;
      while (bits !== 0) {
        yield word * 32 + 31 - Math.clz32(bits & -bits);
        bits &= bits - 1;
      }
    }
  }

  /** The numbers in ascending order. */
  toArray(): Uint32Array {
    const documents = new Uint32Array(this.#count);
    const words = this.#words;
    let next = 0;
    for (let word = 0; word < words.length; word++)
      for (let bits = words[word]!; bits !== 0; bits &= bits - 1)
        documents[next++] = word * 32 + 31 - Math.clz32(bits & -bits);
    return documents;
  }

  /** Every so many-th number, ascending, at most `most` of them: the same ones for the same set. */
  sample(most: number): Uint32Array {
    if (this.#count <= most) return this.toArray();
    const sample = new Uint32Array(most);
    return sample.subarray(0, takeEvery(this.#count / most, this.#words, sample));
  }

  // Once for many numbers: while garbage is collected, each new array waits for some of that to be done.
  #grow(capacity: number): void {
    let length = this.#words.length;
    while (length * 32 < capacity) length *= 2;
    if (length === this.#words.length) return;
    const words = new Uint32Array(length);
    words.set(this.#words);
    this.#words = words;
  }

  #recount(): void {
    let count = 0;
    for (let word = 0; word < this.#words.length; word++) count += bitCount(this.#words[word]!);
    this.#count = count;
  }
}

/** Takes the numbers that stand at multiples of `step`; returns how many. */
function takeEvery(step: number, words: Uint32Array, sample: Uint32Array): number {
  let used = 0;
  let passed = 0;
  for (let at = 0; at < words.length && used < sample.length; at++) {
    let bits = words[at]!;
    const held = bitCount(bits);
    if (passed + held <= used * step) {
      passed += held;
      continue;
    }
    for (; bits !== 0; bits &= bits - 1) {
      if (passed++ >= used * step) sample[used++] = at * 32 + (31 - Math.clz32(bits & -bits));
      if (used === sample.length) break;
    }
  }
  return used;
}
