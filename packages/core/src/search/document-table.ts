import { DocumentSet, type FrozenPart, frozen, type Steps } from "@souvenir/orama";
import { DocumentOrder } from "./document-order.ts";

/** What the index keeps of a document besides what the engine does. */
export interface DocumentFields {
  /** Of its record: an integer, 1 or more. */
  id: number;
  /** Milliseconds since 1970, as `expiresAt`. */
  createdAt: number;
  expiresAt: number | null;
  /** Whether it ends with a question. */
  asks: boolean;
}

/** Where a record stands in the order of time. */
export interface Place {
  createdAt: number;
  id: number;
}

const asksFlag = 1;
const goneFlag = 2;
const stepDocuments = 4096;

/**
 * The fields of documents, which Orama numbers from 1, in columns: 25 bytes a document, and their order in time. No
 * document has the number 0.
 */
export class DocumentTable {
  #ids = new Float64Array(64);
  #createdAt = new Float64Array(64);
  /** Infinity for a document that does not expire. */
  #expiresAt = new Float64Array(64);
  #flags = new Uint8Array(64).fill(goneFlag, 0, 1);
  #end = 1;
  #size = 0;
  /** Undefined when it is to be looked for. */
  #latest: number | undefined = Number.NEGATIVE_INFINITY;
  readonly #byTime = new DocumentOrder(
    (left, right) => this.isBefore(left, right),
    (document) => this.#isGone(document),
  );
  /** Those that expire. */
  readonly #byExpiry = new DocumentOrder(
    (left, right) => (this.#expiresAt[left] as number) < (this.#expiresAt[right] as number),
    (document) => this.#isGone(document),
  );

  /** One more than the highest number that was ever given. */
  get end(): number {
    return this.#end;
  }

  /** Documents that are there. */
  get size(): number {
    return this.#size;
  }

  /** @param document - Its number, higher than all that were there. */
  add(document: number, { id, createdAt, expiresAt, asks }: DocumentFields): void {
    // A number may have been given to a document that was refused.
    for (; this.#end <= document; this.#end++) {
      if (this.#end === this.#ids.length) this.#grow();
      this.#flags[this.#end] = goneFlag;
    }
    this.#ids[document] = id;
    this.#createdAt[document] = createdAt;
    this.#expiresAt[document] = expiresAt ?? Number.POSITIVE_INFINITY;
    this.#flags[document] = asks ? asksFlag : 0;
    if (this.#latest !== undefined) this.#latest = Math.max(this.#latest, createdAt);
    this.#order(document);
  }

  remove(document: number): void {
    if (this.#createdAt[document] === this.#latest) this.#latest = undefined;
    // Its fields stay, for the orders; they are not saved.
    this.#flags[document] = goneFlag;
    this.#size--;
    this.#byTime.removed();
    if (this.#expiresAt[document] !== Number.POSITIVE_INFINITY) this.#byExpiry.removed();
  }

  /** To be called after changes, and before documents are asked for in order. */
  *settling(): Steps {
    yield* this.#byTime.settling();
    yield* this.#byExpiry.settling();
  }

  /** The id of its record, 0 for a document that is gone. */
  idOf(document: number): number {
    return this.#isGone(document) ? 0 : (this.#ids[document] as number);
  }

  /** Infinity for a document that does not expire. */
  expiresAt(document: number): number {
    return this.#expiresAt[document] as number;
  }

  createdAt(document: number): number {
    return this.#createdAt[document] as number;
  }

  /** Whether a document comes before another in order of time, then of id; also of one that is gone. */
  isBefore(left: number, right: number): boolean {
    const [first, second] = [this.#createdAt[left] as number, this.#createdAt[right] as number];
    return first < second || (first === second && (this.#ids[left] as number) < (this.#ids[right] as number));
  }

  /** When the latest document was made, -∞ when there is none. */
  latest(): number {
    if (this.#latest !== undefined) return this.#latest;
    let latest = Number.NEGATIVE_INFINITY;
    for (let document = 0; document < this.#end; document++)
      if (!this.#isGone(document)) latest = Math.max(latest, this.#createdAt[document] as number);
    this.#latest = latest;
    return latest;
  }

  asks(document: number): boolean {
    return (this.#flags[document] as number) === asksFlag;
  }

  /** Takes documents that expire at or before a moment out of a set, which `of` makes when there are some. */
  withoutExpired(now: number, of: () => DocumentSet): DocumentSet | undefined {
    let left: DocumentSet | undefined;
    const take = (document: number) => {
      left ??= of();
      left.delete(document);
    };
    const count = this.#byExpiry.countBefore((document) => (this.#expiresAt[document] as number) <= now);
    for (let at = 0; at < count; at++) take(this.#byExpiry.documents[at] as number);
    for (const document of this.#byExpiry.late)
      if ((this.#expiresAt[document] as number) <= now) take(document);
    return left;
  }

  /** Documents made from a moment on and before another; also some that are gone. */
  within(since: number, until: number): DocumentSet {
    return documentsBetween(this.#byTime, since, until, (document) => this.createdAt(document));
  }

  /** Documents that expire from a moment on and before another; also some that are gone. */
  expiringWithin(since: number, until: number): DocumentSet {
    return documentsBetween(this.#byExpiry, since, until, (document) => this.#expiresAt[document] as number);
  }

  /**
   * The first of a set of documents in order of time, then of id, after a place: as many as `limit`, and costs about as
   * much as these are apart.
   */
  *inOrder(
    among: DocumentSet,
    { after, newestFirst, limit }: { after?: Place; newestFirst: boolean; limit: number },
  ): Steps<Place[]> {
    yield* this.#byTime.settling(true);
    const documents = this.#byTime.documents;
    const place = (document: number): Place => ({
      createdAt: this.#createdAt[document] as number,
      id: this.#ids[document] as number,
    });
    const found: Place[] = [];
    const isBefore = ({ createdAt, id }: Place, orSame: boolean) =>
      this.#byTime.countBefore((document) => {
        const at = this.#createdAt[document] as number;
        if (at !== createdAt) return at < createdAt;
        return orSame ? (this.#ids[document] as number) <= id : (this.#ids[document] as number) < id;
      });
    const step = newestFirst ? -1 : 1;
    let at = newestFirst ? documents.length - 1 : 0;
    if (after !== undefined) at = newestFirst ? isBefore(after, false) - 1 : isBefore(after, true);
    for (let looked = 1; at >= 0 && at < documents.length && found.length < limit; at += step, looked++) {
      const document = documents[at] as number;
      if (among.has(document) && !this.#isGone(document)) found.push(place(document));
      // What is looked at was all there when the work began.
      if (looked % (16 * stepDocuments) === 0) yield;
    }
    return found;
  }

  /** Packed parts, which `loading` reads. Nothing of what is gone. */
  freeze(): FrozenPart[] {
    const columns = [this.#ids, this.#createdAt, this.#expiresAt].map((column) => column.slice(0, this.#end));
    for (let document = 0; document < this.#end; document++)
      if (this.#isGone(document)) for (const column of columns) column[document] = 0;
    return [...columns, this.#flags.slice(0, this.#end)].map((column) =>
      frozen(new Uint8Array(column.buffer, column.byteOffset, column.byteLength)),
    );
  }

  static *loading([ids, createdAt, expiresAt, flags]: readonly Uint8Array[]): Steps<DocumentTable> {
    const table = new DocumentTable();
    table.#ids = numbersOf(ids);
    table.#createdAt = numbersOf(createdAt);
    table.#expiresAt = numbersOf(expiresAt);
    table.#flags = (flags as Uint8Array).slice();
    table.#end = table.#ids.length;
    table.#latest = undefined;
    for (let document = 0; document < table.#end; document++) {
      if (!table.#isGone(document)) table.#order(document);
      if (document % stepDocuments === 0) yield;
    }
    yield* table.settling();
    return table;
  }

  #order(document: number): void {
    this.#size++;
    this.#byTime.add(document);
    if (this.#expiresAt[document] !== Number.POSITIVE_INFINITY) this.#byExpiry.add(document);
  }

  #isGone(document: number): boolean {
    return (this.#flags[document] as number) === goneFlag;
  }

  #grow(): void {
    const length = Math.max(64, Math.ceil(this.#end * 1.5));
    const grown = <Column extends Float64Array | Uint8Array>(column: Column, larger: Column): Column => {
      larger.set(column);
      return larger;
    };
    this.#ids = grown(this.#ids, new Float64Array(length));
    this.#createdAt = grown(this.#createdAt, new Float64Array(length));
    this.#expiresAt = grown(this.#expiresAt, new Float64Array(length));
    this.#flags = grown(this.#flags, new Uint8Array(length));
  }
}

/** Documents of an order whose moment is one from `since` on and before `until`. */
function documentsBetween(
  order: DocumentOrder,
  since: number,
  until: number,
  momentOf: (document: number) => number,
): DocumentSet {
  const found = new DocumentSet();
  const { documents } = order;
  const from = order.countBefore((document) => momentOf(document) < since);
  const to = order.countBefore((document) => momentOf(document) < until);
  for (let at = from; at < to; at++) found.add(documents[at] as number);
  for (const document of order.late)
    if (momentOf(document) >= since && momentOf(document) < until) found.add(document);
  return found;
}

/** A copy, at an address that numbers may have. */
function numbersOf(bytes: Uint8Array | undefined): Float64Array<ArrayBuffer> {
  return new Float64Array((bytes as Uint8Array).slice().buffer as ArrayBuffer);
}
