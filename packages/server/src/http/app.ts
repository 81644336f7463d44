import type { Logger, Memory } from "@souvenir/core";
import { checkInteger, checkOptions, namesOf, SouvenirError } from "@souvenir/core";
import type { ChatModel } from "@souvenir/mistral";
import { Hono } from "hono";
import { COMPRESSIBLE_CONTENT_TYPE_REGEX, compress } from "hono/compress";
import { cors } from "hono/cors";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { type Operation, type OperationId, operations } from "../api/operations.ts";
import { consoleAsset } from "../console/assets.ts";
import type { Hooks } from "../hooks/hooks.ts";
import type { AsyncKeyStore } from "../keys/key-store.ts";
import { type Authorization, covers, resourceDocumentOf } from "../oauth/authorization.ts";
import { type Caller, checkPage, checkThisMachine, mayUse } from "./access.ts";
import { Activity } from "./activity.ts";
import type { Audit, AuditEvent } from "./audit.ts";
import { type BodyLimits, readQuery } from "./body.ts";
import { type DispatchParts, dispatch, sendJson } from "./dispatch.ts";
import { HttpError, toErrorAnswer } from "./errors.ts";
import { type Env, Gate } from "./gate.ts";
import { memoryHandlers } from "./handlers.ts";
import { Journal } from "./journal.ts";
import { asRpc, McpEndpoint } from "./mcp-endpoint.ts";
import { Metrics } from "./metrics.ts";
import { addOAuth } from "./oauth-routes.ts";
import { serviceHandlers } from "./service-handlers.ts";

/** Who may do what, and what is written down of it. */
export interface AppOptions extends Partial<BodyLimits> {
  /** Bearer keys. Without them nothing but `open` lets anybody in. */
  keys?: AsyncKeyStore;
  /**
   * Answer requests of this machine without a key as long as none was ever created: only where nobody else can
   * connect. Default false.
   */
  open?: boolean;
  /** Origins whose pages may call, as `https://app.example`; `*` for all. Default: none. */
  corsOrigins?: readonly string[];
  /**
   * Lends keys to MCP hosts with OAuth 2.1, to each the one that a person pastes: `openAuthorization(keys.tokens)` of
   * `@souvenir/server/node`. Default: none, a host is given its key. `serve()` has it.
   */
  authorization?: Authorization;
  /**
   * The address under which clients reach this server, `https://memory.example`, where a proxy stands before it. OAuth names
   * it. Default: that of each request.
   */
  publicUrl?: string;
  /** Requests a minute of a key that names no limit of its own. Default 6000; 600000 where no key is needed. */
  rateLimit?: number;
  /**
   * The model that `POST /v1/ask` and the playground of the console ask, for keys that may write: `mistralChat()` of
   * `@souvenir/mistral`. Default: none, and nothing is sent.
   */
  chat?: ChatModel;
  /** Questions to that model that a key may ask in a minute. Default 20. */
  chatLimit?: number;
  /** Compress answers over 1 KiB for clients that accept it. Default true. */
  compress?: boolean;
  /**
   * Told of every write, deletion, export and change of keys after it was done, before it is answered, and of keys that
   * are none.
   */
  audit?: Audit;
  /** Do none of these unless the audit log took that it is begun; else 503. Default false: the log never stops a request. */
  auditRequired?: boolean;
  /** Told of each request: id, route, status, milliseconds, id of the key; never names, contents or keys. */
  logger?: Logger;
  /** Web hooks: `openHooks` of `@souvenir/server/node`. Default: none. `serve()` has them where it has keys. */
  hooks?: Hooks;
  /** Milliseconds between looks at a namespace that somebody follows (`GET /v1/changes`). Default 500. */
  pollMs?: number;
  /**
   * Milliseconds after which such a stream ends, so that followers spread over the servers that there are: they go on from
   * the last event, as browsers do by themselves. Default an hour.
   */
  followMs?: number;
  /** Milliseconds since 1970. Default `Date.now`. */
  clock?: () => number;
  /** More values for `/metrics`, by metric name; one that ends in `_total` is a counter. */
  metrics?: () => Readonly<Record<string, number>>;
  /** False from when the server is about to stop: `/readyz` says so. */
  accepting?: () => boolean;
}

