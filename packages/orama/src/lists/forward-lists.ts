import { type FrozenPart, frozenNumbers } from "../frozen-part.ts";
import { wordsFrom } from "../packing.ts";
import { SnapshotError } from "../snapshot-error.ts";
import type { Steps } from "../steps.ts";

/** Room at least, once there is a document. */
const leastDocuments = 64;
const leastBytes = 1024;
/** Documents that are looked at between two steps. */
const stepDocuments = 2048;

/**
 * For each document the posting lists it is in, so that it can be removed without its text. Ascending numbers, as
 * differences, seven bits a byte: about two bytes for each distinct term.
 */
export class ForwardLists {
  #bytes: Uint8Array = new Uint8Array(0);
  #used = 0;
  /** Bytes of documents that are gone. */
  #dead = 0;
  /** Where a document's bytes begin, plus one; 0 for a document that is not there. */
  #starts: Uint32Array = new Uint32Array(0);

  /** Whether a document has a list. */
  has(doc: number): boolean {
    return doc < this.#starts.length && this.#starts[doc]! !== 0;
  }

  /** Makes room for a document number. Throws RangeError when memory does not suffice. */
  reserve(doc: number): void {
    if (doc < this.#starts.length) return;
    const larger = new Uint32Array(Math.max(doc + 1, this.#starts.length * 2, leastDocuments));
    larger.set(this.#starts);
    this.#starts = larger;
  }

  /** @param lists In ascending order, without repetitions. The document must not be there yet. */
  add(doc: number, lists: Uint32Array): void {
    this.reserve(doc);
    this.#reserveBytes((lists.length + 1) * 5);
    this.#starts[doc] = this.#used + 1;
    this.#write(lists.length);
    let before = 0;
    for (let at = 0; at < lists.length; at++) {
      this.#write(lists[at]! - before);
      before = lists[at]!;
    }
  }

  /** Takes the document out and returns its lists, ascending. */
  remove(doc: number): Uint32Array {
    const lists = this.get(doc);
    if (!this.has(doc)) return lists;
    this.#dead += sizeAt(this.#bytes, this.#starts[doc]! - 1);
    this.#starts[doc] = 0;
    return lists;
  }

  /** The lists of a document, ascending. */
  get(doc: number): Uint32Array {
    const lists = new Uint32Array(this.countOf(doc));
    this.copy(doc, lists, 0);
    return lists;
  }

  /** How many lists a document is in. */
  countOf(doc: number): number {
    return this.has(doc) ? countAt(this.#bytes, this.#starts[doc]! - 1) : 0;
  }

  /** Writes the lists of a document, ascending, to `at` and after. Returns where they end. */
  copy(doc: number, target: Uint32Array, at: number): number {
    if (!this.has(doc)) return at;
    const bytes = this.#bytes;
    let from = this.#starts[doc]! - 1;
    const end = at + countAt(bytes, from);
    while (bytes[from++]! >= 0x80);
    let list = 0;
    for (let to = at; to < end; to++) {
      let byte = bytes[from++]!;
      let difference = byte & 0x7f;
      for (let shift = 7; byte >= 0x80; shift += 7) {
        byte = bytes[from++]!;
        difference |= (byte & 0x7f) << shift;
      }
      list += difference;
      target[to] = list;
    }
    return end;
  }

  /** Calls `visit` with each list of a document, ascending. */
  forEach(doc: number, visit: (list: number) => void): void {
    if (!this.has(doc)) return;
    const bytes = this.#bytes;
    let at = this.#starts[doc]! - 1;
    let left = countAt(this.#bytes, at);
    while (bytes[at++]! >= 0x80);
    let list = 0;
    for (; left > 0; left--) {
      let difference = 0;
      for (let shift = 0; ; shift += 7) {
        const byte = bytes[at++]!;
        difference |= (byte & 0x7f) << shift;
        if (byte < 0x80) break;
      }
      list += difference;
      visit(list);
    }
  }

  /** Two parts: where the documents begin, and the bytes, in the order of the documents and without those of others. */
  freeze(): FrozenPart[] {
    let end = this.#starts.length;
    while (end > 0 && this.#starts[end - 1] === 0) end--;
    const starts = this.#starts.slice(0, end);
    // What is written is never written to again.
    const bytes = this.#bytes;
    let used = 0;
    return [
      frozenNumbers(
        end,
        (length) => new Uint32Array(length),
        (doc) => {
          if (starts[doc] === 0) return 0;
          const start = used + 1;
          used += sizeAt(bytes, starts[doc]! - 1);
          return start;
        },
      ),
      {
        length: this.#used - this.#dead,
        *pieces() {
          for (let doc = 0; doc < end; doc++) {
            const start = starts[doc]! - 1;
            if (start >= 0) yield bytes.subarray(start, start + sizeAt(bytes, start));
          }
        },
      },
    ];
  }

  static load(parts: readonly Uint8Array[]): ForwardLists {
    const lists = new ForwardLists();
    lists.#starts = wordsFrom(parts[0]!);
    lists.#bytes = parts[1]!.slice();
    lists.#used = lists.#bytes.length;
    for (let doc = 0; doc < lists.#starts.length; doc++)
      if (lists.#starts[doc]! > lists.#used)
        throw new SnapshotError("DAMAGED", "The forward lists of the snapshot are cut off.");
    return lists;
  }

  #write(value: number): void {
    let rest = value;
    while (rest > 0x7f) {
      this.#bytes[this.#used++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#bytes[this.#used++] = rest;
  }

  #reserveBytes(bytes: number): void {
    if (this.#used + bytes <= this.#bytes.length) return;
    const larger = new Uint8Array(
      Math.max(this.#used + bytes, Math.ceil(this.#bytes.length * 1.5), leastBytes),
    );
    larger.set(this.#bytes.subarray(0, this.#used));
    this.#bytes = larger;
  }

  /** Gives back, in steps, what documents that are gone take, once it is half of all. Nothing may change meanwhile. */
  *compacting(): Steps {
    if (this.#dead <= 4096 || this.#dead <= this.#used / 2) return;
    const old = this.#bytes;
    const bytes = new Uint8Array(Math.max(leastBytes, Math.ceil((this.#used - this.#dead) * 1.25)));
    const starts = new Uint32Array(this.#starts.length);
    let used = 0;
    for (let doc = 0; doc < starts.length; doc++) {
      if (doc % stepDocuments === stepDocuments - 1) yield;
      const start = this.#starts[doc]! - 1;
      if (start < 0) continue;
      const size = sizeAt(old, start);
      bytes.set(old.subarray(start, start + size), used);
      starts[doc] = used + 1;
      used += size;
    }
    this.#bytes = bytes;
    this.#starts = starts;
    this.#used = used;
    this.#dead = 0;
  }
}

function countAt(bytes: Uint8Array, start: number): number {
  let count = 0;
  for (let at = start, shift = 0; ; shift += 7) {
    const byte = bytes[at++]!;
    count |= (byte & 0x7f) << shift;
    if (byte < 0x80) return count;
  }
}

/** Bytes of the document that begins at `start`. */
function sizeAt(bytes: Uint8Array, start: number): number {
  let left = countAt(bytes, start) + 1;
  let at = start;
  while (left > 0) if (bytes[at++]! < 0x80) left--;
  return at - start;
}
