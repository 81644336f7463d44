import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Operation, type OperationId, operations } from "../src/api/operations.ts";
import type { AuditEvent } from "../src/http/audit.ts";
import { all, repeating, type SendOptions, startTestServer, type TestServer } from "./test-server.ts";

let server: TestServer;
beforeEach(async () => {
  server = await startTestServer({ chat: repeating, followMs: 1 });
});
afterEach(() => server.close());

const routes = Object.entries(operations) as [OperationId, Operation][];
const query = (parameters: Record<string, string>) => `?${new URLSearchParams(parameters)}`;

/** What is answered to whoever may ask: the key, the memory, the fact and the run of these requests do not exist. */
function statusOf(id: OperationId): number {
  const isMissing = [
    ...["keysRevoke", "factApprove", "memoryApprove", "runGet", "runUndo"],
    ...["hooksDelete", "hooksTest", "hooksRotate"],
  ].includes(id);
  return isMissing ? 404 : (operations[id].status ?? 200);
}

/** A request that does what the operation is for, in a namespace. */
function requestFor(id: OperationId, namespace: string): [string, SendOptions] {
  const route = operations[id].route.replace("{id}", "0123456789abcdef01");
  const json = (body: object): [string, SendOptions] => [route, { body: { namespace, ...body } }];
  const parameters = (names: Record<string, string>): [string, SendOptions] => [
    route + query({ namespace, ...names }),
    {},
  ];
  switch (id) {
    case "memorySet":
      return json({ key: "k", value: "Overwritten." });
    case "memoryBatch":
      return json({ memories: [{ key: "k", value: "Overwritten." }] });
    case "memoryGet":
    case "memoryDelete":
    case "memoryHistory":
      return parameters({ key: "k" });
    case "factApprove":
    case "factDecline":
    case "memoryApprove":
    case "memoryDecline":
    case "memoryPin":
    case "memoryUnpin":
      return json({ key: "k" });
    case "memoryTouch":
      return json({ key: "k", expires_at: null });
    case "memoryDeleteMany":
      return json({ keys: ["k"] });
    case "memorySearch":
    case "memorySearchAlias":
    case "recall":
    case "context":
    case "ask":
      return json({ query: "secret orders" });
    case "consolidate":
    case "dream":
    case "memoriesFilter":
    case "changesPage":
    case "scan":
      return json({});
    case "runGet":
      return parameters({ id: `r@${namespace}` });
    case "runUndo":
      return json({ id: `r@${namespace}` });
    case "memoriesList":
    case "changes":
    case "entitiesList":
    case "profileGet":
    case "factsList":
    case "runsList":
    case "namespaceDelete":
    case "statsGet":
    case "export":
      return parameters({});
    case "import":
      return [route, { raw: JSON.stringify({ namespace, key: "k", value: "Overwritten." }) }];
    case "rememberTurn":
      return json({ thread: "t", messages: [{ role: "user", content: "Overwritten." }] });
    case "remember":
      return json({ content: "Overwritten." });
    case "forget":
      return json({ id: "k" });
    case "hooksCreate":
      return json({ url: "https://hooks.example.com/souvenir" });
    case "hooksTest":
    case "hooksRotate":
      return [route, { body: { id: "0123456789abcdef01" } }];
    case "keysCreate":
      return [route, { body: { name: "n", grants: [all] } }];
    default:
      return [route, {}];
  }
}

/** Operations that the store must survive unchanged. */
async function state(): Promise<string> {
  const records = await Array.fromAsync(server.memory.export());
  const keys = server.keys.list().map(({ id, revoked_at }) => [id, revoked_at]);
  return JSON.stringify([records, keys, await server.keys.hooks.list()]);
}

