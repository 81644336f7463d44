import type { DocumentSet } from "../document-set.ts";
import { type FrozenPart, frozen } from "../frozen-part.ts";
import { bytesOf, halfWordsIn, wordsIn } from "../packing.ts";
import { SnapshotError } from "../snapshot-error.ts";
import type { Steps } from "../steps.ts";

/** Entries of the first and of the largest chunk. Lists of up to half the largest share chunks, longer ones do not. */
const firstChunkEntries = 1 << 11;
const chunkEntries = 1 << 18;
const longestShared = chunkEntries >>> 1;
/** Lists that there is room for at least, once there is one. */
const leastLists = 1024;
/** Entries of a piece of a snapshot, and between two steps of loading one. */
const pieceEntries = 1 << 14;

/** Occurrences of a term in a document that are counted; more add nothing to its score. */
export const largestFrequency = 0xffff;

interface Chunk {
  readonly documents: Uint32Array;
  readonly frequencies: Uint16Array;
}

/**
 * Lists of (document, frequency) in ascending order of documents, numbered from 0. Six bytes an entry, four without
 * frequencies, plus room to grow by half on average. Appending is cheap; inserting and removing move what comes after.
 */
export class Postings {
  readonly #counted: boolean;
  #chunks: Chunk[] = [];
  /** The shared chunk that is being filled, its entries, and how many of them are used. */
  #open = -1;
  #openEntries = 0;
  #used = 0;
  /** Freed rooms of each power of two, as chunk * chunkEntries + offset. */
  #free: number[][] = [];
  #freeChunks: number[] = [];
  /** Chunks that a snapshot may still read: they are copied before they change. */
  #frozen: Set<Chunk> | undefined;

  #chunkOf = new Uint32Array(0);
  #offsetOf = new Uint32Array(0);
  #lengthOf = new Uint32Array(0);
  #capacityOf = new Uint32Array(0);
  #largest = new Uint16Array(0);

  /** @param counted False for lists of documents without frequencies. Default true. */
  constructor(counted = true) {
    this.#counted = counted;
  }

  /** Documents in a list. */
  count(list: number): number {
    return list < this.#lengthOf.length ? this.#lengthOf[list]! : 0;
  }

  /** No smaller than any frequency of the list. */
  frequencyBound(list: number): number {
    return list < this.#largest.length ? this.#largest[list]! : 0;
  }

  /** A view, stale after the next change. */
  documents(list: number): Uint32Array {
    const length = this.count(list);
    if (length === 0) return new Uint32Array(0);
    const offset = this.#offsetOf[list]!;
    return this.#chunks[this.#chunkOf[list]!]!.documents.subarray(offset, offset + length);
  }

