import { type EncryptionKeySource, type EncryptionOptions, resolveKey } from "./encryption-key.ts";
import { checkFilePath } from "./store/file-path.ts";
import { noSqliteError } from "./store/no-sqlite.ts";
import type { Progress } from "./types.ts";
import { checkOptions, invalid } from "./validation.ts";

/** Which file, and its key. */
export interface EncryptedFileOptions {
  /** File of the store. */
  path: string;
  /** The key that it has, or is to have where it has none yet. */
  encryption: EncryptionOptions;
  /** Called after some hundred records each. */
  onProgress?: ((progress: Progress) => void) | undefined;
}

/** Which file, its key and the one that takes its place. */
export interface RotateOptions {
  /** File of the store. */
  path: string;
  /** The key that it has now. */
  /** The key that it has, or is to have where it has none yet. */
  encryption: EncryptionOptions;
  /** The key that it is to have. */
  newKey: EncryptionKeySource;
  /**
   * Encrypts all content anew too, with new keys of its own, alone at the file: for when somebody had a copy of the file
   * and its key. Default false: one row is written, and whoever has the file open goes on.
   */
  content?: boolean;
  /** With `content`: called after some hundred records each. */
  onProgress?: ((progress: Progress) => void) | undefined;
}

/**
 * Encrypts a file that is in plain text, in its place and in one transaction: killed at any moment, the file is what it was,
 * or encrypted. What was in plain text before is removed from the file, not from the backups and copies of it, nor from what
 * a disk keeps of blocks that were written over.
 * @returns How many records it has.
 * @throws SouvenirError `STORE_BUSY` when a program has the file open, `UNSUPPORTED` when it has tables of an adapter too
 */
export async function encryptFile(options: EncryptedFileOptions): Promise<{ records: number }> {
  const { path, key, onProgress } = await checked(options, "encryptFile");
  return (await files()).changeEncryption(path, { from: undefined, to: key }, onProgress);
}

/**
 * Makes plain text of an encrypted file, as `encryptFile` the other way.
 * @throws SouvenirError `ENCRYPTION_KEY_WRONG`, `STORE_BUSY`
 */
export async function decryptFile(options: EncryptedFileOptions): Promise<{ records: number }> {
  const { path, key, onProgress } = await checked(options, "decryptFile");
  return (await files()).changeEncryption(path, { from: key, to: undefined }, onProgress);
}

/**
 * Puts a file under another key. Programs that have it open go on; the next that opens it needs the new key. With the old
 * one destroyed, backups that were made before are closed for good.
 * @throws SouvenirError `ENCRYPTION_KEY_WRONG`, `NOT_ENCRYPTED`; with `content` also `STORE_BUSY`
 */
export async function rotateEncryptionKey(options: RotateOptions): Promise<void> {
  checkOptions(options, "rotateEncryptionKey", ["path", "encryption", "newKey", "content", "onProgress"]);
  const { newKey, content = false, ...file } = options;
  if (typeof content !== "boolean") throw invalid("content", "true or false", content);
  const { path, key, onProgress } = await checked(file, "rotateEncryptionKey");
  const to = await resolveKey(newKey, "newKey");
  const { rotateKey, changeEncryption } = await files();
  if (content) await changeEncryption(path, { from: key, to }, onProgress);
  else await rotateKey(path, { from: key, to });
}

async function checked(
  options: EncryptedFileOptions,
  where: string,
): Promise<{ path: string; key: Uint8Array; onProgress: EncryptedFileOptions["onProgress"] }> {
  checkOptions(options, where, ["path", "encryption", "onProgress"]);
  const path = checkFilePath(options.path);
  if (path === ":memory:") throw invalid("path", "the path of a file");
  const { key } = checkOptions(options.encryption, "encryption", ["key"]);
  return { path, key: await resolveKey(key), onProgress: options.onProgress };
}

async function files(): Promise<typeof import("./store/encrypting-file.ts")> {
  try {
    // Loaded here: only now SQLite is needed, and what encrypts.
    return await import("./store/encrypting-file.ts");
  } catch (cause) {
    throw noSqliteError(cause);
  }
}
