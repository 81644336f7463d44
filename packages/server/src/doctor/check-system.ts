import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { makeEmbedder } from "../embedder-choice.ts";
import { type Finding, fault, ok, warning } from "./finding.ts";
import type { System } from "./system.ts";

const needed = [22, 18] as const;
/** Below this a write may fail at any moment. */
const tooLittle = 16e6;
/** Below this there is no room for a long import. */
const little = 200e6;

/** Types that statfs(2) gives, from linux/magic.h and the file systems' own headers. */
const networks: Readonly<Record<number, string>> = {
  26985: "NFS",
  20859: "SMB",
  4283649346: "CIFS",
  4266872130: "SMB",
  12805120: "Ceph",
  198183888: "Lustre",
  1397113167: "AFS",
  1799439955: "AFS",
  1937076805: "Coda",
  1196443219: "GPFS",
};
/** A machine's folder shown inside a virtual one: WSL's drives, some containers. */
const shared: Readonly<Record<number, string>> = { 16914839: "9P", 1702057286: "FUSE" };
const tmpfs = 0x01021994;

export function checkNode({ nodeVersion }: System): Finding {
  const [major = 0, minor = 0] = nodeVersion.split(".").map(Number);
  return major > needed[0] || (major === needed[0] && minor >= needed[1])
    ? ok("node", `Node ${nodeVersion}`)
    : fault(
        "node",
        `this is Node ${nodeVersion}, which lacks the SQLite that the store is written with`,
        `install Node ${needed.join(".")} or later (https://nodejs.org)`,
      );
}

/** Variables that contradict each other or that nothing can be made of. */
export async function checkEnvironment({ environment }: System): Promise<Finding[]> {
  const { SOUVENIR_PATH, SOUVENIR_URL, SOUVENIR_EMBEDDER, MISTRAL_BASE_URL } = environment;
  const findings: Finding[] = [];
  if (SOUVENIR_PATH && SOUVENIR_URL)
    findings.push(
      warning(
        "environment",
        "SOUVENIR_PATH and SOUVENIR_URL are both set, and the server is taken",
        "unset the one that is not meant, or give --path or --url",
      ),
    );
  if (SOUVENIR_EMBEDDER)
    try {
      await makeEmbedder(SOUVENIR_EMBEDDER, environment);
    } catch (error) {
      findings.push(
        fault("environment", `SOUVENIR_EMBEDDER: ${(error as Error).message}`, "change it, or unset it"),
      );
    }
  if (MISTRAL_BASE_URL && !URL.canParse(MISTRAL_BASE_URL))
    findings.push(
      fault(
        "environment",
        "MISTRAL_BASE_URL is not an address",
        "set it as in https://api.mistral.ai, or unset it",
      ),
    );
  return findings.length > 0 ? findings : [ok("environment", "nothing contradicts itself")];
}

/** @param bytes - Size of the store. */
export async function checkDisk(path: string, bytes: number, system: System): Promise<Finding[]> {
  const { type, freeBytes } = await system.disk(existingFolder(path));
  const findings: Finding[] = [];
  const size = (count: number) => `${Math.round(count / 1e6)} MB`;
  if (freeBytes < tooLittle)
    findings.push(
      fault(
        "disk",
        `the disk has ${size(freeBytes)} left, and the next write may fail`,
        "make room, or move the store to another disk",
      ),
    );
  else if (freeBytes < Math.max(little, bytes))
    findings.push(
      warning(
        "disk",
        `the disk has ${size(freeBytes)} left, and the store has ${size(bytes)}: a rewrite after an erasure needs a second copy`,
        "make room",
      ),
    );
  else findings.push(ok("disk", `${size(freeBytes)} free`));
  findings.push(checkFilesystem(type));
  return findings;
}

function checkFilesystem(type: number): Finding {
  const network = networks[type];
  if (network !== undefined)
    return fault(
      "filesystem",
      `the store is on a network file system (${network}), where SQLite's locks do not work: two processes can destroy it`,
      "move it to a local disk, and reach it from other machines with souvenir serve",
    );
  const share = shared[type];
  if (share !== undefined)
    return warning(
      "filesystem",
      `the store is in a folder that is shared through ${share}, where locks may not work`,
      "if it belongs to another machine, a virtual one's host or a cloud, move the store to a local disk",
    );
  if (type === tmpfs)
    return warning(
      "filesystem",
      "the store is on a file system in memory and is gone after a restart",
      "move it to a disk",
    );
  return ok("filesystem", "local");
}

/** The folder of a file, or the nearest above it that exists. */
export function existingFolder(path: string): string {
  let folder = dirname(resolve(path));
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}
