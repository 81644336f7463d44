import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type MistralStandIn, standInHeader, startMistralStandIn } from "./src/mistral-stand-in/stand-in.ts";

let standIn: MistralStandIn;
beforeAll(async () => {
  standIn = await startMistralStandIn();
});
afterAll(() => standIn.close());

interface Answer {
  object: string;
  detail: string;
  code: string;
  message: { detail: { loc: unknown[] }[] };
  data: { index: number; embedding: number[] }[];
}

async function post(path: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${standIn.url}${path}`, {
    method: "POST",
    headers: { authorization: "Bearer key", "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Answer };
}
const chat = (messages: unknown, more: Record<string, unknown> = {}) =>
  post("/v1/chat/completions", { model: "mistral-small-latest", messages, ...more });

const system = { role: "system", content: "Be brief." };
const user = { role: "user", content: "Hello" };
const assistant = { role: "assistant", content: "Hi" };
const call = (id: string) => ({ id, function: { name: "look_up", arguments: "{}" } });
const calls = (...ids: string[]) => ({ role: "assistant", content: "", tool_calls: ids.map(call) });
const result = (id: string) => ({ role: "tool", tool_call_id: id, name: "look_up", content: "found" });

describe("accepts", () => {
  test.each([
    ["a lone user message", [user]],
    ["a lone system message", [system]],
    ["system first", [system, user]],
    ["system after user", [user, system, user]],
    ["two user messages in a row", [user, user]],
    ["two assistant messages in a row", [user, assistant, assistant, user]],
    ["system, then assistant", [system, assistant, user]],
    ["a prefix at the end", [user, { ...assistant, prefix: true }]],
    ["a tool call with its result", [user, calls("abcDEF123"), result("abcDEF123")]],
    [
      "results in another order than the calls",
      [user, calls("abcDEF123", "abcDEF124"), result("abcDEF124"), result("abcDEF123")],
    ],
    [
      "a tool loop of two steps",
      [user, calls("abcDEF123"), result("abcDEF123"), calls("abcDEF124"), result("abcDEF124")],
    ],
    ["text parts", [{ role: "user", content: [{ type: "text", text: "Hello" }] }]],
    [
      "an image",
      [
        {
          role: "user",
          content: [
            { type: "text", text: "What?" },
            { type: "image_url", image_url: "data:," },
          ],
        },
      ],
    ],
    [
      "a thinking answer in the history",
      [
        user,
        {
          role: "assistant",
          content: [
            { type: "thinking", thinking: [], closed: true },
            { type: "text", text: "Hi" },
          ],
        },
        user,
      ],
    ],
  ])("%s", async (_, messages) => {
    expect(await chat(messages)).toMatchObject({ status: 200, body: { object: "chat.completion" } });
  });

  test("ids of any shape from GLM models", async () => {
    const messages = [user, calls("chatcmpl-tool-1"), result("chatcmpl-tool-1")];
    expect(await chat(messages, { model: "zai-glm-4.6" })).toMatchObject({ status: 200 });
  });
});

describe("refuses with 400", () => {
  test.each([
    ["no messages", "3230", []],
    ["a lone assistant message", "3230", [assistant]],
    ["a lone tool message", "3230", [result("abcDEF123")]],
    ["system after assistant", "3230", [user, assistant, system, user]],
    ["system after tool", "3230", [user, calls("abcDEF123"), result("abcDEF123"), system, user]],
    ["user after tool", "3230", [user, calls("abcDEF123"), result("abcDEF123"), user]],
    ["tool after user", "3230", [user, result("abcDEF123")]],
    ["system at the end", "3230", [user, system]],
    ["assistant without prefix at the end", "3230", [user, assistant]],
    ["a prefix in the middle", "3230", [user, { ...assistant, prefix: true }, user]],
    ["a call without a result", "3230", [user, calls("abcDEF123"), assistant, user]],
    ["fewer results than calls", "3230", [user, calls("abcDEF123", "abcDEF124"), result("abcDEF123")]],
    ["a result nobody asked for", "3280", [user, calls("abcDEF123"), result("abcDEF124")]],
    [
      "two results for one call",
      "3280",
      [user, calls("abcDEF123"), result("abcDEF123"), result("abcDEF123")],
    ],
    ["two calls of one id", "3280", [user, calls("abcDEF123", "abcDEF123"), result("abcDEF123")]],
    ["an id of another vendor", "3280", [user, calls("call_12345678"), result("call_12345678")]],
    ["an id that was null", "3280", [user, calls("null"), result("null")]],
    ["a result without an id", "3280", [user, calls("abcDEF123"), { role: "tool", content: "found" }]],
  ])("%s", async (_, code, messages) => {
    expect(await chat(messages)).toMatchObject({ status: 400, body: { object: "error", code } });
  });

  test("a tool name with a space", async () => {
    const tools = [{ type: "function", function: { name: "look up", parameters: {} } }];
    expect(await chat([user], { tools })).toMatchObject({ status: 400, body: { code: "3280" } });
  });

  test("a body that is not JSON", async () => {
    expect(await post("/v1/chat/completions", "{")).toMatchObject({ status: 400 });
  });
});

describe("refuses with 422 and says where", () => {
  test.each([
    ["an unknown field of the body", [user], { max_completion_tokens: 5 }, ["body", "max_completion_tokens"]],
    ["a field of ours", [user], { souvenir: {} }, ["body", "souvenir"]],
    ["a name in a user message", [{ ...user, name: "Ada" }], {}, ["body", "messages", 0, "name"]],
    ["metadata in a message", [{ ...user, metadata: {} }], {}, ["body", "messages", 0, "metadata"]],
    [
      "reasoning_content",
      [user, { ...assistant, reasoning_content: "" }, user],
      {},
      ["body", "messages", 1, "reasoning_content"],
    ],
    ["an unknown role", [{ role: "developer", content: "" }], {}, ["body", "messages", 0]],
    [
      "an unknown part",
      [{ role: "user", content: [{ type: "memory", text: "" }] }],
      {},
      ["body", "messages", 0, "content"],
    ],
    [
      "an image in a system message",
      [{ role: "system", content: [{ type: "image_url", image_url: "" }] }, user],
      {},
      ["body", "messages", 0, "content"],
    ],
    ["a temperature that is a string", [user], { temperature: "hot" }, ["body", "temperature"]],
    ["messages that are no list", "Hello", {}, ["body", "messages"]],
  ])("%s", async (_, messages, more, loc) => {
    const { status, body } = await chat(messages, more);
    expect(status).toBe(422);
    expect(body.message.detail[0]!.loc.slice(0, loc.length)).toEqual(loc);
  });

  test("a missing model", async () => {
    const answer = await post("/v1/chat/completions", { messages: [user] });
    expect(answer).toMatchObject({ status: 422, body: { message: { detail: [{ type: "missing" }] } } });
  });
});

test("the relaxed rule lets a user message follow a tool message", async () => {
  const relaxed = await startMistralStandIn({ userAfterTool: true });
  const response = await fetch(`${relaxed.url}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: "Bearer key" },
    body: JSON.stringify({ model: "m", messages: [user, calls("abcDEF123"), result("abcDEF123"), user] }),
  });
  await relaxed.close();
  expect(response.status).toBe(200);
});

