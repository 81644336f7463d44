import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { reciprocalRankFusion, textbookBm25, vectorOnly } from "./evaluation/baselines.ts";
import { pairedBootstrap } from "./evaluation/bootstrap.ts";
import { type Document, foldersWithSets, parseDate, readSet, timesInOrder } from "./evaluation/data.ts";
import type { Outcome } from "./evaluation/evaluate.ts";
import { type Scores, score } from "./evaluation/metrics.ts";
import { losses } from "./evaluation/report.ts";

describe("metrics", () => {
  test("hand-computed: relevant at ranks 2 and 6, a third never found", () => {
    const scores = score(["x", "a", "y", "z", "w", "b"], new Set(["a", "b", "c"]));
    expect(scores["R@5"]).toBeCloseTo(1 / 3, 12);
    expect(scores["R@10"]).toBeCloseTo(2 / 3, 12);
    expect(scores["R@20"]).toBeCloseTo(2 / 3, 12);
    // (1/log2(3) + 1/log2(7)) / (1 + 1/log2(3) + 1/log2(4))
    expect(scores["nDCG@10"]).toBeCloseTo((0.63093 + 0.356207) / (1 + 0.63093 + 0.5), 5);
    expect(scores["MRR@10"]).toBe(0.5);
  });

  test("rank 11 counts for R@20 only", () => {
    const found = [..."0123456789"].concat("a");
    expect(score(found, new Set(["a"]))).toEqual({
      "R@5": 0,
      "R@10": 0,
      "R@20": 1,
      "nDCG@10": 0,
      "MRR@10": 0,
    });
  });

  test("a document found twice counts once, and a full ranking scores 1", () => {
    expect(score(["a", "a", "b"], new Set(["a", "b"]))["nDCG@10"]).toBe(1);
    const many = Array.from({ length: 15 }, (_, index) => `${index}`);
    const scores = score(many, new Set(many));
    expect(scores["nDCG@10"]).toBeCloseTo(1, 12);
    expect(scores["R@10"]).toBeCloseTo(10 / 15, 12);
  });

  test("a query without relevant documents is refused", () => {
    expect(() => score(["a"], new Set())).toThrow(/no score/);
  });
});

describe("paired bootstrap", () => {
  test("a constant difference has an interval without width", () => {
    const { mean, low, high } = pairedBootstrap([0.75, 1, 0.5], [0.5, 0.75, 0.25]);
    expect([mean, low, high]).toEqual([0.25, 0.25, 0.25]);
  });

  test("two queries: the mean of a resample is -1, 0 or 1, the outer ones a quarter of the time each", () => {
    expect(pairedBootstrap([1, 0], [0, 1])).toEqual({ mean: 0, low: -1, high: 1 });
  });

  test("400 queries: close to the normal interval, and the same for the same seed", () => {
    // Half of the differences are 1, half 0: mean 0.5, standard error 0.5 / sqrt(400) = 0.025.
    const candidate = Array.from({ length: 400 }, (_, query) => query % 2);
    const reference = candidate.map(() => 0);
    const { mean, low, high } = pairedBootstrap(candidate, reference, { seed: 3 });
    expect(mean).toBe(0.5);
    expect(low).toBeCloseTo(0.5 - 1.96 * 0.025, 2);
    expect(high).toBeCloseTo(0.5 + 1.96 * 0.025, 2);
    expect(pairedBootstrap(candidate, reference, { seed: 3 })).toEqual({ mean, low, high });
    expect(pairedBootstrap(candidate, reference, { seed: 4 })).not.toEqual({ mean, low, high });
  });

  test("scores that do not pair are refused", () => {
    expect(() => pairedBootstrap([1], [1, 0])).toThrow(/as many/);
    expect(() => pairedBootstrap([], [])).toThrow(/as many/);
  });
});

