import { once } from "node:events";
import { connect } from "node:net";
import { createMemory, InMemoryStore, type Memory, SouvenirError } from "@souvenir/core";
import { afterEach, describe, expect, onTestFinished, test } from "vitest";
import manifest from "../package.json" with { type: "json" };
import type { RequestsResponse } from "../src/api/wire.ts";
import { createApp } from "../src/http/app.ts";
import { type AuditEvent, toAuditLine } from "../src/http/audit.ts";
import { RateLimiter } from "../src/http/rate-limit.ts";
import { type RunningServer, serve } from "../src/node/index.ts";
import { version } from "../src/version.ts";
import { all, startTestServer, type TestServer } from "./test-server.ts";

let server: TestServer;
afterEach(() => server?.close());
const open = async (options: Parameters<typeof startTestServer>[0] = {}) => {
  server = await startTestServer({ open: true, ...options });
  return server;
};

describe("what was seen", () => {
  const body = { namespace: "shop", key: "stack", value: "It runs on PostgreSQL." };
  const conflict = (expected: number, current: number) => ({
    error: {
      code: "VERSION_CONFLICT",
      message: expect.any(String),
      details: { namespace: "shop", key: "stack", expected, current },
    },
  });

  test("a single memory has its version as ETag, which If-Match takes back", async () => {
    await open();
    const stored = await server.send("POST /v1/memory-set", { body, headers: { "If-None-Match": "*" } });
    expect(stored.headers.get("etag")).toBe('"1"');
    const again = await server.send("POST /v1/memory-set", { body, headers: { "If-None-Match": "*" } });
    expect([again.status, again.headers.get("etag")]).toEqual([409, '"1"']);
    expect(again.body).toEqual(conflict(0, 1));
    const set = (tag: string) => server.send("POST /v1/memory-set", { body, headers: { "If-Match": tag } });
    expect((await set('"1"')).headers.get("etag")).toBe('"2"');
    expect((await set('W/"1"')).body).toEqual(conflict(1, 2));
    const read = await server.send("GET /v1/memory?namespace=shop&key=stack");
    expect([read.headers.get("etag"), (read.body as { version: number }).version]).toEqual(['"2"', 2]);
    const touch = { namespace: "shop", key: "stack", expires_at: null };
    const touched = await server.send("POST /v1/memory/touch", {
      body: touch,
      headers: { "If-Match": '"2"' },
    });
    expect([touched.status, touched.headers.get("etag")]).toEqual([200, '"2"']);
    const old = await server.send("POST /v1/memory/touch", { body: touch, headers: { "If-Match": '"1"' } });
    expect(old.body).toEqual(conflict(1, 2));
    const gone = (tag: string) =>
      server.send("DELETE /v1/memory?namespace=shop&key=stack", { headers: { "If-Match": tag } });
    expect((await gone('"1"')).status).toBe(409);
    expect((await gone('"2"')).body).toEqual({ success: true, deleted: 1 });
    const after = await gone('"2"');
    expect([after.body, after.headers.get("etag")]).toEqual([conflict(2, 0), null]);
  });

  test("if_version says the same in a body or a query", async () => {
    await open();
    const set = (if_version: number) => server.send("POST /v1/memory-set", { body: { ...body, if_version } });
    expect([(await set(1)).body, (await set(0)).status, (await set(1)).status]).toEqual([
      conflict(1, 0),
      200,
      200,
    ]);
    expect((await server.send("DELETE /v1/memory?namespace=shop&key=stack&if_version=1")).body).toEqual(
      conflict(1, 2),
    );
    const named = { namespace: "shop", key: "stack" };
    const many = (if_version: number) =>
      server.send("POST /v1/memory/delete", { body: { ...named, if_version } });
    expect([(await many(1)).status, (await many(2)).status]).toEqual([409, 200]);
    const batch = {
      namespace: "shop",
      memories: [{ value: "New." }, { key: "stack", value: "x", if_version: 7 }],
    };
    expect((await server.send("POST /v1/memory/batch", { body: batch })).status).toBe(409);
    expect((await server.memory.stats()).records).toBe(0);
  });

  test.each([
    [{ "If-Match": "*" }, {}],
    [{ "If-Match": '"1", "2"' }, {}],
    [{ "If-Match": "3" }, {}],
    [{ "If-None-Match": '"1"' }, {}],
    [{ "If-Match": '"1"', "If-None-Match": "*" }, {}],
    [{ "If-Match": '"1"' }, { if_version: 2 }],
    [{}, { if_version: -1 }],
  ])("what is no version is refused: %j %j", async (headers, fields) => {
    await open();
    const { status, body: answer } = await server.send("POST /v1/memory-set", {
      body: { ...body, ...fields },
      headers,
    });
    expect([status, answer]).toMatchObject([400, { error: { code: "INVALID_INPUT" } }]);
    expect((await server.memory.stats()).records).toBe(0);
  });
});

test.each([
  [
    "POST /v1/memory/search",
    { query: "x", topK: 3 },
    /the body: there is no option "topK"; did you mean "limit"\?/,
  ],
  ["POST /v1/memory/search", { query: "x", filter: {} }, /did you mean "where"/],
  ["POST /v1/memory/search", { query: "x", threshold: 1 }, /did you mean "min_score"/],
  ["POST /v1/memory-set", { value: "x", ttl: 3 }, /did you mean "expires_at"/],
  ["POST /v1/memory-set", { value: "x", ifVersion: 3 }, /did you mean "if_version"/],
  ["POST /v1/memory/batch", { memories: [{ value: "x", tag: "y" }] }, /memories\.0: .*did you mean "tags"/],
  ["GET /v1/memories?pageSize=3", undefined, /the query: .*did you mean "limit"/],
  ["POST /v1/context", { query: "x", max_tokens: 3 }, /did you mean "token_budget"/],
  ["POST /v1/memory-set", { value: "x", created_at: "yesterday" }, /created_at: expected/],
  ["POST /v1/memory/delete", { keys: ["x"], if_version: 1 }, /if_version: expected key beside it/],
])("what is not known is refused with what is meant: %s %j", async (route, body, message) => {
  await open();
  const answer = await server.send(route, body === undefined ? {} : { body });
  expect(answer.status).toBe(400);
  expect((answer.body as { error: { message: string } }).error.message).toMatch(message);
});

