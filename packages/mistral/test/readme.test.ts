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

test("the first program remembers across conversations", async () => {
  expect(await runner.run(snippets[0]!)).toEqual({
    stdout: "Noted.\nI build with Rust, Axum, PostgreSQL and HTMX.\n",
    stderr: "",
  });
  expect(runner.standIn.embeddingsRequests()).not.toHaveLength(0);
});

test("one call has its own namespace, or no memory", async () => {
  expect(await runner.run(snippets[1]!)).toEqual({ stdout: "[ 'bob' ]\n", stderr: "" });
  expect(snippets).toHaveLength(2);
});

test("it is short", async () => {
  expect((await readFile(readme, "utf8")).split("\n").length).toBeLessThanOrEqual(100);
});
