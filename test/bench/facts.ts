// What facts cost: npm run bench:facts [-- --turns 100000 --facts 10000 --runs 300 --json FILE]
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import {
  createMemory,
  type FactExtractor,
  type Memory,
  type MemoryRecord,
} from "../../packages/core/src/index.ts";
import { createCorpus } from "./corpus.ts";

const { values } = parseArgs({
  options: {
    turns: { type: "string", default: "100000" },
    facts: { type: "string", default: "10000" },
    runs: { type: "string", default: "300" },
    seed: { type: "string", default: "7" },
    json: { type: "string" },
  },
});
const [turns, facts, runs, seed] = [
  Number(values.turns),
  Number(values.facts),
  Number(values.runs),
  Number(values.seed),
];
const namespace = "one";
const turnsOfThread = 20;
const atOnce = 1_000;
/** Facts of a row of which each takes the place of the one before. */
const chain = 10;
const firstTurn = Date.UTC(2026, 0, 1);
const minuteMs = 60_000;

const corpus = createCorpus({ seed, dimensions: 2 });
const said = (turn: number) => new Date(firstTurn + turn * minuteMs).toISOString();
/** Finds nothing, and is never asked: nothing is due. */
const extractor: FactExtractor = {
  id: "none",
  usage: { calls: 0, inputTokens: 0, outputTokens: 0 },
  extract: async () => [],
};
const folder = await mkdtemp(join(tmpdir(), "souvenir-bench-facts-"));
const [plain, facted] = await Promise.all([
  createMemory({ path: join(folder, "plain.db") }),
  createMemory({ path: join(folder, "facts.db"), facts: { extractor, idleMs: 86_400_000 } }),
]);
try {
  for (const memory of [plain, facted]) await writeTurns(memory);
  await writeFacts(facted);
  const found = await facted.search({ namespace, query: factText(0), limit: 10 });
  if (!found.results.some(({ kind }) => kind === "fact")) throw new Error("facts are not found");

  const search = await sideBySide((memory, run) =>
    memory.search({ namespace, query: corpus.query(run).text, limit: 10, minScore: 0 }),
  );
  const recall = await sideBySide((memory, run) =>
    memory.recall({ namespace, query: corpus.query(run).text }),
  );
  const set = await sideBySide((memory, run) =>
    memory.set({ namespace, key: `late ${run}`, value: corpus.text(turns + run), role: "user" }),
  );
  const result = {
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus().length} × ${cpus()[0]?.model.trim()}, load ${loadavg()[0]?.toFixed(1)}`,
    node: process.version,
    ...{ seed, turns, facts, runs },
    ...{ search, recall, set },
  };
  const row = (what: string, { without, with: among, ratio }: typeof search) =>
    `| ${what} | ${without.p50.toFixed(2)} / ${without.p95.toFixed(2)} | ${among.p50.toFixed(2)} / ${among.p95.toFixed(2)} | ${ratio.p50.toFixed(2)}× / ${ratio.p95.toFixed(2)}× |`;
  process.stdout.write(
    [
      `${turns} turns without facts, and with ${facts} (p50 / p95 in ms, seed ${seed}, ${result.machine}, Node ${result.node}, ${result.date})`,
      "",
      "| | without | with | ratio |",
      "| --- | --- | --- | --- |",
      row("search", search),
      row("recall", recall),
      row("`set`, to be read for facts", set),
      "",
    ].join("\n"),
  );
  if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(result, null, 2)}\n`);
} finally {
  await plain.close();
  await facted.close();
  await rm(folder, { recursive: true, force: true });
}

async function writeTurns(memory: Memory): Promise<void> {
  for (let first = 0; first < turns; first += atOnce)
    await memory.import(
      Array.from({ length: Math.min(atOnce, turns - first) }, (_, place) => {
        const turn = first + place;
        const thread = `thread ${Math.floor(turn / turnsOfThread)}`;
        const role = turn % 2 === 0 ? "user" : "assistant";
        return {
          ...{ namespace, key: `turn ${turn}`, value: corpus.text(turn), thread, role },
          createdAt: said(turn),
        };
      }),
    );
}

function turnOf(fact: number): number {
  return 2 * Math.floor((fact * turns) / (2 * facts));
}

function factText(fact: number): string {
  return corpus.text(turnOf(fact)).split(" ").slice(0, 10).join(" ");
}

/** Each says what a turn says; in rows of which each takes the place of the one before. */
async function writeFacts(memory: Memory): Promise<void> {
  for (let first = 0; first < facts; first += atOnce)
    await memory.import(
      Array.from({ length: Math.min(atOnce, facts - first) }, (_, place) => {
        const fact = first + place;
        const before = fact % chain === 0 ? {} : { supersedes: [`fact:${fact - 1}`] };
        return {
          ...{ namespace, key: `fact:${fact}`, value: factText(fact), createdAt: said(turnOf(fact)) },
          ...{ kind: "fact", subject: "user", attribute: `side ${Math.floor(fact / chain)}` },
          ...{ type: "state", origin: "stated", state: "active", run: `run@${namespace}` },
          sources: [{ key: `turn ${turnOf(fact)}`, version: 1, quote: factText(fact) }],
          ...before,
        } as MemoryRecord;
      }),
    );
}

/** Milliseconds of calls to the one and to the other in turn, after some that are not counted. */
async function sideBySide(call: (memory: Memory, run: number) => Promise<unknown>) {
  const times: Record<"without" | "with", number[]> = { without: [], with: [] };
  const warmUp = Math.ceil(runs / 3);
  for (let run = 0; run < warmUp + runs; run += 1) {
    const both = [
      ["without", plain],
      ["with", facted],
    ] as const;
    for (const [name, memory] of run % 2 === 0 ? both : both.toReversed()) {
      const began = performance.now();
      await call(memory, run);
      if (run >= warmUp) times[name].push(performance.now() - began);
    }
  }
  const at = (name: keyof typeof times, share: number) =>
    times[name].toSorted((one, other) => one - other)[Math.floor(times[name].length * share)] ?? 0;
  const of = (name: keyof typeof times) => ({ p50: at(name, 0.5), p95: at(name, 0.95) });
  const [without, among] = [of("without"), of("with")];
  return { without, with: among, ratio: { p50: among.p50 / without.p50, p95: among.p95 / without.p95 } };
}
