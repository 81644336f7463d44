import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import { embedText, words } from "./mistral-stand-in/embed.ts";

/** A request as it came. */
export interface Asked {
  path: string;
  headers: IncomingHttpHeaders;
  body: Record<string, unknown>;
}

/** What happens to a request instead of the answer that the server would give. */
export type Turn = (asked: Asked, response: ServerResponse) => void;

export interface ModelServer {
  /** Without a path. */
  url: string;
  requests: Asked[];
  /** Each next request goes to the first of these; when there is none, the server answers. */
  turns: Turn[];
  close(): Promise<void>;
}

export interface ModelServerOptions {
  /** Numbers of a vector. Default 64. */
  dimensions?: number;
  /** Required as a bearer token. Default: none. */
  apiKey?: string;
  /** Most texts of a request, else 413. Default 32. */
  maxInputs?: number;
  /** Most characters of a text, else 400 as vLLM words it. Default: no limit. */
  maxCharacters?: number;
  /** Default `"float"`; some servers answer in base64 whatever they are asked. */
  encoding?: "float" | "base64";
}

/**
 * A local server of models, as TEI, vLLM, Ollama and others are: OpenAI's endpoint for embeddings, and the one for
 * reranking that Jina, Cohere, vLLM and TEI share. Its vectors are of hashed words; its scores count common words.
 */
export async function startModelServer(options: ModelServerOptions = {}): Promise<ModelServer> {
  const requests: Asked[] = [];
  const turns: Turn[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const asked: Asked = {
      path: request.url ?? "",
      headers: request.headers,
      body: text === "" ? {} : (JSON.parse(text) as Record<string, unknown>),
    };
    requests.push(asked);
    const turn = turns.shift();
    if (turn !== undefined) return turn(asked, response);
    const { status, body } = answer(asked, options);
    send(response, status, body);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`,
    requests,
    turns,
    close: () =>
      new Promise((closed) => {
        server.closeAllConnections();
        server.close(() => closed());
      }),
  };
}

/** Answers with JSON. */
export function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(typeof body === "string" ? body : JSON.stringify(body));
}

/** An error as OpenAI words it. It repeats the input, as errors of real servers do. */
export function refuse(
  status: number,
  error: object = {},
  headers: Readonly<Record<string, string>> = {},
): Turn {
  return ({ body }, response) =>
    send(response, status, { error: { message: `refused: ${JSON.stringify(body)}`, ...error } }, headers);
}

/** The vectors of an answer, changed. */
export function changed(
  change: (data: { index: number; embedding: unknown }[]) => unknown[],
  dimensions = 64,
): Turn {
  return ({ body }, response) => {
    const data = (body.input as string[]).map((text, index) => ({
      index,
      embedding: embedText(text, dimensions),
    }));
    send(response, 200, { object: "list", data: change(data) });
  };
}

function answer(
  { path, headers, body }: Asked,
  options: ModelServerOptions,
): { status: number; body: unknown } {
  const { dimensions = 64, apiKey, maxInputs = 32, maxCharacters, encoding = "float" } = options;
  const fail = (status: number, message: string, code: string | null = null) => ({
    status,
    body: { error: { message, type: "invalid_request_error", code } },
  });
  if (apiKey !== undefined && headers.authorization !== `Bearer ${apiKey}`) return fail(401, "wrong key");
  if (body.model === "unknown") return fail(404, "The model `unknown` does not exist.", "model_not_found");
  const endpoint = new URL(path, "http://local").pathname;
  if (endpoint.endsWith("/rerank")) return { status: 200, body: rerank(body) };
  if (endpoint !== "/v1/embeddings") return fail(404, "Not Found");
  const input = body.input as string[];
  if (input.length > maxInputs)
    return fail(413, `batch size ${input.length} > maximum allowed batch size ${maxInputs}`);
  if (maxCharacters !== undefined && input.some((text) => text.length > maxCharacters))
    return fail(400, `This model's maximum context length is ${maxCharacters} tokens.`);
  const data = input.map((text, index) => {
    const vector = Float32Array.from(embedText(text, dimensions));
    const embedding = encoding === "float" ? [...vector] : Buffer.from(vector.buffer).toString("base64");
    return { object: "embedding", index, embedding };
  });
  // Nothing promises the order.
  return { status: 200, body: { object: "list", data: data.toReversed(), model: body.model } };
}

/** Best first, as all of them do. TEI takes `texts` and answers with a list. */
function rerank(body: Record<string, unknown>): unknown {
  const texts = (body.documents ?? body.texts) as string[];
  const asked = new Set(words(body.query as string));
  const results = texts
    .map((text, index) => ({
      index,
      relevance_score: words(text).filter((word) => asked.has(word)).length / (asked.size + 1),
    }))
    .sort((left, right) => right.relevance_score - left.relevance_score);
  return body.texts === undefined
    ? { results }
    : results.map(({ index, relevance_score: score }) => ({ index, score }));
}
