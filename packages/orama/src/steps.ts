/**
 * Work that stops now and then, after a fraction of a millisecond, so that whoever runs it may let others run in between:
 * `const steps = index.removing(documents); while (!steps.next().done) await others();`
 */
export type Steps<Result = void> = Generator<void, Result, void>;

/** All steps at once. */
export function runSteps<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}
