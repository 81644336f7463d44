import { parseJson } from "../api/json.ts";
import { foreignKind } from "../import/read-source.ts";
import { HttpError } from "./errors.ts";

export interface BodyLimits {
  /** Bytes of a JSON body, and of a line of JSON Lines. Default 4 MiB. */
  bodyBytes: number;
  /** Milliseconds that a JSON body, or the next part of a stream, may take to arrive. Default 15000. */
  bodyTimeoutMs: number;
}

/**
 * Reads and parses a JSON body.
 * @throws HttpError `UNSUPPORTED_MEDIA_TYPE`, `BODY_TOO_LARGE`, `BODY_TOO_SLOW` or `INVALID_INPUT`
 */
export async function readJson(request: Request, limits: BodyLimits): Promise<unknown> {
  checkType(request, ["application/json"]);
  const length = request.headers.get("content-length");
  if (Number(length) > limits.bodyBytes) throw tooLarge("the body", limits);
  // A length that is told is kept to by HTTP, and the whole is read faster than its parts.
  const bytes =
    length === null
      ? await collect(request, limits)
      : new Uint8Array(await inTime(request.arrayBuffer(), limits.bodyTimeoutMs));
  if (bytes.length > limits.bodyBytes) throw tooLarge("the body", limits);
  return read(decode(bytes), "the body");
}

/** Bytes of `{}`, which some clients send with every request. */
const emptyObjectBytes = 2;

/** The same where there may be none: `undefined` for an empty body. */
export async function readOptionalJson(request: Request, limits: BodyLimits): Promise<unknown> {
  const told = Number(request.headers.get("content-length") ?? 0);
  // That of a GET reaches nobody, and may name the namespace that was meant.
  if (request.body === null && (told > emptyObjectBytes || request.headers.has("transfer-encoding")))
    throw new HttpError("INVALID_INPUT", `the body: expected none with ${request.method}`);
  if (request.body === null || request.headers.get("content-length") === "0") return undefined;
  if (request.headers.has("content-length")) return readJson(request, limits);
  const bytes = await collect(request, limits);
  if (bytes.length === 0) return undefined;
  checkType(request, ["application/json"]);
  return read(decode(bytes), "the body");
}

/** Reads the fields of a form. @throws HttpError as `readJson`, and for a field that is there twice */
export async function readForm(request: Request, limits: BodyLimits): Promise<URLSearchParams> {
  checkType(request, ["application/x-www-form-urlencoded"]);
  const form = new URLSearchParams(decode(await collect(request, limits)));
  if (new Set(form.keys()).size < form.size)
    throw new HttpError("INVALID_INPUT", "the body: expected each field once");
  return form;
}

async function collect(request: Request, limits: BodyLimits): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const until = performance.now() + limits.bodyTimeoutMs;
  for await (const chunk of parts(request, () => until - performance.now())) {
    bytes += chunk.length;
    if (bytes > limits.bodyBytes) throw tooLarge("the body", limits);
    chunks.push(chunk);
  }
  return join(chunks, bytes);
}

const jsonTypes = ["application/x-ndjson", "application/jsonl", "application/json"];
/** Of files that other programs wrote. Browsers ask before they send one of these, which they do not for `text/plain`. */
export const fileTypes = [
  "application/octet-stream",
  "application/zip",
  "application/gzip",
  "text/markdown",
] as const;

/** A file that is sent: lines of our own, or what another program wrote. */
export interface SentFile {
  isForeign: boolean;
  parts: AsyncIterable<Uint8Array>;
}

/**
 * Looks at the beginning of a body that is a file. What is sent as JSON is another program's only where it is known as that.
 * @param onPart - Called for each part that arrives, and waited for. What it throws ends the reading.
 */
export async function readFile(
  request: Request,
  limits: BodyLimits,
  onPart: () => Promise<void>,
): Promise<SentFile> {
  checkType(request, [...jsonTypes, ...fileTypes]);
  const isJson = jsonTypes.includes(typeOf(request));
  const rest = parts(request, () => limits.bodyTimeoutMs);
  const seen: Uint8Array[] = [];
  let length = 0;
  /** Looked at again when it is twice as long: whoever sends it byte by byte is not to cost more. */
  let look = 0;
  let kind: ReturnType<typeof foreignKind> = isJson ? undefined : "other";
  try {
    while (kind === undefined) {
      const next = await rest.next();
      if (!next.done) {
        await onPart();
        seen.push(next.value);
        length += next.value.length;
        if (length < look) continue;
      }
      kind = foreignKind(join(seen, length), next.done === true);
      look = length * 2;
    }
  } catch (error) {
    await letGo();
    throw error;
  }
  /** Whoever sends is not left waiting for somebody who reads. */
  async function letGo() {
    await rest.return(undefined);
  }
  async function* all() {
    try {
      yield* seen;
      for await (const part of rest) {
        await onPart();
        yield part;
      }
    } finally {
      await letGo();
    }
  }
  return { isForeign: isJson ? kind === "json" : true, parts: all() };
}

/**
 * The lines of a body of JSON Lines, as they arrive, with their numbers from 1; empty lines are left out. Of a body that is
 * a JSON array, its elements.
 */
