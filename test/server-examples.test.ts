import { execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { connectMemory } from "@souvenir/server/client";
import { startMistralStandIn } from "@souvenir/test/mistral-stand-in/stand-in";
import { findProgram } from "@souvenir/test/programs";
import { afterAll, beforeAll, expect, test } from "vitest";

const cli = fileURLToPath(new URL("../packages/server/src/cli/main.ts", import.meta.url));
const conditions = "--conditions=@souvenir/source";
let folder: string;
let server: ReturnType<typeof spawn>;
let environment: Record<string, string | undefined>;
const cleanUp: (() => Promise<unknown>)[] = [];

/** A server as a user starts it, with a key; Mistral, or the stand-in where there is no key for it. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "souvenir-server-examples-"));
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [conditions, cli, "keys", "create", "examples", "--everything"],
    { cwd: folder },
  );
  server = spawn(process.execPath, [conditions, cli, "serve", "--port", "0", "--json"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(server.stdout!, "data")) as [Buffer];
  environment = {
    ...process.env,
    NODE_NO_WARNINGS: "1",
    SOUVENIR_URL: JSON.parse(String(line)).url,
    SOUVENIR_KEY: stdout.trim(),
  };
  if (!process.env.MISTRAL_API_KEY && !process.env.MISTRAL_BASE_URL) {
    const standIn = await startMistralStandIn();
    cleanUp.push(() => standIn.close());
    environment = { ...environment, MISTRAL_BASE_URL: standIn.url, MISTRAL_API_KEY: "stand-in" };
  }
});
afterAll(async () => {
  server.kill("SIGTERM");
  await once(server, "exit");
  for (const clean of cleanUp) await clean();
  await rm(folder, { recursive: true, force: true });
});

async function run(command: string, ...args: string[]): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(command, args, {
    env: environment as NodeJS.ProcessEnv,
    timeout: 120_000,
  });
  expect(stderr).toBe("");
  return stdout;
}

const example = (name: string) => fileURLToPath(new URL(`../examples/server/${name}`, import.meta.url));

/** A Python that runs this line. */
const python = (line: string, howToGet: string) =>
  findProgram(["python3"], howToGet, (path) => spawnSync(path, ["-c", line]).status === 0);
const python3 = python("import json", "install Python 3 (Debian: apt-get install python3)");
const withRequests = python(
  "import requests",
  "Python 3 with requests is wanted (python3 -m pip install requests)",
);

test("Python with requests: the guide's flow", async ({ skip }) => {
  if ("missing" in withRequests) return skip(withRequests.missing);
  const stdout = await run(withRequests.path, example("guide.py"));
  expect(stdout).toMatch(
    /What does the web shop run on\?\n {2}[01]\.\d\d {2}The web shop.*SQLite\.\n[\s\S]*SQLite/,
  );
  expect(stdout).not.toContain("PostgreSQL");
  expect(stdout).toMatch(/What is Camille allergic to\?\n {2}[01]\.\d\d .*hazelnuts[\s\S]*hazelnut/);
});

/** What asks the same question in Python, and prints the values that were found. */
const askInPython = `
import os, sys, requests
found = requests.post(
    os.environ["SOUVENIR_URL"] + "/v1/memory/search",
    headers={"Authorization": "Bearer " + os.environ["SOUVENIR_KEY"]},
    json={"namespace": "neighbours", "query": sys.argv[1]},
    timeout=30,
)
found.raise_for_status()
print("\\n".join(memory["value"] for memory in found.json()["results"]))
`;

test("what the guide asks is found among neighbours, through REST, Node and Python", async () => {
  const { SOUVENIR_URL: url = "", SOUVENIR_KEY: key = "" } = environment;
  const namespace = "neighbours";
  const post = async (path: string, body: object) => {
    const response = await fetch(`${url}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${key}` },
      body: JSON.stringify({ namespace, ...body }),
    });
    expect(response.status).toBe(200);
    return (await response.json()) as { results: { value: string }[] };
  };
  const answer = "The user uses PostgreSQL 16 with pgvector";
  for (const value of [
    "I use Visual Studio Code as my editor",
    "My favourite food is lasagne",
    answer,
    "I live in Clermont-Ferrand",
    "The cat is called Minou",
    "I go running on Sundays",
  ])
    await post("/v1/memory-set", { value });
  const query = "What database am I using?";
  expect((await post("/v1/memory/search", { query })).results[0]?.value).toBe(answer);
  await using memory = connectMemory({ url, key });
  expect((await memory.search({ namespace, query })).results[0]?.value).toBe(answer);
  if (!("missing" in withRequests)) {
    const [first] = (await run(withRequests.path, "-c", askInPython, query)).split("\n");
    expect(first).toBe(answer);
  }
});

test("Python alone: a conversation goes on in another thread", async ({ skip }) => {
  if ("missing" in python3) return skip(python3.missing);
  const stdout = await run(python3.path, example("conversation.py"));
  expect(stdout).toMatch(/\[thursday\] Where does Zoé start school\?\n.*Lyon/);
});

test("Node: the Mistral client and fetch", async () => {
  const stdout = await run(process.execPath, conditions, example("fetch.ts"));
  expect(stdout).toMatch(/Which database does the shop use\?\n.*PostgreSQL/);
  expect(stdout).toMatch(/What is the cat called\?\n.*Minou/);
});

test("an adapter against the server", async () => {
  const stdout = await run(process.execPath, conditions, example("remote.ts"));
  expect(stdout).toMatch(/\[thursday\] What am I allergic to\?\n.*hazelnut/);
});
