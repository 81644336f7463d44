// What people write first, and what the error tells them to write instead.
import { createMemory, type Embedder, type Memory, type MemoryOptions, SouvenirError } from "@souvenir/core";
import { TablesFile } from "@souvenir/core/sqlite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

async function remedyOf(call: () => unknown): Promise<string> {
  try {
    await call();
  } catch (error) {
    if (!SouvenirError.is(error)) throw error;
    expect(error).toMatchObject({ code: "INVALID_INPUT", help: expect.stringMatching(/#invalid_input$/) });
    return error.message;
  }
  throw new Error("nothing was said");
}
const open = (options: unknown) => createMemory(options as MemoryOptions);
/** A function that makes an embedder, as the packages have them. */
const mistralEmbedder = () => ({ id: "m" });

describe("opening", () => {
  test.each<[string, unknown, string]>([
    ["a path alone", "x.db", "an object such as { path"],
    ["nothing at all", null, "an object such as { path"],
    ["an embedder that was not called", { embedder: mistralEmbedder }, "call it"],
    ["the name of a model", { embedder: "mistral-embed" }, "not the name of a model: mistralEmbedder()"],
    ["a promise of an embedder", { embedder: Promise.resolve({}) }, "await it"],
    ["a model of the AI SDK", { embedder: { doEmbed() {}, modelId: "m" } }, "aiSdkEmbedder(model)"],
    ["a reranker that was not called", { reranker: mistralEmbedder }, "call it"],
    ["an extractor that was not called", { extractor: mistralEmbedder }, "call it"],
    ["facts without an extractor", { facts: true }, "{ extractor"],
    ["an extractor of facts that was not called", { facts: { extractor: mistralEmbedder } }, "call it"],
    [
      "the address of a database as a store",
      { store: "postgres://localhost/db" },
      "postgresStore({ connectionString })",
    ],
    ["a store that was not called", { store: () => undefined }, "call it"],
    ["a clock of seconds", { clock: () => 1_790_000_000 }, "seconds times 1000 are"],
  ])("%s", async (_, options, remedy) => {
    const given =
      typeof options === "object" && options !== null ? { path: ":memory:", ...options } : options;
    expect(await remedyOf(() => open(given))).toContain(remedy);
  });
});

const paths: [unknown, string][] = [
  ["~/memory.db", "homedir()"],
  ["~", "homedir()"],
  ["~\\memory.db", "homedir()"],
  ["$HOME/memory.db", "process.env"],
  [`\${DATA}/memory.db`, "process.env"],
  ["%APPDATA%\\memory.db", "process.env"],
  ["undefined", "was not set"],
  ["undefined/memory.db", "was not set"],
  ["file:///tmp/memory.db", "fileURLToPath()"],
  [new URL("file:///tmp/memory.db"), "fileURLToPath()"],
  ["sqlite:memory.db", "not a URL"],
  ["http://localhost:7077", "connectMemory({ url })"],
  ["postgresql://user@host/db", "postgresStore({ connectionString })"],
  ["redis://host", "a Store"],
  [":memory", '":memory:"'],
  ["data/", "memory.db"],
  ["data\\", "memory.db"],
  [" ", "not empty"],
];

describe("paths that no system reads so", () => {
  test.each(paths)("%s", async (path, remedy) => {
    expect(await remedyOf(() => open({ path }))).toContain(remedy);
    expect(await remedyOf(() => new TablesFile({ path: path as string, tables: [] as never }))).toContain(
      remedy,
    );
  });

  test.each(["C:\\no such drive\\x\0.db", "a~b\0.db", "$\0.db"])("%s is left to the system", async (path) => {
    const failure = await open({ path, readOnly: true }).catch((error) => error);
    expect(String(failure)).not.toMatch(/homedir|process\.env|URL/);
  });
});

describe("calls", () => {
  let memory: Memory;
  // Whoever writes JavaScript is told by nobody else.
  let any: Record<string, (input?: unknown) => unknown>;
  beforeAll(async () => {
    memory = await open({ path: ":memory:", embedder: false });
    any = memory as never;
  });
  afterAll(() => memory.close());

  const seconds = 1_790_000_000;
  const said = { namespace: "n", thread: "t" };
  test.each<[string, string, unknown, string]>([
    ["a text alone", "set", "hello", "an object such as { namespace, value"],
    ["a list where one is wanted", "set", [], "an object such as { namespace, value"],
    ["no namespace", "set", { value: "v" }, "whose memory it is"],
    ["an object as value", "set", { namespace: "n", value: { a: 1 } }, "JSON.stringify()"],
    [
      "seconds, when it ends",
      "set",
      { namespace: "n", value: "v", expiresAt: seconds },
      "seconds times 1000 are",
    ],
    [
      "seconds, when it was said",
      "set",
      { namespace: "n", value: "v", createdAt: seconds },
      "seconds times 1000 are",
    ],
    ["a duration", "set", { namespace: "n", value: "v", expiresAt: 3_600_000 }, "Date.now() +"],
    ["a duration of seconds", "touch", { namespace: "n", key: "k", expiresAt: 3_600 }, "Date.now() +"],
    [
      "seconds of a search",
      "search",
      { namespace: "n", query: "q", since: seconds },
      "seconds times 1000 are",
    ],
    ["a question alone", "search", "q", "an object such as { namespace, query"],
    ["messages to recall", "recall", { namespace: "n", messages: [] }, 'did you mean "query"'],
    ["a key alone", "get", "k", "an object such as { namespace, key"],
    ["no thread", "remember", { namespace: "n", messages: [] }, "names the conversation"],
    ["parts", "remember", { ...said, messages: [{ role: "user", parts: [] }] }, 'did you mean "content"'],
    ["texts", "remember", { ...said, messages: ["hi"] }, "an object such as { role, content"],
    ["a promise", "remember", { ...said, messages: Promise.resolve([]) }, "await it"],
    [
      "seconds of a message",
      "remember",
      { ...said, messages: [{ role: "user", content: "x", createdAt: seconds }] },
      "seconds times 1000 are",
    ],
    ["an embedder's name", "reembed", { embedder: "mistral-embed" }, "mistralEmbedder()"],
    ["a path with ~", "backup", "~/copy.db", "homedir()"],
  ])("%s: %s", async (_, method, input, remedy) => {
    expect(await remedyOf(() => any[method]?.(input))).toContain(remedy);
  });

  test("moments of any age are taken as Date and as text, and milliseconds from 1985 on as numbers", async () => {
    for (const createdAt of [new Date(1_790_000_000), "1970-01-21", Date.UTC(1985, 11), 0, -1])
      await memory.set({ namespace: "n", value: "v", createdAt });
    await memory.set({ namespace: "n", value: "over", expiresAt: Date.now() - 1 });
    expect((await memory.list({ namespace: "n" })).records).toHaveLength(5);
  });
});

test("an embedder is taken for one", async () => {
  const embedder: Embedder = {
    id: "e",
    dimensions: 1,
    embed: async (texts) => texts.map(() => new Float32Array([1])),
  };
  await (await open({ path: ":memory:", embedder })).close();
});
