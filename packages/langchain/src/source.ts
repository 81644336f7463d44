import { type Memory, SouvenirError } from "@souvenir/core";

/** A memory, or how to open one. A function is called at the first use. */
export type MemorySource = Memory | Promise<Memory> | (() => Memory | Promise<Memory>);

/** What is opened at the first use. What fails to open is tried again at the next. */
export class Opening {
  readonly #create: () => Memory | Promise<Memory>;
  #opened: Promise<Memory> | undefined;

  constructor(create: () => Memory | Promise<Memory>) {
    this.#create = create;
  }

  async open(): Promise<Memory> {
    this.#opened ??= Promise.resolve(this.#create()).catch((error: unknown) => {
      this.#opened = undefined;
      throw error;
    });
    return this.#opened;
  }

  /** The next use opens it again. */
  async close(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    await (await opened)?.close();
  }
}

/** Opens a memory that was given, at the first call. */
export function opener(source: MemorySource): () => Promise<Memory> {
  if (!isSource(source))
    throw new SouvenirError(
      "INVALID_INPUT",
      "memory: expected a memory of createMemory(), or how to open one",
    );
  const opening = new Opening(() => (typeof source === "function" ? source() : source));
  return () => opening.open();
}

/** Also on a server, and of another copy of this package. */
function isSource(source: unknown): boolean {
  if (typeof source === "function") return true;
  if (typeof source !== "object" || source === null) return false;
  return ["then", "search", "recall", "remember"].some((name) => name in source);
}

/**
 * What keeps its items in a Souvenir memory, of any copy of this package: the part of the store that LangGraph's own
 * wrapper holds.
 */
export interface HoldsMemory {
  readonly lg_name: "SouvenirStore";
  openMemory(): Promise<Memory>;
}

/**
 * The Souvenir store behind what a graph calls its store: in nodes, tools and hooks that is LangGraph's own wrapper,
 * which passes on `get`, `put`, `search` and `delete` only. `undefined` for a store of another kind.
 */
export function holderOf(store: unknown): HoldsMemory | undefined {
  for (const candidate of [store, (store as { store?: unknown } | null | undefined)?.store])
    if ((candidate as { lg_name?: unknown } | null | undefined)?.lg_name === "SouvenirStore")
      return candidate as HoldsMemory;
  return undefined;
}
