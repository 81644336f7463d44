// Serves a file that can only be read as a user who is not root, to whom nothing is forbidden. What it needs is loaded before.
import { run } from "../src/cli/run.ts";
import "@souvenir/core";
import "../src/node/index.ts";

if (process.getuid?.() === 0) {
  process.setgid?.(65_534);
  process.setuid?.(65_534);
}
process.exitCode = await run([
  "serve",
  "--read-only",
  "--port",
  "0",
  "--json",
  "--path",
  process.argv[2] as string,
]);
