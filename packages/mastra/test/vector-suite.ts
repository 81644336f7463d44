import { expect, test } from "vitest";
import * as filters from "./vector-specs/filters.ts";
import * as indexes from "./vector-specs/indexes.ts";
import type { AnyVector, VectorSpec } from "./vector-specs/spec.ts";
import * as vectors from "./vector-specs/vectors.ts";

/** Every promise of Mastra's `MastraVector`, by name. Each gets a store of its own and can run alone. */
export type VectorSpecName = keyof typeof indexes | keyof typeof vectors | keyof typeof filters;

export const vectorSpecs: Record<VectorSpecName, VectorSpec> = { ...indexes, ...vectors, ...filters };

export interface VectorPlace {
  store: AnyVector;
  close(): Promise<void> | void;
}

/** Where a backend does something else, with what it does. That it does is checked too. */
export type VectorDeviations = Partial<Record<VectorSpecName, string>>;

/** Registers a test for each promise. */
export function vectorSuite(
  backend: string,
  open: () => Promise<VectorPlace>,
  deviations: VectorDeviations = {},
): void {
  for (const [name, spec] of Object.entries(vectorSpecs) as [VectorSpecName, VectorSpec][]) {
    const deviation = deviations[name];
    test(`${backend}: ${name}${deviation === undefined ? "" : ` (does not: ${deviation})`}`, async () => {
      const { store, close } = await open();
      try {
        if (deviation === undefined) await spec(store);
        else await expect(spec(store)).rejects.toThrow();
      } finally {
        await close();
      }
    });
  }
}