describe("the dialects", () => {
  test("memory-set and both spellings of search, with the default namespace", async () => {
    await open();
    const body = { key: "stack", value: "The shop runs on PostgreSQL.", tags: ["db"], metadata: { n: 1 } };
    const set = await server.send("POST /v1/memory-set", { body });
    expect(set.status).toBe(200);
    expect(set.body).toMatchObject({ success: true, ...body, namespace: "default", version: 1 });
    expect((await server.send("POST /v1/memory-set", { body })).body).toMatchObject({
      success: true,
      version: 2,
    });
    for (const route of ["POST /v1/memory/search", "POST /v1/memory-search"]) {
      const { body: found } = await server.send(route, {
        body: { query: "PostgreSQL", limit: 1, facets: true },
      });
      expect(found).toMatchObject({
        results: [
          { ...body, namespace: "default", score: expect.any(Number), signals: { text: expect.any(Number) } },
        ],
        facets: { tags: [{ tag: "db", count: 1 }] },
        degraded: [],
        took_ms: expect.any(Number),
      });
    }
    const history = await server.send("GET /v1/memory/history?key=stack");
    expect(history.body).toMatchObject({ versions: [{ version: 1 }] });
  });

  test("remember, recall with a threshold, forget", async () => {
    await open();
    const kept = await server.send("POST /v1/remember", {
      body: { content: "Rex is a dog.", tags: ["pet"], namespace: "ada" },
    });
    expect(kept.status).toBe(201);
    const { id, ...rest } = kept.body as { id: string };
    expect(rest).toEqual({
      content: "Rex is a dog.",
      tags: ["pet"],
      namespace: "ada",
      metadata: {},
      created_at: expect.any(String),
    });
    const recall = (body: object) =>
      server.send("POST /v1/recall", { body: { query: "Rex", namespace: "ada", ...body } });
    expect((await recall({ tags: ["pet"] })).body).toEqual({
      memories: [{ id, ...rest, score: expect.any(Number) }],
      total: 1,
      query_time_ms: expect.any(Number),
    });
    expect((await recall({ threshold: 1 })).body).toMatchObject({ memories: [], total: 0 });
    expect((await server.send(`DELETE /v1/forget?id=${id}&namespace=ada`)).body).toEqual({
      success: true,
      deleted: 1,
    });
    expect((await server.send("DELETE /v1/forget", { body: { ids: [id], namespace: "ada" } })).body).toEqual({
      success: true,
      deleted: 0,
    });
    expect((await server.send("DELETE /v1/forget", { body: {} })).status).toBe(400);
  });

  test("a turn, and the block for the prompt", async () => {
    await open();
    const messages = [{ role: "user", content: "My dog is called Rex." }];
    const turn = { thread: "t", messages };
    expect((await server.send("POST /v1/remember-turn", { body: turn })).body).toEqual({
      success: true,
      stored: 1,
    });
    expect((await server.send("POST /v1/remember-turn", { body: turn })).body).toEqual({
      success: true,
      stored: 0,
    });
    const context = await server.send("POST /v1/context", { body: { query: "What is my dog called?" } });
    expect(context.body).toMatchObject({
      text: expect.stringContaining("Rex"),
      memories: [{ thread: "t" }],
      took_ms: expect.any(Number),
    });
  });
});

describe("bodies", () => {
  const set = "POST /v1/memory-set";
  const code = async (options: Parameters<TestServer["send"]>[1], route = set) => {
    const { status, body } = await server.send(route, options);
    return [status, (body as { error?: { code?: string } }).error?.code];
  };
  const stream = (...chunks: (string | Uint8Array)[]) =>
    new ReadableStream({
      start(controller) {
        for (const chunk of chunks)
          controller.enqueue(typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk);
        controller.close();
      },
    });

  test("malformed ones are refused, and nothing of them is told back", async () => {
    await open();
    for (const raw of [
      "",
      "{",
      "null",
      "[]",
      '"secret words"',
      "{'value':'secret words'}",
      '{"value":"secret words"',
      "NaN",
      '{"value":01}',
      "\u0000",
    ])
      expect(await code({ raw }), raw).toEqual([400, "INVALID_INPUT"]);
    for (const raw of [
      '{"value":"secret words"',
      '{"value":{"secret words":1}}',
      '{"value":["secret words"]}',
      '{"metadata":"secret words","value":1}',
    ])
      expect(JSON.stringify((await server.send(set, { raw })).body), raw).not.toContain("secret");
    expect(await code({ raw: new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]) })).toEqual([
      400,
      "INVALID_INPUT",
    ]);
    expect(await code({ body: { value: "Text.", namspace: "ada" } })).toEqual([400, "INVALID_INPUT"]);
    expect(await server.memory.namespaces()).toEqual([]);
  });

  test("nested ones are refused before anything walks them", async () => {
    await open();
    const deep = (levels: number) =>
      `{"value":"x","metadata":{"a":${"[".repeat(levels)}${"]".repeat(levels)}}}`;
    expect(await code({ raw: deep(100_000) })).toEqual([400, "INVALID_INPUT"]);
    expect(await code({ raw: deep(60) })).toEqual([400, "INVALID_INPUT"]);
    expect(await code({ raw: deep(20) })).toEqual([200, undefined]);
    expect(await code({ raw: "[".repeat(1_000_000) })).toEqual([400, "INVALID_INPUT"]);
    expect(await code({ raw: JSON.stringify({ value: '"[[[['.repeat(100) }) })).toEqual([200, undefined]);
    const where = `{"query":"x","where":${'{"not":'.repeat(60)}{}${"}".repeat(60)}}`;
    expect((await server.send("POST /v1/memory/search", { raw: where })).status).toBeLessThan(500);
  });

  test("large ones are refused, by their length and by their bytes", async () => {
    await open({ bodyBytes: 1000 });
    const text = JSON.stringify({ value: "x".repeat(2000) });
    expect(await code({ raw: text, headers: { "Content-Length": String(text.length) } })).toEqual([
      413,
      "BODY_TOO_LARGE",
    ]);
    expect(await code({ raw: stream(text.slice(0, 600), text.slice(600)) })).toEqual([413, "BODY_TOO_LARGE"]);
    const line = JSON.stringify({ value: "Short." });
    const long = `${line}\n`.repeat(200);
    expect(await code({ raw: stream(long.slice(0, 700), long.slice(700)) }, "POST /v1/import")).toEqual([
      200,
      undefined,
    ]);
    expect(await code({ raw: stream(line, "\n", text) }, "POST /v1/import")).toEqual([413, "BODY_TOO_LARGE"]);
    expect((await server.memory.stats()).records).toBe(200);
  });

  test("a value over the limit of the memory is refused with its reason", async () => {
    await open();
    const { status, body } = await server.send(set, { body: { value: "x".repeat(40_000) } });
    expect(status).toBe(400);
    expect(body).toMatchObject({
      error: {
        code: "INVALID_INPUT",
        message: expect.stringContaining("limits.valueBytes"),
        details: { where: "value" },
      },
    });
  });

  test("what a browser sends without asking is refused", async () => {
    await open();
    const raw = JSON.stringify({ value: "Planted." });
    for (const type of [
      "text/plain",
      "application/x-www-form-urlencoded",
      "multipart/form-data; boundary=x",
      "",
      "application/jsonx",
    ])
      for (const route of [set, "POST /v1/import", "POST /v1/keys", "DELETE /v1/forget"])
        expect(await code({ raw, headers: { "Content-Type": type } }, route), `${type} ${route}`).toEqual([
          415,
          "UNSUPPORTED_MEDIA_TYPE",
        ]);
    expect(await code({ raw, headers: { "Content-Encoding": "gzip" } })).toEqual([
      415,
      "UNSUPPORTED_MEDIA_TYPE",
    ]);
    expect(await code({ raw, headers: { "Content-Type": "Application/JSON; charset=utf-8" } })).toEqual([
      200,
      undefined,
    ]);
    expect((await server.memory.stats()).records).toBe(1);
  });

  test("lines may be cut anywhere, also inside a character", async () => {
    await open();
    const bytes = new TextEncoder().encode(
      '{"key":"a","value":"Œuf 👩‍🚀."}\r\n\n  \n{"key":"b","value":"Two."}',
    );
    const chunks = Array.from(bytes, (byte) => new Uint8Array([byte]));
    expect((await server.send("POST /v1/import", { raw: stream(...chunks) })).body).toEqual({
      success: true,
      imported: 2,
      skipped: 0,
    });
    expect((await server.memory.get({ namespace: "default", key: "a" }))?.value).toBe("Œuf 👩‍🚀.");
    expect((await server.send("POST /v1/import", { raw: stream("") })).body).toMatchObject({ imported: 0 });
    const failed = await server.send("POST /v1/import", { raw: stream('{"value":"Three."}\n{"value":') });
    expect(failed.body).toEqual({
      error: {
        code: "INVALID_INPUT",
        message: "line 2: expected JSON",
        details: { index: 1, stored: 0 },
      },
    });
  });
});

