import { DocumentSet } from "../document-set.ts";
import { type FrozenPart, frozen, frozenNumbers, frozenStrings, thawed } from "../frozen-part.ts";
import { ForwardLists } from "../lists/forward-lists.ts";
import { Postings } from "../lists/postings.ts";
import { removeFromLists } from "../lists/removal.ts";
import { numbersFrom, packDescription, unpackDescription, unpackingStrings, wordsFrom } from "../packing.ts";
import { SnapshotError } from "../snapshot-error.ts";
import { runSteps, type Steps } from "../steps.ts";
import { type Range, SortedValues } from "./sorted-values.ts";

/** What an attribute can be. Numbers must not be NaN; 1, "1" and true are three values. */
export type AttributeValue = string | number | boolean | null;

/** Changes with the layout of snapshots. */
const attributeFormat = 1;
/** Types of values by the number they have in a snapshot. */
const typeNames = ["null", "boolean", "number", "string"] as const;

/** What it costs to look at a list, and at all values of a document, in entries of lists that are read. Measured. */
const listCost = 10;
const documentCost = 25;
/** Lists that are looked at between two steps. */
const stepLists = 512;
/** Entries of lists that are read between two steps. */
const stepEntries = 16_384;

interface Field {
  name: string;
  /** List of the documents of a value. */
  lists: Map<AttributeValue, number>;
  numbers: SortedValues<number>;
  strings: SortedValues<string>;
  /** Pairs of a document and a value. */
  pairs: number;
}

/**
 * Documents by the values of their attributes. Fields need no schema and may have several values in a document. Memory
 * grows with the pairs of document and value, not with documents times fields.
 */
export class AttributeIndex {
  readonly #fields = new Map<string, Field>();
  #postings = new Postings(false);
  #forward = new ForwardLists();
  /** By list: its field and value. */
  readonly #fieldOf: (Field | undefined)[] = [];
  readonly #valueOf: AttributeValue[] = [];
  readonly #free: number[] = [];

  /** Names of the fields that some document has. */
  fields(): IterableIterator<string> {
    return this.#fields.keys();
  }

  /** Gives a document a value more. Nothing happens when it has it. */
  add(doc: number, field: string, value: AttributeValue): void {
    this.addAll(doc, [[field, value]]);
  }

  /** The same for many at once, in one step. */
  addAll(doc: number, pairs: Iterable<readonly [field: string, value: AttributeValue]>): void {
    if (!Number.isInteger(doc) || doc < 0 || doc > 0x7fffffff) {
      throw new RangeError(`A document number is an integer from 0 to ${0x7fffffff}, not ${doc}.`);
    }
    const given = Array.from(pairs);
    const faulty = given.find(([, value]) => Number.isNaN(value));
    if (faulty !== undefined)
      throw new RangeError(`A value of the field ${JSON.stringify(faulty[0])} is NaN.`);
    this.#forward.reserve(doc);
    const before = this.#forward.get(doc);
    const lists = new Set<number>(before);
    for (const [field, value] of given) {
      const list = this.#list(field, value);
      if (lists.has(list)) continue;
      lists.add(list);
      this.#postings.add(list, doc);
      this.#fieldOf[list]!.pairs++;
    }
    if (lists.size === before.length) return;
    this.#forward.remove(doc);
    this.#forward.add(doc, Uint32Array.from(lists).sort());
    runSteps(this.#forward.compacting());
  }

  /** Forgets all values of a document. Returns false when it had none. */
  remove(doc: number): boolean {
    if (!this.#forward.has(doc)) return false;
    runSteps(this.removing([doc]));
    return true;
  }

  /** Forgets all values of some documents, in steps, in about the time that it takes to look at them. */
  *removing(documents: Iterable<number>): Steps {
    yield* removeFromLists(documents, this.#forward, this.#postings, (list, lost, left) => {
      this.#fieldOf[list]!.pairs -= lost;
      if (left === 0) this.#release(list);
    });
  }

  /** The values of a document in a field, in no particular order. */
  valuesOf(doc: number, field: string): AttributeValue[] {
    const values: AttributeValue[] = [];
    this.#forward.forEach(doc, (list) => {
      if (this.#fieldOf[list]!.name === field) values.push(this.#valueOf[list]!);
    });
    return values;
  }

