import { createMemory } from "@souvenir/core";
import { startMistralStandIn } from "@souvenir/test/mistral-stand-in/stand-in";
import { expect, onTestFinished, test } from "vitest";
import { connectMemory } from "../src/client/index.ts";
import { createApp } from "../src/http/app.ts";
import { openKeyStore, serve } from "../src/node/index.ts";
import { cliFolder, firstLine } from "./run-cli.ts";
import { all, startTestServer } from "./test-server.ts";

const card = "4111 1111 1111 1111";

test("a server refuses what its memory does not keep, with the field and the kind, and says nothing of the text", async () => {
  const memory = await createMemory({ path: ":memory:", embedder: false, safety: { cards: "block" } });
  onTestFinished(() => memory.close());
  const keys = openKeyStore({ path: ":memory:" });
  onTestFinished(() => keys.close());
  const app = createApp(memory, { keys });
  const Authorization = `Bearer ${keys.create({ name: "test", grants: [all] }).key}`;
  const send = (path: string, body: string, type = "application/json") =>
    app.fetch(
      new Request(`http://localhost:7077${path}`, {
        method: "POST",
        headers: { "Content-Type": type, Authorization },
        body,
      }),
    );
  const refused = await send("/v1/memory-set", JSON.stringify({ key: "a", value: `Card ${card}` }));
  const text = await refused.text();
  expect([refused.status, JSON.parse(text)]).toEqual([
    400,
    {
      error: {
        code: "CONTENT_BLOCKED",
        message: expect.any(String),
        details: { where: "value", kinds: { card: 1 } },
      },
    },
  ]);
  expect(text).not.toContain("4111");
  // Of a file, the entry is named and the rest is kept.
  const lines = [`My card: ${card}`, "My cat is Mia."]
    .map((content) => `${JSON.stringify({ role: "user", content })}\n`)
    .join("");
  expect(await (await send("/v1/import", lines, "application/x-ndjson")).json()).toMatchObject({
    imported: 1,
    refusals: [{ where: "line 1", reason: expect.stringContaining("card") }],
  });
  const stats = await app.fetch(
    new Request("http://localhost:7077/v1/stats", { headers: { Authorization } }),
  );
  expect(await stats.json()).toMatchObject({ safety: { blocked: { card: 2 } } });
});

test("what is kept is looked through over REST, page by page, and is clean after that", async () => {
  const events: object[] = [];
  const server = await startTestServer({ audit: (event) => void events.push(event) });
  onTestFinished(() => server.close());
  const { memory } = server;
  const { key } = server.key([{ namespace: "ada", permission: "write" }]);
  await memory.setMany(
    Array.from({ length: 30 }, (_, number) => ({
      namespace: "ada",
      key: `${number}`,
      value: number % 2 === 0 ? `Mail ada${number}@example.com` : "Nothing.",
    })),
  );
  const scan = async (body: object) =>
    (await server.send("POST /v1/scan", { key, body: { namespace: "ada", ...body } })).body as {
      cursor?: string;
    };
  const whole = { scanned: 30, memories: 15, found: { email: 15 } };
  expect(await scan({})).toEqual({ ...whole, fixed: 0 });
  expect(events).toEqual([]);
  const { cursor, ...first } = await scan({ fix: true, limit: 20 });
  expect(first).toEqual({ scanned: 20, memories: 10, found: { email: 10 }, fixed: 10 });
  expect(await scan({ fix: true, cursor })).toEqual({
    ...{ scanned: 10, memories: 5, found: { email: 5 }, fixed: 5 },
  });
  expect(events).toMatchObject([
    { operation: "scan", namespace: "ada", count: 10, outcome: "done" },
    { operation: "scan", namespace: "ada", count: 5, outcome: "done" },
  ]);
  expect(JSON.stringify(await Array.fromAsync(memory.export({ namespace: "ada" })))).not.toContain("@");
  expect((await server.send("POST /v1/scan", { key, body: { namespace: "ben" } })).status).toBe(403);
});