describe("dates", () => {
  test("both formats of the sets and ISO 8601 are read as UTC", () => {
    expect(parseDate("1:56 pm on 8 May, 2023")).toBe(Date.UTC(2023, 4, 8, 13, 56));
    expect(parseDate("12:06 am on 11 November, 2022")).toBe(Date.UTC(2022, 10, 11, 0, 6));
    expect(parseDate("12:10 pm on 1 January, 2024")).toBe(Date.UTC(2024, 0, 1, 12, 10));
    expect(parseDate("March-15-2024")).toBe(Date.UTC(2024, 2, 15));
    expect(parseDate("2024-03-15")).toBe(Date.UTC(2024, 2, 15));
    expect(parseDate("2024-03-15T10:00:00Z")).toBe(Date.UTC(2024, 2, 15, 10));
    expect(parseDate(null)).toBeUndefined();
    expect(() => parseDate("some day")).toThrow(/not a date/);
  });

  test("times increase in the order of the file", () => {
    expect(timesInOrder([undefined, 50_000, 50_000, undefined, 90_000, 20_000])).toEqual([
      49_000, 50_000, 51_000, 52_000, 90_000, 91_000,
    ]);
    expect(timesInOrder([undefined, undefined])).toEqual([undefined, undefined]);
  });
});

describe("baselines", () => {
  const document = (id: string, text: string): Document => ({ id, text, group: "g" });
  const query = (text: string) => ({ id: "q", group: "g", text, relevant: new Set(["a"]) });

  test("BM25 matches stems, passes over stop words, and prefers the rare word and the short text", async () => {
    const ranker = textbookBm25([
      document("long", "The river runs past a mill, a church, a bridge and a market"),
      document("short", "A river runs"),
      document("rare", "The heron of the mill"),
    ]);
    expect(await ranker(query("Running rivers"), 10)).toEqual(["short", "long"]);
    expect(await ranker(query("the heron at the mill"), 10)).toEqual(["rare", "long"]);
    expect(await ranker(query("and of the"), 10)).toEqual([]);
    expect(await ranker(query("constructor __proto__"), 10)).toEqual([]);
  });

  test("vectors rank by cosine, those of zeros are not found", async () => {
    const documents = ["far", "none", "near"].map((id) => document(id, id));
    const vectors = [Float32Array.of(0, 5), Float32Array.of(0, 0), Float32Array.of(2, 0.1)];
    expect(await vectorOnly(documents, vectors, () => Float32Array.of(1, 0))(query(""), 10)).toEqual([
      "near",
      "far",
    ]);
    expect(await vectorOnly(documents, vectors, () => Float32Array.of(0, 0))(query(""), 10)).toEqual([]);
  });

  test("rank fusion puts what both find first", async () => {
    const fused = reciprocalRankFusion([() => ["a", "b", "c"], () => ["d", "b"]]);
    // b: 2/62; a and d: 1/61; c: 1/63.
    expect(await fused(query(""), 3)).toEqual(["b", "a", "d"]);
  });
});

test("losses name each rival that does better, and only those", () => {
  const scores = (recall: number): Scores[] => [
    { "R@5": 0, "R@10": recall, "R@20": 1, "nDCG@10": 0.5, "MRR@10": 0 },
  ];
  const outcome = (subject: string, recall: number, rivals?: string[]): Outcome => ({
    subject,
    scores: scores(recall),
    tookMs: 1,
    ...(rivals === undefined ? {} : { rivals }),
  });
  const found = losses({
    reference: "textbook BM25",
    circumstances: { command: "", date: "", machine: "", versions: "", seed: 1 },
    sets: [
      {
        set: "s",
        documents: 1,
        groups: 1,
        types: [undefined],
        skipped: [],
        outcomes: [
          outcome("textbook BM25", 0.6),
          outcome("stock Orama hybrid", 0.2),
          outcome("vector only, x", 0.9),
          outcome("Souvenir, x", 0.7, ["vector only, x"]),
          outcome("vector only, y", 0.1),
          outcome("Souvenir, y", 0.6, ["vector only, y"]),
        ],
      },
    ],
  });
  expect(found.map(({ subject, rival, metric }) => [subject, rival, metric])).toEqual([
    ["Souvenir, x", "vector only, x", "R@10"],
  ]);
});

