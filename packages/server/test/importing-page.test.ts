import { execFile } from "node:child_process";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { findProgram } from "@souvenir/test/programs";
import { snippetsOf, startSnippetRunner } from "@souvenir/test/snippets";
import { expect, onTestFinished, test } from "vitest";
import { cleanEnvironment, cliArguments, cliFolder } from "./run-cli.ts";

const page = new URL("../../../docs/importing.md", import.meta.url);
const bash = findProgram(["bash"], "install it to run the commands of the page");

test("the program of the page on importing says what the page says", async () => {
  const [program, ...more] = await snippetsOf(page);
  expect(more).toEqual([]);
  const runner = await startSnippetRunner();
  onTestFinished(() => runner.close());
  expect(await runner.run(program as string)).toEqual({
    stdout: "chat.jsonl, line 2: the file ends within this entry\n1 1\n",
    stderr: "",
  });
});

test("what the page says about moving from Mem0, Zep and LangMem works", async ({ skip }) => {
  if ("missing" in bash) return skip(bash.missing);
  const folder = await cliFolder();
  onTestFinished(() => folder[Symbol.asyncDispose]());
  const command = [process.execPath, ...cliArguments].map((part) => `'${part}'`).join(" ");
  await writeFile(join(folder.path, "souvenir"), `#!/bin/sh\nexec ${command} "$@"\n`);
  await chmod(join(folder.path, "souvenir"), 0o755);
  const text = await readFile(page, "utf8");
  const scripts = [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, script]) => script as string);
  const { stdout } = await promisify(execFile)("bash", ["-e", "-c", scripts.join("echo ---\n")], {
    cwd: folder.path,
    env: { ...cleanEnvironment(), PATH: `${folder.path}:${process.env.PATH}` },
  });
  const [mem0, zep, langmem] = stdout.split("---\n");
  expect(mem0).toMatch(/would import 1[\s\S]*\nimported 1[\s\S]*in dev[\s\S]*Dev works at TechCorp/);
  expect(zep).toMatch(/imported 1[\s\S]*Kendra loves Adidas shoes/);
  expect(langmem).toMatch(/imported 1[\s\S]*Ada likes green tea/);
});
