import type { IncomingMessage, ServerResponse } from "node:http";

/** As nginx has it: how long in all, and without a byte, what still comes is read after the answer. */
const [totalMs, idleMs] = [30_000, 5_000];

/**
 * Many clients write all of a request before they read anything. A connection that is closed while they write is broken to
 * them, and the answer that says why is lost: so the server's side is ended, and what comes is read and dropped for a while.
 */
export function linger(request: IncomingMessage, response: ServerResponse): void {
  const { socket } = request;
  const close = socket.destroySoon;
  response.once("finish", () => {
    if (request.complete) return;
    // A reader that has enough holds up what comes.
    request.removeAllListeners("data");
    request.resume();
  });
  // What Node calls when an answer is the last one of a connection.
  socket.destroySoon = () => {
    if (request.complete || socket.destroyed) return close.call(socket);
    if (socket.writableEnded) return;
    socket.end();
    const timer = setTimeout(() => socket.destroy(), totalMs);
    socket.setTimeout(idleMs, () => socket.destroy());
    socket.once("close", () => clearTimeout(timer));
    request.once("end", () => socket.destroy());
  };
}
