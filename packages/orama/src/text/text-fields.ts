import { type FrozenPart, frozen } from "../frozen-part.ts";
import { bytesOf, wordsFrom } from "../packing.ts";
import { SnapshotError } from "../snapshot-error.ts";

/** Lengths of one text of the documents. */
export class TextField {
  readonly name: string;
  /** Where the field stands among the fields. */
  readonly position: number;
  /** Words by document; a view, stale after the next change. */
  lengths: Uint32Array = new Uint32Array(0);
  /** No document that has the field is shorter. */
  shortest = 0;
  #total = 0;
  #documents = 0;

  constructor(name: string, position: number) {
    this.name = name;
    this.position = position;
  }

  /** Words on average, over the documents that have the field; 0 without any. */
  get averageLength(): number {
    return this.#documents === 0 ? 0 : this.#total / this.#documents;
  }

  /** Makes room for a document number. Throws RangeError when memory does not suffice. */
  reserve(doc: number): void {
    if (doc < this.lengths.length) return;
    const larger = new Uint32Array(Math.max(doc + 1, this.lengths.length * 2, 64));
    larger.set(this.lengths);
    this.lengths = larger;
  }

  /** There must be room. @param length 0 for a document without the field. */
  add(doc: number, length: number): void {
    this.lengths[doc] = length;
    this.#count(length);
  }

  remove(doc: number): void {
    const length = this.lengths[doc] ?? 0;
    if (length === 0) return;
    this.lengths[doc] = 0;
    this.#total -= length;
    this.#documents--;
  }

  freeze(end: number): FrozenPart {
    return frozen(bytesOf(this.lengths.slice(0, end)));
  }

  load(part: Uint8Array): void {
    this.lengths = wordsFrom(part);
    for (const length of this.lengths) this.#count(length);
  }

  #count(length: number): void {
    if (length === 0) return;
    this.shortest = this.#documents === 0 ? length : Math.min(this.shortest, length);
    this.#total += length;
    this.#documents++;
  }
}

/** The texts that a document can have. The list of term `t` in the field at position `p` is number t * fields + p. */
export class TextFields {
  readonly all: readonly TextField[];
  readonly names: readonly string[];

  constructor(names: readonly string[]) {
    this.names = [...names];
    this.all = names.map((name, position) => new TextField(name, position));
  }

  /** @param name Default: the first. */
  get(name: string | undefined): TextField {
    const field = name === undefined ? this.all[0] : this.all.find((candidate) => candidate.name === name);
    if (field === undefined) throw new RangeError(`The index has no text field ${JSON.stringify(name)}.`);
    return field;
  }

  list(term: number, field: TextField): number {
    return term * this.all.length + field.position;
  }

  termOf(list: number): number {
    return Math.floor(list / this.all.length);
  }

  load(parts: readonly Uint8Array[]): void {
    if (parts.length < this.all.length) throw new SnapshotError("DAMAGED", "Lengths of texts are missing.");
    for (const field of this.all) field.load(parts[field.position]!);
  }
}
