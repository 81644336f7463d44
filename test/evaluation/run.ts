// npm run eval [-- DIR… --configurations "given vectors,no embedder" --embedder FILE --reference NAME --seed 1
//   --json FILE --markdown FILE]
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { cpus, totalmem } from "node:os";
import { basename, join, relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import type { Embedder } from "@souvenir/core";
import { configuration, defaultConfigurations, ownConfiguration } from "./configurations.ts";
import { foldersWithSets, readSet } from "./data.ts";
import { bm25Name, evaluateSet, type SetOutcome } from "./evaluate.ts";
import { average } from "./metrics.ts";
import { type Evaluation, toJson, toMarkdown } from "./report.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const defaults = { reference: bm25Name, seed: "1" };
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    configurations: { type: "string" },
    embedder: { type: "string" },
    reference: { type: "string", default: defaults.reference },
    seed: { type: "string", default: defaults.seed },
    json: { type: "string" },
    markdown: { type: "string" },
  },
});
const print = (text: string) => process.stdout.write(`${text}\n`);
const note = (text: string) => process.stderr.write(`${text}\n`);

const folders =
  positionals.length === 0 ? foldersWithSets(resolve(root, "../shared/data")) : named(positionals);
if (folders.length === 0)
  print(
    "Nothing to evaluate: ../shared/data has no folder with a corpus.jsonl. Name folders: npm run eval -- DIR…",
  );
else await run(folders);

async function run(folders: readonly string[]): Promise<void> {
  const seed = Number(values.seed);
  if (!Number.isInteger(seed)) throw new Error(`--seed must be an integer, got ${values.seed}`);
  const chosen = values.configurations?.split(",").map((name) => name.trim());
  const configurations = (chosen ?? defaultConfigurations(process.env)).map((name) =>
    configuration(name, seed, process.env),
  );
  if (values.embedder !== undefined)
    configurations.push(ownConfiguration(await loadEmbedder(values.embedder)));

  const sets: SetOutcome[] = [];
  for (const folder of folders) {
    const set = readSet(folder);
    note(set.name);
    const outcome = await evaluateSet(set, configurations, ({ subject, scores, tookMs }) => {
      const [recall, gain] = [average(scores, "R@10"), average(scores, "nDCG@10")];
      note(
        `  ${subject}: ${(recall * 100).toFixed(1)} (${(gain * 100).toFixed(1)}) in ${(tookMs / 1_000).toFixed(1)} s`,
      );
    });
    if (!outcome.outcomes.some(({ subject }) => subject === values.reference))
      throw new Error(
        `--reference "${values.reference}" did not run: ${outcome.outcomes.map(({ subject }) => subject).join("; ")}`,
      );
    sets.push(outcome);
  }
  const evaluation: Evaluation = { circumstances: circumstances(seed), reference: values.reference, sets };
  const markdown = toMarkdown(evaluation);
  if (values.json !== undefined)
    writeFileSync(values.json, `${JSON.stringify(toJson(evaluation), null, 2)}\n`);
  if (values.markdown !== undefined) writeFileSync(values.markdown, markdown);
  print(markdown);
}

/** A folder that holds a set, or one whose folders do. */
function named(given: readonly string[]): string[] {
  return given.flatMap((folder) => {
    const sets = existsSync(join(folder, "corpus.jsonl")) ? [folder] : foldersWithSets(folder);
    if (sets.length === 0) throw new Error(`no corpus.jsonl in ${folder} or in a folder of it`);
    return sets;
  });
}

/** A module whose default export is an `Embedder`. */
async function loadEmbedder(file: string): Promise<Embedder> {
  const module = (await import(pathToFileURL(resolve(file)).href)) as { default?: Embedder };
  if (typeof module.default?.embed !== "function")
    throw new Error(`the default export of ${file} must be an Embedder`);
  return module.default;
}

function circumstances(seed: number): Evaluation["circumstances"] {
  const options = Object.entries(values)
    .filter(([name, value]) => value !== (defaults as Record<string, string>)[name])
    .map(([name, value]) => `--${name} ${quoted(shown(name, value))}`);
  const command = ["npm run eval --", ...positionals.map((folder) => quoted(fromRoot(folder))), ...options];
  const packages = ["@souvenir/core", "@orama/orama", "@orama/stemmers", "@orama/stopwords"];
  return {
    command: command.join(" "),
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB`,
    versions: [`Node ${process.version}`, ...packages.map((name) => `${name} ${versionOf(name)}`)].join(", "),
    seed,
  };
}

function versionOf(name: string): string {
  const file = findPackageJSON(name, import.meta.url);
  if (file === undefined) throw new Error(`${name} is not installed`);
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}

/** A path for a page that others read: far from the repository, the name alone. */
function fromRoot(path: string): string {
  const way = relative(root, resolve(path));
  return way.startsWith(join("..", "..")) ? basename(way) : way;
}

function shown(name: string, value: string): string {
  return ["json", "markdown", "embedder"].includes(name) ? fromRoot(value) : value;
}

function quoted(text: string): string {
  return /^[\w./@-]+$/.test(text) ? text : `"${text}"`;
}
