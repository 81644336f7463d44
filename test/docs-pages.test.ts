import { existsSync, globSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type SnippetRunner, snippetsOf, startSnippetRunner } from "@souvenir/test/snippets";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string) => readFile(join(root, path), "utf8");

/** As GitHub makes them of headings, links and code in these without their signs. */
function anchorsOf(markdown: string): string[] {
  const headings = markdown.replace(/^```[\s\S]*?^```$/gm, "").matchAll(/^#+ (.+)$/gm);
  return Array.from(headings, ([, heading = ""]) =>
    heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}_ -]/gu, "")
      .trim()
      .replaceAll(" ", "-"),
  );
}

describe("programs", () => {
  let runner: SnippetRunner;
  beforeAll(async () => {
    runner = await startSnippetRunner();
  });
  afterAll(() => runner.close());

  test.each([
    ["troubleshooting", ["INVALID_INPUT"]],
    ["encryption", ["1 false false\nENCRYPTION_KEY_MISSING\nENCRYPTION_KEY_WRONG", "[]"]],
    ["deploying", ["true", "function"]],
    ["deleting-a-person", ["1 1 []", ""]],
    ["coming-from", ["true 1", "1 0", "doc-1"]],
  ])("%s.md: each runs and says what it should", async (page, said) => {
    const programs = await snippetsOf(new URL(`../docs/${page}.md`, import.meta.url));
    expect(programs).toHaveLength(said.length);
    for (const [index, program] of programs.entries()) {
      const { stdout, stderr } = await runner.run(program);
      expect(stderr).toBe("");
      expect(stdout).toContain(said[index]);
    }
  });
});

test("the example of each method of a memory runs as written, and each method has one", async () => {
  const types = await read("packages/core/src/types.ts");
  const memory = types.slice(types.indexOf("export interface Memory extends"));
  const documented = [...memory.matchAll(/^ {2}\/\*\*\n((?: {3}\*.*\n)+?) {3}\*\/\n {2}(\w+)\(/gm)];
  const methods = new Set(Array.from(memory.matchAll(/^ {2}(\w+)\(/gm), ([, name]) => name));
  const examples = new Map(
    documented.map(([, text = "", name]) => [
      name,
      /@example\n```ts\n([\s\S]*?)\n```/.exec(text.replace(/^ {3}\* ?/gm, ""))?.[1],
    ]),
  );
  for (const name of methods) expect(examples.get(name), name).toBeDefined();
  const runner = await startSnippetRunner();
  try {
    const { stderr } = await runner.run(`
      import { createMemory, defaultEmbedder } from "@souvenir/core";
      import { mistralFacts } from "@souvenir/mistral";
      const memory = await createMemory({ path: "./example.db", facts: { extractor: mistralFacts() } });
      ${[...examples.values()].map((example) => `{\n${example}\n}`).join("\n")}
      await memory.close();`);
    expect(stderr).toBe("");
  } finally {
    await runner.close();
  }
});

describe("links", () => {
  const pages = [
    ...globSync("*.md", { cwd: root }),
    "llms.txt",
    ...globSync("{docs,packages/*,.changeset}/**/*.md", {
      cwd: root,
      exclude: (path) => /node_modules|docs.site/.test(path),
    }),
  ];

  test.each(pages)("%s leads to files and headings that are there", async (page) => {
    const text = (await read(page)).replace(/^```[\s\S]*?^```$/gm, "").replace(/`[^`\n]*`/g, "");
    const missing: string[] = [];
    for (const [, target = ""] of text.matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)) {
      const [path = "", anchor] = target.split("#");
      const file = path === "" ? page : join(dirname(page), path);
      if (!existsSync(join(root, file))) missing.push(target);
      else if (anchor !== undefined && file.endsWith(".md") && !anchorsOf(await read(file)).includes(anchor))
        missing.push(target);
    }
    expect(missing).toEqual([]);
  });
});

test("no page runs the package of somebody else", async () => {
  const pages = globSync(["*.md", "llms.txt", "docs/*.md", "packages/*/README.md"], { cwd: root });
  const texts = await Promise.all(pages.map(async (page) => [page, await read(page)] as const));
  expect(texts.filter(([, text]) => /npx (?:-\S+ )*souvenir\b/.test(text)).map(([page]) => page)).toEqual([]);
});

test("whoever begins at a page is told what the command is", async () => {
  const pages = globSync(["README.md", "docs/*.md", "packages/*/README.md"], { cwd: root });
  // Not for users: how it is built, and figures.
  const used = pages.filter((page) => !/docs\/(?:design|benchmarks.*|evaluation.*)\.md$/.test(page));
  const untold: string[] = [];
  for (const page of used) {
    const text = await read(page);
    if (/(?:`|^)souvenir [a-z]/m.test(text) && !/npx (?:-y )?@souvenir\/server/.test(text)) untold.push(page);
  }
  expect(untold).toEqual([]);
});

test("each code of an error has a section, to which the error leads", async () => {
  const source = await read("packages/core/src/errors.ts");
  const codes = Array.from(source.matchAll(/^ {2}\| "([A-Z_]+)"/gm), ([, code = ""]) => code);
  expect(codes.length).toBeGreaterThan(15);
  const anchors = anchorsOf(await read("docs/troubleshooting.md"));
  expect(anchors).toEqual(expect.arrayContaining(codes.map((code) => code.toLowerCase())));
});
