import type { EngineResult } from "./engine.ts";
import type { RecallResult } from "./recall.ts";
import type { ReopenResult } from "./reopen-one.ts";
import type { SearchResult } from "./search-one.ts";
import type { WriteResult } from "./writes.ts";

export interface Row {
  name: string;
  size: number;
  /** Why there is none. */
  left?: string;
  result?: SearchResult;
  reopened?: ReopenResult;
}

export interface Benchmark {
  command: string;
  date: string;
  machine: string;
  versions: string;
  seed: number;
  writes: WriteResult[];
  engine: EngineResult;
  recall: RecallResult[];
  rows: Row[];
}

const reference = "souvenir";

const round = (value: number) =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
const counted = (value: number) => Math.round(value).toLocaleString("en");
const table = (heads: readonly string[], rows: readonly (readonly string[])[]) =>
  [heads, heads.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

/** Everything, as a page in Markdown. */
export function toMarkdown(benchmark: Benchmark): string {
  const { command, date, machine, versions, seed, writes, engine, recall, rows } = benchmark;
  const sizes = [...new Set(rows.map(({ size }) => size))];
  return `${[
    "# Benchmarks",
    "Seeded texts of 30 words from a Zipf vocabulary of real words, clustered vectors of 1024 dimensions, questions of 8 words, the best 10. Each subject at each size runs in a process of its own, one after another, with the same texts and vectors. Souvenir runs through `memory.search()` on a file, all memories in one namespace, with the query's vector given; a provider's latency is not in the figures. Times depend on the machine; ratios are of the same run.",
    [
      `- Command: \`${command}\``,
      `- Date: ${date}`,
      `- Machine: ${machine}`,
      `- Versions: ${versions}`,
      `- Seed: ${seed}`,
    ].join("\n"),
    ...sizes.flatMap((size) => sizeSections(size, rows)),
    "## Durable writes",
    "30-word texts, `embedder: false`. Each call resolves after its text is synced to disk.",
    table(
      ["what", "a second"],
      writes.map(({ name, perSecond }) => [name, counted(perSecond)]),
    ),
    "## The engine alone",
    `\`@souvenir/orama\` without store and embedder: ${counted(engine.documents)} documents, added one by one.`,
    table(
      ["what", "documents a second"],
      [
        ["full text", counted(engine.insert.text)],
        ["three attributes (entity, its form, a group)", counted(engine.insert.entities)],
        ["vectors", counted(engine.insert.vectors)],
        ["all of these", counted(engine.insert.all)],
      ],
    ),
    `The package has ${round(engine.package.bytes / 1_000)} kB packed (\`npm pack --dry-run\`), and depends on ${engine.package.dependencies.map((name) => `\`${name}\``).join(" and ")}.`,
    "How many of the ten nearest by float32 numbers a search finds that rounds them to 12 bits. The evaluation sets are not part of this repository; without them they are not in this table.",
    table(
      ["vectors", "how many", "dimensions", "questions", "recall@10"],
      recall.map(({ name, vectors, dimensions, queries, recall: share }) => [
        name,
        counted(vectors),
        `${dimensions}`,
        counted(queries),
        share.toFixed(4),
      ]),
    ),
    "## What the columns mean",
    [
      "- **p50, p95**: of one search, after 200 or two seconds of others that are not counted. **filter 1 %**: metadata that one memory in a hundred has. **facets**: entities and tags counted over all matches.",
      "- **ingest**: documents a second from the first call to the end of the first search, without making texts and vectors. Souvenir commits once per 1,000 texts, stores their vectors in further commits, and builds the index when it is first searched.",
      "- **RSS growth**: of the process that wrote and searched, after a collection, beyond what it takes to make texts and vectors; for what persists, also of one that only opened it.",
      "- **souvenir, conversations**: the memories are turns, 50 to a conversation, and are also found by what was said beside them.",
      "- **reopen**: a new process, from `createMemory()` to the first result, without loading Node and modules. **first 50 to warm**: the median of the first 50 questions of that process, to that of 200 questions after 350.",
    ].join("\n"),
    "## Other measurements",
    [
      "- LanceDB (hybrid: vectors scanned exactly, full text, reciprocal rank fusion; not synced to disk) and Mastra's `LibSQLVector` (vectors only): `npm run bench -- --peers` installs and adds them. mem0 is not measured: its store needs a native module that is built for each Node, and clients of a dozen providers.",
      "- A million memories: [benchmarks-million.md](benchmarks-million.md), `npm run bench -- --sizes 1000000 --runs 50 --only souvenir`. It takes some minutes, 7 GB of disk and 4 GB of memory.",
      "- What memory adds to the first token of `streamText`: `node --conditions=@souvenir/source test/bench/ai-sdk.ts`.",
      "- Twenty thousand small namespaces: [benchmarks-tenants.md](benchmarks-tenants.md), `npm run bench:tenants`.",
      "- Under load over HTTP, beside the memory in process: [benchmarks-server.md](benchmarks-server.md). Beside Mastra's own memory: [benchmarks-mastra.md](benchmarks-mastra.md).",
      "- `SouvenirStore` beside LangGraph's `InMemoryStore`: `node --conditions=@souvenir/source test/bench/langchain.ts`.",
    ].join("\n"),
  ].join("\n\n")}\n`;
}

