// SouvenirMemory beside @mastra/memory with @mastra/libsql, in one run and with the same embedding model.
// node --conditions=@souvenir/source test/bench/mastra.ts [--data FOLDER --turns 100 --messages 2000 --colds 5 --json FILE]
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { noopLogger } from "@mastra/core/logger";
import type { MastraDBMessage } from "@mastra/core/memory";
import type { Memory } from "@mastra/memory";
import { rateLimited } from "@souvenir/test/mistral-stand-in/faults";
import { startMistralStandIn } from "@souvenir/test/mistral-stand-in/stand-in";
import { readSet } from "../evaluation/data.ts";
import { average, type Scores, score } from "../evaluation/metrics.ts";
import { createCorpus } from "./corpus.ts";
import { agentAt, embeddingModelAt, openSubject, type Subject, subjects } from "./mastra-subjects.ts";

const { values } = parseArgs({
  options: {
    data: { type: "string" },
    turns: { type: "string", default: "100" },
    messages: { type: "string", default: "2000" },
    colds: { type: "string", default: "5" },
    seed: { type: "string", default: "7" },
    json: { type: "string" },
  },
});
const print = (text: string) => process.stdout.write(`${text}\n`);
const root = await mkdtemp(join(tmpdir(), "souvenir-bench-"));
const machine = `${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model.trim()}`;
const report: Record<string, unknown> = { machine };
print(`${machine}\n`);

async function folderOf(name: string): Promise<string> {
  const folder = join(root, name.replace(/\W+/g, "-"));
  await mkdir(folder, { recursive: true });
  return folder;
}

/** Of all files of a folder. */
async function megabytes(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
  return bytes / 2 ** 20;
}

function message(id: string, text: string, thread: string, resource: string, at: number, role = "user") {
  return {
    id,
    role: role === "assistant" ? "assistant" : "user",
    threadId: thread,
    resourceId: resource,
    createdAt: new Date(at),
    content: { format: 2, parts: [{ type: "text", text }], content: text },
  } satisfies MastraDBMessage;
}

async function save(memory: Memory, messages: MastraDBMessage[]): Promise<void> {
  for (const { threadId = "", resourceId = "" } of new Map(
    messages.map((each) => [each.threadId, each]),
  ).values())
    await memory.createThread({ threadId, resourceId });
  for (let start = 0; start < messages.length; start += 100)
    await memory.saveMessages({ messages: messages.slice(start, start + 100) });
}

async function search(
  memory: Memory,
  query: string,
  threadId: string,
  resourceId: string,
): Promise<string[]> {
  const found = await memory.recall({ threadId, resourceId, vectorSearchString: query, perPage: 0 });
  return found.messages.map(({ id }) => id);
}

const at = (numbers: number[], share: number) =>
  numbers.toSorted((a, b) => a - b)[
    Math.min(numbers.length - 1, Math.floor(numbers.length * share))
  ] as number;

async function quality(folder: string): Promise<void> {
  const { name, groups, dimensions = 0 } = readSet(folder);
  const vectors = new Map<string, Float32Array>();
  for (const { documents, queries } of groups)
    for (const { text, vector } of [...documents, ...queries]) if (vector) vectors.set(text, vector);
  const known = {
    specificationVersion: "v2",
    provider: "bench",
    modelId: "known-vectors",
    maxEmbeddingsPerCall: 64,
    supportsParallelCalls: true,
    async doEmbed({ values: texts }: { values: string[] }) {
      const embeddings = texts.map((text) => {
        const vector = vectors.get(text) ?? vectors.get(text.trim());
        if (vector === undefined) throw new Error("a text without a vector");
        return Array.from(vector);
      });
      return { embeddings, usage: { tokens: 0 } };
    },
  };
  // Both trim and join white space in their own ways.
  for (const [text, vector] of [...vectors]) vectors.set(text.split(/\s+/).join(" ").trim(), vector);
  print(`${name}: the best 10 of recall(), over ${groups.length} conversations\n`);
  print("| memory | R@10 |\n|---|---|");
  const rows: Record<string, number> = {};
  for (const subject of subjects) {
    const open = await openSubject(subject, await folderOf(`quality ${subject}`), known, dimensions);
    const scores: Scores[] = [];
    for (const { name: resource, documents, queries } of groups) {
      const messages = documents.map(({ id, text, thread, createdAt, role }, place) =>
        message(id, text, thread ?? resource, resource, createdAt ?? place * 1_000, role),
      );
      await save(open.memory, messages);
      await open.settled();
      for (const { text, relevant } of queries)
        scores.push(score(await search(open.memory, text, messages[0]?.threadId ?? "", resource), relevant));
    }
    await open.close();
    rows[subject] = average(scores, "R@10");
    print(`| ${subject} | ${((rows[subject] as number) * 100).toFixed(1)} |`);
  }
  report.quality = { set: name, "R@10": rows };
}

