// Packs this package and those that it needs, installs the tarballs in an empty folder as a user does, and uses them.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const packages = ["orama", "static", "core", "mistral", "server"];
const folder = await mkdtemp(join(tmpdir(), "souvenir-tarball-"));
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_OPTIONS|SOUVENIR_|MISTRAL_)/i.test(name)),
);

async function run(command, ...args) {
  const { stdout } = await promisify(execFile)(command, args, { cwd: folder, env: environment });
  return stdout;
}
/** As `npx souvenir`, without a look at the registry. */
const npx = ["--no-install", "souvenir"];
const souvenir = (...args) => run("npx", ...npx, ...args);

function expect(what, text, part) {
  if (!text.includes(part)) throw new Error(`${what}: expected "${part}" in:\n${text}`);
}

try {
  const tarballs = [];
  for (const name of packages) {
    const root = fileURLToPath(new URL(`../../${name}`, import.meta.url));
    const packed = JSON.parse(await run("npm", "pack", root, "--json", "--pack-destination", folder));
    tarballs.push(join(folder, Object.values(packed)[0].filename));
  }
  await writeFile(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  // A connection that hangs is given up long before npm's own five minutes.
  const patience = ["--fetch-timeout=30000", "--fetch-retries=5"];
  await run("npm", "install", "--prefer-offline", "--no-audit", "--no-fund", ...patience, ...tarballs);

  expect("souvenir --help", await souvenir("--help"), "souvenir serve");
  expect("souvenir set", await souvenir("set", "stack", "The shop runs on PostgreSQL."), "stored stack");
  expect("souvenir get", await souvenir("get", "stack"), "The shop runs on PostgreSQL.");
  expect(
    "souvenir search",
    await souvenir("search", "which database PostgreSQL"),
    "The shop runs on PostgreSQL.",
  );
  expect("souvenir doctor", await souvenir("doctor"), "All is well.");

  const server = spawn("npx", [...npx, "serve", "--port", "0", "--json", "--dream", "0 3 * * *"], {
    cwd: folder,
    env: environment,
    stdio: ["ignore", "pipe", "inherit"],
    detached: true,
  });
  const ended = once(server, "exit");
  try {
    const [line] = await once(server.stdout, "data");
    const { url, key, nextDream } = JSON.parse(String(line));
    expect("serve --dream", String(nextDream), "T");
    const page = await fetch(`${url}/console/`);
    expect("the console", await page.text(), "<html");
    await writeFile(
      join(folder, "client.js"),
      `import { connectMemory } from "@souvenir/server/client";
       const memory = connectMemory(${JSON.stringify({ url, key })});
       console.log((await memory.get({ namespace: "default", key: "stack" })).value);`,
    );
    expect("the client", await run(process.execPath, "client.js"), "PostgreSQL");
  } finally {
    // npx and what it started.
    process.kill(-server.pid, "SIGTERM");
    await ended;
  }
  process.stdout.write("the packed souvenir works: --help, set, get, search, doctor, serve, client\n");
} finally {
  await rm(folder, { recursive: true, force: true });
}
