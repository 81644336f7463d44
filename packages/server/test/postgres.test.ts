import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { PassThrough } from "node:stream";
import { createMemory, type Memory } from "@souvenir/core";
import { postgresStore } from "@souvenir/postgres";
import { openSharedKeys, sharedAudit } from "@souvenir/server/postgres";
import { layCable } from "@souvenir/test/cable";
import { type PostgresServer, postgresProgram, startPostgres } from "@souvenir/test/postgres-server";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import type { CreatedKey, Grant, KeyRequest } from "../src/api/wire.ts";
import { run as runCommand } from "../src/cli/run.ts";
import { type App, createApp } from "../src/http/app.ts";
import type { AsyncKeyStore } from "../src/keys/key-store.ts";
import { openAuthorization, openHooks } from "../src/node/index.ts";
import { auditLines } from "../src/postgres/shared-audit.ts";
import { cliFolder, firstLine, textOf } from "./run-cli.ts";

const missing = "missing" in postgresProgram ? postgresProgram.missing : undefined;
const all: Grant = { prefix: "", permission: "admin" };
const secret = "t0p:secret/";

let server: PostgresServer;
beforeAll(async () => {
  if (missing === undefined) server = await startPostgres();
});
afterAll(() => server?.close());

let schemas = 0;
let place: { connectionString: string; schema: string };
beforeEach(() => {
  schemas += 1;
  if (missing === undefined) place = { connectionString: server.url, schema: `s${schemas}` };
});

interface TestNode {
  app: App;
  keys: AsyncKeyStore;
  memory: Memory;
  send(route: string, key?: string, body?: unknown): Promise<{ status: number; body: unknown }>;
}

