/**
 * Holds the deltas of a stream until a test lets them go, so that a test decides what has arrived when something
 * happens. `beforeDelta` is given to an answer.
 *
 *     const gate = new Gate();
 *     standIn.script({ chat: [{ content: "one two three", beforeDelta: gate.beforeDelta }] });
 *     gate.let(2); // the role and "one "
 *     await gate.reached(2); // both are sent, "two " waits
 *     gate.open();
 */
export class Gate {
  #allowed = 0;
  #waiting = -1;
  #change = Promise.withResolvers<void>();

  readonly beforeDelta = async (index: number): Promise<void> => {
    this.#waiting = index;
    this.#changed();
    while (index >= this.#allowed) await this.#change.promise;
  };

  /** Lets so many deltas more go. */
  let(count: number): void {
    this.#allowed += count;
    this.#changed();
  }

  open(): void {
    this.let(Number.POSITIVE_INFINITY);
  }

  /** Resolves once this delta is about to be sent, and all before it are. */
  async reached(index: number): Promise<void> {
    while (this.#waiting < index) await this.#change.promise;
  }

  #changed(): void {
    const { resolve } = this.#change;
    this.#change = Promise.withResolvers<void>();
    resolve();
  }
}
