import { ChatMistralAI } from "@langchain/mistralai";
import { type MemorySetting, openMemorySetting } from "@souvenir/test/memory-setting";
import { type MemoryMiddleware, type MemoryMiddlewareOptions, memoryMiddleware } from "../src/middleware.ts";

export { fence } from "@souvenir/test/memory-setting";

/** A memory and a stand-in, with the real model class between them. */
export interface AgentSetting extends MemorySetting {
  model: ChatMistralAI;
  middleware(options?: MemoryMiddlewareOptions): MemoryMiddleware;
}

export async function openAgentSetting(): Promise<AgentSetting> {
  const setting = await openMemorySetting();
  return {
    ...setting,
    model: new ChatMistralAI({ apiKey: "key", serverURL: setting.standIn.url, maxRetries: 0 }),
    middleware: (options = {}) =>
      memoryMiddleware({ memory: setting.counted, ...setting.options, ...options }),
  };
}
