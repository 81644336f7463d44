import type { Embedder } from "../src/index.ts";

type Kind = "document" | "query";
type Answer = (texts: string[], options: { kind: Kind; signal?: AbortSignal }) => Promise<Float32Array[]>;

/**
 * An embedder of concepts: two texts about one concept are close although they share no word. What it answers can be
 * replaced at any time, and its calls are recorded.
 */
export class ScriptedEmbedder implements Embedder {
  readonly id: string;
  readonly dimensions: number;
  readonly maxBatch?: number;
  readonly maxCharacters?: number;
  readonly calls: { kind: Kind; texts: string[] }[] = [];
  /** What the provider does now; `undefined`: it works. */
  answer: Answer | undefined;

  constructor(
    options: {
      id?: string;
      dimensions?: number;
      maxBatch?: number;
      maxCharacters?: number;
      answer?: Answer;
    } = {},
  ) {
    this.id = options.id ?? "scripted";
    this.dimensions = options.dimensions ?? concepts.length;
    if (options.maxBatch !== undefined) this.maxBatch = options.maxBatch;
    if (options.maxCharacters !== undefined) this.maxCharacters = options.maxCharacters;
    this.answer = options.answer;
  }

  embed(texts: string[], options: { kind: Kind; signal?: AbortSignal }): Promise<Float32Array[]> {
    this.calls.push({ kind: options.kind, texts: [...texts] });
    return this.answer === undefined ? this.vectors(texts) : this.answer(texts, options);
  }

  async vectors(texts: readonly string[]): Promise<Float32Array[]> {
    return texts.map((text) => conceptVector(text, this.dimensions));
  }

  /** The texts embedded so far, in order. */
  texts(kind: Kind): string[] {
    return this.calls.filter((call) => call.kind === kind).flatMap((call) => call.texts);
  }
}

/** Words that mean the same, one row a concept; further dimensions tell texts apart a little. */
const concepts: readonly (readonly string[])[] = [
  ["database", "postgresql", "store", "persistence", "tables"],
  ["cat", "kitten", "pet", "animal", "whiskers"],
  ["train", "journey", "travel", "trip", "railway"],
  ["dinner", "recipe", "soup", "meal", "cooking"],
  ["doctor", "medicine", "allergy", "penicillin", "health"],
  ["salary", "money", "budget", "invoice", "payment"],
  ["guitar", "concert", "music", "song", "choir"],
  ["garden", "tomatoes", "flowers", "compost", "seeds"],
];

export function conceptVector(text: string, dimensions: number): Float32Array {
  const vector = new Float32Array(dimensions);
  const words = text.toLowerCase().match(/\p{L}+/gu) ?? [];
  for (const word of words) {
    const concept = concepts.findIndex((members) => members.includes(word));
    if (concept >= 0) vector[concept % dimensions] = (vector[concept % dimensions] as number) + 1;
  }
  // Never all zeros, which would say nothing.
  for (let place = 0; place < text.length; place += 1)
    vector[text.charCodeAt(place) % dimensions] =
      (vector[text.charCodeAt(place) % dimensions] as number) + 0.001;
  return vector;
}

/** Calls that wait until they are let go. */
export interface Gate {
  /** Pass it as an answer: each call announces itself and waits. */
  answer: (texts: string[], options: { kind: Kind; signal?: AbortSignal }) => Promise<Float32Array[]>;
  /** Resolves when the next call has arrived (at once when one is waiting that was not awaited yet). */
  arrival(): Promise<string[]>;
  /** Lets all calls go, also those to come. */
  open(): void;
}

export function gate(embedder: ScriptedEmbedder): Gate {
  const opened = Promise.withResolvers<void>();
  const arrived: string[][] = [];
  const awaited: ((texts: string[]) => void)[] = [];
  return {
    async answer(texts) {
      const waiting = awaited.shift();
      if (waiting === undefined) arrived.push(texts);
      else waiting(texts);
      await opened.promise;
      return embedder.vectors(texts);
    },
    arrival() {
      const texts = arrived.shift();
      return texts === undefined ? new Promise((resolve) => awaited.push(resolve)) : Promise.resolve(texts);
    },
    open: () => opened.resolve(),
  };
}
