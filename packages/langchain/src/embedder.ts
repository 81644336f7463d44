import type { EmbeddingsInterface } from "@langchain/core/embeddings";
import {
  checkContext,
  checkedVectors,
  checkOptions,
  type Embedder,
  givenVector,
  knownDimensions,
  namesOf,
  SouvenirError,
} from "@souvenir/core";
import { modelName } from "./structured.ts";

/** `maxBatch` is 32, `maxCharacters` 6000 by default. */
export interface LangchainEmbedderOptions extends Pick<Embedder, "maxBatch" | "maxCharacters" | "context"> {
  /**
   * Numbers in a vector. Default: what the embeddings say (`dimensions`, `vectorSize`), or what their model is known
   * for.
   */
  dimensions?: number;
  /** Names the model and everything that changes its vectors. Default: from class, model and dimensions. */
  id?: string;
}

const optionNames = namesOf<LangchainEmbedderOptions>({
  dimensions: true,
  id: true,
  maxBatch: true,
  maxCharacters: true,
  context: true,
});

/**
 * Any LangChain `Embeddings` as a Souvenir embedder. LangChain trusts what a provider answers; here each text must get
 * one vector of the right length, of finite numbers.
 * @throws SouvenirError `INVALID_INPUT` when the dimensions are not known; `embed` rejects with `EMBEDDER_FAILED` for
 * missing, short or broken vectors, and with the provider's own error otherwise.
 */
export function langchainEmbedder(
  embeddings: EmbeddingsInterface,
  options: LangchainEmbedderOptions = {},
): Embedder {
  checkOptions(options, "langchainEmbedder", optionNames);
  embeddingsOf(embeddings);
  const dimensions = options.dimensions ?? dimensionsOf(embeddings);
  if (dimensions === undefined || !Number.isInteger(dimensions) || dimensions < 1)
    throw new SouvenirError(
      "INVALID_INPUT",
      "langchainEmbedder: these embeddings do not say how long their vectors are: pass { dimensions }",
    );
  const context = checkContext(options.context, "langchainEmbedder.context");
  const { id = modelName(embeddings, `${dimensions}`) } = options;
  return {
    id,
    dimensions,
    maxBatch: options.maxBatch ?? 32,
    maxCharacters: options.maxCharacters ?? 6_000,
    ...(context === undefined ? {} : { context }),
    async embed(texts, { kind }) {
      const given = texts.map((text) => givenVector(embeddings, kind, text));
      const asked = texts.filter((_, index) => given[index] === undefined);
      if (asked.length === 0) return given as Float32Array[];
      const vectors =
        kind === "query"
          ? await Promise.all(asked.map((text) => embeddings.embedQuery(text)))
          : await embeddings.embedDocuments(asked);
      const fresh = checkedVectors({ id, dimensions }, vectors, asked.length).values();
      return given.map((vector) => vector ?? (fresh.next().value as Float32Array));
    },
  };
}

/** LangChain embeddings, or what LangGraph's stores take for them: without `embedQuery`, or a function from texts to vectors. */
export type EmbeddingsLike =
  | EmbeddingsInterface
  | Pick<EmbeddingsInterface, "embedDocuments">
  | ((texts: string[]) => Promise<number[][]>);

/** @throws SouvenirError `INVALID_INPUT` */
export function embeddingsOf(given: EmbeddingsLike): EmbeddingsInterface {
  if (typeof given !== "function" && typeof given?.embedDocuments !== "function")
    throw new SouvenirError(
      "INVALID_INPUT",
      "expected LangChain embeddings, or a function from texts to vectors",
    );
  if ("embedQuery" in given) return given;
  const embedDocuments =
    typeof given === "function" ? given : (texts: string[]) => given.embedDocuments(texts);
  return {
    embedDocuments,
    embedQuery: async (text) => (await embedDocuments([text]))[0] as number[],
  };
}

/** An embedder of embeddings that may have to be asked how long their vectors are. */
export async function askedEmbedder(
  embeddings: EmbeddingsInterface,
  dimensions: number | undefined,
): Promise<Embedder> {
  const known = dimensions ?? dimensionsOf(embeddings) ?? (await embeddings.embedQuery("dimensions")).length;
  return langchainEmbedder(embeddings, { dimensions: known });
}

function dimensionsOf(embeddings: object): number | undefined {
  const { dimensions, vectorSize, model } = Object(embeddings) as Record<string, unknown>;
  return [dimensions, vectorSize].find((said) => typeof said === "number") ?? knownDimensions(model);
}
