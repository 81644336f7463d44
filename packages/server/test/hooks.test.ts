import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { hostname } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createMemory, type Memory } from "@souvenir/core";
import { Webhook } from "standardwebhooks";
import { expect, onTestFinished, test, vi } from "vitest";
import type {
  AuditEvent,
  CreatedHook,
  HookRequest,
  HooksResponse,
  KeyStore,
  WireHook,
} from "../src/index.ts";
import { openKeyStore, type ServeOptions, serve } from "../src/node/index.ts";
import { cliFolder } from "./run-cli.ts";

interface Change {
  kind: string;
  key?: string;
  memory?: { value: string };
}

interface Delivery {
  id: string;
  headers: Record<string, string>;
  body: string;
  type: string;
  data: { namespace: string; changes: Change[]; reset?: true };
}

type Answers = (request: IncomingMessage, response: ServerResponse, delivery: Delivery) => void;

/** However busy the machine is. */
const patiently = (check: () => void | Promise<void>, interval = 20) =>
  vi.waitFor(check, { timeout: 20_000, interval });

/** Somebody's server, which answers as it is told to. */
async function receiver(answer: Answers = (_, response) => void response.end()) {
  const deliveries: Delivery[] = [];
  const behaviour = { answer };
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const body = Buffer.concat(parts).toString();
      const headers = request.headers as Record<string, string>;
      const delivery = {
        id: headers["webhook-id"] as string,
        headers,
        body,
        ...JSON.parse(body),
      } as Delivery;
      deliveries.push(delivery);
      behaviour.answer(request, response, delivery);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const told = () => deliveries.flatMap(({ data }) => data.changes ?? []);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/souvenir`;
  return {
    url,
    deliveries,
    behaviour,
    told,
    until: (check: () => void) => patiently(check, 5),
  };
}

interface Started {
  memory: Memory;
  keys: KeyStore;
  clock: { now: number };
  events: AuditEvent[];
  url: string;
  api(route: string, body?: object): Promise<{ status: number; body: unknown }>;
  hook(request: Partial<HookRequest> & { url: string }): Promise<CreatedHook>;
  hooks(): Promise<WireHook[]>;
}

async function started(options: Partial<ServeOptions> = {}): Promise<Started> {
  const memory = options.memory ?? (await createMemory({ path: ":memory:", embedder: false }));
  const clock = { now: Date.now() };
  const keys = openKeyStore({ path: ":memory:", clock: () => clock.now });
  const events: AuditEvent[] = [];
  const server = await serve({
    ...{ memory, keys, port: 0, pollMs: 2, closeTimeoutMs: 1000, clock: () => clock.now },
    audit: (event) => void events.push(event),
    webHooks: { allowLoopback: true, timeoutMs: 5000 },
    ...options,
  });
  const { key } = keys.create({ name: "admin", grants: [{ prefix: "", permission: "admin" }] });
  onTestFinished(async () => {
    await server.close();
    await memory.close();
    keys.close();
  });
  const api: Started["api"] = async (route, body) => {
    const [method, path] = route.split(" ") as [string, string];
    const answer = await fetch(server.url + path, {
      method,
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: await answer.json() };
  };
  return {
    ...{ memory, keys, clock, events, url: server.url, api },
    async hook(request) {
      const scope = request.prefix === undefined ? { namespace: "ada" } : {};
      const { status, body } = await api("POST /v1/hooks", { ...scope, ...request });
      expect([status, body]).toEqual([201, expect.anything()]);
      return body as CreatedHook;
    },
    hooks: async () => ((await api("GET /v1/hooks")).body as HooksResponse).hooks,
  };
}

const keysOf = (changes: readonly Change[]) => changes.map(({ kind, key }) => `${kind} ${key ?? ""}`.trim());

test("what changes is sent signed, without texts, from when the hook was made on", async () => {
  const { api, hook, memory, events } = await started();
  const { url, deliveries, told, until } = await receiver();
  await memory.set({ namespace: "ada", key: "old", value: "From before." });
  const { secret, id, ...made } = await hook({ url });
  expect(made).toMatchObject({ url, namespace: "ada", texts: false, state: "active", failures: 0 });
  expect(secret).toMatch(/^whsec_[\w+/]{43}=$/);
  await api("POST /v1/memory-set", { namespace: "ada", key: "a", value: "A secret of Ada's." });
  await until(() => expect(deliveries).toHaveLength(1));
  await memory.set({ namespace: "ada", key: "b", value: "Written by another process." });
  await memory.set({ namespace: "ben", key: "c", value: "Of somebody else." });
  await memory.delete({ namespace: "ada", key: "a" });
  await until(() => expect(keysOf(told())).toEqual(expect.arrayContaining(["written b", "erased"])));
  expect(keysOf(told()).filter((each) => /old| c/.test(each))).toEqual([]);
  expect(new Set(deliveries.map((each) => each.id)).size).toBe(deliveries.length);
  for (const { body, headers, data } of deliveries) {
    // As the specification has it, and not as this repository thinks that it has.
    expect(new Webhook(secret).verify(body, headers)).toMatchObject({ type: "memories.changed" });
    expect(() => new Webhook(secret).verify(`${body} `, headers)).toThrow();
    expect(data.namespace).toBe("ada");
    expect(body).not.toMatch(/secret of|Written by/);
    expect(headers["user-agent"]).toMatch(/^souvenir\//);
  }
  const [shown] = ((await api("GET /v1/hooks")).body as HooksResponse).hooks;
  expect(shown).toMatchObject({ id, state: "active", last_status: 200, delivered_at: expect.any(String) });
  expect(shown).not.toHaveProperty("secret");
  expect(events.map(({ operation, subject }) => [operation, subject])).toContainEqual(["hooksCreate", id]);
  expect(await api(`DELETE /v1/hooks/${id}`)).toEqual({ status: 200, body: { success: true, deleted: 1 } });
  expect((await api(`DELETE /v1/hooks/${id}`)).status).toBe(404);
});

test("texts are sent when they are asked for, which is in the audit log, and what there is when that is", async () => {
  const { hook, memory, events } = await started();
  const { url, told, until } = await receiver();
  for (const key of ["a", "b", "c"]) await memory.set({ namespace: "team/x", key, value: `The ${key}.` });
  await memory.set({ namespace: "teammates", key: "no", value: "Elsewhere." });
  const { id } = await hook({ url, prefix: "team/", texts: true, since: "0" });
  await memory.set({ namespace: "team/new", key: "d", value: "Of a namespace that is new." });
  await until(() =>
    expect(
      told()
        .map(({ memory: sent }) => sent?.value)
        .sort(),
    ).toEqual([...["Of a namespace that is new.", "The a.", "The b.", "The c."]]),
  );
  await until(() =>
    expect(events.filter(({ operation }) => operation === "hookDeliver")).toMatchObject([
      { subject: id, namespace: "team/x", count: 3, outcome: "done" },
      { subject: id, namespace: "team/new", count: 1, outcome: "done" },
    ]),
  );
});

test("a failure is tried again under the same id, later each time, and is seen", async () => {
  const { hook, hooks, memory, clock, events } = await started();
  const { url, deliveries, behaviour, until } = await receiver(
    (_, response) => void response.writeHead(500).end(),
  );
  const { secret, id } = await hook({ url });
  await memory.set({ namespace: "ada", key: "a", value: "The a." });
  for (let attempt = 1; attempt <= 4; attempt++) {
    await until(() => expect(deliveries).toHaveLength(attempt));
    await patiently(async () => expect((await hooks())[0]).toMatchObject({ failures: attempt }));
    const [shown] = await hooks();
    expect(shown).toMatchObject({ state: "failing", last_status: 500 });
    const wait = Date.parse(shown?.next_attempt_at ?? "") - clock.now;
    expect(wait).toBeGreaterThanOrEqual(2500 * 2 ** (attempt - 1) - 1);
    expect(wait).toBeLessThanOrEqual(5000 * 2 ** (attempt - 1));
    // What is written meanwhile does not change what is sent again.
    await memory.set({ namespace: "ada", key: `later ${attempt}`, value: "Later." });
    if (attempt === 4) behaviour.answer = (_, response) => void response.writeHead(204).end();
    clock.now += wait;
  }
  await until(() => expect(deliveries).toHaveLength(6));
  expect(new Set(deliveries.slice(0, 5).map((each) => each.id)).size).toBe(1);
  expect(new Set(deliveries.slice(0, 5).map(({ data }) => JSON.stringify(data))).size).toBe(1);
  expect(keysOf(deliveries[5]?.data.changes ?? [])).toEqual(
    [1, 2, 3, 4].map((each) => `written later ${each}`),
  );
  const times = deliveries.map(({ headers }) => Number(headers["webhook-timestamp"]));
  expect(times[4]).toBeGreaterThan(times[0] as number);
  for (const { body, headers } of deliveries.slice(0, 1)) new Webhook(secret).verify(body, headers);
  await patiently(async () => expect((await hooks())[0]).toMatchObject({ state: "active", failures: 0 }));
  expect((await hooks())[0]).not.toHaveProperty("next_attempt_at");
  await until(() =>
    expect(
      events
        .filter(({ operation }) => operation === "hookDeliver")
        .map(({ subject, outcome }) => [subject, outcome]),
    ).toEqual([
      [id, "refused"],
      [id, "done"],
    ]),
  );
});

test("Retry-After is respected, 410 ends a hook, and a test that is taken has it go on where it was", async () => {
  const { hook, hooks, memory, clock, api, events } = await started();
  const { url, deliveries, behaviour, until, told } = await receiver(
    (_, response) => void response.writeHead(429, { "Retry-After": "7200" }).end(),
  );
  const { id } = await hook({ url });
  await memory.set({ namespace: "ada", key: "a", value: "The a." });
  await patiently(async () => expect((await hooks())[0]).toMatchObject({ failures: 1, last_status: 429 }));
  expect(Date.parse((await hooks())[0]?.next_attempt_at ?? "") - clock.now).toBe(7_200_000);
  behaviour.answer = (_, response) =>
    void response.writeHead(503, { "Retry-After": new Date(clock.now + 900_000).toUTCString() }).end();
  clock.now += 7_200_000;
  await patiently(async () => expect((await hooks())[0]).toMatchObject({ failures: 2, last_status: 503 }));
  const asked = Date.parse((await hooks())[0]?.next_attempt_at ?? "") - clock.now;
  expect(Math.abs(asked - 900_000)).toBeLessThan(1000);
  behaviour.answer = (_, response) => void response.writeHead(410).end();
  clock.now += 900_000;
  await patiently(async () =>
    expect((await hooks())[0]).toMatchObject({ state: "disabled", last_status: 410 }),
  );
  expect(events.at(-1)).toMatchObject({ operation: "hookDisabled", subject: id, outcome: "refused" });
  await memory.set({ namespace: "ada", key: "b", value: "The b." });
  clock.now += 86_400_000;
  expect((await api("POST /v1/hooks/test", { id })).body).toMatchObject({ delivered: false, status: 410 });
  expect(deliveries.filter(({ type }) => type === "memories.changed")).toHaveLength(3);
  behaviour.answer = (_, response) => void response.end("fine");
  expect((await api("POST /v1/hooks/test", { id })).body).toEqual({
    ...{ delivered: true, status: 200, took_ms: expect.any(Number) },
  });
  await until(() => expect(keysOf(told()).at(-1)).toBe("written b"));
  expect((await api("POST /v1/hooks/test", { id: "none" })).status).toBe(404);
});

test("who takes nothing for three days is given up", async () => {
  const { hook, hooks, memory, clock } = await started();
  const { url } = await receiver((_, response) => void response.writeHead(404).end());
  await hook({ url });
  const begun = clock.now;
  await memory.set({ namespace: "ada", value: "The a." });
  await patiently(async () => {
    const [shown] = await hooks();
    if (shown?.state === "failing") clock.now = Date.parse(shown.next_attempt_at as string);
    expect(shown?.state).toBe("disabled");
  });
  const days = (clock.now - begun) / 86_400_000;
  expect(days).toBeGreaterThanOrEqual(3);
  expect(days).toBeLessThan(3.3);
  expect((await hooks())[0]?.failures).toBeLessThan(60);
});

test("hostile receivers: slow ones, redirects, huge answers and broken ones hold nothing up", async () => {
  const {
    hook,
    hooks,
    memory,
    api,
    url: own,
  } = await started({
    webHooks: { allowLoopback: true, timeoutMs: 500 },
  });
  const slow = await receiver(() => {});
  const drop = await receiver((request) => void request.socket.destroy());
  // Never ends, and is sent as fast as it is read.
  const huge = await receiver((_, response) => {
    response.writeHead(200);
    const more = () => {
      while (response.write("x".repeat(65_536)));
    };
    response.on("drain", more);
    more();
  });
  const headers = await receiver((request) => {
    request.socket.write(`HTTP/1.1 200 OK\r\nX: ${"x".repeat(100_000)}\r\n`);
  });
  const trickle = await receiver((request) => {
    const timer = setInterval(() => request.socket.write("HTTP/1.1 102 Processing\r\n\r\n"), 20);
    request.socket.on("close", () => clearInterval(timer)).on("error", () => {});
  });
  const target = await receiver();
  const redirect = await receiver(
    (_, response) => void response.writeHead(307, { Location: target.url }).end(),
  );
  const good = await receiver();
  const all = { slow, drop, huge, headers, trickle, redirect, good };
  const ids: Record<string, string> = {};
  for (const [name, { url }] of Object.entries(all)) ids[name] = (await hook({ url })).id;
  await memory.set({ namespace: "ada", key: "a", value: "The a." });
  await good.until(() => expect(keysOf(good.told())).toEqual(["written a"]));
  await huge.until(() => expect(huge.told()).toHaveLength(1));
  await patiently(async () => {
    const shown = await hooks();
    const of = (name: string) => shown.find(({ id }) => id === ids[name]);
    expect(of("slow")).toMatchObject({ state: "failing", last_error: "no answer within 500 ms" });
    expect(of("trickle")).toMatchObject({ state: "failing", last_error: "no answer within 500 ms" });
    expect(of("drop")).toMatchObject({ state: "failing", last_error: "ECONNRESET" });
    expect(of("headers")).toMatchObject({ state: "failing", last_error: "HPE_HEADER_OVERFLOW" });
    expect(of("redirect")).toMatchObject({ state: "failing", last_status: 307 });
    expect(of("huge")).toMatchObject({ state: "active", last_status: 200 });
    expect(of("good")).toMatchObject({ state: "active", last_status: 200 });
  });
  expect(target.deliveries).toEqual([]);
  // The API answers meanwhile, and to itself nothing is told that it took.
  expect((await api("GET /v1/whoami")).status).toBe(200);
  expect(
    (await api("POST /v1/hooks/test", { id: (await hook({ url: `${own}/v1/hooks` })).id })).body,
  ).toMatchObject({
    ...{ delivered: false, status: 401 },
  });
});

test("addresses of this machine and of private networks are refused, whatever they are called", async () => {
  const { api, keys, events } = await started({ webHooks: { timeoutMs: 2000 } });
  const refused = [
    ...[
      "http://example.com/",
      "https://user:word@example.com/",
      "https://example.com/#a",
      "ftp://example.com/",
      "x",
    ],
    ...[
      "https://127.0.0.1/",
      "https://localhost/",
      "https://[::1]/",
      "https://0x7f.1/",
      "https://2130706433/",
      "https://0/",
    ],
    ...[
      "https://10.1.2.3/",
      "https://172.31.0.1/",
      "https://192.168.0.1/",
      "https://100.100.100.200/",
      "https://169.254.169.254/",
    ],
    ...[
      "https://[::ffff:127.0.0.1]/",
      "https://[::ffff:a9fe:a9fe]/",
      "https://[fd00:ec2::254]/",
      "https://[fe80::1]/",
      "https://[::]/",
    ],
    ...[
      "https://[64:ff9b::a9fe:a9fe]/",
      "https://[2002:7f00:1::]/",
      "https://[2001:0:1::1]/",
      "https://224.0.0.1/",
      "https://255.255.255.255/",
    ],
  ];
  for (const url of refused)
    expect([url, (await api("POST /v1/hooks", { namespace: "ada", url })).status]).toEqual([url, 400]);
  expect(await keys.hooks.list()).toEqual([]);
  // What a name stands for is looked at when something is sent: that of this machine, and what was written into the table.
  for (const [url, error] of [
    [`https://${hostname()}/`, /private network or of this machine|ENOTFOUND|EAI_AGAIN/],
    ["https://127.0.0.1/", /INVALID_INPUT/],
  ] as const) {
    const spec = {
      url,
      namespace: "ada",
      texts: false,
      createdAt: 0,
      secrets: [{ secret: "whsec_c2VjcmV0" }],
    };
    await keys.hooks.add({ id: url, spec, state: { status: "active", failures: 0 } });
    const { body } = await api("POST /v1/hooks/test", { id: url });
    expect(body).toMatchObject({ delivered: false, error: expect.stringMatching(error) });
  }
  for (const wrong of [
    { url: "https://example.com/" },
    { url: "https://example.com/", namespace: "ada", prefix: "" },
    { url: "https://example.com/", prefix: "team" },
    { url: "https://example.com/", namespace: "ada", since: "5" },
  ])
    expect((await api("POST /v1/hooks", wrong)).status).toBe(400);
  expect((await api("POST /v1/hooks", { url: "https://example.com/", prefix: "" })).status).toBe(201);
  expect(events.filter(({ operation }) => operation === "hooksCreate")).toHaveLength(1);
});

