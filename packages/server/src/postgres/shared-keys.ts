import { timingSafeEqual } from "node:crypto";
import type { PostgresPlace, PostgresTables } from "@souvenir/postgres";
import type { CreatedKey, KeyRequest, WireKey } from "../api/wire.ts";
import {
  day,
  hashOf,
  idIn,
  type KeyRow,
  minute,
  newKey,
  nobody,
  rememberedDays,
  toWireKey,
  validKey,
} from "../keys/key-rows.ts";
import type { AsyncKeyStore } from "../keys/key-store.ts";
import type { Loan, TokenStore } from "../keys/token-store.ts";
import type { VerifiedKey } from "../keys/verified-key.ts";
import { sharedHooks } from "./shared-hooks.ts";
import { sharedLimits } from "./shared-limits.ts";
import { sharedTables } from "./shared-tables.ts";
import { Together } from "./together.ts";

/** Milliseconds between two notes of what keys without a quota have used: that much may be lost with a server. */
const noteMs = 1_000;
/** Ended by the commit, not by the disk: counts may be lost with the power, keys may not. */
const unsynced = "unsynced AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true) AS off)";

interface Usage {
  requests: number;
  writes: number;
}

/**
 * Keys in the database of a memory, for all servers on it: each request reads them there, so that what one server revokes
 * is refused by the others at once. Requests a minute and quotas of a day are counted there too. What it gives out and
 * keeps is as with `openKeyStore`.
 */
