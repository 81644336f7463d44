import { createMemory, type Memory } from "@souvenir/core";
import { expect, onTestFinished, test } from "vitest";
import { openApiDocument } from "../src/api/openapi.ts";
import { connectMemory } from "../src/client/index.ts";
import { openKeyStore, type ServeOptions, serve } from "../src/node/index.ts";

async function started(
  options: Partial<ServeOptions> = {},
): Promise<{ memory: Memory; keys: ReturnType<typeof openKeyStore>; url: string }> {
  const memory = await createMemory({ path: ":memory:", embedder: false });
  const keys = openKeyStore({ path: ":memory:" });
  const server = await serve({ memory, keys, port: 0, pollMs: 5, closeTimeoutMs: 1000, ...options });
  onTestFinished(async () => {
    await server.close();
    await memory.close();
  });
  return { memory, keys, url: server.url };
}

interface Told {
  id: string;
  event: string;
  data: { kind?: string; key?: string };
}

/** The events of a stream until one of them is what was waited for, or it ends. */
async function* eventsOf(answer: Response): AsyncGenerator<Told> {
  let text = "";
  for await (const part of answer.body as unknown as AsyncIterable<Uint8Array>) {
    text += new TextDecoder().decode(part);
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const event = text.slice(0, end);
      text = text.slice(end + 2);
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(event)?.[1] ?? "";
      if (!event.startsWith(":"))
        yield { id: field("id"), event: field("event"), data: JSON.parse(field("data")) };
    }
  }
}

test("a namespace is followed, goes on from the last event, and a key that is revoked ends the stream", async () => {
  const { memory, keys, url } = await started();
  const { key, id } = keys.create({ name: "reader", grants: [{ namespace: "ada", permission: "read" }] });
  const headers = { authorization: `Bearer ${key}` };
  await memory.set({ namespace: "ada", key: "a", value: "The a." });
  const answer = await fetch(`${url}/v1/changes?namespace=ada&since=0`, { headers });
  expect(answer.headers.get("content-type")).toBe("text/event-stream");
  const events = eventsOf(answer);
  const next = async () => (await events.next()).value as Told;
  expect(await next()).toMatchObject({ event: "change", data: { kind: "written", key: "a" } });
  expect(await next()).toMatchObject({ event: "ready" });
  await memory.set({ namespace: "ada", key: "b", value: "The b." });
  const { id: last } = await next();
  await memory.set({ namespace: "ada", key: "c", value: "The c." });
  expect(await next()).toMatchObject({ data: { key: "c" } });
  const again = eventsOf(
    await fetch(`${url}/v1/changes?namespace=ada&since=0`, {
      headers: { ...headers, "Last-Event-ID": last },
    }),
  );
  expect((await again.next()).value).toMatchObject({ data: { key: "c" } });
  keys.revoke(id);
  expect((await events.next()).done).toBe(true);
});

test("a stream ends after a while, and from its last event, if there was one, the next one goes on", async () => {
  const { memory, keys, url } = await started({ followMs: 1 });
  const { key } = keys.create({ name: "reader", grants: [{ namespace: "ada", permission: "read" }] });
  const told = async (last?: string) => {
    const headers = {
      authorization: `Bearer ${key}`,
      ...(last === undefined ? {} : { "Last-Event-ID": last }),
    };
    return Array.fromAsync(eventsOf(await fetch(`${url}/v1/changes?namespace=ada`, { headers })));
  };
  await memory.set({ namespace: "ada", key: "a", value: "The a." });
  const first = await told("");
  expect(first.map(({ event, data }) => [event, data.key])).toEqual([
    ["change", "a"],
    ["ready", undefined],
  ]);
  await memory.set({ namespace: "ada", key: "b", value: "The b." });
  const second = await told(first.at(-1)?.id);
  expect(second.map(({ event, data }) => [event, data.key])).toEqual([
    ["change", "b"],
    ["ready", undefined],
  ]);
});

test("the document describes the stream, with the header that browsers send", () => {
  const { paths } = openApiDocument() as { paths: Record<string, Record<string, unknown>> };
  expect(paths["/v1/changes"]?.get).toMatchObject({
    parameters: [
      { name: "namespace", in: "query" },
      { name: "since", in: "query" },
      { name: "Last-Event-ID", in: "header", required: false },
    ],
    responses: {
      200: { content: { "text/event-stream": { schema: { $ref: "#/components/schemas/ChangesEvent" } } } },
    },
  });
});

test("a key follows what it may read, and what is no place is refused", async () => {
  const { keys, url } = await started();
  const { key } = keys.create({ name: "reader", grants: [{ namespace: "ada", permission: "read" }] });
  const status = async (query: string, more: Record<string, string> = {}) =>
    (await fetch(`${url}/v1/changes?${query}`, { headers: { authorization: `Bearer ${key}`, ...more } }))
      .status;
  expect(await status("namespace=bob")).toBe(403);
  expect(await status("namespace=ada&since=x")).toBe(400);
  expect(await status("namespace=ada", { "Last-Event-ID": "x" })).toBe(400);
  expect((await fetch(`${url}/v1/changes?namespace=ada`)).status).toBe(401);
});

test("a client reads changes page by page", async () => {
  const { memory, keys, url } = await started();
  const { key } = keys.create({ name: "all", grants: [{ prefix: "", permission: "admin" }] });
  await memory.set({ namespace: "ada", key: "a", value: "The a." });
  await using remote = connectMemory({ url, key });
  const page = await remote.changes({ namespace: "ada" });
  expect(page).toEqual(await memory.changes({ namespace: "ada" }));
  expect((await remote.changes({ namespace: "ada", since: page.cursor })).changes).toEqual([]);
});