function sizeSections(size: number, all: readonly Row[]): string[] {
  const rows = all.filter((row) => row.size === size);
  const mine = rows.find(({ name }) => name === reference);
  const hybrid = mine?.result?.search.hybrid?.p50;
  const sections = [
    `## ${counted(size)} memories`,
    table(
      [
        "subject",
        "mode",
        "p50 ms",
        "p95 ms",
        "ratio of p50 to souvenir",
        "ingest/s",
        "RSS growth MB (opened)",
        "reopen ms",
        "first 50 to warm",
      ],
      rows.flatMap((row) => searchRows(row, hybrid)),
    ),
  ];
  if (mine?.result !== undefined && mine.reopened !== undefined) {
    const { writeMs, firstSearchMs } = mine.result.phases;
    sections.push(
      `From end to end, souvenir: ${round(writeMs / 1_000)} s to write with vectors, ${round(firstSearchMs / 1_000)} s to the first result (${counted((size / firstSearchMs) * 1_000)} memories a second into the index), ${round(hybrid ?? 0)} ms a search, ${round(mine.reopened.reopenMs)} ms to reopen.`,
    );
  }
  if (mine?.result?.profile !== undefined) {
    sections.push(
      "Where the time of a hybrid search goes, after some hundreds:",
      table(
        ["part", "share"],
        mine.result.profile.map(({ name, share }) => [name, `${(share * 100).toFixed(1)} %`]),
      ),
    );
  }
  return sections;
}

function freshToWarm({ freshMs, warmMs }: ReopenResult): string {
  return `${round(freshMs / warmMs)}× (${round(freshMs)}/${round(warmMs)})`;
}

function searchRows({ name, left, result, reopened }: Row, hybrid: number | undefined): string[][] {
  if (result === undefined) return [[name, left ?? "", "", "", "", "", "", "", ""]];
  return Object.entries(result.search).map(([mode, { p50, p95 }], at) => {
    const once = (text: string) => (at === 0 ? text : "");
    const opened = reopened === undefined ? "" : ` (${round(reopened.growthMB)})`;
    return [
      name,
      mode,
      round(p50),
      round(p95),
      hybrid === undefined ? "" : `${round(p50 / hybrid)}×`,
      once(counted(result.ingestPerSecond)),
      once(`${round(result.growthMB)}${opened}`),
      once(reopened === undefined ? "" : round(reopened.reopenMs)),
      once(reopened === undefined ? "" : freshToWarm(reopened)),
    ];
  });
}
