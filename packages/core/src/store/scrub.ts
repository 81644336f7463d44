import { Worker } from "node:worker_threads";
import type { ScrubAnswer, ScrubWork } from "./scrub-worker.ts";
import { type ScrubResult, type ScrubTask, scrubbing } from "./sqlite-scrub.ts";

/** Built, the worker stands beside this module; from sources too. */
const workerFile = import.meta.url.endsWith(".ts") ? "./scrub-worker.ts" : "./scrub-worker.mjs";

export interface ScrubOptions {
  signal?: AbortSignal | undefined;
  /** A program that has nothing else to do does not wait for it. */
  background?: boolean;
}

/**
 * Scrubs a file in a thread of its own; where there are none, or an application's bundle lacks the file of the worker,
 * here and in small parts. Answers `undefined` when it was stopped.
 */
export async function scrub(task: ScrubTask, options: ScrubOptions = {}): Promise<ScrubResult | undefined> {
  if (options.signal?.aborted) return undefined;
  const answer = await inWorker(task, options);
  if (answer === undefined) return inParts(task, options);
  if ("failure" in answer) throw Object.assign(new Error(answer.failure.message), answer.failure);
  return answer.result;
}

/** `undefined` when there is no worker. */
async function inWorker(
  task: ScrubTask,
  { signal, background = false }: ScrubOptions,
): Promise<ScrubAnswer | undefined> {
  const stop = new Int32Array(new SharedArrayBuffer(4));
  let worker: Worker | undefined;
  const onAbort = () => {
    // Somebody waits for its end.
    worker?.ref();
    Atomics.store(stop, 0, 1);
    Atomics.notify(stop, 0);
  };
  signal?.addEventListener("abort", onAbort);
  try {
    const work: ScrubWork = { task, stop };
    worker = new Worker(new URL(workerFile, import.meta.url), { workerData: work });
    if (background) worker.unref();
    const { promise, resolve } = Promise.withResolvers<ScrubAnswer | undefined>();
    let answer: ScrubAnswer | undefined;
    worker.once("message", (message: ScrubAnswer) => {
      answer = message;
    });
    worker.once("error", () => resolve(answer));
    worker.once("exit", () => resolve(answer));
    return await promise;
  } catch {
    return undefined;
  } finally {
    signal?.removeEventListener("abort", onAbort);
  }
}

async function inParts(task: ScrubTask, { signal }: ScrubOptions): Promise<ScrubResult | undefined> {
  const parts = scrubbing(task);
  for (let part = parts.next(); ; part = parts.next()) {
    if (part.done) return part.value;
    const { value } = part;
    await new Promise<void>((done) => setTimeout(done, value));
    if (!signal?.aborted) continue;
    parts.return({ scrubbed: 0, left: 0 });
    return undefined;
  }
}
