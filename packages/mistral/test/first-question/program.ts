/** Asks one question. The modules of Mistral's client take longer to load than the question may. */
import { registerHooks } from "node:module";
import { createMemory } from "@souvenir/core";
import { mistralEmbedder } from "../../src/index.ts";

const deadlineMs = 1_000;
const steps: string[] = [];
registerHooks({
  load(url, context, next) {
    if (url.endsWith("/@mistralai/mistralai/esm/index.js")) {
      steps.push("client loaded");
      // A slow disk: nothing else happens meanwhile.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, deadlineMs * 1.5);
    }
    return next(url, context);
  },
});

const embedder = mistralEmbedder({ apiKey: "key", serverURL: process.argv[2] as string, retries: 0 });
await new Promise(setImmediate);
steps.push("embedder made");
const memory = await createMemory({ path: ":memory:", embedder });
steps.push("memory open");
await memory.set({ namespace: "ada", value: "We keep the accounts in PostgreSQL." });
const { degraded } = await memory.search({ namespace: "ada", query: "Which database?", deadlineMs });
await memory.flush();
const { vectors } = await memory.stats();
await memory.close();
console.log(JSON.stringify({ steps, degraded, vectors }));
