import { constants } from "node:fs";
import { access, lstat, readdir, realpath, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { backupDrafts } from "@souvenir/core/sqlite";
import { existingFolder } from "./check-system.ts";
import { type Finding, fault, ok, warning } from "./finding.ts";
import { applicationId, readHeader, schemaVersion } from "./store-file.ts";

/** What the findings allow to be looked at next. */
export interface FileReport {
  findings: Finding[];
  /** Bytes of the file, 0 without one. */
  bytes: number;
  /** Whether it can be opened as a store. */
  openable: boolean;
}

/** What is at the path, and whether this user may work with it. */
export async function checkFile(path: string): Promise<FileReport> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => error);
  if (found instanceof Error) return { findings: await missing(path, found), bytes: 0, openable: false };
  const stop = (finding: Finding): FileReport => ({
    findings: [finding],
    bytes: found.size,
    openable: false,
  });
  if (found.isDirectory())
    return stop(fault("file", `${path} is a folder`, `give the file: --path ${join(path, "memory.db")}`));
  if (!found.isFile())
    return stop(fault("file", `${path} is not a file of a disk`, "give another path with --path"));
  const findings = await permissions(path, found.mode);
  const report = (openable: boolean): FileReport => ({ findings, bytes: found.size, openable });
  if (findings.some((finding) => finding.status === "fault")) return report(false);
  const header = readHeader(path);
  if (header === undefined) {
    findings.push(
      warning(
        "file",
        `${path} is empty`,
        "the next souvenir set, import or serve makes a store of it; or delete it",
      ),
    );
    return report(false);
  }
  if (!header.sqlite) {
    findings.push(
      fault(
        "file",
        `${path} does not begin as a store does: it is another kind of file, encrypted, or its beginning was overwritten`,
        "give another path with --path, or restore the file from a backup",
      ),
    );
    return report(false);
  }
  if (header.application !== applicationId) {
    findings.push(
      fault(
        "file",
        header.application === 0
          ? `${path} is a SQLite file without the mark of a store: of another program, or a copy of a new store that was made while that was open, without the log beside it`
          : `${path} is a SQLite file of another program, or its header is damaged`,
        "give another path with --path, or restore the file from a backup; a store that is open is copied with souvenir backup",
      ),
    );
    return report(false);
  }
  if (!header.logged) {
    const left = await leftBeside(path);
    if (left !== undefined) {
      findings.push(left);
      if (left.status === "fault") return report(false);
    }
  }
  findings.push(ok("file", `${path}, ${found.size} bytes`));
  if (header.schema > schemaVersion) {
    findings.push(
      fault(
        "schema",
        `the tables have version ${header.schema}, and this souvenir knows ${schemaVersion}: a newer one wrote the file`,
        "update: npm install @souvenir/server@latest",
      ),
    );
    return report(false);
  }
  if (header.schema < schemaVersion)
    findings.push(
      warning(
        "schema",
        `the tables have version ${header.schema}, the current one is ${schemaVersion}`,
        "make a copy of the file; the next command brings it up to date",
      ),
    );
  return report(true);
}

/**
 * What the file that was there before has left beside a backup that was put back. SQLite would write the pages of that
 * log over those of the copy: it must not be opened.
 */
async function leftBeside(path: string): Promise<Finding | undefined> {
  const real = await realpath(path);
  const [log, shared] = [`${real}-wal`, `${real}-shm`];
  const bytes = async (file: string) => (await stat(file).catch(() => undefined))?.size;
  const [logBytes, sharedBytes] = [await bytes(log), await bytes(shared)];
  if ((logBytes ?? 0) > 0)
    return fault(
      "file",
      `${path} is a backup that was put back, and the log beside it (${log}) is of the file that was there before: they do not belong together`,
      `stop what uses the store and move ${log} and ${shared} away: they hold the last writes of that file`,
    );
  if (logBytes === undefined && sharedBytes === undefined) return undefined;
  return warning(
    "file",
    `${path} is a backup that was put back, and beside it is what the file that was there before has left (${logBytes === undefined ? shared : log})`,
    `it does no harm and may be deleted while nothing uses the store`,
  );
}

