import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseDate, readSet, timesInOrder } from "../evaluation/data.ts";

export interface Turn {
  /** Of the turn in its conversations. */
  key: string;
  text: string;
  thread?: string;
  role?: string;
  /** Milliseconds since 1970. */
  createdAt: number;
}

export interface Question {
  id: string;
  type: string;
  text: string;
  /** What a right answer says, or that there is none. */
  right: string;
  /** What a right answer has to have; empty where the right answer says it all. */
  points: string[];
  /** Nothing in the conversations answers it. */
  unanswerable: boolean;
  /** A wrong answer that the makers of the bench wrote. */
  trap?: string;
}

/** What one user said and was told, and what is asked about it. */
export interface Conversations {
  id: string;
  /** In order of time. */
  turns: Turn[];
  /** Milliseconds since 1970. */
  askedAt: number;
  questions: Question[];
}

const dayMs = 86_400_000;
const turnMs = 1_000;
const nothing = "Nothing in the conversations answers this question.";
const root = new URL("../../", import.meta.url).pathname;

/** What can be asked for with `--bench`: where its data is by default, and how it is read. */
const benches = {
  longmemeval: { read: readLongMemEval },
  beam: { data: join(root, "../shared/data/beam-dev"), read: readFolder },
  locomo: { data: join(root, "../shared/data/locomo-dev"), read: readFolder },
  own: { data: join(root, "test/answers/own.json"), read: readLongMemEval },
} as const satisfies Record<string, { data?: string; read: (path: string) => Conversations[] }>;

export type BenchName = keyof typeof benches;
export const benchNames = Object.keys(benches) as BenchName[];

/** @throws Error that says where the data comes from, when it is not there */
export function readBench(name: BenchName, given: string | undefined): Conversations[] {
  const bench: { data?: string; read: (path: string) => Conversations[] } = benches[name];
  const path = given ?? bench.data;
  if (path === undefined)
    throw new Error(
      "--bench longmemeval needs its file: download longmemeval_s or longmemeval_oracle as https://github.com/xiaowu0162/LongMemEval says, and pass --data FILE",
    );
  if (!existsSync(path))
    throw new Error(
      `there is no ${path}: ${name} is not part of this repository (its licence forbids it); pass --data with the ${bench.read === readFolder ? "folder that has its corpus.jsonl and queries.jsonl" : "file"}, or try --bench own`,
    );
  return bench.read(path);
}

interface LongMemEvalRow {
  question_id: string;
  question_type: string;
  question: string;
  answer: unknown;
  question_date: string;
  haystack_dates: string[];
  haystack_sessions: { role: string; content: string }[][];
}

/** A list of questions, each with conversations of its own, as LongMemEval publishes it. */
function readLongMemEval(file: string): Conversations[] {
  let rows: unknown;
  try {
    rows = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    const tooLong = (error as { code?: string }).code === "ERR_STRING_TOO_LONG";
    throw new Error(
      tooLong
        ? `${file} is larger than a string can be: take longmemeval_s or longmemeval_oracle`
        : `${file} is not JSON: --data wants a file that LongMemEval publishes, as it is`,
    );
  }
  if (!Array.isArray(rows))
    throw new Error(`${file}: expected a list of questions, as LongMemEval publishes it`);
  return rows.map((row, index) => {
    const {
      question_id: id,
      question,
      haystack_sessions: sessions,
      haystack_dates: dates,
    } = row as LongMemEvalRow;
    if (
      typeof id !== "string" ||
      typeof question !== "string" ||
      !Array.isArray(sessions) ||
      sessions.length !== dates?.length
    )
      throw new Error(
        `${file}, question ${index}: expected question_id, question, haystack_sessions and as many haystack_dates, as LongMemEval publishes them`,
      );
    const { question_type: type, question_date: date, answer } = row as LongMemEvalRow;
    // Its smallest file has them out of order.
    const inOrder = sessions
      .map((turns, place) => ({ turns, place, at: dateOf(dates[place]!) }))
      .sort((one, other) => one.at - other.at || one.place - other.place);
    const turns = inOrder.flatMap(({ turns, place, at }) =>
      turns.flatMap(({ role, content }, turn) =>
        content.trim() === ""
          ? []
          : [
              {
                key: `${place}/${turn}`,
                text: content,
                thread: `${place}`,
                role,
                createdAt: at + turn * turnMs,
              },
            ],
      ),
    );
    const unanswerable = id.endsWith("_abs");
    return {
      id,
      turns,
      askedAt: dateOf(date),
      questions: [
        {
          id,
          type: unanswerable ? "abstention" : type,
          text: question,
          right: unanswerable ? `${nothing} ${answer}` : String(answer),
          points: [],
          unanswerable,
        },
      ],
    };
  });
}

/** "2023/05/20 (Sat) 02:21", read as UTC. */
function dateOf(text: string): number {
  const [, year, month, day, hour = "00", minute = "00"] =
    /^(\d{4})\/(\d{2})\/(\d{2})(?: \(\w+\))?(?: (\d{2}):(\d{2}))?$/.exec(text) ?? [];
  if (year === undefined) throw new Error(`not a date of LongMemEval: "${text}"`);
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:00Z`);
}

interface QuestionRow {
  id: string;
  group: string;
  text: string;
  type?: string;
  answer?: unknown;
  rubric?: string[] | null;
  adversarial_answer?: unknown;
}

/** A folder of `npm run eval` whose questions have answers or points. They are asked a day after the last turn. */
function readFolder(folder: string): Conversations[] {
  for (const file of ["corpus.jsonl", "queries.jsonl", "qrels.tsv"])
    if (!existsSync(join(folder, file))) throw new Error(`there is no ${file} in ${folder}`);
  const questions = Map.groupBy(
    readFileSync(join(folder, "queries.jsonl"), "utf8")
      .split("\n")
      .filter((line) => line.trim() !== "")
      .map((line) => JSON.parse(line) as QuestionRow),
    ({ group }) => group,
  );
  const read = readSet(folder).groups.map(({ name, documents }) => {
    const times = timesInOrder(documents.map(({ createdAt }) => createdAt ?? parseDate("2000-01-01")));
    const turns = documents.map(
      ({ id, text, thread, role }, place): Turn => ({
        key: id,
        text,
        createdAt: times[place]!,
        ...(thread === undefined ? {} : { thread }),
        ...(role === undefined ? {} : { role }),
      }),
    );
    return {
      id: name,
      turns,
      askedAt: (turns.at(-1)?.createdAt ?? 0) + dayMs,
      questions: (questions.get(name) ?? []).flatMap(questionOf),
    };
  });
  if (read.every(({ questions }) => questions.length === 0))
    throw new Error(
      `no question in ${folder} has an answer, so nothing can be judged: take beam-dev or locomo-dev`,
    );
  return read;
}

/** Nothing for a question without an answer. */
function questionOf({
  id,
  text,
  type = "–",
  answer,
  rubric,
  adversarial_answer: trap,
}: QuestionRow): Question[] {
  const points = rubric ?? [];
  const known = answer !== undefined && answer !== null;
  const unanswerable = type === "abstention" || (type === "adversarial" && !known);
  if (!known && points.length === 0 && !unanswerable) return [];
  return [
    {
      id,
      type,
      text,
      right: unanswerable ? nothing : known ? String(answer) : "One that meets the points.",
      points: unanswerable ? [] : points,
      unanswerable,
      ...(trap === undefined || trap === null ? {} : { trap: String(trap) }),
    },
  ];
}
