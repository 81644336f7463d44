import { createMemory } from "../src/index.ts";

/** Asks questions of a file, as another process, and tells the answers to the one that started it. */
const [path, now, ...asked] = process.argv.slice(2) as [string, string, ...string[]];
const memory = await createMemory({ path, clock: () => Number(now) });
const answers: [string, number][][] = [];
for (const query of asked) {
  const { results } = await memory.search({ namespace: "all", query });
  answers.push(results.map(({ key, score }) => [key, score]));
}
await memory.close();
process.send?.(answers);
process.disconnect();
