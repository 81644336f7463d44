import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { textbookBm25 } from "./evaluation/baselines.ts";
import { blockFor, blockOf } from "./evaluation/block.ts";
import { pairedBootstrap, stratifiedBootstrap } from "./evaluation/bootstrap.ts";
import { calibrationError, reliability } from "./evaluation/calibration.ts";
import { type Document, foldersWithSets, parseDate, readSet, timesInOrder } from "./evaluation/data.ts";
import { changes, toCommitted } from "./evaluation/figures.ts";
import { areaUnderCurve, foreignQueries, lost, silence } from "./evaluation/foreign.ts";
import { gradedGain, newestFirst, score } from "./evaluation/metrics.ts";
import type { Hit, Outcome, OwnAnswer } from "./evaluation/outcome.ts";
import { belowThreshold } from "./evaluation/report.ts";
import { truthRows } from "./evaluation/truth.ts";

const query = (text: string) => ({
  id: "q",
  group: "g",
  text,
  relevant: new Set(["a"]),
  grades: new Map([["a", 1]]),
});

describe("metrics", () => {
  test("hand-computed: relevant at ranks 2 and 6, a third never found", () => {
    const scores = score(["x", "a", "y", "z", "w", "b"], new Set(["a", "b", "c"]));
    expect(scores["R@10"]).toBeCloseTo(2 / 3, 12);
    // (1/log2(3) + 1/log2(7)) / (1 + 1/log2(3) + 1/log2(4))
    expect(scores["nDCG@10"]).toBeCloseTo((0.63093 + 0.356207) / (1 + 0.63093 + 0.5), 5);
    expect(scores["MRR@10"]).toBe(0.5);
  });

  test("rank 11 counts for nothing", () => {
    const found = [..."0123456789"].concat("a");
    expect(score(found, new Set(["a"]))).toEqual({ "R@10": 0, "nDCG@10": 0, "MRR@10": 0 });
  });

  test("a document found twice counts once, and a full ranking scores 1", () => {
    expect(score(["a", "a", "b"], new Set(["a", "b"]))["nDCG@10"]).toBe(1);
    const many = Array.from({ length: 15 }, (_, index) => `${index}`);
    const scores = score(many, new Set(many));
    expect(scores["nDCG@10"]).toBeCloseTo(1, 12);
    expect(scores["R@10"]).toBeCloseTo(10 / 15, 12);
  });

  test("grades: the newest first is worth more, and whether it is first is known where there are two", () => {
    const grades = new Map([
      ["old", 1],
      ["new", 2],
    ]);
    // (1 + 2/log2(3)) / (2 + 1/log2(3))
    expect(gradedGain(["old", "new"], grades)).toBeCloseTo((1 + 2 * 0.63093) / (2 + 0.63093), 5);
    expect(gradedGain(["new", "old"], grades)).toBe(1);
    const first = (found: string[]) => newestFirst(found, grades);
    expect([first(["x", "new", "old"]), first(["old", "new"]), first(["x"]), first(["new"])]).toEqual([
      true,
      false,
      false,
      true,
    ]);
    expect(newestFirst(["a"], new Map([["a", 1]]))).toBeUndefined();
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

  test("over sets, each set counts alike", () => {
    const { mean, low, high } = stratifiedBootstrap([[0.5], Array(50).fill(0.1)]);
    for (const value of [mean, low, high]) expect(value).toBeCloseTo(0.3, 12);
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
});

/** An answer whose hits have these scores; what is relevant is marked by its grade. */
const answer = (hits: [score: number, grade: number][], more: Partial<OwnAnswer> = {}): OwnAnswer => {
  const found = hits.map(([score, grade]): Hit => ({ score, grade, tokens: 10 }));
  return {
    group: "g",
    type: undefined,
    hits: found.filter(({ score }) => score >= 0.2),
    unfloored: found,
    tookMs: 1,
    scores: { "R@10": 1, "nDCG@10": 1, "MRR@10": 1 },
    unflooredRecall: 1,
    relevant: 1,
    ...more,
  };
};
const outcome = (more: Partial<Outcome>): Outcome => ({
  subject: "static",
  own: [],
  unanswerable: [],
  foreign: [],
  tookMs: 1,
  ...more,
});

describe("foreign questions", () => {
  test("those of each group are asked in the next, of sets of strangers only", () => {
    const group = (name: string) => ({ name, documents: [], unanswerable: [], queries: [query(name)] });
    const groups = ["a", "b", "c"].map(group);
    const asked = (name: string) =>
      [...foreignQueries({ name, groups })].map(([{ name }, queries]) => [
        name,
        ...queries.map(({ text }) => text),
      ]);
    expect(asked("locomo-dev")).toEqual([
      ["a", "c"],
      ["b", "a"],
      ["c", "b"],
    ]);
    expect(asked("xquad-dev")).toEqual([]);
    expect([...foreignQueries({ name: "updates-dev", groups: groups.slice(0, 1) })]).toEqual([]);
  });

  test("empty answers, hits, AUC, and what a floor costs, at the floor of the answers and at others", () => {
    const given = outcome({
      own: [
        answer([
          [0.9, 1],
          [0.3, 0],
        ]),
        answer(
          [
            [0.5, 0],
            [0.1, 1],
          ],
          { scores: { "R@10": 0, "nDCG@10": 0, "MRR@10": 0 } },
        ),
      ],
      foreign: [
        answer([
          [0.6, 0],
          [0.4, 0],
        ]),
        answer([[0.1, 0]]),
        answer([]),
      ],
    });
    // 0.9 is above all three, 0.5 above two of three.
    expect(silence(given.foreign, given)).toEqual({ questions: 3, empty: 2 / 3, hits: 2 / 3, auc: 5 / 6 });
    expect(silence(given.foreign, given, 0)).toMatchObject({ empty: 1 / 3, hits: 1 });
    expect(silence(given.foreign, given, 0.5)).toMatchObject({ empty: 2 / 3, hits: 1 / 3 });
    expect([lost(given), lost(given, 0.05), lost(given, 0.2), lost(given, 0.95)]).toEqual([0.5, 0, 0.5, 1]);
  });

  test("ties count half in the area under the curve", () => {
    expect(areaUnderCurve([0.5, 0.5], [0.5, 0.2, 0.8, 0.5])).toBe((0.5 + 1 + 0 + 0.5) / 4);
  });
});

test("reliability: scores in tenths against what is relevant", () => {
  const bins = reliability(
    [
      outcome({
        own: [answer([[0.95, 1]]), answer([[0.91, 0]])],
        foreign: [answer([[0.05, 0]]), answer([[1, 0]])],
      }),
    ],
    1,
  );
  expect(bins.map(({ from, hits, observed }) => [from, hits, observed])).toEqual([
    [0, 1, 0],
    [0.9, 3, 1 / 3],
  ]);
  // One of four is 0.05 off, three are (0.95 + 0.91 + 1) / 3 - 1/3 off.
  expect(calibrationError(bins)).toBeCloseTo(0.05 / 4 + (2.86 - 1) / 4, 12);
});

test("the block for a recall is interpolated between whole numbers of hits, and may not exist", () => {
  const own = [
    answer(
      [
        [0.9, 1],
        [0.8, 0],
        [0.7, 1],
      ],
      { relevant: 2 },
    ),
    answer([
      [0.9, 0],
      [0.8, 1],
    ]),
  ];
  expect(blockOf(own, 1)).toEqual({ recall: 0.25, tokens: 10 });
  expect(blockFor(own, 0.25)).toEqual({ hits: 1, tokens: 10 });
  // One hit finds a quarter, two three quarters.
  expect(blockFor(own, 0.5)).toEqual({ hits: 1.5, tokens: 15 });
  expect(blockFor([answer([[0.9, 0]])], 0.5).hits).toBe(Number.POSITIVE_INFINITY);
});

test("what is true: updates, contradictions, order and what was never said, by set and type", () => {
  const found = (type: string, recall: number, newestFirst?: boolean) =>
    answer([[0.9, 1]], {
      type,
      scores: { "R@10": recall, "nDCG@10": recall, "MRR@10": 1 },
      ...(newestFirst === undefined ? {} : { newestFirst }),
    });
  const own = [
    found("knowledge_update", 1, true),
    found("knowledge_update", 0.5, false),
    found("contradiction-resolution", 0.5),
    found("event_ordering", 0.25),
    found("single-hop", 1),
  ];
  const none = [answer([[0.1, 0]], { type: "abstention" }), answer([[0.3, 0]], { type: "abstention" })];
  const set = { set: "s", documents: 1, groups: 1, questions: 5, baselines: [] };
  const rows = truthRows([{ ...set, outcomes: [outcome({ own, unanswerable: none })] }]);
  expect(
    rows.map(({ what, type, questions, figures }) => [what, type, questions, figures.get("static")]),
  ).toEqual([
    ["knowledge update", "knowledge_update", 2, [0.75, 0.5, 0.5]],
    ["contradiction", "contradiction-resolution", 1, [0.5, 0]],
    ["event order", "event_ordering", 1, [0.25, 0]],
    ["abstention", "abstention", 2, [0.5]],
  ]);
});

describe("figures against earlier ones", () => {
  const figures = (recall: (question: number) => number, subject = "static") =>
    toCommitted({}, [
      {
        set: "s",
        documents: 1,
        groups: 1,
        questions: 100,
        baselines: [],
        outcomes: [
          outcome({
            subject,
            own: Array.from({ length: 100 }, (_, question) =>
              answer([[0.9, 1]], { scores: { "R@10": recall(question), "nDCG@10": 1, "MRR@10": 1 } }),
            ),
            foreign: [answer([[0.9, 0]])],
          }),
        ],
      },
    ]);

  test("a fall that chance does not explain is named, in its direction; what is noise is not", () => {
    const before = figures(() => 0.8);
    expect(changes(before, before)).toEqual([]);
    expect(
      changes(
        before,
        figures((question) => (question < 50 ? 0.9 : 0.7)),
      ),
    ).toEqual([]);
    const [change, ...more] = changes(
      before,
      figures((question) => (question < 30 ? 0.2 : 0.8)),
    );
    expect(more).toEqual([]);
    expect(change).toMatchObject({ set: "s", configuration: "static", figure: "R@10" });
    expect(change!.now).toBeCloseTo(0.62, 12);
    expect(change!.high).toBeLessThan(0);
    expect(
      changes(
        figures((question) => (question < 30 ? 0.2 : 0.8)),
        before,
      )[0]!.low,
    ).toBeGreaterThan(0);
  });

  test("many small falls show in the mean over the sets", () => {
    const some = (recall: (question: number) => number) => {
      const { sets } = figures(recall);
      return { sets: Object.fromEntries(Array.from({ length: 12 }, (_, set) => [`s${set}`, sets.s!])) };
    };
    // Four of a hundred questions fall from 1 to 0: no more than chance in one set.
    const found = changes(
      some(() => 1),
      some((question) => (question < 4 ? 0 : 1)),
    );
    expect(found.map(({ set, figure }) => [set, figure])).toEqual([["mean of 12 sets", "R@10"]]);
  });

  test("what one side lacks is passed over", () => {
    expect(
      changes(
        figures(() => 1),
        figures(() => 0, "words only"),
      ),
    ).toEqual([]);
    expect(
      changes(
        { sets: {} },
        figures(() => 0),
      ),
    ).toEqual([]);
  });
});

test("thresholds of our own sets: in all, by group, several of a language together, and without an answer", () => {
  const own = ["French", "French 2", "German"].map((group, place) =>
    answer([[0.9, place === 1 ? 0 : 1]], { group }),
  );
  const set = (thresholds: Record<string, number>) => ({
    set: "s",
    documents: 1,
    groups: 3,
    questions: 3,
    written: { about: "", askedAt: "", thresholds: { static: thresholds } },
    baselines: [],
    outcomes: [outcome({ own, unanswerable: [answer([[0.1, 0]]), answer([[0.3, 0]])] })],
  });
  expect(belowThreshold([set({ all: 66, French: 50, German: 100, "no answer": 50 })])).toEqual([]);
  expect(belowThreshold([set({ all: 67, French: 51, "no answer": 51 })])).toEqual([
    "s, static, all: 66.7 % right, and not 67 %",
    "s, static, French: 50.0 % right, and not 51 %",
    "s, static, no answer: 50.0 % right, and not 51 %",
  ]);
});

describe("the tool", () => {
  const script = fileURLToPath(new URL("./evaluation/run.ts", import.meta.url));
  const root = fileURLToPath(new URL("../", import.meta.url));
  const run = (options: string[]) =>
    promisify(execFile)(process.execPath, ["--conditions=@souvenir/source", script, ...options], {
      cwd: root,
      env: { ...process.env, MISTRAL_API_KEY: "" },
    });
  let home: string;

  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), "souvenir-evaluation-"));
    writeTinySet(join(home, "tiny"));
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  test("reads a folder: threads, times, roles, vectors, grades, and what has no answer", () => {
    expect(foldersWithSets(home)).toEqual([join(home, "tiny")]);
    const { name, groups, dimensions, written } = readSet(join(home, "tiny"), { vectors: "minilm" });
    expect([name, dimensions, groups.map((group) => group.name)]).toEqual(["tiny", 4, ["g1", "g2"]]);
    expect(written).toBeUndefined();
    expect(groups[0]!.documents[1]).toEqual({
      id: "g1/1",
      group: "g1",
      text: "It is called Pilou and sleeps on the piano.",
      thread: "g1/1",
      role: "user",
      createdAt: Date.UTC(2023, 4, 8, 13, 56, 1),
      vector: Float32Array.of(0, 1, 0, 0),
    });
    expect(
      groups[0]!.queries.map(({ id, relevant, grades }) => [id, [...relevant], [...grades.values()]]),
    ).toEqual([["q0", ["g1/1", "g1/0"], [1, 2]]]);
    expect(groups[0]!.unanswerable.map(({ id }) => id)).toEqual(["nobody knows"]);
    expect(groups[1]!.documents[0]).not.toHaveProperty("createdAt");
    expect(readSet(join(home, "tiny"))).not.toHaveProperty("dimensions");
  });

  test("runs every configuration and baseline, and writes figures and page without a text", async () => {
    const [json, markdown] = [join(home, "out.json"), join(home, "out.md")];
    const { stdout } = await run([join(home, "tiny"), "--json", json, "--markdown", markdown]);
    expect(readFileSync(markdown, "utf8")).toBe(stdout.replace(/\n$/, ""));
    const { tiny } = JSON.parse(readFileSync(json, "utf8")).sets;
    expect(tiny).toMatchObject({ documents: 5, questions: 2 });
    // g1: BM25 finds "cat" alone, one of two; g2: its only document.
    expect(tiny.baselines["textbook BM25"].figures["R@10"]).toBeCloseTo(0.75, 12);
    expect(Object.keys(tiny.baselines)).toEqual(["textbook BM25", "stock Orama"]);
    expect(Object.keys(tiny.configurations)).toEqual(["static", "words only", "MiniLM"]);
    // Kept and shown again, they are the same but for rounding.
    const again = join(home, "again.json");
    await run([join(home, "tiny"), "--last-baselines", "--against", json, "--json", again]);
    const kept = JSON.parse(readFileSync(again, "utf8")).sets.tiny.baselines["textbook BM25"].figures;
    for (const [metric, value] of Object.entries(tiny.baselines["textbook BM25"].figures))
      expect(kept[metric]).toBeCloseTo(value as number, 2);
    expect(tiny.configurations.MiniLM.figures).toMatchObject({ "R@10": 1, unanswerable: { questions: 1 } });
    expect(stdout).toContain("## Losses");
    expect(stdout).toContain("## The newest statement first");
    for (const text of [stdout, readFileSync(json, "utf8")]) expect(text).not.toMatch(/Pilou|q0|g1\//);
  });

  test("compares with earlier figures, and fails where our own sets ask for more", async () => {
    const json = join(home, "before.json");
    const folder = join(home, "own", "ours");
    writeTinySet(folder, { vectors: false });
    const about = (least: number) =>
      writeFileSync(
        join(folder, "set.json"),
        JSON.stringify({
          about: "Ours.",
          askedAt: "2026-01-01T00:00:00Z",
          thresholds: { "words only": { all: least } },
        }),
      );
    const options = [folder, "--configurations", "words only", "--no-baselines"];
    about(10);
    await run([...options, "--json", json]);
    const { stdout } = await run([...options, "--compare", "--against", json]);
    expect(stdout).toContain("### ours");
    expect(stdout).toContain("No figure differs by more than chance.");
    about(101);
    await expect(run([...options])).rejects.toThrow(/ours, words only, all: [\d.]+ % right, and not 101 %/);
    await expect(run([...options, "--compare", "--against", join(home, "absent.json")])).rejects.toThrow(
      /write one with --json/,
    );
  });

  test("takes an embedder of one's own, and passes over a model that a folder has no vectors of", async () => {
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
    await run([folder, "--configurations", "MiniLM, random", "--embedder", module, "--json", json]);
    const { plain } = JSON.parse(readFileSync(json, "utf8")).sets;
    expect(Object.keys(plain.configurations)).toEqual(["random", "embedder length"]);
  });

  test("refuses a folder without a set, and an unknown configuration", async () => {
    await expect(run([join(home, "absent")])).rejects.toMatchObject({ code: 1 });
    await expect(run([home, "--configurations", "magic"])).rejects.toThrow(/no configuration "magic"/);
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
    { id: "nobody knows", group: "g1", text: "Who won?", type: "abstention" },
    { id: "not judged", group: "g1", text: "And then?", type: "single" },
    { id: "q1", group: "g2", text: "When is the bakery's invoice due?", type: "single" },
  ];
  const lines = (rows: unknown[]) => `${rows.map((row) => JSON.stringify(row)).join("\n")}\n`;
  writeFileSync(join(folder, "corpus.jsonl"), lines(corpus));
  writeFileSync(join(folder, "queries.jsonl"), lines(queries));
  writeFileSync(join(folder, "qrels.tsv"), "q0\tg1/1\t1\nq0\tg1/0\t2\nq0\tg1/2\t0\nq1\tg2/0\t1\n");
  if (!vectors) return;
  writeVectors(join(folder, "corpus.minilm.f32"), [
    [0.6, 0.8, 0, 0],
    [0, 1, 0, 0],
    [0, 0, 1, 0],
    [0, 0, 0, 1],
    [0, 0, 0, 0],
  ]);
  writeVectors(join(folder, "queries.minilm.f32"), [
    [0, 1, 0, 0],
    [1, 0, 0, 0],
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
