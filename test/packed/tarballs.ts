import { execFileSync } from "node:child_process";
import { existsSync, globSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
/** Largest size of each tarball, in kilobytes (1000 bytes). */
const budgets: Record<string, number> = JSON.parse(
  readFileSync(new URL("budgets.json", import.meta.url), "utf8"),
);

export interface Tarball {
  name: string;
  file: string;
  bytes: number;
}

interface Manifest {
  name: string;
  main: string;
  types: string;
  exports: Record<string, string | Record<string, string>>;
  imports?: Record<string, Record<string, string>>;
  bin?: Record<string, string>;
  [field: string]: unknown;
}

/** Packs every package that is published into `folder`, with `npm pack` as a maintainer does. */
export function packAll(folder: string): Tarball[] {
  const published = globSync("packages/*/package.json", { cwd: root }).filter(
    (file) => JSON.parse(readFileSync(join(root, file), "utf8")).private !== true,
  );
  const answer = execFileSync(
    "npm",
    ["pack", ...published.map((file) => `./${dirname(file)}`), "--json", "--pack-destination", folder],
    { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] },
  );
  // Before its answer npm may print the names of scripts that it runs.
  const packed: { name: string; filename: string; size: number }[] = Object.values(
    JSON.parse(answer.slice(answer.search(/^[[{]/m))),
  );
  return packed.map(({ name, filename, size }) => ({ name, file: join(folder, filename), bytes: size }));
}

/** What is wrong with a tarball, in words. */
export function flawsOf({ name, file, bytes }: Tarball, folder: string): string[] {
  const unpacked = join(folder, name.replace("/", "-"));
  mkdirSync(unpacked);
  execFileSync("tar", ["xzf", file, "-C", unpacked, "--strip-components=1"]);
  const has = (path: string) => existsSync(join(unpacked, path));
  const text = (path: string) => readFileSync(join(unpacked, path), "utf8");
  const manifest: Manifest = JSON.parse(text("package.json"));
  const flaws: string[] = [];
  const need = (holds: boolean, flaw: string) => {
    if (!holds) flaws.push(`${name}: ${flaw}`);
  };

  for (const path of ["LICENSE", "README.md", "src/index.ts"]) need(has(path), `${path} is missing`);
  for (const field of ["keywords", "homepage", "bugs", "author", "repository", "license", "engines"])
    need(manifest[field] !== undefined, `package.json has no "${field}"`);
  for (const field of ["devDependencies", "scripts"])
    need(manifest[field] === undefined, `package.json still has "${field}"`);
  need(!text("package.json").includes("@souvenir/source"), "package.json has a condition of this repository");
  need(manifest.exports["./package.json"] !== undefined, "./package.json is not exported");
  const targets = [manifest.exports, manifest.imports ?? {}, manifest.bin ?? {}].flatMap((map) =>
    Object.values(map).flatMap((target) => (typeof target === "string" ? [target] : Object.values(target))),
  );
  for (const target of [manifest.main, manifest.types, ...targets]) need(has(target), `${target} is missing`);

  const maps = globSync("dist/**/*.map", { cwd: unpacked });
  need(maps.length > 0, "there are no source maps");
  for (const map of maps)
    for (const source of JSON.parse(text(map)).sources as string[]) {
      const path = normalize(join(dirname(map), source));
      need(path.startsWith("..") || has(path), `${map} names ${source}, which is missing`);
    }

  const budget = budgets[name];
  if (budget === undefined) flaws.push(`${name}: has no budget in test/packed/budgets.json`);
  else
    need(
      bytes <= budget * 1000,
      `${Math.round(bytes / 1000)} kB, over the ${budget} of test/packed/budgets.json`,
    );
  return flaws;
}
