import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { checkInteger, type Memory, SouvenirError } from "@souvenir/core";
import { openHooks } from "../hooks/open-hooks.ts";
import { isLoopback } from "../http/access.ts";
import { type AppOptions, createApp } from "../http/app.ts";
import { openAuthorization } from "../oauth/open-authorization.ts";
import { linger } from "./linger.ts";

/** What is served, where and to whom. */
export interface ServeOptions extends Omit<AppOptions, "open" | "accepting" | "metrics" | "hooks"> {
  /** What is served. `close()` of the server leaves it open. */
  memory: Memory;
  /** Default `127.0.0.1`. Any other than an address of this machine itself needs a key. */
  host?: string;
  /** Default 7077; 0 takes a free one. */
  port?: number;
  /**
   * When the facts of all namespaces are tidied up (`memory.dream`): a cron expression, by this machine's clock, as in
   * `0 3 * * *`. Default: never.
   */
  dream?: string;
  /**
   * How web hooks deliver, where there are `keys`. `allowLoopback`: receivers may be on this machine, without TLS too; whoever
   * may make a hook then reaches every port of it. Default false. `timeoutMs`: what a receiver has to answer. Default 10000.
   */
  webHooks?: { allowLoopback?: boolean; timeoutMs?: number };
  /** Milliseconds that `close()` gives requests that are under way. Default 10000. */
  closeTimeoutMs?: number;
}

/** A server that answers. */
export interface RunningServer {
  /** For example `http://127.0.0.1:7077`. */
  readonly url: string;
  /** Whether requests are answered without a key, because none was created yet. */
  readonly open: boolean;
  /** When it dreams next. Absent: never. */
  readonly nextDream?: Date;
  /** Stops accepting, answers what is under way, then resolves. The memory and the keys stay open. */
  close(): Promise<void>;
}

/**
 * Serves a memory over HTTP.
 * @throws SouvenirError `INVALID_INPUT` when the host is not of this machine only and no key was created, when the
 * address cannot be listened on, or when `dream` is no cron expression.
 */
export async function serve({
  memory,
  host = "127.0.0.1",
  port = 7077,
  closeTimeoutMs = 10_000,
  dream,
  webHooks = {},
  ...options
}: ServeOptions): Promise<RunningServer> {
  if (typeof memory?.search !== "function")
    throw new SouvenirError("INVALID_INPUT", "serve: expected { memory: await createMemory() }");
  checkInteger(port, "port", 0, 65_535);
  const open = isLoopback(host);
  const anyKey = (await options.keys?.any()) ?? false;
  if (!open && !anyKey)
    throw new SouvenirError(
      "INVALID_INPUT",
      `without a key only this machine is served: create a key first (souvenir keys create), or listen on 127.0.0.1 instead of ${host}`,
    );
  // Loaded here, because most servers do not dream.
  const dreams =
    dream === undefined
      ? undefined
      : (await import("./plan-dreams.ts")).planDreams(memory, dream, options.logger);
  const { keys, clock, pollMs, audit, auditRequired, logger } = options;
  const hooks =
    keys === undefined
      ? undefined
      : openHooks({ memory, store: keys.hooks, ...webHooks, clock, pollMs, audit, auditRequired, logger });
  let closing = false;
  const app = createApp(memory, {
    ...(options.keys === undefined ? {} : { authorization: openAuthorization(options.keys.tokens) }),
    ...options,
    ...(hooks === undefined ? {} : { hooks }),
    open,
    accepting: () => !closing,
    metrics: processMetrics,
  });
  const answer = getRequestListener((request) => app.fetch(request), { overrideGlobalObjects: false });
  const underWay = new Set<ServerResponse>();
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    underWay.add(response);
    response.once("close", () => underWay.delete(response));
    if (closing) response.setHeader("Connection", "close");
    else linger(request, response);
    void answer(request, response);
  };
  // Bodies have a timeout of their own; this one is for the head.
  const server = createServer(
    { headersTimeout: 10_000, requestTimeout: 0, keepAliveTimeout: 5_000 },
    listener,
  );
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) => {
      void dreams?.stop();
      reject(
        new SouvenirError(
          "INVALID_INPUT",
          `cannot listen on ${host}, port ${port} (${(cause as NodeJS.ErrnoException).code}): choose another with port`,
          { cause },
        ),
      );
    });
    server.listen(port, host, resolve);
  });
  hooks?.start();
  const address = server.address() as AddressInfo;
  const name = address.family === "IPv6" ? `[${address.address}]` : address.address;
  let closed: Promise<void> | undefined;
  return {
    url: `http://${name}:${address.port}`,
    open: open && !anyKey,
    ...(dreams === undefined ? {} : { nextDream: dreams.first }),
    close() {
      closed ??= Promise.all([dreams?.stop(), hooks?.close(), stopServing()]).then(() => undefined);
      return closed;
    },
  };

  function stopServing(): Promise<void> {
    return new Promise<void>((resolve) => {
      closing = true;
      for (const response of underWay) if (!response.headersSent) response.setHeader("Connection", "close");
      const timer = setTimeout(() => server.closeAllConnections(), closeTimeoutMs);
      server.close(() => {
        clearTimeout(timer);
        resolve();
      });
      server.closeIdleConnections();
    });
  }
}

/** Under the names that Prometheus clients use. */
function processMetrics(): Record<string, number> {
  const { rss, heapUsed, external } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  return {
    process_resident_memory_bytes: rss,
    nodejs_heap_size_used_bytes: heapUsed,
    nodejs_external_memory_bytes: external,
    process_cpu_seconds_total: (user + system) / 1e6,
  };
}
