import { SouvenirError } from "@souvenir/core";
import type { PostgresPool } from "./database.ts";

/** Where tables are: a database and a schema in it. */
export interface PostgresPlace {
  /** As `postgres://user:password@host:5432/database`. Either this or `pool`. Default: the PG… variables of the environment. */
  connectionString?: string;
  /** A pool of `pg`, which stays open when the store is closed. */
  pool?: PostgresPool;
  /**
   * The schema of the tables, which is made at the first use, in a database in UTF-8: lower-case letters, digits and `_`,
   * up to 48. Default `souvenir`. Memories of different schemas know nothing of one another.
   */
  schema?: string;
}

/** @throws SouvenirError `INVALID_INPUT`, which says nothing of a connection string: it may hold a password */
export function checkPlace(
  { connectionString, pool, schema = "souvenir" }: PostgresPlace,
  where: string,
): { connectionString: string | undefined; pool: PostgresPool | undefined; schema: string } {
  const invalid = (message: string) => new SouvenirError("INVALID_INPUT", `${where}: ${message}`);
  if (connectionString !== undefined && (typeof connectionString !== "string" || pool !== undefined))
    throw invalid(
      "connectionString: expected a text like postgres://user@host/database, and no pool with it",
    );
  if (/^postgres(?:ql)?:/.test(connectionString ?? "") && !URL.canParse(connectionString as string))
    throw invalid(
      "connectionString: expected an address like postgres://user:password@host:5432/database, with %40 for an @ in the password, %2F for a / and so on",
    );
  if (pool !== undefined && typeof Object(pool).connect !== "function")
    throw invalid("pool: expected a Pool of pg, or a connectionString in its place");
  if (typeof schema !== "string" || !/^[a-z_][a-z\d_]{0,47}$/.test(schema))
    throw invalid("schema: expected lower-case letters, digits and _, up to 48, and no digit first");
  return { connectionString, pool, schema };
}
