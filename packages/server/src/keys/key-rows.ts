import { createHash, randomBytes } from "node:crypto";
import { SouvenirError } from "@souvenir/core";
import { given } from "../api/convert.ts";
import type { Grant, KeyRequest, WireKey } from "../api/wire.ts";
import { checkGrants } from "./grants.ts";
import type { VerifiedKey } from "./verified-key.ts";

/** A key as tables have it: with SHA-256 of it, because a slow hash is for secrets that can be guessed. */
export interface KeyRow {
  id: string;
  name: string;
  hash: Uint8Array;
  grants: string;
  created_at: number;
  expires_at: number | null;
  revoked_at: number | null;
  last_used_at: number | null;
  rate_limit: number | null;
  requests_per_day: number | null;
  writes_per_day: number | null;
  requests: number | null;
  writes: number | null;
}

/** Compared with what was presented when there is no such key, so that both take the same steps. */
export const nobody: Buffer = Buffer.alloc(32);

/** Milliseconds of a day, of which requests and writes are counted. */
export const day = 86_400_000;
/** When a key was used last is known to the minute, so that it costs nothing. */
export const minute = 60_000;
/** Days of which the usage is kept. */
export const rememberedDays = 31;

/**
 * A new key, `svr_<id>_<secret>` with a secret of 256 random bits, and its row.
 * @param given - A key that somebody else has made, of the same form.
 * @throws SouvenirError `INVALID_INPUT`
 */
export function newKey(request: KeyRequest, now: number, given?: string): { key: string; row: KeyRow } {
  checkGrants(request.grants);
  const expiresAt = request.expires_at === undefined ? null : new Date(request.expires_at).getTime();
  if (expiresAt !== null && !(expiresAt > now))
    throw new SouvenirError("INVALID_INPUT", "expires_at: expected a moment in the future");
  const key = given ?? `svr_${randomBytes(9).toString("hex")}_${randomBytes(32).toString("base64url")}`;
  const id = idIn(key);
  // Never the key itself: it may be one that lacks a letter.
  if (id === "")
    throw new SouvenirError("INVALID_INPUT", "expected a key as in svr_<18 hexadecimal digits>_<43 letters>");
  const row: KeyRow = {
    ...{ id, name: request.name, hash: hashOf(key), grants: JSON.stringify(request.grants) },
    ...{ created_at: now, expires_at: expiresAt, revoked_at: null, last_used_at: null },
    rate_limit: request.rate_limit ?? null,
    requests_per_day: request.quota?.requests_per_day ?? null,
    writes_per_day: request.quota?.writes_per_day ?? null,
    ...{ requests: null, writes: null },
  };
  return { key, row };
}

/** The id that a key or what looks like one names. */
export function idIn(token: string): string {
  return /^svr_([0-9a-f]{18})_[\w-]{43}$/.exec(token)?.[1] ?? "";
}

/** Of the whole key: the id in it is bound to the secret. */
export function hashOf(key: string): Buffer {
  return createHash("sha256").update(key).digest();
}

/** What a key may, if it is valid now. */
export function validKey(row: KeyRow | undefined, now: number): VerifiedKey | undefined {
  if (row === undefined || row.revoked_at !== null || (row.expires_at !== null && row.expires_at <= now))
    return undefined;
  return {
    id: row.id,
    name: row.name,
    grants: JSON.parse(row.grants) as Grant[],
    ...given({ rateLimit: row.rate_limit ?? undefined, quota: quotaOf(row) }),
  };
}

function quotaOf(row: KeyRow): VerifiedKey["quota"] {
  if (row.requests_per_day === null && row.writes_per_day === null) return undefined;
  return given({
    requests_per_day: row.requests_per_day ?? undefined,
    writes_per_day: row.writes_per_day ?? undefined,
  });
}

export function toWireKey(row: KeyRow): WireKey {
  const iso = (time: number | null) => (time === null ? undefined : new Date(time).toISOString());
  return {
    id: row.id,
    name: row.name,
    grants: JSON.parse(row.grants) as Grant[],
    created_at: new Date(row.created_at).toISOString(),
    ...given({
      expires_at: iso(row.expires_at),
      revoked_at: iso(row.revoked_at),
      last_used_at: iso(row.last_used_at),
      rate_limit: row.rate_limit ?? undefined,
      quota: quotaOf(row),
    }),
    usage_today: { requests: row.requests ?? 0, writes: row.writes ?? 0 },
  };
}
