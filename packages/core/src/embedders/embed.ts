import { maximumDimensions } from "@souvenir/orama";
import { inSpan } from "../conversation/spans.ts";
import { unsearched } from "../documents/record.ts";
import { SouvenirError } from "../errors.ts";
import { idAlone } from "../store/embedder-context.ts";
import type { Embedder } from "../types.ts";
import { invalid } from "../validation.ts";

/** What a working embedder takes without fail. */
export const harmless = "hello";

/** What an embedder gave for one text: a vector, nothing (a vector of zeros says nothing), or a fault. */
export type Embedded = { vector: Float32Array | undefined } | { fault: SouvenirError };

/** Refuses an object that does not honour the contract, when the memory is opened and not at the first search. */
export function checkEmbedder(embedder: Embedder): Embedder {
  const kinds = "mistralEmbedder() of @souvenir/mistral or httpEmbedder({ url, model })";
  if (typeof embedder === "string")
    throw invalid("embedder", `an Embedder and not the name of a model: ${kinds}, or false`, embedder);
  if (typeof embedder !== "object" || embedder === null || "then" in embedder)
    throw invalid("embedder", `an Embedder, such as ${kinds}, or false`, embedder);
  if (typeof embedder.embed !== "function")
    throw invalid(
      "embedder.embed",
      `a function of an Embedder, such as ${kinds}; for a model of the AI SDK aiSdkEmbedder(model), of LangChain langchainEmbedder(model)`,
      embedder.embed,
    );
  if (typeof embedder.id !== "string" || embedder.id === "")
    throw invalid("embedder.id", "a name for the model and its settings", embedder.id);
  const { dimensions } = embedder;
  if (!Number.isInteger(dimensions) || dimensions < 1 || dimensions > maximumDimensions)
    throw invalid("embedder.dimensions", `an integer from 1 to ${maximumDimensions}`, dimensions);
  if (embedder.id !== idAlone(embedder.id))
    throw invalid(
      "embedder.id",
      'the name of the model alone, with context: "previous" beside it',
      embedder.id,
    );
  checkContext(embedder.context, "embedder.context");
  for (const name of ["load", "compute", "parts"] as const)
    if (embedder[name] !== undefined && typeof embedder[name] !== "function")
      throw invalid(`embedder.${name}`, "a function", embedder[name]);
  for (const name of ["maxBatch", "maxCharacters"] as const) {
    const value = embedder[name];
    if (value !== undefined && (!Number.isInteger(value) || value < 1))
      throw invalid(`embedder.${name}`, "a positive integer", value);
  }
  return embedder;
}

/** Checks the `context` of an embedder, or an option that becomes one. */
export function checkContext(context: unknown, where: string): Embedder["context"] {
  if (context !== undefined && context !== "none" && context !== "previous")
    throw invalid(where, '"none" or "previous"', context);
  return context;
}

/** Refuses the same, of an embedder that may have to be loaded before it knows how long its vectors are. */
export async function loadedEmbedder(embedder: Embedder): Promise<Embedder> {
  const { dimensions, load } = (embedder ?? {}) as Partial<Embedder>;
  if (dimensions === undefined && typeof load === "function") await embedder.load?.();
  return checkEmbedder(embedder);
}

/**
 * Embeds texts and checks each vector.
 * @throws whatever the embedder throws, and SouvenirError `EMBEDDER_FAILED` when the answer as a whole is unusable.
 */
export async function embedTexts(
  embedder: Embedder,
  texts: string[],
  options: { kind: "document" | "query"; signal: AbortSignal },
): Promise<Embedded[]> {
  options.signal.throwIfAborted();
  // A copy, because an embedder may take the texts out of the list as it goes.
  const answer: unknown = await inSpan(
    "souvenir.embed",
    () => raceAbort(embedder.embed([...texts], options), options.signal),
    { "souvenir.embedder": embedder.id, "souvenir.kind": options.kind, "souvenir.texts": texts.length },
  );
  return checkVectors(embedder, answer, texts.length);
}

/**
 * The same of vectors that came from elsewhere, for adapters whose models are trusted by their framework.
 * @throws SouvenirError `EMBEDDER_FAILED` when one is missing, short or broken
 */
export function checkedVectors(
  embedder: Pick<Embedder, "id" | "dimensions">,
  answer: unknown,
  count: number,
): Float32Array[] {
  return checkVectors(embedder, answer, count).map((checked) => {
    if ("fault" in checked) throw checked.fault;
    return checked.vector ?? new Float32Array(embedder.dimensions);
  });
}

function checkVectors(
  embedder: Pick<Embedder, "id" | "dimensions">,
  answer: unknown,
  count: number,
): Embedded[] {
  if (!Array.isArray(answer) || answer.length !== count) {
    const came = Array.isArray(answer) ? `${answer.length}` : "something else";
    throw failed(embedder, `${count} texts need ${count} vectors, got ${came}`);
  }
  return answer.map((vector) => checkVector(embedder, vector));
}

