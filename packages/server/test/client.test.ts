import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";
import { createMemory, InMemoryStore, type Memory, SouvenirError } from "@souvenir/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ConnectOptions, connectMemory } from "../src/client/index.ts";
import { type AppOptions, createApp } from "../src/http/app.ts";
import { openKeyStore, type RunningServer, serve } from "../src/node/index.ts";
import { all } from "./test-server.ts";

const namespace = "ada";
let local: Memory;
let store: InMemoryStore;
beforeEach(async () => {
  store = new InMemoryStore();
  local = await createMemory({ store });
});
afterEach(() => local.close());

type Fetch = NonNullable<ConnectOptions["fetch"]>;
const direct = (options: AppOptions = { open: true }): Fetch => {
  const app = createApp(local, options);
  return (url, init) => app.fetch(new Request(url, init));
};
const connect = (options: Partial<ConnectOptions> = {}) =>
  connectMemory({ url: "http://localhost", fetch: direct(), retryDelayMs: 1, ...options });
const failure = (call: Promise<unknown>): Promise<SouvenirError> =>
  call.then(
    () => Promise.reject(new Error("it should have failed")),
    (error) => error,
  );
/** Lets requests through, but loses the first answers. */
function losing(answers: number, fetch: Fetch = direct()): Fetch & { requests: string[] } {
  const requests: string[] = [];
  const lossy: Fetch = async (url, init) => {
    requests.push(`${init.method} ${new URL(url).pathname}`);
    const response = await fetch(url, init);
    if (requests.length > answers) return response;
    throw new TypeError("fetch failed", { cause: new Error("ECONNRESET") });
  };
  return Object.assign(lossy, { requests });
}

describe("a refusal has the code of core, or one of its own", () => {
  test("keys", async () => {
    const keys = openKeyStore({ path: ":memory:" });
    const reader = keys.create({ name: "r", grants: [{ namespace, permission: "read" }] }).key;
    const fetch = direct({ keys });
    expect(await failure(connect({ fetch }).namespaces())).toMatchObject({
      code: "UNAUTHORIZED",
      details: { status: 401 },
    });
    expect(await failure(connect({ fetch, key: `${reader}x` }).namespaces())).toMatchObject({
      code: "UNAUTHORIZED",
    });
    const memory = connect({ fetch, key: reader });
    expect(await failure(memory.set({ namespace, value: "Text." }))).toMatchObject({ code: "FORBIDDEN" });
    expect(await failure(memory.get({ namespace: "bob", key: "k" }))).toMatchObject({ code: "FORBIDDEN" });
    expect(await memory.get({ namespace, key: "k" })).toBeUndefined();
    expect(SouvenirError.is(await failure(memory.clear({ namespace })))).toBe(true);
    keys.close();
  });

  test("a limit says when to come again, and a long pause is not waited for", async () => {
    const keys = openKeyStore({ path: ":memory:" });
    const { key } = keys.create({ name: "k", grants: [all], rate_limit: 2 });
    const memory = connect({ fetch: direct({ keys }), key });
    await memory.namespaces();
    await memory.namespaces();
    const error = await failure(memory.namespaces());
    expect(error).toMatchObject({ code: "RATE_LIMITED", details: { status: 429, retryAfterSeconds: 30 } });
    keys.close();
  });

  test.each(["v1", "v1/", "mcp", "console/"])("an address that ends in /%s", (end) => {
    expect(() => connect({ url: `http://localhost/${end}` })).toThrow("the address of the server alone");
  });

  test("what the memory refuses", async () => {
    const memory = connect();
    expect(await failure(memory.set({ namespace, value: "x".repeat(40_000) }))).toMatchObject({
      code: "INVALID_INPUT",
      message: expect.stringContaining("limits.valueBytes"),
      details: { where: "value", status: 400 },
    });
    await local.close();
    expect(await failure(memory.namespaces())).toMatchObject({ code: "CLOSED", details: { status: 503 } });
  });

  test("re-embedding, and reading a namespace with Orama, are for the server", async () => {
    expect(await failure(connect().reembed({ embedder: undefined as never }))).toMatchObject({
      code: "UNSUPPORTED",
    });
    expect(await failure(connect().orama(namespace))).toMatchObject({ code: "UNSUPPORTED" });
  });
});

