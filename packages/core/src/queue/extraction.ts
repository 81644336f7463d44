import { isLexiconRead, preparingLexicon } from "../entities/lexicon.ts";
import { inSlices } from "../event-loop.ts";
import type { Task } from "../store/store.ts";
import type { Entity, EntityExtractor } from "../types.ts";
import { checkEntities } from "../validation.ts";

/**
 * Runs an extractor where it belongs: one that answers at once, at the write; one that answers with a promise, from
 * the queue, while the built-in one serves until then. Which kind it is shows at the first text.
 */
export class Extraction {
  readonly extractor: EntityExtractor | undefined;
  readonly #builtIn: EntityExtractor;
  readonly #onError: (error: unknown) => void;
  #slow = false;
  #prepared: Promise<void> | undefined;

  constructor(options: {
    extractor: EntityExtractor | false;
    builtIn: EntityExtractor;
    onError: (error: unknown) => void;
  }) {
    this.extractor = options.extractor === false ? undefined : options.extractor;
    this.#builtIn = options.builtIn;
    this.#onError = options.onError;
    // An `async` function tells without being called; of others the first text does.
    this.#slow = Object.prototype.toString.call(this.extractor?.extract) === "[object AsyncFunction]";
  }

  /** Whether a text can be given at once; else `prepare` comes first. */
  get isReady(): boolean {
    return !(this.#slow || this.extractor?.id === this.#builtIn.id) || isLexiconRead();
  }

  /** Gets ready for the first text, so that nobody waits for the word lists to be read. They are read once. */
  async prepare(): Promise<void> {
    if (this.isReady) return;
    this.#prepared ??= inSlices(preparingLexicon());
    await this.#prepared;
  }

  /** The entities of a text as far as they are known now, and what to queue for the rest. */
  begin(text: string): { entities: Entity[]; tasks: Task[] } {
    const { extractor } = this;
    if (extractor === undefined) return { entities: [], tasks: [] };
    if (!this.#slow) {
      const found = this.#run(extractor, text);
      if (Array.isArray(found)) return { entities: found, tasks: [] };
      this.#slow = true;
      // The queue asks again, after the write.
      found.catch(() => undefined);
    }
    const early = this.#run(this.#builtIn, text);
    return { entities: Array.isArray(early) ? early : [], tasks: [`extract:${extractor.id}`] };
  }

  /** The entities of a query: nothing here may wait. */
  ofQuery(text: string): Entity[] {
    if (this.extractor === undefined) return [];
    const found = this.#run(this.#slow ? this.#builtIn : this.extractor, text);
    if (Array.isArray(found)) return found;
    this.#slow = true;
    found.catch(() => undefined);
    return this.ofQuery(text);
  }

  /** An extractor that throws costs the entities, never the memory. */
  #run(extractor: EntityExtractor, text: string): Entity[] | Promise<Entity[]> {
    try {
      const found = extractor.extract(text, {});
      return Array.isArray(found) ? checkEntities(found) : found;
    } catch (error) {
      this.#onError(error);
      return [];
    }
  }
}
