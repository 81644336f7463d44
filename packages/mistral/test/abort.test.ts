import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Mistral } from "@mistralai/mistralai";
import { mistralEmbedder } from "@souvenir/mistral";
import { afterAll, beforeAll, expect, test } from "vitest";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** Takes requests and never answers. */
let server: Server;
let serverURL: string;
beforeAll(async () => {
  server = createServer(() => {}).listen(0, "127.0.0.1");
  await once(server, "listening");
  serverURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** What a program that runs for a while does to a request that waits. */
async function waitLong(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) {
    collectGarbage();
    await new Promise((done) => setImmediate(done));
  }
}

test("an abort reaches the connection of a request that has waited long", async () => {
  const arrived = once(server, "request");
  const stop = new AbortController();
  const embedder = mistralEmbedder({ apiKey: "key", serverURL });
  const work = embedder.embed(["Text."], { kind: "document", signal: stop.signal });
  const failure = expect(work).rejects.toThrow("enough");
  const [request] = await arrived;
  const closed = once(request.socket, "close");
  await waitLong();
  stop.abort(new Error("enough"));
  await failure;
  await closed;
});

test("a request through the application's own client ends with the abort too", async () => {
  const arrived = once(server, "request");
  const stop = new AbortController();
  const embedder = mistralEmbedder({ client: new Mistral({ apiKey: "key", serverURL }) });
  const work = embedder.embed(["Text."], { kind: "document", signal: stop.signal });
  const failure = expect(work).rejects.toThrow("enough");
  await arrived;
  await waitLong();
  stop.abort(new Error("enough"));
  await failure;
});

test("a request that has waited long is too slow in the end", async () => {
  const arrived = once(server, "request");
  const embedder = mistralEmbedder({ apiKey: "key", serverURL, timeoutMs: 200, retries: 0 });
  const failure = expect(embedder.embed(["Text."], { kind: "document" })).rejects.toMatchObject({
    code: "EMBEDDER_FAILED",
  });
  const [request] = await arrived;
  const closed = once(request.socket, "close");
  await waitLong();
  await failure;
  await closed;
});