describe("a lost answer", () => {
  test("what may be done twice is done again", async () => {
    await local.set({ namespace, key: "k", value: "Rex is a dog." });
    const turn = { namespace, thread: "t", messages: [{ role: "user", content: "Rex is brown." }] };
    const calls: [(memory: Memory) => Promise<unknown>, unknown][] = [
      [(memory) => memory.get({ namespace, key: "k" }), expect.objectContaining({ key: "k" })],
      [(memory) => memory.search({ namespace, query: "Rex" }), expect.objectContaining({ degraded: [] })],
      [
        (memory) => memory.recall({ namespace, query: "Rex" }),
        expect.objectContaining({ text: expect.any(String) }),
      ],
      [(memory) => memory.namespaces(), [namespace]],
      // Stored by the first request, of which the answer was lost.
      [(memory) => memory.remember(turn), { stored: 0 }],
      [(memory) => memory.delete({ namespace, key: "k" }), { deleted: 0 }],
    ];
    for (const [call, expected] of calls) {
      const fetch = losing(2);
      expect(await call(connect({ fetch }))).toEqual(expected);
      expect(fetch.requests).toHaveLength(3);
      const once = losing(3);
      expect(await failure(call(connect({ fetch: once })))).toMatchObject({ code: "UNAVAILABLE" });
      expect(once.requests).toHaveLength(3);
      const never = losing(1);
      expect(await failure(call(connect({ fetch: never, retries: 0 })))).toMatchObject({
        code: "UNAVAILABLE",
      });
    }
    expect((await local.list({ namespace, thread: "t" })).records).toHaveLength(1);
  });

  test("what would be stored twice is not", async () => {
    for (const call of [
      (memory: Memory) => memory.set({ namespace, value: "Once." }),
      (memory: Memory) => memory.setMany([{ namespace, value: "Once." }]),
    ]) {
      const fetch = losing(1);
      expect(await failure(call(connect({ fetch })))).toMatchObject({ code: "UNAVAILABLE" });
      expect(fetch.requests).toHaveLength(1);
    }
    expect((await local.stats()).records).toBe(2);
  });

  test("an import of what was exported goes on where it was, one of anything else does not", async () => {
    await local.set({ namespace, key: "a", value: "One." });
    const records = await Array.fromAsync(local.export());
    await local.clear({ namespace });
    expect(await connect({ fetch: losing(1) }).import(records)).toEqual({ imported: 0, skipped: 1 });
    expect(await Array.fromAsync(local.export())).toEqual(records);
    const fetch = losing(1);
    expect(await failure(connect({ fetch }).import([{ namespace, value: "Two." }]))).toMatchObject({
      code: "UNAVAILABLE",
    });
    expect(fetch.requests).toHaveLength(1);
  });
});

test("a write is sent when the server is back, if it was not sent before", async () => {
  const first = await serve({ memory: local, port: 0 });
  const { port } = new URL(first.url);
  await first.close();
  let attempts = 0;
  let second: RunningServer | undefined;
  const fetch: Fetch = async (url, init) => {
    if (++attempts === 2) second = await serve({ memory: local, port: Number(port) });
    return globalThis.fetch(url, init);
  };
  const memory = connectMemory({ url: first.url, fetch, retryDelayMs: 1 });
  expect(await memory.set({ namespace, value: "Kept once." })).toMatchObject({ version: 1 });
  expect(attempts).toBe(2);
  expect((await local.stats()).records).toBe(1);
  await second?.close();
});

test("a busy store is tried again, because it stored nothing", async () => {
  let refusals = 2;
  const write = store.write.bind(store);
  store.write = async (writes) => {
    if (refusals-- > 0) throw new SouvenirError("STORE_BUSY", "another process holds the file");
    return write(writes);
  };
  const noPause: Fetch = async (url, init) => {
    const response = await direct()(url, init);
    const headers = new Headers(response.headers);
    headers.delete("retry-after");
    return new Response(response.body, { status: response.status, headers });
  };
  expect(await connect({ fetch: noPause }).set({ namespace, value: "Kept." })).toMatchObject({ version: 1 });
  expect((await local.stats()).records).toBe(1);
  refusals = 3;
  expect(await failure(connect({ fetch: noPause }).set({ namespace, value: "Refused." }))).toMatchObject({
    code: "STORE_BUSY",
  });
});

