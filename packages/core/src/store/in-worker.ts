import { Worker } from "node:worker_threads";
import type { FileAnswer, FileWork } from "./file-worker.ts";

/** Built, the worker stands beside this module; from sources too. */
export const workerFile: string = import.meta.url.endsWith(".ts") ? "./file-worker.ts" : "./file-worker.mjs";

export interface WorkerOptions {
  signal?: AbortSignal | undefined;
  /** What lets the work end early. */
  onAbort?: () => void;
  /** A program that has nothing else to do does not wait for it. */
  background?: boolean;
}

/**
 * Does some work in a thread of its own. `undefined` when there is none: the runtime has no threads, or an application's
 * bundle lacks the file of the worker. Failures keep SQLite's codes.
 */
export async function inWorker(
  work: FileWork,
  { signal, onAbort, background = false }: WorkerOptions = {},
): Promise<Extract<FileAnswer, { result: unknown }> | undefined> {
  let worker: Worker | undefined;
  const abort = () => {
    // Somebody waits for its end.
    worker?.ref();
    onAbort?.();
  };
  signal?.addEventListener("abort", abort);
  const { promise, resolve } = Promise.withResolvers<FileAnswer | undefined>();
  let answer: FileAnswer | undefined;
  try {
    worker = new Worker(new URL(workerFile, import.meta.url), { workerData: work });
    if (background) worker.unref();
    worker.once("message", (message: FileAnswer) => {
      answer = message;
    });
    worker.once("error", () => resolve(answer));
    worker.once("exit", () => resolve(answer));
    await promise;
  } catch {
    // No threads here.
  } finally {
    signal?.removeEventListener("abort", abort);
  }
  if (answer === undefined || "result" in answer) return answer;
  throw Object.assign(new Error(answer.failure.message), answer.failure);
}
