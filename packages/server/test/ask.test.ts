import { mistralChat } from "@souvenir/mistral";
import * as faults from "@souvenir/test/mistral-stand-in/faults";
import { type MistralStandIn, startMistralStandIn } from "@souvenir/test/mistral-stand-in/stand-in";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { AuditEvent } from "../src/http/audit.ts";
import { cliFolder } from "./run-cli.ts";
import { all, startTestServer, type TestServer } from "./test-server.ts";

const [namespace, query] = ["acme/ada", "Which bread does Camille like?"];
let standIn: MistralStandIn;
let server: TestServer;
let events: AuditEvent[];
beforeAll(async () => {
  standIn = await startMistralStandIn();
});
async function start(timeoutMs = 60_000): Promise<void> {
  events = [];
  server = await startTestServer({
    chat: mistralChat({ apiKey: "key", serverURL: standIn.url, timeoutMs }),
    audit: (event) => void events.push(event),
  });
  await server.memory.set({ namespace, key: "bread", value: "Camille likes walnut bread." });
}
beforeEach(() => start());
afterEach(async () => {
  standIn.reset();
  await server.close();
});
afterAll(() => standIn.close());

const ask = (key: string, body: object = {}) =>
  server.send("POST /v1/ask", { key, body: { namespace, query, ...body } });

test("the model gets the message with its block, what it says comes back with its tokens, and nothing is stored", async () => {
  const { key, id } = server.key([{ namespace, permission: "write" }]);
  const before = await Array.fromAsync(server.memory.export());
  standIn.script({ chat: [{ content: "Walnut bread." }] });
  const { status, body } = await ask(key);
  expect(status).toBe(200);
  const { text } = await server.memory.recall({ namespace, query });
  expect(text).toContain("walnut");
  expect(standIn.chatRequests().map(({ body: sent }) => sent.messages)).toEqual([
    [{ role: "user", content: `${query}\n\n${text}` }],
  ]);
  expect(body).toMatchObject({
    answer: "Walnut bread.",
    truncated: false,
    model: "mistral-small-latest",
    input_tokens: expect.any(Number),
    output_tokens: expect.any(Number),
    took_ms: expect.any(Number),
    context: { text, memories: [{ key: "bread" }] },
  });
  expect(await Array.fromAsync(server.memory.export())).toEqual(before);
  expect(events).toEqual([
    expect.objectContaining({ operation: "ask", key: id, namespace, outcome: "done" }),
  ]);
  expect(JSON.stringify(events)).not.toMatch(/walnut|Camille/i);
  expect((await server.send("GET /v1/whoami", { key })).body).toMatchObject({ asks: "mistral-small-latest" });
  // Where nothing matters, the prompt stays as it is.
  await ask(key, { query: "zzzz" });
  expect(standIn.chatRequests().at(-1)?.body.messages).toEqual([{ role: "user", content: "zzzz" }]);
});

test("a key that may only read spends nothing, and one that may write so much in a minute and a day", async () => {
  const reader = server.key([{ namespace, permission: "read" }]).key;
  expect((await ask(reader)).status).toBe(403);
  expect(standIn.chatRequests()).toHaveLength(0);
  expect(events).toEqual([expect.objectContaining({ operation: "ask", outcome: "refused" })]);
  const writer = server.key([{ namespace, permission: "write" }]).key;
  for (let at = 0; at < 20; at++) expect((await ask(writer)).status).toBe(200);
  const { status, headers, body } = await ask(writer);
  expect([status, headers.get("retry-after")]).toEqual([429, "3"]);
  expect(body).toMatchObject({ error: { message: "this key may ask the model 20 times a minute" } });
  server.clock.now += 3000;
  expect((await ask(writer)).status).toBe(200);
  const frugal = server.key([{ namespace, permission: "write" }], { quota: { writes_per_day: 1 } }).key;
  expect([(await ask(frugal)).status, (await ask(frugal)).status]).toEqual([200, 429]);
  expect(standIn.chatRequests()).toHaveLength(22);
});

test.each([
  ["refuses the key", () => faults.unauthorized(), "check the API key"],
  ["has its rate limit reached", () => faults.rateLimited(), "the rate limit is reached"],
  ["hangs", () => faults.hangs(), "no answer (TimeoutError)", 300],
])(
  "a model that %s is a 502 that says so, and in the log as what left",
  async (_, fault, message, timeoutMs?: number) => {
    await server.close();
    await start(timeoutMs);
    standIn.script({ chat: [fault()] });
    const { status, body } = await ask(server.key([all]).key);
    expect([status, body]).toEqual([
      502,
      { error: { code: "MODEL_FAILED", message: expect.stringContaining(message) } },
    ]);
    expect(JSON.stringify(body)).not.toMatch(/walnut|Camille/i);
    expect(events).toEqual([expect.objectContaining({ operation: "ask", namespace, outcome: "done" })]);
  },
);

test("a server without a model says how it gets one, and one without its key does not start", async () => {
  const plain = await startTestServer();
  const { key } = plain.key([all]);
  const { status, body } = await plain.send("POST /v1/ask", { key, body: { query } });
  expect([status, body]).toEqual([
    501,
    { error: { code: "UNSUPPORTED", message: expect.stringContaining("souvenir serve --ask mistral") } },
  ]);
  expect((await plain.send("GET /v1/whoami", { key })).body).not.toHaveProperty("asks");
  await plain.close();
  await using cli = await cliFolder();
  for (const [name, message] of [
    ["mistral", "set MISTRAL_API_KEY"],
    ["other", 'there is nothing named "other" that answers'],
  ] as const)
    expect(await cli.run(["serve", "--port", "0", "--ask", name])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(message),
    });
});
