/** What a text says beside what a reader sees, and how much that alone is worth as a sign. */
export interface Hidden {
  /** The text as it reads once nothing in it is invisible or disguised. */
  plain: string;
  /** What was hidden in it: decoded, in comments, in invisible letters. */
  texts: string[];
  /** Whether what nobody sees was put among its letters. */
  isDisguised: boolean;
  /** Whether it holds a message in characters that nobody sees. */
  isSmuggled: boolean;
}

const invisible = /\p{Default_Ignorable_Code_Point}/gu;
/** Between letters of scripts that need none of them, where no word joins or breaks. */
const amongLetters =
  /(?<=[\p{scx=Latn}\p{scx=Cyrl}\p{scx=Grek}\p{scx=Han}\p{scx=Hira}\p{scx=Kana}])[\u200b-\u200d\u2060\ufeff\u180e\u202d\u202e]+(?=[\p{scx=Latn}\p{scx=Cyrl}\p{scx=Grek}\p{scx=Han}\p{scx=Hira}\p{scx=Kana}])/gu;
/** Enough of them to spell something. */
const spelling =
  /[\u200b-\u200f\u2060-\u2064\ufeff\u180e]{8,}|[\u{e0100}-\u{e01ef}]{4,}|(?<!\u{1f3f4})[\u{e0020}-\u{e007e}]{4,}/u;
const tagLetters = /[\u{e0020}-\u{e007e}]+/gu;
const comment = /<!--([\s\S]{8,1000}?)-->|\/\*([\s\S]{8,1000}?)\*\//g;
const unseenElement =
  /<(\w+)[^>]{0,120}(?:display\s*:\s*none|font-size\s*:\s*0|visibility\s*:\s*hidden|opacity\s*:\s*0|color\s*:\s*(?:white|#fff))[^>]{0,120}>([\s\S]{8,1000}?)<\/\1>/gi;
const base64 = /(?<![\w+/=-])[A-Za-z0-9+/_-]{20,}={0,2}(?![\w+/=-])/g;
const hexadecimal = /(?<![0-9a-fx])(?:(?:\\x|0x|%)?[0-9a-f]{2}[\s,:]?){12,}/gi;
const escapes = /(?:\\u\{?[0-9a-f]{4,6}\}?|&#x?[0-9a-f]{2,6};){6,}/gi;
/** Letters one by one. */
const spelledOut = /(?<![\p{L}\p{N}])(?:\p{L}[ .\-_*·•]){4,}\p{L}(?![\p{L}\p{N}])/gu;
const mixedWord = /(?<!\p{L})(?=\p{L}*\p{sc=Latin})(?=\p{L}*[\p{sc=Cyrillic}\p{sc=Greek}])\p{L}{3,}/gu;
const withDigits =
  /(?<![\p{L}\p{N}_.@$!-])(?=[\p{N}@$!]{0,8}\p{L}[\p{L}\p{N}@$!]{0,24}\p{L})(?=[\p{L}@$!]{0,24}[0-9@$!][\p{L}\p{N}@$!]{0,24}\p{L})[\p{L}0134578@$!]{4,40}/gu;

const lookAlikes: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...{
      а: "a",
      в: "b",
      е: "e",
      ё: "e",
      і: "i",
      ї: "i",
      ј: "j",
      к: "k",
      м: "m",
      н: "h",
      о: "o",
      р: "p",
      с: "c",
    },
    ...{
      т: "t",
      у: "y",
      х: "x",
      ѕ: "s",
      ԁ: "d",
      ɡ: "g",
      ո: "n",
      α: "a",
      β: "b",
      ε: "e",
      η: "n",
      ι: "i",
      κ: "k",
    },
    ...{ ν: "v", ο: "o", ρ: "p", σ: "o", τ: "t", υ: "u", χ: "x", ω: "w" },
  }),
);
const digits: Readonly<Record<string, string>> = {
  ...{ 0: "o", 1: "i", 3: "e", 4: "a", 5: "s", 7: "t", 8: "b", "@": "a", $: "s", "!": "i" },
};
/** Payloads of one text that are looked into. */
const mostPayloads = 16;

