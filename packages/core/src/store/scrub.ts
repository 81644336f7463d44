import { inWorker, type WorkerOptions } from "./in-worker.ts";
import { type ScrubResult, type ScrubTask, scrubbing } from "./sqlite-scrub.ts";

/** Scrubs a file in a thread of its own, or here in small parts. Answers `undefined` when it was stopped. */
export async function scrub(
  task: ScrubTask,
  { signal, background = false }: Pick<WorkerOptions, "signal" | "background"> = {},
): Promise<ScrubResult | undefined> {
  if (signal?.aborted) return undefined;
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const onAbort = () => {
    Atomics.store(stop, 0, 1);
    Atomics.notify(stop, 0);
  };
  const answer = await inWorker({ scrub: task, stop }, { signal, onAbort, background });
  return answer === undefined ? inParts(task, signal) : (answer.result as ScrubResult | undefined);
}

async function inParts(task: ScrubTask, signal: AbortSignal | undefined): Promise<ScrubResult | undefined> {
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
