import { SouvenirError } from "./errors.ts";
import type { Memory } from "./types.ts";

/** A memory, or how to open one. A function is called at the first use. */
export type MemorySource = Memory | Promise<Memory> | (() => Memory | Promise<Memory>);

/** What is opened at the first use; what fails to open is tried again at the next. */
export class Opening<Opened extends { close(): Promise<unknown> | unknown } = Memory> {
  readonly #create: () => Opened | Promise<Opened>;
  #opened: Promise<Opened> | undefined;

  constructor(create: () => Opened | Promise<Opened>) {
    this.#create = create;
  }

  open(): Promise<Opened> {
    this.#opened ??= (async () => this.#create())().catch((error: unknown) => {
      this.#opened = undefined;
      throw error;
    });
    return this.#opened;
  }

  /** The next use opens it again. */
  async close(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    await (await opened?.catch(() => undefined))?.close();
  }
}

/**
 * Opens a memory that was given, at the first call. It stays open: it is another's.
 * @throws SouvenirError `INVALID_INPUT` for anything but a memory, or how to open one
 */
export function memoryOpener(source: MemorySource): () => Promise<Memory> {
  // Also on a server, and of another copy of this package.
  const named = typeof source === "object" && source !== null ? source : {};
  const isMemory = ["then", "search", "recall", "remember"].some((name) => name in named);
  if (typeof source !== "function" && !isMemory)
    throw new SouvenirError(
      "INVALID_INPUT",
      "memory: expected a memory of createMemory(), or how to open one; for a file pass path",
    );
  const opening = new Opening(() => (typeof source === "function" ? source() : source));
  return () => opening.open();
}

/** The memory behind an object of an adapter: one that was given, or one of its own. */
export interface OpenedMemory {
  /** Opens at the first call. What fails to open is tried again at the next. */
  open(): Promise<Memory>;
  /** Closes one of its own; one that was given stays open. */
  close(): Promise<void>;
}

/** @param create - Makes one of its own, where none was given. @throws SouvenirError `INVALID_INPUT`, see `memoryOpener` */
export function openedMemory(
  given: MemorySource | undefined,
  create: () => Memory | Promise<Memory>,
): OpenedMemory {
  if (given === undefined) return new Opening(create);
  const open = memoryOpener(given);
  return { open, close: async () => undefined };
}
