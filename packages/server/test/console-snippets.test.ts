import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { findProgram } from "@souvenir/test/programs";
import { type SnippetRunner, startSnippetRunner } from "@souvenir/test/snippets";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Snippet, snippetGroups } from "../console/snippets.ts";
import { startServer, type TestServer } from "./console/server.ts";
import { cleanEnvironment, cliArguments } from "./run-cli.ts";

const said = "Camille takes her croissants without butter on Fridays.";
const plain = "camille@example.com";
const awkward = `it's "{x}"/$HOME/é@example.com`;
const bash = findProgram(["bash"], "install it to run the console's commands");
const curl = findProgram(["curl"], "install it to run the console's commands");
const python = findProgram(["python3"], "install it to run the console's program in Python");

let server: TestServer;
let key: string;
let runner: SnippetRunner;
beforeAll(async () => {
  [server, runner] = await Promise.all([startServer(), startSnippetRunner()]);
  ({ key } = server.keys.create({ name: "all", grants: [{ prefix: "", permission: "admin" }] }));
  vi.stubEnv("SOUVENIR_KEY", key);
});
afterAll(async () => {
  await runner.close();
  await server[Symbol.asyncDispose]();
});

function snippet(name: string, namespace: string, { withKey = true } = {}): Snippet {
  const groups = snippetGroups({ server: server.url, namespace, withKey });
  return groups.flatMap(({ snippets }) => snippets).find((each) => each.name === name) as Snippet;
}
const valuesIn = async (namespace: string) =>
  (await server.memory.list({ namespace })).records.map(({ value }) => value);
const run = async (program: { path: string }, args: string[]) =>
  (await promisify(execFile)(program.path, args, { env: { ...cleanEnvironment(), SOUVENIR_KEY: key } }))
    .stdout;

test.each([plain, awkward])("curl stores and recalls, for the namespace %s", async (namespace) => {
  for (const program of [bash, curl]) if ("missing" in program) return;
  const printed = await run(bash as { path: string }, ["-ec", snippet("curl", namespace).code]);
  expect(printed).toMatch(/"success":true.*<souvenir-memories>.*Camille takes/s);
  expect(await valuesIn(namespace)).toContain(said);
});

test.skipIf("missing" in python).each([plain, awkward])("so does Python, for %s", async (namespace) => {
  const printed = await run(python as { path: string }, ["-c", snippet("Python", namespace).code]);
  expect(printed).toMatch(/^<souvenir-memories>[\s\S]*Camille takes/);
});

test.each([plain, awkward])("so does TypeScript, for %s", async (namespace) => {
  const { stdout, stderr } = await runner.run(snippet("TypeScript", namespace).code);
  expect(stderr).toBe("");
  expect(stdout).toMatch(/^<souvenir-memories>[\s\S]*Camille takes/);
});

test.each(["Mistral client", "LangChain", "AI SDK", "Mastra"])(
  "%s knows in a conversation what was said in another",
  // Memory that is late, as on a machine with other work, costs no answer: the model then does without.
  { retry: 2 },
  async (name) => {
    const namespace = `${name}@example.com`;
    const { stdout, stderr } = await runner.run(snippet(name, namespace).code);
    expect(stderr).toBe("");
    expect(stdout).toContain(said);
    expect(await valuesIn(namespace)).toContain(said);
  },
);

test("the program with Mistral's client in Python is the one of the page, which its test runs", async () => {
  const page = await readFile(new URL("../../../docs/python.md", import.meta.url), "utf8");
  const groups = snippetGroups({ server: "http://127.0.0.1:7077", namespace: plain, withKey: true });
  const { code } = groups
    .flatMap(({ snippets }) => snippets)
    .find(({ name }) => name === "Mistral in Python") as Snippet;
  expect(page).toContain(`\`\`\`python\n${code}\n\`\`\`\n`);
});

/** What each host reads in its file or command: an address, and headers. */
const remote: Record<string, (code: string) => { url: string; header?: string }> = {
  "Mistral Vibe": (code) => {
    const given = Object.fromEntries(
      [...code.matchAll(/^(\w+) = (".*")$/gm)].map(([, name, value]) => [name, JSON.parse(value as string)]),
    );
    expect([given.transport, given.api_key_env, given.api_key_header]).toEqual([
      "streamable-http",
      "SOUVENIR_KEY",
      "Authorization",
    ]);
    return { url: given.url, header: given.api_key_format.replace("{token}", key) };
  },
  Cursor: (code) => {
    const { url, headers } = JSON.parse(code).mcpServers.souvenir;
    return { url, header: headers.Authorization.replace("${env:SOUVENIR_KEY}", key) };
  },
  "VS Code": (code) => {
    const { inputs, servers } = JSON.parse(code);
    expect([servers.souvenir.type, inputs[0].password]).toEqual(["http", true]);
    return {
      url: servers.souvenir.url,
      header: servers.souvenir.headers.Authorization.replace(`\${input:${inputs[0].id}}`, key),
    };
  },
};

async function toolsAt(url: string, header: string): Promise<string[]> {
  const client = new Client({ name: "host", version: "1.0.0" });
  await client.connect(
    new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers: { Authorization: header } } }),
  );
  await client.callTool({ name: "remember", arguments: { text: "The oven is hot.", key: "oven" } });
  const { tools } = await client.listTools();
  await client.close();
  return tools.map(({ name }) => name);
}

test.each(
  Object.keys(remote).flatMap((name) => [plain, awkward].map((namespace) => [name, namespace] as const)),
)("what %s reads opens the tools of %s", async (name, namespace) => {
  const { url, header = "" } = remote[name]?.(snippet(name, namespace).code) ?? { url: "" };
  expect(await toolsAt(url, header)).toContain("recall");
  expect(await valuesIn(namespace)).toContain("The oven is hot.");
});

test("the command for Claude Code and the bare address are of the same place", async () => {
  if ("missing" in bash) return;
  for (const namespace of [plain, awkward]) {
    const { code } = snippet("Claude Code", namespace);
    const args = (await run(bash, ["-ec", `claude() { printf '%s\\n' "$@"; }\n${code}`])).trim().split("\n");
    const address = snippet("Le Chat, Claude, ChatGPT", namespace).code;
    expect(args).toEqual([
      "mcp",
      "add",
      "--transport",
      "http",
      "souvenir",
      address,
      "--header",
      `Authorization: Bearer ${key}`,
    ]);
    expect(await toolsAt(address, `Bearer ${key}`)).toContain("recall");
  }
});

test("a host that starts a program reaches the same memories", async () => {
  const { command, args, env } = JSON.parse(snippet("Others, with a program", awkward).code).mcpServers
    .souvenir;
  expect([command, ...args.slice(0, 2), Object.keys(env)]).toEqual([
    "npx",
    "-y",
    "@souvenir/server",
    ["SOUVENIR_KEY"],
  ]);
  const client = new Client({ name: "host", version: "1.0.0" });
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [...cliArguments, ...args.slice(2)],
      env: { ...cleanEnvironment(), SOUVENIR_KEY: key } as Record<string, string>,
    }),
  );
  await client.callTool({ name: "remember", arguments: { text: "The van is blue.", key: "van" } });
  await client.close();
  expect(await valuesIn(awkward)).toContain("The van is blue.");
});

test("without keys nothing of them is in any snippet", () => {
  for (const { snippets } of snippetGroups({ server: server.url, namespace: plain, withKey: false }))
    for (const { code } of snippets)
      expect(code).not.toMatch(/SOUVENIR_KEY|svr_|souvenir-key|authorization/i);
});
