import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

export interface Document {
  id: string;
  group: string;
  text: string;
  /** Group and session (or batch). Absent for documents that are not turns. */
  thread?: string;
  role?: string;
  /** Milliseconds since 1970. Absent when its group names no date. */
  createdAt?: number;
  /** Id of the document that it takes the place of. Searches are measured without it. */
  supersedes?: string;
  vector?: Float32Array;
}

export interface Query {
  id: string;
  group: string;
  text: string;
  type?: string;
  /** Ids of documents: one or more, none when the query is one of the `unanswerable`. */
  relevant: ReadonlySet<string>;
  /** How relevant each of them is, 1 or more. */
  grades: ReadonlyMap<string, number>;
  vector?: Float32Array;
}

export interface Group {
  name: string;
  /** In the order of the file, which is the order of time. */
  documents: Document[];
  queries: Query[];
  /** Queries about nothing in the group. */
  unanswerable: Query[];
}

export interface EvaluationSet {
  name: string;
  groups: Group[];
  /** Numbers in a given vector. Absent when the folder has no vectors. */
  dimensions?: number;
  /** Of a set that was written for this project: its `set.json`. */
  written?: Written;
}

/** What a set says of itself that was written for this project. */
export interface Written {
  /** What is in it, a sentence or two. */
  about: string;
  /** When its questions are asked, ISO 8601. */
  askedAt: string;
  /**
   * Of a configuration: per cent of right answers that it must not fall below. Of questions with an answer in `all` and by
   * group, and of those that have none, under `no answer`.
   */
  thresholds: Record<string, Record<string, number>>;
  /** Ids of its questions that are tests too. Default: none. */
  tests?: string[];
}

/** Types of queries about nothing in their group. What else has no relevant document was not judged, and is left out. */
const unanswerableTypes: ReadonlySet<unknown> = new Set(["abstention", "nothing", "unknown"]);

type Row = Record<string, unknown> & { id: string; group: string; text: string };

/** Folders under `parent` that hold a set; none when `parent` does not exist. */
export function foldersWithSets(parent: string): string[] {
  if (!existsSync(parent)) return [];
  return readdirSync(parent)
    .sort()
    .map((name) => join(parent, name))
    .filter((folder) => existsSync(join(folder, "corpus.jsonl")));
}

/**
 * Reads `corpus.jsonl`, `queries.jsonl`, `qrels.tsv` and, when there, `set.json`, `corpus.f32` and `queries.f32`.
 * @param options - `vectors`: the model whose vectors are read, as in `corpus.minilm.f32`. Default: those without a name.
 */
export function readSet(folder: string, { vectors }: { vectors?: string } = {}): EvaluationSet {
  const corpus = readRows(join(folder, "corpus.jsonl"));
  const queries = readRows(join(folder, "queries.jsonl"));
  const grades = readGrades(join(folder, "qrels.tsv"));
  const about = join(folder, "set.json");
  const ending = vectors === undefined ? "f32" : `${vectors}.f32`;
  const documentVectors = readVectors(join(folder, `corpus.${ending}`), corpus.length);
  const queryVectors = readVectors(join(folder, `queries.${ending}`), queries.length);
  const dimensions = documentVectors?.[0]?.length;
  if (dimensions !== queryVectors?.[0]?.length)
    throw new Error(`${folder}: corpus.${ending} and queries.${ending} need vectors of the same length`);

  const groups = new Map<string, Group>();
  for (const [row, { id, group, text, role, session, batch, supersedes }] of corpus.entries()) {
    const conversation = session ?? batch;
    const vector = documentVectors?.[row];
    groupNamed(groups, group).documents.push({
      id,
      group,
      text,
      ...(conversation === undefined || conversation === null ? {} : { thread: `${group}/${conversation}` }),
      ...(typeof role === "string" ? { role } : {}),
      ...(typeof supersedes === "string" ? { supersedes } : {}),
      ...(vector === undefined ? {} : { vector }),
    });
  }
  const dates = Map.groupBy(corpus, ({ group }) => group);
  for (const { name, documents } of groups.values()) {
    const times = timesInOrder(dates.get(name)!.map(({ date }) => parseDate(date)));
    for (const [place, document] of documents.entries()) {
      const time = times[place];
      if (time !== undefined) document.createdAt = time;
    }
  }
  for (const [row, { id, group, text, type }] of queries.entries()) {
    const found = grades.get(id) ?? new Map<string, number>();
    const vector = queryVectors?.[row];
    if (found.size === 0 && !unanswerableTypes.has(type)) continue;
    const { queries, unanswerable } = groupNamed(groups, group);
    (found.size > 0 ? queries : unanswerable).push({
      id,
      group,
      text,
      relevant: new Set(found.keys()),
      grades: found,
      ...(typeof type === "string" ? { type } : {}),
      ...(vector === undefined ? {} : { vector }),
    });
  }
  return {
    name: basename(folder),
    groups: [...groups.values()],
    ...(dimensions === undefined ? {} : { dimensions }),
    ...(existsSync(about) ? { written: JSON.parse(readFileSync(about, "utf8")) as Written } : {}),
  };
}

