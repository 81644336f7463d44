import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
const programs = [...readme.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map((match) => match[1]!);

/** Runs a program word for word, in a process of its own, in the folder of this package, where it can be imported by name. */
const run = (program: string) =>
  promisify(execFile)(
    process.execPath,
    ["--conditions=@souvenir/source", "--input-type=module-typescript", `--eval=${program}`],
    { cwd: fileURLToPath(new URL("..", import.meta.url)), env: { ...process.env, NODE_NO_WARNINGS: "1" } },
  );

test("a question finds what it means, in another language", async () => {
  expect(await run(programs[0]!)).toEqual({ stdout: "true\n", stderr: "" });
});

test("the data can be brought", async () => {
  expect(await run(programs[1]!)).toEqual({ stdout: "", stderr: "" });
});

test("words are compared one by one", async () => {
  const { stdout, stderr } = await run(programs[2]!);
  expect(stderr).toBe("");
  expect(stdout).toMatch(/^doctor 2\.05\d* 0\.6\d+\n$/);
});

test("every program is run", () => {
  expect(programs).toHaveLength(3);
});
