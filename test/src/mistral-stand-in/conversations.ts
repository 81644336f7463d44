import type { Agents, StoredAgent } from "./agents.ts";
import { ApiError, badRequest, errorBody } from "./api-error.ts";
import { checkMessages } from "./check-chat.ts";
import { hexId } from "./ids.ts";
import type { ConversationAsked } from "./reply.ts";
import type {
  ConversationBody,
  StoredEntry,
  WireEntry,
  WireMessage,
  WireTool,
  WireToolCall,
} from "./wire.ts";

/** A conversation as the server keeps it. */
export interface StoredConversation {
  id: string;
  created_at: string;
  updated_at: string;
  agent: StoredAgent | undefined;
  /** What a start gave beside the inputs: model or agent, instructions, tools, name … */
  settings: Omit<ConversationBody, "inputs" | "stream" | "store">;
  entries: StoredEntry[];
}

/** A request that was let in: what it would make of the conversation. */
export interface Turn {
  conversation: StoredConversation;
  asked: ConversationAsked;
  model: string;
  tools: WireTool[];
  kept: boolean;
}

const prefixes: Record<WireEntry["type"], string> = {
  "message.input": "msg",
  "message.output": "msg",
  "function.call": "fc",
  "function.result": "fr",
  "tool.execution": "tool_exec",
  "agent.handoff": "handoff",
};

/** The conversations of one stand-in. What a request adds is kept when it was answered whole, and else not. */
export class Conversations {
  readonly #kept = new Map<string, StoredConversation>();
  readonly #agents: Agents;

  constructor(agents: Agents) {
    this.#agents = agents;
  }

  start(body: ConversationBody): Turn {
    const { inputs: _inputs, stream: _stream, store: _store, ...settings } = body;
    const agent = body.agent_id ? this.#agents.get(body.agent_id) : undefined;
    return this.#turn("start", body, conversation(settings, agent, []));
  }

  append(id: string, body: ConversationBody): Turn {
    const before = this.get(id);
    const entries = before.entries.map((entry) => confirmed(entry, body));
    checkConfirmations(before.entries, body);
    return this.#turn("append", body, { ...before, entries });
  }

  /** A new conversation that has the old one up to an entry, that entry too; the old one stays as it is. */
  restart(id: string, body: ConversationBody): Turn {
    const { settings, agent, entries } = this.get(id);
    const from = entries.findIndex((entry) => entry.id === body.from_entry_id);
    if (from < 0)
      throw new ApiError(404, errorBody(`Entry ${body.from_entry_id} not found`, "not_found", null));
    const metadata = body.metadata === undefined ? {} : { metadata: body.metadata };
    return this.#turn(
      "restart",
      body,
      conversation({ ...settings, ...metadata }, agent, entries.slice(0, from + 1)),
    );
  }

  /** Adds what the server answers, and keeps the conversation. */
  keep({ conversation, kept }: Turn, outputs: readonly StoredEntry[]): void {
    conversation.entries.push(...outputs);
    conversation.updated_at = new Date().toISOString();
    if (kept) this.#kept.set(conversation.id, conversation);
  }

  /** @throws ApiError 404 for one that was never kept, or was deleted. */
  get(id: string): StoredConversation {
    const found = this.#kept.get(id);
    if (!found) throw new ApiError(404, errorBody(`Conversation ${id} not found`, "not_found", null));
    return found;
  }

  list(page: number, size: number, metadata: Record<string, unknown> | undefined): StoredConversation[] {
    const wanted = Object.entries(metadata ?? {});
    const fits = ({ settings }: StoredConversation) =>
      wanted.every(([key, value]) => settings.metadata?.[key] === value);
    return [...this.#kept.values()].filter(fits).slice(page * size, (page + 1) * size);
  }

  delete(id: string): void {
    this.get(id);
    this.#kept.delete(id);
  }

  clear(): void {
    this.#kept.clear();
  }

  #turn(action: ConversationAsked["action"], body: ConversationBody, conversation: StoredConversation): Turn {
    const given: WireEntry[] =
      typeof body.inputs === "string"
        ? [{ type: "message.input", role: "user", content: body.inputs, prefix: false }]
        : (body.inputs ?? []).map(
            (entry) => ({ ...entry, type: entry.type ?? "message.input" }) as WireEntry,
          );
    const entries = [...conversation.entries, ...given.map((entry) => stored(entry))];
    const { settings, agent } = conversation;
    const model = agent?.model ?? settings.model ?? "";
    const instructions = settings.instructions ?? agent?.instructions;
    const messages = messagesOf(entries);
    checkMessages(messages, { anyId: true });
    return {
      conversation: { ...conversation, entries },
      asked: {
        action,
        body,
        messages: instructions ? [{ role: "system", content: instructions }, ...messages] : messages,
      },
      model,
      tools: settings.tools ?? agent?.tools ?? [],
      kept: body.store ?? true,
    };
  }
}

