import type { Mistral } from "@mistralai/mistralai";
import {
  Conversation,
  type ConversationOptions,
  checkOptions,
  conversationOptionNames,
  memoryToolSet,
  StreamedContent,
} from "@souvenir/core";
import type { AdapterDriver } from "./driver.ts";
import { type PlainChat, plainClientDriver } from "./plain-client.ts";

type Completion = Awaited<ReturnType<PlainChat["chat"]["complete"]>>;
type Events = Awaited<ReturnType<PlainChat["chat"]["stream"]>>;

/** The smallest adapter: core's machine around the plain client. */
function smallest(client: PlainChat, given: ConversationOptions<undefined>): PlainChat {
  const options = checkOptions(given, "smallest", conversationOptionNames) as unknown as typeof given;
  const conversation = new Conversation<undefined>(options);
  const begin: <Answer>(
    request: Parameters<PlainChat["chat"]["complete"]>[0],
    call: Parameters<PlainChat["chat"]["complete"]>[1],
    ask: (request: Parameters<PlainChat["chat"]["complete"]>[0], signal: object) => Promise<Answer>,
  ) => Promise<{ answer: Answer; turn: Awaited<ReturnType<typeof conversation.begin>> }> = async (
    request,
    { souvenir, values, signal },
    ask,
  ) => {
    const messages = request.messages as { role: string }[];
    const turn = await conversation.begin({
      messages,
      call: undefined,
      given: souvenir,
      ...(values === undefined ? {} : { values }),
      signal,
    });
    const key = request.promptCacheKey ?? turn?.promptCacheKey;
    const sent = {
      ...request,
      messages: turn ? turn.withRecalled(messages) : messages,
      ...(key === undefined ? {} : { promptCacheKey: key }),
    } as typeof request;
    try {
      return { answer: await ask(sent, signal === undefined ? {} : { signal }), turn };
    } catch (error) {
      await turn?.end({ status: "failed" });
      throw error;
    }
  };
  const structured = (request: { responseFormat?: unknown }) => request.responseFormat !== undefined;
  return {
    chat: {
      async complete(request, call) {
        const { answer, turn } = await begin(request, call, (sent, rest) => client.chat.complete(sent, rest));
        const [choice] = answer.choices;
        const messages = (choice?.messages ?? [{ ...choice?.message }])
          .filter((message) => !("role" in message) || message.role !== "tool")
          .map(({ content }) => ({ content }));
        const waits = (choice?.message?.toolCalls ?? []).length > 0;
        await turn?.end({
          messages,
          status: waits ? "continues" : "answered",
          truncated: choice?.finishReason === "length",
          structured: structured(request),
        });
        return answer satisfies Completion;
      },
      async stream(request, call) {
        const { answer, turn } = await begin(request, call, (sent, rest) => client.chat.stream(sent, rest));
        if (!turn) return answer;
        const said = new StreamedContent();
        const roles = new Map<number, string>();
        let reason: string | null | undefined;
        let calls = false;
        const end = (status: "answered" | "failed") =>
          turn.end({
            messages: [{ content: said.text }],
            status: calls && status === "answered" ? "continues" : status,
            truncated: reason === "length",
            structured: structured(request),
          });
        const watched = answer.pipeThrough(
          new TransformStream({
            transform(event, controller) {
              controller.enqueue(event);
              const [choice] = event.data.choices;
              if (choice?.index !== 0) return;
              const { role, index, content, toolCalls } = choice.delta;
              if (role) roles.set(index ?? -1, role);
              reason = choice.finishReason ?? reason;
              if (roles.get(index ?? -1) === "tool") return;
              if (toolCalls?.length) {
                calls ||= index === undefined || index === null;
                said.addPart("tool-call");
              }
              const parts = typeof content === "string" ? [{ type: "text", text: content }] : (content ?? []);
              for (const part of parts)
                if (part.type === "text") said.addText(part.text, index == null ? undefined : String(index));
            },
            flush: () => end(reason ? "answered" : "failed"),
            cancel: () => end("failed"),
          }),
        );
        return Object.setPrototypeOf(watched, Object.getPrototypeOf(answer)) as Events;
      },
    },
    flush: (input) => conversation.flush(input),
  };
}

/** Keeps every promise that the plain client has a place for: the suite is held by it. */
export const smallestAdapter: AdapterDriver = smallestAdapterOver((client) => client);

/** The same over something else than the client. */
export function smallestAdapterOver(changed: (client: Mistral) => PlainChat): AdapterDriver {
  return plainClientDriver(
    (client, options) => smallest(changed(client), options as unknown as ConversationOptions<undefined>),
    (memory, { namespace, thread }) =>
      memoryToolSet.map(({ name, description, inputSchema, needsApproval, run }) => ({
        name,
        description,
        parameters: inputSchema as unknown as Record<string, unknown>,
        run: async (input) =>
          needsApproval
            ? "The user has to approve this."
            : (await run({ memory, namespace: String(namespace), thread: String(thread), input })).text,
      })),
  );
}
