import type { Command } from "./command.ts";

/**
 * What the memory says of its options, with the names that the command line has: `validTo` is `--valid-to`, `tags[0]` is
 * `--tag[0]`, `key` is KEY. An option stands for the one of the memory that is written the same in camel case, or that it
 * `means`; an argument for the one that has its name, in small letters.
 */
export function onCommandLine(message: string, { options, parameters, means = {} }: Command): string {
  const names = new Map<string, string>();
  for (const [option, { means: name }] of Object.entries(options))
    names.set(name ?? camelCase(option), `--${option}`);
  // KEY is one of the memory, and --key one of a server.
  for (const [, argument = "", several] of parameters.matchAll(/([A-Z]+)(\.{3})?/g)) {
    const name = means[argument] ?? argument.toLowerCase();
    names.set(name, argument);
    if (several !== undefined) names.set(`${name}s`, argument);
  }
  // The place comes first. What is inside metadata has the names of whoever wrote it.
  const place = /^(?<name>[a-zA-Z]+)(?<inside>[.[][^:]*)?(?=:)/.exec(message);
  const { name = "", inside = "" } = place?.groups ?? {};
  const typed = names.get(name);
  const start = typed === undefined ? (place?.[0] ?? "") : typed + inside.replace(/^\./, " ");
  // Further on, short names are words like others; what stands in quotes is what came.
  const rest = message
    .slice(place?.[0].length ?? 0)
    .replace(/(?<!["\w])[a-z]+(?:[A-Z][a-z]+)+(?!["\w])/g, (word) => names.get(word) ?? word);
  return start + rest;
}

function camelCase(option: string): string {
  return option.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
