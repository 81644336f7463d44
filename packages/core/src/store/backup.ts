import { closeSync, existsSync, openSync, renameSync, statSync } from "node:fs";
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
const progressMs = 100;

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
  let timer: ReturnType<typeof setInterval> | undefined;
  try {
    createFolders(dirname(target));
    removeLeftDrafts(target);
    return await withDraft(target, async (draft) => {
      // For its owner only, like the store.
      closeSync(openSync(draft, "wx", 0o600));
      tell(0, total);
      timer = setInterval(() => {
        const done = statSync(draft, { throwIfNoEntry: false })?.size ?? 0;
        tell(Math.min(done, total), total);
      }, progressMs);
      const copy = { path, readOnly, target: draft };
      const answer = await inWorker({ copy }, { signal });
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
  } finally {
    clearInterval(timer);
  }
}

/** The disk may take its time after so much was written, and nobody waits for it meanwhile. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => undefined);
  // Some systems have no such thing for folders, and need none.
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
