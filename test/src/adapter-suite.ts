import { test } from "vitest";
import * as content from "./adapter-specs/content.ts";
import type { AdapterDriver } from "./adapter-specs/driver.ts";
import * as durability from "./adapter-specs/durability.ts";
import * as failures from "./adapter-specs/failures.ts";
import * as history from "./adapter-specs/history.ts";
import * as placement from "./adapter-specs/placement.ts";
import * as scope from "./adapter-specs/scope.ts";
import { type AdapterSpec, openSetting } from "./adapter-specs/setting.ts";
import * as showing from "./adapter-specs/showing.ts";
import * as tools from "./adapter-specs/tools.ts";
import * as turns from "./adapter-specs/turns.ts";

export type {
  AdapterDriver,
  Agent,
  AgentAnswer,
  AgentGiven,
  AgentRequest,
  SuiteMessage,
  SuitePart,
  SuiteTool,
} from "./adapter-specs/driver.ts";

/** Every promise that all adapters keep, by name. */
export type AdapterSpecName =
  | keyof typeof turns
  | keyof typeof content
  | keyof typeof history
  | keyof typeof durability
  | keyof typeof failures
  | keyof typeof scope
  | keyof typeof placement
  | keyof typeof showing
  | keyof typeof tools;

export const adapterSpecs: Record<AdapterSpecName, AdapterSpec> = {
  ...turns,
  ...content,
  ...history,
  ...durability,
  ...failures,
  ...scope,
  ...placement,
  ...showing,
  ...tools,
};

/** What a framework cannot do, with the reason. */
export type AdapterSkips = Partial<Record<AdapterSpecName, string>>;

/** An adapter that skips more than this does not keep the promises of adapters. */
const mostSkips = 10;

/** Registers a test for each promise. */
export function adapterSuite(adapter: string, driver: AdapterDriver, skips: AdapterSkips = {}): void {
  if (Object.keys(skips).length > mostSkips)
    throw new Error(`${adapter} skips more than ${mostSkips} promises: ${Object.keys(skips).join(", ")}`);
  for (const name of Object.keys(adapterSpecs) as AdapterSpecName[]) {
    test(`${adapter}: ${name}`, async (context) => {
      const reason = skips[name];
      if (reason !== undefined) context.skip(reason);
      await runAdapterSpec(name, driver);
    });
  }
}

/** Runs one row over a fresh memory and stand-in. Rejects when the adapter does not keep the promise. */
export async function runAdapterSpec(name: AdapterSpecName, driver: AdapterDriver): Promise<void> {
  const setting = await openSetting(driver);
  try {
    await adapterSpecs[name](setting);
  } finally {
    await setting.close();
  }
}
