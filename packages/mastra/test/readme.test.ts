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

test("the first program remembers across threads", async () => {
  const { stdout, stderr } = await runner.run(snippets[0] as string);
  expect(stderr).toBe("");
  expect(stdout).toBe("Noted.\nI build with Rust, Axum, PostgreSQL and HTMX.\n[ 'build' ]\n");
  // By default with a key: Mistral's embedder.
  expect(runner.standIn.embeddingsRequests().map(({ body }) => body.model)).toContain("mistral-embed");
});

test("processors, storage and vectors alone", async () => {
  const { stdout, stderr } = await runner.run(snippets[1] as string);
  expect(stderr).toBe("");
  expect(stdout).toBe("semantic-recall monday souvenir\n");
  expect(snippets).toHaveLength(2);
});

test("it is short", async () => {
  expect((await readFile(readme, "utf8")).split("\n").length).toBeLessThanOrEqual(60);
});
