import { invalid } from "../validation.ts";

/** Names that say nothing about what they hold: the text under them is indexed without its name. */
const plainNames = new Set(["text", "content", "memory", "data"]);

/**
 * What is searched of a value: the texts at the paths, each once.
 *
 * A path is `$` (the whole value, a line for each field), `a.b`, `a[0]`, `a[-1]`, `a[*].b`, `a.*` or `{a,b.c}`. Numbers
 * and booleans become text, an object or array at the end of a path becomes JSON.
 */
export function documentTexts(value: Record<string, unknown>, paths: readonly string[]): string[] {
  const texts = new Set<string>();
  for (const path of paths)
    for (const text of path === "$" || path === ""
      ? [wholeText(value)]
      : valuesAt(value, path).flatMap(asText))
      if (text.trim() !== "") texts.add(text);
  return [...texts];
}

/**
 * The paths that were given, none for `false`, `undefined` where nothing was.
 * @throws SouvenirError `INVALID_INPUT` for anything else
 */
export function checkPaths(given: unknown, where: string): readonly string[] | undefined {
  if (given === undefined || given === null) return undefined;
  if (given === false) return [];
  if (Array.isArray(given) && given.every((path) => typeof path === "string")) return given;
  throw invalid(where, "false or a list of paths such as ['text', 'a[*].b']", given);
}

function valuesAt(value: unknown, path: string): unknown[] {
  let found: unknown[] = [value];
  for (const [step] of path.matchAll(/\[[^\]]*\]|\{[^}]*\}|[^.[{]+/g))
    found = found.flatMap((each) => follow(each, step));
  return found;
}

function follow(value: unknown, step: string): unknown[] {
  if (typeof value !== "object" || value === null) return [];
  const inside = step.slice(1, -1);
  if (step === "*" || step === "[*]") return Object.values(value);
  if (step.startsWith("{")) return inside.split(",").flatMap((path) => valuesAt(value, path.trim()));
  if (!step.startsWith("["))
    return Object.hasOwn(value, step) ? [(value as Record<string, unknown>)[step]] : [];
  const found: unknown =
    Array.isArray(value) && /^-?\d+$/.test(inside) ? value.at(Number(inside)) : undefined;
  return found === undefined ? [] : [found];
}

function asText(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value === "number" || typeof value === "boolean") return [String(value)];
  return typeof value === "object" && value !== null ? [JSON.stringify(value)] : [];
}

/** A line for each leaf, with its path before it. */
function wholeText(value: Record<string, unknown>): string {
  const lines: string[] = [];
  const visit = (member: unknown, path: string): void => {
    if (Array.isArray(member)) for (const item of member) visit(item, path);
    else if (typeof member === "object" && member !== null)
      for (const [name, inner] of Object.entries(member))
        visit(inner, path === "" ? name : `${path} ${name}`);
    else if (member !== null && member !== undefined)
      lines.push(plainNames.has(path) ? String(member) : `${path}: ${member}`);
  };
  visit(value, "");
  return lines.join("\n");
}
