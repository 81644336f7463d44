/**
 * BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009), with the inverse
 * document frequency that is never negative: ln(1 + (N - n + 0.5) / (n + 0.5)).
 */
export interface Bm25Parameters {
  /** How fast repetitions of a term stop counting. 0: at once. 0 or more, usually 1.2 to 2. Default 1.2. */
  k1: number;
  /** How much longer documents count less, from 0 (not) to 1 (in proportion). Default 0.75. */
  b: number;
}

/** The parameters of BM25 where none are given. */
export const defaultBm25: Bm25Parameters = { k1: 1.2, b: 0.75 };

/** The parameters, which are checked: throws RangeError. */
export function bm25Parameters(given: { k1?: number | undefined; b?: number | undefined }): Bm25Parameters {
  const { k1 = defaultBm25.k1, b = defaultBm25.b } = given;
  if (!(k1 >= 0 && k1 < Number.POSITIVE_INFINITY))
    throw new RangeError(`k1 is a number of 0 or more, not ${k1}.`);
  if (!(b >= 0 && b <= 1)) throw new RangeError(`b is a number from 0 to 1, not ${b}.`);
  return { k1, b };
}

/** How much a term tells, more than 0: high for a rare one. */
export function inverseDocumentFrequency(documents: number, containing: number): number {
  return Math.log1p((documents - containing + 0.5) / (containing + 0.5));
}

/**
 * The part of a term's score that depends on the document, 0 to k1 + 1; to be multiplied by its weight.
 * @param frequency Occurrences of the term in the field. @param relativeLength Words of the field by their average.
 */
export function termSaturation(frequency: number, relativeLength: number, { k1, b }: Bm25Parameters): number {
  return (frequency * (k1 + 1)) / (frequency + k1 * (1 - b + b * relativeLength));
}

/** How fast repetitions of a word in a question stop counting: k3 of Okapi BM25, from 7 on in the literature. */
const k3 = 8;

/** Factor for a word that stands in the question `times` times: 1 for once, less than `times` for more. */
export function repetitionWeight(times: number): number {
  return ((k3 + 1) * times) / (k3 + times);
}
