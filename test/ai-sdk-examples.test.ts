import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createMemory } from "@souvenir/core";
import { eventually } from "@souvenir/test/eventually";
import { type MistralStandIn, startMistralStandIn } from "@souvenir/test/mistral-stand-in/stand-in";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";

let standIn: MistralStandIn;
let folder: string;
beforeAll(async () => {
  standIn = await startMistralStandIn();
  folder = await mkdtemp(join(tmpdir(), "souvenir-ai-sdk-"));
});
beforeEach(() => standIn.reset());
afterAll(async () => {
  await standIn.close();
  await rm(folder, { recursive: true, force: true });
});

/** Runs an example in a process of its own, types the lines, and answers what it printed. */
function run(name: string, lines: string[], parameters: string[] = [], path = ""): Promise<string> {
  const script = fileURLToPath(new URL(`../examples/ai-sdk/${name}`, import.meta.url));
  const child = spawn(process.execPath, ["--conditions=@souvenir/source", script, ...parameters], {
    env: {
      ...process.env,
      NODE_NO_WARNINGS: "1",
      MISTRAL_BASE_URL: standIn.url,
      MISTRAL_API_KEY: "key",
      SOUVENIR_PATH: path,
    },
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stdin.end(lines.map((line) => `${line}\n`).join(""));
  return new Promise((resolve, reject) => {
    let output = "";
    let errors = "";
    child.stdout.on("data", (piece) => (output += piece));
    child.stderr.on("data", (piece) => (errors += piece));
    child.once("close", (code) =>
      code === 0 && errors === "" ? resolve(output) : reject(new Error(errors || `${code}`)),
    );
  });
}

test("the chat remembers between runs, each user for himself", async () => {
  const path = join(folder, "chat.db");
  await run("chat.ts", ["My bakery is called Le Fournil.", "It has four ovens."], [path, "camille"]);
  expect(await run("chat.ts", ["What is my bakery called?"], [path, "camille"])).toContain("Le Fournil");
  expect(await run("chat.ts", ["What is my bakery called?"], [path, "bob"])).toContain("I do not know");
  const memory = await createMemory({ path });
  const { records } = await memory.list({ namespace: "camille" });
  expect(records).toHaveLength(6);
  await memory.close();
});

test("the agent remembers with its tools, recalls in another run, and forgets when the user approves", async () => {
  const path = join(folder, "agent.db");
  const call = (name: string, input: Record<string, unknown>) => ({
    toolCalls: [{ name, arguments: input }],
  });
  standIn.script({
    chat: [call("remember", { text: "Camille's bakery opens at 6:30." }), { content: "Noted." }],
  });
  const first = await run("agent.ts", [], ["Remember that my bakery opens at 6:30."], path);
  const key = /"key":"([^"]+)"/.exec(first)?.[1];
  expect(key).toBeDefined();
  standIn.script({ chat: [call("recall", { query: "Camille's bakery opens" })] });
  expect(await run("agent.ts", [], ["When does my bakery open?"], path)).toMatch(
    /recall → .*6:30[\s\S]*\nCamille's bakery opens at 6:30/,
  );
  const forget = () =>
    standIn.script({ chat: [call("forget", { keys: [key] }), { content: "As you say." }] });
  const known = async () => {
    const memory = await createMemory({ path });
    const record = await memory.get({ namespace: "camille", key: `${key}` });
    await memory.close();
    return record?.value;
  };
  forget();
  expect(await run("agent.ts", ["n"], ["Forget it."], path)).toContain("[y/N]");
  expect(await known()).toBe("Camille's bakery opens at 6:30.");
  forget();
  await run("agent.ts", ["y"], ["Forget it."], path);
  expect(await known()).toBeUndefined();
});

test("another model, and another provider, know what the first was told", async () => {
  const output = await run("switch-model.ts", [], [], ":memory:");
  expect(output.match(/My web shop runs on Rust, Axum and PostgreSQL\./g)).toHaveLength(3);
  expect(standIn.chatRequests().map(({ body }) => body.model)).toEqual([
    "mistral-large-latest",
    "ministral-8b-latest",
    "mistral-small-latest",
  ]);
});

describe("the route handler of Next.js", () => {
  let POST: (request: Request) => Promise<Response>;
  beforeAll(async () => {
    vi.stubEnv("MISTRAL_BASE_URL", standIn.url);
    vi.stubEnv("MISTRAL_API_KEY", "key");
    vi.stubEnv("SOUVENIR_PATH", join(folder, "next.db"));
    ({ POST } = await import("../examples/ai-sdk/next/app/api/chat/route.ts"));
  });
  afterAll(() => vi.unstubAllEnvs());

  const request = (user: string | undefined, id: string, text: string, signal?: AbortSignal) =>
    new Request("https://example.com/api/chat", {
      method: "POST",
      headers: user === undefined ? {} : { cookie: `theme=dark; session=${user}` },
      body: JSON.stringify({ id, messages: [{ id: "1", role: "user", parts: [{ type: "text", text }] }] }),
      ...(signal ? { signal } : {}),
    });
  const said = async (response: Response) =>
    [...(await response.text()).matchAll(/"type":"text-delta".*?"delta":"([^"]*)"/g)]
      .map(([, text]) => text)
      .join("");
  const kept = async (namespace: string) => {
    const memory = await createMemory({ path: join(folder, "next.db") });
    const { records } = await memory.list({ namespace });
    await memory.close();
    return records.map(({ thread, role, value }) => `${thread}: ${role}: ${value}`);
  };

  test("streams an answer and remembers the user in another chat, and nobody else", async () => {
    expect(await said(await POST(request("camille", "chat-1", "My bakery is called Le Fournil.")))).toBe(
      "Noted.",
    );
    const answered = await POST(request("camille", "chat-2", "What is my bakery called?"));
    // And the page is told what was remembered for it.
    expect(await answered.clone().text()).toMatch(/"memories":\[\{"key":"[^"]+","text":"My bakery is called/);
    expect(await said(answered)).toContain("Le Fournil");
    expect(await said(await POST(request("bob", "chat-3", "What is my bakery called?")))).toContain(
      "I do not know",
    );
    expect(await kept("camille")).toEqual([
      "chat-1: user: My bakery is called Le Fournil.",
      "chat-1: assistant: Noted.",
      "chat-2: user: What is my bakery called?",
      "chat-2: assistant: My bakery is called Le Fournil.",
    ]);
  });

  test("keeps what the user said when the browser goes away", async () => {
    const never = new Promise<void>(() => {});
    standIn.script({
      chat: [{ content: "It is late", beforeDelta: (index) => (index === 2 ? never : undefined) }],
    });
    const browser = new AbortController();
    const { body } = await POST(request("eve", "chat-4", "How late is it?", browser.signal));
    const reader = body!.pipeThrough(new TextDecoderStream()).getReader();
    for (let seen = ""; !seen.includes("text-delta"); ) seen += (await reader.read()).value;
    browser.abort();
    await eventually(async () => expect(await kept("eve")).toEqual(["chat-4: user: How late is it?"]));
    await eventually(() => expect(standIn.requests.at(-1)?.closedEarly).toBe(true));
  });

  test("lets nobody in without a session", async () => {
    expect((await POST(request(undefined, "chat-5", "Hi"))).status).toBe(401);
    expect(standIn.requests).toHaveLength(0);
  });
});
