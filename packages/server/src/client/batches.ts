import { checkOptions, optionNames, type Progress, SouvenirError } from "@souvenir/core";

const batchRecords = 1_000;
/** Characters, each of at most three bytes: a batch stays below the 4 MiB that a server takes by default. */
const batchCharacters = 1_200_000;

/**
 * Sends records in batches, in order, each before the next one is gathered. An error says how many were stored before
 * it and, where the server does, which record of all it was, as core's own.
 * @param encode - A record as JSON, `undefined` for one that is not to be sent. @throws SouvenirError `INVALID_INPUT`
 */
export async function inBatches<Item>(
  items: Iterable<Item> | AsyncIterable<Item>,
  options: { onProgress?: (progress: Progress) => void; signal?: AbortSignal },
  encode: (item: Item) => string | undefined,
  send: (batch: readonly string[]) => Promise<void>,
): Promise<void> {
  checkBatchOptions(options);
  const { onProgress, signal } = options;
  if (
    typeof items !== "object" ||
    items === null ||
    !(Symbol.iterator in items || Symbol.asyncIterator in items)
  )
    throw new SouvenirError("INVALID_INPUT", "records: expected an array or another iterable");
  const total = Array.isArray(items) ? { total: items.length } : {};
  let done = 0;
  let batch: string[] = [];
  let characters = 0;
  const flush = async (): Promise<void> => {
    signal?.throwIfAborted();
    if (batch.length === 0) return;
    const sent = batch;
    batch = [];
    characters = 0;
    try {
      await send(sent);
    } catch (error) {
      throw placed(error, done);
    }
    done += sent.length;
    onProgress?.({ done, ...total });
  };
  // What cannot be encoded is found before the first record is sent, as far as that is possible: in a list.
  const encoded: Iterable<string | undefined> | undefined = Array.isArray(items)
    ? items.map(at(encode, () => 0))
    : undefined;
  let index = 0;
  const encodeNext = at(encode, () => done);
  for await (const item of encoded ?? (items as Iterable<Item>)) {
    const line = encoded === undefined ? encodeNext(item as Item, index++) : (item as string | undefined);
    if (line === undefined) continue;
    if (batch.length === batchRecords || (batch.length > 0 && characters + line.length > batchCharacters))
      await flush();
    batch.push(line);
    characters += line.length;
  }
  await flush();
}

function at<Item, Line>(encode: (item: Item) => Line, stored: () => number) {
  return (item: Item, index: number): Line => {
    try {
      return encode(item);
    } catch (error) {
      if (!SouvenirError.is(error)) throw error;
      throw new SouvenirError(error.code, `record ${index}: ${error.message}`, {
        details: { ...error.details, index, stored: stored() },
        cause: error,
      });
    }
  };
}

/** Places count from the first record of all, not of the batch. */
function placed(error: unknown, before: number): unknown {
  if (!SouvenirError.is(error)) return error;
  const { index, stored } = error.details;
  const message =
    typeof index === "number"
      ? error.message.replace(/^record \d+: /, `record ${before + index}: `)
      : `after ${before} records: ${error.message}`;
  return new SouvenirError(error.code, before === 0 ? error.message : message, {
    details: {
      ...error.details,
      stored: before + (typeof stored === "number" ? stored : 0),
      ...(typeof index === "number" ? { index: before + index } : {}),
    },
    cause: error.cause,
  });
}

function checkBatchOptions(given: { onProgress?: unknown; signal?: unknown }): void {
  const { onProgress, signal } = checkOptions(given, "options", optionNames.setMany);
  if (onProgress !== undefined && typeof onProgress !== "function")
    throw new SouvenirError("INVALID_INPUT", "onProgress: expected a function");
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw new SouvenirError("INVALID_INPUT", "signal: expected an AbortSignal");
}
