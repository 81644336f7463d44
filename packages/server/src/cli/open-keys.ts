import { existsSync } from "node:fs";
import type { AsyncKeyStore } from "../keys/key-store.ts";
import { type Place, storeExists } from "./open-memory.ts";

/** The keys of a store. */
export async function openKeys(place: Place): Promise<AsyncKeyStore> {
  if ("database" in place) {
    const { openSharedKeys } = await import("../postgres/shared-keys.ts");
    return openSharedKeys(place.database);
  }
  const { keysPath, openKeyStore } = await import("../node/index.ts");
  return openKeyStore({ path: keysPath(place.path) });
}

/** The keys of a store, if there are any: a look at a mistyped place makes nothing there. */
export async function findKeys(place: Place): Promise<AsyncKeyStore | undefined> {
  if ("database" in place) return (await storeExists(place)) ? openKeys(place) : undefined;
  const { keysPath } = await import("../node/index.ts");
  return existsSync(keysPath(place.path)) ? openKeys(place) : undefined;
}
