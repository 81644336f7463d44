import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMemory } from "@souvenir/core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { serveFile } from "./src/served.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "souvenir-shutdown-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test.each([
  ["SIGTERM", 0],
  ["SIGKILL", null],
] as const)("%s under load loses no acknowledged write", async (signal, code) => {
  const path = join(folder, "memory.db");
  const served = await serveFile(path);
  const acknowledged: string[] = [];
  const refused: unknown[] = [];
  let next = 0;
  const { promise: enough, resolve } = Promise.withResolvers<void>();
  const writer = async () => {
    for (;;) {
      const key = `k${next++}`;
      let response: Response;
      try {
        response = await fetch(`${served.url}/v1/memory-set`, {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify({ namespace: `n${next % 5}`, key, value: `Note ${key}, to be kept.` }),
        });
        await response.text();
      } catch (error) {
        return void refused.push(error);
      }
      if (!response.ok) return void refused.push(response.status);
      acknowledged.push(`n${(Number(key.slice(1)) + 1) % 5} ${key}`);
      if (acknowledged.length === 300) resolve();
    }
  };
  const writers = Promise.all(Array.from({ length: 16 }, writer));
  await enough;
  const exit = new Promise((done) => served.process.once("exit", done));
  served.process.kill(signal);
  await writers;
  expect(await exit).toBe(code);
  expect(refused).toHaveLength(16);
  // Whoever was answered with an error was told to come again, or was not answered at all.
  expect(refused.filter((each) => typeof each === "number" && each !== 503)).toEqual([]);

  const memory = await createMemory({ path });
  const kept = new Set<string>();
  for await (const { namespace, key } of memory.export()) kept.add(`${namespace} ${key}`);
  expect(acknowledged.filter((each) => !kept.has(each))).toEqual([]);
  // After SIGTERM nothing is stored that was not acknowledged either.
  if (signal === "SIGTERM") expect(kept.size).toBe(acknowledged.length);
  await memory.close();
});
