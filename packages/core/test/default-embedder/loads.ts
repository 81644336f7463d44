// What a memory brings in of the built-in embedder: prints the modules of it, before and after the first search.
// Arguments: a path; "false" for `embedder: false`; "missing" where the package is not to be had.
import { registerHooks } from "node:module";
import type { MemoryOptions } from "../../src/index.ts";

const [path = ":memory:", kind] = process.argv.slice(2);
const loaded: string[] = [];
registerHooks({
  resolve(specifier, context, next) {
    if (specifier !== "@souvenir/static") return next(specifier, context);
    if (kind !== "missing") return next(specifier, context);
    throw new Error("there is no such package here");
  },
  load(url, context, next) {
    if (url.includes("/packages/static/")) loaded.push(url);
    return next(url, context);
  },
});
const { createMemory } = await import("../../src/index.ts");
const warnings: string[] = [];
const options: MemoryOptions = { path, logger: { warn: (message) => void warnings.push(message) } };
const memory = await createMemory(kind === "false" ? { ...options, embedder: false } : options);
await memory.set({ namespace: "n", key: "doctor", value: "Our pediatrician is Dr. Moreau." });
await memory.set({ namespace: "n", key: "bicycle", value: "My bicycle has a flat tyre." });
const opened = loaded.length;
const byMeaning = await memory.search({ namespace: "n", query: "Which doctor looks after the children?" });
const byWords = await memory.search({ namespace: "n", query: "bicycle" });
const stats = await memory.stats();
const flushed = await memory.flush();
await memory.close();
process.stdout.write(
  JSON.stringify({
    opened,
    searched: loaded.length,
    degraded: byMeaning.degraded,
    meant: byMeaning.results[0]?.key ?? null,
    named: byWords.results[0]?.key ?? null,
    queue: stats.queue.embedding,
    flushed,
    warnings,
  }),
);
