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

export interface WireFunctionTool {
  type: "function";
  function: { name: string; description?: string; parameters?: Record<string, unknown>; strict?: boolean };
}

/** A function of the caller, or a tool that the server runs itself: `web_search`, `code_interpreter` … */
export type WireTool = WireFunctionTool | { type: string; function?: undefined; [key: string]: unknown };

export interface ChatBody {
  model: string;
  messages: WireMessage[];
  stream?: boolean;
  n?: number | null;
  tools?: WireTool[] | null;
  tool_choice?: string | { type?: string; function: { name: string } };
  response_format?: { type?: string; json_schema?: { name: string; schema: Record<string, unknown> } | null };
  prompt_cache_key?: string | null;
  [key: string]: unknown;
}

/** The body of `/v1/agents/completions`: the model is the agent's. */
export interface AgentBody
  extends Pick<
    ChatBody,
    "messages" | "stream" | "n" | "tools" | "tool_choice" | "response_format" | "prompt_cache_key"
  > {
  agent_id: string;
}

/** One step of a conversation, as the history of the API has it. */
export type WireEntry =
  | WireMessageEntry
  | {
      type: "function.call";
      tool_call_id: string;
      name: string;
      arguments: string | Record<string, unknown>;
      confirmation_status?: "pending" | "allowed" | "denied" | null;
      [key: string]: unknown;
    }
  | { type: "function.result"; tool_call_id: string; result: string; [key: string]: unknown }
  | {
      type: "tool.execution";
      name: string;
      arguments: string;
      info?: Record<string, unknown>;
      [key: string]: unknown;
    }
  | {
      type: "agent.handoff";
      previous_agent_id: string;
      previous_agent_name: string;
      next_agent_id: string;
      next_agent_name: string;
      [key: string]: unknown;
    };

export interface WireMessageEntry {
  type: "message.input" | "message.output";
  /** Of a `message.output` always the assistant. */
  role?: "user" | "assistant";
  content: string | WirePart[];
  prefix?: boolean;
  [key: string]: unknown;
}

/** An entry in the history: numbered and dated. */
export type StoredEntry = WireEntry & { object: "entry"; id: string; created_at: string };

/** What starts, continues or restarts a conversation. */
export interface ConversationBody {
  inputs?: string | WireEntry[];
  stream?: boolean;
  store?: boolean | null;
  model?: string | null;
  agent_id?: string | null;
  instructions?: string | null;
  tools?: WireTool[] | null;
  completion_args?: Pick<ChatBody, "response_format" | "tool_choice"> | null;
  from_entry_id?: string;
  tool_confirmations?: { tool_call_id: string; confirmation: "allow" | "deny" }[] | null;
  agent_version?: string | number | null;
  guardrails?: Record<string, unknown>[] | null;
  name?: string | null;
  description?: string | null;
  metadata?: Record<string, unknown> | null;
}

export interface EmbeddingsBody {
  model: string;
  input: string | string[];
  output_dimension?: number | null;
  [key: string]: unknown;
}

export interface ModerationBody {
  model: string;
  input: string | string[];
  metadata?: Record<string, unknown> | null;
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
