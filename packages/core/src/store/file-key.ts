import type { DatabaseSync } from "node:sqlite";
import { SouvenirError } from "../errors.ts";
import { fingerprint, newKey, unwrapFileKey, wrapFileKey } from "./sealed-content.ts";

/** What opens an encrypted file: the key that was given, or the one of the file, which a thread has from another. */
export type FileKey = { readonly key: Uint8Array } | { readonly fileKey: Uint8Array };

/** One row: the key of the file under the one that is given; and the keys of namespaces under that one. */
const tables = `
  CREATE TABLE encryption (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    fingerprint TEXT NOT NULL,
    wrapped TEXT NOT NULL
  ) STRICT;
  CREATE TABLE namespace_keys (namespace INTEGER PRIMARY KEY, wrapped TEXT NOT NULL) STRICT;
`;

/** Makes the tables of keys, and a key for the file. Runs in a transaction of the caller. */
export function makeFileKey(database: DatabaseSync, given: FileKey): void {
  if (!("key" in given)) throw new TypeError("a thread makes no file");
  database.exec(tables);
  const wrapped = wrapFileKey(given.key, newKey());
  database.prepare("INSERT INTO encryption VALUES (1, ?, ?)").run(fingerprint(given.key), wrapped);
}

/**
 * The key of an encrypted file.
 * @throws SouvenirError `ENCRYPTION_KEY_WRONG`
 */
export function openFileKey(database: DatabaseSync, path: string, given: FileKey): Uint8Array {
  if ("fileKey" in given) return given.fileKey;
  const row = database.prepare("SELECT fingerprint, wrapped FROM encryption").get() as
    | { fingerprint: string; wrapped: string }
    | undefined;
  const fileKey = row && unwrapFileKey(given.key, row.wrapped);
  if (fileKey !== undefined) return fileKey;
  const [stored, own] = [row?.fingerprint ?? null, fingerprint(given.key)];
  if (stored === own || stored === null)
    throw new SouvenirError(
      "STORE_CORRUPT",
      `${path}: the key of the file is damaged: restore the file from a backup`,
      { details: { path } },
    );
  throw new SouvenirError(
    "ENCRYPTION_KEY_WRONG",
    `${path} is encrypted with the key of fingerprint ${stored}, and the one given has ${own}: give that key (of a backup, the one of its day). Without it nobody can read the file; nothing of it was changed`,
    { details: { path, stored, given: own } },
  );
}

/** Puts the key of the file under another key. Runs in a transaction of the caller. */
export function wrapAnew(database: DatabaseSync, fileKey: Uint8Array, key: Uint8Array): void {
  database
    .prepare("UPDATE encryption SET fingerprint = ?, wrapped = ?")
    .run(fingerprint(key), wrapFileKey(key, fileKey));
}

export function keyMissing(path: string): SouvenirError {
  return new SouvenirError(
    "ENCRYPTION_KEY_MISSING",
    `${path} is encrypted: give its key as encryption.key, or on the command line as --encryption-key-file or SOUVENIR_ENCRYPTION_KEY. Nothing was changed`,
    { details: { path } },
  );
}

export function notEncrypted(path: string): SouvenirError {
  return new SouvenirError(
    "NOT_ENCRYPTED",
    `${path} is in plain text, and a key was given: encrypt it with encryptFile(), or with "souvenir encryption encrypt", or leave the key out. Nothing was changed`,
    { details: { path } },
  );
}
