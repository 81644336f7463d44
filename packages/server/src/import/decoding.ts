/** Bytes that show in which encoding a text is. */
const enough = 512;

/** Bytes of a file as text: UTF-8, or UTF-16 of either order, with or without a mark. */
export class Decoding {
  #decoder: InstanceType<typeof TextDecoder> | undefined;
  #strict: InstanceType<typeof TextDecoder> | undefined;
  #waiting: Uint8Array[] = [];
  #length = 0;
  /** Whether there are bytes that are no text in this encoding; each is U+FFFD. */
  invalid = false;
  /** Whether it is no text at all: a picture, a program. */
  binary = false;

  /** Whether it is UTF-16. */
  get isWide(): boolean {
    return this.#decoder !== undefined && this.#decoder.encoding !== "utf-8";
  }

  push(bytes: Uint8Array): string {
    if (this.binary) return "";
    if (this.#decoder !== undefined) return this.#decode(bytes, true);
    this.#waiting.push(bytes);
    this.#length += bytes.length;
    return this.#length < enough ? "" : this.#begin();
  }

  end(): string {
    if (this.binary) return "";
    const begun = this.#decoder === undefined ? this.#begin() : "";
    return this.binary ? "" : begun + this.#decode(new Uint8Array(0), false);
  }

  #begin(): string {
    const bytes = joined(this.#waiting, this.#length);
    this.#waiting = [];
    const encoding = encodingOf(bytes.subarray(0, enough));
    if (encoding === undefined) {
      this.binary = true;
      return "";
    }
    this.#decoder = new TextDecoder(encoding);
    this.#strict = new TextDecoder(encoding, { fatal: true });
    return this.#decode(bytes, true);
  }

  #decode(bytes: Uint8Array, stream: boolean): string {
    if (!this.invalid)
      try {
        this.#strict?.decode(bytes, { stream });
      } catch {
        this.invalid = true;
      }
    return this.#decoder?.decode(bytes, { stream }) ?? "";
  }
}

function encodingOf(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  let [even, odd] = [0, 0];
  for (const [index, byte] of bytes.entries()) if (byte === 0) index % 2 === 0 ? even++ : odd++;
  if (even + odd === 0) return "utf-8";
  // Most of a text in Latin letters has a zero in every second byte.
  if (odd > bytes.length / 8 && even === 0) return "utf-16le";
  if (even > bytes.length / 8 && odd === 0) return "utf-16be";
  // One that went astray in a text is no picture.
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return even + odd > bytes.length / 8 ? undefined : "utf-8";
  } catch {
    return undefined;
  }
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
