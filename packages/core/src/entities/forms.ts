import type { Candidate } from "./candidate.ts";

/** What stands between two chunks: space, quotes, East Asian characters. Addresses and identifiers stand inside one. */
const separator = /[\s\0-\x20"<>;{}\u00a0«»\u2000-\u206f\u2e80-\udfff\uf900-\uffff]/;
/** What a plain word has not: signs, figures, a dot inside, a capital after a small letter. */
const telling = /[@/\\_\d`$#]|[:.][^.:\s]|\w\(|--|[a-z][A-Z]/g;
/** No form is a plain number, nor a word with a sign at its end. */
const plain = /^(?:\d+|[A-Za-z]?[a-z]+|[A-Z]+)$/;
/** Longer chunks are no address and no name of anything. */
const longest = 2048;

const email = /[\p{L}\p{N}._%+-]{1,64}@(?:[\p{L}\p{N}-]{1,63}\.){1,8}\p{L}{2,24}/gu;
const withScheme = /(?<![a-z0-9+.-])(?:[a-z][a-z0-9+.-]{1,15}:\/\/|git@[a-z0-9.-]{1,60}:)[^\s`]{2,}/i;

const segment = "[\\p{L}\\p{N}._@+~%=,-]{1,128}";
const extension =
  "rs|py|pyi|js|ts|tsx|jsx|mjs|cjs|mts|vue|svelte|json|jsonl|yaml|yml|toml|md|mdx|txt|rtf|csv|tsv|pdf|docx?|xlsx?|pptx?|odt|ods|png|jpe?g|gif|svg|webp|mp3|mp4|mov|wav|mkv|zip|tar|gz|tgz|7z|html?|css|scss|sql|sh|bash|ps1|rb|go|java|kt|swift|cpp|hpp|cs|php|lua|ipynb|lock|log|xml|ini|cfg|conf|db|sqlite|parquet|wasm|proto|graphql|tf|dart|ex|exs|hs|scala|env|pem|key|crt|exe|dll|apk|dmg|iso";
const ends = `[\\p{L}\\p{N}_)-]\\.(?:${extension})`;
const folder =
  "\\.github|src|lib|libs|packages|node_modules|docs|tests?|bin|apps?|dist|build|public|static|assets|configs?|scripts|crates|cmd|internal|pkg|components|pages|migrations|examples|server|client|api";
const name = "[A-Za-z_$][A-Za-z0-9_$]{0,80}";
const [year, month, day] = ["[12]\\d{3}", "(?:0?[1-9]|1[0-2])", "(?:0?[1-9]|[12]\\d|3[01])"];
const code =
  "console|process|os|sys|np|pd|plt|self|this|window|document|navigator|Math|Object|JSON|Array|Promise|req|res|app|module|exports|router|db|fmt|std|torch|tf|import|json|logging|datetime|java|javax|org|System";

/** What a whole chunk may be. The first form that it has counts among those of addresses, and among those of names. */
const addresses: readonly (readonly [type: string, form: RegExp])[] = [
  [
    "handle",
    /^@(?!(?:media|keyframes|import|mixin|include|extend|supports|charset|font|page|layer|apply|param|returns?|throws|type|typedef|property|see|since|deprecated|override|staticmethod|classmethod|context|test|before|after|autowired|component|service)\b)(?=[\p{N}_.-]{0,40}\p{L})[\p{L}\p{N}_](?:[\p{L}\p{N}_.-]{0,38}[\p{L}\p{N}_])?$/iu,
  ],
  // Top-level domains that are not also the ends of file names or sentences.
  [
    "url",
    /^(?:www\.)?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,4}(?:com|org|net|edu|gov|int|io|ai|dev|app|cloud|info|biz|xyz|online|tech|eu|fr|de|es|it|pt|nl|be|ch|at|uk|ie|us|ca|mx|br|ar|cl|co|se|no|dk|fi|pl|cz|ro|gr|tr|ru|ua|il|in|jp|cn|kr|tw|hk|sg|au|nz|za|ma|tn|sn|ci)(?::\d{2,5})?(?:[/?#][^\s`]*)?$/i,
  ],
  ["url", /^(?:localhost|127\.0\.0\.1|0\.0\.0\.0):\d{2,5}(?:\/[^\s`]*)?$/i],
  ["path", /^(?:[A-Za-z]:|\\\\[\p{L}\p{N}._-]{1,64})(?:\\[\p{L}\p{N}._ @+~-]{1,128}){1,32}\\?$/u],
  ["path", new RegExp(`^[\\p{L}\\p{N}_][\\p{L}\\p{N}_.@+-]{0,80}\\.(?:${extension})$`, "iu")],
  ["path", /^\.(?:env|[a-z]{2,20}(?:rc|ignore|config|attributes))(?:\.[a-z]{2,10}){0,2}$/],
  ["path", new RegExp(`^(?:~|\\.{1,2})(?:/${segment}){1,32}/?$`, "u")],
  ["path", new RegExp(`^(?:/${segment}){2,32}/?$|^/${segment}/$`, "u")],
  ["path", /^\/(?:etc|tmp|usr|var|home|opt|srv|mnt|dev|proc|root|bin)$/],
  ["path", new RegExp(`^/${segment}(?<=${ends})$`, "iu")],
  [
    "path",
    new RegExp(
      `^(?=.*\\p{L})(?=.*${ends}$|(?:${folder})/)\\.?[\\p{L}\\p{N}_@-][\\p{L}\\p{N}._@+-]{0,127}(?:/${segment}){1,32}/?$`,
      "u",
    ),
  ],
];

const names: readonly (readonly [type: string, form: RegExp])[] = [
  ["date", new RegExp(`^${year}-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\\d|3[01]))?(?=$|[T_])`)],
  ["date", new RegExp(`^${year}([/.])${month}\\1${day}$`)],
  ["date", new RegExp(`^(?:${day}([/.-])${month}\\1|${month}([/.-])${day}\\2)${year}$`)],
  // 1.2.24 is rather a version, and 10-12-14 a score.
  ["date", /^(?=\d\d[/.]\d\d[/.]\d\d$)(?:[0-2]\d|3[01])([/.])(?:[0-2]\d|3[01])\1\d\d$/],
  ["identifier", /^\d{1,3}(?:\.\d{1,3}){3}(?::\d{2,5}|\/\d{1,2})?$/],
  [
    "version",
    /^(?<skip>[\^~])?v?\d{1,5}(?:\.\d{1,6}){2,3}(?:-[0-9a-z][0-9a-z.-]{0,39})?(?:\+[0-9a-z.-]{1,40})?$/i,
  ],
  ["version", /^v\d{1,4}(?:\.\d{1,6}|\.x)?(?:-[a-z0-9.]{1,20})?$/i],
  ["identifier", /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i],
  ["identifier", /^(?=[0-9a-f]{0,40}[a-f])(?=[0-9a-f]{0,40}[0-9])[0-9a-f]{7,64}$/],
  // Tickets, which diseases and standards are not.
  ["identifier", /^(?!COVID|SARS|MERS|HIV|ISO)(?:[A-Z][A-Z0-9]{1,9}-\d{1,6}|#\d{1,7}|[A-Z]{2,3}\d{2,6})$/],
  // `snake_case`, `SCREAMING_CASE`, `_private`, `__init__`; `camelCase`, which "iPhone" is not.
  ["identifier", /^_{0,2}[A-Za-z][A-Za-z0-9]{0,60}(?:_{1,2}[A-Za-z0-9]{1,60}){1,12}_{0,2}$/],
  ["identifier", /^(?![iey][A-Z])(?=.*[a-z][A-Z])[a-z][a-z0-9]{0,60}(?:[A-Z][a-z0-9]{0,60}){1,12}$/],
  // Names of classes by their last part; other words in this shape are products.
  [
    "identifier",
    /^[A-Z](?=\w*[a-z][A-Z])[A-Za-z0-9]{1,80}(?:Error|Exception|Service|Controller|Repository|Manager|Handler|Factory|Provider|Adapter|Component|Module|Model|View|Context|Config|Options|Props|State|Store|Builder|Client|Request|Response|Listener|Interface|Impl|Test|Schema|Router|Middleware|Helper|Utils|Iterator|Stream|Buffer|Array|Map|Set|Type|Id|Dto)$/,
  ],
  ["identifier", /^(?:\$[A-Za-z_][A-Za-z0-9_]{1,60}|--[a-z][a-z0-9]{1,40}(?:-[a-z0-9]{1,40}){0,8})$/],
  ["identifier", /^@[a-z0-9][a-z0-9._-]{0,60}\/[a-z0-9][a-z0-9._-]{0,60}$/],
  ["identifier", new RegExp(`^${name}(?:::${name}){1,8}$`)],
  // "end.Start of the next": a missing space, not code.
  [
    "identifier",
    new RegExp(
      `^(?:(?=(?:${code})\\.)|(?![a-z]+\\.[A-Z][a-z]*$)(?=.*(?:_|[a-z][A-Z])))${name}(?:\\.${name}){1,8}$`,
    ),
  ],
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

function formOf(
  text: string,
  forms: typeof names,
): readonly [type: string, match: RegExpExecArray] | undefined {
  for (const [type, form] of forms) {
    const match = form.exec(text);
    if (match !== null) return [type, match];
  }
  return undefined;
}

/** E-mail addresses, URLs, handles, paths, dates in figures, versions and the names that programs and trackers give. */
export function findForms(text: string, found: Candidate[]): void {
  telling.lastIndex = 0;
  for (let sign = telling.exec(text), after = 0; sign !== null; sign = telling.exec(text)) {
    let [from, to] = [sign.index, sign.index];
    while (from > after && !separator.test(text[from - 1]!)) from--;
    while (to < text.length && !separator.test(text[to]!)) to++;
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
    if (address !== undefined) add(address[0], tick, bare.length);
  }
  const inBackticks = quoted.exec(text)?.[1];
  const called = text.includes("(") ? call.exec(text)?.[0] : undefined;
  if (inBackticks !== undefined) {
    const form = formOf(inBackticks, names);
    if (form !== undefined || (quotable.test(inBackticks) && !/^\d/.test(inBackticks)))
      add(form?.[0] ?? "identifier", 1, inBackticks.length);
  } else if (called !== undefined && called.length > 3) {
    // A call has a dot, a hump, an underscore or nothing between its brackets.
    const empty = text[called.length] === ")";
    if (empty || /[._A-Z:]/.test(called.slice(1, -1)))
      add("identifier", 0, empty ? called.length + 1 : called.length - 1);
  } else {
    // Of `name=value` the name.
    const bare = text.replace(/=.*$/s, "").replace(/[)\]`]+$/, "");
    const form = formOf(bare, names);
    if (form === undefined) return;
    // A range sign is no part of a version.
    const skipped = form[1].groups?.skip?.length ?? 0;
    add(form[0], skipped, form[1][0].length - skipped);
  }
}