describe("the tool", () => {
  const script = fileURLToPath(new URL("./evaluation/run.ts", import.meta.url));
  const root = fileURLToPath(new URL("../", import.meta.url));
  const run = (options: string[], file = script) =>
    promisify(execFile)(process.execPath, ["--conditions=@souvenir/source", file, ...options], {
      cwd: root,
      env: { ...process.env, MISTRAL_API_KEY: "" },
    });
  let home: string;

  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), "souvenir-evaluation-"));
    writeTinySet(join(home, "tiny"));
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  test("reads a folder: threads, times, roles, vectors, queries with relevance", () => {
    expect(foldersWithSets(home)).toEqual([join(home, "tiny")]);
    const { name, groups, dimensions } = readSet(join(home, "tiny"));
    expect([name, dimensions, groups.map((group) => group.name)]).toEqual(["tiny", 4, ["g1", "g2"]]);
    expect(groups[0]!.documents[1]).toEqual({
      id: "g1/1",
      group: "g1",
      text: "It is called Pilou and sleeps on the piano.",
      thread: "g1/1",
      role: "user",
      createdAt: Date.UTC(2023, 4, 8, 13, 56, 1),
      vector: Float32Array.of(0, 1, 0, 0),
    });
    expect(groups[0]!.queries.map(({ id, relevant }) => [id, [...relevant]])).toEqual([
      ["q0", ["g1/1", "g1/0"]],
    ]);
    expect(groups[1]!.documents[0]).not.toHaveProperty("createdAt");
  });

  test("runs every configuration and baseline, and writes JSON and Markdown", async () => {
    const [json, markdown] = [join(home, "out.json"), join(home, "out.md")];
    const { stdout } = await run([join(home, "tiny"), "--json", json, "--markdown", markdown]);
    expect(readFileSync(markdown, "utf8")).toBe(stdout.replace(/\n$/, ""));
    const { sets, reference } = JSON.parse(readFileSync(json, "utf8"));
    expect(reference).toBe("textbook BM25");
    expect(sets).toHaveLength(1);
    expect(sets[0]).toMatchObject({ set: "tiny", documents: 5, groups: 2, queries: 2, skipped: [] });
    const by = Object.fromEntries(
      sets[0].outcomes.map((outcome: { subject: string }) => [outcome.subject, outcome]),
    );
    expect(Object.keys(by)).toHaveLength(2 + 15 + 7 * 2);
    // g1: BM25 finds "cat" alone, one of two at rank 1; g2: its only document at rank 1.
    expect(by["textbook BM25"].all["R@10"]).toBeCloseTo(0.75, 12);
    expect(by["textbook BM25"].all["MRR@10"]).toBe(1);
    expect(by["textbook BM25"].byType.single["R@5"]).toBe(1);
    expect(by["textbook BM25"]).not.toHaveProperty("difference");
    // The given vectors put both relevant turns of g1 first; the query of g2 has a vector of zeros.
    expect(by["vector only, given vectors"].byType).toMatchObject({
      multi: { "nDCG@10": 1 },
      single: { "R@20": 0 },
    });
    expect(by["vector only, given vectors"].difference["R@10"].mean).toBeCloseTo(0.5 - 0.75, 12);
    expect(by["Souvenir, given vectors"].all["R@10"]).toBe(1);
    expect(by["Souvenir, no embedder"].byType.single["R@10"]).toBe(1);
    expect(stdout).toContain("## Losses");
    expect(stdout).not.toContain("Pilou");
  });

  test("runs the chosen configurations against the chosen reference", async () => {
    const json = join(home, "chosen.json");
    const options = [
      "--configurations",
      "no embedder, given vectors",
      "--reference",
      "Souvenir, no embedder",
    ];
    await run([home, ...options, "--json", json]);
    const { sets } = JSON.parse(readFileSync(json, "utf8"));
    const subjects = sets[0].outcomes.map(({ subject }: { subject: string }) => subject);
    expect(subjects).toEqual([
      "textbook BM25",
      "stock Orama hybrid",
      "Souvenir, no embedder",
      "vector only, given vectors",
      "reciprocal rank fusion, given vectors",
      "Souvenir, given vectors",
    ]);
    expect(sets[0].outcomes[2]).not.toHaveProperty("difference");
  });

  test("takes an embedder of one's own, and a folder without vectors", async () => {
    const folder = join(home, "own", "plain");
    writeTinySet(folder, { vectors: false });
    const module = join(home, "embedder.mjs");
    writeFileSync(
      module,
      `export default { id: "length", dimensions: 2, async embed(texts) {
        return texts.map((text) => Float32Array.of(1, text.length));
      } };`,
    );
    const json = join(home, "own.json");
    await run([folder, "--configurations", "given vectors", "--embedder", module, "--json", json]);
    const { sets } = JSON.parse(readFileSync(json, "utf8"));
    expect(sets[0].skipped).toEqual([
      "stock Orama hybrid: the folder has no vectors",
      "given vectors: the folder has no vectors",
    ]);
    expect(sets[0].outcomes.at(-1)).toMatchObject({
      subject: "Souvenir, embedder length",
      all: { "R@20": 1 },
    });
  });

  test("refuses a folder without a set, an unknown configuration and an unknown reference", async () => {
    await expect(run([join(home, "absent")])).rejects.toMatchObject({ code: 1 });
    await expect(run([home, "--configurations", "magic"])).rejects.toThrow(/no configuration "magic"/);
    await expect(run([home, "--configurations", "no embedder", "--reference", "magic"])).rejects.toThrow(
      /--reference "magic" did not run/,
    );
  });

  test("says so when the default folders are absent, and succeeds", async () => {
    const copy = join(home, "elsewhere", "repository");
    cpSync(join(root, "test", "evaluation"), join(copy, "test", "evaluation"), { recursive: true });
    symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
    const { stdout } = await run([], join(copy, "test", "evaluation", "run.ts"));
    expect(stdout).toMatch(/^Nothing to evaluate/);
  });
});

