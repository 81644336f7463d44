import { stat } from "node:fs/promises";
import { isMemoryFileHeader, type MemoryRecord, type SetInput, SouvenirError } from "@souvenir/core";
import { parseJson } from "../../api/json.ts";
import { ownLine } from "../../import/own-line.ts";
import type { Execution } from "../command.ts";
import { linesOf } from "../lines.ts";
import { namespaceOf, openMemory, settle } from "../open-memory.ts";
import { type Begun, beginning } from "../source-files.ts";
import { InterruptedError } from "../terminal.ts";
import { NotFoundError, UsageError } from "../usage-errors.ts";
import { importForeign } from "./import-foreign.ts";

/** Lines of our own are taken all or up to the first that is wrong; what other programs write, as far as it is understood. */
export async function run(execution: Execution): Promise<number | undefined> {
  const { input, terminal } = execution;
  const files = input.positionals.length === 0 ? ["-"] : input.positionals;
  if (files.includes("-") && process.stdin.isTTY)
    throw new UsageError("give a file, or send one on standard input: souvenir import memories.jsonl");
  const [file] = files;
  if (files.length > 1 || input.flag("dry-run") || (file !== "-" && (await isFolder(file as string))))
    return importForeign(execution, files);
  const begun = await beginning(file as string, terminal.interruption());
  return begun.isForeign ? importForeign(execution, files, begun) : importOwn(execution, begun);
}

async function isFolder(file: string): Promise<boolean> {
  try {
    return (await stat(file)).isDirectory();
  } catch (error) {
    if ((error as { code?: unknown }).code === "ENOENT") throw new NotFoundError(`there is no file ${file}`);
    throw error;
  }
}

async function importOwn(execution: Execution, { bytes: source, size, close }: Begun): Promise<undefined> {
  const { input, terminal } = execution;
  const firstLine = input.integer("from-line", 1, Number.MAX_SAFE_INTEGER) ?? 1;
  const fallback = namespaceOf(input);
  const signal = terminal.interruption();
  const progress = terminal.progress("importing");
  /** Lines of the records, because empty lines are passed over. */
  const lineOf: number[] = [];
  let bytes = 0;

  async function* records(): AsyncGenerator<MemoryRecord | SetInput> {
    let line = 0;
    for await (const text of linesOf(source, (length) => {
      bytes += length;
    })) {
      line += 1;
      if (line < firstLine || text.trim() === "") continue;
      const record = parse(text, line, fallback);
      if (record === undefined) continue;
      lineOf.push(line);
      yield record;
    }
  }

  let stored = 0;
  try {
    await using memory = await openMemory(execution, { create: true });
    const outcome = await memory.import(records(), {
      signal,
      onProgress: ({ done }) => {
        stored = done;
        progress.update(size === undefined ? { done } : { done: bytes, total: size }, String(done));
      },
    });
    progress.clear();
    if (terminal.json) await terminal.document(outcome);
    else
      await terminal.line(
        `imported ${outcome.imported}, skipped ${outcome.skipped} that the store has as new or newer${outcome.expired === undefined ? "" : `, refused ${outcome.expired} that have expired`}`,
      );
    await settle(memory, execution, { patient: true });
  } catch (error) {
    progress.clear();
    throw explain(error, stored, lineOf);
  } finally {
    close();
  }
}

/** What a line says; nothing for the header of the file. */
function parse(text: string, line: number, namespace: string): MemoryRecord | SetInput | undefined {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    throw new UsageError(
      `line ${line}: ${(error as Error).message}; each line is a memory, as souvenir export writes it`,
    );
  }
  if (!isObject(value))
    throw new UsageError(`line ${line} is not a JSON object, as in {"namespace":"team","value":"..."}`);
  try {
    if (isMemoryFileHeader(value)) return undefined;
    return { namespace, ...ownLine(value) } as unknown as MemoryRecord | SetInput;
  } catch (error) {
    throw new UsageError(`line ${line}: ${(error as Error).message}`);
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Says the line, that what was stored before it stays, and how to go on without storing anything twice. */
function explain(error: unknown, stored: number, lineOf: readonly number[]): unknown {
  const next = lineOf[stored] ?? (lineOf.at(-1) ?? 0) + 1;
  const rest = stored === 0 ? "nothing was stored" : `${stored} stored; go on with --from-line ${next}`;
  if (error instanceof InterruptedError) {
    error.message = `stopped: ${rest}`;
    return error;
  }
  if (error instanceof UsageError) return new UsageError(`${error.message} (${rest})`);
  if (!SouvenirError.is(error) || typeof error.details.index !== "number") return error;
  const message = error.message.replace(/^record \d+: /, "");
  return new SouvenirError(error.code, `line ${lineOf[error.details.index]}: ${message} (${rest})`, {
    details: error.details,
    cause: error,
  });
}
