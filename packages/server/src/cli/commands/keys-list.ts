import type { Grant, WireKey } from "../../api/wire.ts";
import type { Execution } from "../command.ts";
import { findKeys } from "../open-keys.ts";
import { type Place, placeOf, shownPlace } from "../open-memory.ts";
import { oneLine } from "../text.ts";

export async function run({ input, terminal }: Execution): Promise<undefined> {
  const place = placeOf(input, "keys");
  const found = await keysOf(place);
  for (const key of found) {
    if (terminal.json) await terminal.document(key);
    else
      await terminal.line(
        `${terminal.paint("cyan", key.id)}  ${oneLine(key.name)}  ${key.grants.map(grantText).join(", ")}  ${terminal.paint("dim", stateOf(key, Date.now()))}`,
      );
  }
  if (found.length === 0)
    terminal.note(
      `there are no keys for ${shownPlace(place)}: the server answers this machine only, without one`,
    );
}

async function keysOf(place: Place): Promise<WireKey[]> {
  const keys = await findKeys(place);
  try {
    return (await keys?.list()) ?? [];
  } finally {
    await keys?.close();
  }
}

function grantText(grant: Grant): string {
  const what =
    "namespace" in grant
      ? oneLine(grant.namespace)
      : grant.prefix === ""
        ? "everything"
        : `${oneLine(grant.prefix)}…`;
  return `${grant.permission} ${what}`;
}

function stateOf(key: WireKey, now: number): string {
  if (key.revoked_at !== undefined) return `revoked ${key.revoked_at.slice(0, 10)}`;
  if (key.expires_at !== undefined && Date.parse(key.expires_at) <= now)
    return `expired ${key.expires_at.slice(0, 10)}`;
  const used = key.last_used_at === undefined ? "never used" : `used ${key.last_used_at.slice(0, 10)}`;
  return key.expires_at === undefined ? used : `${used}, until ${key.expires_at.slice(0, 10)}`;
}
