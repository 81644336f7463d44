import { DatabaseSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";
import { type CopyTask, copyDatabase } from "./sqlite-copy.ts";
import { type ScrubResult, type ScrubTask, scrubbing } from "./sqlite-scrub.ts";

/** What the thread is given. `stop[0]` is set to end a scrubbing after its present part. */
export type FileWork = { scrub: ScrubTask; stop: Int32Array } | { copy: CopyTask } | { log: string };

/** What it answers: of a scrubbing no result when it was stopped, of a copy its bytes, of a log nothing. */
export type FileAnswer =
  | { result: ScrubResult | number | undefined }
  | { failure: { message: string; errcode: unknown; code: unknown } };

function scrub(task: ScrubTask, stop: Int32Array): ScrubResult | undefined {
  const parts = scrubbing(task);
  for (let part = parts.next(); ; part = parts.next()) {
    if (part.done) return part.value;
    // Wakes at once when it is to stop.
    if (Atomics.wait(stop, 0, 0, part.value) === "timed-out") continue;
    // Closes what it has open.
    parts.return({ scrubbed: 0, left: 0 });
    return undefined;
  }
}

/** Milliseconds that those have to end who read what only the log has. */
const readersMs = 100;

function emptyLog(path: string): undefined {
  const database = new DatabaseSync(path, { timeout: readersMs });
  try {
    // The first one lets others write; to the second, which does not, little is left.
    database.exec("PRAGMA wal_checkpoint(PASSIVE); PRAGMA wal_checkpoint(TRUNCATE);");
  } finally {
    database.close();
  }
}

function answer(work: FileWork): FileAnswer {
  try {
    if ("log" in work) return { result: emptyLog(work.log) };
    return { result: "copy" in work ? copyDatabase(work.copy) : scrub(work.scrub, work.stop) };
  } catch (error) {
    const { message, errcode, code } = error as { message: string; errcode?: unknown; code?: unknown };
    return { failure: { message, errcode, code } };
  }
}

// A module that is loaded by mistake does nothing.
if (workerData !== null) parentPort?.postMessage(answer(workerData as FileWork));
