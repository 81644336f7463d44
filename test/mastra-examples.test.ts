import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "souvenir-mastra-examples-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs an example in a process of its own: against the stand-in, or with a key for real. */
async function run(name: string): Promise<string> {
  const script = fileURLToPath(new URL(`../examples/mastra/${name}.ts`, import.meta.url));
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ["--conditions=@souvenir/source", script, join(folder, `${name}.db`)],
    { env: { ...process.env, NODE_NO_WARNINGS: "1" } },
  );
  expect(stderr).toBe("");
  return stdout;
}

test("an agent keeps a profile, and knows the user in a new thread", async () => {
  const stdout = await run("agent");
  const [, answer] = stdout.split("Who comes for dinner on Friday?");
  expect(answer).toMatch(/\(recalled [1-9]\d* messages\)\n.*Léa/);
  expect(answer).toMatch(/Found by: \{"terms":\[.*\}, score 0\.\d\d/);
  expect(answer).toMatch(/Working memory:\n# User\n[\s\S]*hazelnuts/);
});

test("two resources never meet, and one is forgotten", async () => {
  const stdout = await run("two-resources");
  const answers = [...stdout.matchAll(/What is my cat called\?\n(.*)/g)].map(([, answer]) => answer);
  expect(answers).toHaveLength(4);
  expect(answers[0]).toContain("Minou");
  expect(answers[1]).toContain("Felix");
  expect(stdout).toContain("bob is forgotten: 2 threads, 4 messages");
  expect(answers[2]).not.toMatch(/Felix|Minou/);
  expect(answers[3]).toContain("Minou");
});

test("the memory is served through Mastra's routes", async () => {
  const stdout = await run("server");
  expect(stdout).toMatch(/^.*Rousseau.*\nthreads: friday, monday\n/);
  expect(stdout).toContain("found in monday: The boiler was serviced by Ms Rousseau.");
});

test("a memory of libsql moves over, once", async () => {
  const stdout = await run("move-from-libsql");
  expect(stdout).toMatch(/moved 1 thread, 4 messages, 1 resource/);
  expect(stdout).toContain("4 of 4 messages indexed");
  expect(stdout).toMatch(/Where does my sister live\?\n.*Porto/);
  expect(stdout).toContain("working memory: - **Name**: Ada");
});