/**
 * Refuses an embedder whose two ways to a vector disagree: what is stored by one would be compared with what the other
 * gives. One that cannot work yet says so whenever it is asked.
 */
export async function checkComputed(embedder: Embedder): Promise<void> {
  if (embedder.compute === undefined) return;
  const kind = "document";
  let lengths: (number | undefined)[];
  try {
    const [embedded] = await embedder.embed([harmless], { kind });
    lengths = [embedder.compute(harmless, { kind })?.length, embedded?.length];
  } catch {
    return;
  }
  const [computed, embedded] = lengths;
  if (lengths.every((length) => length === undefined || length === embedder.dimensions)) return;
  throw new SouvenirError(
    "INVALID_INPUT",
    `embedder "${embedder.id}": compute() gives ${computed ?? "no"} numbers and embed() ${embedded ?? "no"}, and its dimensions are ${embedder.dimensions}: all three must agree`,
    { details: { embedder: embedder.id, dimensions: embedder.dimensions } },
  );
}

/**
 * The vector that an embedder computes; nothing for a text that has none.
 * @throws whatever the embedder throws, and SouvenirError `EMBEDDER_FAILED` for a vector that is unusable.
 */
export function computeVector(
  embedder: Embedder,
  text: string,
  kind: "document" | "query",
): Float32Array | undefined {
  const given = embedder.compute?.(text, { kind });
  if (given === undefined) return undefined;
  const checked = checkVector(embedder, given);
  if ("fault" in checked) throw checked.fault;
  return checked.vector;
}

function checkVector(embedder: Pick<Embedder, "id" | "dimensions">, given: unknown): Embedded {
  const numbers = Array.isArray(given) && given.every((number) => typeof number === "number");
  if (!(given instanceof Float32Array) && !numbers)
    return { fault: failed(embedder, "a vector must be a Float32Array") };
  const vector = given instanceof Float32Array ? given : Float32Array.from(given as number[]);
  if (vector.length !== embedder.dimensions)
    return {
      fault: failed(
        embedder,
        `expected vectors of ${embedder.dimensions} numbers, got ${vector.length}: give the embedder the number that its model has as its dimensions`,
        { expected: embedder.dimensions, received: vector.length, misconfigured: vector.length > 0 },
      ),
    };
  let squares = 0;
  // By index: an iterator would cost more than some embedders do.
  for (let at = 0; at < vector.length; at++) squares += (vector[at] as number) ** 2;
  if (!Number.isFinite(squares))
    return { fault: failed(embedder, "a vector holds NaN or an infinite number") };
  return { vector: squares === 0 ? undefined : vector };
}

function failed(embedder: Pick<Embedder, "id">, message: string, details: object = {}): SouvenirError {
  return new SouvenirError("EMBEDDER_FAILED", `embedder "${embedder.id}": ${message}`, {
    details: { embedder: embedder.id, ...details },
  });
}

/** A provider that ignores its signal must not hold us up. */
export function raceAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  if (signal.aborted) abort();
  return Promise.race([work, promise]).finally(() => signal.removeEventListener("abort", abort));
}

/** What is embedded of a text: its parts, long ones in pieces. Nothing of one that is not searched: no model is asked. */
export function pieces(text: string, embedder: Pick<Embedder, "maxCharacters" | "parts">): string[] {
  if (text === unsearched) return [];
  const parts = embedder.parts?.(text) ?? [text];
  return parts.flatMap((part) => cutInPieces(part, embedder.maxCharacters));
}

/**
 * A text in pieces of at most `maximum` characters, cut at the end of a paragraph, sentence or word where there is
 * one in the last third of a piece.
 */
function cutInPieces(text: string, maximum: number | undefined): string[] {
  if (maximum === undefined || text.length <= maximum) return [text];
  const parts: string[] = [];
  let start = 0;
  while (text.length - start > maximum) {
    const window = text.slice(start, start + maximum);
    const end = start + cut(window, Math.floor((maximum * 2) / 3));
    parts.push(text.slice(start, end));
    start = end;
  }
  parts.push(text.slice(start));
  return parts.filter((part) => part.trim() !== "");
}

function cut(window: string, earliest: number): number {
  for (const boundary of [/\n\s*\n/g, /[.!?。！？]["'»”)]*\s|[。！？]/g, /\s/g]) {
    let last = -1;
    for (const match of window.matchAll(boundary)) last = match.index + match[0].length;
    if (last > earliest) return last;
  }
  // Never between the halves of a surrogate pair.
  const code = window.charCodeAt(window.length - 1);
  return code >= 0xd800 && code <= 0xdbff && window.length > 1 ? window.length - 1 : window.length;
}
