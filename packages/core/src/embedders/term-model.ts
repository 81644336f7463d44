import type { StaticModel } from "@souvenir/static";
import { reason } from "../queue/worker.ts";
import type { Embedder, Logger } from "../types.ts";
import { defaultEmbedder } from "./built-in.ts";

/** An embedder that shows the static model that it is made of, once that is loaded. */
type ShowsModel = Embedder & { readonly model: StaticModel | undefined };

/** What the terms begin with that go on with a word. */
const piece = "##";

/**
 * The static model whose terms the words of questions and memories are compared by: that of the embedder when it is a
 * static one, else the built-in one. None without an embedder.
 */
export class TermModel {
  readonly #embedder: ShowsModel | undefined;
  readonly #logger: Logger;
  #loading: Promise<void> | undefined;

  constructor(embedder: Embedder | false, logger: Logger) {
    this.#logger = logger;
    if (embedder !== false) this.#embedder = showsModel(embedder) ? embedder : defaultEmbedder();
  }

  /** `undefined` while it is not loaded. */
  get model(): StaticModel | undefined {
    return this.#embedder?.model;
  }

  /**
   * Whether a word of a text is one that the model knows as a whole. What it reads only in pieces ("qwertz") has a vector,
   * which means nothing. True while it is not loaded.
   */
  knows(text: string): boolean {
    const { model } = this;
    if (model === undefined) return true;
    const terms = model.read(text).map((id) => model.term(id));
    return terms.some((term, at) => !term.startsWith(piece) && terms[at + 1]?.startsWith(piece) !== true);
  }

  /** Tries to load it, once: without it, words are compared as they are written. */
  prepare(): Promise<void> {
    this.#loading ??= this.#load();
    return this.#loading;
  }

  async #load(): Promise<void> {
    try {
      await this.#embedder?.load?.();
    } catch (error) {
      this.#logger.warn?.("the static model is not there: memories are found without the likeness of words", {
        error: reason(error),
      });
    }
  }
}

function showsModel(embedder: Embedder): embedder is ShowsModel {
  return "model" in embedder && embedder.compute !== undefined;
}
