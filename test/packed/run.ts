// npm run check:packed: what is published, packed and installed in an empty folder as a user does, and used from there.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { EdgeVM } from "@edge-runtime/vm";
import { build } from "esbuild";
import { flawsOf, packAll } from "./tarballs.ts";

/** Installed with what they need of others. The rest are inspected, and imported by `npm run check:oldest-node`. */
const installed = ["orama", "static", "core", "mistral", "postgres", "ai-sdk", "server"].map(
  (name) => `@souvenir/${name}`,
);

const packs = await mkdtemp(join(tmpdir(), "souvenir-packs-"));
const folder = await mkdtemp(join(tmpdir(), "souvenir-packed-"));
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_OPTIONS|SOUVENIR_|MISTRAL_)/i.test(name)),
);
const say = (line: string) => process.stdout.write(`${line}\n`);

async function run(command: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(command, args, { cwd: folder, env: environment });
  return stdout;
}
/** Without a look at the registry. */
const npx = ["--no-install", "@souvenir/server"];
const souvenir = (...args: string[]) => run("npx", ...npx, ...args);
const node = async (file: string, program: string) => {
  await writeFile(join(folder, file), program);
  return run(process.execPath, file);
};

function expect(what: string, text: string, part: string): void {
  if (!text.includes(part)) throw new Error(`${what}: expected "${part}" in:\n${text}`);
}

try {
  const tarballs = packAll(packs);
  for (const { name, bytes } of tarballs) say(`${name}: ${Math.round(bytes / 1000)} kB packed`);
  const flaws = tarballs.flatMap((tarball) => flawsOf(tarball, packs));
  if (flaws.length > 0) throw new Error(flaws.join("\n"));

  await writeFile(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  // A connection that hangs is given up long before npm's own five minutes.
  const patience = ["--fetch-timeout=30000", "--fetch-retries=5"];
  const files = tarballs.filter(({ name }) => installed.includes(name)).map(({ file }) => file);
  await run("npm", "install", "--prefer-offline", "--no-audit", "--no-fund", ...patience, ...files);
  const core = ["@souvenir/core", "@souvenir/orama", "@souvenir/static", "@orama", "@opentelemetry/api"];
  const bytes = (await Promise.all(core.map((name) => sizeOf(join(folder, "node_modules", name))))).reduce(
    (sum, each) => sum + each,
  );
  say(`@souvenir/core with all that it needs, installed: ${(bytes / 1e6).toFixed(1)} MB`);

  await javaScript();
  await threads();
  await commonJs();
  await typeScript();
  await edge();
  await command();
  say(
    "the packages work from an empty folder: JavaScript, CommonJS, TypeScript, esbuild for edge, the command",
  );
} finally {
  await Promise.all([packs, folder].map((each) => rm(each, { recursive: true, force: true })));
}

async function sizeOf(path: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(path, { withFileTypes: true, recursive: true }))
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
  return bytes;
}

async function javaScript(): Promise<void> {
  const answered = await node(
    "plain.js",
    `const begun = performance.now();
     const { createMemory } = await import("@souvenir/core");
     const imported = performance.now();
     const memory = await createMemory({ path: "./plain.db" });
     await memory.set({ namespace: "n", value: "Our pediatrician is Dr. Moreau." });
     const { results } = await memory.search({ namespace: "n", query: "Which doctor looks after the children?" });
     const answered = performance.now();
     console.log(results[0]?.value, Math.round(imported - begun), Math.round(answered - begun));
     await memory.close();`,
  );
  expect("plain JavaScript", answered, "Dr. Moreau");
  const [imported, first] = answered.trim().split(" ").slice(-2);
  say(`a new process: ${imported} ms to import @souvenir/core, ${first} ms to the first answer`);
}

/** The file of a thread that searches is in the package, where it is looked for. */
async function threads(): Promise<void> {
  const answered = await node(
    "threads.js",
    `import { createMemory } from "@souvenir/core";
     const memory = await createMemory({ path: "./plain.db", workers: 2 });
     const { results } = await memory.search({ namespace: "n", query: "Which doctor looks after the children?" });
     console.log(results[0]?.value);
     await memory.close();`,
  );
  expect("threads that search", answered, "Dr. Moreau");
}

/** Node 22.12 and later can require what is an ES module. */
async function commonJs(): Promise<void> {
  const answered = await node(
    "common.cjs",
    `const { createMemory } = require("@souvenir/core");
     const { withMemory } = require("@souvenir/mistral");
     createMemory({ path: ":memory:" }).then(async (memory) => {
       await memory.set({ namespace: "n", key: "k", value: "A hedgehog." });
       console.log(typeof withMemory, (await memory.get({ namespace: "n", key: "k" })).value);
       await memory.close();
     });`,
  );
  expect("CommonJS", answered, "function A hedgehog.");
}

