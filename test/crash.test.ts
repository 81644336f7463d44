import fc from "fast-check";
import { expect, test } from "vitest";
import { killRounds } from "./crash/kill-rounds.ts";

test("20 kills at random moments lose no acknowledged write and leave the queue intact", async () => {
  const seeds = fc.sample(fc.double({ min: 0, max: 1, noNaN: true }), { seed: 20261123, numRuns: 100 });
  let next = 0;
  const report = await killRounds(20, { random: () => seeds[next++ % seeds.length] as number });
  expect(report.faults).toEqual([]);
  expect(report.rounds).toBe(20);
  expect(report.acknowledged).toBeGreaterThan(100);
});
