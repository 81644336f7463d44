import { snippetsOf, startSnippetRunner } from "@souvenir/test/snippets";
import { expect, onTestFinished, test } from "vitest";

test("the programs of the page on safety", async () => {
  const [program, moderated, ...more] = await snippetsOf(new URL("../docs/safety.md", import.meta.url));
  expect(more).toEqual([]);
  const runner = await startSnippetRunner();
  onTestFinished(() => runner.close());
  const { stdout, stderr } = await runner.run(program as string);
  expect(stderr).toBe("");
  expect(stdout.split("\n")).toEqual([
    "The database is postgres://ada:[redacted: password]@db.example/shop",
    "CONTENT_BLOCKED { where: 'value', kinds: { card: 1 } }",
    "{ warned: {}, redacted: { password: 1 }, blocked: { card: 1 } }",
    "",
  ]);
  expect(await runner.run(moderated as string)).toEqual({
    stdout: "[ 'violence_and_threats' ] true { violence_and_threats: 1 }\n",
    stderr: "",
  });
});