  /** A view, stale after the next change; in the order of `documents`. */
  frequencies(list: number): Uint16Array {
    const length = this.count(list);
    if (length === 0 || !this.#counted) return new Uint16Array(0);
    const offset = this.#offsetOf[list]!;
    return this.#chunks[this.#chunkOf[list]!]!.frequencies.subarray(offset, offset + length);
  }

  /** Adds the documents of a list to a set. */
  addTo(set: DocumentSet, list: number): void {
    const length = this.count(list);
    if (length === 0) return;
    const start = this.#offsetOf[list]!;
    set.addAscending(this.#chunks[this.#chunkOf[list]!]!.documents, start, start + length);
  }

  /** Documents of a list that are in a set. */
  countIn(list: number, accept: DocumentSet): number {
    const length = this.count(list);
    if (length === 0) return 0;
    const { documents } = this.#chunks[this.#chunkOf[list]!]!;
    const start = this.#offsetOf[list]!;
    const words = accept.words;
    let count = 0;
    for (let at = start; at < start + length; at++) {
      const word = documents[at]! >>> 5;
      if (word < words.length) count += (words[word]! >>> (documents[at]! & 31)) & 1;
    }
    return count;
  }

  /** The document must not be in the list yet. */
  add(list: number, doc: number, frequency = 1): void {
    if (list >= this.#lengthOf.length) this.#growLists(list);
    const length = this.#lengthOf[list]!;
    if (length === this.#capacityOf[list]!) this.#growList(list, length);
    const { documents, frequencies } = this.#writable(list);
    const start = this.#offsetOf[list]!;
    const end = start + length;
    let at = end;
    if (length > 0 && documents[end - 1]! > doc) {
      at = lowerBound(documents, doc, start, end);
      documents.copyWithin(at + 1, at, end);
      frequencies.copyWithin(at + 1, at, end);
    }
    const counted = Math.min(frequency, largestFrequency);
    documents[at] = doc;
    frequencies[at] = counted;
    this.#lengthOf[list] = length + 1;
    if (counted > this.#largest[list]!) this.#largest[list] = counted;
  }

  /** Returns how many documents the list has left. */
  remove(list: number, doc: number): number {
    const length = this.count(list);
    if (length === 0) return 0;
    const { documents, frequencies } = this.#writable(list);
    const start = this.#offsetOf[list]!;
    const end = start + length;
    const at = lowerBound(documents, doc, start, end);
    if (at === end || documents[at] !== doc) return length;
    documents.copyWithin(at, at + 1, end);
    frequencies.copyWithin(at, at + 1, end);
    this.#lengthOf[list] = length - 1;
    if (length === 1) {
      this.#release(list);
      this.#capacityOf[list] = 0;
      this.#largest[list] = 0;
    }
    return length - 1;
  }

  /** Removes all of some documents in one pass over the list. Returns how many documents it has left. */
  removeAll(list: number, removed: DocumentSet): number {
    const length = this.count(list);
    if (length === 0) return 0;
    const { documents, frequencies } = this.#writable(list);
    const start = this.#offsetOf[list]!;
    const end = start + length;
    const words = removed.words;
    let to = start;
    for (let at = start; at < end; at++) {
      const doc = documents[at]!;
      const word = doc >>> 5;
      if (word < words.length && ((words[word]! >>> (doc & 31)) & 1) === 1) continue;
      documents[to] = doc;
      if (this.#counted) frequencies[to] = frequencies[at]!;
      to++;
    }
    const left = to - start;
    this.#lengthOf[list] = left;
    if (left === 0) {
      this.#release(list);
      this.#capacityOf[list] = 0;
      this.#largest[list] = 0;
    }
    return left;
  }

  /** Three parts: documents of each list up to the last one in use; the documents; the frequencies. */
  freeze(): FrozenPart[] {
    let end = this.#lengthOf.length;
    while (end > 0 && this.#lengthOf[end - 1] === 0) end--;
    const [lengths, chunkOf, offsets] = [this.#lengthOf, this.#chunkOf, this.#offsetOf].map((column) =>
      column.slice(0, end),
    ) as [Uint32Array, Uint32Array, Uint32Array];
    let total = 0;
    for (let list = 0; list < end; list++) total += lengths[list]!;
    const chunks = [...this.#chunks];
    this.#frozen = new Set(chunks);
    const entries = <Numbers extends Uint32Array | Uint16Array>(
      from: (chunk: Chunk) => Numbers,
      create: (length: number) => Numbers,
    ): FrozenPart => ({
      length: total * create(0).BYTES_PER_ELEMENT,
      *pieces() {
        const piece = create(pieceEntries);
        let used = 0;
        for (let list = 0; list < end; list++) {
          for (let at = 0; at < lengths[list]!; ) {
            const length = Math.min(lengths[list]! - at, pieceEntries - used);
            copy(from(chunks[chunkOf[list]!]!), offsets[list]! + at, piece, used, length);
            at += length;
            used += length;
            if (used < pieceEntries) continue;
            yield bytesOf(piece);
            used = 0;
          }
        }
        yield bytesOf(piece.subarray(0, used) as Numbers);
      },
    });
    return [
      frozen(bytesOf(lengths)),
      entries(
        ({ documents }) => documents,
        (length) => new Uint32Array(length),
      ),
      this.#counted
        ? entries(
            ({ frequencies }) => frequencies,
            (length) => new Uint16Array(length),
          )
        : frozen(new Uint8Array(0)),
    ];
  }

  static *loading(parts: readonly Uint8Array[], counted = true): Steps<Postings> {
    const [lengths, documents] = [wordsIn(parts[0]!), wordsIn(parts[1]!)];
    yield;
    const frequencies = halfWordsIn(parts[2]!);
    let total = 0;
    for (let list = 0; list < lengths.length; list++) total += lengths[list]!;
    if (documents.length !== total || (counted && frequencies.length !== total)) {
      throw new SnapshotError("DAMAGED", "The posting lists of the snapshot have impossible lengths.");
    }
    const postings = new Postings(counted);
    if (lengths.length > 0) postings.#growLists(lengths.length - 1);
    let at = 0;
    let work = 0;
    for (let list = 0; list < lengths.length; list++) {
      const length = lengths[list]!;
      work += length + 8;
      if (work > pieceEntries) {
        work = 0;
        yield;
      }
      if (length === 0) continue;
      if (length <= longestShared) postings.#allocate(list, Math.max(2, 2 ** (32 - Math.clz32(length - 1))));
      else postings.#allocateOwn(list, Math.ceil(length * 1.1));
      const chunk = postings.#chunks[postings.#chunkOf[list]!]!;
      const offset = postings.#offsetOf[list]!;
      copy(documents, at, chunk.documents, offset, length);
      let largest = 1;
      for (let entry = 0; counted && entry < length; entry++) {
        const frequency = frequencies[at + entry]!;
        chunk.frequencies[offset + entry] = frequency;
        if (frequency > largest) largest = frequency;
      }
      postings.#largest[list] = largest;
      postings.#lengthOf[list] = length;
      at += length;
    }
    return postings;
  }

  #growLists(list: number): void {
    const length = Math.max(list + 1, this.#lengthOf.length * 2, leastLists);
    // In one piece: while garbage is collected, memory for each array waits for some milliseconds of that.
    const bytes = new ArrayBuffer(length * 18);
    const numbers = (place: number, before: Uint32Array) => {
      const larger = new Uint32Array(bytes, place * length * 4, length);
      larger.set(before);
      return larger;
    };
    this.#chunkOf = numbers(0, this.#chunkOf);
    this.#offsetOf = numbers(1, this.#offsetOf);
    this.#lengthOf = numbers(2, this.#lengthOf);
    this.#capacityOf = numbers(3, this.#capacityOf);
    const largest = new Uint16Array(bytes, length * 16, length);
    largest.set(this.#largest);
    this.#largest = largest;
  }

  #growList(list: number, length: number): void {
    // Most lists of a small index are new.
    if (length === 0) {
      this.#allocate(list, 2);
      this.#writable(list);
      return;
    }
    const documents = this.documents(list);
    const frequencies = this.frequencies(list);
    this.#release(list);
    if (length < longestShared) this.#allocate(list, length * 2);
    else this.#allocateOwn(list, Math.ceil(length * 1.4));
    const chunk = this.#writable(list);
    chunk.documents.set(documents, this.#offsetOf[list]!);
    if (this.#counted) chunk.frequencies.set(frequencies, this.#offsetOf[list]!);
  }

  /** @param capacity A power of two. */
  #allocate(list: number, capacity: number): void {
    this.#capacityOf[list] = capacity;
    const room = this.#free[Math.log2(capacity)]?.pop();
    if (room !== undefined) {
      this.#chunkOf[list] = Math.floor(room / chunkEntries);
      this.#offsetOf[list] = room % chunkEntries;
      return;
    }
    if (this.#used + capacity > this.#openEntries) {
      this.#openEntries = Math.max(
        capacity,
        Math.min(chunkEntries, this.#openEntries * 2 || firstChunkEntries),
      );
      this.#open = this.#place(this.#newChunk(this.#openEntries));
      this.#used = 0;
    }
    this.#chunkOf[list] = this.#open;
    this.#offsetOf[list] = this.#used;
    this.#used += capacity;
  }

  #allocateOwn(list: number, capacity: number): void {
    this.#capacityOf[list] = capacity;
    this.#chunkOf[list] = this.#place(this.#newChunk(capacity));
    this.#offsetOf[list] = 0;
  }

  /** The chunk of a list, to be written to. */
  #writable(list: number): Chunk {
    const place = this.#chunkOf[list]!;
    const chunk = this.#chunks[place]!;
    if (this.#frozen === undefined || !this.#frozen.delete(chunk)) return chunk;
    const { documents, frequencies } = chunk;
    const copied = { documents: documents.slice(), frequencies: frequencies.slice() };
    this.#chunks[place] = copied;
    return copied;
  }

  #place(chunk: Chunk): number {
    const place = this.#freeChunks.pop() ?? this.#chunks.length;
    this.#chunks[place] = chunk;
    return place;
  }

  #release(list: number): void {
    const capacity = this.#capacityOf[list]!;
    const chunk = this.#chunkOf[list]!;
    if (capacity > longestShared) {
      this.#chunks[chunk] = this.#newChunk(0);
      this.#freeChunks.push(chunk);
      return;
    }
    const power = Math.log2(capacity);
    this.#free[power] ??= [];
    this.#free[power].push(chunk * chunkEntries + this.#offsetOf[list]!);
  }

  #newChunk(entries: number): Chunk {
    return { documents: new Uint32Array(entries), frequencies: new Uint16Array(this.#counted ? entries : 0) };
  }
}

function copy<Numbers extends Uint32Array | Uint16Array>(
  from: Numbers,
  start: number,
  to: Numbers,
  at: number,
  length: number,
): void {
  if (length > 32) to.set(from.subarray(start, start + length), at);
  else for (let entry = 0; entry < length; entry++) to[at + entry] = from[start + entry]!;
}

/** Position of the first entry from `start` to `end` that is not less than `doc`. */
export function lowerBound(documents: Uint32Array, doc: number, start: number, end: number): number {
  let low = start;
  let high = end;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (documents[middle]! < doc) low = middle + 1;
    else high = middle;
  }
  return low;
}