test("a new secret signs beside the one before for a day, then alone", async () => {
  const { hook, api, clock } = await started();
  const { url, deliveries } = await receiver();
  const { id, secret } = await hook({ url });
  const { secret: next } = (await api("POST /v1/hooks/rotate", { id })).body as CreatedHook;
  expect(next).not.toBe(secret);
  const last = async () => {
    await api("POST /v1/hooks/test", { id });
    const { body, headers } = deliveries.at(-1) as Delivery;
    const at = new Date(Number(headers["webhook-timestamp"]) * 1000);
    const signatures = headers["webhook-signature"]?.split(" ") ?? [];
    return [secret, next].map((each) =>
      signatures.includes(new Webhook(each).sign(headers["webhook-id"] ?? "", at, body)),
    );
  };
  expect(await last()).toEqual([true, true]);
  clock.now += 86_400_001;
  expect(await last()).toEqual([false, true]);
  expect((await api("POST /v1/hooks/rotate", { id: "none" })).status).toBe(404);
});

test("a namespace that is emptied is told so, and nothing of it stays with the hooks", async () => {
  const { hook, hooks, memory, keys, clock } = await started();
  const { url, deliveries, behaviour, told, until } = await receiver();
  const { id } = await hook({ url, prefix: "", since: "0", texts: true });
  await memory.set({ namespace: "ada@example.com", key: "a", value: "What Ada said." });
  await until(() => expect(told()).toHaveLength(1));
  // What was sent and not taken, too.
  behaviour.answer = (_, response) => void response.writeHead(500).end();
  await memory.set({ namespace: "ben@example.com", key: "b", value: "What Ben said." });
  await patiently(async () => expect((await hooks())[0]).toMatchObject({ failures: 1 }));
  await memory.clear({ namespace: "ada@example.com" });
  await memory.clear({ namespace: "ben@example.com" });
  const kept = async () =>
    JSON.stringify([await keys.hooks.list(), await keys.hooks.place(id, "ben@example.com")]);
  expect(await kept()).not.toContain("said");
  behaviour.answer = (_, response) => void response.end();
  clock.now += 5000;
  const resets = () =>
    deliveries.filter(({ data }) => data.reset === true).map(({ data }) => [data.namespace, data.changes]);
  await until(() =>
    expect(resets().sort()).toEqual([
      ["ada@example.com", []],
      ["ben@example.com", []],
    ]),
  );
  await patiently(async () => expect(await keys.hooks.places(id, "", 10)).toEqual([]));
  expect(JSON.stringify(await keys.hooks.list())).not.toContain('example.com"');
});

