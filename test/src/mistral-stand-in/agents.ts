import { ApiError, errorBody } from "./api-error.ts";
import { demand, list, object, orNull, record, text } from "./body-shape.ts";
import { checkTools, toolList } from "./check-chat.ts";
import { hexId } from "./ids.ts";
import type { WireTool } from "./wire.ts";

/** An agent as the platform keeps it: a model with instructions and tools of its own. */
export interface StoredAgent {
  object: "agent";
  id: string;
  name: string;
  model: string;
  instructions: string | null;
  tools: WireTool[];
  version: number;
  versions: number[];
  created_at: string;
  updated_at: string;
  [key: string]: unknown;
}

const agentBody = object(
  { model: text, name: text },
  {
    instructions: orNull(text),
    tools: toolList,
    description: orNull(text),
    completion_args: orNull(record),
    handoffs: orNull(list(text)),
    metadata: orNull(record),
  },
);

/** The agents of one stand-in, made with `POST /v1/agents`. */
export class Agents {
  readonly #agents = new Map<string, StoredAgent>();

  create(body: unknown): StoredAgent {
    demand(agentBody, body);
    const { model, name, instructions = null, tools = [], ...others } = body as StoredAgent;
    checkTools({ tools });
    const now = new Date().toISOString();
    const agent: StoredAgent = {
      ...others,
      object: "agent",
      id: hexId("ag"),
      name,
      model,
      instructions,
      tools,
      version: 0,
      versions: [0],
      created_at: now,
      updated_at: now,
      deployment_chat: false,
      source: "api",
    };
    this.#agents.set(agent.id, agent);
    return agent;
  }

  /** @throws ApiError 404 for an agent that nobody made. */
  get(id: string): StoredAgent {
    const agent = this.#agents.get(id);
    if (!agent) throw new ApiError(404, errorBody(`Agent ${id} not found`, "not_found", null));
    return agent;
  }

  clear(): void {
    this.#agents.clear();
  }
}
