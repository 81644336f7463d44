/** Lists, and objects that stand for one, whose members are entries of their own. */
const entryLists = new Set(
  "messages chat_messages mapping results memories items data nodes edges facts episodes entities relations blocks passages entries input output agents".split(
    " ",
  ),
);
const deepest = 200;

class Ended extends Error {}

/**
 * What can be read of a JSON value whose end is missing: without the entry in which the text ends, and with all before it.
 * `undefined` when the text ends within the only entry that there is, or is no JSON.
 * @param keep - Keeps that entry too, as far as it goes: to see what the value is.
 */
export function readCut(text: string, { keep = false }: { keep?: boolean } = {}): unknown {
  let at = 0;
  /** Open objects and lists, each with the member that is being read. */
  const open: { container: Record<string, unknown> | unknown[]; member: string | number }[] = [];

  const skip = () => {
    while (at < text.length && text.charCodeAt(at) <= 32) at++;
    if (at >= text.length) throw new Ended();
  };
  const string = (): string => {
    const start = at;
    for (at++; ; at++) {
      if (at >= text.length) throw new Ended();
      if (text[at] === "\\") at++;
      else if (text[at] === '"') break;
    }
    at++;
    return JSON.parse(text.slice(start, at)) as string;
  };
  const members = (container: Record<string, unknown> | unknown[], end: string): void => {
    const frame = { container, member: 0 as string | number };
    open.push(frame);
    if (open.length > deepest) throw new SyntaxError();
    for (at++; ; ) {
      skip();
      if (text[at] === end) break;
      if (text[at] === ",") {
        at++;
        continue;
      }
      if (Array.isArray(container)) {
        frame.member = container.length;
        value((read) => container.push(read));
      } else {
        const name = string();
        frame.member = name;
        skip();
        if (text[at] !== ":") throw new SyntaxError();
        at++;
        value((read) => {
          container[name] = read;
        });
      }
    }
    at++;
    open.pop();
  };
  const value = (put: (read: unknown) => void): void => {
    skip();
    if (text[at] === "{" || text[at] === "[") {
      // Put in its place before it is read, so that it is there as far as it goes.
      const container = text[at] === "{" ? (Object.create(null) as Record<string, unknown>) : [];
      put(container);
      members(container, text[at] === "{" ? "}" : "]");
    } else if (text[at] === '"') put(string());
    else {
      const word = /[^\s,\]}]*/y;
      word.lastIndex = at;
      const found = word.exec(text)?.[0] ?? "";
      if (found === "") throw new SyntaxError();
      at += found.length;
      if (at >= text.length) throw new Ended();
      put(JSON.parse(found));
    }
  };

  let whole: unknown;
  try {
    value((read) => {
      whole = read;
    });
  } catch (error) {
    if (!(error instanceof Ended)) return undefined;
    if (!keep && !withoutLast(open)) return undefined;
  }
  return plain(whole);
}

/** Takes away the innermost entry that is open. */
function withoutLast(
  open: readonly { container: Record<string, unknown> | unknown[]; member: string | number }[],
): boolean {
  for (let depth = open.length - 1; depth > 0; depth--) {
    const { container, member } = open[depth] as (typeof open)[number];
    const { member: name } = open[depth - 1] as (typeof open)[number];
    if (typeof name !== "string" || !entryLists.has(name)) continue;
    if (Array.isArray(container)) container.length = Math.min(container.length, member as number);
    else delete container[member];
    return true;
  }
  return false;
}

/** With the prototype that objects have. */
function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}
