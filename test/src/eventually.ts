import { vi } from "vitest";

/** Waits until an assertion holds, as long as a busy machine may need: what never comes fails the test, not what comes late. */
export const eventually = <T>(assertion: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(assertion, { timeout: 120_000, interval: 10 });
