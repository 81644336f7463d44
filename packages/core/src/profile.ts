import type { Profile } from "./types.ts";

/** Tokens of a profile. */
export const profileTokens = 400;

/**
 * The lines of a profile that have room, in the order given. Whole, or not there: a line is edited by what it says.
 * @param pinned - In the order in which they were pinned. The last ones have room first: somebody has just asked for them.
 */
export function profileOf(
  pinned: readonly { key: string; value: string; version: number }[],
  countTokens: (text: string) => number,
  tokenBudget: number = profileTokens,
): Profile {
  let left = tokenBudget;
  const lines: Profile["lines"] = [];
  for (const { value: text, key, version } of pinned.toReversed()) {
    const cost = countTokens(`${text}\n`);
    if (cost > left) continue;
    left -= cost;
    lines.push({ text, key, version });
  }
  const omitted = pinned.length - lines.length;
  return { lines: lines.reverse(), ...(omitted === 0 ? {} : { omitted }) };
}
