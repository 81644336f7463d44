import { openModel, type StaticModel } from "./model.ts";
import { StaticModelError } from "./model-error.ts";
import { dimensions, modelVersion } from "./model-file.ts";
import { pause } from "./pause.ts";
import { checkModelData, type ModelData, readModel, readModelBesideModule } from "./read-model.ts";

/** Where the data come from. */
export interface StaticEmbedderOptions {
  /** Where the data are, for bundles and runtimes in which no file lies beside the module. Default: beside the module. */
  data?: ModelData | undefined;
  /** For a memory: `"previous"` has it embed a turn of a conversation with the turn before it. Default `"none"`. */
  context?: "none" | "previous" | undefined;
}

/** An `Embedder` of `@souvenir/core` which can also answer at once. */
export interface StaticEmbedder {
  readonly id: string;
  readonly dimensions: number;
  readonly maxBatch: number;
  readonly context?: "none" | "previous";
  /** Reads the data, once in a process however many embedders there are. A failure can be tried again. */
  load(): Promise<void>;
  /**
   * The vector of a text, of length 1; `undefined` where nothing is read, as of an emoji. Documents and queries are alike.
   * @throws StaticModelError `NOT_LOADED` before `load()` has resolved.
   */
  compute(text: string, options?: { kind?: "document" | "query" }): Float32Array | undefined;
  /** Loads, then computes. A vector of zeros stands for a text of which nothing is read. */
  embed(
    texts: string[],
    options?: { kind?: "document" | "query"; signal?: AbortSignal },
  ): Promise<Float32Array[]>;
  /** What the vectors are made of, for a ranking that compares terms; `undefined` before `load()` has resolved. */
  readonly model: StaticModel | undefined;
}

/** Characters of text that are embedded before others have their turn: some 10 ms. */
const slice = 100_000;

const models = new WeakMap<ModelData, Promise<StaticModel>>();

/** One model for all that ask for it with the same data. */
function sharedModel(data: ModelData): Promise<StaticModel> {
  const known = models.get(data);
  if (known !== undefined) return known;
  const model = readModel(data).then(openModel);
  models.set(data, model);
  model.catch(() => models.delete(data));
  return model;
}

/**
 * An embedder that knows what words mean, in 26 languages and across them, without a network, a key or a model server: each
 * word has a vector, a text is their weighted sum. Making one does nothing; the data (9 MB) are read by the first `load()`.
 * @throws StaticModelError `INVALID_INPUT` for an option that does not exist, or data of the wrong kind.
 */
export function staticEmbedder(options: StaticEmbedderOptions = {}): StaticEmbedder {
  const unknown = Object.keys(options).find((name) => name !== "data" && name !== "context");
  if (unknown !== undefined)
    throw new StaticModelError(
      "INVALID_INPUT",
      `staticEmbedder: there is no option "${unknown}"; there are data and context`,
    );
  const { context } = options;
  if (context !== undefined && context !== "none" && context !== "previous")
    throw new StaticModelError("INVALID_INPUT", 'staticEmbedder: context must be "none" or "previous"');
  const data = options.data === undefined ? readModelBesideModule : checkModelData(options.data);

  let loaded: StaticModel | undefined;
  function compute(text: string): Float32Array | undefined {
    if (loaded === undefined)
      throw new StaticModelError("NOT_LOADED", "the static model is not loaded: await load() first");
    if (typeof text !== "string")
      throw new StaticModelError("INVALID_INPUT", `a text must be a string, got ${typeof text}`);
    return loaded.vector(loaded.read(text));
  }
  async function load(): Promise<void> {
    loaded ??= await sharedModel(data);
  }

  return {
    id: `souvenir-static-${dimensions}-${modelVersion}`,
    dimensions,
    maxBatch: 256,
    ...(context === undefined ? {} : { context }),
    load,
    compute,
    async embed(texts, { signal } = {}) {
      signal?.throwIfAborted();
      await load();
      const vectors: Float32Array[] = [];
      let characters = 0;
      for (const text of texts) {
        vectors.push(compute(text) ?? new Float32Array(dimensions));
        characters += text.length;
        if (characters < slice) continue;
        characters = 0;
        await pause();
        signal?.throwIfAborted();
      }
      return vectors;
    },
    get model() {
      return loaded;
    },
  };
}