/** Looks behind what a text looks like, in time linear in its length. */
export function hiddenIn(text: string): Hidden {
  const texts: string[] = [];
  const tags = Array.from(text.matchAll(tagLetters), ([run]) =>
    Array.from(run, (letter) => String.fromCharCode((letter.codePointAt(0) as number) - 0xe0000)).join(""),
  ).join(" ");
  if (tags.length > 3) texts.push(tags);
  for (const [, one, other] of text.matchAll(comment)) texts.push((one ?? other) as string);
  for (const [, , inside] of text.matchAll(unseenElement)) texts.push(inside as string);
  texts.push(...decodedIn(text));
  const among = text.match(amongLetters)?.length ?? 0;
  const seen = text.replace(invisible, "");
  const plain = seen
    .replace(/<\/?[a-z][^<>]{0,200}>/gi, (tag, at: number) =>
      isInWord(seen, at, at + tag.length) ? "" : " ",
    )
    .replace(mixedWord, (word) =>
      Array.from(word.toLowerCase(), (letter) => lookAlikes.get(letter) ?? letter).join(""),
    )
    .replace(spelledOut, (letters) => letters.replace(/[ .\-_*·•]/g, ""))
    .replace(withDigits, (word) => word.replace(/[0134578@$!]/g, (sign) => digits[sign] ?? sign));
  return { plain, texts, isDisguised: among > 1, isSmuggled: spelling.test(text) };
}

/** What `decode` tells a reader to do: the text read backwards, and with its letters thirteen on. */
export function turned(text: string): string[] {
  return [
    Array.from(text).reverse().join(""),
    text.replace(/[a-z]/gi, (letter) => {
      const base = letter < "a" ? 65 : 97;
      return String.fromCharCode(((letter.charCodeAt(0) - base + 13) % 26) + base);
    }),
  ];
}

function decodedIn(text: string): string[] {
  const found: string[] = [];
  const take = (decoded: string | undefined) => {
    if (decoded !== undefined && found.length < mostPayloads) found.push(decoded);
  };
  for (const [run] of text.matchAll(base64)) take(readable(fromBase64(run)));
  for (const [run] of text.matchAll(hexadecimal)) {
    const pairs = run.replace(/\\x|0x|[%\s,:]/gi, "").match(/../g) ?? [];
    take(readable(Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16))));
  }
  for (const [run] of text.matchAll(escapes))
    take(
      run.replace(/\\u\{?([0-9a-f]{4,6})\}?|&#(x?)([0-9a-f]{2,6});/gi, (_, unicode, isHex, entity) => {
        const code = Number.parseInt(unicode ?? entity, unicode !== undefined || isHex ? 16 : 10);
        return code <= 0x10ffff ? String.fromCodePoint(code) : "";
      }),
    );
  return found;
}

function fromBase64(run: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(run.replaceAll("-", "+").replaceAll("_", "/")), (letter) =>
      letter.charCodeAt(0),
    );
  } catch {
    return undefined;
  }
}

/** Bytes that are words. */
function readable(bytes: Uint8Array | undefined): string | undefined {
  if (bytes === undefined || bytes.length < 12) return undefined;
  const text = new TextDecoder("utf-8").decode(bytes);
  if (/[\ufffd[\p{Cc}--[\t\n\r]]]/v.test(text)) return undefined;
  return /\p{L}{2}[\s\p{P}]{1,4}\p{L}{2}|[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}]{4,}/u.test(text)
    ? text
    : undefined;
}

function isInWord(text: string, start: number, end: number): boolean {
  return /\p{L}/u.test(text[start - 1] ?? "") && /\p{L}/u.test(text[end] ?? "");
}
