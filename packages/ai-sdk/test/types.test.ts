import { userProgramCompiles } from "@souvenir/test/user-program";
import { describe } from "vitest";

/** What a user writes, without a cast. */
const program = `
import { mistral } from "@ai-sdk/mistral";
import { createMemory, type Memory } from "@souvenir/core";
import { agentMemory, aiSdkEmbedder, memoryMiddleware, memoryTools, withMemory } from "@souvenir/ai-sdk";
import { memoryContext } from "@souvenir/ai-sdk/context";
import { generateText, stepCountIs, streamText, ToolLoopAgent, wrapLanguageModel, wrapProvider } from "ai";

const memory: Memory = await createMemory({ embedder: aiSdkEmbedder(mistral.embeddingModel("mistral-embed")) });
const context = memoryContext();
const after = <T>(task: Promise<T> | (() => T | Promise<T>)): void => void task;
const middleware = memoryMiddleware({
  memory,
  namespace: context.namespace,
  thread: ({ providerOptions }) => (typeof providerOptions?.app?.chat === "string" ? providerOptions.app.chat : undefined),
  store: (messages, { namespace }) => (namespace === "guest" ? [] : messages),
  onError: (error, { stage }) => console.error(stage, error),
  waitUntil: after,
});
const model = wrapLanguageModel({ model: mistral("mistral-large-latest"), middleware: [middleware] });
const provider = wrapProvider({ provider: mistral, languageModelMiddleware: middleware });
const remembering = withMemory(mistral("mistral-large-latest"), { memory, namespace: "ada" });
const { pending }: { pending: number } = await remembering.flush({ timeoutMs: 100 });
const { block, memories } = await remembering.inspect({ messages: [{ role: "user", content: "Hi" }] });
const score: number | undefined = memories[0]?.signals.vector;

const scope = { namespace: "ada", thread: "1" };
const own = memoryTools({ memory, namespace: "ada" });
await generateText({ model, prompt: block, tools: own, providerOptions: { souvenir: { namespace: "ada", store: "user" } } });
const scoped = memoryTools({ memory });
const toolsContext = { remember: scope, recall: scope, list: scope, forget: scope };
const { steps } = await generateText({ model: provider.languageModel("m"), prompt: "Hi", tools: scoped, toolsContext, stopWhen: stepCountIs(3) });
for (const result of steps.flatMap(({ toolResults }) => toolResults))
  if (!result.dynamic && result.toolName === "recall") console.log(result.output.memories?.[0]?.text, score, pending);
// @ts-expect-error the tools need a scope
await generateText({ model, prompt: "Hi", tools: scoped });
// @ts-expect-error and a namespace in it
await generateText({ model, prompt: "Hi", tools: scoped, toolsContext: { ...toolsContext, remember: {} } });

const whole = agentMemory({
  memory,
  namespace: ({ runtimeContext }) => String(runtimeContext.user),
  prepareStep: ({ stepNumber, messages }) => (stepNumber > 3 ? { messages: messages.slice(-4), toolChoice: "none" } : undefined),
});
const agent = new ToolLoopAgent({ model: mistral("mistral-large-latest"), tools: own, runtimeContext: { user: "ada" }, ...whole });
await agent.generate({ prompt: "Hi" });
await agent.stream({ prompt: "Hi" });
await generateText({ model, prompt: "Hi", tools: scoped, toolsContext, runtimeContext: { user: "ada" }, ...whole });
await streamText({ model, prompt: "Hi", ...whole }).text;
// @ts-expect-error a memory is needed
memoryMiddleware({ namespace: "ada" });
`;

/** The same with version 6, whose agents know no context. */
const program6 = `
import { createMistral } from "mistral-6";
import { createMemory } from "@souvenir/core";
import { agentMemory, aiSdkEmbedder, memoryMiddleware, memoryTools, withMemory } from "@souvenir/ai-sdk";
import { generateText, stepCountIs, streamText, ToolLoopAgent, wrapLanguageModel, wrapProvider } from "ai";

const mistral = createMistral({ apiKey: "key" });
const memory = await createMemory({ embedder: aiSdkEmbedder(mistral.textEmbeddingModel("mistral-embed")) });
const middleware = memoryMiddleware({ memory, namespace: ({ headers }) => headers?.["x-user"] });
const model = wrapLanguageModel({ model: mistral("mistral-large-latest"), middleware: [middleware] });
const provider = wrapProvider({ provider: mistral, languageModelMiddleware: middleware });
const remembering = withMemory(mistral("mistral-large-latest"), { memory, namespace: "ada" });
await remembering.flush({ timeoutMs: 100 });
const { messages } = await remembering.inspect({ messages: [{ role: "user", content: "Hi" }] });
const tools = memoryTools({ memory, namespace: "ada" });
const { steps } = await generateText({ model, messages, tools, stopWhen: stepCountIs(3) });
for (const result of steps.flatMap(({ toolResults }) => toolResults))
  if (!result.dynamic && result.toolName === "recall") console.log(result.output.memories?.[0]?.text);
await streamText({ model: provider.languageModel("m"), prompt: "Hi", tools: memoryTools({ memory }) }).text;
const agent = new ToolLoopAgent({
  model: remembering,
  tools,
  ...agentMemory({ memory, namespace: "ada", prepareStep: ({ stepNumber }) => ({ temperature: stepNumber }) }),
});
await agent.generate({ prompt: "Hi" });
`;

describe("AI SDK 7", () => userProgramCompiles("ai-sdk", program));
describe("AI SDK 6", () =>
  userProgramCompiles("ai-sdk", program6, { ai: "ai-6", "mistral-6": "@ai-sdk/mistral-6" }));
