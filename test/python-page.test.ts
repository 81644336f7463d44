import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Memory } from "@souvenir/core";
import { type MistralStandIn, startMistralStandIn } from "@souvenir/test/mistral-stand-in/stand-in";
import { textOf } from "@souvenir/test/mistral-stand-in/wire";
import { type FoundProgram, findProgram } from "@souvenir/test/programs";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { connectMemory } from "../packages/server/src/client/index.ts";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const page = await readFile(at("../docs/python.md"), "utf8");
const blocks = Array.from(page.matchAll(/^```python\n([\s\S]*?)^```$/gm), ([, program]) => program as string);
const [first, overMcp, mcpOfVersion1, withRequests, withHttpx, langchain, llamaIndex, ...more] = blocks as [
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  ...string[],
];
const environments = ["today", "mistralai-2", "mistralai-1"] as const;
type Environment = (typeof environments)[number];

const installed = process.env.SOUVENIR_TEST_PYTHON ?? at("./python/environments");
const pythonOf = (name: Environment) =>
  findProgram([join(installed, name, "bin/python")], "test/python/install.sh makes it");
const pythons: Record<Environment, FoundProgram> = {
  today: pythonOf("today"),
  "mistralai-2": pythonOf("mistralai-2"),
  "mistralai-1": pythonOf("mistralai-1"),
};

let folder: string;
let standIn: MistralStandIn;
let server: ReturnType<typeof spawn>;
let url: string;
let key: string;
let memory: Memory;
const cli = ["--conditions=@souvenir/source", at("../packages/server/src/cli/main.ts")];

/** A server as a reader starts it, and `npx @souvenir/server` for programs that start their own. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "souvenir-python-"));
  standIn = await startMistralStandIn();
  const command = [process.execPath, ...cli].map((part) => `'${part}'`).join(" ");
  await writeFile(join(folder, "npx"), `#!/bin/sh\nshift 2\nexec ${command} "$@"\n`, { mode: 0o755 });
  server = spawn(process.execPath, [...cli, "serve", "--port", "0", "--json"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, NODE_NO_WARNINGS: "1" },
  });
  const [line] = (await once(server.stdout!, "data")) as [Buffer];
  ({ url, key } = JSON.parse(String(line)) as { url: string; key: string });
  memory = connectMemory({ url, key });
});
afterAll(async () => {
  await memory.close();
  const ended = once(server, "exit");
  server.kill("SIGTERM");
  await ended;
  await standIn.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  standIn.reset();
  for (const namespace of await memory.namespaces()) await memory.clear({ namespace });
});

/** What a program prints, word for word as the page has it but for where the server is. */
async function run(environment: Environment, program: string): Promise<string> {
  const python = pythons[environment] as { path: string };
  const file = join(folder, "program.py");
  await writeFile(file, program.replaceAll("http://127.0.0.1:7077", url));
  const { PYTHONDONTWRITEBYTECODE: _, ...env } = process.env;
  const { stdout, stderr } = await promisify(execFile)(python.path, [file], {
    cwd: folder,
    env: {
      ...env,
      PATH: `${folder}${delimiter}${env.PATH}`,
      PYTHONPATH: at("./python/redirect"),
      SOUVENIR_TEST_MISTRAL: standIn.url,
      SOUVENIR_URL: url,
      SOUVENIR_KEY: key,
      MISTRAL_API_KEY: "key",
    },
  });
  expect(stderr).toBe("");
  return stdout;
}

/** As the comment in the program says. */
function ofVersion1(program: string): string {
  expect(first).toMatch(importOfMistral);
  const line = importOfMistral.exec(first)?.[1] as string;
  return program.replace(/^from mistralai\.client import Mistral\b.*$/m, line);
}
const importOfMistral = /^from mistralai\.client import Mistral {2}# mistralai 1: (.*)$/m;

for (const environment of environments) {
  const missing = "missing" in pythons[environment];

  test.skipIf(missing)(`mistralai: a conversation goes on in another thread (${environment})`, async () => {
    const program = environment === "mistralai-1" ? ofVersion1(first) : first;
    expect(await run(environment, program)).toBe("My web shop runs on Rust, Axum and PostgreSQL.\n");
    const { records } = await memory.list({ namespace: "camille@example.com" });
    expect(records.map(({ role }) => role).sort()).toEqual(["assistant", "assistant", "user", "user"]);
  });

  test.skipIf(missing)(`mistralai.extra.mcp: the model remembers and recalls (${environment})`, async () => {
    standIn.script({
      conversations: ({ messages }) => {
        const { role, content } = messages.at(-1)!;
        if (role === "tool") return { content: textOf(content) };
        const question = textOf(content);
        return {
          toolCalls: question.startsWith("Remember")
            ? [{ name: "remember", arguments: { text: "The user is allergic to hazelnuts.", key: null } }]
            : [{ name: "recall", arguments: { query: question } }],
        };
      },
    });
    const program = environment === "mistralai-1" ? ofVersion1(overStandardInput()) : overMcp;
    expect(await run(environment, program)).toContain("The user is allergic to hazelnuts.");
    expect(standIn.conversationRequests()[0]?.body.tools).toHaveLength(4);
    const { records } = await memory.list({ namespace: "camille@example.com" });
    expect(records).toHaveLength(1);
  });
}

test.skipIf("missing" in pythons.today).each([
  ["today", 34],
  ["mistralai-2", 7],
  ["mistralai-1", 7],
] as const)("messages are taken as libraries write them (%s)", async (environment, ways) => {
  const program = await readFile(at("./python/messages.py"), "utf8");
  expect(await run(environment, program)).toBe(`${ways}\n`);
  const { records } = await memory.list({ namespace: "python", limit: 1000 });
  expect(new Set(records.map(({ thread }) => thread)).size).toBe(ways);
  expect(records).toHaveLength(ways);
});

/** The lines of the page that differ, in the place of those that they stand for. */
function overStandardInput(): string {
  const program = overMcp
    .replace(/^from mistralai\.extra\.mcp\.streamable_http import .*\n/m, "")
    .replace(/^server = [\s\S]*?^\)\n/m, "")
    .replace(/^mistral = /m, `${mcpOfVersion1}\nmistral = `);
  expect(program).not.toContain("StreamableHTTPServerParams");
  return program;
}

test.skipIf("missing" in pythons.today).each([
  ["requests: memories with keys and an end", withRequests, "- The shop runs on Rust, Axum and SQLite.\n"],
  ["httpx: two users at once", withHttpx, "My cat is called Tiger.\n"],
  ["LangChain: a retriever", langchain, "- My web shop runs on Rust, Axum and PostgreSQL.\n"],
  ["LlamaIndex: a retriever", llamaIndex, "My web shop runs on Rust, Axum and PostgreSQL.\n"],
])("%s", async (_, program, printed) => {
  expect(await run("today", program)).toBe(printed);
});

test("every program is run", () => {
  expect(blocks).toHaveLength(7);
  expect(more).toEqual([]);
});

test("what the page says to install is what the programs run with", async () => {
  const list = await readFile(at("./python/today.txt"), "utf8");
  const pinned = list.split("\n").map((line) => line.split("==")[0]);
  const told = Array.from(page.matchAll(/^pip install (.+)$/gm), ([, names]) =>
    (names as string).replaceAll('"', "").split(" "),
  ).flat();
  expect(told.length).toBeGreaterThan(0);
  for (const name of told)
    expect(pinned.map((each) => each?.replace(/\[.*/, ""))).toContain(name.replace(/\[.*/, ""));
});
