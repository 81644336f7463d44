import { readFile } from "node:fs/promises";
import { type SnippetRunner, snippetsOf, startSnippetRunner } from "@souvenir/test/snippets";
import { afterAll, beforeAll, expect, test } from "vitest";
import { operations } from "../src/api/operations.ts";

const readme = new URL("../README.md", import.meta.url);
const snippets = await snippetsOf(readme);

let runner: SnippetRunner;
beforeAll(async () => {
  runner = await startSnippetRunner();
});
afterAll(() => runner.close());

test("a server in a program, and a client with a key", async () => {
  expect(await runner.run(snippets[0]!)).toEqual({
    stdout: "The shop runs on Rust, Axum and PostgreSQL. false\n",
    stderr: "",
  });
  expect(snippets).toHaveLength(1);
});

test("the page on the API names every path, and no other", async () => {
  const page = await readFile(new URL("../../../docs/http-api.md", import.meta.url), "utf8");
  const named = [...page.matchAll(/`(?:[A-Z]+ )?(\/(?:v1\/|healthz|readyz|metrics|openapi)[^`?]*)/g)].map(
    ([, path]) => path,
  );
  const paths = Object.values(operations).map(({ route }) => route.split(" ")[1]);
  expect([...new Set(named)].sort()).toEqual([...new Set(paths)].sort());
});

test("it is short", async () => {
  expect((await readFile(readme, "utf8")).split("\n").length).toBeLessThanOrEqual(60);
});
