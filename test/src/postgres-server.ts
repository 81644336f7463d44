import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { findProgram } from "./programs.ts";

/** PostgreSQL on a port of this machine, with a folder that goes with it. */
export interface PostgresServer {
  /** Of a database in UTF-8, as a user who may do anything. */
  readonly url: string;
  readonly process: ChildProcess;
  /** Ends it at once, as a loss of power does, and starts it again on the same folder and port. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** PostgreSQL refuses to run as root: then it runs as nobody. */
const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

/** Where PostgreSQL is, or why there is none. Debian keeps it off the PATH. */
export const postgresProgram: ReturnType<typeof findProgram> = findProgram(
  ["postgres", ...versionsOf("/usr/lib/postgresql"), "/opt/homebrew/bin/postgres"],
  "apt-get install postgresql, or brew install postgresql",
);

function versionsOf(folder: string): string[] {
  try {
    return readdirSync(folder)
      .sort((a, b) => Number(b) - Number(a))
      .map((version) => join(folder, version, "bin", "postgres"));
  } catch {
    return [];
  }
}

/**
 * Starts a server of its own, with nothing in it.
 * @param options - `durable`: with syncing at each commit, for benchmarks; no test loses power. Default false. `kept`: a
 * folder that stays, with what was in it before. Default: a temporary one. `program`: another `postgres` than the one that is
 * found, with `initdb` beside it.
 */
export async function startPostgres({
  durable = false,
  kept,
  program: path,
}: {
  durable?: boolean;
  kept?: string | undefined;
  program?: string | undefined;
} = {}): Promise<PostgresServer> {
  if (path === undefined && "missing" in postgresProgram) throw new Error(postgresProgram.missing);
  const program = realpathSync(path ?? (postgresProgram as { path: string }).path);
  const folder = kept ?? mkdtempSync(join(tmpdir(), "souvenir-postgres-"));
  mkdirSync(folder, { recursive: true });
  if (nobody.uid !== undefined) chownSync(folder, nobody.uid, nobody.gid);
  const data = join(folder, "data");
  const options = { ...nobody, cwd: folder, env: { ...process.env, LC_ALL: "C", TZ: "UTC" } };
  const making = [
    "-U",
    "postgres",
    "-A",
    "trust",
    "-E",
    "UTF8",
    "--locale=C",
    "--no-sync",
    "--no-instructions",
  ];
  if (!existsSync(data))
    await promisify(execFile)(join(dirname(program), "initdb"), ["-D", data, ...making], options);
  const port = await freePort();
  const start = async () => {
    const settings = [
      "listen_addresses=127.0.0.1",
      `port=${port}`,
      "unix_socket_directories=",
      `fsync=${durable ? "on" : "off"}`,
      "max_connections=60",
      "shared_buffers=32MB",
    ];
    const server = spawn(program, ["-D", data, ...settings.flatMap((setting) => ["-c", setting])], {
      ...options,
      stdio: ["ignore", "ignore", "pipe"],
    });
    let said = "";
    await new Promise<void>((resolve, reject) => {
      server.stderr.on("data", (piece: Buffer) => {
        said += piece;
        if (said.includes("database system is ready to accept connections")) resolve();
      });
      server.once("exit", () => reject(new Error(`PostgreSQL did not start: ${said}`)));
    });
    return server;
  };
  const stop = async (server: ChildProcess, signal: NodeJS.Signals) => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    server.kill(signal);
    await once(server, "exit");
  };
  let server: ChildProcess = await start();
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    get process() {
      return server;
    },
    async restart() {
      // Immediate: what was not committed is gone, and the log is read when it starts again.
      await stop(server, "SIGQUIT");
      server = await start();
    },
    async close() {
      await stop(server, kept === undefined ? "SIGQUIT" : "SIGINT");
      if (kept === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("a port has a number");
  return address.port;
}
