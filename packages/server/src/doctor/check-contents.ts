import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { createMemory, type EncryptionOptions, type Memory, SouvenirError } from "@souvenir/core";
import { type Check, type Finding, fault, ok, split, warning } from "./finding.ts";
import type { StoreContents } from "./store-file.ts";

const checkOf: Partial<Record<SouvenirError["code"], Check>> = {
  STORE_TOO_NEW: "schema",
  ENCRYPTION_KEY_MISSING: "encryption",
  ENCRYPTION_KEY_WRONG: "encryption",
  NOT_ENCRYPTED: "encryption",
  STORE_BUSY: "lock",
  STORE_FULL: "disk",
  STORE_FAILED: "permissions",
};

/**
 * Opens the store as every program does and reads all of it: each memory and each earlier version has a checksum.
 * Damaged snapshots are found by opening the indexes; core makes them anew.
 */
export async function checkContents(
  path: string,
  contents: StoreContents,
  { quick, encryption }: { quick: boolean; encryption: EncryptionOptions | undefined },
): Promise<Finding[]> {
  const problems: string[] = [];
  let memory: Memory;
  try {
    memory = await createMemory({
      path,
      ...(encryption === undefined ? {} : { encryption }),
      embedder: false,
      extractor: false,
      logger: { warn: (message) => problems.push(message) },
    });
  } catch (error) {
    if (!SouvenirError.is(error)) throw error;
    // The tables were readable: what core finds wrong is their definitions or counters.
    const [message, remedy] = split(error.message);
    return [fault(checkOf[error.code] ?? "schema", message, remedy)];
  }
  try {
    const findings = contents.encrypted
      ? [ok("encryption", "the content is encrypted, and this key opens it")]
      : [];
    if (!quick) findings.push(await checkRecords(memory));
    if (contents.records === 0)
      findings.push(
        warning(
          "records",
          "there is no memory in it. A copy of the file alone, made while a program had it open, lacks what stood in the log beside it",
          "a new store is empty and well; of one that should not be, take a copy that was made with souvenir backup, an export, or the file and its -wal of the same moment",
        ),
      );
    findings.push(...(await checkSnapshots(path, contents, memory, problems, quick)));
    return findings;
  } finally {
    await memory.close();
  }
}

async function checkRecords(memory: Memory): Promise<Finding> {
  let read = 0;
  try {
    for await (const record of memory.export()) read += 1 + (record.history?.length ?? 0);
  } catch (error) {
    if (!SouvenirError.is(error)) throw error;
    return fault(
      "records",
      `after ${read} readable memories and versions: ${split(error.message)[0]}`,
      "restore the file from a backup or an export",
    );
  }
  return ok("records", `${read} memories and earlier versions read, each fits its checksum`);
}

async function checkSnapshots(
  path: string,
  { snapshots, encrypted }: StoreContents,
  memory: Memory,
  problems: string[],
  quick: boolean,
): Promise<Finding[]> {
  const folder = `${path}.index`;
  if (!existsSync(folder)) return [ok("snapshot", "none yet; indexes are built when they are needed")];
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    return [
      fault(
        "snapshot",
        `${folder} cannot be read (${(error as NodeJS.ErrnoException).code})`,
        "it is a cache: delete it, and souvenir makes a folder of it again",
      ),
    ];
  }
  const findings: Finding[] = [];
  const known = new Set(snapshots.map(({ token }) => `${token}.snapshot`));
  const strangers = names.filter((name) => !known.has(name));
  if (strangers.length > 0)
    findings.push(
      warning(
        "snapshot",
        `${strangers.length} of the files in ${folder} belong to no namespace of this store and are not used: a killed process may have left them, or the store was replaced or put back without its folder; they may hold words of memories`,
        `run "souvenir scrub", or delete the folder ${folder}: it is a cache`,
      ),
    );
  if (!quick) {
    const before = problems.length;
    // A search opens the index; what it finds does not matter.
    const kept = snapshots.filter(({ token }) => names.includes(`${token}.snapshot`));
    const opened =
      encrypted && kept.length > 0 ? await memory.namespaces() : kept.map(({ namespace }) => namespace);
    for (const namespace of opened)
      await memory.search({ namespace, query: "snapshot", limit: 1, deadlineMs: 0 });
    const damaged = problems.length - before;
    if (damaged > 0)
      findings.push(
        warning(
          "snapshot",
          `${damaged} of ${names.length} snapshots of indexes are damaged or of another version`,
          `nothing is lost, indexes are built from the store; if it comes again, check the disk, or delete the folder ${folder}`,
        ),
      );
  }
  return findings.length > 0 ? findings : [ok("snapshot", `${names.length} in ${folder}`)];
}
