import { Gunzip, Unzip, UnzipInflate } from "fflate";

/** A file to import, whatever it is: its bytes as they arrive. */
export interface ImportSource {
  /** For people; nothing is told by it. */
  name?: string;
  /** When it was changed last. */
  changedAt?: Date;
  bytes: AsyncIterable<Uint8Array>;
}

/** What a source holds, in order: each file of it, then its bytes. */
export type Unpacked =
  | { open: string | undefined; changedAt: Date | undefined }
  | { bytes: Uint8Array }
  | { close: true }
  /** It breaks off, or is damaged; what came before stands. */
  | { failed: string };

/** The files in a source: of a zip archive its files, of one that is compressed with gzip what it was, else itself. */
export async function* unpacked(given: ImportSource): AsyncGenerator<Unpacked> {
  const { name, changedAt, bytes } = given;
  const { head, all } = await peeked(bytes, 4);
  if (head[0] === 0x1f && head[1] === 0x8b) yield* unpacked({ ...given, bytes: gunzipped(all) });
  else if (head[0] === 0x50 && head[1] === 0x4b && (head[2] === 3 || head[2] === 5)) yield* filesOfZip(all);
  else {
    yield { open: name, changedAt };
    try {
      for await (const part of all) yield { bytes: part };
    } catch (error) {
      if (!(error instanceof Damaged)) throw error;
      yield { failed: error.message };
    }
    yield { close: true };
  }
}

class Damaged extends Error {}

async function* gunzipped(all: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let made: Uint8Array[] = [];
  const gunzip = new Gunzip((part) => made.push(part));
  const push = (part: Uint8Array, last: boolean) => {
    try {
      gunzip.push(part, last);
      return undefined;
    } catch {
      return new Damaged(last ? "the compressed file breaks off" : "the compressed file is damaged");
    }
  };
  for await (const part of all) {
    const failed = push(part, false);
    yield* made;
    made = [];
    if (failed !== undefined) throw failed;
  }
  const failed = push(new Uint8Array(0), true);
  yield* made;
  if (failed !== undefined) throw failed;
}

/** What programs put beside what people keep: settings, thumbnails, what a Mac adds. */
export function isBesides(path: string): boolean {
  return path
    .split(/[\\/]/)
    .some((part) => (part.startsWith(".") && part !== "." && part !== "..") || part === "__MACOSX");
}

async function* filesOfZip(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Unpacked> {
  let events: Unpacked[] = [];
  let isOpen = false;
  const unzip = new Unzip((file) => {
    if (file.name.endsWith("/") || isBesides(file.name)) return;
    const changedAt = (file as { mtime?: Date }).mtime;
    events.push({ open: file.name, changedAt });
    isOpen = true;
    file.ondata = (error, part, last) => {
      if (error) events.push({ failed: "this file of the archive is damaged" });
      else if (part.length > 0) events.push({ bytes: part });
      if (last || error) {
        if (isOpen) events.push({ close: true });
        isOpen = false;
      }
    };
    try {
      file.start();
    } catch {
      events.push(
        { failed: "this file of the archive is compressed in a way that is not known" },
        { close: true },
      );
      isOpen = false;
    }
  });
  unzip.register(UnzipInflate);
  let failed = false;
  const push = (part: Uint8Array, last: boolean) => {
    try {
      unzip.push(part, last);
    } catch {
      failed = true;
    }
  };
  for await (const part of bytes) {
    push(part, false);
    yield* events;
    events = [];
    if (failed) break;
  }
  if (!failed) push(new Uint8Array(0), true);
  yield* events;
  if (failed || isOpen) yield { failed: "the archive breaks off or is damaged" };
  if (isOpen) yield { close: true };
}

/** The first bytes, and all of them. */
async function peeked(
  bytes: AsyncIterable<Uint8Array>,
  count: number,
): Promise<{ head: Uint8Array; all: AsyncIterable<Uint8Array> }> {
  const iterator = bytes[Symbol.asyncIterator]();
  const parts: Uint8Array[] = [];
  let length = 0;
  let failure: { error: unknown } | undefined;
  while (length < count) {
    const next = await iterator.next().catch((error: unknown) => {
      // A stream that begins and fails: what it gave is read first.
      failure = { error };
      return { done: true as const, value: undefined };
    });
    if (next.done) break;
    parts.push(next.value);
    length += next.value.length;
  }
  const head = new Uint8Array(count);
  let at = 0;
  for (const part of parts) {
    head.set(part.subarray(0, count - at), at);
    at = Math.min(count, at + part.length);
  }
  async function* all() {
    try {
      yield* parts;
      if (failure !== undefined) throw failure.error;
      for (;;) {
        const next = await iterator.next();
        if (next.done) return;
        yield next.value;
      }
    } finally {
      await iterator.return?.();
    }
  }
  return { head, all: all() };
}
