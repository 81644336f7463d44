import { SouvenirError } from "@souvenir/core";

/**
 * Where a Souvenir namespace and a path of LangGraph labels meet. One path is one namespace, and the other way round:
 *
 * - the labels are joined with `/`; a `/` inside a label is written `%2F`;
 * - `.`, `:` and NUL, which LangGraph refuses in a label, are written `%2E`, `%3A` and `%00` there and stand as they
 *   are in the namespace. An e-mail address may be given either way, and comes back as it is;
 * - a `%` that would read as one of these escapes is written `%25`.
 *
 * So `["memories", "ada@example.com"]` is `memories/ada@example.com`. Every non-empty label path has a namespace of its
 * own, and what is below a prefix is found by comparing whole labels: the paths of two users never share an index.
 */
export type LabelPath = readonly string[];

const slashes = codec({ "/": "2F" });
const refused = codec({ ".": "2E", ":": "3A", "\0": "00" });
const emailAddress = /^[^\s@/:\0]+@[^\s@/:\0]+$/;

/** An e-mail address: the one kind of label that may hold a dot in direct calls. */
export function isEmailAddress(label: string): boolean {
  return emailAddress.test(label);
}

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
export function fromLabel(label: string): string {
  return refused.unescape(label);
}

/**
 * The namespace of a label path.
 * @throws SouvenirError `INVALID_INPUT` for an empty path or label
 */
export function namespaceOf(path: LabelPath): string {
  if (path.length === 0 || path.some((label) => typeof label !== "string" || label === ""))
    throw new SouvenirError(
      "INVALID_INPUT",
      "a label path: expected one label or more, none of them empty: a user without a name has no memory",
    );
  return path.map((label) => slashes.escape(fromLabel(label))).join("/");
}

/** The label path of a namespace, `undefined` for one that has none: an empty label (`a//b`). */
export function pathOf(namespace: string): string[] | undefined {
  const path = namespace.split("/").map((segment) => {
    const text = slashes.unescape(segment);
    return isEmailAddress(text) ? text : refused.escape(text);
  });
  return path.includes("") ? undefined : path;
}

/** Whether two labels name the same: an e-mail address has two spellings. */
export function sameLabel(left: string, right: string): boolean {
  return left === right || fromLabel(left) === fromLabel(right);
}

/** Percent escapes for a few characters, such that any text survives there and back. */
function codec(codes: Record<string, string>): {
  escape(text: string): string;
  unescape(text: string): string;
} {
  const any = Object.values(codes).join("|");
  const characters = new Map(Object.entries(codes).map(([character, code]) => [`%${code}`, character]));
  const unsafe = new RegExp(`%(?=(?:25)*(?:${any}))|[${Object.keys(codes).join("")}]`, "g");
  const escaped = new RegExp(`%(?:25(?=(?:25)*(?:${any}))|(?:${any}))`, "g");
  return {
    escape: (text) => text.replace(unsafe, (found) => `%${codes[found] ?? "25"}`),
    unescape: (text) => text.replace(escaped, (found) => characters.get(found) ?? "%"),
  };
}
