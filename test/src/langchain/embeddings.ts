import type { EmbeddingsInterface } from "@langchain/core/embeddings";
import { embedText } from "../mistral-stand-in/embed.ts";

/** LangChain embeddings without a server: texts that share words are near each other. Counts its calls. */
export class WordEmbeddings implements EmbeddingsInterface {
  readonly dimensions: number;
  /** Texts embedded so far, documents and queries. */
  readonly texts: string[] = [];

  constructor(dimensions = 256) {
    this.dimensions = dimensions;
  }

  async embedDocuments(texts: string[]): Promise<number[][]> {
    this.texts.push(...texts);
    return texts.map((text) => embedText(text, this.dimensions));
  }

  async embedQuery(text: string): Promise<number[]> {
    const [vector] = await this.embedDocuments([text]);
    return vector as number[];
  }
}
