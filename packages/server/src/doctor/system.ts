import { readdirSync, readlinkSync } from "node:fs";
import { statfs } from "node:fs/promises";

/** What the doctor asks of the machine; a test brings another. */
export interface System {
  readonly nodeVersion: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Milliseconds since 1970. */
  now(): number;
  /** File system of a folder: its type as in linux/magic.h, 0 where there is none, and the bytes left for this user. */
  disk(folder: string): Promise<{ type: number; freeBytes: number }>;
  /** Other processes that have a file open, by its real path. Only those that this user may look at; none where the system does not tell. */
  holders(path: string): number[];
}

export const thisSystem: System = {
  nodeVersion: process.versions.node,
  environment: process.env,
  now: Date.now,
  async disk(folder) {
    const { type, bavail, bsize } = await statfs(folder);
    return { type: process.platform === "linux" ? type >>> 0 : 0, freeBytes: bavail * bsize };
  },
  holders(path) {
    if (process.platform !== "linux") return [];
    const found: number[] = [];
    for (const name of readNames("/proc")) {
      if (!/^\d+$/.test(name) || Number(name) === process.pid) continue;
      const folder = `/proc/${name}/fd`;
      if (readNames(folder).some((descriptor) => readLink(`${folder}/${descriptor}`) === path))
        found.push(Number(name));
    }
    return found;
  },
};

/** Processes end while they are looked at, and those of others may not be. */
function readNames(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function readLink(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
