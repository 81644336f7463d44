import { type SnippetRunner, snippetsOf, startSnippetRunner } from "@souvenir/test/snippets";
import { afterAll, beforeAll, expect, test } from "vitest";

const programs = await snippetsOf(new URL("../docs/facts.md", import.meta.url));

let runner: SnippetRunner;
beforeAll(async () => {
  runner = await startSnippetRunner();
});
afterAll(() => runner.close());

test("facts are found by what they say, with the words that they rest on, and can be undone", async () => {
  const { stdout, stderr } = await runner.run(programs[0] as string);
  expect(stderr).toBe("");
  expect(stdout.split("\n")).toEqual([
    '~ I now work at Company Beta. ("I now work at Company Beta."; in the place of: I work at Company Alpha.)',
    '+ I live in Lyon. ("I live in Lyon.")',
    "I now work at Company Beta. employer I now work at Company Beta.",
    "{ erased: 2 }",
    "",
  ]);
});

test("a dream finds a pattern, which waits", async () => {
  const quote = '"I ran along the river."';
  expect(await runner.run(programs[1] as string)).toEqual({
    stdout: `? I ran along the river. (${quote}, ${quote}, ${quote})\nactive 3\n`,
    stderr: "",
  });
});

test("an extractor of one's own", async () => {
  expect(await runner.run(programs[2] as string)).toEqual({ stdout: "Call the user Dhravya.\n", stderr: "" });
});

test("every program is run", () => {
  expect(programs).toHaveLength(3);
});
