import { ForwardLists, type FrozenPart, type Steps } from "@souvenir/orama";
import type { TermLists } from "@souvenir/static";
import type { RankingTerms } from "../ranking/ranking-index.ts";

/** Documents that are looked at between two steps. */
const stepDocuments = 1024;

/** Which terms of the static model each document has, and how many documents have each: what soft words compare. */
export class TermTable implements RankingTerms {
  #lists = new ForwardLists();
  readonly #having = new Map<number, number>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** @param terms - As a text is read: in any order, as often as they occur. */
  add(document: number, terms: Iterable<number>): void {
    this.remove(document);
    const distinct = Uint32Array.from(new Set(terms)).sort();
    if (distinct.length === 0) return;
    this.#lists.add(document, distinct);
    this.#count(distinct, 1);
  }

  remove(document: number): void {
    if (!this.#lists.has(document)) return;
    this.#count(this.#lists.remove(document), -1);
  }

  countOf(document: number): number {
    return this.#lists.countOf(document);
  }

  listsOf(documents: Uint32Array): TermLists {
    const ends = new Uint32Array(documents.length);
    let end = 0;
    for (let at = 0; at < documents.length; at++) {
      end += this.countOf(documents[at] as number);
      ends[at] = end;
    }
    const terms = new Uint32Array(end);
    let to = 0;
    for (let at = 0; at < documents.length; at++) to = this.#lists.copy(documents[at] as number, terms, to);
    return { terms, ends };
  }

  having(term: number): number {
    return this.#having.get(term) ?? 0;
  }

  /** Gives back, in steps, the room of what was removed. */
  settling(): Steps {
    return this.#lists.compacting();
  }

  freeze(): FrozenPart[] {
    return this.#lists.freeze();
  }

  /** @param end - All document numbers are lower. */
  static *loading(parts: readonly Uint8Array[], end: number): Steps<TermTable> {
    const table = new TermTable();
    table.#lists = ForwardLists.load(parts);
    for (let document = 0; document < end; document++) {
      if (document % stepDocuments === 0) yield;
      if (!table.#lists.has(document)) continue;
      table.#size++;
      table.#lists.forEach(document, (term) => table.#change(term, 1));
    }
    return table;
  }

  #count(terms: Uint32Array, change: 1 | -1): void {
    this.#size += change;
    for (const term of terms) this.#change(term, change);
  }

  #change(term: number, change: 1 | -1): void {
    const count = this.having(term) + change;
    if (count === 0) this.#having.delete(term);
    else this.#having.set(term, count);
  }
}
