import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from "node:crypto";
import { crc32 } from "node:zlib";
import { SouvenirError } from "../errors.ts";
import { type ContentCodec, type Pieces, Sealed } from "./content-codec.ts";
import { readRow, sealedMark, storedValue } from "./sqlite-text.ts";

const cipher = "aes-256-gcm";
const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
/** The number of a namespace, in front of what is sealed as bytes. */
const headBytes = 4;
/** Bytes of a snapshot that are sealed together. */
const pieceBytes = 2 ** 18;
/** What belongs to no namespace is sealed with a key of the file: numbers of namespaces begin with 1. */
const ofFile = 0;
/** Keys and names that are kept at hand. */
const remembered = 10_000;

/** What a sealed text is. A record and a version bring their columns, a text is one. */
type Kind = "text" | "record" | "version";
const letters = { text: "3", record: "4", version: "5" } as const satisfies Record<Kind, string>;
const kinds: { readonly [letter: string]: Kind | undefined } = { 3: "text", 4: "record", 5: "version" };
const packed = {
  record: ["key", "value", "tags", "metadata", "entities", "thread", "role", "checksum"],
  version: ["fields", "checksum"],
} as const;

/** The keys of a namespace, or those of the file. */
interface Keys {
  seal: KeyObject;
  lookup: KeyObject;
  snapshots: KeyObject;
}

/** Where the wrapped keys of namespaces are, inside the transaction of the caller. */
export interface WrappedKeys {
  get(namespace: number): string | undefined;
  put(namespace: number, wrapped: string): void;
  remove(namespace: number): void;
}

/** Encrypts bytes: nonce, ciphertext, tag. @param bound - What they are, and where: they can be opened as nothing else. */
function seal(key: KeyObject, bytes: Uint8Array | string, bound: string, nonce: Uint8Array): Buffer {
  const sealing = createCipheriv(cipher, key, nonce);
  sealing.setAAD(Buffer.from(bound));
  const text = typeof bytes === "string" ? sealing.update(bytes, "utf8") : sealing.update(bytes);
  sealing.final();
  return Buffer.concat([nonce, text, sealing.getAuthTag()]);
}

/** `undefined` for what was not sealed with this key as this. */
function open(key: KeyObject, sealed: Uint8Array, bound: string): Buffer | undefined {
  const end = sealed.length - tagBytes;
  if (end < nonceBytes) return undefined;
  try {
    const opening = createDecipheriv(cipher, key, sealed.subarray(0, nonceBytes));
    opening.setAAD(Buffer.from(bound));
    opening.setAuthTag(sealed.subarray(end));
    const text = opening.update(sealed.subarray(nonceBytes, end));
    opening.final();
    return text;
  } catch {
    return undefined;
  }
}

const derived = (key: Uint8Array, purpose: string): KeyObject =>
  createSecretKey(Buffer.from(hkdfSync("sha256", key, "", `souvenir ${purpose}`, keyBytes)));

/** A new key of a file or of a namespace. */
export function newKey(): Buffer {
  return randomBytes(keyBytes);
}

/** Tells keys apart that are given, and says nothing of them: 8 hexadecimal digits. */
export function fingerprint(key: Uint8Array): string {
  return createHmac("sha256", key).update("souvenir fingerprint").digest("hex").slice(0, 8);
}

/** The key of a file under the one that is given, as text. */
export function wrapFileKey(key: Uint8Array, fileKey: Uint8Array): string {
  return seal(derived(key, "file"), fileKey, "file", randomBytes(nonceBytes)).toString("base64");
}

/** `undefined` when it is another key. */
export function unwrapFileKey(key: Uint8Array, wrapped: string): Buffer | undefined {
  return open(derived(key, "file"), Buffer.from(wrapped, "base64"), "file");
}

/** Content of a file that is encrypted: see decision 9. What cannot be opened stays as it is, and fits no checksum. */
export class SealedContent implements ContentCodec {
  readonly encrypts = true;
  readonly keyColumns = "key, value";
  readonly fileKey: Uint8Array;
  readonly #wrapping: KeyObject;
  readonly #own: Keys;
  readonly #stored: WrappedKeys;
  readonly #keys = new Map<number, Keys>();
  readonly #names = new Map<string, Sealed>();
  #random = Buffer.alloc(0);

  constructor(fileKey: Uint8Array, stored: WrappedKeys) {
    this.fileKey = fileKey;
    this.#stored = stored;
    this.#wrapping = derived(fileKey, "namespaces");
    this.#own = keysOf(fileKey);
  }

