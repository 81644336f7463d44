import { existsSync, renameSync } from "node:fs";
import { open } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { SouvenirError } from "../errors.ts";
import type { Progress } from "../types.ts";
import { removeLeftDrafts, withDraft } from "./backup-drafts.ts";
import { inWorker } from "./in-worker.ts";
import { type CopyTask, copyDatabase } from "./sqlite-copy.ts";
import { storeError } from "./sqlite-errors.ts";
import { createFolders } from "./sqlite-open.ts";

/** Milliseconds between two looks at how far a copy has come. */
const lookMs = 50;

export interface BackupOptions {
  onProgress?: ((progress: Progress) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Writes a copy of a store's file, in a thread of its own, and gives it its name when it is whole and on disk.
 * @param total - Bytes that the copy will have, about.
 */
export async function backupFile(
  { path, readOnly }: Pick<CopyTask, "path" | "readOnly">,
  given: string,
  total: number,
  { onProgress, signal }: BackupOptions,
): Promise<{ bytes: number }> {
  signal?.throwIfAborted();
  const target = resolve(given);
  const checkFree = () => {
    if (!existsSync(target)) return;
    throw new SouvenirError(
      "INVALID_INPUT",
      `backup: there is a file at ${target}, which is not written over: give another path, or remove it`,
      { details: { path: target } },
    );
  };
  checkFree();
  const tell = (done: number, of: number) => onProgress?.({ done, total: of });
  try {
    createFolders(dirname(target));
    removeLeftDrafts(target);
    return await withDraft(target, async (draft) => {
      // For its owner only, like the store. The file system may take its time over names too, while it writes so much.
      await (await open(draft, "wx", 0o600)).close();
      tell(0, total);
      const endWatching = watchFile(draft, (size) => tell(Math.min(size, total), total));
      const copy = { path, readOnly, target: draft };
      const answer = await inWorker({ copy }, { signal }).finally(endWatching);
      const bytes = answer === undefined ? copyDatabase(copy) : (answer.result as number);
      signal?.throwIfAborted();
      // Another one may have been there first.
      checkFree();
      renameSync(draft, target);
      await syncFolder(dirname(target));
      tell(bytes, bytes);
      return { bytes };
    });
  } catch (error) {
    signal?.throwIfAborted();
    throw storeError(error, target);
  }
}

/**
 * Has a file that is being written go to the disk bit by bit, and tells how large it is: all of it at once would hold up who
 * writes to the store meanwhile. What is returned ends this, and throws what telling has thrown.
 */
function watchFile(file: string, tell: (size: number) => void): () => Promise<void> {
  let looking: Promise<void> | undefined;
  let failure: { error: unknown } | undefined;
  const look = async () => {
    const handle = await open(file, "r+").catch(() => undefined);
    try {
      await handle?.datasync().catch(() => undefined);
      const stats = await handle?.stat();
      if (stats !== undefined && failure === undefined) tell(stats.size);
    } catch (error) {
      failure ??= { error };
    } finally {
      await handle?.close();
      looking = undefined;
    }
  };
  const timer = setInterval(() => {
    looking ??= look();
  }, lookMs);
  return async () => {
    clearInterval(timer);
    await looking;
    if (failure !== undefined) throw failure.error;
  };
}

/** The disk may take its time after so much was written, and nobody waits for it meanwhile. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => undefined);
  // Some systems have no such thing for folders, and need none.
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
