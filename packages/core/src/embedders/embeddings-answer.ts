import { SouvenirError } from "../errors.ts";
import type { Provider } from "../provider/failure.ts";

/**
 * The vectors of an answer of OpenAI's embeddings endpoint, in the order of the texts. It numbers them; nothing promises
 * that they come sorted. A vector is a list of numbers, or float32 in little-endian order as base64.
 * @param dimensions - What each must have; `undefined`: as many as the first.
 * @throws SouvenirError of the provider's code for anything else.
 */
export function vectorsOfAnswer(
  answer: unknown,
  count: number,
  dimensions: number | undefined,
  provider: Provider,
): Float32Array[] {
  const wrong = (what: string, details: Record<string, unknown> = {}) =>
    new SouvenirError(provider.code, `${provider.name} answered with ${what}`, {
      details: { model: provider.model, ...details },
    });
  const data = typeof answer === "object" && answer !== null && "data" in answer ? answer.data : undefined;
  if (!Array.isArray(data))
    throw wrong(`something else than embeddings: ${provider.checkAddress}`, { misconfigured: true });
  if (data.length !== count)
    throw wrong(`${data.length} vectors for ${count} texts`, { expected: count, received: data.length });
  const vectors: Float32Array[] = new Array(count);
  let expected = dimensions;
  for (const [position, item] of data.entries()) {
    const { index = position, embedding } = (item ?? {}) as { index?: unknown; embedding?: unknown };
    if (typeof index !== "number" || !(index in data) || vectors[index] !== undefined)
      throw wrong(`the index ${index}, which is no text's or another vector's`);
    const vector = vectorOf(embedding);
    if (vector === undefined) throw wrong(`no vector for text ${index}`, { index });
    expected ??= vector.length;
    if (vector.length !== expected)
      throw wrong(
        `vectors of ${vector.length} numbers, and ${expected} are expected: check dimensions and the model`,
        { expected, received: vector.length, misconfigured: true },
      );
    if (!vector.every(Number.isFinite))
      throw wrong(`a number that is not finite for text ${index}`, { index });
    vectors[index] = vector;
  }
  return vectors;
}

function vectorOf(embedding: unknown): Float32Array | undefined {
  if (Array.isArray(embedding) && embedding.length > 0)
    return Float32Array.from(embedding, (number) => (typeof number === "number" ? number : Number.NaN));
  if (typeof embedding !== "string" || embedding === "") return undefined;
  let bytes: Uint8Array;
  try {
    bytes = Uint8Array.from(atob(embedding), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
  if (bytes.length === 0 || bytes.length % 4 !== 0) return undefined;
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: bytes.length / 4 }, (_, at) => view.getFloat32(4 * at, true));
}
