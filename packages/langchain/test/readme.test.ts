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
  expect(await runner.run(snippets[0] as string)).toEqual({
    stdout: "Noted.\nI build with Rust, Axum, PostgreSQL and HTMX.\n",
    stderr: "",
  });
});

test("the store finds by prefix, question and filter", async () => {
  const { stdout, stderr } = await runner.run(snippets[1] as string);
  expect(stderr).toBe("");
  expect(stdout.replace(/\s+/g, " ")).toBe(
    "cat [ 'memories', 'ada@example%2Ecom' ] [ [ 'memories', 'ada@example%2Ecom' ] ] ",
  );
});

test("history, retriever and tools", async () => {
  const { stdout, stderr } = await runner.run(snippets[2] as string);
  expect(stderr).toBe("");
  expect(stdout).toMatch(/^My cat is called Minou\. 0\.\d+\n\[ 'remember', 'recall', 'list', 'forget' \]\n$/);
});

test("checkpoints in the same file", async () => {
  const { stdout, stderr } = await runner.run(snippets[3] as string);
  expect(stderr).toBe("");
  expect(stdout).toContain("I build with Rust.");
  expect(stdout).toContain("Noted.");
  expect(snippets).toHaveLength(4);
});

test("it is short", async () => {
  expect((await readFile(readme, "utf8")).split("\n").length).toBeLessThanOrEqual(75);
});
