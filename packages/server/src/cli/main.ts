#!/usr/bin/env node
import { run } from "./run.ts";

/** The first Node that has what the store needs. */
const needed = [22, 18] as const;

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < needed[0] || (major === needed[0] && minor < needed[1])) {
  process.stderr.write(
    `souvenir: this is Node ${process.versions.node}, and Node ${needed.join(".")} or later is needed: update it (https://nodejs.org)\n`,
  );
  process.exitCode = 1;
} else {
  // A reader that has enough, as in souvenir list | head, is no failure.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    process.stderr.write(`souvenir: the result cannot be written (${error.code})\n`);
    process.exit(1);
  });
  // Node's own SQLite warns that it is new, at every start. Other warnings are shown.
  process.removeAllListeners("warning");
  process.on("warning", (warning) => {
    if (warning.name !== "ExperimentalWarning") process.stderr.write(`${warning.name}: ${warning.message}\n`);
  });
  const given = process.argv.slice(2);
  // What whoever lists the processes of this machine sees: no password and no key.
  if (given.some((argument) => /:\/\/[^/]*:[^/]*@|[?&]password=|svr_/.test(argument)))
    process.title = "souvenir";
  process.exitCode = await run(given);
}
