import { readFileSync } from "node:fs";

/** Dollars for a million tokens. */
export interface Price {
  input: number;
  output: number;
}

export interface Usage {
  inputTokens: number;
  outputTokens: number;
  /** Of the input, what the provider had in its cache. */
  cachedTokens: number;
}

interface PriceTable {
  date: string;
  models: Record<string, [input: number, output: number]>;
  latest: Record<string, string>;
}
const table = JSON.parse(readFileSync(new URL("./prices.json", import.meta.url), "utf8")) as PriceTable;
const million = 1_000_000;
const cachedShare = 0.1;

/** When the prices of `prices.json` were read. */
export const pricesOf = table.date;

/**
 * Prices as given, then those of `prices.json`.
 * @param given - Each as `model=input/output`.
 * @returns The price of a model, `undefined` when it is unknown.
 */
export function priceList(given: readonly string[]): (model: string) => Price | undefined {
  const prices = new Map<string, Price>();
  for (const [model, [input, output]] of Object.entries(table.models)) prices.set(model, { input, output });
  for (const [alias, model] of Object.entries(table.latest)) prices.set(alias, prices.get(model)!);
  for (const text of given) {
    const [, model, input, output] = /^(.+)=(\d+(?:\.\d+)?)\/(\d+(?:\.\d+)?)$/.exec(text) ?? [];
    if (model === undefined)
      throw new Error(
        `--price ${text}: expected model=input/output in dollars for a million tokens, as in mistral-small-latest=0.15/0.60`,
      );
    prices.set(model, { input: Number(input), output: Number(output) });
  }
  return (model) => prices.get(model);
}

/** Dollars of a call; `undefined` without a price. */
export function costOf(
  price: Price | undefined,
  { inputTokens, outputTokens, cachedTokens }: Usage,
): number | undefined {
  if (price === undefined) return undefined;
  const input = inputTokens - cachedTokens + cachedTokens * cachedShare;
  return (input * price.input + outputTokens * price.output) / million;
}
