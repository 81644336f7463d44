import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { Agents } from "./agents.ts";
import { ApiError, errorBody } from "./api-error.ts";
import { Batches } from "./batches.ts";
import { type ChatRules, checkAgentChat, checkChat, checkMessages, checkTools } from "./check-chat.ts";
import { checkConversation } from "./check-conversation.ts";
import { Completions, idPrefix, ownAnswer, toChunks, toJson } from "./completion.ts";
import { eventsOf, outputsOf, usageOf } from "./conversation-answer.ts";
import { Conversations, described, type Turn } from "./conversations.ts";
import { checkEmbeddings, countTokens, embedText } from "./embed.ts";
import { checkModeration, judge } from "./moderate.ts";
import { type Prompt, PromptCache, promptOf } from "./prompt-cache.ts";
import {
  type BatchReply,
  type ChatReply,
  type ConversationAsked,
  type ConversationReply,
  type EmbeddingItem,
  type EmbeddingsReply,
  type ModerationReply,
  Replies,
  type Scripts,
  type Timing,
} from "./reply.ts";
import { sendFault, sendJson, sendStream } from "./sending.ts";
import type { AgentBody, ChatBody, ConversationBody, EmbeddingsBody, ModerationBody } from "./wire.ts";

export interface MistralStandInOptions extends ChatRules {
  /** Default: a free one. */
  port?: number;
  /** The only key that is let in. Default: any. */
  apiKey?: string;
}

export interface RecordedRequest {
  method: string;
  path: string;
  headers: IncomingMessage["headers"];
  /** The JSON body, `undefined` without one. */
  body: unknown;
  /** Set when the answer begins. */
  status?: number;
  /** What the model read, once the request was let in: of chat, agents and conversations. */
  prompt?: Prompt;
  /** True when the client went away before the answer was complete. */
  closedEarly: boolean;
  /** Resolves when nothing more comes: the answer is complete, or one of the two went away. */
  readonly closed: Promise<void>;
}

export interface MistralStandIn {
  /** Origin without `/v1`, as `serverURL` of the plain client; the AI SDK's `baseURL` is this with `/v1`. */
  readonly url: string;
  /** All requests in order of arrival, refused ones too. */
  readonly requests: readonly RecordedRequest[];
  chatRequests(): (RecordedRequest & { body: ChatBody })[];
  embeddingsRequests(): (RecordedRequest & { body: EmbeddingsBody })[];
  moderationRequests(): (RecordedRequest & { body: ModerationBody })[];
  agentRequests(): (RecordedRequest & { body: AgentBody })[];
  /** What started, continued or restarted a conversation. */
  conversationRequests(): (RecordedRequest & { body: ConversationBody })[];
  /** Ends all connections that are open, as a proxy that restarts does; new ones are taken. */
  dropConnections(): void;
  /** The next request that arrives, with its body. */
  nextRequest(): Promise<RecordedRequest>;
  /** Sets what comes next; see `Scripts`. */
  script(scripts: Scripts): void;
  /** Forgets all scripts, requests, agents, conversations and cached prompts. */
  reset(): void;
  /** Drops open connections too. */
  close(): Promise<void>;
}

const models = [
  "mistral-small-latest",
  "mistral-large-latest",
  "ministral-8b-latest",
  "mistral-embed",
  "codestral-embed",
  "mistral-moderation-latest",
];

/** On every answer of the stand-in, errors too. */
export const standInHeader = "x-souvenir-stand-in";

/** True for an answer, or a chunk of a stream, that came from the stand-in and not from a model. */
export function answeredByStandIn(answer: { id?: string | undefined }): boolean {
  return answer.id?.startsWith(idPrefix) ?? false;
}

/**
 * Starts a server on 127.0.0.1 that speaks `/v1/chat/completions`, `/v1/embeddings`, `/v1/moderations`, `/v1/models`, `/v1/agents` with
 * its completions, `/v1/conversations`, `/v1/batch/jobs` and their files as Mistral does, and is as strict about requests. Its answers come from `Scripts`, and otherwise from the prompt itself.
 */
