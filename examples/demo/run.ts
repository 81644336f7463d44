// npm run demo, or npm run demo -- --file chat.jsonl --ask "…"
import { spawn } from "node:child_process";
import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createMemory } from "@souvenir/core";
import { importAll } from "@souvenir/server/import";
import { mistralEndpoint } from "@souvenir/test/mistral-stand-in/endpoint";
import { earlierDays, questions } from "./scenario.ts";
import { bold, dim, heading, progressBar, say, wrap } from "./terminal.ts";

const usage = `npm run demo                                      an agent is told things, killed, and asked
npm run demo -- --file chat.jsonl --ask "…"       the same with your own conversation
  --file   what other programs export: messages, ChatGPT, Claude, Mem0, notes … (docs/importing.md)
  --ask    a question; may be given several times`;

function parseCommand(): {
  file?: string | undefined;
  ask?: string[] | undefined;
  help?: boolean | undefined;
} {
  try {
    return parseArgs({
      options: {
        file: { type: "string" },
        ask: { type: "string", multiple: true },
        help: { type: "boolean" },
      },
    }).values;
  } catch (error) {
    say(`${(error as Error).message}\n\n${usage}`);
    process.exit(2);
  }
}

const command = parseCommand();
const isAsked = command.ask?.every((question) => question.trim() !== "");
if (command.help || (command.file !== undefined) !== (command.ask !== undefined) || isAsked === false) {
  say(usage);
  process.exit(command.help ? 0 : 2);
}

const folder = await mkdtemp(join(tmpdir(), "souvenir-demo-"));
const path = join(folder, "memory.db");
const endpoint = await mistralEndpoint();
const environment = {
  ...process.env,
  MISTRAL_BASE_URL: endpoint.serverURL,
  MISTRAL_API_KEY: endpoint.apiKey,
};

/** Starts a script of this folder with Node, as a process of its own. */
function start(script: string, parameters: string[], stdout: "pipe" | "inherit") {
  const file = fileURLToPath(new URL(script, import.meta.url));
  return spawn(process.execPath, ["--conditions=@souvenir/source", file, ...parameters], {
    env: environment,
    stdio: ["ignore", stdout, "inherit"],
  });
}

async function tellAndKill(): Promise<void> {
  heading("First process: an agent is told things");
  say(dim(`  ${earlierDays.length} exchanges over the last days, and today:`));
  const child = start("./tell.ts", [path], "pipe");
  if (child.stdout === null) return;
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === "DONE") child.kill("SIGKILL");
    else say(wrap(line, "  · "));
  }
  say(bold(`  killed with SIGKILL (process ${child.pid})`));
}

async function importFile(file: string): Promise<void> {
  const memory = await createMemory({ path });
  const show = progressBar("importing");
  const source = { name: file, bytes: createReadStream(file) };
  const { imported, skipped, refused } = await importAll(memory, [source], {
    namespace: "demo",
    onRefused: ({ where, reason }) => say(`refused: ${where}: ${reason}`),
  });
  if (imported === 0) throw new Error(`${file}: ${refused} refused, and nothing else is in it`);
  show({ done: imported + skipped, total: imported + skipped });
  await memory.flush();
  await memory.close();
}

async function ask(namespace: string, asked: readonly string[]): Promise<number> {
  heading(`Second process: it has nothing but ${command.file === undefined ? "the file" : "the memory"}`);
  const child = start("./ask.ts", [path, namespace, ...asked], "inherit");
  return new Promise((done) => child.once("exit", (code) => done(code ?? 1)));
}

try {
  say(bold("Souvenir: a Mistral agent that remembers across restarts"));
  if (endpoint.isStandIn) {
    say(
      dim(
        wrap(
          "No MISTRAL_API_KEY: a local stand-in answers instead of a model, from what the prompt contains.",
        ),
      ),
    );
  }
  if (command.file === undefined) {
    await tellAndKill();
    process.exitCode = await ask("camille", questions);
  } else {
    await importFile(command.file);
    process.exitCode = await ask("demo", command.ask ?? []);
  }
} catch (error) {
  say(`The demo failed: ${(error as Error).message}`);
  process.exitCode = 1;
} finally {
  await endpoint.close();
  await rm(folder, { recursive: true, force: true });
}
