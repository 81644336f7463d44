import { at, checkAll, untilAborted } from "./bulk-input.ts";
import { SouvenirError } from "./errors.ts";
import { Slices } from "./event-loop.ts";
import { Pace } from "./pace.ts";
import type { RecordWrite, WriteOutcome } from "./store/store.ts";
import type { Progress } from "./types.ts";
import { checkProgressOptions, invalid } from "./validation.ts";

/** Records of one commit. */
const batches = { first: 200, smallest: 25, largest: 1_000 };

export interface BulkOptions {
  /** What takes a while before the first input is checked. */
  prepare: () => Promise<void>;
  onProgress?: (progress: Progress) => void;
  signal?: AbortSignal;
  /** Writes some of the inputs in one commit. */
  write: (writes: readonly RecordWrite[]) => Promise<WriteOutcome[]>;
  onBatch: (outcomes: WriteOutcome[]) => void;
}

/**
 * Checks and writes many inputs in commits of so many that each takes only a moment, and lets others run in between.
 * @param check - Answers `undefined` for an input that says nothing.
 */
export async function writeAll<Input>(
  inputs: Iterable<Input> | AsyncIterable<Input>,
  check: (input: Input) => RecordWrite | undefined,
  { prepare, onProgress, signal, write, onBatch }: BulkOptions,
): Promise<void> {
  checkProgressOptions({ onProgress, signal });
  if (
    typeof inputs !== "object" ||
    inputs === null ||
    !(Symbol.iterator in inputs || Symbol.asyncIterator in inputs)
  )
    throw invalid("records", "an array or another iterable", inputs);
  let done = 0;
  const total = Array.isArray(inputs) ? { total: inputs.length } : {};
  const pace = new Pace(batches);
  const slices = new Slices({ patient: true });
  const commit = async (writes: readonly RecordWrite[]) => {
    signal?.throwIfAborted();
    if (writes.length === 0) return;
    const start = performance.now();
    const outcomes = await write(writes).catch((error: unknown) => {
      throw withStored(error, done);
    });
    pace.took(writes.length, performance.now() - start);
    onBatch(outcomes);
    done += writes.length;
    onProgress?.({ done, ...total });
    if (slices.over) await slices.next();
  };
  // A list is copied at once, because its owner may fill it anew while the work is under way, and checked whole before
  // its first record is written; a stream can be neither.
  const list = Array.isArray(inputs) ? (inputs.slice() as Input[]) : undefined;
  await prepare();
  if (list !== undefined) {
    const checked = await checkAll<Input>(list, check, signal);
    // What depends on versions that were seen is written as a whole or not at all.
    const whole = checked.some(({ ifVersion }) => ifVersion !== undefined);
    let start = 0;
    do {
      const writes = checked.slice(start, whole ? checked.length : start + pace.batch);
      await commit(writes);
      start += writes.length;
    } while (start < checked.length);
    return;
  }
  const stream =
    signal !== undefined && Symbol.asyncIterator in inputs ? untilAborted(inputs, signal) : inputs;
  let batch: RecordWrite[] = [];
  let index = 0;
  for await (const input of stream) {
    const place = index++;
    const write = at(place, () => check(input), done);
    if (write !== undefined) batch.push(write);
    if (batch.length >= pace.batch) {
      await commit(batch);
      batch = [];
    }
    if (slices.over) await slices.next();
  }
  await commit(batch);
}

/** Says how many records the commits before the one that failed have stored. */
function withStored(error: unknown, stored: number): unknown {
  if (!SouvenirError.is(error)) return error;
  const before = stored === 0 ? "" : `${stored} records were stored before this: `;
  return new SouvenirError(error.code, before + error.message, {
    details: { ...error.details, stored },
    cause: error,
  });
}