describe("addresses", () => {
  test("what there is not, and what is not done there", async () => {
    await open();
    for (const route of [
      "GET /v1",
      "POST /v1/memory-sets",
      "GET /v1/memory/",
      "GET /console/../../etc/passwd",
      "GET /console/nothing.js",
      "GET /%2e%2e/x",
    ])
      expect((await server.send(route)).body, route).toMatchObject({ error: { code: "UNKNOWN_ROUTE" } });
    const answer = await server.send("PUT /v1/memory");
    expect([answer.status, answer.headers.get("allow")]).toEqual([405, "GET, DELETE"]);
    expect((await server.send("GET /v1/keys/x")).status).toBe(405);
    // A word of its own is not taken for an id, and the id of a hook for none of the words.
    for (const [path, allowed] of [
      ["/v1/hooks/test", "POST"],
      ["/v1/hooks/rotate", "POST"],
      ["/v1/hooks/0123456789abcdef01", "DELETE"],
      ["/v1/hooks", "GET, POST"],
    ]) {
      const wrong = await server.send(`PUT ${path}`);
      expect([wrong.status, wrong.headers.get("allow")], path).toEqual([405, allowed]);
      expect(wrong.body).toMatchObject({ error: { code: "METHOD_NOT_ALLOWED" } });
    }
    expect((await server.send("GET /v1/hooks/test")).headers.get("allow")).toBe("POST");
  });

  test("health says the version, readiness asks the store", async () => {
    await open();
    expect((await server.send("GET /healthz")).body).toEqual({ status: "ok", version });
    expect(version).toBe(manifest.version);
    expect((await server.send("GET /readyz")).body).toEqual({ status: "ready" });
    await server.memory.close();
    expect((await server.send("GET /readyz")).status).toBe(503);
    expect((await server.send("GET /healthz")).status).toBe(200);
    expect((await server.send("GET /metrics")).body).toContain("souvenir_http_requests_total");
  });

  test("the console answers, with its policy", async () => {
    await open();
    const page = await server.send("GET /console/");
    expect(page.status).toBe(200);
    expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect((await server.send("GET /console")).status).toBe(308);
  });
});

