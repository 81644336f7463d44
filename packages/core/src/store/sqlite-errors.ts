import { existsSync, statfsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { SouvenirError, type SouvenirErrorCode } from "../errors.ts";

/** SQLite answers a full disk in words of its own where it makes the index of the log: less room than that is none. */
const noRoomBytes = 256 * 1024;

export function resultCode(error: unknown): number | undefined {
  const code = (error as { errcode?: unknown } | null)?.errcode;
  return typeof code === "number" ? code & 0xff : undefined;
}

function causeOf(error: unknown): unknown {
  return SouvenirError.is(error) && error.cause !== undefined ? error.cause : error;
}

/** Another connection has the lock. */
export function isBusy(error: unknown): boolean {
  const code = resultCode(causeOf(error));
  return code === 5 || code === 6;
}

/** There is no room for what is to be written. */
export function isFull(error: unknown, path: string): boolean {
  const cause = causeOf(error);
  const code = resultCode(cause);
  if (code === 13 || (cause as { code?: unknown } | null)?.code === "ENOSPC") return true;
  return code === 10 && (freeBytes(path) ?? Number.POSITIVE_INFINITY) < noRoomBytes;
}

/** Bytes that may still be written beside a file, `undefined` where that cannot be known. */
export function freeBytes(path: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(dirname(path));
    return bavail * bsize;
  } catch {
    return undefined;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

export function readOnlyError(path: string, cause?: unknown): SouvenirError {
  return new SouvenirError(
    "READ_ONLY",
    `${path}: it is open for reading only; nothing was written: open it without readOnly, where the file and its folder can be written to`,
    { details: { path }, ...(cause === undefined ? {} : { cause }) },
  );
}

/** SQLite's result codes (sqlite.org/rescode.html) as errors that say what to do. */
export function storeError(error: unknown, path: string): unknown {
  if (SouvenirError.is(error)) return error;
  const code = resultCode(error);
  const make = (kind: SouvenirErrorCode, message: string) =>
    new SouvenirError(kind, `${path}: ${message}`, { details: { path, sqlite: code ?? null }, cause: error });
  if (isFull(error, path))
    return make(
      "STORE_FULL",
      "the disk or the size limit is full; nothing was written: make room and try again",
    );
  switch (code) {
    // Our statements fit our tables; where they do not, the tables are not as they were made.
    case 1:
      return make("STORE_CORRUPT", "the tables of the file are damaged: restore it from a backup");
    case 5:
    case 6:
      return make("STORE_BUSY", "another process kept the file locked; nothing was written, try again");
    case 11:
      return make("STORE_CORRUPT", "the file is damaged: restore it from a backup");
    case 26:
      return make(
        "STORE_CORRUPT",
        "the file is not a Souvenir store, or is damaged: give another path or restore it",
      );
    case 8:
      return readOnlyError(path, error);
    case 14:
      return make(
        "STORE_FAILED",
        isFolder(path)
          ? "this is a folder: give the path of a file in it, for example memory.db"
          : existsSync(path) || existsSync(dirname(path))
            ? "the file cannot be opened: check the path and its permissions"
            : "its folder does not exist: check the path",
      );
    case undefined: {
      const system = (error as { code?: string } | null)?.code;
      if (system === "EACCES" || system === "EPERM" || system === "EROFS")
        return make("STORE_FAILED", "no permission to write there: change it or give another path");
      if (system === "ERR_OUT_OF_RANGE")
        return make("STORE_CORRUPT", "a number in the file is damaged: restore it from a backup");
      if (system === "EEXIST" || system === "ENOTDIR")
        return make("STORE_FAILED", "a part of the path is a file and not a folder: give another path");
      if (system?.startsWith("E"))
        return make("STORE_FAILED", `the file cannot be opened (${system}): check the path`);
      return error;
    }
    default:
      return make("STORE_FAILED", `SQLite failed with code ${code}`);
  }
}
