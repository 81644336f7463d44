import type { MemoryRecord, Origin } from "../inputs-and-answers.ts";
import { invalid } from "../validation.ts";

/** Every origin that there is. */
export const origins: readonly Origin[] = ["user", "assistant", "tool", "import", "inferred"];

/** What the frameworks call who says something, and where their words come from. */
const byRole: ReadonlyMap<string, Origin> = new Map([
  ["user", "user"],
  ["human", "user"],
  ["assistant", "assistant"],
  ["ai", "assistant"],
  ["model", "assistant"],
  ["chatbot", "assistant"],
  ["tool", "tool"],
  ["function", "tool"],
]);

/** Where the words of a role come from; `undefined` for a name, whose owner may be anybody. */
export function originOfRole(role: string | null | undefined): Origin | undefined {
  return role === null || role === undefined ? undefined : byRole.get(role);
}

/** The roles whose words come from one of these. */
export function rolesOf(wanted: readonly Origin[]): string[] {
  return Array.from(byRole).flatMap(([role, origin]) => (wanted.includes(origin) ? [role] : []));
}

/** Where a memory as it is shown came from: a fact that was stated rests on what people said. */
export function heardFrom({ origin }: Pick<MemoryRecord, "origin">): Origin | undefined {
  return origin === "stated" ? "user" : origin;
}

/** Whether nobody vouches for what it says: it was read somewhere, and may be written for a model to obey. */
export function isForeign(origin: Origin | undefined): boolean {
  return origin === "tool" || origin === "import";
}

/** @throws SouvenirError `INVALID_INPUT` */
export function checkOrigin(given: unknown, where = "origin"): Origin {
  if (!origins.includes(given as Origin)) throw invalid(where, `one of ${origins.join(", ")}`, given);
  return given as Origin;
}

/** One, or a list of them. @throws SouvenirError `INVALID_INPUT` */
export function checkOrigins(given: unknown): readonly Origin[] {
  if (!Array.isArray(given)) return [checkOrigin(given)];
  if (given.length === 0) throw invalid("origin", "one origin or more; leave it out for all", given);
  return given.map((each, place) => checkOrigin(each, `origin[${place}]`));
}
