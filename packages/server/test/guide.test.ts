import { execFile } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { startMistralStandIn } from "@souvenir/test/mistral-stand-in/stand-in";
import { findProgram } from "@souvenir/test/programs";
import { beforeEach, expect, test } from "vitest";
import { type CliFolder, cleanEnvironment, cliArguments, cliFolder, firstLine } from "./run-cli.ts";

const read = (path: string) => readFile(new URL(path, import.meta.url), "utf8");
const [guide, readme] = [await read("../../../docs/server.md"), await read("../README.md")];
const api = await read("../../../docs/http-api.md");
const blocks = (language: string, text = guide) =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "gm"))].map(
    (match) => match[1] as string,
  );

let folder: CliFolder;
beforeEach(async () => {
  folder = await cliFolder();
  return () => folder[Symbol.asyncDispose]();
});

/** A folder for PATH, where `souvenir` and `npx @souvenir/server` are this source. */
async function commandsFolder(): Promise<string> {
  const path = join(folder.path, "commands");
  await mkdir(path);
  const command = [process.execPath, ...cliArguments].map((part) => `'${part}'`).join(" ");
  const scripts = { souvenir: `exec ${command} "$@"`, npx: `shift; exec ${command} "$@"` };
  for (const [name, script] of Object.entries(scripts)) {
    await writeFile(join(path, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(path, name), 0o755);
  }
  return path;
}

/** It goes on until it is stopped, and is started apart. */
const serving = /^souvenir serve\b.*\n$/;
/** A reader puts the key there that the server showed. */
const shownKey = "svr_…";

async function shell(script: string, env: NodeJS.ProcessEnv): Promise<string> {
  const { stdout } = await promisify(execFile)(
    "bash",
    ["-e", "-o", "pipefail", "-c", script.replace(/^npm install .*$/m, "")],
    { cwd: folder.path, env },
  );
  return stdout;
}

const bash = findProgram(["bash"], "install it to run the commands of README and guide");
const curl = findProgram(["curl"], "install it (Debian: apt-get install curl) to run the guide's commands");

test("the README's commands", async ({ skip }) => {
  if ("missing" in bash) return skip(bash.missing);
  const env = { ...cleanEnvironment(), PATH: `${await commandsFolder()}:${process.env.PATH}` };
  const [install, commands = ""] = blocks("sh", readme);
  expect(install).toBe("npm install @souvenir/server\nnpx @souvenir/server serve\n");
  expect(await shell(commands, env)).toMatch(
    /^stored stack, version 1\n[█░]+ [01]\.\d\d {2}The shop runs on[\s\S]*\n\{"namespace":"default","key":"stack"/,
  );
});

test("every command of the guide does what the guide says", async ({ skip }) => {
  for (const program of [bash, curl]) if ("missing" in program) return skip(program.missing);
  const standIn = await startMistralStandIn();
  const env = {
    ...cleanEnvironment(),
    PATH: `${await commandsFolder()}:${process.env.PATH}`,
    MISTRAL_API_KEY: "key",
    MISTRAL_BASE_URL: standIn.url,
  };
  const server = folder.start(["serve", "--port", "0", "--json"]);
  const { url, key } = JSON.parse(await firstLine(server)) as { url: string; key: string };
  // One shell, as a reader has one: what a block exports is there in the next.
  const run = blocks("sh").filter((block) => !serving.test(block));
  const script = run.join("echo ---\n").replaceAll("http://127.0.0.1:7077", url).replace(shownKey, key);
  let printed: string[];
  try {
    printed = (await shell(script, env)).split("---\n");
  } finally {
    const ended = once(server, "exit");
    server.kill("SIGTERM");
    await ended;
    await standIn.close();
  }
  const [help, , store, turn, keys, commands, streams, writers, truth, meaning, doctor, scrub, backup] =
    printed;
  expect(printed).toHaveLength(13);
  expect(help).toContain("souvenir serve");
  expect(store).toMatch(/^\{"success":true.*\{"results":\[\{.*"key":"stack".*"deleted":1\}$/);
  expect(turn).toMatch(/"stored":2.*hazelnuts/);
  expect(keys).toMatch(/"success":true.*\n?.*shop {2}write shop\/…/);
  expect(commands).toMatch(
    /stored menu[\s\S]*Moulin Dubois[\s\S]*fish soup[\s\S]*onion soup[\s\S]*greeted by name/,
  );
  expect(JSON.parse((streams as string).split("\n")[0] as string)).toMatchObject({ key: "menu" });
  expect(streams).toMatch(/exported \d+ memories to memories\.jsonl\nimported \d+, skipped 0/);
  expect(writers).toBe("stored soup, version 1\nstored soup, version 2\n");
  expect(truth).toMatch(/Odile[\s\S]*pinned menu\nmenu {2}On Fridays there is fish soup\.\n$/);
  expect(meaning).toMatch(/embedded \d+ memories with mistral:mistral-embed:1024[\s\S]*embedder +mistral/);
  expect(doctor).toContain("All is well.");
  expect(backup).toMatch(/^copied .* to monday\.db, \d.*\n.+/);
  expect(scrub).toMatch(/^scrubbed \d+ erased memor/);
});

test("every command of the page on the API answers what the page says", async ({ skip }) => {
  for (const program of [bash, curl]) if ("missing" in program) return skip(program.missing);
  const server = folder.start(["serve", "--port", "0", "--json"]);
  const { url, key } = JSON.parse(await firstLine(server)) as { url: string; key: string };
  try {
    const script = blocks("sh", api).join("echo\n").replaceAll("http://127.0.0.1:7077", url);
    const printed = await shell(script, { ...cleanEnvironment(), SOUVENIR_KEY: key });
    expect(printed).toMatch(
      /"key":"budget".*"version":1.*etag: "1"\s+\{.*"version":2.*"code":"VERSION_CONFLICT".*"expected":1,"current":2\}\}\}$/is,
    );
  } finally {
    const ended = once(server, "exit");
    server.kill("SIGTERM");
    await ended;
  }
});

test("what the guide puts into a host's file starts a server that the host understands", async () => {
  const json = JSON.parse(blocks("json")[0] as string) as {
    mcpServers: { souvenir: { command: string; args: string[] } };
  };
  const [stdio = "", http = ""] = blocks("toml");
  // All of them say the same command.
  const args = JSON.parse(/^args = (\[.*\])$/m.exec(stdio)?.[1] ?? "[]") as string[];
  expect(json.mcpServers.souvenir).toEqual({ command: "npx", args });
  expect(args.slice(0, 2)).toEqual(["-y", "@souvenir/server"]);
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [...cliArguments, ...args.slice(2).map((part) => part.replace("/home/me", folder.path))],
    env: cleanEnvironment(),
  });
  const client = new Client({ name: "host", version: "1.0.0" });
  await client.connect(transport);
  const names = (await client.listTools()).tools.map(({ name }) => name);
  expect(names.sort()).toEqual(["forget", "list", "recall", "remember"]);
  for (const name of stdio.matchAll(/\[tools\.souvenir_(\w+)\]/g)) expect(names).toContain(name[1]);
  await client.close();

  const [plain, behindProxy = ""] = blocks("sh").filter((block) => serving.test(block));
  expect(plain).toBe("souvenir serve\n");
  const more = behindProxy.trim().split(" ").slice(2);
  const child = folder.start(["serve", "--port", "0", "--json", ...more]);
  const { url, key } = JSON.parse(await firstLine(child)) as { url: string; key: string };
  const given = Object.fromEntries(
    [...http.matchAll(/^(\w+) = "(.*)"$/gm)].map((match) => [match[1], match[2]]),
  ) as Record<string, string>;
  const address = new URL(String(given.url).replace("http://127.0.0.1:7077", url));
  expect([given.api_key_env, address.pathname]).toEqual(["SOUVENIR_KEY", "/mcp"]);
  const remote = new Client({ name: "host", version: "1.0.0" });
  const header = String(given.api_key_format).replace("{token}", key);
  await remote.connect(
    new StreamableHTTPClientTransport(address, {
      requestInit: { headers: { [String(given.api_key_header)]: header } },
    }),
  );
  expect((await remote.listTools()).tools).toHaveLength(4);
  const metadata = await fetch(`${url}/.well-known/oauth-authorization-server`);
  expect(await metadata.json()).toMatchObject({ issuer: more[1] });
  await remote.close();
});