describe("time", () => {
  const silent: Fetch = (_, init) =>
    new Promise((_, reject) => init.signal?.addEventListener("abort", () => reject(init.signal?.reason)));

  test("an answer that does not come is not waited for", async () => {
    const error = await failure(connect({ fetch: silent, timeoutMs: 20, retries: 1 }).namespaces());
    expect(error).toMatchObject({ code: "UNAVAILABLE", details: { timeoutMs: 20 } });
  });

  test("an abort ends the call at once, with its reason, also between two attempts", async () => {
    const reason = new Error("the user left");
    const during = new AbortController();
    const search = connect({ fetch: silent }).search({ namespace, query: "x", signal: during.signal });
    during.abort(reason);
    expect(await failure(search)).toBe(reason);

    const between = new AbortController();
    const failing: Fetch = async () => {
      queueMicrotask(() => setTimeout(() => between.abort(reason)));
      throw new TypeError("fetch failed");
    };
    const memory = connect({ fetch: failing, retryDelayMs: 5_000 });
    expect(await failure(memory.search({ namespace, query: "x", signal: between.signal }))).toBe(reason);
  });

  test("the server hears of it", async () => {
    const { promise: asked, resolve } = Promise.withResolvers<AbortSignal>();
    local.search = ({ signal }) => {
      resolve(signal as AbortSignal);
      return new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
    };
    const errors: unknown[] = [];
    const running = await serve({
      memory: local,
      port: 0,
      logger: { error: (message) => errors.push(message) },
    });
    const leaving = new AbortController();
    const search = connectMemory({ url: running.url }).search({
      namespace,
      query: "dog",
      signal: leaving.signal,
    });
    const signal = await asked;
    const heard = new Promise((done) => signal.addEventListener("abort", done));
    leaving.abort(new Error("gone"));
    await expect(search).rejects.toThrow("gone");
    await heard;
    const metrics = await (await fetch(`${running.url}/metrics`)).text();
    expect(metrics).toContain('{route="POST /v1/memory/search",status="499"} 1');
    expect(errors).toEqual([]);
    await running.close();
  });
});

describe("what is not a Souvenir server", () => {
  const answers: [string, () => Response][] = [
    ["a page", () => new Response("<html>Welcome</html>", { headers: { "Content-Type": "text/html" } })],
    ["a proxy without a server", () => new Response("<html>502</html>", { status: 502 })],
    ["a redirection", () => Response.redirect("http://localhost:1/elsewhere", 301)],
    ["another API", () => Response.json({ error: "no such thing" }, { status: 404 })],
    ["nothing", () => new Response(null, { status: 204 })],
  ];
  test.each(answers)("%s", async (_, answer) => {
    const fetch: Fetch = async () => answer();
    for (const call of [
      connect({ fetch, retries: 0 }).get({ namespace, key: "k" }),
      connect({ fetch, retries: 0 }).set({ namespace, value: "Text." }),
    ])
      expect(await failure(call)).toMatchObject({
        code: "UNAVAILABLE",
        details: { status: answer().status },
      });
  });

  test("a server below another path", async () => {
    const memory = connect({ url: "http://localhost/api" });
    expect(await failure(memory.get({ namespace, key: "k" }))).toMatchObject({
      code: "UNAVAILABLE",
      details: { url: "http://localhost/api" },
    });
  });

  test("a port where nobody listens", async () => {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const { port } = server.address() as AddressInfo;
    await new Promise((done) => server.close(done));
    const memory = connectMemory({ url: `http://127.0.0.1:${port}`, retryDelayMs: 1 });
    expect(await failure(memory.namespaces())).toMatchObject({
      code: "UNAVAILABLE",
      cause: expect.any(Error),
    });
  });
});

describe("an export", () => {
  const fill = () =>
    local.setMany(Array.from({ length: 1500 }, (_, n) => ({ namespace, key: `k${n}`, value: `Note ${n}.` })));

  test("that breaks off is an error, after what came before", async () => {
    await fill();
    const list = store.list.bind(store);
    store.list = async (name, page) => {
      if (page.after !== undefined) throw new Error("the disk is gone");
      return list(name, page);
    };
    let records = 0;
    const all = (async () => {
      for await (const _ of connect().export({ namespace })) records++;
    })();
    expect(await failure(all)).toMatchObject({ code: "UNAVAILABLE" });
    expect(records).toBeGreaterThan(0);
    expect(records).toBeLessThanOrEqual(1000);
  });

  test("that is cut inside a line is an error", async () => {
    await fill();
    const cutting: Fetch = async (url, init) => {
      const text = await (await direct()(url, init)).text();
      return new Response(text.slice(0, -20), { headers: { "Content-Type": "application/x-ndjson" } });
    };
    expect(await failure(Array.fromAsync(connect({ fetch: cutting }).export()))).toMatchObject({
      code: "UNAVAILABLE",
    });
  });

  test("that nobody reads on is stopped", async () => {
    await fill();
    let pages = 0;
    const list = store.list.bind(store);
    store.list = (name, page) => {
      pages++;
      return list(name, page);
    };
    for await (const record of connect().export()) {
      expect(record.key).toBe("k0");
      break;
    }
    expect(pages).toBe(1);
  });
});

