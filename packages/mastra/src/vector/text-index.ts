import { isDeepStrictEqual } from "node:util";
import type { QueryResult } from "@mastra/core/vector";
import {
  type DateInput,
  defaultLimits,
  type Memory,
  type MemoryRecord,
  type Metadata,
  questionOf,
  retryConflicts,
  type SetInput,
  SouvenirError,
  splitText,
  type Where,
} from "@souvenir/core";
import { vectorNamespacePrefix } from "../resources.ts";
import { invalid } from "../values.ts";
import { type MetadataFilter, textFields } from "./filter.ts";
import type { Indexes, IndexQuery, VectorRow } from "./indexes.ts";
import { knownText, standIn, standInDimensions } from "./paired-embedder.ts";

interface TextRow {
  id: string;
  text: string;
  metadata: Metadata;
}

/** What a record says of the row that it is a piece of, under `souvenir` in its metadata. */
interface RowMark {
  id: string;
  /** Records of the row: a text over the limit of a value is several. */
  pieces: number;
  /** The field that held the very text, which is not kept twice. */
  field?: string;
}

/** The most that one search of core answers. */
const most = 1_000;

/**
 * Indexes of texts in a memory, which makes their vectors itself and searches them by words and entities too. The
 * namespace of an index is `mastra-vector:` and its name; the key of a row is its id.
 */
export class TextIndexes implements Indexes {
  readonly #open: () => Promise<Memory>;
  /** Made here and perhaps still empty: a namespace lives as long as it holds a record. */
  readonly #made = new Set<string>();

  constructor(open: () => Promise<Memory>) {
    this.#open = open;
  }

  make(name: string): void {
    this.#made.add(name);
  }

  /** Made here; see `names` for all. */
  has(name: string): boolean {
    return this.#made.has(name);
  }

