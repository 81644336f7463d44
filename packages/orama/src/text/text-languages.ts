import { type CyrillicLanguage, type LatinLanguage, latinLanguages } from "./language-codes.ts";

/** Languages of a text: that of its words in Latin script and that of its words in Cyrillic. One object for each pair. */
export interface TextLanguages {
  readonly latin: LatinLanguage;
  readonly cyrillic: CyrillicLanguage;
  /** The bit of the Latin language; see `functionWordBits`. */
  readonly latinBit: number;
}

const pairs = new Map<string, TextLanguages>();

export function textLanguages(latin: LatinLanguage, cyrillic: CyrillicLanguage): TextLanguages {
  const key = latin + cyrillic;
  let pair = pairs.get(key);
  if (pair === undefined) {
    pair = { latin, cyrillic, latinBit: 1 << latinLanguages.indexOf(latin) };
    pairs.set(key, pair);
  }
  return pair;
}
