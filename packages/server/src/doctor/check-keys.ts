import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import type { WireKey } from "../api/wire.ts";
import { keysPath, openKeyStore } from "../node/key-file.ts";
import { type Finding, fault, ok, warning } from "./finding.ts";

/** The keys of the server, as far as there is a file of them. */
export async function checkKeys(path: string, now: number = Date.now()): Promise<Finding[]> {
  const file = keysPath(path);
  if (!existsSync(file)) return [keysFinding([])];
  const findings: Finding[] = [];
  const { mode } = await stat(file);
  if (process.platform !== "win32" && (mode & 0o077) !== 0)
    findings.push(
      warning(
        "keys",
        `other users of this machine may read ${file} (mode ${(mode & 0o777).toString(8)})`,
        `chmod 600 ${file}`,
      ),
    );
  let keys: WireKey[];
  try {
    const store = openKeyStore({ path: file });
    try {
      keys = store.list();
    } finally {
      store.close();
    }
  } catch (error) {
    return [
      ...findings,
      fault(
        "keys",
        `the keys cannot be read: ${(error as Error).message}`,
        `restore ${file} from a backup, or delete it and make new keys`,
      ),
    ];
  }
  const found = keysFinding(keys, now);
  return keys.length === 0 && findings.length > 0 ? findings : [...findings, found];
}

/** What is to be said of keys. */
export function keysFinding(keys: readonly WireKey[], now: number = Date.now()): Finding {
  if (keys.length === 0) return ok("keys", "none: souvenir serve makes the first one");
  const valid = keys.filter(
    (key) =>
      key.revoked_at === undefined && (key.expires_at === undefined || Date.parse(key.expires_at) > now),
  );
  return valid.length === 0
    ? warning(
        "keys",
        `all ${keys.length} keys are expired or revoked, so that the server refuses everyone`,
        "make one: souvenir keys create NAME --everything --allow admin",
      )
    : ok("keys", `${valid.length} of ${keys.length} are valid`);
}