test("needs a key, answers 404 elsewhere, and labels every answer", async () => {
  const withoutKey = await post(
    "/v1/chat/completions",
    { model: "m", messages: [user] },
    { authorization: "" },
  );
  expect(withoutKey).toMatchObject({ status: 401, body: { detail: "Unauthorized" } });
  expect(withoutKey.headers.get(standInHeader)).toBe("1");
  expect((await post("/v1/fim/completions", {})).status).toBe(404);
  expect((await chat([user])).headers.get(standInHeader)).toBe("1");
});

describe("embeddings", () => {
  const embed = (input: unknown, more: Record<string, unknown> = {}) =>
    post("/v1/embeddings", { model: "mistral-embed", input, ...more });
  const dot = (a: number[], b: number[]) => a.reduce((sum, value, index) => sum + value * b[index]!, 0);

  test("have the dimension of the model, length one, and the order of the input", async () => {
    const { body } = await embed(["one", "two", "one"]);
    const vectors: number[][] = body.data.map(({ embedding }) => embedding);
    expect(body.data.map(({ index }) => index)).toEqual([0, 1, 2]);
    expect(vectors.map((vector) => vector.length)).toEqual([1024, 1024, 1024]);
    expect(dot(vectors[0]!, vectors[0]!)).toBeCloseTo(1, 10);
    expect(vectors[2]).toEqual(vectors[0]);
    const { body: code } = await embed("one", { model: "codestral-embed" });
    expect(code.data[0]!.embedding).toHaveLength(1536);
    const { body: short } = await embed("one", { model: "codestral-embed", output_dimension: 256 });
    expect(short.data[0]!.embedding).toHaveLength(256);
  });

  test.each([
    ["The database is PostgreSQL", "Which databases do we have?", "It rains in Brest today"],
    ["数据库是 PostgreSQL", "我们用什么数据库", "今天下雨"],
    ["ฐานข้อมูลคือ PostgreSQL", "ฐานข้อมูลอะไร", "วันนี้ฝนตก"],
  ])("put %j nearer to %j than %j", async (text, near, far) => {
    const { body } = await embed([text, near, far]);
    const [a, b, c] = body.data.map(({ embedding }) => embedding);
    expect(dot(a!, b!)).toBeGreaterThan(dot(a!, c!) + 0.02);
  });

  test.each([
    ["more than 512 texts", new Array(513).fill("a"), "3210"],
    ["more than 16,384 tokens in all", new Array(10).fill("word ".repeat(1_700)), "3210"],
    ["more than 8,192 tokens in one", "word ".repeat(8_000), "3210"],
    ["no text at all", [], "3210"],
  ])("refuse %s", async (_, input, code) => {
    expect(await embed(input)).toMatchObject({ status: 400, body: { code } });
  });

  test("refuse another dimension of a model that has one only, and unknown fields", async () => {
    expect((await embed("a", { output_dimension: 256 })).status).toBe(400);
    expect((await embed("a", { dimensions: 256 })).status).toBe(422);
    expect((await embed([1])).status).toBe(422);
  });
});
