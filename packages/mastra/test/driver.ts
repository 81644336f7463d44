import { createMistral } from "@ai-sdk/mistral";
import { Agent, type AgentConfig } from "@mastra/core/agent";
import { type IMastraLogger, noopLogger } from "@mastra/core/logger";
import { createTool } from "@mastra/core/tools";
import type { AdapterDriver, AgentRequest, SuiteMessage, SuitePart } from "@souvenir/test/adapter-suite";
import { type Recall, SouvenirMemory, type SouvenirMemoryOptions, SouvenirStorage } from "../src/index.ts";

/** What keeps the conversations of each stand-in: agents that are made anew find them there. */
const storages = new Map<string, SouvenirStorage>();

/** An agent of Mastra, whose storage keeps the conversation: see `follow`. */
export const mastraDriver: AdapterDriver = {
  make({ url, memory: core, options, instructions = "", tools = [], memoryTools = false, onWarning }) {
    // Whose memory it is comes with each run, and what was said before an abort is always kept, as in Mastra's history.
    const {
      namespace: _n,
      thread: _t,
      partialAnswers: _p,
      recall = true,
      limit = 4,
      onRecall,
      ...own
    } = options as SuiteOptions;
    const storage = storages.get(url) ?? new SouvenirStorage({ path: ":memory:" });
    storages.set(url, storage);
    const memory =
      core === undefined
        ? undefined
        : new SouvenirMemory({
            memory: core,
            storage,
            tools: memoryTools,
            options: {
              lastMessages: 50,
              semanticRecall: recall ? { topK: limit, messageRange: 0, scope: "resource" } : false,
            },
            ...own,
            ...(onRecall === undefined ? {} : { onRecall: (recalled) => onRecall(told(recalled)) }),
          });
    const agent = new Agent({
      id: "assistant",
      name: "assistant",
      instructions,
      model: createMistral({ apiKey: "key", baseURL: `${url}/v1` })("mistral-small-latest"),
      ...(memory === undefined ? {} : { memory }),
      tools: Object.fromEntries(
        tools.map(({ name, description, parameters, run }) => [
          name,
          createTool({
            id: name,
            description,
            inputSchema: parameters as never,
            execute: async (input) => run(input as Record<string, unknown>),
          }),
        ]),
      ),
    } as AgentConfig);
    // Failures that rows bring about fill the output.
    agent.__setLogger(noopLogger);
    const warn = (message: string): void => onWarning?.(message);
    memory?.__setLogger(Object.assign(Object.create(noopLogger), { warn }) as IMastraLogger);

    async function callOf(request: AgentRequest, signal: AbortSignal | undefined) {
      const { namespace: resource, thread, recall: recalls, store, ...others } = request.scope;
      const said = memory === undefined ? request.messages : await follow(memory, request);
      const options = {
        ...(recalls === false ? { semanticRecall: false } : {}),
        ...(store === false ? { readOnly: true } : store === undefined ? {} : { store }),
      };
      return [
        said.map(toMessage) as Parameters<typeof agent.generate>[0],
        {
          ...(memory === undefined ? {} : { memory: { resource, thread, options, ...others } }),
          maxSteps: 5,
          modelSettings: { maxRetries: 0 },
          ...(request.promptCacheKey === undefined
            ? {}
            : { providerOptions: { mistral: { promptCacheKey: request.promptCacheKey } } }),
          ...(request.schema === undefined ? {} : { structuredOutput: { schema: request.schema } }),
          ...(signal === undefined ? {} : { abortSignal: signal }),
        } as never,
      ] as const;
    }

    return {
      async ask(request) {
        const result = await agent.generate(...(await callOf(request, request.signal)));
        const { text, object, error } = result as { text: string; object?: unknown; error?: unknown };
        if (error) throw error;
        const { resource, thread } = { resource: request.scope.namespace, thread: request.scope.thread };
        const recalled = memory?.lastRecall({ resourceId: String(resource), threadId: String(thread) });
        return {
          text,
          data: object,
          recalled: recalled?.memories.map(({ id, text: value, score = 0, createdAt }) => ({
            key: id,
            text: value,
            score,
            date: createdAt,
          })),
        };
      },
      async *stream(request) {
        const leaving = new AbortController();
        request.signal?.addEventListener("abort", () => leaving.abort(request.signal?.reason), {
          once: true,
        });
        try {
          const stream = await agent.stream(...(await callOf(request, leaving.signal)));
          for await (const piece of stream.textStream) yield piece;
          if (stream.error) throw stream.error;
          if (leaving.signal.aborted) throw new DOMException("The stream was aborted", "AbortError");
        } finally {
          leaving.abort();
        }
      },
      settled: async (timeoutMs) => memory?.settled(timeoutMs === undefined ? {} : { timeoutMs }),
    };
  },
};

