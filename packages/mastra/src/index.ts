export { type AnyEmbeddingModel, type MastraEmbedderOptions, mastraEmbedder } from "./embedder.ts";
export { SouvenirStorage, type SouvenirStorageOptions } from "./storage/souvenir-storage.ts";
export { SouvenirVector, type SouvenirVectorOptions } from "./vector/souvenir-vector.ts";
