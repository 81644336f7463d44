import { SouvenirError } from "@souvenir/core";

/**
 * Where a Souvenir namespace and a path of LangGraph labels meet. One path is one namespace, and the other way round:
 *
 * - the labels are joined with `/`; a `/` inside a label is written `%2F`;
 * - what LangGraph refuses in a label (`.`, `:` and NUL), and what would be a template (`{user_id}`), is written `%2E`,
 *   `%3A`, `%00` and `%7B` there and stands as it is in the namespace. An e-mail address may be given either way;
 * - a `%` that would read as one of these escapes is written `%25`.
 *
 * So `["memories", "ada@example%2Ecom"]` is `memories/ada@example.com`. Every non-empty label path has a namespace of its
 * own, and what is below a prefix is found by comparing whole labels: the paths of two users never share an index.
 */
export type LabelPath = readonly string[];

const template = /\{(?=[\p{L}_][\p{L}\p{N}_]*\})/u;
const slashes = codec({ "/": "2F" }, /\//u);
const refused = codec(
  { ".": "2E", ":": "3A", "\0": "00", "{": "7B" },
  /[.:\0]|\{(?=[\p{L}_][\p{L}\p{N}_]*\})/u,
);
const emailAddress = /^[^\s@/:\0]+@[^\s@/:\0]+$/;

/** An e-mail address: the one kind of label that may hold a dot in direct calls. */
export const isEmailAddress = (label: string): boolean => emailAddress.test(label);

/** A label such as `{user_id}`, which somebody has to fill in: taken as it is, all users would share one memory. */
export const isTemplate = (label: string): boolean => template.test(label);

/**
 * Any text, such as a user id or a URN, as a label that LangGraph accepts everywhere, also in the nodes of a graph:
 * `toLabel("ada@example.com")` is `ada@example%2Ecom`. The same memory as the e-mail address itself.
 * @throws SouvenirError `INVALID_INPUT` for an empty text
 */
export function toLabel(text: string): string {
  if (typeof text !== "string" || text === "")
    throw new SouvenirError("INVALID_INPUT", "toLabel: expected a text that is not empty");
  return refused.escape(text);
}

/** The text that `toLabel` was given. */
export const fromLabel = (label: string): string => refused.unescape(label);

/**
 * The namespace of a label path. Lone surrogates, which no file can hold, are replaced.
 * @throws SouvenirError `INVALID_INPUT` for an empty path or label, and for a template
 */
export function namespaceOf(path: LabelPath): string {
  if (path.length === 0 || path.some((label) => typeof label !== "string" || label === ""))
    throw new SouvenirError(
      "INVALID_INPUT",
      "a label path: expected one label or more, none of them empty: a user without a name has no memory",
    );
  if (path.some(isTemplate))
    throw new SouvenirError("INVALID_INPUT", `a label path: ${unfilled(path.find(isTemplate) as string)}`);
  return path.map((label) => slashes.escape(fromLabel(label).toWellFormed())).join("/");
}

/** What to do about a template. */
export const unfilled = (label: string): string =>
  `"${label}" is a template: fill it in from the run's context or config first, or write it toLabel(text) if it is meant word for word`;

/** The label path of a namespace as LangGraph takes it, `undefined` for one that has none: an empty label (`a//b`). */
export function pathOf(namespace: string): string[] | undefined {
  const path = namespace.split("/").map((segment) => refused.escape(slashes.unescape(segment)));
  return path.includes("") ? undefined : path;
}

/** Whether two labels name the same: what needs an escape in a node has two spellings. */
export function sameLabel(left: string, right: string): boolean {
  return left === right || fromLabel(left).toWellFormed() === fromLabel(right).toWellFormed();
}

/** Percent escapes for a few characters, such that any text survives there and back. */
function codec(
  codes: Record<string, string>,
  characters: RegExp,
): { escape(text: string): string; unescape(text: string): string } {
  const any = Object.values(codes).join("|");
  const meant = new Map(Object.entries(codes).map(([character, code]) => [`%${code}`, character]));
  const unsafe = new RegExp(`%(?=(?:25)*(?:${any}))|${characters.source}`, "gu");
  const escaped = new RegExp(`%(?:25(?=(?:25)*(?:${any}))|(?:${any}))`, "g");
  return {
    escape: (text) => text.replace(unsafe, (found) => `%${codes[found] ?? "25"}`),
    unescape: (text) => text.replace(escaped, (found) => meant.get(found) ?? "%"),
  };
}