export async function* readLines(
  parts: AsyncIterable<Uint8Array>,
  limits: BodyLimits,
): AsyncGenerator<{ number: number; value: unknown }> {
  let number = 0;
  let started: Uint8Array[] = [];
  let bytes = 0;
  let isList = false;
  const line = (): unknown => {
    number++;
    const text = decode(join(started, bytes)).trim();
    started = [];
    bytes = 0;
    return text === "" ? undefined : read(text, `line ${number}`);
  };
  for await (const chunk of parts) {
    let from = 0;
    const first = number === 0 && bytes === 0 ? chunk.find((byte) => byte > 32) : undefined;
    // A list of all, as generated clients send it.
    isList ||= first === openingBracket;
    for (;;) {
      const end = isList ? -1 : chunk.indexOf(10, from);
      const part = chunk.subarray(from, end === -1 ? undefined : end);
      bytes += part.length;
      if (bytes > limits.bodyBytes) throw tooLarge(`line ${number + 1}`, limits);
      started.push(part);
      if (end === -1) break;
      from = end + 1;
      const value = line();
      if (value !== undefined) yield { number, value };
    }
  }
  const last = line();
  if (isList) {
    for (const [index, value] of (last as unknown[]).entries()) yield { number: index + 1, value };
    return;
  }
  if (last !== undefined) yield { number, value: last };
}

/** Browsers send a form or plain text to any address without asking; JSON they do not. */
function checkType(request: Request, accepted: readonly string[]): void {
  const type = typeOf(request);
  if (!accepted.includes(type))
    throw new HttpError(
      "UNSUPPORTED_MEDIA_TYPE",
      `Content-Type: expected ${accepted.join(" or ")}, ${type ? "and the body is of another type" : "and there is none"}`,
    );
  const encoding = request.headers.get("content-encoding");
  if (encoding !== null && encoding.trim().toLowerCase() !== "identity")
    throw new HttpError("UNSUPPORTED_MEDIA_TYPE", "Content-Encoding: send the body uncompressed");
}

function typeOf(request: Request): string {
  return ((request.headers.get("content-type") ?? "").split(";")[0] as string).trim().toLowerCase();
}

function tooLarge(what: string, { bodyBytes }: BodyLimits): HttpError {
  return new HttpError("BODY_TOO_LARGE", `${what}: expected at most ${bodyBytes} bytes; send it in parts`, {
    Connection: "close",
  });
}

/** @param left - Milliseconds that the next part may take. */
async function* parts(request: Request, left: () => number): AsyncGenerator<Uint8Array, undefined> {
  if (request.body === null) return;
  const reader = request.body.getReader();
  try {
    for (;;) {
      const { done, value } = await inTime(reader.read(), left());
      if (done) return;
      yield value;
    }
  } finally {
    // Not awaited: a client that sends no more would hold it.
    reader.cancel().catch(() => {});
  }
}

const openingBracket = "[".charCodeAt(0);

async function inTime<T>(read: Promise<T>, milliseconds: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const slow = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => {
        reject(new HttpError("BODY_TOO_SLOW", "the body did not arrive in time", { Connection: "close" }));
      },
      Math.max(0, milliseconds),
    );
  });
  try {
    return await Promise.race([read, slow]);
  } finally {
    clearTimeout(timer);
  }
}

function join(chunks: readonly Uint8Array[], bytes: number): Uint8Array {
  if (chunks.length === 1) return chunks[0] as Uint8Array;
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

function read(text: string, where: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    throw new HttpError("INVALID_INPUT", `${where}: ${(error as Error).message}`, {}, { unread: true });
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new HttpError("INVALID_INPUT", "the body: expected UTF-8", {}, { unread: true });
  }
}

const numbers = new Set([
  "limit",
  "deadline_ms",
  "if_version",
  "min_sequence",
  "token_budget",
  "as_of",
  "known_at",
]);
/** As a body may have it, too: milliseconds of some clocks have a fraction. */
const jsonNumber = /^-?\d{1,16}(?:\.\d{1,20})?(?:e[+-]?\d{1,2})?$/i;
const flags = new Set(["history", "dry_run", "retry", "held_back"]);
const lists = new Set(["tags", "origin"]);

/**
 * The parameters of a query, as the JSON that their schema expects; a list is a parameter given several times.
 * @throws HttpError `INVALID_INPUT` for bytes that are not UTF-8, which would otherwise become the name of something else
 */
export function readQuery(url: string): Record<string, unknown> {
  const query: Record<string, unknown> = {};
  const start = url.indexOf("?");
  if (start === -1) return query;
  for (const pair of url
    .slice(start + 1)
    .split("#")[0]!
    .split("&")) {
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    const name = decodePart(equals === -1 ? pair : pair.slice(0, equals));
    const value = equals === -1 ? "" : decodePart(pair.slice(equals + 1));
    if (lists.has(name)) {
      const list = Object.hasOwn(query, name) ? (query[name] as unknown[]) : [];
      list.push(value);
      query[name] = list;
    } else if (Object.hasOwn(query, name)) {
      throw new HttpError("INVALID_INPUT", "the query: expected each parameter once");
    } else {
      const typed = numbers.has(name) && jsonNumber.test(value) ? Number(value) : value;
      Object.defineProperty(query, name, {
        value: flags.has(name) && (value === "true" || value === "false") ? value === "true" : typed,
        enumerable: true,
      });
    }
  }
  return query;
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part.replaceAll("+", " "));
  } catch {
    throw new HttpError("INVALID_INPUT", "the query: expected UTF-8, percent-encoded");
  }
}
