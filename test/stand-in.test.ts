import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Mistral } from "@mistralai/mistralai";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { acknowledgement, unknownAnswer } from "./src/mistral-stand-in/answer.ts";
import { mistralEndpoint } from "./src/mistral-stand-in/endpoint.ts";
import * as faults from "./src/mistral-stand-in/faults.ts";
import {
  answeredByStandIn,
  type MistralStandIn,
  startMistralStandIn,
} from "./src/mistral-stand-in/stand-in.ts";

const model = "mistral-small-latest";
const hello = { model, messages: [{ role: "user" as const, content: "Do I like tea?" }] };
const lookUp = {
  type: "function" as const,
  function: {
    name: "look_up",
    parameters: { type: "object", properties: { query: { type: "string" }, limit: { type: "integer" } } },
  },
};

let standIn: MistralStandIn;
let client: Mistral;
beforeAll(async () => {
  standIn = await startMistralStandIn();
  client = new Mistral({ apiKey: "key", serverURL: standIn.url });
});
afterEach(() => standIn.reset());
afterAll(() => standIn.close());

async function collect(stream: AsyncIterable<{ data: { choices: { delta: { content?: unknown } }[] } }>) {
  let text = "";
  for await (const { data } of stream) text += data.choices[0]?.delta.content ?? "";
  return text;
}

describe("the plain client", () => {
  test("gets text, with the model it asked for and a sign that no model answered", async () => {
    const answer = await client.chat.complete(hello);
    expect(answer).toMatchObject({
      model,
      choices: [{ index: 0, finishReason: "stop", message: { role: "assistant", content: unknownAnswer } }],
    });
    expect(answeredByStandIn(answer)).toBe(true);
    expect(answeredByStandIn({ id: "cmpl-e5cc70bb28c444948073e77776eb30ef" })).toBe(false);
  });

  test("gets a stream: the role first, the end with a reason and the usage", async () => {
    const chunks = [];
    for await (const { data } of await client.chat.stream(hello)) chunks.push(data);
    expect(chunks[0]!.choices[0]!.delta).toMatchObject({ role: "assistant", content: "" });
    expect(chunks.map(({ choices }) => choices[0]!.delta.content).join("")).toBe(unknownAnswer);
    expect(chunks.length).toBeGreaterThan(5);
    expect(chunks.at(-1)).toMatchObject({
      choices: [{ finishReason: "stop" }],
      usage: { totalTokens: expect.any(Number) },
    });
    expect(chunks.every(answeredByStandIn)).toBe(true);
  });

  test("gets a tool call once a turn, and then an answer from its result", async () => {
    const first = await client.chat.complete({ ...hello, tools: [lookUp] });
    const call = first.choices[0]!;
    expect(call.finishReason).toBe("tool_calls");
    expect(call.message!.toolCalls![0]).toMatchObject({
      id: expect.stringMatching(/^[a-zA-Z0-9]{9}$/),
      function: { name: "look_up", arguments: JSON.stringify({ query: "Do I like tea?", limit: 1 }) },
    });
    const { id } = call.message!.toolCalls![0]!;
    const result = {
      role: "tool" as const,
      toolCallId: id,
      name: "look_up",
      content: "You like tea with milk.",
    };
    const messages = [...hello.messages, { ...call.message!, role: "assistant" as const }, result];
    const second = await client.chat.complete({ model, messages, tools: [lookUp] });
    expect(second.choices[0]!.message!.content).toBe("You like tea with milk.");
  });

  test("gets a whole tool call in one delta of a stream", async () => {
    const deltas = [];
    for await (const { data } of await client.chat.stream({ ...hello, tools: [lookUp], toolChoice: "any" })) {
      if (data.choices[0]!.delta.toolCalls) deltas.push(data.choices[0]);
    }
    expect(deltas).toMatchObject([
      { finishReason: "tool_calls", delta: { toolCalls: [{ function: { name: "look_up" } }] } },
    ]);
  });

  test("gets JSON that fits the schema", async () => {
    const schema = {
      type: "object",
      properties: {
        answer: { type: "string" },
        mood: { type: "string", enum: ["calm", "loud"] },
        things: { type: "array", items: { type: "object", properties: { name: { type: "string" } } } },
      },
    };
    const answer = await client.chat.complete({
      model,
      messages: [{ role: "user", content: "Does my friend Grace Hopper work at Harvard?" }],
      responseFormat: { type: "json_schema", jsonSchema: { name: "answer", schemaDefinition: schema } },
    });
    expect(JSON.parse(answer.choices[0]!.message!.content as string)).toEqual({
      answer: unknownAnswer,
      mood: "calm",
      things: [{ name: "Grace Hopper" }, { name: "Harvard" }],
    });
  });

  test("gets several choices", async () => {
    const answer = await client.chat.complete({ ...hello, n: 3 });
    expect(answer.choices.map(({ index }) => index)).toEqual([0, 1, 2]);
  });

  test("gets embeddings and the list of models", async () => {
    const { data } = await client.embeddings.create({ model: "mistral-embed", inputs: ["tea", "coffee"] });
    expect(data.map(({ index, embedding }) => [index, embedding!.length])).toEqual([
      [0, 1024],
      [1, 1024],
    ]);
    expect((await client.models.list()).data).toContainEqual(
      expect.objectContaining({ id: "mistral-embed" }),
    );
  });

  test("gets an error for a wrong order", async () => {
    const messages = [...hello.messages, { role: "assistant" as const, content: "Yes" }];
    await expect(client.chat.complete({ model, messages })).rejects.toMatchObject({ statusCode: 400 });
  });
});

