import { findEmails, findIbans, findNumbers } from "./numbers.ts";
import { findSecrets } from "./secrets.ts";
import { type Sensitive, type SensitiveGroup, sensitiveKinds } from "./sensitive.ts";

/**
 * What a text holds that should not be kept, in order, without overlaps; in time linear in its length. Numbers are told by
 * their check digits, length and writing; keys by how their makers begin them.
 */
export function findSensitive(text: string, groups: ReadonlySet<SensitiveGroup>): Sensitive[] {
  const found: Sensitive[] = [];
  const [cards, personal] = [groups.has("cards"), groups.has("personal")];
  if (groups.has("secrets")) findSecrets(text, found);
  // Most texts have none of what these begin with.
  if ((cards || personal) && /\d[\d ./()\u00a0\u202f-]{4}/.test(text)) {
    findIbans(text, found);
    findNumbers(text, { cards, personal }, found);
  }
  if (personal && text.includes("@")) findEmails(text, found);
  if (found.length < 2) return found;
  // The first of what overlaps; of what begins at the same place, the secret, else the longer.
  const rank = ({ kind, end }: Sensitive) => (kind === "password" ? Number.POSITIVE_INFINITY : end);
  found.sort((left, right) => left.start - right.start || rank(right) - rank(left));
  let end = 0;
  return found.filter((each) => {
    if (each.start < end || !sensitiveKinds[each.kind].some((group) => groups.has(group))) return false;
    end = each.end;
    return true;
  });
}
