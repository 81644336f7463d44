/** From 0 up to 1. */
export type Random = () => number;

const ranges = (...pairs: [number, number][]): string[] =>
  pairs.flatMap(([from, to]) =>
    Array.from({ length: to - from + 1 }, (_, index) => String.fromCodePoint(from + index)),
  );

/** Characters or pieces of texts that a tokenizer has little use for its vocabulary in, by name. */
export const alphabets: Readonly<Record<string, readonly string[]>> = {
  digits: [..."0123456789"],
  "digits in groups": [..."0123456789 .,-"],
  hex: [..."0123456789abcdef"],
  base64: [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="],
  letters: [..."abcdefghijklmnopqrstuvwxyz"],
  "letters and spaces": [..."abcdefghijklmnopqrstuvwxyz    "],
  "frequent letters": [..."etaoinshrdlu  "],
  capitals: [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ "],
  "accented letters": [..."éèàùçâêîôûäöüßñøåæœšžčřůąęłńóśźżćığşőǫ "],
  ascii: ranges([32, 126]),
  punctuation: [...".,;:!?()[]{}<>\"'-_/\\@#$%^&*|~`+="],
  code: [
    "const ",
    "x",
    " = ",
    "=> ",
    "{\n",
    "}\n",
    "  ",
    "();",
    "return ",
    "await ",
    "foo",
    "Bar",
    "[0]",
    "!==",
    "\t",
    "//",
  ],
  spaces: [" ", "  ", "\t", "\n", "\r\n", "\u00a0", "\u2003", "a"],
  cyrillic: ranges([0x410, 0x44f], [32, 32]),
  greek: ranges([0x391, 0x3a1], [0x3b1, 0x3c9], [32, 32]),
  arabic: ranges([0x621, 0x64a], [0x64b, 0x652], [32, 32]),
  hebrew: ranges([0x5d0, 0x5ea], [32, 32]),
  devanagari: ranges([0x905, 0x94d], [32, 32]),
  thai: ranges([0xe01, 0xe3a], [0xe40, 0xe4e]),
  amharic: ranges([0x1200, 0x1248], [32, 32]),
  georgian: ranges([0x10d0, 0x10f0], [32, 32]),
  han: ranges([0x4e00, 0x9fa5]),
  kana: ranges([0x3041, 0x3096], [0x30a1, 0x30fa]),
  hangul: ranges([0xac00, 0xd7a3]),
  emoji: [..."😀👩🔥👍❤✈🏳🌈🇫🇷🎉", "\u200d", "\ufe0f", "\u{1f3fd}", "👨‍👩‍👧", "🏴\u{e0067}\u{e0062}\u{e007f}"],
  "combining marks": ["a", "e", "o", " ", ...ranges([0x300, 0x36f])],
  "rare characters": ranges([0x2000, 0x2bff], [0x1d400, 0x1d4ff], [0x12000, 0x120ff]),
  "words of everyday": [
    " the",
    " of",
    " and",
    " is",
    " to",
    " was",
    " on",
    " it",
    " a",
    " for",
    " you",
    ".",
    ",",
  ],
};

/** A text of pieces of an alphabet, or of several one after the other. */
export function randomText(random: Random, alphabet: readonly string[], length: number): string {
  let text = "";
  for (let index = 0; index < length; index++)
    text += alphabet[Math.floor(random() * alphabet.length)] as string;
  return text;
}

/** The same numbers for the same seed: "mulberry32" of Tommy Ettinger. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
