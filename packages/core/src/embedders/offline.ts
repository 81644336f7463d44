import { SouvenirError } from "../errors.ts";
import { endlessMarks, fold } from "../text/fold.ts";
import { startsRun, wordOrRun } from "../text/words.ts";
import type { Embedder } from "../types.ts";
import { checkOptions } from "../validation.ts";

const idPrefix = "souvenir-offline-";

/** Whether vectors are of the built-in embedder, and so say what words and their forms say, not meaning. */
export function isOfflineEmbedder({ id }: { id: string }): boolean {
  return id.startsWith(idPrefix);
}

export interface OfflineEmbedderOptions {
  /** Numbers of a vector: an integer, 64 to 4096. More keep rare words further apart. Default 256. */
  dimensions?: number;
}

const onlyHiragana = /^\p{sc=Hira}+$/u;
const digit = /\p{N}/u;
const syllables = /^[\uac00-\ud7a3]/;
const consonantsOnly = /^[\p{sc=Arab}\p{sc=Hebr}]/u;

/** Letters from which on a word counts fully. Shorter ones are mostly function words, in most languages. */
const fullLength = 6;
/** All character n-grams of a word together weigh this much, in quadrature, against the word itself. */
const ngramShare = 1.5;

const seeds = { word: 0x2c1b3c6d, ngram: 0x297a2d39, character: 0x165667b1, raw: 0x27220a95 } as const;

/** MurmurHash3's finaliser: every input bit reaches every output bit. */
function mix(hash: number): number {
  let mixed = hash ^ (hash >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

/** FNV-1a over UTF-16 code units `start` to `end`. */
function hashUnits(text: string, start: number, end: number, seed: number): number {
  let hash = seed;
  for (let index = start; index < end; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return mix(hash);
}

/** Adds a feature in two different places with a sign each: signed feature hashing (Weinberger et al., ICML 2009). */
function addFeature(vector: Float64Array, hash: number, weight: number): void {
  const second = mix(hash ^ 0x9e3779b9);
  const size = vector.length;
  const place = Math.floor(((hash >>> 0) / 2 ** 32) * size);
  const step = 1 + Math.floor(((second >>> 0) / 2 ** 32) * (size - 1));
  const otherPlace = (place + step) % size;
  vector[place]! += hash & 1 ? weight : -weight;
  vector[otherPlace]! += second & 1 ? weight : -weight;
}

/** How much a word says, 0 to 1, by its shape alone: long words, acronyms and words with digits say most. */
function shapeWeight(raw: string, word: string): number {
  if (digit.test(word)) return 1;
  let length = word.length;
  if (syllables.test(word)) length *= 3;
  else if (consonantsOnly.test(word)) length *= 1.5;
  else if (length > 1 && raw !== word && raw === raw.toUpperCase()) return 1;
  return Math.min(1, (length / fullLength) ** 2);
}

function addWord(vector: Float64Array, word: string, weight: number): void {
  addFeature(vector, hashUnits(word, 0, word.length, seeds.word), weight);
  const padded = ` ${word} `;
  const size = syllables.test(word) ? 2 : word.length <= 5 ? 3 : 4;
  const places = padded.length - size + 1;
  const share = (weight * ngramShare) / Math.sqrt(places);
  for (let start = 0; start < places; start++)
    addFeature(vector, hashUnits(padded, start, start + size, seeds.ngram), share);
}

/** Counts every character and every pair of neighbours of a run. */
function countRun(counts: Map<string, number>, run: string): void {
  const characters = Array.from(run);
  for (let index = 0; index < characters.length; index++) {
    const character = characters[index]!;
    counts.set(character, (counts.get(character) ?? 0) + 1);
    const next = characters[index + 1];
    if (next !== undefined) counts.set(character + next, (counts.get(character + next) ?? 0) + 1);
  }
}

/** A pair counts more than a character, and hiragana, mostly endings and particles, count little. */
function addRunFeature(vector: Float64Array, feature: string, count: number): void {
  const pair = feature.length > String.fromCodePoint(feature.codePointAt(0)!).length;
  const weight = (pair ? 1 : 0.3) * (onlyHiragana.test(feature) ? 0.3 : 1) * (1 + Math.log(count));
  addFeature(vector, hashUnits(feature, 0, feature.length, seeds.character), weight);
}

function addText(vector: Float64Array, text: string): void {
  const words = new Map<string, { count: number; weight: number }>();
  const runs = new Map<string, number>();
  for (const [raw] of text.replace(endlessMarks, "$1").normalize("NFKC").matchAll(wordOrRun)) {
    const word = fold(raw);
    if (word === "") continue;
    if (startsRun.test(word)) {
      countRun(runs, word);
      continue;
    }
    const known = words.get(word);
    if (known === undefined) words.set(word, { count: 1, weight: shapeWeight(raw, word) });
    else {
      known.count++;
      known.weight = Math.max(known.weight, shapeWeight(raw, word));
    }
  }
  for (const [word, { count, weight }] of words) addWord(vector, word, weight * (1 + Math.log(count)));
  for (const [feature, count] of runs) addRunFeature(vector, feature, count);
  if (words.size > 0 || runs.size > 0) return;
  for (let start = 0; start < text.length; start++) {
    addFeature(vector, hashUnits(text, start, start + 1, seeds.raw), 1);
    if (start + 2 <= text.length) addFeature(vector, hashUnits(text, start, start + 2, seeds.raw), 1);
  }
}

function lengthOf(vector: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < vector.length; index++) sum += vector[index]! ** 2;
  return Math.sqrt(sum);
}

function embedText(text: string, scratch: Float64Array): Float32Array {
  scratch.fill(0);
  addText(scratch, text);
  let length = lengthOf(scratch);
  if (length < 1e-6) {
    // Nothing to hash, or features that cancel out: the text as one feature, whose two places always differ.
    scratch.fill(0);
    addFeature(scratch, hashUnits(text, 0, text.length, seeds.raw), 1);
    length = lengthOf(scratch);
  }
  const vector = new Float32Array(scratch.length);
  for (let index = 0; index < vector.length; index++) vector[index] = scratch[index]! / length;
  return vector;
}

/**
 * An embedder that needs no model, no key and no network: words and character n-grams of Unicode text, hashed into a
 * vector of length 1. It is lexical: it sees typos, word forms and compounds, and knows nothing about meaning, so that
 * "car" and "automobile" are strangers. The same text has the same vector everywhere; no text has a zero vector.
 * @throws SouvenirError `INVALID_INPUT` when `dimensions` is not an integer from 64 to 4096.
 */
export function offlineEmbedder(options: OfflineEmbedderOptions = {}): Embedder {
  checkOptions(options, "offlineEmbedder", ["dimensions"]);
  const { dimensions = 256 } = options;
  if (!Number.isInteger(dimensions) || dimensions < 64 || dimensions > 4096)
    throw new SouvenirError(
      "INVALID_INPUT",
      "dimensions of the offline embedder must be an integer from 64 to 4096: leave it out for 256",
      { details: { dimensions } },
    );
  const scratch = new Float64Array(dimensions);
  const compute = (text: string) => embedText(text, scratch);
  return {
    id: `${idPrefix}${dimensions}-v1`,
    dimensions,
    compute,
    async embed(texts, { signal }) {
      signal?.throwIfAborted();
      return texts.map(compute);
    },
  };
}
