import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const program = fileURLToPath(new URL("./consumer/program.ts", import.meta.url));
const compilers = { "5.9": "../node_modules", "7": "../../../node_modules" };

test.each(Object.entries(compilers))(
  "a user's program compiles with TypeScript %s, strict and without casts",
  async (version, modules) => {
    const compiler = fileURLToPath(new URL(`${modules}/typescript/bin/tsc`, import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [compiler, "--version"]);
    expect(stdout).toContain(`Version ${version}`);
    const options =
      "--ignoreConfig --noEmit --strict --skipLibCheck --target es2024 --lib es2024,esnext.disposable,esnext.array,esnext.iterator,esnext.collection --module nodenext --types node --allowImportingTsExtensions --customConditions @souvenir/source";
    const parameters = [...options.split(" ").slice(version === "7" ? 0 : 1), program];
    await expect(promisify(execFile)(process.execPath, [compiler, ...parameters])).resolves.toMatchObject({
      stdout: "",
    });
  },
);