/** A server of its own on the database that all of them share. */
async function startNode(options: Parameters<typeof createApp>[1] = {}): Promise<TestNode> {
  const memory = await createMemory({ store: postgresStore(place), embedder: false });
  const keys = openSharedKeys(place);
  const audit = sharedAudit(place);
  onTestFinished(async () => {
    await Promise.all([memory.close(), keys.close(), audit.close()]);
  });
  const app = createApp(memory, { keys, audit, authorization: openAuthorization(keys.tokens), ...options });
  return {
    ...{ app, keys, memory },
    async send(route, key, body) {
      const [method, path] = route.split(" ") as [string, string];
      const answer = await app.fetch(
        new Request(`http://localhost:7077${path}`, {
          method,
          headers: {
            ...(key === undefined ? {} : { Authorization: `Bearer ${key}` }),
            ...(body === undefined ? {} : { "Content-Type": "application/json" }),
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        }),
      );
      const text = await answer.text();
      return {
        status: answer.status,
        body: answer.headers.get("content-type")?.startsWith("application/json") ? JSON.parse(text) : text,
      };
    },
  };
}

const newKey = (node: TestNode, request: Partial<KeyRequest> = {}): Promise<CreatedKey> =>
  Promise.resolve(node.keys.create({ name: "test", grants: [all], ...request }));

describe.skipIf(missing !== undefined)(`on PostgreSQL${missing === undefined ? "" : ` (${missing})`}`, () => {
  test("a key that is made on one server opens the others, and is refused by all once one revoked it", async () => {
    const [left, right] = [await startNode(), await startNode()];
    expect(await left.keys.any()).toBe(false);
    const { id, key } = await newKey(left);
    expect(await right.send("GET /v1/whoami", key)).toMatchObject({ status: 200, body: { id } });
    const write = { namespace: "ada", key: "tea", value: "Green, without sugar." };
    expect(await left.send("POST /v1/memory-set", key, write)).toMatchObject({ status: 200 });
    const found = await right.send("POST /v1/memory-search", key, { namespace: "ada", query: "green" });
    expect(found).toMatchObject({ status: 200, body: { results: [{ key: "tea" }] } });
    expect(await right.send(`DELETE /v1/keys/${id}`, key)).toMatchObject({ status: 200 });
    expect(await left.send("GET /v1/whoami", key)).toMatchObject({ status: 401 });
    expect(await right.send("GET /v1/whoami", `${key.slice(0, -3)}abc`)).toMatchObject({ status: 401 });
    expect(await left.keys.list()).toMatchObject([{ id, usage_today: { requests: expect.any(Number) } }]);
  });

  test("requests a minute and quotas of a day are counted for all servers together", async () => {
    const nodes = [await startNode(), await startNode(), await startNode()];
    const [first] = nodes as [TestNode];
    const limited = await newKey(first, { rate_limit: 7 });
    const quota = await newKey(first, { quota: { requests_per_day: 5 } });
    const writer = await newKey(first, { quota: { writes_per_day: 4 } });
    const outcomes = async (key: string, route = "GET /v1/whoami", body?: unknown) => {
      const answers = await Promise.all(
        Array.from({ length: 12 }, (_, index) => (nodes[index % 3] as TestNode).send(route, key, body)),
      );
      return answers.map(({ status }) => status).sort();
    };
    const expected = (allowed: number) =>
      [...Array(allowed).fill(200), ...Array(12 - allowed).fill(429)] as number[];
    expect(await outcomes(limited.key)).toEqual(expected(7));
    expect(await outcomes(quota.key)).toEqual(expected(5));
    const write = { namespace: "ada", value: "Green, without sugar." };
    expect(await outcomes(writer.key, "POST /v1/memory-set", write)).toEqual(expected(4));
  });

  test("what was lent on one server is taken on another, once", async () => {
    const [left, right] = [await startNode(), await startNode()];
    const { id } = await newKey(left);
    const loan = {
      key: id,
      consent: crypto.randomUUID(),
      client: "c",
      resource: "http://localhost:7077/mcp",
    };
    await left.keys.tokens.keep("code", "code-1", loan, 60_000);
    await left.keys.tokens.keep("access", "access-1", loan, 60_000);
    expect(await right.keys.tokens.find("access", "access-1")).toMatchObject({ loan, key: { id } });
    const used = await Promise.all([left, right].map(({ keys }) => keys.tokens.use("code", "code-1")));
    expect(used.sort()).toEqual([false, true]);
    // Who brings it a second time has copied it: all that came of it ends, on each server.
    expect(await left.keys.tokens.find("code", "code-1")).toBeUndefined();
    expect(await right.keys.tokens.find("access", "access-1")).toBeUndefined();
  });

  test("servers write one log", async () => {
    const [left, right] = [await startNode(), await startNode()];
    const { id, key } = await newKey(left);
    for (const node of [left, right, left])
      await node.send("POST /v1/memory-set", key, { namespace: "ada", key: "tea", value: "Green." });
    await right.send("GET /v1/whoami", "svr_wrong");
    const lines: unknown[] = [];
    for await (const line of auditLines(place)) lines.push(JSON.parse(line));
    expect(lines).toMatchObject([
      ...Array(3).fill({ key: id, operation: "memorySet", outcome: "done", namespace: "ada" }),
      { key: null, operation: "authenticate", outcome: "refused" },
    ]);
  });

  test("a server that cannot reach the database is alive and not ready, says so, and goes on once it can", async () => {
    const cable = await layCable(Number(new URL(server.url).port));
    onTestFinished(() => cable.close());
    place.connectionString = server.url.replace(/:\d+\//, `:${cable.port}/`);
    const node = await startNode({ open: true });
    const ask = (route: string) => node.send(route).then(({ status }) => status);
    expect(await ask("GET /readyz")).toBe(200);
    cable.hold();
    const held = node.send("POST /v1/memory-set", undefined, {
      namespace: "ada",
      key: "k",
      value: "Held up.",
    });
    expect(await ask("GET /healthz")).toBe(200);
    expect(await ask("GET /readyz")).toBe(503);
    cable.release();
    expect(await held).toMatchObject({ status: 200 });
    expect(await ask("GET /readyz")).toBe(200);
    cable.close();
    expect(await node.send("GET /v1/memory?namespace=ada&key=k")).toMatchObject({
      status: 503,
      body: { error: { code: "UNAVAILABLE", message: expect.stringContaining("cannot be reached") } },
    });
  });

  test("of web hooks, a change is told once whichever server it was made on, and by the one that is left", async () => {
    const told: string[] = [];
    const receiver = createServer(async (request, response) => {
      for (const { key, kind } of JSON.parse(await textOf(request)).data.changes ?? [])
        told.push(`${kind} ${key}`);
      response.end();
    });
    await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
    const nodes = [await startNode(), await startNode()].map((node) => {
      const hooks = openHooks({
        memory: node.memory,
        store: node.keys.hooks,
        allowLoopback: true,
        pollMs: 5,
      });
      return { ...node, hooks };
    });
    const [left, right] = nodes as [(typeof nodes)[number], (typeof nodes)[number]];
    onTestFinished(async () => {
      await Promise.all(nodes.map(({ hooks }) => hooks.close()));
      receiver.close();
    });
    await left.memory.set({ namespace: "n0", key: "before", value: "Text." });
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
    const { id, secret } = await left.hooks.create({ url, prefix: "" });
    for (const { hooks } of nodes) hooks.start();
    for (let number = 0; number < 20; number++)
      await (nodes[number % 2] ?? left).memory.set({
        namespace: `n${number % 3}`,
        key: `${number}`,
        value: "Text.",
      });
    await expect.poll(() => told.length, { timeout: 40_000 }).toBe(20);
    expect(new Set(told).size).toBe(20);
    await left.hooks.close();
    await right.memory.clear({ namespace: "n2" });
    await right.memory.set({ namespace: "n1", key: "after", value: "Text." });
    await expect.poll(() => told.at(-1), { timeout: 40_000 }).toBe("written after");
    const names = async () => (await right.keys.hooks.places(id, "", 10)).map(({ namespace }) => namespace);
    await expect.poll(names, { timeout: 40_000 }).toEqual(["n0", "n1"]);
    expect((await right.hooks.rotate(id))?.secret).not.toBe(secret);
    expect(await right.hooks.test(id)).toMatchObject({ delivered: true });
    expect(await right.hooks.remove(id)).toBe(true);
    expect([await right.hooks.list(), await names()]).toEqual([[], []]);
    expect(await right.hooks.remove(id)).toBe(false);
  });

  test("souvenir on a database: every command, no password anywhere, and ready again after a restart of it", async () => {
    await using folder = await cliFolder();
    const url = new URL(server.url);
    url.password = encodeURIComponent(secret);
    const store = `${url.href}?schema=${place.schema}`;
    vi.stubEnv("SOUVENIR_STORE", store);
    onTestFinished(() => void vi.unstubAllEnvs());
    const said: string[] = [];
    const run = async (...args: string[]) => {
      const [stdout, stderr] = [new PassThrough(), new PassThrough()];
      const code = await runCommand(args, { stdout, stderr } as never);
      const [out, err] = [String(stdout.read() ?? ""), String(stderr.read() ?? "")];
      said.push(out, err);
      return { code, stdout: out, stderr: err };
    };
    expect(await run("list")).toMatchObject({ code: 3, stderr: expect.stringContaining(place.schema) });
    expect(await run("set", "tea", "Green, without sugar.")).toMatchObject({ code: 0 });
    expect((await run("search", "green", "--json")).stdout).toContain("Green");
    expect(await run("keys", "create", "shop", "--everything")).toMatchObject({ code: 0 });
    expect((await run("keys", "list")).stdout).toContain("shop");
    for (const [address, code, words] of [
      [`postgres://u:${secret}@127.0.0.1:1/x`, 2, "%2F for a /"],
      [`postgres://u:${encodeURIComponent(secret)}@127.0.0.1:1/x`, 1, "cannot be reached"],
    ] as const)
      expect(await run("list", "--store", address)).toMatchObject({
        code,
        stderr: expect.stringContaining(words),
      });
    const child = folder.start(["serve", "--store", store, "--port", "0", "--json", "--audit", "store"]);
    child.stderr?.on("data", (piece) => said.push(String(piece)));
    const line = await firstLine(child);
    said.push(line);
    const { url: address, store: shown } = JSON.parse(line);
    expect(shown).toBe(`postgres://postgres@${url.host}/postgres?schema=${place.schema}`);
    // What `ps` shows.
    said.push(await readFile(`/proc/${child.pid}/cmdline`, "utf8").catch(() => ""));
    const ready = async () => (await fetch(`${address}/readyz`)).status;
    expect(await ready()).toBe(200);
    await server.restart();
    await expect.poll(ready).toBe(200);
    const text = said.join("\n");
    expect(text).not.toContain(secret);
    expect(text).not.toContain(encodeURIComponent(secret));
  });
});