  async names(): Promise<string[]> {
    const namespaces = await (await this.#open()).namespaces();
    const kept = namespaces.filter((namespace) => namespace.startsWith(vectorNamespacePrefix));
    return [
      ...new Set([...kept.map((namespace) => namespace.slice(vectorNamespacePrefix.length)), ...this.#made]),
    ];
  }

  async describe(name: string): Promise<{ dimension: number; metric: "cosine"; count: number }> {
    const memory = await this.#open();
    let count = 0;
    for await (const { record } of rowsOf(memory, name, undefined)) if (isFirst(record)) count += 1;
    return { dimension: standInDimensions, metric: "cosine", count };
  }

  async drop(name: string): Promise<void> {
    this.#made.delete(name);
    await (await this.#open()).clear({ namespace: namespaceOf(name) });
  }

  /**
   * The rows that fit, best first, scores 0 to 1; fewer than `topK` where fewer fit. Without a text, what passes the
   * filter, with score 0.
   */
  async query(
    name: string,
    { vector, topK, filter, includeVector, minScore }: IndexQuery,
  ): Promise<QueryResult[]> {
    const text = vector === undefined ? undefined : knownText(vector, name);
    const memory = await this.#open();
    const found = new Map<string, QueryResult>();
    const add = (row: TextRow, score: number) => {
      if (found.has(row.id)) return;
      const standing = includeVector ? { vector: standIn(row.text) } : {};
      found.set(row.id, { id: row.id, score, metadata: row.metadata, ...standing });
    };
    if (text === undefined) {
      for await (const { row } of rowsOf(memory, name, filter)) {
        if (found.size >= topK) break;
        add(row, 0);
      }
      return [...found.values()];
    }
    if (text.trim() === "") return [];
    for (const { row, score } of await search(memory, name, { text, topK, filter, minScore })) {
      if (found.size >= topK) break;
      add(row, score);
    }
    return [...found.values()];
  }

  /** Rows without words are left out: nothing finds them. What is there already as it is, is not written again. */
  async put(name: string, given: readonly VectorRow[], instead?: MetadataFilter): Promise<void> {
    const rows = given.map(({ vector, ...row }) => ({ ...row, text: knownText(vector, name) }));
    const memory = await this.#open();
    await retryConflicts(() =>
      put(
        memory,
        namespaceOf(name),
        // Of one id the last.
        [...new Map(rows.map((row) => [row.id, row])).values()].map((row) => ({ row })),
      ),
    );
    if (instead !== undefined)
      await this.remove(name, { filter: instead }, new Set(rows.map(({ id }) => id)));
  }

  /** Changes rows as they are when they are written: of what passes a filter, what passes it still. */
  async update(
    name: string,
    which: { id: string } | { filter: MetadataFilter },
    { vector, metadata }: { vector?: readonly number[]; metadata?: Metadata },
  ): Promise<void> {
    const text = vector === undefined ? undefined : knownText(vector, name);
    const memory = await this.#open();
    await this.#each(name, which, ({ record, row }) =>
      put(memory, record.namespace, [{ row: changedRow(row, text, metadata), seen: record.version }]),
    );
  }

  async hasRow(name: string, id: string): Promise<boolean> {
    return (await (await this.#open()).get({ namespace: namespaceOf(name), key: id })) !== undefined;
  }

  /** Of what passes a filter, what passes it still when it is erased, but for the rows of these ids. */
  async remove(
    name: string,
    which: { ids: readonly string[] } | { filter: MetadataFilter },
    except: ReadonlySet<string> = new Set(),
  ): Promise<void> {
    const memory = await this.#open();
    const erase = async ({ record: { namespace, key, version, metadata } }: FoundRow): Promise<void> => {
      if (except.has(key)) return;
      await memory.delete({ namespace, key, ifVersion: version });
      const keys = keysOf(key, (metadata.souvenir as unknown as RowMark | undefined)?.pieces ?? 1).slice(1);
      if (keys.length > 0) await memory.delete({ namespace, keys });
    };
    if ("filter" in which) await this.#each(name, which, erase);
    else await inParts(which.ids, (id) => this.#each(name, { id }, erase));
  }

  /** Does something with rows in the version that was seen; with one that was changed meanwhile, if it still fits. */
  async #each(
    name: string,
    which: { id: string } | { filter: MetadataFilter },
    work: (row: FoundRow) => Promise<void>,
  ): Promise<void> {
    const memory = await this.#open();
    const namespace = namespaceOf(name);
    const filter = "filter" in which ? which.filter : undefined;
    const ids: string[] = [];
    if ("id" in which) ids.push(which.id);
    else
      for await (const { record } of rowsOf(memory, name, which.filter))
        if (isFirst(record)) ids.push(record.key);
    await inParts(ids, (key) =>
      retryConflicts(async () => {
        const record = await memory.get({ namespace, key });
        if (record === undefined) return;
        const row = await rowOf(memory, record);
        if (filter === undefined || filter.matches(row.metadata)) await work({ record, row });
      }),
    );
  }
}

/** Rows under work at the same time: their writes share commits. */
const atOnce = 100;

async function inParts(ids: readonly string[], work: (id: string) => Promise<void>): Promise<void> {
  for (let start = 0; start < ids.length; start += atOnce)
    await Promise.all(ids.slice(start, start + atOnce).map(work));
}

/**
 * Writes rows over the version that was read, or the one that is given.
 * @throws SouvenirError `VERSION_CONFLICT`
 */
async function put(
  memory: Memory,
  namespace: string,
  rows: readonly { row: TextRow; seen?: number }[],
): Promise<void> {
  const changed: SetInput[] = [];
  const stale: { key: string; ifVersion: number }[] = [];
  for (const { row, seen } of rows) {
    const values = splitText(row.text, defaultLimits.valueBytes);
    const first = await memory.get({ namespace, key: row.id });
    for (const [place, value] of values.entries()) {
      const record = recordOf(namespace, row, value, place, values.length);
      const before = place === 0 ? first : await memory.get({ namespace, key: record.key });
      if (before?.value !== value || !isDeepStrictEqual(before.metadata, record.metadata))
        changed.push({ ...record, ifVersion: (place === 0 ? seen : undefined) ?? before?.version ?? 0 });
    }
    for (const key of keysOf(row.id, markOf(first)?.pieces ?? 0).slice(values.length)) {
      const piece = await memory.get({ namespace, key });
      if (piece !== undefined) stale.push({ key, ifVersion: piece.version });
    }
  }
  await memory.setMany(changed);
  for (const piece of stale)
    await memory.delete({ namespace, ...piece }).catch((error: unknown) => {
      // It belongs to a row that somebody else wrote meanwhile.
      if (!SouvenirError.is(error) || error.code !== "VERSION_CONFLICT") throw error;
    });
}

/** A row with another text, other metadata, or both. */
function changedRow(row: TextRow, text: string = row.text, metadata?: Metadata): TextRow {
  const field = textFieldOf(row);
  const kept = field === undefined ? row.metadata : { ...row.metadata, [field]: text };
  return { id: row.id, text, metadata: metadata ?? kept };
}

/** The field of the metadata that holds the very text. */
function textFieldOf({ text, metadata }: TextRow): string | undefined {
  return textFields.find((name) => metadata[name] === text);
}

function namespaceOf(name: string): string {
  return `${vectorNamespacePrefix}${name}`;
}

/** Of the pieces of a row. The separator of units is in no id that anybody writes. */
function keysOf(id: string, count: number): string[] {
  return Array.from({ length: count }, (_, place) => (place === 0 ? id : `${id}\u001f${place + 1}`));
}

interface FoundRow {
  record: MemoryRecord;
  row: TextRow;
}

/** All of an index, or what passes a filter; a row of several pieces comes with each of them. */
async function* rowsOf(
  memory: Memory,
  name: string,
  filter: MetadataFilter | undefined,
): AsyncGenerator<FoundRow> {
  const where = filter?.where === undefined ? {} : { where: filter.where };
  let cursor: string | undefined;
  do {
    const page = await memory.list({
      ...where,
      namespace: namespaceOf(name),
      limit: most,
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const record of page.records) {
      const row = await rowOf(memory, record);
      if (filter === undefined || filter.matches(row.metadata)) yield { record, row };
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
}

interface ScoredRow {
  row: TextRow;
  score: number;
}

/** A search whose hits all pass the filter, also what of it the memory cannot look up. */
async function search(
  memory: Memory,
  name: string,
  {
    text,
    topK,
    filter,
    minScore,
  }: { text: string; topK: number; filter: MetadataFilter | undefined; minScore: number | undefined },
): Promise<ScoredRow[]> {
  const find = async (limit: number, where: Where | undefined) => {
    const { results } = await memory.search({
      namespace: namespaceOf(name),
      query: questionOf(text),
      limit,
      ...(where === undefined ? {} : { where }),
      ...(minScore === undefined ? {} : { minScore: Math.min(1, Math.max(0, minScore)) }),
    });
    const rows: ScoredRow[] = [];
    for (const hit of results) rows.push({ row: await rowOf(memory, hit), score: hit.score });
    const passing = rows.filter(({ row }) => filter === undefined || filter.matches(row.metadata));
    return { passing, complete: results.length < limit };
  };
  // Room for several pieces of a row, and for what the filter takes away.
  for (const limit of [Math.min(most, topK * 2 + 20), most]) {
    const { passing, complete } = await find(limit, filter?.where);
    if (complete || new Set(passing.map(({ row }) => row.id)).size >= topK) return passing;
  }
  // More than one search answers, and too few of it pass: name those that do.
  const ids = new Set<string>();
  for await (const { row } of rowsOf(memory, name, filter)) ids.add(row.id);
  return ids.size === 0 ? [] : (await find(most, { "souvenir.id": { in: [...ids] } })).passing;
}

function recordOf(
  namespace: string,
  row: TextRow,
  value: string,
  place: number,
  count: number,
): {
  namespace: string;
  key: string;
  value: string;
  metadata: Metadata;
  thread?: string;
  role?: string;
  createdAt?: DateInput;
} {
  const { id, metadata } = row;
  if ("souvenir" in metadata)
    throw invalid("metadata", 'no field "souvenir", which this store uses itself: give it another name');
  const field = textFieldOf(row);
  const kept = { ...metadata };
  if (field !== undefined) delete kept[field];
  const mark: RowMark = { id, pieces: count, ...(field === undefined ? {} : { field }) };
  const { thread_id: thread, role, created_at: createdAt } = metadata;
  return {
    namespace,
    key: keysOf(id, place + 1)[place] as string,
    value,
    metadata: { ...kept, souvenir: { ...mark } },
    // Mastra's names for what a message is.
    ...(typeof thread === "string" && thread !== "" ? { thread } : {}),
    ...(typeof role === "string" && role !== "" ? { role } : {}),
    ...(typeof createdAt === "string" && Number.isFinite(Date.parse(createdAt)) ? { createdAt } : {}),
  };
}

function markOf(record: MemoryRecord | undefined): RowMark | undefined {
  return record?.metadata.souvenir as unknown as RowMark | undefined;
}

function isFirst(record: MemoryRecord): boolean {
  return record.key === markOf(record)?.id;
}

/** The row that a record is a piece of. */
async function rowOf(memory: Memory, record: MemoryRecord): Promise<TextRow> {
  const { souvenir: _mark, ...metadata } = record.metadata;
  const { id, field, pieces } = markOf(record) ?? { id: record.key, pieces: 1 };
  let text = record.value;
  if (pieces > 1) {
    const { namespace } = record;
    const found = await Promise.all(keysOf(id, pieces).map((key) => memory.get({ namespace, key })));
    text = found.map((piece) => piece?.value ?? "").join("");
  }
  return { id, text, metadata: field === undefined ? metadata : { ...metadata, [field]: text } };
}