/**
 * Makes the thread the conversation up to what the user says now, as an application does with Mastra: what was edited,
 * regenerated or followed that is deleted. Answers what is to be sent.
 */
async function follow(
  memory: SouvenirMemory,
  { messages, scope }: AgentRequest,
): Promise<readonly SuiteMessage[]> {
  const { namespace, thread } = scope;
  if (typeof namespace !== "string" || typeof thread !== "string") return messages;
  const before = messages.slice(0, messages.findLastIndex(({ role }) => role !== "user") + 1);
  const found = await memory
    .recall({ threadId: thread, resourceId: namespace, perPage: false })
    .catch(() => ({ messages: [] }));
  const kept = found.messages.filter(({ role }) => role === "user" || role === "assistant");
  const same = (place: number, index: number) =>
    kept[place] !== undefined && wordsOf(kept[place]) === textOf(before[index] as SuiteMessage);
  // An application that shows the end of a conversation only has edited nothing.
  const start = Math.max(
    0,
    kept.findIndex(
      (_, place) => before.length > 0 && before.every((__, index) => same(place + index, index)),
    ),
  );
  // Nothing of it is known: the thread was told elsewhere, and goes on.
  if (before.length > 0 && !before.some((_, index) => kept.some((__, place) => same(place, index))))
    return messages.slice(before.length);
  let shared = 0;
  for (; shared < before.length; shared++) {
    const held = kept[start + shared];
    if (same(start + shared, shared)) continue;
    // An answer that the application has rewritten.
    if (held?.role !== "assistant" || before[shared]?.role !== "assistant") break;
    const text = textOf(before[shared] as SuiteMessage);
    const content = { format: 2 as const, parts: [{ type: "text" as const, text }], content: text };
    await memory.updateMessages({ messages: [{ id: held.id, content }] });
  }
  const gone = kept.slice(start + shared).map(({ id }) => id);
  if (gone.length > 0) await memory.deleteMessages(gone);
  return messages.slice(shared);
}

interface SuiteOptions extends Omit<SouvenirMemoryOptions, "onRecall"> {
  namespace?: unknown;
  thread?: unknown;
  partialAnswers?: unknown;
  recall?: boolean;
  limit?: number;
  onRecall?: (event: object) => void;
}

/** What Mastra's memory tells of a recall, by the names that all adapters share. */
function told({ resourceId, threadId, memories, ...recalled }: Recall): object {
  return {
    ...recalled,
    namespace: resourceId,
    thread: threadId,
    memories: memories.map(({ id, text, score, createdAt }) => ({ key: id, value: text, score, createdAt })),
  };
}

function wordsOf({ content }: { content: { parts?: { type: string; text?: string }[] } }): string {
  return (content.parts ?? []).map(({ type, text }) => (type === "text" ? text : "")).join("");
}

function textOf({ content }: SuiteMessage): string {
  return typeof content === "string"
    ? content
    : content.map((part) => (part.type === "text" ? part.text : "")).join("");
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
      return { type: "image", image: part.bytes, mimeType: "image/png" };
    case "document":
      return {
        type: "file",
        data: new URL(part.url),
        mimeType: "application/pdf",
        mediaType: "application/pdf",
      };
  }
}