/** The oldest TypeScript that is tried and the newest, as Node and as a bundler resolve. */
async function typeScript(): Promise<void> {
  await writeFile(
    join(folder, "typed.ts"),
    `import { createMemory, type Memory, type SearchHit } from "@souvenir/core";
     import { withMemory } from "@souvenir/mistral";
     import { withMemory as withModelMemory } from "@souvenir/ai-sdk";
     import { connectMemory } from "@souvenir/server/client";
     const memory: Memory = await createMemory({ path: ":memory:" });
     const { results } = await memory.search({ namespace: "n", query: "q" });
     export const first: SearchHit | undefined = results[0];
     export const all = [withMemory, withModelMemory, connectMemory];
     // @ts-expect-error a namespace is a string
     await memory.get({ namespace: 1, key: "k" });`,
  );
  const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
  const compilers = [
    here("../../packages/ai-sdk/node_modules/typescript/bin/tsc"),
    here("../../node_modules/typescript/bin/tsc"),
  ];
  const shared = [
    "typed.ts",
    "--noEmit",
    "--strict",
    "--target",
    "es2022",
    "--lib",
    "es2023,esnext.disposable,dom",
  ];
  for (const compiler of compilers)
    for (const kind of ["nodenext", "bundler"]) {
      const module = kind === "nodenext" ? "nodenext" : "preserve";
      await run(
        process.execPath,
        compiler,
        ...shared,
        "--module",
        module,
        "--moduleResolution",
        kind,
        "--skipLibCheck",
      ).catch(({ stdout }) => {
        throw new Error(`${compiler} (${kind}):\n${stdout}`);
      });
    }
}

/** Plain esbuild, with the conditions of workers and nothing left out. */
async function edge(): Promise<void> {
  await writeFile(
    join(folder, "worker.js"),
    `import { createMemory } from "@souvenir/core";
     import { withMemory } from "@souvenir/ai-sdk";
     import { connectMemory } from "@souvenir/server/client";
     import { wrapLanguageModel } from "ai";
     globalThis.handle = async (url, key) => {
       const memory = connectMemory({ url, key });
       const usage = { inputTokens: { total: 1 }, outputTokens: { total: 1 } };
       const content = [{ type: "text", text: "Noted." }];
       const model = {
         specificationVersion: "v3", provider: "p", modelId: "m", supportedUrls: {},
         doGenerate: async () => ({ content, usage, warnings: [], finishReason: { unified: "stop" } }),
       };
       const prompt = [{ role: "user", content: [{ type: "text", text: "The shop runs on PostgreSQL." }] }];
       await withMemory(model, { memory, namespace: "edge" }).doGenerate({ prompt });
       const { results } = await memory.search({ namespace: "edge", query: "PostgreSQL" });
       const inFile = await createMemory({ path: "./x.db" }).catch(({ code }) => code);
       return [typeof wrapLanguageModel, results[0]?.value, inFile];
     };`,
  );
  const made = await build({
    absWorkingDir: folder,
    entryPoints: ["worker.js"],
    bundle: true,
    write: false,
    format: "iife",
    platform: "browser",
    conditions: ["workerd", "worker", "edge-light"],
    logLevel: "silent",
  });
  const [file] = made.outputFiles;
  const code = file!.text;
  if (/(?:require|import)\(["']node:/.test(code)) throw new Error("the bundle for edge asks for Node");
  say(`bundled for edge, with ai: ${Math.round(file!.contents.byteLength / 1000)} kB`);
  await served("./edge.db", async (url, key) => {
    const vm = new EdgeVM({ initialCode: code });
    const handle = vm.evaluate<(url: string, key: string) => Promise<unknown[]>>("globalThis.handle");
    // A module that could not be loaded is found loaded the second time in some bundles.
    for (const time of ["first", "second"]) {
      const answered = (await handle(url, key)).join(" ");
      expect(`the bundle for edge, ${time}`, answered, "function The shop runs on PostgreSQL. UNSUPPORTED");
    }
  });
}

async function command(): Promise<void> {
  expect("souvenir --help", await souvenir("--help"), "souvenir serve");
  expect("souvenir set", await souvenir("set", "stack", "The shop runs on PostgreSQL."), "stored stack");
  expect("souvenir get", await souvenir("get", "stack"), "The shop runs on PostgreSQL.");
  const found = await souvenir("search", "which database PostgreSQL");
  expect("souvenir search", found, "The shop runs on PostgreSQL.");
  await writeFile(join(folder, "chat.jsonl"), '{"role":"user","content":"The cat is called Mia."}\n');
  expect("souvenir import", await souvenir("import", "chat.jsonl"), "imported 1, skipped 0");
  expect("souvenir doctor", await souvenir("doctor"), "All is well.");
  await served("./.souvenir/memory.db", async (url, key, nextDream) => {
    expect("serve --dream", String(nextDream), "T");
    const page = await fetch(`${url}/console/`);
    expect("the console", await page.text(), "<html");
    const got = await node(
      "client.js",
      `import { connectMemory } from "@souvenir/server/client";
       const memory = connectMemory(${JSON.stringify({ url, key })});
       console.log((await memory.get({ namespace: "default", key: "stack" })).value);`,
    );
    expect("the client", got, "PostgreSQL");
  });
}

/** The packed server with a store that has no keys yet, for as long as `use` runs. */
async function served(
  path: string,
  use: (url: string, key: string, nextDream: unknown) => Promise<void>,
): Promise<void> {
  const server = spawn(
    "npx",
    [...npx, "serve", "--path", path, "--port", "0", "--json", "--dream", "0 3 * * *"],
    {
      cwd: folder,
      env: environment,
      stdio: ["ignore", "pipe", "inherit"],
      detached: true,
    },
  );
  const ended = once(server, "exit");
  try {
    const [line] = await once(server.stdout, "data");
    const { url, key, nextDream } = JSON.parse(String(line));
    await use(url, key, nextDream);
  } finally {
    // npx and what it started.
    process.kill(-server.pid!, "SIGTERM");
    await ended;
  }
}
