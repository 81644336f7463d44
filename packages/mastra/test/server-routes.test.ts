import { LibSQLStore, LibSQLVector } from "@mastra/libsql";
import { Memory } from "@mastra/memory";
import { createMemory } from "@souvenir/core";
import { type MistralStandIn, startMistralStandIn } from "@souvenir/test/mistral-stand-in/stand-in";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SouvenirMemory } from "../src/index.ts";
import { type Served, serveAgent } from "./serve.ts";
import { mistralEmbedderAt, routerModelAt } from "./stand-in-embedder.ts";

let standIn: MistralStandIn;
let ours: Served;
let stock: Served;
let memory: SouvenirMemory;
const options = {
  semanticRecall: { topK: 2, messageRange: 1, scope: "resource" as const },
  workingMemory: { enabled: true, template: "# User\n- **Name**: " },
};

beforeAll(async () => {
  standIn = await startMistralStandIn();
  const model = { id: "mistral/mistral-small-latest", url: `${standIn.url}/v1`, apiKey: "key" } as const;
  const core = await createMemory({ path: ":memory:", embedder: mistralEmbedderAt(standIn.url) });
  memory = new SouvenirMemory({ memory: core, options });
  ours = await serveAgent(memory, model);
  const mastras = new Memory({
    storage: new LibSQLStore({ id: "stock", url: ":memory:" }),
    vector: new LibSQLVector({ id: "stock", url: ":memory:" }),
    embedder: routerModelAt(standIn.url),
    options,
  });
  stock = await serveAgent(mastras, model);
  // The stand-in would call the tool of working memory in each turn.
  standIn.script({ chat: ({ messages }) => ({ content: `Noted: ${messages.at(-1)?.content}` }) });
});
afterAll(async () => {
  await ours.close();
  await stock.close();
  await memory.close();
  await standIn.close();
});

/** Ids and times that are new in each run, told apart by the order in which they appear. */
function masked(value: unknown): unknown {
  const names = new Map<string, string>();
  // libsql writes a thread without metadata as null.
  const text = JSON.stringify(value, (key, inner) =>
    (key === "metadata" && inner === null) || (key === "createdAt" && typeof inner === "number")
      ? undefined
      : inner,
  );
  const name = (kind: string) => (found: string) => {
    if (!names.has(found)) names.set(found, `${kind}${names.size}`);
    return names.get(found) as string;
  };
  return JSON.parse(
    text
      .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, name("id"))
      .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, "time"),
  );
}

async function both(
  method: string,
  path: string,
  body?: object,
  { but = [] as string[] } = {},
): Promise<unknown> {
  const [mine, theirs] = [await ours.json(method, path, body), await stock.json(method, path, body)];
  for (const name of but)
    for (const answer of [mine, theirs]) delete (answer.body as Record<string, unknown>)[name];
  expect(masked(mine)).toEqual(masked(theirs));
  return mine.body;
}

const agent = "agentId=assistant";

describe("the routes of Studio answer as with Mastra's own memory", () => {
  test("status and config", async () => {
    expect(await both("GET", `/memory/status?${agent}`)).toMatchObject({ result: true });
    expect(await both("GET", `/memory/config?${agent}`)).toMatchObject({
      config: { semanticRecall: options.semanticRecall },
    });
  });

  test("a conversation, its thread and its messages", async () => {
    await both("POST", `/memory/threads?${agent}`, {
      resourceId: "ada",
      threadId: "monday",
      title: "Monday",
    });
    for (const text of ["I live in Lyon.", "My cat is called Minou.", "I bake bread."]) {
      const { status } = await ours.json("POST", "/agents/assistant/generate", turn("monday", text));
      expect(status).toBe(200);
      await stock.json("POST", "/agents/assistant/generate", turn("monday", text));
    }
    await both("GET", `/memory/threads?${agent}&resourceId=ada`);
    await both("GET", `/memory/threads/monday?${agent}`);
    const listed = await both("GET", `/memory/threads/monday/messages?${agent}`);
    expect((listed as { messages: unknown[] }).messages).toHaveLength(6);
    await both("GET", `/memory/threads/none?${agent}`);
  });

  test("a streamed turn", async () => {
    const response = await fetch(`${ours.url}/agents/assistant/stream`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(turn("tuesday", "What is my cat called?")),
    });
    expect(await response.text()).toContain("What is my cat called?");
    const system = JSON.stringify(standIn.chatRequests().at(-1)?.body.messages);
    expect(system).toContain("Minou");
    await stock.json("POST", "/agents/assistant/generate", turn("tuesday", "What is my cat called?"));
  });

  test("working memory", async () => {
    await both("GET", `/memory/threads/monday/working-memory?${agent}&resourceId=ada`);
    await both("POST", `/memory/threads/monday/working-memory?${agent}`, {
      workingMemory: "- **Name**: Ada",
      resourceId: "ada",
    });
    expect(await both("GET", `/memory/threads/monday/working-memory?${agent}&resourceId=ada`)).toMatchObject({
      workingMemory: "- **Name**: Ada",
    });
  });

  test("title, clone, transfer, saved and deleted messages", async () => {
    await both("PATCH", `/memory/threads/monday?${agent}`, { title: "Renamed", metadata: { a: 1 } });
    await both("POST", `/memory/threads/monday/clone?${agent}`, { newThreadId: "copy" });
    expect(await both("GET", `/memory/threads/copy/messages?${agent}`)).toMatchObject({
      messages: expect.objectContaining({ length: 6 }),
    });
    // libsql loses the metadata of a thread that it transfers.
    await both(
      "POST",
      `/memory/threads/copy/transfer?${agent}`,
      { resourceId: "bob" },
      { but: ["metadata"] },
    );
    const saved = {
      id: "saved",
      role: "user",
      threadId: "monday",
      resourceId: "ada",
      createdAt: new Date(0).toISOString(),
      content: { format: 2, parts: [{ type: "text", text: "The safe is behind the clock." }] },
    };
    // Tokens of the embedding, which here comes later.
    await both("POST", `/memory/save-messages?${agent}`, { messages: [saved] }, { but: ["usage"] });
    await both("POST", `/memory/messages/delete?${agent}`, { messageIds: ["saved"] });
    await both("DELETE", `/memory/threads/copy?${agent}`);
    await both("GET", `/memory/threads/copy?${agent}`);
  });

  test("observational memory that is off", async () => {
    await both("GET", `/memory/observational-memory?${agent}&resourceId=ada`);
  });
});

test("search answers with hits only, each in its context; Mastra's own mixes the last messages in", async () => {
  const path = `/memory/search?${agent}&resourceId=ada&searchQuery=${encodeURIComponent("the name of my cat")}`;
  const { status, body } = await ours.json("GET", path);
  const found = body as { results: { id: string; content: string; context?: object }[]; searchType: string };
  expect(status).toBe(200);
  expect(found.results.length).toBeLessThanOrEqual(2);
  expect(found.results.map(({ content }) => content).join()).toContain("cat");
  expect(found.results[0]?.context).toBeDefined();
  const theirs = (await stock.json("GET", path)).body as typeof found;
  expect(theirs.results.length).toBeGreaterThan(2);
  const shape = ({ results, ...rest }: typeof found) => ({
    ...rest,
    keys: Object.keys(results[0] ?? {}).toSorted(),
  });
  expect(shape(found)).toEqual({ ...shape(theirs), count: found.results.length });
});

function turn(thread: string, text: string): object {
  return { messages: [{ role: "user", content: text }], memory: { thread, resource: "ada" } };
}
