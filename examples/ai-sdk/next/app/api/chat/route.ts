import { createMistral } from "@ai-sdk/mistral";
import { withMemory } from "@souvenir/ai-sdk";
import { createMemory } from "@souvenir/core";
import { mistralEndpoint } from "@souvenir/test/mistral-stand-in/endpoint";
import { convertToModelMessages, streamText, type UIMessage } from "ai";

/** A request of `useChat`: the id of the chat and its messages. */
interface ChatRequest {
  id: string;
  messages: UIMessage[];
}

async function open() {
  const { apiKey, serverURL } = await mistralEndpoint();
  const mistral = createMistral({ apiKey, baseURL: `${serverURL}/v1` });
  const memory = await createMemory({ path: process.env.SOUVENIR_PATH ?? ".souvenir/next.db" });
  // Without `waitUntil` the end of the stream waits for the turn to be stored, which keeps the function alive. With
  // Next.js 15.1 or later, `waitUntil: after` of "next/server" stores it after the response.
  return withMemory(mistral("mistral-large-latest"), { memory });
}
let model: ReturnType<typeof open> | undefined;

/** Your session: whoever is signed in, never what the browser sends in the body. */
function userOf(request: Request): string | undefined {
  return /(?:^|;\s*)session=([\w-]+)/.exec(request.headers.get("cookie") ?? "")?.[1];
}

export async function POST(request: Request): Promise<Response> {
  const namespace = userOf(request);
  if (namespace === undefined) return new Response("Sign in first", { status: 401 });
  const { id: thread, messages } = (await request.json()) as ChatRequest;
  model ??= open();
  const result = streamText({
    model: await model,
    messages: await convertToModelMessages(messages),
    providerOptions: { souvenir: { namespace, thread } },
    // When the browser goes away, the model stops, and the user's words are kept.
    abortSignal: request.signal,
  });
  return result.toUIMessageStreamResponse({
    // For the page: `message.metadata.memories` are the memories that the answer was given with.
    messageMetadata: ({ part }) =>
      part.type === "finish-step" ? { memories: part.providerMetadata?.souvenir?.recalled } : undefined,
  });
}
