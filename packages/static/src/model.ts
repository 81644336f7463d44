import { Characters } from "./characters.ts";
import { Lexicon } from "./lexicon.ts";
import { type Likeness, likenessOf, type TermLists } from "./likeness.ts";
import { StaticModelError } from "./model-error.ts";
import { centroids, dimensions, openModelFile, subspaces, width } from "./model-file.ts";
import { pause } from "./pause.ts";
import { Reader } from "./reader.ts";

/**
 * A static embedding model: terms (words, pieces of words, runs of eastern scripts), each with a direction and a weight.
 * A text's vector is the sum of its terms' vectors, each `weight × direction`, brought to length 1. Terms are numbered from
 * 0; the numbers are part of the model's version. Everything is synchronous, and the same to the bit in every runtime:
 * sums and roots of IEEE numbers in a fixed order.
 */
export interface StaticModel {
  /** How many terms there are. */
  readonly size: number;
  /** Numbers of the terms of a text, in order, as often as each occurs. Empty where nothing is read. */
  read(text: string): number[];
  /** A term as the vocabulary has it: `##x` continues a word. */
  term(id: number): string;
  /** How much a term says: more than 0, at most about 5; common words least. */
  weight(id: number): number;
  /** `[256]`: the direction of a term, of length 1. */
  direction(id: number): Float32Array;
  /** `[256]`: the vector of length 1 of a text of these terms; `undefined` when there are none. */
  vector(ids: ArrayLike<number>): Float32Array | undefined;
  /**
   * `[32][256]`: products of a term's direction with all centroids. With it, the cosine to any other term is a sum of 32
   * numbers: make it once for each term of a question, some 60 µs and 32 KB, and give it to `nearest`.
   */
  products(id: number): Float32Array;
  /**
   * For each of some terms its largest cosine to the terms of each of some texts. Eight terms at a time take some 50 ns for
   * each different term of the texts, and 3 ns for each of all.
   * @param least - A cosine that is less counts as 0. Default 0.
   */
  likeness(ids: Uint32Array, texts: TermLists, least?: number): Likeness;
  /** `[texts][texts]`: the cosine of each text's vector to those of later texts; the others are 0. */
  resemblance(texts: TermLists): Float32Array;
  /**
   * The largest cosine, -1 to 1, of the term of which `products` are to one of these terms; -1 when there are none. Each
   * takes some 40 ns.
   */
  nearest(products: Float32Array, ids: ArrayLike<number>): number;
}

/**
 * Opens a model file: twice some 10 ms.
 * @throws StaticModelError `FOREIGN`, `VERSION` or `DAMAGED`.
 */
