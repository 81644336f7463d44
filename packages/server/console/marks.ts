import { type Child, h } from "./dom.ts";
import { places } from "./words.ts";

/** The text with the words marked that a query found. */
export function marked(text: string, terms: readonly string[]): Child[] {
  const parts: Child[] = [];
  let done = 0;
  for (const [from, to] of places(text, terms)) {
    parts.push(text.slice(done, from), h("mark", {}, text.slice(from, to)));
    done = to;
  }
  return [...parts, text.slice(done)];
}
