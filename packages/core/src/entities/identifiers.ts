import type { Candidate } from "./candidate.ts";
import { type Chunk, chunkFlag, withoutTrailing } from "./chunks.ts";

const { underscore, dot, digit, hump, colon, code, slash, at } = chunkFlag;

const version = /^[v^~]?\d{1,5}(?:\.\d{1,6}){2,3}(?:-[0-9a-z][0-9a-z.-]{0,39})?(?:\+[0-9a-z.-]{1,40})?$/i;
const shortVersion = /^v\d{1,4}(?:\.\d{1,6}|\.x)?(?:-[a-z0-9.]{1,20})?$/i;
const ipAddress = /^\d{1,3}(?:\.\d{1,3}){3}(?::\d{2,5}|\/\d{1,2})?$/;
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const hash = /^(?=[0-9a-f]{0,40}[a-f])(?=[0-9a-f]{0,40}[0-9])[0-9a-f]{7,64}$/;
const ticket = /^[A-Z][A-Z0-9]{1,9}-\d{1,6}$/;
const reference = /^(?:#\d{1,7}|[A-Z]{2,3}\d{2,6})$/;
const disease = /^(?:COVID|SARS|MERS|HIV|ISO)/;

const word = "[A-Za-z_$][A-Za-z0-9_$]{0,80}";
/** `snake_case`, `SCREAMING_CASE`, `_private`, `__init__`. */
const snake = /^_{0,2}[A-Za-z][A-Za-z0-9]{0,60}(?:_{1,2}[A-Za-z0-9]{1,60}){1,12}_{0,2}$/;
const camel = /^[a-z][a-z0-9]{0,60}(?:[A-Z][a-z0-9]{0,60}){1,12}$/;
/** Names of classes by their last part; other words in this shape are products. */
const classWords =
  /^[A-Z][A-Za-z0-9]{1,80}(?:Error|Exception|Service|Controller|Repository|Manager|Handler|Factory|Provider|Adapter|Component|Module|Model|View|Context|Config|Options|Props|State|Store|Builder|Client|Request|Response|Listener|Interface|Impl|Test|Schema|Router|Middleware|Helper|Utils|Iterator|Stream|Buffer|Array|Map|Set|Type|Id|Dto)$/;
const call = new RegExp(`^(?:${word}(?:\\.|::|->)){0,8}${word}\\(`);
const dotted = new RegExp(`^${word}(?:\\.${word}){1,8}$`);
const scoped = new RegExp(`^${word}(?:::${word}){1,8}$`);
const codeRoot =
  /^(?:console|process|os|sys|np|pd|plt|self|this|window|document|navigator|Math|Object|JSON|Array|Promise|req|res|app|module|exports|router|db|fmt|std|torch|tf|import|json|logging|datetime|java|javax|org|System)\./;
const environment = /^\$[A-Za-z_][A-Za-z0-9_]{1,60}$/;
const option = /^--[a-z][a-z0-9]{1,40}(?:-[a-z0-9]{1,40}){0,8}$/;
const packageName = /^@[a-z0-9][a-z0-9._-]{0,60}\/[a-z0-9][a-z0-9._-]{0,60}$/;
const quoted = /^`([^`]{2,80})`/;
const quotable = /^[A-Za-z_$@#.-][A-Za-z0-9_$.:/()@#-]{1,79}$/;
/** Apple's and others' names in this shape: iPhone, eBay. */
const smallPrefix = /^[iey][A-Z]/;

function typeOf(text: string, flags: number): "version" | "identifier" | undefined {
  if ((flags & digit) !== 0) {
    if (ipAddress.test(text)) return "identifier";
    if (version.test(text) || shortVersion.test(text)) return "version";
    if (uuid.test(text) || hash.test(text)) return "identifier";
    if ((ticket.test(text) || reference.test(text)) && !disease.test(text)) return "identifier";
  }
  if ((flags & underscore) !== 0 && snake.test(text)) return "identifier";
  if ((flags & hump) !== 0 && ((camel.test(text) && !smallPrefix.test(text)) || classWords.test(text)))
    return "identifier";
  if ((flags & code) !== 0 && (environment.test(text) || option.test(text))) return "identifier";
  if ((flags & at) !== 0 && (flags & slash) !== 0 && packageName.test(text)) return "identifier";
  if ((flags & colon) !== 0 && scoped.test(text)) return "identifier";
  if (
    (flags & dot) !== 0 &&
    dotted.test(text) &&
    (codeRoot.test(text) || (flags & (underscore | hump)) !== 0)
  )
    // "end.Start of the next": a missing space, not code.
    return /^[a-z]+\.[A-Z][a-z]*$/.test(text) && !codeRoot.test(text) ? undefined : "identifier";
  return undefined;
}

function add(found: Candidate[], text: string, start: number, flags: number): void {
  const type = typeOf(text, flags);
  if (type === undefined) return;
  // A range sign is no part of a version.
  const skipped = type === "version" && (text[0] === "^" || text[0] === "~") ? 1 : 0;
  found.push({ start: start + skipped, end: start + text.length, type });
}

/** Versions and the names that programs, trackers and networks give to things. */
export function readIdentifiers({ text, start, flags }: Chunk, found: Candidate[]): void {
  if ((flags & code) !== 0) {
    const inBackticks = quoted.exec(text)?.[1];
    if (inBackticks !== undefined) {
      if (typeOf(inBackticks, flags) !== undefined) add(found, inBackticks, start + 1, flags);
      else if (quotable.test(inBackticks) && !/^\d/.test(inBackticks))
        found.push({ start: start + 1, end: start + 1 + inBackticks.length, type: "identifier" });
      return;
    }
    const called = call.exec(text)?.[0];
    if (called !== undefined && called.length > 3) {
      const name = called.slice(0, -1);
      // "word(s)" and "name(text" are prose; a call has a dot, a hump, an underscore or nothing between its brackets.
      const empty = text[called.length] === ")";
      if (empty || /[._A-Z:]/.test(name.slice(1)))
        found.push({ start, end: start + (empty ? called.length + 1 : name.length), type: "identifier" });
      return;
    }
  }
  // Of `name=value` the name.
  const bare = withoutTrailing(text.split("=", 1)[0] ?? "", ")]`");
  if (bare !== "") add(found, bare, start, flags);
}
