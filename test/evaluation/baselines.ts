import { create, insertMultiple, search } from "@orama/orama";
import { stemmer } from "@orama/stemmers/english";
import { stopwords } from "@orama/stopwords/english";
import type { Embedder } from "@souvenir/core";
import type { Document, Query } from "./data.ts";

/** Documents of a group for a query, best first. */
export type Ranker = (query: Query, depth: number) => Promise<string[]> | string[];

const stopWords: ReadonlySet<string> = new Set(stopwords);

/** Words of letters and digits, without English stop words, as Snowball stems. */
export function terms(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.filter((word) => !stopWords.has(word)).map((word) => stemmer(word));
}

/**
 * BM25 (Robertson and Zaragoza, 2009) with k1 1.2, b 0.75 and the idf that is never negative. A word counts once
 * however often the query has it.
 */
export function textbookBm25(documents: readonly Document[]): Ranker {
  const k1 = 1.2;
  const b = 0.75;
  const postings = new Map<string, Map<number, number>>();
  const lengths = documents.map(({ text }, document) => {
    const words = terms(text);
    for (const word of words) {
      const posting = postings.get(word) ?? new Map<number, number>();
      postings.set(word, posting.set(document, (posting.get(document) ?? 0) + 1));
    }
    return words.length;
  });
  const averageLength = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
  return ({ text }, depth) => {
    const scores = new Map<number, number>();
    for (const word of new Set(terms(text))) {
      const posting = postings.get(word);
      if (posting === undefined) continue;
      const idf = Math.log(1 + (documents.length - posting.size + 0.5) / (posting.size + 0.5));
      for (const [document, count] of posting) {
        const norm = k1 * (1 - b + (b * lengths[document]!) / averageLength);
        scores.set(document, (scores.get(document) ?? 0) + (idf * count * (k1 + 1)) / (count + norm));
      }
    }
    return best(scores, depth).map((document) => documents[document]!.id);
  };
}

/**
 * Orama as it comes, with the vectors of an embedder: hybrid mode, weights 0.5 and 0.5, similarity 0 because 0.8, its
 * default, hides nearly all.
 */
export async function stockOramaHybrid(documents: readonly Document[], embedder: Embedder): Promise<Ranker> {
  const database = create({
    schema: { id: "string", text: "string", vector: `vector[${embedder.dimensions}]` } as const,
  });
  const texts = documents.map(({ text }) => text);
  const vectors = await embedder.embed(texts, { kind: "document" });
  await insertMultiple(
    database,
    texts.map((text, document) => ({ id: `${document}`, text, vector: Array.from(vectors[document]!) })),
  );
  return async ({ text }, depth) => {
    const [vector] = await embedder.embed([text], { kind: "query" });
    const { hits } = await search(database, {
      mode: "hybrid",
      term: text,
      properties: ["text"],
      vector: { value: Array.from(vector!), property: "vector" },
      similarity: 0,
      hybridWeights: { text: 0.5, vector: 0.5 },
      limit: depth,
    });
    return hits.map(({ id }) => documents[Number(id)]!.id);
  };
}

/** Keys by score, best first; equal scores keep their order. */
function best<Key>(scores: ReadonlyMap<Key, number>, depth: number): Key[] {
  return [...scores]
    .sort(([, one], [, other]) => other - one)
    .slice(0, depth)
    .map(([key]) => key);
}

function dot(one: Float32Array, other: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < one.length; index += 1) sum += one[index]! * other[index]!;
  return sum;
}

/** Of length 1; `undefined` for a vector of zeros. */
export function normalised(vector: Float32Array): Float32Array | undefined {
  const length = Math.sqrt(dot(vector, vector));
  return length === 0 ? undefined : vector.map((number) => number / length);
}
