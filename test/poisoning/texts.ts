import { readFileSync } from "node:fs";

/**
 * What a tool, a page or an imported file says: orders to the model that reads it, and ordinary text that looks like some
 * (recipes, manuals, reviews of code, mails that ask for something). Written for this project, in eight languages; the
 * words and signs were chosen with one half. Those of the other were written later; after they were looked at once, which is
 * what docs/safety.md tells, two of the signs count for more.
 */
export interface Found {
  language: string;
  kind: "order" | "ordinary";
  half: "fitted" | "later";
  text: string;
}

export function readTexts(): Found[] {
  const lines = readFileSync(new URL("./texts.jsonl", import.meta.url), "utf8")
    .trimEnd()
    .split("\n");
  return lines.map((line) => JSON.parse(line) as Found);
}
