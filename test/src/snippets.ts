import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type MistralStandIn, startMistralStandIn } from "./mistral-stand-in/stand-in.ts";

/** The TypeScript blocks of a Markdown file, in order. */
export async function snippetsOf(markdown: URL): Promise<string[]> {
  const text = await readFile(markdown, "utf8");
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map((match) => match[1] as string);
}

/** Runs programs word for word, each in a process of its own, in an empty folder that has the packages installed. */
export interface SnippetRunner {
  readonly standIn: MistralStandIn;
  run(code: string): Promise<{ stdout: string; stderr: string }>;
  close(): Promise<void>;
}

/** The real clients run; only the host in their URLs is another: the stand-in instead of Mistral's. */
export async function startSnippetRunner(): Promise<SnippetRunner> {
  const standIn = await startMistralStandIn();
  const folder = await mkdtemp(join(tmpdir(), "souvenir-snippet-"));
  await symlink(fileURLToPath(new URL("../../node_modules", import.meta.url)), join(folder, "node_modules"));
  const redirect = `
    const direct = globalThis.fetch;
    globalThis.fetch = async (input, init) => {
      const request = new Request(input, init);
      const url = request.url.replace("https://api.mistral.ai", ${JSON.stringify(standIn.url)});
      const { method, headers, signal } = request;
      return direct(url, { method, headers, signal, body: method === "GET" ? undefined : await request.text() });
    };`;
  return {
    standIn,
    run: (code) =>
      promisify(execFile)(
        process.execPath,
        [
          "--conditions=@souvenir/source",
          `--import=data:text/javascript,${encodeURIComponent(redirect)}`,
          "--input-type=module-typescript",
          `--eval=${code}`,
        ],
        { cwd: folder, env: { ...process.env, MISTRAL_API_KEY: "key", NODE_NO_WARNINGS: "1" } },
      ),
    async close() {
      await standIn.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
