import { DatabaseSync } from "node:sqlite";
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { type CopyTask, copyDatabase } from "./sqlite-copy.ts";
import { type ScrubResult, type ScrubTask, scrubbing } from "./sqlite-scrub.ts";

/** What the thread is given. `stop[0]` is set to end a scrubbing after its present part. */
export type FileWork = { scrub: ScrubTask; stop: Int32Array } | { copy: CopyTask };

/** What the thread of a log is told. */
export type LogTask = "shorten" | "end";

/** What it answers: of a scrubbing no result when it was stopped, of a copy its bytes. */
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

function emptyLog(path: string): void {
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
    return { result: "copy" in work ? copyDatabase(work.copy) : scrub(work.scrub, work.stop) };
  } catch (error) {
    const { message, errcode, code } = error as { message: string; errcode?: unknown; code?: unknown };
    return { failure: { message, errcode, code } };
  }
}

/** For as long as the thread is there: the log is written into the file whenever that is asked for. */
function keepShort(path: string, port: MessagePort): void {
  port.on("message", (message: LogTask) => {
    if (message === "end") return port.close();
    try {
      emptyLog(path);
    } catch {
      // What is left of it is for the next time.
    }
    port.postMessage("done");
  });
}

// A module that is loaded by mistake does nothing.
if (workerData !== null && parentPort !== null) {
  const work = workerData as FileWork | { log: string };
  if ("log" in work) keepShort(work.log, parentPort);
  else parentPort.postMessage(answer(work));
}
