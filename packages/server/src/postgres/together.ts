/**
 * What is asked while one question is under way is asked together with the next one: however many callers there are, a
 * database is asked once a round trip.
 */
export class Together<Input, Answer> {
  readonly #ask: (inputs: readonly Input[]) => Promise<readonly Answer[]>;
  #waiting: { input: Input; resolve(answer: Answer): void; reject(error: unknown): void }[] = [];
  #asking = false;

  /** @param ask - Answers in the order of the inputs. */
  constructor(ask: (inputs: readonly Input[]) => Promise<readonly Answer[]>) {
    this.#ask = ask;
  }

  ask(input: Input): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ input, resolve, reject });
      if (!this.#asking) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#asking = true;
    while (this.#waiting.length > 0) {
      const asked = this.#waiting;
      this.#waiting = [];
      try {
        const answers = await this.#ask(asked.map(({ input }) => input));
        for (const [index, { resolve }] of asked.entries()) resolve(answers[index] as Answer);
      } catch (error) {
        for (const { reject } of asked) reject(error);
      }
    }
    this.#asking = false;
  }
}
