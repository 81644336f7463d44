import { SouvenirError } from "@souvenir/core";

/** A database and a schema in it, as one text names them. */
export interface DatabaseAddress {
  /** For `pg`. It may hold a password. */
  connectionString: string;
  schema: string;
  /** For people and logs: without password and without parameters. */
  shown: string;
}

/** Whether a text is to be the address of a database. */
export function isDatabaseAddress(text: string): boolean {
  return /^postgres(?:ql)?:/i.test(text);
}

/**
 * Reads `postgres://user:password@host:5432/database?schema=souvenir`; other parameters are for the connection.
 * @throws SouvenirError `INVALID_INPUT`, which quotes nothing of the text: it may hold a password
 */
export function databaseAddress(text: string): DatabaseAddress {
  const url = URL.canParse(text) && isDatabaseAddress(text) ? new URL(text) : undefined;
  if (url === undefined || url.pathname.length < 2)
    throw new SouvenirError(
      "INVALID_INPUT",
      "store: expected an address like postgres://user:password@host:5432/database, with %40 for an @ in the password, %2F for a / and so on",
    );
  const schema = url.searchParams.get("schema") ?? "souvenir";
  url.searchParams.delete("schema");
  const user = url.username === "" ? "" : `${url.username}@`;
  const shown = `${url.protocol}//${user}${url.host}${url.pathname}${schema === "souvenir" ? "" : `?schema=${schema}`}`;
  return { connectionString: url.href, schema, shown };
}
