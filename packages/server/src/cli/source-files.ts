import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import type { Readable } from "node:stream";
import { foreignKind } from "../import/read-source.ts";
import { type ImportSource, isBesides } from "../import/unpacked.ts";
import { NotFoundError } from "./usage-errors.ts";

/** A file of which the beginning was looked at. */
export interface Begun {
  /** All of it, also what was looked at. */
  bytes: AsyncIterable<Buffer>;
  isForeign: boolean;
  /** In bytes, of a file. */
  size?: number;
  /** Closes it, also while somebody waits for its next part. */
  close(reason?: Error): void;
}

/** Opens a file, or standard input for `-`, and sees what it holds. */
export async function beginning(file: string, signal: AbortSignal): Promise<Begun> {
  const stream: Readable = file === "-" ? process.stdin : createReadStream(file);
  const close = (reason?: Error) => stream.destroy(reason);
  signal.addEventListener("abort", () => close(signal.reason), { once: true });
  const rest = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const parts: Buffer[] = [];
  let kind: ReturnType<typeof foreignKind>;
  while (kind === undefined) {
    const next = await rest.next();
    if (!next.done) parts.push(next.value);
    kind = foreignKind(Buffer.concat(parts), next.done === true);
  }
  async function* bytes() {
    yield* parts;
    for (;;) {
      const next = await rest.next();
      if (next.done) return;
      yield next.value;
    }
  }
  return {
    bytes: bytes(),
    // Lines are what is taken up to the first that is wrong; a list of our own is read as what stands in files of others is.
    isForeign: kind !== "none" || /^[\s\ufeff]*\[/.test(Buffer.concat(parts).toString("utf8")),
    close,
    ...(file === "-" ? {} : { size: (await stat(file)).size }),
  };
}

/** The files that are named, and those in folders that are named, in order of their names. */
export async function filesOf(
  paths: readonly string[],
): Promise<{ path: string; name: string; size: number }[]> {
  const files: { path: string; name: string; size: number }[] = [];
  for (const path of paths) {
    if (path === "-") {
      files.push({ path, name: "", size: 0 });
      continue;
    }
    const found = await stat(path).catch((error: { code?: unknown }) => {
      throw error.code === "ENOENT" ? new NotFoundError(`there is no file ${path}`) : error;
    });
    if (!found.isDirectory()) {
      files.push({ path, name: path, size: found.size });
      continue;
    }
    const inside = await readdir(path, { recursive: true, withFileTypes: true });
    const names = inside
      .filter((entry) => entry.isFile())
      .map((entry) => relative(path, join(entry.parentPath, entry.name)))
      .filter((name) => !isBesides(name))
      .sort();
    for (const name of names)
      files.push({ path: join(path, name), name, size: (await stat(join(path, name))).size });
  }
  return files;
}

/** Opened when it is its turn. */
export async function* sourcesOf(
  files: readonly { path: string; name: string }[],
  begun: Begun | undefined,
  signal: AbortSignal,
): AsyncGenerator<ImportSource> {
  for (const { path, name } of files) {
    const stream = begun === undefined ? (path === "-" ? process.stdin : createReadStream(path)) : undefined;
    const stop = () => stream?.destroy(signal.reason);
    // Also while it waits for the next part of a slow pipe.
    signal.addEventListener("abort", stop, { once: true });
    try {
      yield {
        ...(name === "" ? {} : { name }),
        ...(path === "-" ? {} : { changedAt: (await stat(path)).mtime }),
        bytes: begun?.bytes ?? (stream as Readable),
      };
    } finally {
      signal.removeEventListener("abort", stop);
      stream?.destroy();
      begun?.close();
    }
  }
}
