import { closeSync, fsyncSync, openSync, statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { readOnlyDatabase } from "./sqlite-open.ts";

export interface CopyTask {
  path: string;
  /** Nothing may be written to the file or beside it. */
  readOnly: boolean;
  /** A new file, or an empty one. */
  target: string;
}

/**
 * Copies a database as it is at one moment, whatever others write meanwhile, and without the places where erased rows may
 * have left something. Answers the bytes of the copy, which are on disk then.
 */
export function copyDatabase({ path, readOnly, target }: CopyTask): number {
  const source = readOnly
    ? readOnlyDatabase(path, (database) => database.exec("SELECT 1 FROM settings"))
    : new DatabaseSync(path, { timeout: 5_000 });
  try {
    source.prepare("VACUUM INTO ?").run(target);
  } finally {
    source.close();
  }
  const copy = new DatabaseSync(target);
  try {
    copy.exec("UPDATE settings SET scrubbed = erasures");
  } finally {
    copy.close();
  }
  const file = openSync(target, "r+");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  return statSync(target).size;
}
