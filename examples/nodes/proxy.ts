// Three servers on one database behind one address, on this machine:
//   SOUVENIR_STORE=postgres://… npx @souvenir/server serve --port 7078     (and 7079, 7080)
//   node examples/nodes/proxy.ts 7070 http://127.0.0.1:7078 http://127.0.0.1:7079 http://127.0.0.1:7080
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";

const [port, ...servers] = process.argv.slice(2);
if (port === undefined || servers.length === 0) throw new Error("give a port, and addresses of servers");

/** The servers in the order in which a namespace prefers them: when the first is gone, only its namespaces move. */
function preferred(namespace: string): string[] {
  const weight = (server: string) => createHash("sha256").update(`${server} ${namespace}`).digest("hex");
  return [...servers].sort((a, b) => (weight(a) < weight(b) ? -1 : 1));
}

function forward(incoming: IncomingMessage, answer: ServerResponse): void {
  const { headers, method = "GET", url = "/" } = incoming;
  const namespace = headers["x-souvenir-namespace"] ?? headers.authorization ?? "";
  const attempt = ([server, ...others]: string[]) => {
    if (server === undefined) {
      answer.writeHead(503, { "Retry-After": "1" }).end();
      return;
    }
    const outgoing = request(new URL(url, server), { method, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    outgoing.on("error", (error: NodeJS.ErrnoException) => {
      // Only what reached no server is given to the next one: what may have been written is not written twice.
      if (error.code === "ECONNREFUSED" && !answer.headersSent) attempt(others);
      else answer.destroy();
    });
    outgoing.once("socket", (socket) => {
      const send = () => incoming.pipe(outgoing);
      if (socket.connecting) socket.once("connect", send);
      else send();
    });
  };
  attempt(preferred(String(namespace)));
}

const proxy = createServer(forward).listen(Number(port), "127.0.0.1", () => {
  const address = proxy.address();
  if (typeof address === "object") console.log(`http://127.0.0.1:${address?.port}`);
});
