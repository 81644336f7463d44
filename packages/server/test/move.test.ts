import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { setTimeout as wait } from "node:timers/promises";
import {
  createMemory,
  type Embedder,
  type FactExtractor,
  type Memory,
  type MemoryOptions,
} from "@souvenir/core";
import { sqliteRows } from "@souvenir/core/moving";
import type { StoreRows, StoreRowsTarget } from "@souvenir/core/store";
import { postgresPool, postgresRows, postgresRowsTarget, postgresStore } from "@souvenir/postgres";
import { openSharedKeys } from "@souvenir/server/postgres";
import { type PostgresServer, postgresProgram, startPostgres } from "@souvenir/test/postgres-server";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { run as runCommand } from "../src/cli/run.ts";
import { connectMemory } from "../src/client/index.ts";
import type { HookStore } from "../src/hooks/hook-store.ts";
import { move } from "../src/move/move.ts";
import { keysPath, openHooks, openKeyStore, serve } from "../src/node/index.ts";
import { cliFolder } from "./run-cli.ts";

const missing = "missing" in postgresProgram ? postgresProgram.missing : undefined;
const embedder: Embedder = {
  id: "counts-letters",
  dimensions: 4,
  async embed(texts) {
    return texts.map((text) => {
      if (text.includes("never embedded")) throw new Error("not this one");
      return Float32Array.from(
        { length: 4 },
        (_, index) => text.length + text.charCodeAt(index % text.length) + 0.5,
      );
    });
  },
};

/** Finds where somebody lives. */
const homes: FactExtractor = {
  id: "homes",
  usage: { calls: 0, inputTokens: 0, outputTokens: 0 },
  extract: async ({ turns }) =>
    turns.flatMap(({ text }, index) =>
      text.startsWith("My home is ")
        ? {
            ...{ text: "The user lives in Lyon.", subject: "user", attribute: "home" },
            ...{ type: "state" as const, origin: "stated" as const, excludes: [] },
            sources: [{ turn: index + 1, quote: text }],
          }
        : [],
    ),
};

let server: PostgresServer;
let folder: string;
let schemas = 0;
let place: { connectionString: string; schema: string };
beforeAll(async () => {
  if (missing === undefined) server = await startPostgres();
});
afterAll(() => server?.close());
beforeEach(async () => {
  schemas += 1;
  if (missing === undefined) place = { connectionString: server.url, schema: `s${schemas}` };
  folder = await mkdtemp(join(tmpdir(), "souvenir-move-"));
  return () => rm(folder, { recursive: true, force: true });
});

/** Of all kinds that there are, and more than a page of them. */
async function fill(path: string): Promise<void> {
  const memory = await createMemory({ path, embedder, logger: {}, facts: { extractor: homes } });
  for (const namespace of ["ada", "bob/\u0000", "grace"]) {
    await memory.setMany(
      Array.from({ length: 180 }, (_, index) => ({
        namespace,
        key: `k${index}`,
        value: `Note ${index} of ${namespace}`,
        tags: [`t${index % 3}`],
        metadata: { n: index, text: "a\u0000b\uffffc" },
        ...(index % 7 === 0 ? { expiresAt: "2999-01-01T00:00:00Z" } : {}),
      })),
    );
    await memory.set({ namespace, key: "k3", value: "Another version." });
    await memory.set({
      namespace,
      key: "k4",
      value: "In the place of k5.",
      supersedes: ["k5"],
      validFrom: "2020-01-01",
    });
    await memory.pin({ namespace, key: "k6" });
    await memory.remember({
      namespace,
      thread: "t",
      turnId: "turn",
      messages: [
        { role: "user", content: "I have a dog." },
        { role: "assistant", content: "What is its name?" },
      ],
    });
    await memory.delete({ namespace, key: "k8" });
  }
  await memory.remember({
    namespace: "ada",
    thread: "facts",
    messages: [{ role: "user", content: "My home is Lyon." }],
  });
  await memory.consolidate({ namespace: "ada" });
  await memory.flush();
  await memory.set({ namespace: "ada", key: "late", value: "never embedded" });
  await memory.close();
}

/** All that a store says, by itself and when it is asked. */
async function saidBy(options: Pick<MemoryOptions, "path" | "store">): Promise<unknown> {
  const memory: Memory = await createMemory({ ...options, embedder, logger: {} });
  try {
    const records: unknown[] = [];
    for await (const record of memory.export()) records.push(record);
    const { records: count, versions, namespaces } = await memory.stats();
    const profile = await memory.profile({ namespace: "ada" });
    const { results } = await memory.search({ namespace: "ada", query: "Note 12", limit: 5 });
    return {
      records,
      stats: { count, versions, namespaces },
      profile,
      found: results.map(({ key, score }) => [key, score]),
    };
  } finally {
    await memory.close();
  }
}

