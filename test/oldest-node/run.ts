// npm run check:oldest-node: what depends on Node runs on the oldest one that is promised, too.
import { execFileSync } from "node:child_process";
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = fileURLToPath(new URL("../..", import.meta.url));
/** Statistics, random names and pure computing, which take long and no Node changes; and a server that is none of ours. */
const left: readonly string[] = [
  "packages/core/test/isolation.test.ts",
  "packages/core/test/{entities,facts,ranking}-*.test.ts",
  "packages/postgres/test/store.test.ts",
];

/** Core, static embedder and stores; the programs of each README, which go through each adapter; the server and its keys. */
const tests: readonly string[] = globSync(
  [
    "packages/static/test/{probes,reader}.test.ts",
    "packages/core/{src,test}/**/*.test.ts",
    "test/store*.test.ts",
    "packages/*/test/{readme,store*}.test.ts",
    "packages/server/test/{http,keys}.test.ts",
  ],
  { cwd: root, exclude: left },
).map((file) => join(root, file));

const name = `node-${process.platform}-${process.arch}`;
const { optionalDependencies } = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));
const version: string | undefined = optionalDependencies[name];
const node = join(here, "node_modules", name, "bin", "node");

if (version === undefined) console.log(`skipped: npm has no package with the oldest Node for ${name}`);
else {
  if (!existsSync(node))
    execFileSync("npm", ["ci", "--no-fund", "--no-audit"], { cwd: here, stdio: "inherit" });
  if (!existsSync(node)) throw new Error(`${name} was not installed: look whether npm reaches its registry`);
  if (run(["--version"]).trim() !== `v${version}`) throw new Error(`${node} is not Node ${version}`);
  builtPackages();
  execFileSync(node, [join(root, "node_modules/vitest/vitest.mjs"), "run", ...tests], {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, NODE_NO_WARNINGS: "1" },
  });
}

/** What is published loads, and the command stores and finds. Tests take the sources, which Node need not parse. */
function builtPackages(): void {
  for (const file of globSync("packages/*/package.json", { cwd: root })) {
    const { name, exports } = JSON.parse(readFileSync(join(root, file), "utf8"));
    for (const entry of Object.keys(exports).filter((path) => !/\.(?:json|bin)$/.test(path)))
      run(["--input-type=module", "--eval", `await import(${JSON.stringify(join(name, entry))})`]);
  }
  const folder = mkdtempSync(join(tmpdir(), "souvenir-oldest-node-"));
  const souvenir = (...given: string[]) =>
    run([join(root, "packages/server/dist/cli.mjs"), ...given, "--path", join(folder, "memory.db")]);
  try {
    souvenir("set", "stack", "The shop runs on Rust, Axum and PostgreSQL.");
    const found = souvenir("search", "which database does the shop use");
    if (!found.includes("PostgreSQL"))
      throw new Error(`the built command does not find what it stored: ${found}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(given: readonly string[]): string {
  return execFileSync(node, given, {
    cwd: join(root, "test"),
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, NODE_NO_WARNINGS: "1" },
  });
}
