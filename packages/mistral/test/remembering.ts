import { Mistral } from "@mistralai/mistralai";
import { type MemorySetting, openMemorySetting } from "@souvenir/test/memory-setting";
import { type WithMemory, type WithMemoryOptions, withMemory } from "../src/index.ts";

export { fence } from "@souvenir/test/memory-setting";

export const model = "mistral-small-latest";
export function user(content: string): { role: "user"; content: string } {
  return { role: "user", content };
}
export function assistant(content: string): { role: "assistant"; content: string } {
  return { role: "assistant", content };
}
export function system(content: string): { role: "system"; content: string } {
  return { role: "system", content };
}

/** What all adapters are tested over, and clients of both. */
export interface Setting extends MemorySetting {
  plain: Mistral;
  withMemory(options?: Partial<WithMemoryOptions>): WithMemory<Mistral>;
}

export async function openSetting(): Promise<Setting> {
  const base = await openMemorySetting();
  const plain = new Mistral({ apiKey: "key", serverURL: base.standIn.url });
  return {
    ...base,
    plain,
    withMemory: (options = {}) =>
      withMemory(plain, { memory: base.counted, namespace: "ada", ...base.options, ...options }),
  };
}
