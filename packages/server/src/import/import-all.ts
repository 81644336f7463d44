import { type Memory, type MemoryRecord, type SetInput, SouvenirError } from "@souvenir/core";
import type { ImportEntry } from "./format.ts";
import { ownLine } from "./own-line.ts";
import { type ReadItem, readSource } from "./read-source.ts";
import type { ImportSource } from "./unpacked.ts";

/** An entry that was not kept. */
export interface RefusedEntry {
  /** As in `conversations.json, line 3`; `""` for a text without a name. */
  where: string;
  reason: string;
}

/** What `importAll` takes beside the sources. */
export interface ImportOptions {
  /** Where all goes. Default: to the namespace that an entry names (a Mem0 user, LangGraph's labels), else to `fallback`. */
  namespace?: string;
  /** Default `default`. */
  fallback?: string;
  /** Says what would come and writes nothing. Default false. */
  dryRun?: boolean;
  /** Milliseconds since 1970: what is over by then is refused. Default `Date.now`. */
  clock?: () => number;
  /** Ends the import after the commit under way; it rejects with the reason of it. Default: none. */
  signal?: AbortSignal;
  /** UTF-16 units of one entry of a file (a conversation, a document); a larger one is refused. Default 2^28. */
  largestEntry?: number;
  /** Told before each commit how many memories go to which namespaces, and waited for; what it throws ends the import. */
  onWrite?: (namespaces: ReadonlyMap<string, number>) => void | Promise<void>;
  /** After each commit. `read`: bytes of the sources so far. */
  onProgress?: (progress: { read: number; done: number }) => void;
  /** Each entry that is refused, as it is met. */
  onRefused?: (refused: RefusedEntry) => void;
}

/** What came of an import. */
export interface ImportReport {
  /** Memories that were written; with `dryRun`, that would be. */
  imported: number;
  /** Memories that were there already, as new or newer. */
  skipped: number;
  refused: number;
  /** What is no memory, by kind: `{ "messages of systems and tools": 12 }`. */
  passed: Record<string, number>;
  /** Memories by format. */
  formats: Record<string, number>;
  namespaces: string[];
  /** Of conversations and notes. */
  threads: number;
  /** The first and the last moment that a memory is of, ISO 8601. Absent where the sources say none. */
  from?: string;
  to?: string;
}

/** Memories of one commit. */
const batchSize = 500;

type Line = (MemoryRecord | SetInput) & { updatedAt?: string };

/**
 * Imports what other programs export, told apart by what it holds: see `docs/importing.md`. The same sources again, and
 * sources that overlap, add nothing that is there already, so that an import that was stopped goes on when it is repeated.
 * @throws SouvenirError when the memory fails; an entry that is not right is told to `onRefused` and the rest goes on
 */
