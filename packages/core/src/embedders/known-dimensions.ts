/** From the providers' documentation. */
const dimensions: Readonly<Record<string, number>> = {
  "mistral-embed": 1024,
  "mistral-embed-2312": 1024,
  "codestral-embed": 1536,
  "codestral-embed-2505": 1536,
  "text-embedding-3-small": 1536,
  "text-embedding-3-large": 3072,
  "text-embedding-ada-002": 1536,
  "gemini-embedding-001": 3072,
  "text-embedding-004": 768,
  "embed-v4.0": 1536,
  "embed-multilingual-v3.0": 1024,
  "embed-english-v3.0": 1024,
};

/** Numbers in a vector of a model in common use, `undefined` for any other. For adapters of embedding models. */
export function knownDimensions(model: unknown): number | undefined {
  return typeof model === "string" && Object.hasOwn(dimensions, model) ? dimensions[model] : undefined;
}
