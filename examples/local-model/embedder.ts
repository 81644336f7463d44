// A transformer in this process as an embedder. `SOUVENIR_LOCAL_MODEL` is the folder of a model as Hugging Face keeps it
// (config.json, tokenizer.json, onnx/model_quantized.onnx); without it, all-MiniLM-L6-v2 is downloaded, once.
import { existsSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { env, pipeline } from "@huggingface/transformers";
import type { Embedder } from "@souvenir/core";

export function localEmbedder(model: string, dimensions: number): Embedder {
  const load = () => pipeline("feature-extraction", model, { dtype: "q8" });
  let loading: ReturnType<typeof load> | undefined;
  const extractor = () => (loading ??= load());
  return {
    id: `transformers:${model}`,
    dimensions,
    maxBatch: 32,
    maxCharacters: 1_000,
    load: async () => void (await extractor()),
    async embed(texts) {
      if (texts.length === 0) return [];
      const output = await (await extractor())(texts, { pooling: "mean", normalize: true });
      return (output.tolist() as number[][]).map((vector) => Float32Array.from(vector));
    },
  };
}

const folder = process.env.SOUVENIR_LOCAL_MODEL;
let model = "Xenova/all-MiniLM-L6-v2";
if (folder !== undefined && folder !== "") {
  if (!existsSync(folder)) throw new Error(`there is no ${folder}: give the folder of a model`);
  env.allowRemoteModels = false;
  env.localModelPath = dirname(resolve(folder));
  model = basename(resolve(folder));
}
const embedder: Embedder = localEmbedder(model, 384);
export default embedder;