export async function importAll(
  memory: Memory,
  sources: Iterable<ImportSource> | AsyncIterable<ImportSource>,
  options: ImportOptions = {},
): Promise<ImportReport> {
  const {
    namespace,
    fallback = "default",
    dryRun = false,
    signal,
    largestEntry = 2 ** 28,
    clock = Date.now,
  } = options;
  const report = { imported: 0, skipped: 0, refused: 0, passed: {}, formats: {} } as Omit<
    ImportReport,
    "namespaces" | "threads"
  >;
  const [namespaces, threads, dry] = [new Set<string>(), new Set<string>(), new Set<string>()];
  let read = 0;
  let batch: { line: Line; where: string; format: string }[] = [];

  const refuse = (refused: RefusedEntry) => {
    report.refused++;
    options.onRefused?.(refused);
  };
  const commit = async () => {
    const counts = new Map<string, number>();
    for (const { line } of batch) counts.set(line.namespace, (counts.get(line.namespace) ?? 0) + 1);
    if (batch.length > 0) await options.onWrite?.(counts);
    while (batch.length > 0) {
      signal?.throwIfAborted();
      try {
        const lines = batch.map(({ line }) => line);
        const { imported, skipped } = dryRun
          ? await wouldImport(memory, lines, dry)
          : await memory.import(lines, signal === undefined ? {} : { signal });
        report.imported += imported;
        report.skipped += skipped;
        break;
      } catch (error) {
        const index = SouvenirError.is(error) ? error.details.index : undefined;
        if (typeof index !== "number" || batch[index] === undefined || !isOfEntry(error as SouvenirError))
          throw error;
        // The list was checked before anything of it was written: the rest of it is tried again without this one.
        const [{ where }] = batch.splice(index, 1) as [(typeof batch)[number]];
        refuse({ where, reason: (error as SouvenirError).message.replace(/^(?:record|line) \d+: /, "") });
      }
    }
    for (const { line, format } of batch) {
      report.formats[format] = (report.formats[format] ?? 0) + 1;
      namespaces.add(line.namespace);
      if (line.thread !== undefined) threads.add(JSON.stringify([line.namespace, line.thread]));
      const date = typeof line.createdAt === "string" ? line.createdAt : undefined;
      if (date !== undefined && (report.from === undefined || date < report.from)) report.from = date;
      if (date !== undefined && (report.to === undefined || date > report.to)) report.to = date;
    }
    batch = [];
    options.onProgress?.({ read, done: report.imported + report.skipped });
  };
  const now = clock();
  const push = (line: Line, where: string, format: string) => {
    const { expiresAt } = line;
    const end = expiresAt == null ? Number.NaN : new Date(expiresAt).getTime();
    // Nobody could read it.
    if (end <= now) refuse({ where, reason: `expiresAt: it expired on ${new Date(end).toISOString()}` });
    else batch.push({ line, where, format });
  };
  const take = (item: ReadItem) => {
    const { where, format = "" } = item;
    if ("refused" in item) refuse({ where, reason: item.refused });
    else if ("passed" in item) report.passed[item.passed] = (report.passed[item.passed] ?? 0) + 1;
    else if ("entry" in item) push(toLine(item.entry, namespace, fallback), where, format);
    else if ("record" in item) {
      let line: Record<string, unknown>;
      try {
        line = { namespace: namespace ?? fallback, ...ownLine(item.record) };
      } catch (error) {
        if (!SouvenirError.is(error)) throw error;
        return refuse({ where, reason: error.message });
      }
      const wrong = ["namespace", "key"].find((name) => !["string", "undefined"].includes(typeof line[name]));
      if (wrong === undefined) push(line as unknown as Line, where, format);
      else refuse({ where, reason: `${wrong}: expected a string` });
    }
  };
  const counted = (source: ImportSource): ImportSource => ({
    ...source,
    bytes: (async function* () {
      for await (const part of source.bytes) {
        read += part.length;
        yield part;
      }
    })(),
  });

  for await (const source of sources)
    for await (const item of readSource(counted(source), largestEntry)) {
      signal?.throwIfAborted();
      take(item);
      if (batch.length >= batchSize) await commit();
    }
  await commit();
  return { ...report, namespaces: [...namespaces].sort(), threads: threads.size };
}

/** Whether a failure is about what an entry says, and not about the store. */
function isOfEntry({ code }: SouvenirError): boolean {
  return code === "INVALID_INPUT" || code === "CONTENT_BLOCKED";
}

function toLine({ owner, ...entry }: ImportEntry, namespace: string | undefined, fallback: string): Line {
  return { namespace: namespace ?? owner ?? fallback, ...entry };
}

/** How many of them the memory does not have yet. @param seen - Those of the batches before. */
async function wouldImport(
  memory: Memory,
  lines: readonly Line[],
  seen: Set<string>,
): Promise<{ imported: number; skipped: number }> {
  let imported = 0;
  for (const { namespace, key, value } of lines) {
    const name = JSON.stringify([namespace, key]);
    const known =
      key !== undefined && (seen.has(name) || (await memory.get({ namespace, key }))?.value === value);
    if (!known) imported++;
    seen.add(name);
  }
  return { imported, skipped: lines.length - imported };
}
