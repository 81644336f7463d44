import { inTime, SouvenirError } from "@souvenir/core";
import type { MessageMemory } from "./messages/message-memory.ts";

/** How long a direct call waits to know whether another storage is meant, in milliseconds. */
const patienceMs = 2_000;
const giveStorage =
  "Pass it, new SouvenirMemory({ storage }), or let Mastra give it before other calls: await agent.getMemory()";

/**
 * Which storage a memory has: known when it was given, when Mastra has said it, or when a run began without Mastra. A
 * memory at the top of a module may be called before; then the index says whether another one is meant.
 */
export class StorageChoice {
  readonly #messages: MessageMemory;
  readonly #made: PromiseWithResolvers<undefined> = Promise.withResolvers();
  #isMade = false;
  #other: Promise<string | undefined> | undefined;

  constructor(messages: MessageMemory) {
    this.#messages = messages;
  }

  make(): void {
    this.#isMade = true;
    this.#made.resolve(undefined);
  }

  /** What is wrong with a choice that comes now. */
  get late(): SouvenirError | undefined {
    if (this.#isMade || this.#other === undefined) return undefined;
    return new SouvenirError(
      "INVALID_INPUT",
      `the memory was used before Mastra gave it its storage, and what it kept until now is in its own file. ${giveStorage}`,
    );
  }

  /** @throws SouvenirError `INVALID_INPUT` before the choice, where conversations are in another storage */
  async check(): Promise<void> {
    if (this.#isMade) return;
    this.#other ??= this.#messages.otherStorage();
    // Where the index cannot be asked, nothing speaks against the own storage; and no run waits for it.
    const other = Promise.race([this.#other, this.#made.promise]);
    this.#refuse(await inTime(() => other, patienceMs, "asking the index").catch(() => undefined));
  }

  /** As `check`, for the conversations of one resource. */
  async checkResource(resourceId: string): Promise<void> {
    if (!this.#isMade) this.#refuse(await this.#messages.otherStorage(resourceId));
  }

  #refuse(storageId: string | undefined): void {
    // A run may have begun meanwhile.
    if (storageId === undefined || this.#isMade) return;
    throw new SouvenirError(
      "INVALID_INPUT",
      `the conversations are in the storage "${storageId}", which this memory does not have yet. ${giveStorage}`,
      { details: { storage: storageId } },
    );
  }
}