describe("each route", () => {
  beforeEach(() => server.memory.set({ namespace: "acme/ada", key: "k", value: "The secret orders." }));

  const guarded = routes.filter(([, { needs }]) => needs !== "none");
  test.each(guarded)("%s: takes no namespace where it does not look for one", async (id, operation) => {
    const admin = server.key([all]).key;
    const before = await state();
    const [route, options] = requestFor(id, "acme/ada");
    const mark = route.includes("?") ? "&" : "?";
    const [method] = route.split(" ");
    const beside: [string, SendOptions][] = [];
    // A parameter that it has not, or a second place for one that it has.
    if (operation.query === undefined || options.body !== undefined)
      beside.push([`${route}${mark}namespace=other`, options]);
    beside.push([`${route}${mark}nameSpace=other`, options]);
    if (options.body === undefined && options.raw === undefined && method !== "GET")
      beside.push([route, { body: { namespace: "other" } }]);
    for (const [asked, sent] of beside) {
      const { status, body } = await server.send(asked, { ...sent, key: admin });
      expect([status, JSON.stringify(body)], asked).toEqual([400, expect.stringContaining("INVALID_INPUT")]);
    }
    expect(await state()).toBe(before);
    if (method !== "GET" && options.body === undefined && options.raw === undefined)
      expect((await server.send(route, { body: {}, key: admin })).status).toBe(
        (await server.send(route, { key: admin })).status,
      );
  });

  test.each(routes)("%s: without, with a wrong, an expired and a revoked key", async (id, { needs }) => {
    const expired = server.key([all], { expires_at: server.clock.now + 1000 });
    const revoked = server.key([all]);
    server.keys.revoke(revoked.id);
    server.clock.now += 1000;
    const good = server.key([all]).key;
    const before = await state();
    const tokens = {
      none: undefined,
      wrong: `${good.slice(0, -1)}${good.endsWith("A") ? "B" : "A"}`,
      foreign: `svr_${"0".repeat(18)}_${"A".repeat(43)}`,
      malformed: "let me in",
      expired: expired.key,
      revoked: revoked.key,
      id: good.split("_")[1],
    };
    const [route, options] = requestFor(id, "acme/ada");
    const bodies = new Set<string>();
    for (const [name, token] of Object.entries(tokens)) {
      const answer = await server.send(route, { ...options, ...(token === undefined ? {} : { key: token }) });
      if (needs === "none") {
        expect(answer.status, name).toBe(200);
        expect(JSON.stringify(answer.body), name).not.toMatch(/secret orders|acme\/ada/);
        continue;
      }
      expect(answer.status, name).toBe(401);
      expect(answer.headers.get("www-authenticate"), name).toMatch(/^Bearer/);
      if (token !== undefined) bodies.add(JSON.stringify(answer.body));
    }
    if (needs !== "none") expect(bodies.size).toBe(1);
    expect(await state()).toBe(before);
  });

  test.each(routes)("%s: with a key of another namespace", async (id, { needs }) => {
    const { key } = server.key([{ namespace: "acme/bob", permission: "admin" }]);
    const before = await state();
    const [route, options] = requestFor(id, "acme/ada");
    const answer = await server.send(route, { ...options, key });
    const open = ["whoami", "namespacesList", "flush"].includes(id) || needs === "none";
    expect(answer.status).toBe(open ? 200 : 403);
    expect(JSON.stringify(answer.body)).not.toMatch(/secret orders|acme\/ada/);
    expect(await state()).toBe(before);

    // The same answer for what does not exist.
    const [otherRoute, otherOptions] = requestFor(id, "acme/nobody");
    const other = await server.send(otherRoute, { ...otherOptions, key });
    if (needs !== "none") expect([other.status, other.body]).toEqual([answer.status, answer.body]);
  });

  test.each(routes)(
    "%s: with a key that may only read, and one that may only write",
    async (id, operation) => {
      const grants = (permission: "read" | "write") => [{ prefix: "acme/", permission }] as const;
      const reader = server.key([...grants("read")]).key;
      const before = await state();
      const [route, options] = requestFor(id, "acme/ada");
      const asReader = await server.send(route, { ...options, key: reader });
      const writes = (operation.audited === true && id !== "export") || operation.needs === "everything";
      expect(asReader.status).toBe(writes ? 403 : statusOf(id));
      expect(await state()).toBe(before);
      const writer = server.key([...grants("write")]).key;
      const asWriter = await server.send(route, { ...options, key: writer });
      const forAdmins = operation.needs === "everything" || operation.needs === "admin";
      expect(asWriter.status).toBe(forAdmins ? 403 : statusOf(id));
    },
  );

  test.each(routes)("%s: with a key for everything", async (id) => {
    const { key } = server.key([all]);
    const [route, options] = requestFor(id, "acme/ada");
    const answer = await server.send(route, { ...options, key });
    expect(answer.status).toBe(statusOf(id));
  });
});