describe("request ids and logs", () => {
  test("an id is taken over when it is one, and nothing of a request can write a line of the log", async () => {
    const lines: unknown[] = [];
    const note = (message: string, details?: object) => lines.push({ message, ...details });
    await open({ logger: { info: note, error: note } });
    const given = await server.send("GET /healthz", { headers: { "X-Request-Id": "abc-123_x.y:z" } });
    expect(given.headers.get("x-request-id")).toBe("abc-123_x.y:z");
    const evil = 'x" admin=true \u001b[31m';
    for (const id of [evil, "a".repeat(65), "é", "a b", "<script>"]) {
      const { headers } = await server.send("GET /v1/memory?key=hidden%0aname&namespace=hidden%0d%0aname", {
        headers: {
          "X-Request-Id": encodeURI(id).replaceAll("%20", " "),
          "User-Agent": evil.replace(/[^\x20-\x7e]/g, ""),
          Authorization: "Bearer svr_hidden",
        },
      });
      expect(headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
    }
    await server.send("GET /hidden/admin=true%0a");
    expect(lines).toHaveLength(7);
    expect(JSON.stringify(lines)).not.toMatch(/hidden|admin|script|\\u001b/);
    expect(lines.at(1)).toEqual({
      message: "request",
      id: expect.any(String),
      route: "GET /v1/memory",
      status: 404,
      ms: expect.any(Number),
      key: null,
    });
  });

  test("a failure is told to the log, not to the client", async () => {
    const store = new InMemoryStore();
    store.get = async () => {
      throw new SouvenirError("STORE_FAILED", "cannot read /home/ada/secret-folder/memory.db");
    };
    const memory = await createMemory({ store });
    const { createApp } = await import("../src/http/app.ts");
    const failures: unknown[] = [];
    const app = createApp(memory, { open: true, logger: { error: (_, details) => failures.push(details) } });
    const response = await app.fetch(new Request("http://localhost/v1/memory?key=k"));
    expect(response.status).toBe(500);
    const text = await response.text();
    expect(text).not.toContain("secret-folder");
    expect(text).toContain(response.headers.get("x-request-id"));
    expect(failures).toEqual([
      expect.objectContaining({ code: "STORE_FAILED", error: expect.any(SouvenirError) }),
    ]);
    await memory.close();
  });
});

describe("the audit log", () => {
  test("tells writes, deletions and refusals, without contents and secrets", async () => {
    const events: AuditEvent[] = [];
    await open({ audit: (event) => void events.push(event) });
    const admin = server.key([all]);
    const reader = server.key([{ namespace: "ada", permission: "read" }]);
    const writer = server.key([{ namespace: "own", permission: "write" }]);
    const as = (key: string, route: string, body?: object) =>
      server.send(route, { key, ...(body === undefined ? {} : { body }) });
    const text = "Contents never.";
    await as(admin.key, "POST /v1/memory-set", {
      namespace: "ada",
      key: "k",
      value: text,
      metadata: { text },
      tags: [text],
    });
    await as(admin.key, "POST /v1/memory/batch", {
      memories: [
        { namespace: "a", value: text },
        { namespace: "b", value: text },
      ],
    });
    await as(admin.key, "POST /v1/memory/search", { query: text });
    await as(admin.key, "DELETE /v1/memory?namespace=ada&key=k");
    await as(admin.key, "POST /v1/memory-set", { namespace: "ada", value: "" });
    await as(reader.key, "DELETE /v1/namespaces?namespace=a");
    await as("svr_wrong", "DELETE /v1/namespaces?namespace=a");
    await as(writer.key, "POST /v1/memory/batch", {
      namespace: "own",
      memories: [{ namespace: "foreign", value: text }],
    });
    await server.send("POST /v1/import?namespace=own", {
      key: writer.key,
      raw: `{"namespace":"foreign","value":"${text}"}`,
    });
    const created = (await as(admin.key, "POST /v1/keys", { name: text, grants: [all] })).body as {
      id: string;
      key: string;
    };
    await as(admin.key, `DELETE /v1/keys/${created.id}`);
    await server.send("POST /v1/import", { key: admin.key, raw: `{"value":"${text}"}\n{"value":"${text}"}` });
    await as(reader.key, "GET /v1/export?namespace=ada");
    await as(reader.key, "GET /v1/export?namespace=a");
    await as(admin.key, "GET /v1/export");
    expect(events.map(({ at: _, request: __, ...event }) => event)).toEqual([
      { key: admin.id, operation: "memorySet", outcome: "done", namespace: "ada", count: 1, subject: "k" },
      { key: admin.id, operation: "memoryBatch", outcome: "done", namespace: "a", count: 1 },
      { key: admin.id, operation: "memoryBatch", outcome: "done", namespace: "b", count: 1 },
      { key: admin.id, operation: "memoryDelete", outcome: "done", namespace: "ada", count: 1, subject: "k" },
      { key: reader.id, operation: "namespaceDelete", outcome: "refused", namespace: "a" },
      { key: null, operation: "authenticate", outcome: "refused" },
      { key: writer.id, operation: "memoryBatch", outcome: "refused", namespace: "foreign" },
      { key: writer.id, operation: "import", outcome: "refused", namespace: "foreign" },
      { key: admin.id, operation: "keysCreate", outcome: "done", subject: created.id },
      { key: admin.id, operation: "keysRevoke", outcome: "done", subject: created.id },
      { key: admin.id, operation: "import", outcome: "done", namespace: "default", count: 2 },
      { key: reader.id, operation: "export", outcome: "done", namespace: "ada" },
      { key: reader.id, operation: "export", outcome: "refused", namespace: "a" },
      { key: admin.id, operation: "export", outcome: "done" },
    ]);
    const log = events.map(toAuditLine).join("");
    for (const secret of [text, admin.key, reader.key, created.key]) expect(log).not.toContain(secret);
  });

  test("a line is one line of printable text, whatever a name holds", () => {
    const namespace = 'x\n{"forged":true}\r\u0000\u001b[2K\u0085\u2028\u2029\u202e\u2066\ufeff\u200f"\\';
    const line = toAuditLine({
      at: "now",
      request: "r",
      key: null,
      operation: "memorySet",
      outcome: "done",
      namespace,
    });
    expect(line.slice(0, -1)).toMatch(/^[\x20-\x7e]+$/);
    expect(line.endsWith("\n")).toBe(true);
    expect(JSON.parse(line).namespace).toBe(namespace);
  });

  test("a log that cannot be written does not take back what was done", async () => {
    const errors: unknown[] = [];
    await open({
      audit: () => Promise.reject(new Error("disk full")),
      logger: { error: (message) => errors.push(message) },
    });
    expect((await server.send("POST /v1/memory-set", { body: { value: "Kept." } })).status).toBe(200);
    expect(errors).toEqual(["the audit log cannot be written"]);
  });
});

test("null for what may be left out means that it is left out, and stays what it says where it says something", async () => {
  await open({});
  const { key } = server.key([all]);
  const send = (route: string, body: object) => server.send(route, { key, body });
  const nothing = {
    key: null,
    namespace: null,
    tags: null,
    metadata: null,
    entities: null,
    thread: null,
    role: null,
  };
  const plain = { ...nothing, created_at: null, expires_at: null, if_version: null };
  expect(await send("POST /v1/memory-set", { ...plain, value: "One." })).toMatchObject({ status: 200 });
  expect(
    await send("POST /v1/memory/batch", { namespace: null, memories: [{ ...plain, value: "Two." }] }),
  ).toMatchObject({
    status: 200,
    body: { memories: [{ namespace: "default", tags: [], metadata: {} }] },
  });
  expect(
    await send("POST /v1/memory/search", {
      query: "One",
      limit: null,
      where: null,
      since: null,
      facets: null,
    }),
  ).toMatchObject({
    status: 200,
    body: { results: expect.arrayContaining([expect.objectContaining({ value: "One." })]) },
  });
  const turn = { role: "user", content: "Three.", created_at: null, id: null };
  expect(
    await send("POST /v1/remember-turn", { thread: "t", messages: [turn], turn_id: null }),
  ).toMatchObject({
    status: 200,
    body: { stored: 1 },
  });
  expect(
    await send("POST /v1/memory-set", {
      key: "k",
      value: "x",
      metadata: { a: null },
      expires_at: "2099-01-01",
    }),
  ).toMatchObject({
    body: { metadata: { a: null }, expires_at: "2099-01-01T00:00:00.000Z" },
  });
  const touched = (await send("POST /v1/memory/touch", { key: "k", expires_at: null })).body;
  expect(touched).not.toHaveProperty("expires_at");
  for (const [route, body] of [
    ["POST /v1/memory-set", { value: null }],
    ["POST /v1/memory-set", { value: "x", valeu: null }],
    ["POST /v1/memory/touch", { key: null, expires_at: null }],
  ] as const)
    expect((await send(route, body)).status, JSON.stringify(body)).toBe(400);
});

test("messages are taken as chat APIs and frameworks write them", async () => {
  await open({});
  const { key } = server.key([all]);
  const send = (messages: object[]) =>
    server.send("POST /v1/remember-turn", { key, body: { namespace: "n", thread: "t", messages } });
  const call = { id: "c1", type: "function", function: { name: "find", arguments: "{}" }, index: 0 };
  const answer = await send([
    { role: "user", content: "Where is the flour?", name: "ada" },
    // `model_dump()` of Mistral's Python client.
    { role: "assistant", content: "", tool_calls: [call], prefix: false },
    { role: "tool", content: "{}", name: "find", tool_call_id: "c1" },
    // And of LangChain's.
    {
      type: "ai",
      content: "In the pantry.",
      additional_kwargs: {},
      response_metadata: {},
      name: null,
      id: null,
      example: false,
      tool_calls: [],
      invalid_tool_calls: [],
      usage_metadata: null,
    },
    {
      type: "human",
      content: "Thanks.",
      additional_kwargs: {},
      response_metadata: {},
      name: null,
      id: null,
      example: false,
    },
  ]);
  expect(answer).toMatchObject({ status: 200, body: { success: true } });
  const { records } = await server.memory.list({ namespace: "n" });
  expect(records.filter(({ role }) => role !== "tool").map(({ role, value }) => [role, value])).toEqual([
    ["user", "Where is the flour?"],
    ["assistant", "In the pantry."],
    ["user", "Thanks."],
  ]);
  expect(await send([{ content: "Who?" }])).toMatchObject({
    status: 400,
    body: { error: { message: expect.stringContaining("role") } },
  });
  expect((await send([{ role: "user", content: "x", contnet: "y" }])).status).toBe(400);
});

test("messages are taken as frameworks keep them", async () => {
  await open({});
  const { key } = server.key([all]);
  const messages = [
    // LangChain's `messages_to_dict`, `dumpd` and a message as JavaScript writes it.
    { type: "human", data: { content: "One.", type: "human", name: null, id: null, example: false } },
    {
      lc: 1,
      type: "constructor",
      id: ["langchain", "schema", "messages", "AIMessage"],
      kwargs: { content: "Two.", type: "ai" },
    },
    {
      lc: 1,
      type: "constructor",
      id: ["langchain_core", "messages", "HumanMessage"],
      // Whose contents may have texts among their parts.
      kwargs: { content: ["Three.", { type: "image_url", image_url: { url: "https://app.example/a.png" } }] },
    },
    { type: "AIMessageChunk", content: "Four.", tool_call_chunks: [], chunk_position: null },
    // LlamaIndex and the AI SDK.
    { role: "user", additional_kwargs: {}, blocks: [{ block_type: "text", text: "Five." }] },
    { id: "m6", role: "assistant", parts: [{ type: "step-start" }, { type: "text", text: "Six." }] },
    // Entries of Mistral's conversations.
    {
      object: "entry",
      type: "message.input",
      role: "user",
      content: "Seven.",
      created_at: "2026-01-02T03:04:05Z",
      completed_at: null,
      id: "e1",
      prefix: false,
    },
    {
      object: "entry",
      type: "function.call",
      tool_call_id: "c",
      name: "recall",
      arguments: "{}",
      id: "e2",
      created_at: "2026-01-02T03:04:06Z",
    },
    { object: "entry", type: "function.result", tool_call_id: "c", result: "Nothing.", id: "e3" },
    {
      object: "entry",
      type: "message.output",
      content: [{ type: "text", text: "Eight." }],
      model: "m",
      agent_id: null,
      id: "e4",
    },
  ];
  const body = { namespace: "n", thread: "t", messages };
  expect(await server.send("POST /v1/remember-turn", { key, body })).toMatchObject({ body: { stored: 8 } });
  const { records } = await server.memory.list({ namespace: "n", order: "oldest" });
  expect(records.map(({ role, value }) => `${role}: ${value}`).sort()).toEqual([
    "assistant: Eight.",
    "assistant: Four.",
    "assistant: Six.",
    "assistant: Two.",
    "user: Five.",
    "user: One.",
    "user: Seven.",
    "user: Three.",
  ]);
  expect(records.find(({ value }) => value === "Seven.")?.createdAt).toBe("2026-01-02T03:04:05.000Z");
  for (const wrong of [
    { type: "human", data: { content: "x", contnet: "y" } },
    { type: "human", data: { content: "x" }, contnet: "y" },
    { role: "user", parts: ["x"] },
    { role: "user", content: "x", blocks: [{ block_type: "text", text: "y" }] },
    { lc: 1, type: "constructor", id: [], kwargs: { content: "x" } },
    { role: "user", content: "x", timestamp: "2026-01-02" },
  ])
    expect(
      (await server.send("POST /v1/remember-turn", { key, body: { ...body, messages: [wrong] } })).status,
    ).toBe(400);
});

test.each([
  ["POST /v1/memory-set", { content: "x" }, /there is no option "content"; did you mean "value"/],
  ["POST /v1/memory-set", {}, /^the body\.value: expected string, and it is missing$/],
  ["POST /v1/memory-set", { value: 7 }, /^the body\.value: expected string, got number$/],
  ["POST /v1/memory-set", { value: "" }, /^the body\.value: expected string to have/],
  [
    "POST /v1/remember-turn",
    { thread: "t", messages: ["Noted."] },
    /messages\.0: expected a message as in \{"role"/,
  ],
  [
    "POST /v1/remember-turn",
    { thread: "t", messages: [["user", "x"]] },
    /messages\.0: expected a message as in/,
  ],
  [
    "POST /v1/remember-turn",
    { thread: "t", messages: [{ role: "user", content: { text: "x" } }] },
    /content: expected a text, or a list/,
  ],
  ["POST /v1/memory/set", { value: "x" }, /did you mean POST \/v1\/memory-set\?/],
  ["POST //v1/memory-set", { value: "x" }, /did you mean POST \/v1\/memory-set\?/],
  ["POST /rememberTurn", { thread: "t" }, /did you mean POST \/v1\/remember-turn\?/],
  ["POST /v1/nothing", { value: "x" }, /^there is nothing at this address; \/openapi/],
])("%s says what to do about %j", async (route, body, message) => {
  await open({});
  const { key } = server.key([all]);
  const answer = await server.send(route, { key, body });
  expect(answer).toMatchObject({ body: { error: { message: expect.stringMatching(message) } } });
});

test("how a key is sent, and a sign in an address, are said where they are wrong", async () => {
  await open({});
  const { key } = server.key([all]);
  const ask = async (authorization: string, query = "") => {
    const { body } = await server.send(`GET /v1/memories${query}`, { headers: { authorization } });
    return (body as { error: { message: string } }).error.message;
  };
  for (const other of [key, `Basic ${btoa(`user:${key}`)}`, "Bearer", "Bearer None"])
    expect(await ask(other)).toContain("expected Authorization: Bearer svr_…");
  expect(await ask(`Bearer ${key}`, "?as_of=2026-11-30T11:35:28.499816+00:00")).toContain("%2B");
  expect(await ask(`Bearer ${key}`, "?as_of=soon")).not.toContain("%2B");
});

test("null inside of what may be one thing or another means the same", async () => {
  await open({});
  const { key } = server.key([all]);
  const parts = [
    { type: "image_url", text: null },
    { type: "text", text: "Four." },
  ];
  const messages = [{ role: "user", content: parts, metadata: null, files: null }];
  expect(
    await server.send("POST /v1/remember-turn", { key, body: { thread: "t", messages, before: null } }),
  ).toMatchObject({ status: 200, body: { stored: 1 } });
  const exclude = { keys: null, texts: null, thread: null, after: null };
  expect(await server.send("POST /v1/context", { key, body: { query: "Four", exclude } })).toMatchObject({
    status: 200,
    body: { memories: [{ value: "Four." }] },
  });
});

test.each([
  ["POST /v1/remember", { content: " " }, "content", /^content: /],
  ["POST /v1/recall", { query: " " }, "query", /^query: /],
  ["DELETE /v1/forget", { id: "x".repeat(513) }, "id", /^id: /],
  ["DELETE /v1/forget", { ids: ["a", "x".repeat(513)] }, "ids[1]", /^ids\[1\]: /],
  ["POST /v1/memory-set", { value: "x", expires_at: "soon" }, undefined, /expires_at: expected a moment/],
  ["POST /v1/memory/touch", { key: "k" }, undefined, /expires_at: expected a moment/],
  ["POST /v1/memory/batch", { memories: [{ value: "x" }, { value: " " }] }, "value", /^memories\.1\.value: /],
  [
    "POST /v1/remember-turn",
    { thread: "t", messages: [], turn_id: "x".repeat(513) },
    "turn_id",
    /^turn_id: /,
  ],
  [
    "POST /v1/memory-set",
    { value: "x", metadata: { expiresAt: "\ud800" } },
    "metadata.expiresAt",
    /^metadata\.expiresAt: /,
  ],
  ["POST /v1/memory/delete", { key: null }, undefined, /DELETE \/v1\/namespaces/],
] as const)("what is wrong has the name that it was given: %s %j", async (route, body, where, message) => {
  await open();
  const { status, body: answer } = await server.send(route, { body });
  const { error } = answer as { error: { message: string; details?: { where?: string } } };
  expect([status, error.details?.where]).toEqual([400, where]);
  expect(error.message).toMatch(message);
});

test("a bad line of an import has its number, also when the memory refuses it", async () => {
  await open();
  const raw = ['{"souvenir":"memories","version":1}', '{"value":"One."}', "", '{"value":" "}'].join("\n");
  const headers = { "Content-Type": "application/x-ndjson" };
  expect(await server.send("POST /v1/import", { raw, headers })).toMatchObject({
    status: 400,
    body: { error: { message: expect.stringMatching(/^line 4: value: /), details: { stored: 0, index: 1 } } },
  });
});

test("an import takes a list as it takes lines", async () => {
  await open();
  const list = [
    { value: "One.", key: "a" },
    { value: "Two.", key: "b", history: null },
  ];
  const send = (raw: string) => server.send("POST /v1/import", { raw });
  expect((await send(JSON.stringify(list, null, 2))).body).toMatchObject({ imported: 2 });
  expect(
    (await send(` \n${JSON.stringify([...list, { value: "Three." }, { value: "Four.", valeu: 1 }])}`)).body,
  ).toMatchObject({
    error: { code: "INVALID_INPUT", message: expect.stringMatching(/^line 4: .*value/) },
  });
  expect((await send("[]")).body).toMatchObject({ imported: 0 });
});

test.each(["STORE_FULL", "STORE_BUSY", "STORE_REPLACED", "READ_ONLY"] as const)(
  "where the store is, is not told: %s",
  async (code) => {
    const path = "/home/ada/secret-folder/memory.db";
    const store = new InMemoryStore();
    const failing = () =>
      Promise.reject(new SouvenirError(code, `${path}: it failed`, { details: { path } }));
    store.get = failing;
    store.write = failing;
    const memory = await createMemory({ store, embedder: false });
    const app = createApp(memory, { open: true });
    const written = ["memory-set", "import", "memory/batch", "remember-turn", "remember"];
    const bodies: Record<string, object> = {
      "memory/batch": { memories: [{ value: "x" }] },
      "remember-turn": { thread: "t", messages: [{ role: "user", content: "x" }] },
      remember: { content: "x" },
    };
    for (const [route, init] of [
      ["memory?key=k", {}],
      ...written.map((route) => [
        route,
        {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify(bodies[route] ?? { value: "x" }),
        },
      ]),
    ] as [string, RequestInit][]) {
      const answer = await (await app.fetch(new Request(`http://localhost/v1/${route}`, init))).text();
      expect(JSON.parse(answer).error.code, route).toBe(code);
      expect(answer, route).not.toContain("secret-folder");
    }
    await memory.close();
  },
);

test("a list that nobody waits for any more stops", async () => {
  await open();
  await server.memory.setMany(
    Array.from({ length: 50 }, (_, n) => ({ namespace: "n", value: `Note ${n}.` })),
  );
  const reason = new Error("gone");
  for (const filter of [{}, { where: { n: 1 } }, { tags: ["t"] }])
    await expect(
      server.memory.list({ namespace: "n", ...filter, signal: AbortSignal.abort(reason) }),
    ).rejects.toBe(reason);
});

test("an integer that would be rounded is refused, and not kept as another one", async () => {
  await open({});
  const { key } = server.key([all]);
  const set = (number: string, text = "x") =>
    server.send("POST /v1/memory-set", {
      key,
      raw: `{"key":"k","value":${JSON.stringify(text)},"metadata":{"n":${number}}}`,
    });
  for (const number of [
    "9007199254740993",
    "-9007199254740993",
    "123456789012345678901234567890",
    String(2n ** 60n),
    String(2n ** 64n),
    "1".repeat(400),
  ])
    expect(await set(number), number).toMatchObject({
      status: 400,
      body: { error: { code: "INVALID_INPUT", message: expect.stringContaining("string") } },
    });
  for (const number of [
    "9007199254740992",
    "-9007199254740991",
    "1e30",
    "0.12345678901234567",
    '"9007199254740993"',
  ])
    expect((await set(number)).status, number).toBe(200);
  expect((await set("1", 'id "9007199254740993" and \\"9007199254740993')).status).toBe(200);
  const raw = '{"value":"x","metadata":{"n":9007199254740993}}';
  expect((await server.send("POST /v1/import", { key, raw })).status).toBe(400);
});

test("where the audit log is required, nothing is done that it does not take", async () => {
  const events: AuditEvent[] = [];
  let full = false;
  await open({
    auditRequired: true,
    audit: (event) => {
      if (full) throw new Error("disk full");
      events.push(event);
    },
  });
  const set = (value: string) =>
    server.send("POST /v1/memory-set", { body: { namespace: "n", key: "k", value } });
  expect((await set("Kept.")).status).toBe(200);
  expect(events.map(({ operation, outcome, namespace }) => [operation, outcome, namespace])).toEqual([
    ["memorySet", "begun", "n"],
    ["memorySet", "done", "n"],
  ]);
  full = true;
  expect(await set("Not kept.")).toMatchObject({
    status: 503,
    body: { error: { code: "UNAVAILABLE", message: expect.stringContaining("audit log") } },
  });
  for (const route of ["DELETE /v1/memory?namespace=n&key=k", "GET /v1/export?namespace=n"])
    expect((await server.send(route)).status, route).toBe(503);
  expect((await server.send("GET /v1/memory?namespace=n&key=k")).body).toMatchObject({ value: "Kept." });
});

test("a log that is required and is not there is refused", () => {
  expect(() => createApp({} as Memory, { auditRequired: true })).toThrow(/audit/);
});

describe("limits", () => {
  test("a bucket per key, refilled by the minute, told in headers", async () => {
    await open({ rateLimit: 4 });
    const [one, other] = [server.key([all]), server.key([all], { rate_limit: 2 })];
    const ask = async (key: string) => {
      const { status, headers } = await server.send("GET /v1/whoami", { key });
      return [
        status,
        ...["limit", "remaining", "reset"].map((name) => headers.get(`x-ratelimit-${name}`)),
        headers.get("retry-after"),
      ];
    };
    expect(await ask(one.key)).toEqual([200, "4", "3", "15", null]);
    for (const remaining of ["2", "1", "0"]) expect((await ask(one.key))[2]).toBe(remaining);
    expect(await ask(one.key)).toEqual([429, "4", "0", "15", "15"]);
    expect(await ask(other.key)).toEqual([200, "2", "1", "30", null]);
    server.clock.now += 15_000;
    expect(await ask(one.key)).toEqual([200, "4", "0", "60", null]);
    server.clock.now += 600_000;
    expect((await ask(one.key))[2]).toBe("3");
    expect(
      (await server.send("GET /v1/whoami", { key: "svr_wrong" })).headers.get("x-ratelimit-limit"),
    ).toBeNull();
  });

  test("the limiter forgets buckets, not limits: it is bounded, and a clock that goes back gives nothing", () => {
    let now = 0;
    const limiter = new RateLimiter(() => now);
    expect([1, 2, 3].map(() => limiter.take("a", 2).allowed)).toEqual([true, true, false]);
    now = -60_000;
    expect(limiter.take("a", 2).allowed).toBe(false);
    now = 0;
    expect(limiter.take("a", 2).allowed).toBe(true);
  });

  test("a quota of the day ends with the day", async () => {
    await open();
    const { key } = server.key([all], { quota: { writes_per_day: 2 } });
    const set = () => server.send("POST /v1/memory-set", { key, body: { value: "Text." } });
    const batch = (count: number) =>
      server.send("POST /v1/memory/batch", {
        key,
        body: { memories: Array.from({ length: count }, () => ({ value: "Text." })) },
      });
    // No day has room for three.
    expect(await batch(3)).toMatchObject({
      status: 400,
      body: {
        error: {
          code: "INVALID_INPUT",
          message: "3 memories at once, and this key may have 2 a day: send at most 2 in one request",
        },
      },
    });
    expect([(await set()).status, (await set()).status]).toEqual([200, 200]);
    const refused = await set();
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, String(16 * 3600)]);
    expect((await batch(2)).status).toBe(429);
    expect((await server.send("POST /v1/memory/search", { key, body: { query: "text" } })).status).toBe(200);
    server.clock.now += 16 * 3_600_000;
    expect((await set()).status).toBe(200);
    expect((await server.memory.stats()).records).toBe(3);
  });
});

