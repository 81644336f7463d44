import type { BaseStore } from "@langchain/langgraph-checkpoint";
import { test } from "vitest";
import * as filtering from "./store-specs/filtering.ts";
import * as indexing from "./store-specs/indexing.ts";
import * as items from "./store-specs/items.ts";
import * as namespaces from "./store-specs/namespaces.ts";
import * as searching from "./store-specs/searching.ts";
import type { LangGraphStoreSpec } from "./store-specs/spec.ts";

/** What a LangGraph store does, by name. Each opens a store of its own and can run alone. */
export type LangGraphStoreSpecName =
  | keyof typeof items
  | keyof typeof namespaces
  | keyof typeof filtering
  | keyof typeof searching
  | keyof typeof indexing;

export const langGraphStoreSpecs: Record<LangGraphStoreSpecName, LangGraphStoreSpec> = {
  ...items,
  ...namespaces,
  ...filtering,
  ...searching,
  ...indexing,
};

/** What a store does otherwise, with the reason. */
export type LangGraphStoreSkips = Partial<Record<LangGraphStoreSpecName, string>>;

/**
 * Registers a test for each behaviour. `open` gives an empty store that embeds with the embeddings it is given, and
 * indexes whole values (`$`) unless told otherwise.
 */
export function langGraphStoreSuite(
  backend: string,
  open: Parameters<LangGraphStoreSpec>[0],
  skips: LangGraphStoreSkips = {},
  close: (store: BaseStore) => Promise<void> = async () => {},
): void {
  for (const [name, spec] of Object.entries(langGraphStoreSpecs) as [
    LangGraphStoreSpecName,
    LangGraphStoreSpec,
  ][]) {
    test(`${backend}: ${name}`, async (context) => {
      const reason = skips[name];
      if (reason !== undefined) context.skip(reason);
      const opened: BaseStore[] = [];
      try {
        await spec(async (options) => {
          const store = await open(options);
          opened.push(store);
          return store;
        });
      } finally {
        for (const store of opened) await close(store);
      }
    });
  }
}
