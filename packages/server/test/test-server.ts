import { createMemory, type FactExtractor, type Memory } from "@souvenir/core";
import type { ChatModel } from "@souvenir/mistral";
import type { CreatedKey, Grant, KeyRequest } from "../src/api/wire.ts";
import { type AppOptions, createApp } from "../src/http/app.ts";
import type { KeyStore } from "../src/keys/key-store.ts";
import { openHooks, openKeyStore } from "../src/node/index.ts";

export interface Answer {
  status: number;
  headers: Headers;
  /** The parsed body, or the text where it is not JSON. */
  body: unknown;
}

/** An app in this process with a memory, keys and a clock that stands still. */
export interface TestServer {
  memory: Memory;
  keys: KeyStore;
  clock: { now: number };
  /** The answer as it comes. @param key - A bearer token. */
  fetch(route: string, options?: SendOptions): Promise<Response>;
  /** Sends a request; an object is sent as JSON. */
  send(route: string, options?: SendOptions): Promise<Answer>;
  key(grants: Grant[], options?: Partial<KeyRequest>): CreatedKey;
  close(): Promise<void>;
}

export interface SendOptions {
  body?: unknown;
  /** A body as it is. */
  raw?: string | Uint8Array | ReadableStream;
  key?: string;
  headers?: Record<string, string>;
}

/** Finds nothing in what is said. */
const noFacts: FactExtractor = {
  id: "none",
  usage: { calls: 0, inputTokens: 0, outputTokens: 0 },
  extract: async () => [],
};

/** Says again what it is told. */
export const repeating: ChatModel = {
  id: "repeating",
  ask: async (text) => ({ text, inputTokens: 1, outputTokens: 1, truncated: false }),
};

export const all: Grant = { prefix: "", permission: "admin" };

/** @param extractor - Default: finds nothing. `false`: none. */
export async function startTestServer(
  options: Omit<AppOptions, "keys"> & { keys?: KeyStore } = {},
  extractor: FactExtractor | false = noFacts,
): Promise<TestServer> {
  const clock = { now: Date.UTC(2026, 10, 25, 8) };
  const memory = await createMemory({
    path: ":memory:",
    ...(extractor === false ? {} : { facts: { extractor } }),
  });
  const keys = options.keys ?? openKeyStore({ path: ":memory:", clock: () => clock.now });
  const hooks = openHooks({ memory, store: keys.hooks, clock: () => clock.now });
  const app = createApp(memory, { clock: () => clock.now, keys, hooks, ...options });
  const fetch: TestServer["fetch"] = (route, { body, raw, key, headers } = {}) => {
    const [method, path] = route.split(" ") as [string, string];
    const content = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    return app.fetch(
      new Request(`http://localhost:7077${path}`, {
        method,
        headers: {
          ...(content === undefined ? {} : { "Content-Type": "application/json" }),
          ...(key === undefined ? {} : { Authorization: `Bearer ${key}` }),
          ...headers,
        },
        ...(content === undefined ? {} : { body: content, duplex: "half" }),
      } as RequestInit),
    );
  };
  return {
    memory,
    keys,
    clock,
    fetch,
    async send(route, options) {
      const response = await fetch(route, options);
      const text = await response.text();
      const plain = response.headers.get("content-encoding") === null;
      const json = plain && (response.headers.get("content-type")?.startsWith("application/json") ?? false);
      return { status: response.status, headers: response.headers, body: json ? JSON.parse(text) : text };
    },
    key: (grants, request) => keys.create({ name: "test", grants, ...request }),
    async close() {
      await memory.close();
      keys.close();
    },
  };
}
