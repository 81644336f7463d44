/**
 * `npm run bench:text`: whether every routine that sees the text of a user is linear in it. Doubles hostile texts and
 * prints the CPU of 2n to that of n, largest first; from 3 on the run fails. The last line is all of it as JSON.
 *
 * `npm run bench:text -- --only recall --json out.json`: routines whose name contains "recall"; the JSON into a file.
 */
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import {
  canonicalName,
  createMemory,
  defaultEmbedder,
  estimateTokens,
  offlineExtractor,
  questionOf,
  recallBlock,
  splitText,
  wholeMessages,
  withoutRecallBlocks,
} from "@souvenir/core";
import { TextIndex, tokenize } from "@souvenir/orama";
import { asksQuestion, speakerNames } from "../../packages/core/src/analysis/speaker.ts";
import { pieces } from "../../packages/core/src/embedders/embed.ts";
import { withoutDuplicates } from "../../packages/core/src/paraphrases/duplicates.ts";
import { fold } from "../../packages/core/src/text/fold.ts";
import { timeOf } from "../../packages/core/src/time/time.ts";
import { oneLine } from "../../packages/server/src/cli/text.ts";

const fence = "<souvenir-memories></souvenir-memories>";
/** Texts of about so many characters. */
const inputs: Readonly<Record<string, (length: number) => string>> = {
  "empty fences": (length) => repeated(fence, length),
  "open fences": (length) => repeated("<souvenir-memories>", length),
  "fences in fences": (length) =>
    `${repeated("<souvenir-mem", length / 2)}${fence}${repeated("ories>", length / 2)}`,
  quotes: (length) => repeated('"', length),
  "quotes and stops": (length) => repeated('."', length),
  "combining marks": (length) => repeated("\u0301", length),
  "letters with marks": (length) => repeated("e\u0301\u0308", length),
  spaces: (length) => ` ${repeated(" ", length)}x`,
  "spaces at the end": (length) => `x${repeated(" ", length)}`,
  "words far apart": (length) => repeated(`word${" ".repeat(60)}`, length),
  "newlines at the end": (length) => `x${repeated("\n", length)}`,
  "words and spaces": (length) => repeated("a ", length),
  digits: (length) => repeated("7", length),
  "digits and commas": (length) => repeated("1,", length),
  "digits and dots": (length) => repeated("1.", length),
  "one endless word": (length) => repeated("a", length),
  "an endless word of parts": (length) => repeated("aB", length),
  "an endless word in Thai": (length) => repeated("กา", length),
  "an endless word in Han": (length) => repeated("東京", length),
  "an endless word in Hangul": (length) => repeated("서울", length),
  "an endless word in Kana": (length) => repeated("カタ", length),
  "opening brackets": (length) => repeated("(", length),
  "both brackets": (length) => repeated("[(<{", length / 2) + repeated("}>)]", length / 2),
  newlines: (length) => repeated("\n", length),
  "newlines and spaces": (length) => repeated("\n ", length),
  emoji: (length) => repeated("👩‍👩‍👧", length),
  flags: (length) => repeated("🇫", length),
  hyphens: (length) => repeated("a-", length),
  "dots and letters": (length) => repeated("a.", length),
  slashes: (length) => repeated("/a", length),
  "at signs": (length) => repeated("a@", length),
  underscores: (length) => repeated("_", length),
  ampersands: (length) => repeated("&", length),
  "capital words": (length) => repeated("Ada ", length),
  "capital letters": (length) => repeated("A", length),
  "names and particles": (length) => repeated("Ada de la ", length),
  "zero width": (length) => repeated("a\u200d", length),
  apostrophes: (length) => repeated("l'", length),
  "colons and numbers": (length) => repeated("10:", length),
  mixed: (length) => repeated('Ada (42) said: "x-y" 東京 é\u0301 👩‍👧\n', length),
};

function repeated(piece: string, length: number): string {
  return piece.repeat(Math.ceil(length / piece.length));
}

/** With limits that let everything through, and one memory, so that questions have something to be compared with. */
const most = 1 << 24;
const memory = await createMemory({ path: ":memory:", limits: { valueBytes: most, queryBytes: most } });
const parted = await createMemory({ path: ":memory:", limits: { valueBytes: 4_096 } });
const namespace = "n";
await memory.set({ namespace, key: "other", value: "Ada lives in Lyon." });

const extractor = offlineExtractor();
const embedder = defaultEmbedder();
await embedder.load?.();
const now = Date.UTC(2026, 10, 29);
const record = (value: string) => ({
  value,
  createdAt: "2026-11-29T00:00:00.000Z",
  role: value.slice(0, 64),
});

