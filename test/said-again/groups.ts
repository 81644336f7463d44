import { readFileSync } from "node:fs";

/**
 * What one person said: one thing five times in other words, or several things that look alike. Written for this project,
 * in eight languages; the weights that tell them apart are fitted to one half, and tested on the other.
 */
export interface SaidGroup {
  language: string;
  /** `same`, or in what the facts differ. */
  kind: string;
  half: "fitted" | "held out";
  /** A question that they answer. */
  ask: string;
  /** Texts, by the fact that they state. */
  facts: string[][];
}

export function readSaid(): SaidGroup[] {
  const lines = readFileSync(new URL("./groups.jsonl", import.meta.url), "utf8")
    .trimEnd()
    .split("\n");
  return lines.map((line) => JSON.parse(line) as SaidGroup);
}

/** The texts of a group, each with the place of its fact. */
export function textsOf({ facts }: SaidGroup): { text: string; fact: number }[] {
  return facts.flatMap((texts, fact) => texts.map((text) => ({ text, fact })));
}
