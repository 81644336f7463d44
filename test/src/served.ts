import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** `souvenir serve` in a process of its own. */
export interface Served {
  readonly url: string;
  readonly process: ChildProcess;
  /** Sends SIGTERM and answers the exit code. */
  stop(): Promise<number | null>;
}

/** Starts a server on a store file, at a free port. */
export function serveFile(path: string): Promise<Served> {
  return serve(["--path", path]);
}

/** Starts a server on a database, at a free port. */
export function serveStore(address: string, more: readonly string[] = []): Promise<Served> {
  return serve(more, { SOUVENIR_STORE: address });
}

async function serve(more: readonly string[], env: Record<string, string> = {}): Promise<Served> {
  const main = fileURLToPath(new URL("../../packages/server/src/cli/main.ts", import.meta.url));
  const child = spawn(
    process.execPath,
    ["--conditions=@souvenir/source", main, "serve", "--open", "--port", "0", "--json", ...more],
    { stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, NODE_NO_WARNINGS: "1", ...env } },
  );
  const exited = once(child, "exit") as Promise<[number | null]>;
  let output = "";
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on("data", (piece) => {
      output += piece;
      const found = /"url":\s*"([^"]+)"/.exec(output)?.[1];
      if (found !== undefined) resolve(found);
    });
    exited.then(([code]) => reject(new Error(`the server ended with ${code}: ${output}`)), reject);
  });
  return {
    url,
    process: child,
    async stop() {
      child.kill("SIGTERM");
      return (await exited)[0];
    },
  };
}
