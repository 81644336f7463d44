import type { ServerResponse } from "node:http";
import type { ChatAnswer, Fault } from "./reply.ts";

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

export function sendFault(
  response: ServerResponse,
  { fault, status = 500, headers = {}, body = {} }: Fault,
): void {
  if (fault === "hang") return;
  if (fault === "drop") return void response.destroy();
  const html = typeof body === "string";
  response.writeHead(status, { "content-type": html ? "text/html" : "application/json", ...headers });
  response.end(html ? body : JSON.stringify(body));
}

/**
 * Sends each chunk as an event once the answer's `beforeDelta` lets it. Events that have a `type` name it in a line of
 * their own, as those of conversations do; streams of chat end with `[DONE]` instead.
 * @returns Whether everything was sent: false for a stream that broke off, or whose reader went away.
 */
export async function sendStream(
  response: ServerResponse,
  chunks: Iterable<Record<string, unknown>>,
  { beforeDelta, breakOff }: Pick<ChatAnswer, "beforeDelta" | "breakOff">,
  end: "data: [DONE]\n\n" | "",
): Promise<boolean> {
  response.writeHead(200, {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-cache",
  });
  response.flushHeaders();
  let index = 0;
  for (const chunk of chunks) {
    if (breakOff && index >= breakOff.afterDeltas) {
      breakStream(response, breakOff.how);
      return false;
    }
    await beforeDelta?.(index);
    if (response.destroyed) return false;
    const named = typeof chunk.type === "string" ? `event: ${chunk.type}\n` : "";
    await written(response, `${named}data: ${JSON.stringify(chunk)}\n\n`);
    index++;
  }
  response.end(end);
  return true;
}

/** Waits until the piece is handed to the system, so that a stream that dies has delivered what came before. */
function written(response: ServerResponse, piece: string): Promise<void> {
  return new Promise((resolve) => response.write(piece, () => resolve()));
}

function breakStream(response: ServerResponse, how: NonNullable<ChatAnswer["breakOff"]>["how"]): void {
  if (how === "die") response.destroy();
  else if (how === "end") response.end();
  else response.end('data: {"id":"stand-in-broken","choices":[{"ind\n\ndata: [DONE]\n\n');
}
