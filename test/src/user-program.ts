import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "tsdown";
import { afterAll, beforeAll, expect, test } from "vitest";

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const flags = {
  bundler: ["--module", "preserve", "--moduleResolution", "bundler"],
  node: ["--module", "nodenext", "--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess"],
};
const common = ["--noEmit", "--strict", "--target", "es2023", "--types", "node", "--skipLibCheck"];
const lib = ["--lib", "es2023,dom,dom.iterable,esnext.disposable"];

/**
 * Registers tests that a program compiles against the packages as they are published, beside what a user installs: with
 * TypeScript 5.9 (which the package has for that) and 7.
 * @param name - Of the package; core comes with it.
 * @param instead - Packages that stand in the place of others, such as another version.
 */
export function userProgramCompiles(
  name: string,
  program: string,
  instead: Readonly<Record<string, string>> = {},
): void {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "souvenir-types-"));
    const modules = join(folder, "node_modules");
    await mkdir(join(modules, "@souvenir"), { recursive: true });
    for (const each of await readdir(at("node_modules")))
      if (!["@souvenir", ".bin", ".cache"].includes(each) && !Object.hasOwn(instead, each))
        await symlink(at(`node_modules/${each}`), join(modules, each));
    for (const [each, other] of Object.entries(instead))
      await symlink(at(`node_modules/${other}`), join(modules, each));
    for (const each of ["core", name]) {
      const home = join(modules, "@souvenir", each);
      await mkdir(home);
      await cp(at(`packages/${each}/package.json`), join(home, "package.json"));
      await build({ cwd: at(`packages/${each}`), outDir: join(home, "dist"), logLevel: "silent" });
    }
    await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module" }));
    await writeFile(join(folder, "program.ts"), program);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test.each([
    ["5.9", `packages/${name}/node_modules/typescript/bin/tsc`, "node"],
    ["7.0", "node_modules/typescript/bin/tsc", "node"],
    ["7.0", "node_modules/typescript/bin/tsc", "bundler"],
  ] as const)(
    "a user's program compiles without casts on TypeScript %s, from %s, for %s",
    async (version, compiler, how) => {
      const run = (...args: string[]) =>
        promisify(execFile)(process.execPath, [at(compiler), ...args], { cwd: folder });
      expect((await run("--version")).stdout).toContain(`Version ${version}.`);
      const call = run("program.ts", ...common, ...lib, ...flags[how]);
      expect(await call.catch(({ stdout }: { stdout: string }) => stdout)).toEqual({
        stdout: "",
        stderr: "",
      });
    },
  );
}
