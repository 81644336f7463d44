import { readFile } from "node:fs/promises";
import { type SnippetRunner, snippetsOf, startSnippetRunner } from "@souvenir/test/snippets";
import { afterAll, beforeAll, expect, test } from "vitest";

const page = new URL("../docs/choosing-an-embedder.md", import.meta.url);
let runner: SnippetRunner;
let snippets: string[];
beforeAll(async () => {
  runner = await startSnippetRunner();
  snippets = await snippetsOf(page);
});
afterAll(() => runner.close());

test("the snippets of the page run as written, and print what it says", async () => {
  expect(snippets).toHaveLength(4);
  for (const snippet of snippets) {
    const said = /console\.log\(.*\); \/\/ (.*)$/m.exec(snippet)?.[1];
    expect(await runner.run(snippet)).toEqual({ stdout: `${said}\n`, stderr: "" });
  }
});

test("the page says nothing of options that there are not", async () => {
  const text = await readFile(page, "utf8");
  const { optionNames, defaultRanking } = await import("@souvenir/core");
  expect(optionNames.createMemory).toEqual(expect.arrayContaining(["embedder", "reranker"]));
  expect(text).toContain(`the best ${defaultRanking.reranked} of a search`);
});
