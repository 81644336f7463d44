import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const script = fileURLToPath(new URL("../examples/demo/run.ts", import.meta.url));
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "souvenir-demo-test-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Answers are wrapped to the width of a terminal. */
const oneLine = (text: string) => text.replace(/\s+/g, " ");

function demo(...parameters: string[]) {
  const { MISTRAL_API_KEY: _key, MISTRAL_BASE_URL: _url, ...environment } = process.env;
  return promisify(execFile)(process.execPath, ["--conditions=@souvenir/source", script, ...parameters], {
    env: { ...environment, NODE_NO_WARNINGS: "1" },
  });
}

test("an agent that was killed is remembered by the next process", async () => {
  const { stdout } = await demo();
  expect(stdout).toContain("killed with SIGKILL");
  expect(stdout).toMatch(/\? What database am I using\?[\s\S]*?PostgreSQL/);
  expect(oneLine(stdout)).toMatch(/→ [^→?]*PostgreSQL/);
  expect(oneLine(stdout)).toMatch(/→ [^→?]*6 h 30/);
  expect(stdout).toContain("stand-in");
  for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
});

const exchange = [
  { role: "user", content: "The budget for the conference is 12,000 euros." },
  { role: "assistant", content: "Noted." },
  { role: "user", content: "We fly to Lisbon on 4 May." },
];

test.each([
  ["lines", exchange.map((message) => JSON.stringify(message)).join("\n")],
  ["an array", JSON.stringify(exchange)],
  [
    "Claude's export",
    JSON.stringify([
      {
        uuid: "c",
        name: "Trip",
        chat_messages: exchange.map(({ role, content }, index) => ({
          ...{ uuid: `m${index}`, sender: role === "user" ? "human" : role, text: content },
          content: [{ type: "text", text: content }],
        })),
      },
    ]),
  ],
  ["a request with messages", JSON.stringify({ model: "mistral-small-latest", messages: exchange }, null, 2)],
])("one's own conversation as %s", async (name, text) => {
  const file = join(folder, `${name}.jsonl`);
  await writeFile(file, text);
  const { stdout } = await demo("--file", file, "--ask", "How much is the budget?");
  expect(stdout).toContain("3/3");
  expect(oneLine(stdout)).toMatch(/→ [^→?]*12,000 euros/);
});

test("wrong calls say what is right", async () => {
  await expect(demo("--file", "only.jsonl")).rejects.toMatchObject({
    code: 2,
    stdout: expect.stringContaining("--ask"),
  });
  await expect(demo("--nonsense")).rejects.toMatchObject({ code: 2 });
  const broken = join(folder, "broken.jsonl");
  await writeFile(broken, '{"role": "user", "content": "a"}\nnot json\n');
  expect((await demo("--file", broken, "--ask", "a?")).stdout).toMatch(/refused: .*line 2: it is not JSON/);
  await writeFile(broken, "{}");
  await expect(demo("--file", broken, "--ask", "a?")).rejects.toMatchObject({ code: 1 });
});
