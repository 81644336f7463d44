import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createMemory } from "@souvenir/core";
import { findProgram } from "@souvenir/test/programs";
import { expect, onTestFinished, test, vi } from "vitest";
import { openHooks, openKeyStore } from "../src/node/index.ts";
import { cliFolder } from "./run-cli.ts";

const page = await readFile(new URL("../../../docs/hooks.md", import.meta.url), "utf8");
const python = findProgram(["python3"], "install it to run the receiver of docs/hooks.md");

/** Nobody listens there. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}

test.for(["ts", "python"])(
  "the receiver of the page in %s takes what is signed, and nothing else",
  async (language, { skip }) => {
    if (language === "python" && "missing" in python) return skip(python.missing);
    const program = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "m").exec(page)?.[1] as string;
    const folder = await cliFolder();
    const file = join(folder.path, language === "ts" ? "receiver.ts" : "receiver.py");
    await writeFile(file, program);
    const memory = await createMemory({ path: ":memory:", embedder: false });
    const keys = openKeyStore({ path: ":memory:" });
    const hooks = openHooks({ memory, store: keys.hooks, allowLoopback: true, pollMs: 5 });
    let child: ChildProcess | undefined;
    onTestFinished(async () => {
      child?.kill();
      await hooks.close();
      await memory.close();
      keys.close();
      await folder[Symbol.asyncDispose]();
    });
    const port = await freePort();
    const { id, secret } = await hooks.create({ url: `http://127.0.0.1:${port}/`, namespace: "ada" });
    child = spawn("path" in python && language === "python" ? python.path : process.execPath, [file], {
      env: { ...process.env, HOOK_SECRET: secret, PORT: String(port), NODE_NO_WARNINGS: "1" },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const lines: string[] = [];
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on("line", (line) => lines.push(line));
    await vi.waitFor(
      async () => expect(await hooks.test(id)).toMatchObject({ delivered: true, status: 204 }),
      {
        timeout: 60_000,
      },
    );
    hooks.start();
    await memory.set({ namespace: "ada", value: "She lives in Nantes." });
    await vi.waitFor(() => expect(lines.at(-1)).toMatch(/^msg_[\w-]{27} memories\.changed ada$/), {
      timeout: 60_000,
    });
    const { secret: other } = await hooks.create({ url: `http://127.0.0.1:${port}/`, namespace: "ben" });
    expect(other).not.toBe(secret);
    const [, { id: wrong }] = (await hooks.list()).sort((left) => (left.id === id ? -1 : 1)) as [
      unknown,
      { id: string },
    ];
    expect(await hooks.test(wrong)).toMatchObject({ delivered: false, status: 401 });
    expect(lines).toHaveLength(2);
  },
);
