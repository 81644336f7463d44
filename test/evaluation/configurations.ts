import { defaultEmbedder, type Embedder } from "@souvenir/core";
import { mistralEmbedder } from "@souvenir/mistral";
import { normalised } from "./baselines.ts";
import { type EvaluationSet, readSet } from "./data.ts";
import { gaussian, uniform } from "./random.ts";

/** One way to run Souvenir: its defaults with one embedder or another. */
export interface Configuration {
  name: string;
  /** The embedder for a set, `false` for no vector signal; `undefined` where the set has no vectors of the model. */
  embedder(folder: string, set: EvaluationSet): Promise<Embedder | false | undefined>;
}

/** Names of the configurations that run when none are chosen; the first is what others are compared with. */
export function defaultConfigurations(environment: NodeJS.ProcessEnv): string[] {
  return ["static", "words only", "MiniLM", ...(environment.MISTRAL_API_KEY ? ["mistral"] : [])];
}

/**
 * @param seed - Of what is simulated or random.
 * @throws Error for a name that is none.
 */
export function configuration(name: string, seed: number, environment: NodeJS.ProcessEnv): Configuration {
  const strength = /^simulated strong (\d+(?:\.\d+)?)$/.exec(name)?.[1];
  if (strength !== undefined)
    return { name, embedder: (_, set) => simulatedStrong(set, Number(strength), seed) };
  switch (name) {
    case "static":
      return { name, embedder: async () => defaultEmbedder() };
    case "static with the turn before":
      return { name, embedder: async () => defaultEmbedder({ context: "previous" }) };
    case "words only":
      return { name, embedder: async () => false };
    case "MiniLM":
      return { name, embedder: async (folder) => givenVectors(folder, "minilm") };
    case "mistral": {
      if (!environment.MISTRAL_API_KEY) throw new Error('the configuration "mistral" needs MISTRAL_API_KEY');
      return ownConfiguration(mistralEmbedder(), name);
    }
    case "random":
      return { name, embedder: async (_, set) => randomVectors(set, seed) };
    default:
      throw new Error(
        `no configuration "${name}": there are ${defaultConfigurations(environment).join(", ")}, static with the turn before, random, simulated strong 2`,
      );
  }
}

/** A configuration for an embedder of the caller's. */
export function ownConfiguration(embedder: Embedder, name = `embedder ${embedder.id}`): Configuration {
  return { name, embedder: async () => embedder };
}

/** The vectors of the folder, as if a model gave them. */
function givenVectors(folder: string, vectors: string): Embedder | undefined {
  const set = readSet(folder, { vectors });
  if (set.dimensions === undefined) return undefined;
  const of = (texts: readonly { text: string; vector?: Float32Array }[]) =>
    texts.map(({ text, vector }): [string, Float32Array] => [text, vector!]);
  return lookup(vectors, set.dimensions, of(documentsOf(set)), of(queriesOf(set)));
}

/**
 * What a strong model would do: documents have their static vectors, a query lies at one of its relevant documents (drawn
 * evenly) plus Gaussian noise whose expected length is `strength` times that of the document's vector.
 */
async function simulatedStrong(set: EvaluationSet, strength: number, seed: number): Promise<Embedder> {
  const next = uniform(seedFor(`${set.name} strong ${strength}`, seed));
  const normal = gaussian(next);
  const embedder = defaultEmbedder();
  const documents = documentsOf(set);
  const texts = documents.map(({ text }) => text);
  const vectors = await embedder.embed(texts, { kind: "document" });
  const units = new Map(documents.map(({ id }, row) => [id, normalised(vectors[row]!)]));
  const queries = queriesOf(set).map(({ text, relevant }): [string, Float32Array] => {
    const targets = [...relevant].map((id) => units.get(id)).filter((unit) => unit !== undefined);
    const target = targets[Math.floor(next() * targets.length)] ?? new Float32Array(embedder.dimensions);
    return [text, target.map((number) => number + (strength * normal()) / Math.sqrt(embedder.dimensions))];
  });
  const rows = texts.map((text, row): [string, Float32Array] => [text, vectors[row]!]);
  return lookup(`simulated-strong-${strength}`, embedder.dimensions, rows, queries);
}

/** What a useless model would do. */
function randomVectors(set: EvaluationSet, seed: number): Embedder {
  const normal = gaussian(uniform(seedFor(`${set.name} random`, seed)));
  const dimensions = 200;
  const of = (texts: readonly { text: string }[]) =>
    texts.map(({ text }): [string, Float32Array] => [
      text,
      Float32Array.from({ length: dimensions }, normal),
    ]);
  return lookup("random", dimensions, of(documentsOf(set)), of(queriesOf(set)));
}

const documentsOf = ({ groups }: EvaluationSet) => groups.flatMap(({ documents }) => documents);
const queriesOf = ({ groups }: EvaluationSet) =>
  groups.flatMap(({ queries, unanswerable }) => [...queries, ...unanswerable]);

/** Answers from a table. Of equal texts in a set the last one's vector is given. */
function lookup(
  id: string,
  dimensions: number,
  documents: readonly [text: string, vector: Float32Array][],
  queries: readonly [text: string, vector: Float32Array][],
): Embedder {
  const tables = { document: new Map(documents), query: new Map(queries) };
  return {
    id,
    dimensions,
    maxBatch: 256,
    async embed(texts, { kind }) {
      return texts.map((text) => {
        const vector = tables[kind].get(text);
        if (vector === undefined) throw new Error(`a ${kind} came changed to the embedder`);
        return vector;
      });
    },
  };
}

/** The same text and seed give the same number: FNV-1a. */
function seedFor(text: string, seed: number): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let index = 0; index < text.length; index += 1)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash;
}
