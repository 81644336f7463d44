import type { Candidate } from "./candidate.ts";
import * as words from "./gazetteer/address-parts.ts";
import type { Passage } from "./passage.ts";

/** What stands between two chunks: space, quotes, East Asian characters. Addresses and identifiers stand inside one. */
const separator = /[\s\0-\x20"<>;{}\u00a0«»\u2000-\u206f\u2e80-\udfff\uf900-\uffff]/;
const asciiSeparators = Uint8Array.from({ length: 128 }, (_, code) =>
  Number(separator.test(String.fromCharCode(code))),
);
/** What a plain word has not: signs, figures, a dot inside, a capital after a small letter. */
const telling = /[@/\\_\d`$#]|[:.][^.:\s]|\w\(|--|[a-z][A-Z]/g;
/** No form is a plain number or amount, nor a word with a sign at its end. */
const plain = /^(?:[$€£]?\d+(?:[.,]\d+)?(?:%|st|nd|rd|th)?|[A-Za-z]?[a-z]+|[A-Z]+)$/;
/** Longer chunks are no address and no name of anything. */
const longest = 2048;

const email = /[\p{L}\p{N}._%+-]{1,64}@(?:[\p{L}\p{N}-]{1,63}\.){1,8}\p{L}{2,24}/gu;
const withScheme = /(?<![a-z0-9+.-])(?:[a-z][a-z0-9+.-]{1,15}:\/\/|git@[a-z0-9.-]{1,60}:)[^\s`]{2,}/i;

type Forms = readonly { readonly type: string; readonly form: RegExp }[];

const { raw } = String;
const formsOf = (type: string, flags: string, ...sources: string[]): Forms =>
  sources.map((source) => ({ type, form: new RegExp(`^(?:${source})$`, flags) }));

const segment = raw`[\p{L}\p{N}._@+~%=,-]{1,128}`;
const file = raw`[\p{L}\p{N}_)-]\.(?:${words.extensions})`;
const name = raw`[A-Za-z_$][A-Za-z0-9_$]{0,80}`;
const [year, month, day] = [raw`[12]\d{3}`, raw`(?:0?[1-9]|1[0-2])`, raw`(?:0?[1-9]|[12]\d|3[01])`];

/** What a whole chunk may be. The first form that it has counts among those of addresses, and among those of names. */
const addresses: Forms = [
  ...formsOf(
    "handle",
    "iu",
    raw`@(?!(?:${words.annotations})\b)(?=[\p{N}_.-]{0,40}\p{L})[\p{L}\p{N}_](?:[\p{L}\p{N}_.-]{0,38}[\p{L}\p{N}_])?`,
  ),
  ...formsOf(
    "url",
    "i",
    raw`(?:www\.)?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,4}(?:${words.topLevelDomains})(?::\d{2,5})?(?:[/?#][^\s${"`"}]*)?`,
    raw`(?:localhost|127\.0\.0\.1|0\.0\.0\.0):\d{2,5}(?:\/[^\s${"`"}]*)?`,
  ),
  ...formsOf(
    "path",
    "u",
    raw`(?:[A-Za-z]:|\\\\[\p{L}\p{N}._-]{1,64})(?:\\[\p{L}\p{N}._ @+~-]{1,128}){1,32}\\?`,
    raw`\.(?:env|[a-z]{2,20}(?:rc|ignore|config|attributes))(?:\.[a-z]{2,10}){0,2}`,
    raw`(?:~|\.{1,2})(?:/${segment}){1,32}/?|(?:/${segment}){2,32}/?|/${segment}(?:/|(?<=${file}))`,
    raw`/(?:etc|tmp|usr|var|home|opt|srv|mnt|dev|proc|root|bin)`,
    raw`(?=.*\p{L})(?=.*${file}$|(?:${words.folders})/)\.?[\p{L}\p{N}_@-][\p{L}\p{N}._@+-]{0,127}(?:/${segment}){1,32}/?`,
  ),
  ...formsOf("path", "iu", raw`[\p{L}\p{N}_][\p{L}\p{N}_.@+-]{0,80}\.(?:${words.extensions})`),
];

/** Those with figures. */
const numbered: Forms = [
  ...formsOf(
    "date",
    "",
    `${year}-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\\d|3[01]))?(?<cut>[T_].*)?`,
    `${year}([/.])${month}\\1${day}`,
    `(?:${day}([/.-])${month}\\1|${month}([/.-])${day}\\2)${year}`,
    // 1.2.24 is rather a version, and 10-12-14 a score.
    raw`(?:[0-2]\d|3[01])([/.])(?:[0-2]\d|3[01])\1\d\d`,
  ),
  ...formsOf("identifier", "", raw`\d{1,3}(?:\.\d{1,3}){3}(?::\d{2,5}|\/\d{1,2})?`),
  ...formsOf(
    "version",
    "i",
    raw`(?<skip>[\^~])?v?\d{1,5}(?:\.\d{1,6}){2,3}(?:-[0-9a-z][0-9a-z.-]{0,39})?(?:\+[0-9a-z.-]{1,40})?`,
    raw`v\d{1,4}(?:\.\d{1,6}|\.x)?(?:-[a-z0-9.]{1,20})?`,
  ),
  ...formsOf(
    "identifier",
    "",
    "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
    "(?=[0-9a-f]{0,40}[a-f])(?=[0-9a-f]{0,40}[0-9])[0-9a-f]{7,64}",
    // Tickets, which diseases and standards are not.
    raw`(?!COVID|SARS|MERS|HIV|ISO)(?:[A-Z][A-Z0-9]{1,9}-\d{1,6}|#\d{1,7}|[A-Z]{2,3}\d{2,6})`,
  ),
];
const named: Forms = [
  ...formsOf(
    "identifier",
    "",
    // `snake_case`, `SCREAMING_CASE`, `_private`, `__init__`; `camelCase`, which "iPhone" is not.
    "_{0,2}[A-Za-z][A-Za-z0-9]{0,60}(?:_{1,2}[A-Za-z0-9]{1,60}){1,12}_{0,2}",
    "(?![iey][A-Z])(?=.*[a-z][A-Z])[a-z][a-z0-9]{0,60}(?:[A-Z][a-z0-9]{0,60}){1,12}",
    // Names of classes by their last part; other words in this shape are products.
    raw`[A-Z](?=\w*[a-z][A-Z])[A-Za-z0-9]{1,80}(?:${words.classEndings})`,
    raw`\$[A-Za-z_][A-Za-z0-9_]{1,60}|--[a-z][a-z0-9]{1,40}(?:-[a-z0-9]{1,40}){0,8}`,
    raw`@[a-z0-9][a-z0-9._-]{0,60}\/[a-z0-9][a-z0-9._-]{0,60}|${name}(?:::${name}){1,8}`,
    // "end.Start of the next": a missing space, not code.
    raw`(?:(?=(?:${words.codeRoots})\.)|(?![a-z]+\.[A-Z][a-z]*$)(?=.*(?:_|[a-z][A-Z])))${name}(?:\.${name}){1,8}`,
  ),
];

/** A call, with brackets after it; "word(s)" and "name(text" are prose. */
const call = new RegExp(`^(?:${name}(?:\\.|::|->)){0,8}${name}\\(`);
const quoted = /^`([^`]{2,80})`/;
const quotable = /^[A-Za-z_$@#.-][A-Za-z0-9_$.:/()@#-]{1,79}$/;

/** Without closing brackets that were not opened inside, and without punctuation at the end. */
function withoutUnopened(text: string): string {
  if (!/[)\].,:!?*']$/.test(text)) return text;
  let [round, square] = [
    text.split("(").length - text.split(")").length,
    text.split("[").length - text.split("]").length,
  ];
  let end = text.length;
  for (; end > 0; end--) {
    const last = text[end - 1]!;
    if (last === ")" && round < 0) round++;
    else if (last === "]" && square < 0) square++;
    else if (!".,:!?*'".includes(last)) break;
  }
  return text.slice(0, end);
}

function formOf(text: string, forms: Forms): { type: string; match: RegExpExecArray } | undefined {
  for (const { type, form } of forms) {
    const match = form.exec(text);
    if (match !== null) return { type, match };
  }
  return undefined;
}

function nameFormOf(text: string): ReturnType<typeof formOf> {
  return (/\d/.test(text) ? formOf(text, numbered) : undefined) ?? formOf(text, named);
}

function separates(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code < 128 ? asciiSeparators[code] === 1 : separator.test(text[at]!);
}

/** E-mail addresses, URLs, handles, paths, dates in figures, versions and the names that programs and trackers give. */
export function findForms({ text, signed }: Passage, found: Candidate[]): void {
  if (!signed) return;
  telling.lastIndex = 0;
  for (let sign = telling.exec(text), after = 0; sign !== null; sign = telling.exec(text)) {
    let [from, to] = [sign.index, sign.index];
    while (from > after && !separates(text, from - 1)) from--;
    while (to < text.length && !separates(text, to)) to++;
    after = to;
    telling.lastIndex = Math.max(to, sign.index + 1);
    if (to - from > longest) continue;
    while (from < to && "([*',^=".includes(text[from]!)) from++;
    while (to > from && ".,:!?*'=".includes(text[to - 1]!)) to--;
    const chunk = text.slice(from, to);
    if (to > from && !plain.test(chunk)) readChunk(chunk, from, found);
  }
}

function readChunk(text: string, start: number, found: Candidate[]): void {
  const add = (type: string, from: number, length: number): void => {
    found.push({ start: start + from, end: start + from + length, type });
  };
  if (text.includes("@"))
    for (const { index, 0: match } of text.matchAll(email)) add("email", index, match.length);
  const url = text.includes(":") ? withScheme.exec(text) : null;
  if (url !== null) {
    const address = withoutUnopened(url[0]);
    if (!address.endsWith("://")) add("url", url.index, address.length);
  } else if (/[@/\\.:]/.test(text)) {
    const tick = text.startsWith("`") ? 1 : 0;
    const bare = withoutUnopened(text.replace(/^`|`$/g, ""));
    const address = formOf(bare, addresses);
    if (address !== undefined) add(address.type, tick, bare.length);
  }
  const inBackticks = text.startsWith("`") ? quoted.exec(text)?.[1] : undefined;
  const called = text.includes("(") ? call.exec(text)?.[0] : undefined;
  if (inBackticks !== undefined) {
    const form = nameFormOf(inBackticks);
    if (form !== undefined || (quotable.test(inBackticks) && !/^\d/.test(inBackticks)))
      add(form?.type ?? "identifier", 1, inBackticks.length);
  } else if (called !== undefined && called.length > 3) {
    // A call has a dot, a hump, an underscore or nothing between its brackets.
    const empty = text[called.length] === ")";
    if (empty || /[._A-Z:]/.test(called.slice(1, -1)))
      add("identifier", 0, empty ? called.length + 1 : called.length - 1);
  } else {
    // Of `name=value` the name.
    const bare = text.replace(/=.*$/s, "").replace(/[)\]`]+$/, "");
    const form = nameFormOf(bare);
    if (form === undefined) return;
    // A range sign is no part of a version, and a time of day none of a date.
    const { skip = "", cut = "" } = form.match.groups ?? {};
    add(form.type, skip.length, bare.length - skip.length - cut.length);
  }
}
