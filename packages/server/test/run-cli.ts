import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { run as runHere } from "../src/cli/run.ts";

export const cliArguments: readonly string[] = [
  "--conditions=@souvenir/source",
  fileURLToPath(new URL("../src/cli/main.ts", import.meta.url)),
];

export interface CliResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface CliRun {
  input?: string | Buffer;
  /** Added to an environment without any variable of Souvenir, Mistral or colours (`CI` is one: Node paints less there). */
  env?: Record<string, string>;
}

/** A folder, and the command as a user runs it there. */
export interface CliFolder extends AsyncDisposable {
  readonly path: string;
  /**
   * To its end, in this process, which takes on the folder, the environment and the input meanwhile. One at a time.
   * The tests of the guide start each command as a process.
   */
  run(args: readonly string[], options?: CliRun): Promise<CliResult>;
  /** The same in a process of its own: the program itself, and that it ends. */
  runApart(args: readonly string[], options?: CliRun): Promise<CliResult>;
  /** Started in a process of its own and left to the caller. */
  start(args: readonly string[], options?: CliRun): ChildProcess;
}

export async function cliFolder(): Promise<CliFolder> {
  const path = await mkdtemp(join(tmpdir(), "souvenir-cli-"));
  const started = new Set<ChildProcess>();
  const start: CliFolder["start"] = (args, { env = {} } = {}) => {
    const child = spawn(process.execPath, [...cliArguments, ...args], {
      cwd: path,
      env: { ...cleanEnvironment(), ...env },
      stdio: "pipe",
    });
    started.add(child);
    child.once("exit", () => started.delete(child));
    return child;
  };
  return {
    path,
    start,
    run: (args, options = {}) => runIn(path, args, options),
    async runApart(args, options = {}) {
      const child = start(args, options);
      const closed = once(child, "close");
      // The command may end without having read its input.
      child.stdin?.on("error", () => {});
      child.stdin?.end(options.input ?? "");
      const [stdout, stderr] = await Promise.all([textOf(child.stdout), textOf(child.stderr)]);
      const [code] = (await closed) as [number | null];
      return { code, stdout, stderr };
    },
    async [Symbol.asyncDispose]() {
      for (const child of started) child.kill("SIGKILL");
      await rm(path, { recursive: true, force: true });
    },
  };
}

async function runIn(path: string, args: readonly string[], { input = "", env }: CliRun): Promise<CliResult> {
  const before = { folder: process.cwd(), env: process.env, stdin: process.stdin };
  const signals = ["SIGINT", "SIGTERM"] as const;
  const listeners = signals.map((signal) => process.listeners(signal));
  const provide = (stdin: Readable) => Object.defineProperty(process, "stdin", { value: stdin });
  const written = { stdout: "", stderr: "" };
  const stream = (name: keyof typeof written) =>
    new Writable({
      decodeStrings: false,
      write(part, _encoding, next) {
        written[name] += part;
        next();
      },
    }) as unknown as NodeJS.WriteStream & { fd: 1 & 2 };
  process.chdir(path);
  process.env = { ...cleanEnvironment(), ...env };
  provide(Readable.from([Buffer.from(input)]));
  try {
    const code = await runHere(args, { stdout: stream("stdout"), stderr: stream("stderr") });
    return { code, ...written };
  } finally {
    process.chdir(before.folder);
    process.env = before.env;
    provide(before.stdin);
    for (const [at, signal] of signals.entries())
      for (const listener of process.listeners(signal))
        if (!listeners[at]?.includes(listener)) process.off(signal, listener);
  }
}

export function cleanEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined &&
        !/^(SOUVENIR_|MISTRAL_|NO_COLOR|FORCE_COLOR|NODE_OPTIONS|VITEST|CI$)/.test(entry[0]),
    ),
  );
}

export async function textOf(stream: NodeJS.ReadableStream | null): Promise<string> {
  let text = "";
  stream?.setEncoding("utf8");
  for await (const part of stream ?? []) text += part;
  return text;
}

/** The first line that a process prints. Rejects with what it said on stderr when it ends without one. */
export async function firstLine(child: ChildProcess): Promise<string> {
  let [text, complaint] = ["", ""];
  child.stderr?.on("data", (part) => {
    complaint += part;
  });
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  child.stdout?.on("data", (part) => {
    text += part;
    if (text.includes("\n")) resolve(text.split("\n")[0] as string);
  });
  child.once("close", (code, signal) => reject(new Error(`ended with ${code ?? signal}: ${complaint}`)));
  return promise;
}