/**
 * Milliseconds since 1970, read as UTC, of "1:56 pm on 8 May, 2023", "March-15-2024" and what `Date.parse` reads.
 * @returns `undefined` for no date.
 * @throws Error for text that is not a date: a wrong time would change the ranking unseen.
 */
export function parseDate(date: unknown): number | undefined {
  if (date === undefined || date === null || date === "") return undefined;
  const text = String(date);
  const clock = /^(\d{1,2}):(\d{2}) ?([ap])m on (.+)$/i.exec(text);
  const day = (clock?.[4] ?? text).replace(/^(\p{L}+)-(\d{1,2})-(\d{4})$/u, "$1 $2, $3");
  const midnight = Date.parse(/^\d{4}-\d{2}-\d{2}/.test(day) ? day : `${day} UTC`);
  if (Number.isNaN(midnight)) throw new Error(`not a date: "${text}"`);
  if (clock === null) return midnight;
  const hours = (Number(clock[1]) % 12) + (clock[3]!.toLowerCase() === "p" ? 12 : 0);
  return midnight + (hours * 60 + Number(clock[2])) * 60_000;
}

const turnMs = 1_000;

/**
 * Times that increase strictly: a turn without a date, or with the date of the turn before it, comes a second after
 * that turn; turns before the first date come a second apart before it.
 */
export function timesInOrder(dates: readonly (number | undefined)[]): (number | undefined)[] {
  const first = dates.findIndex((date) => date !== undefined);
  if (first < 0) return dates.map(() => undefined);
  let last = dates[first]! - (first + 1) * turnMs;
  return dates.map((date) => {
    last = Math.max(date ?? 0, last + turnMs);
    return last;
  });
}

function groupNamed(groups: Map<string, Group>, name: string): Group {
  let group = groups.get(name);
  if (group === undefined) {
    group = { name, documents: [], queries: [], unanswerable: [] };
    groups.set(name, group);
  }
  return group;
}

function readRows(file: string): Row[] {
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line, index) => {
      const row = JSON.parse(line) as Row;
      for (const name of ["id", "group", "text"])
        if (typeof row[name] !== "string")
          throw new Error(`${file}:${index + 1}: "${name}" must be a string`);
      return row;
    });
}

function readGrades(file: string): Map<string, Map<string, number>> {
  const grades = new Map<string, Map<string, number>>();
  for (const line of readFileSync(file, "utf8").split("\n")) {
    const [query, document, grade] = line.trim().split("\t");
    if (query === undefined || document === undefined || !(Number(grade) > 0)) continue;
    const documents = grades.get(query) ?? new Map<string, number>();
    grades.set(query, documents.set(document, Number(grade)));
  }
  return grades;
}

function readVectors(file: string, rows: number): Float32Array[] | undefined {
  if (!existsSync(file) || rows === 0) return undefined;
  const bytes = readFileSync(file);
  const dimensions = bytes.length / 4 / rows;
  if (!Number.isInteger(dimensions) || dimensions === 0)
    throw new Error(`${file}: ${bytes.length} bytes are not ${rows} float32 vectors of one length`);
  return Array.from({ length: rows }, (_, row) =>
    Float32Array.from({ length: dimensions }, (_, column) =>
      bytes.readFloatLE((row * dimensions + column) * 4),
    ),
  );
}
