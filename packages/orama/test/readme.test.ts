import { readFileSync } from "node:fs";
import { create, insert } from "@orama/orama";
import { expect, test } from "vitest";
import * as engine from "../src/index.ts";

/** Runs the programs of the README as they stand there, and gives back what they declare last. */
const programs = readFileSync(new URL("../README.md", import.meta.url), "utf8")
  .split("```ts\n")
  .slice(1)
  .map((part) => part.slice(0, part.indexOf("```")).replace(/^import .*$/gm, ""));

async function run(program: string, result: string): Promise<unknown> {
  const names = { ...engine, create, insert };
  const body = `return (async () => { ${program}; return ${result}; })();`;
  return new Function(...Object.keys(names), body)(...Object.values(names));
}

test("the program with Orama finds the answer", async () => {
  const hits = (await run(programs[0]!, "hits")) as { id: string }[];
  expect(hits.map(({ id }) => id)).toEqual(["1"]);
});

test("the program with a ranking of its own has the order of that", async () => {
  const hits = (await run(programs[1]!, "hits")) as { id: string }[];
  expect(hits.map(({ id }) => id)).toEqual(["loved", "plain"]);
  expect(programs).toHaveLength(3);
});

test("the program with the indexes finds the answer", async () => {
  expect(await run(programs[2]!, "documents")).toEqual(Uint32Array.of(1));
});