export async function openModel(bytes: Uint8Array): Promise<StaticModel> {
  const file = await openModelFile(bytes);
  await pause();
  const { terms, codebooks, codes, weights } = file;
  const lexicon = new Lexicon(file);
  const reader = new Reader(lexicon, new Characters(file.characters));
  const squares = squaresOf(codebooks);
  /** What a term's centroids are multiplied with to have length 1; 0 where not yet asked for. */
  const scales = new Float32Array(terms);
  const sum = new Float64Array(dimensions);
  /** Who asks for the vector of a text often asks for its terms next. */
  let last: { text: string; terms: number[] } | undefined;
  function check(id: number): number {
    if (!Number.isInteger(id) || id < 0 || id >= terms)
      throw new StaticModelError("INVALID_INPUT", `terms have the numbers 0 to ${terms - 1}, got ${id}`);
    return id;
  }

  function scale(id: number): number {
    const known = scales[id]!;
    if (known > 0) return known;
    let square = 0;
    for (let subspace = 0; subspace < subspaces; subspace++)
      square += squares[subspace * centroids + codes[id * subspaces + subspace]!]!;
    scales[id] = 1 / Math.sqrt(square);
    return scales[id]!;
  }

  /**
   * Puts the sum of terms into `sum`, each times its factor. Subspace by subspace: what is added to stays in registers, and
   * the 8 KB of a subspace's centroids in the nearest cache.
   * @param starts - `[terms]`: where the codes of each begin.
   */
  function add(starts: Int32Array, factors: Float64Array): void {
    for (let subspace = 0; subspace < subspaces; subspace++) {
      const book = subspace * centroids * width;
      let a = 0;
      let b = 0;
      let c = 0;
      let d = 0;
      let e = 0;
      let f = 0;
      let g = 0;
      let h = 0;
      for (let index = 0; index < starts.length; index++) {
        const factor = factors[index]!;
        const from = book + codes[starts[index]! + subspace]! * width;
        a += factor * codebooks[from]!;
        b += factor * codebooks[from + 1]!;
        c += factor * codebooks[from + 2]!;
        d += factor * codebooks[from + 3]!;
        e += factor * codebooks[from + 4]!;
        f += factor * codebooks[from + 5]!;
        g += factor * codebooks[from + 6]!;
        h += factor * codebooks[from + 7]!;
      }
      const at = subspace * width;
      sum[at] = a;
      sum[at + 1] = b;
      sum[at + 2] = c;
      sum[at + 3] = d;
      sum[at + 4] = e;
      sum[at + 5] = f;
      sum[at + 6] = g;
      sum[at + 7] = h;
    }
  }

  function unitSum(): Float32Array | undefined {
    let square = 0;
    for (let at = 0; at < dimensions; at++) square += sum[at]! * sum[at]!;
    if (square === 0) return undefined;
    const length = Math.sqrt(square);
    const vector = new Float32Array(dimensions);
    for (let at = 0; at < dimensions; at++) vector[at] = sum[at]! / length;
    return vector;
  }

  const weightOf = (id: number) => float16(weights[2 * id]! | (weights[2 * id + 1]! << 8));

  const model: StaticModel = {
    size: terms,
    read(text) {
      if (last?.text !== text) last = { text, terms: reader.read(text) };
      return last.terms.slice();
    },
    term: (id) => lexicon.term(check(id)),
    weight: (id) => weightOf(check(id)),
    direction(id) {
      add(Int32Array.of(check(id) * subspaces), Float64Array.of(1));
      return unitSum()!;
    },
    vector(ids) {
      const starts = new Int32Array(ids.length);
      const factors = new Float64Array(ids.length);
      for (let index = 0; index < ids.length; index++) {
        const id = check(ids[index]!);
        starts[index] = id * subspaces;
        factors[index] = weightOf(id) * scale(id);
      }
      add(starts, factors);
      return unitSum();
    },
    products(id) {
      const direction = model.direction(id);
      const products = new Float32Array(subspaces * centroids);
      for (let index = 0; index < products.length; index++) {
        const at = Math.floor(index / centroids) * width;
        let product = 0;
        for (let offset = 0; offset < width; offset++)
          product += direction[at + offset]! * codebooks[index * width + offset]!;
        products[index] = product;
      }
      return products;
    },
    ...likenessOf(file, { check, scale, weightOf, directionOf: (id) => model.direction(id) }),
    nearest(products, ids) {
      let best = -1;
      for (let index = 0; index < ids.length; index++) {
        const id = check(ids[index]!);
        let product = 0;
        for (let code = id * subspaces, at = 0; at < products.length; at += centroids, code++)
          product += products[at + codes[code]!]!;
        best = Math.max(best, product * scale(id));
      }
      return Math.min(1, best);
    },
  };
  return Object.freeze(model);
}

/** The squared length of each centroid. */
function squaresOf(codebooks: Float32Array): Float64Array {
  const squares = new Float64Array(subspaces * centroids);
  for (let index = 0; index < codebooks.length; index++)
    squares[Math.floor(index / width)]! += codebooks[index]! * codebooks[index]!;
  return squares;
}

/** What a number of IEEE 754 half precision is multiplied with, by its exponent. */
const powers: Float64Array = Float64Array.from({ length: 32 });
powers[15] = 1 / 1024;
for (let exponent = 16; exponent < 32; exponent++) powers[exponent] = powers[exponent - 1]! * 2;
for (let exponent = 14; exponent > 0; exponent--) powers[exponent] = powers[exponent + 1]! / 2;

/** A number of IEEE 754 half precision that is not negative, 0 or below the normal range, as no weight is. */
function float16(bits: number): number {
  return ((bits & 0x3ff) + 1024) * powers[bits >> 10]!;
}
