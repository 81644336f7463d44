import type { Memory } from "@souvenir/core";
import { test } from "vitest";
import * as options from "./memory-specs/options.ts";
import * as reading from "./memory-specs/reading.ts";
import type { MemorySpec } from "./memory-specs/spec.ts";
import * as truth from "./memory-specs/truth.ts";
import * as turns from "./memory-specs/turns.ts";
import * as writing from "./memory-specs/writing.ts";

/** Every promise of the `Memory` contract that a caller relies on, by name. */
export type MemorySpecName =
  | keyof typeof options
  | keyof typeof reading
  | keyof typeof truth
  | keyof typeof turns
  | keyof typeof writing;

const specs: Record<MemorySpecName, MemorySpec> = { ...options, ...reading, ...truth, ...turns, ...writing };

/** What an implementation cannot do, with the reason. */
export type MemorySkips = Partial<Record<MemorySpecName, string>>;

/**
 * Registers a test for each promise of the `Memory` contract.
 * @param open - An empty memory with the default embedder, and what takes its place away afterwards.
 */
export function memorySuite(
  name: string,
  open: () => Promise<{ memory: Memory; remove?: () => Promise<void> }>,
  skips: MemorySkips = {},
): void {
  for (const spec of Object.keys(specs) as MemorySpecName[])
    test(`${name}: ${spec}`, async (context) => {
      const reason = skips[spec];
      if (reason !== undefined) context.skip(reason);
      const { memory, remove } = await open();
      try {
        await specs[spec](memory);
      } finally {
        await memory.close();
        await remove?.();
      }
    });
}