/** Backups that were killed, whatever they were of: they stand in this folder and hold memories. */
export function checkBackups(path: string): Finding[] {
  const left = backupDrafts(dirname(path)).filter(({ running }) => !running);
  if (left.length === 0) return [];
  const targets = [...new Set(left.map(({ target }) => target))];
  return [
    warning(
      "backup",
      `a backup was begun and not ended, and what it left holds memories: ${left.map((draft) => draft.path).join(", ")}`,
      `delete it, or make the backup again, which removes it: souvenir backup ${targets[0]}`,
    ),
  ];
}

async function missing(path: string, error: NodeJS.ErrnoException): Promise<Finding[]> {
  if (error.code === "EACCES")
    return [
      fault(
        "permissions",
        `this user may not look into ${dirname(path)}`,
        "run souvenir as the user that owns the store, or change the permissions of the folder",
      ),
    ];
  if (error.code !== "ENOENT" && error.code !== "ENOTDIR")
    return [fault("file", `${path} cannot be looked at (${error.code})`, "give another path with --path")];
  const link = await lstat(path).catch(() => undefined);
  if (link?.isSymbolicLink() === true)
    return [
      fault(
        "file",
        `${path} is a link to a file that does not exist`,
        "restore the file, or remove the link",
      ),
    ];
  const findings = [
    fault(
      "file",
      `there is no store at ${path}`,
      "give --path or set SOUVENIR_PATH; souvenir set, import or serve makes a new one",
    ),
  ];
  const folder = existingFolder(path);
  if (!(await may(folder, constants.W_OK | constants.X_OK)))
    findings.push(
      fault(
        "permissions",
        `this user may not write in ${folder}`,
        `give another path, or run: chmod u+wx ${folder}`,
      ),
    );
  return findings;
}

async function permissions(path: string, mode: number): Promise<Finding[]> {
  const findings: Finding[] = [];
  const folder = dirname(path);
  const refuse = (message: string, remedy: string) => findings.push(fault("permissions", message, remedy));
  if (!(await may(path, constants.R_OK)))
    refuse(
      `this user may not read ${path}`,
      "run souvenir as the user that owns the file, or change its owner",
    );
  else if (!(await may(path, constants.W_OK)))
    refuse(`this user may not write ${path}`, `run souvenir as its owner, or: chmod u+w ${path}`);
  if (!(await may(folder, constants.W_OK | constants.X_OK)))
    refuse(
      `this user may not write in ${folder}, where SQLite keeps its log beside the file`,
      `run souvenir as the owner of the folder, or: chmod u+wx ${folder}`,
    );
  for (const name of await besides(path)) {
    if (await may(join(folder, name), constants.R_OK | constants.W_OK)) continue;
    refuse(
      `this user may not read and write ${name} beside the store: another user, often root, has run souvenir here`,
      `change the owner of ${path}* to one user`,
    );
  }
  // Windows has other permissions, and these bits mean nothing.
  if (process.platform !== "win32") {
    if ((mode & 0o077) !== 0)
      findings.push(
        warning(
          "permissions",
          `other users of this machine may read ${path} (mode ${(mode & 0o777).toString(8)})`,
          `chmod 600 ${path}`,
        ),
      );
    const around = (await stat(folder)).mode;
    if ((around & 0o022) !== 0 && (around & 0o1000) === 0)
      findings.push(
        warning(
          "permissions",
          `other users may replace the store, because they may write in ${folder} (mode ${(around & 0o777).toString(8)})`,
          `chmod go-w ${folder}`,
        ),
      );
  }
  return findings.length > 0 ? findings : [ok("permissions", "readable and writable, for this user only")];
}

/** The files that SQLite and Souvenir keep beside the store. */
async function besides(path: string): Promise<string[]> {
  const name = basename(path);
  const known = ["-wal", "-shm", ".index", ".keys"].map((suffix) => name + suffix);
  const present = await readdir(dirname(path)).catch((): string[] => []);
  return known.filter((candidate) => present.includes(candidate));
}

async function may(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}
