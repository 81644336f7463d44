import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import type { WireKey } from "../api/wire.ts";
import { keysPath, openKeyStore } from "../node/key-file.ts";
import { type Finding, fault, ok, warning } from "./finding.ts";

/** The keys of the server, as far as there is a file of them. */
export async function checkKeys(path: string, now: number = Date.now()): Promise<Finding[]> {
  const file = keysPath(path);
  const none = ok("keys", "none: souvenir serve makes the first one");
  if (!existsSync(file)) return [none];
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
  if (keys.length === 0) return findings.length > 0 ? findings : [none];
  const valid = keys.filter(
    (key) =>
      key.revoked_at === undefined && (key.expires_at === undefined || Date.parse(key.expires_at) > now),
  );
  findings.push(
    valid.length === 0
      ? warning(
          "keys",
          `all ${keys.length} keys are expired or revoked, so that the server refuses everyone`,
          "make one: souvenir keys create NAME --everything --allow admin",
        )
      : ok("keys", `${valid.length} of ${keys.length} are valid`),
  );
  return findings;
}
