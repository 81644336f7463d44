import {
  createMemory,
  type Embedder,
  type Logger,
  type Memory,
  type MemorySource,
  type OpenedMemory,
  openedMemory,
  SouvenirError,
} from "@souvenir/core";
import { type AnyEmbeddingModel, defaultEmbedder, mastraEmbedder } from "../embedder.ts";
import { projectPath } from "../project-path.ts";

export type { MemorySource };

/** Where the index is. Nothing is opened before it is used. */
export interface SourceOptions {
  /**
   * The file, created with its folders, a relative one in the project also where Mastra's commands run the server
   * elsewhere; `":memory:"` for none. Default `./.souvenir/memory.db`.
   */
  path?: string;
  /** A memory that is open already, instead of one at `path`. */
  memory?: MemorySource;
  /**
   * What makes vectors of the texts: an embedder of Souvenir, an embedding model of the AI SDK (specification 2, 3 or
   * 4) or of Mastra's router, or its name such as `"mistral/mistral-embed"`. Default: Mistral's where `MISTRAL_API_KEY`
   * is set, else the built-in embedder. `false`: words and entities only.
   */
  embedder?: Embedder | AnyEmbeddingModel | string | false;
}

/** The memory behind one object of this package; closed for good. */
export interface SourceMemory extends OpenedMemory {
  /** The embedder that was asked for, `undefined` with a memory that was given, or without vectors. */
  readonly embedder: Embedder | undefined;
}

/** @throws SouvenirError `INVALID_INPUT` for options that contradict each other, or an embedder that is not one */
export function memoryAt(
  { path, memory, embedder: given }: SourceOptions,
  on: { logger: Logger; onMismatch: (error: SouvenirError) => void },
): SourceMemory {
  if (memory !== undefined && given !== undefined)
    throw new SouvenirError(
      "INVALID_INPUT",
      "embedder: a memory that is given has its own embedder; pass embedder to createMemory(), or path instead of memory",
    );
  const embedder = memory === undefined ? embedderOf(given) : undefined;
  let closed = false;

  async function openFile(): Promise<Memory> {
    const options = { path: projectPath(path), logger: on.logger };
    try {
      return await createMemory({ ...options, ...(embedder === undefined ? {} : { embedder }) });
    } catch (error) {
      if (!SouvenirError.is(error) || error.code !== "EMBEDDER_MISMATCH") throw error;
      // Words and entities find the memories until reembed() has made the new vectors.
      on.onMismatch(error);
      return await createMemory({ ...options, embedder: false });
    }
  }

  const opened = openedMemory(memory, openFile);
  return {
    embedder: embedder === false ? undefined : embedder,
    open() {
      if (closed) throw new SouvenirError("CLOSED", "this memory was closed: make a new one");
      return opened.open();
    },
    async close() {
      closed = true;
      await opened.close();
    },
  };
}

function embedderOf(given: SourceOptions["embedder"]): Embedder | false | undefined {
  if (given === undefined) return defaultEmbedder();
  if (given === false) return false;
  if (typeof given === "object" && given !== null && "embed" in given) return given;
  return mastraEmbedder(given);
}
