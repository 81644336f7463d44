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

/** The fields of documents, which are numbered from 0, in columns: 17 bytes a document. */
export class DocumentTable {
  /** 0 for a document that is gone. */
  #ids = new Float64Array(64);
  #createdAt = new Float64Array(64);
  #asks = new Uint8Array(64);
  /** Of the few that expire. */
  #expiresAt = new Map<number, number>();
  #end = 0;
  /** Undefined when it is to be looked for. */
  #latest: number | undefined = Number.NEGATIVE_INFINITY;

  /** One more than the highest number that was ever given. */
  get end(): number {
    return this.#end;
  }

  /** Adds a document and returns its number. */
  add({ id, createdAt, expiresAt, asks }: DocumentFields): number {
    if (this.#end === this.#ids.length) this.#grow();
    const document = this.#end++;
    this.#ids[document] = id;
    this.#createdAt[document] = createdAt;
    if (this.#latest !== undefined) this.#latest = Math.max(this.#latest, createdAt);
    this.#asks[document] = asks ? 1 : 0;
    if (expiresAt !== null) this.#expiresAt.set(document, expiresAt);
    return document;
  }

  remove(document: number): void {
    if (this.#createdAt[document] === this.#latest) this.#latest = undefined;
    this.#ids[document] = 0;
    this.#createdAt[document] = 0;
    this.#asks[document] = 0;
    this.#expiresAt.delete(document);
  }

  /** The id of its record, 0 for a document that is gone. */
  idOf(document: number): number {
    return this.#ids[document] as number;
  }

  createdAt(document: number): number {
    return this.#createdAt[document] as number;
  }

  /** When the latest document was made, -∞ when there is none. */
  latest(): number {
    if (this.#latest !== undefined) return this.#latest;
    let latest = Number.NEGATIVE_INFINITY;
    for (let document = 0; document < this.#end; document++)
      if (this.#ids[document] !== 0) latest = Math.max(latest, this.#createdAt[document] as number);
    this.#latest = latest;
    return latest;
  }

  asks(document: number): boolean {
    return this.#asks[document] === 1;
  }

  /** Documents that expire at or before a moment. */
  expired(now: number): number[] {
    return Array.from(this.#expiresAt).flatMap(([document, at]) => (at <= now ? [document] : []));
  }

  /** Packed parts, partly views: write them before the next change. `load` reads them. */
  save(): Uint8Array[] {
    const expiring = Float64Array.from(Array.from(this.#expiresAt).flat());
    const columns = [
      this.#ids.subarray(0, this.#end),
      this.#createdAt.subarray(0, this.#end),
      this.#asks.subarray(0, this.#end),
      expiring,
    ];
    return columns.map((column) => new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
  }

  static load([ids, createdAt, asks, expiring]: readonly Uint8Array[]): DocumentTable {
    const table = new DocumentTable();
    table.#ids = numbersOf(ids);
    table.#createdAt = numbersOf(createdAt);
    table.#asks = (asks as Uint8Array).slice();
    table.#end = table.#ids.length;
    table.#latest = undefined;
    const pairs = numbersOf(expiring);
    for (let at = 0; at < pairs.length; at += 2)
      table.#expiresAt.set(pairs[at] as number, pairs[at + 1] as number);
    return table;
  }

  #grow(): void {
    const length = Math.max(64, Math.ceil(this.#end * 1.5));
    const grown = <Column extends Float64Array | Uint8Array>(column: Column, larger: Column): Column => {
      larger.set(column);
      return larger;
    };
    this.#ids = grown(this.#ids, new Float64Array(length));
    this.#createdAt = grown(this.#createdAt, new Float64Array(length));
    this.#asks = grown(this.#asks, new Uint8Array(length));
  }
}

/** A copy, at an address that numbers may have. */
function numbersOf(bytes: Uint8Array | undefined): Float64Array<ArrayBuffer> {
  return new Float64Array((bytes as Uint8Array).slice().buffer as ArrayBuffer);
}
