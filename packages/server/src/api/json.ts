/** Arrays and objects inside each other. `JSON.parse` takes any depth, and what walks the value then runs out of stack. */
const maximumDepth = 64;

/**
 * Reads JSON that came from outside. The message of `JSON.parse` quotes what it read, so it is not passed on.
 * @throws SyntaxError for what is none, is deeper than 64 levels, or has an integer that would be another; says what was
 * expected
 */
export function parseJson(text: string): unknown {
  if (depthOf(text) > maximumDepth)
    throw new SyntaxError(`expected JSON at most ${maximumDepth} levels deep`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new SyntaxError("expected JSON");
  }
  const digits = roundedInteger(text);
  if (digits !== undefined) throw new SyntaxError(roundedMessage(digits));
  return value;
}

/** What is said of an integer that becomes another one when it is read. */
export function roundedMessage(digits: string): string {
  return `expected integers that JSON's readers keep (up to 2^53), and one of ${digits.length} characters is there: send it as a string`;
}

const longDigits = /\d{16}/;
/** Strings, so that what stands in them is passed over, and numbers. */
const stringsAndNumbers = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/gs;

/** The first integer of a JSON text that becomes another one when it is read, and would be found by other numbers. */
export function roundedInteger(text: string): string | undefined {
  // Most have none that long.
  if (!longDigits.test(text)) return undefined;
  for (const [token] of text.matchAll(stringsAndNumbers)) if (isRounded(token)) return token;
  return undefined;
}

/** The same JSON text with these integers as strings. */
export function withoutRounding(text: string): string {
  if (!longDigits.test(text)) return text;
  return text.replace(stringsAndNumbers, (token) => (isRounded(token) ? `"${token}"` : token));
}

function isRounded(token: string): boolean {
  return token.length >= 16 && /^-?\d+$/.test(token) && String(Number(token)) !== token;
}

function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (inString) {
      if (unit === 92) at++;
      else if (unit === 34) inString = false;
    } else if (unit === 34) inString = true;
    else if (unit === 91 || unit === 123) deepest = Math.max(deepest, ++depth);
    else if (unit === 93 || unit === 125) depth--;
  }
  return deepest;
}