async function turns(): Promise<void> {
  const [runs, count] = [Number(values.turns), Number(values.messages)];
  const standIn = await startMistralStandIn();
  const corpus = createCorpus({ seed: Number(values.seed), dimensions: 8 });
  // Answers that differ, because a cache would hide the work for equal ones.
  let answers = 0;
  standIn.script({ chat: () => ({ content: `Answer ${++answers}: ${corpus.text(10_000 + answers)}` }) });
  const opened = [];
  for (const subject of [undefined, ...subjects]) {
    const model = embeddingModelAt(standIn.url);
    let requests = 0;
    const embed = model.doEmbed.bind(model);
    model.doEmbed = (args) => {
      requests += 1;
      return embed(args);
    };
    const open =
      subject === undefined
        ? undefined
        : await openSubject(subject, await folderOf(`turns ${subject}`), model, 1_024);
    if (open !== undefined) {
      const texts = Array.from({ length: count }, (_, n) =>
        message(`m${n}`, corpus.text(n), `thread-${n % 20}`, "user", n * 1_000),
      );
      await save(open.memory, texts);
      await open.settled();
    }
    const agent = agentAt(standIn.url, open?.memory);
    agent.__setLogger(noopLogger);
    opened.push({
      name: subject ?? "no memory",
      open,
      agent,
      times: [] as number[],
      asked: () => requests,
      before: 0,
    });
  }
  // Turn by turn and in changing order, so that what slows the machine down slows all of them down.
  const order = opened.slice();
  for (let run = -5; run < runs; run += 1) {
    order.push(...order.splice(0, 1));
    for (const each of order) {
      if (run === 0) {
        await each.open?.settled();
        each.before = each.asked();
      }
      const scope = { memory: { thread: `new-${run}`, resource: "user" } };
      const start = performance.now();
      await each.agent.generate(`Turn ${run}: ${corpus.query(Math.abs(run)).text}?`, scope);
      if (run >= 0) each.times.push(performance.now() - start);
    }
  }
  print(`\n${runs} turns of an agent, ${count} messages known, recall of 10\n`);
  print("| memory | turn p50 ms | p95 ms | embedding requests a turn | MB on disk |\n|---|---|---|---|---|");
  report.turns = [];
  for (const { name, open, times, asked, before } of opened) {
    await open?.settled();
    const row = {
      memory: name,
      p50: at(times, 0.5),
      p95: at(times, 0.95),
      requests: (asked() - before) / runs,
    };
    await open?.close();
    const size = open === undefined ? 0 : await megabytes(await folderOf(`turns ${name}`));
    (report.turns as object[]).push({ ...row, megabytes: size });
    print(
      `| ${name} | ${row.p50.toFixed(1)} | ${row.p95.toFixed(1)} | ${row.requests.toFixed(2)} | ${size.toFixed(1)} |`,
    );
  }
  await standIn.close();
}

/**
 * Updates and deletions of single messages, in turn, so that what slows the machine down slows all of them down: in the
 * storage alone, and through the memory until what recalls them knows it too.
 */
async function changes(): Promise<void> {
  const standIn = await startMistralStandIn();
  const corpus = createCorpus({ seed: Number(values.seed), dimensions: 8 });
  const rounds = 200;
  const opened = await Promise.all(
    subjects.map(async (subject) => {
      const folder = await folderOf(`changes ${subject}`);
      const open = await openSubject(subject, folder, embeddingModelAt(standIn.url), 1_024);
      const texts = Array.from({ length: 4 * rounds }, (_, n) =>
        message(`m${n}`, corpus.text(n), "thread", "user", n * 1_000),
      );
      await save(open.memory, texts);
      await open.settled();
      const store = await open.memory.storage.getStore("memory");
      if (store === undefined) throw new Error("no storage");
      return { ...open, subject, store, times: [[], [], [], []] as [number[], number[], number[], number[]] };
    }),
  );
  const timed = async (times: number[], work: () => Promise<unknown>) => {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  };
  for (let round = 0; round < rounds; round += 1)
    for (const { memory, settled, store, times } of opened) {
      const [updates, deletions, recalledUpdates, recalledDeletions] = times;
      const changed = (place: number) => {
        const { id, content } = message(`m${place}`, corpus.text(10_000 + place), "thread", "user", 0);
        return { messages: [{ id, content }] };
      };
      await timed(updates, () => store.updateMessages(changed(round)));
      await timed(deletions, () => store.deleteMessages([`m${rounds + round}`]));
      await timed(recalledUpdates, async () => {
        await memory.updateMessages(changed(2 * rounds + round));
        await settled();
      });
      await timed(recalledDeletions, async () => {
        await memory.deleteMessages([`m${3 * rounds + round}`]);
        await settled();
      });
    }
  print("\nUpdates and deletions of a message, p50 ms: in the storage, and in the memory with its recall\n");
  print(
    "| memory | update | deletion | update, with recall | deletion, with recall |\n|---|---|---|---|---|",
  );
  report.changes = {};
  for (const { subject, times, close } of opened) {
    const [update, deletion, recalledUpdate, recalledDeletion] = times.map((each) => at(each, 0.5));
    (report.changes as Record<string, object>)[subject] = {
      ...{ update, deletion, recalledUpdate, recalledDeletion },
    };
    print(`| ${subject} | ${times.map((each) => at(each, 0.5).toFixed(2)).join(" | ")} |`);
    await close();
  }
  await standIn.close();
}

