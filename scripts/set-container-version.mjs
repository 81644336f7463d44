// Writes the version of the server into the Dockerfile that installs it, when all packages get a new one.
import { readFile, writeFile } from "node:fs/promises";

const file = new URL("../examples/container/Dockerfile", import.meta.url);
const { version } = JSON.parse(
  await readFile(new URL("../packages/server/package.json", import.meta.url), "utf8"),
);
const text = await readFile(file, "utf8");
await writeFile(file, text.replace(/^ARG SOUVENIR_VERSION=.*$/m, `ARG SOUVENIR_VERSION=${version}`));
