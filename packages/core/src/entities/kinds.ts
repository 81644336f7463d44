import type { Entity } from "../types.ts";
import { canonicalName } from "./canonical.ts";
import { kinds } from "./gazetteer/kind-words.ts";

let wordsByName: ReadonlyMap<string, string> | undefined;

/**
 * Words for what the entities of a memory are: of "PostgreSQL 16" those for a database, so that it is found by somebody who
 * asks for a database. Empty where no name says it.
 */
export function kindWords(entities: readonly Entity[]): string {
  if (entities.length === 0) return "";
  wordsByName ??= reading();
  const found = new Set<string>();
  for (const { name } of entities) {
    // What follows a name is its number or variant.
    for (
      let known = canonicalName(name);
      known !== "";
      known = known.slice(0, Math.max(0, known.lastIndexOf(" ")))
    ) {
      const words = wordsByName.get(known);
      if (words === undefined) continue;
      found.add(words);
      break;
    }
  }
  return [...found].join(" ");
}

function reading(): Map<string, string> {
  const read = new Map<string, string>();
  for (const line of kinds.trim().split("\n")) {
    const [words = "", names = ""] = line.split(": ");
    for (const name of names.split(", ")) {
      const key = canonicalName(name);
      read.set(key, [...(read.has(key) ? [read.get(key)] : []), words].join(" "));
    }
  }
  return read;
}
