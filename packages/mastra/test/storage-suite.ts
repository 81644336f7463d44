import type { MemoryStorage } from "@mastra/core/storage";
import { expect, test } from "vitest";
import * as copies from "./storage-specs/copies.ts";
import * as messages from "./storage-specs/messages.ts";
import * as observations from "./storage-specs/observations.ts";
import * as resources from "./storage-specs/resources.ts";
import type { StorageSpec } from "./storage-specs/spec.ts";
import * as threads from "./storage-specs/threads.ts";

/** Every promise of Mastra's `MemoryStorage`, by name. Each gets a store of its own and can run alone. */
export type StorageSpecName =
  | keyof typeof threads
  | keyof typeof messages
  | keyof typeof copies
  | keyof typeof resources
  | keyof typeof observations;

export const storageSpecs: Record<StorageSpecName, StorageSpec> = {
  ...threads,
  ...messages,
  ...copies,
  ...resources,
  ...observations,
};

export interface StoragePlace {
  storage: MemoryStorage;
  close(): Promise<void> | void;
}

/** Where a backend does something else, with what it does. That it does is checked too. */
export type StorageDeviations = Partial<Record<StorageSpecName, string>>;

/** Registers a test for each promise. */
export function storageSuite(
  backend: string,
  open: () => Promise<StoragePlace>,
  deviations: StorageDeviations = {},
): void {
  for (const [name, spec] of Object.entries(storageSpecs) as [StorageSpecName, StorageSpec][]) {
    const deviation = deviations[name];
    test(`${backend}: ${name}${deviation === undefined ? "" : ` (does not: ${deviation})`}`, async () => {
      const { storage, close } = await open();
      try {
        if (deviation === undefined) await spec(storage);
        else await expect(spec(storage)).rejects.toThrow();
      } finally {
        await close();
      }
    });
  }
}