test("a filter with a value that is undefined does not become one without it on the way", async () => {
  const memory = connect();
  await memory.set({ namespace, value: "of another", metadata: { x: 1 } });
  const where = { user: undefined, x: 1 };
  for (const call of [
    () => memory.delete({ namespace, where }),
    () => memory.list({ namespace, where }),
    () => memory.search({ namespace, query: "another", where: { not: where } }),
  ])
    expect(await failure(call())).toMatchObject({
      code: "INVALID_INPUT",
      message: expect.stringMatching(/where\.(not\.)?user: /),
    });
  expect((await memory.list({ namespace })).records).toHaveLength(1);
});

describe("options", () => {
  test.each([
    undefined,
    {},
    { url: "localhost:7077" },
    { url: "ftp://localhost" },
    { url: "http://user:password@localhost" },
    { url: "http://localhost?x=1" },
    { url: "http://localhost", key: "" },
    { url: "http://localhost", key: "a b" },
    { url: "http://localhost", key: "a\r\nX-Evil: 1" },
    { url: "http://localhost", timeoutMs: -1 },
    { url: "http://localhost", retries: Number.NaN },
  ])("%j is refused", (options) => {
    expect(() => connectMemory(options as ConnectOptions)).toThrow(
      expect.objectContaining({ code: "INVALID_INPUT" }),
    );
  });

  test("the key is sent, and shown nowhere", async () => {
    const key = "svr_secret";
    const seen: unknown[] = [];
    const fetch: Fetch = async (_, init) => {
      seen.push(new Headers(init.headers).get("authorization"), init.redirect);
      throw new Error("down");
    };
    const memory = connect({ fetch, key, retries: 0 });
    const error = await failure(memory.namespaces());
    expect(seen).toEqual([`Bearer ${key}`, "manual"]);
    for (const shown of [inspect(memory, { depth: 9 }), JSON.stringify(memory), inspect(error, { depth: 9 })])
      expect(shown).not.toContain(key);
  });

  test("nothing is sent before the first call, nor after close", async () => {
    let requests = 0;
    const fetch: Fetch = async (url, init) => {
      requests++;
      return direct()(url, init);
    };
    await using memory = connect({ fetch });
    expect(requests).toBe(0);
    await memory.namespaces();
    await memory.close();
    expect(await failure(memory.namespaces())).toMatchObject({ code: "CLOSED" });
    expect(requests).toBe(1);
  });
});

test("what a write has reached is told in a header, and a read waits for it", async () => {
  const memory = connect();
  const set = await memory.set({ namespace, key: "tea", value: "Green tea." });
  expect(set.sequence).toBe(1);
  expect(
    (await memory.remember({ namespace, thread: "monday", messages: [{ role: "user", content: "Hi." }] }))
      .sequence,
  ).toBe(2);
  expect((await memory.pin({ namespace, key: "tea" }))?.sequence).toBe(3);
  const { sequence } = await memory.delete({ namespace, key: "none" });
  expect(sequence).toBe(3);
  const asked = { namespace, minSequence: 3 };
  expect((await memory.get({ ...asked, key: "tea" }))?.sequence).toBeUndefined();
  expect((await memory.list(asked)).records.length).toBe(2);
  expect((await memory.search({ ...asked, query: "tea" })).results[0]?.key).toBe("tea");
  expect((await memory.recall({ ...asked, query: "tea" })).memories[0]?.key).toBe("tea");
  const late = await failure(memory.search({ namespace, query: "tea", minSequence: 4, deadlineMs: 0 }));
  expect(late.code).toBe("INVALID_INPUT");
  const answer = await direct()("http://localhost/v1/memory-set", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ namespace, key: "milk", value: "No milk." }),
  });
  expect(answer.headers.get("X-Souvenir-Sequence")).toBe("4");
  expect(await answer.json()).not.toHaveProperty("sequence");
});
