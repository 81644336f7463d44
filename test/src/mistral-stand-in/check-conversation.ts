import { badRequest, unprocessable } from "./api-error.ts";
import {
  type Check,
  demand,
  either,
  flag,
  isRecord,
  list,
  literal,
  number,
  object,
  orNull,
  record,
  tagged,
  text,
} from "./body-shape.ts";
import { assistantPart, checkTools, responseFormat, toolList, userPart } from "./check-chat.ts";
import type { ConversationBody } from "./wire.ts";

/** What every entry may carry. Ids and `tool.execution` are the server's: it does not take them back as inputs. */
const dated = { object: literal("entry"), created_at: text, completed_at: orNull(text) };
const typed = tagged("type", {
  "message.input": object(
    { role: literal("user", "assistant"), content: either(text, list(either(userPart, assistantPart))) },
    { ...dated, type: text, prefix: flag },
  ),
  "message.output": object(
    { type: text, content: either(text, list(assistantPart)) },
    { ...dated, role: literal("assistant"), agent_id: orNull(text), model: orNull(text) },
  ),
  "function.call": object(
    { type: text, tool_call_id: text, name: text, arguments: either(text, record) },
    { ...dated, agent_id: orNull(text), model: orNull(text), confirmation_status: orNull(text) },
  ),
  "function.result": object({ type: text, tool_call_id: text, result: text }, dated),
  "agent.handoff": object(
    {
      type: text,
      previous_agent_id: text,
      previous_agent_name: text,
      next_agent_id: text,
      next_agent_name: text,
    },
    dated,
  ),
});
/** An entry that names no type is a message to the assistant. */
const entry: Check = (value, loc) =>
  typed(isRecord(value) && value.type === undefined ? { ...value, type: "message.input" } : value, loc);

const completionArgs = object(
  {},
  {
    stop: orNull(either(text, list(text))),
    presence_penalty: orNull(number(-2, 2)),
    frequency_penalty: orNull(number(-2, 2)),
    temperature: orNull(number(0, 1.5)),
    top_p: orNull(number(0, 1)),
    max_tokens: orNull(number(0, 1e9, true)),
    random_seed: orNull(number(0, 2 ** 53, true)),
    prediction: orNull(record),
    response_format: orNull(responseFormat),
    tool_choice: literal("auto", "none", "any", "required"),
    reasoning_effort: orNull(text),
  },
);

const inputs = either(text, list(entry));
const handoff = orNull(literal("client", "server"));
const continued = {
  inputs,
  stream: flag,
  store: flag,
  handoff_execution: handoff,
  completion_args: orNull(completionArgs),
};
const start = object(
  { inputs },
  {
    ...continued,
    store: orNull(flag),
    instructions: orNull(text),
    tools: orNull(toolList),
    guardrails: orNull(list(record)),
    name: orNull(text),
    description: orNull(text),
    metadata: orNull(record),
    agent_id: orNull(text),
    agent_version: orNull(either(text, number(0, 1e9, true))),
    model: orNull(text),
  },
);
const confirmation = object({ tool_call_id: text, confirmation: literal("allow", "deny") });
const append = object({}, { ...continued, tool_confirmations: orNull(list(confirmation)) });
const restart = object(
  { from_entry_id: text },
  {
    ...continued,
    guardrails: orNull(list(record)),
    metadata: orNull(record),
    agent_version: orNull(either(text, number(0, 1e9, true))),
  },
);

/**
 * Refuses unknown keys and wrong types (422): the tools and the instructions of a conversation, for one, are set when
 * it starts and not later. A start names a model or an agent.
 */
export function checkConversation(action: "start" | "append" | "restart", body: unknown): ConversationBody {
  demand({ start, append, restart }[action], body);
  const asked = body as ConversationBody;
  if (action !== "start") return asked;
  if (!asked.model && !asked.agent_id) {
    const msg = "Either model or agent_id must be given";
    throw unprocessable([{ type: "value_error", loc: ["body"], msg, input: body }]);
  }
  // The documents show one or the other and do not say what both would mean.
  if (asked.model && asked.agent_id)
    throw badRequest("Only one of model and agent_id can be given", "invalid_request_error", null);
  checkTools({ tools: asked.tools ?? null });
  return asked;
}
