import { parentPort, workerData } from "node:worker_threads";
import { type ScrubResult, type ScrubTask, scrubbing } from "./sqlite-scrub.ts";

/** What the thread is given. `stop[0]` is set to end it after its present part. */
export interface ScrubWork {
  task: ScrubTask;
  stop: Int32Array;
}

/** What it answers; no result when it was stopped. */
export type ScrubAnswer =
  | { result: ScrubResult | undefined }
  | { failure: { message: string; errcode: unknown; code: unknown } };

/** Runs a scrubbing in a thread of its own. */
function run({ task, stop }: ScrubWork): ScrubResult | undefined {
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

function answer(work: ScrubWork): ScrubAnswer {
  try {
    return { result: run(work) };
  } catch (error) {
    const { message, errcode, code } = error as { message: string; errcode?: unknown; code?: unknown };
    return { failure: { message, errcode, code } };
  }
}

parentPort?.postMessage(answer(workerData as ScrubWork));
