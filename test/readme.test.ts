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

test("the first program is the first example, and its second question is answered from memory", async () => {
  expect(await readFile(new URL("../examples/first.ts", import.meta.url), "utf8")).toBe(snippets[0]);
  const { stdout, stderr } = await runner.run(snippets[0] as string);
  expect(stderr).toBe("");
  expect(stdout).toContain("PostgreSQL");
});

test("memories are stored, filtered, searched and recalled as written", async () => {
  const { stdout, stderr } = await runner.run(snippets[1] as string);
  expect(stderr).toBe("");
  expect(stdout).toContain("The web shop runs on Rust, Axum and PostgreSQL");
  expect(stdout).toContain("text: ");
  expect(stdout).toContain("compta@fournil.example");
});

test("the static embedder finds what shares no word with the question", async () => {
  const program = snippets[2] as string;
  expect(await runner.run(program)).toEqual({ stdout: "", stderr: "" });
  const told = program.replace(
    /^(await memory\.search)(.*); \/\/.*$/m,
    "console.log((await memory.search$2).results[0]?.value);",
  );
  expect((await runner.run(told)).stdout).toBe("Our pediatrician is Dr. Moreau.\n");
});

test("an embedder of Mistral is asked for the vector", async () => {
  runner.standIn.reset();
  expect(await runner.run(snippets[3] as string)).toEqual({ stdout: "", stderr: "" });
  expect(runner.standIn.embeddingsRequests().map(({ body }) => body.input)).toEqual([
    ["She is allergic to hazelnuts."],
  ]);
});

test("the snippets of the core package run as written", async () => {
  const [first, kept, second, third, ...more] = await snippetsOf(
    new URL("../packages/core/README.md", import.meta.url),
  );
  expect(more).toEqual([]);
  const remembered = await runner.run(first as string);
  expect(remembered.stderr).toBe("");
  expect(remembered.stdout).toContain("We chose PostgreSQL");
  expect(remembered.stdout).toContain("Théo");
  const document = await runner.run(kept as string);
  expect(document.stderr).toBe("");
  expect(document.stdout).toContain("rooms: [ { floor: 3 } ]");
  expect(await runner.run(second as string)).toEqual({ stdout: "{ pending: 0, failed: 0 }\n", stderr: "" });
  const read = await runner.run(third as string);
  expect(read.stderr).toBe("");
  expect(read.stdout).toContain("Ma sœur joue du violon. 2 ");
});

test("every snippet is run", () => {
  expect(snippets).toHaveLength(4);
});

test.each([
  "",
  "packages/ai-sdk/",
  "packages/core/",
  "packages/langchain/",
  "packages/mistral/",
  "packages/orama/",
  "packages/postgres/",
])("what the snippets of %sREADME.md import is in its install line", async (folder) => {
  const file = new URL(`../${folder}README.md`, import.meta.url);
  const installed = Array.from(
    (await readFile(file, "utf8")).matchAll(/^npm install (.+)$/gm),
    ([, names]) => names,
  );
  const imported = (await snippetsOf(file)).flatMap((snippet) =>
    [...snippet.matchAll(/from "((?:@[^/"]+\/)?[^/"]+)/g)].map(([, name]) => name),
  );
  expect(imported.length).toBeGreaterThan(0);
  expect(installed.join(" ").split(" ")).toEqual(expect.arrayContaining(imported));
});
