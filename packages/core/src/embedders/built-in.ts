import type { StaticEmbedder, StaticModel } from "@souvenir/static";
import { SouvenirError } from "../errors.ts";
import { idAlone } from "../store/embedder-context.ts";
import type { Embedder } from "../types.ts";
import { checkOptions } from "../validation.ts";
import { checkContext } from "./embed.ts";

const id = "souvenir-static-256-1";
const dimensions = 256;
/** Built-in embedders of earlier versions, which no program has any more. */
const formerIds = /^souvenir-offline-\d+-v1$/;

/** Whether vectors are of a former built-in embedder, and the present one takes its place. */
export function isFormerBuiltIn(stored: { id: string }): boolean {
  return formerIds.test(stored.id);
}

/** Whether an embedder is the built-in one, with whatever data it was given. */
export function isBuiltIn(embedder: { id: string }): boolean {
  return idAlone(embedder.id) === id;
}

/**
 * The embedder of a memory that is given none: `staticEmbedder()` of `@souvenir/static`, which knows what words mean in 26
 * languages and across them, without a network. Making one loads nothing; module and data are brought in when the first
 * index needs them, once in a process.
 * @param options - `context`: `"previous"` to embed a turn of a conversation with the turn before it. Default `"none"`.
 */
export function defaultEmbedder(
  options: { context?: Embedder["context"] } = {},
): Embedder & { readonly model: StaticModel | undefined } {
  checkOptions(options, "defaultEmbedder", ["context"]);
  const context = checkContext(options.context, "defaultEmbedder.context");
  let loaded: StaticEmbedder | undefined;
  async function load(): Promise<StaticEmbedder> {
    if (loaded !== undefined) return loaded;
    try {
      const { staticEmbedder } = await import("@souvenir/static");
      const embedder = staticEmbedder();
      await embedder.load();
      loaded = embedder;
      return embedder;
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new SouvenirError(
        "EMBEDDER_FAILED",
        `the built-in embedder cannot be loaded (${why}): memories are found by their words only. Where a bundler took the module away from its file, have it left out (Next: serverExternalPackages: ["@souvenir/core"]); where there are no files, pass createMemory({ embedder: staticEmbedder({ data }) }), with staticEmbedder of @souvenir/static; or embedder: false, to do without`,
        { details: { embedder: id, misconfigured: true }, cause },
      );
    }
  }
  return {
    id,
    dimensions,
    maxBatch: 256,
    ...(context === undefined ? {} : { context }),
    async load() {
      await load();
    },
    compute(text, options) {
      if (loaded === undefined)
        throw new SouvenirError("EMBEDDER_FAILED", "the built-in embedder is not loaded: await load() first");
      return loaded.compute(text, options);
    },
    async embed(texts, options) {
      return (await load()).embed(texts, options);
    },
    get model() {
      return loaded?.model;
    },
  };
}
