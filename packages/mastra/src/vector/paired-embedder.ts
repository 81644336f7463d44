import { createHash } from "node:crypto";
import { invalid } from "../values.ts";

/** An embedding model of the AI SDK, specification v2, as Mastra's `Memory` and its RAG tools take it. */
export interface PairedEmbedder {
  readonly specificationVersion: "v2";
  readonly provider: string;
  readonly modelId: string;
  readonly maxEmbeddingsPerCall: number;
  readonly supportsParallelCalls: boolean;
  /** One vector for each value, in order. */
  doEmbed(options: { values: string[] }): Promise<{ embeddings: number[][]; usage: { tokens: number } }>;
}

/**
 * Numbers of a vector that stands for a text. Mastra names its indexes after it (`memory_messages_61`), and no model has
 * it, so that Mastra's cache of vectors, one for the whole process, mixes nothing up.
 */
export const standInDimensions = 61;

/** Texts whose vectors are known again by their numbers, after a wrapper copied the array. */
const recentTexts = 2_000;

/**
 * The text behind each vector that was made here: Mastra hands the very array on to `query` and `upsert`. One table for
 * all stores, because Mastra's cache is one for all too.
 */
const texts = new WeakMap<readonly number[], string>();
const recent = new Map<string, string>();

/**
 * The text that a vector stands for.
 * @throws SouvenirError `INVALID_INPUT` for a vector of another origin
 */
export function knownText(vector: readonly number[], indexName: string): string {
  const text =
    vector.length === standInDimensions ? (texts.get(vector) ?? recent.get(vector.join())) : undefined;
  if (text === undefined)
    throw invalid(
      "vector",
      `one of this store's embedder: the index "${indexName}" holds texts. Embed with vector.embedder`,
      { index: indexName, received: vector.length },
    );
  return text;
}

/**
 * Vectors that stand for texts: equal texts have equal ones, and that is all they say. No provider is asked, and nothing
 * can fail; the memory behind the vector store embeds the text itself, from its queue.
 */
export function pairedEmbedder(): PairedEmbedder {
  return {
    specificationVersion: "v2",
    provider: "souvenir",
    modelId: "souvenir-text",
    maxEmbeddingsPerCall: 1_000,
    supportsParallelCalls: true,
    async doEmbed({ values }) {
      return { embeddings: values.map(standIn), usage: { tokens: 0 } };
    },
  };
}

/** Of length 1 and never 0, as checks of vectors want it. */
export function standIn(text: string): number[] {
  const bytes = createHash("sha512").update(text).digest().subarray(0, standInDimensions);
  const numbers = Array.from(bytes, (byte) => (byte - 127.5) / 127.5);
  const length = Math.hypot(...numbers);
  const vector = numbers.map((number) => number / length);
  texts.set(vector, text);
  const name = vector.join();
  recent.delete(name);
  recent.set(name, text);
  if (recent.size > recentTexts) recent.delete(recent.keys().next().value as string);
  return vector;
}
