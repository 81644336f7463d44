import type { Memory } from "@souvenir/core";
import { type ImportReport, importAll } from "../../import/import-all.ts";
import { type Execution, exitCodes } from "../command.ts";
import { namespaceOf, openMemory, settle, storeExists, targetOf } from "../open-memory.ts";
import { type Begun, filesOf, sourcesOf } from "../source-files.ts";
import { InterruptedError, type Terminal } from "../terminal.ts";
import { count, oneLine } from "../text.ts";
import { UsageError } from "../usage-errors.ts";

/** Imports what other programs export, from files, folders and archives. */
export async function importForeign(
  execution: Execution,
  paths: readonly string[],
  begun?: Begun,
): Promise<number | undefined> {
  const { input, terminal } = execution;
  if (input.text("from-line") !== undefined)
    throw new UsageError(
      "--from-line is for lines that souvenir export wrote: leave it out, what is there already is passed over",
    );
  const dryRun = input.flag("dry-run");
  const namespace = input.text("namespace");
  const files = await filesOf(paths);
  if (files.length === 0) throw new UsageError(`there is no file in ${paths.join(", ")}`);
  const size = files.reduce((sum, file) => sum + file.size, 0);
  const signal = terminal.interruption();
  const progress = progressOf(terminal, paths.includes("-") ? undefined : size);
  let report: ImportReport;
  let done = 0;
  const work = async (memory: Memory) =>
    importAll(memory, sourcesOf(files, begun, signal), {
      ...(namespace === undefined ? {} : { namespace }),
      fallback: namespaceOf(input),
      dryRun,
      signal,
      onProgress: (now) => {
        done = now.done;
        progress.update(now);
      },
      onRefused: ({ where, reason }) => {
        progress.clear();
        terminal.note(oneLine(`refused: ${where === "" ? "" : `${where}: `}${reason}`));
      },
    });
  try {
    await using memory = await memoryFor(execution, dryRun);
    report = await work(memory);
    progress.clear();
    const nothing = report.refused > 0 && report.imported + report.skipped === 0;
    if (terminal.json) await terminal.document(report);
    else if (nothing)
      throw new UsageError(`nothing was imported: ${count(report.refused, "entry", "entries")} refused`);
    else await show(report, terminal, dryRun);
    if (!dryRun) await settle(memory, execution, { patient: true });
  } catch (error) {
    progress.clear();
    if (error instanceof InterruptedError)
      error.message = `stopped: ${done} stored; the same command goes on, and passes over what is there`;
    throw error;
  }
  const { imported, skipped, refused } = report;
  return refused > 0 && imported + skipped === 0 ? exitCodes.usage : undefined;
}

/** To see what would come, no store has to be made. */
async function memoryFor(execution: Execution, dryRun: boolean): Promise<Memory> {
  const target = targetOf(execution.input);
  if (!dryRun || "url" in target || (await storeExists(target)))
    return openMemory(execution, dryRun ? { readOnly: true } : { create: true });
  const { createMemory } = await import("@souvenir/core");
  return createMemory({ path: ":memory:", embedder: false });
}

async function show(report: ImportReport, terminal: Terminal, dryRun: boolean): Promise<void> {
  const { imported, skipped, refused, threads, from, to } = report;
  const [would, has] = dryRun
    ? ["would import", "the store has already"]
    : ["imported", "the store has as new or newer"];
  await terminal.line(`${would} ${imported}, skipped ${skipped} that ${has}, refused ${refused}`);
  for (const [format, number] of Object.entries(report.formats))
    await terminal.line(`${format}: ${count(number, "memory", "memories")}`);
  if (report.namespaces.length > 0)
    await terminal.line(
      oneLine(
        `in ${listed(report.namespaces)}${threads === 0 ? "" : `, ${count(threads, "thread")}`}${from === undefined ? "" : `, from ${day(from)} to ${day(to ?? from)}`}`,
      ),
    );
  for (const [what, number] of Object.entries(report.passed))
    await terminal.line(`passed over: ${number} ${what}`);
}

/** Ten of them. */
function listed(names: readonly string[]): string {
  const shown = names.slice(0, 10).join(", ");
  return names.length > 10 ? `${shown} and ${names.length - 10} more namespaces` : shown;
}

function day(moment: string): string {
  return moment.slice(0, 10);
}

/** How far it is, how fast, and how long it takes still. */
function progressOf(
  terminal: Terminal,
  size: number | undefined,
): { update: (now: { read: number; done: number }) => void; clear: () => void } {
  const { update, clear } = terminal.progress("importing");
  const started = performance.now();
  return {
    clear,
    update: ({ read, done }) => {
      const seconds = (performance.now() - started) / 1000;
      const rate = `${done}, ${Math.round(done / Math.max(seconds, 0.001))} a second`;
      if (size === undefined || read === 0) return update({ done }, rate);
      const left = Math.ceil((seconds * Math.max(0, size - read)) / read);
      update(
        { done: read, total: size },
        left === 0 ? rate : `${rate}, ${left < 90 ? `${left} s` : `${Math.round(left / 60)} min`} left`,
      );
    },
  };
}
