import { type PostgresPlace, type PostgresTables, postgresTables } from "@souvenir/postgres";
import { given } from "../api/convert.ts";

/** Step n takes the tables from version n to n + 1. Steps are never changed once released, only added. */
const migrations: readonly string[] = [
  `
  CREATE TABLE @server_keys (
    id text COLLATE "C" PRIMARY KEY,
    name text NOT NULL,
    hash bytea NOT NULL,
    grants text NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint,
    revoked_at bigint,
    last_used_at bigint,
    rate_limit bigint,
    requests_per_day bigint,
    writes_per_day bigint
  );
  CREATE TABLE @server_usage (
    key text COLLATE "C" NOT NULL,
    day bigint NOT NULL,
    requests bigint NOT NULL,
    writes bigint NOT NULL,
    PRIMARY KEY (key, day)
  ) WITH (fillfactor = 50);
  CREATE TABLE @server_tokens (
    hash bytea PRIMARY KEY,
    kind text NOT NULL,
    consent text NOT NULL,
    loan text NOT NULL,
    expires_at bigint NOT NULL,
    used boolean NOT NULL DEFAULT false
  );
  CREATE INDEX server_tokens_consent ON @server_tokens (consent);
  CREATE INDEX server_tokens_expiry ON @server_tokens (expires_at);

  -- Full again in a minute: nothing of them has to outlive the database.
  CREATE UNLOGGED TABLE @server_buckets (
    name text COLLATE "C" PRIMARY KEY,
    tokens double precision NOT NULL,
    granted double precision NOT NULL,
    at bigint NOT NULL
  ) WITH (fillfactor = 50);

  CREATE TABLE @server_audit (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id uuid NOT NULL UNIQUE,
    line text NOT NULL
  );
  `,
  `
  CREATE TABLE @server_hooks (
    id text COLLATE "C" PRIMARY KEY,
    spec text NOT NULL,
    state text NOT NULL,
    holder text,
    held_until bigint NOT NULL DEFAULT 0
  );
  CREATE TABLE @server_hook_places (
    hook text COLLATE "C" NOT NULL,
    namespace text COLLATE "C" NOT NULL,
    told text NOT NULL,
    until text,
    PRIMARY KEY (hook, namespace)
  );
  `,
];

/** The tables of servers that share a memory in PostgreSQL. */
export function sharedTables({ connectionString, pool, schema }: PostgresPlace): PostgresTables {
  return postgresTables({
    ...given({ connectionString, pool, schema }),
    prefix: "server",
    migrations,
  });
}