describe("without keys, this machine only", () => {
  const at = (address: string, headers: Record<string, string> = {}, options = {}) => ({
    address,
    headers,
    options,
  });
  test.each([
    at("http://evil.example/v1/memories"),
    at("http://localhost.evil.example/v1/memories"),
    at("http://127.0.0.1.evil.example/v1/memories"),
    at("http://192.168.1.5/v1/memories"),
    at("http://0.0.0.0/v1/memories"),
    at("http://localhost/v1/memories", { Origin: "https://evil.example" }),
    at("http://localhost/v1/memories", { Origin: "null" }),
    at("http://localhost:7077/v1/memories", { Origin: "http://localhost:3000" }),
    at(
      "http://localhost/v1/memories",
      { Origin: "https://app.example.evil" },
      { corsOrigins: ["https://app.example"] },
    ),
    at("http://localhost/v1/memories", { "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors" }),
    at("http://localhost/v1/memories", { "X-Forwarded-For": "1.2.3.4" }),
    at("http://localhost/metrics", { Forwarded: "for=1.2.3.4" }),
    at("http://evil.example/console/"),
  ])("refused: $address $headers", async ({ address, headers, options }) => {
    const { createApp } = await import("../src/http/app.ts");
    const memory = await createMemory({ path: ":memory:" });
    const app = createApp(memory, { open: true, ...options });
    const response = await app.fetch(new Request(address, { headers }));
    expect(response.status).toBe(403);
    expect(response.headers.get("access-control-allow-origin")).toBeNull();
    await memory.close();
  });

  test.each([
    at("http://127.0.0.1:7077/v1/memories"),
    at("http://[::1]:7077/v1/memories"),
    at("http://localhost:7077/v1/memories", {
      Origin: "http://localhost:7077",
      "Sec-Fetch-Site": "same-origin",
    }),
    at("http://localhost/console/", {
      "Sec-Fetch-Site": "cross-site",
      "Sec-Fetch-Mode": "navigate",
      "Sec-Fetch-Dest": "document",
    }),
    at(
      "http://localhost/v1/memories",
      { Origin: "https://app.example" },
      { corsOrigins: ["https://app.example"] },
    ),
  ])("answered: $address $headers", async ({ address, headers, options }) => {
    const { createApp } = await import("../src/http/app.ts");
    const memory = await createMemory({ path: ":memory:" });
    const app = createApp(memory, { open: true, ...options });
    expect((await app.fetch(new Request(address, { headers }))).status).toBe(200);
    await memory.close();
  });

  test("an app that was not told to be open has no way in", async () => {
    server = await startTestServer();
    expect((await server.send("GET /v1/memories")).status).toBe(401);
  });

  test("another address than the loopback is refused until there is a key", async () => {
    server = await startTestServer();
    const { memory, keys } = server;
    for (const host of ["0.0.0.0", "::", "localhost.example", "10.0.0.1"]) {
      await expect(serve({ memory, host, port: 0 })).rejects.toMatchObject({ code: "INVALID_INPUT" });
      await expect(serve({ memory, host, port: 0, keys })).rejects.toThrow(/create a key first/);
    }
    const { key } = server.key([all]);
    const running = await serve({ memory, host: "0.0.0.0", port: 0, keys });
    const local = running.url.replace("0.0.0.0", "127.0.0.1");
    expect((await fetch(`${local}/v1/memories`)).status).toBe(401);
    expect(
      (await fetch(`${local}/v1/memories`, { headers: { Authorization: `Bearer ${key}` } })).status,
    ).toBe(200);
    await running.close();
  });
});

