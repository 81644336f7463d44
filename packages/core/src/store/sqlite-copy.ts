import { closeSync, fsyncSync, openSync, statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

export interface CopyTask {
  path: string;
  /** A new file, or an empty one. */
  target: string;
}

/**
 * Copies a database as it is at one moment, whatever others write meanwhile, and without the places where erased rows may
 * have left something. Answers the bytes of the copy, which are on disk then.
 */
export function copyDatabase({ path, target }: CopyTask): number {
  const source = new DatabaseSync(path, { timeout: 5_000 });
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
