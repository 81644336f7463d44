import { createMistral } from "@ai-sdk/mistral";
import { Agent as MastraAgent } from "@mastra/core/agent";
import { noopLogger } from "@mastra/core/logger";
import type { MastraDBMessage } from "@mastra/core/memory";
import { RequestContext } from "@mastra/core/request-context";
import { createTool } from "@mastra/core/tools";
import { filled } from "@souvenir/core";
import type {
  AdapterDriver,
  AgentAnswer,
  AgentGiven,
  AgentRequest,
  SuiteMessage,
  SuitePart,
  SuiteTool,
} from "@souvenir/test/adapter-suite";
import { type Recall, SouvenirMemory, type SouvenirMemoryOptions, SouvenirStorage } from "../src/index.ts";
import { spokenIn } from "../src/messages/spoken.ts";

/** What both `generate` and `stream` take. */
type Call = [messages: Parameters<MastraAgent["generate"]>[0], settings: object];
type Scope = Readonly<Record<string, unknown>>;

/** Storages of the conversations: one for all agents that speak with one stand-in, as in one application. */
const storages = new Map<string, SouvenirStorage>();

/**
 * An agent whose memory keeps the conversations. A namespace is a resource. What options say of scope is said by the
 * `defaultOptions` of the agent, in a function where it depends on the run.
 */
export const mastraDriver: AdapterDriver = {
  // A thread has one id for all resources.
  threadIn: ({ namespace, thread }) => (namespace === "ada" ? thread : `${thread} of ${namespace}`),
  make(given) {
    const { url, memory: core, options, instructions = "", tools = [], onWarning } = given;
    const storage = storages.get(url) ?? new SouvenirStorage({ path: core?.path ?? ":memory:" });
    storages.set(url, storage);
    const memory =
      core && new SouvenirMemory({ memory: core, storage, ...optionsOf(given) } as SouvenirMemoryOptions);
    const defaultOptions = async ({ requestContext }: { requestContext: RequestContext }) => ({
      maxSteps: 10,
      memory: await scopeOf(options, requestContext),
    });
    const agent = new MastraAgent({
      id: "assistant",
      name: "assistant",
      instructions,
      model: createMistral({ apiKey: "key", baseURL: `${url}/v1` })("mistral-small-latest"),
      maxRetries: 0,
      tools: Object.fromEntries(tools.map((each) => [each.name, toTool(each)])),
      ...(memory === undefined ? {} : { memory, defaultOptions }),
    } as ConstructorParameters<typeof MastraAgent>[0]);
    // Failures that rows bring about fill the output.
    agent.__setLogger(noopLogger);
    memory?.__setLogger({ ...noopLogger, warn: (message: string) => onWarning?.(message) } as never);

    const argumentsOf = async (request: AgentRequest, signal = request.signal): Promise<Call> => {
      const { scope, values = {}, schema, promptCacheKey: key } = request;
      const requestContext = new RequestContext(Object.entries(values) as [string, string][]);
      const settings = {
        requestContext,
        // Mastra tells providers the resource and the thread, if its caller does not say otherwise.
        modelSettings: { maxRetries: 0, headers: { "x-resource-id": undefined, "x-thread-id": undefined } },
        ...(signal === undefined ? {} : { abortSignal: signal }),
        ...(schema === undefined ? {} : { structuredOutput: { schema } }),
        ...(key === undefined ? {} : { providerOptions: { mistral: { promptCacheKey: key } } }),
      };
      if (memory === undefined) return [request.messages.map(toMessage), settings] as Call;
      const byDefault = await scopeOf(options, requestContext);
      const said = toScope(scope, byDefault.resource);
      const { resource, thread } = { ...byDefault, ...said };
      const { sent, shown } = await arranged(memory, resource, thread, request.messages);
      const call = { ...callOptionsOf(scope), ...(shown === undefined ? {} : { lastMessages: shown }) };
      return [sent.map(toMessage), { ...settings, memory: { ...said, options: call } }] as Call;
    };

    return {
      async ask(request): Promise<AgentAnswer> {
        const [messages, settings] = await argumentsOf(request);
        const result = await agent.generate(messages, settings as never);
        if (result.error) throw result.error;
        const { resource: resourceId, thread: threadId } = toScope(request.scope) as Record<string, string>;
        const recall =
          resourceId && threadId ? memory?.lastRecall({ resourceId, threadId }) : memory?.lastRecall();
        const recalled = recall?.memories.map(({ id, text, score = 0, createdAt }) => {
          return { key: id, text, score, date: createdAt };
        });
        return { text: result.text, data: result.object, recalled };
      },
      async *stream(request) {
        // Whoever leaves a stream of Mastra ends the run by its signal.
        const left = new AbortController();
        const signal = AbortSignal.any([left.signal, ...(request.signal ? [request.signal] : [])]);
        const [messages, settings] = await argumentsOf(request, signal);
        const { fullStream } = await agent.stream(messages, settings as never);
        try {
          for await (const part of fullStream) {
            if (part.type === "text-delta") yield part.payload.text;
            else if (part.type === "error") throw part.payload.error;
          }
        } finally {
          left.abort();
        }
      },
      settled: async (timeoutMs) => memory?.settled(timeoutMs === undefined ? {} : { timeoutMs }),
      async close() {
        storages.delete(url);
        await storage.close();
      },
    };
  },
};