test("two servers on one file tell a change once, and the one that is left goes on", async () => {
  await using folder = await cliFolder();
  const path = join(folder.path, "memory.db");
  const open = async () => {
    const memory = await createMemory({ path, embedder: false });
    const keys = openKeyStore({ path: `${path}.keys` });
    const server = await serve({
      memory,
      keys,
      port: 0,
      pollMs: 2,
      closeTimeoutMs: 500,
      webHooks: { allowLoopback: true },
    });
    return { memory, keys, server };
  };
  const [left, right] = [await open(), await open()];
  onTestFinished(async () => {
    await right.server.close();
    for (const { memory, keys } of [left, right]) {
      await memory.close();
      keys.close();
    }
  });
  const { key } = left.keys.create({ name: "admin", grants: [{ prefix: "", permission: "admin" }] });
  const { url, told, until } = await receiver();
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  const body = JSON.stringify({ url, prefix: "" });
  expect((await fetch(`${left.server.url}/v1/hooks`, { method: "POST", headers, body })).status).toBe(201);
  for (let number = 0; number < 20; number++)
    await (number % 2 ? left : right).memory.set({
      namespace: `n${number % 3}`,
      key: `${number}`,
      value: "Text.",
    });
  await until(() => expect(new Set(keysOf(told())).size).toBe(20));
  expect(told()).toHaveLength(20);
  await left.server.close();
  await right.memory.set({ namespace: "n1", key: "after", value: "Text." });
  await until(() => expect(keysOf(told()).at(-1)).toBe("written after"));
});

