import { LikenessMemory, lanes } from "./likeness-loops.ts";
import { StaticModelError } from "./model-error.ts";
import { centroids, dimensions, type ModelFile, subspaces } from "./model-file.ts";

/** The terms of some texts, one text after another. */
export interface TermLists {
  readonly terms: Uint32Array;
  /** `[texts]`: behind which of `terms` those of a text end. */
  readonly ends: Uint32Array;
}

/** Cosines of terms to texts, `[ids][texts]`, 0 to 1. */
export interface Likeness {
  /** To the nearest term of the text: 1 where it has the term itself. */
  readonly best: Float32Array;
  /** To the nearest other one. */
  readonly others: Float32Array;
}

/** What is known of single terms. */
interface Terms {
  /** @throws StaticModelError when there is no such term. */
  check(id: number): number;
  weightOf(id: number): number;
  /** What the centroids of a term are multiplied with to have length 1. */
  scale(id: number): number;
  directionOf(id: number): Float32Array;
}

/** Words of 32 bits that the codes of a term take. */
const words = subspaces / 4;

/** How alike terms and texts are; see `StaticModel`. Nothing is made before the first call. */
export function likenessOf(
  { terms: count, codebooks, codes }: Pick<ModelFile, "terms" | "codebooks" | "codes">,
  { check, scale, weightOf, directionOf }: Terms,
): {
  likeness(ids: Uint32Array, texts: TermLists, least?: number): Likeness;
  resemblance(texts: TermLists): Float32Array;
} {
  let prepared: ReturnType<typeof prepare> | undefined;
  function prepare() {
    const memory = new LikenessMemory();
    const books = memory.take(codebooks.length);
    const table = memory.take(subspaces * centroids * lanes);
    const directions = memory.take(dimensions * lanes);
    memory.floats(books, codebooks.length).set(codebooks);
    const codeWords =
      codes.byteOffset % 4 === 0
        ? new Uint32Array(codes.buffer, codes.byteOffset, count * words)
        : new Uint32Array(codes.slice().buffer);
    // By term: its place among those of a call, plus 1. All 0 between calls.
    return { memory, books, table, directions, codeWords, placeOf: new Int32Array(count) };
  }
  const ready = () => {
    prepared ??= prepare();
    return prepared;
  };

  function checkTexts({ terms, ends }: TermLists): void {
    for (let at = 0; at < terms.length; at++) check(terms[at]!);
    let before = 0;
    for (let text = 0; text < ends.length; text++) {
      if (ends[text]! < before) before = Number.POSITIVE_INFINITY;
      before = Math.max(before, ends[text]!);
    }
    if (before !== terms.length)
      throw new StaticModelError(
        "INVALID_INPUT",
        `texts: the ends must not fall, and the last one must be ${terms.length}, the number of the terms`,
      );
  }

  /** The different ones of some terms, and for each of all its place among them. */
  function numbered(all: Uint32Array): { distinct: Uint32Array; places: Uint32Array } {
    const { placeOf } = ready();
    const distinct = new Uint32Array(all.length);
    const places = new Uint32Array(all.length);
    let known = 0;
    for (let at = 0; at < all.length; at++) {
      const id = all[at]!;
      if (placeOf[id] === 0) {
        distinct[known++] = id;
        placeOf[id] = known;
      }
      places[at] = placeOf[id]! - 1;
    }
    for (let at = 0; at < known; at++) placeOf[distinct[at]!] = 0;
    return { distinct: distinct.subarray(0, known), places };
  }

  function writeCodes(ids: Uint32Array, to: Uint32Array): void {
    const { codeWords } = ready();
    for (let index = 0; index < ids.length; index++) {
      const from = ids[index]! * words;
      for (let word = 0; word < words; word++) to[index * words + word] = codeWords[from + word]!;
    }
  }

  return {
    likeness(ids, lists, least = 0) {
      checkTexts(lists);
      const { memory, directions, books, table } = ready();
      const texts = lists.ends.length;
      const { distinct, places } = numbered(lists.terms);
      const at = memory.layOut({
        codes: distinct.length * words,
        scales: distinct.length,
        rows: distinct.length * lanes,
        places: places.length,
        ends: texts,
        best: texts * lanes,
        others: texts * lanes,
      });
      writeCodes(distinct, memory.words(at.codes, distinct.length * words));
      const scales = memory.floats(at.scales, distinct.length);
      for (let index = 0; index < distinct.length; index++) scales[index] = scale(distinct[index]!);
      memory.words(at.places, places.length).set(places);
      memory.words(at.ends, texts).set(lists.ends);
      const numbers = memory.floats(directions, dimensions * lanes);
      const rows = memory.floats(at.rows, distinct.length * lanes);
      const found = {
        best: new Float32Array(ids.length * texts),
        others: new Float32Array(ids.length * texts),
      };
      const [best, others] = [memory.floats(at.best, texts * lanes), memory.floats(at.others, texts * lanes)];
      for (let first = 0; first < ids.length; first += lanes) {
        const some = ids.subarray(first, first + lanes);
        for (let lane = 0; lane < some.length; lane++) {
          const direction = directionOf(some[lane]!);
          for (let number = 0; number < dimensions; number++)
            numbers[number * lanes + lane] = direction[number]!;
        }
        memory.loops.products(directions, books, table);
        memory.loops.cosines(at.codes, at.scales, distinct.length, table, least, at.rows);
        for (let lane = 0; lane < some.length; lane++) {
          const itself = distinct.indexOf(some[lane]!);
          // More than any cosine: so it is told apart.
          if (itself >= 0) rows[itself * lanes + lane] = 2;
        }
        memory.loops.largest(at.places, at.ends, texts, at.rows, at.best, at.others);
        takeLanes(best, some.length, found.best, first * texts);
        takeLanes(others, some.length, found.others, first * texts);
      }
      return found;
    },

    resemblance(lists) {
      checkTexts(lists);
      const { memory, books } = ready();
      const { terms, ends } = lists;
      const texts = ends.length;
      const at = memory.layOut({
        codes: terms.length * words,
        factors: terms.length,
        vectors: texts * dimensions,
        dots: texts * texts,
      });
      writeCodes(terms, memory.words(at.codes, terms.length * words));
      const factors = memory.floats(at.factors, terms.length);
      for (let index = 0; index < terms.length; index++)
        factors[index] = weightOf(terms[index]!) * scale(terms[index]!);
      const vectors = memory.floats(at.vectors, texts * dimensions);
      let start = 0;
      for (let text = 0; text < texts; text++) {
        const [codesAt, factorsAt] = [at.codes + start * subspaces, at.factors + start * 4];
        const first = text * dimensions;
        memory.loops.sum(codesAt, factorsAt, ends[text]! - start, books, at.vectors + first * 4);
        start = ends[text]!;
        toUnitLength(vectors.subarray(first, first + dimensions));
      }
      const dots = memory.floats(at.dots, texts * texts).fill(0);
      memory.loops.dots(at.vectors, texts, at.dots);
      return dots.slice();
    },
  };
}

/** `[texts][lanes]` numbers as `[lanes][texts]`, so many of them, from `start` on. */
function takeLanes(rows: Float32Array, count: number, to: Float32Array, start: number): void {
  const texts = rows.length / lanes;
  for (let lane = 0; lane < count; lane++)
    for (let text = 0; text < texts; text++) to[start + lane * texts + text] = rows[text * lanes + lane]!;
}

/** One of zeros stays as it is. */
function toUnitLength(vector: Float32Array): void {
  let square = 0;
  for (let at = 0; at < vector.length; at++) square += vector[at]! * vector[at]!;
  if (square === 0) return;
  const length = Math.sqrt(square);
  for (let at = 0; at < vector.length; at++) vector[at] = vector[at]! / length;
}