  value(value: Parameters<ContentCodec["value"]>[0]): ReturnType<ContentCodec["value"]> {
    if (value instanceof Sealed) return value.stored;
    // Bytes that nobody has sealed are those of another package.
    return value instanceof Uint8Array && value.length > 0
      ? (this.#bytes(ofFile, value).stored as Uint8Array)
      : storedValue(value);
  }

  row<Row>(row: Row): Row {
    const columns = row as Record<string, unknown>;
    let sealed = false;
    // As they were stored: what was opened is the text of somebody, and nothing is to be opened in it.
    for (const [name, value] of Object.entries(columns)) {
      if (typeof value === "string") {
        if (value.startsWith(sealedMark)) sealed = this.#openText(columns, name, value) || sealed;
      } else if (value instanceof Uint8Array && value.length > 0) this.#openBytes(columns, name, value);
    }
    // What was opened is as it was given; the rest may have what no database takes.
    return sealed ? row : readRow(row);
  }

  name(name: string): Sealed {
    let stored = this.#names.get(name);
    if (stored === undefined) {
      // Equal names must be equal: the nonce is one of the name (as in RFC 5297, SIV).
      const nonce = createHmac("sha256", this.#own.lookup).update(name).digest().subarray(0, nonceBytes);
      stored = this.#text("text", ofFile, JSON.stringify(name), nonce);
      remember(this.#names, name, stored);
    }
    return stored;
  }

  token(namespace: number, kind: "key" | "thread", text: string): string {
    const keys = this.#keysOf(namespace);
    // Where there is no key there is nothing to find.
    if (keys === undefined) return "";
    return createHmac("sha256", keys.lookup)
      .update(`${kind}\0${text}`)
      .digest()
      .subarray(0, 16)
      .toString("base64");
  }

  record(row: Parameters<ContentCodec["record"]>[0]): ReturnType<ContentCodec["record"]> {
    const { namespace, key, thread, metadata } = row;
    const columns = packed.record.map((name) => row[name]);
    return {
      ...row,
      key: this.token(namespace, "key", key),
      value: this.#text("record", namespace, JSON.stringify(columns)),
      tags: "[]",
      // Statements ask for it: who is whose neighbour.
      metadata: isWithdrawn(metadata) ? '{"souvenir":{"withdrawn":true}}' : "{}",
      entities: "[]",
      thread: thread === null ? null : this.token(namespace, "thread", thread),
      role: null,
      checksum: 0,
    };
  }

  version(namespace: number, fields: string): [Sealed, number] {
    return [this.#text("version", namespace, JSON.stringify([fields, crc32(fields)])), 0];
  }

  vectors(namespace: number, numbers: Uint8Array): [Sealed, number] {
    return [this.#bytes(namespace, numbers), 0];
  }

  error(error: string): Sealed {
    return this.#text("text", ofFile, JSON.stringify(error));
  }

  async *pieces(namespace: number, origin: string, pieces: Pieces): AsyncGenerator<Uint8Array> {
    const key = this.#keysOf(namespace)?.snapshots;
    if (key === undefined) throw new TypeError("the namespace is gone");
    const gathered = Buffer.alloc(pieceBytes);
    let length = 0;
    let number = 0;
    const sealed = () => {
      const bound = `${origin} ${number}`;
      const piece = seal(key, gathered.subarray(0, length), bound, this.#nonce());
      const head = Buffer.alloc(4);
      head.writeUInt32LE(piece.length);
      [length, number] = [0, number + 1];
      return Buffer.concat([head, piece]);
    };
    for await (const piece of pieces)
      for (let offset = 0; offset < piece.length; ) {
        const part = piece.subarray(offset, offset + pieceBytes - length);
        gathered.set(part, length);
        [length, offset] = [length + part.length, offset + part.length];
        if (length === pieceBytes) yield sealed();
      }
    if (length > 0) yield sealed();
  }

  async *openedPieces(
    namespace: number,
    origin: string,
    pieces: AsyncIterable<Uint8Array>,
  ): AsyncGenerator<Uint8Array> {
    const key = this.#keysOf(namespace)?.snapshots;
    let number = 0;
    let left = Buffer.alloc(0);
    for await (const piece of pieces) {
      left = Buffer.concat([left, piece]);
      while (left.length >= 4 && left.length >= 4 + left.readUInt32LE(0)) {
        const end = 4 + left.readUInt32LE(0);
        const opened = key && open(key, left.subarray(4, end), `${origin} ${number}`);
        if (opened === undefined) throw new TypeError("the file is not the snapshot that it should be");
        number += 1;
        left = left.subarray(end);
        yield opened;
      }
    }
    if (left.length > 0) throw new TypeError("the snapshot ends too early");
  }

  begin(namespace: number): void {
    const key = newKey();
    const wrapped = seal(this.#wrapping, key, `namespace ${namespace}`, this.#nonce());
    this.#stored.put(namespace, wrapped.toString("base64"));
    this.#keys.delete(namespace);
  }

  destroy(namespace: number): void {
    this.#stored.remove(namespace);
    this.#keys.delete(namespace);
  }

  rolledBack(): void {
    // The number of a namespace that was not made is that of the next one.
    this.#keys.clear();
  }

  #text(kind: Kind, namespace: number, text: string, nonce: Uint8Array = this.#nonce()): Sealed {
    const keys = this.#keysOf(namespace);
    if (keys === undefined) throw noKey(namespace);
    const bytes = seal(keys.seal, text, `${kind} ${namespace}`, nonce);
    return new Sealed(`${sealedMark}${letters[kind]}${namespace}.${bytes.toString("base64")}`);
  }

  /** With a checksum, as all bytes of the store have one. */
  #bytes(namespace: number, bytes: Uint8Array): Sealed {
    const keys = this.#keysOf(namespace);
    if (keys === undefined) throw noKey(namespace);
    const [head, checksum] = [Buffer.alloc(headBytes), Buffer.alloc(4)];
    head.writeUInt32LE(namespace);
    checksum.writeUInt32LE(crc32(bytes));
    const content = Buffer.concat([bytes, checksum]);
    return new Sealed(Buffer.concat([head, seal(keys.seal, content, `bytes ${namespace}`, this.#nonce())]));
  }

  #openText(columns: Record<string, unknown>, name: string, value: string): boolean {
    const kind = kinds[value.charAt(1)];
    const dot = value.indexOf(".");
    const namespace = Number(value.slice(2, dot));
    const keys = kind && this.#keysOf(namespace);
    const bytes =
      keys && open(keys.seal, Buffer.from(value.slice(dot + 1), "base64"), `${kind} ${namespace}`);
    if (kind === undefined || bytes === undefined) return false;
    const content: unknown = JSON.parse(bytes.toString("utf8"));
    if (kind === "text") columns[name] = content;
    else
      for (const [place, column] of packed[kind].entries())
        if (column in columns) columns[column] = (content as unknown[])[place];
    return true;
  }

  #openBytes(columns: Record<string, unknown>, name: string, value: Uint8Array): void {
    if (value.length < headBytes) return;
    const namespace = new DataView(value.buffer, value.byteOffset).getUint32(0, true);
    const keys = this.#keysOf(namespace);
    const content = keys && open(keys.seal, value.subarray(headBytes), `bytes ${namespace}`);
    if (content === undefined) return;
    const end = content.length - 4;
    // A copy: readers take it for numbers, which begin at a multiple of four, and for their own.
    columns[name] = new Uint8Array(content.subarray(0, end));
    if ("checksum" in columns) columns.checksum = content.readUInt32LE(end);
  }

  #keysOf(namespace: number): Keys | undefined {
    if (namespace === ofFile) return this.#own;
    const known = this.#keys.get(namespace);
    if (known !== undefined) return known;
    const wrapped = this.#stored.get(namespace);
    const key = wrapped && open(this.#wrapping, Buffer.from(wrapped, "base64"), `namespace ${namespace}`);
    if (!key) return undefined;
    const keys = keysOf(key);
    remember(this.#keys, namespace, keys);
    return keys;
  }

  /** From a store of random bytes: asking the system for each takes as long as to encrypt a text. */
  #nonce(): Uint8Array {
    if (this.#random.length < nonceBytes) this.#random = randomBytes(nonceBytes * 512);
    const nonce = this.#random.subarray(0, nonceBytes);
    this.#random = this.#random.subarray(nonceBytes);
    return nonce;
  }
}

function keysOf(key: Uint8Array): Keys {
  return {
    seal: derived(key, "content"),
    lookup: derived(key, "lookup"),
    snapshots: derived(key, "snapshots"),
  };
}

function remember<Key, Value>(map: Map<Key, Value>, key: Key, value: Value): void {
  if (map.size >= remembered) map.delete(map.keys().next().value as Key);
  map.set(key, value);
}

/** As `isWithdrawn` of `embedder-context.ts`, and most metadata need not be read for it. */
function isWithdrawn(metadata: string): boolean {
  return metadata.includes('"withdrawn"') && JSON.parse(metadata)?.souvenir?.withdrawn === true;
}

function noKey(namespace: number): SouvenirError {
  return new SouvenirError(
    "STORE_CORRUPT",
    "the key of a namespace is missing in the file or damaged: restore the file from a backup",
    { details: { namespace } },
  );
}