  /** Numbers of the documents that have a value. */
  documentsWith(field: string, value: AttributeValue): DocumentSet {
    const documents = new DocumentSet();
    const list = this.#fields.get(field)?.lists.get(value);
    if (list !== undefined) this.#postings.addTo(documents, list);
    return documents;
  }

  /**
   * Documents with a value that passes: a test, called once for each value that occurs, or a range, which only values
   * of the type of its ends can be in.
   */
  documentsWhere(field: string, test: ((value: AttributeValue) => boolean) | Range): DocumentSet {
    const documents = new DocumentSet();
    const found = this.#fields.get(field);
    if (found === undefined) return documents;
    if (typeof test === "function") {
      for (const [value, list] of found.lists) if (test(value)) this.#postings.addTo(documents, list);
      return documents;
    }
    const lists = (value: number | string): number | undefined => found.lists.get(value);
    const add = (list: number): void => this.#postings.addTo(documents, list);
    const ends = [test.gt, test.gte, test.lt, test.lte].filter((end) => end !== undefined);
    if (ends.length === 0) throw new RangeError("A range needs gt, gte, lt or lte.");
    if (ends.every((end) => typeof end === "number"))
      found.numbers.forEach(test as Range<number>, lists, add);
    else if (ends.every((end) => typeof end === "string"))
      found.strings.forEach(test as Range<string>, lists, add);
    return documents;
  }

  /** Puts the values of a field in order in steps, for ranges: best done before one is asked for, which else does it. */
  *sorting(field: string): Steps {
    const found = this.#fields.get(field);
    if (found === undefined) return;
    const lookUp = (value: AttributeValue): number | undefined => found.lists.get(value);
    yield* found.numbers.sorting(lookUp);
    yield* found.strings.sorting(lookUp);
  }

  /** Documents that have any value in the field. */
  documentsWithField(field: string): DocumentSet {
    return this.documentsWhere(field, () => true);
  }

  /** The values of a field with the number of their documents. */
  *values(field: string): IterableIterator<[value: AttributeValue, count: number]> {
    const found = this.#fields.get(field);
    if (found === undefined) return;
    for (const [value, list] of found.lists) yield [value, this.#postings.count(list)];
  }

  /**
   * The values that the accepted documents have in a field, with the number of those documents. Reads either these
   * documents or the lists of the field, whichever takes less time.
   */
  count(field: string, accept?: DocumentSet): [value: AttributeValue, count: number][] {
    return runSteps(this.counting(field, accept));
  }

  /** The same in steps. What is added or removed meanwhile may be counted or not. */
  counting(field: string, accept?: DocumentSet): Steps<[value: AttributeValue, count: number][]> {
    const found = this.#fields.get(field);
    if (accept === undefined || found === undefined) return this.#countAll(field);
    const byLists = found.pairs + found.lists.size * listCost < accept.count * documentCost;
    return byLists ? this.#countLists(found, accept) : this.#countDocuments(found, accept);
  }

  *#countAll(field: string): Steps<[value: AttributeValue, count: number][]> {
    const counts: [AttributeValue, number][] = [];
    for (const pair of this.values(field)) if (counts.push(pair) % stepLists === 0) yield;
    return counts;
  }

