import fc from "fast-check";
import { expect, test } from "vitest";
import { events, nodeRounds } from "./nodes/node-rounds.ts";
import { postgresProgram } from "./src/postgres-server.ts";

const missing = "missing" in postgresProgram ? postgresProgram.missing : undefined;

test("three nodes and PostgreSQL, each killed or cut off once: nothing acknowledged is lost, no turn is there twice", async (context) => {
  if (missing !== undefined) context.skip(missing);
  const seeds = fc.sample(fc.double({ min: 0, max: 0.999, noNaN: true }), { seed: 19, numRuns: 100 });
  let next = 0;
  const report = await nodeRounds(events.length, { random: () => seeds[next++ % seeds.length] as number });
  expect(report.faults).toEqual([]);
  expect(report.rounds).toBe(events.length);
  expect(report.acknowledged).toBeGreaterThan(events.length * 10);
});
