import type { Candidate } from "./candidate.ts";
import { type Chunk, chunkFlag } from "./chunks.ts";

const email = /[\p{L}\p{N}._%+-]{1,64}@(?:[\p{L}\p{N}-]{1,63}\.){1,8}\p{L}{2,24}/gu;
const handle = /^@(?=[\p{N}_.-]{0,40}\p{L})[\p{L}\p{N}_](?:[\p{L}\p{N}_.-]{0,38}[\p{L}\p{N}_])?$/u;
/** Annotations and rules of programming languages, which are no handles. */
const annotation =
  /^@(?:media|keyframes|import|mixin|include|extend|supports|charset|font|page|layer|apply|param|returns?|throws|type|typedef|property|see|since|deprecated|override|staticmethod|classmethod|property|context|test|before|after|autowired|component|service)\b/i;
const withScheme = /(?<![a-z0-9+.-])(?:[a-z][a-z0-9+.-]{1,15}:\/\/|git@[a-z0-9.-]{1,60}:)[^\s`]{2,}/i;
/** Top-level domains that are not also the ends of file names or sentences. */
const domain =
  /^(?:www\.)?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,4}(?:com|org|net|edu|gov|int|io|ai|dev|app|cloud|info|biz|xyz|online|tech|eu|fr|de|es|it|pt|nl|be|ch|at|uk|ie|us|ca|mx|br|ar|cl|co|se|no|dk|fi|pl|cz|ro|gr|tr|ru|ua|il|in|jp|cn|kr|tw|hk|sg|au|nz|za|ma|tn|sn|ci)(?::\d{2,5})?(?:[/?#][^\s`]*)?$/i;
const localhost = /^(?:localhost|127\.0\.0\.1|0\.0\.0\.0):\d{2,5}(?:\/[^\s`]*)?$/i;

const segment = "[\\p{L}\\p{N}._@+~%=,-]{1,128}";
const rooted = new RegExp(`^(?:~|\\.{1,2})?(?:/${segment}){1,32}/?$`, "u");
const systemRoot = /^\/(?:etc|tmp|usr|var|home|opt|srv|mnt|dev|proc|root|bin)\/?$/;
const relative = new RegExp(`^\\.?[\\p{L}\\p{N}_@-][\\p{L}\\p{N}._@+-]{0,127}(?:/${segment}){1,32}/?$`, "u");
const windows = /^(?:[A-Za-z]:|\\\\[\p{L}\p{N}._-]{1,64})(?:\\[\p{L}\p{N}._ @+~-]{1,128}){1,32}\\?$/u;
const folder =
  /^(?:\.github|src|lib|libs|packages|node_modules|docs|tests?|bin|apps?|dist|build|public|static|assets|configs?|scripts|crates|cmd|internal|pkg|components|pages|migrations|examples|server|client|api)\//;
const extension =
  "rs|py|pyi|js|ts|tsx|jsx|mjs|cjs|mts|vue|svelte|json|jsonl|yaml|yml|toml|md|mdx|txt|rtf|csv|tsv|pdf|docx?|xlsx?|pptx?|odt|ods|png|jpe?g|gif|svg|webp|mp3|mp4|mov|wav|mkv|zip|tar|gz|tgz|7z|html?|css|scss|sql|sh|bash|ps1|rb|go|java|kt|swift|cpp|hpp|cs|php|lua|ipynb|lock|log|xml|ini|cfg|conf|db|sqlite|parquet|wasm|proto|graphql|tf|dart|ex|exs|hs|scala|env|pem|key|crt|exe|dll|apk|dmg|iso";
const endsInExtension = new RegExp(`[\\p{L}\\p{N}_)-]\\.(?:${extension})$`, "iu");
const fileName = new RegExp(`^[\\p{L}\\p{N}_][\\p{L}\\p{N}_.@+-]{0,80}\\.(?:${extension})$`, "iu");
const dotFile = /^\.(?:env|[a-z]{2,20}(?:rc|ignore|config|attributes))(?:\.[a-z]{2,10}){0,2}$/;

/** Without closing brackets that were not opened inside, and without punctuation before them. */
function withoutUnopened(text: string): string {
  let round = 0;
  let square = 0;
  for (const character of text) {
    if (character === "(") round++;
    else if (character === ")") round--;
    else if (character === "[") square++;
    else if (character === "]") square--;
  }
  let end = text.length;
  for (; end > 0; end--) {
    const last = text[end - 1]!;
    if (last === ")" && round < 0) round++;
    else if (last === "]" && square < 0) square++;
    else if (!".,:!?*'".includes(last)) break;
  }
  return text.slice(0, end);
}

function readUrl(text: string, start: number, found: Candidate[]): boolean {
  const match = withScheme.exec(text);
  if (match !== null) {
    const url = withoutUnopened(match[0]);
    if (url.endsWith("://")) return false;
    found.push({ start: start + match.index, end: start + match.index + url.length, type: "url" });
    return true;
  }
  const bare = withoutUnopened(text);
  if (!domain.test(bare) && !localhost.test(bare)) return false;
  found.push({ start, end: start + bare.length, type: "url" });
  return true;
}

function isPath(text: string): boolean {
  if (text.includes("\\")) return windows.test(text);
  if (!text.includes("/")) return fileName.test(text) || dotFile.test(text);
  if (rooted.test(text))
    return (
      !text.startsWith("/") || text.indexOf("/", 1) > 0 || systemRoot.test(text) || endsInExtension.test(text)
    );
  return relative.test(text) && /\p{L}/u.test(text) && (endsInExtension.test(text) || folder.test(text));
}

/** E-mail addresses, URLs (also bare domains), handles and file paths. */
export function readAddresses({ text, start, flags }: Chunk, found: Candidate[]): void {
  if ((flags & chunkFlag.at) !== 0) {
    for (const { index, 0: match } of text.matchAll(email))
      found.push({ start: start + index, end: start + index + match.length, type: "email" });
    const bare = withoutUnopened(text);
    if (handle.test(bare) && !annotation.test(bare))
      found.push({ start, end: start + bare.length, type: "handle" });
  }
  if ((flags & (chunkFlag.dot | chunkFlag.slash | chunkFlag.colon)) === 0) return;
  if ((flags & chunkFlag.at) === 0 || (flags & chunkFlag.slash) !== 0)
    if (readUrl(text, start, found)) return;
  const path = withoutUnopened(text.replace(/^`|`$/g, ""));
  const from = start + (text.startsWith("`") ? 1 : 0);
  if (isPath(path)) found.push({ start: from, end: from + path.length, type: "path" });
}
