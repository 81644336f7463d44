export type { Likeness, TermLists } from "./likeness.ts";
export type { StaticModel } from "./model.ts";
export { StaticModelError, type StaticModelErrorCode } from "./model-error.ts";
export type { ModelData } from "./read-model.ts";
export { type StaticEmbedder, type StaticEmbedderOptions, staticEmbedder } from "./static-embedder.ts";
