import { Worker } from "node:worker_threads";
import type { LogTask } from "./file-worker.ts";
import { workerFile } from "./in-worker.ts";

/**
 * Writes the log of a file into it, in a thread that is started once for all the times of a large erasure: on few cores a
 * start takes as much from others as the work does. A program that has nothing else to do does not wait for it.
 */
export class LogThread {
  readonly #path: string;
  #worker: Worker | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** Resolves when that is done as far as others let it, or when there are no threads here. One at a time. */
  async shorten(): Promise<void> {
    const worker = this.#begun();
    if (worker === undefined) return;
    const { promise, resolve } = Promise.withResolvers<unknown>();
    worker.ref();
    worker.once("message", resolve).once("exit", resolve);
    worker.postMessage("shorten" satisfies LogTask);
    await promise;
    worker.off("message", resolve).off("exit", resolve);
    worker.unref();
  }

  /** After the last time, for now: the next one begins anew. */
  end(): void {
    this.#worker?.postMessage("end" satisfies LogTask);
    this.#worker = undefined;
  }

  #begun(): Worker | undefined {
    if (this.#worker !== undefined) return this.#worker;
    try {
      const worker = new Worker(new URL(workerFile, import.meta.url), { workerData: { log: this.#path } });
      const gone = () => {
        if (this.#worker === worker) this.#worker = undefined;
      };
      this.#worker = worker.on("error", gone).on("exit", gone);
    } catch {
      // No threads here.
    }
    return this.#worker;
  }
}