export function openSharedKeys({
  clock = Date.now,
  ...place
}: PostgresPlace & {
  /** Milliseconds since 1970. Default `Date.now`. */
  clock?: () => number;
}): AsyncKeyStore {
  const tables = sharedTables(place);
  const today = () => Math.floor(clock() / day);
  const rows = new Together<string, KeyRow | undefined>(async (ids) => {
    const found = await tables.all<KeyRow>("SELECT * FROM @server_keys WHERE id = ANY($1::text[])", [
      [...new Set(ids)],
    ]);
    const byId = new Map(found.map((row) => [row.id, row]));
    return ids.map((id) => byId.get(id));
  });
  const withUsage = `SELECT k.*, u.requests, u.writes FROM @server_keys k
    LEFT JOIN @server_usage u ON u.key = k.id AND u.day = $1`;
  const one = (id: string) => tables.get<KeyRow>(`${withUsage} WHERE k.id = $2`, [today(), id]);
  let exist = false;
  /** Of keys without a quota, what is not in the database yet. */
  let used = new Map<string, Usage>();
  let noting: ReturnType<typeof setTimeout> | undefined;

  async function note(): Promise<void> {
    clearTimeout(noting);
    noting = undefined;
    const noted = used;
    used = new Map();
    for (const [id, usage] of noted) await count(id, usage, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  }
  async function count(
    id: string,
    { requests, writes }: Usage,
    mostRequests: number,
    mostWrites: number,
  ): Promise<boolean> {
    const now = clock();
    const changes = await tables.run(
      `WITH ${unsynced}
       INSERT INTO @server_usage AS u (key, day, requests, writes)
       SELECT $1, $2::bigint, $3::bigint, $4::bigint FROM unsynced WHERE $3::bigint <= $5::bigint AND $4::bigint <= $6::bigint
       ON CONFLICT (key, day) DO UPDATE SET requests = u.requests + $3::bigint, writes = u.writes + $4::bigint
       WHERE u.requests + $3::bigint <= $5::bigint AND u.writes + $4::bigint <= $6::bigint`,
      [id, today(), requests, writes, mostRequests, mostWrites],
    );
    const moment = now - (now % minute);
    if (usedAt.get(id) !== moment) {
      usedAt.set(id, moment);
      const first = await tables.run(
        `WITH ${unsynced} UPDATE @server_keys SET last_used_at = $2 FROM unsynced
         WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $2)`,
        [id, moment],
      );
      if (first > 0)
        await tables.run("DELETE FROM @server_usage WHERE key = $1 AND day < $2", [
          id,
          today() - rememberedDays,
        ]);
    }
    return changes > 0;
  }
  const usedAt = new Map<string, number>();

  return {
    limits: sharedLimits(tables),
    hooks: sharedHooks(tables),
    tokens: sharedTokens({
      tables,
      clock,
      keyOf: async (id) => validKey(await rows.ask(id), clock()),
    }),
    async any() {
      // Rows are never deleted.
      exist ||= (await tables.get("SELECT 1 FROM @server_keys LIMIT 1")) !== undefined;
      return exist;
    },
    async create(request: KeyRequest, given?: string): Promise<CreatedKey> {
      const { key, row } = newKey(request, clock(), given);
      const { requests: _, writes: __, ...columns } = row;
      await tables.run(
        `INSERT INTO @server_keys (${Object.keys(columns).join(", ")})
         VALUES (${Object.keys(columns).map((_name, index) => `$${index + 1}`)}) ON CONFLICT (id) DO NOTHING`,
        Object.values(columns),
      );
      return { ...toWireKey(row), key };
    },
    async list(): Promise<WireKey[]> {
      await note();
      const all = await tables.all<KeyRow>(`${withUsage} ORDER BY k.created_at, k.id`, [today()]);
      return all.map(toWireKey);
    },
    async revoke(id: string): Promise<WireKey | undefined> {
      await tables.run("UPDATE @server_keys SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL", [
        id,
        clock(),
      ]);
      const row = await one(id);
      return row && toWireKey(row);
    },
    async verify(token: string): Promise<VerifiedKey | undefined> {
      const id = idIn(token);
      const row = id === "" ? undefined : await rows.ask(id);
      const same = timingSafeEqual(hashOf(token), row?.hash ?? nobody);
      return same ? validKey(row, clock()) : undefined;
    },
    async spend({ id, quota }: VerifiedKey, usage: Usage): Promise<boolean> {
      if (quota !== undefined)
        return count(
          id,
          usage,
          quota.requests_per_day ?? Number.MAX_SAFE_INTEGER,
          quota.writes_per_day ?? Number.MAX_SAFE_INTEGER,
        );
      const before = used.get(id) ?? { requests: 0, writes: 0 };
      used.set(id, { requests: before.requests + usage.requests, writes: before.writes + usage.writes });
      noting ??= setTimeout(() => void note().catch(() => undefined), noteMs).unref();
      return true;
    },
    async close() {
      // Counts are not worth an error.
      await note().catch(() => undefined);
      await tables.close();
    },
  };
}

interface TokenRow {
  consent: string;
  loan: string;
  used: boolean;
}

function sharedTokens({
  tables,
  clock,
  keyOf,
}: {
  tables: PostgresTables;
  clock: () => number;
  keyOf: (id: string) => Promise<VerifiedKey | undefined>;
}): TokenStore {
  const end = (consent: string) => tables.run("DELETE FROM @server_tokens WHERE consent = $1", [consent]);
  return {
    async keep(kind, token, loan, lifetimeMs) {
      const now = clock();
      await tables.run("DELETE FROM @server_tokens WHERE expires_at <= $1", [now]);
      await tables.run(
        `INSERT INTO @server_tokens (hash, kind, consent, loan, expires_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (hash) DO NOTHING`,
        [hashOf(token), kind, loan.consent, JSON.stringify(loan), now + lifetimeMs],
      );
    },
    async find(kind, token) {
      const row = await tables.get<TokenRow>(
        "SELECT consent, loan, used FROM @server_tokens WHERE hash = $1 AND kind = $2 AND expires_at > $3",
        [hashOf(token), kind, clock()],
      );
      if (row === undefined) return undefined;
      if (row.used) {
        await end(row.consent);
        return undefined;
      }
      const loan = JSON.parse(row.loan) as Loan;
      const key = await keyOf(loan.key);
      return key === undefined ? undefined : { loan, key };
    },
    use: (kind, token) =>
      // Once, also when the connection breaks: whoever has used it must not be told that somebody else has.
      tables.transaction(
        async (transaction) =>
          (await transaction.run(
            "UPDATE @server_tokens SET used = true WHERE hash = $1 AND kind = $2 AND NOT used",
            [hashOf(token), kind],
          )) > 0,
      ),
    async revoke(token) {
      const row = await tables.get<TokenRow>("SELECT consent FROM @server_tokens WHERE hash = $1", [
        hashOf(token),
      ]);
      if (row !== undefined) await end(row.consent);
    },
  };
}