test("a client looks through a namespace on a server as in a file, and goes on by itself", async () => {
  const server = await startTestServer();
  const running = await serve({ memory: server.memory, keys: server.keys, port: 0 });
  const { key } = server.key([{ namespace: "ada", permission: "write" }]);
  const remote = connectMemory({ url: running.url, key });
  onTestFinished(async () => {
    await remote.close();
    await running.close();
    await server.close();
  });
  const inputs = Array.from({ length: 10_010 }, (_, number) => ({
    ...{ namespace: "ada", key: `${number}`, value: number < 10_005 ? "Nothing." : "Mail ada@example.com" },
  }));
  await server.memory.setMany(inputs);
  const progress: number[] = [];
  const onProgress = ({ done }: { done: number }) => progress.push(done);
  expect(await remote.scan({ namespace: "ada", onProgress })).toEqual(
    await server.memory.scan({ namespace: "ada" }),
  );
  expect(progress).toEqual([10_000, 10_010]);
  const { cursor } = await remote.scan({ namespace: "ada", limit: 10_004 });
  expect(await remote.scan({ namespace: "ada", fix: true, cursor: cursor as string })).toEqual({
    ...{ scanned: 6, memories: 5, found: { email: 5 }, fixed: 5 },
  });
  await expect(remote.scan()).rejects.toMatchObject({ code: "INVALID_INPUT" });
});

test("souvenir set --safety, and souvenir scan", async () => {
  const folder = await cliFolder();
  onTestFinished(() => folder[Symbol.asyncDispose]());
  const none = ["--embedder", "none"];
  expect(await folder.run(["set", "a", `Card ${card}`, "--safety", "cards=block", ...none])).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^(?!.*4111).*card/),
  });
  await folder.run(["set", "b", `Card ${card}, mail ada@example.com`, ...none], {
    env: { SOUVENIR_SAFETY: "personal=redact" },
  });
  const { stdout } = await folder.run(["scan", ...none]);
  expect(stdout).toBe("scanned 1 memory: 1 hold what perhaps should not be kept\ncard: 1\n");
  expect(JSON.parse((await folder.run(["scan", "--fix", "--json", ...none])).stdout)).toEqual({
    scanned: 1,
    memories: 1,
    found: { card: 1 },
    fixed: 1,
  });
  expect((await folder.run(["get", "b"])).stdout).toContain("Card [redacted: card], mail [redacted: email]");
});

test("souvenir serve --safety moderation=hold has what is written judged, and what is flagged waits for approval", async () => {
  const standIn = await startMistralStandIn();
  onTestFinished(() => standIn.close());
  const folder = await cliFolder();
  onTestFinished(() => folder[Symbol.asyncDispose]());
  const env = { MISTRAL_API_KEY: "key", MISTRAL_BASE_URL: `${standIn.url}/v1` };
  const served = folder.start(
    ["serve", "--open", "--port", "0", "--json", "--embedder", "none", "--safety", "moderation=hold"],
    { env },
  );
  const { url } = JSON.parse(await firstLine(served)) as { url: string };
  const memory = connectMemory({ url });
  const namespace = "default";
  await memory.set({ namespace, key: "threat", value: "Tell the neighbours that I will kill you all." });
  await memory.set({ namespace, key: "cat", value: "The neighbours have a cat." });
  expect(await memory.flush()).toEqual({ pending: 0, failed: 0 });
  expect(standIn.moderationRequests().flatMap(({ body }) => body.input)).toHaveLength(2);
  const held = { key: "threat", heldBack: true, flagged: ["violence_and_threats"] };
  expect((await memory.list({ namespace, heldBack: true })).records).toMatchObject([held]);
  const recalled = async () =>
    (await memory.recall({ namespace, query: "What of the neighbours?" })).memories
      .map(({ key }) => key)
      .sort();
  expect(await recalled()).toEqual(["cat"]);
  const { safety, queue } = await memory.stats();
  expect([safety?.flagged, queue.moderation]).toEqual([
    { violence_and_threats: 1 },
    { pending: 0, failed: 0 },
  ]);
  const { stdout } = await folder.run(["list", "--held-back", "--json"], { env: { SOUVENIR_URL: url } });
  expect(JSON.parse(stdout)).toMatchObject(held);

  // A file of it brings the mark along, whichever way it is read.
  await folder.run(["export", "-o", "all.jsonl"], { env: { SOUVENIR_URL: url } });
  expect((await folder.run(["import", "all.jsonl", "--path", "copy.db", "--embedder", "none"])).code).toBe(0);
  const copy = await folder.run(["get", "threat", "--json", "--path", "copy.db"]);
  expect(JSON.parse(copy.stdout)).toMatchObject(held);
  await memory.approve({ namespace, key: "threat" });
  expect(await recalled()).toEqual(["cat", "threat"]);
});
