import { createMistral } from "@ai-sdk/mistral";
import type { LanguageModelV4 } from "@ai-sdk/provider";
import { type MemorySetting, openMemorySetting } from "@souvenir/test/memory-setting";
import { jsonSchema, type Tool, tool } from "ai";
import { type MemoryControls, type MemoryMiddlewareOptions, withMemory } from "../src/index.ts";

export { fence } from "@souvenir/test/memory-setting";

/** A stand-in, a real memory that counts its calls, and models of both. */
export interface Setting extends MemorySetting {
  plain: LanguageModelV4;
  /** Another model of the same provider. */
  other: LanguageModelV4;
  withMemory(options?: Partial<MemoryMiddlewareOptions>): LanguageModelV4 & MemoryControls;
}

export async function openSetting(): Promise<Setting> {
  const setting = await openMemorySetting();
  const { standIn, counted: memory, options } = setting;
  const mistral = createMistral({ apiKey: "key", baseURL: `${standIn.url}/v1` });
  const plain = mistral("mistral-large-latest");
  return {
    ...setting,
    plain,
    other: mistral("mistral-small-latest"),
    withMemory: (more = {}) => withMemory(plain, { memory, namespace: "ada", ...options, ...more }),
  };
}

/** Tools that the SDK runs, and one that it leaves to the client. */
export const tools: {
  weather: Tool<{ city?: string }, string>;
  location: Tool<Record<string, never>, string>;
} = {
  weather: tool({
    description: "The weather in a city",
    inputSchema: jsonSchema<{ city?: string }>({ type: "object", properties: { city: { type: "string" } } }),
    execute: async () => "12 degrees",
  }),
  location: tool({
    description: "Where the user is, as the browser knows it",
    inputSchema: jsonSchema<Record<string, never>>({ type: "object", properties: {} }),
    outputSchema: jsonSchema<string>({ type: "string" }),
  }),
};

/** A model's answer that calls these tools. */
export function calls(...names: (keyof typeof tools)[]): {
  toolCalls: { name: string; arguments: Record<string, unknown> }[];
} {
  return { toolCalls: names.map((name) => ({ name, arguments: {} })) };
}
