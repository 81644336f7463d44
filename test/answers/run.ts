// npm run eval:answers -- --bench longmemeval|beam|locomo|own --budget 4000; --help tells the rest
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { runAnswers } from "./answers.ts";
import { readOptions, usage } from "./options.ts";
import { notMeasured, toMarkdown } from "./report.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const note = (text: string) => process.stderr.write(`${text}\n`);
const soon = new AbortController();
const atOnce = new AbortController();
// The first Ctrl-C lets what was paid for come to its end, the second ends at once. Every answer is on disk by then.
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.on(signal, () => {
    if (soon.signal.aborted) return atOnce.abort();
    note("\nNo new requests; those that run are waited for. Once more ends at once.");
    soon.abort();
  });

try {
  process.exitCode = await main();
} catch (error) {
  // What is wrong with what was asked for is told without the place in the source.
  note(
    process.env.DEBUG && error instanceof Error
      ? String(error.stack)
      : String((error as Error).message ?? error),
  );
  process.exitCode = 1;
}

/** @returns 0 when all is done, 1 when something is left, 130 when it was interrupted */
async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2), process.env, root);
  if (options === "help") {
    process.stdout.write(`${usage}\n`);
    return 0;
  }
  const report = await runAnswers(options, { note, soon: soon.signal, atOnce: atOnce.signal });
  const markdown = toMarkdown(report);
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
  if (options.markdown !== undefined) writeFileSync(options.markdown, markdown);
  process.stdout.write(markdown);
  if (!report.measured) note(`\n${notMeasured}`);
  if (report.complete) return 0;
  const why = report.stopped === undefined ? "" : ` (${report.stopped})`;
  note(
    `\n${report.left} answers and verdicts are missing${why}: the same command goes on where this one ended.`,
  );
  return soon.signal.aborted ? 130 : 1;
}
