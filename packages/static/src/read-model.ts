import { StaticModelError } from "./model-error.ts";

/**
 * The content of `@souvenir/static/model.bin`, or how to get it. The bytes are not copied: leave them as they are.
 */
export type ModelData = ArrayBuffer | Uint8Array | (() => Promise<ArrayBuffer | Uint8Array>);

interface FileHandle {
  stat(): Promise<{ size: number }>;
  read(bytes: Uint8Array, offset: number): Promise<{ bytesRead: number }>;
  close(): Promise<void>;
}

/** Node, Bun and Deno, by the one function of theirs that a bundler for browsers need not resolve. */
declare const process:
  | { getBuiltinModule?(name: "fs/promises"): { open(url: URL): Promise<FileHandle> } | undefined }
  | undefined;

/** Reads or fetches the file that lies beside this module. Written so that bundlers see that it belongs to it. */
export async function readModelBesideModule(): Promise<Uint8Array> {
  let from = "the file beside this module";
  try {
    const url = new URL("./souvenir-static-256-1.bin", import.meta.url);
    from = url.href;
    const files = typeof process === "object" ? process.getBuiltinModule?.("fs/promises") : undefined;
    if (url.protocol === "file:" && files !== undefined) return await readAll(await files.open(url));
    const response = await fetch(url);
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  } catch (cause) {
    throw new StaticModelError(
      "UNREACHABLE",
      `the data of the static model cannot be read from ${from}: put @souvenir/static/model.bin there, or give it as staticEmbedder({ data })`,
      { cause },
    );
  }
}

/** In one go: `readFile` takes half a megabyte at a time, and as many turns of the event loop. */
async function readAll(file: FileHandle): Promise<Uint8Array> {
  try {
    const bytes = new Uint8Array((await file.stat()).size);
    for (let end = 0; end < bytes.length; ) {
      const { bytesRead } = await file.read(bytes, end);
      if (bytesRead === 0) return bytes.subarray(0, end);
      end += bytesRead;
    }
    return bytes;
  } finally {
    await file.close();
  }
}

/** @throws StaticModelError `INVALID_INPUT` for what can be no model. */
export function checkModelData(data: ModelData): ModelData {
  if (typeof data !== "function" && bytesOf(data) === undefined)
    throw new StaticModelError(
      "INVALID_INPUT",
      "`data` must be an ArrayBuffer, a Uint8Array or a function that brings one",
    );
  return data;
}

/** The bytes that were given, or that are brought now. */
export async function readModel(data: ModelData): Promise<Uint8Array> {
  const bytes = bytesOf(typeof data === "function" ? await bring(data) : data);
  if (bytes === undefined)
    throw new StaticModelError("INVALID_INPUT", "`data` must bring an ArrayBuffer or a Uint8Array");
  return bytes;
}

async function bring(data: () => Promise<ArrayBuffer | Uint8Array>): Promise<unknown> {
  try {
    return await data();
  } catch (cause) {
    if (StaticModelError.is(cause)) throw cause;
    const message =
      "the function given as `data` failed, which must bring the content of model.bin: see cause";
    throw new StaticModelError("UNREACHABLE", message, { cause });
  }
}

/** Also of another realm, such as a page's frame or the message of a worker. */
function bytesOf(given: unknown): Uint8Array | undefined {
  if (ArrayBuffer.isView(given)) return new Uint8Array(given.buffer, given.byteOffset, given.byteLength);
  return Object.prototype.toString.call(given) === "[object ArrayBuffer]"
    ? new Uint8Array(given as ArrayBuffer)
    : undefined;
}
