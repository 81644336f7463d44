import { badRequest } from "./api-error.ts";
import {
  anything,
  atMost,
  demand,
  either,
  flag,
  list,
  literal,
  number,
  object,
  orNull,
  record,
  tagged,
  text,
} from "./body-shape.ts";
import type { AgentBody, ChatBody, WireMessage, WireToolCall } from "./wire.ts";

const textPart = object({ type: literal("text"), text });
const thinkingPart = object(
  { type: literal("thinking"), thinking: list(record) },
  { closed: flag, signature: orNull(text) },
);
const referencePart = object({ type: literal("reference"), reference_ids: list(anything) });
export const userPart = tagged("type", {
  text: textPart,
  image_url: object({ type: literal("image_url"), image_url: either(text, record) }),
  document_url: object(
    { type: literal("document_url"), document_url: text },
    { document_name: orNull(text) },
  ),
  file: object({ type: literal("file"), file_id: text }),
  input_audio: object({ type: literal("input_audio"), input_audio: either(text, record) }),
  reference: referencePart,
});
const toolReferencePart = object(
  { type: literal("tool_reference"), tool: text, title: text },
  { url: orNull(text), favicon: orNull(text), description: orNull(text) },
);
const toolFilePart = object(
  { type: literal("tool_file"), tool: text, file_id: text },
  { file_name: orNull(text), file_type: orNull(text) },
);
export const assistantPart = tagged("type", {
  text: textPart,
  thinking: thinkingPart,
  reference: referencePart,
  tool_reference: toolReferencePart,
  tool_file: toolFilePart,
});
const systemPart = tagged("type", { text: textPart, thinking: thinkingPart });

const toolCall = object(
  { id: text, function: object({ name: text, arguments: either(text, record) }) },
  { type: literal("function"), index: number(0, 1_000, true) },
);

const message = tagged("role", {
  system: object({ role: text, content: either(text, list(systemPart)) }),
  user: object({ role: text, content: orNull(either(text, list(userPart))) }),
  assistant: object(
    { role: text },
    { content: orNull(either(text, list(assistantPart))), tool_calls: orNull(list(toolCall)), prefix: flag },
  ),
  tool: object(
    { role: text, content: orNull(either(text, list(textPart))) },
    { tool_call_id: orNull(text), name: orNull(text) },
  ),
});

const configured = { tool_configuration: orNull(record) };
const builtIn = (type: string) => object({ type: literal(type) }, configured);
const tool = tagged("type", {
  function: object({
    type: literal("function"),
    function: object({ name: text }, { description: text, parameters: record, strict: flag }),
  }),
  web_search: builtIn("web_search"),
  web_search_premium: builtIn("web_search_premium"),
  code_interpreter: builtIn("code_interpreter"),
  image_generation: builtIn("image_generation"),
  document_library: object({ type: literal("document_library"), library_ids: list(text) }, configured),
  connector: object(
    { type: literal("connector"), connector_id: text },
    { ...configured, authorization: orNull(record) },
  ),
});
export const toolList = atMost(128, list(tool));

export const responseFormat = object(
  {},
  {
    type: literal("text", "json_object", "json_schema"),
    json_schema: orNull(object({ name: text, schema: record }, { description: orNull(text), strict: flag })),
  },
);

/** What chat and completions of agents both take. */
const shared = {
  stream: flag,
  max_tokens: orNull(number(0, 1e9, true)),
  stop: orNull(either(text, list(text))),
  random_seed: orNull(number(0, 2 ** 53, true)),
  metadata: orNull(record),
  response_format: responseFormat,
  tools: orNull(toolList),
  tool_choice: either(
    literal("auto", "none", "any", "required"),
    object({ function: object({ name: text }) }, { type: literal("function") }),
  ),
  presence_penalty: orNull(number(-2, 2)),
  frequency_penalty: orNull(number(-2, 2)),
  n: orNull(number(1, 64, true)),
  prediction: orNull(record),
  parallel_tool_calls: flag,
  prompt_mode: orNull(literal("reasoning")),
  reasoning_effort: orNull(text),
  guardrails: orNull(list(record)),
  prompt_cache_key: orNull(text),
  service_tier: orNull(text),
};

const chatBody = object(
  { model: text, messages: list(message) },
  {
    ...shared,
    temperature: orNull(number(0, 1.5)),
    top_p: orNull(number(0, 1)),
    safe_prompt: flag,
    document_image_limit: number(0, 1e6, true),
    document_page_limit: number(0, 1e6, true),
  },
);

const agentBody = object({ agent_id: text, messages: list(message) }, shared);

export interface ChatRules {
  /** Lets a user message follow a tool message, as mistral-common does since 1.11.1. Default false. */
  userAfterTool?: boolean;
}

const mayFollow = {
  system: ["system", "user", "assistant"],
  user: ["user", "assistant", "system"],
  assistant: ["assistant", "user", "tool"],
  tool: ["assistant", "tool"],
} as const satisfies Record<WireMessage["role"], readonly WireMessage["role"][]>;

