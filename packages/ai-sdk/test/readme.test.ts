import { readFile } from "node:fs/promises";
import { type SnippetRunner, snippetsOf, startSnippetRunner } from "@souvenir/test/snippets";
import { afterAll, beforeAll, expect, test } from "vitest";

const readme = new URL("../README.md", import.meta.url);
const snippets = await snippetsOf(readme);

let runner: SnippetRunner;
beforeAll(async () => {
  runner = await startSnippetRunner();
});
afterAll(() => runner.close());

test("the first program remembers, with vectors of Mistral", async () => {
  expect(await runner.run(snippets[0]!)).toEqual({
    stdout: "I build with Rust, Axum, PostgreSQL and HTMX.\n",
    stderr: "",
  });
  expect(runner.standIn.embeddingsRequests()).not.toHaveLength(0);
});

test("users, the inspector and the tools do what is said", async () => {
  expect(await runner.run(snippets[1]!)).toEqual({
    stdout: "true true\n[ 'remember', 'recall', 'list', 'forget' ]\n",
    stderr: "",
  });
  expect(snippets).toHaveLength(2);
});

test("it is short", async () => {
  expect((await readFile(readme, "utf8")).split("\n").length).toBeLessThanOrEqual(60);
});