describe("namespaces", () => {
  const others = [
    "Team",
    "TEAM",
    " team",
    "team ",
    "team/",
    "team\u0000",
    "team\n",
    "te\u0430m",
    "\uff54eam",
    "te\u0301am",
    "team%2F",
    "team%00",
    "tea",
    "team/../team",
    "./team",
    "default",
    "*",
    "%",
    "",
  ];

  test("a grant is for one namespace, character by character", async () => {
    const { key } = server.key([{ namespace: "team", permission: "write" }]);
    expect(
      (await server.send("POST /v1/memory-set", { key, body: { namespace: "team", value: "Ok." } })).status,
    ).toBe(200);
    for (const namespace of others) {
      const set = await server.send("POST /v1/memory-set", { key, body: { namespace, value: "No." } });
      expect(set.status, JSON.stringify(namespace)).toBe(namespace === "" ? 400 : 403);
      const list = await server.send(`GET /v1/memories?namespace=${encodeURIComponent(namespace)}`, { key });
      expect(list.status, JSON.stringify(namespace)).toBe(namespace === "" ? 400 : 403);
    }
    expect((await server.send("POST /v1/memory-set", { key, body: { value: "No." } })).status).toBe(403);
    expect(await server.memory.namespaces()).toEqual(["team"]);
  });

  test("é in two encodings is two namespaces", async () => {
    const { key } = server.key([{ namespace: "caf\u00e9", permission: "read" }]);
    const status = async (encoded: string) =>
      (await server.send(`GET /v1/memories?namespace=${encoded}`, { key })).status;
    expect(await status("caf%C3%A9")).toBe(200);
    expect(await status("café")).toBe(200);
    expect(await status("cafe%CC%81")).toBe(403);
    // Latin 1, overlong, cut off, and a lone surrogate: bytes that are no text are no namespace.
    for (const bytes of ["caf%E9", "caf%C0%AF", "caf%C3", "%ED%A0%80", "%", "%zz"])
      expect(await status(bytes), bytes).toBe(400);
  });

  test("a prefix opens what is below it, and nothing that merely starts alike", async () => {
    const { key } = server.key([{ prefix: "team/", permission: "write" }]);
    const status = async (namespace: string) =>
      (await server.send("POST /v1/memory-set", { key, body: { namespace, value: "Text." } })).status;
    for (const inside of ["team/", "team/a", "team/a/b", "team//", "team/../x", "team/\u0301"])
      expect(await status(inside), inside).toBe(200);
    for (const outside of [
      "team",
      "teammate/a",
      "Team/a",
      "team\\a",
      "team%2Fa",
      "/team/a",
      "../team/a",
      "team\uff0fa",
      "tea",
    ])
      expect(await status(outside), outside).toBe(403);
  });

  test("a prefix of a prefix opens nothing above", async () => {
    const { key } = server.key([{ prefix: "team/a/", permission: "admin" }]);
    await server.memory.set({ namespace: "team/b", value: "Secret." });
    await server.memory.set({ namespace: "team/a/x", value: "Own." });
    expect((await server.send("GET /v1/namespaces?prefix=team/", { key })).body).toEqual({
      namespaces: ["team/a/x"],
    });
    expect((await server.send("GET /v1/export", { key })).body).not.toContain("Secret");
    expect((await server.send("GET /v1/stats", { key })).status).toBe(403);
    expect((await server.send("DELETE /v1/namespaces?namespace=team/b", { key })).status).toBe(403);
    expect((await server.send("DELETE /v1/namespaces?namespace=team/a/x", { key })).body).toEqual({
      success: true,
      deleted: 1,
    });
  });

  test.each(["team", "équipe", "日本", "9", "a\u0301"])(
    "a prefix %j that ends in a letter is refused",
    (prefix) => {
      expect(() => server.key([{ prefix, permission: "read" }])).toThrow(/separator/);
    },
  );

  test("one foreign memory refuses a whole batch and stops an import", async () => {
    const { key } = server.key([{ namespace: "own", permission: "write" }]);
    const memories = [
      { namespace: "own", key: "a", value: "Own." },
      { namespace: "foreign", key: "b", value: "Foreign." },
    ];
    expect(
      (await server.send("POST /v1/memory/batch", { key, body: { namespace: "own", memories } })).status,
    ).toBe(403);
    const raw = memories.map((memory) => JSON.stringify(memory)).join("\n");
    const answer = await server.send("POST /v1/import?namespace=own", { key, raw });
    expect(answer.status).toBe(403);
    expect(answer.body).toMatchObject({ error: { details: { stored: 0, index: 1 } } });
    const nested = {
      namespace: "own",
      value: "v2",
      version: 2,
      history: [{ namespace: "foreign", value: "v1", version: 1 }],
    };
    await server.send("POST /v1/import", { key, raw: JSON.stringify(nested) });
    expect((await server.memory.namespaces()).filter((name) => name !== "own")).toEqual([]);
  });

  test.each(["revoked", "expired"])("a key that is %s while a stream is open ends it", async (how) => {
    const admin = () => server.key([all], { expires_at: server.clock.now + 60_000 });
    const end = ({ id }: { id: string }) => {
      if (how === "revoked") server.keys.revoke(id);
      else server.clock.now += 61_000;
    };
    // Into the server: what came before is stored or not, what comes after is not.
    const writer = admin();
    const body = new TransformStream<Uint8Array, Uint8Array>();
    const sender = body.writable.getWriter();
    const line = (key: string) => new TextEncoder().encode(`{"namespace":"n","key":"${key}","value":"v"}\n`);
    const answer = server.send("POST /v1/import", { key: writer.key, raw: body.readable });
    await sender.write(line("before"));
    end(writer);
    // The server lets go of what it does not read.
    await sender.write(line("after")).catch(() => undefined);
    await sender.close().catch(() => undefined);
    expect((await answer).status).toBe(401);
    expect(await server.memory.get({ namespace: "n", key: "after" })).toBeUndefined();
    // Out of it.
    await server.memory.setMany(
      Array.from({ length: 200 }, (_, at) => ({ namespace: "n", key: `k${at}`, value: "x".repeat(1_000) })),
    );
    const reader = admin();
    const response = await server.fetch("GET /v1/export", { key: reader.key });
    const parts = response.body?.getReader();
    expect((await parts?.read())?.value?.length).toBeGreaterThan(0);
    end(reader);
    let bytes = 0;
    const rest = async () => {
      for (;;) {
        const part = await parts?.read();
        if (part === undefined || part.done) return;
        bytes += part.value.length;
      }
    };
    await expect(rest()).rejects.toThrow("broke off");
    expect(bytes).toBeLessThan(100_000);
  });

  test("a namespace that is named twice, or beside another body, is not let through", async () => {
    const { key } = server.key([{ namespace: "own", permission: "write" }]);
    await server.memory.set({ namespace: "foreign", key: "k", value: "Foreign." });
    const twice = "namespace=own&key=k&namespace=foreign";
    expect((await server.send(`GET /v1/memory?${twice}`, { key })).status).toBe(400);
    expect(
      (
        await server.send(`DELETE /v1/forget?namespace=own&id=k`, {
          key,
          body: { namespace: "foreign", id: "k" },
        })
      ).status,
    ).toBe(400);
    const raw = '{"namespace":"own","namespace":"foreign","key":"k","value":"No."}';
    expect((await server.send("POST /v1/memory-set", { key, raw })).status).toBe(403);
    expect((await server.memory.get({ namespace: "foreign", key: "k" }))?.value).toBe("Foreign.");
  });
});

