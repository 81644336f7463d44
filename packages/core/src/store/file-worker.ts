import { parentPort, workerData } from "node:worker_threads";
import { type CopyTask, copyDatabase } from "./sqlite-copy.ts";
import { type ScrubResult, type ScrubTask, scrubbing } from "./sqlite-scrub.ts";

/** What the thread is given. `stop[0]` is set to end a scrubbing after its present part. */
export type FileWork = { scrub: ScrubTask; stop: Int32Array } | { copy: CopyTask };

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

function answer(work: FileWork): FileAnswer {
  try {
    return { result: "copy" in work ? copyDatabase(work.copy) : scrub(work.scrub, work.stop) };
  } catch (error) {
    const { message, errcode, code } = error as { message: string; errcode?: unknown; code?: unknown };
    return { failure: { message, errcode, code } };
  }
}

// A module that is loaded by mistake does nothing.
if (workerData !== null) parentPort?.postMessage(answer(workerData as FileWork));
