import type { Store } from "@souvenir/core";
import { describe, test } from "vitest";
import * as changes from "./store-specs/changes.ts";
import * as drawing from "./store-specs/drawing.ts";
import * as embedding from "./store-specs/embedding.ts";
import * as erasing from "./store-specs/erasing.ts";
import * as queueing from "./store-specs/queueing.ts";
import * as reading from "./store-specs/reading.ts";
import * as sharing from "./store-specs/sharing.ts";
import * as snapshots from "./store-specs/snapshots.ts";
import type { StoreSpec } from "./store-specs/spec.ts";
import * as turns from "./store-specs/turns.ts";
import * as writing from "./store-specs/writing.ts";

export type { StoreSpec } from "./store-specs/spec.ts";

/** Every promise of the `Store` contract, by the part that makes it. Each opens a store of its own and can run alone. */
export const storeSpecs: {
  records: Record<
    keyof typeof writing | keyof typeof reading | keyof typeof erasing | keyof typeof drawing,
    StoreSpec
  >;
  changes: Record<keyof typeof changes, StoreSpec>;
  embedders: Record<keyof typeof embedding | keyof typeof turns, StoreSpec>;
  queue: Record<keyof typeof queueing, StoreSpec>;
  snapshots: Record<keyof typeof snapshots, StoreSpec>;
  whole: Record<keyof typeof sharing, StoreSpec>;
} = {
  records: { ...writing, ...reading, ...erasing, ...drawing },
  changes,
  embedders: { ...embedding, ...turns },
  queue: queueing,
  snapshots,
  whole: sharing,
};

type Specs = typeof storeSpecs;
/** The parts of the contract. */
export type StorePart = keyof Specs;
/** The promises of all parts. */
export type StoreSpecName = { [Part in StorePart]: keyof Specs[Part] }[StorePart];

const all = Object.assign({}, ...Object.values(storeSpecs)) as Record<StoreSpecName, StoreSpec>;

/** Where one store is: a file, a database, a piece of memory. */
export interface StorePlace {
  /** A handle on the store, which is empty at first. Called again, another handle on the same store. */
  open(): Store | Promise<Store>;
  /** Takes the store away. All handles are closed then. */
  remove?(): void | Promise<void>;
}

/** What a backend cannot do, with the reason. */
export type StoreSkips = Partial<Record<StoreSpecName, string>>;

/** Registers a test for each promise of the `Store` contract, part by part. */
export function storeSuite(
  backend: string,
  newPlace: () => StorePlace | Promise<StorePlace>,
  skips: StoreSkips = {},
): void {
  describe.each(Object.entries(storeSpecs))(`${backend}: %s`, (_, specs) => {
    test.for(Object.keys(specs) as StoreSpecName[])("%s", async (name, context) => {
      const reason = skips[name];
      if (reason !== undefined) context.skip(reason);
      await runStoreSpec(name, await newPlace());
    });
  });
}

/** Runs one spec, closes what it opened and removes the place. Rejects when the store does not keep the promise. */
export async function runStoreSpec(name: StoreSpecName, place: StorePlace): Promise<void> {
  const handles: Store[] = [];
  try {
    await all[name](async () => {
      const store = await place.open();
      handles.push(store);
      return store;
    });
  } finally {
    for (const store of handles) await store.close();
    await place.remove?.();
  }
}
