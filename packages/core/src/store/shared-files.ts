import { closeSync, openSync, statSync } from "node:fs";

interface SharedFile {
  connections: number;
  descriptor?: number;
}

/** Also shared with another copy of this package. */
const key = Symbol.for("souvenir.sqlite.files");
const shared = globalThis as { [key]?: Map<string, SharedFile> };
shared[key] ??= new Map();
const files: Map<string, SharedFile> = shared[key];

/** What tells a file from another one that takes its place at the same path. */
export function fileIdentity(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false, bigint: true });
  return found === undefined ? undefined : `${found.dev}:${found.ino}`;
}

/** Whether a connection of this process may write to the file. */
export function isOpenHere(path: string): boolean {
  return files.has(fileIdentity(path) ?? "");
}

/**
 * A file that connections of this process have open, to be written to beside them. Closing any descriptor of a file drops
 * the locks that other connections of the process have on it (sqlite.org/howtocorrupt.html, 2.2), so that it is closed
 * with the last of them.
 */
export class OpenFile {
  readonly identity: string;
  readonly #path: string;
  #released = false;

  constructor(path: string) {
    this.identity = fileIdentity(path) ?? "";
    this.#path = path;
    this.#shared().connections += 1;
  }

  /** Its descriptor. Throws when another file has taken its place. */
  descriptor(): number {
    const file = this.#shared();
    if (fileIdentity(this.#path) !== this.identity) throw new Error("another file is at this path now");
    file.descriptor ??= openSync(this.#path, "r+");
    return file.descriptor;
  }

  /** The connection is closed. */
  release(): void {
    if (this.#released) return;
    this.#released = true;
    const file = this.#shared();
    file.connections -= 1;
    if (file.connections > 0) return;
    files.delete(this.identity);
    if (file.descriptor !== undefined) closeSync(file.descriptor);
  }

  #shared(): SharedFile {
    let file = files.get(this.identity);
    if (file === undefined) {
      file = { connections: 0 };
      files.set(this.identity, file);
    }
    return file;
  }
}
