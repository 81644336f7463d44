import type { Permission, WhoamiResponse } from "../src/api/wire.ts";
import { call } from "./api.ts";
import { forgetKey, storedKey, storeKey } from "./session-key.ts";

const rank: Record<Permission, number> = { read: 1, write: 2, admin: 3 };
let who: WhoamiResponse = { mode: "key", grants: [] };

/** Who sits before the page. What the key may not do is not offered; the server decides all the same. */
export const session = {
  get mode(): WhoamiResponse["mode"] {
    return who.mode;
  },
  get name(): string | undefined {
    return who.name;
  },
  /** The model that the server asks for the playground. */
  get asks(): string | undefined {
    return who.asks;
  },
  get signedIn(): boolean {
    return storedKey() !== undefined;
  },
  /** Asks the server what the key may do. @throws Failure 401 when it wants a key. */
  async open(): Promise<void> {
    who = await call("whoami", undefined);
  },
  async signIn(key: string): Promise<void> {
    storeKey(key);
    try {
      await session.open();
    } catch (error) {
      forgetKey();
      throw error;
    }
  },
  signOut(): void {
    forgetKey();
    who = { mode: "key", grants: [] };
  },
  may(permission: Permission, namespace: string): boolean {
    return who.grants.some(
      (grant) =>
        rank[grant.permission] >= rank[permission] &&
        ("prefix" in grant ? namespace.startsWith(grant.prefix) : grant.namespace === namespace),
    );
  },
  /** `admin` of every namespace: keys, activity, the whole store. */
  get mayEverything(): boolean {
    return who.grants.some(
      (grant) => grant.permission === "admin" && "prefix" in grant && grant.prefix === "",
    );
  },
  get mayWriteSomewhere(): boolean {
    return who.grants.some((grant) => grant.permission !== "read");
  },
};
