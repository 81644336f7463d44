import { createHash } from "node:crypto";
import { countTokens } from "./embed.ts";
import { type ChatBody, textOf, type WireMessage } from "./wire.ts";

/** Bytes of a token here (see `countTokens`), and tokens of a block that is cached whole or not at all. */
const bytesOfToken = 4;
const tokensOfBlock = 64;
/** A cached token of the input costs this share of another. */
const priceOfCached = 0.1;

/** A prompt as the model reads it, and what of it the server had read before. */
export interface Prompt {
  text: string;
  tokens: number;
  /** Tokens of leading blocks that a request of the same `prompt_cache_key` had brought before: a multiple of 64. */
  cachedTokens: number;
}

/** What the input costs, in tokens of full price. */
export function billedTokens(prompts: readonly Prompt[]): number {
  return prompts.reduce(
    (sum, { tokens, cachedTokens }) => sum + tokens - cachedTokens * (1 - priceOfCached),
    0,
  );
}

/**
 * Remembers the beginnings of prompts, in blocks of 64 tokens. Each `prompt_cache_key` has a cache of its own, and so
 * have the requests without one: the real API promises no hit, with or without a key, and this one always has room.
 */
export class PromptCache {
  readonly #beginnings = new Map<string | undefined, Set<string>>();

  read(text: string, key: string | null | undefined): Prompt {
    const known = this.#beginnings.get(key ?? undefined) ?? new Set<string>();
    this.#beginnings.set(key ?? undefined, known);
    const bytes = Buffer.from(text);
    const size = tokensOfBlock * bytesOfToken;
    let cached = 0;
    let beginning = "";
    for (let end = size; end <= bytes.length; end += size) {
      const block = bytes.subarray(end - size, end);
      beginning = createHash("sha256").update(beginning).update(block).digest("base64");
      if (known.has(beginning)) cached = end;
      known.add(beginning);
    }
    return { text, tokens: countTokens(text), cachedTokens: cached / bytesOfToken };
  }

  clear(): void {
    this.#beginnings.clear();
  }
}

/** The tools, then the messages in order: what stands first in a request stands first in the prompt. */
export function promptOf({ messages, tools }: Pick<ChatBody, "messages" | "tools">): string {
  const offered = tools && tools.length > 0 ? `[TOOLS]${JSON.stringify(tools)}[/TOOLS]` : "";
  return `<s>${offered}${messages.map(written).join("")}`;
}

function written({ role, content, tool_calls: calls, tool_call_id: id }: WireMessage): string {
  const others = Array.isArray(content) ? content.filter(({ type }) => type !== "text") : [];
  const more = [
    ...others.map((part) => JSON.stringify(part)),
    ...(calls ?? []).map((call) => JSON.stringify(call.function)),
    ...(id ? [id] : []),
  ];
  return `[${role.toUpperCase()}]${textOf(content)}${more.join("")}[/${role.toUpperCase()}]`;
}
