import { optionNames } from "@souvenir/core";

/** Names of options that a program writes otherwise than a request: `expiresAt` and `expires_at`. */
const programNames = [...new Set(Object.values(optionNames).flat())].filter((name) => /[A-Z]/.test(name));
const toWire = new Map(
  programNames.map((name) => [name, name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)]),
);
const toProgram = new Map([...toWire].map(([program, wire]) => [wire, program]));

/** What the memory says of its options, with the names that they have in a request. */
export function inRequest(message: string): string {
  return renamed(message, toWire);
}

/** What a server says of a request, with the names that a program gave. */
export function inProgram(message: string): string {
  return renamed(
    message
      .replace(/^the (?:body|query)(?:\.|: )/, "")
      .replace(/^memories\.(\d+)\./, "record $1: ")
      .replace(/^line (\d+)(?:\.|: )/, (_, line) => `record ${Number(line) - 1}: `),
    toProgram,
  );
}

/** The place comes first, and what is inside metadata has the names of whoever wrote it. */
function renamed(message: string, names: ReadonlyMap<string, string>): string {
  // What stands in quotes is what came.
  const words = new RegExp(`(?<!")\\b(?:${[...names.keys()].join("|")})\\b`, "g");
  const inside = /^(?:record \d+: )?(?:metadata|where)[.[][^:]*:/.exec(message)?.[0] ?? "";
  return (
    inside +
    message
      .slice(inside.length)
      .replace(words, (name) => names.get(name) ?? name)
      .replace(/(?<=did you mean ")\w+(?=")/, (name) => names.get(name) ?? name)
  );
}
