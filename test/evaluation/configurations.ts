import { defaultEmbedder, type Embedder, type Ranking } from "@souvenir/core";
import { mistralEmbedder } from "@souvenir/mistral";
import { normalised } from "./baselines.ts";
import type { EvaluationSet, Group } from "./data.ts";
import { gaussian, uniform } from "./random.ts";

/** One way to run Souvenir: its defaults with one embedder or another, or with signals switched off. */
export interface Configuration {
  name: string;
  /** Signals that are switched off. Default: none. */
  ranking?: Partial<Ranking>;
  /** Asks every question of a memory that was opened for it, as one process a question would. Default false. */
  coldStart?: boolean;
  /** The configuration whose vectors it has. Default: its own name. */
  vectorsOf?: string;
  /** What it cannot do without: vectors in the folder. */
  needsGivenVectors: boolean;
  /** The embedder for a group; `false` for no vector signal. */
  embedder(group: Group, set: EvaluationSet): Embedder | false;
}

const strengths = [0.5, 1, 2, 3];
const randomDimensions = 200;
const coldStart = "cold start: ";
/** What is left of the default ranking without an embedder when signals are switched off. */
const withoutSignals: Readonly<Record<string, Partial<Ranking>>> = {
  "words alone": { context: 0, entity: 0, time: 0 },
  "words and context": { entity: 0, time: 0 },
  "words and names": { context: 0, time: 0 },
  "words and time": { context: 0, entity: 0 },
};

/** Names of the configurations that run when none are chosen. */
export function defaultConfigurations(environment: NodeJS.ProcessEnv): string[] {
  return [
    "given vectors",
    "no embedder",
    "static embedder",
    ...(environment.MISTRAL_API_KEY ? ["mistral"] : []),
    ...strengths.map((strength) => `simulated strong ${strength}`),
    "random vectors",
    ...Object.keys(withoutSignals),
    ...["given vectors", "simulated strong 2", "random vectors"].map((name) => coldStart + name),
  ];
}

/**
 * @param seed - Of what is simulated or random.
 * @throws Error for a name that is none.
 */
export function configuration(name: string, seed: number, environment: NodeJS.ProcessEnv): Configuration {
  if (name.startsWith(coldStart)) {
    const warm = configuration(name.slice(coldStart.length), seed, environment);
    return { ...warm, name, coldStart: true, vectorsOf: warm.name };
  }
  const fixed = (embedder: Configuration["embedder"], needsGivenVectors = false): Configuration => ({
    name,
    needsGivenVectors,
    embedder,
  });
  const strength = /^simulated strong (\d+(?:\.\d+)?)$/.exec(name)?.[1];
  if (strength !== undefined)
    return fixed((group, set) => simulatedStrong(group, set.dimensions!, Number(strength), seed), true);
  const ranking = withoutSignals[name];
  if (ranking !== undefined) return { ...fixed(() => false), ranking };
  switch (name) {
    case "given vectors":
      return fixed((group, set) => givenVectors(group, set.dimensions!), true);
    case "no embedder":
      return fixed(() => false);
    case "static embedder":
      return fixed(() => defaultEmbedder());
    case "mistral": {
      if (!environment.MISTRAL_API_KEY) throw new Error('the configuration "mistral" needs MISTRAL_API_KEY');
      const embedder = mistralEmbedder();
      return fixed(() => embedder);
    }
    case "random vectors":
      return fixed((group) => randomVectors(group, seed));
    default:
      throw new Error(
        `no configuration "${name}": there are ${defaultConfigurations(environment).join(", ")}`,
      );
  }
}

/** A configuration for an embedder of the caller's. */
export function ownConfiguration(embedder: Embedder): Configuration {
  return { name: `embedder ${embedder.id}`, needsGivenVectors: false, embedder: () => embedder };
}

/** The vectors of the folder, as if a model gave them. */
function givenVectors(group: Group, dimensions: number): Embedder {
  return lookup(`given-${dimensions}`, dimensions, group, {
    documents: group.documents.map(({ vector }) => vector!),
    queries: group.queries.map(({ vector }) => vector!),
  });
}

/**
 * What a strong model would do: documents keep their vectors, a query lies at one of its relevant documents (drawn
 * evenly) plus Gaussian noise whose expected length is `strength` times that of the document's vector.
 */
function simulatedStrong(group: Group, dimensions: number, strength: number, seed: number): Embedder {
  const next = uniform(seedFor(`${group.name} strong ${strength}`, seed));
  const normal = gaussian(next);
  const units = new Map(group.documents.map(({ id, vector }) => [id, normalised(vector!)]));
  const queries = group.queries.map(({ relevant }) => {
    const targets = [...relevant].map((id) => units.get(id)).filter((unit) => unit !== undefined);
    const target = targets[Math.floor(next() * targets.length)];
    // Without a relevant document that has a direction there is nothing to be near to.
    if (target === undefined) return new Float32Array(dimensions);
    return target.map((number) => number + (strength * normal()) / Math.sqrt(dimensions));
  });
  const documents = group.documents.map(({ vector }) => vector!);
  return lookup(`simulated-strong-${strength}`, dimensions, group, { documents, queries });
}

/** What a useless model would do. */
function randomVectors(group: Group, seed: number): Embedder {
  const normal = gaussian(uniform(seedFor(`${group.name} random`, seed)));
  const vector = (): Float32Array => Float32Array.from({ length: randomDimensions }, normal);
  return lookup("random", randomDimensions, group, {
    documents: group.documents.map(vector),
    queries: group.queries.map(vector),
  });
}

/** Answers from a table. Of equal texts in a group the first one's vector is given. */
function lookup(
  id: string,
  dimensions: number,
  group: Group,
  vectors: { documents: readonly Float32Array[]; queries: readonly Float32Array[] },
): Embedder {
  const table = (texts: readonly { text: string }[], given: readonly Float32Array[]) => {
    const byText = new Map<string, Float32Array>();
    for (const [row, { text }] of texts.entries()) if (!byText.has(text)) byText.set(text, given[row]!);
    return byText;
  };
  const document = table(group.documents, vectors.documents);
  const query = table(group.queries, vectors.queries);
  return {
    id,
    dimensions,
    maxBatch: 256,
    async embed(texts, { kind }) {
      const known = kind === "query" ? query : document;
      return texts.map((text) => {
        const vector = known.get(text);
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
