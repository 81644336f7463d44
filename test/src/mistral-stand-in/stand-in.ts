import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { ApiError, errorBody } from "./api-error.ts";
import { type ChatRules, checkChat } from "./check-chat.ts";
import { Completions, idPrefix, ownAnswer, toChunks, toJson } from "./completion.ts";
import { checkEmbeddings, countTokens, embedText } from "./embed.ts";
import {
  type ChatAnswer,
  type ChatReply,
  type EmbeddingItem,
  type EmbeddingsReply,
  type Fault,
  Replies,
  type Scripts,
  type Timing,
} from "./reply.ts";
import type { ChatBody, EmbeddingsBody } from "./wire.ts";

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
  /** True when the client went away before the answer was complete. */
  closedEarly: boolean;
}

export interface MistralStandIn {
  /** Origin without `/v1`, as `serverURL` of the plain client; the AI SDK's `baseURL` is this with `/v1`. */
  readonly url: string;
  /** All requests in order of arrival, refused ones too. */
  readonly requests: readonly RecordedRequest[];
  chatRequests(): (RecordedRequest & { body: ChatBody })[];
  embeddingsRequests(): (RecordedRequest & { body: EmbeddingsBody })[];
  /** Sets what comes next; see `Scripts`. */
  script(scripts: Scripts): void;
  /** Forgets all scripts and all requests. */
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
];

/** On every answer of the stand-in, errors too. */
export const standInHeader = "x-souvenir-stand-in";

/** True for an answer, or a chunk of a stream, that came from the stand-in and not from a model. */
export function answeredByStandIn(answer: { id?: string | undefined }): boolean {
  return answer.id?.startsWith(idPrefix) ?? false;
}

/**
 * Starts a server on 127.0.0.1 that speaks `/v1/chat/completions`, `/v1/embeddings` and `/v1/models` as Mistral does,
 * and is as strict about requests. Its answers come from `Scripts`, and otherwise from the prompt itself.
 */
export async function startMistralStandIn(options: MistralStandInOptions = {}): Promise<MistralStandIn> {
  const requests: RecordedRequest[] = [];
  const chat = new Replies<ChatReply, ChatBody>();
  const embeddings = new Replies<EmbeddingsReply, EmbeddingsBody>();
  const completions = new Completions();
  const closing = new AbortController();

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else if (error instanceof ApiError) sendJson(response, error.status, error.body);
      else sendJson(response, 500, errorBody(String(error), "stand_in_failed", null));
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? "/", "http://stand-in").pathname;
    const recorded: RecordedRequest = {
      method: request.method ?? "",
      path,
      headers: request.headers,
      body: undefined,
      closedEarly: false,
    };
    requests.push(recorded);
    response.setHeader(standInHeader, "1");
    response.once("close", () => {
      recorded.closedEarly = !response.writableFinished;
      if (response.headersSent) recorded.status = response.statusCode;
    });
    recorded.body = await readJson(request);
    authorize(request, options.apiKey);
    switch (`${request.method} ${path}`) {
      case "POST /v1/chat/completions":
        return await answerChat(checkChat(recorded.body, options), response, recorded);
      case "POST /v1/embeddings":
        return await answerEmbeddings(recorded.body as EmbeddingsBody, response);
      case "GET /v1/models": {
        const data = models.map((id) => ({ id, object: "model", type: "base", capabilities: {} }));
        return sendJson(response, 200, { object: "list", data });
      }
      default:
        throw new ApiError(404, errorBody(`No route for ${request.method} ${path}`, "not_found", null));
    }
  }

  async function answerChat(
    body: ChatBody,
    response: ServerResponse,
    recorded: RecordedRequest,
  ): Promise<void> {
    const reply = (await chat.next(body)) ?? ownAnswer(body);
    await pause(reply, closing.signal);
    if (reply.fault !== undefined) return sendFault(response, reply);
    const completion = completions.make(body, reply);
    if (!body.stream) {
      if (reply.breakOff) return void response.destroy();
      return sendJson(response, 200, toJson(completion));
    }
    recorded.status = 200;
    await sendStream(response, toChunks(completion), reply);
  }

  async function answerEmbeddings(body: EmbeddingsBody, response: ServerResponse): Promise<void> {
    const { model, texts, dimensions } = checkEmbeddings(body);
    const reply = (await embeddings.next(body)) ?? {};
    await pause(reply, closing.signal);
    if (reply.fault !== undefined) return sendFault(response, reply);
    const right = texts.map(
      (text, index): EmbeddingItem => ({
        object: "embedding",
        index,
        embedding: embedText(text, dimensions),
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

  const port = await listen(server, options.port ?? 0);
  const on = <Body>(path: string) =>
    requests.filter((request) => request.path === path) as (RecordedRequest & { body: Body })[];
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    chatRequests: () => on<ChatBody>("/v1/chat/completions"),
    embeddingsRequests: () => on<EmbeddingsBody>("/v1/embeddings"),
    script(scripts) {
      if (scripts.chat) chat.add(scripts.chat);
      if (scripts.embeddings) embeddings.add(scripts.embeddings);
    },
    reset() {
      chat.clear();
      embeddings.clear();
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

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

function sendFault(response: ServerResponse, { fault, status = 500, headers = {}, body = {} }: Fault): void {
  if (fault === "hang") return;
  if (fault === "drop") return void response.destroy();
  const html = typeof body === "string";
  response.writeHead(status, { "content-type": html ? "text/html" : "application/json", ...headers });
  response.end(html ? body : JSON.stringify(body));
}

async function sendStream(
  response: ServerResponse,
  chunks: Iterable<Record<string, unknown>>,
  { beforeDelta, breakOff }: ChatAnswer,
): Promise<void> {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
  response.flushHeaders();
  let index = 0;
  for (const chunk of chunks) {
    if (breakOff && index >= breakOff.afterDeltas) return breakStream(response, breakOff.how);
    await beforeDelta?.(index);
    if (response.destroyed) return;
    await written(response, `data: ${JSON.stringify(chunk)}\n\n`);
    index++;
  }
  response.end("data: [DONE]\n\n");
}

/** Waits until the piece is handed to the system, so that a stream that dies has delivered what came before. */
function written(response: ServerResponse, piece: string): Promise<void> {
  return new Promise((resolve) => response.write(piece, () => resolve()));
}

function breakStream(response: ServerResponse, how: NonNullable<ChatAnswer["breakOff"]>["how"]): void {
  if (how === "die") response.destroy();
  else if (how === "end") response.end();
  else response.end('data: {"id":"stand-in-broken","choices":[{"ind\n\ndata: [DONE]\n\n');
}
