// npm run eval [-- DIR… --configurations "static,words only" --embedder FILE --no-baselines --last-baselines --seed 1
//   --json FILE --markdown FILE --compare [--against FILE]]
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { cpus, totalmem } from "node:os";
import { basename, join, relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import type { Embedder } from "@souvenir/core";
import { configuration, defaultConfigurations, ownConfiguration } from "./configurations.ts";
import { foldersWithSets, readSet } from "./data.ts";
import { evaluateSet } from "./evaluate.ts";
import { baselinesOf, type Change, type Committed, changes, toCommitted } from "./figures.ts";
import type { SetOutcome } from "./outcome.ts";
import { belowThreshold, toMarkdown } from "./report.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const defaults = { seed: "1", against: join(root, "docs/evaluation.json") };
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    configurations: { type: "string" },
    embedder: { type: "string" },
    "no-baselines": { type: "boolean", default: false },
    // Those of --against, where its set is as large.
    "last-baselines": { type: "boolean", default: false },
    seed: { type: "string", default: defaults.seed },
    json: { type: "string" },
    markdown: { type: "string" },
    compare: { type: "boolean", default: false },
    against: { type: "string", default: defaults.against },
  },
});
const print = (text: string) => process.stdout.write(`${text}\n`);
const note = (text: string) => process.stderr.write(`${text}\n`);

// Those of others, where they are, and those that were written for this page.
const folders =
  positionals.length === 0
    ? [join(root, "../shared/data"), join(root, "test/evaluation/sets")].flatMap(foldersWithSets)
    : named(positionals);
// Read before it may be written anew.
const before = values.compare || values["last-baselines"] ? readCommitted(values.against) : undefined;
const seed = Number(values.seed);
if (!Number.isInteger(seed)) throw new Error(`--seed must be an integer, got ${values.seed}`);
const configurations = (
  values.configurations?.split(",").map((name) => name.trim()) ?? defaultConfigurations(process.env)
).map((name) => configuration(name, seed, process.env));
if (values.embedder !== undefined) configurations.push(ownConfiguration(await loadEmbedder(values.embedder)));

const sets: SetOutcome[] = [];
for (const folder of folders) {
  const set = readSet(folder);
  note(set.name);
  sets.push(
    await evaluateSet(folder, set, configurations, {
      baselines: values["no-baselines"]
        ? []
        : values["last-baselines"]
          ? baselinesOf(before!, set)
          : undefined,
      note: ({ subject, tookMs }) => note(`  ${subject}: ${(tookMs / 1_000).toFixed(1)} s`),
    }),
  );
}
const committed = toCommitted(circumstances(), sets);
const changed = values.compare ? changes(before!, committed) : undefined;
const markdown = toMarkdown({
  circumstances: circumstances(),
  sets,
  leaveOneSetOut: leaveOneSetOut(),
  changes: changed,
});
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(committed, null, 2)}\n`);
if (values.markdown !== undefined) writeFileSync(values.markdown, markdown);
print(markdown);
complain(
  `Below ${fromRoot(values.against)} by more than chance`,
  (changed ?? []).filter(({ high }) => high < 0).map(line),
);
complain("Below what our own sets ask for", belowThreshold(sets));

function complain(what: string, lines: readonly string[]): void {
  if (lines.length === 0) return;
  note(`\n${what}:\n${lines.map((each) => `  ${each}`).join("\n")}`);
  process.exitCode = 1;
}

/** What the trainer of the ranking measured; `undefined` where the weights do not say. */
function leaveOneSetOut(): Record<string, { recall: number; ndcg: number }> | undefined {
  const file = join(root, "packages/core/src/ranking/model.json");
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).leaveOneSetOut : undefined;
}

function line({ set, configuration, figure, before, now, low, high }: Change): string {
  const [from, to, least, most] = [before, now, low, high].map((share) => (share * 100).toFixed(1));
  return `${set}, ${configuration}, ${figure}: ${from} before, ${to} now (difference ${least} to ${most})`;
}

function readCommitted(file: string): Committed {
  if (!existsSync(file)) throw new Error(`there is no ${file} to compare with: write one with --json`);
  return JSON.parse(readFileSync(file, "utf8")) as Committed;
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

function circumstances(): Record<string, string> {
  const options = Object.entries(values)
    .filter(([name, value]) => value !== false && value !== (defaults as Record<string, string>)[name])
    .map(([name, value]) => (value === true ? `--${name}` : `--${name} ${quoted(shown(name, `${value}`))}`));
  const command = ["npm run eval", ...(positionals.length + options.length > 0 ? ["--"] : [])];
  const packages = ["@souvenir/core", "@orama/orama", "@orama/stemmers", "@orama/stopwords"];
  return {
    command: [...command, ...positionals.map((folder) => quoted(fromRoot(folder))), ...options].join(" "),
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB`,
    versions: [`Node ${process.version}`, ...packages.map((name) => `${name} ${versionOf(name)}`)].join(", "),
    seed: values.seed,
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
  return ["json", "markdown", "embedder", "against"].includes(name) ? fromRoot(value) : value;
}

function quoted(text: string): string {
  return /^[\w./@-]+$/.test(text) ? text : `"${text}"`;
}
