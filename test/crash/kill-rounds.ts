import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { createMemory } from "@souvenir/core";
import { isWhole, type Line, namespace, slowEmbedder, wholeText } from "./scenario.ts";

export interface KillReport {
  rounds: number;
  /** Writes that were confirmed before a kill. */
  acknowledged: number;
  /** Writes under way at a kill. */
  interrupted: number;
  /** Re-embeddings that a kill interrupted and the next process finished. */
  resumed: number;
  /** What must not happen, in words; empty when all is well. */
  faults: string[];
}

/** What is known of a key: the states that it may have. */
type Expected = Map<string, Set<number | "absent">>;

/**
 * Starts a writer, kills it with SIGKILL at a random moment, and compares the store with what was acknowledged, again
 * and again on the same file.
 */
export async function killRounds(
  rounds: number,
  options: { random?: () => number; onRound?: (report: KillReport) => void } = {},
): Promise<KillReport> {
  const random = options.random ?? Math.random;
  const folder = await mkdtemp(join(tmpdir(), "souvenir-crash-"));
  const path = join(folder, "memory.db");
  const report: KillReport = { rounds: 0, acknowledged: 0, interrupted: 0, resumed: 0, faults: [] };
  const expected: Expected = new Map();
  let embedder = "a";
  try {
    for (let round = 0; round < rounds; round += 1) {
      const next = round % 3 === 2 ? (embedder === "a" ? "b" : "a") : undefined;
      const lines = await killedWriter([path, String(round), embedder, ...(next ? [next] : [])], random);
      note(lines, expected, report);
      embedder = await inspect(path, expected, { embedder, next, report });
      report.rounds += 1;
      options.onRound?.(report);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return report;
}

async function killedWriter(parameters: string[], random: () => number): Promise<Line[]> {
  const script = fileURLToPath(new URL("./writer.ts", import.meta.url));
  const child = spawn(process.execPath, ["--conditions=@souvenir/source", script, ...parameters], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines: Line[] = [];
  let killing = false;
  for await (const text of createInterface({ input: child.stdout })) {
    let line: Line;
    try {
      line = JSON.parse(text);
    } catch {
      // The last line may be cut.
      continue;
    }
    if (line.step === "ready") continue;
    lines.push(line);
    // From the first confirmed write on, so that a slow start does not eat the time.
    if (line.step !== "ack" || killing) continue;
    killing = true;
    setTimeout(() => child.kill("SIGKILL"), random() * 250);
  }
  if (child.signalCode === null && child.exitCode === null)
    await new Promise((done) => child.once("exit", done));
  if (child.signalCode !== "SIGKILL")
    throw new Error(`the writer ended by itself (exit code ${child.exitCode})`);
  return lines;
}

/** Replays the lines: an acknowledged write leaves one possible state, an interrupted one leaves two. */
function note(lines: readonly Line[], expected: Expected, report: KillReport): void {
  const effects = (line: Exclude<Line, { step: "ready" }>): [string, number | "absent"][] => {
    if (line.kind === "set") return [[line.key, line.version]];
    if (line.kind === "delete") return [[line.key, "absent"]];
    if (line.kind === "many") return line.keys.map((key) => [key, 1]);
    return [
      [`turn:${line.id}-user`, 1],
      [`turn:${line.id}-assistant`, 1],
    ];
  };
  for (const line of lines) {
    if (line.step === "ready") continue;
    for (const [key, state] of effects(line)) {
      const states = expected.get(key) ?? new Set(["absent" as const]);
      if (line.step === "ack") expected.set(key, new Set([state]));
      else expected.set(key, states.add(state));
    }
    if (line.step === "ack") report.acknowledged += 1;
    else report.interrupted += 1;
  }
  report.interrupted -= lines.filter((line) => line.step === "ack").length;
}

async function inspect(
  path: string,
  expected: Expected,
  { embedder, next, report }: { embedder: string; next: string | undefined; report: KillReport },
): Promise<string> {
  let current = embedder;
  let memory: Awaited<ReturnType<typeof createMemory>>;
  try {
    memory = await createMemory({ path, embedder: slowEmbedder(embedder) });
  } catch (error) {
    if (next === undefined || (error as { code?: string }).code !== "EMBEDDER_MISMATCH") throw error;
    // The re-embedding was done before the kill.
    current = next;
    memory = await createMemory({ path, embedder: slowEmbedder(next) });
  }
  try {
    const found = new Map<string, string>();
    let records = 0;
    let cursor: string | undefined;
    do {
      const page = await memory.list({ namespace, limit: 1000, ...(cursor === undefined ? {} : { cursor }) });
      for (const { key, value } of page.records) {
        records += 1;
        if (!isWhole(value)) report.faults.push(`${key} is not whole`);
        const turn = /^memory (\S+-(?:user|assistant)) /.exec(value);
        found.set(turn ? `turn:${turn[1]}` : key, value);
      }
      cursor = page.cursor;
    } while (cursor !== undefined);
    for (const [key, states] of expected) {
      const value = found.get(key);
      const name = key.replace(/^turn:/, "");
      const fits = [...states].some((state) =>
        state === "absent" ? value === undefined : value === wholeText(name, state),
      );
      if (!fits) report.faults.push(`${key} is ${value === undefined ? "missing" : "another version"}`);
      expected.set(key, new Set([value === undefined ? "absent" : versionOf(value)]));
      found.delete(key);
    }
    for (const key of found.keys()) report.faults.push(`${key} was never written`);
    if (next !== undefined && current !== next) {
      await memory.reembed({ embedder: slowEmbedder(next) });
      current = next;
      report.resumed += 1;
    }
    const left = await memory.flush();
    const stats = await memory.stats();
    if (left.pending + left.failed > 0 || stats.vectors !== records)
      report.faults.push(
        `${records} memories have ${stats.vectors} vectors, ${left.pending} wait, ${left.failed} failed`,
      );
    await inspectSearch(memory, expected, report);
  } finally {
    await memory.close();
  }
  return current;
}

/** The index, from its snapshot or rebuilt, finds what the store holds. */
async function inspectSearch(
  memory: Awaited<ReturnType<typeof createMemory>>,
  expected: Expected,
  report: KillReport,
): Promise<void> {
  const present = [...expected].filter(([, states]) => !states.has("absent")).map(([key]) => key);
  for (const key of present.slice(-5)) {
    const name = key.replace(/^turn:/, "");
    const { results } = await memory.search({ namespace, query: name, limit: 50, minScore: 0 });
    if (!results.some((hit) => hit.value.includes(` ${name} `)))
      report.faults.push(`${key} is not found by its words`);
  }
}

function versionOf(text: string): number {
  return Number(/ in version (\d+) /.exec(text)?.[1]);
}
