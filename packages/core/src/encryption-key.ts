import { SouvenirError } from "./errors.ts";
import { checkOptions, checkText, invalid } from "./validation.ts";

/** A key of 32 bytes, as bytes or as text: base64 (`openssl rand -base64 32`) or hexadecimal. */
export type EncryptionKey = Uint8Array | string;

/**
 * Where the key comes from: itself, a file that holds it, an environment variable, or a function, which is called when a
 * file is opened, for a key that a KMS or a vault keeps.
 */
export type EncryptionKeySource =
  | EncryptionKey
  | { file: string }
  | { environment: string }
  | (() => EncryptionKey | Promise<EncryptionKey>);

/** Encryption of all content of a file (AES-256-GCM). What stays in plain is told in docs/encryption.md. */
export interface EncryptionOptions {
  /** Without it nobody can read the file, ever: keep it apart from the file and its backups, and a copy of it elsewhere. */
  key: EncryptionKeySource;
}

const keyBytes = 32;
const remedy = "a key of 32 random bytes, as base64 or hexadecimal: make one with: openssl rand -base64 32";

/**
 * The bytes of a key.
 * @throws SouvenirError `INVALID_INPUT` for what is no key, `ENCRYPTION_KEY_MISSING` when there is none where it should be
 */
export async function resolveKey(source: unknown, where = "encryption.key"): Promise<Uint8Array> {
  if (typeof source === "string" || source instanceof Uint8Array) return bytesOf(source, where);
  if (typeof source === "function") {
    let key: unknown;
    try {
      key = await source();
    } catch (cause) {
      throw missing(where, "the function that gives the key has failed", { cause });
    }
    if (key === undefined || key === null) throw missing(where, "the function that gives the key gave none");
    return bytesOf(key, where);
  }
  const { file, environment } = checkOptions(source, where, ["file", "environment"]);
  if ((file === undefined) === (environment === undefined))
    throw invalid(where, "a key, a function that gives it, { file } or { environment }");
  return file === undefined ? fromEnvironment(environment, where) : fromFile(file, where);
}

function fromEnvironment(given: unknown, where: string): Uint8Array {
  const name = checkText(given, `${where}.environment`, 512);
  const key = globalThis.process?.env[name];
  if (!key) throw missing(where, `the environment variable ${name} is not set`);
  return bytesOf(key, `${where} (${name})`);
}

async function fromFile(given: unknown, where: string): Promise<Uint8Array> {
  const path = checkText(given, `${where}.file`, 4096);
  // Not imported: a bundle for a place without files would not be made.
  const files = globalThis.process?.getBuiltinModule?.("fs/promises");
  if (files === undefined) throw missing(where, "there are no files here");
  let content: Uint8Array;
  try {
    content = await files.readFile(path);
  } catch (cause) {
    const code = (cause as { code?: string }).code ?? "it failed";
    throw missing(where, `the file ${path} cannot be read (${code})`, { cause });
  }
  const isText = content.every((byte) => (byte >= 32 && byte < 127) || byte === 10 || byte === 13);
  return bytesOf(isText ? new TextDecoder().decode(content) : content, `${where} (${path})`);
}

function bytesOf(key: unknown, where: string): Uint8Array {
  const bytes = typeof key === "string" ? decoded(key.trim()) : key;
  // Never what was given: it may be a key that is a little too long.
  if (!(bytes instanceof Uint8Array) || bytes.length !== keyBytes) throw invalid(where, remedy);
  if (bytes.every((byte) => byte === bytes[0]))
    throw invalid(where, `${remedy}. This one is the same byte over and over`);
  // A copy: the caller may overwrite its own.
  return Uint8Array.from(bytes);
}

function decoded(text: string): Uint8Array | undefined {
  if (/^[\da-f]{64}$/i.test(text))
    return Uint8Array.from({ length: keyBytes }, (_, place) =>
      Number.parseInt(text.slice(place * 2, place * 2 + 2), 16),
    );
  if (!/^[\w+/-]{43}=?$/.test(text)) return undefined;
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

function missing(where: string, what: string, options: { cause?: unknown } = {}): SouvenirError {
  return new SouvenirError(
    "ENCRYPTION_KEY_MISSING",
    `${where}: ${what}: give the key with which the file is encrypted, from where it is kept`,
    { details: { where }, ...options },
  );
}
