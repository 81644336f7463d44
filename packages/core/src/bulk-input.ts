import { raceAbort } from "./embedders/embed.ts";
import { SouvenirError } from "./errors.ts";
import { Slices } from "./event-loop.ts";
import type { RecordWrite } from "./store/store.ts";

export async function checkAll<Input>(
  inputs: readonly Input[],
  check: (input: Input) => RecordWrite | undefined,
  signal: AbortSignal | undefined,
): Promise<RecordWrite[]> {
  const writes: RecordWrite[] = [];
  // Finding entities takes time.
  const slices = new Slices();
  for (const [index, input] of inputs.entries()) {
    if (slices.over) {
      await slices.next();
      signal?.throwIfAborted();
    }
    const write = at(index, () => check(input));
    if (write !== undefined) writes.push(write);
  }
  return writes;
}

/** A stream that has come to a halt holds up nobody who aborts. */
export async function* untilAborted<Input>(
  inputs: AsyncIterable<Input>,
  signal: AbortSignal,
): AsyncGenerator<Input> {
  const iterator = inputs[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await raceAbort(Promise.resolve(iterator.next()), signal);
      if (next.done) return;
      yield next.value;
    }
  } finally {
    const ended = Promise.resolve(iterator.return?.());
    if (signal.aborted) ended.catch(() => undefined);
    else await ended;
  }
}

/** Says which input of a list was refused, and how many before it are stored. */
export function at<T>(index: number, run: () => T, stored = 0): T {
  try {
    return run();
  } catch (error) {
    if (!SouvenirError.is(error)) throw error;
    throw new SouvenirError(error.code, `record ${index}: ${error.message}`, {
      details: { ...error.details, index, stored },
      cause: error,
    });
  }
}
