// prepack and postpack of each package: what is packed is built, and its package.json has nothing that only this
// repository uses. npm packs the file as it lies there, so it is changed for that time.
import { execFileSync } from "node:child_process";
import { existsSync, linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const manifest = "package.json";
/** The file as it was: there for as long as somebody packs, and after one who was killed. */
const kept = "package.json.development";
const condition = "@souvenir/source";

function published(value) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== condition)
      .map(([name, inner]) => [name, published(inner)]),
  );
}

/** Two may pack one package at once: the second waits for the first, and ten seconds tell it from one who was killed. */
async function keep() {
  for (let attempt = 0; attempt < 100; attempt++) {
    try {
      return linkSync(manifest, kept);
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
      await setTimeout(100);
    }
  }
  renameSync(kept, manifest);
  linkSync(manifest, kept);
}

function restore() {
  if (existsSync(kept)) renameSync(kept, manifest);
}

if (process.argv[2] === "restore") restore();
else {
  const { name, ...given } = JSON.parse(readFileSync(manifest, "utf8"));
  // Inside a task of turbo that needs the build, it is there. Nothing goes to stdout, where `npm pack --json` answers.
  // biome-ignore lint/suspicious/noUndeclaredEnvVars: turbo sets it itself.
  if (process.env.TURBO_HASH === undefined)
    execFileSync(
      "npx",
      ["--no-install", "turbo", "run", "build", `--filter=${name}`, "--output-logs=errors-only"],
      {
        cwd: fileURLToPath(new URL("..", import.meta.url)),
        stdio: ["ignore", process.stderr.fd, process.stderr.fd],
        shell: process.platform === "win32",
      },
    );
  await keep();
  const { devDependencies, scripts, ...rest } = given;
  const changed = `${manifest}.changed`;
  writeFileSync(changed, `${JSON.stringify({ name, ...published(rest) }, null, 2)}\n`);
  // In the place of the link, so that the kept file is not written to.
  rmSync(manifest);
  renameSync(changed, manifest);
}