const toolName = /^[a-zA-Z0-9_-]{1,64}$/;
const toolCallId = /^[a-zA-Z0-9]{9}$/;

/**
 * Refuses what the real API refuses: unknown keys and wrong types (422), a wrong order of roles, tool results that do
 * not answer the calls, bad tool names and ids (400).
 */
export function checkChat(body: unknown, rules: ChatRules = {}): ChatBody {
  demand(chatBody, body);
  const chat = body as ChatBody;
  checkTools(chat);
  checkMessages(chat.messages, { anyId: chat.model.includes("glm"), ...rules });
  return chat;
}

/** The same for `/v1/agents/completions`, which names an agent and no model, temperature or `top_p`. */
export function checkAgentChat(body: unknown): AgentBody {
  demand(agentBody, body);
  return body as AgentBody;
}

/** The rules of order and pairing. `anyId`: GLM models, and conversations, have ids of tool calls of any shape. */
export function checkMessages(
  messages: readonly WireMessage[],
  { anyId = false, ...rules }: ChatRules & { anyId?: boolean },
): void {
  checkOrder(messages, rules);
  checkPairing(messages, anyId);
}

function checkOrder(messages: readonly WireMessage[], { userAfterTool = false }: ChatRules): void {
  const wrongOrder = (text: string) => badRequest(text, "invalid_request_message_order", "3230");
  const first = messages[0];
  const last = messages.at(-1);
  if (!first || !last) throw wrongOrder("Conversation must have at least one message");
  if (messages.length === 1) {
    if (first.role !== "user" && first.role !== "system")
      throw wrongOrder(`Expected a lone message to be from user or system, got ${first.role}`);
  } else if (first.role === "tool") {
    throw wrongOrder("Unexpected role 'tool' as the first message");
  } else if (last.role === "system" || (last.role === "assistant" && !last.prefix)) {
    throw wrongOrder(
      `Expected last role User or Tool (or Assistant with prefix True) for serving but got ${last.role}`,
    );
  }
  for (const [index, message] of messages.entries()) {
    if (message.prefix && index < messages.length - 1)
      throw wrongOrder("Assistant message with prefix True must be last message");
    const previous = messages[index - 1];
    if (!previous) continue;
    const allowed: readonly string[] = mayFollow[previous.role];
    const relaxed = userAfterTool && previous.role === "tool" && message.role === "user";
    if (!allowed.includes(message.role) && !relaxed)
      throw wrongOrder(`Unexpected role '${message.role}' after role '${previous.role}'`);
  }
}

export function checkTools({ tools, tool_choice: choice }: Pick<ChatBody, "tools" | "tool_choice">): void {
  const names = (tools ?? []).flatMap((tool) => (tool.function ? [tool.function.name] : []));
  for (const name of names) checkName(name);
  if (typeof choice === "object" && !names.includes(choice.function.name))
    throw badRequest("The chosen tool is not among the tools", "invalid_function_call", "3280");
}

/** Every call gets one result, with its id, before the next message of another kind. */
function checkPairing(messages: readonly WireMessage[], anyId: boolean): void {
  let open: string[] = [];
  const close = (): void => {
    if (open.length > 0)
      throw badRequest(
        "Not the same number of function calls and responses",
        "invalid_request_message_order",
        "3230",
      );
  };
  for (const message of messages) {
    if (message.role === "tool") {
      open = answered(open, message);
      continue;
    }
    close();
    if (message.role === "assistant") open = requested(message.tool_calls ?? [], anyId);
  }
  close();
}

function requested(calls: readonly WireToolCall[], anyId: boolean): string[] {
  const ids: string[] = [];
  for (const { id, function: called } of calls) {
    checkName(called.name);
    if (!anyId && !toolCallId.test(id))
      throw badRequest(
        `Tool call id was ${id} but must be a-z, A-Z, 0-9, with a length of 9.`,
        "invalid_function_call",
        "3280",
      );
    if (ids.includes(id)) throw badRequest("Duplicate tool call id", "invalid_function_call", "3280");
    ids.push(id);
  }
  return ids;
}

function answered(open: readonly string[], message: WireMessage): string[] {
  const id = message.tool_call_id;
  if (typeof message.name === "string") checkName(message.name);
  if (!id || id === "null")
    throw badRequest("Tool message has to have a tool call id", "invalid_function_call", "3280");
  if (!open.includes(id))
    throw badRequest(`Unexpected tool call id ${id} in tool results`, "invalid_function_call", "3280");
  return open.filter((other) => other !== id);
}

function checkName(name: string): void {
  if (!toolName.test(name))
    throw badRequest(
      `Function name was ${name} but must be a-z, A-Z, 0-9, or contain underscores and dashes, with a maximum length of 64.`,
      "invalid_function_call",
      "3280",
    );
}
