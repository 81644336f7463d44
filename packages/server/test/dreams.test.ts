import { createMemory, type Memory, SouvenirError } from "@souvenir/core";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { planDreams } from "../src/node/plan-dreams.ts";

beforeEach(() => vi.useFakeTimers({ now: new Date(2026, 7, 12, 23, 59, 30) }));
afterEach(() => vi.useRealTimers());

async function opened(dream: (memory: Memory) => Memory["dream"]) {
  const memory = await createMemory({ path: ":memory:", embedder: false });
  onTestFinished(() => memory.close());
  const own = dream(memory);
  return new Proxy(memory, {
    get: (target, name) => (name === "dream" ? own : Reflect.get(target, name, target)),
  });
}

test("it dreams at its times, one at a time, and no more once it is stopped", async () => {
  const signals: (AbortSignal | undefined)[] = [];
  let finish: () => void = () => {};
  const memory = await opened(() => ({ signal } = {}) => {
    signals.push(signal);
    const { promise, resolve } = Promise.withResolvers<void>();
    finish = resolve;
    return promise.then(() => ({ runs: [], discarded: [] }));
  });
  const dreams = planDreams(memory, "0 3 * * *");
  onTestFinished(() => dreams.stop());
  expect(dreams.first).toEqual(new Date(2026, 7, 13, 3));
  await vi.advanceTimersByTimeAsync(3 * 3_600_000);
  expect(signals).toHaveLength(0);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(signals).toHaveLength(1);
  // It takes longer than until the next one.
  await vi.advanceTimersByTimeAsync(24 * 3_600_000);
  expect(signals).toHaveLength(1);
  finish();
  await vi.advanceTimersByTimeAsync(24 * 3_600_000);
  expect(signals).toHaveLength(2);
  const stopped = dreams.stop();
  expect(signals[1]?.aborted).toBe(true);
  finish();
  await stopped;
  await vi.advanceTimersByTimeAsync(48 * 3_600_000);
  expect(signals).toHaveLength(2);
});

test("one that fails is said, and the next one comes", async () => {
  const said: unknown[] = [];
  const warn = (message: string, details?: unknown) => said.push([message, details]);
  let times = 0;
  const memory = await opened((real) => async (input) => {
    times += 1;
    if (times === 1) throw new SouvenirError("STORE_BUSY", "not now");
    return real.dream(input);
  });
  const dreams = planDreams(memory, "0 3 * * *", { warn });
  onTestFinished(() => dreams.stop());
  await vi.advanceTimersByTimeAsync(4 * 3_600_000);
  expect(said).toMatchObject([[expect.stringMatching(/failed/), { error: { code: "STORE_BUSY" } }]]);
  await vi.advanceTimersByTimeAsync(24 * 3_600_000);
  expect([times, said.length]).toEqual([2, 1]);
});

test.each(["", "soon", "61 3 * * *", "0 0 30 2 *"])("%j is no time to dream at", async (expression) => {
  const memory = await opened((real) => real.dream.bind(real));
  expect(() => planDreams(memory, expression)).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
});