/** The suite's options in Mastra's words. What Mastra has no word for goes as it is. */
function optionsOf({ options, memoryTools = false }: AgentGiven): object {
  const { namespace: _namespace, thread: _thread, limit = 4, recall, onRecall, ...others } = options;
  const told = (event: Recall) => (onRecall as (event: object) => unknown)(toldOf(event));
  return {
    ...others,
    ...(onRecall === undefined ? {} : { onRecall: typeof onRecall === "function" ? told : onRecall }),
    tools: memoryTools,
    options: {
      lastMessages: 1_000,
      semanticRecall: recall === false ? false : { topK: limit, messageRange: 0, scope: "resource" },
    },
  };
}

function toldOf({ resourceId: namespace, threadId: thread, memories, ...recall }: Recall): object {
  const shown = memories.map(({ id, text, ...memory }) => ({ key: id, value: text, ...memory }));
  return { ...recall, namespace, thread, memories: shown };
}

/** Whose memory, and which thread, by what the options say. */
async function scopeOf(
  { namespace, thread }: Scope,
  requestContext: Pick<RequestContext, "toJSON">,
): Promise<Scope> {
  const found = async (option: unknown) =>
    typeof option === "function"
      ? await option()
      : typeof option === "string"
        ? filled(option, requestContext.toJSON())
        : option;
  return toScope({ namespace: await found(namespace), thread: await found(thread) });
}

/** The suite's scope in Mastra's words, without what it does not say. Wrong names and values go as they are. */
function toScope(
  { namespace, thread, recall: _recall, store: _store, ...wrong }: Scope,
  byDefault?: unknown,
): Scope {
  const owner = namespace ?? byDefault;
  const named = typeof owner === "string" && typeof thread === "string";
  const scope = {
    ...wrong,
    resource: namespace,
    thread: named ? mastraDriver.threadIn?.({ namespace: owner, thread }) : thread,
  };
  return Object.fromEntries(Object.entries(scope).filter(([, value]) => value !== undefined));
}

function callOptionsOf({ recall, store }: Scope): object {
  return {
    ...(recall === undefined ? {} : { semanticRecall: recall }),
    ...(store === undefined || store === "turns" ? {} : { readOnly: store === false ? true : store }),
  };
}

/**
 * Makes the thread in the storage the conversation that the application has: what was edited is taken away, what is
 * missing is added. A conversation that begins later than the thread is a window on its last messages.
 * @returns What is said now, and how many of the messages before are shown to the model
 */
async function arranged(
  memory: SouvenirMemory,
  resourceId: unknown,
  threadId: unknown,
  messages: readonly SuiteMessage[],
): Promise<{ sent: readonly SuiteMessage[]; shown?: number }> {
  if (typeof resourceId !== "string" || resourceId === "" || typeof threadId !== "string")
    return { sent: messages };
  const answered = messages.findLastIndex(({ role }) => role === "assistant") + 1;
  const before = messages.slice(0, answered);
  const sent = messages.slice(answered);
  const of = { threadId, resourceId };
  const thread = await memory.getThreadById({ threadId });
  if (thread !== null && thread.resourceId !== resourceId) return { sent };
  const stored = thread === null ? [] : (await memory.recall({ ...of, perPage: false })).messages;
  const known = stored.map((message) => spokenIn(message)?.text ?? "");
  const texts = before.map(textOf);
  const isWindow = known.length > 0 && texts.length > 0 && known[0] !== texts[0];
  // Where in the thread the conversation begins: a window as late as the thread ends as it begins, or after it.
  const overlap = known.findIndex((_, at) => known.slice(at).every((text, index) => text === texts[index]));
  const start = !isWindow ? 0 : overlap < 0 ? known.length : overlap;
  let same = 0;
  while (same < texts.length && known[start + same] === texts[same]) same++;
  const gone = stored.slice(start + same).map(({ id }) => id);
  if (gone.length > 0) await memory.deleteMessages(gone);
  const added = before.slice(same);
  if (added.length > 0) {
    if (thread === null) await memory.createThread(of);
    await memory.saveMessages({ messages: added.map((message) => toStored(message, of)) });
  }
  return { sent, ...(isWindow ? { shown: before.length } : {}) };
}

function textOf({ content }: SuiteMessage): string {
  if (typeof content === "string") return content;
  return content.flatMap((part) => (part.type === "text" ? part.text : [])).join("");
}

function toStored({ role, content }: SuiteMessage, of: object): MastraDBMessage {
  const parts = typeof content === "string" ? [{ type: "text", text: content }] : content.map(toPart);
  const message = { ...of, id: crypto.randomUUID(), role, createdAt: new Date() };
  return { ...message, content: { format: 2, parts } } as MastraDBMessage;
}

function toTool({ name, description, parameters, run }: SuiteTool) {
  const execute = async (input: unknown) => run(input as Record<string, unknown>);
  return createTool({ id: name, description, inputSchema: parameters, execute } as never);
}

function toMessage({ role, content }: SuiteMessage): object {
  return { role, content: typeof content === "string" ? content : content.map(toPart) };
}

function toPart(part: SuitePart): object {
  switch (part.type) {
    case "text":
      return part;
    case "thinking":
      return { type: "reasoning", text: part.text };
    case "image":
      return { type: "file", mediaType: "image/png", data: part.bytes };
    case "document":
      return { type: "file", mediaType: "application/pdf", data: new URL(part.url) };
  }
}
