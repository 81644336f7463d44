import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { VectorIndex } from "../../packages/orama/src/index.ts";
import { foldersWithSets, readSet } from "../evaluation/data.ts";
import { createCorpus, randomOf } from "./corpus.ts";
import { dimensions } from "./subjects/subject.ts";

/** How many of the ten nearest by float32 numbers a search finds. */
export interface RecallResult {
  name: string;
  vectors: number;
  dimensions: number;
  queries: number;
  /** 0 to 1. */
  recall: number;
}

interface Vectors {
  name: string;
  documents: readonly Float32Array[];
  queries: readonly Float32Array[];
}

const count = 20_000;
const queryCount = 200;

/** Seeded vectors of several kinds, and those of the evaluation sets that are there. */
export function measureRecall(seed: number): RecallResult[] {
  return [...seededVectors(seed), ...givenVectors()].map(({ name, documents, queries }) => ({
    name,
    vectors: documents.length,
    dimensions: documents[0]?.length ?? 0,
    queries: queries.length,
    recall: recallAtTen(documents, queries),
  }));
}

function* seededVectors(seed: number): Generator<Vectors> {
  const corpus = createCorpus({ seed, dimensions });
  yield {
    name: "those of this benchmark: 1,000 clusters, spread 0.8",
    documents: Array.from({ length: count }, (_, number) => corpus.vector(number)),
    queries: Array.from({ length: queryCount }, (_, number) => corpus.query(number).vector),
  };
  const random = randomOf(seed);
  const uniform = () => unit(Float32Array.from({ length: dimensions }, () => normal(random)));
  yield {
    name: "uniform on the sphere",
    documents: Array.from({ length: count }, uniform),
    queries: Array.from({ length: queryCount }, uniform),
  };
  for (const spread of [0.2, 0.05]) {
    const centres = Array.from({ length: 20 }, uniform);
    const near = () => {
      const centre = centres[Math.floor(random() * centres.length)] as Float32Array;
      const noise = uniform();
      return unit(centre.map((value, at) => value + spread * (noise[at] as number)));
    };
    yield {
      name: `20 clusters, spread ${spread}`,
      documents: Array.from({ length: count }, near),
      queries: Array.from({ length: queryCount }, near),
    };
  }
}

/** A text without a known word has a vector of zeros there, which has no direction. */
function* givenVectors(): Generator<Vectors> {
  const parent = resolve(fileURLToPath(new URL("../../", import.meta.url)), "../shared/data");
  for (const folder of foldersWithSets(parent)) {
    const set = readSet(folder);
    const given = (each: { vector?: Float32Array }) =>
      each.vector?.some((value) => value !== 0) ? [each.vector] : [];
    const documents = set.groups.flatMap((group) => group.documents.flatMap(given));
    const queries = set.groups.flatMap((group) => group.queries.flatMap(given));
    if (documents.length === 0) continue;
    yield { name: `evaluation set ${set.name}`, documents, queries: queries.slice(0, queryCount) };
  }
}

function recallAtTen(documents: readonly Float32Array[], queries: readonly Float32Array[]): number {
  const index = new VectorIndex({ dimensions: documents[0]?.length ?? 1 });
  for (const [document, vector] of documents.entries()) index.add(document, [vector]);
  const scores = new Float64Array(documents.length);
  let found = 0;
  for (const query of queries) {
    for (const [document, vector] of documents.entries()) scores[document] = dot(query, vector);
    const tenth = scores.toSorted().at(-10) as number;
    // Several that are equally near are equally right.
    for (const document of index.search(query, { limit: 10 }).documents)
      if ((scores[document] as number) >= tenth) found += 1;
  }
  return found / (10 * queries.length);
}

function dot(left: Float32Array, right: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < left.length; at += 1) sum += (left[at] as number) * (right[at] as number);
  return sum;
}

function unit(vector: Float32Array): Float32Array {
  const length = Math.sqrt(dot(vector, vector));
  return vector.map((value) => value / length);
}

/** Box and Muller (1958). */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
