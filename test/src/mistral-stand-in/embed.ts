import { badRequest } from "./api-error.ts";
import { demand, either, list, literal, number, object, orNull, record, text } from "./body-shape.ts";
import type { EmbeddingsBody } from "./wire.ts";

const maxInputs = 512;
const maxTokensOfRequest = 16_384;
const maxTokensOfInput = 8_192;

const withoutSpaces = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

const embeddingsBody = object(
  { model: text, input: either(text, list(text)) },
  {
    metadata: orNull(record),
    output_dimension: orNull(number(1, 3_072, true)),
    output_dtype: literal("float", "int8", "uint8", "binary", "ubinary"),
    encoding_format: literal("float", "base64"),
  },
);

/** Refuses unknown keys and wrong types (422), and too many texts or tokens (400, code 3210). */
export function checkEmbeddings(body: unknown): {
  model: string;
  texts: string[];
  dimensions: number;
  integers: boolean;
} {
  demand(embeddingsBody, body);
  const { model, input, output_dimension: wanted, output_dtype, encoding_format } = body as EmbeddingsBody;
  const texts = typeof input === "string" ? [input] : input;
  const integers = output_dtype === "int8";
  if (!(integers || (output_dtype ?? "float") === "float") || (encoding_format ?? "float") !== "float")
    throw badRequest("This stand-in sends lists of float or int8 only.", "invalid_request_error", null);
  if (texts.length === 0) throw badRequest("Input cannot be empty.", "invalid_request_prompt", "3210");
  if (texts.length > maxInputs) throw tooMuch(`Too many inputs in request, max is ${maxInputs}.`);
  const tokens = texts.map(countTokens);
  if (tokens.some((count) => count > maxTokensOfInput))
    throw tooMuch(`Input exceeds the maximum of ${maxTokensOfInput} tokens.`);
  if (tokens.reduce((sum, count) => sum + count, 0) > maxTokensOfRequest)
    throw tooMuch("Too many tokens overall, split into more batches.");
  const fixed = model.startsWith("mistral-embed") ? 1_024 : undefined;
  if (fixed !== undefined && wanted !== null && wanted !== undefined && wanted !== fixed)
    throw badRequest("This model does not support output_dimension.", "invalid_request_error", null);
  const usual = fixed ?? (model.startsWith("codestral-embed") ? 1_536 : 1_024);
  if (fixed !== undefined && integers)
    throw badRequest("This model does not support output_dtype.", "invalid_request_error", null);
  return { model, texts, dimensions: wanted ?? usual, integers };
}

function tooMuch(message: string): Error {
  return badRequest(message, "invalid_request_prompt", "3210");
}

/** About what a byte-pair tokenizer needs: four bytes of UTF-8 a token. */
export function countTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / 4);
}

/**
 * A unit vector of hashed words and of hashed groups of three letters (two in scripts without spaces): the same text gives the same vector everywhere, and texts that
 * share words are near each other.
 */
export function embedText(text: string, dimensions: number): number[] {
  const vector = new Float64Array(dimensions);
  const add = (feature: string, weight: number): void => {
    const hash = hash32(feature);
    vector[hash % dimensions]! += hash & 0x8000_0000 ? -weight : weight;
  };
  for (const word of words(text)) {
    const unspaced = withoutSpaces.test(word);
    if (!unspaced) add(`word ${word}`, 1);
    const letters = [...`^${word}$`];
    const size = unspaced ? 2 : 3;
    const pieces = letters.length - size + 1;
    for (let start = 0; start < pieces; start++) {
      const weight = unspaced ? 1 : 1.2 / Math.sqrt(pieces);
      add(`letters ${letters.slice(start, start + size).join("")}`, weight);
    }
  }
  let squares = 0;
  for (const value of vector) squares += value * value;
  if (squares === 0) {
    vector[0] = 1;
    return Array.from(vector);
  }
  const length = Math.sqrt(squares);
  return Array.from(vector, (value) => value / length);
}

/** Words without case and accents. A run of a script without spaces counts as one word. */
export function words(text: string): string[] {
  const folded = text
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase();
  return folded.match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
}

/** FNV-1a over UTF-16 code units, with the finalizer of MurmurHash3 so that all bits count. */
function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
