/** Lets timers and input run, which a row of resolved promises would not. */
export function yieldToOthers(): Promise<void> {
  return new Promise((done) => setTimeout(done, 0));
}