  *#countLists(field: Field, accept: DocumentSet): Steps<[value: AttributeValue, count: number][]> {
    const counts: [AttributeValue, number][] = [];
    let read = 0;
    for (const [value, list] of field.lists) {
      const count = this.#postings.countIn(list, accept);
      if (count > 0) counts.push([value, count]);
      read += listCost + this.#postings.count(list);
      if (read < stepEntries) continue;
      read = 0;
      yield;
    }
    return counts;
  }

  *#countDocuments(field: Field, accept: DocumentSet): Steps<[value: AttributeValue, count: number][]> {
    const counts = new Uint32Array(this.#fieldOf.length);
    const met: [list: number, value: AttributeValue][] = [];
    const count = (list: number): void => {
      if (this.#fieldOf[list] !== field) return;
      if (counts[list]! === 0) met.push([list, this.#valueOf[list]!]);
      counts[list] = counts[list]! + 1;
    };
    let read = 0;
    for (const doc of accept) {
      this.#forward.forEach(doc, count);
      read += documentCost;
      if (read < stepEntries) continue;
      read = 0;
      yield;
    }
    return met.map(([list, value]) => [value, counts[list]!]);
  }

  /** Packed parts, which `load` reads. */
  save(): Uint8Array[] {
    return this.freeze().map(thawed);
  }

  /** The same, made while they are read: the index may change meanwhile. */
  freeze(): FrozenPart[] {
    const names = [...this.#fields.keys()];
    const positions = new Map(names.map((name, position) => [name, position]));
    const fields = this.#fieldOf.slice();
    const values = this.#valueOf.slice();
    const end = fields.length;
    return [
      frozen(packDescription({ kind: "attribute", format: attributeFormat, fields: names })),
      frozenNumbers(
        end,
        (length) => new Uint32Array(length),
        (list) => (fields[list] === undefined ? 0 : positions.get(fields[list].name)! + 1),
      ),
      frozenNumbers(
        end,
        (length) => new Float64Array(length),
        (list) => {
          const value = values[list]!;
          return typeof value === "number" || typeof value === "boolean" ? Number(value) : 0;
        },
      ),
      frozenNumbers(
        end,
        (length) => new Uint8Array(length),
        (list) => typeNames.indexOf(values[list] === null ? "null" : (typeof values[list] as "string")),
      ),
      ...frozenStrings(values),
      ...this.#postings.freeze(),
      ...this.#forward.freeze(),
    ];
  }

  /** The index that was saved. Throws `SnapshotError`. */
  static load(parts: readonly Uint8Array[]): AttributeIndex {
    return runSteps(AttributeIndex.loading(parts));
  }

  /** The same in steps. */
  static *loading(parts: readonly Uint8Array[]): Steps<AttributeIndex> {
    const { fields: names } = unpackDescription(parts, "attribute", attributeFormat, 11) as {
      fields: string[];
    };
    const fields = wordsFrom(parts[1]!);
    const numbers = numbersFrom(parts[2]!);
    const types = parts[3]!;
    const strings = yield* unpackingStrings(parts[4]!, parts[5]!);
    const index = new AttributeIndex();
    index.#postings = yield* Postings.loading(parts.slice(6, 9), false);
    yield;
    index.#forward = ForwardLists.load(parts.slice(9, 11));
    for (let list = 0; list < fields.length; list++) {
      if (list % stepLists === 0) yield;
      const name = names[fields[list]! - 1];
      if (fields[list] === 0) {
        index.#fieldOf[list] = undefined;
        index.#valueOf[list] = null;
        index.#free.push(list);
        continue;
      }
      if (name === undefined)
        throw new SnapshotError("DAMAGED", "The snapshot names a field that it does not have.");
      const type = typeNames[types[list]!];
      const number = numbers[list]!;
      const value =
        type === "string"
          ? strings[list]!
          : type === "number"
            ? number
            : type === "boolean"
              ? number === 1
              : null;
      index.#enter(name, value, list);
      index.#fieldOf[list]!.pairs += index.#postings.count(list);
    }
    return index;
  }

  #list(name: string, value: AttributeValue): number {
    const known = this.#fields.get(name)?.lists.get(value);
    if (known !== undefined) return known;
    const list = this.#free.pop() ?? this.#fieldOf.length;
    this.#enter(name, value, list);
    return list;
  }

  #enter(name: string, value: AttributeValue, list: number): void {
    let field = this.#fields.get(name);
    if (field === undefined) {
      field = { name, lists: new Map(), numbers: new SortedValues(), strings: new SortedValues(), pairs: 0 };
      this.#fields.set(name, field);
    }
    field.lists.set(value, list);
    this.#fieldOf[list] = field;
    this.#valueOf[list] = value;
    if (typeof value === "number") field.numbers.add(value);
    else if (typeof value === "string") field.strings.add(value);
  }

  #release(list: number): void {
    const field = this.#fieldOf[list]!;
    const value = this.#valueOf[list]!;
    field.lists.delete(value);
    if (typeof value === "number") field.numbers.remove();
    else if (typeof value === "string") field.strings.remove();
    this.#fieldOf[list] = undefined;
    this.#valueOf[list] = null;
    this.#free.push(list);
    if (field.lists.size === 0) this.#fields.delete(field.name);
  }
}
