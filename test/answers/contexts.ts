import { createMemory, defaultEmbedder, estimateTokens, recallBlock } from "@souvenir/core";
import type { Conversations, Turn } from "./bench.ts";

/** What a reader gets to answer from: Souvenir, and what one would do without it. */
export const ways = ["Souvenir", "full context", "vectors only", "recency only"] as const;
export type Way = (typeof ways)[number];

export interface Context {
  way: Way;
  /** `""` when nothing was found. */
  text: string;
  /** Estimated tokens. */
  tokens: number;
  /** Milliseconds from the question to the text. */
  tookMs: number;
  /** How many turns had no room that should have had it: of full context. */
  cut: number;
}

/** Gives a question its contexts. */
export interface Contexts {
  of(question: string): Promise<Context[]>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** All that fits counts, so that every way has the same budget to fill. */
const mostHits = 100;
const everything = 2 ** 40;

/**
 * Fills a memory, and vectors of the same embedder beside it.
 * @param budget - Tokens of a block.
 * @param window - Tokens of full context: what is older than that is cut.
 */
export async function openContexts(
  { id: namespace, turns, askedAt }: Conversations,
  { budget, window }: { budget: number; window: number },
): Promise<Contexts> {
  const embedder = defaultEmbedder();
  // The clock stands still, so that a run which goes on asks the very same.
  const memory = await createMemory({
    path: ":memory:",
    embedder,
    limits: { valueBytes: 2 ** 24, queryBytes: 2 ** 20 },
    clock: () => askedAt,
  });
  await memory.setMany(
    turns.map(({ key, text, thread, role, createdAt }) => ({
      namespace,
      key,
      value: text,
      createdAt,
      ...(thread === undefined ? {} : { thread }),
      ...(role === undefined ? {} : { role }),
    })),
  );
  const { pending, failed } = await memory.flush();
  if (pending + failed > 0) throw new Error(`${pending + failed} turns of ${namespace} were not embedded`);
  // What is loaded at the first question of a process is no part of any.
  await memory.recall({ namespace, query: "anything" });
  const texts = turns.map(({ text }) => text);
  const vectors = (await embedder.embed(texts, { kind: "document" })).map(unit);
  const newestFirst = turns.toReversed();
  // The same for every question.
  const full = block(newestFirst, window, true);
  const cut = block(newestFirst, everything, true).shown - full.shown;

  const made: Record<Way, (question: string) => Promise<{ text: string; cut?: number }>> = {
    async Souvenir(query) {
      const { text, degraded } = await memory.recall({
        namespace,
        query,
        tokenBudget: budget,
        limit: mostHits,
        deadlineMs: 60_000,
      });
      if (degraded.length > 0) throw new Error(`a question was answered without ${degraded.join()}`);
      return { text };
    },
    async "full context"() {
      return { text: full.text, cut };
    },
    async "vectors only"(question) {
      const [asked] = (await embedder.embed([question], { kind: "query" })).map(unit);
      const nearest = turns
        .map((turn, place) => ({ turn, near: dot(asked!, vectors[place]!) }))
        .sort((one, other) => other.near - one.near)
        .slice(0, mostHits);
      return block(
        nearest.map(({ turn }) => turn),
        budget,
      );
    },
    async "recency only"() {
      return block(newestFirst, budget, true);
    },
  };
  return {
    async of(question) {
      const contexts: Context[] = [];
      for (const way of ways) {
        const started = performance.now();
        const { text, cut = 0 } = await made[way](question);
        const tookMs = performance.now() - started;
        contexts.push({ way, text, tokens: estimateTokens(text), tookMs, cut });
      }
      return contexts;
    },
    [Symbol.asyncDispose]: () => memory.close(),
  };
}

/** Turns as a memory writes them, so that ways differ in what they show and in nothing else. */
function block(turns: readonly Turn[], tokens: number, inOrder = false): { text: string; shown: number } {
  const lines = turns.map(({ text, role, createdAt }) => ({
    value: text,
    createdAt: new Date(createdAt).toISOString(),
    ...(role === undefined ? {} : { role }),
  }));
  const { text, memories } = recallBlock(lines, tokens, inOrder ? (kept) => kept.toReversed() : undefined);
  return { text, shown: memories.length };
}

function dot(one: Float32Array, other: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < one.length; index += 1) sum += one[index]! * other[index]!;
  return sum;
}

/** Of length 1; zeros stay zeros. */
function unit(vector: Float32Array): Float32Array {
  const length = Math.sqrt(dot(vector, vector)) || 1;
  return vector.map((number) => number / length);
}
