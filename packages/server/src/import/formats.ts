import type { ImportFormat } from "./format.ts";
import { chatgpt } from "./formats/chatgpt.ts";
import { claude } from "./formats/claude.ts";
import { langchain } from "./formats/langchain.ts";
import { letta } from "./formats/letta.ts";
import { markdown } from "./formats/markdown.ts";
import { mem0 } from "./formats/mem0.ts";
import { messages } from "./formats/messages.ts";
import { serverMemory } from "./formats/server-memory.ts";
import { souvenir } from "./formats/souvenir.ts";
import { zep } from "./formats/zep.ts";

/** All that is understood, in the order in which it is tried: what is told apart by more stands first. */
export const formats: readonly ImportFormat[] = [
  souvenir,
  chatgpt,
  claude,
  letta,
  langchain,
  serverMemory,
  mem0,
  zep,
  messages,
  markdown,
];
