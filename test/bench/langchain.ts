// SouvenirStore beside LangGraph's InMemoryStore, same texts and vectors: quality, speed, and what a restart leaves.
// node --conditions=@souvenir/source test/bench/langchain.ts [--data FOLDER --items 10000 --runs 200 --seed 7]
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type BaseStore, InMemoryStore } from "@langchain/langgraph-checkpoint";
import { SouvenirStore } from "../../packages/langchain/src/store.ts";
import { readSet } from "../evaluation/data.ts";
import { average, type Scores, score } from "../evaluation/metrics.ts";
import { createCorpus } from "./corpus.ts";
import { latency } from "./measure.ts";

const { values } = parseArgs({
  options: {
    data: { type: "string" },
    items: { type: "string", default: "10000" },
    runs: { type: "string", default: "200" },
    seed: { type: "string", default: "7" },
  },
});
const print = (text: string) => process.stdout.write(`${text}\n`);
const folder = await mkdtemp(join(tmpdir(), "souvenir-bench-"));

/** Embeddings that know their vectors beforehand: both stores compare the same ones. */
class KnownEmbeddings {
  readonly dimensions: number;
  readonly #vectors = new Map<string, Float32Array>();

  constructor(dimensions: number) {
    this.dimensions = dimensions;
  }
  add(text: string, vector: Float32Array): void {
    this.#vectors.set(text, vector);
  }
  async embedQuery(text: string): Promise<number[]> {
    const vector = this.#vectors.get(text);
    if (vector === undefined) throw new Error("a text without a vector");
    return Array.from(vector);
  }
  embedDocuments(texts: string[]): Promise<number[][]> {
    return Promise.all(texts.map((text) => this.embedQuery(text)));
  }
}

const stores: Record<string, (embeddings: KnownEmbeddings, path: string) => BaseStore> = {
  InMemoryStore: (embeddings) =>
    new InMemoryStore({
      index: { dims: embeddings.dimensions, embeddings: embeddings as never, fields: ["text"] },
    }),
  SouvenirStore: (embeddings, path) => new SouvenirStore({ path, index: { embeddings, fields: ["text"] } }),
};

async function put(store: BaseStore, path: string[], items: { key: string; text: string }[]): Promise<void> {
  for (let start = 0; start < items.length; start += 1_000)
    await store.batch(
      items.slice(start, start + 1_000).map(({ key, text }) => ({ namespace: path, key, value: { text } })),
    );
}

async function ready(store: BaseStore): Promise<void> {
  if (store instanceof SouvenirStore) await (await store.openMemory()).flush();
}

print(
  `${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model.trim()}\n`,
);

if (values.data !== undefined && existsSync(values.data)) {
  const { name, groups, dimensions = 0 } = readSet(values.data);
  print(`${name}: recall and order of the best 10, over ${groups.length} groups\n`);
  print("| store | R@10 | nDCG@10 | MRR@10 |\n|---|---|---|---|");
  const embeddings = new KnownEmbeddings(dimensions);
  for (const { documents, queries } of groups)
    for (const { text, vector } of [...documents, ...queries])
      if (vector !== undefined) embeddings.add(text, vector);
  for (const [subject, open] of Object.entries(stores)) {
    const store = open(embeddings, join(folder, "quality.db"));
    const scores: Scores[] = [];
    for (const group of groups) {
      const path = ["groups", group.name];
      await put(
        store,
        path,
        group.documents.map(({ id, text }) => ({ key: id, text })),
      );
      await ready(store);
      for (const { text, relevant } of group.queries) {
        const found = await store.search(path, { query: text, limit: 20 });
        scores.push(
          score(
            found.map(({ key }) => key),
            relevant,
          ),
        );
      }
    }
    const percent = (metric: "R@10" | "nDCG@10" | "MRR@10") => (average(scores, metric) * 100).toFixed(1);
    print(`| ${subject} | ${percent("R@10")} | ${percent("nDCG@10")} | ${percent("MRR@10")} |`);
    await store.stop();
  }
} else print("quality: left out, pass --data with the folder of an evaluation set");

const count = Number(values.items);
const corpus = createCorpus({ seed: Number(values.seed), dimensions: 1_024 });
const embeddings = new KnownEmbeddings(1_024);
const items = Array.from({ length: count }, (_, document) => {
  const text = corpus.text(document);
  embeddings.add(text, corpus.vector(document));
  return { key: `k${document}`, text };
});
const queries = Array.from({ length: Number(values.runs) }, (_, number) => {
  const { text, vector } = corpus.query(number);
  embeddings.add(text, vector);
  return text;
});
print(`\n${count} items of 30 words, 1024 dimensions; ${queries.length} questions of 8 words; best 10\n`);
print(
  "| store | put, items/s | until indexed, s | search p50 ms | p95 ms | items after a restart |\n|---|---|---|---|---|---|",
);
for (const [subject, open] of Object.entries(stores)) {
  const file = join(folder, "speed.db");
  const store = open(embeddings, file);
  const start = performance.now();
  await put(store, ["items"], items);
  const written = performance.now();
  await ready(store);
  const indexed = performance.now();
  const { p50, p95 } = await latency(queries.length, (run) =>
    store.search(["items"], { query: queries[run % queries.length] as string }),
  );
  await store.stop();
  const restarted = open(embeddings, file);
  const kept = (await restarted.search(["items"], { limit: count })).length;
  await restarted.stop();
  const perSecond = (count / (written - start)) * 1_000;
  print(
    `| ${subject} | ${perSecond.toFixed(0)} | ${((indexed - start) / 1_000).toFixed(1)} | ${p50.toFixed(1)} | ${p95.toFixed(1)} | ${kept} |`,
  );
}
await rm(folder, { recursive: true });
