// What memory adds to the first token of streamText: node --conditions=@souvenir/source test/bench/ai-sdk.ts [--runs 200 --memories 2000]
import { mkdtemp, rm } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createMistral } from "@ai-sdk/mistral";
import { createMemory } from "@souvenir/core";
import { startMistralStandIn } from "@souvenir/test/mistral-stand-in/stand-in";
import { streamText } from "ai";
import { withMemory } from "../../packages/ai-sdk/src/index.ts";

const { values } = parseArgs({
  options: { runs: { type: "string", default: "200" }, memories: { type: "string", default: "2000" } },
});
const runs = Number(values.runs);
const print = (text: string) => process.stdout.write(`${text}\n`);

const standIn = await startMistralStandIn();
standIn.script({ chat: () => ({ content: "The bakery opens at half past six." }) });
const mistral = createMistral({ apiKey: "key", baseURL: `${standIn.url}/v1` })("mistral-large-latest");
const folder = await mkdtemp(join(tmpdir(), "souvenir-bench-"));
const memory = await createMemory({ path: join(folder, "memory.db") });
const towns = ["Brest", "Nantes", "Lyon", "Lille", "Tours", "Nice"];
await memory.setMany(
  Array.from({ length: Number(values.memories) }, (_, index) => ({
    namespace: "full",
    value: `Bakery ${index} in ${towns[index % towns.length]} opens at ${5 + (index % 5)}:${10 + (index % 50)}.`,
  })),
);
await memory.flush();

let recallMs = 0;
const timed = {
  async recall(input: Parameters<typeof memory.recall>[0]) {
    const start = performance.now();
    try {
      return await memory.recall(input);
    } finally {
      recallMs = performance.now() - start;
    }
  },
  remember: memory.remember.bind(memory),
};
const subjects = {
  plain: mistral,
  "empty memory": withMemory(mistral, { memory: timed, namespace: "empty", store: false }),
  "full memory": withMemory(mistral, { memory: timed, namespace: "full", store: false }),
  "full memory, storing": withMemory(mistral, { memory: timed, namespace: "full" }),
};

/** Milliseconds from the call to the first text, and of the recall in them. */
async function firstToken(model: typeof mistral, run: number): Promise<{ total: number; recall: number }> {
  recallMs = 0;
  const prompt = `Run ${run}: when does bakery ${run * 7} in ${towns[run % towns.length]} open?`;
  const start = performance.now();
  const { textStream } = streamText({ model, prompt });
  let total: number | undefined;
  for await (const _ of textStream) total ??= performance.now() - start;
  return { total: total ?? Number.NaN, recall: recallMs };
}

const times = new Map<string, { total: number; recall: number }[]>(
  Object.keys(subjects).map((name) => [name, []]),
);
// Turn by turn and in changing order, so that what slows the machine down slows all of them down.
const order = Object.entries(subjects);
for (let run = -20; run < runs; run++) {
  order.push(...order.splice(0, 1));
  for (const [name, model] of order) {
    const time = await firstToken(model, Math.abs(run));
    if (run >= 0) times.get(name)?.push(time);
  }
}

const median = (numbers: number[]) =>
  numbers.toSorted((left, right) => left - right)[numbers.length >> 1] ?? 0;
const plain = times.get("plain") ?? [];
print(
  `${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model.trim()}`,
);
print(`${runs} turns each, ${values.memories} memories, the static embedder, medians in ms\n`);
print("| model | first token | added | of it recall | added beyond recall |\n|---|---|---|---|---|");
for (const [name, measured] of times) {
  // Pairs of neighbours in time.
  const added = median(measured.map(({ total }, run) => total - (plain[run]?.total ?? 0)));
  const beyond = median(measured.map(({ total, recall }, run) => total - recall - (plain[run]?.total ?? 0)));
  const row = [
    median(measured.map(({ total }) => total)),
    added,
    median(measured.map(({ recall }) => recall)),
    beyond,
  ];
  print(`| ${name} | ${row.map((number) => number.toFixed(2)).join(" | ")} |`);
}
await memory.close();
await standIn.close();
await rm(folder, { recursive: true, force: true });
