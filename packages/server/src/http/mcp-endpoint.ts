import type { McpHttpHandler } from "@modelcontextprotocol/server";
import { type Logger, type Memory, SouvenirError } from "@souvenir/core";
import type { Context } from "hono";
import type { StatusCode } from "hono/utils/http-status";
import type { OperationId } from "../api/operations.ts";
import { allows } from "../keys/grants.ts";
import type { ToolWrite } from "../mcp/memory-server.ts";
import { type Caller, demand } from "./access.ts";
import type { AuditEvent } from "./audit.ts";
import { type BodyLimits, readJson } from "./body.ts";
import { defaultNamespace } from "./call.ts";
import type { DispatchParts } from "./dispatch.ts";
import { HttpError, toErrorAnswer } from "./errors.ts";

/** What is asked of the endpoint of MCP for one request. */
export interface McpRequest extends Pick<DispatchParts, "spend" | "begin" | "record"> {
  caller: Caller;
  limits: BodyLimits;
  /** Counts the calls of the request. @throws HttpError `RATE_LIMITED` */
  charge: (calls: number) => Promise<void>;
}

const sessionHeader = "Mcp-Session-Id";

/** A request that may be cancelled while it is answered. */
interface Call {
  request: Request;
  /** The body of its answer, with whose end it is over. */
  watch(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array>;
  end(): void;
}

/** What the tools of one request close over. */
interface Session extends McpRequest {
  namespace: string;
}

/**
 * MCP over streamable HTTP: at `/mcp` for the namespace that the caller's key names, at `/mcp/{namespace}` for any that
 * it opens. Each request gets a server object of its own; what REST asks of a request was asked before. Nothing is kept of
 * a session: its id says who may cancel which call.
 */
export class McpEndpoint {
  readonly #memory: Memory;
  readonly #logger: Logger | undefined;
  /** Calls under way, by key, session and their id. */
  readonly #running = new Map<string, AbortController>();
  /** Loaded for the first request: who speaks REST only does not wait for it. */
  #handler: Promise<McpHttpHandler> | undefined;

  constructor(memory: Memory, logger: Logger | undefined) {
    this.#memory = memory;
    this.#logger = logger;
  }

  async fetch(context: Context, request: McpRequest): Promise<Response> {
    const { raw } = context.req;
    const body = raw.method === "POST" ? await readJson(raw, request.limits) : undefined;
    const messages: readonly unknown[] = Array.isArray(body) ? body : [body];
    const call = this.#callOf(raw, body, request.caller);
    try {
      const answer = await this.#answer(context, call, { ...request, body, messages });
      // With the headers of every answer of this server.
      const headers = Object.fromEntries(answer.headers);
      if (messages.some((message) => Object(message).method === "initialize"))
        headers[sessionHeader] = crypto.randomUUID();
      const stream = answer.body === null ? null : call.watch(answer.body);
      if (stream === null) call.end();
      return context.newResponse(stream, answer.status as StatusCode, headers);
    } catch (error) {
      call.end();
      throw error;
    }
  }

  async #answer(
    context: Context,
    call: Call,
    { body, messages, ...request }: McpRequest & { body: unknown; messages: readonly unknown[] },
  ): Promise<Response> {
    // All at once, so that whoever waits as long as is said has room for all.
    await request.charge(Math.max(1, messages.length));
    const namespace = namespaceOf(context.req.path, request.caller);
    demand(request.caller, "read", namespace);
    const session: Session = { ...request, namespace };
    for (const message of messages) await noteRefused(message, session);
    if (this.#handler === undefined) {
      this.#handler = this.#load(namespace);
      // What failed once may do the next time.
      this.#handler.catch(() => {
        this.#handler = undefined;
      });
    }
    return (await this.#handler).fetch(call.request, {
      authInfo: { token: "", clientId: request.caller.key?.id ?? "", scopes: [], extra: { session } },
      ...(body === undefined ? {} : { parsedBody: body }),
    });
  }

  /**
   * The request of one call, which ends when its client cancels it: that comes as a request of its own, from the same
   * session.
   */
  #callOf(raw: Request, body: unknown, { key }: Caller): Call {
    const session = raw.headers.get(sessionHeader);
    const { id, method, params } = Object(body) as { id?: unknown; method?: unknown; params?: unknown };
    const name = (of: unknown) => JSON.stringify([key?.id ?? "", session, of]);
    const isOfSession = session !== null && !Array.isArray(body) && typeof method === "string";
    if (isOfSession && method === "notifications/cancelled")
      this.#running.get(name((Object(params) as { requestId?: unknown }).requestId))?.abort();
    if (!isOfSession || id === undefined || this.#running.has(name(id)))
      return { request: raw, watch: (stream) => stream, end: () => {} };
    const cancelled = new AbortController();
    this.#running.set(name(id), cancelled);
    const end = () => void this.#running.delete(name(id));
    raw.signal.addEventListener("abort", end, { once: true });
    return {
      // Its body was read.
      request: new Request(raw.url, {
        method: raw.method,
        headers: raw.headers,
        signal: AbortSignal.any([raw.signal, cancelled.signal]),
      }),
      watch: (stream) => stream.pipeThrough(new TransformStream({ flush: end })),
      end,
    };
  }

  /** @param namespace - Any: facts are looked for in all of a memory, or in none. */
  async #load(namespace: string): Promise<McpHttpHandler> {
    const [{ createMcpHandler }, { createMemoryServer }] = await Promise.all([
      import("@modelcontextprotocol/server"),
      import("../mcp/memory-server.ts"),
    ]);
    const { facts } = await this.#memory.stats({ namespace });
    const failed = (error: unknown, tool: string) => this.#logger?.error?.("MCP failed", { tool, error });
    return createMcpHandler(
      ({ authInfo }) => {
        const session = authInfo?.extra?.session as Session;
        const { caller } = session;
        return createMemoryServer({
          memory: this.#memory,
          namespace: session.namespace,
          // Who may not write sees no tool that does.
          facts: facts !== undefined,
          readOnly: !allows(caller.grants, "write", session.namespace),
          writing: (write, run) => written(session, write, run),
          onError: failed,
        });
      },
      { onerror: (error) => failed(error, "protocol") },
    );
  }
}

