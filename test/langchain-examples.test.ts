import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "souvenir-langchain-examples-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs an example in a process of its own: against the stand-in, or with a key for real. */
async function run(name: string, file = `${name}.db`): Promise<string> {
  const script = fileURLToPath(new URL(`../examples/langchain/${name}.ts`, import.meta.url));
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ["--conditions=@souvenir/source", script, join(folder, file)],
    { env: { ...process.env, NODE_NO_WARNINGS: "1" } },
  );
  expect(stderr).toBe("");
  return stdout;
}

test("an agent knows the user in a new thread", async () => {
  const stdout = await run("agent");
  expect(stdout).toMatch(/\[thursday\] What am I allergic to\?\n {2}\(recalled \d+ memor.*\)\n.*hazelnut/i);
});

test("nodes and tools of a graph share the store, and users do not", async () => {
  const stdout = await run("graph");
  const [, answer] = stdout.split("What is my cat called?");
  expect(answer).toContain("(2 users in the store)");
  expect(answer).toContain("Minou");
  expect(answer).not.toContain("Felix");
});

test("a chain answers from a folder of notes, with sources and scores, twice from one file", async () => {
  for (const _ of [1, 2]) {
    const stdout = await run("notes");
    expect(stdout).toContain("6 paragraphs");
    expect(stdout).toMatch(/Who serviced the boiler\?\n.*Rousseau.*\n {2}[01]\.\d\d {2}house\.md#0/);
    expect(stdout).toMatch(/When do we fly to Lisbon\?\n.*4 May.*\n {2}[01]\.\d\d {2}trips\.md#0/);
  }
});

test("a classic chain's buffer is kept and remembered", async () => {
  const stdout = await run("migrate");
  expect(stdout).toContain("4 messages kept");
  expect(stdout).toMatch(/Who is the auditor\?\n.*Okafor/);
  expect(stdout).toMatch(/When does our fiscal year end\?\n.*30 June/);
});
