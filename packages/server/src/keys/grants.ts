import { SouvenirError } from "@souvenir/core";
import type { Grant, Permission } from "../api/wire.ts";

const rank: Record<Permission, number> = { read: 0, write: 1, admin: 2 };

/** A prefix is empty, or ends in a sign of ASCII that is no letter and no digit. */
export const separatorAtEnd: RegExp = /^$|[ -/:-@[-`{-~]$/;

/** The grant that covers every namespace. */
export const everything: Grant = Object.freeze({ prefix: "", permission: "admin" });

/** Names are compared as they are: no case folding, no normalization, so that no two names are ever taken for one. */
export function allows(grants: readonly Grant[], permission: Permission, namespace: string): boolean {
  return grants.some(
    (grant) =>
      rank[grant.permission] >= rank[permission] &&
      ("prefix" in grant ? namespace.startsWith(grant.prefix) : namespace === grant.namespace),
  );
}

/** Whether the grants cover every namespace with this permission. */
export function allowsEverything(grants: readonly Grant[], permission: Permission): boolean {
  return grants.some(
    (grant) => rank[grant.permission] >= rank[permission] && "prefix" in grant && grant.prefix === "",
  );
}

/**
 * @throws SouvenirError `INVALID_INPUT` for a prefix that does not end in a separator: `team` would also open
 * `teammates/…`, where `team/` does not.
 */
export function checkGrants(grants: readonly Grant[]): void {
  for (const grant of grants) {
    const name = "prefix" in grant ? grant.prefix : grant.namespace;
    if (!name.isWellFormed() || new TextEncoder().encode(name).length > 512)
      throw new SouvenirError(
        "INVALID_INPUT",
        "grants: expected well-formed namespaces and prefixes of at most 512 bytes",
      );
    if ("prefix" in grant && !separatorAtEnd.test(name))
      throw new SouvenirError(
        "INVALID_INPUT",
        'grants: expected a prefix that ends in a separator such as "/" or ":", because another would open namespaces that merely start alike; for one namespace, grant that',
      );
  }
}
