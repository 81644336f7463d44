import { createMcpHandler } from "@modelcontextprotocol/server";
import { checkOptions, namesOf, SouvenirError } from "@souvenir/core";
import { type Caller, checkThisMachine, identify, mayUse } from "../http/access.ts";
import { HttpError, toErrorAnswer } from "../http/errors.ts";
import { RateLimiter } from "../http/rate-limit.ts";
import { allows } from "../keys/grants.ts";
import type { KeyStore } from "../keys/key-store.ts";
import { createMemoryServer, type MemoryServerOptions } from "./memory-server.ts";

const usualRateLimit = 6_000;

export interface MemoryAppOptions extends Omit<MemoryServerOptions, "beforeWrite"> {
  /** As soon as one was created, each request needs one that may read the namespace. */
  keys?: KeyStore;
  /** Answer requests of this machine without a key as long as none was ever created. Default false. */
  open?: boolean;
  /** Origins whose pages may call, as `https://app.example`. Default: none. */
  allowedOrigins?: readonly string[];
  /** Milliseconds since 1970. Default `Date.now`. */
  clock?: () => number;
}

const optionNames = namesOf<MemoryAppOptions>({
  keys: true,
  open: true,
  allowedOrigins: true,
  clock: true,
  memory: true,
  namespace: true,
  readOnly: true,
  onError: true,
});

/** The memory of one namespace over streamable HTTP at `/mcp`, as `Request -> Response`. */
export function createMemoryApp(options: MemoryAppOptions): {
  fetch(request: Request): Promise<Response>;
  close(): Promise<void>;
} {
  checkOptions(options, "createMemoryApp", optionNames);
  const { keys, open = false, allowedOrigins = [], clock = Date.now, ...serverOptions } = options;
  const { namespace, onError } = serverOptions;
  const limiter = new RateLimiter(clock);
  const handler = createMcpHandler(
    ({ authInfo }) => {
      const key = (authInfo?.extra?.caller as Caller | undefined)?.key;
      return createMemoryServer({
        ...serverOptions,
        // A key that may not write sees no tool that does.
        readOnly:
          serverOptions.readOnly === true || (key !== undefined && !allows(key.grants, "write", namespace)),
        beforeWrite: () => {
          if (key !== undefined && keys?.spend(key, { requests: 0, writes: 1 }) === false)
            throw new SouvenirError("INVALID_INPUT", "the key has used up its writes of today");
        },
      });
    },
    { onerror: (error) => onError(error, "protocol") },
  );

  function admit(request: Request): Caller {
    const needsNoKey = open && keys?.any() !== true;
    if (needsNoKey) checkThisMachine(request, allowedOrigins);
    const origin = request.headers.get("origin");
    if (origin !== null && origin !== new URL(request.url).origin && !mayUse(origin, allowedOrigins))
      throw new HttpError("FORBIDDEN", "this server answers no page of another origin");
    const caller = identify(request, keys, { open, failures: limiter });
    const { key } = caller;
    if (key === undefined) return caller;
    if (!allows(key.grants, "read", namespace))
      throw new HttpError("FORBIDDEN", "this key does not open the memory that is served here");
    if (
      !limiter.take(key.id, key.rateLimit ?? usualRateLimit).allowed ||
      keys?.spend(key, { requests: 1, writes: 0 }) === false
    )
      throw new HttpError("RATE_LIMITED", "this key has made too many requests: try again later");
    return caller;
  }

  return {
    async fetch(request) {
      try {
        if (new URL(request.url).pathname !== "/mcp")
          throw new HttpError("NOT_FOUND", "the endpoint is /mcp");
        const caller = admit(request);
        return await handler.fetch(request, {
          authInfo: { token: "", clientId: caller.key?.id ?? "", scopes: [], extra: { caller } },
        });
      } catch (error) {
        if (!(error instanceof HttpError)) onError(error, "protocol");
        return refusal(error);
      }
    },
    close: () => handler.close(),
  };
}

/** In the form that the protocol has for errors of a request that was not read. */
function refusal(error: unknown): Response {
  const { status, body, headers } = toErrorAnswer(error, crypto.randomUUID());
  return Response.json(
    { jsonrpc: "2.0", error: { code: -32_000, message: body.error.message }, id: null },
    { status, headers },
  );
}
