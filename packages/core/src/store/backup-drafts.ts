import { randomUUID } from "node:crypto";
import { readdirSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** A copy of a store that is not whole yet, beside the place where it is to be. */
export interface BackupDraft {
  /** Its file. It holds memories. */
  path: string;
  /** Where the backup was to be. */
  target: string;
  /** Whether the process that writes it is there, as far as this machine knows. */
  running: boolean;
}

const draftName =
  /^(.+)\.(\d+)-([\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12})\.partial(?:-journal)?$/;

/** What this process writes. */
const underWay = new Set<string>();

/** Runs `write` with the path of a new draft, which is gone afterwards under that name. */
export async function withDraft<Result>(
  target: string,
  write: (draft: string) => Promise<Result>,
): Promise<Result> {
  const id = randomUUID();
  const draft = `${target}.${process.pid}-${id}.partial`;
  underWay.add(id);
  try {
    return await write(draft);
  } finally {
    for (const file of [draft, `${draft}-journal`]) await rm(file, { force: true });
    underWay.delete(id);
  }
}

/** The drafts in a folder, also those that a killed process has left there. */
export function backupDrafts(folder: string): BackupDraft[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    const [, target, pid, id = ""] = draftName.exec(name) ?? [];
    if (target === undefined) return [];
    const running = Number(pid) === process.pid ? underWay.has(id) : isRunning(Number(pid));
    return [{ path: join(folder, name), target: join(folder, target), running }];
  });
}

/** Removes what killed processes have left of backups to the same place. */
export function removeLeftDrafts(target: string): void {
  for (const draft of backupDrafts(dirname(target)))
    if (basename(draft.target) === basename(target) && !draft.running) rmSync(draft.path, { force: true });
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It is there and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
