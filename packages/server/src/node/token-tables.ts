import type { DatabaseSync, StatementSync } from "node:sqlite";
import { hashOf } from "../keys/key-rows.ts";
import type { Loan, TokenStore } from "../keys/token-store.ts";
import type { VerifiedKey } from "../keys/verified-key.ts";

/** Beside the keys, in the same file. An older Souvenir does not look at it. */
export const tokenSchema = `
  CREATE TABLE IF NOT EXISTS tokens (
    hash BLOB PRIMARY KEY, kind TEXT NOT NULL, consent TEXT NOT NULL, loan TEXT NOT NULL,
    expires_at INTEGER NOT NULL, used INTEGER NOT NULL DEFAULT 0
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS tokens_of_consent ON tokens (consent);`;

interface TokenRow {
  consent: string;
  loan: string;
  used: number;
}

/** @param options.keyOf - The key with an id, when it is valid now. */
export function sqliteTokens(options: {
  database: DatabaseSync;
  clock: () => number;
  keyOf: (id: string) => VerifiedKey | undefined;
}): TokenStore {
  const { database, clock, keyOf } = options;
  const statements = new Map<string, StatementSync>();
  const prepare = (sql: string): StatementSync => {
    const statement = statements.get(sql) ?? database.prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
  const end = (consent: string) => prepare("DELETE FROM tokens WHERE consent = ?").run(consent);

  return {
    keep(kind, token, loan, lifetimeMs) {
      const now = clock();
      prepare("DELETE FROM tokens WHERE expires_at <= ?").run(now);
      prepare("INSERT INTO tokens (hash, kind, consent, loan, expires_at) VALUES (?, ?, ?, ?, ?)").run(
        hashOf(token),
        kind,
        loan.consent,
        JSON.stringify(loan),
        now + lifetimeMs,
      );
    },
    find(kind, token) {
      const row = prepare(
        "SELECT consent, loan, used FROM tokens WHERE hash = ? AND kind = ? AND expires_at > ?",
      ).get(hashOf(token), kind, clock()) as TokenRow | undefined;
      if (row === undefined) return undefined;
      if (row.used !== 0) {
        end(row.consent);
        return undefined;
      }
      const loan = JSON.parse(row.loan) as Loan;
      const key = keyOf(loan.key);
      return key === undefined ? undefined : { loan, key };
    },
    use(kind, token) {
      const { changes } = prepare("UPDATE tokens SET used = 1 WHERE hash = ? AND kind = ? AND used = 0").run(
        hashOf(token),
        kind,
      );
      return changes > 0;
    },
    revoke(token) {
      const row = prepare("SELECT consent FROM tokens WHERE hash = ?").get(hashOf(token));
      if (row !== undefined) end(String(row.consent));
    },
  };
}
