/** The parts of the Mistral HTTP API that the stand-in speaks, as they are on the wire (snake_case). */

export type WirePart = { type: string; text?: string; [key: string]: unknown };

export interface WireToolCall {
  id: string;
  type?: string;
  index?: number;
  function: { name: string; arguments: string | Record<string, unknown> };
}

export interface WireMessage {
  role: "system" | "user" | "assistant" | "tool";
  content?: string | WirePart[] | null;
  tool_calls?: WireToolCall[] | null;
  prefix?: boolean;
  tool_call_id?: string | null;
  name?: string | null;
}

export interface WireTool {
  type: "function";
  function: { name: string; description?: string; parameters?: Record<string, unknown>; strict?: boolean };
}

export interface ChatBody {
  model: string;
  messages: WireMessage[];
  stream?: boolean;
  n?: number | null;
  tools?: WireTool[] | null;
  tool_choice?: string | { type?: string; function: { name: string } };
  response_format?: { type?: string; json_schema?: { name: string; schema: Record<string, unknown> } | null };
  [key: string]: unknown;
}

export interface EmbeddingsBody {
  model: string;
  input: string | string[];
  output_dimension?: number | null;
  [key: string]: unknown;
}

/** The text of a message's content: a string as it is, the text parts of a list joined by line ends. */
export function textOf(content: string | readonly WirePart[] | null | undefined): string {
  if (typeof content === "string") return content;
  if (!content) return "";
  return content
    .filter((part) => part.type === "text" && typeof part.text === "string")
    .map((part) => part.text)
    .join("\n");
}
