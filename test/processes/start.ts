import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import type { Answer, Call } from "./remote.ts";

export interface Remote {
  call<Result = unknown>(call: Call): Promise<Result>;
}

/** Opens a file in another process, which ends with the test. */
export async function startProcess(path: string): Promise<Remote> {
  const script = fileURLToPath(new URL("./remote.ts", import.meta.url));
  const child = spawn(process.execPath, ["--conditions=@souvenir/source", script, path], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  onTestFinished(() => {
    child.kill();
  });
  const waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void }[] = [];
  const next = () => new Promise<Answer>((resolve, reject) => waiting.push({ resolve, reject }));
  const ready = next();
  createInterface({ input: child.stdout }).on("line", (line) => waiting.shift()?.resolve(JSON.parse(line)));
  child.once("exit", (code) => {
    for (const { reject } of waiting) reject(new Error(`the process ended with exit code ${code}`));
  });
  await ready;
  return {
    async call<Result>(call: Call): Promise<Result> {
      const answer = next();
      child.stdin.write(`${JSON.stringify(call)}\n`);
      const said = await answer;
      if ("error" in said) throw Object.assign(new Error(said.error.message), said.error);
      return said.result as Result;
    },
  };
}
