import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Conversation, createMemory, type Embedder } from "../src/index.ts";

/** The request that runs; `undefined` at global scope, where edge runtimes allow no timers and no signals. */
let request: number | undefined;
const { AbortController: RealController, setTimeout: realTimeout } = globalThis;

/** A controller as Cloudflare's: made by a request, and of no use to any other. */
class OwnedController {
  readonly #controller = new RealController();
  readonly #owner = inRequest();

  get signal(): AbortSignal {
    this.#check();
    return this.#controller.signal;
  }

  abort(reason?: unknown): void {
    this.#check();
    this.#controller.abort(reason);
  }

  #check(): void {
    if (request !== this.#owner) throw new Error("Cannot perform I/O on behalf of a different request.");
  }
}

function inRequest(): number {
  if (request === undefined) throw new Error("Disallowed operation called within global scope.");
  return request;
}

beforeEach(() => {
  request = undefined;
  vi.stubGlobal("AbortController", OwnedController);
  vi.stubGlobal("setTimeout", (...args: Parameters<typeof setTimeout>) => {
    inRequest();
    return realTimeout(...args);
  });
  // Next.js has none at the edge.
  vi.spyOn(AbortSignal, "any").mockImplementation(() => {
    throw new Error("AbortSignal.any is not a function");
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const embedder: Embedder = {
  id: "edge",
  dimensions: 2,
  embed: async (texts, { signal }) => {
    signal?.throwIfAborted();
    return texts.map((text) => Float32Array.from([text.length, 1]));
  },
};

test("a memory of the whole module, made at global scope, serves one request after the other", async () => {
  const errors: unknown[] = [];
  const memory = await createMemory({ path: ":memory:", embedder });
  const conversation = new Conversation({
    memory,
    namespace: "ada",
    onError: (error) => void errors.push(error),
  });
  const questions = ["My bakery is Le Fournil.", "What is my bakery?", "What is my bakery called?"];
  for (const [index, content] of questions.entries()) {
    request = index;
    const signal = new RealController().signal;
    const turn = await conversation.begin({ messages: [{ role: "user", content }], call: undefined, signal });
    await turn?.end({ messages: [{ content: "Le Fournil." }] });
    expect((await memory.search({ namespace: "ada", query: content, signal })).degraded).toEqual([]);
    expect(await memory.flush({ deadlineMs: 10_000 })).toEqual({ pending: 0, failed: 0 });
    await conversation.flush();
  }
  expect(errors).toEqual([]);
  await memory.close();
});

test("what a request left undone when it ended, the requests after it do", async () => {
  request = 1;
  let ends = true;
  const memory = await createMemory({
    path: ":memory:",
    embedder: {
      ...embedder,
      // Nothing of a request goes on when it has ended, and nobody is told.
      embed: (texts, call) => (ends ? new Promise<never>(() => {}) : embedder.embed(texts, call)),
    },
  });
  await memory.set({ namespace: "ada", key: "bakery", value: "Le Fournil" });
  const late = { namespace: "ada", query: "Which bakery?", deadlineMs: 10 };
  expect((await memory.search(late)).degraded).toEqual(["vector"]);
  request = 2;
  ends = false;
  const start = performance.now();
  vi.spyOn(performance, "now").mockImplementation(() => start + 91_000);
  await memory.set({ namespace: "ada", key: "town", value: "Brest" });
  expect((await memory.search(late)).degraded).toEqual([]);
  await expect.poll(async () => (await memory.stats()).queue.embedding.pending).toBeLessThan(2);
});
