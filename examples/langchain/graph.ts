// A LangGraph graph whose nodes and tools share the store: one file, searched by meaning, words and names.
import { AIMessage, HumanMessage } from "@langchain/core/messages";
import { type ToolRuntime, tool } from "@langchain/core/tools";
import {
  END,
  type LangGraphRunnableConfig,
  MessagesAnnotation,
  START,
  StateGraph,
} from "@langchain/langgraph";
import { ToolNode } from "@langchain/langgraph/prebuilt";
import { ChatMistralAI, MistralAIEmbeddings } from "@langchain/mistralai";
import { toLabel } from "@souvenir/langchain";
import { SouvenirStore } from "@souvenir/langchain/store";
import { mistralEndpoint } from "@souvenir/test/mistral-stand-in/endpoint";

const { serverURL, apiKey, isStandIn, close } = await mistralEndpoint();
const store = new SouvenirStore({
  path: process.argv[2] ?? "graph.db",
  index: { embeddings: new MistralAIEmbeddings({ apiKey, serverURL }), dims: 1024, fields: ["text"] },
});

/** LangGraph takes no dot in a label: `toLabel` writes an e-mail address without one. */
const pathOf = (config: LangGraphRunnableConfig) => [
  "memories",
  toLabel(String(config.configurable?.user_id)),
];

const remember = tool(
  async ({ text }: { text: string }, runtime: ToolRuntime) => {
    const path = pathOf(runtime.config);
    await SouvenirStore.of(runtime.store).put(path, text, { text, by: "tool" });
    return "Kept.";
  },
  {
    name: "remember",
    description: "Keeps a fact about the user, as a full sentence",
    schema: {
      type: "object",
      properties: { text: { type: "string" } },
      required: ["text"],
      additionalProperties: false,
    } as const,
  },
);
const model = new ChatMistralAI({ model: "mistral-small-latest", apiKey, serverURL });

const graph = new StateGraph(MessagesAnnotation)
  .addNode("answer", async ({ messages }, config: LangGraphRunnableConfig) => {
    const question = messages.findLast((message) => message.getType() === "human")?.text ?? "";
    const found = await config.store?.search(pathOf(config), { query: question, limit: 3 });
    const known = (found ?? []).map(({ value }) => `- ${value.text}`).join("\n");
    const system = `Keep facts about the user with the tool. What is known:\n<notes>\n${known}\n</notes>`;
    // Asked to use the tool for statements only.
    const isQuestion = question.trim().endsWith("?") || messages.at(-1)?.getType() === "tool";
    const asked = isQuestion ? model : model.bindTools([remember]);
    return { messages: [await asked.invoke([["system", system], ...messages])] };
  })
  .addNode("tools", new ToolNode([remember]))
  .addNode("count", async (_, config: LangGraphRunnableConfig) => {
    // The whole store, with what LangGraph's own wrapper has no word for.
    const paths = await SouvenirStore.of(config.store).listNamespaces({ prefix: ["memories"] });
    console.log(`  (${paths.length} ${paths.length === 1 ? "user" : "users"} in the store)`);
    return {};
  })
  .addEdge(START, "answer")
  .addConditionalEdges("answer", ({ messages }) => {
    const last = messages.at(-1);
    return last instanceof AIMessage && (last.tool_calls?.length ?? 0) > 0 ? "tools" : "count";
  })
  .addEdge("tools", "answer")
  .addEdge("count", END)
  .compile({ store });

async function say(user: string, text: string): Promise<void> {
  console.log(`\n[${user}] ${text}`);
  const { messages } = await graph.invoke(
    { messages: [new HumanMessage(text)] },
    { configurable: { user_id: user } },
  );
  console.log(`${messages.at(-1)?.text}${isStandIn ? " (stand-in, not a model)" : ""}`);
}

await say("ada@example.com", "My cat is called Minou.");
await say("bob@example.com", "My cat is called Felix.");
await say("ada@example.com", "What is my cat called?");
await store.close();
await close();