/** `Request -> Response`: what every runtime with `fetch` can serve. */
export interface App {
  /** The answer to a request. */
  fetch(request: Request): Promise<Response>;
}

const searches: ReadonlySet<string> = new Set([
  operations.memorySearch.route,
  operations.memorySearchAlias.route,
  operations.recall.route,
  operations.context.route,
]);
const writes: ReadonlySet<string> = new Set([
  operations.memorySet.route,
  operations.remember.route,
  operations.rememberTurn.route,
]);

const clientGone = 499 as ContentfulStatusCode;

const optionNames = namesOf<AppOptions>({
  keys: true,
  open: true,
  corsOrigins: true,
  authorization: true,
  publicUrl: true,
  rateLimit: true,
  chat: true,
  chatLimit: true,
  compress: true,
  audit: true,
  auditRequired: true,
  logger: true,
  clock: true,
  metrics: true,
  accepting: true,
  pollMs: true,
  followMs: true,
  hooks: true,
  bodyBytes: true,
  bodyTimeoutMs: true,
});

/** The whole server as `Request -> Response`, for every runtime that has `fetch`. Creating it does nothing. */
export function createApp(memory: Memory, options: AppOptions = {}): App {
  checkOptions(options, "createApp", optionNames);
  const { keys, open = false, corsOrigins = [], logger, audit, clock = Date.now } = options;
  const { auditRequired = false } = options;
  if (auditRequired && audit === undefined)
    throw new SouvenirError("INVALID_INPUT", "auditRequired: expected audit beside it, to write to");
  if (typeof memory?.search !== "function" || typeof memory.stats !== "function")
    throw new SouvenirError("INVALID_INPUT", "memory: expected a Memory: await createMemory()");
  const { authorization, publicUrl } = options;
  const base = publicUrl === undefined ? undefined : originOf(publicUrl);
  const baseOf = (request: Request): string => base ?? new URL(request.url).origin;
  const limits: BodyLimits = {
    bodyBytes: options.bodyBytes ?? 4 * 1024 * 1024,
    bodyTimeoutMs: options.bodyTimeoutMs ?? 15_000,
  };
  const chatLimit = checkInteger(options.chatLimit ?? 20, "chatLimit", 1, 1_000_000);
  const pollMs = checkInteger(options.pollMs ?? 500, "pollMs", 1, 60_000);
  const followMs = checkInteger(options.followMs ?? 3_600_000, "followMs", 1, 86_400_000);
  const accepting = options.accepting ?? (() => true);
  const gate = new Gate({ keys, open, rateLimit: options.rateLimit, clock, record });
  const metrics = new Metrics();
  const activity = new Activity({
    clock,
    measure: async () => {
      const { records, bytes } = await memory.stats();
      return { memories: records, bytes };
    },
  });
  const journal = new Journal();
  const dispatchParts = (id: string, request: Request): DispatchParts => ({
    handlers,
    limits,
    askAgain: () => gate.askAgain(request),
    spend: (caller, writes) => gate.spend(caller, writes),
    broken: (error) => logger?.error?.("an answer broke off", { id, error }),
    begin: async (event) => {
      if (auditRequired && !(await record(id, { ...event, outcome: "begun" })))
        throw new HttpError(
          "UNAVAILABLE",
          "the audit log cannot be written, and without it nothing is done here: tell whoever runs this server",
        );
    },
    record: async (event) => void (await record(id, event)),
  });
  /** What was done cannot be undone because its line in the log failed. Answers whether it is there. */
  async function record(id: string, event: Omit<AuditEvent, "at" | "request">): Promise<boolean> {
    try {
      const noted: AuditEvent = { at: new Date(clock()).toISOString(), request: id, ...event };
      journal.changed(noted);
      if (event.outcome === "done" && event.namespace !== undefined) options.hooks?.changed(event.namespace);
      await audit?.(noted);
      return true;
    } catch (error) {
      logger?.error?.("the audit log cannot be written", { id, error });
      return false;
    }
  }
  const handlers = {
    ...memoryHandlers(memory, {
      clock,
      follow: { pollMs, followMs, accepting },
      chat: options.chat,
      countQuestion: (caller) => gate.question(caller, chatLimit),
    }),
    ...serviceHandlers({
      memory,
      keys,
      hooks: options.hooks,
      chat: options.chat,
      activity,
      journal,
      metrics,
      moreMetrics: options.metrics ?? (() => ({})),
      accepting,
      clock,
    }),
  };
  const app = new Hono<Env>();

  app.use("*", async (context, next) => {
    const started = performance.now();
    const at = new Date(clock()).toISOString();
    const given = context.req.header("x-request-id");
    const id = given !== undefined && /^[\w.:-]{1,64}$/.test(given) ? given : crypto.randomUUID();
    context.set("id", id);
    context.set("route", "unknown");
    context.header("X-Request-Id", id);
    context.header("X-Content-Type-Options", "nosniff");
    metrics.started();
    await next();
    const ms = performance.now() - started;
    const { status } = context.res;
    const route = context.get("route");
    metrics.finished(route, status, ms);
    const kind = searches.has(route) ? "search" : writes.has(route) ? "write" : "other";
    activity.record(kind, ms, status >= 500);
    const caller = context.get("caller");
    const answered = { id, route, status, ms: Math.round(ms * 10) / 10, key: caller?.key?.id ?? null };
    logger?.info?.("request", answered);
    // Not the page itself, nor who asks whether the server is there.
    if (caller !== undefined || status === 401) journal.answered({ at, ...answered });
  });
  if (options.compress ?? true) app.use("*", compress({ contentTypeFilter: isCompressible }));
  if (corsOrigins.length > 0)
    app.use(
      "*",
      cors({
        origin: (origin) => (mayUse(origin, corsOrigins) ? origin : null),
        allowMethods: ["GET", "POST", "DELETE"],
        allowHeaders: [
          "Authorization",
          "Content-Type",
          "If-Match",
          "If-None-Match",
          "X-Request-Id",
          "X-Souvenir-Namespace",
          "Last-Event-ID",
          "Mcp-Session-Id",
          "Mcp-Protocol-Version",
          "Mcp-Method",
          "Mcp-Name",
        ],
        exposeHeaders: [
          "ETag",
          "Retry-After",
          "WWW-Authenticate",
          "X-Request-Id",
          "X-RateLimit-Limit",
          "X-RateLimit-Remaining",
          "X-RateLimit-Reset",
          "Mcp-Session-Id",
        ],
        maxAge: 600,
      }),
    );
  app.use("*", async (context, next) => {
    if (open)
      try {
        checkThisMachine(context.req.raw, corsOrigins);
      } catch (error) {
        // Asked only where it matters: who asks whether this server is alive does not wait for a database.
        if (!((await keys?.any()) ?? false)) throw error;
      }
    await next();
  });

  for (const [id, operation] of Object.entries(operations) as [OperationId, Operation][]) {
    const [method, path] = operation.route.split(" ") as [string, string];
    app.on(method, path.replace("{id}", ":id"), async (context) => {
      context.set("route", operation.route);
      if (!operation.route.endsWith("/openapi.json")) context.header("Cache-Control", "no-store");
      const caller: Caller = operation.needs === "none" ? { grants: [] } : await gate.admit(context);
      try {
        return await dispatch(
          id,
          operation,
          context,
          caller,
          dispatchParts(context.get("id"), context.req.raw),
        );
      } catch (error) {
        // The reason of an abort may be anything, and Hono lets what is no `Error` pass by `onError` and all that follows.
        throw error instanceof Error ? error : new Error("stopped", { cause: error });
      }
    });
  }
  const mcp = new McpEndpoint(memory, logger);
  app.on(["GET", "POST", "DELETE"], ["/mcp", "/mcp/*"], async (context) => {
    context.set("route", `${context.req.method} /mcp`);
    context.header("Cache-Control", "no-store");
    const base = baseOf(context.req.raw);
    checkPage(context.req.raw, base, corsOrigins);
    const caller = await gate.known(context, {
      lent: async (token) => {
        const found = await keys?.tokens.find("access", token);
        return found !== undefined && covers(found.loan.resource, base + context.req.path)
          ? found.key
          : undefined;
      },
      hint:
        authorization === undefined
          ? ""
          : `, resource_metadata="${resourceDocumentOf(base, context.req.path)}"`,
    });
    const [name] = Object.keys(readQuery(context.req.raw.url));
    if (name !== undefined)
      throw new HttpError(
        "INVALID_INPUT",
        `the query: expected none, and ${JSON.stringify(name.slice(0, 64))} is there: a namespace stands in the path, /mcp/{namespace}`,
      );
    const parts = dispatchParts(context.get("id"), context.req.raw);
    return mcp.fetch(context, { ...parts, caller, charge: (calls) => gate.charge(context, caller, calls) });
  });
  if (authorization !== undefined) addOAuth(app, { authorization, gate, limits, baseOf });
  // What people open first. Relative, so that it holds behind a proxy that adds a prefix.
  app.get("/", (context) => {
    context.set("route", "GET /");
    return context.redirect("console/");
  });
  app.get("/console/*", (context) => {
    context.set("route", "GET /console");
    const file = consoleAsset(context.req.path, context.req.header("if-none-match"));
    return file ?? context.notFound();
  });
  app.notFound((context) => {
    const routes = Object.values(operations).map(
      (operation) => operation.route.split(" ") as [method: string, path: string],
    );
    const exact = routes.filter(([, path]) => path === context.req.path);
    // Whatever else stands in the place of an id is one.
    const last = context.req.path.split("/").at(-1) || "{id}";
    const fitting =
      exact.length > 0 ? exact : routes.filter(([, path]) => path.replace("{id}", last) === context.req.path);
    const methods = fitting.map(([method]) => method);
    if (methods.length === 0) {
      const meant = Object.values(operations).find(({ route }) => sameWords(route, context.req.path));
      throw new HttpError(
        "UNKNOWN_ROUTE",
        `there is nothing at this address; ${meant === undefined ? "" : `did you mean ${meant.route}? `}/openapi.json lists what there is`,
      );
    }
    throw new HttpError("METHOD_NOT_ALLOWED", `expected ${methods.join(" or ")}`, {
      Allow: methods.join(", "),
    });
  });
  app.onError((error, context) => {
    const id = context.get("id");
    // Nobody is there to be answered, and nothing failed here; the status is what proxies write into their logs then.
    if (context.req.raw.signal.aborted && !(error instanceof HttpError))
      return context.body(null, clientGone);
    const { status, body, headers } = toErrorAnswer(error, id);
    if (status >= 500)
      logger?.error?.("a request failed", { id, route: context.get("route"), code: body.error.code, error });
    for (const [name, value] of Object.entries(headers)) context.header(name, value);
    return sendJson(context, context.get("route").endsWith(" /mcp") ? asRpc(body, error) : body, status);
  });

  return { fetch: async (request) => app.fetch(request) };
}

/** @throws SouvenirError `INVALID_INPUT` */
function originOf(address: string): string {
  const { origin, href, protocol } = URL.canParse(address) ? new URL(address) : {};
  if (href !== `${origin}/` || !/^https?:$/.test(protocol ?? ""))
    throw new SouvenirError(
      "INVALID_INPUT",
      "publicUrl: expected an address without a path, as in https://memory.example",
    );
  return origin as string;
}

function isCompressible(type: string): boolean {
  return type === "application/x-ndjson" || COMPRESSIBLE_CONTENT_TYPE_REGEX.test(type);
}

/** An address that differs from that of a route by what stands between its words, or by the version before them. */
function sameWords(route: string, path: string): boolean {
  const wordsOf = (address: string) => address.toLowerCase().replace(/^\/*(?:v1\/+)?|[^a-z]/g, "");
  return wordsOf(route.slice(route.indexOf("/"))) === wordsOf(path);
}