async function withRows(
  work: (from: StoreRows, to: StoreRowsTarget) => Promise<unknown>,
  path = join(folder, "memory.db"),
): Promise<void> {
  const from = sqliteRows(path);
  try {
    const to = await postgresRowsTarget(place, from.identity);
    try {
      await work(from, to);
    } finally {
      await to.close();
    }
  } finally {
    await from.close();
  }
}

async function run(...args: string[]) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const code = await runCommand(args, { stdout, stderr } as never);
  return { code, stdout: String(stdout.read() ?? ""), stderr: String(stderr.read() ?? "") };
}

describe.skipIf(missing !== undefined)(`souvenir move${missing === undefined ? "" : ` (${missing})`}`, () => {
  test("all of a file is in PostgreSQL, in whatever steps it came, and back in a file", async () => {
    const path = join(folder, "memory.db");
    await fill(path);
    const before = await saidBy({ path });
    const keys = openKeyStore({ path: keysPath(path) });
    const { key } = keys.create({ name: "shop", grants: [{ prefix: "", permission: "admin" }] });
    for (const id of ["0a", "0b"]) {
      const secrets = [{ secret: `whsec_${id}` }, { secret: "whsec_before", until: 7 }];
      const spec = { url: "https://example.com/h", prefix: "", texts: true, createdAt: 1, secrets };
      await keys.hooks.add({ id, spec, state: { status: "active", failures: 2, failingSince: 3 } });
    }
    // More than a page of them.
    await keys.hooks.keep("0a", [
      { namespace: "bob/\u0000", told: "2.7", until: "2.9" },
      ...Array.from({ length: 1200 }, (_, at) => ({ namespace: `n${at}`, told: `${at}.1` })),
    ]);
    const hooks = await hooksOf(keys.hooks);
    keys.close();
    // Stopped at each page that there is, one after the other.
    let stops = 0;
    for (let done = false; !done; stops += 1)
      await withRows(async (from, to) => {
        let pages = stops * 4;
        await move(from, to, {
          onProgress: () => {
            if (pages-- === 0) throw new Error("stopped");
          },
        })
          .then(() => {
            done = true;
          })
          .catch((error: Error) => expect(error.message).toBe("stopped"));
        if (done) return;
        const early = postgresStore(place);
        await expect(early.embedders()).rejects.toThrow("is being moved");
        await early.close();
      });
    expect(stops).toBeGreaterThan(3);
    const address = `${place.connectionString}?schema=${place.schema}`;
    const moved = await run("move", "--from", path, "--to", address, "--json");
    expect(moved).toMatchObject({ code: 0 });
    const report = JSON.parse(moved.stdout);
    expect(report).toMatchObject({ namespaces: 3, copied: 0, keys: 1, hooks: 2, links: 1 });
    expect(report.memories).toBe((before as { stats: { count: number } }).stats.count);
    expect(report.vectors).toBeGreaterThan(500);
    expect(report.queued).toBeGreaterThan(0);
    const shared = openSharedKeys(place);
    onTestFinished(async () => shared.close());
    expect(await shared.verify(key)).toMatchObject({ name: "shop" });
    expect(await hooksOf(shared.hooks)).toEqual(hooks);
    // What waits for a vector is tried anew by whoever opens it, and stays so.
    expect(await saidBy({ store: postgresStore(place) })).toEqual(before);

    const back = join(folder, "back.db");
    expect(await run("move", "--from", address, "--to", back)).toMatchObject({ code: 0 });
    expect(await saidBy({ path: back })).toEqual(before);
    const again = openKeyStore({ path: keysPath(back) });
    expect(await hooksOf(again.hooks)).toEqual(hooks);
    expect(again.verify(key)).toMatchObject({ name: "shop" });
    again.close();
    // No number that was given before is given again.
    const reopened = await createMemory({ path: back, embedder: false });
    await reopened.set({ namespace: "new", value: "One more." });
    await reopened.close();
    expect(await run("move", "--from", address, "--to", back)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("not written over"),
    });
  });

  test("what changed since is copied by the next call, and a schema with memories of its own takes none", async () => {
    const path = join(folder, "memory.db");
    await fill(path);
    await withRows((from, to) => move(from, to));
    const memory = await createMemory({ path, embedder, logger: {} });
    await memory.set({ namespace: "ada", key: "k3", value: "A third version." });
    await memory.delete({ namespace: "bob/\u0000", keys: ["k1", "k2"] });
    await memory.clear({ namespace: "grace" });
    await memory.set({ namespace: "new", key: "n", value: "A new namespace." });
    await memory.close();
    await withRows(async (from, to) => expect((await move(from, to)).copied).toBeLessThan(20));
    expect(await saidBy({ store: postgresStore(place) })).toEqual(await saidBy({ path }));
    const other = await createMemory({ store: postgresStore(place), embedder, logger: {} });
    await other.set({ namespace: "ada", key: "k3", value: "Written by a server." });
    await other.close();
    await expect(withRows(async () => undefined)).rejects.toThrow("was written to since");
    const another = join(folder, "another.db");
    await fill(another);
    await expect(withRows(async () => undefined, another)).rejects.toThrow("memories of its own");
    const rows = await postgresRows(place);
    expect((await rows.counts()).namespaces).toBe(3);
    await rows.close();
  });

  test("a server that runs is switched: its keys, and what was written while it was moved, are in the new one", async () => {
    const path = join(folder, "memory.db");
    const keys = openKeyStore({ path: keysPath(path) });
    const { key } = keys.create({ name: "all", grants: [{ prefix: "", permission: "admin" }] });
    const memory = await createMemory({ path });
    const before = await serve({ memory, keys, port: 0 });
    const client = connectMemory({ url: before.url, key });
    await client.set({ namespace: "ada", key: "first", value: "Ada likes green tea." });
    const address = `${place.connectionString}?schema=${place.schema}`;
    expect(await run("move", "--from", path, "--to", address)).toMatchObject({ code: 0 });
    const told: string[] = [];
    const receiver = createServer((request, response) => {
      void text(request).then((body) => {
        for (const { key: changed } of JSON.parse(body).data.changes) told.push(changed);
        response.end();
      });
    });
    await new Promise<void>((done) => receiver.listen(0, "127.0.0.1", done));
    onTestFinished(() => void receiver.close());
    const { port } = receiver.address() as AddressInfo;
    const hookOf = (keys: { hooks: HookStore }, memory: Memory) =>
      openHooks({ memory, store: keys.hooks, allowLoopback: true, pollMs: 20 });
    // Told nothing before the move, and after it what came meanwhile.
    const made = hookOf(keys, memory);
    const { secret } = await made.create({ url: `http://localhost:${port}`, namespace: "ada" });
    await made.close();
    await client.set({ namespace: "ada", key: "second", value: "Ada lives in Lyon." });
    await client.set({ namespace: "ada", key: "first", value: "Ada likes black tea." });
    await before.close();
    await memory.close();
    keys.close();
    expect(await run("move", "--from", path, "--to", address)).toMatchObject({ code: 0 });
    const moved = await createMemory({ store: postgresStore(place) });
    const shared = openSharedKeys(place);
    const after = await serve({ memory: moved, keys: shared, port: 0 });
    onTestFinished(async () => {
      await after.close();
      await Promise.all([moved.close(), shared.close()]);
    });
    const [hook] = await shared.hooks.list();
    expect(hook?.spec.secrets).toEqual([{ secret }]);
    const hooks = hookOf(shared, moved);
    hooks.start();
    await expect.poll(() => told, { timeout: 20_000 }).toEqual(["second", "first"]);
    await hooks.close();
    const again = connectMemory({ url: after.url, key });
    expect(await again.get({ namespace: "ada", key: "first" })).toMatchObject({
      version: 2,
      value: "Ada likes black tea.",
    });
    const { results } = await again.search({ namespace: "ada", query: "where does Ada live" });
    expect(results[0]?.key).toBe("second");
  });

  test("killed at random moments, it goes on: nothing is lost and nothing is there twice", async () => {
    const path = join(folder, "memory.db");
    await fill(path);
    await using cli = await cliFolder();
    const address = `${place.connectionString}?schema=${place.schema}`;
    // From the moment on when the first page may have been copied.
    for (const share of fc.sample(fc.double({ min: 0, max: 1, noNaN: true }), { seed: 19, numRuns: 3 })) {
      const child = cli.start(["move", "--from", path, "--to", address]);
      const ended = new Promise((done) => child.once("exit", done));
      while (child.exitCode === null && (await copiedRecords()) < share * 400) await wait(2);
      child.kill("SIGKILL");
      await ended;
      expect(child.exitCode ?? 0).toBe(0);
    }
    expect(await run("move", "--from", path, "--to", address)).toMatchObject({ code: 0 });
    expect(await saidBy({ store: postgresStore(place) })).toEqual(await saidBy({ path }));
  });
});

/** All hooks, and how far they told what. */
async function hooksOf(store: HookStore): Promise<unknown> {
  const hooks = await store.list();
  return Promise.all(
    hooks.map(async (hook) => ({ ...hook, places: await store.places(hook.id, "", 10_000) })),
  );
}

async function copiedRecords(): Promise<number> {
  const pool = postgresPool(place);
  try {
    const client = await pool.connect();
    try {
      const answer = await client.query({ text: `SELECT count(*) AS n FROM ${place.schema}.records` });
      return Number((answer as { rows: { n: string }[] }).rows[0]?.n);
    } finally {
      client.release();
    }
  } catch {
    return -1;
  } finally {
    await pool.end();
  }
}
