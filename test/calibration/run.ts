/**
 * `npm run calibrate:tokens`: writes what `estimateTokens` knows of Mistral's tokenizers, and prints how its estimates
 * compare with them: never below, and how far above.
 */
import { readFile, writeFile } from "node:fs/promises";
import { alphabets, randomText, seeded } from "./texts.ts";
import { commonTokens, mostTokens } from "./tokenizers.ts";

/** Pieces of words that are kept: twice as many make estimates for prose 5 % lower and the file twice as large. */
const pieceCount = 4_000;
const target = new URL("../../packages/core/src/token-pieces.ts", import.meta.url);

const common = commonTokens();
const pieces = common.filter((text) => /^ ?[\p{L}\p{M}]{2,}$|^ [\p{L}]$/u.test(text)).slice(0, pieceCount);
const characters = common.filter((text) => [...text].length === 1);

/** As in source code, with nothing that cannot be seen. */
const quoted = (text: string): string =>
  JSON.stringify(text).replace(/[\p{C}\p{Z}\p{M}\p{sc=Hebr}\p{sc=Arab}]/gu, (character) =>
    character === " "
      ? character
      : Array.from(
          { length: character.length },
          (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`,
        ).join(""),
  );
await writeFile(
  target,
  `// Written by npm run calibrate:tokens.

/** Parts of words that each of Mistral's published tokenizers has as one token, most frequent first, with commas between. */
export const wordPieces: string =
  ${quoted(pieces.join(","))};

/** Characters that each of them has as one token. Any other takes at most as many as it has bytes in UTF-8. */
export const singleCharacters: string =
  ${quoted(characters.join(""))};
`,
);
console.log(`${pieces.length} pieces and ${characters.length} characters`);

// With what was written just now.
const { estimateTokens } = await import("@souvenir/core");
const random = seeded(20261129);
const rows: Record<string, { "most above": string; "most below": number }> = {};
for (const [name, alphabet] of Object.entries({
  ...alphabets,
  "word pieces": pieces,
  "any of them": common,
})) {
  const [ratios, below]: [number[], number[]] = [[], []];
  for (let round = 0; round < 300; round++) {
    const text = randomText(random, alphabet, 1 + Math.floor(random() * 80));
    const [estimate, tokens] = [estimateTokens(text), mostTokens(text)];
    if (tokens > 20) ratios.push(estimate / tokens);
    below.push(tokens - estimate);
  }
  rows[name] = { "most above": Math.max(0, ...ratios).toFixed(2), "most below": Math.max(0, ...below) };
}
console.table(rows);
for (const file of ["README.md", "docs/design.md", "packages/core/src/memory.ts"]) {
  const text = await readFile(new URL(`../../${file}`, import.meta.url), "utf8");
  console.log(file, (estimateTokens(text) / mostTokens(text)).toFixed(2));
}
