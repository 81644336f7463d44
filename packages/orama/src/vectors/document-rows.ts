/** The document of a row that has none. */
export const FREE = 0xffffffff;

/** Which rows a document has and whose a row is. Documents are dense integers: memory grows with the highest. */
export class DocumentRows {
  /** `[document]`: 1 + the first row, 0 for none. */
  #first: Uint32Array = new Uint32Array(0);
  /** `[row]`: 1 + the next row of the same document, 0 for none. */
  #next: Uint32Array = new Uint32Array(0);
  /** `[row]`: the document, `FREE` for none. */
  #documentOf: Uint32Array = new Uint32Array(0);
  #documents = 0;
  #rows = 0;

  /** Documents that have rows. */
  get documents(): number {
    return this.#documents;
  }

  /** Rows that belong to a document. */
  get rows(): number {
    return this.#rows;
  }

  get bytes(): number {
    return this.#first.byteLength + this.#next.byteLength + this.#documentOf.byteLength;
  }

  /** `[row]`: the document of a row, `FREE` or past the end for none. A view, stale after `reserve`. */
  get documentOf(): Uint32Array {
    return this.#documentOf;
  }

  has(document: number): boolean {
    return document < this.#first.length && this.#first[document] !== 0;
  }

  isFree(row: number): boolean {
    return row >= this.#documentOf.length || this.#documentOf[row] === FREE;
  }

  /** Makes room for a document and for rows below `end`, so that `add` cannot fail. */
  reserve(document: number, end: number): void {
    this.#first = grown(this.#first, document + 1, 0);
    this.#next = grown(this.#next, end, 0);
    this.#documentOf = grown(this.#documentOf, end, FREE);
  }

  /** Gives a free row to a document. */
  add(document: number, row: number): void {
    const first = this.#first[document]!;
    if (first === 0) this.#documents++;
    this.#next[row] = first;
    this.#first[document] = row + 1;
    this.#documentOf[row] = document;
    this.#rows++;
  }

  /** Calls `visit` with each row of a document, the latest first. */
  forEach(document: number, visit: (row: number) => void): void {
    if (!this.has(document)) return;
    for (let row = this.#first[document]!; row !== 0; row = this.#next[row - 1]!) visit(row - 1);
  }

  /** Takes all rows from a document. Calls `visit` with each. */
  remove(document: number, visit: (row: number) => void): void {
    if (!this.has(document)) return;
    this.forEach(document, (row) => {
      this.#documentOf[row] = FREE;
      this.#rows--;
      visit(row);
    });
    this.#first[document] = 0;
    this.#documents--;
  }
}

function grown(values: Uint32Array, length: number, fill: number): Uint32Array {
  if (length <= values.length) return values;
  const larger = new Uint32Array(Math.max(length, Math.min(values.length * 2, values.length + 2 ** 20), 64));
  larger.set(values);
  if (fill !== 0) larger.fill(fill, values.length);
  return larger;
}