describe("faults", () => {
  test.each([
    ["429", faults.rateLimited({ retryAfter: 7 }), 429],
    ["500", faults.serverError(), 500],
    ["503", faults.overCapacity(), 503],
    ["401", faults.unauthorized(), 401],
    ["an HTML page", faults.htmlError(), 502],
  ])("%s, for one request", async (_, fault, statusCode) => {
    standIn.script({ chat: [fault], embeddings: [fault] });
    await expect(client.chat.complete(hello)).rejects.toMatchObject({ statusCode });
    await expect(client.chat.complete(hello)).resolves.toMatchObject({ model });
    const inputs = { model: "mistral-embed", inputs: "tea" };
    await expect(client.embeddings.create(inputs)).rejects.toMatchObject({ statusCode });
    await expect(client.embeddings.create(inputs)).resolves.toMatchObject({ model: "mistral-embed" });
  });

  test("429 carries Retry-After", async () => {
    standIn.script({ chat: [faults.rateLimited({ retryAfter: 7, retryAfterMs: 10 })] });
    const error = await client.chat
      .complete(hello)
      .catch((reason: unknown) => reason as { headers: Headers });
    expect("headers" in error && error.headers.get("retry-after")).toBe("7");
    expect("headers" in error && error.headers.get("retry-after-ms")).toBe("10");
  });

  test("a fault for all requests until the scripts are forgotten", async () => {
    standIn.script({ chat: [{ ...faults.serverError(), times: Number.POSITIVE_INFINITY }] });
    for (let attempt = 0; attempt < 3; attempt++) await expect(client.chat.complete(hello)).rejects.toThrow();
    standIn.reset();
    await expect(client.chat.complete(hello)).resolves.toBeDefined();
  });

  test("a request that is never answered times out, and is recorded as left", async () => {
    standIn.script({ chat: [faults.hangs()] });
    await expect(client.chat.complete(hello, { timeoutMs: 50 })).rejects.toMatchObject({
      name: "RequestTimeoutError",
    });
    await expect.poll(() => standIn.chatRequests()[0]!.closedEarly).toBe(true);
  });

  test("a lost connection", async () => {
    standIn.script({ chat: [faults.connectionLost()] });
    await expect(client.chat.complete(hello)).rejects.toMatchObject({ name: "ConnectionError" });
  });

  test("a stream that dies after some deltas has delivered them", async () => {
    standIn.script({ chat: [{ content: "one two three four", breakOff: { afterDeltas: 3, how: "die" } }] });
    const seen: unknown[] = [];
    const reading = (async () => {
      for await (const { data } of await client.chat.stream(hello)) seen.push(data.choices[0]!.delta.content);
    })();
    await expect(reading).rejects.toThrow("terminated");
    expect(seen).toEqual(["", "one ", "two "]);
  });

  test("a stream that ends without a reason, and one with a broken line", async () => {
    standIn.script({ chat: [{ content: "one two", breakOff: { afterDeltas: 2, how: "end" } }] });
    expect(await collect(await client.chat.stream(hello))).toBe("one ");
    standIn.script({ chat: [{ content: "one two", breakOff: { afterDeltas: 2, how: "malformed" } }] });
    await expect(collect(await client.chat.stream(hello))).rejects.toThrow();
  });

  test("wrong vectors of every kind", async () => {
    const inputs = ["tea", "coffee", "milk"];
    const embed = () => client.embeddings.create({ model: "mistral-embed", inputs });
    const right = (await embed()).data;
    standIn.script({
      embeddings: [
        faults.outOfOrder(),
        faults.missingVector(),
        faults.wrongDimension(7),
        faults.emptyItem(),
        faults.notANumber(),
      ],
    });
    expect((await embed()).data).toEqual(right.toReversed());
    expect((await embed()).data).toEqual(right.slice(0, 2));
    expect((await embed()).data.map(({ embedding }) => embedding!.length)).toEqual([7, 7, 7]);
    expect((await embed()).data[0]!.embedding).toBeUndefined();
    await expect(embed()).rejects.toMatchObject({ name: "ResponseValidationError" });
    expect((await embed()).data).toEqual(right);
  });

  test("a reply that waits comes when it is let go", async () => {
    const gate = Promise.withResolvers<void>();
    standIn.script({ chat: [{ content: "slow", wait: gate.promise }] });
    const slow = client.chat.complete(hello);
    const fast = await client.chat.complete(hello);
    gate.resolve();
    expect(fast.choices[0]!.message!.content).toBe(unknownAnswer);
    expect((await slow).choices[0]!.message!.content).toBe("slow");
  });

  test("a function answers by what the request says", async () => {
    standIn.script({ chat: ({ messages }) => (messages.length > 1 ? { content: "long" } : undefined) });
    const long = await client.chat.complete({ model, messages: [...hello.messages, ...hello.messages] });
    expect(long.choices[0]!.message!.content).toBe("long");
    expect((await client.chat.complete(hello)).choices[0]!.message!.content).toBe(unknownAnswer);
  });
});