/** One of a key is meant where none is named; else the one that REST takes. @throws HttpError `INVALID_INPUT` */
function namespaceOf(path: string, { grants }: Caller): string {
  const named = path.slice("/mcp/".length);
  if (named !== "")
    try {
      return decodeURIComponent(named);
    } catch {
      throw new HttpError("INVALID_INPUT", "the path: expected /mcp/{namespace}, with the name URL-encoded");
    }
  const names = new Set(grants.flatMap((grant) => ("namespace" in grant ? [grant.namespace] : [])));
  const [only] = names;
  if (names.size === 1 && only !== undefined) return only;
  if (allows(grants, "read", defaultNamespace)) return defaultNamespace;
  throw new HttpError("FORBIDDEN", "this key does not open one namespace alone: name one, /mcp/{namespace}");
}

/** What tools that write are among the operations. */
const writes: Readonly<Record<string, OperationId>> = {
  remember: "memorySet",
  forget: "memoryDeleteMany",
  approve: "factApprove",
  decline: "factDecline",
  undo: "runUndo",
};

/** A tool that writes is not there for who may not write; that it was asked for is a refusal. */
async function noteRefused(message: unknown, { caller, namespace, record }: Session): Promise<void> {
  const { method, params } = Object(message) as { method?: unknown; params?: { name?: unknown } };
  if (method !== "tools/call" || allows(caller.grants, "write", namespace)) return;
  const operation = Object.hasOwn(writes, String(params?.name)) ? writes[String(params?.name)] : undefined;
  if (operation === undefined) return;
  await record({ key: caller.key?.id ?? null, operation, outcome: "refused", namespace });
}

/** A write of a tool, counted and in the audit log as one over REST is. */
async function written<Result>(
  { caller, namespace, spend, begin, record }: Session,
  { operation, subject, first }: ToolWrite,
  run: () => Promise<Result>,
): Promise<Result> {
  const event: Omit<AuditEvent, "at" | "request" | "outcome"> = {
    key: caller.key?.id ?? null,
    operation,
    namespace,
  };
  try {
    if (first) await spend(caller, 1);
    await begin(event);
    const result = await run();
    const { deleted, erased } = Object(result) as { deleted?: number; erased?: number };
    await record({ ...event, outcome: "done", subject, count: deleted ?? erased ?? 1 });
    return result;
  } catch (error) {
    // That nothing can be written is told to the model, which would try again.
    const isFull = SouvenirError.is(error) && (error.code === "READ_ONLY" || error.code === "STORE_FULL");
    if (!isFull && !(error instanceof HttpError)) throw error;
    throw new SouvenirError("INVALID_INPUT", toErrorAnswer(error, "").body.error.message);
  }
}

/** A refusal in the form that the protocol has for errors of a request that was not read. */
export function asRpc({ error }: ReturnType<typeof toErrorAnswer>["body"], cause: unknown): object {
  const isUnread = cause instanceof HttpError && cause.details.unread === true;
  // Parse error, invalid request, and what is the server's own to say.
  const code = isUnread ? -32_700 : error.code === "INVALID_INPUT" ? -32_600 : -32_000;
  return { jsonrpc: "2.0", error: { code, message: error.message, data: { code: error.code } }, id: null };
}
