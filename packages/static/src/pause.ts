declare const setImmediate: ((callback: () => void) => unknown) | undefined;
declare const setTimeout: ((callback: () => void, milliseconds: number) => unknown) | undefined;

/** Lets timers and input run, where the runtime has any. */
export function pause(): Promise<void> {
  return new Promise((done) => {
    if (typeof setImmediate === "function") setImmediate(done);
    else if (typeof setTimeout === "function") setTimeout(done, 0);
    else done();
  });
}