export async function startMistralStandIn(options: MistralStandInOptions = {}): Promise<MistralStandIn> {
  const requests: RecordedRequest[] = [];
  const chat = new Replies<ChatReply, ChatBody>();
  const embeddings = new Replies<EmbeddingsReply, EmbeddingsBody>();
  const moderations = new Replies<ModerationReply, ModerationBody>();
  const conversationReplies = new Replies<ConversationReply, ConversationAsked>();
  const completions = new Completions();
  const agents = new Agents();
  const conversations = new Conversations(agents);
  const cache = new PromptCache();
  const batchReplies = new Replies<BatchReply, unknown>();
  const batches = new Batches();
  let arrival = Promise.withResolvers<RecordedRequest>();
  const closing = new AbortController();

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else if (error instanceof ApiError) sendJson(response, error.status, error.body);
      else sendJson(response, 500, errorBody(String(error), "stand_in_failed", null));
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname: path, searchParams } = new URL(request.url ?? "/", "http://stand-in");
    const closed = Promise.withResolvers<void>();
    const recorded: RecordedRequest = {
      method: request.method ?? "",
      path,
      headers: request.headers,
      body: undefined,
      closedEarly: false,
      closed: closed.promise,
    };
    requests.push(recorded);
    response.setHeader(standInHeader, "1");
    response.once("close", () => {
      recorded.closedEarly = !response.writableFinished;
      if (response.headersSent) recorded.status = response.statusCode;
      closed.resolve();
    });
    recorded.body = await readJson(request);
    arrival.resolve(recorded);
    arrival = Promise.withResolvers();
    authorize(request, options.apiKey);
    switch (`${request.method} ${path}`) {
      case "POST /v1/chat/completions":
        return await answerChat(checkChat(recorded.body, options), response, recorded);
      case "POST /v1/embeddings":
        return await answerEmbeddings(recorded.body as EmbeddingsBody, response);
      case "POST /v1/moderations":
        return await answerModeration(recorded.body as ModerationBody, response);
      case "GET /v1/models": {
        const data = models.map((id) => ({ id, object: "model", type: "base", capabilities: {} }));
        return sendJson(response, 200, { object: "list", data });
      }
      case "POST /v1/batch/jobs":
        return sendJson(
          response,
          200,
          batches.create(recorded.body, (await batchReplies.next(recorded.body)) ?? {}),
        );
      case "POST /v1/agents":
        return sendJson(response, 200, agents.create(recorded.body));
      case "POST /v1/agents/completions":
        return await answerAgent(response, recorded);
      case "POST /v1/conversations":
        return await answerConversation("start", "", response, recorded);
      case "GET /v1/conversations":
        return sendJson(response, 200, listed(searchParams));
    }
    const [, kind, name] = /^\/v1\/(batch\/jobs|files)\/([^/]+)(?:\/content)?$/.exec(path) ?? [];
    if (request.method === "GET" && kind === "batch/jobs")
      return sendJson(
        response,
        200,
        await batches.get(name!, searchParams.get("inline") === "true", answerBatched),
      );
    if (request.method === "GET" && kind === "files" && path.endsWith("/content")) {
      const content = batches.file(name!);
      return void response.writeHead(200, { "content-type": "application/octet-stream" }).end(content);
    }
    const [, id, part] = /^\/v1\/conversations\/([^/]+)(?:\/(\w+))?$/.exec(path) ?? [];
    switch (id === undefined ? "" : `${request.method} ${part ?? ""}`.trim()) {
      case "POST":
        return await answerConversation("append", id!, response, recorded);
      case "POST restart":
        return await answerConversation("restart", id!, response, recorded);
      case "GET":
        return sendJson(response, 200, described(conversations.get(id!)));
      case "GET history": {
        const { entries } = conversations.get(id!);
        return sendJson(response, 200, { object: "conversation.history", conversation_id: id, entries });
      }
      case "GET messages": {
        const messages = conversations.get(id!).entries.filter(({ type }) => type.startsWith("message."));
        return sendJson(response, 200, { object: "conversation.messages", conversation_id: id, messages });
      }
      case "DELETE":
        conversations.delete(id!);
        return void response.writeHead(204).end();
      default:
        throw new ApiError(404, errorBody(`No route for ${request.method} ${path}`, "not_found", null));
    }
  }

  async function answerChat(
    body: ChatBody,
    response: ServerResponse,
    recorded: RecordedRequest,
  ): Promise<void> {
    recorded.prompt = cache.read(promptOf(body), body.prompt_cache_key);
    const reply = (await chat.next(body)) ?? ownAnswer(body);
    await pause(reply, closing.signal);
    if (reply.fault !== undefined) return sendFault(response, reply);
    const completion = completions.make(body, reply, recorded.prompt);
    if (!body.stream) {
      if (reply.breakOff) return void response.destroy();
      return sendJson(response, 200, toJson(completion));
    }
    recorded.status = 200;
    await sendStream(response, toChunks(completion, reply), reply, "data: [DONE]\n\n");
  }

  /** What a batch job answers one request with. */
  async function answerBatched(given: Record<string, unknown>): Promise<Record<string, unknown>> {
    try {
      const body = checkChat(given, options);
      const reply = (await chat.next(body)) ?? ownAnswer(body);
      const read = cache.read(promptOf(body), body.prompt_cache_key);
      if (reply.fault !== undefined) return { response: null, error: { message: "it failed" } };
      const answer = toJson(completions.make(body, reply, read));
      return { response: { status_code: 200, body: answer }, error: null };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return { response: { status_code: error.status, body: error.body }, error: null };
    }
  }

  /** An agent's model, instructions and tools, and what the request adds. */
  async function answerAgent(response: ServerResponse, recorded: RecordedRequest): Promise<void> {
    const asked = checkAgentChat(recorded.body);
    const { model, instructions, tools } = agents.get(asked.agent_id);
    const body: ChatBody = { ...asked, model, tools: [...tools, ...(asked.tools ?? [])] };
    checkTools(body);
    checkMessages(body.messages, options);
    if (instructions) body.messages = [{ role: "system", content: instructions }, ...body.messages];
    return await answerChat(body, response, recorded);
  }

  async function answerConversation(
    action: ConversationAsked["action"],
    id: string,
    response: ServerResponse,
    recorded: RecordedRequest,
  ): Promise<void> {
    const body = checkConversation(action, recorded.body);
    const turn = action === "start" ? conversations.start(body) : conversations[action](id, body);
    const { asked, model, tools, conversation } = turn;
    const chatBody = chatBodyOf(turn);
    recorded.prompt = cache.read(promptOf({ messages: asked.messages, tools }), undefined);
    const reply: ConversationReply = (await conversationReplies.next(asked)) ?? ownAnswer(chatBody);
    await pause(reply, closing.signal);
    if (reply.fault !== undefined) return sendFault(response, reply);
    const by = { model, ...(conversation.agent ? { agent_id: conversation.agent.id } : {}) };
    const outputs = outputsOf(reply, completions.calls(reply.toolCalls), by);
    const usage = usageOf(recorded.prompt.tokens, outputs);
    if (body.stream) {
      recorded.status = 200;
      const events = eventsOf(conversation.id, outputs, usage, reply);
      if ((await sendStream(response, events, reply, "")) && !reply.errorEvent)
        conversations.keep(turn, outputs);
      return;
    }
    if (reply.breakOff) return void response.destroy();
    conversations.keep(turn, outputs);
    sendJson(response, 200, {
      object: "conversation.response",
      conversation_id: conversation.id,
      outputs,
      usage,
      guardrails: null,
    });
  }

  function listed(query: URLSearchParams): unknown[] {
    const metadata = query.get("metadata");
    const page = Number(query.get("page") ?? 0);
    const size = Number(query.get("page_size") ?? 100);
    return conversations
      .list(page, size, metadata === null ? undefined : JSON.parse(metadata))
      .map(described);
  }

  async function answerEmbeddings(body: EmbeddingsBody, response: ServerResponse): Promise<void> {
    const { model, texts, dimensions, integers } = checkEmbeddings(body);
    const reply = (await embeddings.next(body)) ?? {};
    await pause(reply, closing.signal);
    if (reply.fault !== undefined) return sendFault(response, reply);
    const right = texts.map(
      (text, index): EmbeddingItem => ({
        object: "embedding",
        index,
        embedding: embedText(text, dimensions).map((value) => (integers ? Math.round(value * 127) : value)),
      }),
    );
    const tokens = texts.reduce((sum, text) => sum + countTokens(text), 0);
    sendJson(response, 200, {
      id: `${idPrefix}${requests.length}`,
      object: "list",
      model,
      usage: { prompt_tokens: tokens, completion_tokens: 0, total_tokens: tokens },
      data: reply.change?.(right) ?? right,
    });
  }

  async function answerModeration(body: ModerationBody, response: ServerResponse): Promise<void> {
    const { model, texts } = checkModeration(body);
    const reply = (await moderations.next(body)) ?? {};
    await pause(reply, closing.signal);
    if (reply.fault !== undefined) return sendFault(response, reply);
    const right = texts.map(judge);
    sendJson(response, 200, {
      id: `${idPrefix}${requests.length}`,
      model,
      results: reply.change?.(right) ?? right,
    });
  }

  const port = await listen(server, options.port ?? 0);
  const on = <Body>(path: string) =>
    requests.filter((request) => request.path === path) as (RecordedRequest & { body: Body })[];
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    chatRequests: () => on<ChatBody>("/v1/chat/completions"),
    embeddingsRequests: () => on<EmbeddingsBody>("/v1/embeddings"),
    moderationRequests: () => on<ModerationBody>("/v1/moderations"),
    agentRequests: () => on<AgentBody>("/v1/agents/completions"),
    conversationRequests: () =>
      requests.filter(
        ({ method, path }) => method === "POST" && path.startsWith("/v1/conversations"),
      ) as (RecordedRequest & { body: ConversationBody })[],
    dropConnections: () => server.closeAllConnections(),
    nextRequest: () => arrival.promise,
    script(scripts) {
      if (scripts.chat) chat.add(scripts.chat);
      if (scripts.batches) batchReplies.add(scripts.batches);
      if (scripts.embeddings) embeddings.add(scripts.embeddings);
      if (scripts.moderations) moderations.add(scripts.moderations);
      if (scripts.conversations) conversationReplies.add(scripts.conversations);
    },
    reset() {
      chat.clear();
      embeddings.clear();
      moderations.clear();
      batchReplies.clear();
      batches.clear();
      conversationReplies.clear();
      agents.clear();
      conversations.clear();
      cache.clear();
      requests.length = 0;
    },
    async close() {
      closing.abort();
      if (!server.listening) return;
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

/** A turn of a conversation as chat would have it, for the stand-in's own answer. */
function chatBodyOf({ asked: { body, messages }, model, tools }: Turn): ChatBody {
  const { response_format, tool_choice } = body.completion_args ?? {};
  return {
    model,
    messages,
    tools,
    ...(response_format ? { response_format } : {}),
    ...(tool_choice ? { tool_choice } : {}),
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  if (pieces.length === 0) return undefined;
  try {
    return JSON.parse(Buffer.concat(pieces).toString("utf8"));
  } catch {
    throw new ApiError(400, errorBody("The body is not JSON", "invalid_request_error", null));
  }
}

function authorize(request: IncomingMessage, apiKey: string | undefined): void {
  const key = /^Bearer (\S+)$/.exec(request.headers.authorization ?? "")?.[1];
  if (key === undefined || (apiKey !== undefined && key !== apiKey))
    throw new ApiError(401, { detail: "Unauthorized" });
}

async function pause({ wait, delayMs }: Timing, signal: AbortSignal): Promise<void> {
  await wait;
  if (delayMs !== undefined) await delay(delayMs, undefined, { signal });
}