function conversation(
  settings: StoredConversation["settings"],
  agent: StoredAgent | undefined,
  entries: StoredEntry[],
): StoredConversation {
  const now = new Date().toISOString();
  return { id: hexId("conv"), created_at: now, updated_at: now, agent, settings, entries };
}

/** An entry with an id and its times. */
export function stored(entry: WireEntry): StoredEntry {
  const now = new Date().toISOString();
  return { object: "entry", id: hexId(prefixes[entry.type]), created_at: now, completed_at: now, ...entry };
}

/** The description that `get` and `list` give: with a model or with an agent. */
export function described({ id, created_at, updated_at, agent, settings }: StoredConversation): unknown {
  const { name = null, description = null, metadata = null } = settings;
  const common = { object: "conversation", id, created_at, updated_at, name, description, metadata };
  if (agent) return { ...common, agent_id: agent.id, agent_version: settings.agent_version ?? agent.version };
  const { model, instructions = null, tools, completion_args, guardrails = null } = settings;
  return {
    ...common,
    model,
    instructions,
    tools: tools ?? [],
    completion_args: completion_args ?? {},
    guardrails,
  };
}

/** The entries as messages of chat, so that one set of rules holds for both. */
function messagesOf(entries: readonly WireEntry[]): WireMessage[] {
  const messages: WireMessage[] = [];
  for (const entry of entries) {
    switch (entry.type) {
      case "message.input":
      case "message.output":
        messages.push({
          role: entry.role ?? "assistant",
          content: entry.content,
          ...(entry.prefix ? { prefix: true } : {}),
        });
        break;
      case "function.call":
        addCall(messages, {
          id: entry.tool_call_id,
          function: { name: entry.name, arguments: entry.arguments },
        });
        // What the server runs itself, once it may, it answers itself.
        if (entry.confirmation_status === "allowed" || entry.confirmation_status === "denied")
          messages.push({
            role: "tool",
            tool_call_id: entry.tool_call_id,
            content: entry.confirmation_status,
          });
        break;
      case "function.result":
        messages.push({ role: "tool", tool_call_id: entry.tool_call_id, content: entry.result });
        break;
      case "tool.execution": {
        const id = hexId("").slice(-9);
        messages.push({
          role: "assistant",
          content: "",
          tool_calls: [{ id, function: { name: entry.name, arguments: entry.arguments } }],
        });
        messages.push({ role: "tool", tool_call_id: id, content: JSON.stringify(entry.info ?? {}) });
        break;
      }
      case "agent.handoff":
        break;
    }
  }
  return messages;
}

/** Calls that follow each other, and words before a call, are one message of the assistant. */
function addCall(messages: WireMessage[], call: WireToolCall): void {
  const last = messages.at(-1);
  if (last?.role === "assistant" && !last.prefix) last.tool_calls = [...(last.tool_calls ?? []), call];
  else messages.push({ role: "assistant", content: "", tool_calls: [call] });
}

/** A call that waits for a confirmation becomes a step of the server's own: it runs, or tells the model that it may not. */
function confirmed(entry: StoredEntry, { tool_confirmations: answers }: ConversationBody): StoredEntry {
  if (entry.type !== "function.call" || entry.confirmation_status !== "pending") return entry;
  const answer = answers?.find(({ tool_call_id: id }) => id === entry.tool_call_id)?.confirmation;
  if (!answer) return entry;
  return { ...entry, confirmation_status: answer === "allow" ? "allowed" : "denied" };
}

function checkConfirmations(
  entries: readonly WireEntry[],
  { tool_confirmations: answers }: ConversationBody,
): void {
  for (const { tool_call_id: id } of answers ?? []) {
    const waits = entries.some(
      (entry) =>
        entry.type === "function.call" &&
        entry.tool_call_id === id &&
        entry.confirmation_status === "pending",
    );
    if (!waits)
      throw badRequest(`Tool call ${id} does not wait for a confirmation`, "invalid_function_call", "3280");
  }
}