test("kill -9 in the middle of a delivery loses nothing, and what is sent again has the id that it had", async () => {
  await using folder = await cliFolder();
  const path = join(folder.path, "memory.db");
  const processes: ChildProcess[] = [];
  onTestFinished(() => void processes.map((each) => each.kill("SIGKILL")));
  const start = async (laterMs: number) => {
    const program = fileURLToPath(new URL("serve-hooks.ts", import.meta.url));
    const child = spawn(process.execPath, ["--conditions=@souvenir/source", program, path, String(laterMs)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    processes.push(child);
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    const { url, key } = JSON.parse(String(line)) as { url: string; key: string };
    const send = async (route: string, body: object) => {
      const answer = await fetch(url + route, {
        method: "POST",
        headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      expect(answer.ok).toBe(true);
    };
    const kill = async () => {
      const exit = once(child, "exit");
      child.kill("SIGKILL");
      await exit;
    };
    return { send, kill };
  };
  // Takes it, and says so to nobody: that is when the server dies.
  const { url, deliveries, behaviour, told, until } = await receiver(() => {});
  let server = await start(0);
  await server.send("/v1/hooks", { url, prefix: "" });
  const acknowledged: string[] = [];
  for (let round = 0; round < 2; round++) {
    behaviour.answer = () => {};
    const before = deliveries.length;
    for (let number = 0; number < 10; number++) {
      const key = `${round}.${number}`;
      await server.send("/v1/memory-set", { namespace: `n${number % 3}`, key, value: "Text." });
      acknowledged.push(key);
    }
    await until(() => expect(deliveries.length).toBeGreaterThan(before));
    await server.kill();
    const unanswered = deliveries.at(-1) as Delivery;
    behaviour.answer = (_, response) => void response.end();
    const seen = deliveries.length;
    server = await start((round + 1) * 60_000);
    await until(() => {
      const again = deliveries.slice(seen).find(({ id }) => id === unanswered.id);
      expect(again?.data).toEqual(unanswered.data);
      const keys = new Set(told().map(({ key }) => key));
      expect(acknowledged.filter((key) => !keys.has(key))).toEqual([]);
    });
  }
  // Who goes by the ids has each of them once.
  const byId = new Map(deliveries.map((each) => [each.id, each]));
  const keys = [...byId.values()].flatMap(({ data }) => data.changes.map(({ key }) => key));
  expect(keys.sort()).toEqual(acknowledged.sort());
});

test("souvenir hooks: made, listed, tried, given another secret and deleted on the machine of the store", async () => {
  await using folder = await cliFolder();
  const { url, deliveries } = await receiver();
  await folder.run(["set", "dog", "Rex is a dog.", "-n", "ada"]);
  const loopback = "--hooks-to-loopback";
  expect((await folder.run(["hooks", "create", url, "-n", "ada"])).code).toBe(2);
  expect((await folder.run(["hooks", "create", url, loopback])).stderr).toContain(
    "--namespace NAME, --prefix",
  );
  const made = await folder.run(["hooks", "create", url, "-n", "ada", loopback]);
  expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/^whsec_\S+\n$/) });
  const [{ id }] = [JSON.parse((await folder.run(["hooks", "list", "--json"])).stdout) as WireHook];
  const tested = await folder.run(["hooks", "test", id, loopback]);
  expect(tested).toMatchObject({ code: 0, stdout: "taken: 200\n" });
  const { body, headers } = deliveries[0] as Delivery;
  expect(new Webhook(made.stdout.trim()).verify(body, headers)).toMatchObject({ type: "hook.test" });
  expect((await folder.run(["hooks", "test", id])).stdout).toMatch(/^not taken: /);
  expect((await folder.run(["hooks", "rotate", id])).stdout).not.toBe(made.stdout);
  expect((await folder.run(["hooks", "list"])).stdout).toMatch(new RegExp(`^${id}  ${url}  ada  active\n$`));
  expect((await folder.run(["hooks", "delete", id])).code).toBe(0);
  expect((await folder.run(["hooks", "delete", id])).code).toBe(3);
});