describe("keys over HTTP", () => {
  test("the first key is one that can make others", async () => {
    const open = await startTestServer({ open: true });
    const make = (grants: object[]) => open.send("POST /v1/keys", { body: { name: "first", grants } });
    for (const grants of [
      [{ prefix: "", permission: "write" }],
      [{ namespace: "own", permission: "admin" }],
      [{ prefix: "team/", permission: "admin" }],
    ])
      expect(await make(grants)).toMatchObject({ status: 400, body: { error: { code: "INVALID_INPUT" } } });
    expect((await open.send("GET /v1/keys")).status).toBe(200);
    expect((await make([all])).status).toBe(201);
    await open.close();
  });

  test.each([
    "X-Real-IP",
    "CF-Connecting-IP",
    "True-Client-IP",
    "X-Forwarded-Proto",
    "X-Forwarded-For",
    "Forwarded",
    "Via",
    "X-Original-Host",
    "X-Original-URL",
    "X-Rewrite-URL",
    "Forwarded-For",
    "X-Vercel-Forwarded-For",
    "Fly-Client-IP",
    "DO-Connecting-IP",
    "X-Appengine-User-IP",
    "X-Nginx-Proxy",
    "Front-End-Https",
    "Tailscale-User-Login",
    "Ngrok-Trace-Id",
    "Proxy-Connection",
  ])("without keys nobody is answered who comes through a proxy that says %s", async (name) => {
    const open = await startTestServer({ open: true });
    const answer = await open.send("GET /v1/whoami", { headers: { [name]: "203.0.113.9" } });
    expect(answer).toMatchObject({
      status: 403,
      body: { error: { message: expect.stringContaining("proxy") } },
    });
    expect((await open.send("GET /v1/whoami", { headers: { "X-Request-Id": "a" } })).status).toBe(200);
    await open.close();
  });

  test("what was given up is tried again for whoever may do everything, and nobody else", async () => {
    const guarded = await startTestServer();
    const ask = (grant: Parameters<typeof guarded.key>[0][number]) =>
      guarded.send("POST /v1/flush?retry=true", { key: guarded.key([grant]).key });
    expect((await ask({ namespace: "n", permission: "admin" })).status).toBe(403);
    expect((await ask(all)).body).toEqual({ pending: 0, failed: 0 });
    await guarded.close();
  });

  test("keys that are none are held up when they are many, and are in the audit log; others are not", async () => {
    const events: AuditEvent[] = [];
    const guarded = await startTestServer({ audit: (event) => void events.push(event) });
    const { key } = guarded.key([all]);
    const statuses: number[] = [];
    for (let tried = 0; tried < 120; tried++)
      statuses.push((await guarded.send("GET /v1/whoami", { key: `svr_${tried}` })).status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(100);
    expect(statuses.slice(100)).toEqual(new Array(20).fill(429));
    const held = await guarded.send("GET /v1/whoami", { key: "svr_x" });
    expect(Number(held.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await guarded.send("GET /v1/whoami", { key })).status).toBe(200);
    // Who has none at all did not try one.
    expect((await guarded.send("GET /v1/whoami")).status).toBe(401);
    expect(events).toHaveLength(100);
    expect(events[0]).toMatchObject({ key: null, operation: "authenticate", outcome: "refused" });
    expect(JSON.stringify(events)).not.toContain("svr_");
    guarded.clock.now += 60_000;
    expect((await guarded.send("GET /v1/whoami", { key: "svr_x" })).status).toBe(401);
    await guarded.close();
  });

  test("the first key closes the open server, and is shown once", async () => {
    const open = await startTestServer({ open: true });
    const created = await open.send("POST /v1/keys", {
      body: { name: "first", grants: [all], expires_at: "2027-01-01T00:00:00Z" },
    });
    expect(created.status).toBe(201);
    const { key, id } = created.body as { key: string; id: string };
    expect(created.headers.get("cache-control")).toBe("no-store");
    expect((await open.send("GET /v1/keys")).status).toBe(401);
    const list = await open.send("GET /v1/keys", { key });
    // The secret is base64url and may hold underscores itself.
    const secret = key.split("_").slice(2).join("_");
    expect(JSON.stringify(list.body)).not.toContain(secret);
    expect(list.body).toMatchObject({
      keys: [{ id, name: "first", usage_today: { requests: 1, writes: 0 } }],
    });
    expect((await open.send(`DELETE /v1/keys/${id}`, { key })).body).toMatchObject({
      id,
      revoked_at: "2026-11-25T08:00:00.000Z",
    });
    // Without the last key it does not open again.
    expect((await open.send("GET /v1/keys", { key })).status).toBe(401);
    expect((await open.send("GET /v1/memories")).status).toBe(401);
    await open.close();
  });

  test("bad requests for keys are refused", async () => {
    const { key } = server.key([all]);
    const grants = [all];
    for (const body of [
      {},
      { name: "", grants },
      { name: "n", grants: [] },
      { name: "n", grants: [{ permission: "read" }] },
      { name: "n", grants: [{ namespace: "a", prefix: "b/", permission: "read" }] },
      { name: "n", grants: [{ namespace: "a", permission: "root" }] },
      { name: "n", grants: [{ prefix: "abc", permission: "read" }] },
      { name: "n", grants, expires_at: "soon" },
      { name: "n", grants, rate_limit: 0 },
      { name: "n", grants, quota: { requests_per_day: 0.5 } },
      { name: "n", grants, hash: "x" },
    ])
      expect((await server.send("POST /v1/keys", { key, body })).status, JSON.stringify(body)).toBe(400);
    const over = { name: "n", grants, expires_at: "2020-01-01T00:00:00Z" };
    expect((await server.send("POST /v1/keys", { key, body: over })).status).toBe(409);
    expect(server.keys.list()).toHaveLength(1);
  });
});
