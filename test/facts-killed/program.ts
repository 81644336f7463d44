import { createMemory, type FactExtractor, type Store } from "@souvenir/core";
import { sqliteStore } from "../../packages/core/src/store/sqlite-store.ts";
import { stated } from "../../packages/core/test/scripted-facts.ts";

/** Dies at one step of a consolidation, as SIGKILL finds it there. */
const [path = "", step] = process.argv.slice(2);
const die = () => process.kill(process.pid, "SIGKILL");

const extractor: FactExtractor = {
  id: "scripted",
  usage: { calls: 0, inputTokens: 0, outputTokens: 0 },
  async extract(window) {
    if (step === "asked") die();
    return stated(window);
  },
};
let isDreaming = false;
const store: Store = new Proxy(sqliteStore({ path }), {
  get(target, name) {
    const method: unknown = Reflect.get(target, name, target);
    if (typeof method !== "function") return method;
    return async (...given: unknown[]) => {
      const isCommit = name === "write" && (given[1] as { done?: unknown } | undefined)?.done !== undefined;
      if (isCommit && step === "before the commit") die();
      const answer = method.apply(target, given);
      if ((isCommit && step === "in the commit") || (isDreaming && name === "write")) die();
      await answer;
      if ((isCommit && step === "after the commit") || (name === "erase" && step === "in an undo")) die();
      return answer;
    };
  },
});
const memory = await createMemory({ store, embedder: false, facts: { extractor } });
if (step === "in a dream") {
  isDreaming = true;
  await memory.dream();
}
const { runs } = await memory.consolidate();
await memory.undo(runs[0]?.id ?? "");
if (step === "after an undo") die();
