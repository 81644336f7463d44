import { SouvenirError } from "./errors.ts";

/**
 * The first line of a file of memories, before one line of JSON for each, with the names of the REST API
 * (`created_at`). Lines of files that were put together may have it in between.
 */
export const memoryFileHeader: { readonly souvenir: "memories"; readonly version: 1 } = Object.freeze({
  souvenir: "memories",
  version: 1,
});

/**
 * Whether a parsed line is the header of a file of memories, and not a memory.
 * @throws SouvenirError `INVALID_INPUT` for one of another kind, or of a version that is not known here
 */
export function isMemoryFileHeader(line: unknown): boolean {
  if (typeof line !== "object" || line === null || !("souvenir" in line) || "value" in line) return false;
  const { souvenir, version } = line as { souvenir: unknown; version?: unknown };
  const { souvenir: kind, version: known } = memoryFileHeader;
  if (souvenir === kind && version === known) return true;
  throw new SouvenirError(
    "INVALID_INPUT",
    `expected a file that begins with ${JSON.stringify(memoryFileHeader)}: ${
      souvenir === kind && typeof version === "number" && version > known
        ? "this one was written by a later version of Souvenir, update this one"
        : "this is another one"
    }`,
  );
}

/** What memories are called in a file and over HTTP, and what in a program. */
const spellings = {
  created_at: "createdAt",
  updated_at: "updatedAt",
  expires_at: "expiresAt",
  valid_from: "validFrom",
  valid_to: "validTo",
  pinned_at: "pinnedAt",
  held_back: "heldBack",
  merged_into: "mergedInto",
  if_version: "ifVersion",
} as const;
const inPrograms: ReadonlyMap<string, string> = new Map(Object.entries(spellings));
const inFiles: ReadonlyMap<string, string> = new Map([...inPrograms].map(([file, own]) => [own, file]));

/**
 * A line of a file of memories, or anything else to import, with one spelling of its names, whichever it has; other
 * names, and values, are as they were.
 * @throws SouvenirError `INVALID_INPUT` for one that has the same in both
 */
export function respelled(line: unknown, spelling: "program" | "file"): unknown {
  if (typeof line !== "object" || line === null || Array.isArray(line)) return line;
  const names = spelling === "program" ? inPrograms : inFiles;
  const renamed: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(line)) {
    const own = names.get(name) ?? name;
    if (Object.hasOwn(renamed, own))
      throw new SouvenirError("INVALID_INPUT", `${own}: expected it once, and it is there as ${name} too`);
    // Not by assignment, which takes "__proto__" for something else.
    Object.defineProperty(renamed, own, {
      value:
        own === "history" && Array.isArray(value) ? value.map((each) => respelled(each, spelling)) : value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return renamed;
}
