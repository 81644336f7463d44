import { checkOptions, type Memory, namesOf, SouvenirError } from "@souvenir/core";
import { RemoteMemory } from "./remote-memory.ts";
import { Transport } from "./transport.ts";

/** Which server is asked, with which key. */
export interface ConnectOptions {
  /** Address of the server, with a path where it stands below one: `https://memory.example`. */
  url: string;
  /** Bearer key. Default: none, for a server on this machine that has none. */
  key?: string | undefined;
  /** Default: the one of the runtime. */
  fetch?: (url: string, init: RequestInit) => Promise<Response>;
  /** Milliseconds until an answer. Default 30000. */
  timeoutMs?: number;
  /**
   * Times that a request is sent again: after a refusal that passes (a busy store, a rate limit), when no connection
   * could be made, and after a broken connection where sending twice does no harm, so not for `set` and `setMany`.
   * Default 2; 0 for never.
   */
  retries?: number;
  /** Milliseconds before the first retry, doubled for each further one. Default 200. */
  retryDelayMs?: number;
}

const optionNames = namesOf<ConnectOptions>({
  url: true,
  key: true,
  fetch: true,
  timeoutMs: true,
  retries: true,
  retryDelayMs: true,
});

/**
 * A memory on a Souvenir server, with the interface of `createMemory()`, for every runtime that has `fetch`. Nothing is
 * sent before the first call; `close()` ends this client, not the memory.
 *
 * Different from a memory in this process: `setMany` and `import` send at most 1000 records at once, so that a list
 * longer than that is not checked whole before its first record is stored; `clear` needs a key with `admin`;
 * `reembed` is for the server.
 *
 * Calls reject with a `SouvenirError`: those of core, and `UNAUTHORIZED`, `FORBIDDEN`, `RATE_LIMITED`, `UNAVAILABLE`.
 * @throws SouvenirError `INVALID_INPUT` for options that are not right
 */
export function connectMemory(options: ConnectOptions): Memory {
  checkOptions(options, "connectMemory", optionNames);
  const { url, key, fetch = (address, init) => globalThis.fetch(address, init) } = options;
  const { timeoutMs = 30_000, retries = 2, retryDelayMs = 200 } = options;
  if (key !== undefined && (typeof key !== "string" || !/^[\x21-\x7e]+$/.test(key)))
    throw new SouvenirError("INVALID_INPUT", "key: expected a key as the server showed it");
  for (const [name, value] of Object.entries({ timeoutMs, retries, retryDelayMs }))
    if (typeof value !== "number" || !(value >= 0) || value > 2 ** 31 - 1)
      throw new SouvenirError("INVALID_INPUT", `${name}: expected a number of 0 or more`);
  return new RemoteMemory(
    new Transport({ url: checkUrl(url), key, fetch, timeoutMs, retries, retryDelayMs }),
  );
}

function checkUrl(url: unknown): string {
  const parsed = typeof url === "string" && URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol) || parsed.search + parsed.hash !== "")
    throw new SouvenirError(
      "INVALID_INPUT",
      "url: expected the address of a server, as https://memory.example",
    );
  if (parsed.username + parsed.password !== "")
    throw new SouvenirError("INVALID_INPUT", "url: expected an address without name and password; give key");
  if (/\/(?:v1|mcp|console)\/*$/.test(parsed.pathname))
    throw new SouvenirError(
      "INVALID_INPUT",
      "url: expected the address of the server alone, without /v1, /mcp or /console at its end",
    );
  return parsed.href.replace(/\/+$/, "");
}
