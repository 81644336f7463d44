import { singleCharacters, wordPieces } from "./token-pieces.ts";

/** A piece after the first of a word: tokenizers do not always cut a word where the longest pieces end. */
const withinWord = 1.25;
/** The rest of what was seen above the count of pieces: see `npm run calibrate:tokens`. */
const margin = 1.04;

interface Node {
  /** Whether a piece ends here. */
  end: boolean;
  /** By the next UTF-16 unit. */
  next: Map<number, Node>;
}

let pieces: Node | undefined;

/** Made at the first text, so that importing costs nothing. */
function pieceTree(): Node {
  const root: Node = { end: false, next: new Map() };
  for (const piece of [...wordPieces.split(","), ...singleCharacters]) {
    let node = root;
    for (let index = 0; index < piece.length; index++) {
      const unit = piece.charCodeAt(index);
      let next = node.next.get(unit);
      if (next === undefined) {
        next = { end: false, next: new Map() };
        node.next.set(unit, next);
      }
      node = next;
    }
    node.end = true;
  }
  return root;
}

/**
 * Tokens of a text, estimated from above for Mistral's tokenizers: what is cut into the longest pieces that each of
 * them has as one token, and any other character as its bytes in UTF-8. About 1.1 to 1.5 times the true count for prose,
 * up to twice for code. In time linear in the text.
 */
export function estimateTokens(text: string): number {
  if (text === "") return 0;
  pieces ??= pieceTree();
  let tokens = 0;
  let inWord = false;
  for (let start = 0; start < text.length; ) {
    const first = text.charCodeAt(start);
    let end = 0;
    let node = pieces.next.get(first);
    for (let index = start + 1; node !== undefined; index++) {
      if (node.end) end = index;
      node = index < text.length ? node.next.get(text.charCodeAt(index)) : undefined;
    }
    if (end > 0) {
      const latin = end - start > 1 || isLetter(first);
      tokens += inWord && latin && first !== 0x20 ? withinWord : 1;
      inWord = latin;
      start = end;
    } else {
      const code = text.codePointAt(start) as number;
      tokens += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
      inWord = false;
      start += code < 0x10000 ? 1 : 2;
    }
  }
  // The first tokenizers put a space before a text.
  return Math.ceil(tokens * margin) + 1;
}

function isLetter(unit: number): boolean {
  const lower = unit | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}