function child(mode: string, subject: Subject, folder: string, url: string, built = false) {
  const script = fileURLToPath(new URL("./mastra-child.ts", import.meta.url));
  const args = [...(built ? [] : ["--conditions=@souvenir/source"]), script, mode, subject, folder, url];
  const process_ = spawn(process.execPath, args, {
    stdio: ["ignore", "pipe", "ignore"],
    env: { ...process.env, NODE_NO_WARNINGS: "1" },
  });
  const ended = new Promise<void>((resolve) => process_.once("exit", () => resolve()));
  return { process: process_, lines: createInterface({ input: process_.stdout }), ended };
}

async function cold(): Promise<void> {
  const standIn = await startMistralStandIn();
  const built = existsSync(new URL("../../packages/mastra/dist/index.mjs", import.meta.url));
  print(`\nFrom the start of a process to the answer of its first turn, ${values.messages} messages known`);
  print(built ? "" : "(Souvenir from its sources: npx turbo run build first for the package)\n");
  print("| memory | p50 ms | of processor time |\n|---|---|---|");
  report.cold = {};
  for (const subject of subjects) {
    const times: number[] = [];
    const busy: number[] = [];
    for (let run = 0; run < Number(values.colds); run += 1) {
      const { lines, ended } = child("cold", subject, await folderOf(`turns ${subject}`), standIn.url, built);
      for await (const line of lines) {
        const [elapsed, processor] = line.split(" ").map(Number);
        times.push(elapsed ?? Number.NaN);
        busy.push(processor ?? Number.NaN);
      }
      await ended;
    }
    const row = { p50: at(times, 0.5), processor: at(busy, 0.5) };
    (report.cold as Record<string, object>)[subject] = row;
    print(`| ${subject} | ${row.p50.toFixed(0)} | ${row.processor.toFixed(0)} |`);
  }
  await standIn.close();
}

async function killed(): Promise<void> {
  print(
    "\nkill -9 in the middle of a turn, after 40 that were answered; then a new process looks for each of them\n",
  );
  print("| memory | provider | lost from the history | not found by its words |\n|---|---|---|---|");
  report.killed = [];
  for (const provider of ["works", "refuses all embeddings (429) during 10 of the turns"]) {
    for (const subject of subjects) {
      const standIn = await startMistralStandIn();
      const answered: string[] = [];
      const down = () => provider !== "works" && answered.length >= 10 && answered.length < 20;
      standIn.script({ embeddings: () => (down() ? rateLimited({ retryAfterMs: 1 }) : undefined) });
      const folder = await folderOf(`killed ${provider} ${subject}`);
      const { process: talker, lines, ended } = child("talk", subject, folder, standIn.url);
      for await (const line of lines) {
        answered.push(line);
        if (answered.length >= 40) talker.kill("SIGKILL");
      }
      await ended;
      standIn.reset();
      const open = await openSubject(subject, folder, embeddingModelAt(standIn.url), 1_024);
      await open.settled();
      const ids = new Map<string, string>();
      for (let thread = 0; thread < 5; thread += 1) {
        const history = await open.memory.recall({
          threadId: `talk-${thread}`,
          resourceId: "user",
          perPage: false,
        });
        for (const { id, role, content } of history.messages)
          if (role === "user") ids.set(String(content.content), id);
      }
      const unfound: string[] = [];
      for (const text of answered)
        if (!(await search(open.memory, text, "talk-0", "user")).includes(ids.get(text) ?? ""))
          unfound.push(text);
      const lost = answered.filter((text) => !ids.has(text)).length;
      (report.killed as object[]).push({
        memory: subject,
        provider,
        answered: answered.length,
        lost,
        unfound: unfound.length,
      });
      print(
        `| ${subject} | ${provider} | ${lost} of ${answered.length} | ${unfound.length} of ${answered.length} |`,
      );
      await open.close();
      await standIn.close();
    }
  }
}

if (values.data !== undefined && existsSync(values.data)) await quality(values.data);
else print("quality: left out, pass --data with the folder of an evaluation set");
await turns();
await changes();
await cold();
await killed();
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(report, null, 2)}\n`);
else print(`\n${JSON.stringify(report)}`);
await rm(root, { recursive: true });
