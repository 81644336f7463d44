import type { Memory } from "@souvenir/core";

/**
 * Lets a search see the vectors of what was written just before it. Writes never wait for an embedder; the first
 * search after them does, for a while.
 */
export class VectorWait {
  readonly #limitMs: number;
  #dirty = false;

  /** @param limitMs - Milliseconds that a search waits at most. Default 1000; 0: not at all. */
  constructor(limitMs = 1_000) {
    this.#limitMs = limitMs;
  }

  written(): void {
    this.#dirty = true;
  }

  /** Never rejects: without the vectors a memory is found by its words. */
  async ready(memory: Memory): Promise<void> {
    if (!this.#dirty || this.#limitMs <= 0) return;
    this.#dirty = false;
    await memory.flush({ deadlineMs: Math.ceil(this.#limitMs) }).catch(() => undefined);
  }
}