describe("answers from the prompt", () => {
  const ask = async (messages: Parameters<Mistral["chat"]["complete"]>[0]["messages"]) =>
    (await client.chat.complete({ model, messages })).choices[0]!.message!.content;

  test("says that it took note of a statement", async () => {
    expect(await ask([{ role: "user", content: "I moved to Nantes." }])).toBe(acknowledgement);
  });

  test("finds the sentence of the history that shares most words", async () => {
    const history = [
      { role: "user" as const, content: "I moved to Nantes. My sister Zoé lives in Kraków." },
      { role: "assistant" as const, content: "Noted." },
    ];
    expect(await ask([...history, { role: "user", content: "Where does my sister live?" }])).toBe(
      "My sister Zoé lives in Kraków.",
    );
  });

  test.each(["user", "system"] as const)("finds a recalled memory in the %s message", async (placement) => {
    const block =
      "<memories note='data'>\nNotes from before.\n- The dog is called Rex &amp; the cat Mia.\n- Tea is fine.\n</memories>";
    const question = "What is the cat called?";
    const messages =
      placement === "user"
        ? [{ role: "user" as const, content: `${block}\n\n${question}` }]
        : [
            { role: "system" as const, content: block },
            { role: "user" as const, content: question },
          ];
    expect(await ask(messages)).toBe("The dog is called Rex & the cat Mia.");
  });

  test("takes the first memory when none shares a word with the question", async () => {
    const block = "<memories>\n- We run PostgreSQL 17.\n- Lunch is at noon.\n</memories>";
    expect(await ask([{ role: "user", content: `${block}\n\nWhich database am I using?` }])).toBe(
      "We run PostgreSQL 17.",
    );
  });
});

describe("the switch", () => {
  test("starts a stand-in when nothing is set", async () => {
    const endpoint = await mistralEndpoint({});
    expect(endpoint.isStandIn).toBe(true);
    const { serverURL, apiKey } = endpoint;
    await expect(new Mistral({ apiKey, serverURL }).chat.complete(hello)).resolves.toMatchObject({ model });
    await endpoint.close();
    await expect(fetch(serverURL)).rejects.toThrow();
  });

  test("takes the real API with a key", async () => {
    expect(await mistralEndpoint({ MISTRAL_API_KEY: "key" })).toMatchObject({
      serverURL: "https://api.mistral.ai",
      apiKey: "key",
      isStandIn: false,
    });
  });

  test("takes another server, and sees whether it is a stand-in", async () => {
    const endpoint = await mistralEndpoint({
      MISTRAL_BASE_URL: `${standIn.url}/v1/`,
      MISTRAL_API_KEY: "key",
    });
    expect(endpoint).toMatchObject({ serverURL: standIn.url, apiKey: "key", isStandIn: true });
    await endpoint.close();
    await expect(client.chat.complete(hello)).resolves.toBeDefined();
  });
});

test("runs as a process of its own", async () => {
  const file = fileURLToPath(import.meta.resolve("./src/mistral-stand-in/serve.ts"));
  const child = spawn(process.execPath, ["--conditions=@souvenir/source", file], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const other = new Mistral({ apiKey: "key", serverURL: line.toString().trim() });
  await expect(other.chat.complete(hello)).resolves.toMatchObject({ model });
  child.kill("SIGTERM");
  expect(await once(child, "exit")).toEqual([0, null]);
});
