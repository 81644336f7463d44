import { SouvenirError } from "./errors.ts";
import type { Limits } from "./inputs-and-answers.ts";
import { checkOptions } from "./validation.ts";

/** The limits of a memory that is given none. */
export const defaultLimits: Readonly<Limits> = Object.freeze({
  valueBytes: 32 * 1024,
  keyBytes: 512,
  tags: 64,
  tagBytes: 128,
  metadataBytes: 16 * 1024,
  queryBytes: 8 * 1024,
  openNamespaces: 64,
  versions: 100,
  storeBytes: Number.POSITIVE_INFINITY,
});

/** @throws SouvenirError `INVALID_INPUT` for an unknown limit and for one that is not a number of 1 or more (0 for `versions`). */
export function resolveLimits(given: Partial<Limits> = {}): Limits {
  checkOptions(given, "limits", Object.keys(defaultLimits));
  const limits: Limits = { ...defaultLimits };
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    const least = name === "versions" ? 0 : 1;
    if (typeof value !== "number" || !(value >= least))
      throw new SouvenirError("INVALID_INPUT", `limits.${name}: expected a number of ${least} or more`);
    limits[name as keyof Limits] = value;
  }
  return limits;
}