/** Each routine with a text, as a call would give it. */
const routines: Readonly<Record<string, (text: string) => unknown>> = {
  withoutRecallBlocks,
  splitText: (text) => splitText(text, 32_768),
  "splitText into many": (text) => splitText(text, 256),
  pieces: (text) => pieces(text, { maxCharacters: 6_000 }),
  "pieces, many": (text) => pieces(text, { maxCharacters: 100 }),
  questionOf: (text) => questionOf(text),
  estimateTokens,
  "recallBlock, cut": (text) => recallBlock([record(text)], 1_000),
  "recallBlock, whole": (text) => recallBlock([record(text)], 10_000_000),
  wholeMessages: (text) =>
    wholeMessages(
      Array.from({ length: 1 + Math.floor(text.length / 64) }, (_, index) => ({
        value: text.slice(index * 64, index * 64 + 64),
        metadata: { souvenir: { part: index + 1, parts: 1_000_000 } },
        thread: "t",
      })),
    ),
  extractEntities: (text) => extractor.extract(text, {}),
  canonicalName,
  "the built-in embedder": (text) =>
    embedder.compute?.(text, { kind: "document" }) ?? embedder.embed([text], { kind: "document" }),
  fold,
  withoutDuplicates: (text) => withoutDuplicates([text, `${text} `], (each) => each, { count: 2 }),
  "withoutDuplicates, many": (text) =>
    withoutDuplicates(
      Array.from({ length: Math.ceil(text.length / 2_000) }, (_, index) => ({
        value: `${"the same words again and again ".repeat(60)} ${text.slice(index * 16, index * 16 + 16)} ${String.fromCharCode(97 + (index % 26)).repeat(9)}`,
      })),
      ({ value }) => value,
      { count: 10_000 },
    ),
  asksQuestion,
  speakerNames: (text) => speakerNames(text, "user"),
  timeOf: (text) => timeOf(text, now),
  tokenize: (text) => tokenize(text),
  "TextIndex.add": (text) => new TextIndex().add(0, text),
  "oneLine of the command": oneLine,
  "memory.set": async (text) => {
    if (text.trim() === "") return;
    await memory.set({ namespace, key: "text", value: text });
    await memory.delete({ namespace, key: "text" });
  },
  "memory.search": async (text) => {
    if (text.trim() !== "") await memory.search({ namespace, query: text });
  },
  "memory.recall, excluded": (text) =>
    memory.recall({ namespace, query: "Where does Ada live?", exclude: { texts: [text, `${text}.`] } }),
  "memory.remember": async (text) => {
    await parted.remember({ namespace, thread: "t", messages: [{ role: "user", content: text }] });
    await parted.delete({ namespace, thread: "t" });
  },
};

/** Milliseconds; below, the clock and the collector say more than the routine. */
const shortest = 5;
const longest = 1 << 18;

async function milliseconds(routine: (text: string) => unknown, text: string): Promise<number> {
  const start = process.cpuUsage();
  await routine(text);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1_000;
}

/** The least of several: what else the machine does only adds. */
async function least(routine: (text: string) => unknown, text: string, times: number): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let time = 0; time < times; time++) best = Math.min(best, await milliseconds(routine, text));
  return best;
}

interface Row {
  routine: string;
  input: string;
  /** Characters. */
  n: number;
  /** Milliseconds of CPU for n and 2n. */
  once: number;
  twice: number;
  /** 0 where even 2n is too quick to tell. */
  ratio: number;
}

async function measure(routine: string, input: string): Promise<Row> {
  const run = routines[routine] as (text: string) => unknown;
  const text = inputs[input] as (length: number) => string;
  let n = 512;
  let once = await least(run, text(n), 3);
  while (once < shortest && n < longest) {
    n *= 2;
    once = await least(run, text(n), once > shortest / 4 ? 3 : 2);
  }
  let twice = await least(run, text(2 * n), 2);
  // A pause of the machine is no proof: what is over the bar is measured again.
  for (let attempt = 0; attempt < 3 && twice >= 3 * once; attempt++) {
    once = await least(run, text(n), 3);
    twice = Math.min(twice, await least(run, text(2 * n), 3));
  }
  return { routine, input, n, once, twice, ratio: twice < shortest ? 0 : twice / once };
}

const { values: asked } = parseArgs({ options: { only: { type: "string" }, json: { type: "string" } } });
const wanted = asked.only ?? "";
const rows: Row[] = [];
for (const routine of Object.keys(routines).filter((name) => name.includes(wanted)))
  for (const input of Object.keys(inputs)) {
    rows.push(await measure(routine, input));
  }
rows.sort((left, right) => right.ratio - left.ratio);
console.table(
  rows.slice(0, 40).map(({ routine, input, n, once, twice, ratio }) => ({
    routine,
    input,
    n,
    "ms for n": once.toFixed(1),
    "for 2n": twice.toFixed(1),
    ratio: ratio === 0 ? "quick" : ratio.toFixed(2),
  })),
);
const over = rows.filter(({ ratio }) => ratio >= 3);
console.log(`${rows.length} measured, ${over.length} at 3 or more`);
const report = JSON.stringify({ bar: 3, worst: rows[0]?.ratio ?? 0, over: over.length, rows });
if (asked.json === undefined) console.log(report);
else await writeFile(asked.json, `${report}\n`);
if (over.length > 0) process.exitCode = 1;