/** Two conversations and a note, written here: three turns with dates and vectors, two documents without a thread. */
function writeTinySet(folder: string, { vectors = true } = {}): void {
  mkdirSync(folder, { recursive: true });
  const date = "1:56 pm on 8 May, 2023";
  const turn = { group: "g1", session: 1, role: "user", date };
  const corpus = [
    { ...turn, id: "g1/0", text: "Our cat moved in last week." },
    { ...turn, id: "g1/1", text: "It is called Pilou and sleeps on the piano." },
    { ...turn, id: "g1/2", text: "Tomorrow the plumber comes about the boiler." },
    { id: "g2/0", group: "g2", text: "The quarterly invoice of the bakery is due in June." },
    { id: "g2/1", group: "g2", text: "Rowing practice starts at seven." },
  ];
  const queries = [
    { id: "q0", group: "g1", text: "Where does the cat nap?", type: "multi" },
    { id: "unanswerable", group: "g1", text: "Who won?", type: "single" },
    { id: "q1", group: "g2", text: "When is the bakery's invoice due?", type: "single" },
  ];
  const lines = (rows: unknown[]) => `${rows.map((row) => JSON.stringify(row)).join("\n")}\n`;
  writeFileSync(join(folder, "corpus.jsonl"), lines(corpus));
  writeFileSync(join(folder, "queries.jsonl"), lines(queries));
  writeFileSync(join(folder, "qrels.tsv"), "q0\tg1/1\t1\nq0\tg1/0\t2\nq0\tg1/2\t0\nq1\tg2/0\t1\n");
  if (!vectors) return;
  writeVectors(join(folder, "corpus.f32"), [
    [0.6, 0.8, 0, 0],
    [0, 1, 0, 0],
    [0, 0, 1, 0],
    [0, 0, 0, 1],
    [0, 0, 0, 0],
  ]);
  writeVectors(join(folder, "queries.f32"), [
    [0, 1, 0, 0],
    [1, 0, 0, 0],
    [0, 0, 0, 0],
  ]);
}

function writeVectors(file: string, rows: number[][]): void {
  const numbers = rows.flat();
  const bytes = Buffer.alloc(numbers.length * 4);
  for (const [index, number] of numbers.entries()) bytes.writeFloatLE(number, index * 4);
  writeFileSync(file, bytes);
}