describe("pages of other origins", () => {
  test("none by default; those that were allowed, with a key", async () => {
    server = await startTestServer();
    const { key } = server.key([all]);
    const headers = { Origin: "https://app.example" };
    expect(
      (await server.send("GET /v1/memories", { key, headers })).headers.get("access-control-allow-origin"),
    ).toBeNull();
    await server.close();
    server = await startTestServer({ corsOrigins: ["https://app.example"] });
    const own = server.key([all]).key;
    const allowed = await server.send("GET /v1/memories", { key: own, headers });
    expect(allowed.headers.get("access-control-allow-origin")).toBe("https://app.example");
    const foreign = await server.send("GET /v1/memories", {
      key: own,
      headers: { Origin: "https://evil.example" },
    });
    expect(foreign.headers.get("access-control-allow-origin")).toBeNull();
    const preflight = await server.send("OPTIONS /v1/memory-set", {
      headers: {
        ...headers,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-headers")).toContain("Authorization");
    expect(
      (await server.send("GET /v1/memories", { headers })).headers.get("access-control-allow-origin"),
    ).toBe("https://app.example");
  });
});

test("answers are compressed where that is accepted and worth it", async () => {
  await open();
  await server.memory.setMany(
    Array.from({ length: 50 }, (_, n) => ({ namespace: "default", value: `Note ${n}.` })),
  );
  const gzip = { "Accept-Encoding": "gzip" };
  expect((await server.send("GET /v1/memories", { headers: gzip })).headers.get("content-encoding")).toBe(
    "gzip",
  );
  expect((await server.send("GET /v1/export", { headers: gzip })).headers.get("content-encoding")).toBe(
    "gzip",
  );
  expect((await server.send("GET /v1/memories")).headers.get("content-encoding")).toBeNull();
  expect(
    (await server.send("GET /v1/namespaces", { headers: gzip })).headers.get("content-encoding"),
  ).toBeNull();
});

test("metrics count, and name nobody", async () => {
  await open();
  await server.send("POST /v1/memory-set", {
    body: { namespace: "ada@example.com", key: "hidden", value: "Hidden." },
  });
  await server.send("POST /v1/memory-set", { body: { value: "" } });
  await server.send("GET /hidden/path?namespace=ada@example.com");
  const text = (await server.send("GET /metrics")).body as string;
  expect(text).not.toMatch(/ada|hidden/i);
  for (const line of [
    'souvenir_http_requests_total{route="POST /v1/memory-set",status="200"} 1',
    'souvenir_http_requests_total{route="POST /v1/memory-set",status="400"} 1',
    'souvenir_http_requests_total{route="unknown",status="404"} 1',
    'souvenir_http_request_duration_seconds_bucket{route="POST /v1/memory-set",le="+Inf"} 2',
    "souvenir_http_requests_under_way 1",
    "souvenir_memories 1",
    "souvenir_namespaces 1",
  ])
    expect(text.split("\n")).toContain(line);
  for (const line of text.trimEnd().split("\n"))
    expect(line).toMatch(/^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{([a-z]+="[^"\\\n]*",?)+\})? [0-9.e+-]+)$/);
});

test("activity has one sample an interval, and no more than it keeps", async () => {
  await open();
  await server.send("POST /v1/memory-set", { body: { value: "One." } });
  await server.send("POST /v1/memory/search", { body: { query: "one" } });
  server.clock.now += 15_000;
  await server.send("POST /v1/memory-set", { body: { value: "Two." } });
  const { samples, interval_ms } = (await server.send("GET /v1/activity")).body as {
    samples: object[];
    interval_ms: number;
  };
  expect(interval_ms).toBe(15_000);
  expect(samples).toMatchObject([
    {
      at: "2026-11-25T08:00:00.000Z",
      requests: 2,
      searches: 1,
      writes: 1,
      errors: 0,
      memories: 2,
      search_p50_ms: expect.any(Number),
    },
    { at: "2026-11-25T08:00:15.000Z", requests: 1, searches: 0, writes: 1, search_p50_ms: null, memories: 2 },
  ]);
  for (let n = 0; n < 1000; n++) {
    server.clock.now += 15_000;
    await server.send("GET /healthz");
  }
  expect(((await server.send("GET /v1/activity")).body as { samples: object[] }).samples).toHaveLength(960);
});

test("the last requests and changes are told to whoever may do everything, without contents, and not without end", async () => {
  await open();
  await server.send("POST /v1/memory-set", { body: { namespace: "n", key: "said", value: "The secret." } });
  await server.send("POST /v1/memory/search", { body: { namespace: "n", query: "secret" } });
  await server.send("GET /v1/memory?namespace=n&key=none");
  await server.send("GET /healthz");
  await server.send("DELETE /v1/memory?namespace=n&key=said");
  const { body } = await server.send("GET /v1/requests");
  const { requests, changes } = body as RequestsResponse;
  expect(requests.map(({ route, status }) => [route, status])).toEqual([
    ["DELETE /v1/memory", 200],
    ["GET /v1/memory", 404],
    ["POST /v1/memory/search", 200],
    ["POST /v1/memory-set", 200],
  ]);
  expect(requests[0]).toMatchObject({ at: "2026-11-25T08:00:00.000Z", key: null, ms: expect.any(Number) });
  expect(changes).toMatchObject([
    { operation: "memoryDelete", outcome: "done", namespace: "n", subject: "said", request: requests[0]?.id },
    { operation: "memorySet", outcome: "done", namespace: "n", subject: "said" },
  ]);
  expect(JSON.stringify(body)).not.toContain("secret.");
  for (let n = 0; n < 510; n++) await server.send("GET /v1/whoami");
  expect(((await server.send("GET /v1/requests")).body as RequestsResponse).requests).toHaveLength(500);
});

describe("on the wire", () => {
  let running: RunningServer;
  afterEach(() => running?.close());
  const listen = async (options: Parameters<typeof startTestServer>[0] = {}) => {
    server = await startTestServer();
    running = await serve({ memory: server.memory, port: 0, ...options });
    return Number(new URL(running.url).port);
  };
  /** Sends bytes as they are, and answers what comes until the server hangs up. */
  async function exchange(port: number, ...parts: string[]): Promise<string> {
    const socket = connect(port, "127.0.0.1");
    let answer = "";
    socket.on("data", (bytes) => (answer += bytes));
    await once(socket, "connect");
    for (const part of parts) socket.write(part);
    await once(socket, "close");
    return answer;
  }

  test("a body with GET is refused, because it may name the namespace that was meant", async () => {
    const port = await listen();
    const ask = (body: string) =>
      exchange(
        port,
        `GET /v1/stats HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      );
    expect(await ask('{"namespace":"shop"}')).toMatch(/^HTTP\/1.1 400 .*expected none with GET/s);
    expect(await ask("{}")).toMatch(/^HTTP\/1.1 200 /);
  });

  test("a body that does not come is not waited for", async () => {
    const port = await listen({ bodyTimeoutMs: 100 });
    const head = (type: string, path: string, length: string) =>
      `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${type}\r\n${length}\r\n\r\n`;
    const json = await exchange(
      port,
      head("application/json", "/v1/memory-set", "Content-Length: 50"),
      '{"value":',
    );
    expect(json).toMatch(/^HTTP\/1\.1 408 /);
    const chunked = await exchange(
      port,
      head("application/json", "/v1/memory-set", "Transfer-Encoding: chunked"),
      '5\r\n{"val\r\n',
    );
    expect(chunked).toMatch(/^HTTP\/1\.1 408 /);
    const lines = await exchange(
      port,
      head("application/x-ndjson", "/v1/import", "Transfer-Encoding: chunked"),
      '13\r\n{"value":"Line."}\n{\r\n',
    );
    expect(lines).toMatch(/^HTTP\/1\.1 408 /);
    expect((await server.memory.stats()).records).toBe(0);
  });

  test("requests that mean two things are refused", async () => {
    const port = await listen();
    const smuggled =
      "POST /v1/memory-set HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    expect(await exchange(port, smuggled)).toMatch(/^HTTP\/1\.1 400 /);
    expect(
      await exchange(port, "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: a\u0000b\r\n\r\n"),
    ).toMatch(/^HTTP\/1\.1 400 /);
    expect(
      await exchange(port, "GET /healthz HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"),
    ).toMatch(/^HTTP\/1\.1 403 /);
    expect(await exchange(port, `GET /${"a".repeat(20_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 431 /,
    );
  });

  test("a body over the limit ends the connection, and its length is not read", async () => {
    const port = await listen();
    const answer = await exchange(
      port,
      "POST /v1/memory-set HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n{",
    );
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toMatch(/connection: close/i);
  });

  test.each([
    ["over the limit", "/v1/memory-set", "application/json", '{"value":"', 413, "BODY_TOO_LARGE"],
    ["for nothing", "/v1/nothing", "application/json", '{"value":"', 404, "UNKNOWN_ROUTE"],
    [
      "with a bad first line",
      "/v1/import",
      "application/x-ndjson",
      '{"nonsense":1}\n{"value":"',
      400,
      "line 1",
    ],
  ])(
    "a client that writes before it reads gets the answer: a body %s",
    async (_, path, type, start, status, says) => {
      const port = await listen();
      const rest = Buffer.alloc(12_000_000, "x");
      const length = start.length + rest.length;
      for (const [framing, before, after] of [
        [`Content-Length: ${length}`, start, ""],
        ["Transfer-Encoding: chunked", `${length.toString(16)}\r\n${start}`, "\r\n0\r\n\r\n"],
      ] as const) {
        const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
        await once(socket, "connect");
        socket.write(
          `POST ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: ${type}\r\n${framing}\r\n\r\n${before}`,
        );
        // The answer is there now, and is left unread.
        for (let at = 0; at < rest.length; at += 500_000)
          await new Promise<void>((resolve, reject) =>
            socket.write(rest.subarray(at, at + 500_000), (error) => (error ? reject(error) : resolve())),
          );
        socket.end(after);
        const answer = await socket.reduce((text, part) => text + part, "");
        expect(answer, framing).toMatch(new RegExp(`^HTTP/1.1 ${status} [^]*${says}`));
      }
    },
  );

  test("a port that is taken is an error that says so", async () => {
    const port = await listen();
    await expect(serve({ memory: server.memory, port })).rejects.toThrow(/EADDRINUSE/);
  });

  test("an export that fails on the way breaks off", async () => {
    await listen();
    const store = new InMemoryStore();
    const list = store.list.bind(store);
    store.list = async (namespace, page) => {
      if (page.after !== undefined) throw new SouvenirError("STORE_FAILED", "the disk is gone");
      return list(namespace, page);
    };
    const memory = await createMemory({ store });
    await memory.setMany(
      Array.from({ length: 1001 }, (_, n) => ({ namespace: "default", value: `Note ${n}.` })),
    );
    for (const encoding of ["gzip", "identity"]) {
      const failing = await serve({ memory, port: 0 });
      const response = await fetch(`${failing.url}/v1/export`, { headers: { "Accept-Encoding": encoding } });
      expect(response.status).toBe(200);
      await expect(response.text()).rejects.toThrow();
      await failing.close();
    }
    await memory.close();
  });

  test("closing answers what is under way, and refuses what comes", async () => {
    const port = await listen();
    const socket = connect(port, "127.0.0.1");
    let answer = "";
    socket.on("data", (bytes) => (answer += bytes));
    await once(socket, "connect");
    const body = '{"value":"Late, and kept."}';
    socket.write(
      `POST /v1/memory-set HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`,
    );
    const underWay = async () =>
      (await (await fetch(`${running.url}/metrics`)).text()).includes("under_way 2");
    while (!(await underWay()));
    const closed = running.close();
    socket.write(body);
    await once(socket, "close");
    await closed;
    expect(answer).toMatch(/^HTTP\/1\.1 200 [\s\S]*connection: close/i);
    expect((await server.memory.stats()).records).toBe(1);
    await expect(fetch(running.url)).rejects.toThrow();
  });
});

test("what stands in a header is used or refused, and a null of another kind of grant is left out", async () => {
  const { memory, send, key, close } = await startTestServer();
  onTestFinished(close);
  const admin = key([all]).key;
  await memory.setMany([
    { namespace: "default", key: "k", value: "of all" },
    { namespace: "ada", key: "k", value: "of Ada" },
  ]);
  const named = { "X-Souvenir-Namespace": "ada" };
  for (const [route, body] of [
    ["GET /v1/memory?key=k"],
    ["DELETE /v1/memory?key=k"],
    ["POST /v1/memory/delete", { key: "k", namespace: "default" }],
    ["POST /v1/memory/search", { query: "of" }],
  ] as const)
    expect(await send(route, { ...(body ? { body } : {}), headers: named, key: admin }), route).toMatchObject(
      {
        status: 400,
        body: { error: { message: expect.stringContaining("X-Souvenir-Namespace") } },
      },
    );
  expect(await send("GET /v1/memory?key=k&namespace=ada", { headers: named, key: admin })).toMatchObject({
    body: { value: "of Ada" },
  });
  expect((await send("GET /v1/whoami", { headers: named, key: admin })).status).toBe(200);
  const matching = { "If-Match": '"7"' };
  for (const [route, body] of [
    ["POST /v1/memory/batch", { memories: [{ key: "k", value: "again" }] }],
    ["DELETE /v1/namespaces?namespace=ada"],
    ["POST /v1/memory/delete", { where: { x: 1 } }],
  ] as const)
    expect(
      (await send(route, { ...(body ? { body } : {}), headers: matching, key: admin })).status,
      route,
    ).toBe(400);
  expect(await memory.get({ namespace: "ada", key: "k" })).toMatchObject({ value: "of Ada", version: 1 });
  for (const grant of [
    { namespace: "ada", prefix: null },
    { namespace: null, prefix: "ada/" },
  ]) {
    const body = { name: "generated", grants: [{ ...grant, permission: "read" }] };
    expect((await send("POST /v1/keys", { body, key: admin })).status, JSON.stringify(grant)).toBe(201);
  }
});

test("nobody stores what is acknowledged and found nowhere", async () => {
  const { send, key, close } = await startTestServer();
  onTestFinished(close);
  const admin = key([all]).key;
  const body = { key: "k", value: "x", metadata: { souvenir: { withdrawn: true } } };
  for (const route of ["POST /v1/memory-set", "POST /v1/import"])
    expect(await send(route, { body, key: admin }), route).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringContaining("withdrawn") } },
    });
});
