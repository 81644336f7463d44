import { SouvenirError } from "@souvenir/core";

/** Names that say nothing about what they hold: the text under them is indexed without its name. */
const plainNames = new Set(["text", "content", "memory", "data"]);

type Step = { kind: "field"; name: string } | { kind: "all" } | { kind: "at"; index: number } | Fields;
type Fields = { kind: "fields"; paths: string[] };

/**
 * What is searched of a value: the texts at the paths, each once.
 *
 * A path is `$` (the whole value, a line for each field), `a.b`, `a[0]`, `a[-1]`, `a[*].b`, `a.*` or `{a,b.c}`. Numbers
 * and booleans become text, an object or array at the end of a path becomes JSON.
 */
export function indexTexts(value: Record<string, unknown>, paths: readonly string[]): string[] {
  const texts = new Set<string>();
  for (const path of paths)
    for (const text of path === "$" || path === "" ? [wholeText(value)] : textsAt(value, path))
      if (text.trim() !== "") texts.add(text);
  return [...texts];
}

/** @throws SouvenirError `INVALID_INPUT` for anything but `undefined`, `null`, `false` or a list of paths */
export function checkPaths(index: unknown): readonly string[] | undefined {
  if (index === undefined || index === null) return undefined;
  if (index === false) return [];
  if (Array.isArray(index) && index.every((path) => typeof path === "string")) return index;
  throw new SouvenirError(
    "INVALID_INPUT",
    "index: expected false or a list of paths such as ['text', 'a[*].b']",
  );
}

function textsAt(value: unknown, path: string): string[] {
  let found: unknown[] = [value];
  for (const step of stepsOf(path)) found = found.flatMap((each) => follow(each, step));
  return found.flatMap(asText);
}

function stepsOf(path: string): Step[] {
  const steps: Step[] = [];
  for (const [token] of path.matchAll(/\[[^\]]*\]|\{[^}]*\}|[^.[{]+/g)) {
    if (token.startsWith("{"))
      steps.push({
        kind: "fields",
        paths: token
          .slice(1, -1)
          .split(",")
          .map((name) => name.trim()),
      });
    else if (token === "*" || token === "[*]") steps.push({ kind: "all" });
    else if (token.startsWith("[")) steps.push({ kind: "at", index: Number(token.slice(1, -1)) });
    else steps.push({ kind: "field", name: token });
  }
  return steps;
}

function follow(value: unknown, step: Step): unknown[] {
  if (typeof value !== "object" || value === null) return [];
  switch (step.kind) {
    case "field":
      return Object.hasOwn(value, step.name) ? [(value as Record<string, unknown>)[step.name]] : [];
    case "fields":
      return step.paths.flatMap((path) => {
        let found: unknown[] = [value];
        for (const inner of stepsOf(path)) found = found.flatMap((each) => follow(each, inner));
        return found;
      });
    case "all":
      return Object.values(value);
    case "at": {
      if (!Array.isArray(value) || !Number.isInteger(step.index)) return [];
      const found = value.at(step.index);
      return found === undefined ? [] : [found];
    }
  }
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
